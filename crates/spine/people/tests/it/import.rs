use kernel::testing::TestApp;
use serde_json::json;

use crate::{PASSWORD, first, on_both, path_of, post, records};

on_both! {
    a_file_with_faults_is_refused_whole_and_kept_in_the_form;
    a_look_stores_nothing;
    a_file_is_imported_once_and_its_links_work;
}

const FILE: &str = "name,mail,role,scope\nMaya Okafor,maya@example.org,engineer,payments\nMaya Okafor,maya@example.org,stakeholder,\n\
    Ingrid Solberg,ingrid@example.org,facilitator,digital\n";

async fn a_file_with_faults_is_refused_whole_and_kept_in_the_form(t: TestApp) {
    let mut admin = first(&t).await;
    let before = records(&mut admin).await;
    let bad = "name,mail,role,scope\nMaya,maya@example.org,engineer,payments\n<Bo>,nomail,boss,nowhere\n";
    for dry in ["yes", ""] {
        let page = post(&mut admin, "/people", "/people/import", &[("csv", bad), ("dry_run", dry)]).await.expect(422).text;
        assert!(page.contains("Line 3: ") && page.contains("href=\"#csv\"") && page.contains("&lt;Bo&gt;"), "{page}");
        assert!(!page.contains("Line 2: "), "{page}");
    }
    for text in ["", "a,b\n", "name,mail,role,scope\n\"x", "name,mail,role,scope\nA\0,a@example.org,,\n"] {
        let status = post(&mut admin, "/people", "/people/import", &[("csv", text)]).await.status;
        assert_eq!(status, 422, "{text:?}");
    }
    // Many faults are cut; the first are named.
    let many = format!("name,mail,role,scope\n{}", "x,nomail,,\n".repeat(100));
    let page = post(&mut admin, "/people", "/people/import", &[("csv", &many)]).await.expect(422).text;
    assert!(page.contains("Line 21: ") && !page.contains("Line 22: ") && page.contains("And 80 more."), "{page}");
    let fault = admin.json("POST", "/api/v1/people/import", &json!({ "csv": bad })).await.expect(422).json();
    assert_eq!(fault["faults"][0]["at"], "line 3");
    assert_eq!(records(&mut admin).await, before);
    t.end().await;
}

async fn a_look_stores_nothing(t: TestApp) {
    let mut admin = first(&t).await;
    let before = records(&mut admin).await;
    let page = post(&mut admin, "/people", "/people/import", &[("csv", FILE), ("dry_run", "yes")]).await.expect(200).text;
    assert!(page.contains("One new person, three new roles.") && page.contains("Nothing is stored yet"), "{page}");
    assert!(page.contains("invite, with the role") && page.contains("maya@example.org,engineer,payments"), "{page}");
    let looked = admin.json("POST", "/api/v1/people/import", &json!({ "csv": FILE, "dry_run": true })).await.expect(200).json();
    assert_eq!((&looked["dry_run"], &looked["lines"][0]["invited"]), (&json!(true), &json!(true)));
    assert!(looked["lines"][0].get("link").is_none());
    assert_eq!(records(&mut admin).await, before);
    assert_eq!(admin.get("/api/v1/people").await.json()["items"].as_array().unwrap().len(), 1);
    t.end().await;
}

async fn a_file_is_imported_once_and_its_links_work(t: TestApp) {
    let mut admin = first(&t).await;
    let page = post(&mut admin, "/people", "/people/import", &[("csv", FILE)]).await.expect(200).text;
    assert_eq!(page.matches("http://127.0.0.1:8080/invitation/").count(), 1, "{page}");
    let at = page.find("http://127.0.0.1:8080/invitation/").unwrap();
    let link = path_of(page[at..].split('<').next().unwrap());
    let mut maya = t.client();
    maya.form(&link, &[("password", PASSWORD)]).await.expect(303);
    let rights = maya.get("/api/v1/me").await.json()["rights"].to_string();
    assert!(rights.contains("values.write"), "{rights}");
    let before = records(&mut admin).await;
    let again = post(&mut admin, "/people", "/people/import", &[("csv", FILE)]).await.expect(200).text;
    assert!(again.contains("No new people, no new roles, three lines that change nothing."), "{again}");
    assert_eq!(records(&mut admin).await, before);
    t.end().await;
}

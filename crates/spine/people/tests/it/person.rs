use kernel::testing::TestApp;

use crate::{PASSWORD, first, invite, on_both, person, post, records};

on_both! {
    people_are_invited_from_a_form_and_listed_in_alphabetical_order;
    a_long_list_goes_on_on_the_next_page;
    an_account_is_changed_by_the_platform_engineer;
    an_account_is_ended_and_opened_again;
    the_last_account_that_can_manage_accounts_stays;
    what_is_no_account_is_not_found;
}

async fn people_are_invited_from_a_form_and_listed_in_alphabetical_order(t: TestApp) {
    let mut admin = first(&t).await;
    let wrong = [("name", ""), ("mail", "maya"), ("zone", "Nowhere")];
    let refused = post(&mut admin, "/people", "/people", &wrong).await.expect(422).text;
    assert!(refused.contains("Three fields need another look") && refused.contains("value=\"maya\""), "{refused}");
    for (name, mail) in [("Zoë", "zoe@example.org"), ("ana", "ana@example.org"), ("Åse", "ase@example.org")] {
        let page = post(&mut admin, "/people", "/people", &[("name", name), ("mail", mail), ("zone", "")]).await.expect(200).text;
        assert!(
            page.contains("http://127.0.0.1:8080/invitation/") && page.contains("it stands here".trim())
                || page.contains("nowhere else")
        );
    }
    let taken = post(&mut admin, "/people", "/people", &[("name", "Other"), ("mail", "ANA@example.org"), ("zone", "")]).await;
    assert!(taken.expect(422).text.contains("There is an account with the mail address ana@example.org"));
    let list = admin.get("/people").await.expect(200).text;
    let places: Vec<_> = ["ana@", "ingrid@", "zoe@", "ase@"].map(|m| list.find(m).unwrap()).to_vec();
    assert!(places.is_sorted(), "{places:?}");
    assert!(list.contains("can sign in") && list.contains("invited 17 Nov"), "{list}");
    // Who may not change people reads the list and has no forms.
    let (_, mut maya) = person(&t, &mut admin, "maya@example.org", &[]).await;
    let seen = maya.get("/people").await.expect(200).text;
    assert!(seen.contains("zoe@") && !seen.contains("action=\"/people\""), "{seen}");
    let csrf = kernel::testing::Client::csrf(&seen);
    maya.form("/people", &[("csrf", &csrf), ("name", "X"), ("mail", "x@example.org")]).await.expect(403);
    t.end().await;
}

async fn a_long_list_goes_on_on_the_next_page(t: TestApp) {
    let mut admin = first(&t).await;
    let mut csv = String::from("name,mail,role,scope\n");
    for n in 0..250 {
        csv.push_str(&format!("Person {n:03},p{n}@example.org,,\n"));
    }
    admin.json("POST", "/api/v1/people/import", &serde_json::json!({ "csv": csv })).await.expect(200);
    let one = admin.get("/people").await.expect(200).text;
    let at = one.find("/people?after=").expect("a following page");
    let next = one[at..].split('"').next().unwrap().to_owned();
    let two = admin.get(&next).await.expect(200).text;
    assert!(one.contains("Ingrid Solberg") && one.contains("Person 198") && !one.contains("Person 199"));
    assert!(two.contains("Person 199") && two.contains("Person 249") && !two.contains("Person 198"));
    for bad in ["zz", "00", "ff"] {
        assert_eq!(admin.get(&format!("/people?after={bad}")).await.status, 422, "{bad}");
    }
    t.end().await;
}

async fn an_account_is_changed_by_the_platform_engineer(t: TestApp) {
    let mut admin = first(&t).await;
    let (id, mut maya) = person(&t, &mut admin, "maya@example.org", &[]).await;
    let page = format!("/people/{id}");
    let fields = [("name", "Maya"), ("mail", "ingrid@example.org"), ("zone", "UTC"), ("version", "2")];
    let refused = post(&mut admin, &page, &page, &fields).await.expect(422).text;
    assert!(refused.contains("href=\"#mail\""), "{refused}");
    let fields = [("name", "Maya O."), ("mail", "m.okafor@example.org"), ("zone", "Europe/Paris"), ("version", "2")];
    post(&mut admin, &page, &page, &fields).await.expect(303);
    post(&mut admin, &page, &page, &fields).await.expect(409);
    // At once, also for the session that is open.
    assert!(maya.get("/account").await.expect(200).text.contains("m.okafor@example.org"));
    t.client().form("/sign-in", &[("mail", "maya@example.org"), ("password", PASSWORD)]).await.expect(422);
    t.client().form("/sign-in", &[("mail", "m.okafor@example.org"), ("password", PASSWORD)]).await.expect(303);
    t.end().await;
}

async fn an_account_is_ended_and_opened_again(t: TestApp) {
    let mut admin = first(&t).await;
    let (id, mut maya) = person(&t, &mut admin, "maya@example.org", &[]).await;
    let page = format!("/people/{id}");
    post(&mut admin, &page, &format!("{page}/reactivation"), &[]).await.expect(409);
    post(&mut admin, &page, &format!("{page}/deactivation"), &[]).await.expect(303);
    maya.get("/account").await.expect(401);
    t.client().form("/sign-in", &[("mail", "maya@example.org"), ("password", PASSWORD)]).await.expect(422);
    assert!(admin.get("/people").await.text.contains("ended 17 Nov"));
    let before = records(&mut admin).await;
    post(&mut admin, &page, &format!("{page}/deactivation"), &[]).await.expect(409);
    assert_eq!(records(&mut admin).await, before);
    post(&mut admin, &page, &format!("{page}/reactivation"), &[]).await.expect(303);
    t.client().form("/sign-in", &[("mail", "maya@example.org"), ("password", PASSWORD)]).await.expect(303);
    t.end().await;
}

async fn the_last_account_that_can_manage_accounts_stays(t: TestApp) {
    let mut admin = first(&t).await;
    let me = admin.get("/api/v1/me").await.json()["person"]["id"].as_str().unwrap().to_owned();
    let page = format!("/people/{me}");
    let shown = admin.get(&page).await.expect(200).text;
    assert!(shown.contains("This is the last account that can manage accounts") && !shown.contains("/deactivation"), "{shown}");
    let grant = admin.get(&format!("/api/v1{page}/roles")).await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let revocation = format!("{page}/roles/{grant}/revocation");
    assert!(!shown.contains(&revocation));
    let deactivation = format!("{page}/deactivation");
    for path in [&deactivation, &revocation] {
        let refused = post(&mut admin, &page, path, &[]).await.expect(409).text;
        assert!(refused.contains("Make somebody else a platform engineer first"), "{refused}");
    }
    // Somebody who was only invited does not count yet.
    let (other, link) = invite(&mut admin, "Maya", "maya@example.org").await;
    crate::give(&mut admin, &other, "platform-engineer", None).await;
    post(&mut admin, &page, &deactivation, &[]).await.expect(409);
    let mut maya = t.client();
    maya.form(&link, &[("password", PASSWORD)]).await.expect(303);
    post(&mut admin, &page, &revocation, &[]).await.expect(303);
    admin.get(&page).await.expect(200);
    // Now it is Maya who stays.
    let own = format!("/people/{other}");
    post(&mut maya, &own, &format!("{own}/deactivation"), &[]).await.expect(409);
    t.end().await;
}

async fn what_is_no_account_is_not_found(t: TestApp) {
    let mut admin = first(&t).await;
    let nobody = "00000000-0000-7000-8000-000000000000";
    for name in ["x", nobody, "%00", "%FF", "00000000000070008000000000000000"] {
        admin.get(&format!("/people/{name}")).await.expect(404);
        for verb in ["", "/links", "/deactivation", "/reactivation", "/roles"] {
            post(&mut admin, "/people", &format!("/people/{name}{verb}"), &[("role", "stakeholder"), ("scope", "")])
                .await
                .expect(404);
        }
    }
    t.end().await;
}

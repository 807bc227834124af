//! Lenses are published, kept and given back, over HTTP on both engines.

use axum::body::Body;
use axum::http::Request;
use kernel::testing::{Answer, Client, TestApp};
use kernel::trail::merkle::hex_digest;
use serde_json::{Value, json};

use crate::world::{owner, with};

crate::on_both! {
    what_comes_with_the_program_is_there_at_once;
    a_file_comes_back_byte_for_byte_and_the_same_file_is_the_same_version;
    what_cannot_be_read_is_refused_with_its_place;
    only_who_may_publishes;
}

/// Odd on purpose: byte order mark, CRLF, an unknown key, a rule that never decides.
const ODD: &str = "\u{feff}{\r\n \"schemaVersion\": \"2021-11-01\", \"name\": \"Odd <b>lens</b>\", \"description\": \"\", \"mine\": 1.50,\r\n \
    \"pillars\": [{\"id\": \"p\", \"name\": \"P\", \"questions\": [{\"id\": \"q_one\", \"title\": \"How?\", \"choices\": [{\"id\": \
    \"aaa\", \"title\": \"A\", \"improvementPlan\": {\"displayText\": \"Do a.\"}}],\r\n \"riskRules\": [{\"condition\": \"aaa\", \"risk\": \
    \"NO_RISK\"}, {\"condition\": \"aaa\", \"risk\": \"MEDIUM_RISK\"}, {\"condition\": \"default\", \"risk\": \"HIGH_RISK\"}]}]}]}\r\n";

fn one_file(text: &str) -> Value {
    json!({ "files": [{ "name": "odd.json", "text": text }] })
}

async fn what_comes_with_the_program_is_there_at_once(t: TestApp) {
    let list = owner(&t).get("/api/v1/lenses").await.expect(200).json();
    let slugs: Vec<&str> = list["items"].as_array().unwrap().iter().map(|v| v["slug"].as_str().unwrap()).collect();
    assert_eq!(slugs, ["core", "serverless", "operability", "sre-practice"]);
    assert_eq!(list["items"][0]["built_in"], true);
    let page = owner(&t).get("/lenses/core").await.expect(200).text;
    assert!(page.contains("Sustainability") && page.contains("What the check found"));
    let files = owner(&t).get("/api/v1/lenses/core/files").await.expect(200).json();
    assert_eq!(files["files"].as_array().unwrap().len(), 7, "a folder comes back as its files");
    let turned = owner(&t).get("/lenses/serverless/file?form=aws").await.expect(200);
    assert!(turned.headers["content-disposition"].to_str().unwrap().contains("serverless.json"));
    assert_eq!(turned.json()["schemaVersion"], "2021-11-01");
    owner(&t).get("/api/v1/lenses/nobody").await.expect(404);
    owner(&t).get("/lenses/core?version=00").await.expect(404);
    owner(&t).get("/lenses/core/file?form=pdf").await.expect(422);
    t.end().await;
}

async fn a_file_comes_back_byte_for_byte_and_the_same_file_is_the_same_version(t: TestApp) {
    let mut c = with(&t, "lenses.write", None).await;
    let made = c.json("POST", "/api/v1/lenses", &one_file(ODD)).await.expect(201).json();
    assert_eq!((&made["new"], &made["version"]["digest"]), (&json!(true), &json!(hex_digest(ODD.as_bytes()))));
    let dead = made["findings"].as_array().unwrap().iter().find(|f| f["code"] == "dead-rule").unwrap();
    assert_eq!((&dead["severity"], &dead["question"], &dead["rule"]), (&json!("fault"), &json!("q_one"), &json!(2)));
    assert!(dead["line"].as_u64().unwrap() > 1, "{dead}");
    let again = c.json("POST", "/api/v1/lenses", &one_file(ODD)).await.expect(201).json();
    assert_eq!((&again["new"], &again["version"]), (&json!(false), &made["version"]));
    let slug = made["version"]["slug"].as_str().unwrap();
    assert_eq!(c.get(&format!("/lenses/{slug}/file")).await.expect(200).text, ODD);
    assert_eq!(c.get(&format!("/api/v1/lenses/{slug}/files")).await.expect(200).json()["files"][0]["text"], ODD);
    // Another text is another version, and the first stays as it was.
    let newer = ODD.replace("How?", "How now?");
    t.clock.advance(std::time::Duration::from_secs(60));
    let second = c.json("POST", "/api/v1/lenses", &one_file(&newer)).await.expect(201).json();
    let view = c.get(&format!("/api/v1/lenses/{slug}")).await.expect(200).json();
    assert_eq!((&view["version"], view["versions"].as_array().unwrap().len()), (&second["version"], 2));
    let first = format!("/lenses/{slug}/file?version={}", made["version"]["digest"].as_str().unwrap());
    assert_eq!(c.get(&first).await.expect(200).text, ODD);
    let page =
        owner(&t).get(&format!("/lenses/{slug}?version={}", made["version"]["digest"].as_str().unwrap())).await.expect(200).text;
    assert!(page.contains("there is a newer one") && page.contains("Odd &lt;b&gt;lens") && page.contains("dead-rule"));
    let digest = made["version"]["digest"].as_str().unwrap();
    let trail = owner(&t).get(&format!("/api/v1/trail?kind=lens&id={digest}")).await.expect(200).json();
    let verbs: Vec<&str> = trail["items"].as_array().unwrap().iter().map(|r| r["verb"].as_str().unwrap()).collect();
    assert_eq!(verbs, ["published"], "sending the same twice is no record");
    for (name, bytes) in crate::published() {
        let text = String::from_utf8(bytes).unwrap();
        let sent =
            json!({ "files": [{ "name": name, "text": text }], "slug": format!("lens-{}", &hex_digest(name.as_bytes())[..20]) });
        let v = c.json("POST", "/api/v1/lenses", &sent).await.expect(201).json()["version"].clone();
        let (slug, digest) = (v["slug"].as_str().unwrap(), v["digest"].as_str().unwrap());
        assert_eq!(c.get(&format!("/lenses/{slug}/file?version={digest}")).await.expect(200).text, text, "{name}");
    }
    t.end().await;
}

async fn what_cannot_be_read_is_refused_with_its_place(t: TestApp) {
    let mut c = with(&t, "lenses.write", None).await;
    let fault = |answer: Answer| answer.expect(422).json()["faults"][0]["message"].as_str().unwrap().to_owned();
    let broken = c.json("POST", "/api/v1/lenses", &one_file("{\n \"name\": \"x\",\n oops }")).await;
    assert!(fault(broken).contains("line 3"));
    c.json("POST", "/api/v1/lenses", &json!({ "files": [] })).await.expect(422);
    let long = c.json("POST", "/api/v1/lenses", &one_file(&"x".repeat(500_001))).await;
    assert!(fault(long).contains("500001 characters"));
    let core = json!({ "files": [{ "name": "a.json", "text": ODD }], "slug": "core" });
    assert!(fault(c.json("POST", "/api/v1/lenses", &core).await).contains("comes with the program"));
    let twice = ODD.replace("}]}]}\r\n", "}, {\"id\": \"q_one\", \"title\": \"B?\", \"choices\": [], \"riskRules\": []}]}]}\r\n");
    assert!(fault(c.json("POST", "/api/v1/lenses", &one_file(&twice)).await).contains("q_one"));
    assert_eq!(owner(&t).get("/api/v1/lenses").await.expect(200).json()["items"].as_array().unwrap().len(), 4);
    t.end().await;
}

async fn upload(c: &mut Client, csrf: &str, text: &str) -> Answer {
    let body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; \
         filename=\"odd.json\"\r\nContent-Type: application/json\r\n\r\n{text}\r\n--b\r\nContent-Disposition: form-data; \
         name=\"slug\"\r\n\r\nmine\r\n--b--\r\n"
    );
    let request = Request::post("/lenses").header("content-type", "multipart/form-data; boundary=b").header("accept", "text/html");
    c.send(request.header("sec-fetch-site", "same-origin").body(Body::from(body)).unwrap()).await
}

async fn only_who_may_publishes(t: TestApp) {
    let mut c = with(&t, "values.write", None).await;
    c.json("POST", "/api/v1/lenses", &one_file(ODD)).await.expect(403);
    t.client().json("POST", "/api/v1/lenses", &one_file(ODD)).await.expect(401);
    let mut c = owner(&t);
    let page = c.get("/lenses").await.expect(200).text;
    let csrf = Client::csrf(&page);
    let refused = upload(&mut c, &csrf, "{").await.expect(422).text;
    assert!(refused.contains("line 1") && refused.contains("value=\"mine\""), "what was typed stays: {refused}");
    let sent = upload(&mut c, &csrf, ODD).await.expect(303);
    assert!(sent.location().starts_with("/lenses/mine?version="), "{}", sent.location());
    assert_eq!(c.get("/lenses/mine/file").await.expect(200).text, ODD, "a file that a browser sends is kept byte for byte too");
    t.end().await;
}

//! Issues that exist: linked, read, told of by webhook; and what a tracker says when it has had enough.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use kernel::db::Engine;
use kernel::error::Error;
use kernel::testing::{Answer, TestApp};
use serde_json::{Value, json};
use trackers::jobs;

use crate::far::{Far, Trouble};
use crate::world::{KEY, fault, issues, link, owner, stands, unlink, words, world};

on_both! {
    bad_input_names_its_place;
    an_issue_is_followed_by_asking_and_asked_for_no_more_than_is_new;
    a_webhook_is_taken_with_its_signature_and_without_it_refused;
    a_tracker_that_has_had_enough_is_left_alone_until_it_said;
    a_tracker_is_changed_and_put_away;
}

async fn bad_input_names_its_place(engine: Engine) {
    let far = Far::start().await;
    let t = world(engine, far.address).await;
    let mut c = owner(&t);
    let good = json!({ "name": "Other", "kind": "github", "url": "https://api.github.com", "project": "a/b", "secret": "github" });
    for (field, value, at) in [
        ("name", json!(""), "name"),
        ("url", json!("api.github.com"), "url"),
        ("project", json!("a"), "project"),
        ("secret", json!("lost"), "secret"),
        ("secret", json!("hook"), "secret"),
        ("hook_secret", json!("github"), "hook_secret"),
        ("issue_type", json!("Bug"), "issue_type"),
    ] {
        let mut body = good.clone();
        body[field] = value;
        let answer = c.json("POST", "/api/v1/trackers", &body).await.expect(422).json();
        assert_eq!(answer["faults"][0]["at"], at, "{answer}");
    }
    t.client().json("POST", "/api/v1/trackers", &good).await.expect(401);
    c.get("/api/v1/trackers/nobody").await.expect(404);
    c.get("/api/v1/issues").await.expect(422);
    c.get("/api/v1/issues?kind=action&id=%00").await.expect(422);
    c.get("/api/v1/trackers/github/issues?cursor=zz").await.expect(422);
    for (tracker, issue, at) in [("nobody", "1", "tracker"), ("github", "x", "issue"), ("jira", "OPS-1", "issue")] {
        match link(&t, 1, tracker, Some(issue)).await {
            Err(Error::Invalid(f)) => assert_eq!(f[0].at, at),
            other => panic!("{other:?}"),
        }
    }
    assert!(far.asked().is_empty(), "{engine:?}: nothing was asked");
    let sent = [("name", "<n>"), ("program", "github"), ("url", "x"), ("project", "a/b"), ("secret", "github")];
    let page = c.form("/trackers", &sent).await.expect(422).text;
    assert!(page.contains("value=\"&lt;n&gt;\"") && page.contains("href=\"#url\""), "{page}");
    t.end().await;
}

async fn an_issue_is_followed_by_asking_and_asked_for_no_more_than_is_new(engine: Engine) {
    for (kind, open, done, since) in [
        ("github", ("open", "open"), ("done", "closed as completed"), "2026-11-12T09:30:00Z"),
        ("gitlab", ("open", "opened"), ("done", "closed"), "2026-11-12T09:30:00Z"),
        ("jira", ("in-progress", "In Review"), ("done", "Done"), "2026-11-12T09:30:00Z"),
    ] {
        let far = Far::start().await;
        let t = world(engine, far.address).await;
        far.add("An issue", "In Review");
        let name = if kind == "jira" { "PAY-1" } else { "1" };
        link(&t, 1, kind, Some(name)).await.unwrap();
        assert!(matches!(link(&t, 1, kind, Some(name)).await, Err(Error::Conflict(_))), "{engine:?} {kind}");
        link(&t, 2, kind, Some(name)).await.unwrap();
        assert_eq!(issues(&t, 1).await[0].state.key(), "unknown");
        jobs::follow(&t.app).await.unwrap();
        let first = stands(&t, 1).await;
        assert_eq!((first.0.as_str(), first.1.as_str()), open);
        assert_eq!(far.asked().len(), 1, "two things share one issue");
        jobs::follow(&t.app).await.unwrap();
        assert_eq!(far.asked().len(), 1, "not due");
        t.clock.advance(Duration::from_secs(301));
        jobs::follow(&t.app).await.unwrap();
        assert_eq!((far.asked().len(), stands(&t, 1).await), (2, first));
        far.change(1, |i| {
            i.closed = true;
            i.status = "Done".into();
        });
        t.clock.advance(Duration::from_secs(301));
        jobs::follow(&t.app).await.unwrap();
        assert_eq!(stands(&t, 2).await, words(done.0, done.1, since));
        t.clock.advance(Duration::from_secs(3600));
        jobs::follow(&t.app).await.unwrap();
        assert_eq!(far.asked().len(), 3, "what is done is looked at seldom");
        // What is not linked any more is not asked for.
        let id = issues(&t, 1).await[0].id;
        unlink(&t, 1, id).await.unwrap();
        unlink(&t, 2, id).await.unwrap();
        assert!(matches!(unlink(&t, 2, id).await, Err(Error::NotFound(_))));
        t.clock.advance(Duration::from_secs(86_400));
        jobs::follow(&t.app).await.unwrap();
        assert_eq!(far.asked().len(), 3);
        // An issue that is not there.
        let missing = if kind == "jira" { "PAY-99" } else { "99" };
        link(&t, 3, kind, Some(missing)).await.unwrap();
        jobs::follow(&t.app).await.unwrap();
        assert_eq!(stands(&t, 3).await.0, "gone");
        let list = owner(&t).get(&format!("/api/v1/trackers/{kind}/issues")).await.expect(200).json();
        assert_eq!(list["items"].as_array().unwrap().len(), 2);
        t.end().await;
    }
}

async fn post(t: &TestApp, tracker: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::post(format!("/in/trackers/{tracker}")).header("content-type", "application/json");
    for (n, v) in headers {
        request = request.header(*n, *v);
    }
    t.client().send(request.body(Body::from(body.to_owned())).unwrap()).await
}

/// The signature of a body, with the tool that everybody has.
async fn signed(body: &str) -> String {
    use tokio::io::AsyncWriteExt;
    let mut child = tokio::process::Command::new("openssl")
        .args(["dgst", "-sha256", "-hmac", KEY, "-r"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(body.as_bytes()).await.unwrap();
    let out = String::from_utf8(child.wait_with_output().await.unwrap().stdout).unwrap();
    format!("sha256={}", out.split(' ').next().unwrap())
}

async fn a_webhook_is_taken_with_its_signature_and_without_it_refused(engine: Engine) {
    let far = Far::start().await;
    let t = world(engine, far.address).await;
    far.add("An issue", "To Do");
    for (n, kind, name) in [(1, "github", "1"), (2, "gitlab", "1"), (3, "jira", "PAY-1")] {
        link(&t, n, kind, Some(name)).await.unwrap();
    }
    jobs::follow(&t.app).await.unwrap();
    let github = json!({ "action": "closed", "repository": { "full_name": "harbour/payments" }, "issue": { "number": 1, "title": "An issue",
        "state": "closed", "state_reason": "not_planned", "html_url": "https://github.com/harbour/payments/issues/1",
        "closed_at": "2026-11-14T08:00:00Z" } });
    let gitlab = json!({ "object_kind": "issue", "project": { "path_with_namespace": "harbour/core/payments" }, "object_attributes": {
        "iid": 1, "title": "An issue", "state": "closed", "url": "https://gitlab.example.org/x/-/issues/1", "closed_at": "2026-11-14 08:00:00 UTC" } });
    let jira = json!({ "webhookEvent": "jira:issue_updated", "issue": { "key": "PAY-1", "fields": { "summary": "An issue",
        "status": { "name": "Erledigt", "statusCategory": { "key": "done" } } } } });
    let texts = [&github, &gitlab, &jira].map(Value::to_string);
    let (one, three) = (signed(&texts[0]).await, signed(&texts[2]).await);
    let wrong = format!("sha256={}", "0".repeat(64));
    // Refused: nothing, the wrong one, that of another body, the right one in another form, no such tracker.
    for (tracker, headers) in [
        ("github", vec![]),
        ("github", vec![("x-hub-signature-256", wrong.as_str())]),
        ("github", vec![("x-hub-signature-256", three.as_str())]),
        ("github", vec![("x-hub-signature-256", &one[7..])]),
        ("github", vec![("x-hub-signature-256", "sha256=zz")]),
        ("github", vec![("x-gitlab-token", KEY)]),
        ("nobody", vec![("x-hub-signature-256", one.as_str())]),
        ("%00", vec![("x-hub-signature-256", one.as_str())]),
    ] {
        let answer = post(&t, tracker, &headers, &texts[0]).await;
        assert_eq!(answer.status, 404, "{tracker} {headers:?}: {}", answer.text);
    }
    post(&t, "gitlab", &[("x-gitlab-token", "It's a Secret")], &texts[1]).await.expect(404);
    assert_eq!(stands(&t, 1).await.0, "open", "{engine:?}: nothing was believed");
    post(&t, "github", &[("x-hub-signature-256", &one), ("x-github-event", "issues")], &texts[0]).await.expect(204);
    post(&t, "gitlab", &[("x-gitlab-token", KEY)], &texts[1]).await.expect(204);
    post(&t, "jira", &[("x-hub-signature", &three)], &texts[2]).await.expect(204);
    assert_eq!(stands(&t, 1).await, words("done", "closed as not planned", "2026-11-14T08:00:00Z"));
    assert_eq!(stands(&t, 2).await, words("done", "closed", "2026-11-14T08:00:00Z"));
    // Jira's says not since when: since it was told.
    assert_eq!(stands(&t, 3).await, words("done", "Erledigt", &t.app.now().to_string()));
    // A ping means nothing, another project is refused, and so is what is no JSON.
    let ping = r#"{"zen":"Keep it logically awesome."}"#;
    post(&t, "github", &[("x-hub-signature-256", &signed(ping).await), ("x-github-event", "ping")], ping).await.expect(204);
    let other = texts[0].replace("harbour/payments\"", "harbour/other\"");
    post(&t, "github", &[("x-hub-signature-256", &signed(&other).await), ("x-github-event", "issues")], &other).await.expect(422);
    post(&t, "github", &[("x-hub-signature-256", &signed("{").await)], "{").await.expect(400);
    let page = owner(&t).get("/trackers/github").await.expect(200).text;
    assert!(page.contains("closed as not planned") && page.contains("https://bellwether.example/in/trackers/github"), "{page}");
    // A webhook is looked after soon, in case another was overtaken.
    t.clock.advance(Duration::from_secs(61));
    jobs::follow(&t.app).await.unwrap();
    assert_eq!(stands(&t, 1).await.0, "open", "the tracker has the last word");
    t.end().await;
}

async fn a_tracker_that_has_had_enough_is_left_alone_until_it_said(engine: Engine) {
    let far = Far::start().await;
    let t = world(engine, far.address).await;
    for n in 1..=3 {
        far.add("An issue", "To Do");
        link(&t, n, "github", Some(&n.to_string())).await.unwrap();
    }
    far.trouble(&[Trouble::Spent], t.app.now().micros() / 1_000_000);
    jobs::follow(&t.app).await.unwrap();
    assert_eq!(far.asked().len(), 1, "{engine:?}: one refusal is enough");
    assert!(fault(&t, "github").await.contains("rate limit"));
    t.clock.advance(Duration::from_secs(60));
    jobs::follow(&t.app).await.unwrap();
    assert_eq!(far.asked().len(), 1);
    t.clock.advance(Duration::from_secs(31));
    jobs::follow(&t.app).await.unwrap();
    assert_eq!(far.asked().len(), 4);
    assert_eq!(fault(&t, "github").await, "");
    t.end().await;
}

async fn a_tracker_is_changed_and_put_away(engine: Engine) {
    let far = Far::start().await;
    let t = world(engine, far.address).await;
    let mut c = owner(&t);
    let mut body = json!({ "name": "Payments", "kind": "github", "url": format!("http://{}", far.address), "project": "harbour/payments",
        "secret": "github", "version": 1 });
    let changed = c.json("PUT", "/api/v1/trackers/github", &body).await.expect(200).json();
    assert_eq!((&changed["name"], &changed["version"], changed.get("hook_secret")), (&json!("Payments"), &json!(2), None));
    c.json("PUT", "/api/v1/trackers/github", &body).await.expect(409);
    body["version"] = json!(2);
    body["project"] = json!("harbour/other");
    c.json("PUT", "/api/v1/trackers/github", &body).await.expect(422);
    let exported = t
        .app
        .db
        .read(|tx| kernel::configured::export(&trackers::configured::CONFIGURED.iter().collect::<Vec<_>>(), tx))
        .await
        .unwrap();
    assert!(exported.contains("secret: gitlab") && !exported.contains("t0ken"), "{exported}");
    far.add("An issue", "To Do");
    link(&t, 1, "github", Some("1")).await.unwrap();
    jobs::follow(&t.app).await.unwrap();
    c.form("/trackers/github/archival", &[]).await.expect(303);
    c.json("POST", "/api/v1/trackers/github/archival", &json!({})).await.expect(409);
    assert!(matches!(link(&t, 2, "github", Some("1")).await, Err(Error::Conflict(_))), "{engine:?}");
    t.clock.advance(Duration::from_secs(86_400));
    jobs::follow(&t.app).await.unwrap();
    assert_eq!(far.asked().len(), 1, "nothing is asked of it any more");
    assert_eq!(stands(&t, 1).await.0, "open");
    assert!(c.get("/trackers/github").await.expect(200).text.contains("It was put away"));
    t.end().await;
}

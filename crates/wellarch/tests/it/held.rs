//! A review is held together: what is ticked is stored at once, taken back, commented on; who is there is seen by all.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use futures_util::StreamExt;
use kernel::db::Engine;
use kernel::testing::{Client, TestApp};
use kernel::web::{App, router};
use people::PeopleGate;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::reviewing::{answer, begun};
use crate::world::{owner, with};

crate::on_both! {
    what_is_ticked_is_stored_at_once_and_taken_back;
    the_same_answer_again_is_no_version;
    comments_are_added_and_nothing_else;
    every_version_of_an_answer_is_kept;
    who_is_there_is_seen_while_they_listen;
}

const QUESTION: &str = "/workloads/ledger/reviews/small/questions/Q-01";
const API: &str = "/api/v1/workloads/ledger/reviews/small/answers/Q-01";

/// A stream of events that somebody listens to; dropping it ends the connection.
pub(crate) struct Listening {
    body: std::pin::Pin<Box<dyn futures_util::Stream<Item = Vec<u8>> + Send>>,
    text: String,
}

impl Listening {
    pub(crate) async fn start(app: &App, bearer: Option<&str>, question: &str) -> Self {
        let path = format!("/workloads/ledger/reviews/small/live?question={question}");
        let mut req = Request::get(path).body(Body::empty()).unwrap();
        match bearer {
            Some(token) => drop(req.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap())),
            None => drop(req.extensions_mut().insert(kernel::web::OwnerSocket)),
        }
        let response = router(app).oneshot(req).await.unwrap();
        assert_eq!(response.status(), 200);
        let body = response.into_body().into_data_stream().map(|chunk| chunk.unwrap().to_vec());
        Self { body: Box::pin(body), text: String::new() }
    }

    /// Waits for an event whose text has all of these parts and none of those.
    #[track_caller]
    pub(crate) fn until<'a>(&'a mut self, with: &'a [&'a str], without: &'a [&'a str]) -> impl Future<Output = String> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            loop {
                while let Some(end) = self.text.find("\n\n") {
                    let event: String = self.text.drain(..end + 2).collect();
                    if with.iter().all(|part| event.contains(part)) && !without.iter().any(|part| event.contains(part)) {
                        return event;
                    }
                }
                let chunk = tokio::time::timeout(Duration::from_secs(20), self.body.next()).await;
                let chunk = chunk.unwrap_or_else(|_| panic!("{caller}: never heard {with:?} without {without:?}"));
                self.text.push_str(&String::from_utf8(chunk.unwrap_or_else(|| panic!("{caller}: the stream ended"))).unwrap());
            }
        }
    }
}

/// The fields of a form, with what is always there.
fn sent<'a>(csrf: &'a str, based_on: &'a str, act: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("csrf", csrf), ("based_on", based_on), ("act", act)], more].concat()
}

async fn what_is_ticked_is_stored_at_once_and_taken_back(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    let csrf = Client::csrf(&c.get(QUESTION).await.expect(200).text);
    // The answer to an autosave is the page itself, with the version that was stored.
    let page = c.form(QUESTION, &sent(&csrf, "0", "autosave", &[("choice", "aaa")])).await.expect(200).text;
    for part in ["name=\"based_on\" value=\"1\"", "Saved, ", "version 1", "you <bdi>ticked “Tick a”", "value=\"undo\""] {
        assert!(page.contains(part), "{part}: {page}");
    }
    c.form(QUESTION, &sent(&csrf, "1", "autosave", &[("choice", "aaa"), ("note", "as agreed")])).await.expect(200);
    // A version that is not the newest is refused with who and what; nothing is stored.
    let late = c.form(QUESTION, &sent(&csrf, "1", "autosave", &[("choice", "bbb")])).await.expect(409).text;
    assert!(late.contains("data-conflict") && late.contains("name=\"based_on\" value=\"2\""), "{late}");
    // A form that is refused for itself is still held against what its writer had seen, and the page does not send it by itself.
    let bad = c.form(QUESTION, &sent(&csrf, "1", "stay", &[("choice", "aaa"), ("none", "yes")])).await.expect(422).text;
    assert!(bad.contains("data-conflict") && bad.contains("name=\"based_on\" value=\"1\""), "{bad}");
    c.form(QUESTION, &sent(&csrf, "1", "stay", &[("choice", "bbb")])).await.expect(409);
    // Somebody else is named, and cannot be undone by this one.
    let mut maya = with(&t, "reviews.answer", Some("checkout")).await;
    answer(&mut maya, "Q-01", 2, json!({ "choices": ["aaa", "bbb"], "note": "as agreed" })).await.expect(200);
    let page = c.get(QUESTION).await.expect(200).text;
    assert!(page.contains("<b><bdi>reviews.answer checkout</bdi></b> <bdi>ticked “Tick b”</bdi> a moment ago"), "{page}");
    assert!(!page.contains("value=\"undo\""), "{page}");
    let theirs = c.form(QUESTION, &sent(&csrf, "3", "undo", &[])).await.expect(409).text;
    assert!(theirs.contains("is the answer of reviews.answer checkout"), "{theirs}");
    // One's own is taken back: what stood before is said again, as a new version.
    c.form(QUESTION, &sent(&csrf, "3", "autosave", &[("none", "yes")])).await.expect(200);
    assert_eq!(c.form(QUESTION, &sent(&csrf, "4", "undo", &[])).await.expect(303).location(), QUESTION);
    let now = c.get(API).await.expect(200).json();
    assert_eq!((&now["answer"]["version"], &now["answer"]["said"]["choices"]), (&json!(5), &json!(["aaa", "bbb"])));
    c.form(QUESTION, &sent(&csrf, "4", "undo", &[])).await.expect(409);
    c.form(QUESTION, &sent(&csrf, "9", "undo", &[])).await.expect(422);
    let open = "/workloads/ledger/reviews/small/questions/Q-02";
    c.form(open, &sent(&csrf, "0", "undo", &[])).await.expect(409);
    // The first answer of all is taken back to none.
    c.form(open, &sent(&csrf, "0", "autosave", &[("choice", "ccc")])).await.expect(200);
    c.form(open, &sent(&csrf, "1", "undo", &[])).await.expect(303);
    let q = c.get("/api/v1/workloads/ledger/reviews/small/answers/Q-02").await.expect(200).json();
    assert_eq!((&q["standing"], &q["answer"]["version"]), (&json!("unanswered"), &json!(2)));
    let mut values = with(&t, "values.write", Some("checkout")).await;
    values.form(QUESTION, &sent(&csrf, "5", "undo", &[])).await.expect(403);
    t.end().await;
}

async fn the_same_answer_again_is_no_version(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    let said = json!({ "choices": ["aaa"], "note": "once" });
    let first = answer(&mut c, "Q-01", 0, said.clone()).await.expect(200).json();
    assert_eq!(answer(&mut c, "Q-01", 1, said.clone()).await.expect(200).json(), first);
    answer(&mut c, "Q-01", 1, json!({ "choices": ["bbb"] })).await.expect(200);
    answer(&mut c, "Q-01", 1, said).await.expect(409);
    assert_eq!(c.get(&format!("{API}/versions")).await.expect(200).json()["items"].as_array().unwrap().len(), 2);
    t.end().await;
}

async fn comments_are_added_and_nothing_else(t: TestApp) {
    begun(&t).await;
    let mut c = with(&t, "reviews.take-part", Some("checkout")).await;
    let at = format!("{API}/comments");
    for text in ["", "  ", "a\u{0}b", &"x".repeat(4_001)] {
        assert_eq!(c.json("POST", &at, &json!({ "text": text })).await.expect(422).json()["faults"][0]["at"], "text");
    }
    for n in 0..25 {
        let made = c.json("POST", &at, &json!({ "text": format!("word {n} <b>") })).await.expect(201).json();
        assert_eq!(made["by"], "reviews.take-part checkout");
        t.clock.advance(Duration::from_millis(2));
    }
    let page = c.get(&format!("{at}?limit=20")).await.expect(200).json();
    let next = page["next"].as_str().unwrap();
    let rest = c.get(&format!("{at}?limit=20&cursor={next}")).await.expect(200).json();
    let texts: Vec<&str> =
        [&page, &rest].iter().flat_map(|p| p["items"].as_array().unwrap()).map(|i| i["text"].as_str().unwrap()).collect();
    let expected: Vec<String> = (0..25).rev().map(|n| format!("word {n} <b>")).collect();
    assert_eq!(texts, expected);
    let mut owner = owner(&t);
    let shown = owner.get(QUESTION).await.expect(200).text;
    assert!(
        shown.contains("word 24 &lt;b&gt;") && !shown.contains("word 4 &lt;b&gt;") && shown.contains("Older comments"),
        "{shown}"
    );
    assert!(owner.get(&format!("{QUESTION}/history")).await.expect(200).text.contains("word 4 &lt;b&gt;"));
    let csrf = Client::csrf(&shown);
    let form = |text: &'static str| [("csrf", csrf.clone()), ("text", text.to_owned())];
    for (text, status) in [("", 422), ("by form", 303)] {
        let fields = form(text);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        owner.form(&format!("{QUESTION}/comments"), &fields).await.expect(status);
    }
    // Reading is for all who are signed in; saying something for those who take part.
    let mut search = with(&t, "reviews.take-part", Some("search")).await;
    assert_eq!(search.get(&at).await.expect(200).json()["items"][0]["text"], "by form");
    search.json("POST", &at, &json!({ "text": "no" })).await.expect(403);
    t.client().get(&at).await.expect(401);
    c.json("POST", "/api/v1/workloads/ledger/reviews/small/answers/Q-99/comments", &json!({ "text": "no" })).await.expect(404);
    t.end().await;
}

async fn every_version_of_an_answer_is_kept(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    for n in 0..53 {
        let said = if n % 2 == 0 { json!({ "choices": ["aaa"] }) } else { json!({ "choices": ["bbb"] }) };
        answer(&mut c, "Q-01", n, said).await.expect(200);
    }
    let page = c.get(&format!("{QUESTION}/history")).await.expect(200).text;
    let older = page.split("href=\"").find(|p| p.contains("history?before=4\"")).expect("a link to older versions");
    let older = c.get(older.split('"').next().unwrap()).await.expect(200).text;
    assert!(older.contains("ticked “Tick b” and unticked “Tick a”") && older.contains("<bdi>ticked “Tick a”</bdi>"), "{older}");
    let listed = c.get(&format!("{API}/versions?limit=2")).await.expect(200).json();
    let versions =
        |page: &Value| page["items"].as_array().unwrap().iter().map(|a| a["version"].as_i64().unwrap()).collect::<Vec<_>>();
    assert_eq!(versions(&listed), [53, 52]);
    let next = format!("{API}/versions?limit=2&cursor={}", listed["next"].as_str().unwrap());
    assert_eq!(versions(&c.get(&next).await.expect(200).json()), [51, 50]);
    c.get(&format!("{API}/versions?cursor=zz")).await.expect(422);
    c.get("/workloads/ledger/reviews/small/questions/Q-99/history").await.expect(404);
    t.end().await;
}

async fn who_is_there_is_seen_while_they_listen(t: TestApp) {
    begun(&t).await;
    let maya = with(&t, "reviews.answer", Some("checkout")).await;
    let token = maya.bearer.clone();
    let mut mine = Listening::start(&t.app, None, "Q-01").await;
    mine.until(&["event: version"], &[]).await;
    let theirs = Listening::start(&t.app, token.as_deref(), "Q-02").await;
    let seen = mine.until(&["event: fragment", "reviews.answer checkout"], &[]).await;
    assert!(seen.contains("How two?"), "{seen}");
    let mut c = owner(&t);
    let page = c.get(QUESTION).await.expect(200).text;
    assert!(
        page.contains("reviews.answer checkout")
            && page.contains("data-live=\"/workloads/ledger/reviews/small/live?question=Q-01\"")
    );
    assert!(!page.contains("token:"), "who stands in the trail under which id is nobody's business here: {page}");
    // An answer and a comment reach whoever listens.
    answer(&mut c, "Q-02", 0, json!({ "none": true })).await.expect(200);
    mine.until(&["event: version"], &[]).await;
    // Whoever leaves is gone with the connection.
    drop(theirs);
    mine.until(&["event: fragment"], &["reviews.answer checkout"]).await;
    assert!(!c.get("/workloads/ledger/reviews/small").await.expect(200).text.contains("reviews.answer checkout"));
    // Nothing of it is in the trail, and nobody who is not signed in sees it.
    assert!(!owner(&t).get("/api/v1/trail?limit=500").await.expect(200).text.contains("presence"));
    let path = "/workloads/ledger/reviews/small/live";
    t.client().get(&format!("{path}?question=")).await.expect(401);
    c.get(path).await.expect(422);
    c.get("/workloads/index/reviews/small/live?question=").await.expect(404);
    drop(mine);
    t.end().await;
}

/// Two instances over one PostgreSQL: each sees the people of the other, and no longer when it is told no more.
#[tokio::test(flavor = "multi_thread")]
async fn people_are_seen_across_instances() {
    let t = crate::world::world(Engine::Postgres).await;
    begun(&t).await;
    let other = t.another(PeopleGate::new(), 2);
    let mut here = Listening::start(&t.app, None, "Q-01").await;
    let there = Listening::start(&other, None, "Q-02").await;
    // One person in two windows stands once; the other instance's window is the one that counts here by its order.
    here.until(&["event: fragment", "How "], &[]).await;
    let maya = with(&t, "reviews.answer", Some("checkout")).await;
    let third = Listening::start(&other, maya.bearer.as_deref(), "Q-02").await;
    here.until(&["event: fragment", "reviews.answer checkout", "How two?"], &[]).await;
    let mut c = Client::new(&other);
    c.owner = true;
    answer(&mut c, "Q-01", 0, json!({ "choices": ["aaa"] })).await.expect(200);
    here.until(&["event: version"], &[]).await;
    drop(third);
    here.until(&["event: fragment"], &["reviews.answer checkout"]).await;
    drop((here, there));
    other.stop();
    other.db.close();
    t.end().await;
}

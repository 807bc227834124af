//! Portals that answer what no catalogue is, or not to the end: nothing is imported, the run says why, nobody else is affected.

use std::sync::atomic::{AtomicUsize, Ordering};

use kernel::testing::TestApp;
use serde_json::{Value, json};

use crate::far::{Far, Play, json as answer, sample};
use crate::portal::{answers, estate, portal};
use crate::world::{World, instant};

fn status(status: &'static str) -> Play {
    Play::Answer(status, "application/json", r#"{"error":{"message":"no"}}"#.into())
}

fn page(items: &str, rest: &str) -> Play {
    answer(&format!(r#"{{"items":[{items}]{rest}}}"#))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_come_whole_imports_nothing_and_the_run_says_why() {
    let bad: Vec<(&str, Play, &str)> = vec![
        ("no token", status("401 Unauthorized"), "access was refused; check the secret"),
        ("not allowed", status("403 Forbidden"), "status 403"),
        ("elsewhere", status("404 Not Found"), "there is nothing at this address; check the URL"),
        ("broken", status("500 Oops"), "status 500"),
        (
            "a sign-in page",
            Play::Answer("200 OK", "text/html", "<!doctype html>".into()),
            "content type text/html where JSON is read",
        ),
        ("a page that lies", Play::Answer("200 OK", "application/json", "<!doctype html>".into()), "not the JSON expected"),
        ("hangs", Play::Hang, "within 1 s"),
        ("drips", Play::Drip, "within 1 s"),
        ("without end", Play::Flood, "larger than the limit of 60000 bytes"),
        ("breaks off", Play::Half, "broke off"),
        ("a redirect inside", Play::Redirect("http://10.0.0.5/".into()), "[outgoing] allow"),
        ("a redirect to metadata", Play::Redirect("http://169.254.169.254/x".into()), "[outgoing] allow"),
        ("a redirect to a file", Play::Redirect("file:///etc/passwd".into()), "only http and https"),
        ("no list", answer("{}"), "no list “items”"),
        ("a list of another kind", answer(r#"{"items":7}"#), "no list “items”"),
        ("nothing at all", answer("null"), "no list “items”"),
        ("a cursor that repeats", page("", r#","pageInfo":{"nextCursor":"a"}"#), "is one that an earlier page had"),
        ("a cursor that is none", page("", r#","pageInfo":{"nextCursor":7}"#), "a cursor that is no text"),
        ("fewer than counted", page("", r#","totalItems":8"#), "counts 8 entities and gave 0"),
        ("too many", page(&["{}"; 5_001].join(","), ""), "more than 5000 groups, systems and components"),
    ];
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let far = portal(estate()).await;
        let from = |url: &str| json!({ "kind": "backstage-api", "url": url });
        let slug = w.feed("Portal", from(&far.url())).await;
        assert_eq!(w.feed_run(&slug).await["outcome"], "imported");
        let prometheus = Far::start(sample("412")).await;
        let source = w.make("Latency", "latency", "payments", instant(&prometheus.url())).await;
        let (before, written) = (w.catalogue().await, w.trail().await.len());
        for (i, (name, play, words)) in bad.iter().enumerate() {
            far.now(play.clone());
            let look = w.preview(&slug).await;
            assert_eq!((look["outcome"].as_str(), look.get("plan")), (Some("failed"), None), "{name}: {look}");
            let run = w.feed_run(&slug).await;
            let message = run["message"].as_str().unwrap();
            assert_eq!(run["outcome"], "failed", "{name}: {message}");
            assert!(message.contains(words), "{name}: {message}");
            assert!(message.ends_with(['.', '…']), "{name}: a sentence: {message}");
            let feed = w.feed_of(&slug).await;
            assert_eq!((feed["health"].as_str(), feed["failures"].as_u64()), (Some("failing"), Some(i as u64 + 1)), "{name}");
        }
        assert_eq!((w.catalogue().await, w.trail().await.len()), (before, written), "nothing was touched");
        assert_eq!(w.run(&source).await["outcome"], "stored", "sources run on");
        let page = w.get("/feeds/portal").await.expect(200).text;
        assert!(page.contains("The last run imported nothing. The last good one ended"), "{page}");
        far.acts(answers(estate(), 4));
        assert_eq!(w.feed_run(&slug).await["outcome"], "unchanged");
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_breaks_on_a_later_page_or_never_ends_imports_nothing() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let far = portal(estate()).await;
        let slug = w.feed("Portal", json!({ "kind": "backstage-api", "url": far.url() })).await;
        w.feed_run(&slug).await;
        let before = w.catalogue().await;
        let whole = answers(estate(), 2);
        far.acts(move |line| if line.contains("cursor=after-4") { status("503 Later") } else { whole(line) });
        let run = w.feed_run(&slug).await;
        assert!(run["outcome"] == "failed" && run["message"].as_str().unwrap().contains("status 503"), "{run}");

        let asked = AtomicUsize::new(0);
        far.acts(move |_| {
            let n = asked.fetch_add(1, Ordering::SeqCst);
            page("", &format!(r#","pageInfo":{{"nextCursor":"c{n}"}}"#))
        });
        let seen = far.seen().len();
        let run = w.feed_run(&slug).await;
        assert!(run["message"].as_str().unwrap().contains("more than 100 pages"), "{run}");
        assert_eq!(far.seen().len() - seen, 100);

        // Pages that fit, of things that together would take a gigabyte.
        let asked = AtomicUsize::new(0);
        let large = format!(r#"{{"spec":[{}1]}}"#, "1,".repeat(29_000));
        far.acts(move |_| {
            let n = asked.fetch_add(1, Ordering::SeqCst);
            page(&large, &format!(r#","pageInfo":{{"nextCursor":"c{n}"}}"#))
        });
        let run = w.feed_run(&slug).await;
        assert!(run["message"].as_str().unwrap().contains("more than 1000000 values in all"), "{run}");
        assert_eq!(w.catalogue().await, before);
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_hangs_holds_up_no_other_feed() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let (slow, good) = (Far::start(Play::Hang).await, portal(estate()).await);
        for (name, url) in [("A slow", slow.url()), ("B good", good.url())] {
            let from = json!({ "kind": "backstage-api", "url": url });
            let new = json!({ "name": name, "from": from, "group": "core", "every_minutes": 15 });
            w.post("/api/v1/feeds", &new).await.expect(201);
        }
        w.feed_tick().await;
        assert_eq!(w.feed_of("a-slow").await["last"]["outcome"], "failed");
        assert_eq!(w.feed_of("b-good").await["last"]["outcome"], "imported");
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_says_nonsense_is_refused_with_the_place() {
    let good = || json!({ "name": "Portal", "from": { "kind": "backstage-api", "url": "https://portal.example" } });
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let cases: [(&str, Value, &str); 9] = [
            ("name", json!(" "), "name"),
            ("slug", json!("new"), "slug"),
            ("every_minutes", json!(14), "15 to 44640 minutes"),
            ("group", json!("nobody"), "There is no group “nobody”"),
            ("calendar", json!({ "zone": "Mars/Base", "first_day": "soon" }), "calendar.zone"),
            ("from", json!({ "kind": "backstage-api", "url": "ftp://a" }), "from.url"),
            ("from", json!({ "kind": "git", "url": "file:///etc" }), "from.url"),
            ("from", json!({ "kind": "git", "url": "/etc" }), "roots in [git]"),
            ("from", json!({ "kind": "git", "url": "git@h:a", "paths": ["../a"] }), "from.paths"),
        ];
        for (field, value, words) in cases {
            let mut new = good();
            new[field] = value;
            let said = w.post("/api/v1/feeds", &new).await.expect(422).text;
            assert!(said.contains(words), "{field}: {said}");
        }
        let mut other = good();
        other["from"]["kind"] = json!("carrier-pigeon");
        assert!(matches!(w.post("/api/v1/feeds", &other).await.status, 400 | 422));
        assert_eq!(w.get("/api/v1/feeds").await.expect(200).json()["items"], json!([]), "nothing was half made");
        w.get("/api/v1/feeds/nobody").await.expect(404);
        w.get("/feeds/nobody").await.expect(404);
        w.t.end().await;
    }
}

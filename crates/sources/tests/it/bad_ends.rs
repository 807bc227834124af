//! Far ends that fail: the run says why, no value changes, nobody else is affected.

use kernel::testing::TestApp;
use serde_json::json;

use crate::far::{Far, Play, json, sample, vector};
use crate::world::{World, instant};

fn html(status: &'static str) -> Play {
    Play::Answer(status, "text/html", "<!doctype html><title>Sign in</title>".into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_far_end_that_fails_changes_no_value_and_the_run_says_why() {
    let bad: Vec<(&str, Play, &str)> = vec![
        ("500", html("500 Oops"), "status 500"),
        ("500 with JSON", Play::Answer("500 Oops", "application/json", "{}".into()), "status 500"),
        (
            "refused",
            Play::Answer("400 Bad Request", "application/json", r#"{"status":"error","errorType":"bad_data","error":"no"}"#.into()),
            "refused the query (bad_data): no",
        ),
        ("HTML", html("200 OK"), "content type text/html"),
        ("wrong content type", text_of(sample("7")), "content type text/plain where application/json is read"),
        ("no JSON", Play::Answer("200 OK", "application/json", "7".into()), "not of the API's shape"),
        (
            "redirect inside",
            Play::Redirect("http://10.0.0.5/".into()),
            "Add \"10.0.0.0/8\" to [outgoing] allow in the configuration",
        ),
        ("redirect to metadata", Play::Redirect("http://169.254.169.254/x".into()), "[outgoing] allow"),
        ("redirect to a file", Play::Redirect("file:///etc/passwd".into()), "only http and https"),
        ("never answers", Play::Hang, "within 1 s"),
        ("slow drip", Play::Drip, "within 1 s"),
        ("too large", Play::Flood, "larger than the limit of 60000 bytes"),
        ("breaks off", Play::Half, "broke off"),
        ("NaN", sample("NaN"), "not a number (NaN"),
        ("infinite", sample("+Inf"), "infinite"),
        ("empty vector", vector(""), "the query gave no sample"),
        (
            "several series",
            vector(r#"{"metric":{"job":"a"},"value":[1,"1"]},{"metric":{"job":"b"},"value":[1,"2"]}"#),
            "2 series, one is wanted",
        ),
        ("a matrix", json(r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#), "The result is a matrix"),
        ("below the least", sample("-5"), "5 is less than 0 ms"),
        ("above the greatest", sample("1e9"), "is more than 100,000"),
    ];
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let far = Far::start(sample("412")).await;
        let slug = w.make("Latency", "latency", "payments", instant(&far.url())).await;
        assert_eq!(w.run(&slug).await["outcome"], "stored");
        assert_eq!(w.fill(&slug).await["stored"], 51);
        let before = w.values("latency", "payments").await;
        assert_eq!(before.len(), 52);
        let trail = || async { w.get("/api/v1/trail?limit=500").await.expect(200).json()["items"].as_array().unwrap().len() };
        let written = trail().await;
        for (i, (name, play, words)) in bad.iter().enumerate() {
            far.now(play.clone());
            let run = w.run(&slug).await;
            let message = run["message"].as_str().unwrap();
            assert_eq!(
                (run["outcome"].as_str(), run["stored"].as_i64()),
                (Some("failed"), Some(0)),
                "{engine:?} {name}: {message}"
            );
            assert!(message.contains(words), "{engine:?} {name}: {message}");
            assert_eq!(w.values("latency", "payments").await, before, "{name}");
            let source = w.source(&slug).await;
            assert_eq!((source["health"].as_str(), source["failures"].as_u64()), (Some("failing"), Some(i as u64 + 1)), "{name}");
        }
        assert_eq!(trail().await, written, "a failed run writes no value and no record");
        far.now(sample("413"));
        let run = w.run(&slug).await;
        assert_eq!((run["outcome"].as_str(), run["stored"].as_i64()), (Some("stored"), Some(1)), "{run}");
        let source = w.source(&slug).await;
        assert_eq!((source["health"].as_str(), source["failures"].as_i64()), (Some("good"), Some(0)));
        assert_eq!(w.values("latency", "payments").await.last().unwrap().1, 413.0);
        w.t.end().await;
    }
}

/// The same answer with another label.
fn text_of(play: Play) -> Play {
    match play {
        Play::Answer(status, _, body) => Play::Answer(status, "text/plain", body),
        other => other,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn private_addresses_and_dead_ports_say_what_to_change() {
    let w = World::with(TestApp::ENGINES[0], |c| c.outgoing.allow.clear()).await;
    let slug = w.make("Latency", "latency", "payments", instant("http://127.0.0.1:9090")).await;
    let run = w.run(&slug).await;
    assert_eq!(run["outcome"], "failed");
    assert!(run["message"].as_str().unwrap().contains("Add \"127.0.0.1/32\" to [outgoing] allow in the configuration"), "{run}");

    let w = World::new(TestApp::ENGINES[0]).await;
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let slug = w.make("Latency", "latency", "payments", instant(&format!("http://{gone}"))).await;
    let run = w.run(&slug).await;
    assert!(run["message"].as_str().unwrap().contains("cannot be reached"), "{run}");
    w.t.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_echoed_secret_is_not_stored() {
    let file = std::env::temp_dir().join(format!("bellwether-secret-{}", std::process::id()));
    std::fs::write(&file, "s3cr3t-t0ken\n").unwrap();
    let secret = kernel::config::Secret {
        name: "prom".into(),
        hosts: vec!["127.0.0.1".into()],
        file: file.clone(),
        scheme: "bearer".into(),
    };
    let w = World::with(TestApp::ENGINES[0], |c| c.secrets.push(secret)).await;
    let far = Far::start(json(r#"{"status":"error","errorType":"s3cr3t-t0ken","error":"you said Bearer s3cr3t-t0ken"}"#)).await;
    let mut pull = instant(&far.url());
    pull["secret"] = "prom".into();
    let slug = w.make("Latency", "latency", "payments", pull).await;
    let run = w.run(&slug).await;
    assert!(far.seen()[0].contains("authorization: Bearer s3cr3t-t0ken"), "{:?}", far.seen());
    assert!(run["message"].as_str().unwrap().contains("[secret]") && !run.to_string().contains("s3cr3t"), "{run}");
    let trial = w.post(&format!("/api/v1/sources/{slug}/trial"), &json!(null)).await.expect(200);
    assert!(!trial.text.contains("s3cr3t"), "{}", trial.text);
    std::fs::remove_file(file).unwrap();
    w.t.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_hangs_holds_up_nobody() {
    for engine in TestApp::ENGINES {
        // Long enough that nothing here waits for it.
        let w = World::with(engine, |c| c.outgoing.timeout_seconds = Some(600)).await;
        let (dead, alive) = (Far::start(Play::Hang).await, Far::start(sample("5")).await);
        let hangs = w.make("A hangs", "latency", "payments", instant(&dead.url())).await;
        let works = w.make("B works", "latency", "search", instant(&alive.url())).await;
        w.look().await;
        dead.waits_for(1).await;
        for _ in 0..6000 {
            if !w.runs(&works).await.is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert_eq!(w.runs(&works).await[0]["outcome"], "stored");
        assert_eq!(w.source(&hangs).await["health"], "running");
        // A second look, and somebody who asks, do not start it again.
        w.look().await;
        let again = w.post(&format!("/api/v1/sources/{hangs}/run"), &json!(null)).await;
        assert_eq!(again.status, 409, "{}", again.text);
        assert_eq!(dead.waiting(), 1);
        drop(dead);
        sources::jobs::settled(&w.t.app).await;
        assert_eq!(w.runs(&hangs).await[0]["outcome"], "failed");
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_most_eight_servers_are_asked_at_once() {
    let w = World::with(TestApp::ENGINES[0], |c| c.outgoing.timeout_seconds = Some(600)).await;
    let body = match sample("5") {
        Play::Answer(_, _, body) => body,
        other => panic!("{other:?}"),
    };
    let far = Far::start(Play::Held(body)).await;
    for n in 0..11 {
        w.post("/api/v1/teams", &json!({ "name": format!("Team {n}"), "group": "core" })).await.expect(201);
        w.make(&format!("Source {n}"), "latency", &format!("team-{n}"), instant(&far.url())).await;
    }
    w.look().await;
    far.waits_for(8).await;
    let running = w.get("/api/v1/sources").await.json();
    let count = |health: &str| running["items"].as_array().unwrap().iter().filter(|s| s["health"] == health).count();
    assert_eq!((count("running"), count("new")), (8, 3));
    assert_eq!(far.waiting(), 8);
    far.release();
    sources::jobs::settled(&w.t.app).await;
    let all = w.get("/api/v1/sources").await.json();
    assert!(all["items"].as_array().unwrap().iter().all(|s| s["health"] == "good"), "{all}");
    w.t.end().await;
}

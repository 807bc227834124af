//! Queries: what is asked, what is filled in, what people typed stays; and a real server.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use kernel::testing::TestApp;
use kernel::time::Clock;
use serde_json::json;

use crate::far::{Far, Play, json as answer, sample};
use crate::world::{World, instant};

#[tokio::test(flavor = "multi_thread")]
async fn a_run_takes_the_newest_and_the_past_comes_when_somebody_asks() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        // The server knows the last three weeks; 2 November 2026 is 1793577600.
        let far = Far::acting(|line| {
            let time: f64 = line.split("time=").nth(1).and_then(|t| t.split([' ', '&']).next()).unwrap().parse().unwrap();
            if time >= 1_793_577_600.0 - 7.0 * 86_400.0 { sample("400") } else { crate::far::vector("") }
        })
        .await;
        let slug = w.make("Latency", "latency", "payments", instant(&far.url())).await;

        let trial = w.post(&format!("/api/v1/sources/{slug}/trial"), &json!(null)).await.expect(200).json();
        assert_eq!((trial["outcome"].as_str(), trial["values"].as_array().unwrap().len()), (Some("stored"), 1));
        assert_eq!(w.values("latency", "payments").await, [], "a dry run stores nothing");
        assert!(w.runs(&slug).await.is_empty());

        let run = w.run(&slug).await;
        assert_eq!(run["message"], "Week 46 has 400 ms.", "{run}");
        assert_eq!(far.seen().len(), 2, "once for the dry run");
        let run = w.fill(&slug).await;
        let said = "2 of 52 weeks were filled in, back to week 47 2025. 1 had its value already. ";
        assert!(run["message"].as_str().unwrap().starts_with(said), "{run}");
        let pulled = |n: u8, x: f64| (format!("2026-W{n}"), x, "pulled".to_owned(), "Latency".to_owned());
        assert_eq!(w.values("latency", "payments").await, [pulled(44, 400.0), pulled(45, 400.0), pulled(46, 400.0)]);
        // Asked once for each period, for its last moment: Sunday's end is Monday's beginning, which is the next week's.
        let seen = far.seen();
        assert_eq!(seen.len(), 54);
        assert!(seen[1].starts_with("GET /api/v1/query?query=latency&time=1794787199.999 HTTP/1.1"), "{}", seen[1]);

        far.now(sample("401"));
        let run = w.run(&slug).await;
        assert_eq!((run["outcome"].as_str(), run["stored"].as_i64()), (Some("stored"), Some(1)), "{run}");
        assert_eq!(w.values("latency", "payments").await[2], pulled(46, 401.0));
        assert_eq!(far.seen().len(), 55, "the others were asked for once");
        let run = w.run(&slug).await;
        assert_eq!((run["outcome"].as_str(), run["message"].as_str()), (Some("unchanged"), Some("Week 46 still has 401 ms.")));

        // Two weeks later both that closed meanwhile come in.
        w.t.clock.advance(Duration::from_secs(14 * 86_400));
        assert_eq!(w.run(&slug).await["stored"], 2);
        assert_eq!(w.values("latency", "payments").await.len(), 5);

        let record = w.get("/api/v1/trail?limit=1").await.json();
        assert_eq!(
            (record["items"][0]["actor"].as_str(), record["items"][0]["verb"].as_str()),
            (Some("job:collector"), Some("recorded"))
        );
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_typed_stays_also_while_a_run_is_under_way() {
    for engine in TestApp::ENGINES {
        let w = World::with(engine, |c| c.outgoing.timeout_seconds = Some(600)).await;
        let body = match sample("400") {
            Play::Answer(_, _, body) => body,
            other => panic!("{other:?}"),
        };
        let far = Far::start(Play::Held(body)).await;
        let slug = w.make("Latency", "latency", "payments", instant(&far.url())).await;
        w.look().await;
        far.waits_for(1).await;
        w.says("member", "latency", "2026-W46", 390.0).await;
        far.release();
        sources::jobs::settled(&w.t.app).await;
        let newest = w.values("latency", "payments").await.pop().unwrap();
        assert_eq!(newest, ("2026-W46".to_owned(), 390.0, "typed".to_owned(), "Ann member".to_owned()));
        let run = &w.runs(&slug).await[0];
        assert!(run["message"].as_str().unwrap().starts_with("Week 46: 390 ms, typed by Ann member, stays."), "{run}");
        assert_eq!((run["outcome"].as_str(), run["stored"].as_i64()), (Some("nothing"), Some(0)), "{run}");
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_range_becomes_one_number_for_the_period() {
    let w = World::new(TestApp::ENGINES[0]).await;
    // Points at noon of each day in the range that is asked for.
    let far = Far::acting(|line| {
        let field =
            |name: &str| -> f64 { line.split(name).nth(1).and_then(|t| t.split([' ', '&']).next()).unwrap().parse().unwrap() };
        let (start, end, step) = (field("start="), field("end="), field("step="));
        assert!((end - start - 7.0 * 86_400.0).abs() < 0.01 && step == 120.0, "{line}");
        assert!(line.contains("increase%28x%5B604800s%5D%29"), "{line}");
        let points: Vec<String> =
            (0..7).map(|d| format!("[{},\"{}\"]", start + 43_200.0 + f64::from(d) * 86_400.0, d + 1)).collect();
        answer(&format!(
            r#"{{"status":"success","data":{{"resultType":"matrix","result":[{{"metric":{{}},"values":[{}]}}]}}}}"#,
            points.join(",")
        ))
    })
    .await;
    let pull = |reduce: &str| json!({ "kind": "prometheus", "url": far.url(), "query": "increase(x[$period])", "mode": "range", "reduce": reduce });
    let slug = w.make("Latency", "latency", "payments", pull("mean")).await;
    for (reduce, number) in [("mean", 4.0), ("max", 7.0), ("min", 1.0), ("sum", 28.0), ("last", 7.0)] {
        let change =
            json!({ "name": "Latency", "metric": "latency", "subject": "payments", "every_minutes": 60, "pull": pull(reduce) });
        w.client("engineer").json("PATCH", &format!("/api/v1/sources/{slug}"), &change).await.expect(200);
        let run = w.run(&slug).await;
        assert_eq!(w.values("latency", "payments").await.last().unwrap().1, number, "{reduce}: {run}");
        let detail = if reduce == "last" { "the last point of the period" } else { "from 7 of 5040 points" };
        assert_eq!(run["values"][0]["detail"], detail);
    }
    w.t.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_was_changed_while_it_ran_stores_nothing_of_that_run() {
    for engine in TestApp::ENGINES {
        let w = World::with(engine, |c| c.outgoing.timeout_seconds = Some(600)).await;
        let body = match sample("400") {
            Play::Answer(_, _, body) => body,
            other => panic!("{other:?}"),
        };
        for archived in [false, true] {
            let far = Far::start(Play::Held(body.clone())).await;
            let subject = if archived { "search" } else { "payments" };
            let slug = w.make(&format!("Latency of {subject}"), "latency", subject, instant(&far.url())).await;
            w.look().await;
            far.waits_for(1).await;
            if archived {
                w.post(&format!("/api/v1/sources/{slug}/archival"), &json!(null)).await.expect(204);
            } else {
                let mut change = w.source(&slug).await;
                let old = change["pull"].clone();
                change = json!({ "name": "Another", "metric": "latency", "subject": subject, "every_minutes": 90, "pull": old });
                w.client("engineer").json("PATCH", &format!("/api/v1/sources/{slug}"), &change).await.expect(200);
            }
            far.release();
            sources::jobs::settled(&w.t.app).await;
            assert_eq!(w.values("latency", subject).await, [], "{engine:?}");
            assert!(w.runs(&slug).await.is_empty());
            if archived {
                let refused = w.post(&format!("/api/v1/sources/{slug}/run"), &json!(null)).await.expect(409);
                assert!(refused.text.contains("put away"), "{}", refused.text);
            } else {
                // It is due again at once, with what it is now.
                w.tick().await;
                assert_eq!(w.values("latency", subject).await.last().unwrap().3, "Another");
            }
        }
        w.t.end().await;
    }
}

/// A Prometheus that scrapes itself every second, with its data in a folder.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn binary() -> Option<PathBuf> {
    ["/usr/bin/prometheus", "/usr/local/bin/prometheus"].iter().map(PathBuf::from).find(|p| p.exists())
}

fn start(binary: &Path, folder: &Path, port: u16) -> Server {
    let config = format!(
        "global: {{ scrape_interval: 1s }}\nscrape_configs: [{{ job_name: self, static_configs: [{{ targets: ['127.0.0.1:{port}'] }}] }}]\n"
    );
    std::fs::write(folder.join("prometheus.yml"), config).unwrap();
    let child = Command::new(binary)
        .arg(format!("--config.file={}", folder.join("prometheus.yml").display()))
        .arg(format!("--storage.tsdb.path={}", folder.join("tsdb").display()))
        .arg(format!("--web.listen-address=127.0.0.1:{port}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Server(child)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_prometheus_gives_a_value() {
    let Some(binary) = binary() else {
        println!("skipped: no prometheus is installed on this machine");
        return;
    };
    let w = World::with(TestApp::ENGINES[0], |c| {
        c.outgoing.timeout_seconds = Some(20);
        c.outgoing.max_bytes = Some(1 << 20);
    })
    .await;
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let _server = start(&binary, &w.folder, port);
    let url = format!("http://127.0.0.1:{port}");
    let pull =
        |query: &str, reduce: &str| json!({ "kind": "prometheus", "url": url, "query": query, "mode": "range", "reduce": reduce });
    let up = w.make("Up", "up", "payments", pull("max by (job) (up{job=\"self\"})", "max")).await;
    let scrapes = w.make("Scrapes", "up", "search", pull("sum(scrape_samples_scraped)", "max")).await;
    let mut said = String::new();
    for _ in 0..300 {
        // Today has closed once it is tomorrow.
        w.t.clock.set(Clock::system().now().plus(Duration::from_secs(86_400)));
        let trial = w.post(&format!("/api/v1/sources/{up}/trial"), &json!(null)).await.expect(200).json();
        said = trial["message"].as_str().unwrap().to_owned();
        if trial["outcome"] == "stored" && trial["values"][0]["number"] == 1.0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    w.tick().await;
    let run = &w.runs(&up).await[0];
    assert_eq!((run["outcome"].as_str(), run["values"][0]["number"].as_f64()), (Some("stored"), Some(1.0)), "{said} {run}");
    let values = w.values("up", "payments").await;
    assert_eq!(values.last().map(|v| (v.1, v.2.as_str(), v.3.as_str())), Some((1.0, "pulled", "Up")));
    assert!(w.values("up", "search").await.last().unwrap().1 > 100.0, "{:?}", w.runs(&scrapes).await);
    // A query that the server cannot read comes back with the server's own reason.
    let bad = json!({ "name": "Up", "metric": "up", "subject": "payments", "every_minutes": 60, "pull": pull("sum(", "max") });
    w.client("engineer").json("PATCH", &format!("/api/v1/sources/{up}"), &bad).await.expect(200);
    let run = w.run(&up).await;
    assert!(run["message"].as_str().unwrap().contains("refused the query (bad_data)"), "{run}");
    assert_eq!(w.values("up", "payments").await, values);
    w.t.end().await;
}

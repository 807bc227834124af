//! Far ends that hang, lie about their type, page for ever, or have another shape than yesterday: the run says why, nothing is
//! stored, and the next source runs as it should.

use kernel::testing::TestApp;
use serde_json::{Value, json};

use crate::far::{Far, Play, json as answer, sample};
use crate::pair::{GOOD, GOOD_TABLE, POINT, Pair, csv};
use crate::world::{World, datadog, datadog_secrets, instant, rows, table};

#[tokio::test(flavor = "multi_thread")]
async fn far_ends_that_hang_say_so_and_hold_up_nobody() {
    for engine in TestApp::ENGINES {
        let p = Pair::new(engine, 60_000).await;
        let url = p.far.url();
        for (name, pull) in [
            ("json", rows(&url)),
            ("csv", table(&url)),
            ("datadog", datadog(&url, "query")),
            ("datadog scalar", datadog(&url, "scalar")),
            ("prometheus", instant(&url)),
        ] {
            p.pulls(pull).await;
            p.far.now(Play::Hang);
            p.fails(name, "within 1 s").await;
            p.far.now(Play::Drip);
            p.fails(name, "within 1 s").await;
            p.far.now(Play::Half);
            p.fails(name, "broke off").await;
        }
        p.w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_each_kind_hangs_and_the_others_run_beside_it() {
    for engine in TestApp::ENGINES {
        // Long enough that nothing here waits for it.
        let w = World::with(engine, |c| {
            c.outgoing.timeout_seconds = Some(600);
            datadog_secrets(c);
        })
        .await;
        let (dead, alive) = (Far::start(Play::Hang).await, Far::start(answer(GOOD)).await);
        let url = dead.url();
        let kinds = [rows(&url), table(&url), datadog(&url, "query"), instant(&url)];
        for (n, pull) in kinds.iter().enumerate() {
            w.post("/api/v1/teams", &json!({ "name": format!("Team {n}"), "group": "core" })).await.expect(201);
            w.make(&format!("A hangs {n}"), "latency", &format!("team-{n}"), pull.clone()).await;
        }
        let works = w.make("B works", "latency", "search", rows(&alive.url())).await;
        w.look().await;
        dead.waits_for(kinds.len()).await;
        for _ in 0..6000 {
            if !w.runs(&works).await.is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert_eq!(w.runs(&works).await[0]["outcome"], "stored");
        assert_eq!(w.source("a-hangs-0").await["health"], "running");
        drop(dead);
        sources::jobs::settled(&w.t.app).await;
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn far_ends_that_lie_about_their_type_are_not_believed() {
    let html = || "<!doctype html><title>Sign in</title>".to_owned();
    type Case = (&'static str, fn(&str) -> Value, Play, &'static str);
    let cases: Vec<Case> = vec![
        ("a page", rows, Play::Answer("200 OK", "text/html", html()), "content type text/html where JSON is read"),
        ("a page as JSON", rows, Play::Answer("200 OK", "application/json", html()), "the body is not the JSON expected"),
        ("numbers as a page", rows, Play::Answer("200 OK", "text/html", GOOD.into()), "content type text/html where JSON is read"),
        ("nothing", rows, Play::Answer("200 OK", "application/json", String::new()), "the body is empty"),
        ("an error", rows, Play::Answer("500 Oops", "application/json", GOOD.into()), "status 500"),
        (
            "compressed",
            rows,
            Play::Headed("Content-Encoding: gzip".into(), "application/json", "\u{1f}\u{8b}".into()),
            "the body is compressed (gzip)",
        ),
        ("half of it", rows, answer(&GOOD[..30]), "the body is not the JSON expected"),
        ("a page as CSV", table, csv(html()), "What came is no CSV; it begins “<!doctype html>"),
        ("JSON as CSV", table, csv(GOOD), "What came is no CSV; it begins “{\"items\""),
        ("JSON for CSV", table, answer(GOOD), "content type application/json where CSV is read"),
        ("a spreadsheet", table, csv("PK\u{3}\u{4}\n1,2\n"), "has no column “n”"),
        ("a quote that does not end", table, csv("day,n\n2026-11-10,\"4\n2026-11-11,5\n"), "Nothing was taken."),
        ("a page for Datadog", |u| datadog(u, "query"), Play::Answer("200 OK", "text/html", html()), "where JSON is read"),
        ("no access", |u| datadog(u, "query"), Play::Answer("403 No", "application/json", "{}".into()), "check the secret"),
        (
            "an error with 200",
            |u| datadog(u, "query"),
            answer(r#"{"status":"error","error":"no"}"#),
            "Datadog refused the query: no",
        ),
        ("a page for Prometheus", instant, Play::Answer("200 OK", "text/html", html()), "content type text/html"),
    ];
    for engine in TestApp::ENGINES {
        let p = Pair::new(engine, 60_000).await;
        for (name, pull, play, words) in &cases {
            p.pulls(pull(&p.far.url())).await;
            p.far.now(play.clone());
            p.fails(name, words).await;
        }
        p.w.t.end().await;
    }
}

/// A page of one row that names the next: each is another one.
fn endless(line: &str) -> Play {
    let n: u64 = line.split(['=', ' ']).filter_map(|p| p.parse().ok()).next().unwrap_or(0);
    let body = format!(r#"{{"items":[{{"day":"2026-11-10","n":1}}],"next":"/?at={}","cursor":"c{}"}}"#, n + 1, n + 1);
    Play::Headed(format!("Link: </?at={}>; rel=\"next\"", n + 1), "application/json", body)
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_that_never_end_are_left_after_a_hundred_pages() {
    for engine in TestApp::ENGINES {
        let p = Pair::new(engine, 60_000).await;
        let far = Far::acting(endless).await;
        let paged = |paging: Value| {
            let mut pull = rows(&far.url());
            pull["paging"] = paging;
            pull["combine"] = "sum".into();
            pull
        };
        let mut asked = 0;
        for (name, paging) in [
            ("next", json!({ "by": "next", "path": "$.next" })),
            ("link", json!({ "by": "link" })),
            ("page", json!({ "by": "page", "parameter": "page" })),
            ("offset", json!({ "by": "offset", "parameter": "offset" })),
        ] {
            p.pulls(paged(paging)).await;
            p.fails(name, "There are more than 100 pages, which is the limit.").await;
            asked += 100;
            assert_eq!(far.seen().len(), asked, "{name}: no page is asked for beyond the limit");
        }
        // A cursor that comes again is told at once.
        let again = Far::start(answer(r#"{"items":[{"day":"2026-11-10","n":1}],"cursor":"c"}"#)).await;
        let mut pull = rows(&again.url());
        pull["paging"] = json!({ "by": "cursor", "path": "$.cursor", "parameter": "cursor" });
        p.pulls(pull.clone()).await;
        p.fails("cursor", "Page 2 names an earlier page as the next one, so the list never ends.").await;
        assert_eq!(again.seen().len(), 2);
        // Nor does a list lead elsewhere.
        let away = Far::start(answer(r#"{"items":[],"next":"http://169.254.169.254/x"}"#)).await;
        pull["url"] = away.url().into();
        pull["paging"] = json!({ "by": "next", "path": "$.next" });
        p.pulls(pull).await;
        p.fails("elsewhere", "The next page is on another server, which is not followed.").await;
        p.w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_another_shape_than_yesterday_is_told() {
    let timeseries = |attributes: &str| format!(r#"{{"data":{{"attributes":{attributes}}}}}"#);
    let query = |series: &str| format!(r#"{{"status":"ok","series":{series}}}"#);
    let good_v1 = query(&format!(r#"[{{"pointlist":[[{POINT}000,412]]}}]"#));
    let good_v2 = timeseries(&format!(r#"{{"times":[{POINT}000],"values":[[412]]}}"#));
    let good_scalar = timeseries(r#"{"columns":[{"type":"number","values":[412]}]}"#);
    type Case<'a> = (&'a str, fn(&str) -> Value, Play, Vec<(Play, &'a str)>);
    let cases: Vec<Case<'_>> = vec![
        (
            "json",
            rows,
            answer(GOOD),
            vec![
                (
                    answer(r#"{"results":[{"day":"2026-11-10","n":412}]}"#),
                    "has the answer another shape than it had? It is an object with results.",
                ),
                (answer(r#"{"items":[{"day":"2026-11-10","count":412}]}"#), "Row 1 of page 1: $.n finds nothing"),
                (answer(r#"{"items":[{"date":"2026-11-10","n":412}]}"#), "Row 1 of page 1: $.day finds nothing"),
                (answer(r#"{"items":[{"day":"2026-11-10","n":{"avg":412}}]}"#), "an object with avg where a number is wanted"),
                (answer(r#"{"items":[{"day":"2026-11-10","n":"fast"}]}"#), "the text “fast” where a number is wanted"),
                (answer(r#"{"items":[{"day":"10.11.2026","n":412}]}"#), "“10.11.2026” is neither a date nor a time"),
                (answer(r#"{"items":"see /v2"}"#), "has the answer another shape than it had?"),
                (answer("[]"), "has the answer another shape than it had?"),
                (answer(r#"{"items":[]}"#), "none of the 0 rows that came is of this period"),
                (
                    answer(r#"{"items":[{"day":"2026-11-10","n":1},{"day":"2026-11-11","n":2}]}"#),
                    "2 rows are of this period, one is wanted.",
                ),
            ],
        ),
        (
            "csv",
            table,
            csv(GOOD_TABLE),
            vec![
                (
                    csv("day,count\n2026-11-10,412\n"),
                    "The table has no column “n”; it has day, count. Has it changed, or is the delimiter another?",
                ),
                (csv("day;n\n2026-11-10;412\n"), "The table has no column “n”; it has day;n."),
                (csv("day,n,n\n2026-11-10,412,3\n"), "The table has two columns “n”."),
                (
                    csv("day,n\n2026-11-10,\"4,12\"\n"),
                    "Line 2: “4,12” has a comma. If it is the decimal sign, set decimal to comma.",
                ),
                (csv("day,n\n2026-11-10,412\nTotal,412\n"), "Line 3: “Total” is neither a date nor a time"),
                (csv("day,n\n2026-11-10,412,extra\n"), "another number of fields"),
                (csv("day,n\n"), "none of the 0 rows that came is of this period"),
                (csv(""), "has no column “n”"),
            ],
        ),
        (
            "datadog v1",
            |u| datadog(u, "query"),
            answer(&good_v1),
            vec![
                (answer(r#"{"status":"ok","data":[]}"#), "not of the API's shape: there are no series."),
                (answer(&query(r#"[{"points":[]}]"#)), "not of the API's shape: a series has no points."),
                (answer(&query(r#"[{"pointlist":[]},{"pointlist":[]}]"#)), "The query gives 2 series, one is wanted."),
                (answer(&query("[]")), "the query gave no point in the period"),
            ],
        ),
        (
            "datadog v2",
            |u| datadog(u, "timeseries"),
            answer(&good_v2),
            vec![
                (answer(&good_v1), "not of the API's shape: there are no attributes."),
                (answer(&timeseries(r#"{"times":[1,2],"values":[[1]]}"#)), "times and values differ in number"),
            ],
        ),
        (
            "datadog scalar",
            |u| datadog(u, "scalar"),
            answer(&good_scalar),
            vec![
                (answer(&good_v2), "not of the API's shape: there are no columns."),
                (answer(&timeseries(r#"{"columns":[{"type":"number","values":["fast"]}]}"#)), "a value is no number"),
                (answer(&timeseries(r#"{"columns":[]}"#)), "the query gave no number for the period"),
            ],
        ),
        ("prometheus", instant, sample("412"), vec![(answer(r#"{"status":"success","data":[]}"#), "not of the API's shape")]),
    ];
    for engine in TestApp::ENGINES {
        let p = Pair::new(engine, 60_000).await;
        for (kind, pull, good, changes) in &cases {
            p.pulls(pull(&p.far.url())).await;
            p.far.now(good.clone());
            let run = p.w.run(&p.bad).await;
            assert!(matches!(run["outcome"].as_str(), Some("stored" | "unchanged")), "{kind}: {run}");
            for (play, words) in changes {
                p.far.now(play.clone());
                p.fails(kind, words).await;
            }
            p.far.now(good.clone());
            assert_ne!(p.w.run(&p.bad).await["outcome"], "failed", "{kind}: as soon as the shape is back, it works");
        }
        p.w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_columns_and_another_order_are_no_other_shape() {
    for engine in TestApp::ENGINES {
        let p = Pair::new(engine, 60_000).await;
        for (pull, first, second) in [
            (
                rows(&p.far.url()),
                answer(GOOD),
                answer(r#"{"v":2,"items":[{"n":413,"unit":"ms","day":"2026-11-10"},{"n":null,"day":"2026-11-11"}],"more":[]}"#),
            ),
            (table(&p.far.url()), csv(GOOD_TABLE), csv("host,n,day\na,413,2026-11-10\n")),
        ] {
            p.pulls(pull).await;
            p.far.now(first);
            p.w.run(&p.bad).await;
            assert_eq!(p.w.values("latency", "payments").await.last().unwrap().1, 412.0);
            p.far.now(second);
            let run = p.w.run(&p.bad).await;
            assert_eq!((run["outcome"].as_str(), run["stored"].as_i64()), (Some("stored"), Some(1)), "{run}");
            assert_eq!(p.w.values("latency", "payments").await.last().unwrap().1, 413.0);
        }
        p.w.t.end().await;
    }
}

//! JSON, tables and Datadog: what is asked, and what becomes of good answers.

use kernel::testing::TestApp;
use serde_json::json;

use crate::far::{Far, Play, json as answer};
use crate::world::{World, datadog, datadog_secrets, rows, table};

fn numbers(values: &[(String, f64, String, String)]) -> Vec<(&str, f64)> {
    values.iter().map(|v| (v.0.as_str(), v.1)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_with_a_time_fill_every_period_with_one_question() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let far = Far::acting(|line| match line.split(['=', ' ']).nth(2).unwrap() {
            "1" => answer(r#"{"items":[{"at":"2026-11-09T00:00:00Z","n":4},{"at":"2026-11-15T23:59:59Z","n":"5.5"}]}"#),
            "2" => answer(r#"{"items":[{"at":1793620800,"n":3},{"at":"2026-11-16","n":100},{"at":"2026-11-12","n":null}]}"#),
            _ => answer(r#"{"items":[]}"#),
        })
        .await;
        let pull = json!({
            "kind": "json", "url": format!("{}/v1?page=0", far.url()), "rows": "$.items[*]", "value": "$.n", "time": "$.at",
            "combine": "sum", "paging": { "by": "page", "parameter": "page" }, "headers": { "X-Team": "core" },
        });
        let slug = w.make("Latency", "latency", "payments", pull).await;
        let run = w.run(&slug).await;
        assert_eq!(run["outcome"], "stored", "{run}");
        assert_eq!(numbers(&w.values("latency", "payments").await).last(), Some(&("2026-W46", 9.5)));
        assert_eq!(far.seen().len(), 3, "three pages, the last of them empty");
        assert!(far.seen()[0].contains("x-team: core") && far.seen()[0].contains("accept: application/json"), "{:?}", far.seen());
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_with_the_period_in_it_is_asked_for_each() {
    let w = World::new(TestApp::ENGINES[0]).await;
    let far = Far::start(answer(r#"{"data":{"failed":1,"total":4}}"#)).await;
    let ratio = json!({
        "key": "share", "title": "Share", "pillar": "performance", "unit": "%", "direction": "down", "period": "week",
        "subject": "team", "aggregation": "ratio",
    });
    w.post("/api/v1/metrics", &ratio).await.expect(201);
    let pull = json!({
        "kind": "json", "url": format!("{}/v1?from={{first_day}}&until={{last_day}}", far.url()), "method": "post",
        "body": "{\"week\": \"{period}\"}", "numerator": "$.data.failed", "denominator": "$.data.total",
    });
    let slug = w.make("Share", "share", "payments", pull).await;
    let run = w.run(&slug).await;
    assert_eq!((run["outcome"].as_str(), run["values"][0]["number"].as_f64()), (Some("stored"), Some(25.0)), "{run}");
    let seen = &far.seen()[0];
    assert!(seen.starts_with("POST /v1?from=2026-11-09&until=2026-11-15 HTTP/1.1"), "{seen}");
    assert!(seen.contains("content-type: application/json") && seen.ends_with("{\"week\": \"2026-W46\"}"), "{seen}");
    assert!(run["values"][0]["detail"].as_str().unwrap().starts_with("1 of 4"), "{run}");
    w.t.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_read_from_a_folder_and_from_nowhere_else() {
    for engine in TestApp::ENGINES {
        let w = World::with(engine, |c| {
            let folder = c.data.parent().unwrap().join("figures");
            std::fs::create_dir_all(&folder).unwrap();
            c.files.roots = vec![folder];
        })
        .await;
        let file = w.folder.join("figures/latency.csv");
        std::fs::write(&file, "\u{feff}Woche;Mittel\r\n09.11.2026;1.412,5\r\n16.11.2026;7\r\n;\r\n").unwrap();
        let mut pull = table(file.to_str().unwrap());
        for (field, value) in
            [("delimiter", "semicolon"), ("decimal", "comma"), ("value", "Mittel"), ("time", "Woche"), ("time_format", "%d.%m.%Y")]
        {
            pull[field] = value.into();
        }
        let slug = w.make("Latency", "latency", "payments", pull.clone()).await;
        let run = w.run(&slug).await;
        assert_eq!(run["outcome"], "stored", "{run}");
        assert_eq!(numbers(&w.values("latency", "payments").await), [("2026-W46", 1412.5)]);

        std::fs::remove_file(&file).unwrap();
        let said = w.run(&slug).await["message"].as_str().unwrap().to_owned();
        assert!(said.contains("latency.csv” cannot be read"), "{said}");
        // A link out of the folder is followed, and refused.
        std::fs::write(w.folder.join("secret.csv"), "day,n\n2026-11-10,1\n").unwrap();
        std::os::unix::fs::symlink(w.folder.join("secret.csv"), &file).unwrap();
        let said = w.run(&slug).await["message"].as_str().unwrap().to_owned();
        assert!(said.contains("outside the folders that may be read. Add its folder to roots in [files]"), "{said}");
        std::fs::remove_file(&file).unwrap();
        std::fs::create_dir(&file).unwrap();
        let said = w.run(&slug).await["message"].as_str().unwrap().to_owned();
        assert!(said.contains("is no file"), "{said}");

        pull["location"] = "/etc/passwd".into();
        let new = json!({ "name": "P", "metric": "latency", "subject": "search", "every_minutes": 60, "pull": pull });
        let refused = w.post("/api/v1/sources", &new).await.expect(422);
        assert!(refused.text.contains("roots in [files]"), "{}", refused.text);
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn datadog_is_asked_with_two_keys_for_each_period() {
    for engine in TestApp::ENGINES {
        let w = World::with(engine, datadog_secrets).await;
        let far = Far::acting(|line| {
            if line.starts_with("GET /api/v1/query?from=1794182400&to=1794787199&query=avg%3Alatency%7B*%7D ") {
                // The last point is the next week's.
                answer(r#"{"status":"ok","series":[{"pointlist":[[1794182400000,400],[1794268800000,null],[1794355200000,410],[1794787200000,9]]}]}"#)
            } else if line.starts_with("GET") {
                answer(r#"{"status":"ok","series":[]}"#)
            } else if line.contains("/api/v2/query/scalar") {
                answer(r#"{"data":{"attributes":{"columns":[{"name":"a","type":"number","values":[407.5]}]}}}"#)
            } else {
                answer(r#"{"data":{"attributes":{"times":[1794182400000,1794268800000],"values":[[1,null]]}}}"#)
            }
        })
        .await;
        let slug = w.make("Latency", "latency", "payments", datadog(&far.url(), "query")).await;
        for (call, number) in [("query", 405.0), ("scalar", 407.5), ("timeseries", 1.0)] {
            let change = json!({
                "name": "Latency", "metric": "latency", "subject": "payments", "every_minutes": 60, "pull": datadog(&far.url(), call),
            });
            w.client("engineer").json("PATCH", &format!("/api/v1/sources/{slug}"), &change).await.expect(200);
            let run = w.run(&slug).await;
            assert_eq!(
                (run["outcome"].as_str(), run["values"][0]["number"].as_f64()),
                (Some("stored"), Some(number)),
                "{call}: {run}"
            );
        }
        for text in far.seen() {
            assert!(
                text.contains("dd-api-key: s3cr3t-dd-api\r\n") && text.contains("dd-application-key: s3cr3t-dd-app\r\n"),
                "{text}"
            );
        }
        let scalar = far.seen().into_iter().find(|t| t.contains("/scalar")).unwrap();
        assert!(scalar.contains(r#""aggregator":"avg""#) && scalar.contains(r#""from":1794182400000"#), "{scalar}");
        assert!(!w.get(&format!("/sources/{slug}")).await.text.contains("s3cr3t"));
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_of_rows_and_a_list_behind_links() {
    let w = World::new(TestApp::ENGINES[0]).await;
    let far = Far::acting(|line| {
        if line.contains("p=2") {
            answer(r#"[{"closed_at":"2026-11-11T08:00:00Z"},{"closed_at":"2026-08-01"}]"#)
        } else {
            Play::Headed("Link: </issues?p=2>; rel=\"next\"".into(), "application/json", r#"[{"closed_at":"2026-11-10"}]"#.into())
        }
    })
    .await;
    let mut pull = rows(&format!("{}/issues", far.url()));
    for (field, value) in [
        ("rows", json!("$[*]")),
        ("value", json!("")),
        ("time", json!("$.closed_at")),
        ("combine", json!("count")),
        ("paging", json!({ "by": "link" })),
    ] {
        pull[field] = value;
    }
    let slug = w.make("Closed", "commits", "payments", pull).await;
    let run = w.run(&slug).await;
    assert_eq!(run["outcome"], "stored", "{run}");
    assert_eq!(numbers(&w.values("commits", "payments").await).last(), Some(&("2026-W46", 2.0)));
    w.t.end().await;
}

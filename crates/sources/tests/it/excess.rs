//! Far ends that send more than anybody can use, or what is made to break a reader: refused within bounds, told, and nobody else
//! is affected.

use kernel::testing::TestApp;
use serde_json::{Value, json};

use crate::far::{Play, json as answer, sample};
use crate::pair::{GOOD_TABLE, POINT, Pair, csv};
use crate::world::{World, datadog, instant, rows, table};

#[tokio::test(flavor = "multi_thread")]
async fn a_million_rows_are_refused_within_bounds() {
    let items =
        |n: usize| format!(r#"{{"items":[{}{{"day":"2026-11-10","n":1}}]}}"#, r#"{"day":"2026-11-10","n":1},"#.repeat(n - 1));
    let lines = |n: usize| format!("day,n\n{}", "2026-11-10,1\n".repeat(n));
    for engine in TestApp::ENGINES {
        // Within 60,000 bytes nothing larger is read at all.
        let p = Pair::new(engine, 60_000).await;
        p.far.now(Play::Flood);
        p.fails("without end", "larger than the limit of 60000 bytes").await;
        p.far.now(answer(&items(1_000_000)));
        p.fails("a million", "larger than the limit of 60000 bytes").await;
        p.pulls(table(&p.far.url())).await;
        p.far.now(csv(lines(1_000_000)));
        p.fails("a million lines", "larger than the limit of 60000 bytes").await;
        p.w.t.end().await;

        // Where an operator allows more bytes, rows have a limit of their own.
        let p = Pair::new(engine, 64 << 20).await;
        p.far.now(answer(&items(1_000_000)));
        p.fails("a million", "The answer has more than 500000 values, which is the limit of one page.").await;
        p.far.now(answer(&items(100_001)));
        p.fails("too many rows", "There are more than 100000 rows, which is the limit.").await;
        let mut pull = rows(&p.far.url());
        pull["paging"] = json!({ "by": "page", "parameter": "page" });
        p.pulls(pull).await;
        p.far.now(answer(&items(40_000)));
        p.fails("too many rows in pages", "There are more than 100000 rows, which is the limit.").await;
        p.pulls(table(&p.far.url())).await;
        p.far.now(csv(lines(1_000_000)));
        p.fails("a million lines", "There are more than 100000 rows, which is the limit.").await;
        p.pulls(datadog(&p.far.url(), "query")).await;
        let points = vec![format!("[{POINT}000,1]"); 100_001].join(",");
        p.far.now(answer(&format!(r#"{{"series":[{{"pointlist":[{points}]}}]}}"#)));
        p.fails("too many points", "There are more than 100000 rows, which is the limit.").await;
        p.pulls(datadog(&p.far.url(), "timeseries")).await;
        let (times, values) = (vec!["1"; 300_000].join(","), vec!["2"; 300_000].join(","));
        p.far.now(answer(&format!(r#"{{"data":{{"attributes":{{"times":[{times}],"values":[[{values}]]}}}}}}"#)));
        p.fails("too many times", "The answer has more than 500000 values, which is the limit of one page.").await;
        let series = |n: usize| vec![format!(r#"{{"metric":{{"job":"a"}},"value":[{POINT},"1"]}}"#); n].join(",");
        for mode in ["instant", "range"] {
            let mut pull = instant(&p.far.url());
            (pull["mode"], pull["reduce"]) = (mode.into(), "sum".into());
            p.pulls(pull).await;
            let kind = if mode == "range" { "matrix" } else { "vector" };
            let body = format!(r#"{{"status":"success","data":{{"resultType":"{kind}","result":[{}]}}}}"#, series(200_000));
            p.far.now(answer(&body));
            p.fails(mode, "Aggregate in the query, so that it gives fewer series.").await;
        }
        p.w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_too_much_or_no_table_are_refused_within_bounds() {
    for engine in TestApp::ENGINES {
        let w = World::with(engine, |c| {
            let folder = c.data.parent().unwrap().join("figures");
            std::fs::create_dir_all(&folder).unwrap();
            c.files.roots = vec![folder];
        })
        .await;
        let (file, other) = (w.folder.join("figures/a.csv"), w.folder.join("figures/b.csv"));
        for path in [&file, &other] {
            std::fs::write(path, GOOD_TABLE).unwrap();
        }
        let bad = w.make("A unruly", "latency", "payments", table(file.to_str().unwrap())).await;
        let good = w.make("B good", "latency", "search", table(other.to_str().unwrap())).await;
        assert_eq!(w.run(&bad).await["outcome"], "stored");
        let before = w.values("latency", "payments").await;
        let utf16: Vec<u8> = GOOD_TABLE.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, words) in [
            (format!("day,n\n{}", "2026-11-10,1\n".repeat(1_000_000)).into_bytes(), "There are more than 100000 rows"),
            (
                format!("{}n\n", "a,".repeat(1_000_000)).into_bytes(),
                "has no column “day”; it has a, a, a, a, a, a, a, a, a, a and others",
            ),
            ([b"day,n\n2026-11-10,".as_slice(), &[b'1'; 1 << 20]].concat(), "is no number"),
            (utf16, "The table is not UTF-8."),
            (vec![0xff; 100], "The table is not UTF-8."),
            (Vec::new(), "has no column “n”"),
        ] {
            std::fs::write(&file, &bytes).unwrap();
            let run = w.run(&bad).await;
            let said = run["message"].as_str().unwrap();
            assert!(run["outcome"] == "failed" && said.contains(words), "{words}: {said}");
        }
        // Larger than fits, though it takes no room on the disk.
        std::fs::File::create(&file).unwrap().set_len(1 << 40).unwrap();
        let run = w.run(&bad).await;
        assert!(run["message"].as_str().unwrap().contains("more than 33554432 bytes"), "{run}");
        // A pipe that nobody writes into would never end.
        std::fs::remove_file(&file).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success());
        let run = w.run(&bad).await;
        assert!(run["message"].as_str().unwrap().contains("is no file"), "{run}");
        assert_eq!(w.values("latency", "payments").await, before);
        assert_eq!(w.run(&good).await["outcome"], "stored", "the next one runs");
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_made_to_break_a_reader_break_only_their_own_run() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let item = |n: &str| answer(&format!(r#"{{"items":[{{"day":"2026-11-10","n":{n}}}]}}"#));
    let points = |x: &str| answer(&format!(r#"{{"series":[{{"pointlist":[[{POINT}000,{x}]]}}]}}"#));
    let result = |x: &str| answer(&format!(r#"{{"status":"success","data":{{"resultType":"vector","result":{x}}}}}"#));
    for engine in TestApp::ENGINES {
        let p = Pair::new(engine, 64 << 20).await;
        let url = p.far.url();
        let to_itself = Play::Redirect(url.clone());
        let cases: Vec<(&str, Value, Play, &str)> = vec![
            ("deep", rows(&url), answer(&deep), "the body is not the JSON expected"),
            ("deep row", rows(&url), item(&deep), "the body is not the JSON expected"),
            ("beyond all numbers", rows(&url), item("1e999"), "the body is not the JSON expected"),
            ("NaN", rows(&url), item("NaN"), "the body is not the JSON expected"),
            ("circle", rows(&url), to_itself.clone(), "redirect"),
            ("beyond all numbers in CSV", table(&url), csv("day,n\n2026-11-10,1e999\n"), "“1e999” is no number"),
            ("circle in CSV", table(&url), to_itself.clone(), "redirect"),
            ("deep Datadog", datadog(&url, "query"), points(&deep), "the body is not the JSON expected"),
            (
                "time beyond all clocks",
                datadog(&url, "query"),
                answer(r#"{"series":[{"pointlist":[[1e300,1]]}]}"#),
                "no point in the period",
            ),
            ("deep Prometheus", instant(&url), result(&deep), "not of the API's shape"),
            ("beyond all numbers in Prometheus", instant(&url), sample("1e999"), "infinite"),
            ("circle in Prometheus", instant(&url), to_itself, "redirect"),
        ];
        for (name, pull, play, words) in cases {
            p.pulls(pull).await;
            p.far.now(play);
            p.fails(name, words).await;
        }
        p.w.t.end().await;
    }
}

//! The SCORP team template, whole: it is sent through REST as the book prints it, and each line of the book's table is looked
//! for in a report. Whether the table is whole is held against the template itself, if it is here.

use std::path::PathBuf;

use kernel::testing::TestApp;
use serde_json::{Value, json};

use crate::world::{World, row};

const PAGE: &str = include_str!("../../../../docs/src/explanation/template.md");
const SENT: &str = include_str!("../../../../docs/src/explanation/template.json");

/// The table of the page: section, columns, what it is here.
fn table() -> Vec<[&'static str; 3]> {
    let cells = |line: &'static str| -> Option<[&'static str; 3]> {
        let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").map(str::trim).collect();
        match cells.as_slice() {
            [section, here] => Some([section.trim_end_matches(" |"), "", here]),
            [section, columns, here] => Some([section, columns, here]),
            _ => panic!("{line}"),
        }
    };
    PAGE.lines().filter_map(cells).skip(1).collect()
}

/// What stands between asterisks.
fn titles(text: &str) -> Vec<&str> {
    text.split('*').skip(1).step_by(2).collect()
}

/// Sections and columns of the template, as its headings and the first lines of its tables name them.
fn template(text: &str) -> Vec<(String, Vec<String>)> {
    let mut out: Vec<(String, Vec<String>)> = Vec::new();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    for (i, line) in lines.iter().enumerate() {
        if line.starts_with("##") {
            out.push((line.trim_start_matches('#').trim().to_owned(), Vec::new()));
        } else if line.starts_with('|')
            && lines.get(i + 1).is_some_and(|next| next.starts_with("|-"))
            && let Some((_, columns)) = out.last_mut()
        {
            columns.extend(line.split('|').map(|c| c.trim().to_owned()).filter(|c| !c.is_empty()));
        }
    }
    out
}

#[test]
fn the_table_of_the_page_has_each_section_and_column_of_the_template() {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("BELLWETHER_DATA").map_or(beside, PathBuf::from);
    let Ok(text) = std::fs::read_to_string(data.join("scorp/SCORP-Team-Template.md")) else {
        println!("1 files not here");
        return;
    };
    let table = table();
    let found = template(&text);
    assert_eq!(found.len(), 22, "{found:?}");
    let missing: Vec<String> = found
        .iter()
        .flat_map(|(section, columns)| {
            let line = table.iter().find(|[name, ..]| name == section);
            let known: Vec<&str> = line.map(|[_, columns, _]| columns.split(", ").collect()).unwrap_or_default();
            let lost = columns.iter().filter(|c| !known.contains(&c.as_str())).map(|c| format!("{section}: {c}"));
            let none = line.is_none().then(|| section.clone());
            none.into_iter().chain(lost.collect::<Vec<_>>())
        })
        .collect();
    assert!(missing.is_empty(), "the page does not say where this stands: {missing:?}");
    assert_eq!(found.iter().map(|(s, _)| s).collect::<Vec<_>>(), table.iter().map(|[s, ..]| s).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_of_the_page_stands_in_a_report() {
    let sent: Value = serde_json::from_str(SENT).unwrap();
    for engine in TestApp::ENGINES {
        let w = World::bare(engine).await;
        for metric in sent["metrics"].as_array().unwrap() {
            w.post("/api/v1/metrics", metric).await.expect(201);
        }
        let new = json!({ "template": sent["template"], "version": 0, "reason": "the SCORP team template" });
        w.client("lead").json("PUT", "/api/v1/groups/port/template", &new).await.expect(200);

        // October has closed with sprint 21, which ended on 3 November.
        let counted = json!({ "metric": "change-failures", "subject": "cranes", "period": "2026-10", "numerator": 3, "denominator": 43,
            "note": "Two of them in the same hour." });
        let total = json!({ "metric": "cost-total", "subject": "cargo", "period": "2026-10", "number": 8120 });
        w.post("/api/v1/values", &json!({ "values": [counted, total] })).await.expect(200);
        let seen = json!({ "functional_test": { "covered": true }, "alarm": { "covered": true } });
        let pay = json!({ "name": "Lift a box", "cover": seen });
        w.post("/api/v1/workloads/cranes/transactions", &pay).await.expect(201);
        for (list, entry) in [
            ("incidents", json!({ "day": "2026-10-30", "cells": { "number": "INC-7", "what": "Crane 4 stood", "minutes": "18" } })),
            ("test-tools", json!({ "cells": { "tests": "Unit tests", "tool": "cargo test", "result": "all pass" } })),
            ("runbooks", json!({ "cells": { "title": "Crane stands still", "url": "https://wiki.example/crane" } })),
        ] {
            w.post(&format!("/api/v1/teams/cargo/lists/{list}"), &entry).await.expect(201);
        }

        w.t.clock.advance(std::time::Duration::from_secs(60));
        let d = w.report(21).await;
        let page = w.page("lead").await;
        let markdown = w.get("/reports/cargo/21/markdown").await.expect(200).text;
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        let mut stand: Vec<String> = Vec::new();
        for s in d["sections"].as_array().unwrap() {
            stand.push(text(&s["title"]));
            stand.extend(s["rows"].as_array().unwrap().iter().map(|r| text(&r["title"])));
            stand.extend(s["lists"].as_array().into_iter().flatten().map(|l| text(&l["title"])));
        }
        stand.push(text(&d["matrix"]["title"]));
        let mut named = 0;
        for [section, _, here] in table() {
            for title in titles(here) {
                named += 1;
                assert!(stand.iter().any(|s| s == title), "{section}: no “{title}” in {stand:?}");
                assert!(page.contains(title) && markdown.contains(title), "{section}: “{title}” is not shown");
            }
        }
        assert_eq!(named, 35, "titles of the page");

        // Counts, months, notes, workloads and numbers of events are there without anybody having drawn a table.
        let failures = row(&d, "change-failures", Some("cranes"));
        assert_eq!((&failures["now"]["numerator"], &failures["now"]["period"]), (&json!(3.0), &json!("October")), "{failures}");
        for says in [
            "3 of 43",
            "Two of them in the same hour.",
            "INC-7",
            "https://wiki.example/crane",
            "1 identified: 1 tested, 0 on a dashboard, 1 alarmed",
        ] {
            assert!(page.contains(says), "{says}: {page}");
        }
        w.t.end().await;
    }
}

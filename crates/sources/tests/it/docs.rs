//! What the book says about sources: its files are read as anybody's would be, and a kind without one is missed.

use kernel::configured::{Action, plan};
use kernel::testing::TestApp;
use serde_json::json;

use crate::world::World;

const PAGE: &str = include_str!("../../../../docs/src/how-to/source.md");
const IMPORT: &str = include_str!("../../../../docs/src/how-to/import.md");

/// Texts that stand indented, as they would be written to files.
fn examples(page: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    for line in page.lines() {
        match (line.strip_prefix("    "), out.last_mut()) {
            (Some(code), Some(last)) => *last += &format!("{code}\n"),
            (None, Some(last)) if line.is_empty() && !last.is_empty() => last.push('\n'),
            _ => out.push(String::new()),
        }
    }
    out.retain(|text| !text.trim().is_empty());
    out
}

/// As one of a list.
fn listed(example: &str) -> String {
    let lines: String = example.trim_end().lines().map(|l| format!("    {l}\n")).collect();
    format!("form: bellwether/v1\nsources:\n  - {}", lines.trim_start())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_file_of_the_page_is_a_source_and_every_kind_has_one() {
    let w = World::new(TestApp::ENGINES[0]).await;
    let mut kinds = Vec::new();
    for text in examples(PAGE).into_iter().filter(|t| t.starts_with("name:")) {
        let file = listed(&text);
        let found = w.t.app.db.read(move |tx| plan(&sources::configured::CONFIGURED.iter().collect::<Vec<_>>(), tx, &file)).await;
        let found = found.unwrap_or_else(|e| panic!("{text}\n{e:?}"));
        assert!(found.steps.len() == 1 && found.steps[0].action == Action::Create, "{found:?}\n{text}");
        let kind = text.lines().find_map(|l| l.trim().strip_prefix("kind: ")).unwrap().to_owned();
        kinds.push(kind);
    }
    for kind in sources::rules::Kind::ALL {
        assert!(kinds.iter().any(|k| k == kind.key()), "the page has no file for {}", kind.key());
    }
    // The test would see a field that there is not.
    let wrong = listed(
        "name: A\nmetric: latency\nsubject: payments\nevery_minutes: 60\npull: { kind: git, location: /a, what: commits, at: 1 }",
    );
    let found = w.t.app.db.read(move |tx| plan(&sources::configured::CONFIGURED.iter().collect::<Vec<_>>(), tx, &wrong)).await;
    assert!(found.is_err());
    w.t.end().await;
}

#[test]
fn every_file_of_the_page_on_imports_is_a_feed_and_its_settings_allow_it() {
    let files: Vec<String> = examples(IMPORT).into_iter().filter(|t| t.starts_with("name:")).collect();
    let settings: String = examples(IMPORT).into_iter().filter(|t| t.starts_with('[')).collect();
    let mut kinds = Vec::new();
    for text in files {
        let feed: sources::rules::NewFeed = serde_saphyr::from_str(&text).unwrap_or_else(|e| panic!("{text}\n{e}"));
        let feed = feed.check().unwrap_or_else(|e| panic!("{text}\n{e:?}"));
        assert!(feed.from.secret().is_none_or(|s| settings.contains(&format!("name = \"{s}\""))), "{settings}");
        kinds.push(feed.from.kind());
    }
    assert_eq!(kinds, ["backstage-api", "git"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_settings_of_the_page_allow_what_its_files_name() {
    let w = World::new(TestApp::ENGINES[0]).await;
    let settings: String = examples(PAGE).into_iter().filter(|t| t.starts_with('[')).collect::<Vec<_>>().join("\n");
    // The files of secrets stand in this folder for once.
    let settings = settings.replace("/etc/bellwether", w.folder.to_str().unwrap());
    for line in settings.lines().filter_map(|l| l.strip_prefix("file = ")) {
        std::fs::write(line.trim_matches('"'), "s3cr3t\n").unwrap();
    }
    let path = w.folder.join("bellwether.toml");
    std::fs::write(&path, &settings).unwrap();
    let config = kernel::config::Config::load(Some(&path), &|_| None).unwrap_or_else(|e| panic!("{settings}\n{e:?}"));
    let secrets: Vec<String> = config.secrets.iter().map(|s| s.name.clone()).collect();
    let ground = sources::rules::Ground { secrets, roots: config.git.roots.clone(), files: config.files.roots.clone() };
    let source = |pull: serde_json::Value| -> sources::rules::NewSource {
        serde_json::from_value(json!({ "name": "A", "metric": "m", "subject": "s", "every_minutes": 60, "pull": pull })).unwrap()
    };
    for pull in [
        json!({ "kind": "git", "location": "/srv/git/shop", "what": "commits" }),
        json!({ "kind": "csv", "location": "/srv/figures/cost.csv", "time": "day", "value": "amount" }),
        json!({ "kind": "datadog", "query": "avg:x{*}", "combine": "mean", "api_key": "datadog-api",
            "application_key": "datadog-application" }),
        json!({ "kind": "prometheus", "url": "http://prometheus.internal:9090", "query": "up", "mode": "instant",
            "secret": "prometheus" }),
    ] {
        source(pull.clone()).check().unwrap().check_ground(&ground).unwrap_or_else(|e| panic!("{pull}: {e:?}"));
    }
    w.t.end().await;
}

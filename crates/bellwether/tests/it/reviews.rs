//! Reviews through the real command line, and what a group's reviews share on its overview.

use kernel::db::Engine;
use serde_json::json;

use crate::process::{Folder, run};
use crate::world::World;

const FIRST: &str = "form: bellwether/v1\n\
    organisation:\n  - name: Northmoor Ports\n    zone: Europe/London\n\
    groups:\n  - name: Port\n    slug: port\n    zone: UTC\n    first_number: 1\n    first_day: 2024-01-03\n\
    teams:\n  - name: Cargo\n    slug: cargo\n    group: port\n\
    workloads:\n  - name: Manifests\n    slug: manifests\n    team: cargo\n  - name: Berths\n    slug: berths\n    team: cargo\n\
    review-intervals:\n  - place: organisation\n    months: 6\n  - place: port\n    months: 1\n";

const LENS: &str = "lens: small\nname: Small\nversion: \"1\"\npillars:\n  - id: only\n    name: Only\n    questions:\n      - id: Q-01\n        title: \
    How?\n        choices:\n          - { id: aaa, title: Tick a, what: w, why: y, first_step: Do a. (hours) }\n          - { id: bbb, title: Tick b, \
    what: w, why: y, first_step: Do b. (weeks) }\n        risk:\n          - { when: aaa && bbb, then: none }\n          - { default: high }\n";

fn publish(folder: &Folder, text: &str) {
    let body = json!({ "files": [{ "name": "small.yaml", "text": text }] }).to_string();
    let file = folder.write("lens.json", &body);
    run(&folder.data(), &["api", "post", "/api/v1/lenses", "--body", file.to_str().unwrap()]).good();
}

#[test]
fn a_review_is_held_moved_and_carried_from_the_command_line() {
    let folder = Folder::filled(FIRST);
    let data = folder.data();
    publish(&folder, LENS);
    // Lenses and intervals stand in the export, and applying it changes nothing.
    let exported = run(&data, &["export"]).good();
    assert!(exported.contains("review-intervals:") && exported.contains("lenses:"), "{exported}");
    let again = folder.write("again.yaml", &exported);
    assert!(run(&data, &["apply", again.to_str().unwrap()]).good().ends_with("Nothing changes.\n"));
    run(&data, &["review", "begin", "manifests", "small"]).good();
    let said = run(&data, &["review", "answer", "manifests", "small", "Q-01", "--choices", "aaa", "--note", "since May"]).good();
    assert!(said.starts_with("Q-01: high."), "{said}");
    let refused = run(&data, &["review", "answer", "manifests", "small", "Q-01", "--choices", "zzz"]).refused();
    assert!(refused.contains("has no choice “zzz”"), "{refused}");
    run(&data, &["review", "milestone", "manifests", "small", "Q4"]).good();
    run(&data, &["review", "answer", "manifests", "small", "Q-01", "--choices", "aaa,bbb"]).good();
    let changed = run(&data, &["review", "compare", "manifests", "small", "q4", "--json"]).json();
    assert_eq!((&changed["resolved"], &changed["changes"][0]["gained"]), (&json!(1), &json!(["Tick b"])));
    let shown = run(&data, &["review", "show", "manifests", "small"]).good();
    assert!(shown.contains("1 of 1 answered, 0 high") && shown.contains("aaa, bbb"), "{shown}");
    let due = run(&data, &["review", "list", "--json"]).json();
    let one = due.as_array().unwrap().iter().find(|d| d["workload"]["slug"] == "manifests").unwrap();
    assert_eq!((&one["months"], &one["state"]), (&json!(1), &json!("later")));
    publish(
        &folder,
        &LENS
            .replace("version: \"1\"", "version: \"2\"")
            .replace("{ id: bbb, title: Tick b", "{ id: ccc, title: Tick b")
            .replace("&& bbb", "&& ccc"),
    );
    let looked = run(&data, &["review", "upgrade", "manifests", "small", "--dry-run"]).good();
    assert!(looked.contains("not carried: Q-01/bbb: the choice is gone") && looked.contains("Nothing was stored."), "{looked}");
    let map = folder.write("map.txt", "Q-01/bbb = ccc\n");
    let moved = run(&data, &["review", "upgrade", "manifests", "small", "--map", map.to_str().unwrap()]).good();
    assert!(moved.contains("1 answers are carried over. The review was moved."), "{moved}");
    let archive = folder.write("archive.json", &run(&data, &["review", "export", "manifests", "small"]).good());
    let import = ["review", "import", "archive", archive.to_str().unwrap(), "--workload", "berths"];
    let looked = run(&data, &[&import[..], &["--dry-run"]].concat()).good();
    assert!(looked.contains("1 taken, 0 skipped, against the lens small. Nothing was stored."), "{looked}");
    run(&data, &import).good();
    assert_eq!(run(&data, &["review", "list", "--workload", "berths", "--json"]).json()[0]["counts"]["none"], 1);
    let told = run(&data, &["review", "report"]).good();
    assert!(told.contains("## Berths") && told.contains("## Manifests"), "{told}");
    assert!(run(&data, &["review", "report", "--aws"]).good().contains("\"MetricType\""));
    assert!(run(&data, &["prevalence", "--lens", "small"]).good().contains("fewer than 5 reviews"));
    assert!(run(&data, &["prevalence", "--lens", "small", "--csv"]).good().starts_with("kind,pillar,"));
    assert!(run(&data, &["prevalence", "--published"]).good().contains("79 % in 150 reviews to January 2020"));
    run(&data, &["review", "plan", "manifests", "2020-01-01"]).refused();
}

#[test]
fn files_of_reviews_are_looked_at_without_a_server() {
    let folder = Folder::new();
    let nowhere = folder.file("nowhere");
    let csv = "Some Review,,,,\nYour overall results,Critical,'1/4',,\nCategory,Question,Answers,Selected Answer,Note\nReliability,How?,Slowly,Slowly,\nReliability,How?,Never,,\nSecurity,Who?,All,,\n";
    let good = folder.write("review.csv", csv);
    let found = run(&nowhere, &["import", "azure-war", good.to_str().unwrap(), "--dry-run", "--json"]).json();
    assert_eq!((&found["taken"], &found["skipped"], &found["refused"]), (&json!(1), &json!(1), &json!([])));
    assert_eq!(
        (&found["facts"]["lines"], &found["facts"]["choices"], &found["facts"]["selected"]),
        (&json!(6), &json!(3), &json!(1))
    );
    let bad = folder.write("bad.csv", "a,b\n1,2\n");
    assert!(
        run(&nowhere, &["import", "azure-war", bad.to_str().unwrap(), "--dry-run"]).out.contains("There is no section of answers")
    );
    let ticks = folder
        .write("answers.json", r#"{"questionResponses":[{"questionId":"a","choices":["x","y"]},{"questionId":"b","choices":[]}]}"#);
    let found = run(&nowhere, &["import", "aws-answers", ticks.to_str().unwrap(), "--dry-run", "--json"]).json();
    assert_eq!((&found["taken"], &found["skipped"], &found["facts"]["choices_ticked"]), (&json!(1), &json!(1), &json!(2)));
    assert!(!nowhere.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overview_counts_what_many_workloads_lack() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let world = World::new(engine).await;
        let (group, team) = (world.groups[0].slug.clone(), world.teams[0].slug.clone());
        let mut owner = world.owner();
        let overview = format!("/overview/{group}");
        assert!(owner.get(&overview).await.expect(200).text.contains("once five of the group’s reviews have answers"));
        owner.json("POST", "/api/v1/lenses", &json!({ "files": [{ "name": "small.yaml", "text": LENS }] })).await.expect(201);
        for n in 0..6 {
            let workload = json!({ "name": format!("Thing {n}"), "team": team, "about": {} });
            owner.json("POST", "/api/v1/workloads", &workload).await.expect(201);
            let at = format!("/api/v1/workloads/thing-{n}/reviews");
            owner.json("POST", &at, &json!({ "lens": "small" })).await.expect(201);
            let choices = if n < 2 { json!(["aaa", "bbb"]) } else { json!(["aaa"]) };
            let answer = json!({ "based_on": 0, "said": { "choices": choices } });
            owner.json("PUT", &format!("{at}/small/answers/Q-01"), &answer).await.expect(200);
        }
        let page = owner.get(&overview).await.expect(200).text;
        for part in
            ["4 of 6 workloads do not have: “<bdi>Tick b</bdi>”", "2 of 6 have “<bdi>Tick b</bdi>” and could show the others how"]
        {
            assert!(page.contains(part), "{part}: {page}");
        }
        let told = owner.get(&format!("/api/v1/groups/{group}/overview")).await.expect(200).json();
        assert_eq!((&told["shared"]["missing"][0]["missing"], &told["shared"]["missing"][0]["of"]), (&json!(4), &json!(6)));
        let other = world.groups[1].slug.clone();
        assert!(
            owner.get(&format!("/overview/{other}")).await.expect(200).text.contains("once five of the group’s reviews"),
            "each group its own"
        );
        world.t.end().await;
    }
}

#[test]
fn a_team_answers_for_many_reviews_from_the_command_line() {
    let folder = Folder::filled(FIRST);
    let data = folder.data();
    publish(&folder, LENS);
    let template = |args: &[&str]| run(&data, &[&["review", "template"], args].concat());
    template(&["make", "Platform", "--lens", "small", "--team", "cargo"]).good();
    let first = folder.write("answers.yaml", "- question: Q-01\n  said: { choices: [aaa] }\n");
    let published =
        template(&["publish", "platform", "--why", "The platform does it", "--answers", first.to_str().unwrap()]).good();
    assert!(published.starts_with("Version 1 is published"), "{published}");
    let bad = folder.write("bad.yaml", "- question: Q-99\n  said: { choices: [aaa] }\n");
    assert!(template(&["publish", "platform", "--why", "x", "--answers", bad.to_str().unwrap()]).refused().contains("Q-99"));
    for workload in ["manifests", "berths"] {
        run(&data, &["review", "begin", workload, "small"]).good();
        template(&["use", "platform", workload, "small"]).good();
    }
    let shown = run(&data, &["review", "show", "manifests", "small"]).good();
    assert!(shown.contains("1 of 1 answered, 1 high") && shown.contains("aaa"), "{shown}");
    // One review answers otherwise, with a reason; the other follows the next version.
    let answer = ["review", "answer", "berths", "small", "Q-01", "--choices", "bbb"];
    let refused = run(&data, &answer).refused();
    assert!(refused.contains("Platform") && refused.contains("why"), "{refused}");
    run(&data, &[&answer[..], &["--override", "It runs elsewhere"]].concat()).good();
    let second = folder.write("second.yaml", "- question: Q-01\n  said: { choices: [aaa, bbb] }\n");
    template(&["publish", "platform", "--why", "Both now", "--answers", second.to_str().unwrap()]).good();
    assert!(run(&data, &["review", "show", "manifests", "small"]).good().contains("0 high"));
    assert!(run(&data, &["review", "show", "berths", "small"]).good().contains("1 high"));
    let uses = template(&["reviews", "platform", "--json"]).json();
    let berths = uses.as_array().unwrap().iter().find(|u| u["workload"]["slug"] == "berths").unwrap();
    assert!(berths.to_string().contains("It runs elsewhere"), "{berths}");
    assert!(template(&["show", "platform"]).good().contains("version 2, used by 2 reviews."));
    assert!(template(&["versions", "platform"]).good().contains("Both now"));
    template(&["give-up", "platform", "manifests", "small"]).good();
    assert!(template(&["show", "platform"]).good().contains("used by 1 review."));
    assert!(template(&["list", "--lens", "small", "--workload", "berths"]).good().contains("platform"));
}

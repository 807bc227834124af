//! Sessions through the real command line: settled by a file, moved, prepared, judged.

use serde_json::json;

use crate::process::{Folder, run};

const FIRST: &str = "form: bellwether/v1\n\
    organisation:\n  - name: Northmoor Ports\n    zone: Europe/London\n\
    groups:\n  - name: Port\n    slug: port\n    zone: Europe/London\n    first_number: 1\n    first_day: 2024-01-03\n\
    teams:\n  - name: Cargo\n    slug: cargo\n    group: port\n\
    session-cadences:\n  - forum: port\n    cadence:\n      rhythm: { every: sprint, days_after: 2 }\n      time: \"9:30\"\n      minutes: 90\n      \
    least: 4\n      usual: 10\n      agenda:\n        - { kind: wins, minutes: 5 }\n        - { kind: team }\n        - { kind: close, minutes: 2 }\n      \
    quiet: { from: \"18:00\", until: \"08:00\" }\n\
    working-agreements:\n  - group: port\n    text: We end on time.\n";

#[test]
fn sessions_are_settled_by_a_file_and_prepared_from_the_command_line() {
    let folder = Folder::filled(FIRST);
    let data = folder.data();
    let exported = run(&data, &["export"]).good();
    assert!(exported.contains("session-cadences:") && exported.contains("We end on time."), "{exported}");
    let again = folder.write("again.yaml", &exported);
    assert!(run(&data, &["apply", again.to_str().unwrap()]).good().ends_with("Nothing changes.\n"));
    let bad = folder.write("bad.yaml", &FIRST.replace("minutes: 90", "minutes: 5"));
    assert!(run(&data, &["apply", bad.to_str().unwrap()]).refused().contains("15 to 480 minutes"));
    let all = run(&data, &["session", "list", "--group", "port", "--json"]).json();
    assert_eq!(all.as_array().unwrap().len(), 6);
    let id = all[5]["id"].as_str().unwrap().to_owned();
    let moved = run(&data, &["session", "move", &id, "2027-03-01T11:00", "--minutes", "60", "--why", "A holiday", "--json"]).json();
    assert_eq!((&moved["starts"], &moved["why"]), (&json!("2027-03-01T11:00:00Z"), &json!("A holiday")));
    let agenda = run(&data, &["session", "agenda", &id, "--build"]).good();
    assert!(agenda.contains("The one team has its slot.") && agenda.contains("Cargo"), "{agenda}");
    let shown = run(&data, &["session", "agenda", &id]).good();
    assert!(shown.contains("Wins, one per team"), "{shown}");
    let ready = run(&data, &["session", "ready", &id]).good();
    assert!(ready.contains("Cargo") && ready.contains("not-begun"), "{ready}");
    let off = run(&data, &["session", "call-off", &id, "--why", "Nobody is here", "--json"]).json();
    assert_eq!(off["state"], "called-off");
    let extra = run(&data, &["session", "add", "--group", "port", "2027-03-02T11:00", "--why", "Instead", "--json"]).json();
    assert_eq!(extra["state"], "planned");
    run(&data, &["session", "show", extra["id"].as_str().unwrap()]).good();
    let sprint = all[5]["sprint"].to_string();
    run(&data, &["session", "capacity", "cargo", "--sprint", &sprint, "--asked", "40", "--agreed", "24"]).good();
    let stated = run(&data, &["session", "capacity", "cargo", "--sprint", &sprint, "--used", "20", "--json"]).json();
    assert_eq!((&stated["asked"], &stated["used"], &stated["version"]), (&json!(40), &json!(20), &json!(2)));
    assert!(run(&data, &["session", "capacity", "cargo"]).good().contains("24"));
    assert!(run(&data, &["session", "health", "--group", "port"]).good().contains("No session has said it yet."));
    assert!(run(&data, &["session", "list", "--council"]).good().contains("Nothing yet."));
}

#[test]
fn a_session_is_run_and_minuted_from_the_command_line() {
    let folder = Folder::filled(FIRST);
    let data = folder.data();
    let all = run(&data, &["session", "list", "--group", "port", "--json"]).json();
    let id = all[5]["id"].as_str().unwrap().to_owned();
    let session = |args: &[&str]| run(&data, &[&["session"], args].concat());
    assert!(session(&["capture", &id, "Too early", "--kind", "win"]).refused().contains("Open it first."));
    session(&["agenda", &id, "--build"]).good();
    session(&["open", &id]).good();
    // Below the heads of the columns.
    let at = |text: &str| text.lines().skip(1).find(|l| l.trim_start().starts_with("now")).map(str::to_owned).unwrap_or_default();
    let (first, moved) = (session(&["step", &id]).good(), session(&["step", &id, "next"]).good());
    assert!(at(&first).contains("Wins") && at(&moved).contains("Cargo"), "{first}\n{moved}");
    session(&["step", &id, "nowhere"]).refused();
    // Said twice, stored once.
    for _ in 0..2 {
        session(&["capture", &id, "Mend the crane", "--kind", "action", "--team", "cargo", "--owner", "engineer"]).good();
    }
    session(&["capture", &id, "One default", "--kind", "decision", "--why", "Both retry"]).good();
    let said = session(&["capture", &id, "--json"]).json();
    assert_eq!(said.as_array().unwrap().len(), 2, "{said}");
    assert!(session(&["agenda", &id, "--fit"]).good().contains("Cargo"));
    assert!(session(&["close", &id]).good().contains(&format!("/sessions/{id}/minutes")));
    session(&["close", &id]).refused();
    let added = session(&["minutes", &id, "--add", "It was the other crane."]).good();
    assert!(added.contains("other crane"), "{added}");
    let minutes = session(&["minutes", &id, "--json"]).json();
    assert_eq!(minutes["minutes"]["captures"].as_array().unwrap().len(), 2);
    assert_eq!(minutes["addenda"][0]["text"], "It was the other crane.");
    let table = session(&["minutes", &id, "--csv"]).good();
    assert!(table.starts_with("session,title,kind") && table.contains("Mend the crane"), "{table}");
    assert!(run(&data, &["action", "list", "--json"]).good().contains("Mend the crane"));
    assert!(run(&data, &["decision", "list", "--find", "default"]).good().contains("One default"));
    let write =
        ["decision", "write", "No default", "--decided", "Each team its own.", "--why", "It did not hold", "--supersedes", "1"];
    let made = run(&data, &[&write[..], &["--alternative", "Wait", "--decider", "Maya", "--json"]].concat()).json();
    assert_eq!((&made["number"], &made["deciders"]), (&json!(2), &json!(["Maya"])));
    assert!(run(&data, &write).refused().contains("superseded by decision 2"));
    assert!(run(&data, &["decision", "show", "1"]).good().contains("One default"));
}

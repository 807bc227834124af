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
    let folder = Folder::new();
    let data = folder.data();
    run(&data, &["migrate"]).good();
    let file = folder.write("first.yaml", FIRST);
    run(&data, &["apply", file.to_str().unwrap()]).good();
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

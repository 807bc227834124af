//! The command line through the real binary: what it prints, how it ends, and over which way it reaches the data.

use std::os::unix::fs::PermissionsExt;

use kernel::db::{Place, sqlite};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::process::{Folder, Server, form, free_port, http, run, run_with};

/// A group with a team, its template and a metric, as a file.
const FIRST: &str = "form: bellwether/v1\n\
    organisation:\n  - name: Northmoor Ports\n    zone: Europe/London\n\
    groups:\n  - name: Port\n    slug: port\n    zone: UTC\n    first_number: 1\n    first_day: 2024-01-03\n\
    teams:\n  - name: Cargo\n    slug: cargo\n    group: port\n\
    metrics:\n  - key: deployments\n    title: Deployments\n    pillar: operations\n    direction: up\n    period: sprint\n    \
    subject: team\n    aggregation: sum\n";

fn set_up(folder: &Folder) {
    let file = folder.write("first.yaml", FIRST);
    let done = run(&folder.data(), &["apply", file.to_str().unwrap()]).good();
    assert!(done.contains("+ team cargo") && done.contains("changed."), "{done}");
}

#[tokio::test]
async fn a_first_start_ends_with_the_link_that_makes_the_first_account() {
    let folder = Folder::new();
    let server = Server::start(&folder.data());
    let link = server.lines().pop().unwrap();
    assert!(link.starts_with(&server.url("/start?code=")), "{link}");
    assert_eq!(std::fs::metadata(folder.data()).unwrap().permissions().mode() & 0o077, 0);
    let http = http();
    let page = http.get(&link).header("accept", "text/html").send().await.unwrap();
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(page.contains("<form") && page.contains("password"), "{page}");
    let code = link.split("code=").nth(1).unwrap();
    let fields = [("code", code), ("name", "Ingrid Solberg"), ("mail", "ingrid@example.org"), ("password", "a sentence is best")];
    let made = http.post(server.url("/start")).header("content-type", "application/x-www-form-urlencoded").body(form(&fields));
    let made = made.send().await.unwrap();
    assert_eq!(made.status(), 303, "{:?}", made.text().await);
    let cookie = made.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let page = http.get(server.url("/welcome")).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("Three steps to the first report"));
    server.stop();
    // The link works once: with an account there is none.
    let server = Server::start(&folder.data());
    assert!(!server.lines().iter().any(|l| l.contains("/start?code=")), "{:?}", server.lines());
    let page = http.get(server.url("/account")).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(page.status(), 200, "the session is gone after a start");
    server.stop();
}

#[tokio::test]
async fn nouns_speak_over_the_socket_over_a_url_and_without_a_server() {
    let folder = Folder::new();
    let data = folder.data();
    let said = run(&data, &["team", "list"]).refused();
    assert!(said.contains("There is no data in") && said.contains("bellwether serve"), "{said}");
    let server = Server::start(&data);
    set_up(&folder);
    run(&data, &["workload", "add", "Manifests", "--team", "cargo", "--goal", "No paper"]).good();
    let table = run(&data, &["workload", "list"]).good();
    assert!(table.contains("manifests") && table.contains("No paper"), "{table}");
    assert_eq!(run(&data, &["team", "list", "--json"]).json()[0]["slug"], "cargo");
    run(&data, &["value", "record", "deployments", "cargo", "21", "14", "--note", "two at night"]).good();
    let said = run(&data, &["value", "record", "deployments", "cargo", "21", "14", "--unit", "ms"]).refused();
    assert!(said.contains("/values/0/number") && said.contains("Convert the number first"), "{said}");
    let made = run(&data, &["token", "make", "pipeline", "--right", "values.write", "--json"]).json();
    let token = folder.write("token", made["secret"].as_str().unwrap());

    let url = server.url("");
    let env = [("BELLWETHER_URL", url.as_str()), ("BELLWETHER_TOKEN_FILE", token.to_str().unwrap())];
    let nowhere = folder.file("nowhere");
    let csv = folder.write("values.csv", "metric,subject,period,number\ndeployments,cargo,22,15\ndeployments,cargo,23,16\n");
    let push = ["value", "push", csv.to_str().unwrap()];
    assert!(run_with(&nowhere, &push, &env, "").good().contains("2 values recorded"));
    let said = run_with(&nowhere, &["team", "add", "Booking", "--group", "port"], &env, "").refused();
    assert!(said.contains("You may not"), "{said}");
    let said = run_with(&nowhere, &["team", "list"], &[("BELLWETHER_URL", url.as_str())], "").refused();
    assert!(said.contains("Sign in first") && said.contains("token"), "{said}");
    server.stop();
    let said = run_with(&nowhere, &["team", "list"], &env, "").refused();
    assert!(said.contains("does not answer"), "{said}");
    assert!(!nowhere.exists(), "a command that speaks to a URL made a data folder");

    let values = run(&data, &["value", "list", "deployments", "cargo", "--json"]).json();
    let told = |v: &Value| {
        (v["period"].as_str().unwrap().to_owned(), v["number"].as_f64().unwrap(), v["way"].as_str().unwrap().to_owned())
    };
    let told: Vec<_> = values.as_array().unwrap().iter().map(told).collect();
    let expected = [("21", 14.0, "pushed"), ("22", 15.0, "pushed"), ("23", 16.0, "pushed")];
    assert_eq!(told, expected.map(|(p, n, w)| (p.to_owned(), n, w.to_owned())));
    let said = run(&data, &["api", "get", "/api/v1/me"]).json();
    assert_eq!(said["kind"], "owner");
    let shown = run_with(&data, &["api", "post", "/api/v1/teams", "--body", "-"], &[], "name: Rail\ngroup: port\n").json();
    assert_eq!(shown["slug"], "rail");
}

#[test]
fn a_file_that_is_exported_changes_nothing_and_a_dry_run_stores_nothing() {
    let folder = Folder::new();
    let data = folder.data();
    run(&data, &["migrate"]).good();
    let file = folder.write("first.yaml", FIRST);
    let file = file.to_str().unwrap();
    let planned = run(&data, &["apply", file, "--dry-run"]).good();
    assert!(planned.contains("+ team cargo") && planned.contains("would change. Nothing was stored."), "{planned}");
    assert_eq!(run(&data, &["team", "list"]).good().trim(), "Nothing yet.");
    set_up(&folder);
    let exported = run(&data, &["export"]).good();
    let again = run_with(&data, &["apply", "-"], &[], &exported).good();
    assert!(again.ends_with("Nothing changes.\n"), "{again}");
    let said =
        run_with(&data, &["apply", "-"], &[], "form: bellwether/v1\nteams:\n  - name: A\n    slug: a\n    group: luck\n").refused();
    assert!(said.contains("teams[0].group") && said.contains("luck"), "{said}");
}

#[test]
fn a_source_is_made_listed_and_asked_for_its_past() {
    let folder = Folder::new();
    let data = folder.data();
    run(&data, &["migrate"]).good();
    set_up(&folder);
    let pull = "name: Deployments of Cargo\nslug: cargo-deployments\nmetric: deployments\nsubject: cargo\nevery_minutes: 60\n\
        pull: { kind: prometheus, url: \"https://prometheus.example\", query: \"sum(deployed)\", mode: instant }\n";
    let file = folder.write("source.yaml", pull);
    run(&data, &["source", "add", file.to_str().unwrap()]).good();
    let table = run(&data, &["source", "list"]).good();
    assert!(table.contains("cargo-deployments") && table.contains("new"), "{table}");
    let offer = run(&data, &["source", "backfill", "cargo-deployments", "--dry-run", "--json"]).json();
    assert!(offer["periods"].as_u64().unwrap() > 0 && offer["missing"] == offer["periods"], "{offer}");
    let asked = run(&data, &["source", "backfill", "cargo-deployments", "--json"]).json();
    assert_eq!(asked["slug"], "cargo-deployments");
    let said = run(&data, &["source", "backfill", "nothing"]).refused();
    assert!(said.contains("nothing"), "{said}");
}

#[test]
fn a_baseline_is_proposed_after_a_shift_that_lasts_and_frozen_or_refused() {
    let folder = Folder::new();
    let data = folder.data();
    run(&data, &["migrate"]).good();
    set_up(&folder);
    let of = ["deployments", "cargo"];
    let said = run(&data, &["metric", "proposal", of[0], of[1]]).good();
    assert!(said.contains("Nothing is proposed"), "{said}");
    // Twelve sprints around 10, then as many around 25.
    let noise = [0, 1, -1, 1, 0, -1];
    let value = |i: usize| (if i < 12 { 10 } else { 25 }) + noise[i % 6];
    let rows: String = (0..24).map(|i| format!("deployments,cargo,{},{}\n", 40 + i, value(i))).collect();
    let file = folder.write("values.csv", &format!("metric,subject,period,number\n{rows}"));
    run(&data, &["value", "push", file.to_str().unwrap()]).good();
    let offer = run(&data, &["metric", "proposal", of[0], of[1], "--json"]).json();
    assert_eq!(offer["period"], "52", "{offer}");
    let (period, periods) = (offer["period"].as_str().unwrap(), offer["periods"].to_string());
    let said = run(&data, &["metric", "freeze", of[0], of[1], period, "3", "--reason", "because"]).refused();
    assert!(said.contains("5 to 104"), "{said}");
    let frozen = ["metric", "freeze", of[0], of[1], period, &periods, "--reason", "The pipeline is new.", "--json"];
    assert_eq!(run(&data, &frozen).json()["reason"], "The pipeline is new.");
    assert_eq!(run(&data, &["metric", "proposal", of[0], of[1], "--json"]).json(), Value::Null);
    let refused = run(&data, &["metric", "refuse", of[0], of[1], period, "--reason", "x"]).refused();
    assert!(refused.contains("proposed"), "{refused}");
}

#[test]
fn facts_are_recorded_pushed_and_listed() {
    let folder = Folder::new();
    let data = folder.data();
    run(&data, &["migrate"]).good();
    set_up(&folder);
    run(&data, &["workload", "add", "Crane", "--team", "cargo"]).good();
    let record = ["fact", "record", "crane", "backup.restore.held_at", "true", "--source", "drill", "--at", "2026-11-01T10:00:00Z"];
    assert!(run(&data, &record).good().contains("Recorded."));
    assert!(run(&data, &record).good().contains("there already"));
    let said = run(&data, &["fact", "record", "crane", "backup.age_hours", "old", "--source", "drill"]).refused();
    assert!(said.contains("a number"), "{said}");
    let finding = |check: &str, status: &str| {
        json!({ "metadata": { "event_code": check }, "status_code": status, "status": "New", "time_dt": "2026-11-02T10:00:00",
            "unmapped": { "compliance": { "AWS-Well-Architected-Framework-Security-Pillar": ["SEC03-BP02"] } } })
    };
    let scan = json!([finding("iam_admin", "FAIL"), finding("iam_wildcard", "PASS"), finding("iam_other", "MANUAL")]);
    let file = folder.write("scan.ocsf.json", &scan.to_string());
    let said = run(&data, &["fact", "push", "crane", file.to_str().unwrap(), "--form", "prowler"]).good();
    assert!(said.contains("3 findings, 2 of them on requirements") && said.contains("2 recorded"), "{said}");
    let own = folder.write("facts.yaml", "- { key: slo.met, item: pay, value: true, source: nightly }\n");
    let said = run(&data, &["fact", "push", "crane", own.to_str().unwrap()]).good();
    assert!(said.contains("1 recorded"), "{said}");
    let listed = run(&data, &["fact", "list", "crane", "--json"]).json();
    let keys: Vec<&str> = listed.as_array().unwrap().iter().map(|f| f["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["backup.restore.held_at", "requirement.sec03-bp02", "requirement.sec03-bp02", "slo.met"]);
}

#[test]
fn exit_codes_tell_wrong_use_from_faults() {
    let folder = Folder::new();
    let data = folder.data();
    for wrong in
        [&["team"][..], &["value", "record", "a"], &["no-such-noun"], &["serve", "--listen", "here"], &["trail", "--kind", "x"]]
    {
        let ran = run(&data, wrong);
        assert_eq!(ran.code, 2, "{wrong:?}: {ran:?}");
        assert!(ran.out.is_empty() && ran.err.contains("--help") | ran.err.contains("Usage"), "{ran:?}");
    }
    assert!(run(&data, &["--help"]).good().contains("doctor"));
    assert!(run(&data, &["--version"]).good().starts_with("bellwether "));
    let said = run(&data, &["verdict", "/nowhere.csv", "--column", "x"]).refused();
    assert!(said.contains("/nowhere.csv cannot be read"), "{said}");
    assert!(!data.exists(), "wrong use made a data folder");
}

#[test]
fn a_backup_made_while_serving_restores_and_every_tampering_shows() {
    let folder = Folder::new();
    let data = folder.data();
    let server = Server::start(&data);
    set_up(&folder);
    let copy = folder.file("copy.db");
    let done = run(&data, &["backup", copy.to_str().unwrap()]).good();
    assert!(done.contains("Trail: seal "), "{done}");
    run(&data, &["team", "add", "After", "--group", "port"]).good();
    assert!(run(&data, &["backup", copy.to_str().unwrap()]).refused().contains("exists already"));
    let sound = run(&data, &["verify"]).good();
    assert!(sound.contains("The trail is sound"), "{sound}");
    server.stop();

    let said = run(&data, &["restore", copy.to_str().unwrap()]).refused();
    assert!(said.contains("Move the old data folder away first"), "{said}");
    let new = folder.file("new");
    run(&new, &["restore", copy.to_str().unwrap()]).good();
    let teams = run(&new, &["team", "list", "--json"]).json();
    assert_eq!(teams.as_array().unwrap().iter().map(|t| t["slug"].as_str().unwrap()).collect::<Vec<_>>(), ["cargo"]);
    assert!(run(&new, &["verify", "--json"]).json()["valid"].as_bool().unwrap());

    let conn = sqlite::open(&Place::File(new.join("bellwether.db"))).unwrap();
    let changed = conn.execute("UPDATE trail SET actor = 'person:somebody-else' WHERE kind = 'team'", []).unwrap();
    assert_eq!(changed, 1);
    drop(conn);
    let said = run(&new, &["verify"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("The trail breaks at seal"), "{said:?}");
    let found = run(&new, &["verify", "--json"]);
    assert_eq!(serde_json::from_str::<Value>(&found.out).unwrap()["valid"], false);
    let doctor = run(&new, &["doctor"]).refused();
    assert!(doctor.contains("CARE  The trail breaks"), "{doctor}");
    // Whoever looks into it needs a copy of it as it is.
    let spoilt = folder.file("spoilt.db");
    let said = run(&new, &["backup", spoilt.to_str().unwrap()]);
    assert!(said.code == 0 && said.err.contains("breaks at seal") && spoilt.exists(), "{said:?}");
    let target = folder.file("target");
    assert!(run(&target, &["restore", spoilt.to_str().unwrap()]).refused().contains("--accept-broken-trail"));
    let said = run(&target, &["restore", "--accept-broken-trail", spoilt.to_str().unwrap()]);
    assert!(said.code == 0 && said.err.contains("breaks at seal"), "{said:?}");
}

#[test]
fn the_doctor_says_what_needs_care_and_how_to_mend_it() {
    let folder = Folder::new();
    let data = folder.data();
    let said = run(&data, &["doctor"]).refused();
    assert!(said.contains("There is no data in"), "{said}");
    let planned = run(&data, &["migrate", "--dry-run"]).good();
    assert!(planned.contains("kernel 1 kernel") && planned.contains("would be applied"), "{planned}");
    assert!(run(&data, &["migrate", "--dry-run", "--json"]).json()["pending"].as_array().unwrap().len() > 4);
    assert!(run(&data, &["migrate"]).good().contains(" applied."));
    assert!(run(&data, &["migrate", "--dry-run"]).good().contains("up to date"));
    let good = run(&data, &["doctor"]).good();
    assert!(!good.contains("CARE"), "{good}");
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
    let said = run(&data, &["doctor"]).refused();
    assert!(said.contains("chmod 700"), "{said}");
    let env = [("BELLWETHER_LISTEN", "0.0.0.0:8080")];
    let said = run_with(&data, &["doctor"], &env, "").refused();
    assert!(said.contains("without https"), "{said}");
}

#[tokio::test]
async fn one_process_at_a_time_uses_a_data_folder() {
    let folder = Folder::new();
    let data = folder.data();
    let server = Server::start(&data);
    let code = server.lines().into_iter().find_map(|l| l.split("/start?code=").nth(1).map(str::to_owned)).unwrap();
    let fields =
        [("code", code.as_str()), ("name", "Ingrid Solberg"), ("mail", "ingrid@example.org"), ("password", "a sentence is best")];
    let http = http();
    let post =
        |url: String, body: String| http.post(url).header("content-type", "application/x-www-form-urlencoded").body(body).send();
    assert_eq!(post(server.url("/start"), form(&fields)).await.unwrap().status(), 303);
    for args in
        [&["serve", "--listen", &format!("127.0.0.1:{}", free_port())][..], &["user", "reset", "ingrid@example.org"], &["migrate"]]
    {
        let said = run(&data, args).refused();
        assert!(said.contains("Stop it first"), "{args:?}: {said}");
    }
    let taken = format!("127.0.0.1:{}", server.port);
    let said = run(&folder.file("other"), &["serve", "--listen", &taken]).refused();
    assert!(said.contains("cannot be listened on") && said.contains("--listen"), "{said}");
    // The first one serves on.
    assert_eq!(http.get(server.url("/livez")).send().await.unwrap().status(), 200);
    server.stop();

    let said = run(&data, &["user", "reset", "nobody@example.org"]).refused();
    assert!(said.contains("There is no account with the mail address"), "{said}");
    let done = run(&data, &["user", "reset", "Ingrid@Example.org", "--json"]).json();
    let link = done["url"].as_str().unwrap().to_owned();
    let server = Server::start(&data);
    let path = format!("/{}", link.splitn(4, '/').nth(3).unwrap());
    assert!(path.starts_with("/reset/"), "{link}");
    let new = form(&[("password", "another long sentence")]);
    assert_eq!(post(server.url(&path), new.clone()).await.unwrap().status(), 303);
    assert_eq!(post(server.url(&path), new).await.unwrap().status(), 404, "a link works once");
    let sign_in = |password| form(&[("mail", "ingrid@example.org"), ("password", password)]);
    assert_eq!(post(server.url("/sign-in"), sign_in("a sentence is best")).await.unwrap().status(), 422);
    assert_eq!(post(server.url("/sign-in"), sign_in("another long sentence")).await.unwrap().status(), 303);
    server.stop();
}

/// A request whose body is on its way when the server is told to stop is answered, and what it asked for is stored.
#[tokio::test]
async fn a_server_that_is_told_to_stop_answers_what_is_under_way() {
    let folder = Folder::new();
    let data = folder.data();
    let server = Server::start(&data);
    set_up(&folder);
    let made = run(&data, &["token", "make", "pipeline", "--right", "values.write", "--json"]).json();
    let body = json!({ "values": [{ "metric": "deployments", "subject": "cargo", "period": "21", "number": 14 }] }).to_string();
    let head = format!(
        "POST /api/v1/values HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n\r\n",
        made["secret"].as_str().unwrap(),
        body.len()
    );
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", server.port)).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&body.as_bytes()[..20]).await.unwrap();
    stream.flush().await.unwrap();
    // The server has begun with it: others are answered after it was accepted.
    assert_eq!(http().get(server.url("/livez")).send().await.unwrap().status(), 200);
    server.terminate();
    // A new connection is no longer taken.
    while tokio::net::TcpStream::connect(("127.0.0.1", server.port)).await.is_ok() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    stream.write_all(&body.as_bytes()[20..]).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("{\"stored\":1}"), "{answer}");
    assert_eq!(server.ended(), 0);
    assert!(!data.join("bellwether.sock").exists());
    assert_eq!(run(&data, &["value", "list", "deployments", "cargo", "--json"]).json()[0]["number"], 14.0);
}

//! The rest of the binary: settings, sub-path, limits on the wire, and the tools that need no server.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::process::{Folder, Server, free_port, http, run, run_with};

#[test]
fn check_config_names_every_fault_with_its_remedy() {
    let folder = Folder::new();
    let data = folder.data();
    let env = [("BELLWETHER_LISTEN", "here"), ("BELLWETHER_LOG", "xml")];
    let said = run_with(&data, &["check-config"], &env, "").refused();
    assert!(said.contains("127.0.0.1:8080") && said.contains("text or json"), "{said}");
    let file = folder.write("bellwether.toml", "lisen = \"127.0.0.1:1\"\n");
    let said = run(&data, &["--config", file.to_str().unwrap(), "check-config"]).refused();
    assert!(said.contains("lisen") && said.contains("bellwether.toml"), "{said}");
    let text = "public_url = \"example.org\"\n[git]\nroots = [\"here\"]\n[outgoing]\nallow = [\"10.0.0.0/99\"]\n\
        [[secret]]\nname = \"s\"\nhosts = []\nfile = \"/nowhere\"\n";
    let file = folder.write("bellwether.toml", text);
    let said = run(&data, &["--config", file.to_str().unwrap(), "check-config"]).refused();
    for part in ["https://example.org", "absolute path", "10.0.0.0/99", "names no host", "/nowhere"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    // Nothing is started with such settings either.
    let said = run(&data, &["--config", file.to_str().unwrap(), "serve"]).refused();
    assert!(said.contains("https://example.org"), "{said}");
    let file = folder.write("bellwether.toml", "database = \"postgres://u:hunter2@db/d\"\nlog = \"json\"\n");
    let shown = run(&data, &["--config", file.to_str().unwrap(), "check-config"]).good();
    assert!(shown.contains("***") && !shown.contains("hunter2") && shown.contains("log = \"json\""), "{shown}");
    assert!(!data.exists());
}

#[tokio::test]
async fn everything_lives_below_the_sub_path_of_the_public_url() {
    let folder = Folder::new();
    let data = folder.data();
    let port = free_port();
    let public = format!("http://127.0.0.1:{port}/bw");
    let env = [("BELLWETHER_PUBLIC_URL", public.as_str())];
    let server = Server::start_with(&data, port, &env);
    let link = server.lines().into_iter().find(|l| l.contains("/start?code=")).unwrap();
    assert!(link.starts_with(&format!("{public}/start?code=")), "{link}");
    let http = http();
    let page = http.get(&link).header("accept", "text/html").send().await.unwrap();
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    for attribute in ["href=\"/", "src=\"/", "action=\"/"] {
        for (at, _) in page.match_indices(attribute) {
            let rest = &page[at..page.len().min(at + 40)];
            assert!(rest.starts_with(&format!("{attribute}bw/")), "{rest}");
        }
    }
    assert!(page.contains("action=\"/bw/start\""), "{page}");
    assert_eq!(http.get(server.url("/sign-in")).send().await.unwrap().status(), 404);
    let sent = http.get(server.url("/bw/sign-in")).send().await.unwrap();
    assert_eq!((sent.status().as_u16(), sent.headers()["location"].to_str().unwrap()), (303, "/bw/start"));
    let document: Value = http.get(server.url("/bw/api/v1/openapi.json")).send().await.unwrap().json().await.unwrap();
    assert_eq!(document["servers"][0]["url"], public.as_str());
    // Commands find the way over the socket, over the URL, and without a server.
    assert_eq!(run_with(&data, &["api", "get", "/api/v1/me", "--json"], &env, "").json()["kind"], "owner");
    let made = run_with(&data, &["token", "make", "t", "--right", "values.write", "--json"], &env, "").json();
    let token = folder.write("token", made["secret"].as_str().unwrap());
    let remote = [("BELLWETHER_URL", public.as_str()), ("BELLWETHER_TOKEN_FILE", token.to_str().unwrap())];
    assert_eq!(run_with(&data, &["api", "get", "/api/v1/me"], &remote, "").json()["kind"], "token");
    server.stop();
    assert_eq!(run_with(&data, &["api", "get", "/api/v1/me"], &env, "").json()["kind"], "owner");
}

/// A body that is too large is refused on the wire too, whether its length is stated or not, and before it was all sent.
#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_was_read() {
    let folder = Folder::new();
    let server = Server::start(&folder.data());
    let made = run(&folder.data(), &["token", "make", "t", "--right", "values.write", "--json"]).json();
    let head = format!(
        "POST /api/v1/values HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nauthorization: Bearer {}\r\nconnection: close\r\n",
        made["secret"].as_str().unwrap()
    );
    for stated in [true, false] {
        let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", server.port)).await.unwrap();
        let length = if stated { "content-length: 11534336\r\n\r\n" } else { "transfer-encoding: chunked\r\n\r\n" };
        stream.write_all(format!("{head}{length}").as_bytes()).await.unwrap();
        let (mut reader, mut writer) = stream.into_split();
        let sending = tokio::spawn(async move {
            let piece = [b'n'; 64 * 1024];
            let mut sent = 0;
            while sent < 11 * 1024 * 1024 {
                let chunk = if stated { piece.to_vec() } else { [b"10000\r\n", &piece[..], b"\r\n"].concat() };
                if writer.write_all(&chunk).await.is_err() {
                    break;
                }
                sent += piece.len();
            }
        });
        let mut answer = Vec::new();
        // The server may close before it has read everything, which the network may tell as a reset after the answer.
        let _ = reader.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("larger than 10 MiB"), "stated {stated}: {answer}");
        sending.abort();
    }
    assert_eq!(http().get(server.url("/livez")).send().await.unwrap().status(), 200);
    server.stop();
}

/// The published case of the NIST handbook, 6.3.2.2: ten flow rates, then one above, one below and one within their limits.
#[test]
fn verdict_agrees_with_the_published_limits() {
    let folder = Folder::new();
    let rates = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1];
    let judge = |extra: &[f64]| {
        let lines: String = rates.iter().chain(extra).enumerate().map(|(i, x)| format!("{},{x}\n", i + 1)).collect();
        let file = folder.write("flow.csv", &format!("batch,rate\n{lines}"));
        run(&folder.data(), &["verdict", file.to_str().unwrap(), "--column", "rate", "--json"]).json()
    };
    // The newest is judged against the limits of those before it, which it does not move.
    for (extra, signal) in [(56.0, json!("outside_above")), (45.0, json!("outside_below")), (50.0, Value::Null)] {
        let found = judge(&[extra]);
        for (name, expected) in [("centre", 50.81), ("lower", 45.8159), ("upper", 55.8041)] {
            let number = found[name].as_f64().unwrap();
            assert!((number - expected).abs() < 5e-5, "{name} is {number}, published {expected}");
        }
        assert_eq!((&found["chart"], &found["points"][10]["signal"]), (&json!("individuals"), &signal), "{extra}: {found}");
        assert!(found["points"].as_array().unwrap()[..10].iter().all(|p| p.get("signal").is_none()), "{found}");
    }
    let file = folder.write("flow.csv", "batch,rate\n1,49.6\n2,x\n");
    let said = run(&folder.data(), &["verdict", file.to_str().unwrap(), "--column", "rate"]).refused();
    assert!(said.contains("line 3") && said.contains("is no number"), "{said}");
    let said = run(&folder.data(), &["verdict", file.to_str().unwrap(), "--column", "flow"]).refused();
    assert!(said.contains("The columns are batch, rate"), "{said}");
}

fn git(at: &Path, day: u32, args: &[&str]) {
    let when = format!("2026-03-{day:02}T12:00:00+00:00");
    let mut git = Command::new("git");
    git.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", at);
    for (role, name) in [("AUTHOR", if day.is_multiple_of(2) { "Even" } else { "Odd" }), ("COMMITTER", "Robot")] {
        git.env(format!("GIT_{role}_NAME"), name).env(format!("GIT_{role}_EMAIL"), format!("{name}@example.org"));
        git.env(format!("GIT_{role}_DATE"), &when);
    }
    let done = git.arg("-C").arg(at).args(args).output().unwrap();
    assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// Four commits and a merge over a week, two tags: everything can be counted by hand.
#[test]
fn git_facts_count_a_history_and_name_nobody() {
    let folder = Folder::new();
    let at = folder.file("repository");
    std::fs::create_dir(&at).unwrap();
    git(&at, 1, &["init", "-q", "-b", "main"]);
    git(&at, 1, &["commit", "-q", "--allow-empty", "-m", "one"]);
    git(&at, 2, &["commit", "-q", "--allow-empty", "-m", "two"]);
    git(&at, 3, &["tag", "-a", "v1", "-m", "first"]);
    git(&at, 4, &["checkout", "-q", "-b", "side"]);
    git(&at, 4, &["commit", "-q", "--allow-empty", "-m", "three"]);
    git(&at, 5, &["checkout", "-q", "main"]);
    git(&at, 5, &["commit", "-q", "--allow-empty", "-m", "four"]);
    git(&at, 6, &["merge", "-q", "--no-ff", "-m", "merge", "side"]);
    git(&at, 8, &["tag", "-a", "v2", "-m", "second"]);
    let path = at.to_str().unwrap();
    let ran = run(&folder.data(), &["git", "facts", path, "--json"]);
    let text = ran.good();
    for name in ["Even", "Odd", "Robot", "example.org"] {
        assert!(!text.contains(name), "{name} is named: {text}");
    }
    let facts: Value = serde_json::from_str(&text).unwrap();
    // Lead times in days: 2 and 1 to the first tag; 4, 3 and 2 to the second.
    let expected = json!({ "commits": 5, "merges": 1, "first_parent": 4, "tags": 2, "tagged_commits": 5,
        "median_lead_days": 2.0, "p90_lead_days": 3.0 });
    assert_eq!(facts, expected);
    let older = run(&folder.data(), &["git", "facts", path, "--rev", "v1", "--json"]).json();
    assert_eq!((&older["commits"], &older["merges"], &older["tags"]), (&json!(2), &json!(0), &json!(2)), "{older}");
    let said = run(&folder.data(), &["git", "facts", path, "--rev", "v9"]).refused();
    assert!(said.contains("v9"), "{said}");
    let said = run(&folder.data(), &["git", "facts", folder.0.to_str().unwrap()]).refused();
    assert!(said.contains("repository"), "{said}");
}

#[test]
fn import_says_what_a_catalogue_holds_and_what_is_refused() {
    let folder = Folder::new();
    let data = folder.data();
    let head = "apiVersion: backstage.io/v1alpha1\n";
    let group = format!("{head}kind: Group\nmetadata: {{ name: payments }}\nspec: {{ type: team, children: [] }}\n");
    let user = format!("{head}kind: User\nmetadata: {{ name: grace }}\nspec: {{ memberOf: [payments] }}\n");
    let good = folder.write("org.yaml", &format!("{group}---\n{user}"));
    let orphan = folder.write("lost.yaml", &format!("{head}kind: Component\nmetadata: {{ name: lost }}\nspec: {{}}\n"));
    let (good, orphan) = (good.to_str().unwrap(), orphan.to_str().unwrap());
    let found = run(&data, &["import", "backstage", good, "--dry-run", "--json"]).json();
    assert_eq!((&found["taken"], &found["skipped"], &found["refused"]), (&json!(1), &json!(1), &json!([])));
    assert_eq!(found["facts"]["documents"], 2);
    assert_eq!(found["facts"]["kinds"], json!({ "backstage.io/v1alpha1/Group": 1, "backstage.io/v1alpha1/User": 1 }));
    assert_eq!(found["facts"]["names"], json!(["payments", "grace"]));
    // One bad entity: exit 1, and the others are still counted.
    let ran = run(&data, &["import", "backstage", good, orphan, "--dry-run"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.contains("spec.owner is missing") && ran.out.contains("lost.yaml:1"), "{ran:?}");
    assert!(ran.out.contains("1 taken, 1 skipped, 1 refused"), "{ran:?}");
    // A file that is not there; no --dry-run; another kind.
    assert!(run(&data, &["import", "backstage", "/nowhere.yaml", "--dry-run"]).refused().contains("/nowhere.yaml"));
    assert_eq!(run(&data, &["import", "backstage", good]).code, 2);
    assert_eq!(run(&data, &["import", "portal", good, "--dry-run"]).code, 2);
    assert!(!data.exists());
}

#[test]
fn import_counts_values_by_metric_and_refuses_a_file_whole() {
    let folder = Folder::new();
    let data = folder.data();
    let rows = "metric,subject,period,number,numerator,denominator\nlead-time,payments,22,4.5,,\nlead-time,payments,23,4,,\n\
                availability,ledger,23,,999,1000\n";
    let good = folder.write("values.csv", rows);
    let bad = folder.write("wrong.csv", "metric,subject,period,number\nlead-time,payments,22,4\nlead-time,,23,5\n");
    let (good, bad) = (good.to_str().unwrap(), bad.to_str().unwrap());
    let found = run(&data, &["import", "values", good, "--dry-run", "--json"]).json();
    assert_eq!((&found["taken"], &found["skipped"], &found["refused"]), (&json!(3), &json!(0), &json!([])));
    let facts = json!({ "values": 3, "by_metric": { "availability": 1, "lead-time": 2 }, "subjects": 2, "periods": 2 });
    assert_eq!(found["facts"], facts);
    let ran = run(&data, &["import", "values", good, bad, "--dry-run"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.out.contains("wrong.csv: line 3: subject is empty") && ran.out.contains("3 taken, 0 skipped, 1 refused"),
        "{ran:?}"
    );
    assert!(!data.exists());
}

//! Bad input of every kind, on both engines: the right refusal, as a problem document that says what is wrong and where, and
//! nothing that is stored changes.

use axum::body::Body;
use axum::http::Request;
use bellwether::rooms;
use kernel::room::{Answers, Needs};
use kernel::testing::{Answer, Client, TestApp};
use people::Role;
use serde_json::{Value, json};

use crate::dump::{changes, dump};
use crate::names::Names;
use crate::world::{SPRINT, World};

const JSON: &str = "application/json";

/// One bad call, and how it must be refused.
struct Bad {
    what: &'static str,
    method: &'static str,
    path: String,
    media: Option<&'static str>,
    headers: Vec<(&'static str, String)>,
    body: Body,
    status: u16,
    slug: &'static str,
    /// Where; empty if the whole request is meant.
    at: &'static str,
    /// Words of the sentence.
    says: &'static str,
}

fn bad(
    what: &'static str,
    path: &str,
    body: impl Into<Body>,
    refused: (u16, &'static str),
    at: &'static str,
    says: &'static str,
) -> Bad {
    let (status, slug) = refused;
    Bad {
        what,
        method: "POST",
        path: path.into(),
        media: Some(JSON),
        headers: Vec::new(),
        body: body.into(),
        status,
        slug,
        at,
        says,
    }
}

fn get(what: &'static str, path: &str, refused: (u16, &'static str), at: &'static str, says: &'static str) -> Bad {
    Bad { method: "GET", media: None, ..bad(what, path, "", refused, at, says) }
}

const INVALID: (u16, &str) = (422, "invalid");
const UNREADABLE: (u16, &str) = (400, "unreadable");
const MISSING: (u16, &str) = (404, "not-found");
const LARGE: (u16, &str) = (413, "too-large");
const MEDIA: (u16, &str) = (415, "wrong-media");
const CONFLICT: (u16, &str) = (409, "conflict");

fn value(fields: Value) -> Value {
    let mut value = json!({ "metric": "lead-time", "subject": "cargo", "period": SPRINT.to_string(), "number": 4.5 });
    value.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    value
}

/// A batch whose first value is good, so that a refusal has something that it must not store.
fn batch(second: Value) -> String {
    json!({ "values": [value(json!({ "metric": "deployments", "number": 3 })), value(second)] }).to_string()
}

/// Eleven mebibytes of JSON.
fn large() -> String {
    json!({ "values": [value(json!({ "note": "n".repeat(11 * 1024 * 1024) }))] }).to_string()
}

fn cases() -> Vec<Bad> {
    let values = "/api/v1/values";
    let raw = |text: &str| {
        format!("{{\"values\":[{{\"metric\":\"lead-time\",\"subject\":\"cargo\",\"period\":\"21\",\"number\":{text}}}]}}")
    };
    let many: Vec<Value> = (0..10_001).map(|_| value(json!({}))).collect();
    let group = |fields: Value| {
        let mut group = json!({ "name": "Quay", "zone": "UTC", "first_day": "2026-01-07" });
        group.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        group.to_string()
    };
    let mut out = vec![
        bad("another unit", values, batch(json!({ "unit": "ms" })), INVALID, "/values/1/number", "Convert the number first"),
        bad("an unknown metric", values, batch(json!({ "metric": "luck" })), INVALID, "/values/1/metric", "There is no metric “luck”"),
        bad("an unknown team", values, batch(json!({ "subject": "luck" })), INVALID, "/values/1/subject", "there is no team “luck”"),
        bad("a sprint that has not begun", values, batch(json!({ "period": "30" })), INVALID, "/values/1/period", "has not begun"),
        bad("a sprint that never was", values, batch(json!({ "period": "3" })), INVALID, "/values/1/period", "has no sprint 3"),
        bad("no period", values, batch(json!({ "period": "soon" })), INVALID, "/values/1/period", "Write its number"),
        bad("less than nothing", values, batch(json!({ "number": -1 })), INVALID, "/values/1/number", "is less than"),
        bad("more than all", values, batch(json!({ "metric": "availability", "number": 999 })), INVALID, "/values/1/number", "Did you mean 99.9?"),
        bad("too large a number", values, batch(json!({ "number": 1e16 })), INVALID, "/values/1/number", "go up to 1e15"),
        bad("no number", values, batch(json!({ "number": null })), INVALID, "/values/1/number", "not sent as 0"),
        bad("of none", values, batch(json!({ "metric": "availability", "number": null, "numerator": 0, "denominator": 0 })), INVALID, "/values/1/number", "denominator"),
        bad("a duplicate with another number", values, json!({ "values": [value(json!({})), value(json!({ "number": 5 }))] }).to_string(), INVALID, "/values/1", "Send one of them"),
        bad("NUL in a note", values, batch(json!({ "note": "a\u{0}b" })), INVALID, "/values/1/note", "control character"),
        bad("NUL in a metric", values, batch(json!({ "metric": "a\u{0}b" })), INVALID, "/values/1/metric", "There is no metric"),
        bad("NUL in a source", values, json!({ "source": "a\u{0}b", "values": [value(json!({}))] }).to_string(), INVALID, "/source", "control character"),
        bad("an endless source", values, json!({ "source": "s".repeat(201), "values": [value(json!({}))] }).to_string(), INVALID, "/source", "at most 200"),
        bad("an endless note", values, batch(json!({ "note": "n".repeat(20_001) })), INVALID, "/values/1/note", "at most 20000"),
        bad("NaN", values, raw("NaN"), UNREADABLE, "", "no JSON"),
        bad("Infinity", values, raw("Infinity"), UNREADABLE, "", "no JSON"),
        bad("1e999", values, raw("1e999"), UNREADABLE, "", "number out of range"),
        bad("a number as text", values, raw("\"4.5\""), INVALID, "line 1, column", "invalid type"),
        bad("half a pair", values, raw("\"\\ud800\""), UNREADABLE, "", "no JSON"),
        bad("a field twice", values, raw("1,\"number\":2"), INVALID, "line 1, column", "duplicate field"),
        bad("an unknown field", values, batch(json!({ "colour": "red" })), INVALID, "line 1, column", "unknown field `colour`"),
        bad("10,001 values", values, json!({ "values": many }).to_string(), LARGE, "", "Send it in parts"),
        bad("11 MiB, not stated", values, large(), LARGE, "", "larger than 10 MiB"),
        bad("deep JSON", values, format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)), INVALID, "line 1, column", "invalid type"),
        bad("no UTF-8", values, [raw("1").as_bytes(), b"\xFF\xFE"].concat(), UNREADABLE, "", "Send UTF-8"),
        bad("half a body", values, raw("1")[..40].to_owned(), UNREADABLE, "", "no JSON"),
        bad("more than a body", values, format!("{} {{}}", raw("1")), UNREADABLE, "", "trailing characters"),
        bad("no body", values, "", UNREADABLE, "", "no JSON"),
        bad("a list instead", values, "[]", INVALID, "line 1, column", "invalid length"),
        bad("an endless name", "/api/v1/groups", group(json!({ "name": "n".repeat(201) })), INVALID, "name", "at most 200 fit"),
        bad("no name", "/api/v1/groups", group(json!({ "name": "  " })), INVALID, "name", "is missing"),
        bad("a name of two lines", "/api/v1/groups", group(json!({ "name": "a\nb" })), INVALID, "name", "line break"),
        bad("a zone of another planet", "/api/v1/groups", group(json!({ "zone": "Mars/Base" })), INVALID, "zone", "Europe/London"),
        bad("the 31st of February", "/api/v1/groups", group(json!({ "first_day": "2026-02-31" })), INVALID, "first_day", "Write it like"),
        bad("a sprint of a day", "/api/v1/groups", group(json!({ "sprint_days": 1 })), INVALID, "sprint_days", "7 to 42"),
        bad("a number beyond numbers", "/api/v1/groups", group(json!({ "first_number": 1e30 })), INVALID, "line 1, column", "invalid type"),
        bad("a key of capitals", "/api/v1/groups", group(json!({ "slug": "Quay" })), INVALID, "slug", "a-z, 0-9 and hyphens"),
        bad("a name that is taken", "/api/v1/groups", group(json!({ "name": "port" })), CONFLICT, "", "Choose another name"),
        bad("a file of another form", "/api/v1/apply", json!({ "yaml": "form: other\n" }).to_string(), INVALID, "form", "bellwether/v1"),
        bad("a file that is none", "/api/v1/apply", json!({ "yaml": "groups: [" }).to_string(), INVALID, "yaml", "cannot be read"),
        bad("a file that is half wrong", "/api/v1/apply", json!({ "yaml": "form: bellwether/v1\ngroups:\n  - name: Quay\n    slug: quay\n    zone: UTC\n    first_day: 2026-01-07\nteams:\n  - name: T\n    slug: t\n    group: luck\n" }).to_string(), INVALID, "teams[0].group", "There is no group “luck”"),
        bad("a key that was used with another body", values, batch(json!({})), CONFLICT, "", "Use a new key"),
        bad("an endless key", values, batch(json!({})), UNREADABLE, "", "1 to 200"),
        bad("11 MiB, stated", values, large(), LARGE, "", "larger than 10 MiB"),
        bad("text instead of JSON", values, batch(json!({})), MEDIA, "", "application/json"),
        bad("no media type", values, batch(json!({})), MEDIA, "", "application/json"),
        get("a team of NUL", "/api/v1/teams/%00", MISSING, "", "There is no team"),
        get("a team of no text", "/api/v1/teams/%FF", MISSING, "", "cannot be read"),
        get("half an escape", "/api/v1/teams/%zz", MISSING, "", "There is no team"),
        get("an unknown team", "/api/v1/teams/luck", MISSING, "", "There is no team “luck”"),
        get("an unknown sprint", "/api/v1/reports/cargo/99999", MISSING, "", "no sprint 99999"),
        get("a sprint that is no number", "/api/v1/reports/cargo/1e9", MISSING, "", "There is no sprint “1e9”"),
        get("an unknown address", "/api/v1/luck", MISSING, "", "There is nothing at"),
        get("a limit of nothing", "/api/v1/teams?limit=0", INVALID, "limit", "1 to 500"),
        get("a limit beyond limits", "/api/v1/trail?limit=99999999999999999999", INVALID, "limit", "1 to 500"),
        get("a made-up cursor", "/api/v1/teams?cursor=zz", INVALID, "cursor", "Begin without it"),
        get("a cursor of NUL", "/api/v1/teams?cursor=00", INVALID, "cursor", "Begin without it"),
        get("half an escape in a question", "/api/v1/teams?limit=%4", UNREADABLE, "", "hexadecimal"),
        get("no text in a question", "/api/v1/teams?limit=%FF", UNREADABLE, "", "Send UTF-8"),
        get("half a question", "/api/v1/trail?kind=team", INVALID, "query", "together"),
    ];
    for case in &mut out {
        match case.what {
            "a key that was used with another body" => case.headers.push(("idempotency-key", "used".into())),
            "an endless key" => case.headers.push(("idempotency-key", "k".repeat(201))),
            "11 MiB, stated" => case.headers.push(("content-length", large().len().to_string())),
            "text instead of JSON" => case.media = Some("text/plain"),
            "no media type" => case.media = None,
            _ => {}
        }
    }
    out.push(Bad { method: "DELETE", ..get("another method", "/api/v1/teams", (405, "method"), "", "does not take DELETE") });
    out
}

async fn send(client: &mut Client, case: &mut Bad) -> Answer {
    let mut request = Request::builder().method(case.method).uri(&case.path);
    for (name, value) in case.media.iter().map(|m| ("content-type", (*m).to_owned())).chain(case.headers.drain(..)) {
        request = request.header(name, value);
    }
    client.send(request.body(std::mem::take(&mut case.body)).unwrap()).await
}

/// What is wrong with a refusal.
fn judge(answer: &Answer, status: u16, slug: &str, at: &str, says: &str) -> Option<String> {
    let header = |name: &str| answer.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("");
    let problem: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    let text = |name: &str| problem[name].as_str().unwrap_or("").to_owned();
    let faults = problem["faults"].as_array().cloned().unwrap_or_default();
    let places: Vec<&str> = faults.iter().map(|f| f["at"].as_str().unwrap_or("")).collect();
    let ours = ["sqlite", "postgres", "rusqlite", "serde", "panicked", "src/", "savepoint", "sql"];
    let shown = answer.text.to_lowercase();
    let checks = [
        (answer.status == status && problem["status"] == status, "status"),
        (header("content-type") == "application/problem+json", "media type"),
        (text("type").ends_with(&format!("/problems/{slug}")), "type"),
        (!text("title").is_empty() && text("instance") == header("x-request-id"), "title or instance"),
        (text("detail").contains(says) && text("detail").ends_with(['.', '?', '”', ')', '\'']), "what it says"),
        ((status == 422) == places.iter().any(|p| !p.is_empty()), "a place"),
        (at.is_empty() || places.iter().any(|p| p.starts_with(at)), "the place"),
        (status != 405 || header("allow").contains("GET"), "what is allowed"),
        (!ours.iter().any(|word| shown.contains(word)), "something of ours"),
    ];
    let wrong: Vec<&str> = checks.iter().filter(|(good, _)| !good).map(|(_, what)| *what).collect();
    (!wrong.is_empty()).then(|| format!("{}: {} {}", wrong.join(", "), answer.status, answer.text))
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_refused_with_what_and_where_and_nothing_is_stored() {
    for engine in TestApp::ENGINES {
        let world = World::new(engine).await;
        let maya = world.person("Maya Lindqvist", &[(Role::PrincipalEngineer, Some(world.teams[0].id))]).await;
        let mut client = world.owner();
        let first = json!({ "values": [value(json!({ "period": "20" }))] });
        let request = Request::post("/api/v1/values").header("content-type", JSON).header("idempotency-key", "used");
        client.send(request.body(Body::from(first.to_string())).unwrap()).await.expect(200);
        let mut wrong = Vec::new();
        let mut before = dump(&world.t.app).await;
        let cases = cases();
        assert!(cases.len() > 60, "{} cases", cases.len());
        for mut case in cases {
            let answer = send(&mut client, &mut case).await;
            wrong.extend(judge(&answer, case.status, case.slug, case.at, case.says).map(|w| format!("{}: {w}", case.what)));
            let after = dump(&world.t.app).await;
            let changed = changes(&before, &after);
            wrong.extend(changed.iter().map(|c| format!("{} stored {c}", case.what)));
            before = after;
        }
        // A form is shown again with what was typed, and the fault stands at its field.
        let mut browser = world.browser(&maya);
        let form = "/reports/cargo/21/entry";
        let csrf = Client::csrf(&browser.get(form).await.expect(200).text);
        for (typed, says) in
            [("NaN", "is no number"), ("1e5", "is no number"), ("-3", "is less than"), ("9999999999999999", "go up to 1e15")]
        {
            let fields = [("csrf", csrf.as_str()), ("v.deployments.cargo", "7"), ("v.run-cost.cargo", typed), ("act", "ready")];
            let page = browser.form(form, &fields).await.expect(422).text;
            if !(page.contains(says) && page.contains(&format!("value=\"{typed}\"")) && page.contains("value=\"7\"")) {
                wrong.push(format!("the form with {typed}: {page}"));
            }
            wrong.extend(changes(&before, &dump(&world.t.app).await).iter().map(|c| format!("the form with {typed} stored {c}")));
        }
        let forged = [("csrf", "0"), ("v.deployments.cargo", "7")];
        browser.form(form, &forged).await.expect(403);
        assert!(wrong.is_empty(), "{engine:?}: {}\n{}", wrong.len(), wrong.join("\n"));
        world.t.end().await;
    }
}

/// Every route of the API with addresses that nobody stores, and every list with questions that it does not answer.
#[tokio::test(flavor = "multi_thread")]
async fn strange_addresses_name_nothing_on_every_route() {
    for engine in TestApp::ENGINES {
        let world = World::new(engine).await;
        let names = Names::of(&world, 0);
        let mut client = world.owner();
        let mut wrong = Vec::new();
        let before = dump(&world.t.app).await;
        let long = "x".repeat(5_000);
        let pages = rooms::ALL.iter().flat_map(|r| r.routes).filter(|r| !matches!(r.needs, Needs::Nobody));
        for route in pages {
            let parts: Vec<&str> = route.path.split('/').filter(|p| p.starts_with('{')).collect();
            for part in parts {
                for strange in ["%00", "%FF", "%2e%2e", "%2F", "%F0%9F%98%80", "a%20b", long.as_str()] {
                    let asked =
                        route.doc.map_or(&[][..], |d| d.query).iter().filter(|p| p.required).map(|p| format!("?{}=cargo", p.name));
                    let path =
                        names.path(&route.path.replace(part, "STRANGE")).replace("STRANGE", strange) + &asked.collect::<String>();
                    let request = Request::builder().method(route.method).uri(&path).header("content-type", JSON);
                    let answer = client.send(request.body(Body::from("{}")).unwrap()).await;
                    let form = route.answers == Answers::Page && route.method == "POST";
                    // A body is read before the thing is looked for, so that it may be what is refused.
                    let expected: &[u16] = if form {
                        &[404, 415]
                    } else if route.method == "GET" {
                        &[404]
                    } else {
                        &[404, 422]
                    };
                    let media = answer.headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or("");
                    if !expected.contains(&answer.status) || media != "application/problem+json" {
                        let text: String = answer.text.chars().take(200).collect();
                        let path: String = path.chars().take(80).collect();
                        wrong.push(format!("{} {path}: {} {media} {text}", route.method, answer.status));
                    }
                }
            }
            for p in route.doc.map_or(&[][..], |d| d.query) {
                for strange in ["%00", "00", "%F0%9F%98%80", long.as_str()] {
                    let answer = client.get(&format!("{}?{}={strange}", names.path(route.path), p.name)).await;
                    if !(200..500).contains(&answer.status) {
                        wrong.push(format!("{} ?{}={}: {} {}", route.path, p.name, &strange[..2], answer.status, answer.text));
                    }
                }
            }
        }
        wrong.extend(changes(&before, &dump(&world.t.app).await));
        assert!(wrong.is_empty(), "{engine:?}: {}\n{}", wrong.len(), wrong.join("\n"));
        world.t.end().await;
    }
}

//! The same calls on SQLite and on PostgreSQL, with the same seed of ids and the same clock: every answer must be the same,
//! byte by byte, and so must everything that is stored.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use bellwether::rooms;
use kernel::config::environment;
use kernel::db::Engine;
use kernel::room::{Answers, Route};
use kernel::testing::{Answer, Client};
use people::Role;
use serde_json::{Value, json};

use crate::dump::{changes, dump};
use crate::random::Chooser;
use crate::schema::Api;
use crate::world::World;

/// Calls of one trace.
const CALLS: usize = 8_000;

/// Everything about a call, so that it can be sent twice and shown.
#[derive(Debug, Clone)]
struct Call {
    #[allow(dead_code, reason = "shown when two engines differ")]
    number: usize,
    actor: usize,
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Call {
    /// Changes little of what is there: fields of the thing as it is shown stand in the body, its version among them.
    async fn echo(&mut self, sides: &mut [Side; 2]) {
        let show = Self { method: "GET", headers: Vec::new(), body: Vec::new(), ..self.clone() };
        let mut shown = Value::Null;
        for side in sides {
            let answer = show.send(&mut side.actors[self.actor]).await;
            shown = if answer.status == 200 { answer.json() } else { Value::Null };
        }
        let shown = if shown["person"].is_object() { &shown["person"] } else { &shown };
        if let Ok(Value::Object(mut body)) = serde_json::from_slice(&self.body) {
            for (name, value) in &mut body {
                if let Some(found) = shown.get(name) {
                    *value = found.clone();
                }
            }
            if let Some(version) = shown.get("version") {
                body.insert("version".into(), version.clone());
            }
            self.body = Value::Object(body).to_string().into_bytes();
        }
    }

    async fn send(&self, client: &mut Client) -> Answer {
        let mut request = Request::builder().method(self.method).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        client.send(request.body(Body::from(self.body.clone())).unwrap_or_else(|e| panic!("{self:?}: {e}"))).await
    }
}

/// One side: the organisation on an engine, and who acts in it.
struct Side {
    world: World,
    actors: Vec<Client>,
    people: Vec<String>,
}

impl Side {
    async fn new(engine: Engine) -> Self {
        let world = World::seeded(engine, 7).await;
        let (team, other, group) = (world.teams[0].id, world.teams[2].id, world.groups[0].id);
        let mut actors = vec![world.owner(), world.owner()];
        let mut people = Vec::new();
        for (name, role, scope) in [
            ("Tomasz Zielinski", Role::Facilitator, Some(group)),
            ("Maya Lindqvist", Role::PrincipalEngineer, Some(team)),
            ("Owen Pryce", Role::Engineer, Some(other)),
            ("Ingrid Solberg", Role::PlatformEngineer, None),
            ("Leila Farouk", Role::Stakeholder, None),
            ("Dora Lund", Role::Engineer, Some(team)),
            ("Emil Berg", Role::Approver, Some(people::place::pillar_id("security"))),
        ] {
            let person = world.person(name, &[(role, scope)]).await;
            actors.push(world.browser(&person));
            people.push(person.id.to_string());
        }
        for (name, rights) in [
            ("pipeline", vec![("values.write", None)]),
            ("one team", vec![("values.write", Some(team)), ("notes.write", Some(team))]),
        ] {
            let (_, secret) = world.token(name, &rights).await;
            let mut client = world.t.client();
            client.bearer = Some(secret);
            actors.push(client);
        }
        actors.push(world.t.client());
        Self { world, actors, people }
    }
}

/// How often a route is called, beside others.
fn weight(route: &Route) -> usize {
    match (route.method, route.path) {
        (_, "/api/v1/values") => 14,
        ("POST", path) if path.ends_with("/notes") => 8,
        ("POST", "/api/v1/actions" | "/api/v1/decisions" | "/api/v1/concerns") => 6,
        (_, path) if path.contains("{action}") => 4,
        ("POST", path) if path.ends_with("/improvements") || path.ends_with("/acceptances") => 6,
        ("PUT" | "DELETE", path) if path.ends_with("/{entry}") => 6,
        (_, path) if path.contains("/templates") || path.ends_with("/override") => 4,
        (_, path) if path.contains("/reports/") => 4,
        ("GET", _) => 1,
        _ => 2,
    }
}

fn make(n: usize, routes: &[&'static Route], api: &Api, chooser: &mut Chooser, actors: usize) -> (Call, &'static Route) {
    let route = routes[chooser.rng.below(routes.len())];
    let part = |chooser: &mut Chooser, p: &str| match p.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
        Some(kind) => chooser.part(kind),
        None => p.to_owned(),
    };
    let mut path: String = route.path.split('/').map(|p| part(chooser, p)).collect::<Vec<_>>().join("/");
    let mut query = Vec::new();
    for p in route.doc.map_or(&[][..], |d| d.query) {
        if p.required || chooser.rng.chance(25) {
            query.push(format!("{}={}", p.name, chooser.query(p.name)));
        }
    }
    if !query.is_empty() {
        path.push_str(&format!("?{}", query.join("&")));
    }
    let mut headers = Vec::new();
    let mut body = Vec::new();
    if let Some(schema) = api.body(route.method, route.path) {
        let mut value = api.make(schema, chooser);
        let mut media = "application/json";
        if chooser.rng.chance(25) {
            chooser.spoil(&mut value);
        }
        body = value.to_string().into_bytes();
        if chooser.rng.chance(4) {
            (media, body) = chooser.garbage(&value);
        }
        headers.push(("content-type", media.to_owned()));
    }
    if route.method != "GET" && chooser.rng.chance(15) {
        let key = if chooser.rng.chance(5) { "k".repeat(201) } else { format!("key-{}", chooser.rng.below(60)) };
        headers.push(("idempotency-key", key));
    }
    // The owner, who may everything, acts most often.
    let actor = if chooser.rng.chance(60) { 0 } else { chooser.rng.below(actors) };
    (Call { number: n, actor, method: route.method, path, headers, body }, route)
}

/// What an answer teaches: names of things that were made, and where a list goes on.
fn learn(chooser: &mut Chooser, route: &Route, answer: &Answer) {
    if !(200..300).contains(&answer.status) || answer.text.is_empty() {
        return;
    }
    let body = answer.json();
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    if let Some(next) = text("/next") {
        chooser.learn("cursor", &next);
    }
    let found = match (route.method, route.path) {
        ("POST", "/api/v1/people") => text("/person/id").map(|id| ("person", id)),
        ("POST", "/api/v1/people/{person}/roles") => text("/id").map(|id| ("grant", id)),
        ("POST", "/api/v1/tokens") => text("/token/id").map(|id| ("token", id)),
        ("POST", "/api/v1/metrics") => text("/definition/key").map(|key| ("metric", key)),
        ("POST", "/api/v1/actions") => text("/id").map(|id| ("action", id)),
        ("POST", path) if path.ends_with("/improvements") => text("/id").map(|id| ("action", id)),
        ("POST", "/api/v1/concerns") => body["number"].as_i64().map(|n| ("concern", n.to_string())),
        ("POST", "/api/v1/decisions") => body["number"].as_i64().map(|n| ("decision", n.to_string())),
        ("POST", path) if path.ends_with("/lists/{list}") => text("/id").map(|id| ("entry", id)),
        ("POST", path) if path.ends_with("/questions") => text("/id").map(|id| ("question", id)),
        ("POST", path) => {
            let kind = path.rsplit('/').next().unwrap_or("").trim_end_matches('s').to_owned();
            if let Some(slug) = text("/slug") {
                chooser.learn(&kind, &slug);
            }
            None
        }
        _ => None,
    };
    if let Some((kind, name)) = found {
        chooser.learn(kind, &name);
    }
}

/// An answer as it is compared. When a record was sealed, and with which others, is the only thing that depends on the
/// engine: SQLite seals with the group that it commits, PostgreSQL a moment later.
fn comparable(route: &Route, answer: &Answer) -> String {
    let mut text = answer.text.clone();
    if answer.status == 200 && route.path == "/api/v1/trail" {
        let mut page = answer.json();
        for record in page["items"].as_array_mut().into_iter().flatten() {
            record.as_object_mut().unwrap().remove("seal");
        }
        text = page.to_string();
    } else if answer.status == 200 && route.path == "/api/v1/trail/verification" {
        let found = answer.json();
        let all = found["records"].as_u64().unwrap() + found["unsealed"].as_u64().unwrap();
        text = json!({ "valid": found["valid"], "all": all, "redacted": found["redacted"] }).to_string();
    }
    let mut headers: Vec<String> = answer.headers.iter().map(|(k, v)| format!("{k}: {v:?}")).collect();
    headers.sort();
    // The length of what was compared in part differs with it.
    headers.retain(|h| text == answer.text || !h.starts_with("content-length"));
    format!("{}\n{}\n\n{text}", answer.status, headers.join("\n"))
}

/// One trace; ten with `BELLWETHER_FULL` in the environment.
#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_calls_are_answered_alike_on_both_engines() {
    let traces = if environment("BELLWETHER_FULL").is_some() { 10 } else { 1 };
    for seed in 0..traces {
        trace(20_261_117 + seed).await;
    }
}

async fn trace(seed: u64) {
    let mut sides = [Side::new(Engine::Sqlite).await, Side::new(Engine::Postgres).await];
    assert_eq!(sides[0].people, sides[1].people);
    let (api, _) = (Api::of(&sides[0].world.t).await, Api::of(&sides[1].world.t).await);
    let mut chooser = Chooser::new(seed);
    let world = &sides[0].world;
    for (i, team) in world.teams.iter().enumerate() {
        chooser.learn("team", &team.slug);
        chooser.learn("team-id", &team.id.to_string());
        chooser.learn("workload", &format!("{}-core", team.slug));
        chooser.learn("service", &format!("{}-api", team.slug));
        if i % 2 == 0 {
            chooser.learn("group", &world.groups[i / 2].slug);
            chooser.learn("group-id", &world.groups[i / 2].id.to_string());
        }
    }
    for metric in ["lead-time", "deployments", "availability", "open-findings", "error-budget", "restarts", "pages"] {
        chooser.learn("metric", metric);
    }
    for list in ["links", "game-days"] {
        chooser.learn("list", list);
    }
    // Those who act in the trace are spared; whoever is deactivated is one of the others.
    sides[0].people[5..].iter().for_each(|p| chooser.learn("person", p));
    chooser.learn("source", "alarms");
    chooser.learn("feed", "portal");
    chooser.learn("channel", "chat");
    chooser.learn("tracker", "issues");
    chooser.learn("notice", "1");
    chooser.learn("lens", "serverless");
    // A review of each workload, with a milestone, so that calls about them find something.
    for (name, value) in [("question", "SLS-01"), ("milestone", "first"), ("sitting", "1")] {
        chooser.learn(name, value);
    }
    chooser.learn("template", "baseline");
    for side in &sides {
        let template = json!({ "name": "Baseline", "lens": "serverless", "team": side.world.teams[0].slug });
        side.world.owner().json("POST", "/api/v1/reviews/templates", &template).await.expect(201);
        let version =
            json!({ "based_on": 0, "why": "As agreed.", "answers": [{ "question": "SLS-02", "said": { "none": true } }] });
        side.world.owner().json("POST", "/api/v1/reviews/templates/baseline/versions", &version).await.expect(201);
        for team in &side.world.teams {
            let at = format!("/api/v1/workloads/{}-core/reviews", team.slug);
            side.world.owner().json("POST", &at, &json!({ "lens": "serverless" })).await.expect(201);
            let link = json!({ "url": "https://example.org/runbook" });
            let made =
                side.world.owner().json("POST", &format!("{at}/serverless/answers/SLS-01/links"), &link).await.expect(201).json();
            chooser.learn("evidence", made["id"].as_str().unwrap());
            let used = side.world.owner().json("PUT", &format!("{at}/serverless/templates/baseline"), &json!({})).await;
            used.expect(200);
            let at = format!("{at}/serverless/milestones");
            side.world.owner().json("POST", &at, &json!({ "name": "First" })).await.expect(201);
        }
    }
    for team in &sides[0].world.teams {
        chooser.learn("seat", &format!("{}.delivery-lead", team.slug));
    }
    // Sessions of each group.
    for side in &sides {
        for group in &side.world.groups {
            for (n, starts) in ["2027-03-01 10:00", "2027-03-15 10:00", "2027-03-29 10:00"].into_iter().enumerate() {
                let (at, extra) =
                    (format!("/api/v1/groups/{}/sessions", group.slug), json!({ "starts": starts, "why": "To try it" }));
                let made = side.world.owner().json("POST", &at, &extra).await.expect(201).json();
                chooser.learn("meeting", made["id"].as_str().unwrap());
                // One is open, the others are ahead.
                let at = format!("/api/v1/sessions/{}", made["id"].as_str().unwrap());
                if n == 0 {
                    side.world.owner().json("POST", &format!("{at}/opening"), &json!(null)).await.expect(200);
                    let said = json!({ "key": "of-the-trace", "kind": "win", "text": "Said before" });
                    let said = side.world.owner().json("POST", &format!("{at}/captures"), &said).await.expect(201).json();
                    chooser.learn("capture", said["id"].as_str().unwrap());
                    let talk = json!({ "group": group.slug, "body": { "title": "A talk" } });
                    let talk = side.world.owner().json("POST", "/api/v1/tech-shares", &talk).await.expect(201).json();
                    chooser.learn("share", talk["id"].as_str().unwrap());
                }
            }
        }
    }
    // Every call draws an id, so both sides are asked whatever one is asked.
    let mut export = String::new();
    for side in &sides {
        export = side.world.owner().get("/api/v1/export").await.expect(200).json()["yaml"].as_str().unwrap().to_owned();
    }
    let first = "form: bellwether/v1\ngroups:\n  - slug: port\n    name: Port\n    zone: UTC\n    first_day: 2026-08-26\n    first_number: 17\n";
    let second = "form: bellwether/v1\ngroups:\n  - slug: quay\n    name: Quay\n    zone: UTC\n    first_day: 2026-08-26\n";
    let files = [export.as_str(), first, second, second, "form: other\n", "form: bellwether/v1\nteams: 3\n", "- ]"];
    chooser.files = files.map(str::to_owned).to_vec();

    let routes: Vec<&'static Route> = rooms::ALL
        .iter()
        .flat_map(|r| r.routes)
        .filter(|r| r.answers == Answers::Api)
        // It goes on after its answer, and draws ids when it comes to it: two sides cannot be compared from there on.
        .filter(|r| r.path != "/api/v1/sources/{source}/backfill")
        // Minutes hold the newest seal, which each engine makes in its own time.
        .filter(|r| r.path != "/api/v1/sessions/{meeting}/closing")
        .flat_map(|r| std::iter::repeat_n(r, weight(r)))
        .collect();
    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
    let mut reached: BTreeMap<String, bool> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut last: Option<(Call, &'static Route)> = None;
    for n in 0..CALLS {
        let (made, route) = make(n, &routes, &api, &mut chooser, sides[0].actors.len());
        // Now and then a client sends the same once more: it did not see the answer.
        let (mut call, route) = match last {
            Some(last) if chooser.rng.chance(4) => last,
            _ => (made, route),
        };
        if matches!(route.method, "PUT" | "PATCH") && api.operation("GET", route.path).is_some() && chooser.rng.chance(50) {
            call.echo(&mut sides).await;
        }
        let step = match chooser.rng.below(100) {
            0..70 => chooser.rng.below(60),
            70..97 => chooser.rng.below(2 * 3_600),
            _ => chooser.rng.below(20 * 3_600),
        };
        let mut answers = Vec::new();
        for side in &mut sides {
            side.world.t.clock.advance(Duration::from_secs(u64::try_from(step).unwrap()));
            answers.push(call.send(&mut side.actors[call.actor]).await);
        }
        let (ours, theirs) = (comparable(route, &answers[0]), comparable(route, &answers[1]));
        assert!(
            ours == theirs,
            "seed {seed}, call {n} differs: {call:?}\n{}\n--- SQLite\n{ours}\n--- PostgreSQL\n{theirs}",
            String::from_utf8_lossy(&call.body)
        );
        let answer = &answers[0];
        if answer.status >= 500 {
            wrong.push(format!("{call:?}: {} {}", answer.status, answer.text));
        }
        wrong.extend(api.judge(route.method, route.path, answer).into_iter().map(|w| format!("{w}\n  in {call:?}")));
        *statuses.entry(answer.status).or_default() += 1;
        *reached.entry(format!("{} {}", route.method, route.path)).or_default() |= answer.status < 300;
        learn(&mut chooser, route, answer);
        last = Some((call, route));
    }
    assert!(wrong.is_empty(), "{} answers do not fit the document\n{}", wrong.len(), wrong.join("\n"));
    let never: Vec<&String> = reached.iter().filter(|(_, good)| !**good).map(|(route, _)| route).collect();
    let good: usize = [200, 201, 204].iter().filter_map(|s| statuses.get(s)).sum();
    eprintln!("{statuses:?}; never answered well: {never:?}");
    assert!(good > CALLS / 4 && never.len() * 4 < reached.len(), "{statuses:?}; never answered well: {never:?}");

    let [ours, theirs] = &sides;
    let (mut ours, mut theirs) = (dump(&ours.world.t.app).await, dump(&theirs.world.t.app).await);
    // Who seals, when, and what together, is the engine's own.
    for sealed in ["trail_seal", "trail_member"] {
        assert!(ours.remove(sealed).is_some() && theirs.remove(sealed).is_some());
    }
    let different = changes(&ours, &theirs);
    assert!(different.is_empty(), "stored differently:\n{}", different.join("\n"));
    // Messages may wait: nobody started the receiver of a channel that a call made.
    for side in &sides {
        let app = &side.world.t.app;
        let now = app.now();
        let verified = app.db.read(move |tx| kernel::trail::verify(tx, now)).await.unwrap();
        assert!(verified.valid, "the trail does not verify: {verified:?}");
    }
}

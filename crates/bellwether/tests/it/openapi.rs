//! The OpenAPI document says what the routes do, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use bellwether::rooms;
use kernel::api::{SchemaFn, schema};
use kernel::db::Engine;
use kernel::room::{Answers, Route};
use kernel::web::Problem;
use serde_json::{Value, json};

use crate::names::Names;
use crate::schema::Api;
use crate::world::World;

fn api_routes() -> impl Iterator<Item = &'static Route> {
    rooms::ALL.iter().flat_map(|r| r.routes).filter(|r| r.answers == Answers::Api)
}

fn parts(path: &str) -> BTreeSet<&str> {
    path.split('/').filter_map(|p| p.strip_prefix('{')?.strip_suffix('}')).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_has_every_route_and_each_parameter_and_nothing_else() {
    let world = World::new(Engine::Sqlite).await;
    let api = Api::of(&world.t).await;
    let declared: BTreeSet<(String, String)> = api_routes().map(|r| (r.method.to_lowercase(), r.path.to_owned())).collect();
    let mut written = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for (path, item) in api.0["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            written.insert((method.clone(), path.clone()));
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{method} {path}: its id is taken");
            let all: Vec<&Value> = operation["parameters"].as_array().unwrap().iter().collect();
            let of = |place: &str| -> BTreeSet<&str> {
                all.iter().filter(|p| p["in"] == place).map(|p| p["name"].as_str().unwrap()).collect()
            };
            assert_eq!(of("path"), parts(path), "{method} {path}");
            assert!(all.iter().filter(|p| p["in"] == "path").all(|p| p["required"] == true), "{method} {path}");
            let route = api_routes().find(|r| r.path == path && r.method.eq_ignore_ascii_case(method)).unwrap();
            let query: BTreeSet<&str> = route.doc.unwrap().query.iter().map(|p| p.name).collect();
            assert_eq!(of("query"), query, "{method} {path}");
            assert_eq!(of("header").contains("Idempotency-Key"), method != "get", "{method} {path}");
        }
    }
    assert_eq!(written, declared);
    world.t.end().await;
}

fn references(value: &Value, out: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(to)) = fields.get("$ref") {
                out.insert(to.clone());
            }
            fields.values().for_each(|v| references(v, out));
        }
        Value::Array(items) => items.iter().for_each(|v| references(v, out)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reference_leads_somewhere() {
    let world = World::new(Engine::Sqlite).await;
    let api = Api::of(&world.t).await;
    let mut all = BTreeSet::new();
    references(&api.0, &mut all);
    let lost: Vec<&String> = all.iter().filter(|to| api.0.pointer(to.trim_start_matches('#')).is_none()).collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert!(all.len() > 30, "{} references", all.len());
    world.t.end().await;
}

/// Types of several rooms are put under their plain name: two of one name would stand for each other.
#[test]
fn a_name_stands_for_one_type() {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let docs = api_routes().map(|r| r.doc.unwrap()).flat_map(|d| [d.body, d.answer]);
    for schema in docs.chain([Some(schema::<Problem> as SchemaFn)]).flatten() {
        let mut found = Vec::new();
        schema(&mut found);
        for (name, schema) in found {
            all.entry(name).or_default().insert(serde_json::to_string(&schema).unwrap());
        }
    }
    let twice: Vec<(&String, &BTreeSet<String>)> = all.iter().filter(|(_, texts)| texts.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:#?}");
}

/// Teams stand in a fixed order; nobody can ask for another one.
#[tokio::test(flavor = "multi_thread")]
async fn no_list_can_be_sorted() {
    let sorts = ["sort", "order", "order_by", "orderby", "sort_by", "rank", "by"];
    for route in api_routes() {
        for p in route.doc.unwrap().query {
            assert!(!sorts.contains(&p.name), "{} {} can be sorted by {}", route.method, route.path, p.name);
        }
    }
    let world = World::new(Engine::Sqlite).await;
    let mut owner = world.owner();
    for list in ["teams", "workloads", "services", "groups"] {
        let plain = owner.get(&format!("/api/v1/{list}")).await.expect(200).json();
        let names: Vec<&str> = plain["items"].as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap()).collect();
        assert!(names.is_sorted(), "{names:?}");
        for sort in ["sort=-name", "sort=score", "order=desc", "order_by=state"] {
            let asked = owner.get(&format!("/api/v1/{list}?{sort}")).await;
            assert!(asked.status == 422 || asked.json() == plain, "{list}?{sort}: {}", asked.text);
        }
    }
    world.t.end().await;
}

/// Every read, every write with a body made from its own schema, and refusals of each.
#[tokio::test(flavor = "multi_thread")]
async fn answers_are_what_it_says() {
    let world = World::new(Engine::Sqlite).await;
    let api = Api::of(&world.t).await;
    let person = world.person("Dora Lund", &[]).await;
    let (token, _) = world.token("to be revoked", &[("values.write", None)]).await;
    let names = Names::of(&world, 0).with("person", person.id).with("token", token).with("question", "OPS-01");
    let mut owner = world.owner();
    // A review with a milestone and a sitting, so that reads about them find something.
    let reviews = names.path("/api/v1/workloads/{workload}/reviews");
    for (path, body) in
        [("", json!({ "lens": "core" })), ("/core/milestones", json!({ "name": "First" })), ("/core/sittings", json!({}))]
    {
        owner.json("POST", &format!("{reviews}{path}"), &body).await.expect(201);
    }
    let template = json!({ "name": "Baseline", "lens": "core", "team": names.get("team") });
    owner.json("POST", "/api/v1/reviews/templates", &template).await.expect(201);
    let version = json!({ "based_on": 0, "why": "As agreed.", "answers": [{ "question": "OPS-02", "said": { "none": true } }] });
    owner.json("POST", "/api/v1/reviews/templates/baseline/versions", &version).await.expect(201);
    owner.json("PUT", &format!("{reviews}/core/templates/baseline"), &json!({})).await.expect(200);
    // A session that is under way, with a capture.
    let extra = json!({ "starts": "2027-03-01 10:00", "why": "To try it" });
    let made = owner.json("POST", &names.path("/api/v1/groups/{group}/sessions"), &extra).await.expect(201).json();
    let mut names = names.with("meeting", made["id"].as_str().unwrap());
    owner.json("POST", &names.path("/api/v1/sessions/{meeting}/opening"), &json!(null)).await.expect(200);
    let said = json!({ "key": "of-the-story", "kind": "win", "text": "It ran" });
    let made = owner.json("POST", &names.path("/api/v1/sessions/{meeting}/captures"), &said).await.expect(201).json();
    names = names.with("capture", made["id"].as_str().unwrap());
    let mut nobody = world.t.client();
    let mut wrong = Vec::new();
    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
    // Reads before writes: what is put away or ended must still be there to be read.
    let mut routes: Vec<&Route> = api_routes().collect();
    routes.sort_by_key(|r| (r.method != "GET", r.path.ends_with("archival") || r.method == "DELETE"));
    for route in routes {
        let path = names.path(route.path);
        let subject = if route.path.ends_with("/values") && route.method == "GET" { "?subject=cargo" } else { "" };
        let mut calls = Vec::new();
        if let Some(schema) = api.body(route.method, route.path) {
            let body = api.make(schema, &mut names);
            let mut fits = Vec::new();
            api.faults(schema, &body, "made", &mut fits);
            assert!(fits.is_empty(), "{} {}: {fits:?}", route.method, route.path);
            calls.push(owner.json(route.method, &path, &json!({ "nobody": "knows this" })).await);
            calls.push(owner.json(route.method, &path, &body).await);
        } else {
            calls.push(owner.json(route.method, &format!("{path}{subject}"), &json!({})).await);
        }
        calls.push(owner.json(route.method, &route.path.replace(['{', '}'], "x"), &json!({})).await);
        calls.push(nobody.json(route.method, &path, &json!({})).await);
        for answer in calls {
            assert!(answer.status < 500, "{} {path}: {}", route.method, answer.text);
            *statuses.entry(answer.status).or_default() += 1;
            wrong.extend(api.judge(route.method, route.path, &answer));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let good: usize = [200, 201, 204].iter().filter_map(|s| statuses.get(s)).sum();
    assert!(good * 4 > api_routes().count() * 3, "few calls were answered well: {statuses:?}");
}

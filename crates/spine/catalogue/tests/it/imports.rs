//! Storing what Backstage and CSV files say: twice, changed, by hand between, gone and back; without rights; hostile.

use std::path::PathBuf;

use kernel::testing::{Answer, Client, TestApp};
use serde_json::{Value, json};

use crate::world::{group, on_both, owner, with_right};

on_both! {
    a_catalogue_is_stored_and_the_second_time_nothing_happens;
    a_change_of_the_source_is_taken_and_one_by_hand_is_kept;
    what_disappears_is_marked_and_unmarked_when_it_comes_back;
    a_file_that_cannot_be_read_loses_nothing;
    each_entity_is_refused_with_its_place_and_the_others_are_taken;
    what_stands_here_already_is_adopted_and_not_overwritten;
    rights_decide_for_each_team;
    two_imports_at_once_store_everything_once;
    a_sheet_of_everything_is_stored;
    circles_of_parents_are_harmless;
    a_thousand_components_are_one_import;
    real_catalogues_are_stored;
}

const HEAD: &str = "apiVersion: backstage.io/v1alpha1\n";

fn entity(kind: &str, name: &str, rest: &str) -> String {
    format!("{HEAD}kind: {kind}\nmetadata: {{ name: {name} }}\nspec: {{ {rest} }}\n---\n")
}

pub(crate) fn estate() -> String {
    entity("Group", "digital", "children: [payments, claims]")
        + &entity("Group", "payments", "children: []")
        + &entity("Group", "claims", "children: [], profile: { displayName: Claims Intake }")
        + &entity("System", "checkout", "owner: payments")
        + &entity("Component", "checkout-api", "owner: payments, system: checkout, lifecycle: production")
        + &entity("Component", "fraud", "owner: claims, system: checkout")
        + &entity("Component", "alone", "owner: claims, lifecycle: experimental")
}

fn body(text: &str) -> Value {
    json!({ "files": [{ "name": "catalog-info.yaml", "text": text }],
        "calendar": { "zone": "Europe/London", "first_day": "2026-01-07" } })
}

async fn send(client: &mut Client, body: &Value) -> Value {
    client.json("POST", "/api/v1/imports/backstage", body).await.expect(200).json()
}

pub(crate) async fn names(client: &mut Client, noun: &str) -> Vec<String> {
    let page = client.get(&format!("/api/v1/{noun}?limit=500")).await.expect(200).json();
    page["items"].as_array().unwrap().iter().map(|i| i["name"].as_str().unwrap().to_owned()).collect()
}

async fn records(client: &mut Client) -> usize {
    client.get("/api/v1/trail?limit=500").await.expect(200).json()["items"].as_array().unwrap().len()
}

fn actions(plan: &Value) -> Vec<String> {
    let steps = plan["steps"].as_array().unwrap();
    steps
        .iter()
        .map(|s| format!("{} {} {}", s["action"].as_str().unwrap(), s["kind"].as_str().unwrap(), s["slug"].as_str().unwrap()))
        .collect()
}

fn refusals(plan: &Value) -> Vec<(&str, &str)> {
    plan["refused"].as_array().unwrap().iter().map(|r| (r["where"].as_str().unwrap(), r["why"].as_str().unwrap())).collect()
}

async fn a_catalogue_is_stored_and_the_second_time_nothing_happens(t: TestApp) {
    let mut owner = owner(&t);
    let mut asked = body(&estate());
    asked["dry_run"] = json!(true);
    let before = records(&mut owner).await;
    let planned = send(&mut owner, &asked).await;
    assert_eq!(planned["dry_run"], true);
    assert_eq!(
        actions(&planned),
        [
            "create group digital",
            "create team payments",
            "create team claims",
            "create workload checkout",
            "create workload alone",
            "create service checkout-api",
            "create service fraud",
            "create service alone"
        ]
    );
    assert!(names(&mut owner, "teams").await.is_empty() && records(&mut owner).await == before, "a dry run stored something");
    asked["dry_run"] = json!(false);
    let done = send(&mut owner, &asked).await;
    assert_eq!((actions(&done), &done["dry_run"]), (actions(&planned), &json!(false)));
    assert_eq!(refusals(&done), []);
    assert_eq!(names(&mut owner, "teams").await, ["Claims Intake", "payments"]);
    assert_eq!(names(&mut owner, "workloads").await, ["alone", "checkout"]);
    let alone = owner.get("/api/v1/workloads/alone").await.expect(200).json();
    assert_eq!(alone["about"]["lifecycle"], "experimental");
    let steps = done["steps"].as_array().unwrap();
    let implied: Vec<&Value> = steps.iter().filter(|s| s["implied"] == true).map(|s| &s["slug"]).collect();
    assert_eq!(implied, ["alone"]);
    // The owner of a service is stated only where it is another team than the workload's.
    let claims = owner.get("/api/v1/teams/claims").await.expect(200).json()["id"].clone();
    let fraud = owner.get("/api/v1/services/fraud").await.expect(200).json();
    assert_eq!((&fraud["own_team"], &fraud["team"]), (&json!(true), &claims));
    assert_eq!(owner.get("/api/v1/services/checkout-api").await.expect(200).json()["own_team"], false);
    let after = records(&mut owner).await;
    let again = send(&mut owner, &asked).await;
    assert_eq!((actions(&again), &again["unchanged"]), (Vec::<String>::new(), &json!(8)));
    assert_eq!(records(&mut owner).await, after, "the second import is no act");
    t.end().await;
}

async fn a_change_of_the_source_is_taken_and_one_by_hand_is_kept(t: TestApp) {
    let mut owner = owner(&t);
    send(&mut owner, &body(&estate())).await;
    // By hand: another lifecycle and another name.
    let seen = owner.get("/api/v1/workloads/alone").await.expect(200).json();
    let change = json!({ "name": "alone", "team": "claims", "about": { "lifecycle": "deprecated" }, "version": seen["version"] });
    owner.json("PATCH", "/api/v1/workloads/alone", &change).await.expect(200);
    // By the source: the same field, and one that nobody touched.
    let next = estate()
        .replace("owner: claims, lifecycle: experimental", "owner: payments, lifecycle: production")
        .replace("Claims Intake", "Claims");
    let done = send(&mut owner, &body(&next)).await;
    assert_eq!(actions(&done), ["change team claims", "change workload alone"]);
    let step = &done["steps"][1];
    assert_eq!(step["kept"], json!([{ "name": "lifecycle", "before": "deprecated", "after": "production" }]));
    assert_eq!(step["fields"], json!([{ "name": "team", "before": "claims", "after": "payments" }]));
    let alone = owner.get("/api/v1/workloads/alone").await.expect(200).json();
    assert_eq!(alone["about"]["lifecycle"], "deprecated");
    // The plan goes on to say so, and stores nothing.
    let count = records(&mut owner).await;
    let again = send(&mut owner, &body(&next)).await;
    assert_eq!((actions(&again), records(&mut owner).await), (vec!["keep workload alone".to_owned()], count));
    // Overwriting is asked for.
    let mut hard = body(&next);
    hard["overwrite"] = json!(true);
    assert_eq!(actions(&send(&mut owner, &hard).await), ["change workload alone"]);
    let alone = owner.get("/api/v1/workloads/alone").await.expect(200).json();
    assert_eq!(alone["about"]["lifecycle"], "production");
    t.end().await;
}

async fn what_disappears_is_marked_and_unmarked_when_it_comes_back(t: TestApp) {
    let mut owner = owner(&t);
    send(&mut owner, &body(&estate())).await;
    let less = estate().replace(&entity("Component", "fraud", "owner: claims, system: checkout"), "");
    // Another file of the same source, and another source, say nothing about this one.
    let mut other = body(&entity("Group", "elsewhere", "parent: digital, children: []"));
    other["files"][0]["name"] = json!("other.yaml");
    assert_eq!(actions(&send(&mut owner, &other).await), ["create team elsewhere"]);
    let done = send(&mut owner, &body(&less)).await;
    assert_eq!(actions(&done), ["orphan service fraud"]);
    let page = owner.get("/services/fraud").await.expect(200).text;
    assert!(page.contains("not in its source any more"), "{page}");
    assert!(owner.get("/workloads/checkout").await.expect(200).text.contains("orphaned"));
    assert_eq!(names(&mut owner, "services").await, ["alone", "checkout-api", "fraud"], "nothing is deleted");
    let trail = owner.get("/api/v1/trail?limit=500").await.expect(200).json();
    assert!(trail["items"].as_array().unwrap().iter().any(|r| r["verb"] == "orphaned" && r["subject"]["kind"] == "service"));
    assert_eq!(actions(&send(&mut owner, &body(&less)).await), Vec::<String>::new());
    assert_eq!(actions(&send(&mut owner, &body(&estate())).await), ["return service fraud"]);
    assert!(!owner.get("/services/fraud").await.expect(200).text.contains("not in its source any more"));
    // The whole source: what stood in its other files has disappeared too.
    let mut whole = body(&estate());
    whole["whole"] = json!(true);
    assert_eq!(actions(&send(&mut owner, &whole).await), ["orphan team elsewhere"]);
    t.end().await;
}

async fn a_file_that_cannot_be_read_loses_nothing(t: TestApp) {
    let mut owner = owner(&t);
    send(&mut owner, &body(&estate())).await;
    let count = records(&mut owner).await;
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..12 {
        bomb.push_str(&format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 10].join(", ")));
    }
    let broken = format!("{}kind: [\n", estate());
    for text in [broken.as_str(), &bomb, "a: &a [*a]\n", "a: b\0c\n", &"#".repeat(4 * 1024 * 1024 + 1)] {
        let done = send(&mut owner, &body(text)).await;
        assert_eq!((actions(&done).len(), refusals(&done).len()), (0, 1), "{done}");
        assert!(refusals(&done)[0].0.starts_with("catalog-info.yaml"));
    }
    // An entity that cannot be read has perhaps not disappeared.
    let half = entity("Group", "payments", "children: many");
    assert_eq!(actions(&send(&mut owner, &body(&half)).await), Vec::<String>::new());
    assert_eq!(records(&mut owner).await, count);
    // Ten megabytes do not fit into a request.
    let huge = json!({ "files": [{ "name": "a", "text": "#".repeat(11 * 1024 * 1024) }] });
    assert_eq!(owner.json("POST", "/api/v1/imports/backstage", &huge).await.status, 413);
    for bad in [
        json!({ "files": [] }),
        json!({ "files": [{ "name": "", "text": "" }] }),
        json!({}),
        json!({ "files": [{ "name": "a", "text": "" }, { "name": "a", "text": "" }] }),
    ] {
        assert!([400, 422].contains(&owner.json("POST", "/api/v1/imports/backstage", &bad).await.status), "{bad}");
    }
    t.end().await;
}

async fn each_entity_is_refused_with_its_place_and_the_others_are_taken(t: TestApp) {
    let mut owner = owner(&t);
    let text = estate()
        + &entity("System", "of-a-group", "owner: digital")
        + &entity("System", "of-nobody", "owner: ghosts")
        + &entity("Component", "below", "owner: payments, system: of-nobody")
        + &entity("Component", "check.out", "owner: payments, system: nowhere")
        + &entity("Group", "top", "children: []");
    let done = send(&mut owner, &body(&text)).await;
    let said = refusals(&done);
    for (at, part) in [
        (0, "no parent group"),
        (1, "is a group of teams"),
        (2, "no team “ghosts”"),
        (3, "no workload “of-nobody”"),
        (4, "no workload “nowhere”"),
    ] {
        assert!(said[at].1.contains(part) && said[at].0.starts_with("catalog-info.yaml:"), "{at}: {said:?}");
    }
    assert_eq!((said.len(), actions(&done).len()), (5, 8));
    // Without a calendar no group is made, and the reason says what to do.
    let mut bare = body(&estate());
    bare.as_object_mut().unwrap().remove("calendar");
    bare["source"] = json!("elsewhere");
    let done = send(&mut owner, &bare).await;
    assert!(refusals(&done).iter().all(|(_, why)| why.contains("comes from the source “files”")), "{done}");
    t.end().await;
}

async fn what_stands_here_already_is_adopted_and_not_overwritten(t: TestApp) {
    let mut owner = owner(&t);
    group(&t, "Harbour").await;
    for name in ["Payments", "Claims"] {
        owner.json("POST", "/api/v1/teams", &json!({ "name": name, "group": "harbour" })).await.expect(201);
    }
    let new = json!({ "name": "Checkout", "team": "claims", "about": { "goal": "by hand" } });
    owner.json("POST", "/api/v1/workloads", &new).await.expect(201);
    let mut asked = body(&estate());
    asked["group"] = json!("harbour");
    asked.as_object_mut().unwrap().remove("calendar");
    let done = send(&mut owner, &asked).await;
    assert_eq!(refusals(&done), []);
    let adopted: Vec<String> = actions(&done).into_iter().filter(|a| a.starts_with("adopt")).collect();
    assert_eq!(adopted, ["adopt team payments", "adopt team claims", "adopt workload checkout"]);
    let checkout = owner.get("/api/v1/workloads/checkout").await.expect(200).json();
    assert_eq!((&checkout["name"], &checkout["about"]["goal"]), (&json!("Checkout"), &json!("by hand")));
    assert_eq!(checkout["team"], owner.get("/api/v1/teams/claims").await.expect(200).json()["id"]);
    assert_eq!(owner.get("/api/v1/groups").await.expect(200).json()["items"].as_array().unwrap().len(), 1);
    let bad = json!({ "files": [{ "name": "a", "text": "" }], "group": "nowhere" });
    owner.json("POST", "/api/v1/imports/backstage", &bad).await.expect(422);
    t.end().await;
}

async fn rights_decide_for_each_team(t: TestApp) {
    let mut owner = owner(&t);
    let (harbour, yard) = (group(&t, "Harbour").await, group(&t, "Yard").await);
    let mut of_harbour = with_right(&t, "teams.write", &harbour).await;
    let mut reader = with_right(&t, "questions.ask", &Value::Null).await;
    let denied = |a: Answer| a.expect(403);
    denied(reader.json("POST", "/api/v1/imports/backstage", &body(&estate())).await);
    denied(reader.json("POST", "/api/v1/imports/catalogue", &body("kind,name\n")).await);
    t.client().json("POST", "/api/v1/imports/backstage", &body(&estate())).await.expect(401);
    let text = entity("Group", "cranes", "parent: harbour, children: []")
        + &entity("Group", "gates", "parent: yard, children: []")
        + &entity("Group", "new", "children: [boats]")
        + &entity("Group", "boats", "children: []")
        + &entity("System", "lift", "owner: cranes");
    let done = send(&mut of_harbour, &body(&text)).await;
    assert_eq!(actions(&done), ["create team cranes", "create workload lift"]);
    let said = refusals(&done);
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].1.contains("You may not change groups"), "{said:?}");
    assert!(said[1].1.contains("You may not change the catalogue of this team"), "{said:?}");
    assert!(said[2].1.contains("no group “new”"), "{said:?}");
    assert_eq!(names(&mut owner, "teams").await, ["cranes"]);
    // Who may not change what was imported does not mark it as gone either.
    let mut of_yard = with_right(&t, "teams.write", &yard).await;
    let done = send(&mut of_yard, &body("")).await;
    assert_eq!((actions(&done).len(), refusals(&done).len()), (0, 2));
    t.end().await;
}

async fn two_imports_at_once_store_everything_once(t: TestApp) {
    let (mut a, mut b) = (owner(&t), owner(&t));
    let asked = body(&estate());
    let (first, second) = tokio::join!(send(&mut a, &asked), send(&mut b, &asked));
    let made = |p: &Value| actions(p).len();
    assert_eq!(made(&first) + made(&second), 8, "{first} {second}");
    assert_eq!(names(&mut a, "services").await, ["alone", "checkout-api", "fraud"]);
    t.end().await;
}

async fn a_sheet_of_everything_is_stored(t: TestApp) {
    let mut owner = owner(&t);
    let text = "kind,name,group,team,workload,goal,tier,repository\n\
        service,Checkout API,,,Checkout,,,https://example.org/a https://example.org/b\n\
        workload,Checkout,,Payments,,Sells,1,\n\
        team,Payments,Digital,,,,,\n\
        group,Digital,,,,,,\n\
        service,Lost,,,Nowhere,,,\n";
    let mut asked = body(text);
    let done = owner.json("POST", "/api/v1/imports/catalogue", &asked).await.expect(200).json();
    assert_eq!(
        actions(&done),
        ["create group digital", "create team payments", "create workload checkout", "create service checkout-api"]
    );
    assert_eq!(refusals(&done).len(), 1);
    assert_eq!(refusals(&done)[0].0, "catalog-info.yaml:6");
    let service = owner.get("/api/v1/services/checkout-api").await.expect(200).json();
    assert_eq!(service["about"]["repositories"], json!(["https://example.org/a", "https://example.org/b"]));
    let count = records(&mut owner).await;
    let again = owner.json("POST", "/api/v1/imports/catalogue", &asked).await.expect(200).json();
    assert_eq!((actions(&again).len(), records(&mut owner).await), (0, count));
    // An address that runs something is refused with its line.
    asked["files"][0]["text"] = json!("kind,name,workload,repository\nservice,X,Checkout,javascript:alert(1)\n");
    let done = owner.json("POST", "/api/v1/imports/catalogue", &asked).await.expect(200).json();
    assert!(refusals(&done).iter().any(|(at, why)| *at == "catalog-info.yaml:2" && why.contains("no address")), "{done}");
    t.end().await;
}

async fn circles_of_parents_are_harmless(t: TestApp) {
    let mut owner = owner(&t);
    let text = entity("Group", "a", "parent: b, children: []")
        + &entity("Group", "b", "parent: a, children: []")
        + &entity("Group", "self", "parent: self, children: [self]")
        + &entity("Group", "team", "parent: self, children: []")
        + &entity("Component", "loop", "owner: team, system: loop");
    let done = send(&mut owner, &body(&text)).await;
    assert_eq!(actions(&done), ["create group a", "create group b", "create group self", "create team team"]);
    assert!(refusals(&done)[0].1.contains("no workload “loop”"), "{done}");
    t.end().await;
}

async fn a_thousand_components_are_one_import(t: TestApp) {
    let mut owner = owner(&t);
    let all: String = (0..1000).map(|i| entity("Component", &format!("c{i}"), "owner: payments")).collect();
    let done = send(&mut owner, &body(&(estate() + &all))).await;
    assert_eq!((actions(&done).len(), refusals(&done).len()), (2008, 0));
    let many: String = (0..2600).map(|i| entity("Component", &format!("d{i}"), "owner: payments")).collect();
    let answer = owner.json("POST", "/api/v1/imports/backstage", &body(&many)).await.expect(422);
    assert!(answer.text.contains("5000 things") && answer.text.contains("5200"), "{}", answer.text);
    t.end().await;
}

async fn real_catalogues_are_stored(t: TestApp) {
    let data = std::env::var_os("BELLWETHER_DATA").map(PathBuf::from);
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let folder = root.join(data.unwrap_or_else(|| "../shared/data".into())).join("backstage");
    let read = |names: [&str; 2]| -> Vec<Value> {
        let text = |n: &&str| std::fs::read_to_string(folder.join(n)).ok();
        names.iter().filter_map(|n| Some(json!({ "name": n, "text": text(n)? }))).collect()
    };
    // Two catalogues, each with a user of its own that is called guest.
    let (acme, app) =
        (read(["acme-org.yaml", "acme-team-a-group.yaml"]), read(["create-app-entities.yaml", "create-app-org.yaml"]));
    if acme.len() + app.len() < 4 {
        assert!(std::env::var_os("BELLWETHER_DATA").is_none(), "BELLWETHER_DATA holds no backstage/");
        eprintln!("{} files not here", 4 - acme.len() - app.len());
        return t.end().await;
    }
    let mut owner = owner(&t);
    group(&t, "Acme").await;
    for (source, files, made) in [
        ("acme", acme, vec!["create team team-a"]),
        ("app", app, vec!["create team guests", "create workload examples", "create service example-website"]),
    ] {
        let asked = json!({ "files": files, "group": "acme", "source": source, "whole": true });
        let done = send(&mut owner, &asked).await;
        assert_eq!((refusals(&done), actions(&done)), (vec![], made.iter().map(|m| (*m).to_owned()).collect()));
        assert_eq!(actions(&send(&mut owner, &asked).await).len(), 0);
    }
    t.end().await;
}

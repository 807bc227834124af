//! Every route under every role, in one's own team and group and in others', without an account, and with tokens of one
//! right. What a caller may is told by the route's `Needs` and by the table of roles below; a route whose `Needs` is not true
//! fails here.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Request;
use bellwether::rooms;
use kernel::db::Engine;
use kernel::ids::Id;
use kernel::room::{Answers, Needs, Route};
use kernel::testing::{Answer, Client};
use kernel::web::{Right, Scope};
use people::{Role, ScopeKind};
use serde_json::{Value, json};

use crate::dump::{changes, dump};
use crate::names::Names;
use crate::schema::Api;
use crate::world::World;

/// What each role may do where it is held: section 1 of the specification in the keys of rights.
const ROLES: [(Role, &[&str]); 11] = [
    (
        Role::PlatformEngineer,
        &[
            "people.write",
            "tokens.write",
            "sources.write",
            "organisation.write",
            "groups.write",
            "configuration.apply",
            "channels.write",
            "trackers.write",
        ],
    ),
    (
        Role::Facilitator,
        &[
            "groups.write",
            "teams.write",
            "tokens.write",
            "template.write",
            "definitions.write",
            "calendar.write",
            "reports.review",
            "baselines.write",
            "standards.write",
            "lenses.write",
            "reviews.answer",
            "answer-templates.write",
            "reviews.take-part",
            "milestones.write",
            "actions.write",
            "decisions.write",
            "configuration.apply",
            "sessions.write",
            "sessions.take-part",
            "capacity.write",
            "channels.write",
            "notices.write",
            "concerns.raise",
        ],
    ),
    (
        Role::PrincipalEngineer,
        &[
            "teams.write",
            "tokens.write",
            "values.write",
            "notes.write",
            "reports.ready",
            "reviews.answer",
            "answer-templates.write",
            "reviews.take-part",
            "actions.write",
            "decisions.write",
            "exemptions.ask",
            "notices.acknowledge",
            "sessions.take-part",
            "agreements.sign",
            "capacity.write",
            "concerns.raise",
        ],
    ),
    (
        Role::DeliveryLead,
        &[
            "teams.write",
            "tokens.write",
            "values.write",
            "notes.write",
            "reports.ready",
            "reviews.answer",
            "answer-templates.write",
            "reviews.take-part",
            "actions.write",
            "decisions.write",
            "exemptions.ask",
            "notices.acknowledge",
            "sessions.take-part",
            "agreements.sign",
            "capacity.write",
            "concerns.raise",
        ],
    ),
    (
        Role::Engineer,
        &[
            "values.write",
            "notes.write",
            "reviews.take-part",
            "actions.write",
            "exemptions.ask",
            "sessions.take-part",
            "concerns.raise",
        ],
    ),
    (Role::CouncilMember, &["council.sessions", "concerns.raise", "council.decide"]),
    (Role::SupportLead, &["concerns.raise"]),
    (Role::SupportEngineer, &["concerns.raise"]),
    (Role::Approver, &["exemptions.decide", "risks.accept"]),
    (Role::ProductOwner, &[]),
    (Role::Stakeholder, &[]),
];

/// Routes about the caller's own account; a token has none.
const FOR_PEOPLE: [&str; 9] = [
    "/sessions/feed POST",
    "/reviews/feed POST",
    "/api/v1/me PATCH",
    "/account GET",
    "/account POST",
    "/account/password POST",
    "/account/sessions/{session}/end POST",
    "/tokens POST",
    "/api/v1/tokens POST",
];

/// Forms of the first steps, which speak of the first group without naming it.
const OF_FIRST_GROUP: [&str; 2] = ["/welcome/teams", "/welcome/template"];

/// Forms of the first steps that do two things at once, with the right that the second needs.
const ALSO: [(&str, &str); 1] = [("/welcome/organisation", "groups.write")];

struct Caller {
    name: String,
    held: Vec<(&'static str, Scope)>,
    client: Client,
    /// The form token; none for a token.
    csrf: Option<String>,
}

/// Where a request goes: a team and its group, with the other team of that group.
#[derive(Clone, Copy)]
struct Place {
    team: Id,
    group: Id,
    other: Id,
    /// All groups.
    groups: [Id; 2],
}

fn key(route: &Route) -> String {
    format!("{} {}", route.path, route.method)
}

/// Whether the thing that a route is about belongs to a team or group, by its address or its body.
fn is_placed(route: &Route, api: &Api) -> bool {
    let named = |name: &str| ["group", "team", "workload", "service", "subject"].contains(&name);
    let in_path = route.path.split('/').any(|p| p.strip_prefix('{').and_then(|p| p.strip_suffix('}')).is_some_and(named));
    let in_body = api.body(route.method, route.path).is_some_and(|schema| {
        let schema = api.follow(schema);
        let texts =
            |s: &Value| s["properties"].as_object().is_some_and(|p| p.iter().any(|(n, s)| named(n) && s["type"] == "string"));
        texts(schema) || texts(api.follow(&schema["properties"]["values"]["items"]))
    });
    // Whose session or talk it is says where the right is needed, not the team that a body names in it.
    let in_thing = ["{meeting}", "{share}"].iter().any(|thing| route.path.contains(thing));
    let forms = ["/teams", "/reviews/templates", "/notices/{notice}/acknowledgements"];
    let names_team = forms.contains(&route.path) && route.method == "POST";
    !in_thing && (in_path || in_body || names_team)
}

/// Whether a thing of the whole organisation is meant: no group is in the address, none in what is sent.
fn of_all(route: &Route) -> bool {
    let channel = ["/channels/{channel}/test", "/channels/{channel}/archival"].iter().any(|end| route.path.ends_with(end));
    let notice = route.path.ends_with("/notices/{notice}/withdrawal");
    channel || notice || ["/api/v1/notices", "/api/v1/notices/{notice}"].contains(&route.path)
}

/// Whether a caller may, by what the route says that it needs.
fn may(route: &Route, caller: &Caller, placed: bool, at: Place) -> bool {
    let holds = |right: &Right, within: &[Id]| {
        let here = |s: &Scope| matches!(s, Scope::All) || within.iter().any(|id| *s == Scope::Within(*id));
        caller.held.iter().any(|(key, scope)| *key == right.key && here(scope))
    };
    let token = caller.csrf.is_none();
    if token && FOR_PEOPLE.contains(&key(route).as_str()) {
        return false;
    }
    if let Some((_, second)) = ALSO.iter().find(|(path, _)| *path == route.path)
        && !caller.held.iter().any(|(key, _)| key == second)
    {
        return false;
    }
    match route.needs {
        Needs::Nobody | Needs::SignedIn => true,
        Needs::Everywhere(right) => holds(right, &[]),
        // A token of somebody else's, a channel and a notice of the whole organisation: only for whoever may everywhere.
        Needs::Somewhere(right) if route.path.contains("{token}") || of_all(route) => holds(right, &[]),
        // It is held for a pillar, which no address names.
        Needs::Somewhere(right) if right.key == "risks.accept" => caller.held.iter().any(|(key, _)| *key == right.key),
        Needs::Group(right) => holds(right, &[at.group]),
        // What a group does together, whoever is in any of its teams does.
        Needs::Somewhere(right) if placed && right.key == "sessions.take-part" => holds(right, &[at.team, at.other, at.group]),
        Needs::Team(right) => holds(right, &[at.team, at.group]),
        Needs::Somewhere(right) if placed && (route.path.ends_with("/teams") || route.path == "/welcome/template") => {
            holds(right, &[at.group])
        }
        Needs::Somewhere(right) if placed => holds(right, &[at.team, at.group]),
        // A decision that names no team is for whoever leads a group's review.
        Needs::Somewhere(right) if route.path.ends_with("/decisions") => holds(right, &at.groups),
        Needs::Somewhere(right) => caller.held.iter().any(|(key, _)| *key == right.key),
    }
}

/// Sends what a route takes; the answer to a fault is a problem document, also from a page.
async fn call(route: &Route, caller: &mut Caller, api: &Api, names: &mut Names, empty: bool) -> Answer {
    let request = Request::builder().method(route.method).uri(names.path(route.path)).header("sec-fetch-site", "same-origin");
    let request = match (route.method, api.body(route.method, route.path)) {
        ("GET", _) => request.body(Body::empty()),
        (_, Some(schema)) => {
            let body = if empty { json!({}) } else { api.make(schema, names) };
            request.header("content-type", "application/json").body(Body::from(body.to_string()))
        }
        (_, None) if route.answers == Answers::Api => request.body(Body::empty()),
        (_, None) => {
            let mut fields = if empty { Vec::new() } else { names.form() };
            fields.push(("csrf", caller.csrf.clone().unwrap_or_default()));
            let pairs: Vec<String> = fields.iter().map(|(k, v)| format!("{k}={}", v.replace('@', "%40"))).collect();
            request.header("content-type", "application/x-www-form-urlencoded").body(Body::from(pairs.join("&")))
        }
    };
    caller.client.send(request.unwrap()).await
}

/// 403 with the words of a missing right, not of a missing form token.
fn refused(answer: &Answer) -> bool {
    let detail = serde_json::from_str::<Value>(&answer.text).map(|p| p["detail"].as_str().unwrap_or("").to_owned());
    let detail = detail.unwrap_or_default();
    answer.status == 403 && (detail.starts_with("You may not ") || detail.contains("people"))
}

/// A body that cannot be read, or that names no group or team, may be refused before the right is asked for, to somebody who holds
/// the right elsewhere: without it nobody knows where the right is needed, and nothing is learnt.
fn unread(answer: &Answer) -> bool {
    let problem: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    let faults = problem["faults"].as_array().cloned().unwrap_or_default();
    if faults.is_empty() {
        // A form is shown again as a page.
        return answer.status == 422 && ["There is no group", "There is no team"].iter().any(|t| answer.text.contains(t));
    }
    answer.status == 422 && faults.iter().all(|f| f["at"] == "group" || f["at"].as_str().unwrap_or("").starts_with("line "))
}

async fn callers(world: &World) -> Vec<Caller> {
    let mut out = Vec::new();
    for (role, keys) in ROLES {
        let scopes: Vec<Option<Id>> = match role.scope() {
            ScopeKind::Organisation => vec![None],
            ScopeKind::Group => world.groups.iter().map(|g| Some(g.id)).collect(),
            ScopeKind::Pillar => vec![Some(people::place::pillar_id("security"))],
            ScopeKind::Team => world.teams.iter().step_by(2).map(|t| Some(t.id)).collect(),
        };
        for scope in scopes {
            let name = format!("{role} {}", out.len());
            let person = world.person(&name, &[(role, scope)]).await;
            let held = keys.iter().map(|k| (*k, scope.map_or(Scope::All, Scope::Within)));
            let held = held.chain([("questions.ask", Scope::All)]).collect();
            out.push(Caller { name, held, client: world.browser(&person), csrf: Some(person.csrf()) });
        }
    }
    let person = world.person("nothing held", &[]).await;
    out.push(Caller {
        name: person.name.clone(),
        held: vec![("questions.ask", Scope::All)],
        client: world.browser(&person),
        csrf: Some(person.csrf()),
    });
    for right in people::rights::ALL {
        for scope in [None, Some(world.teams[0].id), Some(world.groups[0].id)] {
            let name = format!("token {} {scope:?}", right.key);
            let (_, secret) = world.token(&name, &[(right.key, scope)]).await;
            let mut client = world.t.client();
            client.bearer = Some(secret);
            out.push(Caller { name, held: vec![(right.key, scope.map_or(Scope::All, Scope::Within))], client, csrf: None });
        }
    }
    out
}

#[test]
fn roles_hold_what_the_specification_says() {
    for (role, keys) in ROLES {
        let held: Vec<&str> = role.rights().iter().map(|r| r.key).collect();
        assert_eq!(held, keys, "{role}");
    }
    assert_eq!(ROLES.map(|(role, _)| role), Role::ALL);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_under_every_role() {
    let world = World::new(Engine::Sqlite).await;
    let api = Api::of(&world.t).await;
    let dummy = world.person("Dora Lund", &[(Role::Stakeholder, None)]).await;
    let grants = world.owner().get(&format!("/api/v1/people/{}/roles", dummy.id)).await.expect(200).json();
    let grant = grants["items"][0]["id"].as_str().unwrap().to_owned();
    let (token, _) = world.token("the owner’s", &[("values.write", None)]).await;
    let mut callers = callers(&world).await;
    // The first use of a session or token is noted; that is no change that a test of refusals should see.
    for caller in &mut callers {
        caller.client.get("/api/v1/me").await.expect(200);
    }
    let groups = [world.groups[0].id, world.groups[world.groups.len() - 1].id];
    let place = |team: usize| Place {
        team: world.teams[team].id,
        group: world.groups[team / 2].id,
        other: world.teams[team ^ 1].id,
        groups,
    };
    let names = |team| Names::of(&world, team).with("person", dummy.id).with("grant", &grant).with("token", token);
    let mut wrong = Vec::new();
    let mut tried: BTreeMap<&str, usize> = BTreeMap::new();
    // Forms that speak of the first group come before those that may rename groups.
    let mut routes: Vec<&Route> = rooms::ALL.iter().flat_map(|r| r.routes).collect();
    routes.sort_by_key(|r| !OF_FIRST_GROUP.contains(&r.path));
    for route in routes {
        let placed = is_placed(route, &api);
        let places: &[usize] = if placed { &[0, 1, 2, 3] } else { &[0] };
        let of_first = OF_FIRST_GROUP.contains(&route.path);
        let before = dump(&world.t.app).await;
        let answer = call(route, &mut nobody(&world), &api, &mut names(0), false).await;
        if matches!(route.needs, Needs::Nobody) == (answer.status == 401) || answer.status == 403 {
            wrong.push(format!("{} without an account: {} {}", key(route), answer.status, answer.text));
        }
        // First those who may not, so that whatever changes is seen; then those who may.
        for allowed in [false, true] {
            for at in places {
                for caller in &mut callers {
                    let good = may(route, caller, placed || of_first, place(if of_first { 0 } else { *at }));
                    // That everybody may read everywhere is tried with people; tokens are many.
                    if caller.csrf.is_none() && matches!(route.needs, Needs::Nobody | Needs::SignedIn) && *at > 0 {
                        continue;
                    }
                    // Who signs out is gone from the rest of this test; that anybody may is tried without an account.
                    if good != allowed || route.path == "/sign-out" && caller.csrf.is_some() {
                        continue;
                    }
                    let mut names = names(*at);
                    let answer = call(route, caller, &api, &mut names, false).await;
                    let told = || format!("{} by {} at {}: {}", key(route), caller.name, names.get("team"), answer.text);
                    *tried.entry(if good { "may" } else { "may not" }).or_default() += 1;
                    if good && (matches!(answer.status, 401 | 403) || answer.status >= 500) {
                        wrong.push(format!("{} refused to {}", answer.status, told()));
                    } else if !good && !refused(&answer) {
                        wrong.push(format!("{} granted to {}", answer.status, told()));
                    }
                    if !good && route.method != "GET" && !ALSO.iter().any(|(path, _)| *path == route.path) {
                        let held = right_of(route).is_none_or(|r| caller.held.iter().any(|(k, _)| *k == r.key));
                        let answer = call(route, caller, &api, &mut names, true).await;
                        if !(refused(&answer) || held && unread(&answer)) {
                            wrong.push(format!("{} judged for {}: {} {}", answer.status, caller.name, key(route), answer.text));
                        }
                    }
                }
            }
            if !allowed {
                let after = dump(&world.t.app).await;
                wrong.extend(changes(&before, &after).into_iter().map(|c| format!("{} changed {c}", key(route))));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tried:?}\n{}", wrong.len(), wrong.join("\n"));
    assert!(tried["may"] > 2_000 && tried["may not"] > 2_000, "{tried:?}");
}

fn right_of(route: &Route) -> Option<&'static Right> {
    match route.needs {
        Needs::Nobody | Needs::SignedIn => None,
        Needs::Everywhere(r) | Needs::Team(r) | Needs::Group(r) | Needs::Somewhere(r) => Some(r),
    }
}

fn nobody(world: &World) -> Caller {
    Caller { name: "nobody".into(), held: Vec::new(), client: world.t.client(), csrf: Some(String::new()) }
}

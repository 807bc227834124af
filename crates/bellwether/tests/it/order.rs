//! No league table, ever: which team has which values changes nothing about the order in which teams stand, on any page, in
//! any answer of the API and in any export.
//!
//! Two organisations are made by the same calls in the same order. They differ in one thing: the values, words and stages of
//! the second are those of the first, handed on from team to team.

use std::collections::{BTreeMap, BTreeSet};

use bellwether::rooms;
use kernel::db::Engine;
use kernel::room::{Answers, Route};
use metrics::value::{NewValue, Provenance};
use report::acts::NewWords;
use serde_json::{Value, json};

use crate::names::Names;
use crate::world::{SPRINT, World};

/// Teams of one group, in the order in which they are made: not the alphabet's. No other word of a page is like them.
const TEAMS: [&str; 6] = ["Fairway", "Breakwater", "Drydock", "Anchorage", "Ebbtide", "Capstan"];

const FIRST: i64 = 17;

/// Routes whose answer names teams along with something of a value. There the order follows the strength of a signal against
/// the team's own past; [`signals_follow_their_strength_alone`] says more about these parts.
const SIGNALS: [(&str, &str); 2] = [("/overview/{group}", "ul"), ("/api/v1/groups/{group}/overview", "json")];

/// What a team reports in a sprint: the story of one number of six.
fn told(story: usize, sprint: i64) -> Vec<NewValue> {
    let wave = [0.0, 1.0, -1.0][usize::try_from(sprint - FIRST).unwrap() % 3];
    let last = sprint == SPRINT;
    let base = 20.0 + 5.0 * f64::from(u8::try_from(story).unwrap());
    ["requests-served", "open-findings", "run-cost", "deployments", "lead-time", "change-fail-rate", "availability"]
        .into_iter()
        .enumerate()
        .filter_map(|(i, metric)| {
            let number = match (story, i, last) {
                (0, _, true) => base + 40.0,
                (1, _, true) => base - 19.0,
                (2, 0..=3, true) => return None,
                (3, 4, true) => base * 1.9,
                (4, _, _) if i > 2 => return None,
                _ => base + wave + f64::from(u8::try_from(i).unwrap()),
            };
            Some(NewValue {
                metric: metric.into(),
                subject: String::new(),
                period: sprint.to_string(),
                number: Some(number),
                numerator: None,
                denominator: None,
                unit: None,
                note: (last && i == story).then(|| format!("Note of story {story}.")),
                kept: false,
            })
        })
        .collect()
}

/// The organisation in which the team at place `i` tells the story `stories[i]`.
async fn organisation(stories: [usize; 6]) -> World {
    let world = World::new(Engine::Sqlite).await;
    let mut owner = world.owner();
    let group = world.groups[0].slug.clone();
    let mut slugs = Vec::new();
    for team in TEAMS {
        let made = owner.json("POST", "/api/v1/teams", &json!({ "name": team, "group": group })).await.expect(201).json();
        slugs.push(made["slug"].as_str().unwrap().to_owned());
        let core = format!("{}-core", slugs[slugs.len() - 1]);
        owner.json("POST", "/api/v1/workloads", &json!({ "name": core, "team": slugs[slugs.len() - 1] })).await.expect(201);
        let api = format!("{}-api", slugs[slugs.len() - 1]);
        owner.json("POST", "/api/v1/services", &json!({ "name": api, "workload": core })).await.expect(201);
    }
    let cx = world.owner_cx();
    for (slug, story) in slugs.into_iter().zip(stories) {
        let act = move |cx: &kernel::web::Ctx, tx: &mut dyn kernel::db::Tx| {
            let team = catalogue::store::team_by_slug(tx, &slug)?;
            for sprint in FIRST..=SPRINT {
                let of_team = |v: NewValue| NewValue { subject: slug.clone(), ..v };
                let values: Vec<NewValue> = told(story, sprint).into_iter().map(of_team).collect();
                let way = if story % 2 == 0 { Provenance::Typed } else { Provenance::Pulled };
                metrics::acts::record(cx, tx, &values, way, "Ada")?;
            }
            let words = NewWords { kind: "win".into(), text: format!("Win of story {story}."), version: 0 };
            report::acts::say(cx, tx, &team, SPRINT, &words)?;
            if story > 1 {
                report::acts::hand_in(cx, tx, &team, SPRINT)?;
            }
            if story > 3 {
                report::acts::review(cx, tx, &team, SPRINT)?;
            }
            Ok(())
        };
        world.t.app.write(&cx, act).await.unwrap();
    }
    world
}

/// Cuts everything between two texts out, as often as it occurs.
fn without(text: &str, from: &str, to: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once(from) {
        out.push_str(before);
        rest = after.split_once(to).map_or("", |(_, after)| after);
    }
    out + rest
}

/// An answer without the parts that are ordered by the strength of a signal.
fn plain(route: &str, text: &str) -> String {
    match SIGNALS.iter().find(|(path, _)| *path == route) {
        Some((_, "ul")) => without(text, "<ul class=\"signals\">", "</ul>"),
        Some(_) => {
            let mut all: Value = serde_json::from_str(text).unwrap();
            all.as_object_mut().unwrap().remove("signals").expect("signals");
            all.to_string()
        }
        None => text.to_owned(),
    }
}

/// Teams in the order in which a text names them first.
fn order(text: &str) -> Vec<&'static str> {
    let text = text.to_lowercase();
    let mut found: Vec<(usize, &str)> = TEAMS.iter().filter_map(|t| Some((text.find(&t.to_lowercase())?, *t))).collect();
    found.sort_unstable();
    found.into_iter().map(|(_, t)| t).collect()
}

/// What begins a list of its own on a page.
const BEGINS: [&str; 6] = ["<section", "<table", "<dl", "<select", "<ul", "<ol"];

/// The lists of an answer that name at least two teams, each with its teams in the order in which it names them first.
fn lists(text: &str) -> Vec<Vec<&'static str>> {
    let mut out = Vec::new();
    if let Ok(json) = serde_json::from_str::<Value>(text) {
        arrays(&json, &mut out);
    } else {
        let mut begins: Vec<usize> = BEGINS.iter().flat_map(|tag| text.match_indices(tag)).map(|(at, _)| at).collect();
        begins.extend([0, text.len()]);
        begins.sort_unstable();
        out.extend(begins.windows(2).map(|w| order(&text[w[0]..w[1]])));
    }
    out.retain(|teams| teams.len() > 1);
    out
}

/// The first team of each element of each array.
fn arrays(value: &Value, out: &mut Vec<Vec<&'static str>>) {
    match value {
        Value::Array(items) => {
            let mut teams: Vec<&str> = Vec::new();
            for item in items {
                teams.extend(order(&item.to_string()).first().filter(|t| !teams.contains(t)).copied());
                arrays(item, out);
            }
            out.push(teams);
        }
        Value::Object(fields) => fields.values().for_each(|v| arrays(v, out)),
        _ => {}
    }
}

/// Every route that is read, with what it names of the first group.
fn routes() -> impl Iterator<Item = &'static Route> {
    // The server's own figures and the stream of changes know no team; a stream never ends.
    let read = |r: &&Route| r.method == "GET" && (r.answers != Answers::System || r.path == "/find.json");
    rooms::ALL.iter().flat_map(|r| r.routes).filter(read)
}

/// What each route says: by route, its lists of teams and the whole answer.
async fn answers(world: &World) -> BTreeMap<String, (Vec<Vec<&'static str>>, String)> {
    let names = Names::of(world, 0).with("group", &world.groups[0].slug).with("team", "drydock").with("subject", "drydock");
    let names = names.with("workload", "drydock-core").with("service", "drydock-api");
    let mut owner = world.owner();
    let mut out = BTreeMap::new();
    for route in routes() {
        let asked = match route.path {
            path if path.starts_with("/find") => "q=core",
            "/api/v1/metrics/{metric}/values" => "subject=drydock",
            _ => "",
        };
        for sort in ["", "sort=-state", "order=desc&sort=value", "order_by=worst"] {
            let answer = owner.get(&format!("{}?{asked}&{sort}", names.path(route.path))).await;
            assert!(answer.status < 500, "{}: {}", route.path, answer.text);
            if answer.status == 200 {
                let text = plain(route.path, &answer.text);
                out.insert(format!("{} {sort}", route.path).trim().to_owned(), (lists(&text), answer.text));
            }
        }
    }
    out
}

/// Where all teams of the group stand together.
const WHOLE: [&str; 8] = [
    "/api/v1/groups/{group}/overview",
    "/api/v1/teams",
    "/find",
    "/find.json",
    "/groups/{group}",
    "/overview/{group}",
    "/reports",
    "/teams",
];

#[tokio::test(flavor = "multi_thread")]
async fn whose_values_are_whose_changes_no_order() {
    // Drydock, whose own pages are asked for, has a draft or a ready report in both.
    let one = organisation([0, 1, 2, 3, 4, 5]).await;
    let other = organisation([4, 0, 3, 5, 1, 2]).await;
    let (before, after) = (answers(&one).await, answers(&other).await);
    let alone: Vec<&String> =
        before.keys().chain(after.keys()).filter(|k| before.contains_key(*k) != after.contains_key(*k)).collect();
    assert!(alone.is_empty(), "answered in one of both: {alone:?}");
    let (mut wrong, mut whole, mut differ) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for (route, (first, text)) in &before {
        let (then, other_text) = &after[route];
        let all = |lists: &[Vec<&'static str>]| lists.iter().filter(|l| l.len() == TEAMS.len()).cloned().collect::<Vec<_>>();
        if all(first) != all(then) {
            wrong.push(format!("{route}: {:?}, then {:?}", all(first), all(then)));
        }
        if !all(first).is_empty() {
            whole.insert(route.as_str());
            if text != other_text {
                differ.insert(route.as_str());
            }
        }
        // The trail stands in the order in which things happened. Some lists leave teams out (drafts): what is left stands
        // in the fixed order, too.
        for list in first.iter().chain(then).filter(|l| !l.is_sorted() && !route.contains("/trail")) {
            wrong.push(format!("{route}: {list:?} is not in alphabetical order"));
        }
    }
    wrong.sort_unstable();
    wrong.dedup();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for route in WHOLE {
        assert!(whole.contains(route), "{route} is expected to list all teams; {whole:?}");
    }
    // The values are on these pages, so that something could have been sorted by them.
    for route in ["/overview/{group}", "/reports", "/api/v1/groups/{group}/overview"] {
        assert!(differ.contains(route), "{route} shows nothing of what the teams reported");
    }
    one.t.end().await;
    other.t.end().await;
}

/// What needs attention is ordered by how far a value lies outside of its own limits. Handed on to another team, a signal
/// stands at the same place.
#[tokio::test(flavor = "multi_thread")]
async fn signals_follow_their_strength_alone() {
    let stories = [[0, 1, 2, 3, 4, 5], [5, 3, 1, 0, 2, 4]];
    let mut seen = Vec::new();
    for told in stories {
        let world = organisation(told).await;
        let path = format!("/api/v1/groups/{}/overview", world.groups[0].slug);
        let all = world.owner().get(&path).await.expect(200).json();
        let list: Vec<(String, f64, String, String)> = all["signals"].as_array().unwrap().iter().map(signal).collect();
        assert!(list.len() > 8, "{list:?}");
        let kinds: Vec<&str> = list.iter().map(|s| s.0.as_str()).collect();
        let place = |kind: &str| ["worse", "stale", "better"].iter().position(|k| *k == kind).unwrap();
        assert!(kinds.iter().map(|k| place(k)).is_sorted(), "{kinds:?}");
        for pair in list.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            let [(_, a, team, _), (_, b, next, _)] = pair else { unreachable!() };
            assert!(a > b || a == b && team <= next, "{pair:?}");
        }
        let by_story: Vec<(String, f64)> = list.into_iter().map(|(kind, strength, ..)| (kind, strength)).collect();
        seen.push(by_story);
        world.t.end().await;
    }
    assert_eq!(seen[0], seen[1]);
}

fn signal(s: &Value) -> (String, f64, String, String) {
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    (text(&s["kind"]), s["row"]["change"]["strength"].as_f64().unwrap(), text(&s["team"]), text(&s["row"]["metric"]))
}

/// A test that finds nothing must be able to find something.
#[test]
fn another_order_is_seen() {
    let rows = |teams: &[&str]| teams.iter().map(|t| format!("<tr><th><a href=\"/teams/x\">{t}</a></th></tr>")).collect::<String>();
    let signals = format!("<ul class=\"signals\"><li>{}</li></ul>", rows(&["Fairway", "Capstan"]));
    let page = format!("<h1>Ebbtide</h1>{signals}<table>{}</table>", rows(&["Drydock", "Nobody", "Capstan", "Drydock"]));
    assert_eq!(lists(&page), [vec!["Fairway", "Capstan"], vec!["Drydock", "Capstan"]]);
    assert_eq!(lists(&plain("/overview/{group}", &page)), [vec!["Drydock", "Capstan"]]);
    assert_eq!(lists(&plain("/reports", &page)).len(), 2);
    let team = |slug: &str| json!({ "team": slug, "pillars": [{ "pillar": "cost" }] });
    let all = json!({ "signals": ["fairway", "capstan"], "teams": [team("ebbtide"), team("capstan")] }).to_string();
    assert_eq!(lists(&plain("/api/v1/groups/{group}/overview", &all)), [vec!["Ebbtide", "Capstan"]]);
}

//! Every page that there is, found from the routes of all rooms, so that a new page is looked at from its first day.

use bellwether::rooms;
use kernel::room::{Answers, Needs};
use kernel::testing::Client;

use crate::lists;
use crate::reviewed;
use crate::sample::{Names, SPRINT};

/// What stands in a path for a parameter.
type Filling = Vec<(&'static str, String)>;

/// Ways to fill the parameters: data, a frozen report, odd names, nothing yet.
fn fillings(n: &Names) -> Vec<Filling> {
    let (sprint, frozen) = (SPRINT.to_string(), (SPRINT - 1).to_string());
    let all = |group: &String,
               team: &String,
               sprint: &String,
               subject: (&str, &String),
               workload: &String,
               service: &String,
               person: String| {
        vec![
            ("group", group.clone()),
            ("team", team.clone()),
            ("sprint", sprint.clone()),
            ("metric", subject.0.to_owned()),
            ("subject", subject.1.clone()),
            ("workload", workload.clone()),
            ("service", service.clone()),
            ("person", person),
        ]
    };
    let (person, long_person) = (n.person.to_string(), n.long_person.to_string());
    let mut out = vec![
        all(&n.group, &n.team, &sprint, ("latency-p95", &n.team), &n.workload, &n.service, person.clone()),
        all(&n.group, &n.team, &frozen, ("open-findings", &n.team), &n.workload, &n.service, person.clone()),
        all(
            &n.long_group,
            &n.long_team,
            &sprint,
            (&n.long_metric, &n.long_service),
            &n.long_workload,
            &n.long_service,
            long_person,
        ),
        all(&n.bare_group, &n.quiet_team, &sprint, ("latency-p95", &n.quiet_team), &n.workload, &n.service, person.clone()),
        all(&n.group, &n.left_team, &sprint, ("availability", &n.left_team), &n.workload, &n.service, person),
    ];
    for (i, filling) in out.iter_mut().enumerate() {
        filling.push(("source", if i == 2 { &n.long_source } else { &n.source }.clone()));
        filling.push(("feed", if i == 2 { &n.long_feed } else { &n.feed }.clone()));
        filling.push(("standard", if i == 2 { &n.long_standard } else { &n.standard }.clone()));
        filling.push(("list", lists::KEYS[i % lists::KEYS.len()].to_owned()));
        filling.push(("lens", "core".to_owned()));
        filling.push(("action", if i == 1 { n.done_action } else { n.action }.to_string()));
        filling.push(("decision", n.decision.to_string()));
        filling.push(("channel", "chat".to_owned()));
        filling.push(("tracker", "issues".to_owned()));
        filling.push(("notice", "1".to_owned()));
        filling.push(("message", "none".to_owned()));
        filling.push(("concern", if i == 2 { n.long_concern } else { n.concern }.to_string()));
        filling.push(("question", "OPS-01".to_owned()));
        filling.push(("milestone", "first".to_owned()));
        filling.push(("sitting", "1".to_owned()));
        filling.push(("meeting", if i == 2 { n.long_meeting } else { n.meeting }.to_string()));
        filling.push(("template", reviewed::TEMPLATE.to_owned()));
        let meetings = [n.meeting, n.closed_meeting, n.long_meeting, n.open_meeting, n.meeting];
        filling.push(("meeting", meetings[i % meetings.len()].to_string()));
        filling.push(("share", n.share.to_string()));
        filling.push(("evidence", "none".to_owned()));
        filling.push(("code", String::new()));
    }
    out
}

/// Parameters of a route: `/teams/{team}` has one.
fn parameters(path: &str) -> Vec<&str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect()
}

fn filled(path: &str, filling: &Filling, names: &Names) -> String {
    let mut out = path.to_owned();
    for parameter in parameters(path) {
        let known = filling.iter().find(|(name, _)| *name == parameter);
        let (_, value) = known.unwrap_or_else(|| panic!("{path}: say in tests/browser/pages.rs what {{{parameter}}} may be"));
        let value = match (parameter, path.starts_with("/reset")) {
            ("code", true) => &names.reset,
            ("code", false) => &names.invitation,
            _ => value,
        };
        out = out.replace(&format!("{{{parameter}}}"), value);
    }
    out
}

/// Paths of all pages with their fillings, without those that are no page but send one on or send a file.
pub(crate) async fn all(client: &mut Client, names: &Names) -> Vec<String> {
    let mut wanted: Vec<String> = Vec::new();
    for route in routes() {
        wanted.extend(fillings(names).iter().map(|filling| filled(route, filling, names)));
    }
    wanted.extend(
        ["/find?q=a", "/find?q=nothing+is+called+this", "/welcome", "/groups/new?group=x", "/nowhere", "/teams/nobody"]
            .map(str::to_owned),
    );
    kept(client, wanted).await
}

/// Paths of pages without parameters: what an empty installation has.
pub(crate) async fn without_parameters(client: &mut Client) -> Vec<String> {
    let wanted = routes().filter(|path| parameters(path).is_empty()).map(str::to_owned).collect();
    kept(client, wanted).await
}

/// What somebody sees who has not signed in: pages without parameters that need nobody, and one of the others.
pub(crate) async fn open_to_nobody(client: &mut Client) -> Vec<String> {
    let routes =
        rooms::ALL.iter().flat_map(|room| room.routes).filter(|route| route.method == "GET" && route.answers == Answers::Page);
    let open = routes.filter(|route| matches!(route.needs, Needs::Nobody) && parameters(route.path).is_empty());
    kept(client, open.map(|route| route.path.to_owned()).chain(["/reports".to_owned(), "/nowhere".to_owned()]).collect()).await
}

fn routes() -> impl Iterator<Item = &'static str> {
    let routes = rooms::ALL.iter().flat_map(|room| room.routes);
    routes.filter(|route| route.method == "GET" && route.answers == Answers::Page).map(|route| route.path)
}

/// Each once, and only what a browser shows as a page.
async fn kept(client: &mut Client, wanted: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for path in wanted {
        if out.contains(&path) {
            continue;
        }
        let answer = client.get(&path).await;
        assert!(answer.status < 500, "{path}: {} {}", answer.status, answer.text);
        let html = answer.headers.get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        if html && !(300..400).contains(&answer.status) {
            out.push(path);
        }
    }
    out
}

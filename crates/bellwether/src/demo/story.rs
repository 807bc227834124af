//! What happened in the demonstration: one team automates, one regresses, one had a bad sprint, one number has gone stale.

use std::time::Duration;

use catalogue::rules::{NewGroup, NewService, NewTeam, NewWorkload, ServiceBody, WorkloadBody};
use kernel::error::Result;
use kernel::time::Time;
use kernel::web::{App, Ctx};
use metrics::value::{NewValue, Provenance};
use people::Role;
use people::acts::NewOrganisation;
use report::acts::NewWords;
use report::lists::NewEntry;

use super::{as_person, invite};
use crate::{doctor, home};

/// Sprints that have passed.
pub(super) const SPRINTS: u64 = 6;

const DAY: Duration = Duration::from_secs(86_400);

/// Name and mail address of whoever looks at the demonstration.
pub(super) const FACILITATOR: (&str, &str) = ("Tomasz Zielinski", "tomasz.zielinski@northmoor.example");

/// Team, workload, service, principal engineer.
const TEAMS: [(&str, &str, &str, &str); 10] = [
    ("Accounts", "Customer accounts", "accounts-api", "Noor Haddad"),
    ("Booking", "Berth booking", "booking-engine", "Sofia Almeida"),
    ("Cargo", "Cargo manifests", "manifest-service", "Kwame Asante"),
    ("Data Platform", "Reference data", "refdata-loader", "Ines Castro"),
    ("Harbour Gate", "Gate control", "gate-controller", "Henrik Dahl"),
    ("Identity", "Sign-in", "identity-broker", "Pradeep Menon"),
    ("Notifications", "Messages to customers", "message-relay", "Yuki Tanaka"),
    ("Payments", "Harbour dues", "dues-ledger", "Maya Lindqvist"),
    ("Pricing", "Tariffs", "tariff-engine", "Owen Pryce"),
    ("Tracking", "Vessel tracking", "position-stream", "Leila Farouk"),
];

/// The metric, and what it is for a team of this number in a sprint of this number without any story.
const METRICS: [(&str, f64, f64); 14] = [
    ("requests-served", 1840.0, 90.0),
    ("complaints", 6.0, 2.0),
    ("open-findings", 0.3, 0.4),
    ("oldest-critical", 18.0, 4.0),
    ("run-cost", 21.5, 1.1),
    ("cost-per-thousand", 11.7, 0.5),
    ("deployments", 14.0, 3.0),
    ("lead-time", 19.0, 3.0),
    ("change-fail-rate", 9.0, 2.5),
    ("pages-at-night", 2.0, 1.0),
    ("availability", 99.94, 0.02),
    ("incidents", 1.0, 1.0),
    ("latency-p95", 410.0, 22.0),
    ("within-target", 96.8, 0.6),
];

/// Calm, repeatable variation between -1 and 1: not random, so that the demonstration looks the same every day.
fn wave(team: usize, metric: usize, sprint: u64) -> f64 {
    let phase = (team * 37 + metric * 61) as f64 * 0.61 + sprint as f64 * 2.3;
    phase.sin()
}

/// A team's number: the calm, then what the story says.
fn number(team: usize, metric: usize, sprint: u64) -> Option<f64> {
    let (key, base, spread) = METRICS[metric];
    let scale = 0.7 + (team as f64) * 0.07;
    let counted = matches!(key, "requests-served" | "run-cost" | "deployments" | "latency-p95" | "lead-time");
    let calm = (if counted { base * scale } else { base }) + spread * wave(team, metric, sprint);
    let told = match (TEAMS[team].0, key, sprint) {
        // Payments: a new query, found by nobody yet.
        ("Payments", "latency-p95", 6) => calm + 240.0,
        ("Payments", "within-target", 6) => calm - 4.9,
        // Booking: half a day without bookings.
        ("Booking", "availability", 5) => 98.71,
        ("Booking", "incidents", 5) => 4.0,
        ("Booking", "pages-at-night", 5) => 9.0,
        // Cargo: pipelines of its own since sprint 4.
        ("Cargo", "deployments", 4..) => calm * 2.1,
        ("Cargo", "lead-time", 4..) => calm * 0.35,
        // Pricing: nobody has looked at the bill.
        ("Pricing", "run-cost", 3..) => calm + 4.5 * (sprint - 2) as f64,
        // Tracking: the scanner's account expired.
        ("Tracking", "open-findings" | "oldest-critical", 5..) => return None,
        _ => calm,
    };
    let decimals = match key {
        "availability" | "cost-per-thousand" => 100.0,
        "run-cost" | "lead-time" | "change-fail-rate" | "within-target" => 10.0,
        _ => 1.0,
    };
    let most = if matches!(key, "availability" | "within-target") { 100.0 } else { f64::MAX };
    Some(((told * decimals).round() / decimals).clamp(0.0, most))
}

/// Who brings the number: Cargo and Identity pull nearly all, the others some.
fn way(team: usize, metric: usize) -> Provenance {
    let pulled = match TEAMS[team].0 {
        "Cargo" | "Identity" => metric != 1,
        "Data Platform" | "Tracking" => matches!(metric, 0 | 6 | 7 | 10 | 12),
        _ => matches!(metric, 10 | 12 | 13),
    };
    if pulled { Provenance::Pulled } else { Provenance::Typed }
}

const WINS: [(usize, &str); 3] = [
    (1, "Berths can be booked from a phone now; the first hundred came in within a day."),
    (2, "A change to the manifest reaches production in an afternoon. In spring it took a week."),
    (5, "Nobody typed a number for this report."),
];

fn slug(team: usize) -> String {
    kernel::text::slug(TEAMS[team].0)
}

/// Tells it; the application's clock walks from the first sprint's first day to the day after the last sprint.
pub(super) async fn tell(app: &App) -> Result<()> {
    let cx = Ctx::of(doctor::owner(), app.now(), "demo");
    set_up(app, &cx).await?;
    let first = app.now();
    for sprint in 1..=SPRINTS {
        // One day after the sprint's end, when teams report.
        app.clock.set(first.plus(DAY * u32::try_from(sprint * 14).unwrap_or(0)).plus(DAY));
        report_sprint(app, sprint).await?;
    }
    Ok(())
}

async fn set_up(app: &App, cx: &Ctx) -> Result<()> {
    let first_day = cx.now.jiff().strftime("%Y-%m-%d").to_string();
    let group = app
        .write(cx, move |cx, tx| {
            let organisation = NewOrganisation { name: "Northmoor Ports".into(), zone: "Europe/London".into(), version: 0 };
            people::acts::set_organisation(cx, tx, &organisation)?;
            let new = NewGroup {
                name: "Port Systems".into(),
                zone: "Europe/London".into(),
                sprint_days: 14,
                first_number: 1,
                first_day: first_day.clone(),
                working_agreement: String::new(),
                calendar: None,
                slug: None,
                version: None,
            };
            let group = catalogue::acts::make_group(cx, tx, &new)?;
            home::begin_template(cx, tx, &group, false)?;
            Ok(group)
        })
        .await?;
    invite(app, cx, FACILITATOR.0, FACILITATOR.1, Role::Facilitator, Some(group.id)).await?;
    for (team, workload, service, lead) in TEAMS {
        let group = group.slug.clone();
        let made = app
            .write(cx, move |cx, tx| {
                let new = NewTeam { name: team.into(), group: group.clone(), slug: None, version: None };
                let made = catalogue::acts::make_team(cx, tx, &new)?;
                let about = WorkloadBody { tier: "1".into(), lifecycle: "production".into(), ..WorkloadBody::default() };
                let new = NewWorkload { name: workload.into(), team: made.slug.clone(), slug: None, about, version: None };
                let built = catalogue::acts::make_workload(cx, tx, &new)?;
                let about = ServiceBody { repositories: vec![format!("https://git.example/{service}")], ..ServiceBody::default() };
                let new = NewService { name: service.into(), workload: built.slug, team: None, slug: None, about, version: None };
                catalogue::acts::make_service(cx, tx, &new)?;
                Ok(made)
            })
            .await?;
        invite(app, cx, lead, &mail(lead), Role::PrincipalEngineer, Some(made.id)).await?;
    }
    Ok(())
}

fn mail(name: &str) -> String {
    format!("{}@northmoor.example", kernel::text::slug(name).replace('-', "."))
}

#[allow(clippy::needless_range_loop, reason = "the number of a team is what the story is told by")]
async fn report_sprint(app: &App, sprint: u64) -> Result<()> {
    let last = sprint == SPRINTS;
    let facilitator = as_person(app, FACILITATOR.1).await?;
    for team in 0..TEAMS.len() {
        let lead = as_person(app, &mail(TEAMS[team].3)).await?;
        let cx = Ctx::of(lead.clone(), app.now(), "demo");
        let number_of = i64::try_from(sprint).unwrap_or(0);
        for wanted in [Provenance::Typed, Provenance::Pulled] {
            // In the last sprint one team has not begun and one is half way.
            let skip = |metric: usize| {
                last && wanted == Provenance::Typed
                    && match TEAMS[team].0 {
                        "Notifications" => true,
                        "Accounts" => metric.is_multiple_of(2),
                        _ => false,
                    }
            };
            let values: Vec<NewValue> = (0..METRICS.len())
                .filter(|m| way(team, *m) == wanted && !skip(*m))
                .filter_map(|m| number(team, m, sprint).map(|n| value(team, m, sprint, n)))
                .collect();
            if values.is_empty() {
                continue;
            }
            let source = if wanted == Provenance::Pulled { "Prometheus".to_owned() } else { lead.name.clone() };
            app.append(&cx, move |cx, tx| metrics::acts::record(cx, tx, &values, wanted, &source).map(|_| ())).await?;
        }
        let reviewer = Ctx::of(facilitator.clone(), app.now(), "demo");
        let win = WINS.iter().find(|(t, _)| last && *t == team).map(|(_, text)| (*text).to_owned());
        let name = slug(team);
        let draft = last && matches!(TEAMS[team].0, "Notifications" | "Accounts");
        app.write(&cx, move |cx, tx| {
            let team = catalogue::store::team_by_slug(tx, &name)?;
            if let Some(text) = &win {
                let words = NewWords { kind: "win".into(), text: text.clone(), version: 0 };
                report::acts::say(cx, tx, &team, number_of, &words)?;
            }
            for (list, entry) in entries(&name, sprint, cx.now) {
                let list = report::acts::lists::list_of(tx, &team, list)?;
                report::acts::lists::add(cx, tx, &team, &list, &entry)?;
            }
            if !draft {
                report::acts::hand_in(cx, tx, &team, number_of)?;
            }
            if !last {
                report::acts::review(&reviewer, tx, &team, number_of)?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// What the team writes into its lists in a sprint.
fn entries(team: &str, sprint: u64, now: Time) -> Vec<(&'static str, NewEntry)> {
    let day = |days: u32| Some(now.minus(DAY * days).jiff().strftime("%Y-%m-%d").to_string());
    let entry = |day: Option<String>, cells: &[(&str, &str)]| NewEntry {
        day,
        cells: cells.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        version: None,
    };
    let mut out = Vec::new();
    if sprint == 1 {
        let board = format!("https://dashboards.example/{team}");
        out.push(("dashboards", entry(None, &[("title", "What users see"), ("url", &board)])));
        let model = format!("https://docs.example/{team}/threats");
        out.push(("threat-models", entry(None, &[("workload", "all of the team’s"), ("model", &model), ("open", "2")])));
    }
    if (team, sprint) == ("booking", 5) {
        out.push((
            "incidents",
            entry(
                day(6),
                &[
                    ("what", "No berth could be booked for four hours"),
                    ("minutes", "241"),
                    ("cause", "A certificate ran out; its alert went to a mailbox that nobody reads"),
                    ("learnt", "Dates of certificates belong on the duty page"),
                ],
            ),
        ));
    }
    if (team, sprint) == ("payments", 6) {
        let found = "Refunds read the whole ledger; found after the release, not by it";
        out.push((
            "exploratory-sessions",
            entry(day(4), &[("initiative", "Refunds"), ("charter", "Ten times the usual load"), ("found", found)]),
        ));
    }
    out
}

fn value(team: usize, metric: usize, sprint: u64, number: f64) -> NewValue {
    let (key, _, _) = METRICS[metric];
    let note = match (TEAMS[team].0, key, sprint) {
        ("Payments", "latency-p95", 6) => {
            Some("Began with the release of the 9th. A query for refunds reads the whole ledger; the index is written.")
        }
        ("Booking", "availability", 5) => Some("Four hours without bookings after a certificate ran out."),
        _ => None,
    };
    NewValue {
        metric: key.into(),
        subject: slug(team),
        period: sprint.to_string(),
        number: Some(number),
        numerator: None,
        denominator: None,
        unit: None,
        note: note.map(str::to_owned),
        kept: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_shows_what_it_says() {
        let at = |name: &str| TEAMS.iter().position(|t| t.0 == name).unwrap();
        let metric = |key: &str| METRICS.iter().position(|m| m.0 == key).unwrap();
        let pay = |s| number(at("Payments"), metric("latency-p95"), s).unwrap();
        assert!(pay(6) > pay(5) + 150.0);
        assert_eq!(number(at("Tracking"), metric("open-findings"), 6), None);
        let cost = |s| number(at("Pricing"), metric("run-cost"), s).unwrap();
        assert!(cost(6) > cost(2) + 10.0);
    }
}

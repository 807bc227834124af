//! The demonstration's words: notes, wins, lists, marks, standards, critical transactions and one exemption.

use std::time::Duration;

use catalogue::rules::WorkloadBody;
use catalogue::standards::{NewAdoption, NewStandard};
use catalogue::transactions::{Cover, Covers, NewTransaction};
use kernel::time::Time;
use marks::{MarkKind, NewMark, PlaceKind};
use report::lists::NewEntry;
use wellarch::review::Said;

use super::numbers::{AUTOMATED, SPRINTS};

pub(super) const DAY: Duration = Duration::from_secs(86_400);

/// The team's number, and what went well, in the last sprint.
pub(super) const WINS: [(usize, &str); 3] = [
    (1, "Berths can be booked from a phone now; the first hundred came in within a day."),
    (2, "A change to the manifest reaches production in an afternoon. In spring it took a week."),
    (5, "Nobody typed a number for this report."),
];

/// What a team says beside a number.
pub(super) fn note(team: &str, metric: &str, sprint: u64) -> Option<&'static str> {
    match (team, metric, sprint) {
        ("Payments", "latency-p95", SPRINTS) => {
            Some("Began with the release of the refunds. A query reads the whole ledger; the index is written.")
        }
        ("Booking", "availability", 12) => Some("Four hours without bookings after a certificate ran out."),
        ("Cargo", "deployments", AUTOMATED) => Some("Every merge is deployed by the pipeline since the second day of the sprint."),
        _ => None,
    }
}

/// What the team writes into its lists in a sprint.
pub(super) fn entries(team: &str, sprint: u64, now: Time) -> Vec<(&'static str, NewEntry)> {
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
    if (team, sprint) == ("booking", 12) {
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
    if (team, sprint) == ("payments", SPRINTS) {
        let found = "Refunds read the whole ledger; found after the release, not by it";
        out.push((
            "exploratory-sessions",
            entry(day(4), &[("initiative", "Refunds"), ("charter", "Ten times the usual load"), ("found", found)]),
        ));
    }
    out
}

/// What happened in a sprint, as it stands on the axes; `now` is a day after its end.
pub(super) fn marks(team: &str, sprint: u64, now: Time) -> Vec<NewMark> {
    let mark = |kind, title: &str, days: u32| NewMark {
        on: PlaceKind::Team,
        slug: team.to_owned(),
        kind,
        title: title.to_owned(),
        at: Some(now.minus(DAY * days)),
        until: None,
        url: None,
        origin: None,
    };
    match (team, sprint) {
        ("cargo", AUTOMATED) => vec![mark(MarkKind::Action, "Every merge is deployed by the pipeline", 13)],
        ("payments", SPRINTS) => vec![mark(MarkKind::Release, "dues-ledger 4.0: refunds", 8)],
        ("booking", SPRINTS) => vec![mark(MarkKind::Action, "Dates of certificates stand on the duty page", 5)],
        ("pricing", 10) => vec![mark(MarkKind::Change, "Tariffs are kept for seven years", 12)],
        _ => Vec::new(),
    }
}

/// What the organisation agreed on.
pub(super) fn standards() -> [NewStandard; 3] {
    let standard = |slug: &str, statement: &str, why: &str, pillar: &str, how: &str| NewStandard {
        statement: statement.into(),
        why: why.into(),
        pillar: pillar.into(),
        how: how.into(),
        slug: Some(slug.into()),
        version: None,
    };
    [
        standard(
            "alarms-have-runbooks",
            "Every alarm that wakes somebody links to a runbook",
            "In March a pair looked for an hour for what was written down all along.",
            "operations",
            "Open three alarms of the last month; each has a link, and the page says what to do first.",
        ),
        standard(
            "two-factors",
            "People sign in to production with two factors",
            "A stolen password was enough to read customer data in 2024.",
            "security",
            "The identity provider lists who may sign in without a second factor; the list is empty.",
        ),
        standard(
            "restore-is-rehearsed",
            "A restore is rehearsed every quarter",
            "A backup that nobody has restored is a hope.",
            "reliability",
            "The date of the last rehearsal and how long it took stand in the runbook.",
        ),
    ]
}

/// How far a team's workload is with a standard.
pub(super) fn adoption(team: usize, standard: usize) -> Option<NewAdoption> {
    let (adopted, note) = match (team + standard * 3) % 7 {
        0 => return None,
        1 => (false, "Planned for the next quarter."),
        _ => (true, ""),
    };
    Some(NewAdoption { adopted, note: note.into(), ..NewAdoption::default() })
}

/// The team that is exempt from the second standard, why, and what the approver said.
pub(super) const EXEMPT: (&str, &str, &str) = (
    "Harbour Gate",
    "The consoles in the gate houses have no second factor; they are replaced in spring.",
    "Agreed, as the consoles stand behind a guarded door. Tell us in January how far the new ones are.",
);

/// What of a workload must never stand still, and what covers it.
pub(super) fn transaction(team: usize, service: &str) -> Option<NewTransaction> {
    let name = match team {
        1 => "Book a berth",
        4 => "Open the gate for a lorry",
        5 => "Sign in",
        7 => "Pay harbour dues",
        9 => "Show where a vessel is",
        _ => return None,
    };
    let seen = |covered, path: &str| {
        let evidence = if covered { vec![format!("https://{path}.example/{service}")] } else { Vec::new() };
        Some(Cover { covered, evidence, day: String::new() })
    };
    let cover = Covers {
        functional_test: seen(true, "tests"),
        dashboard: seen(true, "dashboards"),
        alarm: seen(team != 1, "alarms"),
        performance_test: if team == 7 { seen(false, "load") } else { None },
    };
    Some(NewTransaction { name: name.into(), cover, version: None })
}

/// The team whose workload is reviewed, as [`super::numbers::TEAMS`] has it, and against which lens.
pub(super) const REVIEWED: (&str, &str, &str, &str) = super::numbers::TEAMS[7];
/// What the catalogue says of a workload; of the one that is reviewed also what it protects.
pub(super) fn about(workload: &str) -> WorkloadBody {
    let plain = WorkloadBody { tier: "1".into(), lifecycle: "production".into(), ..WorkloadBody::default() };
    if workload != REVIEWED.1 {
        return plain;
    }
    WorkloadBody {
        goal: "A ship’s dues are settled before it leaves, so that no berth waits for a bill".into(),
        protects: "bank details of 400 agents, and what each of them owes".into(),
        users: "agents and the harbour office".into(),
        money_an_hour: "2000 to 9000 EUR".into(),
        ..plain
    }
}

pub(super) const LENS: &str = "sre-practice";

/// What the team says to a question: most practices are in place, of some questions only the first.
pub(super) fn said(question: &wellarch::Question, number: usize) -> Said {
    let ids = question.choices.iter().map(|c| c.id.clone());
    let note = if number == 2 { "The alarm for the ledger is planned." } else { "" };
    match number % 4 {
        0 => Said { choices: ids.take(1).collect(), ..Said::default() },
        3 => Said { none: true, ..Said::default() },
        _ => Said { choices: ids.collect(), note: note.into(), ..Said::default() },
    }
}

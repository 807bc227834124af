//! A group's reports of one sprint, and what of them is a signal. Teams stand in their fixed order; nothing here sorts or
//! adds up by team.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use catalogue::{Group, Sprint, Team};
use kernel::time::Time;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ahead::Ahead;
use crate::automation::{SprintShare, earlier};
use crate::document::{Document, Named, Row, RowState, Section, Share, Stage, Words};
use crate::shared::Shared;
use crate::work::TeamWork;

/// A group's reports of one sprint.
pub struct Overview {
    /// Name of the organisation.
    pub organisation: String,
    /// The group.
    pub group: Group,
    /// The sprint that is reported.
    pub sprint: Sprint,
    /// "4 to 17 November 2026".
    pub dates: String,
    /// Who leads its review.
    pub facilitators: Vec<String>,
    /// What each report says, in the teams' fixed order.
    pub reports: Vec<Arc<Digest>>,
    /// What its Well-Architected reviews share; none where nobody reviews.
    pub shared: Option<Shared>,
    /// Its next session, and notices that wait; none where nobody tells.
    pub ahead: Option<Ahead>,
    /// Open and late actions of its teams, in their fixed order; empty where nothing is open.
    pub work: Vec<TeamWork>,
}

/// What an overview shows of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct Digest {
    /// The team.
    pub team: Named,
    /// Number of the sprint.
    pub sprint: i64,
    /// Zone in which the report's times are shown.
    pub zone: String,
    /// How far it is.
    pub stage: Stage,
    /// Its sections, in the template's order.
    pub pillars: Vec<Pillar>,
    /// Rows that are a signal, in the report's order.
    pub signals: Vec<Found>,
    /// Values that nobody typed, of all values.
    pub automated: Share,
    /// The same, sprint by sprint.
    pub automation: Vec<SprintShare>,
    /// The oldest of those sprints, if there is one beside the report's own.
    pub earlier: Option<SprintShare>,
    /// Rows with a value, of all rows that want one.
    pub filled: Share,
    /// False alarms to expect among its rows.
    pub expected_false_alarms: f64,
    /// However small.
    pub win: Option<Words>,
}

/// A section as an overview shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Pillar {
    /// Key of the pillar.
    pub pillar: String,
    /// Its title.
    pub title: String,
    /// States of its rows, each once.
    pub states: Vec<RowState>,
    /// Some row is a signal for the worse.
    pub worse: bool,
    /// Some row is a signal for the better.
    pub better: bool,
}

impl Pillar {
    /// Of a section.
    pub fn of(s: &Section) -> Self {
        let judged = |word: &str| s.rows.iter().any(|r| r.change.judgement.as_deref() == Some(word));
        let mut states = Vec::new();
        for r in &s.rows {
            if !states.contains(&r.state) {
                states.push(r.state);
            }
        }
        Self { pillar: s.pillar.clone(), title: s.title.clone(), states, worse: judged("worse"), better: judged("better") }
    }
}

impl Digest {
    /// Of a report.
    pub fn of(d: &Document) -> Self {
        let found = |(pillar, row): (&str, &Row)| {
            let kind = kind(row)?;
            Some(Found { team: d.team.slug.clone(), pillar: pillar.into(), kind: kind.into(), row: row.clone() })
        };
        Self {
            team: d.team.clone(),
            sprint: d.sprint,
            zone: d.zone.clone(),
            stage: d.stage,
            pillars: d.sections.iter().map(Pillar::of).collect(),
            signals: d.rows().filter_map(found).collect(),
            automated: d.automated,
            automation: d.automation.clone(),
            earlier: earlier(d),
            filled: d.filled,
            expected_false_alarms: d.expected_false_alarms,
            win: d.win.clone(),
        }
    }
}

/// When a draft says something else although nobody changed anything: a value grows too old, or a day older. `fresh` is the
/// agreed limit of each metric that has one, in days.
pub fn next_turn(d: &Document, fresh: &HashMap<String, u32>) -> Option<Time> {
    let turn = |r: &Row| {
        let limit = u64::from(*fresh.get(&r.metric)?);
        let measured_at = r.now.as_ref().or(r.before.as_ref())?.measured_at;
        let age = d.as_of.since(measured_at).as_secs() / 86_400;
        Some(measured_at.plus(Duration::from_secs((age.max(limit) + 1) * 86_400)))
    };
    d.rows().filter_map(|(_, r)| turn(r)).min()
}

/// A group with its teams and the stage of each report.
pub struct GroupList {
    /// The group.
    pub group: Group,
    /// The sprint that is reported, if one has begun.
    pub sprint: Option<Sprint>,
    /// In their fixed order.
    pub teams: Vec<(Team, Stage)>,
}

/// A signal of one team.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Found {
    /// Slug of the team.
    pub team: String,
    /// Title of the pillar.
    pub pillar: String,
    /// `worse`, `stale`, `better`.
    pub kind: String,
    /// The row.
    pub row: Row,
}

/// What of a signal a row is; none if it is no signal.
fn kind(row: &Row) -> Option<&'static str> {
    match (row.change.judgement.as_deref(), row.state) {
        (Some("worse"), _) => Some("worse"),
        (_, RowState::Stale) => Some("stale"),
        (Some("better"), _) => Some("better"),
        _ => None,
    }
}

/// What made a row a signal, without the word: "outside 352 to 458".
fn rule(row: &Row) -> Option<String> {
    let (before, rule) = row.change.reason.split_once("signal: ")?;
    Some(if before.is_empty() { rule.to_owned() } else { format!("{rule} (provisional)") })
}

/// A row as one sentence with figures: "Card payment, p95: 655 ms, 243 higher, was 412 ms." A signal says by what it is one, since the
/// way from the value before can be the other: "Deployments: 26, outside 4 to 20, better; was 29."
pub fn sentence(row: &Row) -> String {
    told(row, true)
}

/// The same where the rule stands beside it: "Deployments: 26, better; was 29."
pub fn headline(row: &Row) -> String {
    told(row, false)
}

fn told(row: &Row, with_rule: bool) -> String {
    let show = |f: &crate::document::Figure| html::with_unit(f.number, row.decimals, &row.unit);
    let title = match &row.subject {
        Some(s) => format!("{}, {}", row.title, s.name),
        None => row.title.clone(),
    };
    let was = row.before.as_ref().map(|b| format!("; was {}", show(b))).unwrap_or_default();
    if let (Some(now), Some(way @ ("worse" | "better" | "neutral")), Some(rule)) =
        (&row.now, row.change.judgement.as_deref(), rule(row))
    {
        let way = if way == "neutral" { String::new() } else { format!(", {way}") };
        let rule = if with_rule { format!(", {rule}") } else { String::new() };
        return format!("{title}: {}{rule}{way}{was}.", show(now));
    }
    match (&row.now, &row.before) {
        (Some(now), Some(before)) => format!("{title}: {}, {}, was {}.", show(now), row.change.text, show(before)),
        (Some(now), None) => format!("{title}: {}.", show(now)),
        _ => format!("{title} has no value."),
    }
}

/// Signals: worse, stale, better; within each the strongest first, so that the order says nothing about teams but how far
/// a value lies outside its own limits.
pub fn found(reports: &[Arc<Digest>]) -> Vec<&Found> {
    let place = |f: &Found| ["worse", "stale", "better"].iter().position(|k| *k == f.kind);
    let mut out: Vec<&Found> = reports.iter().flat_map(|d| &d.signals).collect();
    out.sort_by(|a, b| place(a).cmp(&place(b)).then(b.row.change.strength.total_cmp(&a.row.change.strength)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Changed, Figure};

    const DAY: i64 = 86_400_000_000;

    fn document(rows: &[(&str, i64)]) -> Document {
        let row = |(metric, measured_at): &(&str, i64)| Row {
            metric: (*metric).into(),
            now: Some(Figure { measured_at: Time(*measured_at), ..serde_json::from_str(FIGURE).unwrap() }),
            change: Changed { strength: 0.0, ..serde_json::from_str(CHANGED).unwrap() },
            ..serde_json::from_str(ROW).unwrap()
        };
        let rows: Vec<Row> = rows.iter().map(row).collect();
        let section = Section { pillar: "cost".into(), title: "Cost".into(), rows, lists: Vec::new() };
        Document { sections: vec![section], as_of: Time(10 * DAY + 5), ..serde_json::from_str(DOCUMENT).unwrap() }
    }

    const FIGURE: &str = r#"{"number":1,"way":"typed","source":"","measured_at":"1970-01-01T00:00:00Z","version":1}"#;
    const CHANGED: &str = r#"{"text":"","reason":"","strength":0,"false_alarm":0}"#;
    const ROW: &str = r#"{"metric":"","version":1,"title":"","unit":"","decimals":0,
        "change":{"text":"","reason":"","strength":0,"false_alarm":0},"series":[],"target":"","state":"pass"}"#;
    const DOCUMENT: &str = r#"{"organisation":"","group":{"slug":"","name":""},"team":{"slug":"","name":""},"sprint":1,"dates":"",
        "starts":"1970-01-01T00:00:00Z","ends":"1970-01-01T00:00:00Z","zone":"UTC","stage":"draft","template":1,"lead":"",
        "sections":[],"automated":{"k":0,"n":0},"filled":{"k":0,"n":0},"expected_false_alarms":0,"as_of":"1970-01-01T00:00:00Z"}"#;

    #[test]
    fn a_draft_turns_when_a_value_grows_too_old_and_each_day_after() {
        let limit = |days: u32| HashMap::from([("cost".to_owned(), days)]);
        let of = |measured_at: i64, days: u32| next_turn(&document(&[("cost", measured_at)]), &limit(days)).unwrap();
        // Two days old with a limit of five: stale once six days are over.
        assert_eq!(of(8 * DAY, 5), Time(14 * DAY));
        // Six days old already: it says seven from tomorrow.
        assert_eq!(of(4 * DAY, 5), Time(11 * DAY));
        // The earliest counts; what has no limit never turns.
        let d = document(&[("cost", 8 * DAY), ("cost", 7 * DAY), ("other", DAY)]);
        assert_eq!(next_turn(&d, &limit(5)), Some(Time(13 * DAY)));
        assert_eq!(next_turn(&d, &HashMap::new()), None);
    }

    #[test]
    fn each_state_of_a_section_stands_once() {
        let d = document(&[("a", 0), ("b", 0)]);
        let digest = Digest::of(&d);
        assert_eq!((digest.pillars[0].states.as_slice(), digest.signals.len()), (&[RowState::Pass][..], 0));
    }
}

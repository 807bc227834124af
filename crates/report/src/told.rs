//! What a report tells the group's session: what is worth talking about, strongest first, each with the way to what caused it.
//! Pure.

use kernel::time::Time;

use crate::document::{Document, Row, RowState, Share, Stage};
use crate::overview::sentence;
use crate::questions::Question;

/// Kinds of what is worth talking about, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotableKind {
    /// A target is missed that was met in the report before, or that is new.
    Crossing,
    /// A real change, by the rules of the charts.
    Change,
    /// The first value of a metric.
    First,
    /// Older than agreed.
    Stale,
    /// An action is late.
    Late,
    /// A question that nobody has answered.
    Question,
    /// A target is still missed, as in the report before.
    Still,
}

/// One thing that is worth talking about.
#[derive(Debug, Clone, PartialEq)]
pub struct Notable {
    /// Which kind.
    pub kind: NotableKind,
    /// One sentence.
    pub words: String,
    /// Where it is from.
    pub href: String,
    /// How far beyond the limit, in sigmas; 0 for what has no strength.
    pub strength: f64,
}

/// What a team's report tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Name of the team in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// How far the report is.
    pub stage: Stage,
    /// Rows with a value, of all that want one.
    pub filled: Share,
    /// Values that nobody typed, of all values.
    pub automated: Share,
    /// False alarms to expect among its rows.
    pub false_alarms: f64,
    /// By kind, within a kind by strength.
    pub notable: Vec<Notable>,
}

fn named(r: &Row) -> String {
    match &r.subject {
        Some(s) => format!("{} of {}", r.title, s.name),
        None => r.title.clone(),
    }
}

/// "4 Oct 2026" in a zone.
fn day(at: Time, zone: &str) -> String {
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    at.jiff().to_zoned_datetime(zone).strftime("%-d %b %Y").to_string()
}

/// "late since 4 Oct 2026", the last day of it.
fn late_words(due: &str) -> String {
    due.parse::<jiff::civil::Date>().map_or_else(|_| "late".to_owned(), |d| format!("late since {}", d.strftime("%-d %b %Y")))
}

/// The row’s target is missed.
pub(crate) fn misses(r: &Row) -> bool {
    r.state == RowState::Attention && r.reason == "the target is missed"
}

fn of_row(d: &Document, before: Option<&Document>, r: &Row) -> Vec<Notable> {
    let subject = r.subject.as_ref().map_or(d.team.slug.as_str(), |s| s.slug.as_str());
    let made = |kind, words: String, strength| Notable { kind, words, href: format!("/metrics/{}/{subject}", r.metric), strength };
    let mut out = Vec::new();
    if misses(r) {
        let same = |o: &Row| o.metric == r.metric && o.subject == r.subject && misses(o);
        let still = before.is_some_and(|b| b.rows().any(|(_, o)| same(o)));
        let (kind, words) =
            if still { (NotableKind::Still, "still misses its target") } else { (NotableKind::Crossing, "misses its target") };
        let target = if r.target.is_empty() { String::new() } else { format!(" ({})", r.target) };
        out.push(made(kind, format!("{} {words}{target}.", named(r)), 0.0));
    }
    if r.change.judgement.is_some() {
        out.push(made(NotableKind::Change, sentence(r), r.change.strength));
    }
    let values = r.series.iter().flatten().count();
    if r.now.is_some() && r.before.is_none() && values <= 1 && r.state.counts() {
        out.push(made(NotableKind::First, format!("{}: the first value.", named(r)), 0.0));
    }
    if r.state == RowState::Stale {
        // A day, not an age: an agenda is built days before it is read.
        let last = r.now.as_ref().map(|f| day(f.measured_at, &d.zone));
        let words = last.map_or_else(|| r.reason.clone(), |last| format!("no new value since {last}"));
        out.push(made(NotableKind::Stale, format!("{}: {words}.", named(r)), 0.0));
    }
    out
}

/// What a report tells. `before` is the report of the sprint before, if the calendar has one.
#[must_use]
pub fn told(d: &Document, before: Option<&Document>, questions: &[Question]) -> Told {
    let mut notable: Vec<Notable> = d.rows().flat_map(|(_, r)| of_row(d, before, r)).collect();
    let late = d.work.iter().flat_map(|w| &w.actions).filter(|a| a.due_in_days.is_some_and(|n| n < 0));
    notable.extend(late.map(|a| Notable {
        kind: NotableKind::Late,
        words: format!("{}: {}.", a.what.trim_end_matches('.'), late_words(&a.due)),
        href: a.href.clone(),
        strength: 0.0,
    }));
    let open = questions.iter().filter(|q| q.answer.is_none());
    notable.extend(open.map(|q| Notable {
        kind: NotableKind::Question,
        words: q.text.clone(),
        href: format!("/reports/{}/{}", d.team.slug, d.sprint),
        strength: 0.0,
    }));
    // Stable, so that equal ones stay in the report's order.
    notable.sort_by(|a, b| a.kind.cmp(&b.kind).then(b.strength.total_cmp(&a.strength)));
    Told {
        slug: d.team.slug.clone(),
        name: d.team.name.clone(),
        stage: d.stage,
        filled: d.filled,
        automated: d.automated,
        false_alarms: d.expected_false_alarms,
        notable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Changed, Named, Section};

    const DOCUMENT: &str = r#"{"organisation":"","group":{"slug":"","name":""},"team":{"slug":"pay","name":"Payments"},"sprint":22,"dates":"",
        "starts":"1970-01-01T00:00:00Z","ends":"1970-01-01T00:00:00Z","zone":"UTC","stage":"ready","template":1,"lead":"",
        "sections":[],"automated":{"k":0,"n":0},"filled":{"k":1,"n":2},"expected_false_alarms":0.3,"as_of":"1970-01-01T00:00:00Z"}"#;
    const ROW: &str = r#"{"metric":"","version":1,"title":"","unit":"","decimals":0,
        "change":{"text":"","reason":"","strength":0,"false_alarm":0},"series":[1,2],"target":"","state":"pass"}"#;

    fn row(metric: &str, state: RowState, reason: &str) -> Row {
        let plain: Row = serde_json::from_str(ROW).unwrap();
        Row { metric: metric.into(), title: metric.to_uppercase(), state, reason: reason.into(), ..plain }
    }

    fn changed(metric: &str, way: &str, strength: f64) -> Row {
        let change = Changed {
            text: "3 higher".into(),
            judgement: Some(way.into()),
            strength,
            reason: "signal: outside 3 to 6".into(),
            ..Changed::default()
        };
        let figure = r#"{"number":7,"way":"typed","source":"","measured_at":"1970-01-01T00:00:00Z","version":1}"#;
        Row { change, now: serde_json::from_str(figure).unwrap(), ..row(metric, RowState::Attention, "a signal for the worse") }
    }

    fn document(rows: Vec<Row>) -> Document {
        let section = Section { pillar: "cost".into(), title: "Cost".into(), rows, lists: Vec::new() };
        Document { sections: vec![section], ..serde_json::from_str(DOCUMENT).unwrap() }
    }

    #[test]
    fn the_strongest_comes_first_and_leads_to_its_chart() {
        let first: Row =
            serde_json::from_str(&ROW.replace("[1,2]", "[null,2]").replace("\"metric\":\"\"", "\"metric\":\"new\"")).unwrap();
        let figure = r#"{"number":1,"way":"typed","source":"","measured_at":"1970-01-01T00:00:00Z","version":1}"#;
        let first = Row { now: serde_json::from_str(figure).unwrap(), ..first };
        let workload = Named { slug: "ledger".into(), name: "Ledger".into() };
        let missed = Row { subject: Some(workload), ..row("p95", RowState::Attention, "the target is missed") };
        let d = document(vec![
            row("old", RowState::Stale, "9 days old; the agreed limit is 7"),
            changed("small", "better", 0.5),
            first,
            changed("big", "worse", 2.0),
            missed.clone(),
            row("calm", RowState::Pass, ""),
        ]);
        let told = told(&d, None, &[]);
        let said: Vec<(NotableKind, &str, &str)> =
            told.notable.iter().map(|n| (n.kind, n.words.as_str(), n.href.as_str())).collect();
        let wanted = [
            (NotableKind::Crossing, "P95 of Ledger misses its target.", "/metrics/p95/ledger"),
            (NotableKind::Change, "BIG: 7, outside 3 to 6, worse.", "/metrics/big/pay"),
            (NotableKind::Change, "SMALL: 7, outside 3 to 6, better.", "/metrics/small/pay"),
            (NotableKind::First, ": the first value.", "/metrics/new/pay"),
            (NotableKind::Stale, "OLD: 9 days old; the agreed limit is 7.", "/metrics/old/pay"),
        ];
        assert_eq!(said, wanted);
        assert_eq!((told.stage, told.filled.k, told.false_alarms.to_bits()), (Stage::Ready, 1, 0.3f64.to_bits()));
        // What the report before said is still so, and is said last.
        let again = super::told(&document(vec![missed.clone(), changed("big", "worse", 2.0)]), Some(&document(vec![missed])), &[]);
        assert_eq!(again.notable.iter().map(|n| n.kind).collect::<Vec<_>>(), [NotableKind::Change, NotableKind::Still]);
        assert!(again.notable[1].words.contains("still misses its target"));
    }

    #[test]
    fn a_calm_report_tells_nothing_but_open_questions() {
        let ask = |answer: Option<crate::questions::Answer>| Question {
            id: kernel::ids::Id::from_u128(1),
            sprint: 22,
            metric: "calm".into(),
            subject: String::new(),
            text: "Why <so>?".into(),
            by: "Priya".into(),
            at: kernel::time::Time(0),
            answer,
        };
        let answered = crate::questions::Answer { text: "So.".into(), by: "Maya".into(), at: kernel::time::Time(1) };
        let told = told(&document(vec![row("calm", RowState::Pass, "by limits")]), None, &[ask(None), ask(Some(answered))]);
        assert_eq!(told.notable.len(), 1);
        assert_eq!((told.notable[0].kind, told.notable[0].href.as_str()), (NotableKind::Question, "/reports/pay/22"));
    }
}

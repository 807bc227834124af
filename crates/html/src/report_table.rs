//! The table of one section of a report: now, before, change, a few periods, target, state, source.

use maud::{Markup, html};

use crate::figures::{Figure, maybe_figure};
use crate::spark::{Spark, spark};
use crate::state::{State, state, state_as};
use crate::text::bdi;

/// Whether a change is a signal, and which way it points in the sense of the goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Judgement {
    /// A signal for the better.
    Better,
    /// A signal for the worse.
    Worse,
}

/// What changed, in words.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// "243 higher", "no change", "first value", "no new value".
    pub text: String,
    /// Only when the change is a signal.
    pub judged: Option<Judgement>,
    /// The reason below it: "within 352 to 458", "signal: outside 352 to 458".
    pub by: Option<String>,
}

/// Words on a value.
#[derive(Debug, Clone)]
pub struct Note {
    /// What was written.
    pub text: String,
    /// Who wrote it.
    pub author: String,
    /// When, as it is shown: "17 Nov".
    pub when: String,
}

/// One metric in a section.
#[derive(Debug, Clone)]
pub struct ReportRow {
    /// Name of the metric.
    pub name: String,
    /// Page of the metric.
    pub href: Option<String>,
    /// A faint second line: "3 of 43 deployments".
    pub sub: Option<String>,
    /// Value of this period.
    pub now: Option<Figure>,
    /// Value of the period before.
    pub before: Option<Figure>,
    /// What changed.
    pub change: Change,
    /// The last periods; `None` says so in words.
    pub spark: Option<Spark>,
    /// "at most 500", "by limits", "none set".
    pub target: String,
    /// The verdict.
    pub state: State,
    /// Another word for the state, for example "No limits yet".
    pub state_word: Option<String>,
    /// Who typed it or what it was pulled from, and when; see [`source`].
    pub source: Markup,
    /// Notes, below the row.
    pub notes: Vec<Note>,
}

/// A section's table.
#[derive(Debug, Clone, Default)]
pub struct ReportSection {
    /// Name of the table, not shown: "Security metrics".
    pub caption: String,
    /// Heading of the values of this period: "Sprint 22".
    pub now_label: String,
    /// Heading of the values before.
    pub before_label: String,
    /// The rows in the order of the template.
    pub rows: Vec<ReportRow>,
    /// Most digits after the point in any row: narrows the column.
    pub decimals_max: u8,
}

/// Changes that are said plainly and stand out by weight, because there is no number to read.
const WITHOUT_NUMBER: [&str; 2] = ["no change", "first value"];

/// Draws the table of one section.
#[must_use]
pub fn report_table(section: &ReportSection) -> Markup {
    let class = match section.decimals_max {
        0 => "rep stack k0",
        1 => "rep stack k1",
        _ => "rep stack",
    };
    let heads = [
        ("c-m", "Metric"),
        ("num hu c-v", section.now_label.as_str()),
        ("num hu c-p", section.before_label.as_str()),
        ("c-d", "Change"),
        ("c-s", "Six sprints"),
        ("c-t", "Target"),
        ("c-st", "State"),
    ];
    html! {
        table class=(class) role="table" {
            caption.vh { (section.caption) }
            thead role="rowgroup" {
                tr role="row" {
                    @for (class, label) in heads { th scope="col" role="columnheader" class=(class) { (label) } }
                    th scope="col" role="columnheader" { "Source" }
                }
            }
            tbody role="rowgroup" {
                @for row in &section.rows {
                    (value_row(section, row))
                    @for note in &row.notes { (note_row(note)) }
                }
            }
        }
    }
}

fn value_row(section: &ReportSection, row: &ReportRow) -> Markup {
    html! {
        tr role="row" {
            th scope="row" role="rowheader" class="c-m" {
                @match &row.href { Some(href) => a href=(href) { (bdi(&row.name)) }, None => (bdi(&row.name)) }
                @if let Some(sub) = &row.sub { br; " " span.by { (sub) } }
            }
            td role="cell" class="num now c-v" data-l=(section.now_label) { div { (maybe_figure(row.now.as_ref())) } }
            td role="cell" class="num c-p" data-l=(section.before_label) { div { (maybe_figure(row.before.as_ref())) } }
            td role="cell" class="chg c-d" data-l="Change" { div { (change(&row.change)) } }
            td role="cell" class="c-s" {
                @match &row.spark {
                    Some(values) => (spark(values)),
                    None if row.now.is_none() && row.before.is_some() => span.by { "none this sprint" },
                    None => span.by { "none yet" },
                }
            }
            td role="cell" class="c-t" data-l="Target" { div { (row.target) } }
            td role="cell" class="c-st" {
                @match &row.state_word { Some(word) => (state_as(row.state, word)), None => (state(row.state, None)) }
            }
            td role="cell" class="by c-pr" data-l="Source" { div { (row.source) } }
        }
    }
}

/// A change with its judgement and the reason for it. The accent is for the worse only.
#[must_use]
pub fn change(change: &Change) -> Markup {
    html! {
        span {
            @if WITHOUT_NUMBER.contains(&change.text.as_str()) { b { (change.text) } } @else { (change.text) }
            @match change.judged {
                Some(Judgement::Worse) => { ", " b.look { "worse" } },
                Some(Judgement::Better) => { ", " b { "better" } },
                None => {},
            }
            @if let Some(by) = &change.by { span.by { (by) } }
        }
    }
}

/// A note in the row below its value, indented to the value. Never a tooltip.
fn note_row(note: &Note) -> Markup {
    html! { tr.note role="row" { td role="cell" {} td role="cell" colspan="7" { (note_text(note)) } } }
}

/// A note with its author and date.
#[must_use]
pub fn note_text(note: &Note) -> Markup {
    html! { p.note-t { (bdi(&note.text)) " " span.by { (bdi(&note.author)) ", " (note.when) } } }
}

/// Provenance of a value: `by hand`, a person and a time, or the name of a source with what happened and when.
#[must_use]
pub fn source(by_hand: bool, who: &str, when: &str) -> Markup {
    html! { span { @if by_hand { b { "by hand" } ", " } (bdi(who)) br; (when) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> ReportRow {
        ReportRow {
            name: "A & B".into(),
            href: Some("/m".into()),
            sub: None,
            now: Some(Figure::new(655.0, 0, "ms")),
            before: None,
            change: Change { text: "243 higher".into(), judged: Some(Judgement::Worse), by: None },
            spark: None,
            target: "at most 500".into(),
            state: State::Attention,
            state_word: None,
            source: source(true, "Maya", "17 Nov"),
            notes: vec![Note { text: "why".into(), author: "Maya".into(), when: "17 Nov".into() }],
        }
    }

    fn draw(row: ReportRow) -> String {
        let rows = vec![row];
        report_table(&ReportSection { now_label: "Sprint 22".into(), rows, ..ReportSection::default() }).into_string()
    }

    #[test]
    fn worse_takes_the_accent_and_better_does_not() {
        assert!(draw(row()).contains("243 higher, <b class=\"look\">worse</b>"));
        let change = Change { judged: Some(Judgement::Better), ..row().change };
        assert!(draw(ReportRow { change, ..row() }).contains("243 higher, <b>better</b>"));
    }

    #[test]
    fn no_value_is_never_nought() {
        let text = draw(ReportRow { now: None, ..row() });
        assert_eq!(text.matches("no value").count(), 2);
        assert!(text.contains("none yet"));
        let text = draw(ReportRow { now: None, before: Some(Figure::new(1.0, 0, "")), ..row() });
        assert!(text.contains("none this sprint"));
    }

    #[test]
    fn note_follows_its_row() {
        assert!(draw(row()).contains("<tr class=\"note\" role=\"row\"><td role=\"cell\"></td><td role=\"cell\" colspan=\"7\">"));
    }
}

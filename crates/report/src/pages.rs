//! The report as a page, like the mock-up `report.html`.

mod agreed;
mod ahead;
pub mod asked;
pub mod automation;
pub mod entry;
pub mod exemptions;
pub mod lists;
pub mod overview;
pub mod questions;
pub mod shared;
pub mod template;
#[cfg(test)]
mod tests;
pub mod work;

use html::{
    Change, Columns, Figure as Shown, Head, Judgement, Mark, Markup, Note, ReportRow, ReportSection, Spark, State, Tight, columns,
    folded_section, head, html, more, report_table, section,
};
use kernel::time::Time;
use kernel::web::{clock, day};

use crate::document::{Document, Row, RowState, Section, Stage, Words};
use crate::questions::Question;
use crate::rules::{changed_since, section_words};
use crate::{exempt, matrix};

/// What a page knows beyond the document.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The reader may fill it in.
    pub may_fill: bool,
    /// The reader may ask that a row be exempt.
    pub may_exempt: bool,
    /// The reader may raise a concern.
    pub may_raise: bool,
    /// The reader may mark it reviewed.
    pub may_review: bool,
    /// The reader may reopen it.
    pub may_reopen: bool,
    /// The report as it would be today; differs from a frozen one.
    pub today: Option<&'a Document>,
    /// The sprint before, if there is a report of it.
    pub earlier: Option<i64>,
    /// The sprint after.
    pub later: Option<i64>,
    /// Questions about it; they stand beside a frozen report, not in it.
    pub questions: &'a [Question],
    /// What notices still ask of the team; beside the report, not in it.
    pub asked: &'a [crate::asked::AskedNotice],
    /// The digest of a frozen report.
    pub digest: Option<&'a str>,
    /// What the trail calls this report.
    pub proof: &'a str,
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub now: Time,
}

/// The state's glyph and word.
pub fn state_of(state: RowState) -> State {
    match state {
        RowState::Pass => State::Pass,
        RowState::Attention => State::Attention,
        RowState::Unknown => State::Unknown,
        RowState::Stale => State::Stale,
        RowState::NotYet | RowState::NotApplicable => State::NotApplicable,
        RowState::Exempt => State::Exempt,
    }
}

/// The way from a row that asks for attention to a concern of the council, filled in.
fn raise(d: &Document, row: &Row) -> Markup {
    let subject = row.subject.as_ref().map_or(d.team.slug.as_str(), |s| s.slug.as_str());
    html! {
        br; a class="noprint tall" href={ "/council/concerns/new?from=metric:" (row.metric) "/" (subject) } { "raise it to the council" span.vh { ": " (row.title) } }
    }
}

/// A row's path in URLs.
fn metric_href(d: &Document, row: &Row) -> String {
    let subject = row.subject.as_ref().map_or(&d.team.slug, |s| &s.slug);
    format!("/metrics/{}/{subject}", row.metric)
}

fn row_of(d: &Document, row: &Row, n: usize, around: &Around<'_>) -> ReportRow {
    let (asked, now) = (around.questions, around.now);
    let figure = |f: &crate::document::Figure| Shown::new(f.number, row.decimals, &row.unit);
    let judged = match row.change.judgement.as_deref() {
        Some("better") => Some(Judgement::Better),
        Some("worse") => Some(Judgement::Worse),
        _ => None,
    };
    let sub: Vec<String> = [
        row.subject.as_ref().map(|s| s.name.clone()),
        (!row.detail.is_empty()).then(|| row.detail.clone()),
        row.now.as_ref().and_then(|f| Some(format!("{} of {}", html::number(f.numerator?, 0), html::number(f.denominator?, 0)))),
        row.now.as_ref().filter(|f| !f.period.is_empty()).map(|f| f.period.clone()),
        (!row.not_new.is_empty()).then(|| row.not_new.clone()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let known = row.series.iter().flatten().count();
    ReportRow {
        name: row.title.clone(),
        href: Some(metric_href(d, row)),
        sub: (!sub.is_empty()).then(|| sub.join(", ")),
        now: row.now.as_ref().map(figure),
        before: row.before.as_ref().map(figure),
        change: Change {
            text: row.change.text.clone(),
            judged,
            by: (!row.change.reason.is_empty()).then(|| row.change.reason.clone()),
        },
        spark: (known > 1).then(|| Spark {
            id: format!("s{n}"),
            values: row.series.clone(),
            limits: row.limits.as_ref().map(|l| (l.lower, l.upper, l.centre)),
            last: match judged {
                Some(Judgement::Worse) => Mark::Worse,
                Some(Judgement::Better) => Mark::Better,
                None => Mark::Dot,
            },
            ticks: row.marks.iter().map(|m| m.at).collect(),
            title: format!("{}, the last {} periods", row.title, row.series.len()),
            desc: series_words(row),
        }),
        target: if row.reason == "by limits" { "by limits".into() } else { row.target.clone() },
        state: state_of(row.state),
        state_word: match row.state {
            RowState::NotYet => Some("Not yet".into()),
            RowState::NotApplicable => Some("Not appl.".into()),
            RowState::Pass if row.reason == "no limits yet" => Some("No limits yet".into()),
            _ => None,
        },
        source: html! {
            (source(row, &d.zone, now))
            @if around.may_exempt && d.stage != Stage::Reviewed && exempt::may_be_asked(row) { (exemptions::link(d, row)) }
            @if around.may_raise && row.state == RowState::Attention { (raise(d, row)) }
        },
        notes: row
            .note
            .iter()
            .map(|w| Note {
                text: w.text.clone(),
                author: w.by.clone(),
                when: w.at.map(|t| day(t, now, &d.zone)).unwrap_or_default(),
            })
            .chain(exempt::notes(row).into_iter().map(|(text, author, when)| Note { text, author, when }))
            .chain(questions::notes(asked, row, &d.zone, now))
            .collect(),
    }
}

fn series_words(row: &Row) -> String {
    let show = |v: &Option<f64>| v.map_or_else(|| "no value".into(), |x| html::number(x, row.decimals));
    let values: Vec<String> = row.series.iter().map(show).collect();
    let limits = row
        .limits
        .as_ref()
        .map(|l| format!(". Natural limits {} to {}", html::number(l.lower, row.decimals), html::number(l.upper, row.decimals)));
    let back = |at: usize| match row.series.len() - 1 - at {
        0 => "in the last".to_owned(),
        1 => "one before it".to_owned(),
        n => format!("{n} before it"),
    };
    let marks: Vec<String> =
        row.marks.iter().rev().filter(|m| m.at < row.series.len()).map(|m| format!("{} {}", back(m.at), m.words)).collect();
    let marks = if marks.is_empty() { String::new() } else { format!(" Marked: {}.", marks.join("; ")) };
    format!("{} {}{}.{marks}", values.join(", "), row.unit, limits.unwrap_or_default())
}

/// Who typed it or what it was pulled from, and when; or why there is none.
pub fn source(row: &Row, zone: &str, now: Time) -> Markup {
    let Some(f) = &row.now else { return html! { (exempt::short(row)) } };
    let when = clock(f.measured_at, now, zone);
    html! {
        @match f.way.as_str() {
            "typed" => { b { "by hand" } ", " (html::bdi(&f.source)) br; (when) @if f.kept { ", kept" } }
            way => { (html::bdi(&f.source)) br; (way) " " (when) }
        }
        @if row.state == RowState::Stale || !row.reason.is_empty() && row.state == RowState::Unknown { br; (row.reason) }
    }
}

fn table(d: &Document, s: &Section, first: usize, around: &Around<'_>) -> Markup {
    report_table(&ReportSection {
        caption: format!("{} metrics", s.title),
        now_label: format!("Sprint {}", d.sprint),
        before_label: before_label(d, s),
        rows: s.rows.iter().enumerate().map(|(i, r)| row_of(d, r, first + i, around)).collect(),
        decimals_max: s.rows.iter().map(|r| r.decimals).max().unwrap_or(0),
    })
}

/// "Sprint 21" if all values before are of that sprint, else "Before": a month's value, or one from before a gap.
fn before_label(d: &Document, s: &Section) -> String {
    let last = |row: &Row| {
        let n = row.series.len();
        n > 1 && row.series[n - 2].is_some()
    };
    let sprint = |row: &Row| row.before.as_ref().is_none_or(|f| f.period.is_empty() && last(row));
    if s.rows.iter().any(|r| r.before.is_some()) && s.rows.iter().all(sprint) {
        format!("Sprint {}", d.sprint - 1)
    } else {
        "Before".into()
    }
}

fn content(d: &Document, s: &Section, first: usize, around: &Around<'_>) -> Markup {
    let (may_fill, now) = (around.may_fill && d.stage != Stage::Reviewed, around.now);
    html! {
        @if !s.rows.is_empty() { (table(d, s, first, around)) }
        @for b in &s.lists { (lists::block(d, b, may_fill, now)) }
        @if let Some(m) = d.matrix.as_ref().filter(|m| m.pillar == s.pillar) { (agreed::matrix_block(d, m, may_fill)) }
    }
}

fn sections(d: &Document, around: &Around<'_>) -> Markup {
    let mut n = 0;
    html! {
        @for (i, s) in d.sections.iter().enumerate() {
            @let first = { let first = n; n += s.rows.len(); first };
            @let last = i + 1 == d.sections.len();
            @let (words, quiet) = section_words(s);
            @let folds = quiet && d.matrix.as_ref().is_none_or(|m| m.pillar != s.pillar || matrix::whole(m));
            @if folds {
                (folded_section(&s.pillar, &s.title, html! { (words) }, Tight(true), words.trim_end_matches('.'), html! { (content(d, s, first, around)) @if last { (by_chance(d)) } }))
            } @else {
                (section(&s.pillar, &s.title, Some(html! { (words) }), Tight(true), html! { (content(d, s, first, around)) @if last { (by_chance(d)) } }))
            }
        }
    }
}

/// How many of the signals above mean nothing.
fn by_chance(d: &Document) -> Markup {
    html! {
        @if d.expected_false_alarms >= 0.05 {
            (more(html! { "With this many rows, about " (html::number(d.expected_false_alarms, 1)) " signals are to be expected by chance alone." }))
        }
    }
}

fn said(words: Option<&Words>, none: &str, zone: &str, now: Time) -> Markup {
    html! {
        @match words {
            Some(w) => {
                p.say { (html::bdi(&w.text)) }
                p.by { (html::bdi(&w.by)) @if let Some(at) = w.at { ", " (day(at, now, zone)) } }
            }
            None => p.small.mute { (none) },
        }
    }
}

fn win(d: &Document, now: Time) -> Markup {
    html! {
        @match &d.win {
            Some(w) => (html::wins(&[(w.text.clone(), html! { (html::bdi(&w.by)) @if let Some(at) = w.at { ", " (day(at, now, &d.zone)) } })])),
            None => p.small.mute { "No win was written." },
        }
    }
}

/// The lead and facts, then sections, words, and what may be done next.
pub fn report(d: &Document, around: &Around<'_>) -> Markup {
    let here = format!("/reports/{}/{}", d.team.slug, d.sprint);
    let stage = html! {
        @match (&d.stage, &d.ready, &d.reviewed) {
            (Stage::Reviewed, _, Some(by)) => { b { "Reviewed" } " by " (html::bdi(&by.name)) ", " (clock(by.at, around.now, &d.zone))
                @if let Some(digest) = around.digest {
                    br; a href={ "/trail?kind=report&id=" (around.proof) } { "proved by the trail" } ", digest " span.by { (digest.get(..12).unwrap_or(digest)) "…" }
                }
            }
            (Stage::Ready, Some(by), _) => { b { "Ready" } " since " (clock(by.at, around.now, &d.zone)) }
            _ => { b { "Draft" } ", " (d.filled.k) " of " (d.filled.n) " values" }
        }
        @if around.may_fill && d.stage != Stage::Reviewed {
            br; a.noprint href={ (here) "/entry" } data-edit { @if d.stage == Stage::Ready { "Edit until the review" } @else { "Fill it in" } }
        }
    };
    let mut facts = vec![("Report".to_owned(), stage)];
    if let Some(by) = &d.ready {
        facts.push(("Prepared by".into(), html::bdi(&by.name)));
    }
    facts.push(("Automated".into(), automation::fact(d)));
    if around.earlier.is_some() || around.later.is_some() {
        facts.push((
            "Compare".into(),
            html! {
                @if let Some(n) = around.earlier { a href={ "/reports/" (d.team.slug) "/" (n) } { "Sprint " (n) } }
                @if around.earlier.is_some() && around.later.is_some() { ", " }
                @if let Some(n) = around.later { a href={ "/reports/" (d.team.slug) "/" (n) } { "Sprint " (n) } }
            },
        ));
    }
    let open = around.questions.iter().filter(|q| q.answer.is_none()).count();
    facts.push((
        "Questions".into(),
        html! {
            @if around.questions.is_empty() {
                "none" span.noprint { "; " a href={ (here) "/questions" } { "ask about a number" } }
            } @else {
                a href={ (here) "/questions" } { (open) " open of " (around.questions.len()) }
            }
        },
    ));
    html! {
        (head(Head {
            kicker: vec![
                (d.group.name.clone(), Some(format!("/overview/{}", d.group.slug))),
                (d.team.name.clone(), Some(format!("/teams/{}", d.team.slug))),
                (format!("Sprint {}, {}", d.sprint, d.dates), None),
            ],
            title: d.team.name.clone(),
            lead: html! { (d.lead) },
            facts,
        }))
        @if let Some(today) = around.today { (since(d, today)) }
        @if d.sections.is_empty() {
            (section("none", "No template yet", None, Tight(true),
                html::empty("What the group agrees to look at every sprint will stand here, pillar by pillar.", Some(("Agree a template", &format!("/groups/{}/template", d.group.slug))))))
        }
        (sections(d, around))
        (agreed::standards_section(d))
        (agreed::happened_section(d, around.now))
        (asked::asked_section(around.asked, around.now))
        (work::work_section(d, around.now))
        (section("words", "Wins and one ask", None, Tight(true), columns(Columns::Even, &[
            win(d, around.now),
            html! { h3 { "Our ask to the group" } (said(d.ask.as_ref(), "None was written.", &d.zone, around.now)) },
        ])))
        @if d.learnings.is_some() {
            (section("learnings", "Learnings", None, Tight(true), said(d.learnings.as_ref(), "", &d.zone, around.now)))
        }
        (next(d, around, &here))
    }
}

/// "3 values changed since": what a frozen report would say today.
fn since(frozen: &Document, today: &Document) -> Markup {
    let changed = changed_since(frozen, today);
    html! {
        @if !changed.is_empty() {
            (section("since", "Changed since", Some(html! { "This report is frozen. Corrected values change later charts, not this page." }), Tight(true), html! {
                p.say { (html::capital(&html::count_word(changed.len()))) " " (html::plural(changed.len(), "value", "values")) " changed since the review." }
                ul.ruled {
                    @for (old, new) in &changed {
                        @let show = |r: Option<&Row>| r.and_then(|r| r.now.as_ref()).map_or("no value".to_owned(), |f| html::with_unit(f.number, old.decimals, &old.unit));
                        li { (old.title) ": " (show(Some(old))) ", now " (show(*new)) }
                    }
                }
            }))
        }
    }
}

fn next(d: &Document, around: &Around<'_>, here: &str) -> Markup {
    html! {
        @if d.stage == Stage::Ready && (around.may_review || around.may_reopen) {
            div.noprint { (section("next", "Next", None, Tight(true), html! {
                div.btns {
                    @if around.may_review {
                        (html::form(&format!("{here}/review"), around.csrf, html! {
                            button.btn.primary type="submit" { "Mark the report reviewed" }
                        }))
                    }
                    @if around.may_reopen {
                        (html::form(&format!("{here}/reopening"), around.csrf, html! {
                            button.btn type="submit" { "Reopen it" }
                        }))
                    }
                }
                (more(html! { "Reviewed, the report is frozen as one document and its digest is written to the trail." }))
            })) }
        }
    }
}

//! The entry form, like the mock-up `entry.html`: rows that are typed by hand, words, and what came in by itself.

use html::{
    Cell, Column, Columns, EntryRow, Field, FieldKind, Figure, Head, Markup, Table, Tight, columns, entry_row, field, head, html,
    section, table,
};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::{Form, clock};
use metrics::definition::PeriodKind;
use metrics::value::NewValue;

use crate::acts::Entry;
use crate::document::{Row, RowState};
use crate::pages::state_of;

/// The id of a row's field: metric and subject, which never contain a dot.
pub fn field_id(row: &Row, team: &str) -> String {
    format!("v.{}.{}", row.metric, row.subject.as_ref().map_or(team, |s| s.slug.as_str()))
}

/// True for rows that somebody types: of this sprint, and not pulled or pushed.
pub fn by_hand(entry: &Entry, row: &Row) -> bool {
    let sprint = entry.definitions.get(&row.metric).is_some_and(|d| d.period == PeriodKind::Sprint);
    let automatic = |f: &crate::document::Figure| f.way != "typed";
    sprint
        && row.state != RowState::NotYet
        && !row.now.as_ref().is_some_and(automatic)
        && !(row.now.is_none() && row.before.as_ref().is_some_and(automatic))
}

/// A number as people type it: a comma or a point before decimals, spaces between thousands, a trailing unit.
///
/// # Errors
/// What is wrong, with the way to write it.
pub fn read_number(text: &str, unit: &str) -> Result<f64, String> {
    let mut plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\u{2009}' && *c != '\u{202f}').collect();
    plain = plain.replace('\u{2212}', "-");
    if !unit.is_empty()
        && let Some(rest) = plain.strip_suffix(&unit.replace(' ', ""))
    {
        plain = rest.to_owned();
    }
    if plain.contains(',') && plain.contains('.') {
        return Err(format!("“{text}” has a comma and a point. Write 1234.5."));
    }
    let shape = plain.replace(',', ".");
    let good = !shape.is_empty() && shape.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
    match shape.parse::<f64>() {
        Ok(n) if good && n.is_finite() => Ok(n),
        _ => Err(format!("“{}” is no number. Write it like 1234.5.", text.chars().take(40).collect::<String>())),
    }
}

/// What a sent form asks to store: values with the field they came from, or the faults of reading them.
pub fn read(entry: &Entry, form: &Form) -> (Vec<(String, NewValue)>, Vec<Fault>) {
    let (mut values, mut faults) = (Vec::new(), Vec::new());
    let d = &entry.document;
    let kept: Vec<&str> = form.all("keep");
    let all = form.opt("all-kept").is_some();
    for row in d.sections.iter().flat_map(|s| &s.rows).filter(|r| by_hand(entry, r)) {
        let id = field_id(row, &d.team.slug);
        let text = form.get(&id).trim();
        let note = form.get(&format!("{id}-n")).trim();
        let keep = kept.contains(&id.as_str()) || (all && text.is_empty() && row.now.is_none());
        let number = match (text, keep, &row.before) {
            ("", true, Some(before)) => before.number,
            ("", true, None) => {
                faults.push(Fault::new(&id, format!("{} has no earlier value to keep. Type one.", row.title)));
                continue;
            }
            ("", false, _) => continue,
            (text, _, _) => match read_number(text, &row.unit) {
                Ok(n) => n,
                Err(message) => {
                    faults.push(Fault::new(&id, message));
                    continue;
                }
            },
        };
        let same = row.now.as_ref().is_some_and(|f| f.number.to_bits() == number.to_bits() && !keep);
        let old_note = row.note.as_ref().map_or("", |n| n.text.as_str());
        if same && note == old_note {
            continue;
        }
        values.push((
            id,
            NewValue {
                metric: row.metric.clone(),
                subject: row.subject.as_ref().map_or(&d.team.slug, |s| &s.slug).clone(),
                period: d.sprint.to_string(),
                number: Some(number),
                numerator: None,
                denominator: None,
                unit: None,
                note: (!note.is_empty()).then(|| note.to_owned()),
                kept: keep,
            },
        ));
    }
    (values, faults)
}

fn entry_of(entry: &Entry, row: &Row, sent: Option<&Form>, faults: &[Fault]) -> EntryRow {
    let d = &entry.document;
    let id = field_id(row, &d.team.slug);
    let plain = |n: f64| format!("{n:.*}", usize::from(row.decimals));
    let last = row.before.as_ref().map(|f| plain(f.number));
    let stored = row.now.as_ref().map(|f| plain(f.number)).unwrap_or_default();
    let note = row.note.as_ref().map(|n| n.text.clone()).unwrap_or_default();
    let (value, note) = match sent {
        Some(form) => (form.get(&id).to_owned(), form.opt(&format!("{id}-n")).map_or(note, str::to_owned)),
        None => (stored, note),
    };
    let error = faults.iter().find(|f| f.at == id).map(|f| f.message.clone());
    EntryRow {
        name: match &row.subject {
            Some(s) => format!("{}, {}", row.title, s.name),
            None => row.title.clone(),
        },
        hint: (!row.detail.is_empty()).then(|| row.detail.clone()),
        unit: row.unit.clone(),
        value,
        placeholder: last.clone().unwrap_or_default(),
        last_text: last,
        kept: row.now.as_ref().is_some_and(|f| f.kept),
        automate_hint: Some(if row.could_come_from.is_empty() {
            html! { "By hand. Nobody has named a source that could replace the typing." }
        } else {
            html! { "By hand. " (row.could_come_from) }
        }),
        error,
        note_open: !note.is_empty(),
        note,
        id,
    }
}

fn words_field(entry: &Entry, sent: Option<&Form>, kind: &'static str, label: &str, hint: &str, faults: &[Fault]) -> Markup {
    let stored = entry.words.iter().find(|(k, _, _)| k == kind);
    let text =
        sent.and_then(|f| f.opt(kind)).map_or_else(|| stored.map(|(_, w, _)| w.text.clone()).unwrap_or_default(), str::to_owned);
    let version = stored.map_or(0, |(_, _, v)| *v);
    let version = sent.map_or_else(|| version.to_string(), |f| f.get(&format!("{kind}-version")).to_owned());
    let error = faults.iter().find(|f| f.at == kind).map(|f| f.message.as_str());
    html! {
        (field(&Field { id: kind, label, hint: Some(hint), value: &text, kind: FieldKind::Textarea(3), error, ..Field::default() }))
        input type="hidden" name={ (kind) "-version" } value=(version);
    }
}

/// What the page shows beside the stored state.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sent<'a> {
    /// The form as it was sent, when it was refused.
    pub form: Option<&'a Form>,
    /// Why it was refused.
    pub faults: &'a [Fault],
    /// "Saved", after it was taken.
    pub saved: bool,
}

/// The whole form.
pub fn page(entry: &Entry, sent: &Sent<'_>, csrf: &str, now: Time) -> Markup {
    let d = &entry.document;
    let here = format!("/reports/{}/{}", d.team.slug, d.sprint);
    let hand: Vec<(&str, Vec<&Row>)> = d
        .sections
        .iter()
        .map(|s| (s.title.as_str(), s.rows.iter().filter(|r| by_hand(entry, r)).collect::<Vec<_>>()))
        .filter(|(_, rows)| !rows.is_empty())
        .collect();
    let typed = hand.iter().flat_map(|(_, rows)| rows).count();
    let open = hand.iter().flat_map(|(_, rows)| rows).filter(|r| r.now.is_none()).count();
    let automatic: Vec<&Row> = d.sections.iter().flat_map(|s| &s.rows).filter(|r| !by_hand(entry, r)).collect();
    let arrived = automatic.iter().filter(|r| r.now.is_some()).count();
    let title = match typed {
        0 => "Two sentences".to_owned(),
        n => format!("{} {}, two sentences", html::capital(&html::count_word(n)), html::plural(n, "value", "values")),
    };
    let facts = vec![
        ("By hand".to_owned(), html! { b { (typed - open) " of " (typed) " filled" } @if open > 0 { ", " (open) " open" } }),
        ("Pulled or pushed".into(), html! { (arrived) " of " (automatic.len()) }),
        ("Saved".into(), html! { @if sent.saved { "just now" } @else { "with every save" } }),
    ];
    let summary: Vec<(String, String)> = sent.faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect();
    html! {
        (head(Head {
            kicker: vec![
                (d.group.name.clone(), Some(format!("/overview/{}", d.group.slug))),
                (d.team.name.clone(), Some(here.clone())),
                (format!("Sprint {}, {}", d.sprint, d.dates), None),
            ],
            title,
            lead: html! { "The grey figure in each field is last sprint’s. Type the new one, or press the button beside it to say that it still holds." },
            facts,
        }))
        (html::form(&format!("{here}/entry"), csrf, html! {
            @if !summary.is_empty() { (html::alert(summary)) div.sub {} }
            @for (title, rows) in &hand {
                (section(&html::slug(title), title, Some(html! { (rows.len()) " by hand" }), Tight(true), html! {
                    @for row in rows { (entry_row(&entry_of(entry, row, sent.form, sent.faults))) }
                }))
            }
            (section("words", "In your words", Some(html! { "Each may stay empty, but an empty ask is a lost ask." }), Tight(true), columns(Columns::Even, &[
                words_field(entry, sent.form, "win", "A win", "However small. The review opens with it.", sent.faults),
                words_field(entry, sent.form, "ask", "One ask to the group", "Who should do what with you, by when?", sent.faults),
            ])))
            @if !automatic.is_empty() {
                (section("automatic", "Filled in for you", Some(html! { (arrived) " of " (automatic.len()) " arrived." }), Tight(true), filled(d, &automatic, now)))
            }
            (section("hand-in", "Hand it in", None, Tight(true), html! {
                div.btns {
                    button.btn.primary type="submit" name="act" value="ready" { "Mark the report ready " kbd { "Ctrl Enter" } }
                    button.btn type="submit" name="act" value="save" { "Save the draft" }
                    button.btn type="submit" name="all-kept" value="yes" { "Keep all open values as they were" }
                }
                p.more { "A report stays editable until its review." }
            }))
        }))
    }
}

fn filled(d: &crate::document::Document, rows: &[&Row], now: Time) -> Markup {
    let cells = |row: &&Row| {
        let figure = row.now.as_ref().map(|f| Figure::new(f.number, row.decimals, &row.unit));
        vec![
            Cell::name(&row.title, None),
            Cell::figure(figure.as_ref()),
            Cell::text(row.now.as_ref().map_or("", |f| f.source.as_str())),
            Cell::text(&row.now.as_ref().map_or_else(|| row.reason.clone(), |f| clock(f.measured_at, now, &d.zone))),
            Cell::new(html::state(state_of(row.state), None)),
        ]
    };
    table(&Table {
        caption: "Values collected automatically".into(),
        columns: vec![
            Column::text("Metric"),
            Column::num("Value"),
            Column::text("From"),
            Column::text("When"),
            Column::text("State"),
        ],
        rows: rows.iter().map(cells).collect(),
        class: "auto-row".into(),
        foot: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (text, expected) in [("74", 74.0), ("74,5", 74.5), (" 1 234.5 ", 1234.5), ("−3", -3.0), ("74 %", 74.0), ("0", 0.0)] {
            assert_eq!(read_number(text, "%"), Ok(expected), "{text}");
        }
        for bad in ["", "abc", "1.2.3", "1,234.5", "NaN", "inf", "1e5", "--1", "1-2"] {
            assert!(read_number(bad, "").is_err(), "{bad}");
        }
    }
}

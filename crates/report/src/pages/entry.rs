//! The entry form, like the mock-up `entry.html`: rows that are typed by hand, words, and what came in by itself.

use html::{
    Cell, Column, Columns, EntryRow, Field, FieldKind, Figure, Head, Live, Markup, State, Table, Tight, columns, entry_row, field,
    head, html, section, table,
};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::{Form, clock};

use super::automation::{could_come_from, typed_for};
use crate::automation::{LOOKED_AT, Typed};
use crate::document::{Row, RowState};
use crate::entry::{Entry, by_hand, field_id, plain};

/// The second line of a row, and that no value is wanted while it is exempt.
fn hint(row: &Row) -> Option<String> {
    let parts = [row.detail.clone(), if row.state == RowState::Exempt { crate::exempt::short(row) } else { String::new() }];
    let said: Vec<String> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    (!said.is_empty()).then(|| said.join("; "))
}

fn entry_of(entry: &Entry, row: &Row, sent: Option<&Form>, faults: &[Fault], focus: bool) -> EntryRow {
    let d = &entry.document;
    let id = field_id(row, &d.team.slug);
    let nothing = Typed::default();
    let known = entry.typed.get(&id).unwrap_or(&nothing);
    let plain = |n: f64| plain(n, row.decimals);
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
        hint: hint(row),
        unit: row.unit.clone(),
        value,
        placeholder: last.clone().unwrap_or_default(),
        last_text: last,
        kept: row.now.as_ref().is_some_and(|f| f.kept),
        automate_hint: Some(html! {
            "By hand" (typed_for(known.typed_for, LOOKED_AT)) ". "
            (could_come_from(&row.metric, &row.could_come_from, entry.may_define))
        }),
        undo: known.offer.as_ref().filter(|_| error.is_none()).map(|o| html::Undo {
            value: format!("{id}={}", o.entry),
            button: format!("Take {} back", plain(o.number)),
            then: match o.restores {
                Some(n) => format!("{} counts again, by {}", plain(n), o.by),
                None => "the field is open again".into(),
            },
        }),
        focus,
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
    let error = faults.iter().find(|f| f.at == kind).map(|f| f.message.as_str());
    // Refused because of somebody else's words, which are shown: sent again, these are meant to take their place.
    let version = match (sent, error) {
        (Some(f), None) => f.get(&format!("{kind}-version")).to_owned(),
        _ => version.to_string(),
    };
    let was = sent.map_or_else(|| text.clone(), |f| f.get(&format!("{kind}-was")).to_owned());
    html! {
        div data-row=(kind) {
            (field(&Field { id: kind, label, hint: Some(hint), value: &text, kind: FieldKind::Textarea(3), error, ..Field::default() }))
            input type="hidden" name={ (kind) "-version" } value=(version);
            input type="hidden" name={ (kind) "-was" } value=(was);
        }
    }
}

/// What the page shows beside the stored state.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sent<'a> {
    /// The form as it was sent, when it was refused.
    pub form: Option<&'a Form>,
    /// Why it was refused.
    pub faults: &'a [Fault],
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
    let open = hand.iter().flat_map(|(_, rows)| rows).filter(|r| r.now.is_none() && r.state.counts()).count();
    // Without the script, Enter sends the form; then the page opens at the next value that is missing.
    let first = hand.iter().flat_map(|(_, rows)| rows).find(|r| r.now.is_none()).map(|r| field_id(r, &d.team.slug));
    let first = first.filter(|_| sent.faults.is_empty());
    let automatic: Vec<&Row> = d.sections.iter().flat_map(|s| &s.rows).filter(|r| !by_hand(entry, r)).collect();
    let arrived = automatic.iter().filter(|r| r.now.is_some()).count();
    let expected = automatic.iter().filter(|r| r.now.is_some() || r.state.counts()).count();
    let title = match typed {
        0 => "Two sentences".to_owned(),
        n => format!("{} {}, two sentences", html::capital(&html::count_word(n)), html::plural(n, "value", "values")),
    };
    let wrong = sent.faults.len();
    let facts = vec![
        (
            "By hand".to_owned(),
            html! {
                b { (typed - open) " of " (typed) " filled" }
                @if wrong > 0 { ", " (html::count_word(wrong)) " to correct" }
                @if open > 0 { ", " (html::count_word(open)) " open" }
            },
        ),
        ("Pulled or pushed".into(), html! { (arrived) " of " (expected) }),
        ("Saved".into(), html! { span data-saved { (saved(&hand, &d.zone, now)) } }),
    ];
    let noun = if sent.faults.iter().all(|f| f.at.starts_with("v.")) { ("value", "values") } else { ("field", "fields") };
    let summary: Vec<(String, String)> = sent.faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect();
    html! {
        (head(Head {
            kicker: vec![
                (d.group.name.clone(), Some(format!("/overview/{}", d.group.slug))),
                (d.team.name.clone(), Some(here.clone())),
                (format!("Sprint {}, {}", d.sprint, d.dates), None),
            ],
            title,
            lead: html! { "The grey figure in each field is last sprint’s. Type the new one, or " kbd { "U" } " to say that it still holds, as the button does." span.js { " Enter moves to the next field." } " Or " a href={ "/values/" (d.team.slug) } { "paste a table" } "." },
            facts,
        }))
        div #entry { (html::live_form(&format!("{here}/entry"), csrf, Live { target: Some("entry"), autosave: true }, html! {
            // Without the script, Enter in a field presses the first button of the form. It must not be "Still 24".
            button.vh type="submit" name="act" value="save" tabindex="-1" aria-hidden="true" { "Save the draft" }
            @if !summary.is_empty() { (html::alert_of(noun, summary)) div.sub {} }
            @for (title, rows) in &hand {
                (section(&html::slug(title), title, Some(html! { (rows.len()) " by hand" }), Tight(true), html! {
                    @for row in rows { (entry_row(&entry_of(entry, row, sent.form, sent.faults, first.as_deref() == Some(field_id(row, &d.team.slug).as_str())))) }
                }))
            }
            (section("words", "In your words", Some(html! { "Each may stay empty, but an empty ask is a lost ask." }), Tight(true), columns(Columns::Even, &[
                words_field(entry, sent.form, "win", "A win", "However small. The review opens with it.", sent.faults),
                words_field(entry, sent.form, "ask", "One ask to the group", "Who should do what with you, by when?", sent.faults),
            ])))
            @if !automatic.is_empty() {
                (section("automatic", "Filled in for you", Some(html! { (arrived) " of " (expected) " arrived." }), Tight(true), filled(d, &automatic, now)))
            }
            (section("hand-in", "Hand it in", None, Tight(true), html! {
                div.btns {
                    button.btn.primary type="submit" name="act" value="ready" { "Mark the report ready " kbd { "Ctrl Enter" } }
                    button.btn type="submit" name="act" value="save" { "Save the draft" }
                    button.btn type="submit" name="all-kept" value="yes" { "Keep all open values as they were" }
                }
                p.more { span.js { "Drafts are saved with every field you leave. " } "A report stays editable until its review." }
            }))
        })) }
    }
}

/// When the newest of the typed values was typed.
fn saved(hand: &[(&str, Vec<&Row>)], zone: &str, now: Time) -> String {
    let typed = hand.iter().flat_map(|(_, rows)| rows).filter_map(|r| r.now.as_ref()).filter(|f| !f.kept);
    typed.map(|f| f.measured_at).max().map_or_else(|| "nothing yet".to_owned(), |at| clock(at, now, zone))
}

/// Whether a value came in, not whether it is good: that is what the report is for.
fn arrived(row: &Row) -> Markup {
    match (row.state, &row.now) {
        (RowState::Stale, _) => html::state(State::Stale, None),
        (_, Some(_)) => html::state_as(State::Pass, "Fresh"),
        (RowState::NotApplicable, None) => html::state(State::NotApplicable, None),
        (RowState::NotYet, None) => html::state_as(State::NotApplicable, "Not yet"),
        (_, None) => html::state_as(State::Unknown, &html::capital(&row.reason)),
    }
}

fn filled(d: &crate::document::Document, rows: &[&Row], now: Time) -> Markup {
    let cells = |row: &&Row| {
        let figure = row.now.as_ref().map(|f| Figure::new(f.number, row.decimals, &row.unit));
        vec![
            Cell::name(&row.title, None),
            Cell::figure(figure.as_ref()),
            Cell::new(html! { @if let Some(f) = &row.now { (html::bdi(&f.source)) } }),
            Cell::text(&row.now.as_ref().map_or_else(String::new, |f| clock(f.measured_at, now, &d.zone))),
            Cell::new(arrived(row)),
        ]
    };
    let most = rows.iter().map(|r| r.decimals).max().unwrap_or(0);
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
        class: ["stack flow auto-row k0", "stack flow auto-row k1"]
            .get(usize::from(most))
            .unwrap_or(&"stack flow auto-row")
            .to_string(),
        foot: None,
    })
}

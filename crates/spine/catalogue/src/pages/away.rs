//! Forms on a thing's edit page that change what becomes of it: hand over, merge, put away, bring back.

use html::{Field, FieldKind, Markup, Tight, field, fields, html, section};

use super::edit::Edit;
use super::error_at;
use crate::rules::SubjectKind;

/// What the forms offer, as (slug, name).
#[derive(Debug, Clone, Copy)]
pub(super) struct Choices<'a> {
    /// Teams that it can be handed over to.
    pub teams: &'a [(&'a str, &'a str)],
    /// Things of its kind that it can be merged into.
    pub others: &'a [(&'a str, &'a str)],
}

impl Edit<'_> {
    fn line(&self, id: &str, label: &str, hint: &str, kind: FieldKind<'_>) -> Markup {
        let value = self.sent.map_or("", |(f, _)| f.get(id));
        field(&Field { id, label, hint: Some(hint), value, kind, error: error_at(self.sent, id), ..Field::default() })
    }
}

/// Every form that fits a thing of this kind.
pub(super) fn forms(kind: SubjectKind, here: &str, archived: bool, c: &Choices<'_>, e: &Edit<'_>) -> Markup {
    html! {
        @if !archived && kind != SubjectKind::Team { (hand_over(kind, here, c, e)) }
        @if !archived && !c.others.is_empty() { (merge(kind, here, c, e)) }
        (away(kind, here, archived, e))
    }
}

fn hand_over(kind: SubjectKind, here: &str, c: &Choices<'_>, e: &Edit<'_>) -> Markup {
    let noun = kind.key();
    let back = [("", "the workload’s team")];
    let teams: Vec<(&str, &str)> =
        if kind == SubjectKind::Service { back.iter().chain(c.teams).copied().collect() } else { c.teams.to_vec() };
    section(
        "hand-over",
        "Hand it over",
        Some(html! { "To another team, from a day on. Who owned it before stays on record." }),
        Tight(true),
        html::form(
            &format!("{here}/owner"),
            e.csrf,
            html! {
                (fields(&[
                    e.line("owner-team", "New owner", "The team that answers from then on.", FieldKind::Select(&teams)),
                    e.line("owner-since", "From", "Like 2026-11-02; today or earlier. Empty means now.", FieldKind::Date),
                    e.line("owner-reason", "Why", "May stay empty.", FieldKind::Text),
                ]))
                div.btns.pane-gap { button.btn type="submit" { "Hand the " (noun) " over" } }
            },
        ),
    )
}

fn merge(kind: SubjectKind, here: &str, c: &Choices<'_>, e: &Edit<'_>) -> Markup {
    let noun = kind.key();
    let keep = e.sent.is_some_and(|(f, _)| !f.get("merge-keep").is_empty());
    let words = match kind {
        SubjectKind::Team => "Its workloads and services go to the other team. Its reports, values and roles stay with it.",
        SubjectKind::Workload => "The other one takes over its services, values and marks, and what it does not say about itself.",
        SubjectKind::Service => "The other one takes over its values, marks, repositories and environments.",
    };
    let mut others = vec![("", "choose one")];
    others.extend(c.others);
    section(
        "merge",
        "Merge it",
        Some(
            html! { "If this is the same as another " (noun) " under a second name. This one is put away and its address leads to the other." },
        ),
        Tight(true),
        html! {
            p.prose { (words) }
            (html::form(&format!("{here}/merge"), e.csrf, html! {
                (fields(&[
                    e.line("merge-into", "The one that stays", "It keeps its name, owner and history.", FieldKind::Select(&others)),
                    e.line("merge-reason", "Why", "Shown on this page.", FieldKind::Text),
                ]))
                @if kind != SubjectKind::Team {
                    div.pane-gap-s { (field(&Field { id: "merge-keep", label: "Where both have a value, keep the one of the one that stays", hint: Some("Otherwise such a merge is refused and the values are named."), kind: FieldKind::Checkbox(keep), ..Field::default() })) }
                }
                div.btns.pane-gap { button.btn type="submit" { "Merge the " (noun) } }
            }))
        },
    )
}

/// Puts away or brings back; neither loses anything, so neither asks twice.
fn away(kind: SubjectKind, here: &str, archived: bool, e: &Edit<'_>) -> Markup {
    let noun = kind.key();
    section(
        "put-away",
        if archived { "Bring it back" } else { "Put it away" },
        None,
        Tight(true),
        html! {
            @if archived {
                p.prose { "This " (noun) " was put away. Brought back, it stands in lists again." }
                (html::form(&format!("{here}/restoration"), e.csrf, html! { div.btns { button.btn type="submit" { "Bring the " (noun) " back" } } }))
            } @else {
                p.prose { "A " (noun) " that is put away leaves all lists. Its reports, values and history stay, and it can be brought back." }
                (html::form(&format!("{here}/archival"), e.csrf, html! {
                    (fields(&[e.line("away-reason", "Why", "Shown on its page.", FieldKind::Text)]))
                    div.btns.pane-gap { button.btn type="submit" { "Put the " (noun) " away" } }
                }))
            }
        },
    )
}

//! What became of a thing, on its page; and the list of everything in the catalogue.

use std::collections::BTreeMap;

use html::{Cell, Column, Head, Markup, State, Table, Tight, bdi, head, html, more, section, state_as, table, views};
use kernel::ids::Id;
use kernel::time::Time;
use kernel::web::day;

use crate::rules::{Entry, History, Owner, Show, Standing, SubjectKind};

/// What a page says about a thing beside what people say about it.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// What became of it.
    pub history: &'a History,
    /// Things that are not in their source any more, and since when.
    pub orphans: &'a BTreeMap<Id, Time>,
    /// The reader's zone.
    pub zone: &'a str,
    /// Now.
    pub now: Time,
}

impl About<'_> {
    fn day(&self, at: Time) -> String {
        day(at, self.now, self.zone)
    }
}

/// The mark of an orphan in a list; nothing for other things.
pub(super) fn mark(a: &About<'_>, id: Id) -> Markup {
    html! { @if let Some(at) = a.orphans.get(&id) { " " (state_as(State::Unknown, "orphaned")) " since " (a.day(*at)) } }
}

/// What needs a hand: the source does not know it any more, or it is part of another one.
pub(super) fn notice(a: &About<'_>, kind: SubjectKind, here: &str, may_change: bool) -> Markup {
    let (h, noun) = (a.history, kind.key());
    let change = |words: &str| html! { @if may_change { a href={ (here) "/edit#" (words) } { "Do it here" } "." } };
    html! {
        @if let Some(into) = &h.merged_into {
            (section("merged", "Merged", None, Tight(false), html! {
                p.prose { "This became part of " a href={ "/" (noun) "s/" (into.slug) } { (bdi(&into.name)) } "." }
            }))
        }
        @if let Some(away) = &h.put_away {
            (section("away", "Put away", None, Tight(false), html! {
                p.prose { "On " (a.day(away.at)) "." @if !away.reason.is_empty() { " " (bdi(&away.reason)) } }
            }))
        } @else if let Some((o, at)) = h.origin.as_ref().and_then(|o| Some((o, o.orphaned_at?))) {
            (section("orphaned", "Orphaned", None, Tight(false), html! {
                p.prose { (state_as(State::Unknown, "Orphaned")) " since " (a.day(at)) ": this " (noun) " is not in its source any more (" (bdi(&o.source)) ", " (bdi(&o.file)) "). Nothing of it was lost." }
                ul.ruled {
                    li { "Renamed there? Merge it into the " (noun) " of the new name. " (change("merge")) }
                    li { "Gone for good? Put it away and say why. " (change("put-away")) }
                    li { "Moved to another file or source? Import that one. The mark goes once an import finds it again." }
                }
            }))
        }
    }
}

fn stretch(a: &About<'_>, o: &Owner) -> String {
    match (o.since, o.until) {
        (None, None) => "from the beginning".into(),
        (None, Some(until)) => format!("until {}", a.day(until)),
        (Some(since), None) => format!("since {}", a.day(since)),
        (Some(since), Some(until)) => format!("{} to {}", a.day(since), a.day(until)),
    }
}

/// Who owned it when, and where it came from.
pub(super) fn past(a: &About<'_>) -> Markup {
    let h = a.history;
    let row = |o: &Owner| {
        let who =
            html! { a href={ "/teams/" (o.slug) } { (bdi(&o.name)) } @if let Some(w) = &o.by_way_of { ", as owner of " (bdi(w)) } };
        vec![Cell::new(who).class("strong"), Cell::text(&stretch(a, o))]
    };
    html! {
        @if !h.owners.is_empty() {
            (section("owners", "Who owned it when", Some(html! { "A report names the team that owned it when the sprint ended." }), Tight(false), table(&Table {
                caption: "Owners".into(),
                columns: vec![Column::text("Team"), Column::text("When")],
                rows: h.owners.iter().map(row).collect(),
                class: "stack flow even".into(),
                foot: None,
            })))
        }
        @if let Some(o) = h.origin.as_ref().filter(|o| o.orphaned_at.is_none()) {
            (section("origin", "Where it comes from", None, Tight(false), html! {
                p.prose { "Imported from " (bdi(&o.source)) ", " (bdi(&o.file)) "." @if o.implied { " The source knows only a component of this name; the workload follows from it." } }
            }))
        }
    }
}

fn standing(e: &Entry, now: Time, zone: &str) -> Markup {
    let mark = match e.standing {
        Standing::InUse => State::Pass,
        Standing::Orphaned => State::Unknown,
        Standing::PutAway | Standing::Merged => State::NotApplicable,
    };
    html! { (state_as(mark, e.standing.word())) @if let Some(at) = e.since { " since " (day(at, now, zone)) } }
}

/// The thing's own page, also if its address leads to another.
fn address(e: &Entry) -> String {
    let itself = if e.standing == Standing::Merged { "?itself=yes" } else { "" };
    format!("/{}s/{}{itself}", e.kind.key(), e.slug)
}

/// What the list of everything shows.
pub struct Everything<'a> {
    /// What is shown, in the fixed order.
    pub entries: &'a [Entry],
    /// What was asked for.
    pub show: Show,
    /// The reader may import.
    pub may_import: bool,
    /// The reader's zone.
    pub zone: &'a str,
    /// Now.
    pub now: Time,
}

/// Everything in the catalogue, with how it stands.
pub fn everything(p: &Everything<'_>) -> Markup {
    let choices = [
        ("In use", "/catalogue", Show::Used),
        ("Orphaned", "/catalogue?show=orphaned", Show::Only(Standing::Orphaned)),
        ("Put away", "/catalogue?show=put_away", Show::Only(Standing::PutAway)),
        ("Merged", "/catalogue?show=merged", Show::Only(Standing::Merged)),
        ("All", "/catalogue?show=all", Show::All),
    ];
    let choices: Vec<(&str, &str, bool)> = choices.iter().map(|(word, href, show)| (*word, *href, *show == p.show)).collect();
    let parts = [
        (SubjectKind::Team, "Teams", "Team", "Group"),
        (SubjectKind::Workload, "Workloads", "Workload", "Team"),
        (SubjectKind::Service, "Services", "Service", "Workload"),
    ];
    html! {
        (head(Head {
            kicker: vec![("Teams".into(), Some("/teams".into()))],
            title: "Catalogue".into(),
            lead: html! { "All teams, workloads and services, in alphabetical order. What is put away or merged stays here with its history." },
            facts: vec![],
        }))
        (section("show", "Show", None, Tight(true), views("Which of them", &choices)))
        @for (kind, title, one, above) in parts {
            @let mine: Vec<&Entry> = p.entries.iter().filter(|e| e.kind == kind).collect();
            (section(&format!("{}s", kind.key()), title, None, Tight(false), html! {
                @if mine.is_empty() {
                    p.say { "None of them." }
                } @else {
                    (table(&Table {
                        caption: title.into(),
                        columns: vec![Column::text(one), Column::text(above), Column::text("How it stands")],
                        rows: mine.iter().map(|e| vec![
                            Cell::name(&e.name, Some(&address(e))).class("strong"),
                            Cell::new(bdi(&e.belongs_to)),
                            Cell::new(standing(e, p.now, p.zone)),
                        ]).collect(),
                        class: "stack flow even".into(),
                        foot: None,
                    }))
                }
            }))
        }
        @if p.may_import { (more(html! { a href="/catalogue/import" { "Import from Backstage or a sheet" } })) }
    }
}

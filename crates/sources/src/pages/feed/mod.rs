//! Pages of feeds: the list, one feed with its runs and what the last one did.

pub mod form;

use html::{
    Cell, Column, FactsLook, Head, Live, Markup, State, Table, Tight, bdi, count_word_capital, facts, head, html, live_form, more,
    plural, section, state_as, table,
};
use kernel::time::Time;
use kernel::web::clock;

use catalogue::plan::Plan;

use crate::rules::{Feed, FeedFrom, FeedOutcome, FeedPreview, FeedRun, Health, KEPT, STEPS, every_words};

/// How a feed does, as glyph and words.
fn health(f: &Feed) -> Markup {
    match (f.health, f.last.as_ref().map(|l| l.outcome)) {
        (Health::New, _) => state_as(State::Planned, "Not run yet"),
        (Health::Running, _) => state_as(State::InSprint, "Running"),
        (Health::Archived, _) => state_as(State::NotApplicable, "Put away"),
        (Health::Failing, Some(FeedOutcome::Empty)) => state_as(State::Attention, "Source is empty"),
        (Health::Failing, _) => html! {
            (state_as(State::Attention, "Fails"))
            @if f.failures > 1 { br; span class="by nb" { (f.failures) " times in a row" } }
        },
        (Health::Good, _) => state_as(State::Pass, "Reads"),
    }
}

/// How a run ended, as glyph and words. The accent is for what fails now, not for a past failure.
fn outcome(o: FeedOutcome) -> Markup {
    match o {
        FeedOutcome::Imported => state_as(State::Pass, "Imported"),
        FeedOutcome::Unchanged => state_as(State::Steady, "Unchanged"),
        FeedOutcome::Empty => state_as(State::Unknown, "Empty"),
        FeedOutcome::Failed => state_as(State::No, "Failed"),
    }
}

fn next(f: &Feed, now: Time, zone: &str) -> String {
    match f.next_run_at {
        _ if f.archived_at.is_some() => "no more".into(),
        None => "when somebody asks".into(),
        Some(at) if at <= now => "at once".into(),
        Some(at) => clock(at, now, zone),
    }
}

fn lead(all: &[Feed]) -> Markup {
    let n = all.len();
    let bad = all.iter().filter(|f| f.health == Health::Failing).count();
    html! {
        (count_word_capital(n)) " " (plural(n, "feed keeps", "feeds keep")) " the catalogue as another program has it. "
        @match bad {
            0 => "None of them fails.",
            k => { (count_word_capital(k)) " " (plural(k, "fails", "fail")) ": the catalogue stays as the last good run left it." }
        }
    }
}

/// All feeds in use, in alphabetical order.
pub fn list(all: &[Feed], may_make: bool, now: Time, zone: &str) -> Markup {
    let rows = all.iter().map(|f| {
        vec![
            Cell::new(html! { a href={ "/feeds/" (f.slug) } { (bdi(&f.name)) } br; span.by { (bdi(&f.from.place())) } }),
            Cell::new(html! { span.nb { (health(f)) } }),
            Cell::new(html! {
                @if let Some(last) = &f.last {
                    span.nb { (clock(last.ended_at, now, zone)) } br; span.by { (last.message) }
                } @else { span.mute { "never" } }
            }),
            Cell::text(&next(f, now, zone)),
        ]
    });
    html! {
        (head(Head {
            kicker: vec![("Catalogue".into(), Some("/catalogue".into()))],
            title: "Feeds".into(),
            lead: html! { @if !all.is_empty() { (lead(all)) } },
            facts: vec![],
        }))
        (section("feeds", "All feeds", Some(html! { "In alphabetical order, always. Each reads one catalogue whole." }), Tight(false), html! {
            @if all.is_empty() {
                (html::empty(
                    "What keeps the catalogue by itself will stand here: the API of a Backstage, or catalogue files in a git repository.",
                    may_make.then_some(("Make the first feed", "/feeds/new")),
                ))
            } @else {
                (table(&Table {
                    caption: "Feeds".into(),
                    columns: vec![
                        Column::text("Feed"), Column::text("State"), Column::text("Last run").class("lab"),
                        Column::text("Next run").class("lab"),
                    ],
                    rows: rows.collect(),
                    class: "stack".into(),
                    foot: None,
                }))
                (more(html! {
                    @if may_make { a href="/feeds/new" { "Make a feed" } " " }
                    a href="/sources" { "Sources of values" }
                }))
            }
        }))
    }
}

/// What a feed's page shows.
#[derive(Clone)]
pub struct FeedPage<'a> {
    /// The feed.
    pub feed: &'a Feed,
    /// Its runs, newest first.
    pub runs: &'a [FeedRun],
    /// What the last run did, if it read everything.
    pub plan: Option<&'a Plan>,
    /// The runs shown begin with the newest.
    pub newest: bool,
    /// Where older runs are.
    pub older: Option<String>,
    /// A look that was asked for.
    pub preview: Option<&'a FeedPreview>,
    /// The reader may run and change it.
    pub may_change: bool,
    /// Token for forms.
    pub csrf: &'a str,
    /// Now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

fn said(p: &FeedPage<'_>) -> Markup {
    let f = p.feed;
    html! {
        @match (f.health, &f.last) {
            (Health::Archived, _) => { "Put away: it runs no more. What came from it stays." }
            (Health::New, _) => { "It has not run yet. Look first: that stores nothing." }
            (_, Some(last)) if last.outcome.is_bad() => {
                "The last run imported nothing. "
                @match f.good_at {
                    Some(at) => { "The last good one ended " (clock(at, p.now, p.zone)) "." }
                    None => "It has not had a good run yet.",
                }
            }
            (_, Some(last)) => (last.message),
            _ => "It runs for the first time.",
        }
    }
}

/// One feed.
pub fn feed(p: &FeedPage<'_>) -> Markup {
    let f = p.feed;
    html! {
        (head(Head {
            kicker: vec![("Catalogue".into(), Some("/catalogue".into())), ("Feeds".into(), Some("/feeds".into()))],
            title: f.name.clone(),
            lead: said(p),
            facts: times(p),
        }))
        (section("now", "Now", Some(html! { "Looking first stores nothing." }), Tight(false), now(p)))
        // One place for both, so that a look takes the place of what the last run did.
        div id="looked" {
            @if let Some(preview) = p.preview { (looked(preview)) }
            @else if let (true, Some(plan), Some(run)) = (p.newest, p.plan.filter(|plan| tells(plan)), p.runs.first()) {
                (section("last", "Last run", Some(html! { "At most " (STEPS) " things of it are kept." }), Tight(false), html! {
                    p { (outcome(run.outcome)) ", " (clock(run.ended_at, p.now, p.zone)) }
                    p class="prose pane-gap-s" { (run.message) }
                }))
                (catalogue::pages::import::shown(plan))
            }
        }
        (section("runs", "Runs", Some(html! { "Newest first. The last " (KEPT) " are kept." }), Tight(false), runs(p)))
        (section("reads", "What it reads", Some(html! { "Version " (f.version) ", made by " (bdi(&f.made_by)) "." }), Tight(false), html! {
            (facts(FactsLook::Wide, &reads(f)))
            @if p.may_change && f.health != Health::Archived {
                (more(html! { a href={ "/feeds/" (f.slug) "/change" } { "Change the feed, or put it away" } }))
            }
        }))
    }
}

fn times(p: &FeedPage<'_>) -> Vec<(String, Markup)> {
    let f = p.feed;
    let last = html! { @match &f.last { Some(l) => (clock(l.ended_at, p.now, p.zone)), None => "never" } };
    match f.every_minutes {
        None => vec![("Runs".into(), html! { (next(f, p.now, p.zone)) }), ("Last run".into(), last)],
        Some(m) => vec![
            ("Runs".into(), html! { (every_words(m)) }),
            ("Last run".into(), last),
            ("Next run".into(), html! { (next(f, p.now, p.zone)) }),
        ],
    }
}

/// Whether there is more to show than what stays as it is.
fn tells(plan: &Plan) -> bool {
    !plan.steps.is_empty() || !plan.refused.is_empty()
}

fn now(p: &FeedPage<'_>) -> Markup {
    let f = p.feed;
    let empty = f.last.as_ref().is_some_and(|l| l.outcome == FeedOutcome::Empty) && f.health == Health::Failing;
    html! {
        p { (health(f)) }
        @if let (Health::Failing, Some(last)) = (f.health, &f.last) { p class="prose pane-gap-s" { (last.message) } }
        @if let Some(since) = f.running_since { p class="prose pane-gap-s" { "It runs since " (clock(since, p.now, p.zone)) "." } }
        @if p.may_change && f.health != Health::Archived {
            div class="btns pane-gap-s" {
                (live_form(&format!("/feeds/{}/preview", f.slug), p.csrf, Live { target: Some("looked"), autosave: false }, html! {
                    button class="btn primary" type="submit" { "Look first" }
                }))
                (html::form(&format!("/feeds/{}/run", f.slug), p.csrf, html! {
                    button.btn type="submit" disabled[f.health == Health::Running] { "Run it now" }
                }))
                @if empty {
                    (html::form(&format!("/feeds/{}/run", f.slug), p.csrf, html! {
                        input type="hidden" name="confirm_empty" value="true";
                        button.btn type="submit" { "It is really empty: mark everything orphaned" }
                    }))
                }
            }
        }
    }
}

/// The answer of a look.
pub fn looked(preview: &FeedPreview) -> Markup {
    html! {
        (section("just-now", "Looked at just now", Some(html! { "Nothing was stored." }), Tight(false), html! {
            p {
                @match preview.outcome {
                    FeedOutcome::Imported => (state_as(State::Planned, "Would be imported")),
                    o => (outcome(o)),
                }
            }
            p class="prose pane-gap-s" { (preview.message) }
        }))
        @if let Some(plan) = &preview.plan { (catalogue::pages::import::shown(plan)) }
    }
}

fn runs(p: &FeedPage<'_>) -> Markup {
    if p.runs.is_empty() {
        return html::empty("Each run will stand here with what it changed, or why it imported nothing.", None);
    }
    let rows = p.runs.iter().map(|r| {
        vec![
            Cell::new(html! {
                span.nb { (clock(r.ended_at, p.now, p.zone)) }
                @if let Some(by) = &r.asked_by { br; span.by { "asked for by " (bdi(by)) } }
            }),
            Cell::new(html! { span.nb { (outcome(r.outcome)) } }),
            Cell::text(&r.message),
        ]
    });
    html! {
        (table(&Table {
            caption: "Runs".into(),
            columns: vec![Column::text("Ended"), Column::text("Outcome"), Column::text("What happened")],
            rows: rows.collect(),
            class: "stack flow".into(),
            foot: None,
        }))
        @if !p.newest || p.older.is_some() {
            (more(html! {
                @if !p.newest { a href={ "/feeds/" (p.feed.slug) "#runs" } { "Newest runs" } " " }
                @if let Some(cursor) = &p.older { a href={ "/feeds/" (p.feed.slug) "?before=" (cursor) "#runs" } { "Older runs" } }
            }))
        }
    }
}

fn reads(f: &Feed) -> Vec<(String, Markup)> {
    let mut out = match &f.from {
        FeedFrom::BackstageApi(a) => vec![
            ("Backstage".to_owned(), html! { code { (a.url) } }),
            ("What".to_owned(), html! { "groups, systems and components" }),
        ],
        FeedFrom::Git(g) => vec![
            ("Repository".to_owned(), html! { code { (g.url) } }),
            ("Revision".to_owned(), html! { @if g.revision.is_empty() { "the default branch" } @else { code { (g.revision) } } }),
            (
                "Files".to_owned(),
                html! {
                    @if g.paths.is_empty() { "every " code { "catalog-info.yaml" } " and " code { "catalog-info.yml" } }
                    @for (i, path) in g.paths.iter().enumerate() { @if i > 0 { br; } code { (path) } }
                },
            ),
        ],
    };
    if let Some(name) = f.from.secret() {
        out.push(("Secret".to_owned(), html! { code { (name) } }));
    }
    if let Some(group) = &f.group {
        out.push(("Teams without a group".to_owned(), html! { "go into " a href={ "/groups/" (group) } { (group) } }));
    }
    if let Some(c) = &f.calendar {
        let text = html! { "first sprint " (c.first_day) ", " (c.sprint_days.unwrap_or(14)) " days, " (c.zone) };
        out.push(("New groups".to_owned(), text));
    }
    let kept = if f.overwrite { "is overwritten" } else { "is kept, and shown" };
    out.push(("Changed here by hand".to_owned(), html! { (kept) }));
    out
}

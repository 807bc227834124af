//! Service tokens: what programs sign in with.

use std::collections::BTreeMap;

use html::{
    Button, Cell, Choice, Column, Field, FieldKind, Head, Markup, Table, Tight, Weight, bdi, button, capital, choices, field,
    fields, form, head, html, section, table,
};
use kernel::web::{Ctx, Scope, day};

use super::{Sent, place_name};
use crate::place::Place;
use crate::rights;
use crate::token::{DAYS, DAYS_DEFAULT, Token};

/// Id of the first box of the form, where faults of the rights stand.
pub(crate) const FIRST_SCOPE: &str = "scope-0";

/// What the page shows.
pub(crate) struct TokensPage<'a> {
    pub(crate) tokens: &'a [Token],
    pub(crate) places: &'a [Place],
    /// Names of makers by their key.
    pub(crate) makers: &'a BTreeMap<String, String>,
    pub(crate) sent: Sent<'a>,
    pub(crate) cx: &'a Ctx,
}

/// The page.
pub(crate) fn tokens(p: &TokensPage<'_>) -> Markup {
    html! {
        (head(Head {
            kicker: vec![("Your account".into(), Some("/account".into()))],
            title: "Service tokens".into(),
            lead: html! { "Programs sign in with a token. It can do no more than whoever made it, and stops when that person loses the right." },
            facts: vec![],
        }))
        (p.sent.summary())
        (section("tokens", "Tokens", Some(html! { "Those that work first. A secret is shown once, when it is made." }), Tight(false), html! {
            @if p.tokens.is_empty() {
                p.prose { "No token yet. A token lets a pipeline push values, or a script read reports." }
            } @else { (list(p)) }
        }))
        (make(p))
    }
}

fn list(p: &TokensPage<'_>) -> Markup {
    let on = |at| day(at, p.cx.now, &p.cx.actor.zone);
    let name = |t: &Token| html! { b { (bdi(&t.name)) } br; " " span.by { code { (t.hint) "…" } } };
    let may = |t: &Token| {
        html! {
            @for (i, s) in t.scopes.iter().enumerate() {
                @if i > 0 { "; " }
                (rights::by_key(&s.right).map_or(s.right.as_str(), |r| r.what)) @if let Some(id) = s.scope { ", " (bdi(&place_name(p.places, id))) }
            }
        }
    };
    let until = |t: &Token| match t.revoked_at {
        Some(at) => format!("revoked {}", on(at)),
        None if t.holds(p.cx.now) => on(t.expires_at),
        None => format!("ran out {}", on(t.expires_at)),
    };
    let by = |t: &Token| match p.makers.get(&t.made_by) {
        Some(name) => bdi(name),
        None => html! { "owner of the data folder" },
    };
    let revoke = |t: &Token| {
        if !t.holds(p.cx.now) {
            return Cell::none();
        }
        let act = button(&Button { label: "Revoke", weight: Weight::Slim, object: Some(&t.name), ..Button::default() });
        Cell::new(form(&format!("/tokens/{}/revocation", t.id), &p.cx.actor.csrf, act))
    };
    let row = |t: &Token| {
        vec![
            Cell::new(name(t)),
            Cell::new(may(t)),
            Cell::new(by(t)),
            Cell::text(&until(t)),
            Cell::text(t.used_day.as_deref().unwrap_or("never")),
            revoke(t),
        ]
    };
    table(&Table {
        caption: "Service tokens".into(),
        columns: vec![
            Column::text("Name"),
            Column::text("May"),
            Column::text("Made by").class("lab"),
            Column::text("Until").class("lab"),
            Column::text("Last used").class("lab"),
            Column::text("Act"),
        ],
        rows: p.tokens.iter().map(row).collect(),
        class: "stack flow".into(),
        foot: None,
    })
}

fn make(p: &TokensPage<'_>) -> Markup {
    let s = p.sent;
    // Somebody with several roles has a right more than once.
    let mut held: Vec<(String, String, String)> = Vec::new();
    for (key, scope) in &p.cx.actor.rights {
        let Some(right) = rights::by_key(key) else { continue };
        let one = match *scope {
            Scope::All => (right.key.to_owned(), capital(right.what), "everywhere".to_owned()),
            Scope::Within(id) => (format!("{}@{id}", right.key), capital(right.what), place_name(p.places, id)),
        };
        if !held.iter().any(|(value, _, _)| *value == one.0) {
            held.push(one);
        }
    }
    let ticked: Vec<&str> = s.0.map(|(f, _)| f.all("scopes")).unwrap_or_default();
    let ids: Vec<String> = (0..held.len()).map(|i| format!("scope-{i}")).collect();
    let boxes: Vec<Choice<'_>> = held
        .iter()
        .zip(&ids)
        .map(|((value, label, place), id)| Choice {
            id,
            name: "scopes",
            value,
            label,
            desc: html! { (bdi(place)) ", " code { (value.split('@').next().unwrap_or("")) } },
            checked: ticked.contains(&value.as_str()),
            many: true,
        })
        .collect();
    let default = DAYS_DEFAULT.to_string();
    let days = format!("1 to {DAYS}.");
    let explain = html! { "Give it what it needs and no more." };
    section(
        "make",
        "Make a token",
        Some(explain),
        Tight(false),
        form(
            "/tokens",
            &p.cx.actor.csrf,
            html! {
                (fields(&[
                    field(&Field { id: "name", label: "What it is for", hint: Some("Such as: values of the nightly job."), value: s.value("name", ""), error: s.error("name"), required: true, ..Field::default() }),
                    field(&Field { id: "days", label: "Days that it holds", hint: Some(&days), value: s.value("days", &default), kind: FieldKind::Decimal, error: s.error("days"), ..Field::default() }),
                ]))
                div.pane-gap {
                    h3 { "What it may do" }
                    @if let Some(error) = s.error(FIRST_SCOPE) { (html::error_line("scopes-e", error)) }
                    (choices("What it may do", &boxes))
                }
                div.btns.pane-gap { button.btn.primary type="submit" { "Make the token" } }
            },
        ),
    )
}

/// The page that shows a new token's secret, once.
pub(crate) fn made(t: &Token, secret: &str, url: &str, cx: &Ctx) -> Markup {
    html! {
        (head(Head {
            kicker: vec![("Service tokens".into(), Some("/tokens".into())), (t.name.clone(), None)],
            title: "Copy the token now".into(),
            lead: html! { "It stands here and nowhere else: the server keeps no copy. If it gets lost, revoke it and make another." },
            facts: vec![
                ("For".into(), bdi(&t.name)),
                ("Holds".into(), html! { "until " (day(t.expires_at, cx.now, &cx.actor.zone)) }),
            ],
        }))
        (section("token", "Token", Some(html! { "Whoever has it can do what it may. Keep it in a file that only the program reads." }), Tight(false), html! {
            p.prose { code { (secret) } }
        }))
        (section("use", "How to use it", None, Tight(false), html! {
            p.prose { "Send it with each request, or give the command line the name of a file that holds it." }
            p.prose { code { "curl -H 'Authorization: Bearer " (t.hint) "…' " (url) "/api/v1/me" } }
            div.btns.pane-gap { a.btn.primary href="/tokens" { "I have copied it" } }
        }))
    }
}

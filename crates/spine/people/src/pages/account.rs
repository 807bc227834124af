//! One's own account.

use html::{
    Button, Cell, Column, Field, FieldKind, Head, Markup, Table, Tight, Weight, bdi, button, field, fields, fields_one, form, head,
    html, section, table,
};
use kernel::ids::Id;
use kernel::web::{Ctx, clock};

use super::{Sent, in_line};
use crate::grant::Grant;
use crate::person::Person;
use crate::place::Place;
use crate::rights;
use crate::session::Session;

/// What the page shows.
pub(crate) struct AccountPage<'a> {
    pub(crate) person: &'a Person,
    pub(crate) roles: &'a [Grant],
    pub(crate) places: &'a [Place],
    /// Open sessions, newest first.
    pub(crate) sessions: &'a [Session],
    /// The session of this browser.
    pub(crate) this: Option<Id>,
    pub(crate) sent: Sent<'a>,
    pub(crate) cx: &'a Ctx,
}

/// The page.
pub(crate) fn account(p: &AccountPage<'_>) -> Markup {
    let roles = in_line(&p.roles.iter().collect::<Vec<_>>(), p.places);
    let also = html! { a href="/people" { "People" } @if p.cx.actor.may_somewhere(&rights::TOKENS) { ", " a href="/tokens" { "service tokens" } } };
    html! {
        (head(Head {
            title: "Your account".into(),
            lead: html! {},
            facts: vec![("You sign in with".into(), bdi(&p.person.mail)), ("Your roles".into(), roles), ("Also".into(), also)],
            ..Head::default()
        }))
        (p.sent.summary())
        (you(p))
        (password(p))
        (sessions(p))
    }
}

fn you(p: &AccountPage<'_>) -> Markup {
    let (s, me) = (p.sent, p.person);
    let version = me.version.to_string();
    section(
        "you",
        "You",
        Some(html! { "Times are shown to you in your zone." }),
        Tight(false),
        form(
            "/account",
            &p.cx.actor.csrf,
            html! {
                input type="hidden" name="version" value=(version);
                (fields(&[
                    field(&Field { id: "name", label: "Name", hint: Some("As it stands beside what you write."), value: s.value("name", &me.name), autocomplete: Some("name"), error: s.error("name"), required: true, ..Field::default() }),
                    field(&Field { id: "zone", label: "Time zone", hint: Some("Such as Europe/London."), value: s.value("zone", &me.zone), error: s.error("zone"), required: true, ..Field::default() }),
                ]))
                div.btns.pane-gap-s { button.btn type="submit" { "Save" } }
                p.more { "The mail address is changed by the platform engineer, because you sign in with it." }
            },
        ),
    )
}

fn password(p: &AccountPage<'_>) -> Markup {
    let s = p.sent;
    let explain = html! { "You stay signed in here and nowhere else." };
    let field_of = |id, label, hint, complete| {
        field(&Field {
            id,
            label,
            hint,
            kind: FieldKind::Password,
            autocomplete: Some(complete),
            error: s.error(id),
            required: true,
            ..Field::default()
        })
    };
    section(
        "password",
        "Password",
        Some(explain),
        Tight(false),
        form(
            "/account/password",
            &p.cx.actor.csrf,
            html! {
                input type="hidden" name="mail" autocomplete="username" value=(p.person.mail);
                (fields_one(&[
                    field_of("current", "Present password", None, "current-password"),
                    field_of("new", "New password", Some("At least 12 characters; a sentence is best."), "new-password"),
                ]))
                div.btns.pane-gap-s { button.btn type="submit" { "Change the password" } }
            },
        ),
    )
}

fn sessions(p: &AccountPage<'_>) -> Markup {
    let zone = &p.cx.actor.zone;
    let at = |time| clock(time, p.cx.now, zone);
    let row = |s: &Session| {
        let end = if p.this == Some(s.id) {
            html! { span.mute { "this browser" } }
        } else {
            let object = format!("the session of {}", at(s.made_at));
            let act = button(&Button { label: "End", weight: Weight::Slim, object: Some(&object), ..Button::default() });
            form(&format!("/account/sessions/{}/end", s.id), &p.cx.actor.csrf, act)
        };
        vec![Cell::text(&at(s.made_at)), Cell::text(&at(s.seen_at)), Cell::text(&at(s.ends())), Cell::new(end)]
    };
    let explain = html! { "Each browser in which you signed in. Times are in " (zone) "." };
    section(
        "sessions",
        "Where you are signed in",
        Some(explain),
        Tight(false),
        table(&Table {
            caption: "Open sessions".into(),
            columns: vec![
                Column::text("Signed in"),
                Column::text("Last used, to the hour").short("Last used").class("lab"),
                Column::text("Ends, if not used").short("Ends").class("lab"),
                Column::text("Act"),
            ],
            rows: p.sessions.iter().map(row).collect(),
            class: "stack flow".into(),
            foot: None,
        }),
    )
}

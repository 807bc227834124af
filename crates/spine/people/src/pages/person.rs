//! One account.

use html::{
    Button, Cell, Column, Field, FieldKind, Head, Markup, Table, Tight, Weight, bdi, button, field, fields, form, head, html,
    section, table,
};
use kernel::web::{Ctx, day};

use super::{Sent, held_for, standing};
use crate::grant::Grant;
use crate::person::{Person, Standing};
use crate::place::Place;
use crate::role::{Role, ScopeKind};

/// What the page shows.
pub(crate) struct PersonPage<'a> {
    pub(crate) person: &'a Person,
    pub(crate) roles: &'a [Grant],
    pub(crate) places: &'a [Place],
    /// Why the account and its role as platform engineer must stay.
    pub(crate) protected: Option<&'a str>,
    pub(crate) may_change: bool,
    pub(crate) sent: Sent<'a>,
    pub(crate) cx: &'a Ctx,
}

/// The page.
pub(crate) fn person(p: &PersonPage<'_>) -> Markup {
    let who = p.person;
    let own = p.cx.actor.person() == Some(who.id);
    html! {
        (head(Head {
            kicker: vec![("People".into(), Some("/people".into()))],
            title: who.name.clone(),
            lead: html! {},
            facts: vec![
                ("Account".into(), html! { (standing(who, p.cx)) @if own { "; this is you, see " a href="/account" { "your account" } } }),
                ("Mail address".into(), bdi(&who.mail)),
                ("Time zone".into(), html! { (who.zone) }),
            ],
        }))
        (p.sent.summary())
        (roles(p))
        @if p.may_change {
            (account(p))
            (link(p))
            (end(p))
        }
    }
}

fn roles(p: &PersonPage<'_>) -> Markup {
    let explain = html! { "Each is held for the organisation, a group, a team or a pillar. Rights are the union of all." };
    let take = |g: &Grant| {
        if p.protected.is_some() && g.role == Role::PlatformEngineer {
            return Cell::new(html! { span.mute { "stays, see below" } });
        }
        let path = format!("/people/{}/roles/{}/revocation", p.person.id, g.id);
        let object = format!("{}, {}", g.role.title(), held_for(g, p.places));
        let act = button(&Button { label: "Take away", weight: Weight::Slim, object: Some(&object), ..Button::default() });
        Cell::new(form(&path, &p.cx.actor.csrf, act))
    };
    let row = |g: &Grant| {
        let mut cells = vec![
            Cell::text(g.role.title()).class("strong"),
            Cell::new(bdi(&held_for(g, p.places))),
            Cell::text(&day(g.granted_at, p.cx.now, &p.cx.actor.zone)),
        ];
        if p.may_change {
            cells.push(take(g));
        }
        cells
    };
    let mut columns = vec![Column::text("Role"), Column::text("For"), Column::text("Since").class("lab")];
    if p.may_change {
        columns.push(Column::text("Act"));
    }
    section(
        "roles",
        "Roles",
        Some(explain),
        Tight(false),
        html! {
            @if p.roles.is_empty() {
                p.prose { "No role yet. Everybody who signs in may read and ask; the rest comes with a role." }
            } @else {
                (table(&Table { caption: "Roles".into(), columns, rows: p.roles.iter().map(row).collect(), class: "stack flow".into(), foot: None }))
            }
            @if p.may_change && p.person.standing() != Standing::Deactivated { div.pane-gap { (give(p)) } }
        },
    )
}

fn give(p: &PersonPage<'_>) -> Markup {
    let s = p.sent;
    let label = |r: &Role| match r.scope() {
        ScopeKind::Organisation => r.title().to_owned(),
        kind => format!("{}, of one {}", r.title(), kind.key()),
    };
    let titles: Vec<String> = Role::ALL.iter().map(label).collect();
    let mut roles = vec![("", "Choose a role")];
    roles.extend(Role::ALL.iter().zip(&titles).map(|(r, t)| (r.key(), t.as_str())));
    let places: Vec<(String, String)> =
        p.places.iter().map(|x| (x.id.to_string(), format!("{}, {}", x.name, x.kind.key()))).collect();
    let mut scopes = vec![("", "the organisation; no group, team or pillar")];
    scopes.extend(places.iter().map(|(id, name)| (id.as_str(), name.as_str())));
    form(
        &format!("/people/{}/roles", p.person.id),
        &p.cx.actor.csrf,
        html! {
            (fields(&[
                field(&Field { id: "role", label: "Give a role", value: s.value("role", ""), kind: FieldKind::Select(&roles), error: s.error("role"), ..Field::default() }),
                field(&Field { id: "scope", label: "For", value: s.value("scope", ""), kind: FieldKind::Select(&scopes), error: s.error("scope"), ..Field::default() }),
            ]))
            div.btns.pane-gap-s { button.btn type="submit" { "Give the role" } }
        },
    )
}

fn account(p: &PersonPage<'_>) -> Markup {
    let (s, who) = (p.sent, p.person);
    let version = who.version.to_string();
    let explain = html! { "The mail address is what the person signs in with." };
    section(
        "account",
        "Name and address",
        Some(explain),
        Tight(false),
        form(
            &format!("/people/{}", who.id),
            &p.cx.actor.csrf,
            html! {
                input type="hidden" name="version" value=(version);
                (fields(&[
                    field(&Field { id: "name", label: "Name", value: s.value("name", &who.name), error: s.error("name"), required: true, ..Field::default() }),
                    field(&Field { id: "mail", label: "Mail address", value: s.value("mail", &who.mail), kind: FieldKind::Email, error: s.error("mail"), required: true, ..Field::default() }),
                    field(&Field { id: "zone", label: "Time zone", value: s.value("zone", &who.zone), error: s.error("zone"), required: true, ..Field::default() }),
                ]))
                div.btns.pane-gap-s { button.btn type="submit" { "Save" } }
            },
        ),
    )
}

fn link(p: &PersonPage<'_>) -> Markup {
    let (words, act) = match p.person.standing() {
        Standing::Deactivated => return html! {},
        Standing::Active => (
            "For somebody who has lost the password. It holds 24 hours and works once. The present password works until the link is used.",
            "Make a link for a new password",
        ),
        Standing::Invited => {
            ("A new invitation for seven days; the link that was given before ends.", "Make a new invitation link")
        }
    };
    section(
        "link",
        "Link",
        None,
        Tight(false),
        html! {
            p.prose { (words) }
            (form(&format!("/people/{}/links", p.person.id), &p.cx.actor.csrf, html! { div.btns.pane-gap-s { button.btn type="submit" { (act) } } }))
        },
    )
}

fn end(p: &PersonPage<'_>) -> Markup {
    let path = |verb: &str| format!("/people/{}/{verb}", p.person.id);
    let act = |verb: &str, label: &str| {
        form(&path(verb), &p.cx.actor.csrf, html! { div.btns.pane-gap-s { button.btn type="submit" { (label) } } })
    };
    html! {
        @if p.person.standing() == Standing::Deactivated {
            (section("standing", "Ended", None, Tight(false), html! {
                p.prose { "Nobody can sign in with this account. It opens again with the roles and the password that it had." }
                (act("reactivation", "Open the account again"))
            }))
        } @else if let Some(why) = p.protected {
            (section("standing", "End the account", None, Tight(false), html! { p.prose { (why) } }))
        } @else {
            (section("standing", "End the account", None, Tight(false), html! {
                p.prose { "Nobody can sign in with it any more; its sessions, links and tokens stop at once. What was done with it stays on record, and it can be opened again." }
                (act("deactivation", "End the account"))
            }))
        }
    }
}

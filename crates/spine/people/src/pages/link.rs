//! Links that were just made: shown once, because the server keeps no copy.

use html::{Cell, Column, Head, Markup, Table, Tight, bdi, head, html, section, table};
use kernel::ids::Id;
use kernel::web::{Ctx, clock};

use crate::code::LinkKind;
use crate::link::Link;

/// For whom a link is.
pub(crate) struct GivenLink {
    /// The account.
    pub(crate) person: Option<Id>,
    /// Name.
    pub(crate) name: String,
    /// Mail address.
    pub(crate) mail: String,
}

/// The page after a link was made for one person.
pub(crate) fn links(given: &[(GivenLink, Link)], cx: &Ctx) -> Markup {
    let Some((to, link)) = given.first() else { return html! {} };
    let does = match link.kind {
        LinkKind::Invitation => "sets the password and signs in",
        LinkKind::Reset => "sets a new password and signs in; earlier sessions end then",
    };
    let account = to.person.map(|id| format!("/people/{id}"));
    html! {
        (head(Head {
            kicker: vec![("People".into(), Some("/people".into())), (to.name.clone(), account.clone())],
            title: "Hand out this link".into(),
            lead: html! { "It stands here and nowhere else: the server keeps no copy. Copy it now and send it to " (bdi(&to.name)) "." },
            facts: vec![
                ("For".into(), html! { (bdi(&to.name)) br; (bdi(&to.mail)) }),
                ("Works".into(), html! { "once, until " (clock(link.expires_at, cx.now, &cx.actor.zone)) }),
                ("Does".into(), html! { (does) }),
            ],
        }))
        (section("link", "Link", Some(html! { "Whoever has it can set the password. Send it where only this person reads." }), Tight(false), html! {
            (address(link))
            @if let Some(href) = &account {
                div.btns.pane-gap {
                    a.btn.primary href={ (href) "#roles" } { "Give a role" }
                    a.btn href="/people" { "Back to people" }
                }
            }
        }))
    }
}

fn address(link: &Link) -> Markup {
    html! { p.prose { code { (link.url.as_deref().unwrap_or("was shown before")) } } }
}

/// Links of several people.
pub(crate) fn several(given: &[(GivenLink, Link)], cx: &Ctx) -> Markup {
    let until = given.first().map(|(_, l)| clock(l.expires_at, cx.now, &cx.actor.zone)).unwrap_or_default();
    let explain = html! { "Each works once, until " (until) ". They stand here and nowhere else: copy them now." };
    section(
        "links",
        "Links",
        Some(explain),
        Tight(false),
        table(&Table {
            caption: "Links by person".into(),
            columns: vec![Column::text("Name"), Column::text("Mail address"), Column::text("Link")],
            rows: given
                .iter()
                .map(|(to, link)| {
                    let href = to.person.map(|id| format!("/people/{id}"));
                    vec![
                        Cell::name(&to.name, href.as_deref()),
                        Cell::new(bdi(&to.mail)),
                        Cell::new(html! { code { (link.url.as_deref().unwrap_or("")) } }),
                    ]
                })
                .collect(),
            class: "stack".into(),
            foot: None,
        }),
    )
}

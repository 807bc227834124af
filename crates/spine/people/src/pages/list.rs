//! All people, in alphabetical order.

use html::{
    Cell, Column, Columns, Field, FieldKind, Head, Markup, Table, Tight, bdi, columns, count_word_capital, disclosure, field,
    fields, form, head, html, more, plural, section, table,
};
use kernel::web::Ctx;

use super::link::{GivenLink, several};
use super::{Sent, in_line, standing};
use crate::csv::{Imported, Line};
use crate::grant::Grant;
use crate::link::Link;
use crate::person::{Person, Standing};
use crate::place::Place;
use crate::role::{Role, ScopeKind};

/// What the page shows.
pub(crate) struct PeoplePage<'a> {
    pub(crate) people: &'a [Person],
    /// Cursor of the following page.
    pub(crate) next: Option<&'a str>,
    /// This is the first page.
    pub(crate) first: bool,
    /// All roles held.
    pub(crate) roles: &'a [Grant],
    pub(crate) places: &'a [Place],
    pub(crate) may_change: bool,
    /// What the file in the form would do.
    pub(crate) looked: Option<&'a Imported>,
    pub(crate) sent: Sent<'a>,
    pub(crate) cx: &'a Ctx,
}

#[derive(PartialEq, Eq)]
enum Form {
    Invite,
    Import,
}

/// The page. A form that was just sent stands above the list, which may be long.
pub(crate) fn people(p: &PeoplePage<'_>) -> Markup {
    let first = match p.sent.0 {
        _ if p.looked.is_some() || p.sent.error("csv").is_some() => Some(Form::Import),
        Some(_) => Some(Form::Invite),
        None => None,
    };
    html! {
        (head(Head {
            title: "People".into(),
            lead: html! { "Who has an account here, and in which roles. What somebody may do follows from the roles." },
            facts: if p.may_change { vec![("Add".into(), html! { a href="#invite" { "one person" } ", or " a href="#import" { "a list" } })] } else { vec![] },
            ..Head::default()
        }))
        (p.sent.summary())
        @match first { Some(Form::Import) => (import(p)), Some(Form::Invite) => (invite(p)), None => {} }
        (section("people", "All people", Some(html! { "In alphabetical order, always." }), Tight(false), html! {
            (list(p))
            @if !p.first || p.next.is_some() {
                (more(html! {
                    @if !p.first { a href="/people" { "From the beginning" } " " }
                    @if let Some(next) = p.next { a href={ "/people?after=" (next) } { "The following people" } }
                }))
            }
        }))
        @if p.may_change {
            @if first != Some(Form::Invite) { (invite(p)) }
            @if first != Some(Form::Import) { (import(p)) }
        } @else {
            (section("ask", "Somebody missing?", None, Tight(false), html! { p.prose { "The platform engineer adds people and gives roles." } }))
        }
    }
}

fn list(p: &PeoplePage<'_>) -> Markup {
    let roles = |person: &Person| {
        let held: Vec<&Grant> = p.roles.iter().filter(|g| g.person == person.id).collect();
        in_line(&held, p.places)
    };
    let stands = |person: &Person| {
        let quiet = person.standing() == Standing::Active;
        Cell::text(&standing(person, p.cx)).class(if quiet { "nb mute" } else { "nb" })
    };
    table(&Table {
        caption: "People".into(),
        columns: vec![Column::text("Name"), Column::text("Mail address"), Column::text("Roles"), Column::text("Account")],
        rows: p
            .people
            .iter()
            .map(|person| {
                vec![
                    Cell::name(&person.name, Some(&format!("/people/{}", person.id))).class("strong"),
                    Cell::new(bdi(&person.mail)),
                    Cell::new(roles(person)),
                    stands(person),
                ]
            })
            .collect(),
        class: "stack flow".into(),
        foot: None,
    })
}

fn invite(p: &PeoplePage<'_>) -> Markup {
    let s = p.sent;
    let explain = html! { "Makes the account and a link, which you hand out. Roles come after that." };
    section(
        "invite",
        "Invite a person",
        Some(explain),
        Tight(false),
        form(
            "/people",
            &p.cx.actor.csrf,
            html! {
                (fields(&[
                    field(&Field { id: "name", label: "Name", value: s.value("name", ""), error: s.error("name"), required: true, ..Field::default() }),
                    field(&Field { id: "mail", label: "Mail address", value: s.value("mail", ""), kind: FieldKind::Email, error: s.error("mail"), required: true, ..Field::default() }),
                    field(&Field { id: "zone", label: "Time zone, if another", value: s.value("zone", ""), placeholder: Some("as the organisation"), error: s.error("zone"), ..Field::default() }),
                ]))
                div.btns.pane-gap { button.btn.primary type="submit" { "Invite" } }
            },
        ),
    )
}

const SAMPLE: &str = "name,mail,role,scope\nMaya Okafor,maya.okafor@example.org,principal-engineer,payments";

fn import(p: &PeoplePage<'_>) -> Markup {
    let s = p.sent;
    let explain = html! { "All of the file or nothing. The same file twice changes nothing." };
    let csv = Field {
        id: "csv",
        label: "People as CSV",
        hint: Some("One person and role in a line, below the line name,mail,role,scope. Role and scope may be empty."),
        value: s.value("csv", ""),
        kind: FieldKind::Textarea(12),
        placeholder: Some(SAMPLE),
        error: s.error("csv"),
        ..Field::default()
    };
    let file = html! {
        (field(&csv))
        div.btns.pane-gap-s {
            @if p.looked.is_some() {
                button.btn.primary type="submit" { "Import it" }
                button.btn type="submit" name="dry_run" value="yes" { "Look again" }
            } @else {
                button.btn type="submit" name="dry_run" value="yes" { "Look first" }
                button.btn type="submit" { "Import" }
            }
        }
    };
    let beside = html! {
        @if let Some(looked) = p.looked { (effect(looked)) } @else {
            h3 { "What the file holds" }
            p.prose { "A person may stand in several lines, one for each role. Whoever has an account already keeps it; the name in the file changes nothing then." }
        }
        (disclosure("Keys of roles, groups and teams", keys(p.places)))
    };
    let parts = [form("/people/import", &p.cx.actor.csrf, file), beside];
    section("import", "Import a list", Some(explain), Tight(false), columns(Columns::Even, &parts))
}

fn keys(places: &[Place]) -> Markup {
    let role = |r: &Role| vec![Cell::new(html! { code { (r.key()) } }), Cell::text(r.title()), Cell::text(&for_what(*r))];
    let mut rows: Vec<Vec<Cell>> = Role::ALL.iter().map(role).collect();
    rows.extend(
        places.iter().map(|p| vec![Cell::new(html! { code { (p.slug) } }), Cell::new(bdi(&p.name)), Cell::text(p.kind.key())]),
    );
    table(&Table {
        caption: "Keys".into(),
        columns: vec![Column::text("Key"), Column::text("Name"), Column::text("Is")],
        rows,
        class: "stack flow".into(),
        foot: None,
    })
}

fn for_what(role: Role) -> String {
    match role.scope() {
        ScopeKind::Organisation => "a role of the organisation; no scope".into(),
        kind => format!("a role for one {}", kind.key()),
    }
}

/// "Three new people, five new roles, two lines that change nothing."
fn sum(done: &Imported) -> String {
    let count = |f: fn(&&Line) -> bool| done.lines.iter().filter(f).count();
    let (people, roles) = (count(|l| l.invited), count(|l| l.granted));
    let nothing = count(|l| !l.invited && !l.granted);
    let mut words = format!(
        "{} new {}, {} new {}",
        count_word_capital(people),
        plural(people, "person", "people"),
        html::count_word(roles),
        plural(roles, "role", "roles")
    );
    if nothing > 0 {
        words += &format!(
            ", {} {}",
            html::count_word(nothing),
            plural(nothing, "line that changes nothing", "lines that change nothing")
        );
    }
    words + "."
}

fn effect(done: &Imported) -> Markup {
    let what = |l: &Line| match (l.invited, l.granted) {
        (true, true) => "invite, with the role",
        (true, false) => "invite",
        (false, true) => "give the role",
        (false, false) => "nothing; it is so already",
    };
    let who = |l: &Line| html! { (bdi(&l.name)) br; " " span.by { (bdi(&l.mail)) } };
    let row = |l: &Line| vec![Cell::new(who(l)), Cell::text(&l.line.to_string()), Cell::text(what(l))];
    let lines = table(&Table {
        caption: "Lines of the file".into(),
        columns: vec![Column::text("Person"), Column::text("Line").class("lab"), Column::text("Would")],
        rows: done.lines.iter().map(row).collect(),
        class: "stack flow".into(),
        foot: None,
    });
    html! {
        h3 { "What the import would do" }
        p.prose { (sum(done)) " Nothing is stored yet." }
        div.pane-gap-s { (lines) }
    }
}

/// The page after an import, with the links of new accounts.
pub(crate) fn imported(done: &Imported, links: &[(GivenLink, Link)], cx: &Ctx) -> Markup {
    html! {
        (head(Head {
            kicker: vec![("People".into(), Some("/people".into()))],
            title: "The list is imported".into(),
            lead: html! { (sum(done)) },
            facts: vec![],
        }))
        @if !links.is_empty() { (several(links, cx)) }
        (section("on", "Go on", None, Tight(false), html! { div.btns { a.btn href="/people" { "All people" } } }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_of_a_file_is_a_sentence() {
        let line =
            |invited, granted| Line { line: 2, person: None, name: "n".into(), mail: "m".into(), invited, granted, link: None };
        let sum = |lines: Vec<Line>| super::sum(&Imported { dry_run: true, lines });
        assert_eq!(sum(vec![line(true, true)]), "One new person, one new role.");
        assert_eq!(
            sum(vec![line(false, false), line(true, false)]),
            "One new person, no new roles, one line that changes nothing."
        );
    }
}

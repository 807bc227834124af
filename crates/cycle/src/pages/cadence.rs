//! What a forum settled about its sessions, and the form that changes it.

use html::{
    Button, Cell, Column, Field, FieldKind, Head, Markup, Table, Tight, Weight, bdi, button, field, head, html, section, table,
};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::{Form, clock};

use crate::agenda::ItemKind;
use crate::cadence::{Cadence, ForumCadence, Rhythm, TeamOrder, WEEKDAYS};
use crate::forum::{Forum, ForumKind};

/// What the page of a forum's settings needs.
pub struct CadencePage<'a> {
    /// Whose they are.
    pub forum: &'a Forum,
    /// What is settled, or proposed.
    pub settled: &'a ForumCadence,
    /// The reader may change it.
    pub may: bool,
    /// The refused form, and what is wrong with it.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Why it could not be stored.
    pub conflict: Option<&'a str>,
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

impl CadencePage<'_> {
    fn value(&self, name: &str, stored: impl ToString) -> String {
        self.sent.and_then(|(form, _)| form.opt(name)).map_or_else(|| stored.to_string(), str::to_owned)
    }

    fn wrong(&self, at: &str) -> Option<&str> {
        self.sent.and_then(|(_, faults)| faults.iter().find(|f| f.at == at)).map(|f| f.message.as_str())
    }

    fn text(&self, name: &str, label: &str, hint: Option<&str>, stored: impl ToString) -> Markup {
        let value = self.value(name, stored);
        field(&Field { id: &id_of(name), name, label, hint, value: &value, error: self.wrong(name), ..Field::default() })
    }

    fn ticked(&self, name: &str, stored: bool) -> bool {
        self.sent.map_or(stored, |(form, _)| !form.get(name).is_empty())
    }
}

/// Dots are no part of an id that a link leads to.
fn id_of(name: &str) -> String {
    name.replace('.', "-")
}

fn rhythm(p: &CadencePage<'_>) -> Markup {
    let (sprint, days, weeks, weekday, from) = match &p.settled.cadence.rhythm {
        Rhythm::Sprint { days_after } => (true, *days_after, 2, "thursday".to_owned(), String::new()),
        Rhythm::Weeks { weeks, weekday, from } => (false, 2, *weeks, weekday.clone(), from.clone()),
    };
    let every = p.value("every", if sprint { "sprint" } else { "weeks" });
    let on = p.value("rhythm.weekday", weekday);
    let days_of_week: Vec<(&str, String)> = WEEKDAYS.iter().map(|d| (*d, html::capital(d))).collect();
    let options: Vec<(&str, &str)> = days_of_week.iter().map(|(k, t)| (*k, t.as_str())).collect();
    html! {
        @if p.forum.kind == ForumKind::Group {
            (field(&Field { id: "every", label: "How often", kind: FieldKind::Select(&[("sprint", "After each sprint"), ("weeks", "Every so many weeks")]), value: &every, error: p.wrong("rhythm"), ..Field::default() }))
            (p.text("rhythm.days_after", "Days after the sprint’s last day", Some("If after each sprint: 1 is the next sprint’s first day."), days))
        } @else { input type="hidden" name="every" value="weeks"; }
        (p.text("rhythm.weeks", "Every how many weeks", Some(if p.forum.kind == ForumKind::Group { "If every so many weeks." } else { "1 to 13." }), weeks))
        (field(&Field { id: "rhythm-weekday", name: "rhythm.weekday", label: "On", kind: FieldKind::Select(&options), value: &on, error: p.wrong("rhythm.weekday"), ..Field::default() }))
        (field(&Field { id: "rhythm-from", name: "rhythm.from", label: "Counted from", kind: FieldKind::Date, value: &p.value("rhythm.from", from), error: p.wrong("rhythm.from"), ..Field::default() }))
    }
}

fn parts(p: &CadencePage<'_>) -> Markup {
    let c = &p.settled.cadence;
    let other = if p.forum.kind == ForumKind::Group { ItemKind::Topic } else { ItemKind::Team };
    let place = |kind: ItemKind| c.agenda.iter().position(|part| part.kind == kind).map(|i| i + 1);
    let mut kinds: Vec<ItemKind> = ItemKind::ALL.into_iter().filter(|k| *k != other).collect();
    kinds.sort_by_key(|k| place(*k).unwrap_or(usize::MAX));
    let row = |kind: &ItemKind| {
        let stored = c.agenda.iter().find(|part| part.kind == *kind);
        let (at, minutes) = (format!("place.{}", kind.key()), format!("minutes.{}", kind.key()));
        let (place, long) = (
            p.value(&at, place(*kind).map_or_else(String::new, |n| n.to_string())),
            p.value(&minutes, stored.map_or(0, |part| part.minutes)),
        );
        let main = matches!(kind, ItemKind::Team | ItemKind::Topic);
        let input = |name: &str, value: &str, label: &str| {
            html! {
                input type="text" inputmode="numeric" id=(id_of(name)) name=(name) value=(value) aria-label={ (label) ": " (kind.title()) };
            }
        };
        vec![
            Cell::text(kind.title()),
            Cell::new(input(&at, &place, "Place")),
            Cell::new(if main {
                html! { "what is left" }
            } else {
                input(&minutes, &long, "Minutes")
            }),
        ]
    };
    html! {
        (table(&Table {
            caption: "Parts of the agenda".into(),
            columns: vec![Column::text("Part"), Column::text("Place").class("lab"), Column::text("Minutes").class("lab")],
            rows: kinds.iter().map(row).collect(),
            class: "stack flow".into(),
            foot: None,
        }))
        p.hint { "Wins come first. A part without a place is left out." }
        @for fault in p.sent.iter().flat_map(|(_, faults)| faults.iter()).filter(|f| f.at.starts_with("agenda")) { (html::error_line(&id_of(&fault.at), &fault.message)) }
    }
}

fn form(p: &CadencePage<'_>) -> Markup {
    let c = &p.settled.cadence;
    let order = p.value("order", if c.order == TeamOrder::Lot { "lot" } else { "rotate" });
    let (weekends, remind) = (p.ticked("quiet.weekends", c.quiet.weekends), p.ticked("remind", c.remind));
    let group = p.forum.kind == ForumKind::Group;
    html::form(
        &format!("{}/settings", p.forum.href()),
        p.csrf,
        html! {
            input type="hidden" name="version" value=(p.settled.version);
            h3 { "When" }
            div.fields {
                (rhythm(p))
                (p.text("time", "Begins at", Some("Such as 10:00."), &c.time))
                (p.text("minutes", "Length in minutes", Some("15 to 480."), c.minutes))
            }
            div.pane-gap { h3 { "Agenda" } (parts(p)) }
            div.pane-gap {
                h3 { @if group { "Slots of teams" } @else { "Slots of topics" } }
                div.fields {
                    (p.text("least", "Least slot in minutes", Some("Below it, it goes by exception."), c.least))
                    (p.text("usual", "Usual slot in minutes", Some("More for what needs more talk, at most twice this."), c.usual))
                    @if group {
                        (field(&Field { id: "order", label: "Order of teams", kind: FieldKind::Select(&[("rotate", "Begins one team later each time"), ("lot", "Drawn by lot, with a seed that can be checked")]), value: &order, error: p.wrong("order"), ..Field::default() }))
                    }
                }
            }
            div.pane-gap {
                h3 { "Reminders" }
                div.fields {
                    (field(&Field { id: "remind", label: "Remind teams whose report is not ready, three days and one day before", kind: FieldKind::Checkbox(remind), ..Field::default() }))
                    (p.text("quiet.from", "Quiet from", None, &c.quiet.from))
                    (p.text("quiet.until", "Quiet until", None, &c.quiet.until))
                    (field(&Field { id: "quiet-weekends", name: "quiet.weekends", label: "Quiet at weekends", kind: FieldKind::Checkbox(weekends), ..Field::default() }))
                }
            }
            div.btns.pane-gap { (button(&Button { label: "Settle it", weight: Weight::Primary, ..Button::default() })) }
        },
    )
}

fn words(c: &Cadence) -> Markup {
    let part = |p: &crate::cadence::Part| match p.minutes {
        0 => p.kind.title().to_owned(),
        n => format!("{}, {n} min", p.kind.title()),
    };
    html::facts(
        html::FactsLook::Wide,
        &[
            ("How often".into(), html! { (html::capital(&c.rhythm.words())) " at " (c.time) }),
            ("Length".into(), html! { (c.minutes) " minutes" }),
            ("Agenda".into(), html! { (c.agenda.iter().map(part).collect::<Vec<_>>().join("; ")) }),
            ("Slots".into(), html! { "at least " (c.least) ", usually " (c.usual) " minutes" }),
            ("Quiet hours".into(), html! { (c.quiet.from) " to " (c.quiet.until) @if c.quiet.weekends { " and weekends" } }),
        ],
    )
}

/// What a forum settled.
pub fn cadence(p: &CadencePage<'_>) -> Markup {
    let s = p.settled;
    html! {
        (head(Head {
            kicker: vec![("Review sessions".into(), Some("/sessions".into())), (p.forum.name.clone(), Some(p.forum.href()))],
            title: "How the sessions are held".into(),
            lead: html! {
                @if s.version == 0 { "Nothing is settled yet; this is a proposal. " }
                "Hours are in " (p.forum.zone) ", so a session keeps its hour when clocks change. Sessions ahead follow what is settled, unless somebody moved or prepared them."
            },
            facts: match s.at {
                Some(at) => vec![("Version".into(), html! { (s.version) }), ("Settled by".into(), html! { (bdi(&s.by)) ", " (clock(at, p.now, p.zone)) })],
                None => Vec::new(),
            },
        }))
        @if let Some(conflict) = p.conflict {
            div.alert role="alert" aria-labelledby="conflict" tabindex="-1" { h2 id="conflict" { "That could not be stored" } p { (bdi(conflict)) } }
        }
        @if let Some((_, faults)) = p.sent { (html::alert(faults.iter().map(|f| (id_of(&f.at), f.message.clone())).collect())) }
        (section("settled", "Settled", None, Tight(false), html! { @if p.may { (form(p)) } @else { (words(&s.cadence)) } }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forum::tests::forum;

    fn draw(f: &Forum, version: i64, may: bool, sent: Option<(&Form, &[Fault])>) -> String {
        let cadence = Cadence::proposed(f.kind, jiff::civil::date(2026, 11, 3));
        let at = (version > 0).then_some(Time(1_795_000_000_000_000));
        let settled = ForumCadence { cadence, version, by: "Ingrid <S>".into(), at };
        let (conflict, now) = (sent.map(|_| "Newer <one>."), Time(1_795_000_200_000_000));
        cadence_of(f, &settled, may, sent, conflict, now)
    }

    fn cadence_of(
        f: &Forum,
        settled: &ForumCadence,
        may: bool,
        sent: Option<(&Form, &[Fault])>,
        conflict: Option<&str>,
        now: Time,
    ) -> String {
        cadence(&CadencePage { forum: f, settled, may, sent, conflict, csrf: "c", now, zone: "UTC" }).into_string()
    }

    #[test]
    fn a_proposal_is_said_to_be_one_and_a_reader_sees_words() {
        let page = draw(&forum(), 0, true, None);
        for part in [
            "this is a proposal",
            "name=\"place.wins\" value=\"1\"",
            "name=\"minutes.notices\" value=\"6\"",
            "what is left",
            "Drawn by lot",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let page = draw(&forum(), 3, false, None);
        assert!(
            page.contains("Ingrid &lt;S&gt;") && page.contains("2 days after each sprint") && !page.contains("<form"),
            "{page}"
        );
        let council = draw(&Forum::council("UTC"), 1, true, None);
        assert!(council.contains("value=\"weeks\"") && !council.contains("place.team\""), "{council}");
    }

    #[test]
    fn a_refused_form_keeps_what_was_typed() {
        let form = Form([("time", "<noon>"), ("place.wins", "9"), ("every", "weeks")].map(|(k, v)| (k.into(), v.into())).to_vec());
        let faults = [Fault::new("time", "No <hour>."), Fault::new("agenda", "Wins <first>.")];
        let page = draw(&forum(), 1, true, Some((&form, &faults)));
        for part in ["value=\"&lt;noon&gt;\"", "name=\"place.wins\" value=\"9\"", "Newer &lt;one&gt;."] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert_eq!((page.matches("No &lt;hour&gt;.").count(), page.matches("Wins &lt;first&gt;.").count()), (2, 2), "{page}");
    }
}

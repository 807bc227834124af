//! The page of a workload's facts.

use html::{
    Button, Cell, Column, Field, FieldKind, Head, Markup, Table, Tight, Weight, bdi, button, field, fields, head, html, section,
    table,
};
use kernel::error::Fault;
use kernel::text::percent;
use kernel::time::Time;
use kernel::web::{Form, clock};

use crate::fact::{Fact, Facts};
use crate::keys::{self, KEYS};

/// What the page needs.
pub struct FactsPage<'a> {
    /// Slug and name of the workload.
    pub workload: (&'a str, &'a str),
    /// Slug and name of its team.
    pub team: (&'a str, &'a str),
    /// The newest of each.
    pub facts: &'a Facts,
    /// The reader may record.
    pub may_write: bool,
    /// A refused form.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

/// The page of a workload's facts.
pub fn facts_page(p: &FactsPage<'_>) -> Markup {
    let n = p.facts.all().count();
    html! {
        (head(Head {
            kicker: vec![
                (p.team.1.to_owned(), Some(format!("/teams/{}", p.team.0))),
                (p.workload.1.to_owned(), Some(format!("/workloads/{}", p.workload.0))),
            ],
            title: "What is known".into(),
            lead: html! { "Facts stand beside what people say in a review. They support it, contradict it or have grown old; they never answer." },
            facts: vec![("Facts".into(), html! { (n) })],
        }))
        @if let Some((_, faults)) = p.sent {
            (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) div.sub {}
        }
        (section("facts", "Facts", Some(html! { "The newest of each. Older ones are kept." }), Tight(false), html! {
            @if n == 0 {
                (html::empty("Nothing is known yet. Pipelines send facts with “bellwether fact push” or POST /api/v1/workloads/…/facts; what covers a critical transaction, adopted standards and the newest values of metrics stand here by themselves.", None))
            } @else {
                (list(p))
            }
        }))
        @if p.may_write { (form(p)) }
    }
}

fn value(f: &Fact) -> Markup {
    let unit = keys::unit(&f.key);
    html! { (bdi(&f.value.to_string())) @if !unit.is_empty() { " " span.mute { (unit) } } }
}

fn observed(f: &Fact, now: Time, zone: &str) -> Markup {
    html! {
        (clock(f.observed_at, now, zone))
        @if let Some(until) = f.valid_until { br; span.small { "until " (clock(until, now, zone)) } }
    }
}

fn from(f: &Fact) -> Cell {
    Cell::new(html! {
        @if f.url.is_empty() { (bdi(&f.source)) } @else { a href=(f.url) rel="noreferrer" { (bdi(&f.source)) } }
        @if !f.by.is_empty() { br; span.small { (bdi(&f.by)) } }
    })
    .class("by")
}

/// What the page of a fact over time needs.
pub struct PastPage<'a> {
    /// Slug and name of the workload.
    pub workload: (&'a str, &'a str),
    /// Slug and name of its team.
    pub team: (&'a str, &'a str),
    /// Key and item.
    pub of: (&'a str, &'a str),
    /// What was recorded, newest first.
    pub facts: &'a [Fact],
    /// Address of the page with older ones.
    pub older: Option<&'a str>,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

/// What was recorded of a fact over time.
pub fn past_page(p: &PastPage<'_>) -> Markup {
    let (key, item) = p.of;
    let row = |f: &Fact| vec![Cell::new(observed(f, p.now, p.zone)).class("nb"), Cell::new(value(f)), from(f)];
    html! {
        (head(Head {
            kicker: vec![
                (p.team.1.to_owned(), Some(format!("/teams/{}", p.team.0))),
                (p.workload.1.to_owned(), Some(format!("/workloads/{}", p.workload.0))),
                ("What is known".into(), Some(format!("/workloads/{}/facts", p.workload.0))),
            ],
            title: keys::title(key),
            lead: html! { "What was recorded" @if !item.is_empty() { " of " (bdi(item)) } ", newest first. The newest counts; none is ever changed." },
            facts: vec![("Key".into(), html! { code { (key) } })],
        }))
        (section("values", "Over time", None, Tight(false), html! {
            @match keys::derived(key) {
                Some(kept) => p.say { (kept) },
                None if p.facts.is_empty() => p.say { "Nothing of the kind was recorded." },
                None => (table(&Table {
                    caption: format!("{} over time", keys::title(key)),
                    columns: vec![Column::text("Observed"), Column::text("Value").class("lab"), Column::text("From")],
                    rows: p.facts.iter().map(row).collect(),
                    class: "stack flow".into(),
                    foot: None,
                })),
            }
            @if let Some(older) = p.older { p.more { a href=(older) { "Older ones" } } }
        }))
    }
}

fn list(p: &FactsPage<'_>) -> Markup {
    let row = |f: &Fact| {
        vec![
            Cell::new(html! {
                b { (bdi(&keys::title(&f.key))) } @if !f.item.is_empty() { ", " (bdi(&f.item)) }
                br; code.small { (f.key) }
            }),
            Cell::new(value(f)),
            Cell::new(html! {
                (observed(f, p.now, p.zone))
                @if keys::derived(&f.key).is_none() {
                    br; a.small href={ "/workloads/" (p.workload.0) "/facts/history?key=" (percent(&f.key)) "&item=" (percent(&f.item)) } {
                        "over time" span.vh { ": " (keys::title(&f.key)) }
                    }
                }
            })
            .class("nb"),
            from(f),
        ]
    };
    table(&Table {
        caption: "Newest facts, by key".into(),
        columns: vec![
            Column::text("Fact"),
            Column::text("Value").class("lab"),
            Column::text("Observed").class("lab"),
            Column::text("From"),
        ],
        rows: p.facts.all().map(row).collect(),
        class: "stack flow".into(),
        foot: None,
    })
}

fn form(p: &FactsPage<'_>) -> Markup {
    let was = |name: &str| p.sent.map_or("", |(f, _)| f.get(name));
    let wrong = |at: &str| p.sent.and_then(|(_, faults)| faults.iter().find(|f| f.at == at)).map(|f| f.message.as_str());
    let keys: Vec<(&str, &str)> = KEYS.iter().filter(|k| keys::derived(k.key).is_none()).map(|k| (k.key, k.title)).collect();
    let text = |id: &'static str, label: &'static str, hint: &'static str| Field {
        id,
        label,
        hint: (!hint.is_empty()).then_some(hint),
        value: was(id),
        error: wrong(id),
        ..Field::default()
    };
    let parts = [
        field(&Field { kind: FieldKind::Select(&keys), ..text("key", "What was observed", "") }),
        field(&text("value", "Value", "yes, no, a number or a word; yes if it took place.")),
        field(&text("item", "Of which", "A service or a check, if there are several. May stay empty.")),
        field(&Field { kind: FieldKind::Date, ..text("observed_at", "Day", "Today if empty.") }),
        field(&text("source", "Who or what observed it", "So that a person can ask there.")),
        field(&text("url", "Where it can be looked up", "https://… May stay empty.")),
    ];
    section(
        "record",
        "Record by hand",
        Some(html! { "A pipeline does this better: it does not forget." }),
        Tight(false),
        html::form(
            &format!("/workloads/{}/facts", p.workload.0),
            p.csrf,
            html! {
                (fields(&parts))
                div.btns.pane-gap { (button(&Button { label: "Record the fact", weight: Weight::Primary, ..Button::default() })) }
            },
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::FactValue;
    use crate::fact::tests::{NOW, fact};

    fn draw(facts: &Facts, may_write: bool, sent: Option<(&Form, &[Fault])>) -> String {
        let (workload, team) = (("ledger", "Ledger <core>"), ("checkout", "Checkout"));
        facts_page(&FactsPage { workload, team, facts, may_write, sent, csrf: "c", now: NOW, zone: "UTC" }).into_string()
    }

    #[test]
    fn facts_stand_with_value_time_and_source() {
        let mut age = fact("backup.age_hours", "ledger <db>", FactValue::Number(3.5), 1);
        age.url = "https://backup.example".into();
        let page = draw(&Facts::new([age]), false, None);
        for part in
            ["Age of the newest backup", "ledger &lt;db&gt;", "3.5", "href=\"https://backup.example\"", "Ledger &lt;core&gt;"]
        {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("<form"));
    }

    #[test]
    fn a_fact_over_time_is_a_list_and_what_is_kept_elsewhere_says_where() {
        let two = [
            fact("backup.age_hours", "db <x>", FactValue::Number(3.5), 1),
            fact("backup.age_hours", "db <x>", FactValue::Number(9.0), 2),
        ];
        let draw = |of, facts: &[Fact], older| {
            let (workload, team) = (("ledger", "Ledger <core>"), ("checkout", "Checkout"));
            past_page(&PastPage { workload, team, of, facts, older, now: NOW, zone: "UTC" }).into_string()
        };
        let page = draw(("backup.age_hours", "db <x>"), &two, Some("/older"));
        for part in ["Age of the newest backup", "db &lt;x&gt;", "3.5", "9", "Ledger &lt;core&gt;", "href=\"/older\""] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(draw(("backup.age_hours", ""), &[], None).contains("Nothing of the kind was recorded."));
        assert!(draw(("metric.latency", ""), &[], None).contains("newest value"));
    }

    #[test]
    fn an_empty_page_says_how_facts_come_and_a_refused_form_keeps_what_was_typed() {
        assert!(draw(&Facts::default(), false, None).contains("bellwether fact push"));
        let form = Form::parse(b"value=%3Cmany%3E").unwrap();
        let page = draw(&Facts::default(), true, Some((&form, &[Fault::new("value", "Write a <number>.")])));
        assert!(page.contains("value=\"&lt;many&gt;\"") && page.contains("Write a &lt;number&gt;."), "{page}");
        assert!(!page.contains("transaction.covered.test"), "what another ledger knows is not typed here");
    }
}

//! The roadmap by quarter: what is planned, what was done, what was measured.

use html::{Head, Markup, Tight, bdi, head, html, section};
use kernel::time::Time;
use kernel::web::day;

use crate::concern::href;
use crate::moving::quarter_words;
use crate::view::{RoadmapItem, RoadmapQuarter};

fn item(i: &RoadmapItem, now: Time, zone: &str) -> Markup {
    html! {
        li {
            a href=(href(i.number)) { "C-" (i.number) " " (bdi(&i.title)) } " "
            span.by { (bdi(&i.team)) ", " (i.state.words()) @if let Some(at) = i.at { ", " (day(at, now, zone)) } }
            @if !i.words.is_empty() { br; (bdi(&i.words)) }
        }
    }
}

fn part(title: &str, items: &[RoadmapItem], now: Time, zone: &str) -> Markup {
    html! {
        @if !items.is_empty() { h3 { (title) } ul.ruled { @for i in items { (item(i, now, zone)) } } div.sub {} }
    }
}

/// The roadmap, newest quarter first.
pub fn roadmap(quarters: &[RoadmapQuarter], now: Time, zone: &str) -> Markup {
    let planned: usize = quarters.iter().map(|q| q.planned.len()).sum();
    let measured: usize = quarters.iter().map(|q| q.measured.len()).sum();
    html! {
        (head(Head {
            kicker: vec![("SRE council".into(), Some("/council".into()))],
            title: "Roadmap".into(),
            lead: html! {
                (html::count_word_capital(planned)) " " (html::plural(planned, "concern has", "concerns have")) " a place on the roadmap; "
                (html::count_word(measured)) " " (html::plural(measured, "was", "were")) " measured in the last two years."
            },
            facts: vec![],
        }))
        @if quarters.is_empty() {
            (section("none", "Nothing yet", None, Tight(false), html::empty("What follows from a measured concern stands here by quarter, beside what was done and what was measured.", Some(("The board", "/council")))))
        }
        @for q in quarters {
            (section(&format!("q-{}", q.quarter.to_lowercase()), &quarter_words(&q.quarter), None, Tight(false), html! {
                (part("Planned", &q.planned, now, zone))
                (part("Done", &q.done, now, zone))
                (part("Measured", &q.measured, now, zone))
            }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::tests::item as sample;

    #[test]
    fn a_quarter_has_what_is_planned_done_and_measured() {
        let q = RoadmapQuarter { quarter: "2027-Q1".into(), planned: vec![sample(3)], done: vec![], measured: vec![sample(4)] };
        let page = roadmap(&[q], Time(1_795_000_000_000_000), "UTC").into_string();
        for part in ["Q1 2027", "Planned", "Measured", "Uploads &lt;resume&gt;", "C-3", "Heavy loads run out of hours"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("<h3>Done"), "what is empty has no heading");
        assert!(roadmap(&[], Time(0), "UTC").into_string().contains("stands here by quarter"));
    }
}

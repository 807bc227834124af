//! States, signals, lines, facts, steps and sentences of the gallery.

use maud::{Markup, html};

use super::{LONG, RIGHT_TO_LEFT, part};
use crate::button::{Button, Weight, button, buttons, empty, views};
use crate::facts::{FactsLook, facts};
use crate::figures::{figure, no_value, number, with_unit};
use crate::head::{Columns, Tight, columns, folded_section, more, prose};
use crate::line::{Line, LineKind, line};
use crate::signal::{Signal, signals, signals_numbered, wins};
use crate::spark::{Mark, Spark};
use crate::state::{STATES, State, state, state_as};
use crate::steps::{StepState, steps};
use crate::text::{bdi, capital, count_word, count_word_capital, listed, plural, slug, times};

pub(super) fn parts() -> Markup {
    html! {
        (part("signals", "Signals", "Worse, stale, better. Each says why it is one.", html! {
            (signals(&samples("sg")))
            (more(html! { a href="#signals" { "All nine signals" } }))
        }))
        (part("numbered", "Numbered signals", "As below a chart.", signals_numbered(&samples("sn")[..2])))
        (part("states", "States", "A mark and a word, always both.", html! {
            ul.ruled {
                @for one in STATES { li { (state(one, None)) } }
                li { (state(State::Attention, Some("worse"))) }
                li { (state(State::Pass, Some("better"))) }
                li { (state_as(State::Unknown, "Failed: no carbon column")) }
            }
        }))
        (part("lines", "Lines", "Under the masthead, one at a time; here all of them.", html! { @for one in lines() { (line(&one)) } }))
        (part("steps", "Steps", "The present one under a heavy line.", steps(&[
            ("Sign in", "done, 14:02", StepState::Done),
            ("1 Organisation", "done, 14:04", StepState::Done),
            ("2 Teams", "ten read, one line to mend", StepState::Now),
            ("3 Template", "about two minutes", StepState::Todo),
        ])))
        (part("facts", "Facts", "Narrow and wide.", columns(Columns::Even, &[
            facts(FactsLook::Plain, &[("Goal".into(), html! { "Customers never wonder." }), ("Owner".into(), bdi(LONG))]),
            facts(FactsLook::Wide, &[
                ("Query".into(), html! { code { "histogram_quantile(0.95, sum by (le) (rate(pay_answer_seconds_bucket{kind=\"card\"}[1d])))" } }),
                ("Owner".into(), bdi(RIGHT_TO_LEFT)),
            ]),
        ])))
        (part("words", "Numbers and words", "As sentences write them.", html! {
            p.prose {
                (count_word_capital(3)) " " (plural(3, "value", "values")) ", " (count_word(13)) " and " (number(-1204.5, 1)) "; "
                (with_unit(6.4, 1, "%")) ", " (with_unit(655.0, 0, "ms")) ", " (with_unit(-5.46, 2, "£")) "; carried " (times(2)) "; "
                (capital(&listed(&["billing", "documents", "identity"]))) ". Id: " code { (slug("Wins, and one ask")) } ". "
                (figure(99.86, 2, "%")) " and " (no_value()) "."
            }
        }))
        (part("empty", "Empty", "One sentence, one act.", html! {
            (empty("No concern has been raised yet. Bring the one that worries you most; the council meets every second Thursday.", Some(("Raise a concern", "#empty"))))
            div.sub { (prose(html! { "And without an act:" })) }
            (empty("Signals appear from the fifth sprint on.", None))
        }))
        (folded_section("folded", "Folded", html! { "Two of two pass." }, Tight(true), "Two of two pass", prose(html! { "What stands behind the line." })))
        (part("wins", "Wins", "Every review opens with these.", columns(Columns::WideFirst, &[
            wins(&[("The nightly file has now run 120 times without a hand on it.".into(), html! { "evidence: scheduler, since 21 July" })]),
            prose(html! { "Beside it, in the narrower column." }),
        ])))
        (part("buttons", "Buttons", "One primary per task.", html! {
            (views("Order", &[("By pillar", "#a", true), ("By date", "#b", false)]))
            (buttons(&[
                Button { label: "Mark the report ready", weight: Weight::Primary, key: Some("Ctrl Enter"), href: Some("#r"), ..Button::default() },
                Button { label: "Save the draft", href: Some("#s"), ..Button::default() },
                Button { label: "Done", object: Some("restore the ledger"), weight: Weight::Slim, href: Some("#t"), ..Button::default() },
                Button { label: "Not yet possible", disabled: true, ..Button::default() },
            ]))
        }))
    }
}

fn lines() -> Vec<Line> {
    let make = |kind, lead: &str, text: Markup, act| Line { kind, lead: lead.to_owned(), text, act };
    vec![
        make(
            LineKind::Sources,
            "No source answers",
            html! { "None of 31 sources has answered since 17 Nov, 23:59. What you see is 16 hours old; nothing is lost. " a href="#src" { "Sources" } },
            None,
        ),
        make(
            LineKind::Connection,
            "Not connected since 14:22",
            html! { "What you type is kept here and sent when the line is back." },
            None,
        ),
        make(
            LineKind::Newer,
            "Newer data",
            html! { "Eleven values came in since this page was opened." },
            Some(button(&Button {
                label: "Show them",
                object: Some("newer values"),
                weight: Weight::Slim,
                href: Some("#n"),
                ..Button::default()
            })),
        ),
        make(
            LineKind::Undo,
            "Dropped",
            html! { "Action 176, “agree a fallback when the card scheme is slow”." },
            Some(button(&Button {
                label: "Undo",
                weight: Weight::Slim,
                key: Some("Ctrl Z"),
                href: Some("#u"),
                ..Button::default()
            })),
        ),
        make(LineKind::Demo, "Sample data", html! { "Nothing here is real, and nothing you do here is kept." }, None),
    ]
}

fn samples(id: &str) -> [Signal; 3] {
    let spark = |n: usize, values: [f64; 6], limits, last, title: &str| {
        Some(Spark {
            id: format!("{id}{n}"),
            values: values.map(Some).to_vec(),
            limits: Some(limits),
            last,
            ticks: Vec::new(),
            title: title.to_owned(),
            desc: "Six sprints; the last value is outside its natural limits.".to_owned(),
        })
    };
    [
        Signal {
            subject: "Payments".into(),
            area: Some("Performance".into()),
            state: State::Worse,
            word: None,
            what: "Card payments took 655 ms at the 95th percentile, 243 ms longer than in sprint 21.".into(),
            href: Some("#signals".into()),
            why: html! { "Above the upper natural limit of 458 ms. Coincides with incident 412 on 10 November." },
            spark: spark(1, [398.0, 421.0, 388.0, 405.0, 412.0, 655.0], (352.0, 458.0, 405.0), Mark::Worse, "Card payment, p95"),
            by: Some(html! { "412 ms to " b { "655 ms" } }),
        },
        Signal {
            subject: LONG.into(),
            area: Some("Security".into()),
            state: State::Stale,
            word: None,
            what: "The threat model was last reviewed 97 days ago; the agreed limit is 90.".into(),
            href: None,
            why: html! { "A stale value counts neither as pass nor as attention." },
            spark: None,
            by: Some(html! { "last review 13 Aug 2026" }),
        },
        Signal {
            subject: RIGHT_TO_LEFT.into(),
            area: Some("Reliability".into()),
            state: State::Better,
            word: Some("met again".into()),
            what: "Morning quotes came back in 1.4 s at the 95th percentile, half of the 2.9 s of sprint 21.".into(),
            href: Some("#signals".into()),
            why: html! { "Below the lower natural limit of 2.6 s." },
            spark: spark(2, [2.9, 3.0, 2.8, 2.9, 2.9, 1.4], (2.6, 3.2, 2.9), Mark::Better, "Morning quote, p95"),
            by: Some(html! { "2.9 s to " b { "1.4 s" } }),
        },
    ]
}

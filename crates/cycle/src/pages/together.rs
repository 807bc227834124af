//! Sections of a session's page: the agreement, the box of questions, the question afterwards, capacity.

use html::{
    Button, Cell, Choice, Column, Field, FieldKind, Markup, Table, Tight, bdi, button, choices, field, html, section, table,
};

use super::agreement::text;
use crate::agreement::WorkingAgreement;
use crate::anonymous::{FeedbackTicket, LEAST, SessionFeedback, Worth};
use crate::capacity::Capacity;

/// The working agreement at the foot of a session.
pub fn agreed(a: &WorkingAgreement, href: &str) -> Markup {
    let words = html! { a href=(href) { (a.words()) } };
    section(
        "wa",
        "Working agreement",
        Some(words),
        Tight(false),
        html! {
            @if a.text.is_empty() { p.say { "This group has agreed nothing yet. " a href=(href) { "Say how you work together" } "." } } @else { (text(a)) }
        },
    )
}

/// The box of questions; `wrong` is what was refused with what was typed. `may` is whether the reader may put one in.
pub fn question_box(here: &str, questions: &[String], may: bool, sent: Option<(&str, &str)>, csrf: &str) -> Markup {
    let words = html! { "Nobody signs a question: no name, no address, no time is stored, and the order says nothing." };
    section(
        "box",
        "Box of questions",
        may.then_some(words),
        Tight(false),
        html! {
            @if questions.is_empty() { p.say { "The box is empty." } }
            @else { ul.ruled { @for q in questions { li.say { (bdi(q)) } } } }
            @if may {
                div.pane-gap { (html::form(&format!("{here}/questions"), csrf, html! {
                    input type="hidden" name="form" value="box";
                    (field(&Field { id: "box-text", name: "text", label: "Your question", hint: Some("Up to 1,000 characters. Who reads it may know your way of writing."), value: sent.map_or("", |s| s.0), kind: FieldKind::Textarea(3), error: sent.map(|s| s.1).filter(|e| !e.is_empty()), ..Field::default() }))
                    div.btns.pane-gap-s { (button(&Button { label: "Put it into the box", ..Button::default() })) }
                })) }
            }
        },
    )
}

/// The one question after a session.
pub fn worth(here: &str, f: &SessionFeedback, ticket: Option<&FeedbackTicket>, wrong: Option<&str>, csrf: &str) -> Markup {
    let said = |w: Worth| match w {
        Worth::Yes => "Yes",
        Worth::Partly => "Partly",
        Worth::No => "No",
    };
    let words = html! { "Optional and anonymous. Counts are shown once it has ended and at least " (html::count_word(usize::try_from(LEAST).unwrap_or(5))) " have answered." };
    section(
        "worth",
        "Was it worth the time?",
        Some(words),
        Tight(false),
        html! {
            @if let Some(wrong) = wrong { (html::error_line("worth-e", wrong)) }
            @match (f.open, ticket) {
                (true, Some(t)) if !t.used => (html::form(&format!("{here}/feedback"), csrf, html! {
                    input type="hidden" name="form" value="worth";
                    input type="hidden" name="ticket" value=(t.ticket);
                    (choices("Was it worth the time?", &Worth::ALL.map(|w| Choice { id: match w { Worth::Yes => "worth-yes", Worth::Partly => "worth-partly", Worth::No => "worth-no" }, name: "worth", value: w.key(), label: said(w), ..Choice::default() })))
                    div.btns.pane-gap-s { (button(&Button { label: "Say so", ..Button::default() })) }
                })),
                (true, Some(_)) => p.say { "You have answered. Thank you." },
                (true, None) => p.say { "The people of the group are being asked." },
                (false, _) if f.counts.is_empty() => p.say { "Fewer than " (html::count_word(usize::try_from(LEAST).unwrap_or(5))) " answered, so nothing is shown and nothing was kept." },
                (false, _) => {
                    p.say { @for (i, w) in Worth::ALL.into_iter().enumerate() { @if i > 0 { ", " } (said(w)) ": " b { (f.counts.get(w.key()).copied().unwrap_or(0)) } } "." }
                    p.by { (f.answers.unwrap_or(0)) " answers." }
                }
            }
        },
    )
}

fn hours_of(label: &str) -> Column {
    Column { class: "num".into(), ..Column::text(label) }
}

fn hours(n: Option<i64>) -> Cell {
    n.map_or_else(|| Cell::new(html! { span.mute { "–" } }), |n| Cell::new(html! { (n) }))
}

/// Capacity for improvement of each team in its fixed order, with the gap in words. Nothing is added up.
pub fn capacities(all: &[Capacity], sprint: i64) -> Markup {
    let row = |c: &Capacity| {
        let gap = c.gap();
        let words = html! {
            @if c.is_empty() { span.mute { "not said" } } @else { (gap) }
            @if !c.note.is_empty() { " " span.by { (bdi(&c.note)) } }
        };
        vec![
            Cell::name(&c.name, Some(&format!("/teams/{}/capacity", c.team))),
            hours(c.asked),
            hours(c.agreed),
            hours(c.used),
            Cell::new(words),
        ]
    };
    let words = html! { "For improvement, in hours of people. Each team says it for itself." };
    section(
        "capacity",
        &format!("Capacity in sprint {sprint}"),
        Some(words),
        Tight(false),
        table(&Table {
            caption: "Capacity for improvement".into(),
            columns: vec![Column::text("Team"), hours_of("Asked for"), hours_of("Agreed"), hours_of("Used"), Column::text("Gap")],
            rows: all.iter().map(row).collect(),
            class: "stack".into(),
            foot: None,
        }),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use kernel::time::Time;

    use super::*;
    use crate::agreement::tests::agreement;
    use crate::capacity::tests::capacity;

    #[test]
    fn an_agreement_and_a_box_stand_on_the_page() {
        assert!(agreed(&agreement(2), "/g").into_string().contains("signed by all two teams"));
        let empty = WorkingAgreement { text: String::new(), ..agreement(0) };
        assert!(agreed(&empty, "/g").into_string().contains("Say how you work together"));
        let page = question_box("/sessions/x", &["Why <so>?".into()], true, Some(("Kept <b>", "Too <long>.")), "c").into_string();
        for part in ["Why &lt;so&gt;?", "Kept &lt;b&gt;", "Too &lt;long&gt;.", "/sessions/x/questions"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!question_box("/x", &[], false, None, "c").into_string().contains("<form"));
    }

    #[test]
    fn an_answer_is_given_once_and_few_are_not_shown() {
        let at = |open, answers, counts: &[(&str, i64)]| SessionFeedback {
            ends_at: Time(0),
            open,
            answers,
            counts: counts.iter().map(|(k, n)| ((*k).to_owned(), *n)).collect::<BTreeMap<_, _>>(),
        };
        let mine = |used| FeedbackTicket { ticket: "t".into(), used };
        let draw = |f: &SessionFeedback, t: Option<&FeedbackTicket>| worth("/s", f, t, Some("No <one>."), "c").into_string();
        assert!(draw(&at(true, None, &[]), Some(&mine(false))).contains("name=\"ticket\" value=\"t\""));
        assert!(draw(&at(true, None, &[]), Some(&mine(true))).contains("You have answered"));
        assert!(draw(&at(true, None, &[]), None).contains("are being asked"));
        assert!(draw(&at(false, None, &[]), None).contains("Fewer than five answered"));
        let page = draw(&at(false, Some(6), &[("yes", 4), ("no", 2)]), None);
        assert!(page.contains("Yes: <b>4</b>, Partly: <b>0</b>, No: <b>2</b>") && page.contains("6 answers"), "{page}");
        assert!(page.contains("No &lt;one&gt;."));
    }

    #[test]
    fn capacity_stands_by_team_without_a_sum() {
        let page = capacities(&[capacity(Some(40), Some(24), Some(24)), capacity(None, None, None)], 22).into_string();
        for part in ["Payments &lt;P&gt;", "16 hours less agreed than asked for", "not said", "An &lt;outage&gt;"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("tfoot"), "nothing is added up");
    }
}

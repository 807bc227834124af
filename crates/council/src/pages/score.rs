//! The score of a concern: who gave what, and the form to give one.

use html::{Cell, Column, Field, FieldKind, Markup, bdi, field, fields, html, table};
use kernel::time::Time;
use kernel::web::day;

use super::Sent;
use crate::concern::Concern;
use crate::wsjf::Vote;

/// What the part of the page needs.
pub struct ScorePart<'a> {
    /// The concern.
    pub concern: &'a Concern,
    /// Scores that were given, newest first.
    pub votes: &'a [Vote],
    /// Steps of the scale.
    pub scale: &'a [u32],
    /// The reader may give one.
    pub may: bool,
    /// A refused score.
    pub sent: Sent<'a>,
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

fn row(v: &Vote, p: &ScorePart<'_>) -> Vec<Cell> {
    vec![
        Cell::new(html! { (bdi(&v.by)) " " span.by { (day(v.at, p.now, p.zone)) } }),
        Cell::count(v.parts.value),
        Cell::count(v.parts.urgency),
        Cell::count(v.parts.risk),
        Cell::count(v.parts.cost_of_delay()),
        Cell::count(v.parts.size),
    ]
}

/// The scores and the form.
pub fn score(p: &ScorePart<'_>) -> Markup {
    let steps: Vec<(String, String)> = std::iter::once((String::new(), "Choose".to_owned()))
        .chain(p.scale.iter().map(|s| (s.to_string(), s.to_string())))
        .collect();
    let steps: Vec<(&str, &str)> = steps.iter().map(|(v, l)| (v.as_str(), l.as_str())).collect();
    let one = |name: &'static str, label: &'static str, hint: &'static str| {
        let id = format!("score-{name}");
        let value = p.sent.was(name, "").to_owned();
        field(&Field {
            id: &id,
            name,
            label,
            hint: Some(hint),
            value: &value,
            kind: FieldKind::Select(&steps),
            error: p.sent.wrong(&id),
            ..Field::default()
        })
    };
    let whole = p.sent.was("council", "") == "yes";
    html! {
        @if !p.votes.is_empty() {
            (table(&html::Table {
                caption: "Scores, newest first".into(),
                columns: std::iter::once(Column::text("By"))
                    .chain(["Value", "Urgency", "Risk", "Cost of delay", "Size"].map(|part| Column::count(part).class("lab")))
                    .collect(),
                rows: p.votes.iter().map(|v| row(v, p)).collect(),
                class: "stack flow".into(),
                foot: None,
            }))
        }
        @if p.may {
            (html::disclosed("Give a score", p.sent.form.is_some(), html::form(&format!("{}/score", p.concern.href()), p.csrf, html! {
                (fields(&[
                    one("value", "Value", "What users and the business gain."),
                    one("urgency", "Urgency", "What waiting costs."),
                    one("risk", "Risk", "Which risk goes, or what it makes possible."),
                    one("size", "Size", "How much work it is."),
                ]))
                (fields(&[field(&Field { id: "score-council", name: "council", label: "For the council as a whole", hint: Some("It counts instead of the members’ own."), kind: FieldKind::Checkbox(whole), ..Field::default() })]))
                div.btns.pane-gap-s { button.btn type="submit" { "Give the score" } }
            })))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concern::tests::concern;
    use crate::state::ConcernState;
    use crate::wsjf::Parts;

    #[test]
    fn scores_stand_with_their_parts_and_only_members_give_one() {
        let c = concern(21, ConcernState::Epic);
        let votes =
            [Vote { by: "Maya <O>".into(), council: false, parts: Parts { value: 8, urgency: 5, risk: 3, size: 2 }, at: Time(1) }];
        let draw = |may| {
            score(&ScorePart {
                concern: &c,
                votes: &votes,
                scale: &[1, 2, 3],
                may,
                sent: Sent::default(),
                csrf: "c",
                now: Time(1_795_000_000_000_000),
                zone: "UTC",
            })
            .into_string()
        };
        let page = draw(true);
        assert_eq!(
            page.matches("<td role=\"cell\" class=\"num lab\"").count(),
            5,
            "on a narrow screen each number keeps its name: {page}"
        );
        for part in ["Maya &lt;O&gt;", "16", "For the council as a whole", "/council/concerns/21/score"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!draw(false).contains("<form"));
    }
}

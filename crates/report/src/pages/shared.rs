//! What the Well-Architected reviews of a group share, on its overview.

use html::{Cell, Column, Markup, State, Table, Tight, bdi, html, more, section, state, table, units};

use crate::shared::{Practice, Shared};

fn row((i, p): (usize, &Practice)) -> Vec<Cell> {
    let words = format!("{} of {} workloads", p.missing, p.of);
    vec![
        Cell::new(html! { span.say { (words) " do not have: “" (bdi(&p.title)) "”" } }),
        Cell::new(units(&format!("wa{i}"), p.missing, p.of, p.not_applicable, &words)),
        Cell::new(state(if p.high { State::High } else { State::Medium }, None)),
        Cell::new(html! { (bdi(&p.pillar)) br; " " a href=(p.href) { (bdi(&p.question)) } }).class("nb"),
    ]
}

/// The section; nothing where nobody reviews.
pub fn shared(s: Option<&Shared>) -> Markup {
    let Some(s) = s else { return html! {} };
    let explain = html! { "The newest answers of each review. One mark is one workload; a dash is one to which the practice does not apply. Risk is that of the question in most of them." };
    section(
        "shared",
        "What the Well-Architected reviews share",
        Some(explain),
        Tight(false),
        html! {
            @if s.missing.is_empty() {
                (html::empty("Practices that many workloads lack will be counted here once five of the group’s reviews have answers.", Some(("See the reviews", "/reviews"))))
            } @else {
                (table(&Table {
                    caption: "Practices that most workloads of the group lack".into(),
                    columns: vec![Column::text("What the reviews found"), Column::text("Workloads"), Column::text("Risk"), Column::text("Question")],
                    rows: s.missing.iter().enumerate().map(row).collect(),
                    class: "stack flow".into(),
                    foot: None,
                }))
                @if !s.offers.is_empty() {
                    h3.pane-gap { "Worth a tech share" }
                    ul.ruled {
                        @for o in &s.offers {
                            li { (o.of - o.missing) " of " (o.of) " have “" (bdi(&o.title)) "” and could show the others how. Who they are is theirs to say. " a href=(o.proposal) { "Propose a tech share" span.vh { " about " (bdi(&o.title)) } } }
                        }
                    }
                }
                (more(html! { a href=(s.href) { "All practices and risks, with intervals" } }))
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::shared;
    use crate::shared::Shared;
    use crate::shared::tests::practice;

    #[test]
    fn practices_are_counted_and_offers_name_nobody() {
        let s = Shared::of(
            vec![practice("Recovery is <tested>", 7, 10)],
            vec![practice("Game days", 6, 10)],
            "/prevalence?group=shop".into(),
        );
        let page = shared(Some(&s)).into_string();
        for part in [
            "7 of 10 workloads do not have: “<bdi>Recovery is &lt;tested&gt;</bdi>”",
            "4 of 10 have “",
            "theirs to say",
            "/prevalence?group=shop",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(shared(Some(&Shared::default())).into_string().contains("once five of the group’s reviews"));
        assert_eq!(shared(None).into_string(), "");
    }
}

//! What there is to look at in the demonstration, and the way out of it.

use html::{Head, Markup, Tight, html};

/// A story; where it is seen; what to look at there.
const STOPS: [(&str, &str, &str); 13] = [
    ("The group’s review", "/overview/port-systems", "Ten teams in their fixed order, what changed first."),
    (
        "The next session",
        "/groups/port-systems/sessions",
        "Who is ready, what there is to talk about, and an agenda that shares two hours among ten teams.",
    ),
    (
        "One team regresses",
        "/reports/payments/13",
        "Payments became slower with its release; the note says why, the mark says when.",
    ),
    (
        "One team automates",
        "/metrics/deployments/cargo",
        "Cargo deploys by itself since sprint 6. A new baseline is proposed; accept or refuse it.",
    ),
    (
        "One team had an incident",
        "/metrics/availability/booking",
        "Booking stood still for four hours in sprint 12, and what was done since stands on the axis.",
    ),
    ("One number is stale", "/reports/tracking/13", "The scanner’s account of Tracking ran out. Nothing pretends to be zero."),
    ("One workload is exempt", "/standards/two-factors", "Until a day, for a reason, by somebody who did not ask."),
    (
        "One workload is reviewed",
        "/workloads/harbour-dues/reviews/sre-practice",
        "Risks that say why, and what has changed since the milestone.",
    ),
    (
        "Risks become work",
        "/workloads/harbour-dues/risks",
        "Who does what by when, what is late, what an approver bears until a day, and what the review says is in place.",
    ),
    ("An action worked", "/teams/cargo/actions", "Open the finished one: its page shows the lead time before and since."),
    ("Answers meet evidence", "/contradictions", "Tracking says its backups are fresh; the newest one is eleven days old."),
    ("All reviews together", "/prevalence", "Which practices seven workloads have, beside what others have published."),
    ("How do you know?", "/trail", "Everything above was written by ordinary acts; recompute the whole chain."),
];

/// The tour, if this is the demonstration.
pub(in crate::home) fn tour(demo: bool) -> Markup {
    html! {
        (html::head(Head {
            title: "Demonstration".into(),
            lead: html! {
                @if demo { "Northmoor Ports, ten teams, thirteen sprints. You are Tomasz, who leads the review. Change what you like." }
                @else { "This is no demonstration: what you see here is yours." }
            },
            ..Head::default()
        }))
        @if demo {
            (html::section("stops", "What to look at", None, Tight(false), html! {
                ul.ruled { @for (title, href, why) in STOPS { li { a href=(href) { (title) } " " span.by { (why) } } } }
            }))
        }
        (html::section("leave", if demo { "Leave it and start with your own" } else { "Look at one" }, None, Tight(false), html! {
            @if demo {
                (html::prose(html! {
                    "Stop the program and nothing of this is left: it was in memory. Then " code { "bellwether serve --data FOLDER" }
                    " makes an empty folder and prints a link to set it up. Nothing of the demonstration gets into it."
                }))
            } @else {
                (html::prose(html! {
                    code { "bellwether serve --demo --listen 127.0.0.1:8090" }
                    " opens ten teams and thirteen sprints beside this. They are held in memory and gone at the end; your data are not touched."
                }))
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_demonstration_shows_its_stops_and_both_say_the_way_to_the_other() {
        let (demo, own) = (tour(true).into_string(), tour(false).into_string());
        assert!(STOPS.iter().all(|(title, href, _)| demo.contains(title) && demo.contains(&format!("href=\"{href}\""))), "{demo}");
        assert!(STOPS.iter().all(|(_, href, _)| !own.contains(href)), "{own}");
        assert!(demo.contains("serve --data FOLDER") && own.contains("serve --demo"));
    }
}

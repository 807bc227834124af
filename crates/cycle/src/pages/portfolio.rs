//! What a group has in common: topics that several raised, practices that reviews lack, connections.

use html::{Head, Markup, Tight, bdi, head, html, section};

use crate::capture::Named;
use crate::share::proposal;
use crate::topics::{Answer, ConnectionOffer, Portfolio, PortfolioTopic};

fn told(o: &ConnectionOffer) -> Markup {
    // Of the two, the first in the fixed order of teams is named first.
    html! {
        b { (bdi(&o.title)) } ": "
        @if o.gives.slug < o.receives.slug { (bdi(&o.gives.name)) " improved it, " (bdi(&o.receives.name)) " could use it" }
        @else { (bdi(&o.receives.name)) " could use what " (bdi(&o.gives.name)) " improved" }
    }
}

/// Offers that the page shows at once; the next come as these are answered.
const MOST_OFFERS: usize = 3;

fn said(answer: Option<Answer>) -> &'static str {
    match answer {
        None => "has not answered",
        Some(Answer::Agreed) => "would talk",
        Some(Answer::Declined) => "would rather not",
    }
}

fn offer(p: &Portfolio, o: &ConnectionOffer, csrf: &str) -> Markup {
    html! {
        li {
            @let mut sides = [(&o.gives, o.giver), (&o.receives, o.receiver)];
            @let () = sides.sort_by(|a, b| a.0.slug.cmp(&b.0.slug));
            (told(o)) ". " span.mute { (bdi(&sides[0].0.name)) " " (said(sides[0].1)) ", " (bdi(&sides[1].0.name)) " " (said(sides[1].1)) "." }
            (html::form(&format!("/groups/{}/connections", p.group.slug), csrf, html! {
                input type="hidden" name="about" value=(o.about);
                input type="hidden" name="gives" value=(o.gives.slug);
                input type="hidden" name="receives" value=(o.receives.slug);
                div.btns.pane-gap-s {
                    @for (answer, words) in [(Answer::Agreed, "We would talk"), (Answer::Declined, "Rather not")] {
                        button class="btn slim" type="submit" name="answer" value=(answer.key()) { (words) span.vh { ": " (bdi(&o.title)) } }
                    }
                }
            }))
        }
    }
}

/// Names of the teams that said so, in their fixed order.
fn voices(t: &PortfolioTopic, words: &str) -> Vec<String> {
    let said = |team: &&Named| t.said.iter().any(|v| v.team == team.slug && v.words == words);
    t.teams.iter().filter(said).map(|n| n.name.clone()).collect()
}

/// To the tech share about something, or to the form of one with its title and what it follows from.
fn talk(p: &Portfolio, title: &str, from: &str, url: &str, share: Option<&str>) -> Markup {
    let form = proposal(&p.group.slug, title, from, url);
    html! {
        @match share {
            Some(href) => a href=(href) { "Its tech share" },
            None => a href=(form) { "Propose a tech share" span.vh { " about " (bdi(title)) } },
        }
    }
}

/// The page.
pub fn page(p: &Portfolio, csrf: &str) -> Markup {
    let n = p.topics.len();
    html! {
        (head(Head {
            kicker: vec![(p.group.name.clone(), Some(format!("/groups/{}", p.group.slug)))],
            title: "What teams have in common".into(),
            lead: html! { "Topics that two or more teams raised in sessions or by their data" @if let Some(s) = p.sprint { " of sprint " (s) } ". Teams stand in their fixed order; nothing is ranked." },
            ..Head::default()
        }))
        (section("topics", "Topics of several teams", None, Tight(false), html! {
            @if n == 0 { p.say { "No two teams have raised the same so far. Whatever two of them capture in sessions, or show as a signal, stands here." } }
            @for t in &p.topics {
                section.pane-gap aria-label=(t.title) {
                    h3 { (bdi(&t.title)) }
                    p.small.sec2 { (bdi(&html::listed(&t.teams.iter().map(|t| t.name.clone()).collect::<Vec<_>>()))) }
                    // What several said in the same words stands once.
                    @let once = t.said.iter().enumerate().filter(|(i, v)| t.said[..*i].iter().all(|w| w.words != v.words));
                    ul.ruled { @for (_, v) in once { li { a href=(v.href) { (bdi(&v.words)) } " " span.by { (bdi(&html::listed(&voices(t, &v.words)))) } } } }
                    p.small { (talk(p, &t.title, "session", t.said.first().map_or("", |v| v.href.as_str()), None)) }
                }
            }
            p.more.pane-gap { a href={ "/groups/" (p.group.slug) "/tech-shares" } { "All tech shares" } }
        }))
        @if !p.gaps.is_empty() {
            (section("gaps", "What reviews lack", Some(html! { "Counted over the group’s Well-Architected reviews; no workload is named." }), Tight(false), html! {
                ul.ruled { @for g in &p.gaps { li { a href=(g.href) { (bdi(&g.title)) } " " span.mute { (g.missing) " of " (g.of) " lack it" } " " (talk(p, &g.title, "risk", &g.href, g.share.as_deref())) } } }
            }))
        }
        @if !p.offers.is_empty() {
            (section("offers", "Offered to your team", Some(html! { "Drawn from the data. Only the two teams see it until both would talk." }), Tight(false), html! {
                @for o in p.offers.iter().take(MOST_OFFERS) { ul.ruled { (offer(p, o, csrf)) } }
                @if let Some(more) = p.offers.len().checked_sub(MOST_OFFERS).filter(|n| *n > 0) {
                    p.small.mute { (html::count_word_capital(more)) " more stand here as these are answered." }
                }
            }))
        }
        (section("connections", "Connections", Some(html! { "Both teams agreed." }), Tight(false), html! {
            @if p.connections.is_empty() { p.small.mute { "None yet." } }
            @for o in &p.connections { ul.ruled { li { (told(o)) "." } } }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics::tests::offer as sample;
    use crate::topics::{SharedGap, Voice};

    #[test]
    fn an_offer_is_a_question_and_a_connection_is_a_sentence() {
        let named = |slug: &str| Named { slug: slug.into(), name: format!("{slug} <t>") };
        let p = Portfolio {
            group: named("digital"),
            sprint: Some(22),
            topics: vec![PortfolioTopic {
                title: "Retry <budgets>".into(),
                teams: vec![named("a"), named("b")],
                said: vec![Voice { team: "a".into(), words: "One <default>".into(), href: "/sessions/7".into() }],
            }],
            gaps: vec![SharedGap { title: "Restore <tests>".into(), missing: 7, of: 10, href: "/prevalence".into(), share: None }],
            connections: vec![sample(Some(Answer::Agreed), Some(Answer::Agreed))],
            offers: vec![sample(Some(Answer::Agreed), None)],
        };
        let text = page(&p, "t").into_string();
        for part in [
            "Retry &lt;budgets&gt;",
            "a &lt;t&gt; and b &lt;t&gt;",
            "One &lt;default&gt;",
            "7 of 10 lack it",
            "We would talk",
            "has not answered",
            "Payments &lt;x&gt;</bdi> could use it",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let many = Portfolio { offers: vec![sample(None, None); MOST_OFFERS + 2], ..p.clone() };
        let text = page(&many, "t").into_string();
        assert_eq!(text.matches("name=\"about\"").count(), MOST_OFFERS);
        assert!(text.contains("Two more stand here"), "{text}");
        let none = Portfolio { topics: Vec::new(), gaps: Vec::new(), connections: Vec::new(), offers: Vec::new(), ..p };
        let text = page(&none, "t").into_string();
        assert!(text.contains("No two teams") && !text.contains("<form"), "{text}");
        assert_eq!(said(Some(Answer::Declined)), "would rather not");
    }
}

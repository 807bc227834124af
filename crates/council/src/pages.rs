//! Pages of the council.

pub mod board;
pub mod form;
pub mod list;
pub mod moves;
pub mod one;
pub mod results;
pub mod roadmap;
pub mod rules;
#[cfg(test)]
mod sample;
pub mod score;
pub mod stories;

use html::{Markup, State, bdi, html};
use kernel::error::Fault;
use kernel::web::Form;

use crate::alike::Alike;
use crate::concern::{Concern, href};
use crate::state::ConcernState;
use crate::wsjf::Score;

/// A form that was refused, and for what; both empty if it was not.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sent<'a> {
    /// What was typed.
    pub form: Option<&'a Form>,
    /// Why it was refused.
    pub faults: &'a [Fault],
}

impl<'a> Sent<'a> {
    /// A refused form.
    pub fn refused(form: &'a Form, faults: &'a [Fault]) -> Self {
        Self { form: Some(form), faults }
    }

    /// What was typed into a field, or what stood there.
    pub fn was<'b>(&'b self, name: &str, stood: &'b str) -> &'b str {
        self.form.map_or(stood, |f| f.get(name))
    }

    /// Why a field was refused.
    pub fn wrong(&self, at: &str) -> Option<&'a str> {
        self.faults.iter().find(|f| f.at == at).map(|f| f.message.as_str())
    }

    /// The summary of what was refused.
    pub fn summary(&self) -> Markup {
        html! {
            @if !self.faults.is_empty() {
                (html::alert(self.faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect()))
            }
        }
    }
}

/// The mark and word of a state.
pub fn state_mark(s: ConcernState) -> Markup {
    let mark = match s {
        ConcernState::Raised | ConcernState::Presented | ConcernState::Accepted | ConcernState::Epic => State::Planned,
        ConcernState::NeedsInformation => State::Unknown,
        ConcernState::Rejected => State::No,
        ConcernState::SentOn => State::NotApplicable,
        ConcernState::Vetted | ConcernState::Stories | ConcernState::InSprint => State::InSprint,
        ConcernState::Done | ConcernState::Measured | ConcernState::ResultPresented | ConcernState::Roadmap => State::Done,
    };
    html::state_as(mark, &html::capital(s.words()))
}

/// "WSJF 5.5: value 8, urgency 5, risk 3 over size 3; middle of 3 members".
pub fn score_words(s: &Score) -> String {
    let part = |x: f64| html::number(x, u8::from(x.fract() != 0.0));
    let from = match s.members {
        None => "the council’s own".to_owned(),
        Some(1) => "of one member".to_owned(),
        Some(n) => format!("middle of {n} members"),
    };
    format!(
        "WSJF {}: value {}, urgency {}, risk {} over size {}; {from}",
        html::number(s.score, 1),
        part(s.value),
        part(s.urgency),
        part(s.risk),
        part(s.size)
    )
}

/// A link to a concern: "C-21 Retries without jitter".
pub fn concern_link(c: &Concern) -> Markup {
    html! { a href=(c.href()) { (c.name()) " " (bdi(&c.content.title)) } }
}

/// Concerns that share words with a text; what was rejected says why.
pub fn alike_list(all: &[Alike]) -> Markup {
    html! {
        @if !all.is_empty() {
            ul.ruled {
                @for a in all {
                    li {
                        a href=(href(a.number)) { "C-" (a.number) " " (bdi(&a.title)) } ", " (a.state) "."
                        " " span.by { "Shares " @for (i, word) in a.shared.iter().take(8).enumerate() { @if i > 0 { ", " } "“" (bdi(word)) "”" } "." }
                        @if !a.reason.is_empty() { " " span.by { "Reason: " (bdi(&a.reason)) } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sample::alike;
    use super::*;

    #[test]
    fn every_state_has_its_word() {
        for s in ConcernState::ALL {
            assert!(state_mark(s).into_string().contains(&html::capital(s.words())), "{}", s.key());
        }
    }

    #[test]
    fn what_is_alike_says_which_words_it_shares_and_why_it_was_rejected() {
        let text = alike_list(&[alike()]).into_string();
        for part in ["/council/concerns/7", "Retries &lt;x&gt;", "“<bdi>retry</bdi>”", "cannot &lt;show&gt; it"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(alike_list(&[]).into_string(), "");
    }

    #[test]
    fn what_was_refused_is_summed_up_once() {
        let form = Form(vec![("why".into(), "<x>".into())]);
        let faults = [Fault::new("why", "Say <why>.")];
        let sent = Sent::refused(&form, &faults);
        assert!(sent.summary().into_string().contains("Say &lt;why&gt;."));
        assert_eq!((sent.was("why", "y"), Sent::default().was("why", "y"), sent.wrong("other")), ("<x>", "y", None));
        assert_eq!(Sent::default().summary().into_string(), "");
    }

    #[test]
    fn a_score_is_shown_with_its_parts() {
        let s = Score { score: 5.3, value: 8.0, urgency: 5.5, risk: 3.0, size: 3.0, members: Some(3) };
        assert_eq!(score_words(&s), "WSJF 5.3: value 8, urgency 5.5, risk 3 over size 3; middle of 3 members");
        assert!(score_words(&Score { members: None, ..s }).ends_with("the council’s own"));
        let c = crate::concern::tests::concern(21, ConcernState::Raised);
        assert!(concern_link(&c).into_string().contains("C-21 <bdi>The load slows the &lt;morning’s&gt; quotes"));
    }
}

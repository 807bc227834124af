//! The course of something that has a beginning and an end.

use maud::{Markup, html};

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Behind us.
    Done,
    /// The present one.
    Now,
    /// To come.
    Todo,
}

/// Steps as (title, words below it, where it stands).
#[must_use]
pub fn steps(steps: &[(&str, &str, StepState)]) -> Markup {
    html! {
        ol.steps {
            @for (title, words, at) in steps {
                @let class = match at { StepState::Done => None, StepState::Now => Some("now"), StepState::Todo => Some("todo") };
                li class=[class] aria-current=[(*at == StepState::Now).then_some("step")] { b { (title) } (words) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_step_is_current() {
        let text = steps(&[("1", "a", StepState::Done), ("2", "b", StepState::Now), ("3", "c", StepState::Todo)]).into_string();
        assert_eq!(text.matches("aria-current=\"step\"").count(), 1);
        assert!(text.contains("<li class=\"todo\"><b>3</b>c</li>"), "{text}");
    }
}

//! One line about the whole page, under the masthead.

use maud::{Markup, html};

use crate::state::{State, state_as};

/// What a line is about, in order of precedence: the first wins, the others wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineKind {
    /// No source answers. Somebody must act.
    Sources,
    /// The browser has lost the server.
    Connection,
    /// There is newer data than is shown.
    Newer,
    /// Something was done and can be undone.
    Undo,
    /// These are sample data.
    Demo,
}

/// A line: what happened in two or three words, one sentence, and at most one act.
#[derive(Debug, Clone)]
pub struct Line {
    /// What the line is about.
    pub kind: LineKind,
    /// Two or three words beside the glyph.
    pub lead: String,
    /// One sentence.
    pub text: Markup,
    /// A button or a form with one; see [`crate::button`].
    pub act: Option<Markup>,
}

/// Draws one line. It announces itself once.
#[must_use]
pub fn line(line: &Line) -> Markup {
    let (mark, class) = match line.kind {
        LineKind::Sources => (State::Attention, "line look"),
        LineKind::Connection => (State::Stale, "line"),
        LineKind::Newer => (State::Steady, "line"),
        LineKind::Undo => (State::Done, "line"),
        LineKind::Demo => (State::Planned, "line"),
    };
    html! {
        div class=(class) role="status" {
            (state_as(mark, &line.lead))
            span { (line.text) }
            @if let Some(act) = &line.act { (act) }
        }
    }
}

/// The line that wins, or none.
pub(crate) fn first(lines: &[Line]) -> Option<&Line> {
    lines.iter().min_by_key(|line| line.kind)
}

/// Lines that the script shows: connection lost, newer data while somebody types. The words stand here, not in the script.
pub(crate) fn script_lines() -> Markup {
    html! {
        div.wrap.quiet {
            div.line.js role="status" data-line="connection" hidden {
                (state_as(State::Stale, "Not connected"))
                span { "What you type is kept here." }
            }
            div.line.js role="status" data-line="newer" hidden {
                (state_as(State::Steady, "Newer data"))
                span { "Values came in since this page was opened." }
                button.btn.slim type="button" data-show-newer { "Show them" span.vh { ": newer values" } }
            }
            p.vh role="status" data-say {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(kind: LineKind) -> Line {
        Line { kind, lead: "a".into(), text: html! { "b" }, act: None }
    }

    #[test]
    fn sources_win_over_everything() {
        let lines = [sample(LineKind::Demo), sample(LineKind::Connection), sample(LineKind::Sources)];
        assert_eq!(first(&lines).map(|l| l.kind), Some(LineKind::Sources));
        assert!(first(&[]).is_none());
    }

    #[test]
    fn only_failing_sources_take_the_accent() {
        assert!(line(&sample(LineKind::Sources)).into_string().contains("line look"));
        for kind in [LineKind::Connection, LineKind::Newer, LineKind::Undo, LineKind::Demo] {
            let text = line(&sample(kind)).into_string();
            assert!(!text.contains("look") && !text.contains("attention"), "{text}");
        }
    }
}

//! Folding: on a narrow screen one line stands for a table, until it is opened.

use maud::{Markup, html};

/// `body` behind the line `summary` on a narrow screen; on a wide screen and in print only `body`.
///
/// `object` is what opens, said to screen readers: "Five of five pass: show Cost".
#[must_use]
pub fn fold(summary: &str, object: &str, body: Markup) -> Markup {
    html! {
        details.fold { summary { (summary) span.vh { ": show " (object) } } }
        div.folded { (body) }
    }
}

/// `body` behind a line on every screen, for what few people need.
#[must_use]
pub fn disclosure(summary: &str, body: Markup) -> Markup {
    disclosed(summary, false, body)
}

/// The same, open from the beginning where somebody has to see what is in it: a form that was refused.
#[must_use]
pub fn disclosed(summary: &str, open: bool, body: Markup) -> Markup {
    html! { details.figures open[open] { summary { (summary) } (body) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_has_to_see_is_open() {
        assert!(disclosed("Take back", true, html! { "x" }).into_string().contains("<details class=\"figures\" open>"));
        assert!(!disclosure("Take back", html! { "x" }).into_string().contains("open"));
    }

    #[test]
    fn fold_stands_directly_before_what_it_opens() {
        let text = fold("All pass", "Cost", html! { "x" }).into_string();
        assert!(text.ends_with("</details><div class=\"folded\">x</div>"), "{text}");
    }
}

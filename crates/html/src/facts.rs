//! Term and value on a hairline.

use maud::{Markup, html};

/// How a list of facts is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FactsLook {
    /// Narrow terms, no rule on top.
    #[default]
    Plain,
    /// Narrow terms, an ink rule on top; for a page's head.
    Ruled,
    /// Wide terms and more air; for definitions.
    Wide,
}

/// Terms with their values, in the order given. No facts draw nothing.
#[must_use]
pub fn facts(look: FactsLook, list: &[(String, Markup)]) -> Markup {
    let class = match look {
        FactsLook::Plain => "facts",
        FactsLook::Ruled => "facts ruled",
        FactsLook::Wide => "facts wide",
    };
    html! {
        @if !list.is_empty() {
            dl class=(class) { @for (term, value) in list { div { dt { (term) } dd { (value) } } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_grouped() {
        let text = facts(FactsLook::Ruled, &[("A".into(), html! { b { "1" } })]).into_string();
        assert_eq!(text, "<dl class=\"facts ruled\"><div><dt>A</dt><dd><b>1</b></dd></div></dl>");
        assert_eq!(facts(FactsLook::Plain, &[]).into_string(), "");
    }
}

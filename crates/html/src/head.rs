//! The head of a page and its sections.

use maud::{Markup, html};

use crate::facts::{FactsLook, facts};
use crate::fold::fold;
use crate::text::bdi;

/// What stands above the sections of a page.
#[derive(Debug, Default)]
pub struct Head {
    /// The way here: words with the address they lead to, if any; the outermost first.
    pub kicker: Vec<(String, Option<String>)>,
    /// The name of the thing, or the finding on pages that exist to report one. The only `<h1>`.
    pub title: String,
    /// At most three sentences, made from the data; may be empty.
    pub lead: Markup,
    /// At most five facts beside the title.
    pub facts: Vec<(String, Markup)>,
}

/// Draws the head of a page.
#[must_use]
pub fn head(head: Head) -> Markup {
    let class = if head.facts.is_empty() { "head" } else { "head two" };
    html! {
        div class=(class) id="page-head" data-fragment {
            div {
                @if !head.kicker.is_empty() {
                    ul.kicker aria-label="Where you are" {
                        @for (words, href) in &head.kicker {
                            li { @match href { Some(href) => a href=(href) { (bdi(words)) }, None => (bdi(words)) } }
                        }
                    }
                }
                h1 { (bdi(&head.title)) }
                @if !head.lead.0.is_empty() { p.lead { (head.lead) } }
            }
            (facts(FactsLook::Ruled, &head.facts))
        }
    }
}

/// Whether a section follows the one before closely, like the pages of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tight(pub bool);

/// A section: heading in the margin with one sentence that says how to read it, content to its right.
///
/// `id` is unique on the page and the same each time the page is made: a live page puts the newer section in place of this
/// one. The heading gets `h-{id}`.
#[must_use]
pub fn section(id: &str, heading: &str, explain: Option<Markup>, tight: Tight, body: Markup) -> Markup {
    draw(id, heading, explain, tight, None, body)
}

/// A section whose content is one line on a narrow screen, until it is opened.
///
/// Only for sections in which everything passes and no note would be missed. `summary` says so in words ("Five of five pass").
#[must_use]
pub fn folded_section(id: &str, heading: &str, explain: Markup, tight: Tight, summary: &str, body: Markup) -> Markup {
    let folded = fold(summary, heading, body);
    draw(id, heading, Some(explain), tight, Some("only-wide"), folded)
}

fn draw(id: &str, heading: &str, explain: Option<Markup>, tight: Tight, explain_class: Option<&str>, body: Markup) -> Markup {
    let class = if tight.0 { "sec tight" } else { "sec" };
    html! {
        section class=(class) id=(id) aria-labelledby={ "h-" (id) } data-fragment {
            header {
                h2 id={ "h-" (id) } { (heading) }
                @if let Some(explain) = explain { p class=[explain_class] { (explain) } }
            }
            div.body { (body) }
        }
    }
}

/// Two columns side by side from 960 px on; below that one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Columns {
    /// Of equal width.
    Even,
    /// Five to three.
    WideFirst,
    /// Three to five.
    WideLast,
}

/// Sets parts side by side.
#[must_use]
pub fn columns(columns: Columns, parts: &[Markup]) -> Markup {
    let class = match columns {
        Columns::Even => "cols c2",
        Columns::WideFirst => "cols c53",
        Columns::WideLast => "cols c35",
    };
    html! { div class=(class) { @for part in parts { div { (part) } } } }
}

/// A quiet line under a table or list: what is left out, and where it is.
#[must_use]
pub fn more(words: Markup) -> Markup {
    html! { p.more { (words) } }
}

/// A paragraph of text that people read or wrote.
#[must_use]
pub fn prose(words: Markup) -> Markup {
    html! { p.prose { (words) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn head_without_facts_has_one_column() {
        let text = head(Head { title: "A".into(), ..Head::default() }).into_string();
        assert_eq!(text, "<div class=\"head\" id=\"page-head\" data-fragment><div><h1><bdi>A</bdi></h1></div></div>");
    }

    #[test]
    fn section_is_named_by_its_heading() {
        let text = section("x", "X", Some(html! { "y" }), Tight(true), html! { "z" }).into_string();
        assert!(text.contains("class=\"sec tight\" id=\"x\" aria-labelledby=\"h-x\" data-fragment>"), "{text}");
        assert!(text.contains("<h2 id=\"h-x\">X</h2><p>y</p>"), "{text}");
    }

    #[test]
    fn folded_section_says_what_it_hides() {
        let text = folded_section("x", "X", html! { "y" }, Tight(true), "Two of two pass", html! { "z" }).into_string();
        assert!(text.contains("<p class=\"only-wide\">y</p>"));
        assert!(text.contains("<summary>Two of two pass<span class=\"vh\">: show X</span></summary>"));
    }
}

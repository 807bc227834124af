//! How many of a small number: one mark each, never a percentage.

use maud::{Markup, html};

/// One mark is 11 wide and stands every 15 units.
const STEP: usize = 15;

/// `k` filled marks, then empty ones up to `n`, then a dash for each to which the question does not apply.
///
/// `id` is unique on the page; `words` say the same in a sentence ("7 of 10 workloads"). More than 40 marks are not drawn:
/// from 20 on a percentage with its interval says more, which is the caller's sentence.
#[must_use]
pub fn units(id: &str, k: usize, n: usize, not_applicable: usize, words: &str) -> Markup {
    let all = n + not_applicable;
    if all == 0 || all > 40 {
        return html! { span.by { (words) } };
    }
    let width = all * STEP;
    html! {
        svg width=(width) height="13" viewBox={ "0 0 " (width) " 13" } role="img" aria-labelledby={ (id) "t" } {
            title id={ (id) "t" } { (words) }
            @for i in 0..all {
                @if i < k.min(n) {
                    rect.c-unit x=(i * STEP) y="1" width="11" height="11" {}
                } @else if i < n {
                    rect.c-unit0 x={ (i * STEP) ".5" } y="1.5" width="10" height="10" {}
                } @else {
                    line.c-unitna x1=(i * STEP + 2) x2=(i * STEP + 9) y1="6.5" y2="6.5" {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_add_up() {
        let text = units("u", 7, 9, 1, "7 of 9 workloads").into_string();
        assert_eq!(text.matches("class=\"c-unit\"").count(), 7);
        assert_eq!(text.matches("class=\"c-unit0\"").count(), 2);
        assert_eq!(text.matches("class=\"c-unitna\"").count(), 1);
        assert!(text.contains("viewBox=\"0 0 150 13\""));
    }

    #[test]
    fn too_many_are_said_in_words() {
        assert_eq!(units("u", 30, 60, 0, "30 of 60").into_string(), "<span class=\"by\">30 of 60</span>");
        assert!(units("u", 9, 3, 0, "x").into_string().matches("class=\"c-unit\"").count() == 3);
    }
}

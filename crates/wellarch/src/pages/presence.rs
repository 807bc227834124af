//! Who has a review open, as every page of it shows.

use html::{Markup, bdi, html};

use crate::document::ReviewDocument;
use crate::presence::{Here, SHOWN};

/// The list of those who have the review open, with the question that they are on.
pub fn people(here: &[Here], d: &ReviewDocument) -> Markup {
    let title = |id: &str| d.questions().find(|(_, q)| q.id == id).map(|(_, q)| q.title.as_str());
    html! {
        div.pane id="people" data-fragment {
            div.pane-h { h2 { "Open now" } span.small.mute { (here.len()) } }
            @if here.is_empty() {
                p.small.mute { "Nobody else has this review open." }
            } @else {
                ul.ruled {
                    @for h in here.iter().take(SHOWN) {
                        li { b { (bdi(&h.name)) } span.mute { ", " @match title(&h.question) { Some(q) => (bdi(q)), None => "all questions" } } }
                    }
                    @if here.len() > SHOWN { li.mute { "and " (here.len() - SHOWN) " others" } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::document;

    #[test]
    fn people_stand_with_their_question_and_many_are_counted() {
        let here = |name: &str, question: &str| Here { name: name.into(), who: name.into(), question: question.into() };
        let d = document(&[]);
        let page = people(&[here("Maya <x>", "Q-01"), here("Ana", "")], &d).into_string();
        for part in ["Maya &lt;x&gt;", "How &lt;one&gt;?", "Ana", "all questions"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(people(&[], &d).into_string().contains("Nobody else"));
        let many: Vec<Here> = (0..SHOWN + 3).map(|n| here(&format!("P{n:03}"), "Q-02")).collect();
        assert!(people(&many, &d).into_string().contains("and 3 others"));
    }
}

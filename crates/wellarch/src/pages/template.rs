//! Templates of answers: all of them, one with its versions and the reviews that use it, one of its questions.

mod list;
mod one;
mod question;
#[cfg(test)]
pub(super) use one::tests as sample;

pub use list::{TemplatesPage, templates};
pub use one::{TemplatePage, template};
pub use question::{TemplateQuestionPage, template_question};

use html::{Markup, bdi, html};

use crate::lens::Question;
use crate::review::Said;
use crate::template::FromTemplate;

/// A template with the team that owns it, to be opened: “Platform Security, template Account baseline, version 3”.
pub(super) fn linked(t: &FromTemplate) -> Markup {
    html! { (bdi(&t.team)) ", template " a href={ "/reviews/templates/" (t.slug) } { (bdi(&t.name)) } ", version " (t.version) }
}

/// What an answer says, in a sentence, with its note.
fn says(said: &Said, q: &Question) -> Markup {
    html! { (bdi(&html::capital(&said.sentence(q)))) "." (note(said)) }
}

/// The same, to follow a colon.
pub(super) fn said_so(said: &Said, q: &Question) -> Markup {
    html! { (bdi(&said.sentence(q))) "." (note(said)) }
}

fn note(said: &Said) -> Markup {
    html! { @if !said.note.is_empty() { " " span.mute { (bdi(&said.note)) } } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::tests::{said, small};

    #[test]
    fn a_template_is_named_with_its_team_and_version_and_what_it_says() {
        let t = FromTemplate { slug: "base".into(), name: "Base <line>".into(), team: "Security <x>".into(), version: 3 };
        let words = linked(&t).into_string();
        assert!(
            words.contains("Security &lt;x&gt;")
                && words.contains("href=\"/reviews/templates/base\"")
                && words.ends_with("version 3")
        );
        let k = small();
        let q = k.file.lens.question("Q-01").unwrap();
        let with = Said { note: "as <agreed>".into(), ..said(&["aaa"]) };
        let so = said_so(&with, q).into_string();
        assert!(so.contains("ticked “Tick &lt;a&gt;”") && so.contains("as &lt;agreed&gt;"), "{so}");
        assert!(says(&with, q).into_string().contains("Ticked “Tick &lt;a&gt;”"));
    }
}

//! What the next version of a template is to answer to a question.

use html::{Button, Head, Markup, Weight, bdi, button, head, html};
use kernel::error::Fault;

use super::said_so;
use crate::lens::{Pillar, Question};
use crate::pages::question::inputs::{Inputs, absent, choices, words};
use crate::review::Said;
use crate::template::AnswerTemplate;

/// What the page of a question of a template needs.
pub struct TemplateQuestionPage<'a> {
    /// The template.
    pub template: &'a AnswerTemplate,
    /// The question's pillar.
    pub pillar: &'a Pillar,
    /// The question.
    pub question: &'a Question,
    /// What the newest version says.
    pub published: Option<&'a Said>,
    /// What the draft says.
    pub drafted: Option<&'a Said>,
    /// What was typed, and what is wrong with it.
    pub sent: Option<(&'a Said, &'a [Fault])>,
    /// Why nothing was stored.
    pub conflict: Option<&'a str>,
    /// The reader may change it.
    pub may: bool,
    /// Token for forms.
    pub csrf: &'a str,
}

/// The page of a question of a template.
pub fn template_question(p: &TemplateQuestionPage<'_>) -> Markup {
    let (t, q) = (p.template, p.question);
    let here = format!("/reviews/templates/{}", t.slug);
    let nothing = Said::default();
    let said = p.sent.map(|(said, _)| said).or(p.drafted).unwrap_or(&nothing);
    let i = Inputs { question: q, said, faults: p.sent.map_or(&[], |(_, faults)| faults) };
    html! {
        (head(Head {
            kicker: vec![
                ("Templates of answers".into(), Some("/reviews/templates".into())),
                (t.name.clone(), Some(here.clone())),
                (p.pillar.name.clone(), None),
            ],
            title: q.title.clone(),
            lead: html! { @if q.intro.trim().is_empty() { "What is true of every workload that uses the template." } @else { (bdi(q.intro.trim())) } },
            ..Head::default()
        }))
        @if let Some(conflict) = p.conflict {
            div.alert role="alert" aria-labelledby="conflict" tabindex="-1" {
                h2 id="conflict" { "Somebody else has changed the draft" }
                p { (bdi(conflict)) }
                p { "What you ticked and typed stands below." }
            }
        }
        @if let Some((_, faults)) = p.sent { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) }
        p.say {
            @match p.published { Some(said) => { "Version " (t.version) " says: " (said_so(said, q)) }, None => "The newest version leaves this question to each review." }
        }
        p.small.pane-gap-s.mute { "Tick what is true of every workload that uses the template. Nothing changes in a review before the next version is published." }
        div.pane-gap {
            @if p.may {
                (html::form(&format!("{here}/questions/{}", q.id), p.csrf, html! {
                    input type="hidden" name="based_on" value=(t.draft.version);
                    fieldset id="choices" { (choices(&i, |_| html! {})) }
                    (absent(&i))
                    (words(&i))
                    div.btns.sub {
                        (button(&Button { label: "Save in the draft", weight: Weight::Primary, sends: Some(("act", "save")), ..Button::default() }))
                        @if p.drafted.is_some() { (button(&Button { label: "Leave the question to each review", sends: Some(("act", "remove")), ..Button::default() })) }
                        (button(&Button { label: "Back", href: Some(&here), ..Button::default() }))
                    }
                }))
            } @else {
                fieldset disabled id="choices" { (choices(&i, |_| html! {})) (words(&i)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::template::one::tests::template;
    use crate::review::tests::{said, small};

    #[test]
    fn a_question_of_a_template_is_a_form_for_its_owners() {
        let k = small();
        let lens = &k.file.lens;
        let (pillar, question) = lens.questions().next().unwrap();
        let (published, drafted, typed) =
            (said(&["aaa"]), said(&["aaa", "bbb"]), Said { note: "typed <n>".into(), ..Said::default() });
        let faults = [Fault::new("choices", "Tick <something>.")];
        let draw = |may, sent, conflict| {
            template_question(&TemplateQuestionPage {
                template: &template(2),
                pillar,
                question,
                published: Some(&published),
                drafted: Some(&drafted),
                sent,
                conflict,
                may,
                csrf: "c",
            })
            .into_string()
        };
        let page = draw(true, None, None);
        for part in [
            "How &lt;one&gt;?",
            "Version 2 says: ",
            "value=\"bbb\" checked",
            "name=\"based_on\" value=\"4\"",
            "Leave the question to each review",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let refused = draw(true, Some((&typed, &faults[..])), Some("Maya <was> faster."));
        assert!(
            refused.contains("typed &lt;n&gt;")
                && refused.matches("Tick &lt;something&gt;.").count() == 2
                && refused.contains("Maya &lt;was&gt; faster.")
        );
        assert!(!draw(false, None, None).contains("<form"));
    }
}

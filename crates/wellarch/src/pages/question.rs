//! The page of one question: the choices, the answer, the risk that follows and what would lower it.

mod aid;
mod form;
pub(in crate::pages) mod inputs;
mod template;

use ::evidence::pages::{EvidencePane, evidence};
use html::{Head, Markup, bdi, head, html};
use jiff::civil::Date;
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::clock;

use super::discussion::{Discussion, discussion};
use super::presence::people;
use super::review::standing_mark;
use super::vote::{VotePane, vote};
use crate::change::Latest;
use crate::document::{ReviewDocument, ReviewPillar, ReviewQuestion};
use crate::lens::Question;
use crate::plan::AcceptedRisk;
use crate::presence::Here;
use crate::review::Said;

/// A form that was refused, or that somebody else was faster than.
pub struct Sent<'a> {
    /// What was typed.
    pub said: &'a Said,
    /// What is wrong with it.
    pub faults: &'a [Fault],
    /// Who has answered meanwhile, and what.
    pub conflict: Option<&'a str>,
    /// The version that was looked at, if the form is to be held against it again; the newest if left out.
    pub based_on: Option<i64>,
    /// Why the review answers otherwise than a template, as it was typed.
    pub reason: &'a str,
}

/// What the page of a question needs.
pub struct QuestionPage<'a> {
    /// The review.
    pub document: &'a ReviewDocument,
    /// The question's pillar.
    pub pillar: &'a ReviewPillar,
    /// The question as the lens has it.
    pub question: &'a Question,
    /// The question as it is answered.
    pub shown: &'a ReviewQuestion,
    /// Name of the last milestone, and the question as it stood then.
    pub previous: Option<(&'a str, &'a ReviewQuestion)>,
    /// Who bears the risk for a time.
    pub accepted: Option<&'a AcceptedRisk>,
    /// Today, as last days count.
    pub today: Date,
    /// The newest answer, and what it changed.
    pub latest: Option<&'a Latest>,
    /// Who has the review open.
    pub here: &'a [Here],
    /// Links and attachments.
    pub evidence: EvidencePane<'a>,
    /// The blind vote.
    pub vote: VotePane<'a>,
    /// Comments.
    pub discussion: Discussion<'a>,
    /// The reader may answer.
    pub may_answer: bool,
    /// The reader wants to answer otherwise than the template that answers the question.
    pub override_: bool,
    /// A refused form.
    pub sent: Option<&'a Sent<'a>>,
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

impl QuestionPage<'_> {
    fn here(&self) -> String {
        format!("/workloads/{}/reviews/{}", self.document.workload.slug, self.document.lens.slug)
    }

    /// Name of the last milestone, and whether a choice was ticked then.
    fn then(&self, choice: &str) -> Option<(&str, bool)> {
        let (name, before) = self.previous?;
        let was = before.choices.iter().find(|c| c.id == choice)?;
        Some((name, was.ticked))
    }

    /// A template answers the question.
    fn templated(&self) -> bool {
        self.shown.template.as_ref().is_some_and(|c| c.overridden.is_none())
    }

    /// The form says why the review answers otherwise than the template.
    fn overriding(&self) -> bool {
        self.templated() && self.may_answer && (self.override_ || self.sent.is_some())
    }
}

/// The page of a question.
pub fn question_page(p: &QuestionPage<'_>) -> Markup {
    let d = p.document;
    html! {
        (head(Head {
            kicker: vec![
                (d.team.name.clone(), Some(format!("/teams/{}", d.team.slug))),
                (d.lens.name.clone(), Some(p.here())),
            ],
            title: d.workload.name.clone(),
            ..Head::default()
        }))
        div.live.ask {
            section.a-side aria-label="Progress" id="progress" data-fragment { (progress(p)) }
            section.a-main aria-labelledby="qh" {
                @if p.overriding() { div id="question" { (main(p)) } }
                @else { div id="question" data-fragment data-merge="answer" { (main(p)) } }
                (evidence(&p.evidence, &format!("{}/questions/{}", p.here(), p.question.id), p.csrf, p.now, p.zone))
                (vote(&p.vote, p.question, &format!("{}/questions/{}", p.here(), p.question.id), p.csrf, p.now, p.zone))
                (discussion(&p.discussion, p.csrf, &format!("{}/questions/{}", p.here(), p.question.id), p.now, p.zone))
            }
            section.a-aid aria-label="Risk and people" {
                div id="risk" data-fragment { (aid::aid(p)) }
                (people(p.here, p.document))
            }
        }
    }
}

fn count(n: usize) -> String {
    if n == 0 { "-".to_owned() } else { n.to_string() }
}

fn progress(p: &QuestionPage<'_>) -> Markup {
    let d = p.document;
    html! {
        div.pane {
            div.pane-h { h2 { "Progress" } span.small.mute { (d.counts.answered) " of " (d.counts.questions) } }
            table {
                caption.vh { "Answered questions and risks by pillar" }
                thead { tr { th scope="col" { "Pillar" } th.num scope="col" { "Answered" } th.num scope="col" { "High" } th.num scope="col" { "Med." } } }
                tbody {
                    @for pillar in &d.pillars {
                        tr {
                            th.plain scope="row" { (bdi(&pillar.name)) }
                            td.num { (pillar.counts.answered) " of " (pillar.counts.questions) }
                            td.num { (count(pillar.counts.high)) }
                            td.num { (count(pillar.counts.medium)) }
                        }
                    }
                }
            }
        }
        div.pane {
            div.pane-h { h2 { (bdi(&p.pillar.name)) } span.small.mute { (p.pillar.questions.len()) } }
            ul.qnav {
                @for (i, q) in p.pillar.questions.iter().enumerate() {
                    li aria-current=[(q.id == p.shown.id).then_some("true")] {
                        span { (i + 1) }
                        a href={ (p.here()) "/questions/" (q.id) } { (bdi(&q.title)) }
                        (standing_mark(q.standing))
                    }
                }
            }
        }
    }
}

fn main(p: &QuestionPage<'_>) -> Markup {
    let q = p.question;
    let at = p.pillar.questions.iter().position(|x| x.id == q.id).map_or(0, |i| i + 1);
    html! {
        p.small.mute { (bdi(&p.pillar.name)) " " (at) " of " (p.pillar.questions.len()) }
        h2.q #qh { (bdi(&q.title)) }
        @if !q.intro.trim().is_empty() { p.prose.pane-gap-s { (bdi(q.intro.trim())) } }
        p.small.pane-gap-s.mute { "Tick what is true today, not what is planned. Evidence suggests; it never ticks." }
        @if let Some(conflict) = p.sent.and_then(|s| s.conflict) {
            div.alert role="alert" aria-labelledby="conflict" tabindex="-1" {
                h2 id="conflict" { "Somebody else has answered" }
                p { (bdi(conflict)) }
                p { "What you ticked and typed stands below. The answer as it is now stands beside it." }
            }
        }
        @if let Some(sent) = p.sent {
            (html::alert(sent.faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect()))
        }
        (template::template(p))
        div.pane-gap { (form::form(p)) }
        (latest(p))
    }
}

/// Who answered last, what it changed, and how to take it back.
fn latest(p: &QuestionPage<'_>) -> Markup {
    let version =
        |l: &Latest| html! { a href={ (p.here()) "/questions/" (p.question.id) "/history" } { "version " (l.answer.version) } };
    let when = |l: &Latest| {
        let soon = p.now.since(l.answer.at).as_secs() < 60;
        html! { @if soon { "a moment ago" } @else { (clock(l.answer.at, p.now, p.zone)) } }
    };
    html! {
        div.state-line id="latest" data-fragment data-latest {
            @match p.latest {
                Some(l) if l.mine => {
                    p.hint { "Saved, " (version(l)) ", " (when(l)) ": you " (bdi(&l.words)) "." }
                    @if p.may_answer {
                        button.btn.slim type="submit" form="answer" name="act" value="undo" { "Undo" span.vh { ": take back version " (l.answer.version) } }
                    }
                },
                Some(l) => p.hint { b { (bdi(&l.answer.who())) } " " (bdi(&l.words)) " " (when(l)) ", " (version(l)) "." },
                None => p.hint { "Nobody has answered yet." },
            }
        }
    }
}

#[cfg(test)]
mod tests;

//! The page of one question: the choices, the answer, the risk that follows and what would lower it.

use html::{Button, FactsLook, Field, FieldKind, Head, Markup, bdi, button, facts, field, head, html};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::clock;

use super::review::standing_mark;
use crate::document::{LowerSet, ReviewDocument, ReviewPillar, ReviewQuestion};
use crate::lens::{Choice, Question};
use crate::review::{Said, Standing, WhyNot};

/// Sets of choices that are told for each risk below.
const TOLD: usize = 3;

/// A form that was refused, or that somebody else was faster than.
pub struct Sent<'a> {
    /// What was typed.
    pub said: &'a Said,
    /// What is wrong with it.
    pub faults: &'a [Fault],
    /// Who has answered meanwhile, and what.
    pub conflict: Option<&'a str>,
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
    /// The reader may answer.
    pub may_answer: bool,
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

    fn wrong(&self, at: &str) -> Option<&str> {
        let faults = self.sent.map_or(&[][..], |s| s.faults);
        faults.iter().find(|f| f.at == at).map(|f| f.message.as_str())
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
            section.a-main aria-labelledby="qh" id="question" data-fragment { (main(p)) }
            section.a-aid aria-label="Risk" id="risk" data-fragment { (aid(p)) }
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
        p.small.pane-gap-s.mute { "Tick what is true today, not what is planned." }
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
        div.pane-gap { (form(p)) }
    }
}

/// The keys beside the choices: the first nine that are no “none of these”.
fn keys(q: &Question) -> Vec<Option<String>> {
    let mut n = 0;
    q.choices
        .iter()
        .map(|c| {
            if c.none {
                return Some("0".to_owned());
            }
            n += 1;
            (n <= 9).then(|| n.to_string())
        })
        .collect()
}

fn form(p: &QuestionPage<'_>) -> Markup {
    let q = p.question;
    let stored = p.shown.answer.as_ref();
    let nothing = Said::default();
    let said = p.sent.map(|s| s.said).or(stored.map(|a| &a.said)).unwrap_or(&nothing);
    let version = stored.map_or(0, |a| a.version);
    let own_none = q.choices.iter().any(|c| c.none);
    let body = html! {
        input type="hidden" name="based_on" value=(version);
        fieldset disabled[!p.may_answer] id="choices" {
            legend.vh { "Which of these are in place?" }
            @if let Some(wrong) = p.wrong("choices") { (html::error_line("choices-e", wrong)) }
            @for (c, key) in q.choices.iter().zip(keys(q)) { (choice(c, said, key.as_deref(), p)) }
            @if !own_none { (none(said, p)) }
        }
        @if p.may_answer { (absent(p, said)) }
        div.cols.c2.sub {
            (field(&Field {
                id: "note",
                label: "Note for the record",
                hint: Some("Who said what, what is planned, where to look."),
                value: &said.note,
                kind: FieldKind::Textarea(6),
                error: p.wrong("note"),
                ..Field::default()
            }))
            (whole(p, said))
        }
        @if p.may_answer { (buttons(p)) }
    };
    if p.may_answer {
        html::form(&format!("{}/questions/{}", p.here(), q.id), p.csrf, body)
    } else {
        html! { fieldset disabled { (body) } }
    }
}

fn choice(c: &Choice, said: &Said, key: Option<&str>, p: &QuestionPage<'_>) -> Markup {
    let id = format!("c-{}", c.id);
    let described = (!c.what.trim().is_empty()).then(|| format!("{id}-d"));
    let ticked = said.choices.contains(&c.id) || (c.none && said.none);
    let wrong = if c.none { p.wrong("none") } else { None };
    html! {
        div.choice {
            input type="checkbox" name="choice" id=(id) value=(c.id) checked[ticked] aria-describedby=[described.as_deref()] data-hotkey=[key];
            div {
                label for=(id) { (bdi(&c.title)) @if let Some(key) = key { " " kbd { (key) } } }
                @if let Some(described) = &described { p.desc id=(described) { (bdi(c.what.trim())) } }
                @if let Some(why) = said.ruled_out(&c.id) { p.ev { (standing_mark(Standing::NotApplicable)) span { (why.words()) } } }
                @if let Some(wrong) = wrong { (html::error_line("none", wrong)) }
            }
        }
    }
}

fn none(said: &Said, p: &QuestionPage<'_>) -> Markup {
    html! {
        div.choice {
            input type="checkbox" name="none" id="none" value="yes" checked[said.none] aria-describedby="none-d" data-hotkey="0";
            div {
                label for="none" { "None of these " kbd { "0" } }
                p.desc id="none-d" { "Stands alone: untick the others." }
                @if let Some(wrong) = p.wrong("none") { (html::error_line("none-e", wrong)) }
            }
        }
    }
}

fn reasons(first: &'static str) -> Vec<(&'static str, String)> {
    let mut out = vec![("", first.to_owned())];
    out.extend(WhyNot::ALL.map(|w| (w.key(), html::capital(w.words()))));
    out
}

/// Choices that do not apply, folded: few need it.
fn absent(p: &QuestionPage<'_>, said: &Said) -> Markup {
    let options = reasons("It applies");
    let options: Vec<(&str, &str)> = options.iter().map(|(k, w)| (*k, w.as_str())).collect();
    let n = said.not_applicable.len();
    let summary = if n == 0 { "A choice does not apply".to_owned() } else { format!("Choices that do not apply: {n}") };
    html::disclosure(
        &summary,
        html! {
            p.hint { "Such a choice counts neither as done nor as missing, and every report says so." }
            @for c in p.question.choices.iter().filter(|c| !c.none) {
                @let (id, name) = (format!("a-{}", c.id), format!("absent.{}", c.id));
                (field(&Field {
                    id: &id,
                    name: &name,
                    label: &c.title,
                    value: said.ruled_out(&c.id).map_or("", WhyNot::key),
                    kind: FieldKind::Select(&options),
                    ..Field::default()
                }))
            }
        },
    )
}

fn whole(p: &QuestionPage<'_>, said: &Said) -> Markup {
    let options = reasons("It applies");
    let options: Vec<(&str, &str)> = options.iter().map(|(k, w)| (*k, w.as_str())).collect();
    field(&Field {
        id: "does_not_apply",
        label: "If the whole question does not apply, why?",
        hint: Some("It is listed as such in every report, and never counts as good."),
        value: said.does_not_apply.map_or("", WhyNot::key),
        kind: FieldKind::Select(&options),
        error: p.wrong("does_not_apply"),
        ..Field::default()
    })
}

fn buttons(p: &QuestionPage<'_>) -> Markup {
    let next = p.document.after(&p.question.id);
    let back = p.document.before(&p.question.id).map(|q| format!("{}/questions/{q}", p.here()));
    let leave = next.map_or_else(|| p.here(), |q| format!("{}/questions/{q}", p.here()));
    html! {
        div.btns.sub {
            button.btn.primary type="submit" name="act" value="next" data-hotkey="s" {
                @if next.is_some() { "Save and go on" } @else { "Save and finish" } " " kbd { "s" }
            }
            (button(&Button { label: "Save and stay", sends: Some(("act", "stay")), ..Button::default() }))
            @if let Some(back) = &back { (button(&Button { label: "Back", href: Some(back), ..Button::default() })) }
            (button(&Button { label: "Leave it open", href: Some(&leave), ..Button::default() }))
        }
    }
}

/// “Tick A (1), B (2); untick C (3)”.
fn change(set: &LowerSet, q: &Question) -> Markup {
    let part = |ids: &[String]| {
        html! {
            @for (i, id) in ids.iter().enumerate() {
                @if i > 0 { "; " }
                @match q.choice(id).map(|n| (n + 1, &q.choices[n])) {
                    Some((n, c)) => { (bdi(&c.title)) @if !c.none { " (" (n) ")" } },
                    None => (id),
                }
            }
        }
    };
    html! {
        @if !set.add.is_empty() { (part(&set.add)) }
        @if !set.remove.is_empty() { @if !set.add.is_empty() { "; " } "without " (part(&set.remove)) }
    }
}

/// What would lower the risk, as facts: to which risk, by what.
fn lower(p: &QuestionPage<'_>) -> Vec<(String, Markup)> {
    let mut out = Vec::new();
    for (then, term) in [(Standing::Medium, "To medium"), (Standing::None, "To none")] {
        let sets: Vec<&LowerSet> = p.shown.lower.iter().filter(|l| l.then == then).collect();
        if sets.is_empty() {
            continue;
        }
        let more = sets.len().saturating_sub(TOLD);
        out.push((
            term.to_owned(),
            html! {
                @for (i, set) in sets.iter().take(TOLD).enumerate() { @if i > 0 { br; "or " } (change(set, p.question)) }
                @if more > 0 { br; span.mute { "and " (more) " other " (html::plural(more, "way", "ways")) } }
            },
        ));
    }
    out
}

/// What was answered at the last milestone.
fn previous(name: &str, q: &ReviewQuestion) -> Markup {
    let ticked: Vec<&str> = q.choices.iter().filter(|c| c.ticked).map(|c| c.title.as_str()).collect();
    html! {
        div.pane {
            div.pane-h { h2 { "At " (bdi(name)) } (standing_mark(q.standing)) }
            @if ticked.is_empty() { p.small.mute { "Nothing was ticked." } } @else {
                ul.ruled { @for title in &ticked { li { (bdi(title)) } } }
            }
        }
    }
}

fn aid(p: &QuestionPage<'_>) -> Markup {
    let s = p.shown;
    html! {
        div.pane-h { h2 { "Resulting risk" } }
        p.big { (standing_mark(s.standing)) }
        @match (&s.rule, &s.condition) {
            (Some(n), Some(when)) => {
                p.prose.pane-gap-s { "Rule " (n) " of " (s.rules) " decides: it is the first that holds." }
                p.by.pane-gap-s { code { (when.trim()) } " gives " (s.standing.words()) }
            },
            (Some(n), None) => p.prose.pane-gap-s { "No rule before the last holds, so rule " (n) " of " (s.rules) " decides: everything else gives " (s.standing.words()) "." },
            (None, _) if s.standing.is_risk() => p.prose.pane-gap-s { "No rule holds and there is no default, so the risk is high." },
            (None, _) if s.standing == Standing::NotApplicable => p.prose.pane-gap-s { "The question does not apply, so there is nothing to judge." },
            (None, _) => p.prose.pane-gap-s { "Nothing is ticked yet, so there is no risk and no all-clear." },
        }
        (facts(FactsLook::Plain, &lower(p)))
        @if let Some((name, q)) = p.previous { (previous(name, q)) }
        @match &s.answer {
            Some(a) => {
                div.pane {
                    div.pane-h { h2 { "The answer as it stands" } span.small.mute { "version " (a.version) } }
                    p.small { (bdi(&a.by)) ", " (clock(a.at, p.now, p.zone)) ": " (bdi(&a.said.sentence(p.question))) "." }
                    @if !a.said.note.is_empty() { p.small.pane-gap-s { (bdi(&a.said.note)) } }
                }
            },
            None => {},
        }
    }
}

#[cfg(test)]
mod tests;

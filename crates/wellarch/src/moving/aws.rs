//! Answers of the AWS Well-Architected Tool, as its API gives them: the bodies of `ListAnswers`, `GetAnswer`, `GetLensReview`, the
//! consolidated report, and plain lists of ticks. Pure.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Refused, Unmapped};
use crate::lens::{Lens, Question};
use crate::review::{RuledOut, Said, WhyNot};

/// An answer as a file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsAnswer {
    /// Where it stands: file and place.
    pub at: String,
    /// Id of the question.
    pub question: String,
    /// Ids of the ticked choices.
    pub ticked: Vec<String>,
    /// Ids of choices that do not apply, and why.
    pub ruled_out: Vec<(String, WhyNot)>,
    /// The question does not apply, and why.
    pub does_not_apply: Option<WhyNot>,
    /// Ids of practices that are not in place, where the file says these instead of the ticked ones.
    pub missing: Option<Vec<String>>,
    /// Notes of the question and of its choices.
    pub note: String,
    /// `HIGH`, `MEDIUM` and so on; empty if the file does not say.
    pub risk: String,
}

/// What files hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AwsFound {
    /// Answers that say something.
    pub answers: Vec<AwsAnswer>,
    /// Questions that nobody has answered.
    pub open: usize,
    /// What cannot be read.
    pub refused: Vec<Refused>,
    /// Lenses that files name.
    pub lenses: Vec<String>,
}

fn text<'a>(v: &'a Value, key: &str) -> &'a str {
    v[key].as_str().unwrap_or("")
}

fn list<'a>(v: &'a Value, key: &str) -> &'a [Value] {
    v[key].as_array().map_or(&[], Vec::as_slice)
}

fn strings(v: &Value, key: &str) -> Vec<String> {
    list(v, key).iter().filter_map(|s| s.as_str().map(str::to_owned)).collect()
}

/// A reason; “none” is said by choosing none, so it is another reason.
fn reason(word: &str) -> WhyNot {
    match word {
        "OUT_OF_SCOPE" => WhyNot::OutOfScope,
        "BUSINESS_PRIORITIES" => WhyNot::BusinessPriority,
        "ARCHITECTURE_CONSTRAINTS" => WhyNot::Constraint,
        _ => WhyNot::Other,
    }
}

impl AwsFound {
    fn refuse(&mut self, at: &str, why: impl Into<String>) {
        self.refused.push(Refused { r#where: at.to_owned(), why: why.into() });
    }

    fn lens(&mut self, name: &str) {
        if !name.is_empty() && !self.lenses.iter().any(|l| l == name) {
            self.lenses.push(name.to_owned());
        }
    }

    /// `AnswerSummary` of `ListAnswers`, `Answer` of `GetAnswer`.
    fn answer(&mut self, at: &str, v: &Value) {
        let question = text(v, "QuestionId");
        if question.is_empty() {
            return self.refuse(at, "QuestionId is missing, so the answer belongs to no question.");
        }
        let choices = if v["ChoiceAnswers"].is_array() { list(v, "ChoiceAnswers") } else { list(v, "ChoiceAnswerSummaries") };
        let mut ticked = strings(v, "SelectedChoices");
        let (mut ruled_out, mut note) = (Vec::new(), text(v, "Notes").trim().to_owned());
        for c in choices {
            let id = text(c, "ChoiceId").to_owned();
            match text(c, "Status") {
                "SELECTED" if !ticked.contains(&id) => ticked.push(id.clone()),
                "NOT_APPLICABLE" => ruled_out.push((id.clone(), reason(text(c, "Reason")))),
                _ => {}
            }
            if let Some(said) = c["Notes"].as_str().map(str::trim).filter(|n| !n.is_empty()) {
                let gap = if note.is_empty() { "" } else { "\n" };
                note += &format!("{gap}{id}: {said}");
            }
        }
        let applies = v["IsApplicable"].as_bool().unwrap_or(true);
        let does_not_apply = (!applies).then(|| reason(text(v, "Reason")));
        if ticked.is_empty() && ruled_out.is_empty() && does_not_apply.is_none() && note.is_empty() {
            self.open += 1;
            return;
        }
        let (question, risk) = (question.to_owned(), text(v, "Risk").to_owned());
        self.answers.push(AwsAnswer { at: at.to_owned(), question, ticked, ruled_out, does_not_apply, missing: None, note, risk });
    }

    /// A question of the consolidated report, which names the practices that add to its risk.
    fn metric(&mut self, at: &str, v: &Value) {
        let (question, risk) = (text(v, "QuestionId").to_owned(), text(v, "Risk").to_owned());
        if question.is_empty() {
            return self.refuse(at, "QuestionId is missing, so the answer belongs to no question.");
        }
        if risk == "UNANSWERED" || risk.is_empty() {
            self.open += 1;
            return;
        }
        let missing = list(v, "BestPractices").iter().map(|p| text(p, "ChoiceId").to_owned()).collect();
        let does_not_apply = (risk == "NOT_APPLICABLE").then_some(WhyNot::Other);
        let (ticked, ruled_out, note) = (Vec::new(), Vec::new(), String::new());
        self.answers.push(AwsAnswer {
            at: at.to_owned(),
            question,
            ticked,
            ruled_out,
            does_not_apply,
            missing: Some(missing),
            note,
            risk,
        });
    }

    fn body(&mut self, at: &str, v: &Value) {
        if let Some(all) = v.as_array() {
            all.iter().enumerate().for_each(|(i, v)| self.body(&format!("{at}, [{i}]"), v));
        } else if v["AnswerSummaries"].is_array() {
            self.lens(text(v, "LensAlias"));
            let each = list(v, "AnswerSummaries").iter().enumerate();
            each.for_each(|(i, a)| self.answer(&format!("{at}, AnswerSummaries[{i}]"), a));
        } else if v["Answer"].is_object() {
            self.lens(text(v, "LensAlias"));
            self.answer(&format!("{at}, Answer"), &v["Answer"]);
        } else if v["LensReview"].is_object() {
            // It has the version and notes of pillars, and no answers.
            self.lens(text(&v["LensReview"], "LensAlias"));
        } else if v["Metrics"].is_array() {
            for (w, workload) in list(v, "Metrics").iter().enumerate() {
                for (l, lens) in list(workload, "Lenses").iter().enumerate() {
                    self.lens(text(lens, "LensArn"));
                    for (p, pillar) in list(lens, "Pillars").iter().enumerate() {
                        for (q, question) in list(pillar, "Questions").iter().enumerate() {
                            self.metric(&format!("{at}, Metrics[{w}].Lenses[{l}].Pillars[{p}].Questions[{q}]"), question);
                        }
                    }
                }
            }
        } else if v["questionResponses"].is_array() {
            for (i, a) in list(v, "questionResponses").iter().enumerate() {
                let told = json!({ "QuestionId": a["questionId"], "SelectedChoices": a["choices"], "Notes": a["notes"] });
                self.answer(&format!("{at}, questionResponses[{i}]"), &told);
            }
        } else {
            self.refuse(
                at,
                "This is no body of ListAnswers, GetAnswer or GetLensReview, no consolidated report and no list of ticks.",
            );
        }
    }
}

/// Reads files: name and text.
pub fn read<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> AwsFound {
    let mut out = AwsFound::default();
    for (name, text) in files {
        match serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) {
            Ok(v) => out.body(name, &v),
            Err(e) => out.refuse(name, format!("This is no JSON: {e}.")),
        }
    }
    out
}

impl AwsFound {
    /// What the files hold, in figures.
    #[must_use]
    pub fn facts(&self) -> Value {
        let mut risks: BTreeMap<&str, usize> = BTreeMap::new();
        for a in self.answers.iter().filter(|a| !a.risk.is_empty()) {
            *risks.entry(a.risk.as_str()).or_default() += 1;
        }
        json!({
            "questions": self.answers.len() + self.open,
            "answered": self.answers.len(),
            "choices_ticked": self.answers.iter().map(|a| a.ticked.len()).sum::<usize>(),
            "choices_not_applicable": self.answers.iter().map(|a| a.ruled_out.len()).sum::<usize>(),
            "questions_not_applicable": self.answers.iter().filter(|a| a.does_not_apply.is_some()).count(),
            "risks": risks,
            "lenses": self.lenses,
        })
    }
}

impl AwsAnswer {
    /// What it says of a question of ours. What has no counterpart is told.
    fn said(&self, q: &Question, lost: &mut Vec<Unmapped>) -> Option<Said> {
        let mut tell = |choice: &str, why: &str| {
            let choice = Some(choice.to_owned()).filter(|c| !c.is_empty());
            lost.push(Unmapped { r#where: self.at.clone(), question: self.question.clone(), choice, why: why.to_owned() });
        };
        let known = |id: &String| q.choice(id).is_some();
        let mut out = Said { does_not_apply: self.does_not_apply, note: self.note.clone(), ..Said::default() };
        if let Some(missing) = &self.missing {
            missing.iter().filter(|id| !known(id)).for_each(|id| tell(id, "the lens has no such choice"));
            if self.does_not_apply.is_none() {
                let has = q.choices.iter().filter(|c| !c.none && !missing.contains(&c.id));
                out.choices = has.map(|c| c.id.clone()).collect();
                out.none = out.choices.is_empty();
            }
        }
        for id in &self.ticked {
            match q.choice(id).map(|i| &q.choices[i]) {
                Some(c) if c.none => out.none = true,
                Some(c) => out.choices.push(c.id.clone()),
                // Ours may have no choice for “none of these”, and says it without one.
                None if id.ends_with("_no") => out.none = true,
                None => tell(id, "the lens has no such choice"),
            }
        }
        for (id, reason) in &self.ruled_out {
            match q.choice(id).map(|i| &q.choices[i]) {
                Some(c) if c.none => {}
                Some(c) => out.not_applicable.push(RuledOut { choice: c.id.clone(), reason: *reason }),
                None => tell(id, "the lens has no such choice"),
            }
        }
        let other = out.does_not_apply == Some(WhyNot::Other) || out.not_applicable.iter().any(|r| r.reason == WhyNot::Other);
        if other && out.note.is_empty() {
            out.note = "The AWS tool gave no reason.".to_owned();
        }
        match out.check(q) {
            Ok(said) => Some(said),
            Err(e) => {
                tell("", &format!("the answer does not fit the question: {}", super::reason(&e)));
                None
            }
        }
    }
}

/// Answers for questions of a lens, and what has no counterpart there.
pub fn onto(lens: &Lens, answers: &[AwsAnswer]) -> (Vec<(String, Said)>, Vec<Unmapped>) {
    let (mut out, mut lost): (Vec<(String, Said)>, Vec<Unmapped>) = (Vec::new(), Vec::new());
    for a in answers {
        let Some(q) = lens.question(&a.question) else {
            let why = "the lens has no such question".to_owned();
            lost.push(Unmapped { r#where: a.at.clone(), question: a.question.clone(), choice: None, why });
            continue;
        };
        if let Some(said) = a.said(q, &mut lost) {
            // The whole answer follows the summary of the same question: the later one counts.
            out.retain(|(id, _)| *id != q.id);
            out.push((q.id.clone(), said));
        }
    }
    (out, lost)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::tests::small;

    fn found(text: &str) -> AwsFound {
        read([("f.json", text)].into_iter())
    }

    #[test]
    fn bodies_of_the_api_are_read() {
        let listed = found(
            r#"{"LensAlias":"serverless","AnswerSummaries":[
              {"QuestionId":"Q-01","SelectedChoices":["aaa"],"ChoiceAnswerSummaries":[{"ChoiceId":"bbb","Status":"NOT_APPLICABLE","Reason":"OUT_OF_SCOPE"}],"IsApplicable":true,"Risk":"MEDIUM"},
              {"QuestionId":"Q-02","SelectedChoices":[],"IsApplicable":true,"Risk":"UNANSWERED"},
              {"SelectedChoices":["x"]}]}"#,
        );
        assert_eq!(
            (listed.answers.len(), listed.open, listed.refused.len(), listed.lenses.as_slice()),
            (1, 1, 1, ["serverless".to_owned()].as_slice())
        );
        let a = &listed.answers[0];
        assert_eq!(
            (a.ticked.as_slice(), a.ruled_out.as_slice()),
            (["aaa".to_owned()].as_slice(), [("bbb".to_owned(), WhyNot::OutOfScope)].as_slice())
        );
        assert_eq!(listed.refused[0].r#where, "f.json, AnswerSummaries[2]");
        let one = found(
            r#"{"Answer":{"QuestionId":"Q-01","IsApplicable":false,"Reason":"BUSINESS_PRIORITIES","Notes":" n ","ChoiceAnswers":[{"ChoiceId":"aaa","Status":"SELECTED","Notes":"c"}]}}"#,
        );
        assert_eq!((one.answers[0].note.as_str(), one.answers[0].does_not_apply), ("n\naaa: c", Some(WhyNot::BusinessPriority)));
        assert_eq!(one.answers[0].ticked, ["aaa"]);
        assert!(found(r#"{"LensReview":{"LensAlias":"l"}}"#).answers.is_empty());
        assert_eq!(found("{}").refused.len(), 1);
        assert!(found("nope").refused[0].why.starts_with("This is no JSON"));
    }

    #[test]
    fn a_consolidated_report_names_what_is_missing() {
        let text = r#"{"Metrics":[{"WorkloadId":"w","Lenses":[{"LensArn":"l","Pillars":[{"PillarId":"p","Questions":[
            {"QuestionId":"Q-01","Risk":"MEDIUM","BestPractices":[{"ChoiceId":"bbb","ChoiceTitle":"b"}]},
            {"QuestionId":"Q-02","Risk":"NOT_APPLICABLE","BestPractices":[]},
            {"QuestionId":"Q-03","Risk":"UNANSWERED","BestPractices":[]}]}]}]}]}"#;
        let f = found(text);
        assert_eq!((f.answers.len(), f.open), (2, 1));
        let (said, lost) = onto(&small().file.lens, &f.answers);
        assert!(lost.is_empty());
        assert_eq!((said[0].1.choices.as_slice(), said[1].1.does_not_apply), (["aaa".to_owned()].as_slice(), Some(WhyNot::Other)));
        assert!(!said[1].1.note.is_empty(), "another reason has a note");
    }

    #[test]
    fn what_has_no_counterpart_is_told_and_the_rest_is_taken() {
        let f = found(
            r#"{"questionResponses":[{"questionId":"Q-01","choices":["aaa","zzz"]},{"questionId":"Q-09","choices":["a"]},{"questionId":"Q-02","choices":["q_no"]}]}"#,
        );
        let (said, lost) = onto(&small().file.lens, &f.answers);
        let told: Vec<(&str, Option<&str>)> = lost.iter().map(|l| (l.question.as_str(), l.choice.as_deref())).collect();
        assert_eq!(told, [("Q-01", Some("zzz")), ("Q-09", None)]);
        assert_eq!((said.len(), said[0].1.choices.as_slice(), said[1].1.none), (2, ["aaa".to_owned()].as_slice(), true));
        let (none, lost) =
            onto(&small().file.lens, &found(r#"{"questionResponses":[{"questionId":"Q-02","choices":["ccc","none"]}]}"#).answers);
        assert!(none.is_empty() && lost[0].why.contains("None of these clears the others"), "{lost:?}");
    }
}

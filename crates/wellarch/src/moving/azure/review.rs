//! An export as a lens with answers, and as an export again. Pure.

use std::collections::BTreeMap;

use kernel::text::guarded;
use kernel::trail::merkle::hex_digest;
use serde_json::{Value, json};

use super::{Export, Row};
use crate::condition::CHOICES;
use crate::review::Said;

/// A question with its choices, as the rows of a file have it.
struct Asked<'a> {
    category: &'a str,
    question: &'a str,
    /// Id and row; of a choice that stands twice the first.
    choices: Vec<(String, &'a Row)>,
}

/// An id that depends on the words alone, so that two exports of one assessment give one lens.
fn id(prefix: &str, text: &str) -> String {
    format!("{prefix}_{}", &hex_digest(text.trim().as_bytes())[..8])
}

fn letters(text: &str) -> String {
    let slug = kernel::text::slug(text).replace('-', "_");
    let short: String = slug.chars().take(24).collect();
    let short = short.trim_matches('_');
    if short.len() < 3 { format!("{short}_pillar") } else { short.to_owned() }
}

fn is_none(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    text.starts_with("none of the above") || text.starts_with("none of these")
}

impl Export {
    fn asked(&self) -> Vec<Asked<'_>> {
        let mut out: Vec<Asked<'_>> = Vec::new();
        for r in &self.rows {
            let same = |a: &Asked<'_>| a.category == r.category && a.question == r.question;
            let at = match out.iter().position(same) {
                Some(i) => i,
                None => {
                    out.push(Asked { category: &r.category, question: &r.question, choices: Vec::new() });
                    out.len() - 1
                }
            };
            let own = if is_none(&r.answer) { "none_of_these_no".to_owned() } else { id("c", &r.answer) };
            if !out[at].choices.iter().any(|(id, _)| *id == own) {
                out[at].choices.push((own, r));
            }
        }
        out
    }

    /// The title without the day on which it was exported.
    #[must_use]
    pub fn name(&self) -> String {
        let parts: Vec<&str> = self.title.split(" - ").collect();
        let dated = |p: &&str| p.chars().any(|c| c.is_ascii_digit());
        let kept: Vec<&str> = parts.iter().copied().filter(|p| !dated(p)).collect();
        if kept.is_empty() { self.title.clone() } else { kept.join(" - ") }
    }

    /// The assessment as a lens in AWS's form. The export does not say how answers weigh, so the rules are ours: no risk with every choice,
    /// medium with any, high with none.
    ///
    /// # Errors
    /// A question with more choices than a lens may have.
    pub fn lens(&self) -> Result<String, String> {
        let mut pillars: Vec<Value> = Vec::new();
        for a in self.asked() {
            if a.choices.len() > CHOICES {
                return Err(format!("“{}” has {} choices; a question has at most {CHOICES}.", a.question, a.choices.len()));
            }
            let real: Vec<&str> = a.choices.iter().map(|(id, _)| id.as_str()).filter(|id| !id.ends_with("_no")).collect();
            let mut rules = Vec::new();
            if real.len() > 1 {
                rules.push(json!({ "condition": real.join(" && "), "risk": "NO_RISK" }));
                rules.push(json!({ "condition": real.join(" || "), "risk": "MEDIUM_RISK" }));
            } else if let [one] = real.as_slice() {
                rules.push(json!({ "condition": one, "risk": "NO_RISK" }));
            }
            rules.push(json!({ "condition": "default", "risk": "HIGH_RISK" }));
            let choice = |(id, r): &(String, &Row)| json!({ "id": id, "title": r.answer.trim() });
            let question = json!({
                "id": id(&letters(a.category), a.question),
                "title": a.question.trim(),
                "choices": a.choices.iter().map(choice).collect::<Vec<_>>(),
                "riskRules": rules,
            });
            let at = pillars.iter().position(|p| p["name"] == a.category.trim());
            match at.and_then(|i| pillars[i]["questions"].as_array_mut()) {
                Some(questions) => questions.push(question),
                None => pillars.push(json!({ "id": letters(a.category), "name": a.category.trim(), "questions": [question] })),
            }
        }
        let lens = json!({
            "schemaVersion": "2021-11-01",
            "name": self.name(),
            "description": "Made from an export of this assessment. The export does not say how answers weigh: here a question has no risk with every choice, a medium risk with any, and a high risk with none.",
            "pillars": pillars,
        });
        serde_json::to_string_pretty(&lens).map_err(|e| e.to_string())
    }

    /// What was selected, by the ids of the lens; with the words of each question.
    #[must_use]
    pub fn answers(&self) -> Vec<(String, Said)> {
        let mut out = Vec::new();
        for a in self.asked() {
            let of = || self.rows.iter().filter(|r| r.category == a.category && r.question == a.question);
            let chosen: Vec<&(String, &Row)> =
                a.choices.iter().filter(|(_, c)| of().any(|r| r.selected && r.answer == c.answer)).collect();
            let mut notes: Vec<&str> = of().map(|r| r.note.trim()).filter(|n| !n.is_empty()).collect();
            notes.dedup();
            if chosen.is_empty() && notes.is_empty() {
                continue;
            }
            let real: Vec<String> = chosen.iter().map(|(id, _)| id.clone()).filter(|id| !id.ends_with("_no")).collect();
            // Some exports select “none” beside others; what is selected besides says more.
            let none = real.is_empty() && !chosen.is_empty();
            out.push((
                id(&letters(a.category), a.question),
                Said { choices: real, none, note: notes.join("\n"), ..Said::default() },
            ));
        }
        out
    }

    /// The export with what a review says now: everything but the selected choices and the notes as it came.
    ///
    /// # Errors
    /// None but of the writer.
    pub fn with(&self, answers: &BTreeMap<String, Said>) -> Result<String, String> {
        let ids: BTreeMap<(String, String), (String, String)> = self
            .asked()
            .iter()
            .flat_map(|a| {
                let question = id(&letters(a.category), a.question);
                let choices = a.choices.iter();
                choices
                    .map(|(c, r)| ((a.question.to_owned() + "\n" + a.category, r.answer.clone()), (question.clone(), c.clone())))
                    .collect::<Vec<_>>()
            })
            .collect();
        let terminator = if self.crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut out = csv::WriterBuilder::new().flexible(true).terminator(terminator).from_writer(Vec::new());
        for cells in &self.head {
            out.write_record(cells).map_err(|e| e.to_string())?;
        }
        let came: BTreeMap<String, String> = self.answers().into_iter().map(|(id, s)| (id, s.note)).collect();
        let mut noted = std::collections::BTreeSet::new();
        for r in &self.rows {
            let key = (r.question.clone() + "\n" + &r.category, r.answer.clone());
            let (question, choice) = ids.get(&key).cloned().unwrap_or_default();
            let said = answers.get(&question);
            let selected = said.is_some_and(|s| if choice.ends_with("_no") { s.none } else { s.choices.contains(&choice) });
            // The note of an answer stands in the first row of its question, unless it is the one that came.
            let before = came.get(&question).map_or("", String::as_str);
            let note = match said {
                Some(s) if s.note == before => r.note.clone(),
                Some(s) if noted.insert(question.clone()) => guarded(&s.note),
                _ => String::new(),
            };
            let mut cells = vec![r.category.clone(), r.question.clone(), r.answer.clone()];
            cells.push(if selected { r.answer.clone() } else { String::new() });
            cells.push(note);
            cells.resize(r.width.max(5), String::new());
            out.write_record(&cells).map_err(|e| e.to_string())?;
        }
        let bytes = out.into_inner().map_err(|e| e.to_string())?;
        let mut text = String::from_utf8(bytes).map_err(|e| e.to_string())?;
        if !self.ends {
            text.truncate(text.trim_end_matches(['\r', '\n']).len());
        }
        Ok(if self.mark { format!("\u{feff}{text}") } else { text })
    }

    /// What the file holds, in figures.
    #[must_use]
    pub fn facts(&self) -> Value {
        let mut priorities: BTreeMap<&str, usize> = BTreeMap::new();
        let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
        for r in &self.recommendations {
            *priorities.entry(r.priority.as_str()).or_default() += 1;
            *codes.entry(r.code.as_str()).or_default() += 1;
        }
        let asked = self.asked();
        json!({
            "title": self.title,
            "lines": self.lines,
            "scores": self.scores,
            "links": self.links,
            "recommendations": self.recommendations.len(),
            "priorities": priorities,
            "codes": codes,
            "complete": self.recommendations.iter().filter(|r| r.complete).count(),
            "questions": asked.len(),
            "choices": self.rows.len(),
            "selected": self.rows.iter().filter(|r| r.selected).count(),
        })
    }
}

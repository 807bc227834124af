//! From a tree in our own form to a lens. What cannot be understood is refused with its place; what is merely odd is noted.

use std::collections::{BTreeMap, BTreeSet};

use super::{Choice, Effort, Lens, Maps, Pillar, Question};
use crate::condition::{CHOICES, Condition, within};
use crate::lint::{Finding, Severity};
use crate::risk::{Risk, RiskRule};
use crate::tree::{Fault, Node, Value};

/// What was found while reading: what refuses the lens, and what is only noted.
#[derive(Default)]
pub(super) struct Notes {
    faults: Vec<Fault>,
    findings: Vec<Finding>,
    pub(super) own: bool,
    pub(super) quoted: bool,
}

/// Faults beyond these are not told: a hostile file has thousands.
const TOLD: usize = 100;

impl Notes {
    pub(super) fn fault(&mut self, node: &Node, message: impl Into<String>) {
        if self.faults.len() < TOLD {
            self.faults.push(Fault::new(node.at, message));
        }
    }

    fn keys(&mut self, node: &Node, known: &[&str], whose: &str) {
        if !matches!(node.value, Value::Map(_)) {
            self.fault(node, format!("{whose} has to be a mapping; this is {}.", node.kind()));
            return;
        }
        for (key, inner) in node.members() {
            if !known.contains(&key.as_str()) {
                let message = format!("{whose} has a key “{key}” that means nothing here.");
                let finding = Finding::new("unknown-key", Severity::Fault, inner.at, message);
                self.findings.push(finding.remedy(format!("Known are {}.", known.join(", "))));
            }
        }
    }

    fn text(&mut self, node: &Node, key: &str, whose: &str) -> String {
        match node.get(key) {
            None => String::new(),
            Some(n) => match n.scalar() {
                Some(text) => text.trim().to_owned(),
                None if n.value == Value::Null => String::new(),
                None => {
                    self.fault(
                        n,
                        format!("“{key}” of {whose} has to be text; this is {}. Text with “: ” in it needs quotes.", n.kind()),
                    );
                    String::new()
                }
            },
        }
    }

    fn needed(&mut self, node: &Node, key: &str, whose: &str) -> String {
        let text = self.text(node, key, whose);
        if text.is_empty() && node.get(key).is_none_or(|n| n.scalar().is_some() || n.value == Value::Null) {
            let message = format!("{whose} has no {key}.");
            self.findings.push(Finding::new("missing-field", Severity::Fault, node.at, message).remedy(format!("Write a {key}.")));
        }
        text
    }

    /// An id: refused if it is missing, because nothing could be said about the thing.
    fn id(&mut self, node: &Node, key: &str, whose: &str) -> String {
        let id = self.text(node, key, whose);
        let good = !id.is_empty() && id.chars().count() <= 200 && !id.chars().any(|c| c.is_control() || c.is_whitespace());
        if !good {
            let found = node.get(key).unwrap_or(node);
            self.fault(found, format!("{whose} needs an “{key}” of letters, digits, - and _, at most 200 of them."));
        }
        id
    }

    fn list<'a>(&mut self, node: &'a Node, key: &str, whose: &str) -> &'a [Node] {
        match node.get(key) {
            Some(n) if matches!(n.value, Value::List(_)) => n.items(),
            Some(n) => {
                self.fault(n, format!("“{key}” of {whose} has to be a list; this is {}.", n.kind()));
                &[]
            }
            None => &[],
        }
    }

    fn maps(&mut self, node: &Node, whose: &str) -> Maps {
        let mut out = BTreeMap::new();
        let Some(maps) = node.get("maps") else { return out };
        self.keys(maps, &["aws", "azure", "google", "finding"], &format!("“maps” of {whose}"));
        for (framework, _) in maps.members() {
            out.insert(framework.clone(), self.texts(maps, framework, whose));
        }
        out
    }

    /// One id, or a list of them.
    fn texts(&mut self, node: &Node, key: &str, whose: &str) -> Vec<String> {
        let Some(ids) = node.get(key) else { return Vec::new() };
        let list = if matches!(ids.value, Value::List(_)) { ids.items() } else { std::slice::from_ref(ids) };
        let texts: Vec<String> = list.iter().filter_map(|n| n.scalar().map(str::to_owned)).collect();
        if texts.len() != list.len() {
            self.fault(ids, format!("“{key}” of {whose} has to be an id or a list of ids."));
        }
        texts
    }
}

/// Reads a lens from a tree in our own form. `own` if it was written in it, `quoted` if texts stand in quotes (for places inside them).
///
/// # Errors
/// Everything that refuses the file, at most a hundred faults.
pub(crate) fn read(node: &Node, own: bool, quoted: bool) -> Result<(Lens, Vec<Finding>), Vec<Fault>> {
    // A custom lens that was turned into our form keeps the ways of AWS.
    let own = own && !is_custom(node);
    let mut notes = Notes { own, quoted, ..Notes::default() };
    notes.keys(node, &["lens", "name", "version", "description", "pillars", "aws"], "The lens");
    let mut lens = Lens {
        id: notes.id(node, "lens", "The lens"),
        name: notes.needed(node, "name", "The lens"),
        version: notes.needed(node, "version", "The lens"),
        description: notes.text(node, "description", "the lens"),
        pillars: Vec::new(),
    };
    if node.get("pillars").is_none() {
        notes.fault(node, "The lens has no pillars.");
    }
    let mut seen = BTreeSet::new();
    for p in notes.list(node, "pillars", "the lens") {
        let pillar = pillar(&mut notes, p);
        twice(&mut notes, &mut seen, "pillar", &pillar.id, p, Severity::Fault);
        lens.pillars.push(pillar);
    }
    let mut seen = BTreeSet::new();
    for (_, q) in lens.pillars.iter().flat_map(|p| p.questions.iter().map(move |q| (p, q))) {
        let at = Node { value: Value::Null, at: q.at };
        twice(&mut notes, &mut seen, "question", &q.id, &at, Severity::Fault);
    }
    if notes.faults.is_empty() { Ok((lens, notes.findings)) } else { Err(notes.faults) }
}

/// True for a custom lens of AWS that is written in our form.
pub(crate) fn is_custom(node: &Node) -> bool {
    node.get("aws").is_some_and(|a| a.get("custom_lens").is_some())
}

fn twice(notes: &mut Notes, seen: &mut BTreeSet<String>, what: &str, id: &str, node: &Node, severity: Severity) {
    if !seen.insert(id.to_owned()) {
        let message = format!("The {what} “{id}” stands twice in the lens.");
        let finding = Finding::new("duplicate-id", severity, node.at, message).remedy("Give one of them another id.");
        notes.findings.push(if what == "question" { finding.question(id) } else { finding });
    }
}

fn pillar(notes: &mut Notes, node: &Node) -> Pillar {
    let id = notes.id(node, "id", "A pillar");
    let whose = format!("pillar {id}");
    notes.keys(node, &["id", "name", "scorp", "questions", "aws"], &whose);
    let scorp = Some(notes.text(node, "scorp", &whose)).filter(|s| !s.is_empty());
    if let Some(letter) = scorp.as_deref().filter(|s| !["S", "C", "O", "R", "P"].contains(s)) {
        notes.fault(node.get("scorp").unwrap_or(node), format!("“{letter}” is none of S, C, O, R, P."));
    }
    let name = notes.needed(node, "name", &whose);
    let questions = notes.list(node, "questions", &whose).iter().map(|q| question(notes, q)).collect();
    Pillar { id, name, scorp, questions, at: node.at }
}

fn question(notes: &mut Notes, node: &Node) -> Question {
    let id = notes.id(node, "id", "A question");
    let first = notes.findings.len();
    notes.keys(node, &["id", "title", "intro", "help", "help_url", "maps", "choices", "risk", "aws"], &id);
    let listed = notes.list(node, "choices", &id);
    if listed.len() > CHOICES {
        notes.fault(&listed[CHOICES], format!("{id} has {} choices; at most {CHOICES} are taken.", listed.len()));
    }
    let choices: Vec<Choice> = listed.iter().take(CHOICES).map(|c| choice(notes, c, &id)).collect();
    let mut numbers = BTreeMap::new();
    for (i, c) in choices.iter().enumerate() {
        if numbers.insert(c.id.clone(), u8::try_from(i).unwrap_or(0)).is_some() {
            notes.fault(&listed[i], format!("{id} has two choices “{}”. Give one of them another id.", c.id));
        }
    }
    let mut question = Question {
        title: notes.needed(node, "title", &id),
        intro: notes.text(node, "intro", &id),
        maps: notes.maps(node, &id),
        nones: choices.iter().enumerate().filter(|(_, c)| c.excludes).fold(0, |bits, (i, _)| bits | 1 << i),
        id,
        choices,
        rules: Vec::new(),
        rules_at: Vec::new(),
        at: node.at,
    };
    for (i, r) in notes.list(node, "risk", &question.id).iter().enumerate() {
        if let Some(rule) = rule(notes, r, &question.id, i + 1, &numbers) {
            question.rules.push(rule);
            question.rules_at.push(r.get("when").or_else(|| r.get("default")).unwrap_or(r).at);
        }
    }
    for finding in &mut notes.findings[first..] {
        finding.question.get_or_insert_with(|| question.id.clone());
    }
    question
}

fn choice(notes: &mut Notes, node: &Node, question: &str) -> Choice {
    let id = notes.id(node, "id", &format!("A choice of {question}"));
    let first = notes.findings.len();
    let whose = format!("choice {id} of {question}");
    let known = ["id", "title", "what", "what_url", "why", "first_step", "first_step_url", "maps", "figure", "evidence", "aws"];
    notes.keys(node, &known, &whose);
    let title = notes.needed(node, "title", &whose);
    let first_step = notes.text(node, "first_step", &whose);
    let mut links = vec![notes.text(node, "what_url", &whose), notes.text(node, "first_step_url", &whose)];
    links.retain(|l| crate::lint::url(l).is_none());
    if let Some(evidence) = node.get("evidence") {
        crate::evidence::check(evidence, &mut |n, message| notes.fault(n, format!("Evidence of {whose}: {message}")));
    }
    let none = id.ends_with("_no") || title.to_lowercase().starts_with("none of");
    let maps = notes.maps(node, &whose);
    let out = Choice {
        none,
        excludes: none && (notes.own || id.ends_with("_no")),
        title,
        what: notes.text(node, "what", &whose),
        why: notes.text(node, "why", &whose),
        effort: Effort::of(&first_step),
        first_step,
        links,
        weighed: crate::evidence::rules(node.get("evidence"), maps.get("aws").map_or(&[], Vec::as_slice)),
        maps,
        figures: notes.texts(node, "figure", &whose),
        evidence: node.get("evidence").cloned(),
        at: node.at,
        id,
    };
    if none && !out.excludes {
        let message = format!("“{}” can be ticked beside others, because its id does not end in _no.", out.title);
        let finding = Finding::new("none-by-title", Severity::Warning, node.at, message);
        notes.findings.push(finding.remedy("Give it an id with that ending."));
    }
    if notes.own && !out.none {
        let missing = [("what", &out.what), ("why", &out.why), ("first_step", &out.first_step)];
        for (key, _) in missing.iter().filter(|(_, text)| text.is_empty()) {
            let finding = Finding::new("no-help", Severity::Note, node.at, format!("{whose} has no “{key}”."));
            notes.findings.push(finding.remedy("One sentence is enough."));
        }
        if out.effort.is_none() && !out.first_step.is_empty() {
            let at = node.get("first_step").map_or(node.at, |n| n.at);
            let finding =
                Finding::new("no-effort", Severity::Warning, at, format!("The first step of {whose} does not say its size."));
            notes.findings.push(finding.remedy("End it with (hours), (days) or (weeks)."));
        }
    }
    for finding in &mut notes.findings[first..] {
        finding.choice.get_or_insert_with(|| out.id.clone());
    }
    out
}

fn rule(notes: &mut Notes, node: &Node, question: &str, number: usize, ids: &BTreeMap<String, u8>) -> Option<RiskRule> {
    let whose = format!("rule {number} of {question}");
    notes.keys(node, &["when", "then", "default", "aws"], &whose);
    let (when, risk) = match (node.get("when"), node.get("then"), node.get("default")) {
        (Some(when), Some(then), None) => (Some(when), then),
        (None, None, Some(default)) => (None, default),
        _ => {
            notes.fault(node, format!("{whose} has to be {{ when: condition, then: risk }} or {{ default: risk }}."));
            return None;
        }
    };
    let Some(level) = risk.str().and_then(Risk::read) else {
        let shown = risk.scalar().unwrap_or(risk.kind());
        notes.fault(risk, format!("“{shown}” is no risk ({whose}). It is none, medium or high."));
        return None;
    };
    let Some(when) = when else { return Some(RiskRule { when: None, risk: level }) };
    let Some(text) = when.str() else {
        notes.fault(when, format!("The condition of {whose} has to be text."));
        return None;
    };
    match Condition::read(text, &|id| ids.get(id).copied()) {
        Ok((condition, unknown)) => {
            for (id, at) in unknown {
                let message = format!("Rule {number} names “{id}”, which is no choice of {question}. It counts as never ticked.");
                let at = within(when.at, notes.quoted, at);
                let finding = Finding::new("unknown-choice", Severity::Fault, at, message).question(question).rule(number);
                notes.findings.push(finding.choice(id).remedy("Correct the id, or add the choice."));
            }
            Some(RiskRule { when: Some(condition), risk: level })
        }
        Err(misread) => {
            let at = Node { value: Value::Null, at: within(when.at, notes.quoted, misread.at) };
            notes.fault(
                &at,
                format!("The condition of {whose} cannot be read at its character {}. {}", misread.at + 1, misread.message),
            );
            None
        }
    }
}

//! What AWS takes: every limit on a custom lens, checked on the JSON itself.

use std::collections::BTreeSet;

use super::{Finding, Severity};
use crate::tree::{Node, Value};

/// The only schema there is.
pub(crate) const SCHEMA: &str = "2021-11-01";

struct Check<'a> {
    out: &'a mut Vec<Finding>,
    question: Option<String>,
    choice: Option<String>,
}

impl Check<'_> {
    fn tell(&mut self, code: &'static str, node: &Node, message: String) {
        let finding = Finding::new(code, Severity::Fault, node.at, message).remedy("AWS would refuse the lens.");
        self.out.push(Finding { question: self.question.clone(), choice: self.choice.clone(), ..finding });
    }

    fn text(&mut self, node: &Node, key: &str, whose: &str, most: usize, needed: bool) {
        match node.get(key) {
            None if needed => self.tell("missing-field", node, format!("{whose} has no “{key}”.")),
            None => {}
            Some(n) => match n.str() {
                None => self.tell("wrong-type", n, format!("“{key}” of {whose} has to be text; this is {}.", n.kind())),
                Some("") if needed => self.tell("missing-field", n, format!("“{key}” of {whose} is empty.")),
                Some(text) if text.chars().count() > most => {
                    let length = text.chars().count();
                    self.tell("too-long", n, format!("“{key}” of {whose} has {length} characters; at most {most} are taken."));
                }
                _ => {}
            },
        }
    }

    fn id(&mut self, node: &Node, whose: &str) {
        let good = |id: &str| (3..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        match node.get("id") {
            Some(n) if n.str().is_some_and(good) => {}
            Some(n) => self.tell("bad-id", n, format!("The id of {whose} has to have 3 to 128 letters, digits or _.")),
            None => self.tell("missing-field", node, format!("{whose} has no “id”.")),
        }
    }

    fn list<'n>(&mut self, node: &'n Node, key: &str, whose: &str, most: usize) -> &'n [Node] {
        match node.get(key) {
            Some(n) if matches!(n.value, Value::List(_)) => {
                let found = n.items().len();
                if found == 0 || found > most {
                    self.tell("too-many", n, format!("{whose} has {found} {key}; 1 to {most} are taken."));
                }
                n.items()
            }
            Some(n) => {
                self.tell("wrong-type", n, format!("“{key}” of {whose} has to be a list."));
                &[]
            }
            None => {
                self.tell("missing-field", node, format!("{whose} has no “{key}”."));
                &[]
            }
        }
    }

    fn resource(&mut self, node: &Node, whose: &str) {
        self.text(node, "displayText", whose, 2048, false);
        self.text(node, "url", whose, 2048, false);
    }
}

/// Checks a lens in AWS's form; every finding is a fault.
pub(crate) fn check(aws: &Node, out: &mut Vec<Finding>) {
    let mut check = Check { out, question: None, choice: None };
    match aws.get("schemaVersion") {
        Some(n) if n.str() == Some(SCHEMA) => {}
        Some(n) => check.tell("schema-version", n, format!("“schemaVersion” has to be “{SCHEMA}”.")),
        None => check.tell("missing-field", aws, "The lens has no “schemaVersion”.".into()),
    }
    check.text(aws, "name", "the lens", 128, true);
    check.text(aws, "description", "the lens", 2048, true);
    for pillar in check.list(aws, "pillars", "The lens", 10) {
        let whose = format!("pillar {}", pillar.get("id").and_then(Node::scalar).unwrap_or("without id"));
        check.id(pillar, &whose);
        check.text(pillar, "name", &whose, 128, true);
        for q in check.list(pillar, "questions", &whose, 20) {
            question(&mut check, q);
        }
    }
}

fn question(check: &mut Check<'_>, q: &Node) {
    let id = q.get("id").and_then(Node::scalar).unwrap_or("a question").to_owned();
    check.question = Some(id.clone());
    check.id(q, &id);
    check.text(q, "title", &id, 128, true);
    check.text(q, "description", &id, 2048, false);
    if let Some(help) = q.get("helpfulResource") {
        check.resource(help, &id);
    }
    let mut seen = BTreeSet::new();
    for c in check.list(q, "choices", &id, 15) {
        let own = c.get("id").and_then(Node::scalar).unwrap_or("a choice").to_owned();
        let whose = format!("choice {own} of {id}");
        check.choice = Some(own.clone());
        check.id(c, &whose);
        if !seen.insert(own.clone()) {
            check.tell("duplicate-id", c, format!("{id} has two choices “{own}”."));
        }
        check.text(c, "title", &whose, 128, true);
        match c.get("improvementPlan") {
            Some(plan) => {
                check.resource(plan, &whose);
                if plan.get("displayText").is_none() {
                    check.tell("missing-field", plan, format!("The improvement plan of {whose} has no “displayText”."));
                }
            }
            None if own.ends_with("_no") => {}
            None => check.tell("missing-field", c, format!("{whose} has no “improvementPlan”.")),
        }
        if let Some(help) = c.get("helpfulResource") {
            check.resource(help, &whose);
        }
        if let Some(more) = c.get("additionalResources") {
            additional(check, more, &whose);
        }
        check.choice = None;
    }
    for rule in check.list(q, "riskRules", &id, 3) {
        check.text(rule, "condition", &format!("a rule of {id}"), usize::MAX, true);
        let risk = rule.get("risk").and_then(Node::str).unwrap_or("");
        if !["HIGH_RISK", "MEDIUM_RISK", "NO_RISK"].contains(&risk) {
            check.tell("bad-risk", rule, format!("A rule of {id} has to give HIGH_RISK, MEDIUM_RISK or NO_RISK."));
        }
    }
    let default = q
        .get("riskRules")
        .is_some_and(|r| r.items().iter().any(|r| r.get("condition").and_then(Node::str).is_some_and(|c| c.trim() == "default")));
    if !default {
        check.tell("no-default", q, format!("{id} has no default."));
    }
    check.question = None;
}

fn additional(check: &mut Check<'_>, more: &Node, whose: &str) {
    if more.items().len() > 2 {
        check.tell("too-many", more, format!("{whose} has {} additional resources; at most 2 are taken.", more.items().len()));
    }
    let mut seen = BTreeSet::new();
    for entry in more.items() {
        let kind = entry.get("type").and_then(Node::str).unwrap_or("");
        if !["HELPFUL_RESOURCE", "IMPROVEMENT_PLAN"].contains(&kind) || !seen.insert(kind) {
            check.tell(
                "bad-type",
                entry,
                format!("Additional resources of {whose} are one HELPFUL_RESOURCE and one IMPROVEMENT_PLAN."),
            );
        }
        for n in check.list(entry, "content", &format!("an additional resource of {whose}"), 5) {
            check.resource(n, whose);
        }
    }
}

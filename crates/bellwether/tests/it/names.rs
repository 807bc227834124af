//! What the variable parts of addresses and bodies are filled with: things of one team's world. A name that nobody has
//! taught this file is a fault, so that a new route cannot pass untried.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::schema::Pick;
use crate::world::{SPRINT, World};

/// A standard; it is there once something was made from the body or the form of one.
const STANDARD: &str = "Every alarm has a runbook";

/// Names of things that belong to one team and its group.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    known: BTreeMap<&'static str, String>,
    made: u32,
}

impl Names {
    /// The names of a team's things; what belongs to no team gets a name of nothing until [`Names::with`].
    pub(crate) fn of(world: &World, team: usize) -> Self {
        let slug = world.teams[team].slug.clone();
        let nothing = "01900000-0000-7000-8000-000000000000";
        let pairs = [
            ("group", world.groups[team / 2].slug.clone()),
            ("team", slug.clone()),
            ("workload", format!("{slug}-core")),
            ("service", format!("{slug}-api")),
            ("subject", slug),
            ("sprint", SPRINT.to_string()),
            ("metric", "lead-time".into()),
            ("person", nothing.into()),
            ("grant", nothing.into()),
            ("token", nothing.into()),
            ("session", nothing.into()),
            ("source", "alarms".into()),
            ("feed", "portal".into()),
            ("run", nothing.into()),
            ("list", "links".into()),
            ("entry", nothing.into()),
            ("question", nothing.into()),
            ("standard", kernel::text::slug(STANDARD)),
            ("transaction", nothing.into()),
            ("exemption", nothing.into()),
            ("mark", nothing.into()),
            ("action", nothing.into()),
            ("decision", "1".into()),
            ("meeting", nothing.into()),
            ("concern", "1".into()),
            ("capture", nothing.into()),
            ("seat", "nobody.delivery-lead".into()),
            ("share", nothing.into()),
            ("lens", "core".into()),
            ("template", "baseline".into()),
            ("milestone", "first".into()),
            ("sitting", "1".into()),
            ("evidence", nothing.into()),
            ("channel", "chat".into()),
            ("notice", "1".into()),
            ("tracker", "issues".into()),
            ("issue", nothing.into()),
            ("message", nothing.into()),
            ("delivery", nothing.into()),
            ("code", "0".repeat(64)),
            ("file", "nothing.css".into()),
        ];
        Self { known: pairs.into_iter().collect(), made: 0 }
    }

    /// Another name for one thing.
    #[must_use]
    pub(crate) fn with(mut self, thing: &'static str, name: impl ToString) -> Self {
        self.known.insert(thing, name.to_string());
        self
    }

    /// The name of a thing.
    pub(crate) fn get(&self, thing: &str) -> &str {
        self.known.get(thing).unwrap_or_else(|| panic!("nobody taught this test what {{{thing}}} is: add it to names.rs"))
    }

    /// The address of a route.
    pub(crate) fn path(&self, route: &str) -> String {
        let part = |p: &str| match p.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
            Some(thing) => self.get(thing).to_owned(),
            None => p.to_owned(),
        };
        route.split('/').map(part).collect::<Vec<_>>().join("/")
    }

    /// A text that was not used before.
    pub(crate) fn fresh(&mut self, kind: &str) -> String {
        self.made += 1;
        format!("{kind}-{}-{}", self.get("team"), self.made)
    }

    /// Every field of every form; a handler takes those that it knows.
    pub(crate) fn form(&mut self) -> Vec<(&'static str, String)> {
        let mut out = vec![("act", "save".to_owned()), ("rows", "few".to_owned()), ("row", self.get("metric").to_owned())];
        for name in ["group", "team", "workload", "subject", "metric"] {
            out.push((self.known.keys().find(|k| **k == name).copied().unwrap_or("none"), self.get(name).to_owned()));
        }
        let pairs = [
            ("zone", "Europe/London"),
            ("sprint_days", "14"),
            ("first_number", "1"),
            ("first_day", "2026-01-07"),
            ("pillar", "operations"),
            ("unit", "h"),
            ("decimals", "1"),
            ("direction", "down"),
            ("period", "sprint"),
            ("aggregation", "sum"),
            ("role", "stakeholder"),
            ("right", "values.write"),
            ("days", "30"),
            ("version", "1"),
            ("csv", "name,mail,role,scope\n"),
            ("reason", "to try it"),
            ("statement", STANDARD),
            ("why", "to try it"),
            ("how", "look at it"),
            ("adopted", "yes"),
            ("what", "to try it"),
            ("owner", "engineer"),
            ("decided", "to try it"),
        ];
        out.extend(pairs.map(|(k, v)| (k, v.to_owned())));
        for kind in ["name", "title", "key", "list", "organisation"] {
            let text = self.fresh(kind);
            out.push((kind, text));
        }
        out.push(("mail", format!("{}@northmoor.example", self.fresh("mail"))));
        out
    }
}

/// The smallest body that has what is needed.
impl Pick for Names {
    fn field(&mut self, name: &str, schema: &Value) -> Option<Value> {
        let text = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().any(|k| k == "string"),
            kind => kind == "string",
        };
        if !text || schema.get("enum").is_some() || schema["format"] == "uuid" {
            return match name {
                "number" => Some(json!(3)),
                "periods" => Some(json!(6)),
                // To be exempt needs a day that is not over; what does not apply needs none.
                "kind" if schema["$ref"].as_str().is_some_and(|to| to.ends_with("/ExemptionKind")) => Some(json!("not-applicable")),
                _ => None,
            };
        }
        Some(json!(match name {
            "group" | "team" | "workload" | "subject" | "metric" => self.get(name).to_owned(),
            "name" | "title" | "key" => self.fresh(name),
            "mail" => format!("{}@northmoor.example", self.fresh("mail")),
            "owner" => "engineer".into(),
            "period" => self.get("sprint").to_owned(),
            "zone" => "Europe/London".into(),
            "first_day" => "2026-01-07".into(),
            "pillar" => "operations".into(),
            "right" => "values.write".into(),
            "kind" => "win".into(),
            "statement" => STANDARD.into(),
            "url" => "http://127.0.0.1:9".into(),
            "yaml" => "form: bellwether/v1\n".into(),
            "csv" => "name,mail,role,scope\n".into(),
            _ => return None,
        }))
    }

    fn optional(&mut self, name: &str) -> bool {
        matches!(name, "number" | "dry_run")
    }

    fn below(&mut self, _: usize) -> usize {
        0
    }
}

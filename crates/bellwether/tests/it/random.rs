//! Calls that a seed decides: which route, which thing, which body, and how it is spoilt.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::schema::Pick;

/// SplitMix64, written out once more so that a change of the kernel's does not change old traces.
pub(crate) struct Rng(pub(crate) u64);

impl Rng {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(n.max(1)).unwrap()).unwrap()
    }

    /// True so many times of a hundred.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

/// Names that no thing has, some of which no address can carry as they are.
const NOTHING: [&str; 7] = ["no-such-thing", "0", "-1", "latest", "%C3%A4%20b", "%00", "%FF"];

/// Texts that are no good somewhere.
const BAD_TEXTS: [&str; 7] = ["", " ", "a\u{0}b", "line\nbreak", "<script>alert(1)</script>", "\u{202e}desrever", "😀 é 支付"];

/// Things that are known by kind, and the numbers that decide.
pub(crate) struct Chooser {
    pub(crate) rng: Rng,
    pub(crate) known: BTreeMap<String, Vec<String>>,
    /// Configuration files, some of them sound.
    pub(crate) files: Vec<String>,
    made: u32,
}

impl Chooser {
    pub(crate) fn new(seed: u64) -> Self {
        Self { rng: Rng(seed), known: BTreeMap::new(), files: Vec::new(), made: 0 }
    }

    /// Remembers a thing by its kind.
    pub(crate) fn learn(&mut self, kind: &str, name: &str) {
        let all = self.known.entry(kind.to_owned()).or_default();
        if !all.iter().any(|n| n == name) {
            all.push(name.to_owned());
        }
    }

    /// A thing of a kind that exists, or did.
    fn thing(&mut self, kind: &str) -> Option<String> {
        let n = self.known.get(kind)?.len();
        // The first ones are the world's, and used more often than those that the trace makes.
        let i = if self.rng.chance(70) { self.rng.below(n.min(4)) } else { self.rng.below(n) };
        Some(self.known[kind][i].clone())
    }

    fn sprint(&mut self) -> String {
        let ahead = if self.rng.chance(20) { 8 } else { 0 };
        (17 + ahead + self.rng.below(8)).to_string()
    }

    /// A variable part of an address.
    pub(crate) fn part(&mut self, kind: &str) -> String {
        if self.rng.chance(6) {
            return self.rng.of(&NOTHING).to_owned();
        }
        match kind {
            "sprint" => self.sprint(),
            "subject" => self.thing("team").unwrap_or_default(),
            kind => self.thing(kind).unwrap_or_else(|| "01900000-0000-7000-8000-000000000000".into()),
        }
    }

    /// The value of a query parameter.
    pub(crate) fn query(&mut self, name: &str) -> String {
        match name {
            "limit" => self.rng.of(&["1", "2", "3", "3", "50", "50", "500", "0", "501", "9999999999999999999"]).to_owned(),
            "cursor" => match self.thing("cursor") {
                Some(cursor) if self.rng.chance(80) => cursor,
                _ => self.rng.of(&["zz", "00", "ff", "", "3031"]).to_owned(),
            },
            "kind" => self.rng.of(&["team", "report", "metric", "values", "person"]).to_owned(),
            "id" => self.thing("person").unwrap_or_default(),
            // The ends of a comparison; a list of marks takes neither for a time.
            "from" | "to" if self.known.contains_key("milestone") && self.rng.chance(50) => "first".to_owned(),
            "subject" => {
                let kind = self.rng.of(&["team", "workload", "service"]);
                self.thing(kind).unwrap_or_default()
            }
            "state" => self.rng.of(&["open", "unfinished", "done", "dropped", "board", "raised", "begun"]).to_owned(),
            "origin" => self.rng.of(&["by-hand", "risk", "session", "rumour"]).to_owned(),
            "late" => self.rng.of(&["yes", "no", "perhaps"]).to_owned(),
            "on" => self.rng.of(&["team", "team", "workload", "planet"]).to_owned(),
            "slug" => self.thing("team").unwrap_or_default(),
            _ => self.rng.of(&["", "x", "1"]).to_owned(),
        }
    }

    fn period(&mut self) -> String {
        match self.rng.below(12) {
            0 => format!("2026-{:02}", 7 + self.rng.below(6)),
            1 => format!("2026-W{}", 40 + self.rng.below(9)),
            2 => format!("2026-11-{:02}", 1 + self.rng.below(30)),
            3 => self.rng.of(&["", "x", "99999", "2026-13", "sprint 20", "2026-02-30"]).to_owned(),
            _ => self.sprint(),
        }
    }

    /// Spoils one place of a body: takes a field away, adds one, or puts something else there.
    pub(crate) fn spoil(&mut self, body: &mut Value) {
        match body {
            Value::Object(fields) if !fields.is_empty() => {
                let n = self.rng.below(fields.len());
                let name = fields.keys().nth(n).cloned().unwrap_or_default();
                match self.rng.below(5) {
                    0 => {
                        fields.remove(&name);
                    }
                    1 => {
                        fields.insert("nobody-knows-this".into(), json!(1));
                    }
                    2 if fields[&name].is_object() || fields[&name].is_array() => self.spoil(&mut fields[&name]),
                    _ => {
                        let other = self.other();
                        fields.insert(name, other);
                    }
                }
            }
            Value::Array(items) if !items.is_empty() => {
                let n = self.rng.below(items.len());
                if self.rng.chance(30) {
                    items.push(items[n].clone());
                } else {
                    self.spoil(&mut items[n]);
                }
            }
            other => *other = self.other(),
        }
    }

    fn other(&mut self) -> Value {
        match self.rng.below(9) {
            0 => Value::Null,
            1 => json!(-1),
            2 => json!(1e300),
            3 => json!(i64::MAX),
            4 => json!({}),
            5 => json!([]),
            6 => json!("x".repeat(201)),
            7 => json!(true),
            _ => json!(self.rng.of(&BAD_TEXTS)),
        }
    }

    /// A body that is no JSON, or not only that, with its media type.
    pub(crate) fn garbage(&mut self, good: &Value) -> (&'static str, Vec<u8>) {
        let text = good.to_string();
        match self.rng.below(7) {
            0 => ("text/plain", text.into_bytes()),
            1 => ("application/json", Vec::new()),
            2 => ("application/json", text.as_bytes()[..text.len() / 2].to_vec()),
            3 => ("application/json", format!("{}{}", "[".repeat(2_000), "]".repeat(2_000)).into_bytes()),
            4 => ("application/json", [text.as_bytes(), b"\xFF"].concat()),
            5 => ("application/json", text.replacen(':', ":1e999,\"more\":", 1).into_bytes()),
            _ => ("application/json", text.replacen('{', "{\"x\":NaN,", 1).into_bytes()),
        }
    }
}

impl Pick for Chooser {
    fn field(&mut self, name: &str, schema: &Value) -> Option<Value> {
        let is = |kind: &str| match &schema["type"] {
            Value::Array(kinds) => kinds.iter().any(|k| k == kind),
            found => found == kind,
        };
        if schema.get("enum").is_some() {
            return None;
        }
        if name == "cells" {
            return Some(match self.rng.below(3) {
                0 => json!({ "what": "A valve was closed." }),
                1 => json!({ "title": "Runbook", "url": "https://example.org/runbook" }),
                _ => json!({ "what": "x", "nobody-knows-this": "y" }),
            });
        }
        if name == "files" && schema["items"]["$ref"].as_str().is_some_and(|to| to.ends_with("/LensFile")) {
            self.made += 1;
            let id = self.rng.of(&["ours", "ours", "theirs", "core"]);
            return Some(json!([{ "name": "lens.yaml", "text": format!(
                "lens: {id}\nname: Lens {}\nversion: \"1\"\npillars:\n  - {{ id: only, name: Only, questions: [] }}\n",
                self.made
            ) }]));
        }
        if schema["format"] == "uuid" || name == "scope" {
            let kind = self.rng.of(&["team-id", "group-id"]);
            return self.thing(kind).map(Value::String);
        }
        if is("number") {
            let tenths = u32::try_from(self.rng.below(1_200)).unwrap_or(0);
            return Some(json!(f64::from(tenths) / 10.0));
        }
        if is("integer") {
            return Some(json!(match name {
                "version" => self.rng.below(4),
                "supersedes" => 1 + self.rng.below(4),
                "based_on" => self.rng.below(3),
                "sprint_days" => 7 + self.rng.below(20),
                "first_number" if self.rng.chance(60) => 17,
                "every_minutes" => 10 + self.rng.below(60),
                "periods" => 5 + self.rng.below(4),
                "days" => 1 + self.rng.below(100),
                _ => self.rng.below(30),
            }));
        }
        if !is("string") {
            return None;
        }
        self.made += 1;
        let made = self.made;
        Some(json!(match name {
            "group" | "team" | "workload" | "service" | "metric" | "source" | "lens" => self.thing(name).unwrap_or_default(),
            "subject" => {
                let kind = self.rng.of(&["team", "team", "team", "workload", "service"]);
                self.thing(kind).unwrap_or_default()
            }
            "name" | "title" if self.rng.chance(90) =>
                format!("Thing {made} of {}", self.rng.of(&["Ås", "Zürich", "the north", "支付"])),
            "key" | "slug" => format!("thing-{made}"),
            "mail" => format!("thing-{made}@northmoor.example"),
            "question" if self.rng.chance(80) => self.thing("question").unwrap_or_default(),
            "choice" => self.rng.of(&["doors", "checked", "shape", "x", ""]).to_owned(),
            "owner" => self.rng.of(&["engineer", "delivery-lead", "principal-engineer", "nobody@northmoor.example"]).to_owned(),
            "starts" if self.rng.chance(80) => format!("2027-0{}-01 10:00", 1 + self.rng.below(9)),
            "due" | "review_by" | "until" => self.rng.of(&["2026-12-18", "2027-01-31", "", "2026-01-01", "soon"]).to_owned(),
            "period" => self.period(),
            "zone" | "first_day" if self.rng.chance(50) => (if name == "zone" { "Europe/London" } else { "2026-08-26" }).to_owned(),
            "zone" => self.rng.of(&["Europe/London", "Europe/Berlin", "UTC", "Mars/Base"]).to_owned(),
            "first_day" | "day" => format!("2026-0{}-01", 1 + self.rng.below(9)),
            "pillar" => self.rng.of(&["operations", "cost", "security", "no-such-pillar"]).to_owned(),
            "unit" => self.rng.of(&["", "h", "ms", "%"]).to_owned(),
            "right" => self.rng.of(&["values.write", "notes.write", "reports.ready", "no.right"]).to_owned(),
            "kind" => self.rng.of(&["win", "ask", "learnings", "boast"]).to_owned(),
            // Sources ask what stands here, and must not reach any network.
            "url" => self.rng.of(&["http://127.0.0.1:9/a", "javascript:alert(1)"]).to_owned(),
            "location" => self.rng.of(&["https://127.0.0.1/a.git", "ext::sh", "/etc"]).to_owned(),
            "yaml" => {
                let n = self.rng.below(self.files.len());
                self.files[n].clone()
            }
            "csv" => {
                let team = self.thing("team").unwrap_or_default();
                let role = self.rng.of(&["engineer", "boss", ""]);
                format!("name,mail,role,scope\nThing {made},thing-{made}@northmoor.example,{role},{team}\n")
            }
            _ if self.rng.chance(10) => self.rng.of(&BAD_TEXTS).to_owned(),
            _ => format!("words {made}, “quoted” – and more"),
        }))
    }

    fn optional(&mut self, name: &str) -> bool {
        match name {
            "number" => self.rng.chance(80),
            "numerator" | "denominator" | "unit" | "slug" => self.rng.chance(8),
            "source" => self.rng.chance(40),
            "secret" => self.rng.chance(3),
            _ => self.rng.chance(35),
        }
    }

    fn below(&mut self, n: usize) -> usize {
        self.rng.below(n)
    }
}

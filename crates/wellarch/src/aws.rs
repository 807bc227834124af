//! Between AWS's custom lens JSON and our own form, without loss in either direction.
//!
//! A level (lens, pillar, question, choice, rule) of either form is derived from the other by a fixed table. What the table does not
//! carry is kept beside it: what AWS's file has beyond our form stands under `aws` in ours (`members`, and `order` where the keys
//! stand in an unusual one), and what our form has beyond AWS's stands under `_bellwether` in theirs, which their importer passes
//! over. Both are the *difference* to what the table derives, so going there and back is exact by construction.

use crate::risk::Risk;
use crate::tree::{Member, Node, Value};

/// Our member in AWS's form.
const OURS: &str = "_bellwether";

/// Under it: our keys in their order, where that is another than ours.
const ORDER: &str = "_order";

/// Title of the choice that AWS needs and our form implies.
const NONE: &str = "None of these";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Lens,
    Pillar,
    Question,
    Choice,
    Rule,
}

impl Level {
    /// Members that hold the levels below: theirs, ours, level.
    fn children(self) -> &'static [(&'static str, &'static str, Level)] {
        match self {
            Self::Lens => &[("pillars", "pillars", Self::Pillar)],
            Self::Pillar => &[("questions", "questions", Self::Question)],
            Self::Question => &[("choices", "choices", Self::Choice), ("riskRules", "risk", Self::Rule)],
            Self::Choice | Self::Rule => &[],
        }
    }

    /// Our members in the order in which they are written.
    fn ours(self) -> &'static [&'static str] {
        match self {
            Self::Lens => &["lens", "name", "version", "description", "pillars"],
            Self::Pillar => &["id", "name", "scorp", "questions"],
            Self::Question => &["id", "title", "intro", "help", "help_url", "maps", "choices", "risk"],
            Self::Choice => {
                &["id", "title", "what", "what_url", "why", "first_step", "first_step_url", "maps", "figure", "evidence"]
            }
            Self::Rule => &["when", "then", "default"],
        }
    }

    /// The place of one of our members among them; what we do not know comes last.
    fn rank(self, key: &str) -> usize {
        self.ours().iter().position(|k| *k == key).unwrap_or(usize::MAX)
    }

    /// Their members that carry meaning.
    fn theirs(self) -> &'static [&'static str] {
        match self {
            Self::Lens => &["schemaVersion", "name", "description", "pillars"],
            Self::Pillar => &["id", "name", "questions"],
            Self::Question => &["id", "title", "description", "helpfulResource", "choices", "riskRules"],
            Self::Choice => &["id", "title", "description", "helpfulResource", "improvementPlan", "additionalResources"],
            Self::Rule => &["condition", "risk"],
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Lens => "the lens",
            Self::Pillar => "a pillar",
            Self::Question => "a question",
            Self::Choice => "a choice",
            Self::Rule => "a rule",
        }
    }
}

/// From AWS's form to ours.
pub(crate) fn to_own(aws: &Node) -> Node {
    let ours = matches!(aws.get(OURS).map(|n| &n.value), Some(Value::Map(_)));
    if ours {
        let native = down(Level::Lens, aws, true);
        // A file that only looks as if we had written it is kept like any other.
        if from_own(&native) == *aws {
            return native;
        }
    }
    down(Level::Lens, aws, false)
}

/// From our form to AWS's.
pub(crate) fn from_own(native: &Node) -> Node {
    let ours = native.get("aws").and_then(|a| a.get("custom_lens")).is_none();
    up(Level::Lens, native, ours)
}

/// Every key that AWS gives no meaning: whose, key, node.
pub(crate) fn unknown(aws: &Node) -> Vec<(&'static str, String, Node)> {
    fn look(level: Level, node: &Node, out: &mut Vec<(&'static str, String, Node)>) {
        for (key, inner) in node.members() {
            if !level.theirs().contains(&key.as_str()) && key != OURS {
                out.push((level.word(), key.clone(), inner.clone()));
            }
            if ["helpfulResource", "improvementPlan"].contains(&key.as_str()) {
                let odd = inner.members().iter().filter(|(k, _)| k != "displayText" && k != "url");
                out.extend(odd.map(|(k, n)| ("a resource", k.clone(), n.clone())));
            }
            if let Some((.., below)) = level.children().iter().find(|(theirs, ..)| theirs == key) {
                inner.items().iter().for_each(|n| look(*below, n, out));
            }
        }
    }
    let mut out = Vec::new();
    look(Level::Lens, aws, &mut out);
    out
}

fn find<'a>(members: &'a [Member], key: &str) -> Option<&'a Node> {
    members.iter().find(|(k, _)| k == key).map(|(_, n)| n)
}

fn down(level: Level, theirs: &Node, ours: bool) -> Node {
    if !matches!(theirs.value, Value::Map(_)) {
        return theirs.clone();
    }
    let mut fields = own_fields(level, theirs.members());
    if ours && let Some(kept) = theirs.get(OURS) {
        for (key, node) in
            kept.members().iter().filter(|(k, _)| k != "aws" && k != ORDER && level.children().iter().all(|(_, c, _)| c != k))
        {
            match fields.iter_mut().find(|(k, _)| k == key) {
                Some((_, old)) => *old = node.clone(),
                None => fields.push((key.clone(), node.clone())),
            }
        }
        // “Not there” is kept as null.
        fields.retain(|(k, n)| n.value != Value::Null || theirs.get(OURS).and_then(|o| o.get(k)).is_none());
    }
    for (their_key, our_key, below) in level.children() {
        if let Some(list) = theirs.get(their_key) {
            let items = list.items().iter().filter(|n| !(ours && added(n))).map(|n| down(*below, n, ours)).collect();
            let value = if matches!(list.value, Value::List(_)) { Value::List(items) } else { list.value.clone() };
            fields.push(((*our_key).to_owned(), Node { value, at: list.at }));
        }
    }
    fields.sort_by_key(|(k, _)| level.rank(k));
    if let Some(order) = theirs.get(OURS).filter(|_| ours).and_then(|o| o.get(ORDER)) {
        fields.sort_by_key(|(k, _)| order.items().iter().position(|n| n.str() == Some(k)));
    }
    let derived = derive(level, &fields, ours);
    let mut rest = difference(level, theirs.members(), &derived);
    if level == Level::Lens && !ours {
        rest.insert(0, ("custom_lens".into(), Node::new(Value::Bool(true))));
    }
    if !rest.is_empty() {
        fields.push(("aws".into(), Node::map(rest)));
    }
    Node { value: Value::Map(fields), at: theirs.at }
}

/// The choice that is only there because AWS needs it.
fn added(choice: &Node) -> bool {
    choice.get(OURS).and_then(|o| o.get("added")).is_some()
}

fn up(level: Level, native: &Node, ours: bool) -> Node {
    if !matches!(native.value, Value::Map(_)) {
        return native.clone();
    }
    let fields: Vec<Member> = native.members().iter().filter(|(k, _)| k != "aws").cloned().collect();
    let mut members = derive(level, &fields, ours);
    if let Some(rest) = native.get("aws") {
        for (key, node) in rest.get("members").map_or(&[][..], Node::members) {
            match members.iter_mut().find(|(k, _)| k == key) {
                Some((_, old)) => *old = node.clone(),
                None => members.push((key.clone(), node.clone())),
            }
        }
        if let Some(order) = rest.get("order") {
            let at = |key: &str| order.items().iter().position(|n| n.str() == Some(key));
            members.retain(|(k, _)| at(k).is_some() || level.children().iter().any(|(c, ..)| c == k));
            members.sort_by_key(|(k, _)| at(k).unwrap_or(usize::MAX));
        }
    }
    for (their_key, our_key, below) in level.children() {
        let Some((_, slot)) = members.iter_mut().find(|(k, _)| k == their_key) else { continue };
        let Some(list) = find(&fields, our_key) else { continue };
        let mut items: Vec<Node> = list.items().iter().map(|n| up(*below, n, ours)).collect();
        let none = |n: &Node| n.get("id").and_then(Node::scalar).is_some_and(|id| id.ends_with("_no"));
        if ours && *below == Level::Choice && !items.iter().any(none) {
            let id = find(&fields, "id").and_then(Node::scalar).unwrap_or("question").replace('-', "_");
            items.push(Node::map(vec![
                ("id".into(), Node::text(format!("{id}_no"))),
                ("title".into(), Node::text(NONE)),
                (OURS.into(), Node::map(vec![("added".into(), Node::new(Value::Bool(true)))])),
            ]));
        }
        let value = if matches!(list.value, Value::List(_)) { Value::List(items) } else { list.value.clone() };
        *slot = Node { value, at: list.at };
    }
    Node { value: Value::Map(members), at: native.at }
}

/// What AWS's file has beyond what the table derives.
fn difference(level: Level, theirs: &[Member], derived: &[Member]) -> Vec<Member> {
    let child = |key: &str| level.children().iter().any(|(c, ..)| *c == key);
    let more: Vec<Member> = theirs.iter().filter(|(k, n)| !child(k) && find(derived, k) != Some(n)).cloned().collect();
    let mut keys: Vec<&str> = derived.iter().map(|(k, _)| k.as_str()).collect();
    keys.extend(more.iter().map(|(k, _)| k.as_str()).filter(|k| find(derived, k).is_none()));
    let same = keys.iter().copied().eq(theirs.iter().map(|(k, _)| k.as_str()));
    let mut out = Vec::new();
    if !more.is_empty() {
        out.push(("members".into(), Node::map(more)));
    }
    if !same {
        out.push(("order".into(), Node::list(theirs.iter().map(|(k, _)| Node::text(k)).collect())));
    }
    out
}

/// Their members from our fields, the levels below as empty places.
fn derive(level: Level, fields: &[Member], ours: bool) -> Vec<Member> {
    let mut out = table(level, fields);
    let back = own_fields(level, &out);
    let child = |key: &str| level.children().iter().any(|(_, c, _)| *c == key);
    let mut kept: Vec<Member> = fields.iter().filter(|(k, n)| !child(k) && find(&back, k) != Some(n)).cloned().collect();
    kept.extend(back.iter().filter(|(k, _)| find(fields, k).is_none()).map(|(k, _)| (k.clone(), Node::new(Value::Null))));
    if level == Level::Lens && ours && kept.is_empty() {
        kept.push(("lens".into(), find(fields, "lens").cloned().unwrap_or_else(|| Node::new(Value::Null))));
    }
    if !fields.is_sorted_by_key(|(k, _)| level.rank(k)) {
        kept.push((ORDER.into(), Node::list(fields.iter().map(|(k, _)| Node::text(k)).collect())));
    }
    if ours && !kept.is_empty() {
        out.push((OURS.into(), Node::map(kept)));
    }
    out
}

/// A text member, as text.
fn worded(fields: &[Member], key: &str) -> Option<Node> {
    let node = find(fields, key)?;
    Some(Node { value: Value::Text(node.scalar()?.to_owned()), at: node.at })
}

fn resource(text: Option<Node>, url: Option<Node>) -> Option<Node> {
    let members: Vec<Member> =
        [("displayText", text), ("url", url)].into_iter().filter_map(|(k, n)| Some((k.to_owned(), n?))).collect();
    let at = members.first()?.1.at;
    Some(Node { value: Value::Map(members), at })
}

fn table(level: Level, fields: &[Member]) -> Vec<Member> {
    let empty = |key: &str| find(fields, key).map(|n| Node { value: Value::Null, at: n.at });
    let id = worded(fields, "id").map(|n| Node { value: Value::Text(n.str().unwrap_or("").replace('-', "_")), at: n.at });
    let members: Vec<(&str, Option<Node>)> = match level {
        Level::Lens => vec![
            ("schemaVersion", Some(Node::text(crate::lint::SCHEMA))),
            ("name", worded(fields, "name")),
            ("description", worded(fields, "description")),
            ("pillars", empty("pillars")),
        ],
        Level::Pillar => vec![("id", id), ("name", worded(fields, "name")), ("questions", empty("questions"))],
        Level::Question => vec![
            ("id", id),
            ("title", worded(fields, "title")),
            ("description", worded(fields, "intro")),
            ("helpfulResource", resource(worded(fields, "help"), worded(fields, "help_url"))),
            ("choices", empty("choices")),
            ("riskRules", empty("risk")),
        ],
        Level::Choice => {
            let help = match (worded(fields, "what"), worded(fields, "why")) {
                (Some(what), Some(why)) => {
                    let both = format!("{}\n\n{}", what.str().unwrap_or(""), why.str().unwrap_or(""));
                    Some(Node { value: Value::Text(both), at: what.at })
                }
                (what, why) => what.or(why),
            };
            vec![
                ("id", id),
                ("title", worded(fields, "title")),
                ("helpfulResource", resource(help, worded(fields, "what_url"))),
                ("improvementPlan", resource(worded(fields, "first_step"), worded(fields, "first_step_url"))),
            ]
        }
        Level::Rule => {
            let risk = find(fields, "then").or_else(|| find(fields, "default"));
            let word = risk.map(|n| match n.str().and_then(Risk::read) {
                Some(r) => Node { value: Value::Text(r.aws().to_owned()), at: n.at },
                None => n.clone(),
            });
            let default = find(fields, "default").map(|n| Node { value: Value::Text("default".into()), at: n.at });
            vec![("condition", find(fields, "when").cloned().or(default)), ("risk", word)]
        }
    };
    members.into_iter().filter_map(|(k, n)| Some((k.to_owned(), n?))).collect()
}

/// Our fields from their members, without the levels below.
fn own_fields(level: Level, theirs: &[Member]) -> Vec<Member> {
    let inner = |key: &str, field: &str| find(theirs, key).and_then(|n| worded(n.members(), field));
    let fields: Vec<(&str, Option<Node>)> = match level {
        Level::Lens => {
            let name = worded(theirs, "name");
            let slug = slug(name.as_ref().and_then(Node::str).unwrap_or(""));
            vec![
                ("lens", Some(Node::text(slug))),
                ("name", name),
                ("version", Some(Node::text("1"))),
                ("description", worded(theirs, "description")),
            ]
        }
        Level::Pillar => vec![("id", worded(theirs, "id")), ("name", worded(theirs, "name"))],
        Level::Question => vec![
            ("id", worded(theirs, "id")),
            ("title", worded(theirs, "title")),
            ("intro", worded(theirs, "description")),
            ("help", inner("helpfulResource", "displayText")),
            ("help_url", inner("helpfulResource", "url")),
        ],
        Level::Choice => vec![
            ("id", worded(theirs, "id")),
            ("title", worded(theirs, "title")),
            ("what", inner("helpfulResource", "displayText")),
            ("what_url", inner("helpfulResource", "url")),
            ("first_step", inner("improvementPlan", "displayText")),
            ("first_step_url", inner("improvementPlan", "url")),
        ],
        Level::Rule => {
            let risk = find(theirs, "risk").map(|n| match n.str().and_then(Risk::read) {
                Some(r) if n.str() == Some(r.aws()) => Node { value: Value::Text(r.word().to_owned()), at: n.at },
                _ => n.clone(),
            });
            let condition = find(theirs, "condition");
            if condition.and_then(Node::str).is_some_and(|c| c.trim() == "default") {
                vec![("default", risk)]
            } else {
                vec![("when", condition.cloned()), ("then", risk)]
            }
        }
    };
    fields.into_iter().filter_map(|(k, n)| Some((k.to_owned(), n?))).collect()
}

/// A short name from a name: small letters and digits, joined by dashes; `lens` if there are none.
fn slug(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    let out: String = out.chars().take(60).collect();
    let out = out.trim_end_matches('-');
    if out.is_empty() { "lens".to_owned() } else { out.to_owned() }
}

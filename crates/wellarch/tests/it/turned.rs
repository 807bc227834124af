//! From one form to the other and back: nothing is lost.

use proptest::prelude::*;
use wellarch::tree::{Node, Value};
use wellarch::{File, Form, builtin, json, yaml};

use crate::{published, question, read};

fn tree(bytes: &[u8]) -> Node {
    json::read(std::str::from_utf8(bytes).unwrap()).unwrap()
}

/// Where two trees part, for a message; keys count in their order.
fn parts(a: &Node, b: &Node, path: &str) -> Option<String> {
    match (&a.value, &b.value) {
        (Value::Map(x), Value::Map(y)) => {
            let keys = |m: &[(String, Node)]| m.iter().map(|(k, _)| k.clone()).collect::<Vec<_>>();
            if keys(x) != keys(y) {
                return Some(format!("{path}: {:?} and {:?}", keys(x), keys(y)));
            }
            x.iter().zip(y).find_map(|((k, m), (_, n))| parts(m, n, &format!("{path}/{k}")))
        }
        (Value::List(x), Value::List(y)) if x.len() == y.len() => {
            x.iter().zip(y).enumerate().find_map(|(i, (m, n))| parts(m, n, &format!("{path}/{i}")))
        }
        (x, y) => (x != y).then(|| format!("{path}: {x:?} and {y:?}")),
    }
}

fn equal(a: &Node, b: &Node, what: &str) {
    assert_eq!(parts(a, b, ""), None, "{what}");
}

/// What the check says, wherever it stands.
fn said(file: &File) -> Vec<String> {
    // What is odd in the JSON itself is not in the YAML any more, or is there by its own rules.
    let only_there = ["byte-order-mark", "unknown-key-kept", "key-case", "not-a-number", "empty-url", "blank-in-url"];
    let mut out: Vec<_> = file.check(false).into_iter().filter(|f| !only_there.contains(&f.code)).map(|f| f.message).collect();
    out.sort();
    out
}

#[test]
fn published_lenses_come_back_as_they_were() {
    for (path, bytes) in published() {
        let file = read(&bytes).unwrap();
        assert!(file.export(Form::Aws) == bytes, "{path}: untouched, it is byte for byte the same");
        let ours = file.export(Form::Own);
        let again = read(&ours).unwrap_or_else(|e| panic!("{path}: {e}"));
        assert_eq!(again.form, Form::Own);
        equal(&tree(&again.export(Form::Aws)), &tree(&bytes), &path);
        assert!(again.export(Form::Own) == ours, "{path}: our form, untouched");
        assert_eq!(again.lens.counts(), file.lens.counts(), "{path}");
        assert_eq!(said(&again), said(&file), "{path}: the check says the same of both forms");
    }
}

#[test]
fn built_in_lenses_come_back_as_they_were() {
    for b in builtin() {
        let file = b.read().unwrap();
        let theirs = file.export(Form::Aws);
        let again = read(&theirs).unwrap();
        assert_eq!(again.form, Form::Aws);
        equal(again.tree(), file.tree(), b.id);
        assert!(again.export(Form::Aws) == theirs);
        let own = read(file.export(Form::Own)).unwrap();
        equal(own.tree(), file.tree(), b.id);
        assert_eq!(own.check(false), []);
    }
}

#[test]
fn an_edit_changes_what_was_edited_and_nothing_else() {
    let mut lenses = published();
    lenses.push(("small".into(), SMALL.as_bytes().to_vec()));
    for (path, bytes) in lenses {
        let file = read(&bytes).unwrap();
        let untouched = file.edited(file.tree().clone()).unwrap();
        assert!(untouched.export(Form::Aws) == bytes, "{path}: the same tree is no edit");
        let mut native = file.tree().clone();
        set(&mut native, &["pillars", "0", "questions", "0", "title"], "Another title?");
        let edited = file.edited(native).unwrap();
        let mut expected = tree(&bytes);
        set(&mut expected, &["pillars", "0", "questions", "0", "title"], "Another title?");
        equal(&tree(&edited.export(Form::Aws)), &expected, &path);
    }
}

/// Puts a text where a path leads.
fn set(node: &mut Node, path: &[&str], text: &str) {
    let [first, rest @ ..] = path else {
        node.value = Value::Text(text.into());
        return;
    };
    match &mut node.value {
        Value::Map(members) => set(&mut members.iter_mut().find(|(k, _)| k == first).unwrap().1, rest, text),
        Value::List(items) => set(&mut items[first.parse::<usize>().unwrap()], rest, text),
        _ => panic!("{first} leads nowhere"),
    }
}

/// A lens in AWS's form with everything odd that published ones have: order, unknown keys, resources of three kinds, blanks.
const SMALL: &str = r#"{
 "_version": 1.50, "pillars": [ {"questions": [ {"riskRules": [
   {"risk": "NO_RISK", "condition": " a_1&&!a_2 ", "note": null}, {"condition": "default", "risk": "HIGH_RISK"} ],
   "number": 7, "id": "q_1", "title": "How?", "description": "",
   "helpfulResource": {"url": "", "displayText": "Read", "Url": "x"},
   "additionalResources": [],
   "choices": [
     {"id": "a_1", "title": "A", "helpfulResource": {"displayText": "What"}, "improvementPlan": {"displayText": "Do", "url": " https://a.example "},
      "additionalResources": [{"type": "HELPFUL_RESOURCE", "content": [{"displayText": "More", "url": "https://b.example"}]}]},
     {"title": "B", "id": "a_2", "description": "In words", "improvementPlan": "not a resource"},
     {"id": "a_no", "title": "None of these", "_bellwether": {"odd": true}} ] } ],
   "description": "kept", "name": "P", "id": "p_1" } ],
 "schemaVersion": "2021-11-01", "name": "Sm\u00e4ll", "description": "D", "aws": {"members": 1}, "version": "7", "lens": null }
"#;

#[test]
fn everything_odd_at_once_comes_back() {
    let file = read(SMALL).unwrap();
    assert_eq!(file.form, Form::Aws);
    let ours = file.export(Form::Own);
    let again = read(&ours).unwrap_or_else(|e| panic!("{e}\n{}", String::from_utf8_lossy(&ours)));
    equal(&tree(&again.export(Form::Aws)), &tree(SMALL.as_bytes()), "small");
}

#[test]
fn what_only_our_form_has_survives_the_way_through_theirs() {
    let text = question(&["one", "two"], "{ when: \"one && two\", then: none }\n{ when: one, then: medium }\n{ default: high }")
        .replace("title: How?", "title: How?\n        maps: { aws: [OPS1], finding: some-figure }")
        .replace(
            "title: Title of one",
            "title: Title of one\n            figure: some-figure\n            evidence: { supported: { all: [ { fact: a.b, op: le, value: 60, max_age: 95d } ] } }",
        );
    let file = read(&text).unwrap();
    let again = read(file.export(Form::Aws)).unwrap();
    equal(again.tree(), file.tree(), "small");
    assert!(String::from_utf8(file.export(Form::Aws)).unwrap().contains("ONE_01_no"), "AWS needs a choice for none of these");
    assert!(again.lens.questions().all(|(_, q)| q.choices.len() == 2));
}

/// A lens in AWS's form as some program could have written it.
fn any_lens() -> impl Strategy<Value = Node> {
    let text = prop_oneof![Just(String::new()), "[ -~]{0,20}", "(default|NO_RISK|none|true|null|1|~|a_no)"];
    let leaf = prop_oneof![
        text.clone().prop_map(Node::text),
        Just(Node::new(Value::Null)),
        Just(Node::new(Value::Bool(true))),
        Just(Node::new(Value::Number("1.0".into()))),
    ];
    let key = prop_oneof![Just("aws"), Just("what"), Just("order"), Just("members"), Just("url"), Just("_bellwether"), Just("_x")];
    let odd = proptest::collection::btree_map(key, leaf.clone(), 0..4);
    let resource = (text.clone(), leaf.clone(), any::<u8>()).prop_map(|(words, url, n)| match n % 4 {
        0 => Node::map(vec![("displayText".into(), Node::text(words)), ("url".into(), url)]),
        1 => Node::map(vec![("url".into(), url), ("displayText".into(), Node::text(words))]),
        2 => Node::map(vec![("displayText".into(), Node::text(words))]),
        _ => url,
    });
    let choice = (any::<u8>(), text.clone(), resource.clone(), resource.clone(), odd.clone(), any::<bool>());
    let choices = proptest::collection::vec(choice, 0..4);
    (choices, text, odd, resource, any::<bool>()).prop_map(|(choices, title, odd, help, turned)| {
        let more = |mut own: Vec<(String, Node)>, odd: &std::collections::BTreeMap<&str, Node>, turned: bool| {
            own.extend(odd.iter().map(|(k, n)| ((*k).to_owned(), n.clone())));
            if turned {
                own.reverse();
            }
            Node::map(own)
        };
        let choices = choices.into_iter().enumerate().map(|(i, (n, title, plan, help, odd, turned))| {
            let mut own = vec![("id".to_owned(), Node::text(format!("c{i}"))), ("title".to_owned(), Node::text(title))];
            if n & 1 == 1 {
                own.push(("improvementPlan".into(), plan));
            }
            if n & 2 == 2 {
                own.push(("helpfulResource".into(), help));
            }
            more(own, &odd, turned)
        });
        let rule = Node::map(vec![("condition".into(), Node::text("default ")), ("risk".into(), Node::text("HIGH_RISK"))]);
        let q = vec![
            ("id".into(), Node::text("q")),
            ("title".into(), Node::text(title.clone())),
            ("helpfulResource".into(), help),
            ("choices".into(), Node::list(choices.collect())),
            ("riskRules".into(), Node::list(vec![rule])),
        ];
        let pillar = vec![("id".into(), Node::text("p")), ("questions".into(), Node::list(vec![more(q, &odd, turned)]))];
        let lens = vec![
            ("name".into(), Node::text(format!("N{title}"))),
            ("pillars".into(), Node::list(vec![more(pillar, &odd, turned)])),
        ];
        more(lens, &odd, turned)
    })
}

proptest! {
    #[test]
    fn whatever_aws_takes_comes_back(lens in any_lens()) {
        let text = json::write(&lens);
        // Some are refused, and that is another test's matter.
        if let Ok(file) = read(&text) {
            let ours = yaml::write(file.tree());
            let again = read(&ours).unwrap_or_else(|e| panic!("{e}\n{ours}"));
            prop_assert_eq!(parts(&tree(&again.export(Form::Aws)), &lens, ""), None, "{}", ours);
        }
    }
}

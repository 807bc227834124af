//! The strict check: every limit of AWS, one over and exactly at it.

use serde_json::{Value, json};
use wellarch::lint::Severity;

use crate::{published, read};

fn resource(text: usize) -> Value {
    json!({"displayText": "x".repeat(text), "url": "https://example.org"})
}

/// A lens at the edge of what AWS takes, in every way at once.
fn widest() -> Value {
    let choice = |i: usize| {
        let content = vec![resource(2048); 5];
        json!({
            "id": format!("c{i:02}{}", "x".repeat(125)), "title": "t".repeat(128),
            "helpfulResource": resource(2048), "improvementPlan": resource(2048),
            "additionalResources": [
                {"type": "HELPFUL_RESOURCE", "content": content}, {"type": "IMPROVEMENT_PLAN", "content": content}],
        })
    };
    let lean = |i: usize| json!({"id": format!("c{i:02}"), "title": "t", "improvementPlan": resource(10)});
    let rules = json!([
        {"condition": "c00", "risk": "NO_RISK"}, {"condition": "c01", "risk": "MEDIUM_RISK"},
        {"condition": "default", "risk": "HIGH_RISK"}]);
    let question = |p: usize, q: usize, choices: Vec<Value>| {
        json!({"id": format!("q_{p}_{q}"), "title": "t".repeat(128), "description": "d".repeat(20),
            "helpfulResource": resource(5), "choices": choices, "riskRules": rules})
    };
    let pillar = |p: usize| {
        let questions: Vec<Value> = (0..20)
            .map(|q| {
                let mut choices: Vec<Value> = (0..14).map(lean).collect();
                choices.push(json!({"id": "q_no", "title": "None of these"}));
                question(
                    p,
                    q,
                    if p == 0 && q == 0 {
                        vec![lean(0), lean(1), choice(2)]
                    } else if p < 3 {
                        choices
                    } else {
                        choices[..2].to_vec()
                    },
                )
            })
            .collect();
        json!({"id": format!("pillar_{p}"), "name": "n".repeat(128), "questions": questions})
    };
    let pillars: Vec<Value> = (0..10).map(pillar).collect();
    json!({"schemaVersion": "2021-11-01", "name": "n".repeat(128), "description": "d".repeat(2048), "pillars": pillars})
}

fn strict(lens: &Value) -> Vec<(String, String)> {
    let file = read(lens.to_string()).unwrap_or_else(|e| panic!("{e}"));
    let found = file.check(true).into_iter().filter(|f| f.severity == Severity::Fault);
    found.map(|f| (f.code.to_owned(), f.message)).collect()
}

#[test]
fn a_lens_at_every_limit_is_taken() {
    assert_eq!(strict(&widest()), []);
}

/// A choice of the first question.
const CHOICE: &str = "/pillars/0/questions/0/choices/2";

#[test]
fn one_over_each_limit_is_refused_with_its_number() {
    let long = |n: usize| json!("x".repeat(n));
    let q = "/pillars/0/questions/0";
    let list = |v: &Value, n: usize| Value::Array(vec![v.clone(); n]);
    let other = |id: &str, of: &Value| {
        let mut v = of.clone();
        v["id"] = json!(id);
        v
    };
    let lens = widest();
    let at = |path: &str| lens.pointer(path).unwrap();
    let many = |path: &str, n: usize| Value::Array((0..n).map(|i| other(&format!("new_{i}"), &at(path)[1])).collect());
    let choices = Value::Array((0..16).map(|i| other(&format!("c{i:02}"), &at(q)["choices"][0])).collect());
    let rule = at(q)["riskRules"][0].clone();
    let content = at(CHOICE)["additionalResources"][0]["content"][0].clone();
    let cases: Vec<(String, Value, &str, &str)> = vec![
        ("/schemaVersion".into(), json!("2020-01-01"), "schema-version", "2021-11-01"),
        ("/name".into(), long(129), "too-long", "129 characters; at most 128"),
        ("/description".into(), long(2049), "too-long", "at most 2048"),
        ("/description".into(), json!(""), "missing-field", "description"),
        ("/pillars".into(), many("/pillars", 11), "too-many", "11 pillars; 1 to 10"),
        ("/pillars/0/id".into(), long(129), "bad-id", "3 to 128"),
        ("/pillars/0/id".into(), json!("ab"), "bad-id", "3 to 128"),
        ("/pillars/0/id".into(), json!("a-b-c"), "bad-id", "letters, digits or _"),
        ("/pillars/0/name".into(), long(129), "too-long", "at most 128"),
        ("/pillars/0/questions".into(), many("/pillars/0/questions", 21), "too-many", "21 questions; 1 to 20"),
        ("/pillars/0/questions".into(), json!([]), "too-many", "0 questions; 1 to 20"),
        (format!("{q}/id"), json!("é_é"), "bad-id", "letters, digits or _"),
        (format!("{q}/title"), long(129), "too-long", "at most 128"),
        (format!("{q}/description"), long(2049), "too-long", "at most 2048"),
        (format!("{q}/helpfulResource/displayText"), long(2049), "too-long", "at most 2048"),
        (format!("{q}/helpfulResource/url"), json!(format!("https://{}", "x".repeat(2041))), "too-long", "at most 2048"),
        (format!("{q}/choices"), choices, "too-many", "16 choices; 1 to 15"),
        (format!("{q}/riskRules"), list(&rule, 4), "too-many", "4 riskRules; 1 to 3"),
        (format!("{q}/riskRules"), json!([rule]), "no-default", "no default"),
        (format!("{CHOICE}/id"), json!("x"), "bad-id", "3 to 128"),
        (format!("{CHOICE}/title"), long(129), "too-long", "at most 128"),
        (format!("{CHOICE}/helpfulResource/displayText"), long(2049), "too-long", "at most 2048"),
        (format!("{CHOICE}/improvementPlan/displayText"), long(2049), "too-long", "at most 2048"),
        (format!("{CHOICE}/improvementPlan"), json!({"url": "https://example.org"}), "missing-field", "displayText"),
        (format!("{CHOICE}/improvementPlan"), Value::Null, "missing-field", "displayText"),
        (format!("{CHOICE}/additionalResources/0/type"), json!("OTHER"), "bad-type", "HELPFUL_RESOURCE"),
        (format!("{CHOICE}/additionalResources/0/content"), list(&content, 6), "too-many", "6 content; 1 to 5"),
        (format!("{CHOICE}/additionalResources"), list(&at(CHOICE)["additionalResources"][0], 3), "too-many", "at most 2"),
    ];
    for (path, value, code, says) in cases {
        let mut wrong = lens.clone();
        *wrong.pointer_mut(&path).unwrap() = value;
        let found = strict(&wrong);
        assert!(found.iter().any(|(c, m)| c == code && m.contains(says)), "{path}: {found:?}");
    }
}

#[test]
fn what_is_missing_is_told() {
    let q = "/pillars/0/questions/0";
    for (path, key) in [
        ("", "schemaVersion"),
        ("", "name"),
        ("", "description"),
        ("/pillars/0", "name"),
        ("/pillars/0", "questions"),
        (q, "title"),
        (q, "choices"),
        (q, "riskRules"),
        (CHOICE, "title"),
        (CHOICE, "improvementPlan"),
    ] {
        let mut wrong = widest();
        wrong.pointer_mut(path).unwrap().as_object_mut().unwrap().remove(key);
        let found = strict(&wrong);
        assert!(found.iter().any(|(c, m)| c == "missing-field" && m.contains(key)), "{path} {key}: {found:?}");
    }
    let mut fine = widest();
    *fine.pointer_mut(CHOICE).unwrap() = json!({"id": "q_no", "title": "None of these"});
    assert_eq!(strict(&fine), [], "an id that ends in _no needs no improvement plan");
}

#[test]
fn published_lenses_are_within_the_limits_or_say_where_not() {
    for (path, bytes) in published() {
        let file = read(&bytes).unwrap();
        let loose = file.check(false);
        for f in file.check(true).iter().filter(|f| !loose.contains(f)) {
            // What AWS has taken from its own people: no default, and improvement plans without text.
            assert!(["no-default", "missing-field", "too-long", "bad-id", "too-many"].contains(&f.code), "{path}: {f:?}");
            assert!(f.at.line > 0, "{path}: {f:?}");
        }
    }
}

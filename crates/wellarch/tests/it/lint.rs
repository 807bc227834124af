//! What the check says: of small lenses made to be wrong, and of published ones.

use std::collections::BTreeMap;

use wellarch::lint::{Finding, Severity};
use wellarch::{Choice, Question, Risk};

use crate::{naive, published, question, read};

fn found(text: &str) -> Vec<Finding> {
    read(text).unwrap_or_else(|e| panic!("{e}\n{text}")).check(false)
}

/// Codes with rule and choice, in the order told.
fn codes(choices: &[&str], rules: &str) -> Vec<String> {
    let short = |f: Finding| {
        let rule = f.rule.map(|n| format!(" rule {n}")).unwrap_or_default();
        format!("{}{rule}{}", f.code, f.choice.map(|c| format!(" {c}")).unwrap_or_default())
    };
    found(&question(choices, rules)).into_iter().map(short).collect()
}

#[test]
fn each_kind_of_mistake_is_told() {
    let cases: [(&str, &str, &[&str]); 14] = [
        ("a b", "a && b:none | a || b:medium | default high", &[]),
        ("a b", "a && b:none | a:medium | default high", &[]),
        ("a b", "a || b:none | a && b:medium | default high", &["dead-rule rule 2", "unreachable"]),
        (
            "a b",
            "a:none | b && !b:medium | default high",
            &["contradiction rule 2", "dead-rule rule 2", "unreachable", "idle-choice b"],
        ),
        ("a b", "a && b:none | b && a:medium | default high", &["dead-rule rule 2", "unreachable", "repeated-condition rule 2"]),
        ("a", "default none", &["constant", "unreachable", "unreachable"]),
        ("a b", "a && b:none | a || b:medium", &["no-match", "no-default"]),
        ("a b", "a && b:none | !(a && b):high | default medium", &["unreachable", "dead-default rule 3"]),
        (
            "a b a_no",
            "a && a_no:none | a:medium | default high",
            &["none-with-others rule 1 a_no", "dead-rule rule 1", "unreachable", "idle-choice b"],
        ),
        (
            "a b a_no",
            "a && b:none | a || b:high | default medium",
            &["blank-is-mild", "none-is-mild a_no", "not-monotone a", "not-monotone b"],
        ),
        ("a b zero", "a && b && !zero:none | a && !zero || b && !zero:medium | default high", &["negative-choice zero"]),
        (
            "a b",
            "default high | a:none",
            &["default-not-last rule 1", "dead-rule rule 2", "constant", "unreachable", "unreachable"],
        ),
        (
            "a b",
            "a && b && c:none | a || b:medium | default high",
            &["contradiction rule 1", "dead-rule rule 1", "unknown-choice rule 1 c", "unreachable"],
        ),
        ("a_no", "!a_no:none | default high", &["no-choices", "blank-is-mild", "unreachable"]),
    ];
    for (choices, rules, expected) in cases {
        let choices: Vec<&str> = choices.split(' ').collect();
        let rule = |r: &str| match r.split_once(':') {
            Some((when, then)) => format!("{{ when: \"{when}\", then: {then} }}"),
            None => format!("{{ {} }}", r.replace(' ', ": ")),
        };
        let rules: Vec<String> = rules.split(" | ").map(rule).collect();
        assert_eq!(codes(&choices, &rules.join("\n")), expected, "{rules:?}");
    }
}

#[test]
fn a_finding_has_its_place_and_remedy() {
    let text = question(&["a", "b"], "{ when: \"a || b\", then: none }\n{ when: \"a && b\", then: medium }\n{ default: high }");
    let line = text.lines().position(|l| l.contains("a && b")).unwrap() + 1;
    let told = found(&text);
    let dead = told.iter().find(|f| f.code == "dead-rule").unwrap();
    assert_eq!((dead.at.line as usize, dead.at.column), (line, 21), "{dead:?}");
    assert_eq!((dead.question.as_deref(), dead.rule, dead.severity), (Some("ONE-01"), Some(2), Severity::Fault));
    assert!(dead.message.contains("rule 1 already takes every answer") && !dead.remedy.is_empty(), "{dead:?}");
    assert!(told.iter().all(|f| f.at.line > 0 && !f.remedy.is_empty()), "{told:?}");
}

/// File, code and how often; what the survey of published lenses says of these files, and what else stands out in them.
const KNOWN: [(&str, &str, usize); 29] = [
    ("AWS-Passport", "blank-is-mild", 11),
    ("AWS-Passport", "unknown-key-kept", 1),
    ("Amazon-ECS", "no-default", 1),
    ("Amazon-S3", "none-with-others", 1),
    ("Amazon-S3", "unknown-key-kept", 2),
    ("Athena", "foreign-name", 1),
    ("DynamoDB", "unknown-key-kept", 4),
    ("ElastiCache", "no-default", 22),
    ("ElastiCache", "dead-rule", 3),
    ("ElastiCache", "negative-choice", 8),
    ("ElastiCache", "none-by-title", 1),
    ("IDP-custom", "empty-url", 1),
    ("IDP-custom", "two-urls", 1),
    ("IDP-custom", "unknown-key-kept", 4),
    ("ORR-Lens", "contradiction", 1),
    ("ORR-Lens", "key-case", 1),
    ("ORR-Lens", "dead-rule", 1),
    ("SaaS-Business", "constant", 29),
    ("SaaS-Business", "empty-url", 1),
    ("SaaS-Business", "no-default", 0),
    ("Personalize", "no-default", 0),
    ("SageMaker-Flower", "dead-rule", 0),
    ("connect-customlens-wellarchitected", "dead-rule", 5),
    ("connect-customlens-wellarchitected", "no-default", 5),
    ("connect-customlens-globalResiliency", "no-default", 3),
    ("connect-customlens-conversationalBots", "no-default", 2),
    ("connect-customlens-peak-readiness", "no-default", 0),
    ("connect-customlens-peak-readiness", "unknown-key-kept", 2),
    ("waf-custom-lens-automation", "no-default", 0),
];

#[test]
fn published_lenses_have_the_faults_that_a_survey_found_in_them() {
    for (path, bytes) in published() {
        let told = read(&bytes).unwrap().check(false);
        for (_, code, n) in KNOWN.iter().filter(|(file, ..)| path.contains(file)) {
            let found: Vec<_> = told.iter().filter(|f| f.code == *code).collect();
            assert_eq!(found.len(), *n, "{path}: {code}: {found:#?}");
        }
        let says = |code: &str, question: &str, text: &str| {
            let hit = told.iter().any(|f| f.code == code && f.question.as_deref() == Some(question) && f.message.contains(text));
            assert!(hit, "{path}: no {code} of {question} that says {text}");
        };
        if path.contains("Amazon-S3") {
            says("none-with-others", "SEC_01", "SEC_01_no");
            says("unreachable", "SEC_01", "no risk, although");
        }
        if path.contains("SaaS-Business") {
            assert!(told.iter().any(|f| f.message.contains("the first of 113")));
        }
        if path.contains("customlens-wellarchitected") {
            says("none-is-mild", "COST01", "medium risk, although a rule gives high");
        }
        if path.contains("ElastiCache") {
            let never = told.iter().filter(|f| f.code == "unreachable" && f.message.contains("leads to no risk"));
            assert_eq!(never.count(), 4);
        }
    }
}

/// What the slow way finds by trying all answers to a question.
fn slowly(q: &Question, slow: &naive::Naive) -> BTreeMap<&'static str, usize> {
    let bits =
        |f: fn(&Choice) -> bool| -> Vec<usize> { q.choices.iter().enumerate().filter(|(_, c)| f(c)).map(|(i, _)| i).collect() };
    let mut answers = naive::sets(&bits(|c| !c.excludes), 15);
    answers.extend(bits(|c| c.excludes).into_iter().map(|i| 1u64 << i));
    let decided: Vec<(String, Option<usize>)> = answers
        .iter()
        .map(|a| slow.risk(&slow.names(*a), &naive::Names::new()))
        .map(|(risk, rule)| (risk.to_owned(), rule))
        .collect();
    let reached = |risk: Risk| decided.iter().any(|(r, _)| r == risk.aws());
    let used = |i: usize| decided.iter().any(|(_, rule)| *rule == Some(i));
    let dead = |default: bool| (0..q.rules.len()).filter(|i| q.rules[*i].when.is_none() == default && !used(*i)).count();
    BTreeMap::from([
        ("dead-rule", dead(false)),
        ("dead-default", dead(true)),
        ("no-match", usize::from(decided.iter().any(|(_, rule)| rule.is_none()))),
        ("constant", usize::from(Risk::ALL.into_iter().filter(|r| reached(*r)).count() == 1)),
        ("unreachable", Risk::ALL.into_iter().filter(|r| !reached(*r)).count()),
    ])
}

#[test]
fn the_check_finds_what_trying_all_answers_finds() {
    let mut totals = BTreeMap::<&str, usize>::new();
    for (path, bytes) in published() {
        let file = read(&bytes).unwrap();
        let told = file.check(false);
        for ((_, q), slow) in file.lens.questions().zip(&naive::questions(&bytes)) {
            assert_eq!(q.id, slow.id);
            for (code, n) in slowly(q, slow) {
                let found = told.iter().filter(|f| f.code == code && f.question.as_ref() == Some(&q.id)).count();
                assert_eq!(found, n, "{path}: {} {code}", q.id);
                *totals.entry(code).or_default() += n;
            }
        }
    }
    println!("{totals:?}");
}

#[test]
fn texts_and_links_are_looked_at_but_never_trusted() {
    let lens = |title: &str, url: &str| {
        let text = question(&["a"], "{ when: a, then: none }\n{ default: high }");
        text.replace("title: Title of a", &format!("title: {title}\n            what_url: {url}"))
    };
    let has = |text: &str, code: &str| found(text).iter().any(|f| f.code == code && f.choice.as_deref() == Some("a"));
    assert!(has(&lens("\"<script>alert(1)</script>\"", "https://example.org"), "markup"));
    assert!(has(&lens("\"Good \\u202e drow\"", "https://example.org"), "hidden-character"));
    for url in
        ["\"javascript:alert(1)\"", "\" JAVA\\tscript:alert(1)\"", "data:text/html;x", "\"//evil.example\"", "ftp://x.example"]
    {
        let text = lens("Good", url);
        assert!(has(&text, "bad-url"), "{url}");
        let file = read(&text).unwrap();
        assert!(file.lens.questions().all(|(_, q)| q.choices.iter().all(|c| c.links.is_empty())), "{url}");
    }
    assert!(has(&lens("Good", "\"https://a.example https://b.example\""), "two-urls"));
    assert!(has(&lens("Good", "\"https://a.example/a b\""), "broken-url"));
    assert!(!has(&lens("Good", "https://a.example/a?b=c#d"), "bad-url"));
}

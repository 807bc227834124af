//! A second way to the same risks, written to be obvious and slow: conditions are taken apart as text, answers are sets of names,
//! and every set is tried. It reads the JSON with a reader of its own, so that the two share nothing.

use std::collections::BTreeSet;

use serde_json::Value;
use wellarch::truth::{MOST, Truth};
use wellarch::{Answer, File, Form, Question, builtin};

use crate::{published, question, read};

/// A condition that was taken apart.
#[derive(Debug)]
pub(crate) enum Tree {
    Name(String),
    Not(Box<Tree>),
    All(Vec<Tree>),
    Any(Vec<Tree>),
}

/// Cuts a text where `sign` stands outside of all parentheses.
fn cut(text: &str, sign: &str) -> Vec<String> {
    let (mut parts, mut depth, mut from, mut i) = (Vec::new(), 0, 0, 0);
    while i < text.len() {
        match text.as_bytes()[i] {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ if depth == 0 && text[i..].starts_with(sign) => {
                parts.push(text[from..i].to_owned());
                i += sign.len();
                from = i;
                continue;
            }
            _ => {}
        }
        i += text[i..].chars().next().map_or(1, char::len_utf8);
    }
    parts.push(text[from..].to_owned());
    parts
}

fn apart(text: &str) -> Tree {
    let text = text.trim();
    let any = cut(text, "||");
    if any.len() > 1 {
        return Tree::Any(any.iter().map(|t| apart(t)).collect());
    }
    let all = cut(text, "&&");
    if all.len() > 1 {
        return Tree::All(all.iter().map(|t| apart(t)).collect());
    }
    if let Some(rest) = text.strip_prefix('!') {
        return Tree::Not(Box::new(apart(rest)));
    }
    match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        Some(inner) => apart(inner),
        None => Tree::Name(text.to_owned()),
    }
}

pub(crate) type Names = BTreeSet<String>;

/// What a condition says when the names of `absent` are struck out of it; None if nothing is left.
fn says(tree: &Tree, ticked: &Names, absent: &Names) -> Option<bool> {
    match tree {
        Tree::Name(name) if absent.contains(name) => None,
        Tree::Name(name) => Some(ticked.contains(name)),
        Tree::Not(inner) => says(inner, ticked, absent).map(|b| !b),
        Tree::All(parts) | Tree::Any(parts) => {
            let left: Vec<bool> = parts.iter().filter_map(|t| says(t, ticked, absent)).collect();
            match (left.is_empty(), matches!(tree, Tree::All(_))) {
                (true, _) => None,
                (false, true) => Some(left.iter().all(|b| *b)),
                (false, false) => Some(left.iter().any(|b| *b)),
            }
        }
    }
}

/// A question as the JSON has it.
pub(crate) struct Naive {
    pub id: String,
    pub choices: Vec<String>,
    rules: Vec<(Option<Tree>, String)>,
}

/// The questions of a lens in AWS's form.
pub(crate) fn questions(json: &[u8]) -> Vec<Naive> {
    let text = String::from_utf8(json.to_vec()).unwrap();
    let lens: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
    let list = |v: &Value, key: &str| v[key].as_array().cloned().unwrap_or_default();
    let word = |v: &Value, key: &str| v[key].as_str().unwrap_or_default().to_owned();
    let mut out = Vec::new();
    for pillar in list(&lens, "pillars") {
        for q in list(&pillar, "questions") {
            let rules = list(&q, "riskRules").into_iter().map(|r| {
                let condition = word(&r, "condition");
                ((condition.trim() != "default").then(|| apart(&condition)), word(&r, "risk"))
            });
            out.push(Naive {
                id: word(&q, "id"),
                choices: list(&q, "choices").iter().map(|c| word(c, "id")).collect(),
                rules: rules.collect(),
            });
        }
    }
    out
}

impl Naive {
    /// Risk in AWS's word and the number of the rule, from nought.
    pub(crate) fn risk(&self, ticked: &Names, absent: &Names) -> (&str, Option<usize>) {
        for (i, (when, risk)) in self.rules.iter().enumerate() {
            if when.as_ref().is_none_or(|t| says(t, ticked, absent) == Some(true)) {
                return (risk, Some(i));
            }
        }
        ("HIGH_RISK", None)
    }

    pub(crate) fn names(&self, bits: u64) -> Names {
        (0..64).zip(&self.choices).filter(|(i, _)| bits >> i & 1 == 1).map(|(_, c)| c.clone()).collect()
    }
}

/// Every set of these choices if there are at most `most`, else as many sets as that makes, spread over all of them.
pub(crate) fn sets(bits: &[usize], most: u32) -> Vec<u64> {
    let put = |n: u64| bits.iter().enumerate().filter(|(j, _)| n >> j & 1 == 1).fold(0, |set, (_, i)| set | 1 << i);
    let n = u32::try_from(bits.len()).unwrap();
    if n <= most {
        return (0..1u64 << n).map(put).collect();
    }
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        put(state)
    };
    std::iter::repeat_with(random).take(1 << most).collect()
}

/// What of a question was compared.
#[derive(Default)]
struct Compared {
    lenses: usize,
    questions: usize,
    answers: u64,
    sampled: u64,
}

impl std::fmt::Display for Compared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (l, q, a, s) = (self.lenses, self.questions, self.answers, self.sampled);
        write!(
            f,
            "{l} lenses, {q} questions: all their {a} sets of answers compared, and {s} at random of questions with more than 2^{EVERY}"
        )
    }
}

/// Choices up to which every set of answers is tried.
const EVERY: u32 = 15;

fn same(q: &Question, naive: &Naive, told: &mut Compared) {
    assert_eq!(q.choices.len(), naive.choices.iter().filter(|c| !c.ends_with("_no") || q.choice(c).is_some()).count(), "{}", q.id);
    let nones: Vec<usize> = (0..q.choices.len()).filter(|i| q.nones() >> i & 1 == 1).collect();
    let real: Vec<usize> = (0..q.choices.len()).filter(|i| q.nones() >> i & 1 == 0).collect();
    let check = |ticked: u64, absent: u64| {
        let found = q.decide(Answer { ticked, absent });
        let (risk, rule) = naive.risk(&naive.names(ticked), &naive.names(absent));
        assert_eq!((found.risk.aws(), found.rule), (risk, rule), "{} with {:?} without {:?}", q.id, q.ids(ticked), q.ids(absent));
        found.risk
    };
    let truth = Truth::of(&q.rules, q.choices.len(), q.nones());
    assert_eq!(truth.is_none(), q.rules.iter().filter_map(|r| r.when.as_ref()).fold(0, |b, c| b | c.mentions()).count_ones() > 20);
    let alone = nones.iter().map(|i| 1u64 << i);
    let all = sets(&real, EVERY);
    *(if real.len() > EVERY as usize { &mut told.sampled } else { &mut told.answers }) += all.len() as u64;
    for ticked in all.into_iter().chain(alone) {
        let risk = check(ticked, 0);
        if let Some(truth) = truth.as_ref().filter(|_| ticked & q.nones() == 0) {
            assert_eq!(truth.risk(truth.number(ticked)), risk, "{}: truth table, {:?}", q.id, q.ids(ticked));
        }
    }
    // Struck out choices: each choice is ticked, open or not applicable.
    if real.len() <= 6 {
        for absent in sets(&real, 6) {
            for ticked in sets(&real, 6).into_iter().filter(|t| t & absent == 0) {
                check(ticked, absent);
                told.answers += 1;
            }
        }
    }
}

fn compare(file: &File, told: &mut Compared) {
    let theirs = questions(&file.export(Form::Aws));
    let ours: Vec<&Question> = file.lens.questions().map(|(_, q)| q).collect();
    assert_eq!(ours.len(), theirs.len());
    told.lenses += 1;
    told.questions += ours.len();
    ours.into_iter().zip(&theirs).for_each(|(q, n)| same(q, n, told));
}

#[test]
fn all_answers_to_every_built_in_question_have_the_same_risk_by_both() {
    let mut told = Compared::default();
    for lens in builtin() {
        let file = lens.read().unwrap();
        // In AWS's form ids have _ for -, so that conditions with a dash in an id would be another text.
        assert!(file.lens.questions().flat_map(|(_, q)| &q.choices).all(|c| !c.id.contains('-')));
        compare(&file, &mut told);
    }
    println!("{told}");
    assert_eq!(told.lenses, builtin().len());
    assert!(told.answers > 30_000 && told.sampled == 0);
}

#[test]
fn all_answers_to_every_published_question_have_the_same_risk_by_both() {
    let mut told = Compared::default();
    for (path, bytes) in published() {
        compare(&read(&bytes).unwrap_or_else(|e| panic!("{path}: {e}")), &mut told);
    }
    println!("{told}");
    assert_eq!((told.lenses, told.sampled), (published().len(), 0));
}

#[test]
fn of_questions_too_big_to_try_all_answers_random_ones_agree() {
    let ids: Vec<String> = (0..64).map(|i| format!("c{i}")).collect();
    let names: Vec<&str> = ids.iter().map(String::as_str).collect();
    let (half, rest) = (names[..32].join(" && "), names[32..].join(" || !"));
    let rules = format!(
        "{{ when: \"({half}) && (!{rest})\", then: none }}\n{{ when: \"c1 && c2 || !(c3 || c63) && c40\", then: medium }}\n{{ default: high }}"
    );
    let file = read(question(&names, &rules)).unwrap();
    let mut told = Compared::default();
    compare(&file, &mut told);
    assert_eq!((told.answers, told.sampled), (0, 1 << EVERY));
    let found = file.check(false);
    assert!(found.iter().any(|f| f.code == "not-checked" && f.message.contains(&MOST.to_string())), "{found:?}");
}

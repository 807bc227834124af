//! The lenses that come with the program: what they promise, and that our own check finds nothing in them.

use std::collections::{BTreeMap, BTreeSet};

use wellarch::{Choice, File, Form, Lens, Risk, builtin};

fn all() -> Vec<File> {
    builtin().iter().map(|b| b.read().unwrap_or_else(|e| panic!("{}: {e:?}", b.id))).collect()
}

fn core() -> Lens {
    builtin()[0].read().unwrap().lens
}

#[test]
fn each_is_read_under_its_id_and_the_check_finds_nothing() {
    for b in builtin() {
        let file = b.read().unwrap();
        assert_eq!((file.lens.id.as_str(), file.form), (b.id, Form::Own));
        assert_eq!(file.check(false), [], "{}", b.id);
    }
}

#[test]
fn of_the_limits_of_aws_only_long_titles_and_a_fourth_rule_are_in_the_way() {
    for b in builtin() {
        let known = |f: &wellarch::lint::Finding| {
            f.code == "too-long" && f.message.contains("“title”") || f.code == "too-many" && f.message.contains("riskRules")
        };
        let odd: Vec<_> = b.read().unwrap().check(true).into_iter().filter(|f| !known(f)).collect();
        assert_eq!(odd, [], "{}", b.id);
    }
}

#[test]
fn every_choice_says_what_why_and_a_first_step_with_its_size() {
    for file in all() {
        for (_, q) in file.lens.questions() {
            assert!((3..=6).contains(&q.choices.len()), "{}: {} choices", q.id, q.choices.len());
            assert!(q.title.ends_with('?') && !q.intro.is_empty(), "{}", q.id);
            for c in &q.choices {
                let Choice { what, why, first_step, effort, .. } = c;
                assert!(!what.is_empty() && !why.is_empty() && !first_step.is_empty() && effort.is_some(), "{} {}", q.id, c.id);
            }
        }
    }
}

#[test]
fn every_question_can_reach_every_risk() {
    for file in all() {
        for (_, q) in file.lens.questions() {
            let reached: BTreeSet<Risk> =
                (0..1u64 << q.choices.len()).map(|ticked| q.risk(wellarch::Answer { ticked, absent: 0 })).collect();
            assert_eq!(reached, Risk::ALL.into(), "{}", q.id);
            let every = (1u64 << q.choices.len()) - 1;
            assert_eq!(q.risk(wellarch::Answer::default()), Risk::High, "{}", q.id);
            assert_eq!(q.risk(wellarch::Answer { ticked: every, absent: 0 }), Risk::None, "{}", q.id);
        }
    }
}

/// How many questions AWS asks in each pillar.
const AWS: [(&str, usize); 6] = [("OPS", 11), ("SEC", 11), ("REL", 13), ("PERF", 5), ("COST", 11), ("SUS", 6)];

/// How many recommendations Azure has in each pillar.
const AZURE: [(&str, usize); 5] = [("RE", 10), ("SE", 12), ("CO", 14), ("OE", 12), ("PE", 12)];

/// Every id that some question or choice of the core lens names for a framework.
fn mapped(framework: &str) -> BTreeSet<String> {
    let lens = core();
    let both = lens.questions().flat_map(|(_, q)| std::iter::once(&q.maps).chain(q.choices.iter().map(|c| &c.maps)));
    both.filter_map(|m| m.get(framework)).flatten().cloned().collect()
}

#[test]
fn all_questions_of_aws_and_all_codes_of_azure_are_mapped() {
    let whole = |id: &String| !id.contains('-');
    let aws: BTreeSet<String> = mapped("aws").into_iter().filter(whole).collect();
    let expected: BTreeSet<String> = AWS.iter().flat_map(|(p, n)| (1..=*n).map(move |i| format!("{p}{i}"))).collect();
    assert_eq!(expected.len(), 57);
    assert_eq!(aws, expected);
    let azure: BTreeSet<String> = mapped("azure").into_iter().map(|id| id.replace(':', "")).collect();
    let expected: BTreeSet<String> = AZURE.iter().flat_map(|(p, n)| (1..=*n).map(move |i| format!("{p}{i:02}"))).collect();
    assert_eq!(expected.len(), 60);
    assert_eq!(azure, expected);
    for (_, q) in core().questions() {
        assert!(q.maps.contains_key("google") || q.maps.contains_key("aws"), "{} maps to nothing", q.id);
    }
}

/// A published figure: what it is called here, and the question whose choices it is.
const FIGURES: [(&str, &str, &[&str]); 19] = [
    ("disaster-recovery-plan", "REL-13", &["goals", "strategy", "tested"]),
    ("resilience-testing", "REL-12", &["game_day", "retested"]),
    ("security-incident-response-plan", "SEC-12", &["plan", "cases", "rehearsed"]),
    ("incident-containment-tools", "SEC-12", &["contain", "forensics"]),
    ("human-access-control", "SEC-04", &["roles", "gone_over"]),
    ("unique-credentials", "SEC-03", &["unique"]),
    ("identity-federation", "SEC-03", &["federated"]),
    ("human-privilege", "SEC-04", &["used_only", "no_standing"]),
    ("software-privilege", "SEC-05", &["least"]),
    ("temporary-credentials", "SEC-05", &["short_lived"]),
    ("data-classification", "SEC-10", &["classes"]),
    ("version-control", "OPS-05", &["versioned"]),
    ("configuration-management", "OPS-05", &["configured"]),
    ("automated-build-and-deployment", "OPS-05", &["built"]),
    ("small-reversible-changes", "OPS-06", &["small", "reversible"]),
    ("fully-automated-path", "OPS-06", &["automated"]),
    ("metrics-captured", "OPS-04", &["metrics"]),
    ("metric-baselines", "OPS-08", &["normal"]),
    ("business-outcome-alerts", "OPS-08", &["outcome_alarm"]),
];

#[test]
fn each_published_figure_is_a_named_set_of_choices() {
    let lens = core();
    let mut found = BTreeMap::new();
    for set in lens.figures() {
        let ids: Vec<&str> = set.question.named(set.choices).map(|c| c.id.as_str()).collect();
        found.insert(set.name.to_owned(), (set.question.id.clone(), ids.join(" ")));
    }
    let expected = FIGURES.iter().map(|(name, q, ids)| ((*name).to_owned(), ((*q).to_owned(), ids.join(" "))));
    assert_eq!(found, expected.collect());
}

/// The words of a text in small letters.
fn words(text: &str) -> Vec<String> {
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

#[test]
fn no_two_texts_share_twelve_words_in_a_row() {
    let mut seen = BTreeMap::<Vec<String>, String>::new();
    let mut texts = 0;
    for file in all() {
        for (_, q) in file.lens.questions() {
            for c in &q.choices {
                for (kind, text) in [("title", &c.title), ("what", &c.what), ("why", &c.why), ("first_step", &c.first_step)] {
                    let place = format!("{} {} {} {kind}", file.lens.id, q.id, c.id);
                    texts += 1;
                    for run in words(text).windows(12) {
                        if let Some(other) = seen.insert(run.to_vec(), place.clone()).filter(|o| *o != place) {
                            panic!("{other} and {place} share: {}", run.join(" "));
                        }
                    }
                }
            }
        }
    }
    assert!(texts > 1_500);
}

#[test]
fn ids_stand_once_among_all_lenses() {
    let mut seen = BTreeSet::new();
    for file in all() {
        for (_, q) in file.lens.questions() {
            assert!(seen.insert(q.id.clone()), "{}", q.id);
        }
    }
}

//! What a decision is. Pure.

use actions::Origin;
use jiff::civil::Date;
use kernel::error::{Faults, Result};
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Characters of what was decided and of the reason, at most.
pub const MOST_WORDS: usize = 5_000;

/// Alternatives of one decision, and people who decided, at most.
pub const MOST_NAMES: usize = 20;

/// Days for which a risk can be accepted.
pub const MOST_DAYS: i32 = 366;

/// Days that a decision's own last day may lie ahead.
pub const FARTHEST: i32 = 3_660;

/// What kind of decision.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DecisionKind {
    /// Something is done, or is not, in a certain way.
    #[default]
    Decision,
    /// A risk is accepted for a time.
    AcceptedRisk,
}

impl DecisionKind {
    /// As it is stored and sent.
    pub fn key(self) -> &'static str {
        match self {
            DecisionKind::Decision => "decision",
            DecisionKind::AcceptedRisk => "accepted-risk",
        }
    }

    /// As pages write it.
    pub fn words(self) -> &'static str {
        match self {
            DecisionKind::Decision => "decision",
            DecisionKind::AcceptedRisk => "accepted risk",
        }
    }

    /// As it was stored or sent.
    pub fn read(key: &str) -> Option<Self> {
        [DecisionKind::Decision, DecisionKind::AcceptedRisk].into_iter().find(|k| k.key() == key)
    }
}

/// A team or workload as a decision shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DecisionPlace)]
pub struct Named {
    /// In addresses.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RecordedDecision)]
pub struct Decision {
    /// Its number.
    pub number: i64,
    /// A decision, or a risk that is accepted.
    pub kind: DecisionKind,
    /// In up to 200 characters.
    pub title: String,
    /// What was decided.
    pub decided: String,
    /// Why.
    pub why: String,
    /// What else was considered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<String>,
    /// Who decided.
    pub deciders: Vec<String>,
    /// Last day on which it counts, or on which it is to be looked at again; empty if none was set.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub review_by: String,
    /// The number of the decision that it replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<i64>,
    /// The number of the decision that replaces it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<i64>,
    /// Whose it is, if it is one team's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<Named>,
    /// The workload that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workload: Option<Named>,
    /// Key of what it settles, such as `core/REL-01` for a question of a review; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// The state of it that was looked at, such as the version of an answer; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub basis: String,
    /// Where it comes from.
    pub origin: Origin,
    /// Who wrote it down.
    pub made_by: String,
    /// When.
    pub made_at: Time,
}

impl Decision {
    /// True unless its last day is over or another replaces it.
    pub fn holds(&self, today: Date) -> bool {
        let over = self.review_by.parse::<Date>().is_ok_and(|last| today > last);
        self.superseded_by.is_none() && !over
    }

    /// Its page.
    pub fn href(&self) -> String {
        format!("/decisions/{}", self.number)
    }

    /// True if every word of the question occurs in number, title, decision or reason.
    pub fn matches(&self, question: &str) -> bool {
        let all = format!("{} {} {} {}", self.number, self.title, self.decided, self.why).to_lowercase();
        question.to_lowercase().split_whitespace().all(|word| all.contains(word))
    }
}

/// The accepted risk that counts for what a decision is about, given how that stands now; the newest.
pub fn accepted<'a>(all: &'a [Decision], about: &str, basis: &str, today: Date) -> Option<&'a Decision> {
    all.iter()
        .filter(|d| d.kind == DecisionKind::AcceptedRisk && d.about == about && d.basis == basis && d.holds(today))
        .max_by_key(|d| d.number)
}

/// A decision as somebody sends it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDecision {
    /// In up to 200 characters.
    pub title: String,
    /// What was decided.
    pub decided: String,
    /// Why.
    pub why: String,
    /// What else was considered, at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<String>,
    /// Who decided, at most 20; whoever sends it if nobody is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deciders: Vec<String>,
    /// Last day on which it counts, or on which it is to be looked at again, `2027-06-30`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub review_by: String,
    /// The number of the decision that it replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<i64>,
    /// Slug of the team whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Slug of the workload that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workload: Option<String>,
    /// Where it comes from; by hand if left out.
    #[serde(default)]
    pub origin: Origin,
}

fn words(faults: &mut Faults, at: &str, what: &str, typed: &str) -> String {
    let out = text::prose(faults, at, what, typed);
    let n = out.chars().count();
    faults.check(!out.is_empty(), at, format!("{what} is missing. Say it in a sentence."));
    faults.check(
        n <= MOST_WORDS || n > text::PROSE,
        at,
        format!("{what} has {n} characters; at most {MOST_WORDS} fit. Say it shorter and link to the rest."),
    );
    out
}

fn names(faults: &mut Faults, at: &str, what: &str, typed: &[String]) -> Vec<String> {
    let kept: Vec<&str> = typed.iter().map(|t| t.trim()).filter(|t| !t.is_empty()).collect();
    faults.check(kept.len() <= MOST_NAMES, at, format!("At most {MOST_NAMES} fit; these are {}.", kept.len()));
    kept.iter().take(MOST_NAMES).enumerate().map(|(i, t)| text::name(faults, &format!("{at}.{i}"), what, t)).collect()
}

/// A last day within a limit; empty is none.
fn last_day(faults: &mut Faults, at: &str, typed: &str, today: Date, most: i32) -> String {
    let typed = typed.trim();
    let shown = kernel::text::shown(typed, 40);
    match typed.parse::<Date>() {
        _ if typed.is_empty() => String::new(),
        Err(_) => {
            faults.add(at, format!("“{shown}” is no day. Write the last day like 2027-06-30."));
            String::new()
        }
        Ok(day) => {
            let last = today.saturating_add(jiff::Span::new().days(most));
            faults.check(day >= today, at, format!("{day} is over. Choose a day from {today} on."));
            faults.check(day <= last, at, format!("{day} is too far ahead. At most {most} days are allowed, to {last}."));
            day.to_string()
        }
    }
}

impl NewDecision {
    /// Checks what somebody sent, on a day; `by` decides if nobody is named.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(&self, by: &str, today: Date, most_days: i32) -> Result<Self> {
        let mut faults = Faults::new();
        let mut out = Self {
            title: text::name(&mut faults, "title", "The title", &self.title),
            decided: words(&mut faults, "decided", "What was decided", &self.decided),
            why: words(&mut faults, "why", "The reason", &self.why),
            alternatives: names(&mut faults, "alternatives", "The alternative", &self.alternatives),
            deciders: names(&mut faults, "deciders", "The name", &self.deciders),
            review_by: last_day(&mut faults, "review_by", &self.review_by, today, most_days),
            supersedes: self.supersedes,
            team: self.team.clone(),
            workload: self.workload.clone(),
            origin: self.origin.check(&mut faults),
        };
        if out.deciders.is_empty() {
            out.deciders = vec![by.to_owned()];
        }
        faults.done().map(|()| out)
    }
}

/// What an approver says who accepts a risk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// Why the business bears it.
    pub reason: String,
    /// Its last day, `2027-03-31`; at most 366 days ahead.
    pub until: String,
}

impl Acceptance {
    /// Checks what somebody sent, on a day: reason and last day.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(&self, today: Date) -> Result<(String, String)> {
        let mut faults = Faults::new();
        let reason = words(&mut faults, "reason", "The reason", &self.reason);
        faults.check(
            !self.until.trim().is_empty(),
            "until",
            format!("A risk is accepted for a time. Say until when, at most {MOST_DAYS} days ahead."),
        );
        let until = last_day(&mut faults, "until", &self.until, today, MOST_DAYS);
        faults.done().map(|()| (reason, until))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn today() -> Date {
        "2026-11-30".parse().unwrap()
    }

    pub(crate) fn decision(number: i64) -> Decision {
        Decision {
            number,
            kind: DecisionKind::AcceptedRisk,
            title: "Files have <no> second copy".into(),
            decided: "We bear it.".into(),
            why: "The partner keeps 30 days".into(),
            alternatives: vec!["A second <bucket>".into()],
            deciders: vec!["Ingrid <Solberg>".into()],
            review_by: "2027-03-31".into(),
            supersedes: None,
            superseded_by: None,
            team: Some(Named { slug: "payments".into(), name: "Payments <x>".into() }),
            workload: Some(Named { slug: "ledger".into(), name: "Ledger".into() }),
            about: "core/REL-01".into(),
            basis: "3".into(),
            origin: Origin::default(),
            made_by: "Ingrid".into(),
            made_at: Time(1_795_000_000_000_000),
        }
    }

    #[test]
    fn an_accepted_risk_holds_to_its_last_day_for_that_answer_alone() {
        let all = [decision(1)];
        let day = |text: &str| text.parse::<Date>().unwrap();
        let number = |about: &str, basis: &str, on: &str| accepted(&all, about, basis, day(on)).map(|d| d.number);
        assert_eq!(number("core/REL-01", "3", "2027-03-31"), Some(1));
        assert_eq!(number("core/REL-01", "3", "2027-04-01"), None, "over");
        assert_eq!(number("core/REL-01", "4", "2027-01-01"), None, "the answer is another");
        assert_eq!(number("core/REL-02", "3", "2027-01-01"), None);
        let gone = [Decision { superseded_by: Some(2), ..decision(1) }];
        assert!(accepted(&gone, "core/REL-01", "3", day("2027-01-01")).is_none());
        let plain = [Decision { kind: DecisionKind::Decision, ..decision(1) }];
        assert!(accepted(&plain, "core/REL-01", "3", day("2027-01-01")).is_none());
    }

    fn places<T>(done: Result<T>) -> Vec<String> {
        match done {
            Ok(_) => Vec::new(),
            Err(kernel::Error::Invalid(list)) => list.into_iter().map(|f| f.at).collect(),
            Err(e) => panic!("{e}"),
        }
    }

    #[test]
    fn every_fault_names_its_field() {
        let bad = NewDecision {
            title: "a\nb".into(),
            decided: " ".into(),
            why: "x".repeat(10_000),
            alternatives: vec!["x".repeat(201)],
            deciders: vec!["a".into(); 21],
            review_by: "0000-01-01".into(),
            ..NewDecision::default()
        };
        let found = places(bad.check("me", today(), FARTHEST));
        assert_eq!(found, ["title", "decided", "why", "alternatives.0", "deciders", "review_by"]);
        let good = NewDecision { title: "t".into(), decided: "d".into(), why: "w".into(), ..NewDecision::default() };
        assert_eq!(good.check("me", today(), FARTHEST).unwrap().deciders, ["me"]);
        let late = NewDecision { review_by: "9999-12-31".into(), ..good };
        assert_eq!(places(late.check("me", today(), FARTHEST)), ["review_by"]);
    }

    #[test]
    fn a_risk_is_accepted_for_a_year_and_a_day_at_most() {
        let at = |reason: &str, until: &str| places(Acceptance { reason: reason.into(), until: until.into() }.check(today()));
        assert_eq!(at("x", "2027-12-01"), [""; 0]);
        assert_eq!(at("x", "2027-12-02"), ["until"]);
        assert_eq!(at(" ", ""), ["reason", "until"]);
        assert_eq!(at("x", "2026-11-29"), ["until"]);
    }

    #[test]
    fn decisions_are_found_by_any_words_in_any_case() {
        let d = decision(12);
        assert!(d.matches("COPY partner") && d.matches("12") && d.matches(""));
        assert!(!d.matches("copy bucket"));
    }
}

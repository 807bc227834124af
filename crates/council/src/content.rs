//! What a concern says: the three questions, whether our data can confirm it, the baseline, the hypothesis. Pure.

use actions::action::Move;
use actions::origin::is_address;
use jiff::civil::Date;
use kernel::error::{Faults, Result};
use kernel::text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Characters of an answer at most.
pub const MOST_WORDS: usize = 5_000;

/// Days of a baseline at most.
pub const MOST_DAYS: i32 = 1_830;

/// Whether our data can confirm a concern.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Confirmed {
    /// Nobody has looked.
    #[default]
    NotSaid,
    /// They do.
    Yes,
    /// They say the contrary.
    No,
    /// They cannot: something has to be measured first.
    NotYet,
}

impl Confirmed {
    /// All, in the order in which they are offered.
    pub const ALL: [Confirmed; 4] = [Confirmed::NotSaid, Confirmed::Yes, Confirmed::No, Confirmed::NotYet];

    /// As it is stored and sent.
    pub fn key(self) -> &'static str {
        match self {
            Confirmed::NotSaid => "not-said",
            Confirmed::Yes => "yes",
            Confirmed::No => "no",
            Confirmed::NotYet => "not-yet",
        }
    }

    /// As pages write it.
    pub fn words(self) -> &'static str {
        match self {
            Confirmed::NotSaid => "Nobody has looked yet",
            Confirmed::Yes => "Yes",
            Confirmed::No => "No, they say the contrary",
            Confirmed::NotYet => "Not yet: something has to be measured first",
        }
    }

    /// As it was sent.
    pub fn read(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.key() == key)
    }
}

/// What a concern says; also as somebody sends it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = ConcernContent)]
pub struct Content {
    /// In up to 200 characters.
    pub title: String,
    /// Why is this SRE?
    pub why_sre: String,
    /// Why is it important?
    pub why_important: String,
    /// What is involved: who, and about how much work.
    pub involved: String,
    /// Can our data confirm it?
    pub confirmed: Confirmed,
    /// The values that were seen, or what is missing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub seen: String,
    /// Key of the metric that it is about; empty if there is none yet.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub metric: String,
    /// Slug of the team, workload or service whose metric it is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// First day of the baseline, `2026-09-01`; empty if it was not said.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub baseline_from: String,
    /// First day after it; empty for until the change.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub baseline_until: String,
    /// The baseline in words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub baseline: String,
    /// The hypothesis in words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub hypothesis: String,
    /// Which way the metric should move.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Move>,
    /// By how much, in its unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<f64>,
}

/// An answer: one to [`MOST_WORDS`] characters.
fn answer(faults: &mut Faults, at: &str, question: &str, typed: &str) -> String {
    let out = words(faults, at, question, typed);
    faults.check(!out.is_empty(), at, format!("{question} Answer it in a sentence; the council asks it of every concern."));
    out
}

/// Words of at most [`MOST_WORDS`] characters; may be empty.
pub(crate) fn words(faults: &mut Faults, at: &str, what: &str, typed: &str) -> String {
    let what = what.trim_end_matches('?');
    let out = text::prose(faults, at, what, typed);
    let n = out.chars().count();
    faults.check(
        n <= MOST_WORDS || n > text::PROSE,
        at,
        format!("“{what}” has {n} characters; at most {MOST_WORDS} fit. Say it shorter and link to the rest."),
    );
    out
}

/// A day, or nothing.
pub(crate) fn day(faults: &mut Faults, at: &str, typed: &str) -> (String, Option<Date>) {
    let typed = typed.trim();
    if typed.is_empty() {
        return (String::new(), None);
    }
    let parsed = typed.parse::<Date>().ok().filter(|d| (1970..=9000).contains(&d.year()));
    faults.check(
        parsed.is_some(),
        at,
        format!("“{}” is no day. Write it like 2026-11-30, or leave it empty.", text::shown(typed, 40)),
    );
    (parsed.map(|d| d.to_string()).unwrap_or_default(), parsed)
}

/// An address elsewhere, or nothing.
pub(crate) fn address(faults: &mut Faults, at: &str, typed: &str) -> String {
    let url = typed.trim().to_owned();
    let sound = url.is_empty() || is_address(&url);
    faults.check(sound, at, "That is no address. Write it like https://example.org/path, at most 2000 characters.");
    url
}

impl Content {
    /// Checks what somebody sent; metric and subject are looked up elsewhere.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(&self) -> Result<Self> {
        let mut faults = Faults::new();
        let title = text::name(&mut faults, "title", "The title", &self.title);
        let why_sre = answer(&mut faults, "why_sre", "Why is this SRE?", &self.why_sre);
        let why_important = answer(&mut faults, "why_important", "Why is it important?", &self.why_important);
        let involved = answer(&mut faults, "involved", "What is involved?", &self.involved);
        let seen = words(&mut faults, "seen", "What was seen", &self.seen);
        let metric = self.metric.trim().to_owned();
        let subject = self.subject.trim().to_owned();
        faults.check(
            metric.is_empty() == subject.is_empty(),
            "subject",
            "A metric is measured of something: name both, or neither.",
        );
        let (baseline_from, from) = day(&mut faults, "baseline_from", &self.baseline_from);
        let (baseline_until, until) = day(&mut faults, "baseline_until", &self.baseline_until);
        if let (Some(from), Some(until)) = (from, until) {
            let days = from.until(until).map(|s| s.get_days()).unwrap_or(0);
            faults.check(
                (1..=MOST_DAYS).contains(&days),
                "baseline_until",
                format!("A baseline ends after it begins, and covers at most {MOST_DAYS} days."),
            );
        }
        let baseline = words(&mut faults, "baseline", "The baseline", &self.baseline);
        let hypothesis = words(&mut faults, "hypothesis", "The hypothesis", &self.hypothesis);
        let by_sound = self.by.is_none_or(|by| by.is_finite() && by > 0.0 && by <= 1e15);
        faults.check(by_sound, "by", "By how much is a number above 0 and up to 1e15; the direction says which way.");
        faults.done()?;
        Ok(Self {
            title,
            why_sre,
            why_important,
            involved,
            confirmed: self.confirmed,
            seen,
            metric,
            subject,
            baseline_from,
            baseline_until,
            baseline,
            hypothesis,
            direction: self.direction,
            by: self.by,
        })
    }

    /// Everything of it in which words are looked for.
    pub fn text(&self) -> String {
        let parts = [&self.title, &self.why_sre, &self.why_important, &self.involved, &self.seen, &self.baseline, &self.hypothesis];
        parts.map(String::as_str).join("\n")
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn content() -> Content {
        Content {
            title: "The load slows the <morning’s> quotes".into(),
            why_sre: "No single backlog holds both ends.".into(),
            why_important: "Four in ten quotes are asked for before nine.".into(),
            involved: "Five days for each team.".into(),
            confirmed: Confirmed::Yes,
            seen: "p95 of 2.9 s in September".into(),
            metric: "latency-p95".into(),
            subject: "quotes".into(),
            baseline_from: "2026-09-01".into(),
            baseline_until: "2026-11-04".into(),
            hypothesis: "As quick as the afternoon".into(),
            direction: Some(Move::Down),
            by: Some(1.4),
            ..Content::default()
        }
    }

    fn faults(c: &Content) -> Vec<String> {
        match c.check() {
            Ok(_) => Vec::new(),
            Err(kernel::Error::Invalid(list)) => list.into_iter().map(|f| f.at).collect(),
            Err(e) => panic!("{e}"),
        }
    }

    #[test]
    fn the_three_questions_are_answered() {
        assert_eq!(faults(&Content::default()), ["title", "why_sre", "why_important", "involved"]);
        assert_eq!(faults(&content()), [""; 0]);
        let long = Content { involved: "x".repeat(MOST_WORDS + 1), seen: "a\u{0}b".into(), ..content() };
        assert_eq!(faults(&long), ["involved", "seen"]);
    }

    #[test]
    fn a_baseline_is_a_window_and_a_hypothesis_a_number() {
        for (from, until, at) in [
            ("soon", "", "baseline_from"),
            ("9999-01-01", "", "baseline_from"),
            ("2026-11-04", "2026-11-04", "baseline_until"),
            ("2016-11-04", "2026-11-04", "baseline_until"),
        ] {
            let c = Content { baseline_from: from.into(), baseline_until: until.into(), ..content() };
            assert_eq!(faults(&c), [at], "{from} {until}");
        }
        for by in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(faults(&Content { by: Some(by), ..content() }), ["by"]);
        }
        assert_eq!(faults(&Content { subject: String::new(), ..content() }), ["subject"]);
    }
}

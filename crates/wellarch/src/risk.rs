//! From the ticks of a question to its risk: rules in order, the first that holds decides.

use serde::Serialize;

use crate::condition::Condition;

/// How badly the business can be hurt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// Harm is prevented and checked.
    None,
    /// It costs time or money.
    Medium,
    /// The business can be badly hurt.
    High,
}

impl Risk {
    /// All of them, lowest first.
    pub const ALL: [Self; 3] = [Self::None, Self::Medium, Self::High];

    /// `none`, `medium`, `high`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// `no risk`, `medium risk`, `high risk`.
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::None => "no risk",
            Self::Medium => "medium risk",
            Self::High => "high risk",
        }
    }

    /// As AWS writes it.
    #[must_use]
    pub fn aws(self) -> &'static str {
        match self {
            Self::None => "NO_RISK",
            Self::Medium => "MEDIUM_RISK",
            Self::High => "HIGH_RISK",
        }
    }

    /// From our word or that of AWS.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.word() == word || r.aws() == word)
    }
}

/// What is ticked and what is ruled out, a bit for each choice in the order of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Answer {
    /// Ticked.
    pub ticked: u64,
    /// Not applicable. These count neither as done nor as missing: rules are read as if they did not name them.
    pub absent: u64,
}

/// What a rule asks for and what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RiskRule {
    /// `None` for `default`.
    pub when: Option<Condition>,
    /// The risk.
    pub risk: Risk,
}

/// The risk of an answer and the rule that decided, from nought; no rule if none holds, and then the risk is high.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decided {
    /// The risk.
    pub risk: Risk,
    /// The rule, from nought.
    pub rule: Option<usize>,
}

/// Decides. No rule that holds means high: nobody has said that this answer is harmless.
#[must_use]
pub fn decide<'a>(rules: impl IntoIterator<Item = &'a RiskRule>, answer: Answer) -> Decided {
    for (i, rule) in rules.into_iter().enumerate() {
        let holds = match &rule.when {
            None => true,
            Some(when) if answer.absent & when.mentions() == 0 => when.holds(answer.ticked),
            // A rule of which nothing is left asks nothing of this workload and is passed over.
            Some(when) => when.holds_without(answer.ticked & !answer.absent, answer.absent).unwrap_or(false),
        };
        if holds {
            return Decided { risk: rule.risk, rule: Some(i) };
        }
    }
    Decided { risk: Risk::High, rule: None }
}

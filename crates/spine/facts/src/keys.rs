//! Keys that the lenses of this program ask for: type, unit and meaning. Pure.

use crate::fact::FactValue;

/// What a key's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Yes or no, often one for each item.
    Yes,
    /// A number in this unit.
    Number(&'static str),
    /// It took place: the time is what counts, the value is yes.
    Event,
    /// One of a few words.
    Word,
}

impl Kind {
    /// True if a value fits.
    pub fn takes(self, value: &FactValue) -> bool {
        match self {
            Kind::Yes => matches!(value, FactValue::Yes(_)),
            Kind::Number(_) => matches!(value, FactValue::Number(_)),
            Kind::Event => matches!(value, FactValue::Yes(true)),
            Kind::Word => matches!(value, FactValue::Word(_)),
        }
    }

    /// In words, after "is".
    pub fn words(self) -> &'static str {
        match self {
            Kind::Yes => "yes or no (true or false)",
            Kind::Number(_) => "a number",
            Kind::Event => "something that took place: true, with the time in observed_at",
            Kind::Word => "a word",
        }
    }
}

/// A key that something here asks for.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The key.
    pub key: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// What it says, as the beginning of a sentence.
    pub title: &'static str,
}

const fn key(key: &'static str, kind: Kind, title: &'static str) -> Key {
    Key { key, kind, title }
}

/// All of them, in their order.
pub const KEYS: &[Key] = &[
    key("access.review.held_at", Kind::Event, "Rights of people and programs were reviewed"),
    key("alert.actionable_percent", Kind::Number("%"), "Share of alerts that somebody acted on"),
    key("alert.pages_per_week", Kind::Number("a week"), "Calls that woke or interrupted somebody"),
    key("backup.age_hours", Kind::Number("h"), "Age of the newest backup"),
    key("backup.restore.held_at", Kind::Event, "A restore was rehearsed"),
    key("breakglass.reviewed", Kind::Yes, "A use of emergency access was reviewed"),
    key("capacity.headroom_percent", Kind::Number("%"), "Room left at the highest load"),
    key("carbon.reported_at", Kind::Event, "Carbon was reported"),
    key("cost.allocated_share", Kind::Number("of 1"), "Share of the cost that has an owner"),
    key("cost.forecast_deviation", Kind::Number("of 1"), "Distance of the bill from its forecast"),
    key("cost.monthly", Kind::Number("a month"), "Cost of a month"),
    key("delivery.change_fail_percent", Kind::Number("%"), "Change fail rate"),
    key("delivery.deployments_per_week", Kind::Number("a week"), "Deployments to production"),
    key("delivery.lead_time_median_hours", Kind::Number("h"), "Median lead time of a change"),
    key("delivery.recovery_median_minutes", Kind::Number("min"), "Median recovery time of a failed deployment"),
    key("dependency.advisories.critical", Kind::Number(""), "Critical advisories on dependencies"),
    key("finding.open.critical", Kind::Number(""), "Critical findings open"),
    key("finding.open.high", Kind::Number(""), "High findings open"),
    key("finding.scan.at", Kind::Event, "A scan ran to its end"),
    key("function.cold_start_p99_ms", Kind::Number("ms"), "Cold start, 99th percentile"),
    key("function.runtime_supported", Kind::Yes, "A function's runtime is supported"),
    key("gameday.held_at", Kind::Event, "A game day was held"),
    key("gameday.recovery.held_at", Kind::Event, "Recovery was rehearsed as a whole"),
    key("gameday.recovery.result", Kind::Word, "Outcome of the recovery rehearsal"),
    key("gameday.security.held_at", Kind::Event, "A security incident was rehearsed"),
    key("incident.exercise.held_at", Kind::Event, "An incident was rehearsed"),
    key("incident.open_actions_overdue", Kind::Number(""), "Actions of incident reviews that are overdue"),
    key("incident.review.closed_percent", Kind::Number("%"), "Share of incident review actions closed in time"),
    key("load_test.held_at", Kind::Event, "A load test was run"),
    key("queue.dead_letters", Kind::Number(""), "Messages that nobody could process"),
    key("rota.gaps", Kind::Number(""), "Hours of the rota that nobody covers"),
    key("runbook.checked_at", Kind::Event, "The runbook was followed and found right"),
    key("runbook.coverage_percent", Kind::Number("%"), "Share of alarms that have a runbook"),
    key("secret.open", Kind::Number(""), "Secrets found in the open"),
    key("slo.defined", Kind::Yes, "A service level objective is defined"),
    key("slo.met", Kind::Yes, "A service level objective is met"),
    key("transaction.covered.alarm", Kind::Yes, "An active alarm covers a critical transaction"),
    key("transaction.covered.dashboard", Kind::Yes, "A dashboard covers a critical transaction"),
    key("transaction.covered.performance", Kind::Yes, "A performance test covers a critical transaction"),
    key("transaction.covered.test", Kind::Yes, "A functional test covers a critical transaction"),
    key("transaction.recovery_goals_agreed", Kind::Yes, "Recovery goals of a critical transaction are agreed"),
];

/// A key that is listed.
pub fn of(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|k| k.key == name)
}

/// Where a key that is read from another ledger is kept; `None` for one that is sent.
pub fn derived(name: &str) -> Option<&'static str> {
    if name.starts_with("transaction.covered.") {
        Some("What covers a critical transaction stands in the matrix of the workload.")
    } else if name.starts_with("standard.adopted.") {
        Some("Which standards are adopted stands on the page of the workload’s standards.")
    } else if name.starts_with("metric.") {
        Some("This is a metric’s newest value; record it as a value.")
    } else {
        None
    }
}

/// What a key says, in words; the key itself if it is not listed.
pub fn title(name: &str) -> String {
    if let Some(key) = of(name) {
        return key.title.to_owned();
    }
    for (prefix, words) in [
        ("standard.adopted.", "The standard is adopted: "),
        ("metric.", "Newest value of "),
        ("requirement.", "Checks of requirement "),
    ] {
        if let Some(rest) = name.strip_prefix(prefix) {
            let rest = if prefix == "requirement." { rest.to_uppercase() } else { rest.to_owned() };
            return format!("{words}{rest}");
        }
    }
    name.to_owned()
}

/// The unit of a key; empty if it has none.
pub fn unit(name: &str) -> &'static str {
    match of(name).map(|k| k.kind) {
        Some(Kind::Number(unit)) => unit,
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::is_key;

    #[test]
    fn keys_stand_in_order_and_once() {
        assert!(KEYS.windows(2).all(|w| w[0].key < w[1].key));
        assert!(KEYS.iter().all(|k| is_key(k.key) && !k.title.is_empty()));
    }

    #[test]
    fn a_family_says_what_it_is() {
        assert_eq!(title("requirement.sec03-bp06"), "Checks of requirement SEC03-BP06");
        assert_eq!(title("our.own"), "our.own");
        assert_eq!((unit("backup.age_hours"), unit("slo.met")), ("h", ""));
        assert!(derived("transaction.covered.test").is_some() && derived("transaction.recovery_goals_agreed").is_none());
    }
}

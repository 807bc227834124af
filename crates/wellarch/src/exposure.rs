//! What a risk puts at stake: which of the things that a workload protects are exposed, in words. Pure.

/// What the catalogue says of a workload that a risk can touch; empty where it says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holds {
    /// The business goal.
    pub goal: String,
    /// What it protects, such as data.
    pub protects: String,
    /// Who uses it.
    pub users: String,
    /// What an hour without it costs.
    pub money_an_hour: String,
    /// Names of its critical transactions.
    pub transactions: Vec<String>,
}

/// What a pillar is about, as far as a workload's own words can say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Concern {
    Security,
    Availability,
    Speed,
    Money,
    Goal,
}

fn concern(pillar: &str) -> Concern {
    let name = pillar.to_lowercase();
    let any = |words: &[&str]| words.iter().any(|w| name.contains(w));
    if any(&["secur", "privacy", "complian"]) {
        Concern::Security
    } else if any(&["reliab", "operat", "resilien", "readiness", "incident", "deploy", "observ"]) {
        Concern::Availability
    } else if any(&["perform", "effici", "speed"]) {
        Concern::Speed
    } else if any(&["cost", "sustain", "carbon"]) {
        Concern::Money
    } else {
        Concern::Goal
    }
}

/// "“Pay by card” and 2 more critical transactions".
fn transactions(h: &Holds) -> Option<String> {
    match h.transactions.as_slice() {
        [] => None,
        [one] => Some(format!("the critical transaction “{one}”")),
        [one, two] => Some(format!("the critical transactions “{one}” and “{two}”")),
        [one, more @ ..] => Some(format!("“{one}” and {} more critical transactions", more.len())),
    }
}

fn first_line(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|l| !l.is_empty())?;
    let cut: String = line.chars().take(160).collect();
    Some(if cut.len() < line.len() { format!("{cut}…") } else { cut })
}

/// Which protected thing of the workload is exposed by a risk of a pillar; empty if the catalogue says nothing of it.
pub fn exposed(pillar: &str, h: &Holds) -> String {
    let protects = || first_line(&h.protects);
    let users = || first_line(&h.users).map(|u| format!("what {u} do with it"));
    let goal = || first_line(&h.goal).map(|g| format!("the goal “{g}”"));
    let hour = || match h.money_an_hour.as_str() {
        "" | "not known" => None,
        money => Some(format!("{money} an hour without it")),
    };
    let parts: Vec<Option<String>> = match concern(pillar) {
        Concern::Security => vec![protects().or_else(users), None],
        Concern::Availability => vec![transactions(h).or_else(users), hour()],
        Concern::Speed => vec![transactions(h).or_else(users), None],
        Concern::Money => vec![goal(), None],
        Concern::Goal => vec![goal().or_else(protects), None],
    };
    let mut found: Vec<String> = parts.into_iter().flatten().collect();
    if found.is_empty() {
        found.extend(protects().or_else(goal).or_else(|| transactions(h)));
    }
    if found.is_empty() { String::new() } else { format!("exposes {}", html::listed(&found)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds() -> Holds {
        Holds {
            goal: "Ships leave on the tide".into(),
            protects: "Names and cards of payers\nand more".into(),
            users: "agents".into(),
            money_an_hour: "500 to 2000 EUR".into(),
            transactions: vec!["Pay by card".into(), "Refund".into(), "Close the day".into()],
        }
    }

    #[test]
    fn each_pillar_exposes_what_it_can_touch() {
        let at = |pillar: &str| exposed(pillar, &holds());
        assert_eq!(at("Security"), "exposes Names and cards of payers");
        assert_eq!(
            at("Reliability"),
            "exposes “Pay by card” and 2 more critical transactions and 500 to 2000 EUR an hour without it"
        );
        assert_eq!(at("Performance efficiency"), "exposes “Pay by card” and 2 more critical transactions");
        assert_eq!(at("Cost optimization"), "exposes the goal “Ships leave on the tide”");
        assert_eq!(at("Anything"), "exposes the goal “Ships leave on the tide”");
    }

    #[test]
    fn what_is_missing_falls_back_and_nothing_is_made_up() {
        let users = Holds { users: "agents".into(), money_an_hour: "not known".into(), ..Holds::default() };
        assert_eq!(exposed("Reliability", &users), "exposes what agents do with it");
        let one = Holds { transactions: vec!["Pay".into()], ..Holds::default() };
        assert_eq!(exposed("Cost", &one), "exposes the critical transaction “Pay”");
        assert_eq!(exposed("Security", &Holds::default()), "");
        let long = Holds { goal: "x".repeat(10_000), ..Holds::default() };
        assert!(exposed("Cost", &long).chars().count() < 200);
    }
}

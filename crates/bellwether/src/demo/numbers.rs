//! The demonstration's numbers: a calm that repeats itself, and what the story changes in it.

use metrics::value::Provenance;

/// Sprints that have passed.
pub(super) const SPRINTS: u64 = 13;

/// Team, workload, service, principal engineer.
pub(super) const TEAMS: [(&str, &str, &str, &str); 10] = [
    ("Accounts", "Customer accounts", "accounts-api", "Noor Haddad"),
    ("Booking", "Berth booking", "booking-engine", "Sofia Almeida"),
    ("Cargo", "Cargo manifests", "manifest-service", "Kwame Asante"),
    ("Data Platform", "Reference data", "refdata-loader", "Ines Castro"),
    ("Harbour Gate", "Gate control", "gate-controller", "Henrik Dahl"),
    ("Identity", "Sign-in", "identity-broker", "Pradeep Menon"),
    ("Notifications", "Messages to customers", "message-relay", "Yuki Tanaka"),
    ("Payments", "Harbour dues", "dues-ledger", "Maya Lindqvist"),
    ("Pricing", "Tariffs", "tariff-engine", "Owen Pryce"),
    ("Tracking", "Vessel tracking", "position-stream", "Leila Farouk"),
];

/// The metric, and what it is for a team of this number in a sprint of this number without any story.
pub(super) const METRICS: [(&str, f64, f64); 14] = [
    ("requests-served", 1840.0, 90.0),
    ("complaints", 6.0, 2.0),
    ("open-findings", 0.3, 0.4),
    ("oldest-critical", 18.0, 4.0),
    ("run-cost", 21.5, 1.1),
    ("cost-per-thousand", 11.7, 0.5),
    ("deployments", 14.0, 3.0),
    ("lead-time", 19.0, 3.0),
    ("change-fail-rate", 9.0, 2.5),
    ("pages-at-night", 2.0, 1.0),
    ("availability", 99.94, 0.02),
    ("incidents", 1.0, 1.0),
    ("latency-p95", 410.0, 22.0),
    ("within-target", 96.8, 0.6),
];

/// The sprint since which Cargo's pipelines deploy and count by themselves.
pub(super) const AUTOMATED: u64 = 6;

/// Calm, repeatable variation between -1 and 1: not random, so that the demonstration looks the same every day.
fn wave(team: usize, metric: usize, sprint: u64) -> f64 {
    let phase = (team * 37 + metric * 61) as f64 * 0.61 + sprint as f64 * 2.3;
    phase.sin()
}

/// A team's number: the calm, then what the story says.
pub(super) fn number(team: usize, metric: usize, sprint: u64) -> Option<f64> {
    let (key, base, spread) = METRICS[metric];
    let scale = 0.7 + (team as f64) * 0.07;
    let counted = matches!(key, "requests-served" | "run-cost" | "deployments" | "latency-p95" | "lead-time");
    let calm = (if counted { base * scale } else { base }) + spread * wave(team, metric, sprint);
    let told = match (TEAMS[team].0, key, sprint) {
        // Payments: a new query, found by nobody yet.
        ("Payments", "latency-p95", SPRINTS) => calm + 240.0,
        ("Payments", "within-target", SPRINTS) => calm - 4.9,
        // Booking: half a day without bookings.
        ("Booking", "availability", 12) => 98.71,
        ("Booking", "incidents", 12) => 4.0,
        ("Booking", "pages-at-night", 12) => 9.0,
        // Cargo: pipelines of its own.
        ("Cargo", "deployments", AUTOMATED..) => calm * 2.1,
        ("Cargo", "lead-time", AUTOMATED..) => calm * 0.35,
        // Pricing: nobody has looked at the bill.
        ("Pricing", "run-cost", 10..) => calm + 4.5 * (sprint - 9) as f64,
        // Tracking: the scanner's account expired.
        ("Tracking", "open-findings" | "oldest-critical", 10..) => return None,
        _ => calm,
    };
    let decimals = match key {
        "availability" | "cost-per-thousand" => 100.0,
        "run-cost" | "lead-time" | "change-fail-rate" | "within-target" => 10.0,
        _ => 1.0,
    };
    let most = if matches!(key, "availability" | "within-target") { 100.0 } else { f64::MAX };
    Some(((told * decimals).round() / decimals).clamp(0.0, most))
}

/// Who brings the number: Cargo since it automated and Identity pull nearly all, the others some.
pub(super) fn way(team: usize, metric: usize, sprint: u64) -> Provenance {
    let pulled = match TEAMS[team].0 {
        "Cargo" if sprint < AUTOMATED => matches!(metric, 10 | 12),
        "Cargo" | "Identity" => metric != 1,
        "Data Platform" | "Tracking" => matches!(metric, 0 | 2 | 3 | 6 | 7 | 10 | 12),
        _ => matches!(metric, 10 | 12 | 13),
    };
    if pulled { Provenance::Pulled } else { Provenance::Typed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_shows_what_it_says() {
        let at = |name: &str| TEAMS.iter().position(|t| t.0 == name).unwrap();
        let metric = |key: &str| METRICS.iter().position(|m| m.0 == key).unwrap();
        let pay = |s| number(at("Payments"), metric("latency-p95"), s).unwrap();
        assert!(pay(13) > pay(12) + 150.0);
        assert_eq!(number(at("Tracking"), metric("open-findings"), 13), None);
        let cost = |s| number(at("Pricing"), metric("run-cost"), s).unwrap();
        assert!(cost(13) > cost(9) + 10.0);
        let pulled = |s| (0..METRICS.len()).filter(|m| way(at("Cargo"), *m, s) == Provenance::Pulled).count();
        assert!(pulled(AUTOMATED - 1) < 4 && pulled(AUTOMATED) == METRICS.len() - 1);
    }
}

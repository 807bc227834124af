//! Whether the unit beside a number is the metric's.

/// Spellings of one unit.
const SAME: [&[&str]; 12] = [
    &["%", "percent", "per cent", "pct"],
    &["ms", "msec", "millisecond", "millis"],
    &["s", "sec", "second"],
    &["min", "minute"],
    &["h", "hr", "hour"],
    &["d", "day"],
    &["£", "gbp"],
    &["€", "eur"],
    &["$", "usd"],
    &["k", "thousand"],
    &["m", "mio", "million"],
    &["gb"],
];

fn plain(unit: &str) -> String {
    let lower: String = unit.trim().chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    match lower.strip_suffix('s') {
        Some(one) if one.chars().count() > 1 && lower != "ms" => one.to_owned(),
        _ => lower,
    }
}

fn known(unit: &str) -> Option<usize> {
    SAME.iter().position(|names| names.iter().any(|n| plain(n) == unit))
}

fn same(a: &str, b: &str) -> bool {
    let (a, b) = (plain(a), plain(b));
    a == b || known(&a).is_some_and(|k| known(&b) == Some(k))
}

/// Accepts a unit beside the number, and one in brackets behind the heading.
///
/// # Errors
/// That it is another unit, which nobody but its owner converts.
pub(super) fn fits(beside: &str, heading: Option<&str>, unit: &str, title: &str) -> Result<(), String> {
    let ours = if unit.is_empty() { "no unit".to_owned() } else { format!("“{unit}”") };
    let wrong = |theirs: &str| {
        let shown: String = theirs.chars().take(20).collect();
        Err(format!("“{shown}” is another unit: {title} is kept in {ours}. Convert the number first."))
    };
    if !beside.is_empty() && !same(beside, unit) {
        return wrong(beside);
    }
    // Brackets may hold any words; only a unit that is known to be another counts.
    match heading {
        Some(h) if known(&plain(h)).is_some() && !same(h, unit) => wrong(h),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_unit_fit_and_others_do_not() {
        for (beside, heading, unit) in [
            ("", None, "ms"),
            ("ms", None, "ms"),
            ("MS", None, "ms"),
            ("%", Some("percent"), "%"),
            ("days", None, "d"),
            ("threats", None, "threats"),
            ("", Some("p95"), "ms"),
            ("£k", None, "£k"),
            ("", Some("p95, worst day"), "ms"),
        ] {
            assert_eq!(fits(beside, heading, unit, "X"), Ok(()), "{beside} {heading:?} {unit}");
        }
        for (beside, heading, unit) in
            [("s", None, "ms"), ("%", None, ""), ("", Some("s"), "ms"), ("k", None, ""), ("€", None, "£")]
        {
            assert!(fits(beside, heading, unit, "X").is_err(), "{beside} {heading:?} {unit}");
        }
    }
}

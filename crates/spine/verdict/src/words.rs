//! Numbers and changes in words. Comma between thousands, a real minus sign, no unit: the unit stands in the row.

/// What is said when two values look alike in the decimals shown.
pub const UNCHANGED: &str = "unchanged";

/// `value` with `decimals` decimals: "1,204.5", "−3". Values that round to nought have no sign.
#[must_use]
pub fn number(value: f64, decimals: u8) -> String {
    let digits = format!("{:.*}", usize::from(decimals), value.abs());
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut out = String::with_capacity(digits.len() + whole.len() / 3 + 3);
    if value < 0.0 && digits.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        out.push('\u{2212}');
    }
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(rest);
    out
}

/// The difference between two values as shown: "3 higher", "0.09 points lower", "unchanged". It is taken between the rounded
/// figures, so that a reader who subtracts what stands in the row gets the same. Differences of "%" are points.
#[must_use]
pub fn signed_change(now: f64, before: f64, decimals: u8, unit: &str) -> String {
    let difference = rounded(now, decimals) - rounded(before, decimals);
    let size = number(difference.abs(), decimals);
    if size == number(0.0, decimals) {
        return UNCHANGED.to_owned();
    }
    let points = match (unit, size.as_str()) {
        ("%", "1") => " point",
        ("%", _) => " points",
        _ => "",
    };
    format!("{size}{points} {}", if difference > 0.0 { "higher" } else { "lower" })
}

/// Two limits: "352 to 458".
#[must_use]
pub fn range_words(lower: f64, upper: f64, decimals: u8) -> String {
    format!("{} to {}", number(lower, decimals), number(upper, decimals))
}

/// "one" to "twelve" in words, figures from 13 on.
#[must_use]
pub fn count(n: usize) -> String {
    const WORDS: [&str; 13] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    WORDS.get(n).map_or_else(|| n.to_string(), |word| (*word).to_owned())
}

/// With a capital at the front.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The least decimals, from `decimals` up to six more, in which `a` and `b` read differently. A signal must not read
/// "5 is outside 5 to 5".
pub(crate) fn telling_apart(a: f64, b: f64, decimals: u8) -> u8 {
    (decimals..=decimals.saturating_add(6)).find(|d| number(a, *d) != number(b, *d)).unwrap_or(decimals)
}

/// `value` as its printed digits say.
fn rounded(value: f64, decimals: u8) -> f64 {
    format!("{value:.*}", usize::from(decimals)).parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_read_as_the_report_shows_them() {
        let said = [
            (signed_change(655.0, 412.0, 0, "ms"), "243 higher"),
            (signed_change(99.86, 99.95, 2, "%"), "0.09 points lower"),
            (signed_change(35.0, 34.0, 0, "%"), "1 point higher"),
            (signed_change(6.0, 5.0, 1, "%"), "1.0 points higher"),
            (signed_change(224.8, 221.7, 1, "k"), "3.1 higher"),
            (signed_change(74.0, 74.0, 0, "%"), "unchanged"),
            (signed_change(5.01, 5.04, 1, "h"), "unchanged"),
            (signed_change(-2.0, 1500.0, 0, ""), "1,502 lower"),
        ];
        for (got, want) in said {
            assert_eq!(got, want);
        }
    }

    #[test]
    fn the_difference_is_that_of_the_figures_shown() {
        // 5.04 and 5.06 are shown as 5.0 and 5.1, so the reader sees a tenth.
        assert_eq!(signed_change(5.06, 5.04, 1, "h"), "0.1 higher");
    }

    #[test]
    fn numbers_have_commas_a_real_minus_and_no_negative_nought() {
        assert_eq!(number(1_234_567.891, 2), "1,234,567.89");
        assert_eq!(number(999.0, 0), "999");
        assert_eq!(number(-1000.0, 0), "\u{2212}1,000");
        assert_eq!(number(-0.04, 1), "0.0");
        assert_eq!(range_words(-3.2, 457.6, 0), "\u{2212}3 to 458");
    }

    #[test]
    fn counts_are_words_to_twelve() {
        assert_eq!((count(8).as_str(), count(12).as_str(), count(13).as_str()), ("eight", "twelve", "13"));
    }

    #[test]
    fn decimals_grow_until_a_signal_can_be_read() {
        assert_eq!(telling_apart(5.4, 5.31, 0), 1);
        assert_eq!(telling_apart(7.0, 7.0, 2), 2);
    }
}

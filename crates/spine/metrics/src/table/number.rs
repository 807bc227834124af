//! Numbers as tables show them: units behind, per cent, thousands parted by either convention.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which character stands before decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DecimalSign {
    /// 1,234.5
    Point,
    /// 1.234,5
    Comma,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Read {
    /// Nothing, or a sign for nothing.
    Empty,
    /// A number with the unit behind it, as it was written.
    Number(f64, String),
    /// So many of so many.
    Pair(f64, f64),
    /// Two readings: with a point before decimals, and with a comma.
    Either(f64, f64, String),
    /// No number: why.
    Refused(String),
}

/// Signs that people write for "no value".
const NOTHING: [&str; 16] = ["-", "–", "—", "−", "--", "---", "n/a", "na", "n.a.", "none", "tbd", "tbc", "?", "...", "…", "k.a."];

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Reads a cell.
pub fn read(text: &str, decimal: Option<DecimalSign>) -> Read {
    let text = text.trim();
    if text.is_empty() || NOTHING.contains(&text.to_lowercase().as_str()) {
        return Read::Empty;
    }
    if text.starts_with(['=', '@']) {
        return Read::Refused(format!("“{}” is a formula. Paste what it comes to.", short(text)));
    }
    if text.starts_with('#') {
        return Read::Refused(format!("“{}” is an error of the spreadsheet. Mend it there, or leave the cell empty.", short(text)));
    }
    for parting in [" of ", "/", " von ", " out of "] {
        if let Some((k, n)) = text.split_once(parting)
            && let (Read::Number(k, a), Read::Number(n, b)) = (one(k, decimal), one(n, decimal))
            && a.is_empty()
            && b.is_empty()
        {
            return Read::Pair(k, n);
        }
    }
    one(text, decimal)
}

/// Sign and digits with what parts them; then what stands behind.
fn parts(text: &str) -> Option<(bool, String, String, String)> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| if c == '\u{2212}' { '-' } else { c }).collect();
    let start = compact.find(|c: char| c.is_ascii_digit())?;
    let (mut before, body) = compact.split_at(start);
    let mut body = body.to_owned();
    // ".5" is a half.
    if before.ends_with(['.', ',']) {
        body.insert_str(0, "0.");
        before = &before[..before.len() - 1];
    }
    let end = body.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’'))).unwrap_or(body.len());
    let (mut digits, behind) = (body[..end].to_owned(), body[end..].to_owned());
    if digits.ends_with(['.', ',']) {
        digits.pop();
    }
    let negative = before.contains('-');
    let before: String = before.replacen(['-', '+'], "", 1);
    Some((negative, before, digits.replace(['\'', '’'], ""), behind))
}

/// Groups of three behind one to three digits that do not begin with 0.
fn grouped(digits: &str, by: char) -> bool {
    let mut groups = digits.split(by);
    let first = groups.next().unwrap_or("");
    let rest: Vec<&str> = groups.collect();
    (1..=3).contains(&first.len()) && !first.starts_with('0') && !rest.is_empty() && rest.iter().all(|g| g.len() == 3)
}

fn one(text: &str, decimal: Option<DecimalSign>) -> Read {
    let none = || Read::Refused(format!("“{}” is no number. Leave the cell empty if there is no value.", short(text)));
    let Some((negative, before, digits, behind)) = parts(text) else { return none() };
    // Letters before the number are words, not a currency; digits behind its end are a second number.
    if before.chars().any(|c| c.is_alphanumeric()) || before.chars().count() > 1 || behind.chars().any(|c| c.is_ascii_digit()) {
        return none();
    }
    let unit = format!("{before}{behind}");
    if unit.chars().count() > 20 {
        return none();
    }
    let sign = if negative { -1.0 } else { 1.0 };
    let parse = |plain: String| plain.parse::<f64>().ok().filter(|n| n.is_finite()).map(|n| n * sign);
    let with_point = || parse(digits.replace(',', ""));
    let with_comma = || parse(digits.replace('.', "").replace(',', "."));
    let (points, commas) = (digits.matches('.').count(), digits.matches(',').count());
    let read = match (points, commas) {
        (0, 0) => parse(digits.clone()),
        (0, 1) | (1, 0) => {
            let by = if commas == 1 { ',' } else { '.' };
            let fraction = parse(digits.replace(',', "."));
            if !grouped(&digits, by) {
                fraction
            } else {
                let whole = parse(digits.replace(by, ""));
                let (Some(fraction), Some(whole)) = (fraction, whole) else { return none() };
                let (point, comma) = if by == '.' { (fraction, whole) } else { (whole, fraction) };
                return match decimal {
                    Some(DecimalSign::Point) => Read::Number(point, unit),
                    Some(DecimalSign::Comma) => Read::Number(comma, unit),
                    None => Read::Either(point, comma, unit),
                };
            }
        }
        (0, _) if grouped(&digits, ',') => with_point(),
        (_, 0) if grouped(&digits, '.') => with_comma(),
        (1, n) => match digits.split_once('.') {
            Some((whole, fraction)) if !fraction.contains(',') && grouped(whole, ',') => with_point(),
            _ if n == 1 => last_comma(&digits).then(with_comma).flatten(),
            _ => None,
        },
        (_, 1) => last_comma(&digits).then(with_comma).flatten(),
        _ => None,
    };
    match read {
        Some(n) => Read::Number(n, unit),
        None => none(),
    }
}

/// "1.234,5": points part thousands, a comma stands before decimals.
fn last_comma(digits: &str) -> bool {
    digits.split_once(',').is_some_and(|(whole, fraction)| !fraction.contains('.') && grouped(whole, '.'))
}

/// What a cell says about the convention of its table: `1.5`, `1,234.5` and `1,234,567` say point.
pub fn evidence(text: &str) -> Option<DecimalSign> {
    let (_, before, digits, behind) = parts(text)?;
    if before.chars().any(char::is_alphanumeric) || behind.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    match (digits.matches('.').count(), digits.matches(',').count()) {
        (1, 0) if !grouped(&digits, '.') => Some(DecimalSign::Point),
        (0, 1) if !grouped(&digits, ',') => Some(DecimalSign::Comma),
        (0, 2..) if grouped(&digits, ',') => Some(DecimalSign::Point),
        (2.., 0) if grouped(&digits, '.') => Some(DecimalSign::Comma),
        (1, 1..) if digits.find('.') > digits.rfind(',') => Some(DecimalSign::Point),
        (1.., 1) if digits.find(',') > digits.rfind('.') => Some(DecimalSign::Comma),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str, decimal: Option<DecimalSign>) -> Option<f64> {
        match read(text, decimal) {
            Read::Number(n, _) => Some(n),
            _ => None,
        }
    }

    #[test]
    fn both_conventions_are_read() {
        for (text, expected) in [
            ("1,234.5", 1234.5),
            ("1.234,5", 1234.5),
            ("1,234,567", 1_234_567.0),
            ("1.234.567", 1_234_567.0),
            ("1 234,5", 1234.5),
            ("1'234.50", 1234.5),
            ("0,125", 0.125),
            ("0.125", 0.125),
            ("−3", -3.0),
            ("+4.25", 4.25),
            (".5", 0.5),
            ("12.", 12.0),
            ("0", 0.0),
            ("1234,567", 1234.567),
            ("12,345,678.9", 12_345_678.9),
        ] {
            assert_eq!(plain(text, None), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_thousand_or_one_and_a_bit_is_asked() {
        assert_eq!(read("1,234", None), Read::Either(1234.0, 1.234, String::new()));
        assert_eq!(read("-1.234 ms", None), Read::Either(-1.234, -1234.0, "ms".into()));
        assert_eq!(plain("1,234", Some(DecimalSign::Point)), Some(1234.0));
        assert_eq!(plain("1,234", Some(DecimalSign::Comma)), Some(1.234));
        assert_eq!(plain("1.234", Some(DecimalSign::Comma)), Some(1234.0));
    }

    #[test]
    fn units_stand_before_or_behind() {
        assert_eq!(read("93.5 %", None), Read::Number(93.5, "%".into()));
        assert_eq!(read("£83.41", None), Read::Number(83.41, "£".into()));
        assert_eq!(read("-£83.41", None), Read::Number(-83.41, "£".into()));
        assert_eq!(read("224.8k", None), Read::Number(224.8, "k".into()));
        assert_eq!(read("17 of 20", None), Read::Pair(17.0, 20.0));
        assert_eq!(read("17/20", None), Read::Pair(17.0, 20.0));
    }

    #[test]
    fn nothing_is_never_zero() {
        for text in ["", "  ", "-", "–", "N/A", "n.a.", "?", "tbd"] {
            assert_eq!(read(text, None), Read::Empty, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused_with_what_it_is() {
        for text in ["NaN", "inf", "-inf", "abc", "1.2.3", "1,2,3", "1,23,456", "v2", "1e5", "1-2", "12:30", "3 4 x 5", "1,234.5,6"]
        {
            assert!(matches!(read(text, None), Read::Refused(_)), "{text}: {:?}", read(text, None));
        }
        for (text, part) in [("=SUM(A1:A3)", "formula"), ("@cmd", "formula"), ("#DIV/0!", "spreadsheet")] {
            assert!(matches!(read(text, None), Read::Refused(why) if why.contains(part)), "{text}");
        }
    }

    #[test]
    fn cells_bear_witness_to_the_convention() {
        for (text, said) in [
            ("1.5", Some(DecimalSign::Point)),
            ("1,5 %", Some(DecimalSign::Comma)),
            ("1,234", None),
            ("1.234", None),
            ("1,234,567", Some(DecimalSign::Point)),
            ("1.234,5", Some(DecimalSign::Comma)),
            ("12", None),
            ("Sprint 1.5x2", None),
        ] {
            assert_eq!(evidence(text), said, "{text}");
        }
    }
}

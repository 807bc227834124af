//! Numbers as text, and figures that line up on the decimal point.

use maud::{Markup, html};

/// A number with its number of decimals and its unit, ready to be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The value in the unit that is shown.
    pub value: f64,
    /// Digits after the point.
    pub decimals: u8,
    /// Unit behind the number, for example `ms`, `%` or `of 9`; may be empty.
    pub unit: String,
}

impl Figure {
    /// A figure of `value` with `decimals` digits after the point.
    #[must_use]
    pub fn new(value: f64, decimals: u8, unit: &str) -> Self {
        Self { value, decimals, unit: unit.to_owned() }
    }

    /// The figure in a sentence: "655 ms", "6.4%", "3".
    #[must_use]
    pub fn words(&self) -> String {
        with_unit(self.value, self.decimals, &self.unit)
    }
}

/// `value` with `decimals` digits, a comma between thousands and a real minus sign (U+2212).
///
/// A value that rounds to nought carries no sign. Not a number and infinities are "no value": they are never nought.
#[must_use]
pub fn number(value: f64, decimals: u8) -> String {
    if !value.is_finite() {
        return "no value".to_owned();
    }
    let digits = format!("{:.*}", usize::from(decimals), value.abs());
    let negative = value < 0.0 && digits.bytes().any(|b| (b'1'..=b'9').contains(&b));
    let (whole, part) = digits.split_once('.').map_or((digits.as_str(), None), |(w, p)| (w, Some(p)));
    let mut out = String::with_capacity(digits.len() + 8);
    if negative {
        out.push('\u{2212}');
    }
    out.push_str(&thousands(whole));
    if let Some(part) = part {
        out.push('.');
        out.push_str(part);
    }
    out
}

/// A number and its unit in a sentence. Percent signs stand at the number, currency signs before it, other units after a space.
#[must_use]
pub fn with_unit(value: f64, decimals: u8, unit: &str) -> String {
    let text = number(value, decimals);
    match unit {
        "" => text,
        "%" => format!("{text}%"),
        "£" | "€" | "$" => match text.strip_prefix('\u{2212}') {
            Some(positive) => format!("\u{2212}{unit}{positive}"),
            None => format!("{unit}{text}"),
        },
        _ => format!("{text} {unit}"),
    }
}

/// A comma between each three digits of `digits`, which holds nothing but ASCII digits.
pub(crate) fn thousands(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A figure in a table cell: one text node for the number, padded by its class so that points line up, and the unit beside it.
///
/// Up to two decimals line up; more are shown but not padded. A value that is not finite reads "no value".
#[must_use]
pub fn figure(value: f64, decimals: u8, unit: &str) -> Markup {
    if !value.is_finite() {
        return no_value();
    }
    let class = ["v d0", "v d1", "v d2"].get(usize::from(decimals)).copied().unwrap_or("v");
    html! { span.nb { span class=(class) { (number(value, decimals)) } " " span.u { (unit) } } }
}

/// What stands where a figure would stand if there were one.
#[must_use]
pub fn no_value() -> Markup {
    html! { span.mute { "no value" } }
}

/// A figure, or "no value".
#[must_use]
pub fn maybe_figure(figure_: Option<&Figure>) -> Markup {
    figure_.map_or_else(no_value, |f| figure(f.value, f.decimals, &f.unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(number(224.84, 1), "224.8");
        assert_eq!(number(1_234_567.0, 0), "1,234,567");
        assert_eq!(number(-1204.5, 2), "\u{2212}1,204.50");
        assert_eq!(number(100.0, 0), "100");
        assert_eq!(number(1000.0, 0), "1,000");
        assert_eq!(number(f64::NAN, 1), "no value");
        assert_eq!(number(f64::NEG_INFINITY, 1), "no value");
    }

    #[test]
    fn nought_has_no_sign() {
        assert_eq!(number(-0.0, 0), "0");
        assert_eq!(number(-0.04, 1), "0.0");
        assert_eq!(number(-0.06, 1), "\u{2212}0.1");
    }

    #[test]
    fn units_in_a_sentence() {
        assert_eq!(with_unit(655.0, 0, "ms"), "655 ms");
        assert_eq!(with_unit(6.4, 1, "%"), "6.4%");
        assert_eq!(with_unit(-5.46, 2, "£"), "\u{2212}£5.46");
        assert_eq!(Figure::new(3.0, 0, "").words(), "3");
    }

    #[test]
    fn figures_pad_by_class() {
        assert_eq!(
            figure(4.2, 1, "h").into_string(),
            "<span class=\"nb\"><span class=\"v d1\">4.2</span> <span class=\"u\">h</span></span>"
        );
        assert!(figure(4.25, 3, "").into_string().contains("class=\"v\">4.250<"));
        assert_eq!(figure(f64::NAN, 0, "h").into_string(), "<span class=\"mute\">no value</span>");
        assert_eq!(maybe_figure(None).into_string(), no_value().into_string());
    }
}

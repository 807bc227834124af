//! Checks that kinds of sources share.

use kernel::error::Faults;
use kernel::text;

use super::rows::Combine;

pub(super) fn one_line(faults: &mut Faults, at: &str, what: &str, text: &str, most: usize) -> String {
    let text = text.trim();
    if text.chars().count() > most {
        faults.add(at, format!("{what} has {} characters; at most {most} fit.", text.chars().count()));
    } else if text.chars().any(char::is_control) {
        faults.add(at, format!("{what} contains a line break or a control character. Remove it."));
    }
    text.to_owned()
}

pub(super) fn name_of_secret(faults: &mut Faults, at: &str, given: &mut Option<String>) {
    let text = given.take().unwrap_or_default();
    let text = one_line(faults, at, "The name of the secret", &text, text::NAME);
    *given = (!text.is_empty()).then_some(text);
}

/// As [`name_of_secret`] where there has to be one.
pub(super) fn secret_needed(faults: &mut Faults, at: &str, what: &str, given: &str) -> String {
    let text = one_line(faults, at, what, given, text::NAME);
    faults.check(!text.is_empty(), at, format!("{what} is missing. Define it as a [[secret]] of the configuration."));
    text
}

/// The host of an address, with its port.
pub(super) fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, r)| r);
    rest.split(['/', '?', '#', '{']).next().unwrap_or(rest)
}

/// An address of a server, without anything in it that should be a secret.
pub(super) fn check_address(faults: &mut Faults, at: &str, url: &str) {
    let scheme = url.starts_with("https://") || url.starts_with("http://");
    if !scheme || host(url).is_empty() || url.chars().any(char::is_whitespace) {
        faults.add(at, "This is no address of a server. Write it like https://api.example.org/v1/count.");
    } else if host(url).contains('@') {
        faults.add(at, "The address has a user name or password inside. Remove it; name a secret of the configuration.");
    } else if url.contains('#') {
        faults.add(at, "The address has a part after “#”, which is not sent. Remove it.");
    }
}

/// What stands for the period in an address or a body.
pub(crate) const PLACEHOLDERS: [&str; 9] =
    ["{from}", "{to}", "{from_s}", "{to_s}", "{from_ms}", "{to_ms}", "{first_day}", "{last_day}", "{period}"];

/// Words in braces that stand for nothing.
pub(super) fn check_placeholders(faults: &mut Faults, at: &str, url: &str) {
    let mut rest = PLACEHOLDERS.iter().fold(url.to_owned(), |text, p| text.replace(p, ""));
    if let Some(from) = rest.find(['{', '}']) {
        rest.replace_range(..from, "");
        let shown: String = rest.chars().take(30).collect();
        faults.add(at, format!("“{shown}” is no placeholder. There are {}.", PLACEHOLDERS.join(", ")));
    }
}

/// A value, or a numerator and a denominator, or rows that are counted: one of the three.
pub(super) fn check_shape(faults: &mut Faults, [value, numerator, denominator]: [&str; 3], combine: Option<Combine>) {
    match (value.is_empty(), numerator.is_empty(), denominator.is_empty(), combine == Some(Combine::Count)) {
        (false, true, true, false) | (true, false, false, false) | (true, true, true, true) => {}
        (.., true) => faults.add("pull.combine", "Rows are counted, so no value is read. Leave it out, or choose another way."),
        (true, true, true, false) => {
            faults.add("pull.value", "Say where the number is: a value, or a numerator and a denominator.")
        }
        (false, ..) => faults.add("pull.value", "Give a value, or a numerator and a denominator, not both."),
        (_, true, ..) => faults.add("pull.numerator", "The numerator to this denominator is missing."),
        _ => faults.add("pull.denominator", "The denominator to this numerator is missing."),
    }
}

//! Text that people type: cleaned, bounded, and folded for search.

use std::fmt::Write;

use crate::error::{Error, Faults, Result};
use crate::trail::merkle::hex_digest;

/// Longest name of anything, in characters.
pub const NAME: usize = 200;

/// Longest free text, in characters.
pub const PROSE: usize = 20_000;

/// A required name: trimmed, one line, 1 to 200 characters, without control characters.
pub fn name(faults: &mut Faults, at: &str, what: &str, text: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        faults.add(at, format!("{what} is missing. Type up to {NAME} characters."));
    } else if text.chars().count() > NAME {
        faults.add(at, format!("{what} has {} characters; at most {NAME} fit.", text.chars().count()));
    } else if text.chars().any(char::is_control) {
        faults.add(at, format!("{what} contains a line break or a control character. Remove it."));
    } else if text.chars().any(turns) || text.chars().all(|c| c.is_whitespace() || is_unseen(c)) {
        faults.add(at, format!("{what} contains a character that nobody sees, or that turns the text around it. Remove it."));
    }
    text.to_owned()
}

/// Overrides the direction of what follows, so that a name reads as another. Text from right to left needs none of them.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}')
}

/// Takes no place: joiners, marks of direction, the byte order mark.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Free text: trimmed, at most 20,000 characters, no control characters but line breaks and tabs.
pub fn prose(faults: &mut Faults, at: &str, what: &str, text: &str) -> String {
    let text = text.trim().replace("\r\n", "\n");
    if text.chars().count() > PROSE {
        faults.add(at, format!("{what} has {} characters; at most {PROSE} fit.", text.chars().count()));
    } else if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        faults.add(at, format!("{what} contains a control character. Remove it."));
    }
    text
}

/// Text for a part of an address: what is not unreserved (RFC 3986) as per cent and two digits.
pub fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, b| {
        if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
            out.push(char::from(b));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(out, "%{b:02X}");
        }
        out
    })
}

/// What somebody sent, to be named in an error: without control characters, and at most so many characters of it.
pub fn shown(text: &str, most: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(most).collect()
}

/// A text for a cell of CSV that no spreadsheet runs: one that begins like a formula gets an apostrophe before it.
pub fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// A text in which Markdown sees no mark, in one line so that it fits a cell of a table.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' | '*' | '_' | '`' | '[' | ']' | '<' | '>' | '#' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// A key made from a name, for URLs: lower-case ASCII letters, digits and hyphens; never empty.
pub fn slug(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        let plain = match c {
            'ä' | 'à' | 'á' | 'â' | 'ã' | 'å' => "a",
            'ö' | 'ò' | 'ó' | 'ô' | 'õ' | 'ø' => "o",
            'ü' | 'ù' | 'ú' | 'û' => "u",
            'é' | 'è' | 'ê' | 'ë' => "e",
            'í' | 'ì' | 'î' | 'ï' => "i",
            'ç' => "c",
            'ñ' => "n",
            'ß' => "ss",
            'æ' => "ae",
            'a'..='z' | '0'..='9' => {
                out.push(c);
                continue;
            }
            _ => {
                if !out.ends_with('-') && !out.is_empty() {
                    out.push('-');
                }
                continue;
            }
        };
        out.push_str(plain);
    }
    let out: String = out.trim_matches('-').chars().take(60).collect();
    let out = out.trim_matches('-').to_owned();
    // A name without a Latin letter still has a key of its own.
    match out.as_str() {
        "" => format!("x-{}", &hex_digest(name.as_bytes())[..8]),
        // The address of a form.
        "new" => "new-1".to_owned(),
        _ => out,
    }
}

/// Checks a key that somebody chose: 1 to 60 of `a-z 0-9 -`, not beginning or ending with a hyphen.
///
/// # Errors
/// [`Error::Invalid`] at `at`.
pub fn key(at: &str, text: &str) -> Result<String> {
    let good = (1..=60).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-');
    if text == "new" {
        Err(Error::invalid(at, "“new” is the address of the form. Choose another key."))
    } else if good {
        Ok(text.to_owned())
    } else {
        Err(Error::invalid(
            at,
            format!(
                "“{}” is no key. Use 1 to 60 of a-z, 0-9 and hyphens, such as payments-api.",
                text.chars().take(80).collect::<String>()
            ),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_unreserved_is_written_as_per_cent() {
        assert_eq!(percent("a-b_c.d~e /é"), "a-b_c.d~e%20%2F%C3%A9");
    }

    #[test]
    fn what_was_sent_is_named_without_control_characters_and_not_in_full() {
        assert_eq!(shown("a\u{1}b\ncédé", 4), "abcé");
    }

    #[test]
    fn slugs_are_plain_and_never_empty() {
        assert_eq!(slug("Quote & Buy"), "quote-buy");
        assert_eq!(slug("  Zürich Straße  "), "zurich-strasse");
        assert!(slug("支付").starts_with("x-") && slug("支付") != slug("订单") && key("slug", &slug("支付")).is_ok());
        assert!(slug("New") == "new-1" && key("slug", "new").is_err());
        for (text, good) in [("\u{202e}abc", false), ("\u{200b}\u{200b}", false), ("קבוצה", true), ("👩\u{200d}💻", true)]
        {
            let mut faults = Faults::new();
            name(&mut faults, "name", "The name", text);
            assert_eq!(faults.is_empty(), good, "{text:?}");
        }
        assert!(slug(&"a b ".repeat(100)).len() <= 60);
    }

    #[test]
    fn keys_are_checked() {
        assert!(key("key", "payments-api").is_ok());
        for bad in ["", "-a", "a-", "A", "a_b", &"a".repeat(61)] {
            assert!(key("key", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_are_trimmed_and_bounded() {
        let mut faults = Faults::new();
        assert_eq!(name(&mut faults, "name", "The name", "  Payments "), "Payments");
        name(&mut faults, "name", "The name", "  ");
        name(&mut faults, "name", "The name", "a\nb");
        name(&mut faults, "name", "The name", &"é".repeat(201));
        assert_eq!(faults.len(), 3);
        let told = faults.done().unwrap_err().to_string();
        assert!(!told.contains("a name"), "whom something goes to has no name to type: {told}");
    }

    #[test]
    fn a_formula_is_no_formula_and_a_mark_is_no_mark() {
        assert_eq!(["=1+1", "-2", "@a", "\tx", "5", ""].map(guarded), ["'=1+1", "'-2", "'@a", "'\tx", "5", ""]);
        assert_eq!(markdown("a|b *c* <i>\nd\\"), "a\\|b \\*c\\* \\<i\\> d\\\\");
    }
}

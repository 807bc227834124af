//! Foreign text made fit for an error message: secrets masked, control characters gone, cut to length.

use std::fmt;
use std::sync::Arc;

/// What must never be shown, longest first, so that a secret that begins another one leaves no tail.
#[derive(Clone, Default)]
pub(super) struct Masks(Arc<[String]>);

impl Masks {
    pub(super) fn new(mut secrets: Vec<String>) -> Masks {
        secrets.retain(|s| !s.is_empty());
        secrets.sort_by_key(|s| std::cmp::Reverse(s.len()));
        Masks(secrets.into())
    }

    /// The first `limit` characters of `bytes` as one printable line. Works on the whole text and masks before it
    /// cuts, so that a secret across the cut is masked too.
    pub(super) fn excerpt(&self, bytes: &[u8], limit: usize) -> String {
        let (mut out, mut count, mut at) = (String::new(), 0, 0);
        while at < bytes.len() && count < limit {
            let rest = &bytes[at..];
            if let Some(secret) = self.0.iter().find(|s| rest.starts_with(s.as_bytes())) {
                out.push_str("[secret]");
                count += 8;
                at += secret.len();
                continue;
            }
            let (c, used) = first_char(rest);
            at += used;
            if c.is_whitespace() || hidden(c) {
                // A run of blanks and unprintable characters is one blank; none at the start.
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                    count += 1;
                }
            } else {
                out.push(c);
                count += 1;
            }
        }
        out.truncate(out.trim_end().len());
        out
    }
}

impl fmt::Debug for Masks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Masks({})", self.0.len())
    }
}

/// Control characters, and format characters that reorder or hide text on a page.
fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The first character of a non-empty text and its length in bytes; U+FFFD for what is not UTF-8.
fn first_char(bytes: &[u8]) -> (char, usize) {
    // No character is longer than four bytes: looking no further keeps this cheap on a large body.
    let window = &bytes[..bytes.len().min(4)];
    match window.utf8_chunks().next() {
        Some(chunk) => match chunk.valid().chars().next() {
            Some(c) => (c, c.len_utf8()),
            None => (char::REPLACEMENT_CHARACTER, chunk.invalid().len().max(1)),
        },
        None => (char::REPLACEMENT_CHARACTER, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masks(secrets: &[&str]) -> Masks {
        Masks::new(secrets.iter().map(|s| (*s).to_owned()).collect())
    }

    #[test]
    fn cuts_by_characters_and_cleans() {
        let none = Masks::default();
        assert_eq!(none.excerpt("éééé".as_bytes(), 3), "ééé");
        assert_eq!(none.excerpt(b"\r\n a\x1b[31m\x00\tb\n", 80), "a [31m b");
        assert_eq!(none.excerpt("a\u{202e}b".as_bytes(), 80), "a b");
        assert_eq!(none.excerpt(b"a\xff\xfeb", 80), "a\u{fffd}\u{fffd}b");
        assert_eq!(none.excerpt(b"", 80), "");
        assert_eq!(none.excerpt(&[b'x'; 500], 80).len(), 80);
    }

    #[test]
    fn masks_secrets_wherever_the_cut_falls() {
        let m = masks(&["tok", "tok-12345", ""]);
        assert_eq!(m.excerpt(b"token: tok-12345.", 80), "[secret]en: [secret].");
        for before in 0..90 {
            let text = format!("{}tok-12345 tok-12345", "x".repeat(before));
            let shown = m.excerpt(text.as_bytes(), 80).replace("[secret]", "");
            assert!(shown.chars().all(|c| c == 'x' || c == ' '), "{before}: {shown}");
        }
        assert!(!format!("{m:?}").contains("tok"));
    }
}

//! Wording helpers: names, counts, plurals.

use maud::{Markup, html};

/// Letters of the longest word that a column keeps whole.
const WORD: usize = 30;

/// A name that a person typed, isolated so that its writing direction does not turn the row it stands in.
///
/// A word that no column could hold is marked `long`: it gives way at any letter, so that nothing scrolls sideways.
#[must_use]
pub fn bdi(name: &str) -> Markup {
    let long = name.split([' ', '\n', '\t', '-']).any(|word| word.chars().nth(WORD).is_some());
    html! { bdi class=[long.then_some("long")] { (name) } }
}

const WORDS: [&str; 13] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// A count as prose writes it: `no` to `twelve` in words, from 13 in figures with thousands separated.
#[must_use]
pub fn count_word(n: usize) -> String {
    WORDS.get(n).map_or_else(|| crate::figures::thousands(&n.to_string()), |word| (*word).to_owned())
}

/// The same as [`count_word`] with a capital, for the start of a sentence.
#[must_use]
pub fn count_word_capital(n: usize) -> String {
    capital(&count_word(n))
}

/// `text` with its first letter in upper case.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `one` for 1, `many` for everything else.
#[must_use]
pub fn plural<'a>(n: usize, one: &'a str, many: &'a str) -> &'a str {
    if n == 1 { one } else { many }
}

/// "once", "twice", "3 times".
#[must_use]
pub fn times(n: usize) -> String {
    match n {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        _ => format!("{n} times"),
    }
}

/// Names joined as a sentence does: "a", "a and b", "a, b and c".
#[must_use]
pub fn listed<S: AsRef<str>>(names: &[S]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

/// Letters and digits in lower case, everything else one hyphen: for ids that are made from headings.
#[must_use]
pub fn slug(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_words_up_to_twelve() {
        assert_eq!(count_word(0), "no");
        assert_eq!(count_word_capital(12), "Twelve");
        assert_eq!(count_word(13), "13");
        assert_eq!(count_word(1204), "1,204");
    }

    #[test]
    fn lists_and_plurals() {
        assert_eq!(listed::<&str>(&[]), "");
        assert_eq!(listed(&["a", "b"]), "a and b");
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
        assert_eq!(plural(1, "value", "values"), "value");
        assert_eq!(plural(0, "value", "values"), "values");
        assert_eq!((times(1), times(2), times(3)), ("once".into(), "twice".into(), "3 times".into()));
    }

    #[test]
    fn slugs() {
        assert_eq!(slug("Wins, and one ask!"), "wins-and-one-ask");
        assert_eq!(slug("--"), "");
        assert_eq!(slug("Größe 2"), "größe-2");
    }

    #[test]
    fn names_are_escaped_and_isolated() {
        assert_eq!(bdi("<i>a").into_string(), "<bdi>&lt;i&gt;a</bdi>");
    }

    #[test]
    fn only_a_word_that_no_column_holds_gives_way_at_any_letter() {
        let (fits, long) = ("é".repeat(30), "é".repeat(31));
        assert!(bdi(&format!("Notifications {fits}")).into_string().starts_with("<bdi>"));
        assert!(bdi(&format!("Notifications {long}")).into_string().starts_with("<bdi class=\"long\">"));
    }
}

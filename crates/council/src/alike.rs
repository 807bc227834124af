//! Words of concerns, folded, and which concerns share them. Simple on purpose: what is found says which words were shared. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Words of one text that are looked at.
pub const MOST_WORDS: usize = 400;
/// Letters of a word that count.
const MOST_LETTERS: usize = 40;
/// Shared words from which two concerns are called alike, for a text of up to [`SHORT`] words.
pub const FEWEST_SHARED: usize = 2;
/// Words of a short text; a longer one needs one shared word more.
pub const SHORT: usize = 12;
/// Concerns that are suggested.
pub const MOST_ALIKE: usize = 5;

/// Words that say nothing of what a text is about.
const EMPTY: [&str; 92] = [
    "a", "about", "after", "again", "all", "also", "an", "and", "any", "are", "as", "at", "be", "because", "been", "before", "but",
    "by", "can", "could", "do", "does", "each", "every", "for", "from", "had", "has", "have", "her", "his", "how", "if", "in",
    "into", "is", "it", "its", "just", "more", "most", "much", "must", "no", "nobody", "not", "of", "on", "one", "only", "or",
    "other", "our", "out", "over", "same", "should", "so", "some", "somebody", "such", "team", "than", "that", "the", "their",
    "them", "then", "there", "these", "they", "thi", "this", "those", "time", "to", "too", "two", "up", "us", "very", "was", "we",
    "were", "what", "when", "where", "which", "who", "why", "with", "would",
];

/// A word as it is compared: lower case, without the plural's s.
fn fold(word: &str) -> Option<String> {
    let lower: String = word.to_lowercase().chars().take(MOST_LETTERS).collect();
    let n = lower.chars().count();
    let stem = match (lower.strip_suffix("ies"), lower.strip_suffix('s')) {
        (Some(stem), _) if n > 4 => format!("{stem}y"),
        (_, Some(stem)) if n > 3 && !stem.ends_with('s') => stem.to_owned(),
        _ => lower,
    };
    (n > 1 && !EMPTY.contains(&stem.as_str())).then_some(stem)
}

/// The words of a text, folded, each once.
pub fn words(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter_map(fold).take(MOST_WORDS).collect()
}

/// The words of a question, folded, at most twelve.
pub fn asked(question: &str) -> Vec<String> {
    words(question).into_iter().take(12).collect()
}

/// A concern that shares words with a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ConcernAlike)]
pub struct Alike {
    /// Its number.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// How far it is, in words.
    pub state: String,
    /// Why it was rejected or sent on; empty if it was not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The words that both have.
    pub shared: Vec<String>,
}

/// Which concerns share most words with a text of so many words: number and shared words, most first, the newer of equal ones first. A
/// word that more than a third of all concerns have tells nothing apart and is left out, once there are six.
pub fn nearest(of: &BTreeMap<String, Vec<i64>>, words: usize, concerns: usize, not: Option<i64>) -> Vec<(i64, Vec<String>)> {
    let fewest = FEWEST_SHARED + usize::from(words > SHORT);
    let mut shared: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for (word, numbers) in of {
        if concerns >= 6 && numbers.len() * 3 > concerns {
            continue;
        }
        for n in numbers.iter().filter(|n| Some(**n) != not) {
            shared.entry(*n).or_default().push(word.clone());
        }
    }
    let mut out: Vec<_> = shared.into_iter().filter(|(_, words)| words.len() >= fewest).collect();
    out.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(b.0.cmp(&a.0)));
    out.truncate(MOST_ALIKE);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_say_something() {
        let all = words("The Retries of a slow partner's API: retry storms, RETRIES & Zürich (2nd)");
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        assert_eq!(all, ["2nd", "api", "partner", "retry", "slow", "storm", "zürich"]);
        assert!(words("it is of the and a x").is_empty());
        assert_eq!(words("process").into_iter().collect::<Vec<_>>(), ["process"], "two s are no plural");
        assert_eq!(words(&"x1 ".repeat(10_000)).len(), 1);
        assert_eq!(words(&"y".repeat(10_000)).into_iter().next().unwrap().len(), MOST_LETTERS);
    }

    #[test]
    fn the_list_of_empty_words_is_in_order_and_folded() {
        assert!(EMPTY.windows(2).all(|w| w[0] < w[1]));
    }

    #[test]
    fn two_shared_words_make_two_alike_and_common_ones_do_not() {
        let of = BTreeMap::from([
            ("retry".to_owned(), vec![1, 2, 3]),
            ("timeout".to_owned(), vec![2, 3]),
            ("search".to_owned(), vec![3, 9]),
        ]);
        assert_eq!(
            nearest(&of, 3, 5, Some(9)),
            [(3, vec!["retry".to_owned(), "search".into(), "timeout".into()]), (2, vec!["retry".to_owned(), "timeout".into()])]
        );
        assert_eq!(nearest(&of, 40, 5, None).len(), 1, "a long text needs three");
        let common = BTreeMap::from([("alarm".to_owned(), (1..=8).collect()), ("ring".to_owned(), vec![1])]);
        assert!(nearest(&common, 3, 12, None).is_empty(), "a word that most have tells nothing apart");
    }
}

//! Which metric a heading means: by key, by title, or by similar words.

use super::shape::KnownMetric;

/// What a name means among those that are known: their places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Match {
    /// Key or title.
    Sure(usize),
    /// Similar words, and only here.
    Likely(usize),
    /// Similar to several.
    Several(Vec<usize>),
    /// Like nothing.
    None,
}

/// Words that say nothing about which metric is meant.
const FILLING: [&str; 16] =
    ["the", "of", "in", "per", "and", "to", "a", "an", "for", "at", "on", "with", "avg", "average", "number", "total"];

/// Words of a name: lower case, without plurals.
fn words(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        let lower = word.to_lowercase();
        let singular = if lower.chars().count() > 3 && lower.ends_with('s') && !lower.ends_with("ss") {
            lower[..lower.len() - 1].to_owned()
        } else {
            lower
        };
        if !FILLING.contains(&singular.as_str()) && !out.contains(&singular) {
            out.push(singular);
        }
    }
    out
}

fn same(a: &str, b: &str) -> bool {
    let long = |s: &str| s.chars().count() >= 4;
    a == b || long(a) && b.starts_with(a) || long(b) && a.starts_with(b)
}

/// How alike two lists of words are, 0 to 1: twice what both have, over all.
fn alike(a: &[String], b: &[String]) -> f64 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let both = a.iter().filter(|x| b.iter().any(|y| same(x, y))).count();
    let count = |n: usize| u32::try_from(n).map_or(f64::MAX, f64::from);
    2.0 * count(both) / count(a.len() + b.len())
}

/// From here on words count as similar.
const ENOUGH: f64 = 0.6;
/// So much less alike the next one has to be.
const APART: f64 = 0.1;

/// A name as it is compared: lower case, words parted by single spaces.
pub(super) fn folded(text: &str) -> String {
    let lower = text.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A heading without the unit in brackets behind it, and that unit.
pub(super) fn without_unit(heading: &str) -> (&str, Option<&str>) {
    for (open, close) in [('(', ')'), ('[', ']')] {
        if let Some(inner) = heading.strip_suffix(close)
            && let Some((name, unit)) = inner.rsplit_once(open)
            && !name.trim().is_empty()
        {
            return (name.trim(), Some(unit.trim()));
        }
    }
    (heading, None)
}

/// What the known metrics are called, prepared once.
pub(super) struct Names {
    exact: Vec<(String, usize)>,
    words: Vec<Vec<String>>,
    initials: Vec<String>,
}

impl Names {
    pub(super) fn new(metrics: &[KnownMetric]) -> Self {
        let mut exact = Vec::new();
        for (i, m) in metrics.iter().enumerate() {
            exact.push((folded(&m.key), i));
            exact.push((folded(&m.title), i));
        }
        let words: Vec<Vec<String>> = metrics.iter().map(|m| words(&m.title)).collect();
        let initials = words.iter().map(|w| w.iter().filter_map(|w| w.chars().next()).collect()).collect();
        Self { exact, words, initials }
    }

    pub(super) fn find(&self, heading: &str) -> Match {
        for text in [heading, without_unit(heading).0] {
            let name = folded(text);
            let mut hits: Vec<usize> = self.exact.iter().filter(|(n, _)| *n == name && !name.is_empty()).map(|(_, i)| *i).collect();
            hits.dedup();
            match hits.as_slice() {
                [] => {}
                [one] => return Match::Sure(*one),
                several => return Match::Several(several.to_vec()),
            }
        }
        let wanted = words(without_unit(heading).0);
        if wanted.is_empty() || wanted.len() > 12 {
            return Match::None;
        }
        let short = match wanted.as_slice() {
            [one] if one.chars().count() >= 3 => Some(one.as_str()),
            _ => None,
        };
        let mut scores: Vec<(f64, usize)> = self
            .words
            .iter()
            .enumerate()
            .map(|(i, words)| {
                let abbreviated = short.is_some_and(|s| s == self.initials[i]);
                (if abbreviated { 0.9 } else { alike(&wanted, words) }, i)
            })
            .filter(|(score, _)| *score >= ENOUGH)
            .collect();
        scores.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        match scores.as_slice() {
            [] => Match::None,
            [one] => Match::Likely(one.1),
            [one, two, ..] if one.0 - two.0 >= APART => Match::Likely(one.1),
            several => {
                let best = several[0].0;
                Match::Several(several.iter().take_while(|s| best - s.0 < APART).map(|s| s.1).collect())
            }
        }
    }
}

//! The commit graph in memory: indices of 32 bits, one read of `git rev-list --parents --timestamp`, one pass for tags.
//!
//! Measured: a million commits with 5,000 tags take 175 MB at the most, most of it the index of ids, which goes when
//! reading ends.

use std::collections::HashMap;

/// An object id: 20 bytes (SHA-1, the rest zero) or 32 (SHA-256).
pub(crate) type Oid = [u8; 32];

/// Where there is no commit, or no tag.
pub(crate) const NONE: u32 = u32::MAX;

/// Dates outside 1970-01-01T00:00:01Z to the year 9999 are no dates: git gives 0 for what it cannot read.
const LAST_SECOND: i64 = 253_402_300_799;

/// A date in Unix seconds, if it is one that can have happened.
pub(crate) fn plausible(text: &str) -> Option<i64> {
    text.parse().ok().filter(|t| (1..=LAST_SECOND).contains(t))
}

/// Why a stream of lines is not a graph.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum GraphError {
    /// A line is not "seconds id parent parent ..".
    Line(String),
    /// More commits than the limit.
    TooMany,
}

/// The graph while it is being read.
#[derive(Debug)]
pub(crate) struct Builder {
    index: HashMap<Oid, u32>,
    graph: Graph,
    limit: u32,
}

/// Commits, their committer times and their parents.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    /// Object id of each commit.
    pub(crate) ids: Vec<Oid>,
    /// Committer time in Unix seconds; `None` is stored as 0.
    time: Vec<i64>,
    /// Start and number of each commit's parents in `parents`; `NONE` as start: named as a parent, never seen itself.
    span: Vec<(u32, u32)>,
    parents: Vec<u32>,
    /// Bytes of an object id.
    pub(crate) width: usize,
}

impl Builder {
    pub(crate) fn new(limit: u32) -> Self {
        // One less than NONE, whatever the caller asked for.
        Self { index: HashMap::new(), graph: Graph::default(), limit: limit.min(NONE - 1) }
    }

    fn intern(&mut self, hex: &str) -> Result<u32, GraphError> {
        let (oid, width) = oid(hex).ok_or_else(|| GraphError::Line(hex.chars().take(80).collect()))?;
        if let Some(at) = self.index.get(&oid) {
            return Ok(*at);
        }
        let at = self.graph.ids.len() as u32;
        if at >= self.limit {
            return Err(GraphError::TooMany);
        }
        self.index.insert(oid, at);
        self.graph.width = width;
        self.graph.ids.push(oid);
        self.graph.time.push(0);
        self.graph.span.push((NONE, 0));
        Ok(at)
    }

    /// Takes one line of `git rev-list --parents --timestamp`: "seconds id parent parent ..".
    pub(crate) fn line(&mut self, line: &[u8]) -> Result<(), GraphError> {
        let odd = || GraphError::Line(String::from_utf8_lossy(line).chars().take(80).collect());
        let text = std::str::from_utf8(line).map_err(|_| odd())?;
        let mut words = text.split(' ');
        let (Some(time), Some(id)) = (words.next(), words.next()) else { return Err(odd()) };
        if time.is_empty() || !time.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
            return Err(odd());
        }
        let at = self.intern(id)? as usize;
        let start = self.graph.parents.len() as u32;
        for parent in words {
            let parent = self.intern(parent)?;
            self.graph.parents.push(parent);
        }
        let count = self.graph.parents.len() as u32 - start;
        self.graph.time[at] = plausible(time).unwrap_or(0);
        self.graph.span[at] = (start, count);
        Ok(())
    }

    /// The index of a commit that was read.
    pub(crate) fn find(&self, hex: &str) -> Option<u32> {
        self.index.get(&oid(hex)?.0).copied()
    }

    /// The graph, or the id (hexadecimal) of a parent that the stream never gave.
    pub(crate) fn finish(self) -> Result<Graph, String> {
        match self.graph.span.iter().position(|(start, _)| *start == NONE) {
            None => Ok(self.graph),
            Some(at) => Err(self.graph.hex(at as u32)),
        }
    }
}

impl Graph {
    /// Number of commits.
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Committer time in Unix seconds, if it is known.
    pub(crate) fn time(&self, at: u32) -> Option<i64> {
        Some(self.time[at as usize]).filter(|t| *t != 0)
    }

    /// Indices of the parents, the first parent first.
    pub(crate) fn parents(&self, at: u32) -> &[u32] {
        let (start, count) = self.span[at as usize];
        &self.parents[start as usize..(start + count) as usize]
    }

    /// Whether the commit has more than one parent.
    pub(crate) fn is_merge(&self, at: u32) -> bool {
        self.span[at as usize].1 > 1
    }

    /// The object id in hexadecimal digits.
    pub(crate) fn hex(&self, at: u32) -> String {
        self.ids[at as usize][..self.width].iter().map(|b| format!("{b:02x}")).collect()
    }

    /// For each commit the place in `tags` (indices of the tagged commits, in order of creation) of the first tag that
    /// contains it, else `NONE`.
    ///
    /// Walks back from each tag in turn and stops at commits that an earlier tag reached: all before those are reached
    /// too. So each commit and each edge is looked at once: O(commits + edges), whatever the number of tags.
    pub(crate) fn first_tags(&self, tags: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut first = vec![NONE; self.len()];
        let mut open = Vec::new();
        for (place, target) in tags.enumerate() {
            if target == NONE {
                continue;
            }
            open.push(target);
            while let Some(at) = open.pop() {
                if first[at as usize] == NONE {
                    first[at as usize] = place as u32;
                    open.extend(self.parents(at).iter().filter(|p| first[**p as usize] == NONE));
                }
            }
        }
        first
    }

    /// Length of the chain of first parents from `at`, itself included.
    pub(crate) fn first_parents(&self, at: u32) -> u64 {
        let (mut here, mut count) = (at, 1);
        while let Some(parent) = self.parents(here).first() {
            here = *parent;
            count += 1;
        }
        count
    }
}

/// An object id and its width in bytes, from 40 or 64 hexadecimal digits.
fn oid(hex: &str) -> Option<(Oid, usize)> {
    let mut id = [0; 32];
    let digits = hex.as_bytes();
    if digits.len() != 40 && digits.len() != 64 {
        return None;
    }
    for (byte, pair) in id.iter_mut().zip(digits.chunks(2)) {
        *byte = (char::from(pair[0]).to_digit(16)? * 16 + char::from(pair[1]).to_digit(16)?) as u8;
    }
    Some((id, digits.len() / 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(n: usize) -> String {
        format!("{n:040x}")
    }

    fn graph(parents: &[Vec<usize>]) -> Graph {
        let mut builder = Builder::new(1000);
        for (n, list) in parents.iter().enumerate().rev() {
            let line = list.iter().fold(format!("{} {}", n + 1, id(n)), |l, p| format!("{l} {}", id(*p)));
            builder.line(line.as_bytes()).unwrap();
        }
        builder.finish().unwrap()
    }

    fn place(graph: &Graph, n: usize) -> u32 {
        (0..graph.len() as u32).find(|i| graph.hex(*i) == id(n)).unwrap()
    }

    #[test]
    fn dates_that_cannot_be_are_unknown() {
        for text in ["0", "-5", "", "x", "18446744073709551615", "99999999999999999999", "253402300800"] {
            assert_eq!(plausible(text), None, "{text}");
        }
        assert_eq!(plausible("253402300799"), Some(LAST_SECOND));
        let mut builder = Builder::new(5);
        builder.line(format!("18446744073709551615 {}", id(1)).as_bytes()).unwrap();
        assert_eq!(builder.finish().unwrap().time(0), None);
    }

    #[test]
    fn lines_that_are_no_commits_are_refused() {
        let mut builder = Builder::new(1);
        for line in ["", "5", "x abc", "5 abc", "5  ", "commit 5", "\u{e9} 5"] {
            assert!(matches!(builder.line(line.as_bytes()), Err(GraphError::Line(_))), "{line}");
        }
        assert!(builder.line(&[0xff, b' ']).is_err());
        assert_eq!(builder.line(format!("5 {} {}", id(1), id(2)).as_bytes()), Err(GraphError::TooMany));
    }

    #[test]
    fn a_parent_that_never_came_is_named() {
        let mut builder = Builder::new(9);
        builder.line(format!("5 {} {}", id(1), id(7)).as_bytes()).unwrap();
        assert_eq!(builder.finish().unwrap_err(), id(7));
    }

    #[test]
    fn ids_of_both_widths_are_kept_whole() {
        let long = "ab".repeat(32);
        let mut builder = Builder::new(9);
        builder.line(format!("5 {long}").as_bytes()).unwrap();
        assert_eq!(builder.find(&long), Some(0));
        assert_eq!(builder.finish().unwrap().hex(0), long);
    }

    proptest! {
        /// Any acyclic graph, any tags in any order: the first tag of a commit is the first from which a plain search finds it.
        #[test]
        fn first_tags_agree_with_a_search_per_tag(
            shape in prop::collection::vec(prop::collection::vec(any::<prop::sample::Index>(), 0..4), 1..40),
            tags in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        ) {
            let parents: Vec<Vec<usize>> = shape.iter().enumerate()
                .map(|(n, list)| if n == 0 { vec![] } else { list.iter().map(|i| i.index(n)).collect() }).collect();
            let graph = graph(&parents);
            let tags: Vec<usize> = tags.iter().map(|i| i.index(parents.len())).collect();
            let first = graph.first_tags(tags.iter().map(|t| place(&graph, *t)));
            for n in 0..parents.len() {
                let contains = |tag: usize| {
                    let (mut open, mut seen) = (vec![tag], std::collections::BTreeSet::new());
                    while let Some(x) = open.pop() { if seen.insert(x) { open.extend(&parents[x]) } }
                    seen.contains(&n)
                };
                let expected = tags.iter().position(|t| contains(*t)).map_or(NONE, |p| p as u32);
                prop_assert_eq!(first[place(&graph, n) as usize], expected);
            }
        }
    }
}

//! Which files of a repository a feed reads: names and patterns. Matching takes time in the lengths of both, whatever the pattern.

/// Most patterns of a feed.
const MOST: usize = 20;
/// Longest pattern in characters.
const LONGEST: usize = 200;
/// What is read if no pattern is given.
const DEFAULT: [&str; 2] = ["catalog-info.yaml", "catalog-info.yml"];

/// Patterns of paths.
#[derive(Debug, Clone)]
pub(crate) struct Globs {
    taken: Vec<Vec<String>>,
    left: Vec<Vec<String>>,
}

impl Globs {
    /// Reads patterns. One without a slash is a name in any folder.
    ///
    /// Errors: a sentence about the first that is none.
    pub(crate) fn new(patterns: &[String]) -> Result<Self, String> {
        if patterns.len() > MOST {
            return Err(format!("There are {} patterns of files. At most {MOST} fit.", patterns.len()));
        }
        let mut out = Self { taken: Vec::new(), left: Vec::new() };
        for given in patterns {
            let shown = kernel::text::shown(given, 60);
            if given.chars().count() > LONGEST || given.chars().any(char::is_control) {
                return Err(format!("The pattern “{shown}” is longer than {LONGEST} characters, or has a control character."));
            }
            let (pattern, list) = match given.strip_prefix('!') {
                Some(rest) => (rest, &mut out.left),
                None => (given.as_str(), &mut out.taken),
            };
            if pattern.starts_with('/') || pattern.split('/').any(|s| s.is_empty() || s == "." || s == "..") {
                return Err(format!(
                    "“{shown}” is no pattern of files. Write it from the top folder, like teams/**/catalog-info.yaml."
                ));
            }
            list.push(parts(pattern));
        }
        if out.taken.is_empty() {
            out.taken = DEFAULT.map(parts).to_vec();
        }
        Ok(out)
    }

    /// Whether a path from the top folder is read.
    pub(crate) fn takes(&self, path: &str) -> bool {
        let path: Vec<&str> = path.split('/').collect();
        let any = |list: &[Vec<String>]| list.iter().any(|p| wild(p, &path, &|p| p == "**", &|p, s| segment(p, s)));
        any(&self.taken) && !any(&self.left)
    }
}

fn parts(pattern: &str) -> Vec<String> {
    let anywhere = (!pattern.contains('/')).then_some("**");
    anywhere.into_iter().chain(pattern.split('/')).map(str::to_owned).collect()
}

fn segment(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    wild(&pattern, &text, &|p| *p == '*', &|p, t| *p == '?' || p == t)
}

/// Whether the pattern covers the whole text, where what `many` says stands for any number of pieces. After a mismatch only the last
/// such piece is given more, which is enough.
fn wild<P, T>(pattern: &[P], text: &[T], many: &dyn Fn(&P) -> bool, one: &dyn Fn(&P, &T) -> bool) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut last: Option<(usize, usize)> = None;
    while t < text.len() {
        if p < pattern.len() && many(&pattern[p]) {
            last = Some((p, t));
            p += 1;
        } else if p < pattern.len() && one(&pattern[p], &text[t]) {
            p += 1;
            t += 1;
        } else if let Some((star, from)) = last {
            last = Some((star, from + 1));
            p = star + 1;
            t = from + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(many)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn globs(patterns: &[&str]) -> Globs {
        Globs::new(&patterns.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn names_are_looked_for_in_every_folder_and_patterns_from_the_top() {
        let g = globs(&[]);
        for path in ["catalog-info.yaml", "a/b/catalog-info.yml"] {
            assert!(g.takes(path), "{path}");
        }
        for path in ["catalog-info.yaml.bak", "my-catalog-info.yaml", "catalog-info.yaml/x"] {
            assert!(!g.takes(path), "{path}");
        }
        let cases = [
            ("teams/*.yaml", "teams/a.yaml", true),
            ("teams/*.yaml", "teams/a/b.yaml", false),
            ("teams/**/*.yaml", "teams/a/b/c.yaml", true),
            ("teams/**/*.yaml", "teams/c.yaml", true),
            ("**", "any/thing", true),
            ("*.y?ml", "a/b.yaml", true),
            ("*.y?ml", "a/b.yml", false),
            ("a/b", "x/a/b", false),
            ("**/b/**/d", "a/b/c/b/x/d", true),
        ];
        for (pattern, path, wanted) in cases {
            assert_eq!(globs(&[pattern]).takes(path), wanted, "{pattern} {path}");
        }
        let g = globs(&["!templates/**"]);
        assert!(g.takes("a/catalog-info.yaml") && !g.takes("templates/a/catalog-info.yaml"));
    }

    #[test]
    fn patterns_that_are_none_are_refused() {
        for bad in ["/etc/passwd", "a//b", "../a", "a/./b", "!", "a/", "a\nb"] {
            assert!(Globs::new(&[bad.to_owned()]).is_err(), "{bad}");
        }
        assert!(Globs::new(&["x".repeat(201)]).unwrap_err().contains("200"));
    }

    /// Slowly, by the definition.
    fn slow(p: &[char], t: &[char]) -> bool {
        match p.split_first() {
            None => t.is_empty(),
            Some(('*', rest)) => (0..=t.len()).any(|n| slow(rest, &t[n..])),
            Some((c, rest)) => t.split_first().is_some_and(|(d, more)| (*c == '?' || c == d) && slow(rest, more)),
        }
    }

    proptest! {
        #[test]
        fn a_match_is_one_by_the_definition(p in "[ab*?]{0,8}", t in "[ab]{0,8}") {
            let (pc, tc): (Vec<char>, Vec<char>) = (p.chars().collect(), t.chars().collect());
            prop_assert_eq!(segment(&p, &t), slow(&pc, &tc));
        }
    }
}

//! What somebody says of ids that are others in the newer version, as data and as lines of text. Pure.

use kernel::error::{Error, Faults, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::lens::Lens;

/// Lines of a table at most.
pub(super) const MOST: usize = 2_000;

/// A choice that has another id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenamedChoice {
    /// Id in the older version.
    pub from: String,
    /// Id in the newer one.
    pub to: String,
}

/// A question that has another id, or whose choices have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Renamed {
    /// Id in the older version.
    pub question: String,
    /// Id in the newer one; the same if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Its choices that have another id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<RenamedChoice>,
}

impl Renamed {
    /// The question's id in the newer version.
    #[must_use]
    pub fn target(&self) -> &str {
        self.to.as_deref().unwrap_or(&self.question)
    }
}

/// Checks a table against both versions.
///
/// # Errors
/// Every fault with its place, such as `map.0.to`.
pub(super) fn check(map: &[Renamed], before: &Lens, after: &Lens) -> Result<()> {
    let mut faults = Faults::new();
    faults.check(map.len() <= MOST, "map", format!("The table has {} lines; at most {MOST} are taken.", map.len()));
    let shown = |t: &str| kernel::text::shown(t, 60);
    for (i, r) in map.iter().take(MOST).enumerate() {
        let at = format!("map.{i}");
        let (old, new) = (before.question(&r.question), after.question(r.target()));
        faults.check(
            old.is_some(),
            format!("{at}.question"),
            format!("The older version has no question “{}”.", shown(&r.question)),
        );
        faults.check(new.is_some(), format!("{at}.to"), format!("The newer version has no question “{}”.", shown(r.target())));
        let twice = map[..i].iter().any(|o| o.target() == r.target() || o.question == r.question);
        faults.check(!twice, &*at, format!("“{}” or “{}” stands in the table twice.", shown(&r.question), shown(r.target())));
        for (n, c) in r.choices.iter().enumerate() {
            let here = format!("{at}.choices.{n}");
            let (from, to) = (old.and_then(|q| q.choice(&c.from)), new.and_then(|q| q.choice(&c.to)));
            faults.check(
                old.is_none() || from.is_some(),
                format!("{here}.from"),
                format!("“{}” has no choice “{}”.", shown(&r.question), shown(&c.from)),
            );
            faults.check(
                new.is_none() || to.is_some(),
                format!("{here}.to"),
                format!("“{}” has no choice “{}”.", shown(r.target()), shown(&c.to)),
            );
            let twice = r.choices[..n].iter().any(|o| o.from == c.from || o.to == c.to);
            faults.check(!twice, &*here, format!("“{}” or “{}” stands in the table twice.", shown(&c.from), shown(&c.to)));
        }
    }
    faults.done()
}

/// Reads lines: `OPS-01 = OPS-07` for a question, `OPS-01/metrics = measured` for a choice of a question of the older version.
///
/// # Errors
/// The first line that is neither, at `map`.
pub fn read(text: &str) -> Result<Vec<Renamed>> {
    let mut out: Vec<Renamed> = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let shown = kernel::text::shown(line, 80);
        let bad = || {
            Error::invalid(
                "map",
                format!("Line {}: “{shown}” is no pair. Write OLD = NEW for a question, OLD/choice = choice for a choice.", n + 1),
            )
        };
        let (from, to) = line.split_once('=').map(|(a, b)| (a.trim(), b.trim())).ok_or_else(bad)?;
        if from.is_empty() || to.is_empty() {
            return Err(bad());
        }
        let (question, choice) = from.split_once('/').map_or((from, None), |(q, c)| (q.trim(), Some(c.trim())));
        let at = match out.iter().position(|r| r.question == question) {
            Some(i) => i,
            None => {
                out.push(Renamed { question: question.to_owned(), to: None, choices: Vec::new() });
                out.len() - 1
            }
        };
        match choice {
            Some(choice) => out[at].choices.push(RenamedChoice { from: choice.to_owned(), to: to.to_owned() }),
            None if out[at].to.is_none() => out[at].to = Some(to.to_owned()),
            None => return Err(Error::invalid("map", format!("Line {}: “{shown}”: the question has a new id already.", n + 1))),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::tests::small;

    #[test]
    fn a_table_is_read_line_by_line() {
        let map = read(" Q-01 = Q-07 \n\nQ-01/aaa = bbb\nQ-02/ccc=ddd").unwrap();
        assert_eq!((map[0].target(), map[0].choices[0].to.as_str()), ("Q-07", "bbb"));
        assert_eq!((map[1].target(), map[1].choices[0].from.as_str()), ("Q-02", "ccc"));
        for bad in ["Q-01", "= x", "Q-01 =", "Q-01 = a\nQ-01 = b"] {
            assert!(matches!(read(bad), Err(Error::Invalid(f)) if f[0].at == "map" && f[0].message.starts_with("Line ")), "{bad}");
        }
    }

    #[test]
    fn a_table_names_what_exists_and_nothing_twice() {
        let kept = small();
        let lens = &kept.file.lens;
        let faults = |text: &str| match check(&read(text).unwrap(), lens, lens) {
            Ok(()) => Vec::new(),
            Err(Error::Invalid(f)) => f.into_iter().map(|f| f.at).collect::<Vec<_>>(),
            Err(e) => panic!("{e:?}"),
        };
        assert_eq!(faults("Q-01/aaa = bbb\nQ-01/bbb = aaa"), [""; 0]);
        assert_eq!(faults("Q-09 = Q-01"), ["map.0.question"]);
        assert_eq!(faults("Q-01 = Q-09"), ["map.0.to"]);
        assert_eq!(faults("Q-01/zzz = aaa"), ["map.0.choices.0.from"]);
        assert_eq!(faults("Q-01/aaa = zzz"), ["map.0.choices.0.to"]);
        assert_eq!(faults("Q-01/aaa = bbb\nQ-01/bbb = bbb"), ["map.0.choices.1"]);
        assert_eq!(faults("Q-01 = Q-02\nQ-02 = Q-02"), ["map.1"]);
    }
}

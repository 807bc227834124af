//! How concerns are found: by words, and by what they share with others.

use std::collections::{BTreeMap, BTreeSet};

use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::Ctx;

use crate::alike::{self, Alike};
use crate::concern::Concern;
use crate::store::{self, Filter};

/// Concerns that a search looks at in one step.
const STEP: i64 = 200;

/// Concerns in which every word of a question begins a word, newest first, below a number; at most `limit`. An empty question
/// finds all.
///
/// # Errors
/// Nobody signed in.
pub fn find(cx: &Ctx, tx: &mut dyn Tx, filter: &Filter, question: &str, before: i64, limit: i64) -> Result<Vec<Concern>> {
    cx.require_signed_in()?;
    let words = alike::asked(question);
    if words.is_empty() {
        // What has no word that says anything finds nothing, but nothing asked finds all.
        return if question.trim().is_empty() { store::list(tx, filter, before, limit) } else { Ok(Vec::new()) };
    }
    let mut both: Option<BTreeSet<i64>> = None;
    for word in &words {
        let having: BTreeSet<i64> = store::words::beginning(tx, word)?.into_iter().collect();
        both = Some(both.map_or(having.clone(), |b| b.intersection(&having).copied().collect()));
    }
    let wanted = both.unwrap_or_default();
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut out, mut before) = (Vec::new(), before.min(wanted.last().map_or(0, |n| n + 1)));
    while out.len() < most && wanted.range(..before).next().is_some() {
        let step = store::list(tx, filter, before, STEP)?;
        let Some(last) = step.last() else { break };
        before = last.number;
        out.extend(step.into_iter().filter(|c| wanted.contains(&c.number)));
    }
    out.truncate(most);
    Ok(out)
}

/// Concerns that share words with a text, but for the one with that number.
///
/// # Errors
/// Nobody signed in.
pub fn similar(cx: &Ctx, tx: &mut dyn Tx, text: &str, not: Option<i64>) -> Result<Vec<Alike>> {
    cx.require_signed_in()?;
    let mut of = BTreeMap::new();
    let all = alike::words(text);
    let n = all.len();
    for word in all {
        let numbers = store::words::with(tx, &word)?;
        if !numbers.is_empty() {
            of.insert(word, numbers);
        }
    }
    let concerns = store::words::concerns(tx)?;
    alike::nearest(&of, n, concerns, not)
        .into_iter()
        .map(|(number, shared)| {
            let c = store::one(tx, number)?;
            Ok(Alike { number, title: c.content.title, state: c.state.words().into(), reason: c.course.reason, shared })
        })
        .collect()
}

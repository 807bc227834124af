//! SQL of facts; decides nothing.

use std::collections::BTreeSet;

use catalogue::Workload;
use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::derived;
use crate::fact::{Fact, FactValue, Facts};

/// How long a metric's newest value is looked for: two years, in microseconds.
const BACK: i64 = 2 * 366 * 86_400 * 1_000_000;

kernel::sql! {
    ADD = "INSERT INTO fact (workload, key, item, observed_at, kind, value, valid_until, source, url, by_name, at) VALUES ($1::TEXT, \
        $2::TEXT, $3::TEXT, $4::BIGINT, $5::TEXT, $6::TEXT, $7::BIGINT, $8::TEXT, $9::TEXT, $10::TEXT, $11::BIGINT) \
        ON CONFLICT (workload, key, item, observed_at) DO NOTHING";
    SAME = "SELECT key, item, observed_at, kind, value, valid_until, source, url, by_name FROM fact \
        WHERE workload = $1::TEXT AND key = $2::TEXT AND item = $3::TEXT AND observed_at = $4::BIGINT";
    NEWEST = "SELECT f.key, f.item, f.observed_at, f.kind, f.value, f.valid_until, f.source, f.url, f.by_name FROM fact f \
        WHERE f.workload = $1::TEXT AND f.observed_at = (SELECT MAX(g.observed_at) FROM fact g WHERE g.workload = f.workload \
        AND g.key = f.key AND g.item = f.item) ORDER BY f.key COLLATE \"C\", f.item COLLATE \"C\"";
    PAST = "SELECT key, item, observed_at, kind, value, valid_until, source, url, by_name FROM fact WHERE workload = $1::TEXT \
        AND key = $2::TEXT AND item = $3::TEXT AND observed_at < $4::BIGINT ORDER BY observed_at DESC LIMIT $5::BIGINT";
    FOLLOW = "INSERT INTO fact (workload, key, item, observed_at, kind, value, valid_until, source, url, by_name, at) \
        SELECT $2::TEXT, f.key, f.item, f.observed_at, f.kind, f.value, f.valid_until, f.source, f.url, f.by_name, f.at FROM fact f \
        WHERE f.workload = $1::TEXT ON CONFLICT (workload, key, item, observed_at) DO NOTHING";
}

fn stored(value: &FactValue) -> (&'static str, String) {
    match value {
        FactValue::Yes(yes) => ("yes", yes.to_string()),
        FactValue::Number(n) => ("number", n.to_string()),
        FactValue::Word(w) => ("word", w.clone()),
    }
}

fn fact(row: &Row) -> Result<Fact> {
    let (kind, text) = (row.text(3)?, row.text(4)?);
    let unread = || Error::internal(format!("a fact of kind {kind} is {text}"));
    let value = match kind.as_str() {
        "yes" => FactValue::Yes(text.parse().map_err(|_| unread())?),
        "number" => FactValue::Number(text.parse().map_err(|_| unread())?),
        "word" => FactValue::Word(text),
        _ => return Err(unread()),
    };
    Ok(Fact {
        key: row.text(0)?,
        item: row.text(1)?,
        value,
        observed_at: row.time(2)?,
        valid_until: row.opt_time(5)?,
        source: row.text(6)?,
        url: row.text(7)?,
        by: row.text(8)?,
    })
}

/// Adds a fact; false if one of that moment is there.
pub(crate) fn add(tx: &mut dyn Tx, workload: Id, f: &Fact, now: Time) -> Result<bool> {
    let (kind, value) = stored(&f.value);
    let params = [
        workload.into(),
        (&f.key).into(),
        (&f.item).into(),
        f.observed_at.into(),
        kind.into(),
        value.into(),
        f.valid_until.map(|t| t.0).into(),
        (&f.source).into(),
        (&f.url).into(),
        (&f.by).into(),
        now.into(),
    ];
    Ok(tx.execute(&ADD, &params)? == 1)
}

/// The fact of that moment.
pub(crate) fn same(tx: &mut dyn Tx, workload: Id, f: &Fact) -> Result<Option<Fact>> {
    let params = [workload.into(), (&f.key).into(), (&f.item).into(), f.observed_at.into()];
    tx.opt(&SAME, &params)?.as_ref().map(fact).transpose()
}

/// What was sent of a key and item, newest first, observed before a time.
///
/// # Errors
/// The engine's.
pub fn past(tx: &mut dyn Tx, workload: Id, (key, item): (&str, &str), before: Time, limit: i64) -> Result<Vec<Fact>> {
    let params = [workload.into(), key.into(), item.into(), before.into(), limit.into()];
    tx.query(&PAST, &params)?.iter().map(fact).collect()
}

/// Copies facts of a duplicate; how many.
pub(crate) fn follow(tx: &mut dyn Tx, from: Id, into: Id) -> Result<i64> {
    let put = tx.execute(&FOLLOW, &[from.into(), into.into()])?;
    Ok(i64::try_from(put).unwrap_or(i64::MAX))
}

/// The newest facts of a workload: those that were sent, and those that other ledgers know.
///
/// # Errors
/// The engine's.
pub fn of_workload(tx: &mut dyn Tx, workload: &Workload, now: Time) -> Result<Facts> {
    let since = Time(now.0.saturating_sub(BACK));
    let mut metrics = metrics::store::recorded(tx, workload.id, since)?;
    metrics.extend(metrics::store::recorded(tx, workload.team, since)?);
    metrics.sort_unstable();
    metrics.dedup();
    let mut out = sent(tx, workload.id)?;
    out.extend(transactions(tx, workload.id)?);
    out.extend(standards(tx, workload.id)?);
    out.extend(values(tx, workload, &metrics, now)?);
    Ok(Facts::new(out))
}

/// Of the newest facts of a workload those of these keys.
///
/// # Errors
/// The engine's.
pub fn asked(tx: &mut dyn Tx, workload: &Workload, now: Time, keys: &BTreeSet<String>) -> Result<Facts> {
    let mut out = sent(tx, workload.id)?;
    if keys.iter().any(|k| k.starts_with("transaction.covered.")) {
        out.extend(transactions(tx, workload.id)?);
    }
    if keys.iter().any(|k| k.starts_with("standard.adopted.")) {
        out.extend(standards(tx, workload.id)?);
    }
    let metrics: Vec<String> = keys.iter().filter_map(|k| derived::metric_of(k)).map(str::to_owned).collect();
    out.extend(values(tx, workload, &metrics, now)?);
    out.retain(|f| keys.contains(&f.key));
    Ok(Facts::new(out))
}

fn sent(tx: &mut dyn Tx, workload: Id) -> Result<Vec<Fact>> {
    tx.query(&NEWEST, &[workload.into()])?.iter().map(fact).collect()
}

fn transactions(tx: &mut dyn Tx, workload: Id) -> Result<Vec<Fact>> {
    Ok(derived::of_transactions(&catalogue::store::transactions::of_workload(tx, workload)?))
}

fn standards(tx: &mut dyn Tx, workload: Id) -> Result<Vec<Fact>> {
    let adopted = catalogue::store::standards::of_workload(tx, workload)?;
    if adopted.is_empty() {
        return Ok(Vec::new());
    }
    let all = catalogue::store::standards::all(tx)?;
    let of = |a: &catalogue::standards::Adoption| {
        let s = all.iter().find(|s| s.id == a.standard && a.adopted)?;
        derived::of_standard(&s.slug, &a.day, &a.evidence)
    };
    Ok(adopted.iter().filter_map(of).collect())
}

/// Newest values of metrics: the workload's own; the team's if this is its only workload, for else a team's number says little of
/// one of them.
fn values(tx: &mut dyn Tx, workload: &Workload, metrics: &[String], now: Time) -> Result<Vec<Fact>> {
    let mut subjects = vec![(workload.id, workload.slug.clone())];
    if !metrics.is_empty() && catalogue::store::workloads_of(tx, workload.team)?.len() == 1 {
        subjects.push((workload.team, catalogue::store::team(tx, workload.team)?.slug));
    }
    let mut out = Vec::new();
    for metric in metrics {
        for (subject, slug) in &subjects {
            let Some(value) = metrics::store::series(tx, metric, *subject, Time(now.0.saturating_add(1)), 1)?.pop() else {
                continue;
            };
            if let Some(d) = metrics::store::definition(tx, metric)? {
                out.extend(derived::of_value(&value, &d.definition, slug));
            }
            break;
        }
    }
    Ok(out)
}

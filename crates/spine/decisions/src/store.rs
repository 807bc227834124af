//! SQL of the ledger of decisions; decides nothing.

use actions::{Origin, OriginKind};
use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;
use serde::{Deserialize, Serialize};

use crate::decision::{Decision, DecisionKind, Named, NewDecision};

kernel::sql! {
    NEXT = "UPDATE decision_number SET last = last + 1 WHERE id = 'decision' RETURNING last";
    INSERT = "INSERT INTO decision (number, id, kind, title, body, review_by, supersedes, team, workload, about, basis, origin_kind, origin_id, \
        origin_url, origin_words, made_by, made_name, made_at) VALUES ($1::BIGINT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, \
        $7::BIGINT, $8::TEXT, $9::TEXT, $10::TEXT, $11::TEXT, $12::TEXT, $13::TEXT, $14::TEXT, $15::TEXT, $16::TEXT, $17::TEXT, $18::BIGINT) \
        ON CONFLICT DO NOTHING";
    ONE = "SELECT d.number, d.kind, d.title, d.body, d.review_by, d.supersedes, n.number, t.slug, t.name, w.slug, w.name, d.about, d.basis, \
        d.origin_kind, d.origin_id, d.origin_url, d.origin_words, d.made_name, d.made_at FROM decision d \
        LEFT JOIN decision n ON n.supersedes = d.number LEFT JOIN team t ON t.id = d.team LEFT JOIN workload w ON w.id = d.workload \
        WHERE d.number = $1::BIGINT";
    LIST = "SELECT d.number, d.kind, d.title, d.body, d.review_by, d.supersedes, n.number, t.slug, t.name, w.slug, w.name, d.about, d.basis, \
        d.origin_kind, d.origin_id, d.origin_url, d.origin_words, d.made_name, d.made_at FROM decision d \
        LEFT JOIN decision n ON n.supersedes = d.number LEFT JOIN team t ON t.id = d.team LEFT JOIN workload w ON w.id = d.workload \
        WHERE (CAST($1::TEXT AS TEXT) IS NULL OR d.team = $1::TEXT) AND (CAST($2::TEXT AS TEXT) IS NULL OR d.workload = $2::TEXT) \
        AND ($3::TEXT = '' OR d.kind = $3::TEXT) AND d.number < $4::BIGINT ORDER BY d.number DESC LIMIT $5::BIGINT";
    MOVE_TEAM = "UPDATE decision SET team = $2::TEXT WHERE team = $1::TEXT";
    MOVE_WORKLOAD = "UPDATE decision SET workload = $2::TEXT, team = $3::TEXT WHERE workload = $1::TEXT";
}

#[derive(Serialize, Deserialize)]
struct Body {
    decided: String,
    why: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    alternatives: Vec<String>,
    deciders: Vec<String>,
}

fn decision(r: &Row) -> Result<Decision> {
    let unknown = |what: &str, key: &str| Error::internal(format!("a decision has the {what} {key}"));
    let (kind, origin) = (r.text(1)?, r.text(13)?);
    let b: Body = serde_json::from_str(&r.text(3)?).map_err(Error::internal)?;
    let named = |slug: Option<String>, name: Option<String>| slug.zip(name).map(|(slug, name)| Named { slug, name });
    Ok(Decision {
        number: r.int(0)?,
        kind: DecisionKind::read(&kind).ok_or_else(|| unknown("kind", &kind))?,
        title: r.text(2)?,
        decided: b.decided,
        why: b.why,
        alternatives: b.alternatives,
        deciders: b.deciders,
        review_by: r.text(4)?,
        supersedes: r.opt_int(5)?,
        superseded_by: r.opt_int(6)?,
        team: named(r.opt_text(7)?, r.opt_text(8)?),
        workload: named(r.opt_text(9)?, r.opt_text(10)?),
        about: r.text(11)?,
        basis: r.text(12)?,
        origin: Origin {
            kind: OriginKind::read(&origin).ok_or_else(|| unknown("origin", &origin))?,
            id: r.text(14)?,
            url: r.text(15)?,
            words: r.text(16)?,
        },
        made_by: r.text(17)?,
        made_at: r.time(18)?,
    })
}

/// What a decision is about, beside what was sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About<'a> {
    pub(crate) kind: DecisionKind,
    pub(crate) team: Option<Id>,
    pub(crate) workload: Option<Id>,
    pub(crate) about: &'a str,
    pub(crate) basis: &'a str,
}

/// Adds a decision under the next number; none if what it supersedes is superseded already.
pub(crate) fn add(tx: &mut dyn Tx, new: &NewDecision, a: About<'_>, (key, name, at): (&str, &str, Time)) -> Result<Option<i64>> {
    let number = tx.one(&NEXT, &[])?.int(0)?;
    let id = tx.id()?;
    let body = Body {
        decided: new.decided.clone(),
        why: new.why.clone(),
        alternatives: new.alternatives.clone(),
        deciders: new.deciders.clone(),
    };
    let params = [
        number.into(),
        id.into(),
        a.kind.key().into(),
        (&new.title).into(),
        serde_json::to_string(&body).map_err(Error::internal)?.into(),
        (&new.review_by).into(),
        new.supersedes.into(),
        a.team.into(),
        a.workload.into(),
        a.about.into(),
        a.basis.into(),
        new.origin.kind.key().into(),
        (&new.origin.id).into(),
        (&new.origin.url).into(),
        (&new.origin.words).into(),
        key.into(),
        name.into(),
        at.into(),
    ];
    Ok((tx.execute(&INSERT, &params)? == 1).then_some(number))
}

/// One decision.
///
/// # Errors
/// [`Error::NotFound`].
pub fn one(tx: &mut dyn Tx, number: i64) -> Result<Decision> {
    tx.opt(&ONE, &[number.into()])?.as_ref().map_or_else(|| Err(Error::not_found("decision", number)), decision)
}

/// Which decisions a list has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of one team.
    pub team: Option<Id>,
    /// About one workload.
    pub workload: Option<Id>,
    /// Of one kind; empty for all.
    pub kind: String,
}

/// Decisions with a number below `before`, newest first.
///
/// # Errors
/// The engine's.
pub fn list(tx: &mut dyn Tx, f: &Filter, before: i64, limit: i64) -> Result<Vec<Decision>> {
    let params = [f.team.into(), f.workload.into(), (&f.kind).into(), before.into(), limit.into()];
    tx.query(&LIST, &params)?.iter().map(decision).collect()
}

/// Gives a team's decisions to another; how many.
pub(crate) fn move_team(tx: &mut dyn Tx, from: Id, into: Id) -> Result<i64> {
    let n = tx.execute(&MOVE_TEAM, &[from.into(), into.into()])?;
    Ok(i64::try_from(n).unwrap_or(i64::MAX))
}

/// Puts a workload's decisions on another; how many.
pub(crate) fn move_workload(tx: &mut dyn Tx, from: Id, into: Id, team: Id) -> Result<i64> {
    let n = tx.execute(&MOVE_WORKLOAD, &[from.into(), into.into(), team.into()])?;
    Ok(i64::try_from(n).unwrap_or(i64::MAX))
}

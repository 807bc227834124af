//! Rows of codes that work once.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::Id;
use kernel::time::Time;

use crate::code::{Kind, OneTime};

kernel::sql! {
    /// One that was not used, by digest.
    pub(crate) BY_DIGEST = "SELECT person, expires_at FROM one_time_code \
        WHERE digest = $1::TEXT AND kind = $2::TEXT AND used_at IS NULL";
    /// A new one.
    pub(crate) INSERT = "INSERT INTO one_time_code (digest, kind, person, made_at, made_by, expires_at) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::BIGINT, $5::TEXT, $6::BIGINT)";
    /// Uses one; no row if it was used.
    pub(crate) USE = "UPDATE one_time_code SET used_at = $2::BIGINT WHERE digest = $1::TEXT AND used_at IS NULL";
    /// Ends what a person has not used.
    pub(crate) END_OF = "DELETE FROM one_time_code WHERE person = $1::TEXT AND used_at IS NULL";
    /// Ends all set-up codes.
    pub(crate) END_SET_UP = "DELETE FROM one_time_code WHERE kind = 'set-up' AND used_at IS NULL";
    /// Forgets old ones.
    pub(crate) FORGET = "DELETE FROM one_time_code WHERE expires_at < $1::BIGINT";
}

/// An unused code of that kind; it may have run out.
pub(crate) fn by_digest(tx: &mut dyn Tx, digest: &str, kind: Kind) -> Result<Option<OneTime>> {
    tx.opt(&BY_DIGEST, &[digest.into(), kind.key().into()])?
        .map(|r| Ok(OneTime { person: r.opt_id(0)?, expires_at: r.time(1)? }))
        .transpose()
}

/// A new code; earlier unused ones of the same person, or earlier set-up codes, end.
pub(crate) fn insert(tx: &mut dyn Tx, digest: &str, kind: Kind, person: Option<Id>, at: Time, by: &str) -> Result<()> {
    match person {
        Some(id) => tx.execute(&END_OF, &[id.into()])?,
        None => tx.execute(&END_SET_UP, &[])?,
    };
    let row = [digest.into(), kind.key().into(), person.into(), at.into(), by.into(), at.plus(kind.holds()).into()];
    tx.execute(&INSERT, &row).map(|_| ())
}

/// Uses a code up; false if somebody else has.
pub(crate) fn use_up(tx: &mut dyn Tx, digest: &str, at: Time) -> Result<bool> {
    Ok(tx.execute(&USE, &[digest.into(), at.into()])? == 1)
}

/// Ends all unused codes of a person.
pub(crate) fn end_of(tx: &mut dyn Tx, person: Id) -> Result<u64> {
    tx.execute(&END_OF, &[person.into()])
}

/// Forgets codes that ran out before `before`.
pub(crate) fn forget(tx: &mut dyn Tx, before: Time) -> Result<u64> {
    tx.execute(&FORGET, &[before.into()])
}

//! Rows of service tokens.

use kernel::db::{Row, Tx};
use kernel::error::Result;
use kernel::ids::Id;
use kernel::time::Time;

use crate::token::{Token, TokenScope};

kernel::sql! {
    /// One by the digest of its secret.
    pub(crate) BY_DIGEST = "SELECT id, name, hint, made_by, made_at, expires_at, used_day, revoked_at \
        FROM token WHERE digest = $1::TEXT";
    /// One by its id.
    pub(crate) BY_ID = "SELECT id, name, hint, made_by, made_at, expires_at, used_day, revoked_at \
        FROM token WHERE id = $1::TEXT";
    /// All, or those of a maker, by id, which is the order in which they were made.
    pub(crate) LIST = "SELECT id, name, hint, made_by, made_at, expires_at, used_day, revoked_at FROM token \
        WHERE ($1::TEXT = '' OR made_by = $1::TEXT) AND id COLLATE \"C\" > $2::TEXT ORDER BY id COLLATE \"C\" LIMIT $3::BIGINT";
    /// What one may do.
    pub(crate) SCOPES = "SELECT right_key, scope FROM token_scope WHERE token = $1::TEXT \
        ORDER BY right_key COLLATE \"C\", scope COLLATE \"C\"";
    /// A new one.
    pub(crate) INSERT = "INSERT INTO token (id, digest, hint, name, made_by, made_at, expires_at) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::BIGINT, $7::BIGINT)";
    /// What a new one may do.
    pub(crate) INSERT_SCOPE = "INSERT INTO token_scope (token, right_key, scope) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT) ON CONFLICT DO NOTHING";
    /// Used on a day.
    pub(crate) USED = "UPDATE token SET used_day = $2::TEXT WHERE id = $1::TEXT";
    /// Revokes one.
    pub(crate) REVOKE = "UPDATE token SET revoked_at = $2::BIGINT, revoked_by = $3::TEXT \
        WHERE id = $1::TEXT AND revoked_at IS NULL";
}

fn of(tx: &mut dyn Tx, row: &Row) -> Result<Token> {
    let id = row.id(0)?;
    let scopes = tx
        .query(&SCOPES, &[id.into()])?
        .iter()
        .map(|r| {
            let scope = r.text(1)?;
            let scope = if scope.is_empty() { None } else { Some(r.id(1)?) };
            Ok(TokenScope { right: r.text(0)?, scope })
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Token {
        id,
        name: row.text(1)?,
        hint: row.text(2)?,
        made_by: row.text(3)?,
        made_at: row.time(4)?,
        expires_at: row.time(5)?,
        used_day: row.opt_text(6)?,
        revoked_at: row.opt_time(7)?,
        scopes,
    })
}

/// The token with that digest; it may be revoked or have run out.
pub(crate) fn by_digest(tx: &mut dyn Tx, digest: &str) -> Result<Option<Token>> {
    let row = tx.opt(&BY_DIGEST, &[digest.into()])?;
    row.map(|r| of(tx, &r)).transpose()
}

/// The token with that id.
pub(crate) fn token(tx: &mut dyn Tx, id: Id) -> Result<Option<Token>> {
    let row = tx.opt(&BY_ID, &[id.into()])?;
    row.map(|r| of(tx, &r)).transpose()
}

/// At most `limit` tokens in the order in which they were made, after `after`; of one maker, or of all if `maker` is empty.
pub(crate) fn list(tx: &mut dyn Tx, maker: &str, after: &str, limit: i64) -> Result<Vec<Token>> {
    let rows = tx.query(&LIST, &[maker.into(), after.into(), limit.into()])?;
    rows.iter().map(|r| of(tx, r)).collect()
}

/// Stores a new token.
pub(crate) fn insert(tx: &mut dyn Tx, t: &Token, digest: &str) -> Result<()> {
    let row = [
        t.id.into(),
        digest.into(),
        (&t.hint).into(),
        (&t.name).into(),
        (&t.made_by).into(),
        t.made_at.into(),
        t.expires_at.into(),
    ];
    tx.execute(&INSERT, &row)?;
    for s in &t.scopes {
        let scope = s.scope.map(|id| id.to_string()).unwrap_or_default();
        tx.execute(&INSERT_SCOPE, &[t.id.into(), (&s.right).into(), scope.into()])?;
    }
    Ok(())
}

/// Remembers the day of its use.
pub(crate) fn used(tx: &mut dyn Tx, id: Id, day: &str) -> Result<()> {
    tx.execute(&USED, &[id.into(), day.into()]).map(|_| ())
}

/// Revokes a token; false if it is revoked.
pub(crate) fn revoke(tx: &mut dyn Tx, id: Id, at: Time, by: &str) -> Result<bool> {
    Ok(tx.execute(&REVOKE, &[id.into(), at.into(), by.into()])? == 1)
}

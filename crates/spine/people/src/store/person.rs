//! Rows of accounts.

use kernel::db::{Row, Tx};
use kernel::error::Result;
use kernel::ids::Id;
use kernel::time::Time;

use crate::person::{Person, folded};

kernel::sql! {
    /// One by id.
    pub(crate) BY_ID = "SELECT id, name, mail, zone, invited_at, accepted_at, deactivated_at, version \
        FROM person WHERE id = $1::TEXT";
    /// One by mail address.
    pub(crate) BY_MAIL = "SELECT id, name, mail, zone, invited_at, accepted_at, deactivated_at, version \
        FROM person WHERE mail = $1::TEXT";
    /// A page of all, by folded name.
    pub(crate) LIST = "SELECT id, name, mail, zone, invited_at, accepted_at, deactivated_at, version FROM person \
        WHERE (folded COLLATE \"C\", id COLLATE \"C\") > ($1::TEXT, $2::TEXT) \
        ORDER BY folded COLLATE \"C\", id COLLATE \"C\" LIMIT $3::BIGINT";
    /// One account, if there is any.
    pub(crate) ANY = "SELECT id FROM person LIMIT 1";
    /// A new account; no row if the mail address is taken.
    pub(crate) INSERT = "INSERT INTO person (id, name, folded, mail, zone, invited_at, invited_by, version) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::BIGINT, $7::TEXT, 1) ON CONFLICT DO NOTHING";
    /// Name, mail address and zone, if nobody else has changed them.
    pub(crate) UPDATE = "UPDATE person SET name = $2::TEXT, folded = $3::TEXT, mail = $4::TEXT, zone = $5::TEXT, \
        version = version + 1 WHERE id = $1::TEXT AND version = $6::BIGINT";
    /// The hash of the password.
    pub(crate) PASSWORD = "SELECT password FROM person WHERE id = $1::TEXT";
    /// Sets the password; the first one accepts the invitation.
    pub(crate) SET_PASSWORD = "UPDATE person SET password = $2::TEXT, accepted_at = coalesce(accepted_at, $3::BIGINT), \
        version = version + 1 WHERE id = $1::TEXT";
    /// Ends an account.
    pub(crate) DEACTIVATE = "UPDATE person SET deactivated_at = $2::BIGINT, deactivated_by = $3::TEXT, \
        version = version + 1 WHERE id = $1::TEXT AND deactivated_at IS NULL";
    /// Opens it again.
    pub(crate) REACTIVATE = "UPDATE person SET deactivated_at = NULL, deactivated_by = NULL, \
        version = version + 1 WHERE id = $1::TEXT AND deactivated_at IS NOT NULL";
}

/// Columns `id, name, mail, zone, invited_at, accepted_at, deactivated_at, version` from `from` on.
pub(crate) fn of_row(row: &Row, from: usize) -> Result<Person> {
    Ok(Person {
        id: row.id(from)?,
        name: row.text(from + 1)?,
        mail: row.text(from + 2)?,
        zone: row.text(from + 3)?,
        invited_at: row.time(from + 4)?,
        accepted_at: row.opt_time(from + 5)?,
        deactivated_at: row.opt_time(from + 6)?,
        version: row.int(from + 7)?,
    })
}

/// The account with that id.
///
/// # Errors
/// The engine's.
pub fn person(tx: &mut dyn Tx, id: Id) -> Result<Option<Person>> {
    tx.opt(&BY_ID, &[id.into()])?.map(|r| of_row(&r, 0)).transpose()
}

/// The account with that mail address, given in lower case.
///
/// # Errors
/// The engine's.
pub fn person_by_mail(tx: &mut dyn Tx, mail: &str) -> Result<Option<Person>> {
    tx.opt(&BY_MAIL, &[mail.into()])?.map(|r| of_row(&r, 0)).transpose()
}

/// At most `limit` accounts by name, after the account named by `after` (folded name and id; two empty texts to begin).
///
/// # Errors
/// The engine's.
pub fn list(tx: &mut dyn Tx, after: (&str, &str), limit: i64) -> Result<Vec<Person>> {
    tx.query(&LIST, &[after.0.into(), after.1.into(), limit.into()])?.iter().map(|r| of_row(r, 0)).collect()
}

/// True if there is any account.
///
/// # Errors
/// The engine's.
pub fn any(tx: &mut dyn Tx) -> Result<bool> {
    Ok(tx.opt(&ANY, &[])?.is_some())
}

/// A new account; false if the mail address is taken.
pub(crate) fn insert(tx: &mut dyn Tx, id: Id, name: &str, mail: &str, zone: &str, at: Time, by: &str) -> Result<bool> {
    let row = [id.into(), name.into(), folded(name).into(), mail.into(), zone.into(), at.into(), by.into()];
    Ok(tx.execute(&INSERT, &row)? == 1)
}

/// Stores name, mail address and zone of `p`; false if the version is another than `p.version`.
pub(crate) fn update(tx: &mut dyn Tx, p: &Person) -> Result<bool> {
    let name = p.name.as_str();
    let row = [p.id.into(), name.into(), folded(name).into(), (&p.mail).into(), (&p.zone).into(), p.version.into()];
    Ok(tx.execute(&UPDATE, &row)? == 1)
}

/// The hash of the password, if one is set.
pub(crate) fn password(tx: &mut dyn Tx, id: Id) -> Result<Option<String>> {
    tx.opt(&PASSWORD, &[id.into()])?.map_or(Ok(None), |r| r.opt_text(0))
}

/// Sets the hash of the password.
pub(crate) fn set_password(tx: &mut dyn Tx, id: Id, hash: &str, at: Time) -> Result<()> {
    tx.execute(&SET_PASSWORD, &[id.into(), hash.into(), at.into()]).map(|_| ())
}

/// Ends an account; false if it is ended.
pub(crate) fn deactivate(tx: &mut dyn Tx, id: Id, at: Time, by: &str) -> Result<bool> {
    Ok(tx.execute(&DEACTIVATE, &[id.into(), at.into(), by.into()])? == 1)
}

/// Opens an account again; false if it is open.
pub(crate) fn reactivate(tx: &mut dyn Tx, id: Id) -> Result<bool> {
    Ok(tx.execute(&REACTIVATE, &[id.into()])? == 1)
}

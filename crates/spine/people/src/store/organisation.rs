//! The organisation's row.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::time::Time;

use crate::person::Organisation;

kernel::sql! {
    /// The row, if the organisation is set up.
    pub(crate) GET = "SELECT name, zone, set_up_at, version FROM organisation WHERE id = 1";
    /// Sets it up; no row changed if it is.
    pub(crate) INSERT = "INSERT INTO organisation (id, name, zone, set_up_at, set_up_by, version) \
        VALUES (1, $1::TEXT, $2::TEXT, $3::BIGINT, $4::TEXT, 1) ON CONFLICT DO NOTHING";
    /// Changes it, if nobody else has.
    pub(crate) UPDATE = "UPDATE organisation SET name = $1::TEXT, zone = $2::TEXT, version = version + 1 \
        WHERE id = 1 AND version = $3::BIGINT";
}

/// The organisation; before the set-up one without a name, in UTC.
///
/// # Errors
/// The engine's.
pub fn organisation(tx: &mut dyn Tx) -> Result<Organisation> {
    Ok(match tx.opt(&GET, &[])? {
        Some(row) => Organisation { name: row.text(0)?, zone: row.text(1)?, set_up_at: Some(row.time(2)?), version: row.int(3)? },
        None => Organisation { name: String::new(), zone: "UTC".into(), set_up_at: None, version: 0 },
    })
}

/// Sets it up; false if it is already.
pub(crate) fn insert(tx: &mut dyn Tx, name: &str, zone: &str, at: Time, by: &str) -> Result<bool> {
    Ok(tx.execute(&INSERT, &[name.into(), zone.into(), at.into(), by.into()])? == 1)
}

/// Changes it; false if its version is another.
pub(crate) fn update(tx: &mut dyn Tx, name: &str, zone: &str, version: i64) -> Result<bool> {
    Ok(tx.execute(&UPDATE, &[name.into(), zone.into(), version.into()])? == 1)
}

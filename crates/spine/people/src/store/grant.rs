//! Rows of roles held.

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use super::person::of_row;
use crate::grant::Grant;
use crate::person::Person;
use crate::role::Role;

kernel::sql! {
    /// Roles that a person holds now.
    pub(crate) OF_PERSON = "SELECT id, person, role, scope, granted_at FROM role_grant \
        WHERE person = $1::TEXT AND ended_at IS NULL ORDER BY granted_at, id COLLATE \"C\"";
    /// One by its id, held or ended.
    pub(crate) BY_ID = "SELECT id, person, role, scope, granted_at FROM role_grant \
        WHERE id = $1::TEXT AND ended_at IS NULL";
    /// All roles held now.
    pub(crate) ALL_HELD = "SELECT id, person, role, scope, granted_at FROM role_grant \
        WHERE ended_at IS NULL ORDER BY granted_at, id COLLATE \"C\"";
    /// Who holds a role at a scope now.
    pub(crate) WITH_ROLE = "SELECT p.id, p.name, p.mail, p.zone, p.invited_at, p.accepted_at, p.deactivated_at, p.version \
        FROM role_grant g JOIN person p ON p.id = g.person \
        WHERE g.role = $1::TEXT AND g.scope = $2::TEXT AND g.ended_at IS NULL AND p.deactivated_at IS NULL \
        ORDER BY p.folded COLLATE \"C\", p.id COLLATE \"C\"";
    /// Who holds which role at a scope now.
    pub(crate) AT_SCOPE = "SELECT p.id, p.name, p.mail, p.zone, p.invited_at, p.accepted_at, p.deactivated_at, p.version, g.role \
        FROM role_grant g JOIN person p ON p.id = g.person \
        WHERE g.scope = $1::TEXT AND g.ended_at IS NULL AND p.deactivated_at IS NULL \
        ORDER BY p.folded COLLATE \"C\", p.id COLLATE \"C\"";
    /// A new one; no row if the person holds it.
    pub(crate) INSERT = "INSERT INTO role_grant (id, person, role, scope_kind, scope, granted_by, granted_at) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::BIGINT) ON CONFLICT DO NOTHING";
    /// Ends one.
    pub(crate) END = "UPDATE role_grant SET ended_at = $2::BIGINT, ended_by = $3::TEXT \
        WHERE id = $1::TEXT AND ended_at IS NULL";
}

fn of(row: &Row) -> Result<Grant> {
    let scope = row.text(3)?;
    Ok(Grant {
        id: row.id(0)?,
        person: row.id(1)?,
        role: Role::parse(&row.text(2)?).map_err(Error::internal)?,
        scope: if scope.is_empty() { None } else { Some(scope.parse().map_err(Error::internal)?) },
        granted_at: row.time(4)?,
    })
}

fn scope_text(scope: Option<Id>) -> String {
    scope.map(|id| id.to_string()).unwrap_or_default()
}

/// The roles that a person holds now, oldest first.
///
/// # Errors
/// The engine's.
pub fn grants_of(tx: &mut dyn Tx, person: Id) -> Result<Vec<Grant>> {
    tx.query(&OF_PERSON, &[person.into()])?.iter().map(of).collect()
}

/// All roles held now, oldest first.
///
/// # Errors
/// The engine's.
pub fn all_held(tx: &mut dyn Tx) -> Result<Vec<Grant>> {
    tx.query(&ALL_HELD, &[])?.iter().map(of).collect()
}

/// A role held now, by its id.
///
/// # Errors
/// The engine's.
pub fn grant(tx: &mut dyn Tx, id: Id) -> Result<Option<Grant>> {
    tx.opt(&BY_ID, &[id.into()])?.map(|r| of(&r)).transpose()
}

/// Who holds `role` for the group or team `scope` (`None`: the organisation) now, by name. Deactivated accounts are left out.
///
/// # Errors
/// The engine's.
pub fn people_with_role(tx: &mut dyn Tx, role: Role, scope: Option<Id>) -> Result<Vec<Person>> {
    tx.query(&WITH_ROLE, &[role.key().into(), scope_text(scope).into()])?.iter().map(|r| of_row(r, 0)).collect()
}

/// Everybody who holds a role for the group or team `scope` now, by name, with the role. Deactivated accounts are left out.
///
/// # Errors
/// The engine's.
pub fn roles_at(tx: &mut dyn Tx, scope: Id) -> Result<Vec<(Person, Role)>> {
    tx.query(&AT_SCOPE, &[scope.into()])?
        .iter()
        .map(|r| Ok((of_row(r, 0)?, Role::parse(&r.text(8)?).map_err(Error::internal)?)))
        .collect()
}

/// Stores a role; false if the person holds it.
pub(crate) fn insert(tx: &mut dyn Tx, g: &Grant, by: &str) -> Result<bool> {
    let row = [
        g.id.into(),
        g.person.into(),
        g.role.key().into(),
        g.role.scope().key().into(),
        scope_text(g.scope).into(),
        by.into(),
        g.granted_at.into(),
    ];
    Ok(tx.execute(&INSERT, &row)? == 1)
}

/// Ends a role; false if it is ended.
pub(crate) fn end(tx: &mut dyn Tx, id: Id, at: Time, by: &str) -> Result<bool> {
    Ok(tx.execute(&END, &[id.into(), at.into(), by.into()])? == 1)
}

//! Who owned what, from when until when.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::Id;
use kernel::time::Time;
use serde::Serialize;
use utoipa::ToSchema;

kernel::sql! {
    OWNERS = "SELECT owner, since, until_time, made_by FROM ownership WHERE kind = $1::TEXT AND thing = $2::TEXT \
        ORDER BY since, id COLLATE \"C\"";
    OWNER_AT = "SELECT owner FROM ownership WHERE kind = $1::TEXT AND thing = $2::TEXT AND since <= $3::BIGINT \
        AND (until_time IS NULL OR until_time > $3) ORDER BY since DESC, id COLLATE \"C\" DESC LIMIT 1";
    INSERT = "INSERT INTO ownership (id, kind, thing, owner, since, until_time, made_by) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::BIGINT, NULL, $6::TEXT)";
    FINISH = "UPDATE ownership SET until_time = $3::BIGINT WHERE kind = $1::TEXT AND thing = $2::TEXT AND until_time IS NULL";
}

/// Kinds of ownership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owned {
    /// A team belongs to a group.
    TeamGroup,
    /// A workload belongs to a team.
    WorkloadTeam,
    /// A service belongs to a workload.
    ServiceWorkload,
    /// A service has a team of its own.
    ServiceTeam,
}

impl Owned {
    /// As it is stored.
    pub const fn key(self) -> &'static str {
        match self {
            Owned::TeamGroup => "team-group",
            Owned::WorkloadTeam => "workload-team",
            Owned::ServiceWorkload => "service-workload",
            Owned::ServiceTeam => "service-team",
        }
    }
}

/// An owner with dates, half-open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Owner {
    /// Id of the group, team or workload.
    pub owner: Id,
    /// From when.
    pub since: Time,
    /// Until when; none for the present one.
    pub until: Option<Time>,
    /// Who entered it, as the trail names them.
    pub made_by: String,
}

/// All owners of a thing, oldest first.
///
/// # Errors
/// The engine's.
pub fn owners(tx: &mut dyn Tx, kind: Owned, thing: Id) -> Result<Vec<Owner>> {
    tx.query(&OWNERS, &[kind.key().into(), thing.into()])?
        .iter()
        .map(|r| Ok(Owner { owner: r.id(0)?, since: r.time(1)?, until: r.opt_time(2)?, made_by: r.text(3)? }))
        .collect()
}

/// Who owned a thing at a moment.
///
/// # Errors
/// The engine's.
pub fn owner_at(tx: &mut dyn Tx, kind: Owned, thing: Id, at: Time) -> Result<Option<Id>> {
    tx.opt(&OWNER_AT, &[kind.key().into(), thing.into(), at.into()])?.map(|r| r.id(0)).transpose()
}

/// Ends the present ownership, if there is one.
pub(crate) fn end_ownership(tx: &mut dyn Tx, kind: Owned, thing: Id, at: Time) -> Result<()> {
    tx.execute(&FINISH, &[kind.key().into(), thing.into(), at.into()]).map(|_| ())
}

/// Begins an ownership; end the present one before.
pub(crate) fn insert_owner(tx: &mut dyn Tx, kind: Owned, thing: Id, owner: Id, since: Time, by: &str) -> Result<()> {
    let id = tx.id()?;
    tx.execute(&INSERT, &[id.into(), kind.key().into(), thing.into(), owner.into(), since.into(), by.into()]).map(|_| ())
}

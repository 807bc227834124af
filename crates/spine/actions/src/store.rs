//! SQL of the register; decides nothing. Lists stand in the fixed order of teams; within a team by last day, those without one last.

pub mod announce;
pub mod count;

use catalogue::Team;
use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;
use people::Role;
use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionEffort, ActionState, Content, Evidence, Expected, Named, Owner};
use crate::change::ActionVersion;
use crate::origin::{Origin, OriginKind};

pub(crate) use count::open_of;
pub use count::{counts, counts_of};

/// The last day of what has none, for the order of lists: after every other.
const NEVER: &str = "9999-99-99";

kernel::sql! {
    INSERT = "INSERT INTO action (id, team, workload, origin_kind, origin_id, origin_url, origin_words, once, version, made_by, made_name, made_at) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, $8::TEXT, 1, $9::TEXT, $10::TEXT, $11::BIGINT) \
        ON CONFLICT (once) DO NOTHING";
    INSERT_VERSION = "INSERT INTO action_version (action, version, state, due, carried, person, body, why, by_key, by_name, at) \
        VALUES ($1::TEXT, $2::BIGINT, $3::TEXT, $4::TEXT, $5::BIGINT, $6::TEXT, $7::TEXT, $8::TEXT, $9::TEXT, $10::TEXT, $11::BIGINT)";
    RAISE = "UPDATE action SET version = version + 1 WHERE id = $1::TEXT AND version = $2::BIGINT";
    FREE = "UPDATE action SET once = NULL WHERE id = $1::TEXT";
    CLAIM = "UPDATE action SET once = $2::TEXT WHERE id = $1::TEXT AND NOT EXISTS (SELECT 1 FROM action o WHERE o.once = $2::TEXT)";
    ONE = "SELECT a.id, t.slug, t.name, w.slug, w.name, a.origin_kind, a.origin_id, a.origin_url, a.origin_words, v.state, v.due, v.carried, \
        v.person, p.name, v.body, v.why, a.made_name, a.made_at, v.by_name, v.at, a.version \
        FROM action a JOIN action_version v ON v.action = a.id AND v.version = a.version JOIN team t ON t.id = a.team \
        LEFT JOIN workload w ON w.id = a.workload LEFT JOIN person p ON p.id = v.person WHERE a.id = $1::TEXT";
    OPEN_ONCE = "SELECT a.id FROM action a WHERE a.once = $1::TEXT";
    WHOSE = "SELECT team, workload FROM action WHERE id = $1::TEXT";
    LIST = "SELECT a.id, t.slug, t.name, w.slug, w.name, a.origin_kind, a.origin_id, a.origin_url, a.origin_words, v.state, v.due, v.carried, \
        v.person, p.name, v.body, v.why, a.made_name, a.made_at, v.by_name, v.at, a.version, t.folded \
        FROM action a JOIN action_version v ON v.action = a.id AND v.version = a.version JOIN team t ON t.id = a.team \
        LEFT JOIN workload w ON w.id = a.workload LEFT JOIN person p ON p.id = v.person \
        WHERE (CAST($1::TEXT AS TEXT) IS NULL OR a.team = $1::TEXT) AND (CAST($2::TEXT AS TEXT) IS NULL OR a.workload = $2::TEXT) \
        AND ($3::TEXT = '' OR v.state = $3::TEXT OR ($3::TEXT = 'unfinished' AND v.state IN ('open', 'in-progress'))) \
        AND ($4::TEXT = '' OR a.origin_kind = $4::TEXT) \
        AND ($5::TEXT = '' OR (v.due <> '' AND v.due COLLATE \"C\" < $5::TEXT AND v.state IN ('open', 'in-progress'))) \
        AND (CAST($10::TEXT AS TEXT) IS NULL OR v.person = $10::TEXT OR (v.person IS NULL AND EXISTS (SELECT 1 FROM role_grant g \
        WHERE g.person = $10::TEXT AND g.ended_at IS NULL AND g.scope = a.team))) \
        AND (t.folded COLLATE \"C\" > $6::TEXT OR (t.folded = $6::TEXT AND \
        ((CASE WHEN v.due = '' THEN '9999-99-99' ELSE v.due END) COLLATE \"C\" > $7::TEXT OR \
        ((CASE WHEN v.due = '' THEN '9999-99-99' ELSE v.due END) = $7::TEXT AND a.id COLLATE \"C\" > $8::TEXT)))) \
        ORDER BY t.folded COLLATE \"C\", (CASE WHEN v.due = '' THEN '9999-99-99' ELSE v.due END) COLLATE \"C\", a.id COLLATE \"C\" \
        LIMIT $9::BIGINT";
    CLOSED = "SELECT a.id, t.slug, t.name, w.slug, w.name, a.origin_kind, a.origin_id, a.origin_url, a.origin_words, v.state, v.due, v.carried, \
        v.person, p.name, v.body, v.why, a.made_name, a.made_at, v.by_name, v.at, a.version \
        FROM action a JOIN action_version v ON v.action = a.id AND v.version = a.version JOIN team t ON t.id = a.team \
        LEFT JOIN workload w ON w.id = a.workload LEFT JOIN person p ON p.id = v.person \
        WHERE a.team = $1::TEXT AND v.state IN ('done', 'dropped') AND v.at >= $2::BIGINT AND v.at < $3::BIGINT \
        ORDER BY v.at, a.id COLLATE \"C\" LIMIT $4::BIGINT";
    OF_ORIGIN = "SELECT a.id, t.slug, t.name, w.slug, w.name, a.origin_kind, a.origin_id, a.origin_url, a.origin_words, v.state, v.due, v.carried, \
        v.person, p.name, v.body, v.why, a.made_name, a.made_at, v.by_name, v.at, a.version \
        FROM action a JOIN action_version v ON v.action = a.id AND v.version = a.version JOIN team t ON t.id = a.team \
        LEFT JOIN workload w ON w.id = a.workload LEFT JOIN person p ON p.id = v.person \
        WHERE a.workload = $1::TEXT AND a.origin_kind = $2::TEXT ORDER BY a.id COLLATE \"C\" LIMIT $3::BIGINT";
    VERSIONS = "SELECT v.version, v.state, v.due, v.person, p.name, v.body, v.why, v.by_name, v.at \
        FROM action_version v LEFT JOIN person p ON p.id = v.person WHERE v.action = $1::TEXT ORDER BY v.version LIMIT $2::BIGINT";
    MOVE_TEAM = "UPDATE action SET team = $2::TEXT WHERE team = $1::TEXT";
    MOVE_WORKLOAD = "UPDATE action SET workload = $2::TEXT, team = $3::TEXT WHERE workload = $1::TEXT";
}

/// Changes of an action that are read at most.
const MOST_VERSIONS: i64 = 1_000;

/// The rest of what an action says, as it is stored.
#[derive(Serialize, Deserialize)]
struct Body {
    what: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    goal: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    blocked_by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    effort: Option<ActionEffort>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expected: Option<Expected>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    issue: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    evidence: Option<Evidence>,
}

fn body(c: &Content) -> Result<String> {
    let body = Body {
        what: c.what.clone(),
        goal: c.goal.clone(),
        role: c.owner.role,
        blocked_by: c.blocked_by.clone(),
        effort: c.effort,
        expected: c.expected.clone(),
        issue: c.issue.clone(),
        evidence: c.evidence.clone(),
    };
    serde_json::to_string(&body).map_err(Error::internal)
}

fn content(due: String, person: Option<Id>, name: Option<String>, body: &str) -> Result<Content> {
    let b: Body = serde_json::from_str(body).map_err(Error::internal)?;
    let owner = match (person, b.role) {
        (Some(id), _) => Owner { person: Some(id), role: None, name: name.unwrap_or_else(|| "somebody who is gone".into()) },
        (None, Some(role)) => Owner::role(role),
        (None, None) => return Err(Error::internal("an action without an owner")),
    };
    Ok(Content {
        what: b.what,
        goal: b.goal,
        owner,
        due,
        blocked_by: b.blocked_by,
        effort: b.effort,
        expected: b.expected,
        issue: b.issue,
        evidence: b.evidence,
    })
}

fn state(text: &str) -> Result<ActionState> {
    ActionState::read(text).ok_or_else(|| Error::internal(format!("an action has the state {text}")))
}

fn action(r: &Row) -> Result<Action> {
    let workload = r.opt_text(3)?.zip(r.opt_text(4)?).map(|(slug, name)| Named { slug, name });
    let kind = r.text(5)?;
    Ok(Action {
        id: r.id(0)?,
        team: Named { slug: r.text(1)?, name: r.text(2)? },
        workload,
        origin: Origin {
            kind: OriginKind::read(&kind).ok_or_else(|| Error::internal(format!("an action has the origin {kind}")))?,
            id: r.text(6)?,
            url: r.text(7)?,
            words: r.text(8)?,
        },
        state: state(&r.text(9)?)?,
        content: content(r.text(10)?, r.opt_id(12)?, r.opt_text(13)?, &r.text(14)?)?,
        carried: r.int(11)?,
        why: r.text(15)?,
        made_by: r.text(16)?,
        made_at: r.time(17)?,
        changed_by: r.text(18)?,
        changed_at: r.time(19)?,
        version: r.int(20)?,
    })
}

/// Who changes something, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct By<'a> {
    pub(crate) key: &'a str,
    pub(crate) name: &'a str,
    pub(crate) at: Time,
}

/// What a version of an action is, beside its content.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stands<'a> {
    pub(crate) version: i64,
    pub(crate) state: ActionState,
    pub(crate) carried: i64,
    pub(crate) why: &'a str,
}

/// Inserts an action with its first version; false if one with that `once` is open.
pub(crate) fn insert(
    tx: &mut dyn Tx,
    id: Id,
    (team, workload): (Id, Option<Id>),
    (origin, once): (&Origin, Option<&str>),
    c: &Content,
    by: By<'_>,
) -> Result<bool> {
    let params = [
        id.into(),
        team.into(),
        workload.into(),
        origin.kind.key().into(),
        (&origin.id).into(),
        (&origin.url).into(),
        (&origin.words).into(),
        once.map(str::to_owned).into(),
        by.key.into(),
        by.name.into(),
        by.at.into(),
    ];
    if tx.execute(&INSERT, &params)? == 0 {
        return Ok(false);
    }
    insert_version(tx, id, Stands { version: 1, state: ActionState::Open, carried: 0, why: "" }, c, by).map(|()| true)
}

fn insert_version(tx: &mut dyn Tx, id: Id, s: Stands<'_>, c: &Content, by: By<'_>) -> Result<()> {
    let params = [
        id.into(),
        s.version.into(),
        s.state.key().into(),
        (&c.due).into(),
        s.carried.into(),
        c.owner.person.into(),
        body(c)?.into(),
        s.why.into(),
        by.key.into(),
        by.name.into(),
        by.at.into(),
    ];
    tx.execute(&INSERT_VERSION, &params).map(|_| ())
}

/// Puts a newer version in place of the one that the caller saw; false if there is a newer one already.
pub(crate) fn change(tx: &mut dyn Tx, id: Id, s: Stands<'_>, c: &Content, by: By<'_>) -> Result<bool> {
    if tx.execute(&RAISE, &[id.into(), (s.version - 1).into()])? == 0 {
        return Ok(false);
    }
    insert_version(tx, id, s, c, by).map(|()| true)
}

/// From now on another with that `once` may be opened.
pub(crate) fn free(tx: &mut dyn Tx, id: Id) -> Result<()> {
    tx.execute(&FREE, &[id.into()]).map(|_| ())
}

/// The opposite of [`free`]; false if another is open.
pub(crate) fn claim(tx: &mut dyn Tx, id: Id, once: &str) -> Result<bool> {
    Ok(tx.execute(&CLAIM, &[id.into(), once.into()])? == 1)
}

/// The open action with that `once`.
///
/// # Errors
/// The engine's.
pub fn open_once(tx: &mut dyn Tx, once: &str) -> Result<Option<Id>> {
    tx.opt(&OPEN_ONCE, &[once.into()])?.map(|r| r.id(0)).transpose()
}

/// One action.
///
/// # Errors
/// [`Error::NotFound`].
pub fn one(tx: &mut dyn Tx, id: Id) -> Result<Action> {
    tx.opt(&ONE, &[id.into()])?.as_ref().map_or_else(|| Err(Error::not_found("action", id)), action)
}

/// The team and the workload of an action.
pub(crate) fn whose(tx: &mut dyn Tx, id: Id) -> Result<(Team, Option<Id>)> {
    let row = tx.opt(&WHOSE, &[id.into()])?.ok_or_else(|| Error::not_found("action", id))?;
    Ok((catalogue::store::team(tx, row.id(0)?)?, row.opt_id(1)?))
}

/// Which actions a list has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of one team.
    pub team: Option<Id>,
    /// About one workload.
    pub workload: Option<Id>,
    /// In one state; `unfinished` for open and in progress; empty for all.
    pub state: String,
    /// From one kind of origin; empty for all.
    pub origin: String,
    /// Only what was due before this day; empty for all.
    pub late_on: String,
    /// Only what this person answers for, by name; and what a role answers for in teams where they hold any, of which
    /// [`Mine`] keeps their own.
    pub owner: Option<Id>,
}

/// What somebody answers for: by name, and by the roles that they hold in teams.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mine {
    person: Option<Id>,
    /// Slug of a team, and a role in it.
    roles: Vec<(String, Role)>,
}

impl Mine {
    /// True if the action is theirs.
    pub fn has(&self, a: &Action) -> bool {
        match (a.content.owner.person, a.content.owner.role) {
            (Some(person), _) => self.person == Some(person),
            (None, Some(role)) => self.roles.iter().any(|(team, held)| *held == role && *team == a.team.slug),
            (None, None) => false,
        }
    }
}

/// What a person answers for.
///
/// # Errors
/// The engine's.
pub fn mine(tx: &mut dyn Tx, person: Id) -> Result<Mine> {
    let mut roles = Vec::new();
    for g in people::grants_of(tx, person)? {
        let Some(scope) = g.scope.filter(|_| g.role.scope() == people::ScopeKind::Team) else { continue };
        roles.push((catalogue::store::team(tx, scope)?.slug, g.role));
    }
    Ok(Mine { person: Some(person), roles })
}

/// Where a list goes on: folded name of the team, last day, id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place(pub String, pub String, pub String);

/// A page of actions after a place, each with its place.
///
/// # Errors
/// The engine's.
pub fn list(tx: &mut dyn Tx, f: &Filter, after: &Place, limit: i64) -> Result<Vec<(Action, Place)>> {
    let params = [
        f.team.into(),
        f.workload.into(),
        (&f.state).into(),
        (&f.origin).into(),
        (&f.late_on).into(),
        (&after.0).into(),
        (&after.1).into(),
        (&after.2).into(),
        limit.into(),
        f.owner.map(|id| id.to_string()).into(),
    ];
    let read = |r: &Row| {
        let a = action(r)?;
        let due = if a.content.due.is_empty() { NEVER.to_owned() } else { a.content.due.clone() };
        let place = Place(r.text(21)?, due, a.id.to_string());
        Ok((a, place))
    };
    tx.query(&LIST, &params)?.iter().map(read).collect()
}

/// Actions of a team that were done or dropped in `[from, to)`, oldest first.
///
/// # Errors
/// The engine's.
pub fn closed(tx: &mut dyn Tx, team: Id, from: Time, to: Time, limit: i64) -> Result<Vec<Action>> {
    tx.query(&CLOSED, &[team.into(), from.into(), to.into(), limit.into()])?.iter().map(action).collect()
}

/// Actions about a workload from one kind of origin, oldest first, in every state.
///
/// # Errors
/// The engine's.
pub fn of_origin(tx: &mut dyn Tx, workload: Id, kind: OriginKind, limit: i64) -> Result<Vec<Action>> {
    tx.query(&OF_ORIGIN, &[workload.into(), kind.key().into(), limit.into()])?.iter().map(action).collect()
}

/// Every version of an action, oldest first.
///
/// # Errors
/// The engine's.
pub fn versions(tx: &mut dyn Tx, id: Id) -> Result<Vec<ActionVersion>> {
    let read = |r: &Row| {
        Ok(ActionVersion {
            version: r.int(0)?,
            state: state(&r.text(1)?)?,
            content: content(r.text(2)?, r.opt_id(3)?, r.opt_text(4)?, &r.text(5)?)?,
            why: r.text(6)?,
            by: r.text(7)?,
            at: r.time(8)?,
        })
    };
    tx.query(&VERSIONS, &[id.into(), MOST_VERSIONS.into()])?.iter().map(read).collect()
}

/// How an owner is typed: the mail address of a person, the key of a role.
///
/// # Errors
/// The engine's.
pub fn owner_key(tx: &mut dyn Tx, owner: &Owner) -> Result<String> {
    match (owner.person, owner.role) {
        (Some(id), _) => Ok(people::store::person(tx, id)?.map(|p| p.mail).unwrap_or_default()),
        (None, Some(role)) => Ok(role.key().to_owned()),
        (None, None) => Ok(String::new()),
    }
}

/// Gives a team's actions to another; how many.
pub(crate) fn move_team(tx: &mut dyn Tx, from: Id, into: Id) -> Result<i64> {
    let n = tx.execute(&MOVE_TEAM, &[from.into(), into.into()])?;
    Ok(i64::try_from(n).unwrap_or(i64::MAX))
}

/// Puts a workload's actions on another, which may be of another team; how many.
pub(crate) fn move_workload(tx: &mut dyn Tx, from: Id, into: Id, team: Id) -> Result<i64> {
    let n = tx.execute(&MOVE_WORKLOAD, &[from.into(), into.into(), team.into()])?;
    Ok(i64::try_from(n).unwrap_or(i64::MAX))
}

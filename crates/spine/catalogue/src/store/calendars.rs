//! Rules and skipped sprints of groups.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use super::owners;
use crate::rules::calendar::{Calendar, Rule, Sprint};

kernel::sql! {
    RULES = "SELECT group_id, from_number, first_day, days, zone FROM sprint_rule WHERE group_id = $1::TEXT ORDER BY from_number";
    ALL_RULES = "SELECT group_id, from_number, first_day, days, zone FROM sprint_rule ORDER BY group_id COLLATE \"C\", from_number";
    SKIPS = "SELECT number, reason FROM sprint_skip WHERE group_id = $1::TEXT ORDER BY number";
    PUT_RULE = "INSERT INTO sprint_rule (group_id, from_number, first_day, days, zone, made_by, made_at) \
        VALUES ($1::TEXT, $2::BIGINT, $3::TEXT, $4::BIGINT, $5::TEXT, $6::TEXT, $7::BIGINT) \
        ON CONFLICT (group_id, from_number) DO UPDATE SET first_day = excluded.first_day, days = excluded.days, \
        zone = excluded.zone, made_by = excluded.made_by, made_at = excluded.made_at";
    REMOVE_RULE = "DELETE FROM sprint_rule WHERE group_id = $1::TEXT AND from_number = $2::BIGINT";
    PUT_SKIP = "INSERT INTO sprint_skip (group_id, number, reason, made_by, made_at) \
        VALUES ($1::TEXT, $2::BIGINT, $3::TEXT, $4::TEXT, $5::BIGINT) \
        ON CONFLICT (group_id, number) DO UPDATE SET reason = excluded.reason, made_by = excluded.made_by, made_at = excluded.made_at";
    REMOVE_SKIP = "DELETE FROM sprint_skip WHERE group_id = $1::TEXT AND number = $2::BIGINT";
}

struct Stored {
    first_day: Option<Date>,
    rules: Vec<Rule>,
}

fn collect(rows: &[Row]) -> Result<HashMap<Id, Stored>> {
    let mut out: HashMap<Id, Stored> = HashMap::new();
    for r in rows {
        let stored = out.entry(r.id(0)?).or_insert(Stored { first_day: None, rules: Vec::new() });
        if let Some(day) = r.opt_text(2)? {
            stored.first_day = Some(day.parse().map_err(Error::internal)?);
        }
        stored.rules.push(Rule { from: r.int(1)?, days: r.int(3)?, zone: r.text(4)? });
    }
    Ok(out)
}

/// The calendar of a group.
///
/// # Errors
/// The engine's.
pub fn calendar(tx: &mut dyn Tx, group: Id) -> Result<Calendar> {
    let mut found = collect(&tx.query(&RULES, &[group.into()])?)?;
    let mut skipped = BTreeMap::new();
    for r in tx.query(&SKIPS, &[group.into()])? {
        skipped.insert(r.int(0)?, r.text(1)?);
    }
    let stored = found.remove(&group).ok_or_else(|| Error::NotFound("There is no such group.".into()))?;
    let first_day = stored.first_day.ok_or_else(|| Error::internal(format!("group {group} has no first day")))?;
    Calendar::new(group, first_day, stored.rules, skipped)
}

/// Zone and length that every group agreed last.
pub(super) fn newest(tx: &mut dyn Tx) -> Result<HashMap<Id, Rule>> {
    let found = collect(&tx.query(&ALL_RULES, &[])?)?;
    Ok(found.into_iter().filter_map(|(id, mut s)| s.rules.pop().map(|r| (id, r))).collect())
}

/// Zone and length that a group agreed last.
pub(super) fn newest_of(tx: &mut dyn Tx, group: Id) -> Result<Option<Rule>> {
    let mut found = collect(&tx.query(&RULES, &[group.into()])?)?;
    Ok(found.remove(&group).and_then(|mut s| s.rules.pop()))
}

/// The sprint of a group with this number.
///
/// # Errors
/// [`Error::NotFound`] if the calendar has none of that number.
pub fn sprint(tx: &mut dyn Tx, group: Id, number: i64) -> Result<Sprint> {
    let calendar = calendar(tx, group)?;
    calendar.sprint_number(number).ok_or_else(|| no_sprint(&calendar, number))
}

fn no_sprint(calendar: &Calendar, number: i64) -> Error {
    Error::NotFound(format!(
        "The group's calendar has no sprint {number}. It begins with sprint {} on {}.",
        calendar.first_number(),
        calendar.first_day()
    ))
}

/// The running sprint, or the first if the calendar has not begun.
///
/// # Errors
/// [`Error::NotFound`] after the last sprint that a calendar can hold.
pub fn current_sprint(tx: &mut dyn Tx, group: Id, now: Time) -> Result<Sprint> {
    calendar(tx, group)?.current(now).ok_or_else(|| Error::NotFound("The group's calendar has ended.".into()))
}

/// The last sprint that is over and was not skipped.
///
/// # Errors
/// The engine's.
pub fn last_closed_sprint(tx: &mut dyn Tx, group: Id, now: Time) -> Result<Option<Sprint>> {
    Ok(calendar(tx, group)?.last_closed(now))
}

/// The last `k` sprints that have begun and were not skipped, the running one among them; oldest first.
///
/// # Errors
/// The engine's.
pub fn recent_sprints(tx: &mut dyn Tx, group: Id, now: Time, k: usize) -> Result<Vec<Sprint>> {
    Ok(calendar(tx, group)?.recent(now, k))
}

/// The last `k` sprints up to and with `number` that were not skipped; oldest first.
///
/// # Errors
/// The engine's.
pub fn sprints_until(tx: &mut dyn Tx, group: Id, number: i64, k: usize) -> Result<Vec<Sprint>> {
    Ok(calendar(tx, group)?.until(number, k))
}

/// `k` sprints from the running one on, the skipped ones among them.
///
/// # Errors
/// The engine's.
pub fn coming_sprints(tx: &mut dyn Tx, group: Id, now: Time, k: usize) -> Result<Vec<Sprint>> {
    Ok(calendar(tx, group)?.coming(now, k))
}

/// The sprint with this number as a team lived it: in the calendar of the group that it belonged to when that sprint
/// began. Of two groups with such a sprint the later one counts.
///
/// # Errors
/// [`Error::NotFound`] if no group of the team has had such a sprint.
pub fn sprint_of_team(tx: &mut dyn Tx, team: Id, number: i64) -> Result<Sprint> {
    let mut history = owners::owners(tx, owners::Owned::TeamGroup, team)?;
    history.sort_by_key(|o| std::cmp::Reverse(o.since));
    let mut last = None;
    for (i, owner) in history.iter().enumerate() {
        let calendar = calendar(tx, owner.owner)?;
        let oldest = i + 1 == history.len();
        match calendar.sprint_number(number) {
            // A team's first group also gives it the sprints before the team was entered here.
            Some(s) if (oldest || s.starts >= owner.since) && owner.until.is_none_or(|u| s.starts < u) => return Ok(s),
            _ => last = Some(calendar),
        }
    }
    Err(last.map_or_else(|| Error::NotFound("There is no such team.".into()), |c| no_sprint(&c, number)))
}

/// Stores a calendar, in place of `old` if there was one; only what differs is written.
pub(crate) fn write_calendar(
    tx: &mut dyn Tx,
    (old, new): (Option<&Calendar>, &Calendar),
    (who, now): (&str, Time),
) -> Result<()> {
    let group = new.group();
    let first = |c: &Calendar, r: &Rule| (r.from == c.first_number()).then(|| c.first_day());
    let same = |r: &Rule| old.is_some_and(|o| o.rules().iter().any(|x| x == r && first(o, x) == first(new, r)));
    for rule in old.into_iter().flat_map(Calendar::rules) {
        if !new.rules().iter().any(|r| r.from == rule.from) {
            tx.execute(&REMOVE_RULE, &[group.into(), rule.from.into()])?;
        }
    }
    for rule in new.rules().iter().filter(|r| !same(r)) {
        let day = first(new, rule).map(|d| d.to_string());
        let params = [group.into(), rule.from.into(), day.into(), rule.days.into(), (&rule.zone).into(), who.into(), now.into()];
        tx.execute(&PUT_RULE, &params)?;
    }
    for number in old.into_iter().flat_map(|o| o.skipped().keys()) {
        if !new.skipped().contains_key(number) {
            tx.execute(&REMOVE_SKIP, &[group.into(), (*number).into()])?;
        }
    }
    for (number, reason) in new.skipped() {
        if old.and_then(|o| o.skipped().get(number)) != Some(reason) {
            tx.execute(&PUT_SKIP, &[group.into(), (*number).into(), reason.into(), who.into(), now.into()])?;
        }
    }
    Ok(())
}

//! A group's calendar made as somebody writes it, and what follows from it.

use std::sync::OnceLock;

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::web::Ctx;
use people::rights;

use crate::calendar::Change;
use crate::rules::{CalendarChange, Group};
use crate::store;

/// What a room above plans from a group's calendar of sprints.
pub type Plans = fn(&Ctx, &mut dyn Tx, &Group) -> Result<()>;

static PLANS: OnceLock<Plans> = OnceLock::new();

/// Names whoever plans from calendars. Call it once, before serving; later calls change nothing.
pub fn provide(plans: Plans) {
    let _ = PLANS.set(plans);
}

/// The calendar of a group has changed.
pub(super) fn moved(cx: &Ctx, tx: &mut dyn Tx, group: &Group) -> Result<()> {
    PLANS.get().map_or(Ok(()), |plans| plans(cx, tx, group))
}

/// Makes the later changes of a calendar what is wanted. What has begun never moves, unless no sprint has closed yet.
pub(super) fn settle(cx: &Ctx, tx: &mut dyn Tx, group: &Group, wanted: &[CalendarChange], free: bool) -> Result<()> {
    cx.require(&rights::GROUPS, group.id)?;
    let calendar = store::calendar(tx, group.id)?;
    let wanted: Vec<Change> = wanted.iter().flat_map(CalendarChange::changes).collect();
    let may = |c: &Change| match calendar.sprint(c.number) {
        Some(s) if free || s.starts > cx.now => Ok(()),
        _ => Err(Error::Conflict(format!(
            "Sprint {} has begun, so the calendar’s change for it stays as it is. Write it as it was, or leave the calendar away.",
            c.number
        ))),
    };
    for c in wanted.iter().filter(|c| !calendar.changes().contains(c)) {
        may(c)?;
        store::insert_change(tx, group.id, *c, &cx.actor.key(), cx.now)?;
    }
    for c in calendar.changes() {
        let replaced =
            wanted.iter().any(|w| w.number == c.number && std::mem::discriminant(&w.kind) == std::mem::discriminant(&c.kind));
        if !replaced {
            may(c)?;
            store::drop_change(tx, group.id, *c)?;
        }
    }
    Ok(())
}

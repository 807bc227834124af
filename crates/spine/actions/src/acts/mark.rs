//! The mark that an action which is done sets on the axis of its metric.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::Ctx;
use marks::mark::{Body, MarkKind};
use metrics::definition::kind_of;
use people::rights;

use super::definition;
use crate::action::{Action, ActionState};

/// Marks the axis of the metric when an action is done; takes the mark back when it is opened again.
pub(super) fn mark(cx: &Ctx, tx: &mut dyn Tx, stood: &Action, to: ActionState) -> Result<()> {
    let Some(e) = &stood.content.expected else { return Ok(()) };
    let origin = |version: i64| format!("action:{}:{version}", stood.id);
    let Some(v) = definition(tx, &e.metric)? else { return Ok(()) };
    let kind = kind_of(v.definition.subject);
    let (Ok(subject), Some(on)) = (catalogue::store::subject(tx, kind, &e.subject), marks::PlaceKind::read(kind.key())) else {
        return Ok(());
    };
    // What went to another team meanwhile is not this team's to mark.
    if subject.team.slug != stood.team.slug {
        return Ok(());
    }
    let place = marks::store::place(tx, on, &subject.slug)?;
    if to == ActionState::Done {
        let title = stood.content.what.clone();
        let body = Body { kind: MarkKind::Action, title, url: stood.href(), starts: cx.now, ends: None };
        marks::acts::put_by(cx, tx, &rights::ACTIONS, Some(&origin(stood.version + 1)), &place, &body, &cx.actor.name)?;
    } else if stood.state == ActionState::Done {
        let why = "The action was opened again.";
        marks::acts::withdraw_by(cx, tx, &rights::ACTIONS, &origin(stood.version), &place, why)?;
    }
    Ok(())
}

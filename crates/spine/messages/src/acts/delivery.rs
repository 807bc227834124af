//! What becomes of deliveries: by themselves after a try, and by somebody's word once they were given up.

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::time::Time;
use kernel::web::Ctx;
use kernel::{outbox, text, trail};
use people::rights;

use super::channel::required;
use crate::delivery::{Delivery, Dismissal, Outcome, Sent, is_over};
use crate::store;

/// Topic of what was given up.
pub const TOPIC: &str = "dead-letters";

/// Longest reason, in characters.
const REASON: usize = 1_000;

/// Notes how a try ended.
pub(crate) fn settle(tx: &mut dyn Tx, row: &outbox::Message, outcome: &Outcome, now: Time) -> Result<()> {
    match outcome {
        Outcome::Arrived => outbox::sent(tx, row.id, now)?,
        Outcome::Later { why, .. } if is_over(row.made_at, row.tries, now) => {
            let why = format!("{why} It was tried {} times over two days.", row.tries + 1);
            outbox::give_up(tx, row.id, now, &why)?;
            tx.publish(TOPIC);
        }
        Outcome::Later { why, at_least } => outbox::failed(tx, row, now, *at_least, why)?,
        Outcome::Never { why } => {
            outbox::give_up(tx, row.id, now, why)?;
            tx.publish(TOPIC);
        }
    }
    let sent: Sent = serde_json::from_str(&row.body).map_err(Error::internal)?;
    tx.publish(&format!("channel:{}", sent.channel));
    tx.publish(&format!("message:{}", sent.message));
    Ok(())
}

fn told(cx: &Ctx, tx: &mut dyn Tx, verb: &str, d: &Delivery, channel: Id, why: &str) -> Result<()> {
    trail::record(
        cx,
        tx,
        verb,
        &Ref::new("delivery", d.id),
        &serde_json::json!({ "message": d.message, "channel": d.channel }),
        why,
    )?;
    tx.publish(TOPIC);
    tx.publish(&format!("channel:{channel}"));
    tx.publish(&format!("message:{}", d.message));
    Ok(())
}

fn not_given_up(d: &Delivery) -> Error {
    Error::Conflict(format!("This message is not given up: {}.", d.state.words().to_lowercase()))
}

/// Asks for another try of a message that was given up; its tries are counted anew.
///
/// # Errors
/// No right for its channel; [`Error::Conflict`] if it is not given up.
pub fn retry(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<Delivery> {
    cx.require_somewhere(&rights::CHANNELS)?;
    let (stood, channel) = store::delivery::one(tx, id)?;
    required(cx, channel.group.as_ref().map(|g| g.id))?;
    if !outbox::again(tx, id, cx.now)? {
        return Err(not_given_up(&stood));
    }
    told(cx, tx, "retried", &stood, channel.id, "")?;
    Ok(store::delivery::one(tx, id)?.0)
}

/// Drops a message that was given up, for good.
///
/// # Errors
/// No right for its channel; no reason; [`Error::Conflict`] if it is not given up.
pub fn drop(cx: &Ctx, tx: &mut dyn Tx, id: Id, said: &Dismissal) -> Result<Delivery> {
    cx.require_somewhere(&rights::CHANNELS)?;
    let (stood, channel) = store::delivery::one(tx, id)?;
    required(cx, channel.group.as_ref().map(|g| g.id))?;
    let mut faults = kernel::error::Faults::new();
    let reason = text::prose(&mut faults, "reason", "The reason", &said.reason);
    let length = reason.chars().count();
    faults.check(!reason.is_empty(), "reason", "Say why it is dropped, for whoever looks for it later.");
    faults.check(length <= REASON, "reason", format!("The reason has {length} characters; at most {REASON} fit."));
    faults.done()?;
    if !outbox::drop(tx, id, cx.now, &reason)? {
        return Err(not_given_up(&stood));
    }
    told(cx, tx, "dropped", &stood, channel.id, &reason)?;
    Ok(store::delivery::one(tx, id)?.0)
}

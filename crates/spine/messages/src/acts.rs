//! Verbs on messages: send. Those on channels and deliveries stand in files of their own.

pub mod channel;
pub mod delivery;

use kernel::db::Tx;
use kernel::error::Result;
use kernel::outbox;
use kernel::web::Ctx;

use crate::channel::ChannelKind;
use crate::delivery::{KIND, Sent, lane};
use crate::message::NewMessage;
use crate::store;

/// Sends a message, in the transaction of what causes it: each channel that hears it and each person who is mailed gets a row in
/// the outbox, and it leaves once the transaction is committed. A cause that was said already is not said again. Where nobody
/// hears, nothing leaves and nothing waits.
///
/// # Errors
/// Nobody acts; a message that has no sound form, which is a fault of the room that made it.
pub fn send(cx: &Ctx, tx: &mut dyn Tx, new: &NewMessage) -> Result<()> {
    cx.require_signed_in()?;
    new.check()?;
    let id = tx.id()?;
    if !store::message::insert(tx, id, new, cx.now, &cx.actor.name)? {
        return Ok(());
    }
    for (channel, kind) in store::message::hearing(tx, new.topic, new.group)? {
        let people: Vec<_> = if ChannelKind::read(&kind) == Some(ChannelKind::People) {
            new.people.iter().copied().map(Some).collect()
        } else {
            new.channels.then_some(None).into_iter().collect()
        };
        for person in people {
            let sent = Sent { message: id, channel, person };
            let delivery = outbox::put(tx, cx.now, KIND, &lane(channel, person), &sent)?;
            store::message::deliver(tx, delivery, id, channel, person)?;
        }
        tx.publish(&format!("channel:{channel}"));
    }
    Ok(())
}

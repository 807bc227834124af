//! Verbs on messages: send. Those on channels and deliveries stand in files of their own.

pub mod channel;
pub mod delivery;

use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::Id;
use kernel::outbox;
use kernel::web::Ctx;

use crate::channel::ChannelKind;
use crate::delivery::{KIND, Sent};
use crate::message::NewMessage;
use crate::store;

/// Puts a delivery on its way.
fn put(cx: &Ctx, tx: &mut dyn Tx, sent: &Sent) -> Result<Id> {
    let delivery = outbox::put(tx, cx.now, KIND, &sent.lane(), sent)?;
    store::message::deliver(tx, delivery, sent.message, sent.channel, sent.person)?;
    Ok(delivery)
}

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
        let to = |person, address| Sent { message: id, channel, person, address };
        let all: Vec<Sent> = match ChannelKind::read(&kind) {
            Some(ChannelKind::People) => new.people.iter().map(|p| to(Some(*p), None)).collect(),
            _ if !new.channels => Vec::new(),
            // An address that fails holds up no other, and none is mailed again for it.
            Some(ChannelKind::Mail) => {
                let addresses = store::channel::by_id(tx, channel)?.to.addresses();
                addresses.into_iter().map(|a| to(None, Some(a))).collect()
            }
            _ => vec![to(None, None)],
        };
        for sent in all {
            put(cx, tx, &sent)?;
        }
        tx.publish(&format!("channel:{channel}"));
    }
    Ok(())
}

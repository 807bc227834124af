//! What is on its way: rows of the outbox with the names of what they refer to.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::outbox::{self, Entry as Kept};
use kernel::time::Time;
use people::Person;

use crate::channel::Channel;
use crate::delivery::{Delivery, DeliveryState, KIND, Sent};
use crate::message::Message;

kernel::sql! {
    OF_MESSAGE = "SELECT id FROM message_delivery WHERE message = $1::TEXT AND id COLLATE \"C\" > $2::TEXT \
        ORDER BY id COLLATE \"C\" LIMIT $3::BIGINT";
    OF_CHANNEL = "SELECT id FROM message_delivery WHERE channel = $1::TEXT AND id COLLATE \"C\" < $2::TEXT \
        ORDER BY id COLLATE \"C\" DESC LIMIT $3::BIGINT";
}

/// Everything that a try needs.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// Its row in the outbox.
    pub row: outbox::Message,
    /// What is said.
    pub message: Message,
    /// By which channel.
    pub channel: Channel,
    /// To whom, if the channel mails people.
    pub person: Option<Person>,
    /// To which address, if the channel mails addresses.
    pub address: Option<String>,
}

fn sent(body: &str) -> Result<Sent> {
    serde_json::from_str(body).map_err(Error::internal)
}

fn parcel(tx: &mut dyn Tx, row: outbox::Message) -> Result<Parcel> {
    let sent = sent(&row.body)?;
    Ok(Parcel {
        message: super::message::one(tx, sent.message)?,
        channel: super::channel::by_id(tx, sent.channel)?,
        person: sent.person.map(|p| people::store::person(tx, p)).transpose()?.flatten(),
        address: sent.address,
        row,
    })
}

/// Up to `limit` deliveries that are due, of each receiver the first, and the organisation's name.
///
/// # Errors
/// The engine's.
pub fn due(tx: &mut dyn Tx, now: Time, limit: i64) -> Result<(Vec<Parcel>, String)> {
    let rows = outbox::due(tx, KIND, now, limit)?;
    let parcels = rows.into_iter().map(|row| parcel(tx, row)).collect::<Result<Vec<_>>>()?;
    Ok((parcels, people::organisation(tx)?.name))
}

/// One delivery that waits, whether it is due or not, and the organisation's name; none if it does not wait.
///
/// # Errors
/// The engine's.
pub fn waiting(tx: &mut dyn Tx, id: Id) -> Result<Option<(Parcel, String)>> {
    let Some(e) = outbox::one(tx, KIND, id)?.filter(|e| e.sent_at.is_none() && e.given_up_at.is_none()) else {
        return Ok(None);
    };
    let row = outbox::Message { id: e.id, lane: e.lane, body: e.body, tries: e.tries, made_at: e.made_at };
    Ok(Some((parcel(tx, row)?, people::organisation(tx)?.name)))
}

/// Names that many rows share.
#[derive(Default)]
struct Names {
    messages: HashMap<Id, Message>,
    channels: HashMap<Id, Channel>,
}

impl Names {
    fn delivery(&mut self, tx: &mut dyn Tx, e: Kept) -> Result<Delivery> {
        let sent = sent(&e.body)?;
        let message = match self.messages.entry(sent.message) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(super::message::one(tx, sent.message)?),
        };
        let channel = match self.channels.entry(sent.channel) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(super::channel::by_id(tx, sent.channel)?),
        };
        let person = sent.person.map(|p| people::store::person(tx, p)).transpose()?.flatten();
        let state = match (e.sent_at, e.given_up_at, e.dropped_at) {
            (Some(_), ..) => DeliveryState::Arrived,
            (None, _, Some(_)) => DeliveryState::Dropped,
            (None, Some(_), None) => DeliveryState::GivenUp,
            (None, None, None) => DeliveryState::Waiting,
        };
        Ok(Delivery {
            id: e.id,
            message: message.id,
            title: message.title.clone(),
            topic: message.topic,
            channel: channel.slug.clone(),
            channel_name: channel.name.clone(),
            person: person.map(|p| p.name),
            address: sent.address,
            state,
            made_at: e.made_at,
            due_at: (state == DeliveryState::Waiting).then_some(e.due_at),
            tries: e.tries,
            ended_at: e.sent_at.or(e.dropped_at).or(e.given_up_at),
            fault: e.fault,
            reason: e.note,
        })
    }
}

/// One delivery, and the channel that it goes by.
///
/// # Errors
/// [`Error::NotFound`].
pub fn one(tx: &mut dyn Tx, id: Id) -> Result<(Delivery, Channel)> {
    let entry = outbox::one(tx, KIND, id)?.ok_or_else(|| Error::not_found("delivery", id))?;
    let channel = super::channel::by_id(tx, sent(&entry.body)?.channel)?;
    Ok((Names::default().delivery(tx, entry)?, channel))
}

fn named(tx: &mut dyn Tx, ids: &[Id]) -> Result<Vec<Delivery>> {
    let mut names = Names::default();
    let mut out = Vec::with_capacity(ids.len());
    for id in ids {
        let entry = outbox::one(tx, KIND, *id)?.ok_or_else(|| Error::internal(format!("no row of the outbox for {id}")))?;
        out.push(names.delivery(tx, entry)?);
    }
    Ok(out)
}

/// Deliveries of a message after an id, in the order in which they were made; an empty text begins.
///
/// # Errors
/// The engine's.
pub fn of_message(tx: &mut dyn Tx, message: Id, after: &str, limit: i64) -> Result<Vec<Delivery>> {
    let ids = tx.query(&OF_MESSAGE, &[message.into(), after.into(), limit.into()])?;
    let ids = ids.iter().map(|r| r.id(0)).collect::<Result<Vec<_>>>()?;
    named(tx, &ids)
}

/// Deliveries by a channel below an id, newest first; [`outbox::NEWEST`] begins.
///
/// # Errors
/// The engine's.
pub fn of_channel(tx: &mut dyn Tx, channel: &Channel, below: &str, limit: i64) -> Result<Vec<Delivery>> {
    // One lane is read whole in one question; people and addresses have a lane each.
    if !matches!(channel.to.kind(), crate::ChannelKind::People | crate::ChannelKind::Mail) {
        let mut names = Names::default();
        let entries = outbox::of_lane(tx, KIND, &channel.id.to_string(), below, limit)?;
        return entries.into_iter().map(|e| names.delivery(tx, e)).collect();
    }
    let ids = tx.query(&OF_CHANNEL, &[channel.id.into(), below.into(), limit.into()])?;
    let ids = ids.iter().map(|r| r.id(0)).collect::<Result<Vec<_>>>()?;
    named(tx, &ids)
}

/// Deliveries that were given up below an id, newest first; [`outbox::NEWEST`] begins.
///
/// # Errors
/// The engine's.
pub fn given_up(tx: &mut dyn Tx, below: &str, limit: i64) -> Result<Vec<Delivery>> {
    let mut names = Names::default();
    let entries = outbox::given_up(tx, KIND, below, limit)?;
    entries.into_iter().map(|e| names.delivery(tx, e)).collect()
}

//! SQL of messages and of where they go.

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::message::{Message, NewMessage, Topic};

kernel::sql! {
    INSERT = "INSERT INTO message (id, cause, topic, review_group, title, body, href, made_at, made_by) VALUES ($1::TEXT, $2::TEXT, \
        $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, $8::BIGINT, $9::TEXT) ON CONFLICT (cause) DO NOTHING";
    DELIVERY = "INSERT INTO message_delivery (id, message, channel, person) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT)";
    HEARING = "SELECT c.id, c.kind FROM channel c JOIN channel_topic t ON t.channel = c.id WHERE c.archived_at IS NULL \
        AND t.topic = $1::TEXT AND (CAST($2::TEXT AS TEXT) IS NULL OR c.review_group IS NULL OR c.review_group = $2::TEXT) \
        ORDER BY c.id COLLATE \"C\"";
    ONE = "SELECT m.id, m.topic, g.name, m.title, m.body, m.href, m.made_at, m.made_by FROM message m \
        LEFT JOIN review_group g ON g.id = m.review_group WHERE m.id = $1::TEXT";
}

fn message(r: &Row) -> Result<Message> {
    let topic = r.text(1)?;
    Ok(Message {
        id: r.id(0)?,
        topic: Topic::read(&topic).ok_or_else(|| Error::internal(format!("a message has the topic {topic}")))?,
        group: r.opt_text(2)?,
        title: r.text(3)?,
        blocks: serde_json::from_str(&r.text(4)?).map_err(Error::internal)?,
        href: r.text(5)?,
        made_at: r.time(6)?,
        made_by: r.text(7)?,
    })
}

/// Adds a message; false if its cause was said already.
pub(crate) fn insert(tx: &mut dyn Tx, id: Id, new: &NewMessage, now: Time, by: &str) -> Result<bool> {
    let params = [
        id.into(),
        (&new.cause).into(),
        new.topic.key().into(),
        new.group.into(),
        new.title.trim().into(),
        serde_json::to_string(&new.blocks).map_err(Error::internal)?.into(),
        (&new.href).into(),
        now.into(),
        by.into(),
    ];
    Ok(tx.execute(&INSERT, &params)? == 1)
}

/// Channels in use that hear a topic of a group, with the keys of their kinds.
pub(crate) fn hearing(tx: &mut dyn Tx, topic: Topic, group: Option<Id>) -> Result<Vec<(Id, String)>> {
    tx.query(&HEARING, &[topic.key().into(), group.into()])?.iter().map(|r| Ok((r.id(0)?, r.text(1)?))).collect()
}

/// Adds a delivery under the id of its row in the outbox.
pub(crate) fn deliver(tx: &mut dyn Tx, id: Id, message: Id, channel: Id, person: Option<Id>) -> Result<()> {
    tx.execute(&DELIVERY, &[id.into(), message.into(), channel.into(), person.into()]).map(|_| ())
}

/// One message.
///
/// # Errors
/// [`Error::NotFound`].
pub fn one(tx: &mut dyn Tx, id: Id) -> Result<Message> {
    tx.opt(&ONE, &[id.into()])?.as_ref().map_or_else(|| Err(Error::not_found("message", id)), message)
}

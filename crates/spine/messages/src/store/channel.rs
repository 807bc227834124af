//! SQL of channels. Lists stand in the order of folded names, always.

use catalogue::rules::folded;
use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::channel::{Channel, NewChannel, Whose};
use crate::message::Topic;

kernel::sql! {
    PAGE = "SELECT c.id, c.slug, c.name, g.id, g.slug, g.name, c.body, c.version, c.made_at, c.made_by, c.changed_at, c.changed_by, \
        c.archived_at FROM channel c LEFT JOIN review_group g ON g.id = c.review_group WHERE c.archived_at IS NULL \
        AND c.folded COLLATE \"C\" > $1::TEXT ORDER BY c.folded COLLATE \"C\" LIMIT $2::BIGINT";
    BY_SLUG = "SELECT c.id, c.slug, c.name, g.id, g.slug, g.name, c.body, c.version, c.made_at, c.made_by, c.changed_at, c.changed_by, \
        c.archived_at FROM channel c LEFT JOIN review_group g ON g.id = c.review_group WHERE c.slug = $1::TEXT";
    BY_ID = "SELECT c.id, c.slug, c.name, g.id, g.slug, g.name, c.body, c.version, c.made_at, c.made_by, c.changed_at, c.changed_by, \
        c.archived_at FROM channel c LEFT JOIN review_group g ON g.id = c.review_group WHERE c.id = $1::TEXT";
    TOPICS = "SELECT topic FROM channel_topic WHERE channel = $1::TEXT ORDER BY topic COLLATE \"C\"";
    COUNT = "SELECT CAST(count(*) AS BIGINT) FROM channel WHERE archived_at IS NULL";
    INSERT = "INSERT INTO channel (id, slug, folded, name, kind, review_group, body, version, made_at, made_by, changed_at, changed_by) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, 1, $8::BIGINT, $9::TEXT, $8::BIGINT, $9::TEXT) \
        ON CONFLICT DO NOTHING";
    NAMED = "SELECT id FROM channel WHERE folded = $1::TEXT";
    CHANGE = "UPDATE channel SET folded = $3::TEXT, name = $4::TEXT, kind = $5::TEXT, body = $6::TEXT, version = version + 1, \
        changed_at = $7::BIGINT, changed_by = $8::TEXT WHERE id = $1::TEXT AND version = $2::BIGINT AND archived_at IS NULL";
    ARCHIVE = "UPDATE channel SET archived_at = $2::BIGINT, archived_by = $3::TEXT, folded = NULL, version = version + 1 \
        WHERE id = $1::TEXT AND archived_at IS NULL";
    NO_TOPICS = "DELETE FROM channel_topic WHERE channel = $1::TEXT";
    TOPIC = "INSERT INTO channel_topic (channel, topic) VALUES ($1::TEXT, $2::TEXT) ON CONFLICT (channel, topic) DO NOTHING";
}

fn channel(tx: &mut dyn Tx, r: &Row) -> Result<Channel> {
    let id = r.id(0)?;
    let mut topics = Vec::new();
    for t in tx.query(&TOPICS, &[id.into()])? {
        let key = t.text(0)?;
        topics.push(Topic::read(&key).ok_or_else(|| Error::internal(format!("a channel hears the topic {key}")))?);
    }
    topics.sort_unstable();
    let group = match (r.opt_text(3)?, r.opt_text(4)?, r.opt_text(5)?) {
        (Some(id), Some(slug), Some(name)) => Some(Whose { id: id.parse()?, slug, name }),
        _ => None,
    };
    Ok(Channel {
        id,
        slug: r.text(1)?,
        name: r.text(2)?,
        group,
        topics,
        to: serde_json::from_str(&r.text(6)?).map_err(Error::internal)?,
        version: r.int(7)?,
        made_at: r.time(8)?,
        made_by: r.text(9)?,
        changed_at: r.time(10)?,
        changed_by: r.text(11)?,
        archived_at: r.opt_time(12)?,
    })
}

/// A page of channels in use, after a folded name; an empty one begins.
///
/// # Errors
/// The engine's.
pub fn page(tx: &mut dyn Tx, after: &str, limit: i64) -> Result<Vec<Channel>> {
    let rows = tx.query(&PAGE, &[after.into(), limit.into()])?;
    rows.iter().map(|r| channel(tx, r)).collect()
}

/// The key by which [`page`] goes on.
pub fn page_key(channel: &Channel) -> String {
    folded(&channel.name)
}

/// A channel, also one that was put away.
///
/// # Errors
/// [`Error::NotFound`].
pub fn by_slug(tx: &mut dyn Tx, slug: &str) -> Result<Channel> {
    let missing = || Error::not_found("channel", kernel::text::shown(slug, 60));
    // A key that cannot exist is not asked for: it may hold what no engine stores.
    kernel::text::key("channel", slug).map_err(|_| missing())?;
    let row = tx.opt(&BY_SLUG, &[slug.into()])?.ok_or_else(missing)?;
    channel(tx, &row)
}

/// A channel by its id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn by_id(tx: &mut dyn Tx, id: Id) -> Result<Channel> {
    let row = tx.opt(&BY_ID, &[id.into()])?.ok_or_else(|| Error::not_found("channel", id))?;
    channel(tx, &row)
}

/// How many are in use.
pub(crate) fn count(tx: &mut dyn Tx) -> Result<i64> {
    tx.one(&COUNT, &[])?.int(0)
}

fn body(new: &NewChannel) -> Result<String> {
    serde_json::to_string(&new.to).map_err(Error::internal)
}

fn hears(tx: &mut dyn Tx, id: Id, topics: &[Topic]) -> Result<()> {
    tx.execute(&NO_TOPICS, &[id.into()])?;
    for topic in topics {
        tx.execute(&TOPIC, &[id.into(), topic.key().into()])?;
    }
    Ok(())
}

/// Adds a channel; false if its key or its name is taken.
pub(crate) fn insert(tx: &mut dyn Tx, id: Id, new: &NewChannel, group: Option<Id>, now: Time, by: &str) -> Result<bool> {
    let params = [
        id.into(),
        new.slug.clone().unwrap_or_default().into(),
        folded(&new.name).into(),
        (&new.name).into(),
        new.to.kind().key().into(),
        group.into(),
        body(new)?.into(),
        now.into(),
        by.into(),
    ];
    if tx.execute(&INSERT, &params)? == 0 {
        return Ok(false);
    }
    hears(tx, id, &new.topics).map(|()| true)
}

/// The channel in use of that name.
pub(crate) fn named(tx: &mut dyn Tx, name: &str) -> Result<Option<Id>> {
    tx.opt(&NAMED, &[folded(name).into()])?.map(|r| r.id(0)).transpose()
}

/// Changes a channel; false if it is at another version.
pub(crate) fn change(tx: &mut dyn Tx, id: Id, from: i64, new: &NewChannel, now: Time, by: &str) -> Result<bool> {
    let params = [
        id.into(),
        from.into(),
        folded(&new.name).into(),
        (&new.name).into(),
        new.to.kind().key().into(),
        body(new)?.into(),
        now.into(),
        by.into(),
    ];
    if tx.execute(&CHANGE, &params)? == 0 {
        return Ok(false);
    }
    hears(tx, id, &new.topics).map(|()| true)
}

/// Puts a channel away; false if it is away already.
pub(crate) fn archive(tx: &mut dyn Tx, id: Id, now: Time, by: &str) -> Result<bool> {
    Ok(tx.execute(&ARCHIVE, &[id.into(), now.into(), by.into()])? == 1)
}

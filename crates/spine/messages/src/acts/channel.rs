//! Verbs on channels: make, change, put away, test.

use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::ids::{Id, Ref};
use kernel::trail;
use kernel::web::Ctx;
use people::rights;

use crate::channel::{Channel, ChannelKind, MOST, NewChannel, Whose};
use crate::delivery::Sent;
use crate::message::{Block, NewMessage, Topic};
use crate::store;

/// Topic of all channels.
pub const TOPIC: &str = "channels";

pub(super) fn told(cx: &Ctx, tx: &mut dyn Tx, verb: &str, channel: &Channel, body: &impl serde::Serialize) -> Result<()> {
    trail::record(cx, tx, verb, &Ref::new("channel", channel.id), body, "")?;
    tx.publish(TOPIC);
    tx.publish(&format!("channel:{}", channel.id));
    Ok(())
}

/// True if somebody may change channels of the group, or of the organisation.
pub fn may(cx: &Ctx, group: Option<Id>) -> bool {
    cx.actor.may(&rights::CHANNELS, group)
}

/// The right for a channel of the group, or of the organisation.
pub(crate) fn required(cx: &Ctx, group: Option<Id>) -> Result<()> {
    group.map_or_else(|| cx.require_everywhere(&rights::CHANNELS), |g| cx.require(&rights::CHANNELS, g))
}

fn in_use(channel: &Channel) -> Result<()> {
    if channel.archived_at.is_some() {
        return Err(Error::Conflict(format!("“{}” was put away, so nothing leaves by it. Make a new channel.", channel.name)));
    }
    Ok(())
}

/// Makes a channel.
///
/// # Errors
/// No right for the group, or for the organisation; faults; [`Error::Conflict`] if the name is taken.
pub fn make(cx: &Ctx, tx: &mut dyn Tx, new: &NewChannel) -> Result<Channel> {
    cx.require_somewhere(&rights::CHANNELS)?;
    let new = new.clone().check()?;
    let group = match &new.group {
        None => None,
        Some(slug) => Some(catalogue::store::group_by_slug(tx, slug).map_err(|e| e.at("group"))?),
    };
    let whose = group.map(|g| Whose { id: g.id, slug: g.slug, name: g.name });
    required(cx, whose.as_ref().map(|g| g.id))?;
    if usize::try_from(store::channel::count(tx)?).unwrap_or(usize::MAX) >= MOST {
        return Err(Error::Conflict(format!("There are {MOST} channels, which is the limit. Put one away first.")));
    }
    let id = tx.id()?;
    if !store::channel::insert(tx, id, &new, whose.map(|g| g.id), cx.now, &cx.actor.name)? {
        let slug = new.slug.as_deref().unwrap_or_default();
        let message = format!("There is a channel named “{}”, or with the key “{slug}”, already. Choose another name.", new.name);
        return Err(Error::Conflict(message));
    }
    let made = store::channel::by_id(tx, id)?;
    told(cx, tx, "made", &made, &new)?;
    Ok(made)
}

/// Changes a channel. What waits goes where it leads from now on.
///
/// # Errors
/// No right; faults; [`Error::Conflict`] if somebody else changed it meanwhile, or it was put away.
pub fn change(cx: &Ctx, tx: &mut dyn Tx, slug: &str, new: &NewChannel) -> Result<Channel> {
    cx.require_somewhere(&rights::CHANNELS)?;
    let old = store::channel::by_slug(tx, slug)?;
    required(cx, old.group.as_ref().map(|g| g.id))?;
    let new = NewChannel { slug: Some(new.slug.clone().unwrap_or_else(|| old.slug.clone())), ..new.clone() }.check()?;
    let mut faults = Faults::new();
    faults.check(new.slug.as_deref() == Some(old.slug.as_str()), "slug", format!("The key “{}” stays.", old.slug));
    let whose = old.group.as_ref().map(|g| g.slug.as_str());
    faults.check(new.group.as_deref() == whose, "group", "Whose channel it is stays. Make a new one for another group.");
    // Deliveries to people have a lane each, so those of a channel would be of two sorts.
    let people = |k: ChannelKind| k == ChannelKind::People;
    let same = people(new.to.kind()) == people(old.to.kind());
    faults.check(same, "to.kind", "A channel that mails people stays one, and another becomes none. Make a new one.");
    faults.done()?;
    in_use(&old)?;
    if store::channel::named(tx, &new.name)?.is_some_and(|id| id != old.id) {
        return Err(Error::Conflict(format!("There is a channel named “{}” already. Choose another name.", new.name)));
    }
    let from = new.version.unwrap_or(old.version);
    if !store::channel::change(tx, old.id, from, &new, cx.now, &cx.actor.name)? {
        return Err(Error::Conflict(format!(
            "The channel “{}” is at version {} meanwhile. Look at it, then change that version.",
            old.name, old.version
        )));
    }
    let made = store::channel::by_id(tx, old.id)?;
    told(cx, tx, "changed", &made, &new)?;
    Ok(made)
}

/// Puts a channel away: nothing new leaves by it. What waits is given up at its next try.
///
/// # Errors
/// No right; [`Error::Conflict`] if it is away already.
pub fn archive(cx: &Ctx, tx: &mut dyn Tx, slug: &str) -> Result<()> {
    cx.require_somewhere(&rights::CHANNELS)?;
    let channel = store::channel::by_slug(tx, slug)?;
    required(cx, channel.group.as_ref().map(|g| g.id))?;
    in_use(&channel)?;
    if !store::channel::archive(tx, channel.id, cx.now, &cx.actor.name)? {
        return Err(Error::Conflict(format!("“{}” was put away already.", channel.name)));
    }
    told(cx, tx, "archived", &channel, &channel.slug)
}

/// Puts a message that says no more than that it is a test into the outbox, for this channel alone; a channel that mails people
/// mails whoever asks. Gives the delivery's id.
///
/// # Errors
/// No right; the channel was put away; somebody without an account tests a channel that mails people.
pub fn test(cx: &Ctx, tx: &mut dyn Tx, slug: &str) -> Result<Id> {
    cx.require_somewhere(&rights::CHANNELS)?;
    let channel = store::channel::by_slug(tx, slug)?;
    required(cx, channel.group.as_ref().map(|g| g.id))?;
    in_use(&channel)?;
    let person = match (channel.to.kind(), cx.actor.person()) {
        (ChannelKind::People, None) => {
            return Err(Error::Conflict(
                "This channel mails people, so the test goes to whoever asks for it: sign in as a person.".into(),
            ));
        }
        (ChannelKind::People, person) => person,
        _ => None,
    };
    let id = tx.id()?;
    let new = NewMessage {
        group: channel.group.as_ref().map(|g| g.id),
        topic: Topic::Operation,
        cause: format!("test:{id}"),
        title: format!("A test of the channel {}", kernel::text::shown(&channel.name, 120)),
        blocks: vec![
            Block::paragraph(format!("{} tries whether messages arrive here. There is nothing to do.", cx.actor.name)),
            Block::facts([("Hears", channel.topics.iter().map(|t| t.title()).collect::<Vec<_>>().join(", "))]),
        ],
        href: channel.href(),
        channels: false,
        people: Vec::new(),
    };
    new.check()?;
    store::message::insert(tx, id, &new, cx.now, &cx.actor.name)?;
    let to = |address| Sent { message: id, channel: channel.id, person, address };
    let addresses = channel.to.addresses();
    let first = super::put(cx, tx, &to(addresses.first().cloned()))?;
    for address in addresses.into_iter().skip(1) {
        super::put(cx, tx, &to(Some(address)))?;
    }
    let delivery = first;
    told(cx, tx, "tested", &channel, &serde_json::json!({ "delivery": delivery }))?;
    Ok(delivery)
}

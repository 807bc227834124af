//! What leaves for chat and mail about notices.

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::web::Ctx;
use messages::{Block, NewMessage, Topic};
use people::Role;

use super::standing;
use crate::acts::cadence::settled;
use crate::forum::Forum;
use crate::notice::Notice;
use crate::notice_text::{Chunk, chunks, plain};

/// A text as blocks of a message.
fn blocks(text: &str) -> Vec<Block> {
    let block = |c: &Chunk| match c {
        Chunk::Heading(s) => Block::heading(plain(s)),
        Chunk::Paragraph(s) => Block::paragraph(plain(s)),
        Chunk::List(items) => Block::list(items.iter().map(|i| plain(i))),
    };
    chunks(text).iter().take(100).map(block).collect()
}

/// Says it to the channels that hear notices.
pub(super) fn say(cx: &Ctx, tx: &mut dyn Tx, n: &Notice, group: Option<Id>, what: &str, first: Option<String>) -> Result<()> {
    let c = &n.content;
    let mut all: Vec<Block> = first.map(Block::paragraph).into_iter().collect();
    all.extend(blocks(&c.body));
    let mut facts = vec![("Kind", c.kind.words().to_owned()), ("Acknowledge by", c.acknowledge_by.clone())];
    for (name, value) in [("In force from", &c.effective), ("To do", &c.to_do), ("Help", &c.help)] {
        if !value.is_empty() {
            facts.push((name, value.clone()));
        }
    }
    all.push(Block::facts(facts));
    let title: String = format!("{} {what}: {}", n.label(), c.title).chars().take(kernel::text::NAME).collect();
    let new = NewMessage {
        group,
        topic: Topic::Notice,
        cause: format!("notice:{}:{}:{what}", n.number, n.version),
        title,
        blocks: all,
        href: n.href(),
        channels: true,
        people: Vec::new(),
    };
    messages::acts::send(cx, tx, &new)
}

/// Reminds the leads of each team that has not acknowledged a notice, once on each day on which teams are reminded, outside
/// the quiet hours of its group. How many notices were looked at.
///
/// # Errors
/// Nobody acts; the engine's.
pub(crate) fn remind(cx: &Ctx, tx: &mut dyn Tx) -> Result<usize> {
    cx.require_signed_in()?;
    let all = standing(cx, tx, None)?;
    let mut asked = 0;
    for n in &all {
        for t in n.teams.iter().filter(|t| t.acknowledged.is_none()) {
            let team = catalogue::store::team_by_slug(tx, &t.team.slug)?;
            let group = catalogue::store::group(tx, team.group)?;
            let there = cx.now.jiff().in_tz(&group.zone).map_err(Error::internal)?;
            let quiet = settled(cx, tx, &Forum::group(&group))?.cadence.quiet.holds(cx.now, &group.zone);
            if quiet || !crate::notice::reminds(&n.content.acknowledge_by, there.date()) {
                continue;
            }
            let leads = people::store::roles_at(tx, team.id)?.into_iter();
            let leads = leads.filter(|(_, r)| matches!(r, Role::PrincipalEngineer | Role::DeliveryLead)).map(|(p, _)| p.id);
            let mut people: Vec<Id> = leads.collect();
            people.sort_unstable();
            people.dedup();
            let new = NewMessage {
                group: Some(team.group),
                topic: Topic::Reminder,
                cause: format!("notice:{}:{}:{}:{}", n.number, n.version, team.id, there.date()),
                title: format!("{} waits for {}", n.label(), kernel::text::shown(&team.name, 150)),
                blocks: vec![
                    Block::paragraph(n.content.title.clone()),
                    Block::facts([
                        ("Kind", n.content.kind.words().to_owned()),
                        ("Acknowledge by", n.content.acknowledge_by.clone()),
                    ]),
                ],
                href: n.href(),
                channels: false,
                people,
            };
            messages::acts::send(cx, tx, &new)?;
            asked += 1;
        }
    }
    Ok(asked)
}

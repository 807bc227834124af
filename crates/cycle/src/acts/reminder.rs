//! Verbs on reminders, called by the clock.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::TimeZone;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::Id;
use kernel::web::Ctx;
use messages::{Block, NewMessage, Topic};
use people::{Role, rights};

use super::cadence::settled;
use crate::plan::Data;
use crate::reminder::{Reminder, due, missing, words};
use crate::session::{Session, SessionState};
use crate::store;

/// Sessions of which somebody could be reminded now.
///
/// # Errors
/// No right; the engine's.
pub fn upcoming(cx: &Ctx, tx: &mut dyn Tx) -> Result<Vec<Session>> {
    cx.require_everywhere(&rights::SESSIONS)?;
    let until = cx.now.plus(Duration::from_secs(3 * 86_400));
    let mut out = Vec::new();
    for s in store::session::between(tx, cx.now, until, cx.now)? {
        let cadence = settled(cx, tx, &s.forum)?.cadence;
        let quiet = cadence.quiet.holds(cx.now, &s.forum.zone);
        if s.state == SessionState::Planned && s.forum.group.is_some() && cadence.remind && !quiet {
            out.push(s);
        }
    }
    Ok(out)
}

/// Reminds the leads of teams whose report is not ready, and tells the channels of the group once for each stage. `data` was read before. Whoever was reminded today, or of this stage, is
/// not again.
///
/// # Errors
/// No right; the engine's.
pub fn remind(cx: &Ctx, tx: &mut dyn Tx, s: &Session, data: &Data) -> Result<usize> {
    s.forum.require(cx)?;
    let Some(stage) = due(s.starts, cx.now) else { return Ok(0) };
    let zone = TimeZone::get(&s.forum.zone).unwrap_or(TimeZone::UTC);
    let day = cx.now.jiff().to_zoned_datetime(zone).date().to_string();
    let mut by_person: BTreeMap<Id, Vec<(String, String, String)>> = BTreeMap::new();
    for t in missing(&data.teams) {
        for role in [Role::PrincipalEngineer, Role::DeliveryLead] {
            for p in people::people_with_role(tx, role, Some(t.team))? {
                let teams = by_person.entry(p.id).or_default();
                if !teams.iter().any(|(slug, ..)| *slug == t.slug) {
                    teams.push((t.slug.clone(), t.name.clone(), t.href.clone()));
                }
            }
        }
    }
    let mut sent = 0;
    for (person, teams) in by_person {
        let reminder = Reminder { stage, teams: teams.iter().map(|(slug, ..)| slug.clone()).collect() };
        if !store::reminder::remind(tx, person, &day, s.id, &reminder, cx.now)? {
            continue;
        }
        let names: Vec<&str> = teams.iter().map(|(_, name, _)| name.as_str()).collect();
        let mut blocks = vec![Block::paragraph(format!("{} The {} is on {}.", words(&names), s.title().to_lowercase(), s.when()))];
        blocks.extend(
            teams
                .iter()
                .filter(|(.., href)| !href.is_empty())
                .map(|(_, name, href)| Block::link(format!("Report of {name}"), href)),
        );
        messages::acts::send(
            cx,
            tx,
            &NewMessage {
                group: s.forum.group,
                topic: Topic::Reminder,
                cause: format!("session-reminder:{}:{stage}:{person}", s.id),
                title: format!("{} in {stage} {}: report not ready", s.title(), if stage == 1 { "day" } else { "days" }),
                blocks,
                href: s.href(),
                channels: false,
                people: vec![person],
            },
        )?;
        sent += 1;
    }
    let names: Vec<&str> = missing(&data.teams).iter().map(|t| t.name.as_str()).collect();
    if !names.is_empty() {
        // Once for each stage: the same cause is said once, ever.
        messages::acts::send(
            cx,
            tx,
            &NewMessage {
                group: s.forum.group,
                topic: Topic::Reminder,
                cause: format!("session-readiness:{}:{stage}", s.id),
                title: format!("{} on {}", s.title(), s.at(s.starts)),
                blocks: vec![Block::paragraph(words(&names))],
                href: s.href(),
                channels: true,
                people: Vec::new(),
            },
        )?;
    }
    Ok(sent)
}

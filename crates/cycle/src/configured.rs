//! What forums settled about their sessions, and working agreements, as code.

use kernel::configured::{Configured, read, write};
use kernel::db::Tx;
use kernel::error::Result;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::acts::{agreement, cadence};
use crate::agreement::NewAgreement;
use crate::cadence::{Cadence, NewCadence};
use crate::forum::{COUNCIL, Forum, ForumKind};
use crate::store;

/// What a forum settled, in a file: the name of a group in addresses, or `council`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlacedCadence {
    forum: String,
    cadence: Cadence,
}

/// A working agreement in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlacedAgreement {
    group: String,
    text: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    why: String,
}

/// None for the council.
fn group(forum: &str) -> Option<&str> {
    (forum != COUNCIL).then_some(forum)
}

/// The kinds of this room.
pub static CONFIGURED: [Configured; 2] = [
    Configured {
        kind: "session-cadences",
        noun: "session-cadence",
        key: "forum",
        export: cadences,
        check: |v| {
            let wanted = read::<PlacedCadence>(v)?;
            let kind = if wanted.forum == COUNCIL { ForumKind::Council } else { ForumKind::Group };
            write(&PlacedCadence { cadence: wanted.cadence.check(kind)?, ..wanted })
        },
        apply: |cx, tx, v, _| {
            cx.require_signed_in()?;
            let wanted: PlacedCadence = read(v.clone())?;
            let version = cadence::show(cx, tx, group(&wanted.forum))?.1.version;
            cadence::settle(cx, tx, group(&wanted.forum), &NewCadence { cadence: wanted.cadence, version }).map(|_| ())
        },
    },
    Configured {
        kind: "working-agreements",
        noun: "working-agreement",
        key: "group",
        export: agreements,
        check: |v| write(&read::<PlacedAgreement>(v)?),
        apply: |cx, tx, v, _| {
            cx.require_signed_in()?;
            let wanted: PlacedAgreement = read(v.clone())?;
            let version = agreement::show(cx, tx, Some(&wanted.group))?.1.version;
            let why = if wanted.why.is_empty() { "Changed by a file".to_owned() } else { wanted.why };
            agreement::agree(cx, tx, Some(&wanted.group), &NewAgreement { text: wanted.text, why, version }).map(|_| ())
        },
    },
];

fn cadences(tx: &mut dyn Tx) -> Result<Vec<Value>> {
    let mut out = Vec::new();
    for g in catalogue::store::groups(tx)? {
        if let Some(found) = store::cadence::of(tx, &Forum::group(&g).key())? {
            out.push(write(&PlacedCadence { forum: g.slug, cadence: found.cadence })?);
        }
    }
    if let Some(found) = store::cadence::of(tx, COUNCIL)? {
        out.push(write(&PlacedCadence { forum: COUNCIL.to_owned(), cadence: found.cadence })?);
    }
    Ok(out)
}

fn agreements(tx: &mut dyn Tx) -> Result<Vec<Value>> {
    let mut out = Vec::new();
    for g in catalogue::store::groups(tx)? {
        if let Some(newest) = store::agreement::versions(tx, &Forum::group(&g).key(), 1)?.into_iter().next() {
            out.push(write(&PlacedAgreement { group: g.slug, text: newest.text, why: newest.why })?);
        }
    }
    Ok(out)
}

//! Published lenses and how often reviews are due, as code.

use kernel::configured::{Action, Configured, read, write};
use kernel::db::Tx;
use kernel::error::Result;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::acts::due::ORGANISATION;
use crate::acts::{due, lens, template};
use crate::due::NewInterval;
use crate::published::{LensFile, NewLens};
use crate::store;
use crate::template::PublishedTemplate;

/// A lens in a file: the newest version of it that was published here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PublishedLens {
    slug: String,
    files: Vec<LensFile>,
}

/// How often reviews are due in a group, or in the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlacedInterval {
    place: String,
    months: i64,
}

/// The kinds of this room.
pub static CONFIGURED: [Configured; 3] = [
    Configured {
        kind: "lenses",
        noun: "lens",
        key: "slug",
        export: lenses,
        check: |v| write(&read::<PublishedLens>(v)?),
        apply: |cx, tx, v, _| {
            cx.require_signed_in()?;
            let wanted: PublishedLens = read(v.clone())?;
            let kept = lens::prepare(cx, &NewLens { files: wanted.files, slug: Some(wanted.slug) })?;
            lens::publish(cx, tx, &kept).map(|_| ())
        },
    },
    Configured {
        kind: "review-intervals",
        noun: "review-interval",
        key: "place",
        export: intervals,
        check: |v| write(&read::<PlacedInterval>(v)?),
        apply: |cx, tx, v, _| {
            cx.require_signed_in()?;
            let wanted: PlacedInterval = read(v.clone())?;
            let new = NewInterval { months: wanted.months };
            if wanted.place == ORGANISATION {
                due::set_all(cx, tx, &new).map(|_| ())
            } else {
                due::set_group(cx, tx, &wanted.place, &new).map(|_| ())
            }
        },
    },
    Configured {
        kind: "answer-templates",
        noun: "answer-template",
        key: "slug",
        export: templates,
        check: |v| write(&read::<PublishedTemplate>(v)?),
        apply: |cx, tx, v, action| {
            cx.require_signed_in()?;
            let wanted: PublishedTemplate = read(v.clone())?;
            template::apply(cx, tx, &wanted, action == Action::Create)
        },
    },
];

/// Templates of answers as their newest versions say.
fn templates(tx: &mut dyn Tx) -> Result<Vec<Value>> {
    let (mut out, mut after) = (Vec::new(), String::new());
    loop {
        let found = store::template::page(tx, &after, None, 500)?;
        let Some(last) = found.last() else { return Ok(out) };
        after.clone_from(&last.slug);
        for t in found {
            let newest = store::template::version(tx, t.id, t.version)?;
            let (why, answers) = newest.map(|v| (v.why, v.answers)).unwrap_or_default();
            let (lens, team) = (t.lens, t.team.slug);
            out.push(write(&PublishedTemplate { slug: t.slug, name: t.name, about: t.about, lens, team, why, answers })?);
        }
    }
}

fn lenses(tx: &mut dyn Tx) -> Result<Vec<Value>> {
    let all = store::lens::all(tx)?;
    let mut out = Vec::new();
    for v in all.iter().filter(|v| !v.built_in) {
        // Versions of one lens stand together, oldest first.
        let newest = all.iter().rfind(|o| o.slug == v.slug).is_some_and(|o| o.digest == v.digest);
        if newest {
            let files = store::lens::read(tx, v)?.parts.clone();
            out.push(write(&PublishedLens { slug: v.slug.clone(), files })?);
        }
    }
    Ok(out)
}

fn intervals(tx: &mut dyn Tx) -> Result<Vec<Value>> {
    let mut out = Vec::new();
    if let Some(s) = store::due::interval(tx, ORGANISATION)? {
        out.push(write(&PlacedInterval { place: ORGANISATION.to_owned(), months: s.months })?);
    }
    for g in catalogue::store::groups(tx)? {
        if let Some(s) = store::due::interval(tx, &g.id.to_string())? {
            out.push(write(&PlacedInterval { place: g.slug, months: s.months })?);
        }
    }
    Ok(out)
}

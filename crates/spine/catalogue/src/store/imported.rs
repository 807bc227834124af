//! Rows of what was imported, and the whole catalogue as imports see it.

use std::collections::BTreeMap;

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;
use serde_json::Value;

use super::body_text;
use crate::plan::{Form, Known, Linked, Stored};
use crate::rules::Origin;
use crate::wanted::ThingKind;

kernel::sql! {
    EVERY_TEAM = "SELECT id, slug, name, group_id, merged_into FROM team ORDER BY id COLLATE \"C\"";
    EVERY_WORKLOAD = "SELECT id, slug, name, team, body, merged_into FROM workload ORDER BY id COLLATE \"C\"";
    EVERY_SERVICE = "SELECT id, slug, name, workload, team, body, merged_into FROM service ORDER BY id COLLATE \"C\"";
    LINKS = "SELECT kind, ref, source, file, line, thing, form, implied, CASE WHEN orphaned_at IS NULL THEN 0 ELSE 1 END \
        FROM imported WHERE format = $1::TEXT ORDER BY kind COLLATE \"C\", ref COLLATE \"C\"";
    PUT_LINK = "INSERT INTO imported (format, kind, ref, source, file, line, thing, form, implied, made_at, orphaned_at, orphaned_by) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::BIGINT, $7::TEXT, $8::TEXT, $9::BIGINT, $10::BIGINT, $11::BIGINT, $12::TEXT) \
        ON CONFLICT (format, kind, ref) DO UPDATE SET source = excluded.source, file = excluded.file, line = excluded.line, \
        thing = excluded.thing, form = excluded.form, implied = excluded.implied, orphaned_at = excluded.orphaned_at, \
        orphaned_by = excluded.orphaned_by";
    RENAME_SOURCE = "UPDATE imported SET source = $2::TEXT WHERE source = $1::TEXT";
    ORIGINS = "SELECT thing, source, file, implied, orphaned_at FROM imported \
        WHERE thing = $1::TEXT ORDER BY orphaned_at NULLS FIRST, format COLLATE \"C\", ref COLLATE \"C\"";
    ORPHANS = "SELECT o.thing, max(o.orphaned_at) FROM imported o WHERE o.orphaned_at IS NOT NULL AND NOT EXISTS \
        (SELECT 1 FROM imported l WHERE l.thing = o.thing AND l.orphaned_at IS NULL) GROUP BY o.thing ORDER BY o.thing COLLATE \"C\"";
}

fn form(pairs: &[(&str, &str)]) -> Form {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

/// Texts of what people say about a thing; lists of texts as one.
fn texts(body: &Value, into: &mut Form) {
    for (name, value) in body.as_object().into_iter().flatten() {
        match value {
            Value::String(s) => drop(into.insert(name.clone(), s.clone())),
            Value::Array(list) if list.iter().all(Value::is_string) => {
                let words: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
                into.insert(name.clone(), words.join(" "));
            }
            _ => {}
        }
    }
}

/// The whole catalogue, and what was imported from files of that format.
pub(crate) fn known(tx: &mut dyn Tx, format: &str) -> Result<Known> {
    let mut out = Known::default();
    let mut slugs: BTreeMap<Id, String> = BTreeMap::new();
    for g in super::groups(tx)? {
        slugs.insert(g.id, g.slug.clone());
        let mut body = serde_json::to_value(&g).map_err(Error::internal)?;
        if let Some(o) = body.as_object_mut() {
            // Ids and versions are not what a person sends.
            o.retain(|k, _| k != "id" && k != "version");
        }
        let form = form(&[("name", &g.name)]);
        out.things.push(Stored {
            kind: ThingKind::Group,
            id: Some(g.id),
            slug: g.slug,
            name: g.name,
            form,
            body,
            team: None,
            group: Some(g.id),
            merged: None,
        });
    }
    let mut groups: BTreeMap<Id, Id> = BTreeMap::new();
    for r in tx.query(&EVERY_TEAM, &[])? {
        let (id, slug, name, group) = (r.id(0)?, r.text(1)?, r.text(2)?, r.id(3)?);
        groups.insert(id, group);
        slugs.insert(id, slug.clone());
        let form = form(&[("name", &name), ("group", slugs.get(&group).map_or("", String::as_str))]);
        out.things.push(Stored {
            kind: ThingKind::Team,
            id: Some(id),
            slug,
            name,
            form,
            body: Value::Null,
            team: Some(id),
            group: Some(group),
            merged: r.opt_id(4)?,
        });
    }
    let mut owners: BTreeMap<Id, Id> = BTreeMap::new();
    for r in tx.query(&EVERY_WORKLOAD, &[])? {
        let (id, slug, name, team) = (r.id(0)?, r.text(1)?, r.text(2)?, r.id(3)?);
        let body: Value = serde_json::from_str(r.str(4)?).map_err(Error::internal)?;
        owners.insert(id, team);
        slugs.insert(id, slug.clone());
        let mut form = form(&[("name", &name), ("team", slugs.get(&team).map_or("", String::as_str))]);
        texts(&body, &mut form);
        let group = groups.get(&team).copied();
        let merged = r.opt_id(5)?;
        out.things.push(Stored {
            kind: ThingKind::Workload,
            id: Some(id),
            slug,
            name,
            form,
            body,
            team: Some(team),
            group,
            merged,
        });
    }
    for r in tx.query(&EVERY_SERVICE, &[])? {
        let (id, slug, name, workload, own) = (r.id(0)?, r.text(1)?, r.text(2)?, r.id(3)?, r.opt_id(4)?);
        let body: Value = serde_json::from_str(r.str(5)?).map_err(Error::internal)?;
        let of = |id: Option<Id>| id.and_then(|id| slugs.get(&id)).map_or("", String::as_str);
        let mut form = form(&[("name", &name), ("workload", of(Some(workload))), ("team", of(own))]);
        texts(&body, &mut form);
        let team = own.or_else(|| owners.get(&workload).copied());
        let group = team.and_then(|t| groups.get(&t)).copied();
        let merged = r.opt_id(6)?;
        out.things.push(Stored { kind: ThingKind::Service, id: Some(id), slug, name, form, body, team, group, merged });
    }
    for r in tx.query(&LINKS, &[format.into()])? {
        let Some(kind) = ThingKind::parse(r.str(0)?) else { continue };
        out.links.push(Linked {
            kind,
            reference: r.text(1)?,
            source: r.text(2)?,
            file: r.text(3)?,
            line: r.int(4)?,
            thing: Some(r.id(5)?),
            form: serde_json::from_str(r.str(6)?).map_err(Error::internal)?,
            implied: r.bool(7)?,
            orphaned: r.bool(8)?,
        });
    }
    Ok(out)
}

pub(crate) fn put_link(tx: &mut dyn Tx, format: &str, l: &Linked, thing: Id, by: &str, now: Time) -> Result<()> {
    let params = [
        format.into(),
        l.kind.key().into(),
        (&l.reference).into(),
        (&l.source).into(),
        (&l.file).into(),
        l.line.into(),
        thing.into(),
        body_text(&l.form)?.into(),
        i64::from(l.implied).into(),
        now.into(),
        l.orphaned.then_some(now).into(),
        l.orphaned.then_some(by).into(),
    ];
    tx.execute(&PUT_LINK, &params).map(|_| ())
}

pub(crate) fn rename_source(tx: &mut dyn Tx, from: &str, to: &str) -> Result<()> {
    tx.execute(&RENAME_SOURCE, &[from.into(), to.into()]).map(|_| ())
}

/// Where a thing was imported from, if it was: the source that has it still, else the one that it disappeared from.
///
/// # Errors
/// The engine's.
pub fn origin(tx: &mut dyn Tx, thing: Id) -> Result<Option<Origin>> {
    let rows = tx.query(&ORIGINS, &[thing.into()])?;
    let read =
        |r: &kernel::db::Row| Ok(Origin { source: r.text(1)?, file: r.text(2)?, implied: r.bool(3)?, orphaned_at: r.opt_time(4)? });
    rows.first().map(read).transpose()
}

/// Things that disappeared from every source that they were imported from, and when from the last.
///
/// # Errors
/// The engine's.
pub fn orphans(tx: &mut dyn Tx) -> Result<BTreeMap<Id, Time>> {
    tx.query(&ORPHANS, &[])?.iter().map(|r| Ok((r.id(0)?, r.time(1)?))).collect()
}

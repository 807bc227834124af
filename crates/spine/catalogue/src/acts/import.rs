//! Storing what files of other programs say about the catalogue: read, planned, then stored in one transaction.

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::trail;
use kernel::web::Ctx;
use people::rights;
use serde_json::json;

use super::told;
use crate::backstage::Refused;
use crate::plan::{Deed, How, Make, Plan, Step, plan};
use crate::wanted::{Asked, File, MOST, NewImport};
use crate::{acts, sheet, store, wanted};

/// Which program's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Backstage, `catalog-info.yaml`.
    Backstage,
    /// A CSV file of ours.
    Catalogue,
}

/// An import that was read: files in their meaning, and how they are taken.
#[derive(Debug, Clone)]
pub struct Read {
    asked: Asked,
    how: How,
}

/// Reads files; nothing is looked up or stored yet.
///
/// # Errors
/// No right anywhere; too many things; a fault of what is sent beside the files.
pub fn read(cx: &Ctx, format: Format, new: &NewImport) -> Result<Read> {
    cx.require_somewhere(&rights::TEAMS)?;
    let new = new.clone().check()?;
    let asked = match format {
        Format::Backstage => wanted::backstage(&new.files),
        Format::Catalogue => sheet::read(&new.files),
    };
    if asked.wanted.len() > MOST {
        let n = asked.wanted.len();
        return Err(Error::invalid("files", format!("An import takes {MOST} things; these files have {n}. Split them.")));
    }
    let how = How {
        source: new.source.unwrap_or_default(),
        whole: new.whole,
        group: new.group.map(|g| g.trim().to_owned()).filter(|g| !g.is_empty()),
        calendar: new.calendar,
        overwrite: new.overwrite,
    };
    Ok(Read { asked, how })
}

/// All that a source has, as it was fetched.
#[derive(Debug, Clone)]
pub enum Fetched {
    /// Files, each with its path.
    Files(Vec<File>),
    /// Entities, each with its place.
    Entities(Vec<(String, serde_json::Value)>),
}

/// Reads all that a source has, in Backstage's form; what came from it before and is missing here has disappeared.
///
/// # Errors
/// No right anywhere; [`Error::Conflict`] if there are too many things.
pub fn read_whole(cx: &Ctx, fetched: &Fetched, how: How) -> Result<Read> {
    cx.require_somewhere(&rights::TEAMS)?;
    let asked = match fetched {
        Fetched::Files(files) => wanted::backstage(files),
        Fetched::Entities(found) => wanted::entities(found),
    };
    let n = asked.wanted.len();
    if n > MOST {
        return Err(Error::Conflict(format!("There are {n} things in it; at most {MOST} are taken at once.")));
    }
    Ok(Read { asked, how: How { whole: true, ..how } })
}

impl Read {
    /// Nothing in it has a place here.
    pub fn is_empty(&self) -> bool {
        self.asked.wanted.is_empty()
    }

    /// Files of which nothing was read, with place and reason.
    pub fn unread(&self) -> &[Refused] {
        &self.asked.unread
    }
}

/// Notes that what came from one source comes from another name of it; the things stay as they are.
///
/// # Errors
/// No right; the engine's.
pub fn renamed_source(cx: &Ctx, tx: &mut dyn Tx, from: &str, to: &str) -> Result<()> {
    cx.require_everywhere(&rights::SOURCES)?;
    store::rename_source(tx, from, to)
}

/// What the import would do.
///
/// # Errors
/// No right anywhere; a group that is not there.
pub fn preview(cx: &Ctx, tx: &mut dyn Tx, r: &Read) -> Result<Plan> {
    cx.require_somewhere(&rights::TEAMS)?;
    if let Some(slug) = &r.how.group {
        store::group_by_slug(tx, slug).map_err(|e| e.at("group"))?;
    }
    let known = store::known(tx, r.asked.format)?;
    Ok(plan(&r.asked, &r.how, known, &|right, at| cx.actor.may(right, at)))
}

/// Stores what the plan says, all of it or nothing. What is refused alone is counted and left out.
///
/// # Errors
/// As [`preview`]; [`Error::Conflict`] if the catalogue changes meanwhile.
pub fn import(cx: &Ctx, tx: &mut dyn Tx, r: &Read) -> Result<Plan> {
    cx.require_somewhere(&rights::TEAMS)?;
    let mut plan = Plan { dry_run: false, ..preview(cx, tx, r)? };
    let (mut linked, mut counts) = (0, [0usize; 4]);
    for step in &mut plan.steps {
        if step.make.is_none() && step.link.is_none() {
            continue;
        }
        let id = stored(cx, tx, step)?;
        step.id = Some(id);
        let subject = step.kind.key();
        match step.action {
            Deed::Create => counts[0] += 1,
            Deed::Change => counts[1] += 1,
            Deed::Orphan => {
                counts[2] += 1;
                told(cx, tx, "orphaned", subject, id, &step.r#where)?;
            }
            Deed::Return => {
                counts[3] += 1;
                told(cx, tx, "returned", subject, id, &step.r#where)?;
            }
            Deed::Adopt => told(cx, tx, "adopted", subject, id, &step.r#where)?,
            Deed::Keep => {}
        }
        if let Some(link) = &step.link {
            linked += 1;
            store::put_link(tx, r.asked.format, link, id, &cx.actor.key(), cx.now)?;
        }
    }
    if linked > 0 || counts != [0; 4] {
        let id = tx.id()?;
        let [made, changed, orphaned, returned] = counts;
        let summary = json!({ "format": r.asked.format, "source": r.how.source, "made": made, "changed": changed,
            "orphaned": orphaned, "returned": returned, "refused": plan.refused.len() });
        trail::record(cx, tx, "imported", &Ref::new("catalogue", id), &summary, "")?;
        tx.publish("catalogue");
    }
    // What is only remembered anew (another line of the file) is no news to the caller.
    plan.steps.retain(|s| s.action != Deed::Keep || !s.kept.is_empty());
    Ok(plan)
}

/// Makes or changes the thing of a step, by the acts that a person's forms use.
fn stored(cx: &Ctx, tx: &mut dyn Tx, step: &Step) -> Result<Id> {
    let made = match (&step.make, step.id) {
        (None, Some(id)) => id,
        (None, None) => return Err(Error::internal("a step without a thing")),
        (Some(Make::Group(new)), None) => acts::make_group(cx, tx, new)?.id,
        (Some(Make::Group(new)), Some(_)) => acts::change_group(cx, tx, &step.slug, new)?.id,
        (Some(Make::Team(new)), None) => acts::make_team(cx, tx, new)?.id,
        (Some(Make::Team(new)), Some(_)) => acts::change_team(cx, tx, &step.slug, new)?.id,
        (Some(Make::Workload(new)), None) => acts::make_workload(cx, tx, new)?.id,
        (Some(Make::Workload(new)), Some(_)) => acts::change_workload(cx, tx, &step.slug, new)?.id,
        (Some(Make::Service(new)), None) => acts::make_service(cx, tx, new)?.id,
        (Some(Make::Service(new)), Some(_)) => acts::change_service(cx, tx, &step.slug, new)?.id,
    };
    Ok(made)
}

//! The catalogue as code: `export` writes what stands, `plan` says what a file would change, `apply` does it. What a file
//! does not name is left alone.

use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::web::Ctx;
use people::rights;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::{NewGroup, NewService, NewTeam, NewWorkload};
use crate::{acts, store};

/// Version of the form.
pub const FORM: &str = "bellwether/v1";

/// A configuration file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// `bellwether/v1`
    pub form: String,
    /// Groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<NewGroup>,
    /// Teams.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<NewTeam>,
    /// Workloads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub workloads: Vec<NewWorkload>,
    /// Services.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<NewService>,
}

/// What happens to one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is new.
    Create,
    /// It differs.
    Change,
    /// It stands as it is.
    Unchanged,
}

/// One thing of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Step {
    /// `group`, `team`, `workload`, `service`.
    pub kind: String,
    /// Its slug.
    pub slug: String,
    /// What happens to it.
    pub action: Action,
    /// Fields that differ: name, before, after.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
}

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldChange {
    /// Its name.
    pub name: String,
    /// As it stands.
    pub before: String,
    /// As the file says.
    pub after: String,
}

/// What a file does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Plan {
    /// Whether it was done.
    pub applied: bool,
    /// In the file's order.
    pub steps: Vec<Step>,
}

/// Writes everything in use.
///
/// # Errors
/// The engine's.
pub fn export(tx: &mut dyn Tx) -> Result<String> {
    let mut out = Document { form: FORM.into(), ..Document::default() };
    let groups = store::groups(tx)?;
    let teams = store::teams(tx, None)?;
    let workloads = store::workloads(tx)?;
    let slug_of_team = |id| teams.iter().find(|t| t.id == id).map(|t| t.slug.clone()).unwrap_or_default();
    out.groups = groups
        .iter()
        .map(|g| NewGroup {
            name: g.name.clone(),
            zone: g.zone.clone(),
            sprint_days: g.sprint_days,
            first_number: g.first_number,
            first_day: g.first_day.clone(),
            slug: Some(g.slug.clone()),
            version: None,
        })
        .collect();
    out.teams = teams
        .iter()
        .map(|t| NewTeam {
            name: t.name.clone(),
            group: groups.iter().find(|g| g.id == t.group).map(|g| g.slug.clone()).unwrap_or_default(),
            slug: Some(t.slug.clone()),
            version: None,
        })
        .collect();
    out.services = store::services(tx)?
        .into_iter()
        .filter_map(|s| {
            Some(NewService {
                name: s.name,
                workload: workloads.iter().find(|w| w.id == s.workload)?.slug.clone(),
                team: s.own_team.then(|| slug_of_team(s.team)),
                slug: Some(s.slug),
                about: s.body,
                version: None,
            })
        })
        .collect();
    out.workloads = workloads
        .iter()
        .filter(|w| teams.iter().any(|t| t.id == w.team))
        .map(|w| NewWorkload {
            name: w.name.clone(),
            team: slug_of_team(w.team),
            slug: Some(w.slug.clone()),
            about: w.body.clone(),
            version: None,
        })
        .collect();
    write(&out)
}

/// Writes a document.
///
/// # Errors
/// [`Error::Internal`]; what is made of texts and lists can always be written.
pub fn write(document: &Document) -> Result<String> {
    serde_saphyr::to_string(document).map_err(Error::internal)
}

/// Reads a document.
///
/// # Errors
/// [`Error::Invalid`] with the line.
pub fn read(text: &str) -> Result<Document> {
    let document: Document = serde_saphyr::from_str(text).map_err(|e| {
        let message: String = e.to_string().chars().take(600).collect();
        Error::invalid("yaml", format!("The file cannot be read: {message}"))
    })?;
    if document.form != FORM {
        return Err(Error::invalid("form", format!("The file begins with “form: {FORM}”; this one says “{}”.", document.form)));
    }
    Ok(document)
}

/// Says what a file would change.
///
/// # Errors
/// Faults of the file with their place.
pub fn plan(cx: &Ctx, tx: &mut dyn Tx, text: &str) -> Result<Plan> {
    cx.require_somewhere(&rights::APPLY)?;
    let now = read(&export(tx)?)?;
    let document = checked(read(text)?)?;
    let mut steps = Vec::new();
    for g in &document.groups {
        let old = now.groups.iter().find(|o| o.slug == g.slug);
        steps.push(step("group", g.slug.as_deref(), old, g)?);
    }
    for t in &document.teams {
        steps.push(step("team", t.slug.as_deref(), now.teams.iter().find(|o| o.slug == t.slug), t)?);
    }
    for w in &document.workloads {
        steps.push(step("workload", w.slug.as_deref(), now.workloads.iter().find(|o| o.slug == w.slug), w)?);
    }
    for s in &document.services {
        steps.push(step("service", s.slug.as_deref(), now.services.iter().find(|o| o.slug == s.slug), s)?);
    }
    Ok(Plan { applied: false, steps })
}

fn checked(mut d: Document) -> Result<Document> {
    fn each<T: Clone>(list: &mut [T], kind: &str, check: impl Fn(T) -> Result<T>, faults: &mut Faults) -> Result<()> {
        for (i, item) in list.iter_mut().enumerate() {
            match check(item.clone()) {
                Ok(good) => *item = good,
                Err(Error::Invalid(found)) => {
                    for f in found {
                        faults.add(format!("{kind}[{i}].{}", f.at), f.message);
                    }
                }
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }
    let mut faults = Faults::new();
    each(&mut d.groups, "groups", NewGroup::check, &mut faults)?;
    each(&mut d.teams, "teams", NewTeam::check, &mut faults)?;
    each(&mut d.workloads, "workloads", NewWorkload::check, &mut faults)?;
    each(&mut d.services, "services", NewService::check, &mut faults)?;
    faults.done().map(|()| d)
}

fn step<T: Serialize>(kind: &str, slug: Option<&str>, old: Option<&T>, new: &T) -> Result<Step> {
    let json = |x: &T| serde_json::to_value(x).map_err(Error::internal);
    let after = json(new)?;
    let (action, fields) = match old {
        None => (Action::Create, Vec::new()),
        Some(old) => {
            let before = json(old)?;
            let show = |v: Option<&serde_json::Value>| match v {
                None | Some(serde_json::Value::Null) => String::new(),
                Some(serde_json::Value::String(s)) => s.clone(),
                Some(other) => other.to_string(),
            };
            let mut names: Vec<&String> = before.as_object().into_iter().chain(after.as_object()).flat_map(|o| o.keys()).collect();
            names.sort();
            names.dedup();
            let fields: Vec<FieldChange> = names
                .into_iter()
                .filter(|n| before.get(*n) != after.get(*n))
                .map(|n| FieldChange { name: n.clone(), before: show(before.get(n)), after: show(after.get(n)) })
                .collect();
            (if fields.is_empty() { Action::Unchanged } else { Action::Change }, fields)
        }
    };
    Ok(Step { kind: kind.into(), slug: slug.unwrap_or_default().into(), action, fields })
}

/// Does what a file says, all or nothing.
///
/// # Errors
/// As [`plan`]; no right for one of its things refuses the file.
pub fn apply(cx: &Ctx, tx: &mut dyn Tx, text: &str) -> Result<Plan> {
    cx.require_somewhere(&rights::APPLY)?;
    let plan = plan(cx, tx, text)?;
    let document = checked(read(text)?)?;
    let mut steps = plan.steps.iter();
    let mut next = || steps.next().map_or(Action::Unchanged, |s| s.action);
    for g in &document.groups {
        match next() {
            Action::Create => acts::make_group(cx, tx, g).map(|_| ())?,
            Action::Change => acts::change_group(cx, tx, g.slug.as_deref().unwrap_or(""), g).map(|_| ())?,
            Action::Unchanged => {}
        }
    }
    for t in &document.teams {
        match next() {
            Action::Create => acts::make_team(cx, tx, t).map(|_| ())?,
            Action::Change => acts::change_team(cx, tx, t.slug.as_deref().unwrap_or(""), t).map(|_| ())?,
            Action::Unchanged => {}
        }
    }
    for w in &document.workloads {
        match next() {
            Action::Create => acts::make_workload(cx, tx, w).map(|_| ())?,
            Action::Change => acts::change_workload(cx, tx, w.slug.as_deref().unwrap_or(""), w).map(|_| ())?,
            Action::Unchanged => {}
        }
    }
    for s in &document.services {
        match next() {
            Action::Create => acts::make_service(cx, tx, s).map(|_| ())?,
            Action::Change => acts::change_service(cx, tx, s.slug.as_deref().unwrap_or(""), s).map(|_| ())?,
            Action::Unchanged => {}
        }
    }
    Ok(Plan { applied: true, steps: plan.steps })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_the_same() {
        let d = Document {
            form: FORM.into(),
            groups: vec![NewGroup {
                name: "Größe: \"A\" #1\n".trim().into(),
                zone: "Europe/London".into(),
                sprint_days: 14,
                first_number: 1,
                first_day: "2026-01-14".into(),
                slug: Some("g".into()),
                version: None,
            }],
            teams: vec![NewTeam { name: "yes".into(), group: "g".into(), slug: Some("yes".into()), version: None }],
            ..Document::default()
        };
        assert_eq!(read(&write(&d).unwrap()).unwrap(), d);
    }

    #[test]
    fn an_unknown_key_and_another_form_are_refused() {
        assert!(read("form: bellwether/v1\nteems: []\n").is_err());
        assert!(read("form: other/v1\n").unwrap_err().to_string().contains("bellwether/v1"));
        assert!(read("form: [").is_err());
    }
}

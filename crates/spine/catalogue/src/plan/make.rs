//! What a step makes or changes, in the form in which a person would send it, checked by the same rules.

use kernel::error::Error;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::{Form, Stored};
use crate::rules::{NewGroup, NewService, NewTeam, NewWorkload};
use crate::wanted::{NewCalendar, ThingKind};

/// A thing as it is made or changed.
#[derive(Debug, Clone)]
pub enum Make {
    /// A group.
    Group(NewGroup),
    /// A team.
    Team(NewTeam),
    /// A workload.
    Workload(NewWorkload),
    /// A service.
    Service(NewService),
}

/// A new thing.
pub(super) fn new(kind: ThingKind, slug: &str, form: &Form, calendar: Option<&NewCalendar>) -> Result<Make, String> {
    let mut whole = match (kind, calendar) {
        (ThingKind::Group, Some(c)) => {
            let mut v = json!({ "zone": c.zone, "first_day": c.first_day });
            if let Some(days) = c.sprint_days {
                v["sprint_days"] = days.into();
            }
            if let Some(number) = c.first_number {
                v["first_number"] = number.into();
            }
            v
        }
        _ => json!({}),
    };
    whole["slug"] = slug.into();
    filled(kind, whole, &json!({}), form)
}

/// A thing as it stands, with the fields of the form.
pub(super) fn change(old: &Stored, form: &Form) -> Result<Make, String> {
    let (mut whole, about) =
        if old.kind == ThingKind::Group { (old.body.clone(), json!({})) } else { (json!({}), old.body.clone()) };
    whole["slug"] = old.slug.clone().into();
    filled(old.kind, whole, &about, form)
}

fn filled(kind: ThingKind, mut whole: Value, about: &Value, form: &Form) -> Result<Make, String> {
    let mut about: Map<String, Value> = about.as_object().cloned().unwrap_or_default();
    for (name, text) in form {
        match (kind, name.as_str()) {
            (_, "name") | (ThingKind::Team, "group") | (ThingKind::Workload, "team") | (ThingKind::Service, "workload") => {
                whole[name.as_str()] = text.clone().into();
            }
            (ThingKind::Service, "team") => {
                whole["team"] = if text.is_empty() { Value::Null } else { text.clone().into() };
            }
            (ThingKind::Service, "repositories") => {
                about.insert(name.clone(), text.split_whitespace().collect::<Vec<_>>().into());
            }
            (ThingKind::Workload, _) => {
                about.insert(name.clone(), text.clone().into());
            }
            _ => {}
        }
    }
    if matches!(kind, ThingKind::Workload | ThingKind::Service) {
        whole["about"] = about.into();
    }
    let said = |e: Error| match e {
        Error::Invalid(faults) => faults.iter().map(|f| f.message.as_str()).collect::<Vec<_>>().join(" "),
        e => e.to_string(),
    };
    Ok(match kind {
        ThingKind::Group => Make::Group(read::<NewGroup>(whole)?.check().map_err(said)?),
        ThingKind::Team => Make::Team(read::<NewTeam>(whole)?.check().map_err(said)?),
        ThingKind::Workload => Make::Workload(read::<NewWorkload>(whole)?.check().map_err(said)?),
        ThingKind::Service => Make::Service(read::<NewService>(whole)?.check().map_err(said)?),
    })
}

fn read<T: DeserializeOwned>(whole: Value) -> Result<T, String> {
    serde_json::from_value(whole).map_err(|e| format!("It states too little: {e}."))
}

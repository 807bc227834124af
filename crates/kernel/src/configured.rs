//! Configuration as code: `export` writes every configured object, `plan` says what a file would change, `apply` does it.
//! The kernel knows no kind by name; the rooms bring theirs as [`Configured`]. What a file does not name is left alone; a
//! field that is left out takes its default.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::db::Tx;
use crate::error::{Error, Faults, Result};
use crate::web::Ctx;

/// Version of the form, the first line of each file.
pub const FORM: &str = "bellwether/v1";

/// A kind of object that is configured.
#[derive(Debug, Clone, Copy)]
pub struct Configured {
    /// Its list in the file, in the plural: `groups`.
    pub kind: &'static str,
    /// One of it, in a plan: `group`.
    pub noun: &'static str,
    /// The field that tells one from another: `slug`.
    pub key: &'static str,
    /// All that are in use, in their fixed order, in the form that a file has.
    pub export: fn(&mut dyn Tx) -> Result<Vec<Value>>,
    /// Checks one and fills its defaults in, so that it can be compared with what is exported.
    pub check: fn(Value) -> Result<Value>,
    /// Makes or changes one, with the rights of whoever applies.
    pub apply: fn(&Ctx, &mut dyn Tx, &Value, Action) -> Result<()>,
}

/// What happens to one object.
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

/// One object of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Step {
    /// `group`, `team`, `metric` and so on.
    pub kind: String,
    /// Its key.
    pub slug: String,
    /// What happens to it.
    pub action: Action,
    /// Fields that differ.
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
    /// In the order in which things are made: what is referred to comes first.
    pub steps: Vec<Step>,
}

/// Reads one object of a kind from a file.
///
/// # Errors
/// [`Error::Invalid`] with what does not fit.
pub fn read<T: serde::de::DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(|e| Error::invalid("", format!("{e}.")))
}

/// Writes one object of a kind for a file; absent fields are left out.
///
/// # Errors
/// [`Error::Internal`]; what is made of texts, numbers and lists can always be written.
pub fn write(thing: &impl Serialize) -> Result<Value> {
    serde_json::to_value(thing).map_err(Error::internal)
}

/// Writes everything in use as YAML.
///
/// # Errors
/// The engine's.
pub fn export(kinds: &[&Configured], tx: &mut dyn Tx) -> Result<String> {
    let mut out = format!("form: {FORM}\n");
    for kind in kinds {
        let all = (kind.export)(tx)?;
        if !all.is_empty() {
            let section: Map<String, Value> = [(kind.kind.to_owned(), Value::Array(all))].into_iter().collect();
            out.push_str(&serde_saphyr::to_string(&section).map_err(Error::internal)?);
            if !out.ends_with('\n') {
                out.push('\n');
            }
        }
    }
    Ok(out)
}

/// A file's objects by kind, checked.
struct File(Vec<(usize, Vec<Value>)>);

fn parse(kinds: &[&Configured], text: &str) -> Result<File> {
    if text.contains('\0') {
        return Err(Error::invalid("yaml", "The file holds a NUL character. Save it as text."));
    }
    let document: Value = serde_saphyr::from_str(text).map_err(|e| {
        let message: String = e.to_string().chars().take(600).collect();
        Error::invalid("yaml", format!("The file cannot be read: {message}"))
    })?;
    let Value::Object(mut document) = document else {
        return Err(Error::invalid("yaml", format!("The file begins with “form: {FORM}”, then lists such as groups and teams.")));
    };
    let form = document.remove("form").unwrap_or(Value::Null);
    if form != FORM {
        return Err(Error::invalid("form", format!("The file begins with “form: {FORM}”; this one says “{}”.", show(&form))));
    }
    let mut faults = Faults::new();
    let mut out = Vec::new();
    for (i, kind) in kinds.iter().enumerate() {
        match document.remove(kind.kind) {
            None | Some(Value::Null) => {}
            Some(Value::Array(list)) => out.push((i, checked(kind, list, &mut faults))),
            Some(_) => faults.add(kind.kind, format!("{} is a list; begin each of its parts with a hyphen.", kind.kind)),
        }
    }
    let known: Vec<&str> = kinds.iter().map(|k| k.kind).collect();
    for name in document.keys() {
        let shown: String = name.chars().take(60).collect();
        faults.add(shown.clone(), format!("There is no kind “{shown}”. A file may hold {}.", known.join(", ")));
    }
    faults.done().map(|()| File(out))
}

fn checked(kind: &Configured, list: Vec<Value>, faults: &mut Faults) -> Vec<Value> {
    let mut out: Vec<Value> = Vec::new();
    for (i, item) in list.into_iter().enumerate() {
        let at = |field: &str| if field.is_empty() { format!("{}[{i}]", kind.kind) } else { format!("{}[{i}].{field}", kind.kind) };
        match (kind.check)(item) {
            Ok(good) if out.iter().any(|o| o[kind.key] == good[kind.key]) => {
                faults.add(at(kind.key), format!("The {} “{}” stands in the file twice.", kind.noun, show(&good[kind.key])));
            }
            Ok(good) => out.push(good),
            Err(Error::Invalid(found)) => {
                for f in found {
                    faults.add(at(&f.at), f.message);
                }
            }
            Err(e) => faults.add(at(""), e.to_string()),
        }
    }
    out
}

fn show(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(s) => s.chars().take(200).collect(),
        other => other.to_string().chars().take(200).collect(),
    }
}

fn step(kind: &Configured, old: Option<&Value>, new: &Value) -> Step {
    let (action, fields) = match old {
        None => (Action::Create, Vec::new()),
        Some(old) => {
            let mut names: Vec<&String> = old.as_object().into_iter().chain(new.as_object()).flat_map(Map::keys).collect();
            names.sort();
            names.dedup();
            let fields: Vec<FieldChange> = names
                .into_iter()
                .filter(|n| old.get(*n) != new.get(*n))
                .map(|n| FieldChange {
                    name: n.clone(),
                    before: old.get(n).map(show).unwrap_or_default(),
                    after: new.get(n).map(show).unwrap_or_default(),
                })
                .collect();
            (if fields.is_empty() { Action::Unchanged } else { Action::Change }, fields)
        }
    };
    Step { kind: kind.noun.into(), slug: show(&new[kind.key]), action, fields }
}

fn steps(kinds: &[&Configured], tx: &mut dyn Tx, file: &File) -> Result<Vec<Step>> {
    let mut out = Vec::new();
    for (i, list) in &file.0 {
        let kind = kinds[*i];
        let stored = (kind.export)(tx)?;
        out.extend(list.iter().map(|new| step(kind, stored.iter().find(|o| o[kind.key] == new[kind.key]), new)));
    }
    Ok(out)
}

/// Says what a file would change. The caller has checked that the actor may apply.
///
/// # Errors
/// Faults of the file with their place.
pub fn plan(kinds: &[&Configured], tx: &mut dyn Tx, text: &str) -> Result<Plan> {
    let file = parse(kinds, text)?;
    Ok(Plan { applied: false, steps: steps(kinds, tx, &file)? })
}

/// Does what a file says, all or nothing. Each object asks for its own right.
///
/// # Errors
/// As [`plan`]; what an object is refused for, with its place.
pub fn apply(kinds: &[&Configured], cx: &Ctx, tx: &mut dyn Tx, text: &str) -> Result<Plan> {
    let file = parse(kinds, text)?;
    let steps = steps(kinds, tx, &file)?;
    let mut at = steps.iter();
    for (k, list) in &file.0 {
        let kind = kinds[*k];
        for (i, new) in list.iter().enumerate() {
            let Some(step) = at.next() else { break };
            if step.action == Action::Unchanged {
                continue;
            }
            (kind.apply)(cx, tx, new, step.action).map_err(|e| match e {
                Error::Invalid(found) => Error::Invalid(
                    found
                        .into_iter()
                        .map(|f| crate::error::Fault::new(format!("{}[{i}].{}", kind.kind, f.at), f.message))
                        .collect(),
                ),
                e => e,
            })?;
        }
    }
    Ok(Plan { applied: true, steps })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fruit(value: Value) -> Result<Value> {
        #[derive(serde::Deserialize, Serialize)]
        #[serde(deny_unknown_fields)]
        struct Fruit {
            slug: String,
            #[serde(default)]
            sweet: bool,
        }
        let f: Fruit = read(value)?;
        if f.slug.is_empty() { Err(Error::invalid("slug", "A fruit has a key.")) } else { write(&f) }
    }

    static KIND: Configured = Configured {
        kind: "fruits",
        noun: "fruit",
        key: "slug",
        export: |_| Ok(vec![json!({ "slug": "fig", "sweet": true }), json!({ "slug": "lime", "sweet": false })]),
        check: fruit,
        apply: |_, _, _, _| Ok(()),
    };

    struct NoTx;

    impl Tx for NoTx {
        fn query(&mut self, _: &'static crate::db::Sql, _: &[crate::db::Value]) -> Result<Vec<crate::db::Row>> {
            Err(Error::internal("no database"))
        }
        fn execute(&mut self, _: &'static crate::db::Sql, _: &[crate::db::Value]) -> Result<u64> {
            Err(Error::internal("no database"))
        }
        fn upsert(&mut self, _: &'static crate::db::Sql, _: usize, _: Vec<Vec<crate::db::Value>>) -> Result<u64> {
            Err(Error::internal("no database"))
        }
        fn id(&mut self) -> Result<crate::ids::Id> {
            Err(Error::internal("no database"))
        }
        fn publish(&mut self, _: &str) {}
    }

    #[test]
    fn what_is_exported_changes_nothing_when_applied() {
        let text = export(&[&KIND], &mut NoTx).unwrap();
        let plan = plan(&[&KIND], &mut NoTx, &text).unwrap();
        assert!(plan.steps.len() == 2 && plan.steps.iter().all(|s| s.action == Action::Unchanged), "{text}\n{plan:?}");
    }

    #[test]
    fn a_plan_names_fields_before_and_after() {
        let text = "form: bellwether/v1\nfruits:\n  - slug: lime\n    sweet: true\n  - slug: pear\n";
        let steps = plan(&[&KIND], &mut NoTx, text).unwrap().steps;
        assert_eq!((steps[0].action, steps[1].action), (Action::Change, Action::Create));
        assert_eq!(steps[0].fields, [FieldChange { name: "sweet".into(), before: "false".into(), after: "true".into() }]);
    }

    #[test]
    fn every_fault_has_its_place() {
        let at = |text: &str| match plan(&[&KIND], &mut NoTx, text).unwrap_err() {
            Error::Invalid(faults) => faults.into_iter().map(|f| f.at).collect::<Vec<_>>(),
            e => panic!("{e}"),
        };
        assert_eq!(
            at("form: bellwether/v1\nfruits:\n  - slug: ''\n  - slug: a\n  - slug: a\nnuts: []\n"),
            ["fruits[0].slug", "fruits[2].slug", "nuts"]
        );
        assert_eq!(at("form: other\n"), ["form"]);
        assert_eq!(at("form: ["), ["yaml"]);
        assert_eq!(at("just text"), ["yaml"]);
        assert_eq!(at("form: bellwether/v1\nfruits: 3\n"), ["fruits"]);
        assert_eq!(at("form: bellwether/v1\nfruits:\n  - slug: a\n    colour: red\n"), ["fruits[0]"]);
    }
}

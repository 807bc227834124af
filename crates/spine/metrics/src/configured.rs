//! Metric definitions as code.

use kernel::configured::{Action, Configured, read, write};

use crate::acts::{self, Redefinition};
use crate::definition::Definition;
use crate::store;

/// The kinds of this room. A change makes a new version, which begins a new baseline; to say that values before and after
/// are comparable, redefine the metric over REST.
pub static CONFIGURED: [Configured; 1] = [Configured {
    kind: "metrics",
    noun: "metric",
    key: "key",
    export: |tx| store::definitions(tx, "", 10_000)?.iter().map(|v| write(&v.definition)).collect(),
    check: |v| write(&read::<Definition>(v)?.check()?),
    apply: |cx, tx, v, action| {
        let definition: Definition = read(v.clone())?;
        match action {
            Action::Create => acts::define(cx, tx, &definition).map(|_| ()),
            _ => {
                let key = definition.key.clone();
                let version = acts::definition(tx, &key)?.version;
                acts::redefine(cx, tx, &key, &Redefinition { definition, version, comparable_because: None }).map(|_| ())
            }
        }
    },
}];

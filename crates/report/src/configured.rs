//! Templates as code.

use kernel::configured::{Configured, read, write};
use kernel::db::Tx;
use kernel::error::Result;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::template::{NewTemplate, Template, TemplateSection};
use crate::{acts, store};

/// A group's template in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupTemplate {
    group: String,
    sections: Vec<TemplateSection>,
}

/// The kinds of this room.
pub static CONFIGURED: [Configured; 1] = [Configured {
    kind: "templates",
    noun: "template",
    key: "group",
    export,
    check: |v| write(&read::<GroupTemplate>(v)?),
    apply: |cx, tx, v, _| {
        cx.require_signed_in()?;
        let new: GroupTemplate = read(v.clone())?;
        let group = catalogue::store::group_by_slug(tx, &new.group)?;
        let version = store::template(tx, group.id)?.version;
        let new = NewTemplate { template: Template { sections: new.sections }, version, reason: "from a file".into() };
        acts::agree(cx, tx, &group, &new).map(|_| ())
    },
}];

fn export(tx: &mut dyn Tx) -> Result<Vec<Value>> {
    let mut out = Vec::new();
    for group in catalogue::store::groups(tx)? {
        let agreed = store::template(tx, group.id)?;
        if agreed.version > 0 {
            out.push(write(&GroupTemplate { group: group.slug, sections: agreed.template.sections })?);
        }
    }
    Ok(out)
}

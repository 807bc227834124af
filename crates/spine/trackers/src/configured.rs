//! Trackers as code. Secrets are named, so a file holds none.

use kernel::configured::{Action, Configured, read, write};

use crate::tracker::{MOST, NewTracker};
use crate::{acts, store};

/// The kinds of this room. What the configuration of the server has to have (secrets) is said by the tracker's page.
pub static CONFIGURED: [Configured; 1] = [Configured {
    kind: "trackers",
    noun: "tracker",
    key: "slug",
    export: |tx| {
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        store::tracker::page(tx, "", most)?.iter().map(|t| write(&t.sent())).collect()
    },
    check: |v| write(&NewTracker { version: None, ..read::<NewTracker>(v)?.check()? }),
    apply: |cx, tx, v, action| {
        let new: NewTracker = read(v.clone())?;
        match action {
            Action::Create => acts::make(cx, tx, &new).map(|_| ()),
            _ => acts::change(cx, tx, new.slug.as_deref().unwrap_or_default(), &new).map(|_| ()),
        }
    },
}];

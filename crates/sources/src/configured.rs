//! Sources as code.

use kernel::configured::{Action, Configured, read, write};

use crate::rules::{NewFeed, NewSource};
use crate::{acts, store};

/// The kinds of this room. What the configuration of the server has to allow (secrets, folders of git) is checked when a
/// source runs.
pub static CONFIGURED: [Configured; 2] = [SOURCES, FEEDS];

const SOURCES: Configured = Configured {
    kind: "sources",
    noun: "source",
    key: "slug",
    export: |tx| store::in_use(tx)?.iter().map(|s| write(&s.sent())).collect(),
    check: |v| write(&NewSource { version: None, ..read::<NewSource>(v)?.check()? }),
    apply: |cx, tx, v, action| {
        let new: NewSource = read(v.clone())?;
        match action {
            Action::Create => acts::make(cx, tx, &new).map(|_| ()),
            _ => acts::change(cx, tx, new.slug.as_deref().unwrap_or_default(), &new).map(|_| ()),
        }
    },
};

const FEEDS: Configured = Configured {
    kind: "feeds",
    noun: "feed",
    key: "slug",
    export: |tx| store::feed::in_use(tx)?.iter().map(|f| write(&f.sent())).collect(),
    check: |v| write(&NewFeed { version: None, ..read::<NewFeed>(v)?.check()? }),
    apply: |cx, tx, v, action| {
        let new: NewFeed = read(v.clone())?;
        match action {
            Action::Create => acts::feed::make(cx, tx, &new).map(|_| ()),
            _ => acts::feed::change(cx, tx, new.slug.as_deref().unwrap_or_default(), &new).map(|_| ()),
        }
    },
};

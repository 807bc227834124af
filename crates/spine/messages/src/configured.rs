//! Channels as code. Secrets are named, so a file holds none.

use kernel::configured::{Action, Configured, read, write};

use crate::channel::{MOST, NewChannel};
use crate::{acts, store};

/// The kinds of this room. What the configuration of the server has to have (secrets, a server that takes mail) is said by the
/// channel's page and by each try.
pub static CONFIGURED: [Configured; 1] = [Configured {
    kind: "channels",
    noun: "channel",
    key: "slug",
    export: |tx| {
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        store::channel::page(tx, "", most)?.iter().map(|c| write(&c.sent())).collect()
    },
    check: |v| write(&NewChannel { version: None, ..read::<NewChannel>(v)?.check()? }),
    apply: |cx, tx, v, action| {
        let new: NewChannel = read(v.clone())?;
        match action {
            Action::Create => acts::channel::make(cx, tx, &new).map(|_| ()),
            _ => acts::channel::change(cx, tx, new.slug.as_deref().unwrap_or_default(), &new).map(|_| ()),
        }
    },
}];

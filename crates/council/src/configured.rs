//! The council's own rules as code.

use kernel::configured::{Configured, read, write};

use crate::acts;
use crate::setting::Setting;
use crate::store;

/// The kind of this room: one object, named `council`. It is exported once somebody changed it.
pub static CONFIGURED: [Configured; 1] = [Configured {
    kind: "council",
    noun: "council",
    key: "name",
    export: |tx| match store::setting(tx)? {
        (_, 0) => Ok(Vec::new()),
        (setting, _) => Ok(vec![write(&setting)?]),
    },
    check: |v| write(&read::<Setting>(v)?.check()?),
    apply: |cx, tx, v, _| acts::set(cx, tx, &read(v.clone())?).map(|_| ()),
}];

//! What tests draw pages from.

use crate::alike::Alike;

pub(crate) fn alike() -> Alike {
    Alike {
        number: 7,
        title: "Retries <x>".into(),
        state: "rejected".into(),
        reason: "Our data cannot <show> it".into(),
        shared: vec!["retry".into(), "partner".into()],
    }
}

//! Accounts, roles and tokens as JSON.
//!
//! Secrets are drawn before the unit of work and put into the answer after it, so that the table of repeated calls never
//! holds one; see the README.

pub mod me;
pub(crate) mod organisation;
pub mod person;
pub mod role;
pub mod token;

use kernel::error::{Error, Result};
use kernel::ids::Id;
use serde::Deserialize;

/// Paging of a list.
#[derive(Deserialize)]
pub(crate) struct Paging {
    limit: Option<String>,
    cursor: Option<String>,
}

impl Paging {
    fn limit(&self) -> Result<i64> {
        kernel::api::limit(self.limit.as_deref(), 500)
    }

    /// The text that the cursor stands for. NUL cannot be stored, so no list gave one with it.
    fn after(&self) -> Result<Option<String>> {
        let after: Option<String> = self.cursor.as_deref().map(kernel::api::cursor).transpose()?;
        match after {
            Some(text) if text.contains('\0') => kernel::api::cursor("-").map(Some),
            after => Ok(after),
        }
    }
}

/// The id in a path; what is none names nothing.
pub(crate) fn id(kind: &str, text: &str) -> Result<Id> {
    text.parse().map_err(|_| Error::not_found(kind, text.chars().take(60).collect::<String>()))
}

//! Comments on a question of a review. Pure.

use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Characters of a comment at most.
pub const MOST: usize = 4_000;

/// A comment to add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewComment {
    /// Plain text of up to 4,000 characters; line breaks are kept.
    pub text: String,
}

/// What somebody said about a question. Never changed nor removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewComment {
    /// Its id.
    pub id: Id,
    /// Plain text.
    pub text: String,
    /// Who said it.
    pub by: String,
    /// When.
    pub at: Time,
}

impl NewComment {
    /// The text, checked.
    ///
    /// # Errors
    /// The fault with its field.
    pub fn check(&self) -> Result<String> {
        let mut faults = Faults::new();
        let text = kernel::text::prose(&mut faults, "text", "The comment", &self.text);
        let n = text.chars().count();
        faults.check(!text.is_empty(), "text", "The comment is empty. Type what you want to say.");
        if n > MOST && faults.is_empty() {
            faults.add("text", format!("The comment has {n} characters; at most {MOST} fit. Put the rest into a second one."));
        }
        faults.done()?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_says_something_and_is_bounded() {
        let check = |text: &str| NewComment { text: text.into() }.check();
        assert_eq!(check(" a\r\nb ").unwrap(), "a\nb");
        assert!(check(" ").is_err() && check("a\u{0}b").is_err());
        assert!(check(&"x".repeat(MOST)).is_ok() && check(&"x".repeat(MOST + 1)).is_err());
    }
}

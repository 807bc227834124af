//! Links that work once, as they are handed out. Pure.

use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::code::{self, LinkKind};

/// A link to be handed to a person. The server keeps only a digest, so it is shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Link {
    /// What it is for.
    pub kind: LinkKind,
    /// The first eight digits of its digest, so that a link can be told from its successor.
    pub mark: String,
    /// From when on it no longer works.
    pub expires_at: Time,
    /// The whole link. Only the first answer has it: the server keeps no more than a digest, so a repeated call cannot
    /// give it again. Make a new link then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Link {
    /// With the address to hand out, if `secret` is the one that the link was made from.
    #[must_use]
    pub fn shown(self, url: &str, secret: &str) -> Self {
        let url = (self.mark == mark(secret)).then(|| format!("{url}{}", self.kind.path(secret)));
        Self { url, ..self }
    }
}

/// See [`Link::mark`].
pub(crate) fn mark(secret: &str) -> String {
    code::digest(secret).chars().take(8).collect()
}

/// The secret of the link of a mail address, from one seed drawn for a whole file.
pub(crate) fn secret_for(seed: &str, mail: &str) -> String {
    code::digest(&format!("link {seed} {mail}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_shown_with_its_own_secret_only() {
        let link = Link { kind: LinkKind::Reset, mark: mark("s"), expires_at: Time(0), url: None };
        assert_eq!(link.clone().shown("https://x.org/bw", "s").url.as_deref(), Some("https://x.org/bw/reset/s"));
        assert_eq!(link.shown("https://x.org/bw", "other").url, None);
    }

    #[test]
    fn each_address_of_a_file_has_a_secret_of_its_own() {
        let secret = secret_for("seed", "a@example.org");
        assert!(code::is_secret(&secret));
        assert_ne!(secret, secret_for("seed", "b@example.org"));
        assert_ne!(secret, secret_for("other", "a@example.org"));
    }
}

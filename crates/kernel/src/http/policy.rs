//! What the outgoing client may do: numbers and names from the configuration.

use super::{Net, Secret};
use std::time::Duration;

/// Limits, openings and secrets for all outgoing requests. [`Policy::default`] opens nothing.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Special addresses that may be reached all the same. Public addresses need no entry.
    pub allow: Vec<Net>,
    /// Limit on the whole exchange: look-up, redirects and body included. Default 20 s.
    pub timeout: Duration,
    /// Limit on looking up the name and connecting. Default 5 s.
    pub connect_timeout: Duration,
    /// Limit on the body as it is sent (compressed bodies are not inflated), bytes. Default 8 MiB.
    pub max_bytes: u64,
    /// Redirects followed before giving up. Default 5.
    pub max_redirects: usize,
    /// Secrets that requests can name.
    pub secrets: Vec<Secret>,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            allow: Vec::new(),
            timeout: Duration::from_secs(20),
            connect_timeout: Duration::from_secs(5),
            max_bytes: 8 * 1024 * 1024,
            max_redirects: 5,
            secrets: Vec::new(),
        }
    }
}

//! What a run may use, and how much of it.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Limits and choices of one collector run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The git program; `git` is looked up in PATH.
    pub git: PathBuf,
    /// Command for ssh locations, split by a shell as git's `core.sshCommand` is; names key files, holds no secret.
    pub ssh_command: String,
    /// A header for https locations on one host, such as `Authorization: Basic ..`; never sent to another host.
    pub https_header: Option<HttpsHeader>,
    /// Addresses for https locations, `host:port:address,address`, that were checked beforehand: git then looks no name up
    /// itself. Older versions than 2.37 do not know this and look it up again.
    pub resolve: Option<String>,
    /// Longest time of one git process.
    pub time: Duration,
    /// Most bytes that one git process may answer with.
    pub output: u64,
    /// Most commits of one history.
    pub commits: u32,
    /// Most tags of one repository.
    pub tags: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            git: PathBuf::from("git"),
            ssh_command: "ssh -o BatchMode=yes -o ConnectTimeout=20".to_owned(),
            https_header: None,
            resolve: None,
            time: Duration::from_secs(300),
            output: 4 << 30,
            commits: 5_000_000,
            tags: 500_000,
        }
    }
}

/// A header that opens a private repository. `Debug` leaves the secret out.
#[derive(Clone)]
pub struct HttpsHeader {
    /// The host, with `:port` if it has one, that it is sent to.
    pub host: String,
    /// The whole line, `Name: value`.
    pub line: String,
}

impl fmt::Debug for HttpsHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpsHeader").field("host", &self.host).finish_non_exhaustive()
    }
}

//! `bellwether tracker`: projects of Jira, GitHub and GitLab whose issues actions follow.

use std::path::PathBuf;

use clap::Subcommand;

use super::nouns::document;
use super::print::Out;
use super::rest::{Way, segment};

/// Trackers.
#[derive(Debug, Subcommand)]
pub(super) enum TrackerVerb {
    /// All trackers in alphabetical order
    List,
    /// One tracker
    Show {
        /// Its key
        tracker: String,
    },
    /// Make a tracker from a YAML or JSON file
    Add {
        /// The file
        file: PathBuf,
    },
    /// Issues of it that are known here, newest first
    Issues {
        /// The tracker's key
        tracker: String,
    },
    /// Put a tracker away; what is linked stays as it was read last
    PutAway {
        /// Its key
        tracker: String,
    },
}

pub(super) async fn tracker(way: &Way, out: Out, verb: TrackerVerb) -> anyhow::Result<()> {
    let at = |tracker: &str, act: &str| format!("/api/v1/trackers/{}{act}", segment(tracker));
    match verb {
        TrackerVerb::List => out.rows(&way.list("/api/v1/trackers").await?, &["slug", "name", "kind", "project", "fault"]),
        TrackerVerb::Show { tracker } => out.thing(&way.json("GET", &at(&tracker, ""), None).await?),
        TrackerVerb::Add { file } => out.thing(&way.json("POST", "/api/v1/trackers", Some(&document(&file)?)).await?),
        TrackerVerb::Issues { tracker } => {
            out.rows(&way.list(&at(&tracker, "/issues")).await?, &["name", "title", "state", "word", "since", "url"])
        }
        TrackerVerb::PutAway { tracker } => {
            way.send("POST", &at(&tracker, "/archival"), None).await?.good()?;
            out.say(&format!("“{tracker}” is put away. What is linked stays as it was read last."))
        }
    }
}

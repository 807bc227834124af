//! `bellwether channel`: where messages go, and what did not arrive.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Value, json};

use super::nouns::document;
use super::print::Out;
use super::rest::{Way, segment};
use super::speak::text;

/// Channels.
#[derive(Debug, Subcommand)]
pub(super) enum ChannelVerb {
    /// All channels in alphabetical order
    List,
    /// One channel
    Show {
        /// Its key
        channel: String,
    },
    /// Make a channel from a YAML or JSON file
    Add {
        /// The file
        file: PathBuf,
    },
    /// Send a test; ends with 1 if it did not arrive
    Test {
        /// The channel's key
        channel: String,
    },
    /// What left by a channel, newest first
    Deliveries {
        /// The channel's key
        channel: String,
    },
    /// What was given up and nobody has dropped, newest first
    Dead,
    /// Try a delivery again that was given up
    Retry {
        /// The delivery's id
        delivery: String,
    },
    /// Drop a delivery that was given up
    Drop {
        /// The delivery's id
        delivery: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Put a channel away; what it delivered stays to be seen
    PutAway {
        /// Its key
        channel: String,
    },
}

const COLUMNS: [&str; 6] = ["id", "title", "channel", "state", "tries", "fault"];

pub(super) async fn channel(way: &Way, out: Out, verb: ChannelVerb) -> anyhow::Result<()> {
    let at = |channel: &str, act: &str| format!("/api/v1/channels/{}{act}", segment(channel));
    match verb {
        ChannelVerb::List => {
            let mut all = way.list("/api/v1/channels").await?;
            if !out.json {
                all.iter_mut().for_each(flat);
            }
            out.rows(&all, &["slug", "name", "to", "group", "topics"])
        }
        ChannelVerb::Show { channel } => out.thing(&way.json("GET", &at(&channel, ""), None).await?),
        ChannelVerb::Add { file } => out.thing(&way.json("POST", "/api/v1/channels", Some(&document(&file)?)).await?),
        ChannelVerb::Test { channel } => {
            let tried = way.json("POST", &at(&channel, "/test"), None).await?;
            if out.json {
                out.json(&tried)?;
            }
            match text(&tried["state"]) {
                "arrived" if out.json => Ok(()),
                "arrived" => out.say("The test arrived."),
                state => anyhow::bail!("The test did not arrive: {state}. {}", text(&tried["fault"])),
            }
        }
        ChannelVerb::Deliveries { channel } => out.rows(&way.list(&at(&channel, "/deliveries")).await?, &COLUMNS),
        ChannelVerb::Dead => out.rows(&way.list("/api/v1/dead-letters").await?, &COLUMNS),
        ChannelVerb::Retry { delivery } => {
            out.thing(&way.json("POST", &format!("/api/v1/deliveries/{}/tries", segment(&delivery)), None).await?)
        }
        ChannelVerb::Drop { delivery, reason } => {
            let path = format!("/api/v1/deliveries/{}/dismissal", segment(&delivery));
            out.thing(&way.json("POST", &path, Some(&json!({ "reason": reason }))).await?)
        }
        ChannelVerb::PutAway { channel } => {
            way.send("POST", &at(&channel, "/archival"), None).await?.good()?;
            out.say(&format!("“{channel}” is put away; nothing leaves by it any more."))
        }
    }
}

/// For a table: the kind, the group's key, the topics as one text.
fn flat(c: &mut Value) {
    let topics: Vec<&str> = c["topics"].as_array().into_iter().flatten().map(text).collect();
    let topics = topics.join(", ");
    (c["to"], c["group"]) = (c["to"]["kind"].clone(), c["group"]["slug"].clone());
    c["topics"] = json!(topics);
}

//! `bellwether session`: when a forum meets, what about, and how it does.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::print::Out;
use super::rest::{Way, segment};

/// Sessions of a group or of the council.
#[derive(Debug, Subcommand)]
pub(super) enum SessionVerb {
    /// Sessions of a forum, latest first
    List(Whose),
    /// One session with its agenda
    Show {
        /// Its id
        session: String,
    },
    /// Plan an extra session
    Add {
        #[command(flatten)]
        whose: Whose,
        /// Day and hour in the forum's zone, such as 2026-11-19T10:00
        starts: String,
        /// Minutes; as settled if left out
        #[arg(long)]
        minutes: Option<i64>,
        /// Sprint whose reports it is about
        #[arg(long)]
        sprint: Option<i64>,
        /// Why
        #[arg(long)]
        why: String,
    },
    /// Move a session to another time
    Move {
        /// Its id
        session: String,
        /// Day and hour in the forum's zone, such as 2026-11-19T10:00
        starts: String,
        /// Minutes; as they were if left out
        #[arg(long)]
        minutes: Option<i64>,
        /// Why
        #[arg(long)]
        why: String,
    },
    /// Call a session off
    CallOff {
        /// Its id
        session: String,
        /// Why
        #[arg(long)]
        why: String,
    },
    /// How ready each report is, and what is worth talking about
    Ready {
        /// Id of the session
        session: String,
    },
    /// Show the agenda, or build it anew from what the data say
    Agenda {
        /// Id of the session
        session: String,
        /// Build it anew
        #[arg(long)]
        build: bool,
        /// Share the time that is left, while the session is open
        #[arg(long, conflicts_with = "build")]
        fit: bool,
    },
    /// Open a session at its first item
    Open {
        /// Its id
        session: String,
    },
    /// Go to an item of an open session, pause it or go on; or see where it stands
    Step {
        /// Id of the session
        session: String,
        /// next, back, pause, resume or the id of an item
        to: Option<String>,
    },
    /// Capture something in an open session, or list what was captured
    Capture(Said),
    /// Close a session: reports are reviewed, decisions enter the ledger, minutes are made
    Close {
        /// Its id
        session: String,
    },
    /// The minutes of a session
    Minutes {
        /// Id of the session
        session: String,
        /// What was captured as CSV
        #[arg(long, conflicts_with = "json")]
        csv: bool,
        /// Add what came up later
        #[arg(long)]
        add: Option<String>,
    },
    /// Overrun, actions in time, what came in by itself, worth: over sessions
    Health(Whose),
    /// Capacity for improvement of a team: show it, or state it for a sprint
    Capacity {
        /// Key of the team
        team: String,
        /// Sprint to state it for
        #[arg(long)]
        sprint: Option<i64>,
        /// Hours of people asked for
        #[arg(long, requires = "sprint")]
        asked: Option<i64>,
        /// Hours agreed
        #[arg(long, requires = "sprint")]
        agreed: Option<i64>,
        /// Hours used
        #[arg(long, requires = "sprint")]
        used: Option<i64>,
        /// What took its place, or what it went into
        #[arg(long, requires = "sprint")]
        note: Option<String>,
    },
}

/// What was said in a session.
#[derive(Debug, Args)]
pub(super) struct Said {
    /// Id of the session
    session: String,
    /// What was said; without it everything that was captured is listed
    #[arg(requires = "kind")]
    text: Option<String>,
    /// action, decision, connection, tech-share, win, question or parking-lot
    #[arg(long)]
    kind: Option<String>,
    /// Key of the team that does it, gives or speaks
    #[arg(long)]
    team: Option<String>,
    /// Key of the team that receives
    #[arg(long)]
    to: Option<String>,
    /// Mail address or role of who does it; name of who would speak
    #[arg(long)]
    owner: Option<String>,
    /// Last day of an action, day of a talk, such as 2026-12-18
    #[arg(long)]
    due: Option<String>,
    /// Why it was decided
    #[arg(long)]
    why: Option<String>,
    /// A key of your own, so that the same call twice stores it once
    #[arg(long)]
    key: Option<String>,
}

/// Whose sessions.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Whose {
    /// Key of a group
    #[arg(long)]
    group: Option<String>,
    /// The council's
    #[arg(long)]
    council: bool,
}

impl Whose {
    fn at(&self, what: &str) -> String {
        match &self.group {
            Some(group) => format!("/api/v1/groups/{}/{what}", segment(group)),
            None => format!("/api/v1/council/{what}"),
        }
    }
}

fn of(session: &str, what: &str) -> String {
    format!("/api/v1/sessions/{}{what}", segment(session))
}

/// A row of an agenda for a table.
fn item(mut i: Value) -> Value {
    i["minutes"] = json!(i["seconds"].as_i64().unwrap_or(0) / 60);
    i
}

fn shares(mut t: Value) -> Value {
    t["filled"] = json!(format!("{} of {}", t["filled"]["k"], t["filled"]["n"]));
    t["notable"] = json!(t["reasons"].as_array().map_or(0, Vec::len));
    t
}

fn agenda(out: Out, found: &Value, at: &str) -> anyhow::Result<()> {
    let items = found[at].as_array().cloned().unwrap_or_default();
    if out.json {
        return out.json(found);
    }
    if let Some(words) = found["words"].as_str() {
        out.say(words)?;
    }
    out.rows(&items.into_iter().map(item).collect::<Vec<_>>(), &["position", "title", "minutes", "exception", "why"])
}

/// Sends a change on top of the version that a thing has now.
async fn on_top(way: &Way, out: Out, at: &str, (method, path): (&str, &str), mut body: Value) -> anyhow::Result<()> {
    body["version"] = way.json("GET", at, None).await?["version"].clone();
    out.thing(&way.json(method, path, Some(&body)).await?)
}

async fn captured(way: &Way, out: Out, said: Said) -> anyhow::Result<()> {
    let at = of(&said.session, "/captures");
    let (Some(text), Some(kind)) = (said.text, said.kind) else {
        let all = way.list(&at).await?;
        return out.rows(&all, &["number", "kind", "text", "owner", "due", "by", "href"]);
    };
    // The same words of the same kind are the same capture, unless somebody says otherwise.
    let own = kernel::trail::merkle::hex_digest(format!("{kind} {text}").as_bytes());
    let mut body = json!({ "kind": kind, "text": text, "key": said.key.unwrap_or_else(|| own[..32].to_owned()) });
    for (name, value) in [("team", said.team), ("to", said.to), ("owner", said.owner), ("due", said.due), ("why", said.why)] {
        if let Some(value) = value {
            body[name] = json!(value);
        }
    }
    out.thing(&way.json("POST", &at, Some(&body)).await?)
}

pub(super) async fn session(way: &Way, out: Out, verb: SessionVerb) -> anyhow::Result<()> {
    match verb {
        SessionVerb::List(whose) => {
            let all = way.list(&whose.at("sessions")).await?;
            out.rows(&all, &["starts", "ends", "sprint", "state", "why", "id"])
        }
        SessionVerb::Show { session } => out.thing(&way.json("GET", &of(&session, ""), None).await?),
        SessionVerb::Add { whose, starts, minutes, sprint, why } => {
            let mut body = json!({ "starts": starts, "why": why });
            for (name, value) in [("minutes", minutes), ("sprint", sprint)] {
                if let Some(value) = value {
                    body[name] = json!(value);
                }
            }
            out.thing(&way.json("POST", &whose.at("sessions"), Some(&body)).await?)
        }
        SessionVerb::Move { session, starts, minutes, why } => {
            let mut body = json!({ "starts": starts, "why": why });
            if let Some(minutes) = minutes {
                body["minutes"] = json!(minutes);
            }
            on_top(way, out, &of(&session, ""), ("POST", &of(&session, "/move")), body).await
        }
        SessionVerb::CallOff { session, why } => {
            on_top(way, out, &of(&session, ""), ("POST", &of(&session, "/calling-off")), json!({ "why": why })).await
        }
        SessionVerb::Ready { session } => {
            let found = way.json("GET", &of(&session, "/data"), None).await?;
            if out.json {
                return out.json(&found);
            }
            let teams = found["teams"].as_array().cloned().unwrap_or_default();
            out.rows(&teams.into_iter().map(shares).collect::<Vec<_>>(), &["name", "readiness", "filled", "notable"])
        }
        SessionVerb::Agenda { session, build: true, .. } => {
            agenda(out, &way.json("POST", &of(&session, "/agenda"), None).await?, "items")
        }
        SessionVerb::Agenda { session, fit: true, .. } => {
            agenda(out, &way.json("POST", &of(&session, "/fitting"), None).await?, "items")
        }
        SessionVerb::Agenda { session, .. } => agenda(out, &way.json("GET", &of(&session, ""), None).await?, "agenda"),
        SessionVerb::Open { session } => out.thing(&way.json("POST", &of(&session, "/opening"), None).await?),
        SessionVerb::Step { session, to } => {
            let found = match to {
                Some(to) => way.json("POST", &of(&session, "/steps"), Some(&json!({ "to": to }))).await?,
                None => way.json("GET", &of(&session, "/standing"), None).await?,
            };
            if out.json {
                return out.json(&found);
            }
            let current = &found["current"];
            let now = |mut i: Value| {
                i["now"] = json!(if i["item"] == *current { "now" } else { "" });
                i
            };
            let items = found["items"].as_array().cloned().unwrap_or_default();
            out.rows(&items.into_iter().map(now).collect::<Vec<_>>(), &["now", "title", "planned", "used", "item"])
        }
        SessionVerb::Capture(said) => captured(way, out, said).await,
        SessionVerb::Close { session } => {
            let kept = way.json("POST", &of(&session, "/closing"), None).await?;
            if out.json { out.json(&kept) } else { out.say(&format!("Closed. The minutes are /sessions/{session}/minutes.")) }
        }
        SessionVerb::Minutes { session, csv: true, .. } => {
            out.text(way.send("GET", &of(&session, "/minutes/csv"), None).await?.good()?.text.trim_end())
        }
        SessionVerb::Minutes { session, add: Some(text), .. } => {
            out.thing(&way.json("POST", &of(&session, "/minutes/addenda"), Some(&json!({ "text": text }))).await?)
        }
        SessionVerb::Minutes { session, .. } => out.thing(&way.json("GET", &of(&session, "/minutes"), None).await?),
        SessionVerb::Health(whose) => {
            let found = way.json("GET", &whose.at("process-health"), None).await?;
            if out.json {
                return out.json(&found);
            }
            out.rows(found["trends"].as_array().map_or(&[], Vec::as_slice), &["title", "sentence"])
        }
        SessionVerb::Capacity { team, sprint: None, .. } => {
            let all = way.list(&format!("/api/v1/teams/{}/capacity", segment(&team))).await?;
            out.rows(&all, &["sprint", "asked", "agreed", "used", "note", "by"])
        }
        SessionVerb::Capacity { team, sprint: Some(sprint), asked, agreed, used, note } => {
            let at = format!("/api/v1/teams/{}/capacity/{sprint}", segment(&team));
            let stood = way.json("GET", &at, None).await?;
            let mut body = json!({ "version": stood["version"] });
            for (name, value) in [("asked", asked), ("agreed", agreed), ("used", used)] {
                let kept = value.map(|v| json!(v)).unwrap_or_else(|| stood[name].clone());
                if !kept.is_null() {
                    body[name] = kept;
                }
            }
            if let Some(note) = note.map(Value::String).or_else(|| stood.get("note").cloned()) {
                body["note"] = note;
            }
            out.thing(&way.json("PUT", &at, Some(&body)).await?)
        }
    }
}

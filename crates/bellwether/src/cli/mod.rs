//! The command line. Noun commands speak REST; `serve`, `migrate`, `backup`, `restore`, `verify`, `doctor` and `user reset`
//! open the data folder themselves. Exit code 0 is good, 1 a fault in the input or the data, 2 wrong use.

mod action;
mod channel;
mod concern;
mod decision;
mod fact;
mod feed;
mod import;
mod lens;
mod mark;
mod notice;
mod nouns;
mod prevalence;
mod print;
mod rest;
mod review;
mod server;
mod session;
mod speak;
mod tracker;
mod values;
mod verbs;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use kernel::config::{Config, environment};

use crate::offline;
pub use print::Out;
use rest::Way;

/// Teams' reports, reviews and what came of them, with a trail of evidence.
#[derive(Debug, Parser)]
#[command(name = "bellwether", version, about, max_term_width = 100, arg_required_else_help = true)]
pub struct Cli {
    /// Settings that all commands share.
    #[command(flatten)]
    settings: Settings,
    /// JSON on standard output
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

/// Where the settings come from: a flag beats the environment, the environment beats the file.
#[derive(Debug, Clone, Default, Args)]
pub struct Settings {
    /// File of settings (TOML)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Data folder; also BELLWETHER_DATA
    #[arg(long, global = true, value_name = "FOLDER")]
    data: Option<PathBuf>,
}

impl Settings {
    /// Reads file, environment and flags.
    ///
    /// # Errors
    /// Every fault with its place and remedy.
    pub fn load(&self) -> kernel::Result<Config> {
        let named = self.config.clone().or_else(|| environment("BELLWETHER_CONFIG").map(PathBuf::from));
        let mut config = Config::load(named.as_deref(), &environment)?;
        if let Some(data) = &self.data {
            config.data = data.clone();
        }
        Ok(config)
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve {
        /// Address and port, such as 127.0.0.1:8080
        #[arg(long)]
        listen: Option<SocketAddr>,
        /// Ten teams and thirteen sprints of sample data in memory, gone at the end
        #[arg(long)]
        demo: bool,
    },
    /// Show the settings in force, or what is wrong with them
    CheckConfig,
    /// Bring the tables up to date, with a backup before
    Migrate {
        /// Only say what would be done
        #[arg(long)]
        dry_run: bool,
    },
    /// Write a backup; a server may run meanwhile
    Backup {
        /// A file that does not exist yet
        file: PathBuf,
    },
    /// Put a backup into an empty data folder or database
    Restore {
        /// The backup
        file: PathBuf,
        /// Put it back although its trail is broken
        #[arg(long)]
        accept_broken_trail: bool,
    },
    /// Recompute the trail of the data, or of a backup
    Verify {
        /// A backup; the data folder if left out
        file: Option<PathBuf>,
    },
    /// Look at the data and the settings and say what needs care
    Doctor,
    /// Accounts, for whoever owns the data folder
    User {
        #[command(subcommand)]
        verb: UserVerb,
    },
    /// Groups and their calendar
    Group {
        #[command(subcommand)]
        verb: nouns::GroupVerb,
    },
    /// Teams
    Team {
        #[command(subcommand)]
        verb: nouns::TeamVerb,
    },
    /// Workloads
    Workload {
        #[command(subcommand)]
        verb: nouns::WorkloadVerb,
    },
    /// Services
    Service {
        #[command(subcommand)]
        verb: nouns::ServiceVerb,
    },
    /// People and their roles
    Person {
        #[command(subcommand)]
        verb: nouns::PersonVerb,
    },
    /// Metric definitions
    Metric {
        #[command(subcommand)]
        verb: nouns::MetricVerb,
    },
    /// Values
    Value {
        #[command(subcommand)]
        verb: nouns::ValueVerb,
    },
    /// What is known of workloads
    Fact {
        #[command(subcommand)]
        verb: fact::FactVerb,
    },
    /// What happened when: deployments, incidents and so on, for the axes of charts
    Mark {
        #[command(subcommand)]
        verb: mark::MarkVerb,
    },
    /// Sessions of a group or of the council: when, what about, how the process does
    Session {
        #[command(subcommand)]
        verb: session::SessionVerb,
    },
    /// Who does what by when, and what came of it
    Action {
        #[command(subcommand)]
        verb: action::ActionVerb,
    },
    /// Concerns of the SRE council, and what became of them
    Concern {
        #[command(subcommand)]
        verb: concern::ConcernVerb,
    },
    /// The ledger of decisions
    Decision {
        #[command(subcommand)]
        verb: decision::DecisionVerb,
    },
    /// Sources that values are pulled from
    Source {
        #[command(subcommand)]
        verb: nouns::SourceVerb,
    },
    /// Notices to all developers, and who has read them
    Notice {
        #[command(subcommand)]
        verb: notice::NoticeVerb,
    },
    /// Trackers whose issues actions follow
    Tracker {
        #[command(subcommand)]
        verb: tracker::TrackerVerb,
    },
    /// Channels that messages leave by, and what did not arrive
    Channel {
        #[command(subcommand)]
        verb: channel::ChannelVerb,
    },
    /// Feeds that keep the catalogue
    Feed {
        #[command(subcommand)]
        verb: feed::FeedVerb,
    },
    /// What a group reports
    Template {
        #[command(subcommand)]
        verb: nouns::TemplateVerb,
    },
    /// Reports of teams
    Report {
        #[command(subcommand)]
        verb: nouns::ReportVerb,
    },
    /// What all Well-Architected reviews against a lens say together
    Prevalence(prevalence::PrevalenceArgs),
    /// Well-Architected reviews
    Review {
        #[command(subcommand)]
        verb: review::ReviewVerb,
    },
    /// Service tokens
    Token {
        #[command(subcommand)]
        verb: nouns::TokenVerb,
    },
    /// Records of the trail, newest first
    Trail {
        /// Kind of the thing, such as report
        #[arg(long, requires = "id")]
        kind: Option<String>,
        /// Its id
        #[arg(long, requires = "kind")]
        id: Option<String>,
    },
    /// Apply a configuration file (YAML)
    Apply {
        /// The file, or - for standard input
        file: PathBuf,
        /// Only say what would change
        #[arg(long)]
        dry_run: bool,
    },
    /// Write the configuration as YAML
    Export,
    /// Any request to the REST API
    Api {
        /// GET, POST, PUT, PATCH or DELETE
        method: String,
        /// Such as /api/v1/teams
        path: String,
        /// File with the JSON or YAML body, - for standard input
        #[arg(long)]
        body: Option<PathBuf>,
    },
    /// Facts of a git history; needs no server
    Git {
        #[command(subcommand)]
        verb: GitVerb,
    },
    /// Lens files: check, convert, ask
    Lens {
        #[command(subcommand)]
        verb: lens::LensVerb,
    },
    /// What files of other programs hold and what of it would be taken; needs no server
    Import(import::ImportArgs),
    /// What really changed in a column of a CSV file; needs no server
    Verdict(offline::VerdictArgs),
}

#[derive(Debug, Subcommand)]
enum UserVerb {
    /// Print a one-time link with which a person sets a new password
    Reset {
        /// Mail address of the account
        mail: String,
    },
}

#[derive(Debug, Subcommand)]
enum GitVerb {
    /// Commits, merges, tags and lead times of a clone
    Facts {
        /// The clone
        path: PathBuf,
        /// Commit, tag or branch
        #[arg(long, default_value = "HEAD")]
        rev: String,
    },
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            // Help and version are no faults; anything else is wrong use.
            let _ = e.print();
            return ExitCode::from(if e.use_stderr() { 2 } else { 0 });
        }
    };
    match run(cli) {
        Ok(code) => code,
        Err(e) => {
            use std::io::Write;
            let _ = writeln!(std::io::stderr(), "bellwether: {}", sentence(&e));
            ExitCode::from(1)
        }
    }
}

/// The error and its causes. Faults of ours show their detail here: whoever runs the command is the operator.
fn sentence(e: &anyhow::Error) -> String {
    match e.downcast_ref::<kernel::Error>() {
        Some(kernel::Error::Internal(detail)) => detail.clone(),
        Some(kernel::Error::Invalid(faults)) if faults.len() > 1 => {
            faults.iter().map(|f| format!("\n  {}: {}", f.at, f.message)).collect::<String>()
        }
        _ => format!("{e:#}"),
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let out = Out { json: cli.json };
    let settings = cli.settings;
    match cli.command {
        Command::Serve { listen, demo } => server::serve(settings.load()?, listen, demo)?,
        Command::CheckConfig => out.text(&settings.load()?.masked())?,
        Command::Migrate { dry_run } => server::migrate(settings.load()?, out, dry_run)?,
        Command::Backup { file } => server::backup(&settings.load()?, out, &file)?,
        Command::Restore { file, accept_broken_trail } => server::restore(&settings.load()?, out, &file, accept_broken_trail)?,
        Command::Verify { file } => return server::verify(settings.load()?, out, file),
        Command::Doctor => return server::doctor(settings.load()?, out),
        Command::User { verb: UserVerb::Reset { mail } } => server::reset(settings.load()?, out, &mail)?,
        Command::Git { verb: GitVerb::Facts { path, rev } } => return offline::git_facts(out, &path, &rev),
        Command::Lens { verb } => return lens::run(out, &verb),
        Command::Import(args) => return import::run(out, &args),
        Command::Verdict(args) => return offline::verdict(out, &args),
        noun => {
            let config = settings.load()?;
            let runtime = tokio::runtime::Runtime::new()?;
            runtime.block_on(async {
                let way = Way::find(config)?;
                let done = speak::speak(&way, out, noun).await;
                way.close();
                done
            })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}

//! What can be said to each noun.

use std::path::PathBuf;

use clap::Subcommand;

/// Groups.
#[derive(Debug, Subcommand)]
pub(super) enum GroupVerb {
    /// All groups
    List,
    /// One group with its sprints
    Show {
        /// Its key
        group: String,
    },
    /// Make a group
    Add {
        /// As people write it
        name: String,
        /// IANA zone, such as Europe/London
        #[arg(long)]
        zone: String,
        /// First day of the first sprint, such as 2026-11-04
        #[arg(long)]
        first_day: String,
        /// Its number
        #[arg(long, default_value_t = 1)]
        first_number: i64,
        /// Days of a sprint
        #[arg(long, default_value_t = 14)]
        days: i64,
    },
}

/// Teams.
#[derive(Debug, Subcommand)]
pub(super) enum TeamVerb {
    /// All teams, in alphabetical order
    List,
    /// One team
    Show {
        /// Its key
        team: String,
    },
    /// Make a team
    Add {
        /// As people write it
        name: String,
        /// Key of its group
        #[arg(long)]
        group: String,
    },
    /// Put a team away; its history stays
    Archive {
        /// Its key
        team: String,
    },
}

/// Workloads.
#[derive(Debug, Subcommand)]
pub(super) enum WorkloadVerb {
    /// All workloads, in alphabetical order
    List,
    /// One workload
    Show {
        /// Its key
        workload: String,
    },
    /// Make a workload
    Add {
        /// As people write it
        name: String,
        /// Key of its team
        #[arg(long)]
        team: String,
        /// The business goal that it serves
        #[arg(long, default_value = "")]
        goal: String,
    },
    /// Put a workload away; its history stays
    Archive {
        /// Its key
        workload: String,
    },
}

/// Services.
#[derive(Debug, Subcommand)]
pub(super) enum ServiceVerb {
    /// All services, in alphabetical order
    List,
    /// One service
    Show {
        /// Its key
        service: String,
    },
    /// Make a service
    Add {
        /// As people write it
        name: String,
        /// Key of its workload
        #[arg(long)]
        workload: String,
        /// Address of its repository
        #[arg(long)]
        repository: Vec<String>,
    },
    /// Put a service away; its history stays
    Archive {
        /// Its key
        service: String,
    },
}

/// People.
#[derive(Debug, Subcommand)]
pub(super) enum PersonVerb {
    /// All accounts, in alphabetical order
    List,
    /// Make an account and print its invitation
    Invite {
        /// As people write it
        name: String,
        /// Mail address
        mail: String,
    },
    /// Invite everybody in a CSV file with the header name,mail,role,scope
    Import {
        /// The file
        file: PathBuf,
        /// Only say what would be done
        #[arg(long)]
        dry_run: bool,
    },
    /// Give a role to a person
    Grant {
        /// Mail address
        mail: String,
        /// Such as principal-engineer
        role: String,
        /// Key of the team or group, where the role needs one
        scope: Option<String>,
    },
}

/// Metrics.
#[derive(Debug, Subcommand)]
pub(super) enum MetricVerb {
    /// All definitions, by key
    List,
    /// One definition
    Show {
        /// Its key
        metric: String,
    },
    /// Define a metric from a YAML or JSON file
    Define {
        /// The file
        file: PathBuf,
    },
    /// The baseline that the rules propose after a shift that lasts, if there is one
    Proposal {
        /// Key of the metric
        metric: String,
        /// Key of the team, workload or service
        subject: String,
    },
    /// Freeze a baseline: accept what is proposed, or choose another
    Freeze {
        /// Key of the metric
        metric: String,
        /// Key of the team, workload or service
        subject: String,
        /// First period
        period: String,
        /// Number of periods, 5 to 104
        periods: i64,
        /// Why the limits come from these
        #[arg(long)]
        reason: String,
    },
    /// Refuse what is proposed; the same is not proposed again
    Refuse {
        /// Key of the metric
        metric: String,
        /// Key of the team, workload or service
        subject: String,
        /// First period of what is proposed
        period: String,
        /// Why the limits stay as they are
        #[arg(long)]
        reason: String,
    },
}

/// Values.
#[derive(Debug, Subcommand)]
pub(super) enum ValueVerb {
    /// Values of one metric and subject, oldest first
    List {
        /// Key of the metric
        metric: String,
        /// Key of the team, workload or service
        subject: String,
    },
    /// Record one value
    Record {
        /// Key of the metric
        metric: String,
        /// Key of the team, workload or service
        subject: String,
        /// 22 for a sprint, 2026-11, 2026-W48, 2026-11-24
        period: String,
        /// The number
        #[arg(allow_negative_numbers = true)]
        number: f64,
        /// The unit meant; refused if the metric has another
        #[arg(long)]
        unit: Option<String>,
        /// Words on the value
        #[arg(long)]
        note: Option<String>,
    },
    /// Record all values of a CSV file with the columns metric, subject, period, number (or numerator, denominator)
    Push {
        /// The file
        file: PathBuf,
    },
}

/// Sources.
#[derive(Debug, Subcommand)]
pub(super) enum SourceVerb {
    /// All sources with their last run
    List,
    /// One source
    Show {
        /// Its key
        source: String,
    },
    /// Make a source from a YAML or JSON file
    Add {
        /// The file
        file: PathBuf,
    },
    /// Say what a run would store, and store nothing
    Try {
        /// Its key
        source: String,
    },
    /// Run now
    Run {
        /// Its key
        source: String,
    },
    /// Fill in the past 26 sprints, as a job of the server; what people typed stays
    Backfill {
        /// Its key
        source: String,
        /// Only say what would be asked for
        #[arg(long)]
        dry_run: bool,
    },
}

/// Reports.
#[derive(Debug, Subcommand)]
pub(super) enum ReportVerb {
    /// Show a report
    Show {
        /// Key of the team
        team: String,
        /// Number of the sprint; the one that is being reported if left out
        sprint: Option<i64>,
        /// As Markdown
        #[arg(long, conflicts_with_all = ["csv", "json"])]
        markdown: bool,
        /// As CSV, one row for each metric of each subject
        #[arg(long, conflicts_with = "json")]
        csv: bool,
    },
    /// Mark a report ready
    Ready {
        /// Key of the team
        team: String,
        /// Number of the sprint
        sprint: i64,
    },
    /// Open a ready report again
    Reopen {
        /// Key of the team
        team: String,
        /// Number of the sprint
        sprint: i64,
    },
    /// Mark a report reviewed and freeze it
    Review {
        /// Key of the team
        team: String,
        /// Number of the sprint
        sprint: i64,
    },
}

/// Templates.
#[derive(Debug, Subcommand)]
pub(super) enum TemplateVerb {
    /// What a group agreed
    Show {
        /// Key of the group
        group: String,
    },
    /// Agree what a YAML or JSON file says
    Agree {
        /// Key of the group
        group: String,
        /// The file: sections with pillar and rows
        file: PathBuf,
        /// Why it changes
        #[arg(long, default_value = "")]
        reason: String,
    },
}

/// Tokens.
#[derive(Debug, Subcommand)]
pub(super) enum TokenVerb {
    /// All tokens, without their secrets
    List,
    /// Make a token and print it once
    Make {
        /// What it is for
        name: String,
        /// A right, such as values.write, or values.write@ID for one team or group; may be repeated
        #[arg(long = "right", required = true)]
        rights: Vec<String>,
        /// Days that it holds
        #[arg(long, default_value_t = 90)]
        days: i64,
    },
    /// Revoke a token
    Revoke {
        /// Its id
        token: String,
    },
}

//! The kinds of far ends.

use super::pull::Pull;

/// What a source asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A query to Prometheus.
    Prometheus,
    /// A git history.
    Git,
    /// A JSON answer over HTTP.
    Json,
    /// A table, over HTTP or in a file.
    Csv,
    /// A query to Datadog.
    Datadog,
}

impl Kind {
    /// All, in the order of the form.
    pub const ALL: [Kind; 5] = [Kind::Prometheus, Kind::Git, Kind::Json, Kind::Csv, Kind::Datadog];

    /// As it stands in addresses, forms and files.
    pub fn key(self) -> &'static str {
        match self {
            Kind::Prometheus => "prometheus",
            Kind::Git => "git",
            Kind::Json => "json",
            Kind::Csv => "csv",
            Kind::Datadog => "datadog",
        }
    }

    /// The kind of that name; Prometheus if there is none.
    pub fn read(key: &str) -> Self {
        Kind::ALL.into_iter().find(|k| k.key() == key).unwrap_or(Kind::Prometheus)
    }

    /// As the form offers it.
    pub fn words(self) -> &'static str {
        match self {
            Kind::Prometheus => "From Prometheus",
            Kind::Git => "From a git history",
            Kind::Json => "From JSON over HTTP",
            Kind::Csv => "From a CSV table",
            Kind::Datadog => "From Datadog",
        }
    }
}

impl Pull {
    /// Which kind it is.
    pub fn kind(&self) -> Kind {
        match self {
            Pull::Prometheus(_) => Kind::Prometheus,
            Pull::Git(_) => Kind::Git,
            Pull::Json(_) => Kind::Json,
            Pull::Csv(_) => Kind::Csv,
            Pull::Datadog(_) => Kind::Datadog,
        }
    }
}

//! A query to Datadog's metrics API.

use kernel::error::Faults;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::checks::{check_address, one_line, secret_needed};
use super::rows::Combine;

/// Longest query in characters.
const QUERY: usize = 10_000;

/// Which call is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Call {
    /// `GET /api/v1/query`: the points of the period.
    #[default]
    Query,
    /// `POST /api/v2/query/scalar`: one number, aggregated by Datadog.
    Scalar,
    /// `POST /api/v2/query/timeseries`: the points of the period.
    Timeseries,
}

impl Call {
    /// As it is stored and sent.
    pub fn key(self) -> &'static str {
        match self {
            Call::Query => "query",
            Call::Scalar => "scalar",
            Call::Timeseries => "timeseries",
        }
    }
}

fn default_site() -> String {
    "datadoghq.com".into()
}

/// A query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Datadog {
    /// Datadog's site, such as `datadoghq.eu`; or the whole address of a proxy.
    #[serde(default = "default_site")]
    pub site: String,
    /// Which call; `query` if it is left out.
    #[serde(default)]
    pub call: Call,
    /// The query, such as `avg:system.cpu.user{service:shop}`.
    pub query: String,
    /// How the points become one number; for a scalar, how Datadog aggregates: last, sum, mean, max or min.
    pub combine: Combine,
    /// Name of the secret with the API key; its scheme is `header:DD-API-KEY`.
    pub api_key: String,
    /// Name of the secret with the application key; its scheme is `header:DD-APPLICATION-KEY`.
    pub application_key: String,
}

impl Datadog {
    /// Address of the API, without a slash at its end.
    pub fn base(&self) -> String {
        if self.site.contains("://") { self.site.trim_end_matches('/').to_owned() } else { format!("https://api.{}", self.site) }
    }

    /// What a scalar is aggregated by, in Datadog's word.
    pub fn aggregator(&self) -> Option<&'static str> {
        match self.combine {
            Combine::Last => Some("last"),
            Combine::Sum => Some("sum"),
            Combine::Mean => Some("avg"),
            Combine::Max => Some("max"),
            Combine::Min => Some("min"),
            Combine::Median | Combine::P95 | Combine::Count => None,
        }
    }

    /// Trims what was typed; adds its faults.
    pub(super) fn check(&mut self, faults: &mut Faults) {
        self.site = one_line(faults, "pull.site", "The site", &self.site, 200);
        if self.site.contains("://") {
            check_address(faults, "pull.site", &self.site);
        } else {
            let name = self.site.contains('.') && self.site.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
            faults.check(name, "pull.site", "This is no site of Datadog. Write it like datadoghq.com or datadoghq.eu.");
        }
        self.query = self.query.trim().to_owned();
        let length = self.query.chars().count();
        faults.check(!self.query.is_empty(), "pull.query", "The query is missing, such as avg:system.cpu.user{*}.");
        faults.check(length <= QUERY, "pull.query", format!("The query has {length} characters; at most {QUERY} fit."));
        faults.check(
            !self.query.chars().any(|c| c.is_control() && c != '\n'),
            "pull.query",
            "The query contains a control character.",
        );
        let how = match self.call {
            Call::Scalar => self.aggregator().is_some(),
            _ => self.combine != Combine::Count,
        };
        faults.check(how, "pull.combine", "Choose last, sum, mean, max or min; over points also median or p95.");
        self.api_key = secret_needed(faults, "pull.api_key", "The name of the secret with the API key", &self.api_key);
        self.application_key =
            secret_needed(faults, "pull.application_key", "The name of the secret with the application key", &self.application_key);
        faults.check(
            self.api_key != self.application_key || self.api_key.is_empty(),
            "pull.application_key",
            "The two keys are two secrets.",
        );
    }
}

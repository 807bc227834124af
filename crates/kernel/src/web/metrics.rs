//! Figures about the process itself, in the OpenMetrics text form, at `/metrics`.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Labels {
    route: String,
    status: u16,
}

/// The process's figures. One per [`super::App`], so that tests do not share them.
pub struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    seconds: Histogram,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let mut registry = Registry::with_prefix("bellwether");
        let requests = Family::<Labels, Counter>::default();
        registry.register("http_requests", "Requests answered, by route and status", requests.clone());
        let seconds = Histogram::new([0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0]);
        registry.register("http_request_duration_seconds", "Time to the answer's head", seconds.clone());
        Self { registry, requests, seconds }
    }

    pub(super) fn request(&self, route: &str, status: u16, took: Duration) {
        self.requests.get_or_create(&Labels { route: route.to_owned(), status }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// The text form; gauges that are read now are given by the caller.
    pub(super) fn text(&self, gauges: &[(&str, &str, i64)]) -> String {
        let mut out = String::new();
        // Writing into a String cannot fail.
        let _ = prometheus_client::encoding::text::encode_registry(&mut out, &self.registry);
        for (name, help, value) in gauges {
            out.push_str(&format!("# HELP bellwether_{name} {help}\n# TYPE bellwether_{name} gauge\nbellwether_{name} {value}\n"));
        }
        out.push_str("# EOF\n");
        out
    }
}

//! Sources in the sample: one that failed, and one with long words that has not run.

use std::time::Duration;

use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::Ctx;
use sources::acts::{claim, fail, make};
use sources::rules::{Mode, NewSource, Prometheus, Pull};

use crate::sample::{LONG, WORDY};

fn source(name: &str, metric: &str, subject: &str, query: String) -> NewSource {
    let pull = Prometheus { url: "https://prometheus.example".into(), query, mode: Mode::Instant, reduce: None, secret: None };
    NewSource {
        name: name.into(),
        slug: None,
        metric: metric.into(),
        subject: subject.into(),
        every_minutes: 60,
        pull: Pull::Prometheus(pull),
        version: None,
    }
}

/// Makes them; gives back their slugs.
pub(crate) fn make_two(cx: &Ctx, tx: &mut dyn Tx, team: &str, metric: &str, service: &str) -> Result<(String, String)> {
    let failed = make(cx, tx, &source("Prometheus", "within-target", team, "good / all".into()))?;
    if let Some(claimed) = claim(cx, tx, &failed.slug, Duration::from_secs(60))? {
        fail(cx, tx, &claimed, &format!("The server answered with a page of HTML: {WORDY}."))?;
    }
    let long = make(cx, tx, &source(LONG, metric, service, format!("sum(rate({}[5m]))", "harbour_gate_passages_total".repeat(6))))?;
    Ok((failed.slug, long.slug))
}

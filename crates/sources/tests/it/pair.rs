//! A far end that behaves as it is told, beside one that works.

use serde_json::{Value, json};

use crate::far::{Far, Play, json as answer};
use crate::world::{World, datadog_secrets, rows};

pub(crate) const GOOD: &str = r#"{"items":[{"day":"2026-11-10","n":412}]}"#;
pub(crate) const GOOD_TABLE: &str = "day,n\n2026-11-10,412\n";

/// A point in week 46 in Unix seconds.
pub(crate) const POINT: &str = "1794268800";

pub(crate) fn csv(body: impl Into<String>) -> Play {
    Play::Answer("200 OK", "text/csv", body.into())
}

/// A source that has stored 412 for week 46, beside one that works.
pub(crate) struct Pair {
    pub(crate) w: World,
    pub(crate) far: Far,
    pub(crate) bad: String,
    good: String,
    _alive: Far,
}

impl Pair {
    pub(crate) async fn new(engine: kernel::db::Engine, max_bytes: u64) -> Pair {
        let w = World::with(engine, |c| {
            c.outgoing.max_bytes = Some(max_bytes);
            datadog_secrets(c);
        })
        .await;
        let far = Far::start(answer(GOOD)).await;
        let alive = Far::start(answer(GOOD)).await;
        let bad = w.make("A unruly", "latency", "payments", rows(&far.url())).await;
        let good = w.make("B good", "latency", "search", rows(&alive.url())).await;
        assert_eq!(w.run(&bad).await["outcome"], "stored");
        assert_eq!(w.values("latency", "payments").await.len(), 1);
        Pair { w, far, bad, good, _alive: alive }
    }

    /// The source with another pull.
    pub(crate) async fn pulls(&self, pull: Value) {
        let change = json!({ "name": "A unruly", "metric": "latency", "subject": "payments", "every_minutes": 60, "pull": pull });
        self.w.client("engineer").json("PATCH", &format!("/api/v1/sources/{}", self.bad), &change).await.expect(200);
    }

    /// Runs both: the first fails with these words and leaves what was stored, the second works.
    pub(crate) async fn fails(&self, name: &str, words: &str) {
        let before = self.w.values("latency", "payments").await;
        let run = self.w.run(&self.bad).await;
        let message = run["message"].as_str().unwrap();
        assert_eq!((run["outcome"].as_str(), run["stored"].as_i64()), (Some("failed"), Some(0)), "{name}: {message}");
        assert!(message.contains(words), "{name}: {message}");
        assert!(message.ends_with(['.', '…', '?']), "{name}: a sentence: {message}");
        assert_eq!(self.w.values("latency", "payments").await, before, "{name}: what was stored stays");
        let source = self.w.source(&self.bad).await;
        assert_eq!((source["health"].as_str(), source["last"]["message"].as_str()), (Some("failing"), Some(message)), "{name}");
        let other = self.w.run(&self.good).await;
        assert!(matches!(other["outcome"].as_str(), Some("stored" | "unchanged")), "{name}: the next one runs: {other}");
    }
}

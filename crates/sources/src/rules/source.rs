//! A source: values of one metric for one subject, pulled on a schedule.

use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::backfill::Backfill;
use super::pull::{Ground, Pull};
use super::run::Outcome;
use super::schedule::{LONGEST, SHORTEST, due};

/// A source as somebody sends it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSource {
    /// As it stands beside its values; up to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// Key in URLs and files; made from the name if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Key of the metric; it stays.
    pub metric: String,
    /// Slug of the team, workload or service; it stays.
    pub subject: String,
    /// Minutes between two runs: 15 to 44640, which is 31 days.
    #[schema(minimum = 15, maximum = 44_640)]
    pub every_minutes: i64,
    /// Where the numbers come from.
    pub pull: Pull,
    /// The version that a change was made from; the newest if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

impl NewSource {
    /// Trims what was typed, makes the key.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(mut self) -> Result<Self> {
        let mut faults = Faults::new();
        self.name = text::name(&mut faults, "name", "The name", &self.name);
        let slug = self.slug.take().filter(|s| !s.is_empty()).unwrap_or_else(|| text::slug(&self.name));
        if let Err(kernel::Error::Invalid(found)) = text::key("slug", &slug) {
            found.into_iter().for_each(|f| faults.add(f.at, f.message));
        }
        self.slug = Some(slug);
        for (at, what, value) in [("metric", "metric", &mut self.metric), ("subject", "subject", &mut self.subject)] {
            *value = value.trim().to_owned();
            faults.check(!value.is_empty(), at, format!("The {what} is missing. Name its key."));
        }
        faults.check(
            (SHORTEST..=LONGEST).contains(&self.every_minutes),
            "every_minutes",
            format!(
                "A source runs every {SHORTEST} to {LONGEST} minutes, which is every quarter of an hour to every 31 days; this says {}.",
                self.every_minutes
            ),
        );
        self.pull.check(&mut faults);
        faults.done().map(|()| self)
    }

    /// Whether the configuration allows it, as far as that can be said without asking anybody.
    ///
    /// # Errors
    /// What has to be changed in the configuration, at its field.
    pub fn check_ground(&self, ground: &Ground) -> Result<()> {
        let mut faults = Faults::new();
        self.pull.check_ground(ground, &mut faults);
        faults.done()
    }
}

/// How a source does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// It has not run yet.
    New,
    /// It runs now.
    Running,
    /// The last run did what it should.
    Good,
    /// The last run failed.
    Failing,
    /// It was put away.
    Archived,
}

/// The last run, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Last {
    /// When it began.
    pub started_at: Time,
    /// When it ended.
    pub ended_at: Time,
    /// How it ended.
    pub outcome: Outcome,
    /// What happened, as a sentence.
    pub message: String,
}

/// A source.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Source {
    /// Its id.
    pub id: Id,
    /// Key in URLs.
    pub slug: String,
    /// As it stands beside its values.
    pub name: String,
    /// Key of the metric.
    pub metric: String,
    /// Slug of the team, workload or service.
    pub subject: String,
    /// Minutes between two runs.
    pub every_minutes: i64,
    /// Where the numbers come from.
    pub pull: Pull,
    /// Raised with each change.
    pub version: i64,
    /// When it was made.
    pub made_at: Time,
    /// By whom.
    pub made_by: String,
    /// How it does.
    pub health: Health,
    /// Since when it runs, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running_since: Option<Time>,
    /// Runs in a row that have failed.
    pub failures: i64,
    /// The last run that has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Last>,
    /// The last run that did not fail ended then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub good_at: Option<Time>,
    /// When it is due; absent if it was put away. A time that has passed means: at the next opportunity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_run_at: Option<Time>,
    /// How filling in its past stands.
    pub backfill: Backfill,
    /// When it was put away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Time>,
    /// Where its slots begin: when it was made, or changed last.
    #[serde(skip)]
    pub anchored_at: Time,
    /// Until when nobody else may run it.
    #[serde(skip)]
    pub claimed_until: Option<Time>,
    /// How many runs have begun.
    #[serde(skip)]
    pub runs: i64,
}

impl Source {
    /// Fills in what follows from the rest: how it does, and when it is due.
    #[must_use]
    pub fn derived(mut self) -> Self {
        let last = self.last.as_ref().map(|l| (l.started_at, l.ended_at));
        self.next_run_at = self.archived_at.is_none().then(|| due(self.every_minutes, self.anchored_at, last, self.failures));
        self.health = match (&self.archived_at, &self.running_since, &self.last) {
            (Some(_), ..) => Health::Archived,
            (_, Some(_), _) => Health::Running,
            (_, _, None) => Health::New,
            (_, _, Some(last)) if last.outcome == Outcome::Failed => Health::Failing,
            _ => Health::Good,
        };
        self
    }

    /// Whether it should run now: due or asked to fill in the past, in use, and nobody runs it.
    pub fn is_due(&self, now: Time) -> bool {
        let wanted = self.next_run_at.is_some_and(|t| t <= now || self.backfill.asked_at.is_some());
        wanted && self.claimed_until.is_none_or(|t| t <= now)
    }

    /// The source as it would be sent again, without its version.
    pub fn sent(&self) -> NewSource {
        NewSource {
            name: self.name.clone(),
            slug: Some(self.slug.clone()),
            metric: self.metric.clone(),
            subject: self.subject.clone(),
            every_minutes: self.every_minutes,
            pull: self.pull.clone(),
            version: None,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use kernel::Error;
    use serde_json::json;

    use super::*;

    pub(crate) fn new(pull: serde_json::Value) -> NewSource {
        serde_json::from_value(json!({
            "name": "Latency", "metric": "latency-p95", "subject": "payments", "every_minutes": 60, "pull": pull,
        }))
        .unwrap()
    }

    /// A stored source of what was sent and checked.
    pub(crate) fn source(new: NewSource) -> Source {
        Source {
            id: Id::from_u128(1),
            slug: new.slug.unwrap_or_default(),
            name: new.name,
            metric: new.metric,
            subject: new.subject,
            every_minutes: new.every_minutes,
            pull: new.pull,
            version: 1,
            made_at: Time(0),
            made_by: "Ann".into(),
            health: Health::New,
            running_since: None,
            failures: 0,
            last: None,
            good_at: None,
            next_run_at: None,
            backfill: Backfill::default(),
            archived_at: None,
            anchored_at: Time(0),
            claimed_until: None,
            runs: 0,
        }
    }

    fn prometheus() -> serde_json::Value {
        json!({ "kind": "prometheus", "url": "https://mon.example.org", "query": "up", "mode": "instant" })
    }

    fn at(result: Result<NewSource>) -> Vec<String> {
        match result.unwrap_err() {
            Error::Invalid(faults) => faults.into_iter().map(|f| f.at).collect(),
            e => panic!("{e}"),
        }
    }

    #[test]
    fn a_sound_source_passes_and_gets_a_key() {
        let good = new(prometheus()).check().unwrap();
        assert_eq!(good.slug.as_deref(), Some("latency"));
        let text = serde_json::to_string(&good).unwrap();
        assert_eq!(serde_json::from_str::<NewSource>(&text).unwrap(), good);
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let bad = NewSource {
            name: " ".into(),
            slug: Some("new".into()),
            metric: " ".into(),
            subject: String::new(),
            every_minutes: 14,
            ..new(json!({ "kind": "prometheus", "url": "mon.example.org", "query": " ", "mode": "range", "secret": "a\nb" }))
        };
        let places = ["name", "slug", "metric", "subject", "every_minutes", "pull.url", "pull.query", "pull.reduce", "pull.secret"];
        assert_eq!(at(bad.check()), places);
        for every in [i64::MIN, -1, 0, 44_641, i64::MAX] {
            assert_eq!(at(NewSource { every_minutes: every, ..new(prometheus()) }.check()), ["every_minutes"]);
        }
    }

    #[test]
    fn addresses_locations_and_ways_that_are_none_are_refused() {
        let with = |field: &str, value: &str| {
            let mut pull = prometheus();
            pull[field] = value.into();
            new(pull).check()
        };
        for url in ["", "ftp://h", "https://", "https://me:pa55@h", "https://h?x=1", "https://h\u{7}x"] {
            assert!(at(with("url", url)).contains(&"pull.url".to_owned()), "{url}");
        }
        let said = with("url", "https://me:pa55@h").unwrap_err().to_string();
        assert!(!said.contains("pa55"), "{said}");
        assert_eq!(at(with("reduce", "last")), ["pull.reduce"]);
        assert!(with("reduce", "sum").is_ok());
        assert_eq!(at(with("query", &"x".repeat(10_001))), ["pull.query"]);
        let git = |location: &str, branch: &str, secret: &str| {
            new(json!({ "kind": "git", "location": location, "what": "commits", "branch": branch, "secret": secret })).check()
        };
        assert!(git("https://h/a.git", "main", "git").is_ok() && git("/srv/git/a", "", "").is_ok());
        assert_eq!(at(git("file:///srv/a", "-x", "")), ["pull.location", "pull.branch"]);
        assert_eq!(at(git("/srv/git/../../etc", "a..b", "")), ["pull.location", "pull.branch"]);
        assert_eq!(at(git("git@h:a", "", "git")), ["pull.secret"]);
        assert_eq!(at(git("/srv/git/a", "", "git")), ["pull.secret"]);
    }

    #[test]
    fn a_pull_has_the_fields_of_its_kind_and_no_others() {
        for pull in [
            json!({ "kind": "git", "location": "/a", "what": "lines" }),
            json!({ "kind": "git", "location": "/a", "what": "commits", "query": "up" }),
            json!({ "kind": "graphite", "url": "https://h" }),
            json!({ "url": "https://h", "query": "up", "mode": "instant" }),
            json!({ "kind": "prometheus", "url": "https://h", "query": "up", "mode": "sometimes" }),
        ] {
            assert!(serde_json::from_value::<Pull>(pull.clone()).is_err(), "{pull}");
        }
    }

    #[test]
    fn what_the_configuration_lacks_is_named_with_the_setting() {
        let ground = Ground { secrets: vec!["prom".into()], roots: vec!["/srv/git".into()], files: vec!["/srv/figures".into()] };
        let refused = |pull: serde_json::Value| new(pull).check().unwrap().check_ground(&ground);
        let mut pull = prometheus();
        assert!(refused(pull.clone()).is_ok());
        pull["secret"] = "prom".into();
        assert!(refused(pull.clone()).is_ok());
        pull["secret"] = "other".into();
        assert!(refused(pull).unwrap_err().to_string().contains("[[secret]]"));
        let git = |location: &str| json!({ "kind": "git", "location": location, "what": "tags" });
        assert!(refused(git("/srv/git/shop")).is_ok());
        for outside in ["/srv/gitolite", "/etc"] {
            assert!(refused(git(outside)).unwrap_err().to_string().contains("roots in [git]"), "{outside}");
        }
    }

    #[test]
    fn places_are_named_without_noise() {
        let place = |pull: serde_json::Value| serde_json::from_value::<Pull>(pull).unwrap().place();
        assert_eq!(place(prometheus()), "Prometheus at mon.example.org");
        let git = |location: &str| place(json!({ "kind": "git", "location": location, "what": "tags" }));
        assert_eq!(git("https://code.example.org/shop/api.git"), "git history of shop/api");
        assert_eq!(git("git@code.example.org:shop/api.git"), "git history of shop/api");
        assert_eq!(git("/srv/git/api"), "git history of git/api");
    }
}

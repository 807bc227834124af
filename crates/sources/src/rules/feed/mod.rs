//! A feed: the catalogue as another program keeps it, read on a schedule or when somebody asks for it.

mod form;
mod from;
mod globs;
mod run;

use catalogue::wanted::NewCalendar;
use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::pull::Ground;
use super::schedule::{LONGEST, SHORTEST, due};
use super::source::Health;

pub(crate) use form::{feed_field_of, feed_of, feed_stored};
pub use from::{BackstageApi, FeedFrom, FeedGit};
pub(crate) use globs::Globs;
pub use run::{FeedCounts, FeedOutcome, FeedPreview, FeedRun, STEPS, cut, failed, outcome_of, told_feed};

/// A feed as somebody sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFeed {
    /// As people call it; up to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// Key in URLs and files; made from the name if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Where the catalogue is read from.
    pub from: FeedFrom,
    /// Slug of the group for teams whose own group is not in bellwether; groups are not made then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Groups that are not in bellwether are made with this calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<NewCalendar>,
    /// What somebody changed by hand since is overwritten; otherwise it is kept, and shown.
    #[serde(default)]
    pub overwrite: bool,
    /// Minutes between two runs: 15 to 44640, which is 31 days. Without them it runs only when somebody asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 15, maximum = 44_640)]
    pub every_minutes: Option<i64>,
    /// The version that a change was made from; the newest if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

impl NewFeed {
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
        self.from.check(&mut faults);
        self.group = self.group.take().map(|g| g.trim().to_owned()).filter(|g| !g.is_empty());
        if let Some(group) = &self.group {
            let good = text::key("group", group).is_ok();
            faults.check(good, "group", "This is no key of a group. Name it like payments-group.");
        }
        if let Some(c) = &self.calendar {
            // A group that is made is checked whole; this says at once what could never be made.
            let (zone, first) = (jiff::tz::TimeZone::get(&c.zone).is_ok(), c.first_day.parse::<jiff::civil::Date>().is_ok());
            faults.check(zone, "calendar.zone", "There is no time zone of this name. Write it like Europe/London.");
            faults.check(first, "calendar.first_day", "This is no day. Write it like 2026-11-04.");
            let days = c.sprint_days.is_none_or(|d| (7..=42).contains(&d));
            faults.check(days, "calendar.sprint_days", "A sprint has 7 to 42 days.");
        }
        if let Some(every) = self.every_minutes {
            faults.check(
                (SHORTEST..=LONGEST).contains(&every),
                "every_minutes",
                format!(
                    "A feed runs every {SHORTEST} to {LONGEST} minutes, which is every quarter of an hour to every 31 days, or \
                     only by hand if they are left out; this says {every}."
                ),
            );
        }
        faults.done().map(|()| self)
    }

    /// Whether the configuration allows it, as far as that can be said without asking anybody.
    ///
    /// # Errors
    /// What has to be changed in the configuration, at its field.
    pub fn check_ground(&self, ground: &Ground) -> Result<()> {
        let mut faults = Faults::new();
        self.from.check_ground(ground, &mut faults);
        faults.done()
    }

    /// How an import takes what the feed fetched.
    pub fn how(&self) -> catalogue::plan::How {
        catalogue::plan::How {
            source: self.from.address().to_owned(),
            whole: true,
            group: self.group.clone(),
            calendar: self.calendar.clone(),
            overwrite: self.overwrite,
        }
    }
}

/// The last run of a feed, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FeedLast {
    /// When it began.
    pub started_at: Time,
    /// When it ended.
    pub ended_at: Time,
    /// How it ended.
    pub outcome: FeedOutcome,
    /// What happened, as a sentence or two.
    pub message: String,
}

/// A feed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Feed {
    /// Its id.
    pub id: Id,
    /// Key in URLs.
    pub slug: String,
    /// As people call it.
    pub name: String,
    /// Where the catalogue is read from.
    pub from: FeedFrom,
    /// Slug of the group for teams without one of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Calendar of groups that it makes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar: Option<NewCalendar>,
    /// What was changed by hand is overwritten.
    pub overwrite: bool,
    /// Minutes between two runs; absent if it runs only by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every_minutes: Option<i64>,
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
    /// Runs in a row that imported nothing though they should.
    pub failures: i64,
    /// The last run that has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<FeedLast>,
    /// The last run that read everything ended then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub good_at: Option<Time>,
    /// When it is due; absent if it was put away or runs only by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_run_at: Option<Time>,
    /// When it was put away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Time>,
    /// Where its slots begin.
    #[serde(skip)]
    pub anchored_at: Time,
    /// Until when nobody else may run it.
    #[serde(skip)]
    pub claimed_until: Option<Time>,
    /// How many runs have begun.
    #[serde(skip)]
    pub runs: i64,
}

impl Feed {
    /// Fills in what follows from the rest: how it does, and when it is due.
    #[must_use]
    pub fn derived(mut self) -> Self {
        let last = self.last.as_ref().map(|l| (l.started_at, l.ended_at));
        let every = self.every_minutes.filter(|_| self.archived_at.is_none());
        self.next_run_at = every.map(|every| due(every, self.anchored_at, last, self.failures));
        self.health = match (&self.archived_at, &self.running_since, &self.last) {
            (Some(_), ..) => Health::Archived,
            (_, Some(_), _) => Health::Running,
            (_, _, None) => Health::New,
            (_, _, Some(last)) if last.outcome.is_bad() => Health::Failing,
            _ => Health::Good,
        };
        self
    }

    /// Whether it should run now: due, in use, and nobody runs it.
    pub fn is_due(&self, now: Time) -> bool {
        self.next_run_at.is_some_and(|t| t <= now) && self.claimed_until.is_none_or(|t| t <= now)
    }

    /// The feed as it would be sent again, without its version.
    pub fn sent(&self) -> NewFeed {
        NewFeed {
            name: self.name.clone(),
            slug: Some(self.slug.clone()),
            from: self.from.clone(),
            group: self.group.clone(),
            calendar: self.calendar.clone(),
            overwrite: self.overwrite,
            every_minutes: self.every_minutes,
            version: None,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use kernel::Error;
    use serde_json::{Value, json};

    use super::*;

    pub(crate) fn new(from: Value) -> NewFeed {
        serde_json::from_value(json!({ "name": "Portal", "from": from, "every_minutes": 60 })).unwrap()
    }

    /// A stored feed of what was sent and checked.
    pub(crate) fn feed(new: NewFeed) -> Feed {
        Feed {
            id: Id::from_u128(1),
            slug: new.slug.unwrap_or_default(),
            name: new.name,
            from: new.from,
            group: new.group,
            calendar: new.calendar,
            overwrite: new.overwrite,
            every_minutes: new.every_minutes,
            version: 1,
            made_at: Time(0),
            made_by: "Ann".into(),
            health: Health::New,
            running_since: None,
            failures: 0,
            last: None,
            good_at: None,
            next_run_at: None,
            archived_at: None,
            anchored_at: Time(0),
            claimed_until: None,
            runs: 0,
        }
        .derived()
    }

    pub(crate) fn api() -> Value {
        json!({ "kind": "backstage-api", "url": "https://portal.example.org" })
    }

    fn at(result: Result<NewFeed>) -> Vec<String> {
        match result.unwrap_err() {
            Error::Invalid(faults) => faults.into_iter().map(|f| f.at).collect(),
            e => panic!("{e}"),
        }
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let bad = NewFeed {
            name: " ".into(),
            slug: Some("new".into()),
            group: Some("Not A Key".into()),
            calendar: Some(NewCalendar {
                zone: "Mars/Base".into(),
                first_day: "soon".into(),
                sprint_days: Some(3),
                first_number: None,
            }),
            every_minutes: Some(14),
            ..new(json!({ "kind": "backstage-api", "url": "portal" }))
        };
        let places =
            ["name", "slug", "from.url", "group", "calendar.zone", "calendar.first_day", "calendar.sprint_days", "every_minutes"];
        assert_eq!(at(bad.check()), places);
        for every in [i64::MIN, -1, 0, 44_641, i64::MAX] {
            assert_eq!(at(NewFeed { every_minutes: Some(every), ..new(api()) }.check()), ["every_minutes"]);
        }
    }

    #[test]
    fn a_feed_by_hand_is_never_due_and_one_with_a_schedule_at_once() {
        let by_hand = feed(NewFeed { every_minutes: None, ..new(api()) }.check().unwrap());
        assert!(!by_hand.is_due(Time(i64::MAX)) && by_hand.next_run_at.is_none());
        let scheduled = feed(new(api()).check().unwrap());
        assert!(scheduled.is_due(Time(0)));
        assert_eq!(scheduled.sent().check().unwrap(), scheduled.sent());
        assert!(!Feed { archived_at: Some(Time(0)), ..scheduled }.derived().is_due(Time(9)));
    }
}

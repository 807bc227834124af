//! What a forum settled about its sessions: how often, how long, what comes in which order. Days and hours are those of the
//! forum's zone, so a session keeps its hour when clocks change. Pure.

use catalogue::calendar::Calendar;
use jiff::civil::{Date, Time as Hour, Weekday};
use jiff::tz::TimeZone;
use kernel::error::{Faults, Result};
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::agenda::ItemKind;
use crate::forum::ForumKind;

/// Shortest and longest session, in minutes.
pub const LENGTH: (i64, i64) = (15, 480);
/// Longest part of an agenda, in minutes.
pub const MOST_PART: i64 = 120;
/// Sessions that stand in the calendar ahead.
pub const AHEAD: usize = 6;

/// The days of a week, from Monday, as they are sent.
pub const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// How often a forum meets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "every", rename_all = "lowercase", deny_unknown_fields)]
pub enum Rhythm {
    /// After each sprint that is not skipped; of groups alone.
    Sprint {
        /// Days after the sprint's last day, 1 to 14: 1 is the first day of the next sprint.
        days_after: i64,
    },
    /// Every so many weeks.
    Weeks {
        /// 1 to 13.
        weeks: i64,
        /// `thursday`.
        weekday: String,
        /// Not before this day, `2026-11-05`; weeks are counted from the first such weekday.
        from: String,
    },
}

/// In which order teams come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TeamOrder {
    /// Each session begins one team later, so that over time each stands first equally often.
    #[default]
    Rotate,
    /// By lot, fair and with a stored seed that anybody can check.
    Lot,
}

/// A part of the agenda with its minutes. The teams' part, or the council's topics, has none: it gets what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AgendaPart)]
pub struct Part {
    /// What.
    pub kind: ItemKind,
    /// 0 to 120; 0 for teams and topics.
    #[serde(default)]
    pub minutes: i64,
}

/// When nobody is reminded, in the forum's zone; the same hour twice means never.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = QuietHours)]
pub struct Quiet {
    /// First minute, `18:00`.
    pub from: String,
    /// First minute after them, `08:00`.
    pub until: String,
    /// Saturday and Sunday too.
    #[serde(default = "yes")]
    pub weekends: bool,
}

fn yes() -> bool {
    true
}

/// What a forum settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SessionCadence)]
pub struct Cadence {
    /// How often.
    pub rhythm: Rhythm,
    /// When it begins, `10:00`, in the forum's zone.
    pub time: String,
    /// How long it is, 15 to 480 minutes.
    pub minutes: i64,
    /// Least minutes of a team's slot, 1 to 60.
    pub least: i64,
    /// Usual minutes of a team's slot, `least` to 60.
    pub usual: i64,
    /// Parts in their order, wins first.
    pub agenda: Vec<Part>,
    /// In which order teams come.
    #[serde(default)]
    pub order: TeamOrder,
    /// When nobody is reminded.
    pub quiet: Quiet,
    /// Remind teams whose report is not ready, three days and one day before.
    #[serde(default = "yes")]
    pub remind: bool,
}

/// A cadence with the version that it was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewCadence {
    /// What is settled.
    #[serde(flatten)]
    pub cadence: Cadence,
    /// The version that the caller saw; 0 if nothing was settled.
    pub version: i64,
}

/// What a forum settled, with who and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ForumCadence {
    /// What is settled.
    #[serde(flatten)]
    pub cadence: Cadence,
    /// Counts the changes; 0 for the proposal of a forum that has settled nothing.
    pub version: i64,
    /// Who said so last; empty for the proposal.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
}

/// A session that the cadence plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// Names it among the forum's: `sprint-22`, `2026-11-19`.
    pub key: String,
    /// The sprint whose reports it is about.
    pub sprint: Option<i64>,
    /// Planned start.
    pub starts: Time,
    /// Planned end.
    pub ends: Time,
}

/// The hour that a text names, `10:00`.
#[must_use]
pub fn hour(text: &str) -> Option<Hour> {
    let (h, m) = text.trim().split_once(':')?;
    let digits = |t: &str| (1..=2).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
    if !digits(h) || m.len() != 2 || !digits(m) {
        return None;
    }
    Hour::new(h.parse().ok()?, m.parse().ok()?, 0, 0).ok()
}

/// The moment of a day and an hour in a zone. An hour that clocks skip is the one after the gap, one that comes twice is the
/// first.
#[must_use]
pub fn moment(day: Date, hour: Hour, zone: &str) -> Option<Time> {
    let zone = TimeZone::get(zone).ok()?;
    let at = zone.to_timestamp(day.to_datetime(hour)).ok()?;
    Some(Time(at.as_microsecond()))
}

fn weekday(text: &str) -> Option<Weekday> {
    let at = WEEKDAYS.iter().position(|d| *d == text.trim().to_lowercase())?;
    Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok()
}

fn plus(day: Date, days: i64) -> Option<Date> {
    day.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

impl Cadence {
    /// What a group or the council could begin with.
    #[must_use]
    pub fn proposed(kind: ForumKind, from: Date) -> Self {
        let part = |kind, minutes| Part { kind, minutes };
        let quiet = Quiet { from: "18:00".into(), until: "08:00".into(), weekends: true };
        let (rhythm, minutes, agenda) = match kind {
            ForumKind::Group => (
                Rhythm::Sprint { days_after: 2 },
                120,
                vec![
                    part(ItemKind::Wins, 5),
                    part(ItemKind::Notices, 6),
                    part(ItemKind::Actions, 8),
                    part(ItemKind::Team, 0),
                    part(ItemKind::TechShares, 6),
                    part(ItemKind::ParkingLot, 5),
                    part(ItemKind::Close, 2),
                ],
            ),
            ForumKind::Council => (
                Rhythm::Weeks { weeks: 2, weekday: "tuesday".into(), from: from.to_string() },
                60,
                vec![part(ItemKind::Wins, 5), part(ItemKind::Topic, 0), part(ItemKind::ParkingLot, 5), part(ItemKind::Close, 2)],
            ),
        };
        Self { rhythm, time: "10:00".into(), minutes, least: 4, usual: 10, agenda, order: TeamOrder::Rotate, quiet, remind: true }
    }

    /// Minutes of the parts that have their own.
    #[must_use]
    pub fn fixed(&self) -> i64 {
        self.agenda.iter().map(|p| p.minutes).sum()
    }

    /// Checks what somebody wrote, and writes it in one form.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(mut self, kind: ForumKind) -> Result<Self> {
        let mut faults = Faults::new();
        self.rhythm = self.rhythm.check(&mut faults, kind);
        self.time = clock_of(&mut faults, "time", &self.time);
        self.quiet.from = clock_of(&mut faults, "quiet.from", &self.quiet.from);
        self.quiet.until = clock_of(&mut faults, "quiet.until", &self.quiet.until);
        let (shortest, longest) = LENGTH;
        faults.check(
            (shortest..=longest).contains(&self.minutes),
            "minutes",
            format!("A session is {shortest} to {longest} minutes long."),
        );
        faults.check((1..=60).contains(&self.least), "least", "The least slot of a team is 1 to 60 minutes.");
        faults.check(
            self.usual >= self.least && self.usual <= 60,
            "usual",
            format!("The usual slot of a team is {} to 60 minutes.", self.least.clamp(1, 60)),
        );
        self.check_agenda(&mut faults, kind);
        faults.done().map(|()| self)
    }

    fn check_agenda(&self, faults: &mut Faults, kind: ForumKind) {
        let (main, other) = match kind {
            ForumKind::Group => (ItemKind::Team, ItemKind::Topic),
            ForumKind::Council => (ItemKind::Topic, ItemKind::Team),
        };
        let count = |wanted: ItemKind| self.agenda.iter().filter(|p| p.kind == wanted).count();
        for kind in ItemKind::ALL {
            faults.check(count(kind) <= 1, "agenda", format!("“{}” stands twice in the agenda.", kind.title()));
        }
        faults.check(count(main) == 1, "agenda", format!("The agenda needs “{}” once.", main.title()));
        faults.check(count(other) == 0, "agenda", format!("“{}” has no place in this agenda.", other.title()));
        let first = self.agenda.first().is_some_and(|p| p.kind == ItemKind::Wins);
        faults.check(first, "agenda", "Wins come first: begin the agenda with them.");
        for p in &self.agenda {
            let at = format!("agenda.{}", p.kind.key());
            if p.kind == main {
                faults.check(
                    p.minutes == 0,
                    at,
                    format!("“{}” gets the minutes that the other parts leave; write 0.", main.title()),
                );
            } else {
                let good = (0..=MOST_PART).contains(&p.minutes);
                faults.check(good, at, format!("“{}” takes 0 to {MOST_PART} minutes.", p.kind.title()));
            }
        }
        let fixed: i64 = self.agenda.iter().map(|p| p.minutes.clamp(0, MOST_PART)).sum();
        faults.check(
            fixed < self.minutes || self.minutes < LENGTH.0,
            "minutes",
            format!("The parts take {fixed} minutes of {}, so nothing is left for what the session is for.", self.minutes),
        );
    }

    /// Up to `count` sessions that begin after `after`, earliest first.
    #[must_use]
    pub fn planned(&self, calendar: Option<&Calendar>, zone: &str, after: Time, count: usize) -> Vec<Occurrence> {
        let Some(hour) = hour(&self.time) else { return Vec::new() };
        let long = std::time::Duration::from_secs(u64::try_from(self.minutes.max(0) * 60).unwrap_or(0));
        let made = |key: String, sprint, day| {
            let starts = moment(day, hour, zone).filter(|s| *s > after)?;
            Some(Occurrence { key, sprint, starts, ends: starts.plus(long) })
        };
        match &self.rhythm {
            Rhythm::Sprint { days_after } => {
                let Some(calendar) = calendar else { return Vec::new() };
                // A sprint that ended a while ago may still have its session ahead.
                let mut number = calendar.at(after).map_or_else(|| calendar.first(), |s| (s.number - 3).max(calendar.first()));
                let mut out = Vec::new();
                while out.len() < count {
                    let Some(s) = calendar.sprint(number) else { break };
                    let day = plus(s.end_day, days_after - 1).filter(|_| !s.skipped);
                    out.extend(day.and_then(|day| made(format!("sprint-{number}"), Some(number), day)));
                    number += 1;
                }
                out
            }
            Rhythm::Weeks { weeks, weekday: on, from } => {
                let first = from.parse::<Date>().ok().zip(weekday(on)).and_then(|(from, on)| first_on(from, on));
                let (Some(first), Ok(zone_of)) = (first, TimeZone::get(zone)) else { return Vec::new() };
                let today = after.jiff().to_zoned_datetime(zone_of).date();
                let step = weeks.max(&1) * 7;
                let gone = first.until(today).map_or(0, |s| i64::from(s.get_days())).max(0) / step;
                let mut out = Vec::new();
                let mut n = gone;
                while out.len() < count && n < gone + 10_000 {
                    let Some(day) = n.checked_mul(step).and_then(|d| plus(first, d)) else { break };
                    out.extend(made(day.to_string(), None, day));
                    n += 1;
                }
                let closed = |at: Time| calendar.and_then(|c| c.last_closed(at)).map(|s| s.number);
                out.into_iter().map(|o| Occurrence { sprint: closed(o.starts), ..o }).collect()
            }
        }
    }
}

/// The first such weekday that is not before a day.
fn first_on(from: Date, on: Weekday) -> Option<Date> {
    let ahead = i64::from(on.to_monday_zero_offset() - from.weekday().to_monday_zero_offset()).rem_euclid(7);
    plus(from, ahead)
}

fn clock_of(faults: &mut Faults, at: &str, text: &str) -> String {
    match hour(text) {
        Some(h) => format!("{:02}:{:02}", h.hour(), h.minute()),
        None => {
            faults.add(at, format!("“{}” is no time of day. Write it like 10:00.", kernel::text::shown(text, 20)));
            text.to_owned()
        }
    }
}

impl Rhythm {
    fn check(self, faults: &mut Faults, kind: ForumKind) -> Self {
        match self {
            Rhythm::Sprint { days_after } => {
                faults.check(kind == ForumKind::Group, "rhythm", "The council has no sprints. Say every how many weeks it meets.");
                let good = (1..=14).contains(&days_after);
                faults.check(good, "rhythm.days_after", "A session is 1 to 14 days after the sprint’s last day.");
                Rhythm::Sprint { days_after }
            }
            Rhythm::Weeks { weeks, weekday: on, from } => {
                faults.check((1..=13).contains(&weeks), "rhythm.weeks", "A forum meets every 1 to 13 weeks.");
                let on = on.trim().to_lowercase();
                faults.check(
                    weekday(&on).is_some(),
                    "rhythm.weekday",
                    format!("“{}” is no day of the week. Use {}.", kernel::text::shown(&on, 20), WEEKDAYS.join(", ")),
                );
                let day = from.trim().parse::<Date>().ok().filter(|d| (2000..=2200).contains(&d.year()));
                let shown = kernel::text::shown(&from, 20);
                faults.check(day.is_some(), "rhythm.from", format!("“{shown}” is no day. Write it like 2026-11-05."));
                Rhythm::Weeks { weeks, weekday: on, from: day.map_or(from, |d| d.to_string()) }
            }
        }
    }

    /// "on the second day after each sprint", "every second Tuesday".
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Rhythm::Sprint { days_after: 1 } => "on the day after each sprint’s last".into(),
            Rhythm::Sprint { days_after } => format!("{days_after} days after each sprint’s last day"),
            Rhythm::Weeks { weeks: 1, weekday, .. } => format!("every {}", html::capital(weekday)),
            Rhythm::Weeks { weeks, weekday, .. } => format!("every {weeks} weeks on {}", html::capital(weekday)),
        }
    }
}

impl Quiet {
    /// True if nobody is reminded at that moment.
    #[must_use]
    pub fn holds(&self, at: Time, zone: &str) -> bool {
        let Ok(zone) = TimeZone::get(zone) else { return false };
        let local = at.jiff().to_zoned_datetime(zone);
        let day = local.date().weekday();
        if self.weekends && matches!(day, Weekday::Saturday | Weekday::Sunday) {
            return true;
        }
        let (Some(from), Some(until)) = (hour(&self.from), hour(&self.until)) else { return false };
        let now = local.time();
        if from <= until { now >= from && now < until } else { now >= from || now < until }
    }
}

#[cfg(test)]
mod tests;

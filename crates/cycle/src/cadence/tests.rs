use catalogue::Group;
use catalogue::calendar::{Calendar, Change, ChangeKind};
use kernel::ids::Id;

use super::*;

fn calendar(zone: &str, changes: Vec<Change>) -> Calendar {
    let group = Group {
        id: Id::from_u128(1),
        slug: "g".into(),
        name: "G".into(),
        zone: zone.into(),
        sprint_days: 14,
        first_number: 1,
        first_day: "2026-01-14".into(),
        working_agreement: String::new(),
        version: 1,
    };
    Calendar::new(&group, changes).unwrap()
}

fn proposed() -> Cadence {
    Cadence::proposed(ForumKind::Group, "2026-01-01".parse().unwrap())
}

fn weekly(weeks: i64) -> Cadence {
    Cadence { rhythm: Rhythm::Weeks { weeks, weekday: "thursday".into(), from: "2026-01-01".into() }, ..proposed() }
}

fn at(text: &str) -> Time {
    Time::parse(text).unwrap()
}

fn local(time: Time, zone: &str) -> String {
    time.jiff().to_zoned_datetime(TimeZone::get(zone).unwrap()).strftime("%a %Y-%m-%d %H:%M").to_string()
}

#[test]
fn a_session_keeps_its_hour_when_clocks_change() {
    for zone in ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"] {
        for cadence in [weekly(1), weekly(2), proposed()] {
            let found = cadence.planned(Some(&calendar(zone, vec![])), zone, at("2026-02-01T00:00:00Z"), 60);
            assert_eq!(found.len(), 60, "{zone}");
            for o in &found {
                let local = local(o.starts, zone);
                assert!(local.ends_with("10:00"), "{zone} {local}");
                assert_eq!(o.ends.since(o.starts).as_secs(), 7200);
            }
            let days: Vec<i64> =
                found.windows(2).map(|w| (w[1].starts.0 - w[0].starts.0 + 12 * 3_600_000_000) / 86_400_000_000).collect();
            let step = if matches!(cadence.rhythm, Rhythm::Weeks { weeks: 1, .. }) { 7 } else { 14 };
            assert!(days.iter().all(|d| *d == step), "{zone} {days:?}");
        }
    }
}

#[test]
fn an_hour_that_clocks_skip_or_repeat_is_one_moment() {
    let day = "2026-03-29".parse().unwrap();
    assert_eq!(local(moment(day, hour("01:30").unwrap(), "Europe/London").unwrap(), "Europe/London"), "Sun 2026-03-29 02:30");
    let day = "2026-10-25".parse().unwrap();
    assert_eq!(moment(day, hour("01:30").unwrap(), "Europe/London").unwrap(), at("2026-10-25T00:30:00Z"));
}

#[test]
fn a_session_after_each_sprint_follows_the_calendar() {
    let changes = vec![Change { number: 3, kind: ChangeKind::Skip }, Change { number: 4, kind: ChangeKind::Length(21) }];
    let c = calendar("Europe/London", changes);
    let found = proposed().planned(Some(&c), "Europe/London", at("2026-01-27T00:00:00Z"), 3);
    let told: Vec<(String, String)> = found.iter().map(|o| (o.key.clone(), local(o.starts, "Europe/London"))).collect();
    // Sprint 1 ends with 27 January; two days after its last day is the 29th.
    let of = |key: &str, when: &str| (key.to_owned(), when.to_owned());
    let wanted =
        [of("sprint-1", "Thu 2026-01-29 10:00"), of("sprint-2", "Thu 2026-02-12 10:00"), of("sprint-4", "Thu 2026-03-19 10:00")];
    assert_eq!(told, wanted);
    assert_eq!(found[0].sprint, Some(1));
    // A session that is under way or over is not planned again.
    let later = proposed().planned(Some(&c), "Europe/London", at("2026-01-29T10:00:00Z"), 1);
    assert_eq!(later[0].key, "sprint-2");
    assert!(proposed().planned(None, "UTC", Time(0), 3).is_empty(), "no calendar, no sprints");
}

#[test]
fn a_session_by_weeks_is_about_the_last_sprint_that_closed() {
    let found = weekly(2).planned(Some(&calendar("UTC", vec![])), "UTC", at("2026-02-02T00:00:00Z"), 2);
    assert_eq!(
        found.iter().map(|o| (o.key.as_str(), o.sprint)).collect::<Vec<_>>(),
        [("2026-02-12", Some(2)), ("2026-02-26", Some(3))]
    );
}

#[test]
fn what_makes_no_sense_is_named_with_its_field() {
    let faults = |c: Cadence, kind| match c.check(kind) {
        Err(kernel::Error::Invalid(f)) => f.into_iter().map(|f| f.at).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let group = ForumKind::Group;
    assert!(proposed().check(group).is_ok() && weekly(2).check(group).is_ok());
    assert!(Cadence::proposed(ForumKind::Council, "2026-01-01".parse().unwrap()).check(ForumKind::Council).is_ok());
    assert_eq!(faults(Cadence { time: "25:00".into(), minutes: 5, ..proposed() }, group), ["time", "minutes"]);
    assert_eq!(faults(Cadence { least: 0, usual: 90, ..proposed() }, group), ["least", "usual"]);
    assert_eq!(faults(Cadence { rhythm: Rhythm::Sprint { days_after: 0 }, ..proposed() }, group), ["rhythm.days_after"]);
    let odd = Rhythm::Weeks { weeks: 14, weekday: "someday".into(), from: "soon".into() };
    assert_eq!(faults(Cadence { rhythm: odd, ..proposed() }, group), ["rhythm.weeks", "rhythm.weekday", "rhythm.from"]);
    assert!(faults(proposed(), ForumKind::Council).contains(&"rhythm".to_owned()));
    let mut late = proposed();
    late.agenda.swap(0, 1);
    assert_eq!(faults(late, group), ["agenda"], "wins come first");
    let mut none = proposed();
    none.agenda.retain(|p| p.kind != ItemKind::Team);
    assert_eq!(faults(none, group), ["agenda"]);
    assert_eq!(faults(Cadence { minutes: 30, ..proposed() }, group), ["minutes"], "nothing is left for the teams");
    assert_eq!(Cadence { time: " 9:05 ".into(), ..proposed() }.check(group).unwrap().time, "09:05");
}

#[test]
fn quiet_hours_are_the_forums_and_may_span_midnight() {
    let q = |from: &str, until: &str, weekends| Quiet { from: from.into(), until: until.into(), weekends };
    // Thursday 19 November 2026 in London, and the Saturday after it.
    let (evening, noon, saturday) = (at("2026-11-19T19:00:00Z"), at("2026-11-19T12:00:00Z"), at("2026-11-21T12:00:00Z"));
    let night = q("18:00", "08:00", true);
    assert_eq!([evening, noon, saturday].map(|t| night.holds(t, "Europe/London")), [true, false, true]);
    assert!(!q("18:00", "08:00", false).holds(saturday, "Europe/London"));
    assert!(night.holds(noon, "Asia/Tokyo"), "it is nine in the evening there");
    assert!(!q("08:00", "08:00", false).holds(evening, "UTC"), "the same hour twice means never");
}

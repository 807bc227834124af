//! What every page stands in, and how times are written on it.

use html::{Foot, Line, LineKind, Place, Shell};
use jiff::tz::TimeZone;

use super::app::App;
use super::ctx::{ActorId, Ctx};
use crate::time::Time;

/// The shell of a page: masthead, person, appearance, foot with the organisation and the time of the data. The caller
/// adds what is its own (exports, live topic, permalink).
pub fn shell<'a>(app: &'a App, cx: &'a Ctx, title: &'a str, place: Place, exact: bool) -> Shell<'a> {
    let mut lines = Vec::new();
    if app.demo {
        lines.push(Line {
            kind: LineKind::Demo,
            lead: "Demonstration.".into(),
            text: maud::html! { "Sample data, gone when the program stops. " a href="/demonstration" { "What to look at, and how to leave" } },
            act: None,
        });
    }
    Shell {
        title,
        place,
        exact,
        person: (cx.actor.id != ActorId::Anonymous).then_some(cx.actor.name.as_str()),
        csrf: &cx.actor.csrf,
        lines,
        foot: Foot {
            organisation: &cx.actor.organisation,
            settings: (cx.actor.id != ActorId::Anonymous).then_some("/settings"),
            data_as_of: (cx.actor.id != ActorId::Anonymous).then(|| moment(cx.now, &cx.actor.zone)),
            ..Foot::default()
        },
        theme: cx.theme,
        version: &cx.announced,
        places: app.places,
        find: Some("/find"),
        ..Shell::default()
    }
}

fn zoned(at: Time, zone: &str) -> jiff::ZonedDateTime {
    at.jiff().to_zoned_datetime(TimeZone::get(zone).unwrap_or(TimeZone::UTC))
}

/// "Tue 17 Nov 2026, 15:33" and the zone's short name.
pub fn moment(at: Time, zone: &str) -> String {
    zoned(at, zone).strftime("%a %-d %b %Y, %H:%M %Z").to_string()
}

/// "17 Nov", with the year when it is another than `now`'s.
pub fn day(at: Time, now: Time, zone: &str) -> String {
    let (at, now) = (zoned(at, zone), zoned(now, zone));
    at.strftime(if at.year() == now.year() { "%-d %b" } else { "%-d %b %Y" }).to_string()
}

/// "17 Nov 15:33", with the year when it is another than `now`'s.
pub fn clock(at: Time, now: Time, zone: &str) -> String {
    format!("{} {}", day(at, now, zone), zoned(at, zone).strftime("%H:%M"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_people_say_them() {
        let at = Time::parse("2026-11-17T15:33:00Z").unwrap();
        let now = Time::parse("2027-01-02T00:00:00Z").unwrap();
        assert_eq!(moment(at, "Europe/London"), "Tue 17 Nov 2026, 15:33 GMT");
        assert_eq!(day(at, at, "UTC"), "17 Nov");
        assert_eq!(clock(at, now, "Europe/Berlin"), "17 Nov 2026 16:33");
    }
}

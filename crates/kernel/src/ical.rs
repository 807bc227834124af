//! iCalendar (RFC 5545): whole days and moments that a calendar program subscribes to.

use crate::time::Time;

/// Octets of a line at most, the line break not counted (3.1).
const LINE: usize = 75;

/// A whole day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayEvent {
    /// Names the event for good.
    pub uid: String,
    /// When it was changed last.
    pub changed_at: Time,
    /// Raised with each change.
    pub sequence: i64,
    /// The day.
    pub day: jiff::civil::Date,
    /// In a few words.
    pub summary: String,
    /// More words; may be empty.
    pub description: String,
    /// Where to read on; may be empty.
    pub url: String,
}

/// Something with a beginning and an end. Both are written in UTC (form 2 of 3.3.5), so no zone has to be described and every
/// reader sees them in their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Names the event for good.
    pub uid: String,
    /// When it was changed last.
    pub changed_at: Time,
    /// Raised with each change.
    pub sequence: i64,
    /// First moment.
    pub starts: Time,
    /// First moment after it.
    pub ends: Time,
    /// It does not take place.
    pub cancelled: bool,
    /// In a few words.
    pub summary: String,
    /// More words; may be empty.
    pub description: String,
    /// Room or link; may be empty.
    pub location: String,
    /// Where to read on; may be empty.
    pub url: String,
}

/// A text value: backslash, semicolon, comma and line break are escaped (3.3.11), other control characters are left out.
fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A content line, folded between characters so that no line has more than 75 octets, with its line break.
fn line(out: &mut String, whole: &str) {
    let mut room = LINE;
    for c in whole.chars() {
        if c.len_utf8() > room {
            // The blank that begins a continued line counts.
            out.push_str("\r\n ");
            room = LINE - 1;
        }
        out.push(c);
        room -= c.len_utf8();
    }
    out.push_str("\r\n");
}

/// An address: what could end the line or is no ASCII is left out, as pages write their addresses without.
fn uri(value: &str) -> String {
    value.chars().filter(char::is_ascii_graphic).collect()
}

fn stamp(at: Time) -> String {
    at.jiff().strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn begin(out: &mut String, name: &str) {
    for whole in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bellwether//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"] {
        line(out, whole);
    }
    line(out, &format!("X-WR-CALNAME:{}", text(name)));
}

fn head(out: &mut String, uid: &str, changed_at: Time, sequence: i64) {
    line(out, "BEGIN:VEVENT");
    line(out, &format!("UID:{}", text(uid)));
    line(out, &format!("DTSTAMP:{}", stamp(changed_at)));
    line(out, &format!("LAST-MODIFIED:{}", stamp(changed_at)));
    line(out, &format!("SEQUENCE:{}", sequence.clamp(0, i64::from(i32::MAX))));
}

fn words(out: &mut String, (summary, description): (&str, &str), location: &str, url: &str) {
    line(out, &format!("SUMMARY:{}", text(summary)));
    if !description.is_empty() {
        line(out, &format!("DESCRIPTION:{}", text(description)));
    }
    if !location.is_empty() {
        line(out, &format!("LOCATION:{}", text(location)));
    }
    if !url.is_empty() {
        line(out, &format!("URL:{}", uri(url)));
    }
}

/// A calendar of whole days, as `text/calendar`.
#[must_use]
pub fn calendar(name: &str, days: &[DayEvent]) -> String {
    mixed(name, &[], days)
}

/// A calendar of moments and of whole days, as `text/calendar`.
#[must_use]
pub fn mixed(name: &str, moments: &[Event], days: &[DayEvent]) -> String {
    let mut out = String::new();
    begin(&mut out, name);
    for e in days {
        head(&mut out, &e.uid, e.changed_at, e.sequence);
        line(&mut out, &format!("DTSTART;VALUE=DATE:{}", e.day.strftime("%Y%m%d")));
        // The end is not part of the event (3.6.1).
        let end = e.day.tomorrow().unwrap_or(e.day);
        line(&mut out, &format!("DTEND;VALUE=DATE:{}", end.strftime("%Y%m%d")));
        words(&mut out, (&e.summary, &e.description), "", &e.url);
        line(&mut out, "TRANSP:TRANSPARENT");
        line(&mut out, "END:VEVENT");
    }
    for e in moments {
        head(&mut out, &e.uid, e.changed_at, e.sequence);
        line(&mut out, &format!("DTSTART:{}", stamp(e.starts)));
        line(&mut out, &format!("DTEND:{}", stamp(e.ends)));
        words(&mut out, (&e.summary, &e.description), &e.location, &e.url);
        line(&mut out, if e.cancelled { "STATUS:CANCELLED" } else { "STATUS:CONFIRMED" });
        line(&mut out, "END:VEVENT");
    }
    line(&mut out, "END:VCALENDAR");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads content lines back, by the letter of 3.1 and 3.3.11: unfolds, splits at the first colon, takes escapes back.
    fn read(text: &str) -> Vec<(String, String)> {
        assert!(text.ends_with("\r\n"));
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "a line break is both characters");
        assert!(text.split("\r\n").all(|l| l.len() <= 75), "no line has more than 75 octets");
        let whole = text.replace("\r\n ", "");
        let back = |value: &str| {
            let (mut out, mut escaped) = (String::new(), false);
            for c in value.chars() {
                match (escaped, c) {
                    (true, 'n') => out.push('\n'),
                    (true, c) => out.push(c),
                    (false, '\\') => {}
                    (false, c) => out.push(c),
                }
                escaped = !escaped && c == '\\';
            }
            out
        };
        let pair = |l: &str| l.split_once(':').map(|(n, v)| (n.to_owned(), back(v)));
        whole.split("\r\n").filter(|l| !l.is_empty()).map(|l| pair(l).unwrap()).collect()
    }

    fn event(summary: &str) -> DayEvent {
        DayEvent {
            uid: "review-1@bellwether".into(),
            changed_at: Time::parse("2026-11-17T15:33:00Z").unwrap(),
            sequence: 3,
            day: jiff::civil::date(2026, 12, 31),
            summary: summary.into(),
            description: "First line\r\nsecond".into(),
            url: "https://example.org/a?b=c\r\nX: y".into(),
        }
    }

    fn value<'a>(lines: &'a [(String, String)], name: &str) -> &'a str {
        &lines.iter().find(|(n, _)| n == name).unwrap().1
    }

    #[test]
    fn an_event_is_read_back_as_it_was_meant() {
        let lines = read(&calendar("Reviews, all; of them", &[event("Review of Ledger, core; \\ and more")]));
        let names: Vec<&str> = lines.iter().map(|(n, _)| n.as_str()).collect();
        assert_eq!((names[0], names.last()), ("BEGIN", Some(&"END")));
        assert_eq!(value(&lines, "X-WR-CALNAME"), "Reviews, all; of them");
        assert_eq!(value(&lines, "SUMMARY"), "Review of Ledger, core; \\ and more");
        assert_eq!(value(&lines, "DESCRIPTION"), "First line\nsecond");
        assert_eq!((value(&lines, "DTSTART;VALUE=DATE"), value(&lines, "DTEND;VALUE=DATE")), ("20261231", "20270101"));
        assert_eq!((value(&lines, "DTSTAMP"), value(&lines, "SEQUENCE")), ("20261117T153300Z", "3"));
        assert_eq!(value(&lines, "URL"), "https://example.org/a?b=cX:y", "an address cannot begin a line of its own");
    }

    #[test]
    fn long_and_foreign_names_are_folded_between_characters() {
        for name in
            ["é".repeat(200), "a".repeat(74), "支付".repeat(40), "😀".repeat(30), "\u{0}\u{7}bell".into(), ",;\\\n".repeat(30)]
        {
            let lines = read(&calendar("x", &[event(&name)]));
            let clean: String = name.chars().filter(|c| !c.is_control() || *c == '\n').collect();
            assert_eq!(value(&lines, "SUMMARY"), clean);
        }
    }

    #[test]
    fn a_moment_is_written_in_utc_and_says_whether_it_takes_place() {
        let event = Event {
            uid: "session-1@bellwether".into(),
            changed_at: Time::parse("2026-11-17T15:33:00Z").unwrap(),
            sequence: 2,
            starts: Time::parse("2026-07-02T10:00:00+01:00").unwrap(),
            ends: Time::parse("2026-07-02T12:00:00+01:00").unwrap(),
            cancelled: true,
            summary: "Review; of sprint 12".into(),
            description: String::new(),
            location: "Room 4, second floor".into(),
            url: "https://example.org/sessions/1".into(),
        };
        let lines = read(&mixed("Sessions", std::slice::from_ref(&event), &[]));
        assert_eq!((value(&lines, "DTSTART"), value(&lines, "DTEND")), ("20260702T090000Z", "20260702T110000Z"));
        assert_eq!((value(&lines, "STATUS"), value(&lines, "LOCATION")), ("CANCELLED", "Room 4, second floor"));
        assert!(!lines.iter().any(|(name, _)| name == "DESCRIPTION"), "what is empty is left out");
        let held = read(&mixed("Sessions", &[Event { cancelled: false, ..event }], &[]));
        assert_eq!(value(&held, "STATUS"), "CONFIRMED");
    }

    #[test]
    fn a_calendar_without_events_is_one() {
        assert_eq!(read(&calendar("x", &[])).len(), 7);
    }
}

//! When a source runs: in slots of its own length from when it was made, and sooner after a failure.

use std::time::Duration;

use kernel::time::Time;

/// Shortest schedule in minutes.
pub const SHORTEST: i64 = 15;

/// Longest schedule in minutes: 31 days.
pub const LONGEST: i64 = 44_640;

const MINUTE: i64 = 60_000_000;

/// How long after so many failures in a row another try is made: 5 minutes, doubled with each.
pub fn retry(failures: i64) -> Duration {
    let doublings = u32::try_from(failures.clamp(1, 14) - 1).unwrap_or(0);
    Duration::from_secs(5 * 60 * 2u64.pow(doublings))
}

/// When a source is due. Slots follow each other from `anchor` (when it was made or changed), so that runs do not drift;
/// after a failure the next try comes when [`retry`] says, if that is before the next slot.
///
/// `last` is start and end of the last run, `failures` how many in a row have failed.
pub fn due(every_minutes: i64, anchor: Time, last: Option<(Time, Time)>, failures: i64) -> Time {
    let every = every_minutes.max(1).saturating_mul(MINUTE);
    let Some((started, ended)) = last.filter(|(started, _)| *started >= anchor) else { return anchor };
    let slots = (started.0 - anchor.0) / every + 1;
    let slot = Time(anchor.0.saturating_add(slots.saturating_mul(every)));
    if failures > 0 { slot.min(ended.plus(retry(failures))) } else { slot }
}

/// "every 15 minutes", "every hour", "every day", "every 7 days".
pub fn every_words(minutes: i64) -> String {
    let words = |n: i64, unit: &str| if n == 1 { format!("every {unit}") } else { format!("every {n} {unit}s") };
    match minutes {
        m if m % 1440 == 0 => words(m / 1440, "day"),
        m if m % 60 == 0 => words(m / 60, "hour"),
        m => words(m, "minute"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn minutes(n: i64) -> Time {
        Time(n * MINUTE)
    }

    #[test]
    fn a_new_source_is_due_at_once_and_then_in_its_slots() {
        assert_eq!(due(60, minutes(7), None, 0), minutes(7));
        // Started three minutes late: the next slot does not move.
        assert_eq!(due(60, minutes(7), Some((minutes(10), minutes(11))), 0), minutes(67));
        assert_eq!(due(60, minutes(7), Some((minutes(67), minutes(68))), 0), minutes(127));
        // Slots that were slept through are not made up for.
        assert_eq!(due(60, minutes(7), Some((minutes(500), minutes(501))), 0), minutes(547));
        // Changed after its last run: due at the change.
        assert_eq!(due(60, minutes(600), Some((minutes(500), minutes(501))), 3), minutes(600));
    }

    #[test]
    fn a_failure_is_tried_again_sooner_and_then_more_rarely() {
        let after = |failures| due(1440, minutes(0), Some((minutes(0), minutes(1))), failures);
        assert_eq!([1, 2, 3, 5].map(after), [minutes(6), minutes(11), minutes(21), minutes(81)]);
        assert_eq!(after(40), minutes(1440));
        assert_eq!(due(15, minutes(0), Some((minutes(0), minutes(1))), 4), minutes(15));
    }

    #[test]
    fn schedules_in_words() {
        let cases =
            [(15, "every 15 minutes"), (60, "every hour"), (360, "every 6 hours"), (1440, "every day"), (10_080, "every 7 days")];
        for (minutes, words) in cases {
            assert_eq!(every_words(minutes), words);
        }
    }

    proptest! {
        #[test]
        fn the_next_run_is_after_the_last_and_never_later_than_one_length(
            every in SHORTEST..=LONGEST, anchor in 0_i64..1_000_000, later in 0_i64..10_000_000, failures in 0_i64..60,
        ) {
            let (anchor, started) = (minutes(anchor), minutes(anchor + later));
            let next = due(every, anchor, Some((started, started)), failures);
            prop_assert!(next > started && next.0 - started.0 <= every * MINUTE);
        }
    }
}

//! What a signal means: better or worse by the direction, and what the limits promise about the target.

use crate::options::{Direction, Target};
use crate::result::{Assurance, Judgement, Limits, Signal};

/// Judges a signal. For a range the value is compared with the mean: nearer to the band is better, further off is worse, and
/// neutral if both are in the band or none was agreed.
pub(crate) fn judge(signal: Signal, value: f64, centre: f64, direction: Direction, target: Option<Target>) -> Judgement {
    match (direction, target) {
        (Direction::Up, _) if signal.is_above() => Judgement::Better,
        (Direction::Up, _) => Judgement::Worse,
        (Direction::Down, _) if signal.is_above() => Judgement::Worse,
        (Direction::Down, _) => Judgement::Better,
        (Direction::Range, Some(target)) => {
            let (now, usual) = (distance(value, target), distance(centre, target));
            if now < usual {
                Judgement::Better
            } else if now > usual {
                Judgement::Worse
            } else {
                Judgement::Neutral
            }
        }
        (Direction::Range | Direction::None, _) => Judgement::Neutral,
    }
}

/// How far `value` is from meeting `target`; nought if it does.
fn distance(value: f64, target: Target) -> f64 {
    let (low, high) = target.span();
    (low - value).max(value - high).max(0.0)
}

/// Always met if both limits meet the target, never if no value between them does. Source: NHS "plot the dots".
pub(crate) fn assurance(limits: Option<&Limits>, target: Option<Target>) -> Assurance {
    let (Some(target), Some(limits)) = (target, limits) else {
        return if target.is_none() { Assurance::NoTarget } else { Assurance::Unknown };
    };
    let (low, high) = target.span();
    if target.met(limits.lower) && target.met(limits.upper) {
        Assurance::AlwaysMet
    } else if limits.upper < low || limits.lower > high {
        Assurance::NeverMet
    } else {
        Assurance::HitAndMiss
    }
}

/// Whether the target was crossed between two values: worse if it was met and is missed now.
pub(crate) fn crossed(now: f64, before: f64, target: Target) -> Option<Judgement> {
    match (target.met(before), target.met(now)) {
        (true, false) => Some(Judgement::Worse),
        (false, true) => Some(Judgement::Better),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAND: Target = Target::Band { low: 60.0, high: 80.0 };

    #[test]
    fn direction_turns_a_signal_into_a_judgement() {
        let above = |direction, target| judge(Signal::OutsideAbove, 95.0, 70.0, direction, target);
        assert_eq!(above(Direction::Up, None), Judgement::Better);
        assert_eq!(above(Direction::Down, None), Judgement::Worse);
        assert_eq!(above(Direction::None, Some(BAND)), Judgement::Neutral);
        assert_eq!(above(Direction::Range, None), Judgement::Neutral);
        assert_eq!(above(Direction::Range, Some(BAND)), Judgement::Worse);
    }

    #[test]
    fn a_range_is_judged_by_the_distance_from_the_band() {
        let moved = |from, to| judge(Signal::RunBelow, to, from, Direction::Range, Some(BAND));
        assert_eq!(moved(95.0, 78.0), Judgement::Better);
        assert_eq!(moved(78.0, 62.0), Judgement::Neutral);
        assert_eq!(moved(62.0, 40.0), Judgement::Worse);
    }

    #[test]
    fn assurance_compares_the_limits_with_the_target() {
        let limits = Limits {
            centre: 70.0,
            lower: 60.0,
            upper: 80.0,
            mr_mean: 0.0,
            mr_limit: 0.0,
            n: 12,
            provisional: false,
            clipped_low: false,
            clipped_high: false,
            flat: false,
        };
        let of = |target| assurance(Some(&limits), Some(target));
        assert_eq!(of(Target::AtMost(80.0)), Assurance::AlwaysMet);
        assert_eq!(of(Target::AtMost(59.0)), Assurance::NeverMet);
        assert_eq!(of(Target::AtMost(70.0)), Assurance::HitAndMiss);
        assert_eq!(of(Target::AtLeast(60.0)), Assurance::AlwaysMet);
        assert_eq!(of(Target::AtLeast(81.0)), Assurance::NeverMet);
        assert_eq!(of(Target::AtLeast(80.0)), Assurance::HitAndMiss);
        assert_eq!(of(BAND), Assurance::AlwaysMet);
        assert_eq!(of(Target::Band { low: 61.0, high: 99.0 }), Assurance::HitAndMiss);
        assert_eq!(of(Target::Band { low: 10.0, high: 20.0 }), Assurance::NeverMet);
        assert_eq!(assurance(Some(&limits), None), Assurance::NoTarget);
        assert_eq!(assurance(None, Some(BAND)), Assurance::Unknown);
    }

    #[test]
    fn a_target_is_crossed_only_when_its_answer_changes() {
        let most = Target::AtMost(5.0);
        assert_eq!(crossed(6.0, 5.0, most), Some(Judgement::Worse));
        assert_eq!(crossed(5.0, 6.0, most), Some(Judgement::Better));
        assert_eq!(crossed(7.0, 6.0, most), None);
    }
}

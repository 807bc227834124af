//! The closed periods of a metric's kind for a subject.

use catalogue::Subject;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::time::Time;
use metrics::definition::{Definition, PeriodKind};
use metrics::period::{Period, holding};

use crate::rules::{BACKFILL, PERIODS, SPRINTS, reach};

/// How far back a run looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// At what has closed since then, and at the newest closed period.
    Since(Time),
    /// At 26 sprints.
    Back,
}

/// Days, weeks and sprints are the group's, months the organisation's.
pub(super) fn zone(tx: &mut dyn Tx, d: &Definition, subject: &Subject) -> Result<String> {
    Ok(match d.period {
        PeriodKind::Month => people::organisation(tx)?.zone,
        _ => catalogue::store::group(tx, subject.team.group)?.zone,
    })
}

/// Oldest first: the last 26, or those of 26 sprints, at most 400.
pub(super) fn closed(tx: &mut dyn Tx, d: &Definition, subject: &Subject, zone: &str, now: Time, look: Look) -> Result<Vec<Period>> {
    let group = subject.team.group;
    let sprints = match (d.period, look) {
        (PeriodKind::Sprint, _) | (_, Look::Back) => match catalogue::store::last_closed_sprint(tx, group, now)? {
            Some(last) => catalogue::store::sprints_until(tx, group, last.number, SPRINTS)?,
            None => Vec::new(),
        },
        _ => Vec::new(),
    };
    if d.period == PeriodKind::Sprint {
        let period = |s: &catalogue::Sprint| Period {
            kind: PeriodKind::Sprint,
            label: s.number.to_string(),
            starts: s.starts,
            ends: s.ends,
        };
        return Ok(sprints.iter().map(period).collect());
    }
    let (from, most) = match look {
        Look::Since(_) => (Time(i64::MIN), BACKFILL),
        Look::Back => (reach(&sprints.iter().map(|s| (s.starts, s.ends)).collect::<Vec<_>>(), now), PERIODS),
    };
    let mut at = holding(d.period, now, zone)?.starts;
    let mut out = Vec::new();
    while out.len() < most {
        let period = holding(d.period, Time(at.micros() - 1), zone)?;
        if period.starts < from {
            break;
        }
        at = period.starts;
        out.push(period);
    }
    out.reverse();
    Ok(out)
}

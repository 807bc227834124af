//! Rows that are exempt for a time or do not apply: which exemption holds for a report, and what the row says then. Pure.

use catalogue::exemptions::{Exemption, ExemptionKind, holding, waiting};
use jiff::civil::Date;
use kernel::ids::Id;
use kernel::time::Time;

use crate::document::{Row, RowExemption, RowState};

/// The day on which exemptions of a report are looked at: today while its sprint runs, then the sprint's last day, so that a
/// report of last sprint does not lose one because its last day came a day later.
pub fn day(last: Date, today: Date) -> Date {
    last.min(today)
}

/// What could hold for a report: what was asked for by the time it was prepared, that is before `closed`, the end of the
/// sprint after it. What was asked for later changes later reports.
pub fn known(all: Vec<Exemption>, closed: Time) -> Vec<Exemption> {
    all.into_iter().filter(|e| e.asked_at < closed).collect()
}

/// What holds for a row, and what waits for a decision.
pub fn of_row<'a>(
    all: &'a [Exemption],
    metric: &str,
    subject: Option<Id>,
    day: Date,
) -> (Option<&'a Exemption>, Option<&'a Exemption>) {
    (holding(all, metric, None, subject, day), waiting(all, metric, None, subject, day))
}

/// The state that it gives a row.
pub fn state(e: &Exemption) -> RowState {
    match e.kind {
        ExemptionKind::Exempt => RowState::Exempt,
        ExemptionKind::NotApplicable => RowState::NotApplicable,
    }
}

/// As the document keeps it.
pub fn said(e: &Exemption) -> RowExemption {
    let by = if e.decided_name.is_empty() { &e.asked_name } else { &e.decided_name };
    RowExemption { reason: e.reason.clone(), by: by.clone(), until: e.until.clone() }
}

/// "31 January 2027".
pub fn day_words(day: &str) -> String {
    day.parse::<Date>().map_or_else(|_| day.to_owned(), |d| d.strftime("%-d %B %Y").to_string())
}

/// True for a row that a team may want to be let off: it needs attention or has no value that counts, and nobody has asked.
pub fn may_be_asked(row: &Row) -> bool {
    matches!(row.state, RowState::Attention | RowState::Unknown | RowState::Stale) && row.asked.is_none()
}

/// Why a row has no value, in a few words; the reason stands below the row.
pub fn short(row: &Row) -> String {
    match (row.state, &row.exemption) {
        (RowState::Exempt, Some(e)) => format!("exempt until {}", day_words(&e.until)),
        (RowState::NotApplicable, _) => "ruled out by the team".into(),
        _ => row.reason.clone(),
    }
}

/// What stands below a row, as words, who stands for them, and until when: why it is let off, or what was asked for.
pub fn notes(row: &Row) -> Vec<(String, String, String)> {
    let until = |e: &RowExemption| match e.until.as_str() {
        "" => String::new(),
        day => format!("until {}", day_words(day)),
    };
    let held = row.exemption.iter().map(|e| match row.state {
        RowState::NotApplicable => (format!("Does not apply: {}", e.reason), e.by.clone(), until(e)),
        _ => (format!("Exempt: {}", e.reason), format!("approved by {}", e.by), until(e)),
    });
    let asked = row.asked.iter().map(|e| {
        let words = format!("An exemption was asked for and waits for an approver: {}", e.reason);
        (words, e.by.clone(), until(e))
    });
    held.chain(asked).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn one(kind: ExemptionKind, until: &str, decided: bool) -> Exemption {
        Exemption {
            id: Id::from_u128(1),
            kind,
            team: Id::from_u128(2),
            subject: None,
            metric: "rotated".into(),
            standard: None,
            pillar: "security".into(),
            title: "Rotated".into(),
            reason: "The vault moves in spring.".into(),
            until: until.into(),
            asked_by: "person:3".into(),
            asked_name: "Samir".into(),
            asked_at: Time(10),
            decided_name: if decided { "Nora".into() } else { String::new() },
            decided_at: decided.then_some(Time(11)),
            approved: decided,
            words: String::new(),
            ended_name: String::new(),
            ended_at: None,
        }
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_report_is_looked_at_on_its_last_day_once_its_sprint_is_over() {
        assert_eq!(day(date("2026-11-17"), date("2026-11-10")), date("2026-11-10"));
        assert_eq!(day(date("2026-11-17"), date("2026-11-25")), date("2026-11-17"));
        let all = [one(ExemptionKind::Exempt, "2026-11-20", true)];
        let of = |on| of_row(&all, "rotated", None, date(on)).0.is_some();
        assert!(of("2026-11-17") && of("2026-11-20") && !of("2026-11-21"));
    }

    #[test]
    fn what_is_asked_for_later_changes_no_earlier_report() {
        let all = vec![one(ExemptionKind::Exempt, "2026-11-20", true)];
        assert_eq!(known(all.clone(), Time(11)).len(), 1);
        assert_eq!(known(all, Time(10)).len(), 0);
    }

    #[test]
    fn an_approver_stands_for_an_exemption_and_the_team_for_what_does_not_apply() {
        let held = said(&one(ExemptionKind::Exempt, "2026-11-20", true));
        assert_eq!((held.by.as_str(), held.until.as_str()), ("Nora", "2026-11-20"));
        let ruled = one(ExemptionKind::NotApplicable, "", false);
        assert_eq!((state(&ruled), said(&ruled).by.as_str()), (RowState::NotApplicable, "Samir"));
        let waits = [one(ExemptionKind::Exempt, "2026-11-20", false)];
        let (holds, asked) = of_row(&waits, "rotated", None, date("2026-11-20"));
        assert!(holds.is_none() && asked.is_some());
        assert_eq!(day_words("2027-01-31"), "31 January 2027");
    }
}

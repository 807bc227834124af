//! The register as CSV.

use jiff::civil::Date;
use kernel::error::{Error, Result};
use kernel::text::guarded;

use crate::action::Action;

/// Columns; names stay.
pub const COLUMNS: [&str; 21] = [
    "id",
    "team",
    "workload",
    "what",
    "goal",
    "owner",
    "due",
    "late_days",
    "carried",
    "state",
    "effort",
    "blocked_by",
    "metric",
    "expected",
    "issue",
    "origin",
    "origin_name",
    "origin_url",
    "evidence",
    "made_at",
    "changed_at",
];

/// One row for each action, in the order given.
///
/// # Errors
/// None but of the writer.
pub fn csv(actions: &[Action], today: Date) -> Result<String> {
    let mut out = csv::WriterBuilder::new().from_writer(Vec::new());
    out.write_record(COLUMNS).map_err(Error::internal)?;
    for a in actions {
        let c = &a.content;
        let late = a.due_in(today).filter(|d| *d < 0).map(|d| (-d).to_string()).unwrap_or_default();
        let evidence =
            c.evidence.as_ref().map(|e| [e.words.as_str(), e.url.as_str()].join(" ").trim().to_owned()).unwrap_or_default();
        let expected = c.expected.as_ref();
        let row = [
            a.id.to_string(),
            a.team.name.clone(),
            a.workload.as_ref().map(|w| w.name.clone()).unwrap_or_default(),
            c.what.clone(),
            c.goal.clone(),
            c.owner.name.clone(),
            c.due.clone(),
            late,
            a.carried.to_string(),
            a.state.key().to_owned(),
            c.effort.map_or("", |e| e.key()).to_owned(),
            c.blocked_by.clone(),
            expected.map(|e| e.metric.clone()).unwrap_or_default(),
            expected.map_or("", |e| e.direction.words()).to_owned(),
            c.issue.clone(),
            a.origin.kind.key().to_owned(),
            a.origin.words.clone(),
            a.origin.url.clone(),
            evidence,
            a.made_at.to_string(),
            a.changed_at.to_string(),
        ];
        out.write_record(row.iter().map(|cell| guarded(cell))).map_err(Error::internal)?;
    }
    let bytes = out.into_inner().map_err(|e| Error::internal(e.to_string()))?;
    String::from_utf8(bytes).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::tests::action;

    #[test]
    fn a_row_for_each_and_no_formula() {
        let mut bad = action(2);
        bad.content.what = "=HYPERLINK(\"x\")".into();
        let text = csv(&[action(1), bad], "2026-12-20".parse().unwrap()).unwrap();
        let rows: Vec<csv::StringRecord> =
            csv::Reader::from_reader(text.as_bytes()).into_records().collect::<std::result::Result<_, _>>().unwrap();
        assert_eq!((rows.len(), &rows[0][7], &rows[0][9]), (2, "2", "open"));
        assert_eq!(&rows[1][3], "'=HYPERLINK(\"x\")");
        assert!(text.starts_with(&COLUMNS.join(",")));
    }
}

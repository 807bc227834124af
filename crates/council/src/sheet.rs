//! Concerns and the roadmap as CSV and Markdown. Pure.

use kernel::error::{Error, Result};
use kernel::text::{guarded, markdown};

use crate::concern::Concern;
use crate::moving::quarter_words;
use crate::view::{RoadmapItem, RoadmapQuarter};

/// Columns of concerns; names stay.
pub const CONCERNS: [&str; 20] = [
    "number",
    "title",
    "team",
    "state",
    "since",
    "raised_by",
    "raised_at",
    "confirmed",
    "metric",
    "subject",
    "hypothesis",
    "stories",
    "stories_closed",
    "wsjf",
    "decision",
    "reason",
    "sent_to",
    "epic",
    "epic_url",
    "quarter",
];

/// Columns of the roadmap; names stay.
pub const ROADMAP: [&str; 7] = ["quarter", "what", "number", "title", "team", "state", "words"];

fn write(columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<String> {
    let mut out = csv::WriterBuilder::new().from_writer(Vec::new());
    out.write_record(columns).map_err(Error::internal)?;
    for row in rows {
        out.write_record(row.iter().map(|cell| guarded(cell))).map_err(Error::internal)?;
    }
    let bytes = out.into_inner().map_err(|e| Error::internal(e.to_string()))?;
    String::from_utf8(bytes).map_err(Error::internal)
}

/// One row for each concern, in the order given.
///
/// # Errors
/// None but of the writer.
pub fn concerns(all: &[Concern]) -> Result<String> {
    let row = |c: &Concern| {
        vec![
            c.number.to_string(),
            c.content.title.clone(),
            c.team.name.clone(),
            c.state.key().to_owned(),
            c.moved_at.to_string(),
            c.made_by.clone(),
            c.made_at.to_string(),
            c.content.confirmed.key().to_owned(),
            c.content.metric.clone(),
            c.content.subject.clone(),
            c.content.hypothesis.clone(),
            c.stories.all.to_string(),
            c.stories.closed.to_string(),
            c.wsjf.map(|s| s.score.to_string()).unwrap_or_default(),
            c.course.decision.map(|n| n.to_string()).unwrap_or_default(),
            c.course.reason.clone(),
            c.course.sent_to.clone(),
            c.course.epic.clone(),
            c.course.epic_url.clone(),
            c.course.quarter.clone(),
        ]
    };
    write(&CONCERNS, all.iter().map(row))
}

fn parts(q: &RoadmapQuarter) -> [(&'static str, &[RoadmapItem]); 3] {
    [("planned", &q.planned), ("done", &q.done), ("measured", &q.measured)]
}

/// One row for each line of the roadmap.
///
/// # Errors
/// None but of the writer.
pub fn roadmap_csv(all: &[RoadmapQuarter]) -> Result<String> {
    let rows = all.iter().flat_map(|q| {
        parts(q).into_iter().flat_map(move |(what, items)| {
            items.iter().map(move |i| {
                vec![
                    q.quarter.clone(),
                    what.to_owned(),
                    i.number.to_string(),
                    i.title.clone(),
                    i.team.clone(),
                    i.state.key().to_owned(),
                    i.words.clone(),
                ]
            })
        })
    });
    write(&ROADMAP, rows)
}

/// The roadmap as Markdown.
pub fn roadmap_markdown(all: &[RoadmapQuarter]) -> String {
    let mut out = String::from("# Roadmap of the SRE council\n");
    for q in all {
        out.push_str(&format!("\n## {}\n", markdown(&quarter_words(&q.quarter))));
        for (what, items) in parts(q) {
            if items.is_empty() {
                continue;
            }
            out.push_str(&format!("\n### {}\n\n", html::capital(what)));
            for i in items {
                let words = if i.words.is_empty() { String::new() } else { format!(": {}", markdown(&i.words)) };
                out.push_str(&format!(
                    "- C-{} {} ({}, {}){words}\n",
                    i.number,
                    markdown(&i.title),
                    markdown(&i.team),
                    i.state.words()
                ));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concern::tests::concern;
    use crate::state::ConcernState;
    use crate::view::tests::item;

    #[test]
    fn a_row_for_each_and_no_formula() {
        let mut bad = concern(2, ConcernState::Rejected);
        bad.content.title = "=HYPERLINK(\"x\")".into();
        let text = concerns(&[concern(1, ConcernState::Raised), bad]).unwrap();
        let rows: Vec<csv::StringRecord> =
            csv::Reader::from_reader(text.as_bytes()).into_records().collect::<std::result::Result<_, _>>().unwrap();
        assert_eq!((rows.len(), &rows[0][3], &rows[1][1]), (2, "raised", "'=HYPERLINK(\"x\")"));
        assert!(text.starts_with(&CONCERNS.join(",")));
    }

    #[test]
    fn the_roadmap_is_written_whole_and_without_marks() {
        let mut i = item(3);
        i.title = "*bold* | [x](y)".into();
        let q = [RoadmapQuarter { quarter: "2027-Q1".into(), planned: vec![i], done: vec![], measured: vec![item(4)] }];
        let text = roadmap_markdown(&q);
        assert!(text.contains("## Q1 2027") && text.contains("### Planned") && !text.contains("### Done"), "{text}");
        assert!(!text.contains("*bold*") && text.contains("Heavy loads run out of hours"), "{text}");
        assert_eq!(roadmap_csv(&q).unwrap().lines().count(), 3);
    }
}

//! Reviews of many workloads as one report, in the order of teams: for each workload, lens, pillar and question the risk and the
//! practices. Pure.

mod aws;

pub use aws::{BestPractice, ConsolidatedMetrics, LensMetric, PillarMetric, QuestionMetric, RiskCounts, WorkloadMetric};

use std::fmt::Write;

use kernel::error::{Error, Result};
use kernel::text::{guarded, markdown as md};
use kernel::time::Time;
use serde::Serialize;
use utoipa::ToSchema;

use crate::document::{LensNamed, ReviewCounts, ReviewDocument, ReviewPillar, ReviewQuestion, Titled};
use crate::review::Standing;

/// A practice by its id and title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NamedPractice {
    /// Id of the choice.
    pub id: String,
    /// The practice.
    pub title: String,
}

/// A question of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConsolidatedQuestion {
    /// Id.
    pub id: String,
    /// The question.
    pub title: String,
    /// Where it stands.
    pub standing: Standing,
    /// Practices that are in place.
    pub in_place: Vec<NamedPractice>,
    /// Practices that are not; none where nobody has answered.
    pub missing: Vec<NamedPractice>,
}

/// A pillar of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConsolidatedPillar {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// How its questions stand.
    pub counts: ReviewCounts,
    /// In the order of the lens.
    pub questions: Vec<ConsolidatedQuestion>,
}

/// A review of a workload against a lens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConsolidatedLens {
    /// The lens.
    pub lens: LensNamed,
    /// When something was answered last; when the review began if nothing was.
    pub updated_at: Time,
    /// How all questions stand.
    pub counts: ReviewCounts,
    /// In the order of the lens.
    pub pillars: Vec<ConsolidatedPillar>,
}

/// A workload with all its reviews.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConsolidatedWorkload {
    /// The workload.
    pub workload: Titled,
    /// Its team.
    pub team: Titled,
    /// By lens.
    pub lenses: Vec<ConsolidatedLens>,
}

fn practices(q: &ReviewQuestion, ticked: bool) -> Vec<NamedPractice> {
    let of = q.choices.iter().filter(|c| !c.none && c.ticked == ticked && c.not_applicable.is_none());
    of.map(|c| NamedPractice { id: c.id.clone(), title: c.title.clone() }).collect()
}

fn question(q: &ReviewQuestion) -> ConsolidatedQuestion {
    let rated = matches!(q.standing, Standing::None | Standing::Medium | Standing::High);
    ConsolidatedQuestion {
        id: q.id.clone(),
        title: q.title.clone(),
        standing: q.standing,
        in_place: practices(q, true),
        missing: if rated { practices(q, false) } else { Vec::new() },
    }
}

fn pillar(p: &ReviewPillar) -> ConsolidatedPillar {
    ConsolidatedPillar {
        id: p.id.clone(),
        name: p.name.clone(),
        counts: p.counts,
        questions: p.questions.iter().map(question).collect(),
    }
}

impl ConsolidatedWorkload {
    /// Of a workload's reviews.
    #[must_use]
    pub fn of(workload: Titled, team: Titled, documents: &[ReviewDocument]) -> Self {
        let lens = |d: &ReviewDocument| ConsolidatedLens {
            lens: d.lens.clone(),
            updated_at: d.questions().filter_map(|(_, q)| q.answer.as_ref()).map(|a| a.at).max().unwrap_or(d.begun_at),
            counts: d.counts,
            pillars: d.pillars.iter().map(pillar).collect(),
        };
        Self { workload, team, lenses: documents.iter().map(lens).collect() }
    }
}

/// The report as Markdown.
#[must_use]
pub fn markdown(all: &[ConsolidatedWorkload]) -> String {
    let mut out =
        "# Well-Architected reviews\n\nWorkloads stand in the order of their teams; none is compared with another.\n".to_owned();
    for w in all {
        let _ = write!(out, "\n## {}\n\nTeam {}.\n", md(&w.workload.name), md(&w.team.name));
        for l in &w.lenses {
            let c = l.counts;
            let _ = write!(
                out,
                "\n### {}, version {}\n\n{} of {} questions answered. High risks: {}. Medium risks: {}.\n",
                md(&l.lens.name),
                md(&l.lens.version),
                c.answered,
                c.questions,
                c.high,
                c.medium
            );
            for p in &l.pillars {
                for q in p.questions.iter().filter(|q| q.standing.is_risk()) {
                    let titles: Vec<String> = q.missing.iter().map(|m| format!("“{}”", md(&m.title))).collect();
                    let _ = writeln!(
                        out,
                        "- **{}** ({}): {} Not in place: {}.",
                        q.standing.words(),
                        md(&p.name),
                        md(&q.title),
                        html::listed(&titles)
                    );
                }
            }
        }
    }
    out
}

/// Columns of the CSV; names stay.
pub const COLUMNS: [&str; 11] =
    ["workload", "team", "lens", "lens_version", "pillar", "question_id", "question", "risk", "practice_id", "practice", "state"];

/// The report as CSV: a row for each practice of each question, or one for a question that nobody has answered.
///
/// # Errors
/// None but of the writer.
pub fn csv(all: &[ConsolidatedWorkload]) -> Result<String> {
    let mut out = csv::WriterBuilder::new().from_writer(Vec::new());
    out.write_record(COLUMNS).map_err(Error::internal)?;
    for w in all {
        for l in &w.lenses {
            for (p, q) in l.pillars.iter().flat_map(|p| p.questions.iter().map(move |q| (p, q))) {
                let mut row = |id: &str, title: &str, state: &str| {
                    let cells = [
                        w.workload.name.as_str(),
                        &w.team.name,
                        &l.lens.name,
                        &l.lens.version,
                        &p.name,
                        &q.id,
                        &q.title,
                        q.standing.words(),
                        id,
                        title,
                        state,
                    ];
                    out.write_record(cells.map(guarded)).map_err(Error::internal)
                };
                for m in &q.in_place {
                    row(&m.id, &m.title, "in place")?;
                }
                for m in &q.missing {
                    row(&m.id, &m.title, "not in place")?;
                }
                if q.in_place.is_empty() && q.missing.is_empty() {
                    row("", "", "")?;
                }
            }
        }
    }
    let bytes = out.into_inner().map_err(|e| Error::internal(e.to_string()))?;
    String::from_utf8(bytes).map_err(Error::internal)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::document::tests::document;
    use crate::review::Said;
    use crate::review::tests::said;

    pub(crate) fn sample() -> ConsolidatedWorkload {
        let d = document(&[("Q-01", said(&["aaa"]))]);
        ConsolidatedWorkload::of(d.workload.clone(), d.team.clone(), &[d])
    }

    #[test]
    fn what_nobody_answered_is_neither_in_place_nor_missing() {
        let all = [sample()];
        let open = &all[0].lenses[0].pillars[0].questions[1];
        assert!(open.in_place.is_empty() && open.missing.is_empty());
        let rows: Vec<csv::StringRecord> =
            csv::Reader::from_reader(csv(&all).unwrap().as_bytes()).into_records().collect::<std::result::Result<_, _>>().unwrap();
        let told: Vec<(&str, &str, &str)> = rows.iter().map(|r| (&r[5], &r[8], &r[10])).collect();
        assert_eq!(told, [("Q-01", "aaa", "in place"), ("Q-01", "bbb", "not in place"), ("Q-02", "", "")]);
    }

    #[test]
    fn markdown_tells_risks_by_workload() {
        let none = Said { none: true, ..said(&["none"]) };
        let d = document(&[("Q-02", none)]);
        let text = markdown(&[ConsolidatedWorkload::of(d.workload.clone(), d.team.clone(), &[d])]);
        for part in
            ["## Ledger \\<core\\>", "### Small \\<lens\\>, version 1", "- **high risk** (Only): How two? Not in place: “Tick c”."]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}

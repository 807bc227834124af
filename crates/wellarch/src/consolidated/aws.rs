//! The report over many workloads in the shape of AWS's consolidated report: the same names, nested the same way.

use serde::Serialize;
use utoipa::ToSchema;

use super::{ConsolidatedLens, ConsolidatedPillar, ConsolidatedQuestion, ConsolidatedWorkload};
use crate::document::ReviewCounts;
use crate::review::Standing;

/// Numbers of questions by risk, under the names that AWS uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub struct RiskCounts {
    /// Not answered.
    pub unanswered: usize,
    /// High risk.
    pub high: usize,
    /// Medium risk.
    pub medium: usize,
    /// No risk.
    pub none: usize,
    /// Does not apply.
    pub not_applicable: usize,
}

impl RiskCounts {
    fn of(c: &ReviewCounts) -> Self {
        Self {
            unanswered: c.questions - c.answered,
            high: c.high,
            medium: c.medium,
            none: c.none,
            not_applicable: c.not_applicable,
        }
    }

    fn plus(self, o: Self) -> Self {
        Self {
            unanswered: self.unanswered + o.unanswered,
            high: self.high + o.high,
            medium: self.medium + o.medium,
            none: self.none + o.none,
            not_applicable: self.not_applicable + o.not_applicable,
        }
    }
}

/// A practice that adds to a risk, as in AWS's consolidated report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct BestPractice {
    /// Id of the choice.
    pub choice_id: String,
    /// The practice.
    pub choice_title: String,
}

/// A question, as in AWS's consolidated report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct QuestionMetric {
    /// Id.
    pub question_id: String,
    /// `UNANSWERED`, `HIGH`, `MEDIUM`, `NONE`, `NOT_APPLICABLE`.
    pub risk: String,
    /// Practices that are not in place.
    pub best_practices: Vec<BestPractice>,
}

/// A pillar, as in AWS's consolidated report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct PillarMetric {
    /// Id.
    pub pillar_id: String,
    /// By risk.
    pub risk_counts: RiskCounts,
    /// In the order of the lens.
    pub questions: Vec<QuestionMetric>,
}

/// A lens, as in AWS's consolidated report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct LensMetric {
    /// Name of the lens in addresses, where AWS has its resource name.
    pub lens_arn: String,
    /// By risk.
    pub risk_counts: RiskCounts,
    /// In the order of the lens.
    pub pillars: Vec<PillarMetric>,
}

/// A workload, as in AWS's consolidated report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct WorkloadMetric {
    /// Always `WORKLOAD`.
    pub metric_type: String,
    /// Name in addresses.
    pub workload_id: String,
    /// Name.
    pub workload_name: String,
    /// When something was answered last, in seconds since 1970.
    pub updated_at: i64,
    /// By risk, over all lenses.
    pub risk_counts: RiskCounts,
    /// How many lenses.
    pub lenses_applied_count: usize,
    /// By lens.
    pub lenses: Vec<LensMetric>,
}

/// A page of workloads, in the shape of AWS's consolidated report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ConsolidatedMetrics {
    /// Workloads in the order of teams.
    pub metrics: Vec<WorkloadMetric>,
    /// Give it as `cursor` for the following page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

fn aws_risk(at: Standing) -> &'static str {
    match at {
        Standing::Unanswered => "UNANSWERED",
        Standing::NotApplicable => "NOT_APPLICABLE",
        Standing::None => "NONE",
        Standing::Medium => "MEDIUM",
        Standing::High => "HIGH",
    }
}

impl From<&ConsolidatedWorkload> for WorkloadMetric {
    fn from(w: &ConsolidatedWorkload) -> Self {
        let question = |q: &ConsolidatedQuestion| QuestionMetric {
            question_id: q.id.clone(),
            risk: aws_risk(q.standing).to_owned(),
            best_practices: q
                .missing
                .iter()
                .map(|p| BestPractice { choice_id: p.id.clone(), choice_title: p.title.clone() })
                .collect(),
        };
        let pillar = |p: &ConsolidatedPillar| PillarMetric {
            pillar_id: p.id.clone(),
            risk_counts: RiskCounts::of(&p.counts),
            questions: p.questions.iter().map(question).collect(),
        };
        let lens = |l: &ConsolidatedLens| LensMetric {
            lens_arn: l.lens.slug.clone(),
            risk_counts: RiskCounts::of(&l.counts),
            pillars: l.pillars.iter().map(pillar).collect(),
        };
        Self {
            metric_type: "WORKLOAD".to_owned(),
            workload_id: w.workload.slug.clone(),
            workload_name: w.workload.name.clone(),
            updated_at: w.lenses.iter().map(|l| l.updated_at.micros()).max().unwrap_or(0) / 1_000_000,
            risk_counts: w.lenses.iter().map(|l| RiskCounts::of(&l.counts)).fold(RiskCounts::default(), RiskCounts::plus),
            lenses_applied_count: w.lenses.len(),
            lenses: w.lenses.iter().map(lens).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;

    #[test]
    fn the_shape_of_aws_has_its_names_and_counts() {
        let told = serde_json::to_value(WorkloadMetric::from(&sample())).unwrap();
        assert_eq!(
            told["RiskCounts"],
            serde_json::json!({ "UNANSWERED": 1, "HIGH": 0, "MEDIUM": 1, "NONE": 0, "NOT_APPLICABLE": 0 })
        );
        assert_eq!((&told["MetricType"], &told["LensesAppliedCount"]), (&serde_json::json!("WORKLOAD"), &serde_json::json!(1)));
        let q = &told["Lenses"][0]["Pillars"][0]["Questions"][0];
        assert_eq!((&q["QuestionId"], &q["Risk"]), (&serde_json::json!("Q-01"), &serde_json::json!("MEDIUM")));
        assert_eq!(q["BestPractices"], serde_json::json!([{ "ChoiceId": "bbb", "ChoiceTitle": "Tick b" }]));
        assert_eq!(told["UpdatedAt"], 1_795_000_000);
    }
}

//! What a new group can begin with: metrics that most teams know already, by pillar, and a template of them.

mod lists;

use lists::lists;
use metrics::definition::{Aggregation, ChartKind, Definition, Goal, PeriodKind, SubjectKind, Way};

use crate::matrix::TemplateMatrix;
use crate::template::{Template, TemplateRow, TemplateSection};

/// One line of the table below.
struct Line {
    key: &'static str,
    title: &'static str,
    detail: &'static str,
    pillar: &'static str,
    unit: &'static str,
    decimals: u8,
    direction: Way,
    aggregation: Aggregation,
    target: Option<Goal>,
    greatest: Option<f64>,
    logs: bool,
    decision: &'static str,
    could_come_from: &'static str,
    /// Among the nine rows of a small beginning.
    few: bool,
}

const fn at_most(x: f64) -> Option<Goal> {
    Some(Goal { at_least: None, at_most: Some(x) })
}

const fn at_least(x: f64) -> Option<Goal> {
    Some(Goal { at_least: Some(x), at_most: None })
}

const LINES: [Line; 14] = [
    Line {
        key: "requests-served",
        title: "Requests served",
        detail: "thousands, by all workloads",
        pillar: "business",
        unit: "k",
        decimals: 0,
        direction: Way::Up,
        aggregation: Aggregation::Sum,
        target: None,
        greatest: None,
        logs: false,
        decision: "Whether people use what we build.",
        could_come_from: "A Prometheus counter of requests could replace the typing.",
        few: true,
    },
    Line {
        key: "complaints",
        title: "Complaints about the software",
        detail: "from customers and colleagues",
        pillar: "business",
        unit: "",
        decimals: 0,
        direction: Way::Down,
        aggregation: Aggregation::Sum,
        target: None,
        greatest: None,
        logs: false,
        decision: "What to mend before what to add.",
        could_come_from: "A search in the help desk could replace the typing.",
        few: false,
    },
    Line {
        key: "open-findings",
        title: "Critical and high findings open",
        detail: "at the sprint’s end",
        pillar: "security",
        unit: "",
        decimals: 0,
        direction: Way::Down,
        aggregation: Aggregation::Last,
        target: at_most(0.0),
        greatest: None,
        logs: false,
        decision: "Whether the next sprint begins with a fix.",
        could_come_from: "The report of your scanner could replace the typing.",
        few: true,
    },
    Line {
        key: "oldest-critical",
        title: "Oldest critical finding",
        detail: "days since it was found",
        pillar: "security",
        unit: "d",
        decimals: 0,
        direction: Way::Down,
        aggregation: Aggregation::Max,
        target: at_most(30.0),
        greatest: None,
        logs: false,
        decision: "Whether something waits for nobody.",
        could_come_from: "The report of your scanner could replace the typing.",
        few: false,
    },
    Line {
        key: "run-cost",
        title: "Run cost",
        detail: "thousands a sprint, commitments spread over their term",
        pillar: "cost",
        unit: "k",
        decimals: 1,
        direction: Way::Down,
        aggregation: Aggregation::Sum,
        target: None,
        greatest: None,
        logs: false,
        decision: "Where to look for what nobody uses.",
        could_come_from: "A FOCUS cost export could replace the typing.",
        few: true,
    },
    Line {
        key: "cost-per-thousand",
        title: "Cost of 1,000 requests",
        detail: "run cost over requests served",
        pillar: "cost",
        unit: "",
        decimals: 2,
        direction: Way::Down,
        aggregation: Aggregation::None,
        target: None,
        greatest: None,
        logs: false,
        decision: "Whether growth pays for itself.",
        could_come_from: "The two numbers above could replace the typing.",
        few: false,
    },
    Line {
        key: "deployments",
        title: "Deployments to production",
        detail: "that succeeded",
        pillar: "operations",
        unit: "",
        decimals: 0,
        direction: Way::Up,
        aggregation: Aggregation::Sum,
        target: None,
        greatest: None,
        logs: false,
        decision: "How small a change can be.",
        could_come_from: "The pipeline, or the tags of a git repository, could replace the typing.",
        few: true,
    },
    Line {
        key: "lead-time",
        title: "Lead time",
        detail: "median, commit to production",
        pillar: "operations",
        unit: "h",
        decimals: 1,
        direction: Way::Down,
        aggregation: Aggregation::None,
        target: at_most(24.0),
        greatest: None,
        logs: true,
        decision: "Where a change waits.",
        could_come_from: "A git source could replace the typing.",
        few: true,
    },
    Line {
        key: "change-fail-rate",
        title: "Change fail rate",
        detail: "deployments that needed a fix at once",
        pillar: "operations",
        unit: "%",
        decimals: 1,
        direction: Way::Down,
        aggregation: Aggregation::Ratio,
        target: at_most(15.0),
        greatest: Some(100.0),
        logs: false,
        decision: "Whether to slow down and test.",
        could_come_from: "Deployments and incidents of the pipeline could replace the typing.",
        few: true,
    },
    Line {
        key: "pages-at-night",
        title: "Pages out of hours",
        detail: "calls that woke somebody",
        pillar: "operations",
        unit: "",
        decimals: 0,
        direction: Way::Down,
        aggregation: Aggregation::Sum,
        target: None,
        greatest: None,
        logs: false,
        decision: "Which alert to mend first.",
        could_come_from: "The pager’s export could replace the typing.",
        few: false,
    },
    Line {
        key: "availability",
        title: "Availability",
        detail: "good requests of all requests",
        pillar: "reliability",
        unit: "%",
        decimals: 2,
        direction: Way::Up,
        aggregation: Aggregation::Ratio,
        target: at_least(99.9),
        greatest: Some(100.0),
        logs: false,
        decision: "Whether reliability comes before the next feature.",
        could_come_from: "A Prometheus query could replace the typing.",
        few: true,
    },
    Line {
        key: "incidents",
        title: "Incidents, P1 and P2",
        detail: "that users noticed",
        pillar: "reliability",
        unit: "",
        decimals: 0,
        direction: Way::Down,
        aggregation: Aggregation::Sum,
        target: None,
        greatest: None,
        logs: false,
        decision: "What to learn together.",
        could_come_from: "The incident tool’s export could replace the typing.",
        few: true,
    },
    Line {
        key: "latency-p95",
        title: "Answer time, 95th percentile",
        detail: "of the most critical transaction",
        pillar: "performance",
        unit: "ms",
        decimals: 0,
        direction: Way::Down,
        aggregation: Aggregation::None,
        target: at_most(500.0),
        greatest: None,
        logs: false,
        decision: "Whether people wait.",
        could_come_from: "A Prometheus histogram could replace the typing.",
        few: true,
    },
    Line {
        key: "within-target",
        title: "Requests answered in time",
        detail: "of all requests",
        pillar: "performance",
        unit: "%",
        decimals: 1,
        direction: Way::Up,
        aggregation: Aggregation::Ratio,
        target: at_least(95.0),
        greatest: Some(100.0),
        logs: false,
        decision: "Which transaction to look at.",
        could_come_from: "A Prometheus histogram could replace the typing.",
        few: false,
    },
];

fn definition(line: &Line) -> Definition {
    Definition {
        key: line.key.into(),
        title: line.title.into(),
        detail: line.detail.into(),
        pillar: line.pillar.into(),
        unit: line.unit.into(),
        decimals: line.decimals,
        direction: line.direction,
        period: PeriodKind::Sprint,
        subject: SubjectKind::Team,
        aggregation: line.aggregation,
        target: line.target,
        least: Some(0.0),
        greatest: line.greatest,
        fresh_days: Some(45),
        logs: line.logs,
        chart: if line.key == "change-fail-rate" { ChartKind::Proportion } else { ChartKind::Individuals },
        goal: String::new(),
        signal: String::new(),
        decision: line.decision.into(),
        counter_metric: None,
        could_come_from: line.could_come_from.into(),
    }
}

/// All definitions, in the order of the template.
pub fn definitions() -> Vec<Definition> {
    LINES.iter().map(definition).collect()
}

/// The template: nine rows that a team can type in five minutes, or all.
pub fn template(few: bool) -> Template {
    let mut sections: Vec<TemplateSection> = Vec::new();
    for line in LINES.iter().filter(|l| l.few || !few) {
        let row = TemplateRow { metric: line.key.into(), ..TemplateRow::default() };
        match sections.iter_mut().find(|s| s.pillar == line.pillar) {
            Some(section) => section.rows.push(row),
            None => sections.push(TemplateSection { pillar: line.pillar.into(), rows: vec![row] }),
        }
    }
    if !few {
        for (pillar, list) in lists() {
            if let Some(section) = sections.iter_mut().find(|s| s.pillar == pillar) {
                section.rows.push(TemplateRow { list: Some(list), ..TemplateRow::default() });
            }
        }
        let operations = sections.iter_mut().find(|s| s.pillar == "operations");
        if let Some(section) = operations {
            section.rows.push(TemplateRow { matrix: Some(TemplateMatrix::default()), ..TemplateRow::default() });
        }
    }
    Template { sections }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_definition_is_sound_and_says_what_it_is_for() {
        for d in definitions() {
            let d = d.check().unwrap();
            assert!(!d.decision.is_empty() && !d.could_come_from.is_empty(), "{}", d.key);
        }
    }

    #[test]
    fn the_small_template_has_nine_rows_and_both_are_sound() {
        let keys: Vec<String> = definitions().into_iter().map(|d| d.key).collect();
        let pillars: Vec<String> =
            ["business", "security", "cost", "operations", "reliability", "performance"].map(str::to_owned).to_vec();
        for (few, n) in [(true, 9), (false, keys.len())] {
            let t = template(few);
            t.check(&keys, &pillars).unwrap();
            assert_eq!(t.sections.iter().flat_map(|s| &s.rows).filter(|r| !r.metric.is_empty()).count(), n);
            assert_eq!(t.matrices().count(), usize::from(!few));
            assert_eq!(t.lists().count(), if few { 0 } else { 4 });
        }
    }
}

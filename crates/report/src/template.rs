//! The template that a group agreed: sections by pillar, rows by metric.

use kernel::error::{Error, Faults, Result};
use kernel::text;
use kernel::time::Time;
use kernel::web::Form;
use metrics::definition::Versioned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::lists::TemplateList;
use crate::matrix::TemplateMatrix;

/// For what a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Per {
    /// One row for the team.
    Team,
    /// One row for each workload.
    Workload,
    /// One row for each service.
    Service,
}

/// A row: a metric, which is a series or a ratio as it is aggregated, or a list of events, things or links.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateRow {
    /// Key of the metric; left out for a list.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub metric: String,
    /// The list; left out for a metric.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<TemplateList>,
    /// The matrix of critical transactions; left out for a metric or a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matrix: Option<TemplateMatrix>,
    /// Not before this sprint: agreed, so neither attention nor hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_sprint: Option<i64>,
}

/// A section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateSection {
    /// Key of the pillar.
    pub pillar: String,
    /// Its rows.
    pub rows: Vec<TemplateRow>,
}

/// What is agreed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// In the order in which they are read.
    pub sections: Vec<TemplateSection>,
}

/// Rows of one template at most: a report is read in five minutes.
pub const MOST_ROWS: usize = 100;

impl Template {
    /// Its lists, in order.
    pub fn lists(&self) -> impl Iterator<Item = &TemplateList> {
        self.sections.iter().flat_map(|s| s.rows.iter().filter_map(|r| r.list.as_ref()))
    }

    /// The matrix of critical transactions with the pillar in whose section it stands; a sound template has at most one.
    pub fn matrices(&self) -> impl Iterator<Item = (&str, &TemplateMatrix)> {
        self.sections.iter().flat_map(|s| s.rows.iter().filter_map(|r| Some((s.pillar.as_str(), r.matrix.as_ref()?))))
    }

    /// Checks a template against what exists.
    ///
    /// # Errors
    /// Every fault with its place.
    pub fn check(&self, metrics: &[String], pillars: &[String]) -> Result<()> {
        let mut faults = Faults::new();
        let mut seen = Vec::new();
        for (s, section) in self.sections.iter().enumerate() {
            if !pillars.contains(&section.pillar) {
                faults.add(format!("/sections/{s}/pillar"), format!("There is no pillar “{}”.", section.pillar));
            }
            for (r, row) in section.rows.iter().enumerate() {
                let at = format!("/sections/{s}/rows/{r}");
                if let Some(matrix) = &row.matrix {
                    let alone = row.metric.is_empty() && row.list.is_none();
                    faults.check(alone, &at, "A row is a metric, a list or the matrix, not several of them.");
                    matrix.check(&mut faults, &format!("{at}/matrix"));
                    let once = self.matrices().count() == 1;
                    faults.check(once, format!("{at}/matrix"), "The matrix of critical transactions stands in the template twice.");
                    continue;
                }
                if let Some(list) = &row.list {
                    faults.check(row.metric.is_empty(), &at, "A row is a metric or a list, not both.");
                    list.check(&mut faults, &format!("{at}/list"));
                    let twice = self.lists().filter(|l| l.key == list.key).count() > 1;
                    faults.check(
                        !twice,
                        format!("{at}/list/key"),
                        format!("The list “{}” stands in the template twice.", list.key),
                    );
                    continue;
                }
                if !metrics.contains(&row.metric) {
                    let shown: String = row.metric.chars().take(80).collect();
                    faults.add(format!("{at}/metric"), format!("There is no metric “{shown}”. Define it first."));
                }
                if seen.contains(&&row.metric) {
                    faults.add(format!("{at}/metric"), format!("“{}” stands in the template twice.", row.metric));
                }
                seen.push(&row.metric);
                faults.check(
                    row.from_sprint.is_none_or(|n| (0..1_000_000).contains(&n)),
                    format!("{at}/from_sprint"),
                    "from_sprint is a sprint's number.",
                );
            }
        }
        faults.check(
            seen.len() <= MOST_ROWS,
            "/sections",
            format!("A template has at most {MOST_ROWS} rows; this one has {}.", seen.len()),
        );
        faults.done()
    }
}

/// A new version of a group's template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTemplate {
    /// What is agreed.
    pub template: Template,
    /// The version that the caller saw; 0 if there was none.
    pub version: i64,
    /// Why it changes.
    #[serde(default)]
    pub reason: String,
}

impl NewTemplate {
    /// The reason, cleaned.
    ///
    /// # Errors
    /// If it is too long.
    pub fn reason(&self) -> Result<String> {
        let mut faults = Faults::new();
        let reason = text::prose(&mut faults, "/reason", "The reason", &self.reason);
        faults.done().map(|()| reason)
    }
}

/// A template with its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct VersionedTemplate {
    /// From 1; 0 if the group has agreed none yet.
    pub version: i64,
    /// What is agreed.
    pub template: Template,
    /// Who made this version.
    pub made_by: String,
    /// When.
    pub made_at: Time,
    /// Why.
    pub reason: String,
}

/// Reads a template from the form: a ticked metric is a row, its order is a number beside it.
///
/// # Errors
/// Numbers that are none.
pub fn read(form: &Form, pillars: &[(String, String)], definitions: &[Versioned], agreed: &Template) -> Result<NewTemplate> {
    let chosen = form.all("row");
    let mut sections = Vec::new();
    for (pillar, _) in pillars {
        let mut rows = Vec::new();
        for v in definitions.iter().filter(|v| v.definition.pillar == *pillar && chosen.contains(&v.definition.key.as_str())) {
            let key = &v.definition.key;
            let from = form.get(&format!("from.{key}")).trim();
            let from_sprint = if from.is_empty() {
                None
            } else {
                let bad = || Error::invalid(format!("from.{key}"), format!("“{from}” is no sprint’s number."));
                Some(from.parse::<i64>().map_err(|_| bad())?)
            };
            rows.push(TemplateRow { metric: key.clone(), from_sprint, ..TemplateRow::default() });
        }
        // Lists are agreed by file; here they can be kept or dropped.
        let kept = form.all("list");
        let lists = agreed.sections.iter().filter(|s| s.pillar == *pillar).flat_map(|s| &s.rows).filter_map(|r| r.list.as_ref());
        rows.extend(
            lists
                .filter(|l| kept.contains(&l.key.as_str()))
                .map(|l| TemplateRow { list: Some(l.clone()), ..TemplateRow::default() }),
        );
        if form.get("matrix") == *pillar {
            let matrix = agreed.matrices().next().map(|(_, m)| m.clone()).unwrap_or_default();
            rows.push(TemplateRow { matrix: Some(matrix), ..TemplateRow::default() });
        }
        if !rows.is_empty() {
            sections.push(TemplateSection { pillar: pillar.clone(), rows });
        }
    }
    Ok(NewTemplate {
        template: Template { sections },
        version: form.get("version").parse().unwrap_or(0),
        reason: form.get("reason").to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_names_only_what_exists_and_each_metric_once() {
        let row = |m: &str| TemplateRow { metric: m.into(), ..TemplateRow::default() };
        let t = Template { sections: vec![TemplateSection { pillar: "cost".into(), rows: vec![row("a"), row("b"), row("a")] }] };
        let kernel::Error::Invalid(faults) = t.check(&["a".into()], &["x".into()]).unwrap_err() else { panic!() };
        let at: Vec<_> = faults.iter().map(|f| f.at.as_str()).collect();
        assert_eq!(at, ["/sections/0/pillar", "/sections/0/rows/1/metric", "/sections/0/rows/2/metric"]);
        assert!(t.check(&["a".into(), "b".into()], &["cost".into()]).is_err());
    }

    #[test]
    fn the_matrix_stands_alone_in_its_row_and_once_in_a_template() {
        let matrix = |fresh_days| TemplateRow {
            matrix: Some(TemplateMatrix { title: "Must work".into(), fresh_days }),
            ..TemplateRow::default()
        };
        let check = |rows: Vec<TemplateRow>| {
            let t = Template { sections: vec![TemplateSection { pillar: "cost".into(), rows }] };
            match t.check(&["a".into()], &["cost".into()]) {
                Ok(()) => Vec::new(),
                Err(Error::Invalid(faults)) => faults.into_iter().map(|f| f.at).collect::<Vec<_>>(),
                Err(e) => panic!("{e}"),
            }
        };
        assert!(check(vec![matrix(None)]).is_empty() && check(vec![matrix(Some(90))]).is_empty());
        assert_eq!(check(vec![matrix(Some(0))]), ["/sections/0/rows/0/matrix/fresh_days"]);
        assert_eq!(check(vec![TemplateRow { metric: "a".into(), ..matrix(None) }]), ["/sections/0/rows/0"]);
        assert_eq!(check(vec![matrix(None), matrix(None)]), ["/sections/0/rows/0/matrix", "/sections/0/rows/1/matrix"]);
    }
}

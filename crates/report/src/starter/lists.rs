//! Lists of the full template to begin with: events, an inventory, links.

use marks::MarkKind;

use crate::lists::{ColumnKind, ListColumn, ListKind, TemplateList};

/// Lists of the full template, with their pillar.
pub(super) fn lists() -> Vec<(&'static str, TemplateList)> {
    use ColumnKind::{Date, Link, Number, Text};
    use ListKind::{Events, Inventory, Links};
    let list = |kind, key: &str, title: &str, columns: &[(&str, &str, ColumnKind, &str)], fresh_days| TemplateList {
        kind,
        key: key.into(),
        title: title.into(),
        columns: columns
            .iter()
            .map(|(key, title, kind, unit)| ListColumn {
                key: (*key).into(),
                title: (*title).into(),
                kind: *kind,
                unit: (*unit).into(),
            })
            .collect(),
        fresh_days,
        mark: match key {
            "incidents" => Some(MarkKind::Incident),
            "exploratory-sessions" => Some(MarkKind::Change),
            _ => None,
        },
    };
    vec![
        (
            "security",
            list(
                Inventory,
                "threat-models",
                "Threat models",
                &[
                    ("workload", "Workload", Text, ""),
                    ("model", "Model", Link, ""),
                    ("open", "Open threats", Number, ""),
                    ("reviewed", "Last review", Date, ""),
                ],
                Some(180),
            ),
        ),
        ("operations", list(Links, "dashboards", "Dashboards and runbooks", &[], None)),
        (
            "operations",
            list(
                Events,
                "exploratory-sessions",
                "Exploratory and chaos sessions",
                &[
                    ("initiative", "Initiative", Text, ""),
                    ("charter", "What was tried", Text, ""),
                    ("found", "What was found", Text, ""),
                ],
                None,
            ),
        ),
        (
            "reliability",
            list(
                Events,
                "incidents",
                "Incidents",
                &[
                    ("what", "What happened", Text, ""),
                    ("minutes", "Time to recover", Number, "min"),
                    ("cause", "Contributing causes", Text, ""),
                    ("learnt", "What was learnt", Text, ""),
                    ("review", "Review", Link, ""),
                ],
                None,
            ),
        ),
    ]
}

//! Lists in the sample's template: one of each kind, with entries whose words are as long as people make them.

use std::collections::BTreeMap;

use catalogue::Team;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::Ctx;
use report::acts::lists;
use report::lists::{ColumnKind, ListColumn, ListKind, NewEntry, TemplateList};
use report::template::TemplateRow;

use crate::sample::{LONG, RIGHT_TO_LEFT, WORDY};

/// Keys of the lists, in the order of [`rows`].
pub(crate) const KEYS: [&str; 3] = ["outages", "runbooks", "addresses"];

fn column(key: &str, title: &str, kind: ColumnKind, unit: &str) -> ListColumn {
    ListColumn { key: key.into(), title: title.into(), kind, unit: unit.into() }
}

fn list(kind: ListKind, key: &str, title: &str, columns: Vec<ListColumn>) -> TemplateRow {
    let fresh_days = (kind == ListKind::Inventory).then_some(30);
    let list = TemplateList { kind, key: key.into(), title: title.into(), columns, fresh_days, mark: None };
    TemplateRow { metric: String::new(), list: Some(list), ..TemplateRow::default() }
}

/// Rows of the template.
pub(crate) fn rows() -> Vec<TemplateRow> {
    let happened = vec![
        column("what", "What happened", ColumnKind::Text, ""),
        column("restored", "Restored after", ColumnKind::Number, "min"),
        column("learnt", LONG, ColumnKind::Text, ""),
    ];
    let there = vec![
        column("name", "Runbook", ColumnKind::Text, ""),
        column("tried", "Tried", ColumnKind::Date, ""),
        column("where", "Where", ColumnKind::Link, ""),
    ];
    vec![
        list(ListKind::Events, KEYS[0], "Incidents in the sprint", happened),
        list(ListKind::Inventory, KEYS[1], WORDY, there),
        list(ListKind::Links, KEYS[2], "Dashboards", Vec::new()),
    ]
}

/// Writes two entries into each of a team's lists.
pub(crate) fn write(cx: &Ctx, tx: &mut dyn Tx, team: &Team) -> Result<()> {
    let address = format!("https://wiki.example/{}", "runbook-".repeat(16));
    let entries: [&[(&str, &str)]; 6] = [
        &[("what", "A retry without jitter turned a slow partner into our own outage."), ("restored", "47"), ("learnt", WORDY)],
        &[("what", LONG), ("learnt", RIGHT_TO_LEFT)],
        &[("name", "Restore the ledger"), ("tried", "2026-11-10"), ("where", &address)],
        &[("name", RIGHT_TO_LEFT), ("where", "https://wiki.example/r")],
        &[("title", "Payments live"), ("url", &address)],
        &[("title", LONG), ("url", "https://dash.example/1")],
    ];
    for (n, cells) in entries.iter().enumerate() {
        let key = KEYS[n / 2];
        let list = lists::list_of(tx, team, key)?;
        let cells: BTreeMap<String, String> = cells.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let day = (key == KEYS[0]).then(|| "2026-11-10".to_owned());
        lists::add(cx, tx, team, &list, &NewEntry { day, cells, version: None })?;
    }
    Ok(())
}

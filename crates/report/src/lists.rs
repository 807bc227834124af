//! Rows of a report that are no number: what happened in the sprint (events), what there is (inventory), where to look
//! (links). The template says which columns a list has; its entries belong to a team. Pure.

use jiff::civil::Date;
use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use marks::MarkKind;
use marks::mark::Body;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

use crate::document::{ListBlock, RowState};

/// Columns of one list at most: more are not read on one page.
pub const MOST_COLUMNS: usize = 10;

/// Entries of one list at most that are in use at the same time.
pub const MOST_ENTRIES: usize = 500;

/// What kind of list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ListKind {
    /// Things that happened: each has a day and stands in the report of its sprint.
    Events,
    /// Things that there are: each stands in every report until it is taken out, and is looked at again from time to time.
    Inventory,
    /// Addresses, each with a title.
    Links,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ColumnKind {
    /// Words.
    #[default]
    Text,
    /// A number.
    Number,
    /// A day, `2026-11-24`.
    Date,
    /// `https://..`
    Link,
}

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListColumn {
    /// Key, for programs.
    pub key: String,
    /// Heading.
    pub title: String,
    /// What it holds.
    #[serde(default)]
    pub kind: ColumnKind,
    /// Unit of a number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
}

/// A list as the template has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateList {
    /// What kind.
    pub kind: ListKind,
    /// Key, the same in every version of the template.
    pub key: String,
    /// As it stands in reports.
    pub title: String,
    /// Its columns; links need none but may have more than title and address.
    #[serde(default)]
    pub columns: Vec<ListColumn>,
    /// Days after which an entry of an inventory has to be looked at again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh_days: Option<u32>,
    /// Entries of a list of events stand on the axes of the team's charts, as marks of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<MarkKind>,
}

impl TemplateList {
    /// Columns with those that every list of its kind has.
    pub fn all_columns(&self) -> Vec<ListColumn> {
        let column = |key: &str, title: &str, kind| ListColumn { key: key.into(), title: title.into(), kind, unit: String::new() };
        let mut out = match self.kind {
            ListKind::Links => vec![column("title", "Title", ColumnKind::Text), column("url", "Address", ColumnKind::Link)],
            ListKind::Events | ListKind::Inventory => Vec::new(),
        };
        out.extend(
            self.columns.iter().filter(|c| !["title", "url"].contains(&c.key.as_str()) || self.kind != ListKind::Links).cloned(),
        );
        out
    }

    /// Adds what is wrong with it.
    pub fn check(&self, faults: &mut Faults, at: &str) {
        if let Err(kernel::Error::Invalid(found)) = text::key(&format!("{at}/key"), &self.key) {
            for f in found {
                faults.add(f.at, f.message);
            }
        }
        text::name(faults, &format!("{at}/title"), "The list’s title", &self.title);
        if self.columns.is_empty() && self.kind != ListKind::Links {
            faults.add(format!("{at}/columns"), "A list needs at least one column.");
        }
        let n = self.columns.len();
        faults.check(n <= MOST_COLUMNS, format!("{at}/columns"), format!("A list has at most {MOST_COLUMNS} columns, not {n}."));
        for (i, c) in self.columns.iter().enumerate() {
            if let Err(kernel::Error::Invalid(found)) = text::key(&format!("{at}/columns/{i}/key"), &c.key) {
                for f in found {
                    faults.add(f.at, f.message);
                }
            }
            text::name(faults, &format!("{at}/columns/{i}/title"), "The column’s title", &c.title);
            let twice = self.columns[..i].iter().any(|o| o.key == c.key);
            faults.check(!twice, format!("{at}/columns/{i}/key"), format!("The column “{}” stands there twice.", c.key));
        }
        let days = self.fresh_days.is_none_or(|d| (1..=3660).contains(&d));
        faults.check(days, format!("{at}/fresh_days"), "An entry is fresh for 1 to 3660 days.");
        let marks = self.mark.is_none() || self.kind == ListKind::Events;
        faults.check(marks, format!("{at}/mark"), "Only events have a day, so only they can be marks on an axis. Leave mark out.");
    }
}

/// An entry of a list as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Entry {
    /// Its id.
    pub id: Id,
    /// The day on which it happened; events only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    /// Column and what it holds; empty ones are left out.
    pub cells: BTreeMap<String, String>,
    /// Who wrote it last.
    pub by: String,
    /// When.
    pub at: Time,
    /// Raised with each change.
    pub version: i64,
}

/// A new entry, or a changed one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEntry {
    /// The day on which it happened, `2026-11-24`; events only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    /// Column and what it holds.
    pub cells: BTreeMap<String, String>,
    /// The version that the caller saw; needed for a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

/// Checks an entry against its list.
///
/// # Errors
/// Every fault with its column.
pub fn check(list: &TemplateList, new: &NewEntry, today: Date) -> Result<NewEntry> {
    let mut faults = Faults::new();
    let mut out = NewEntry { version: new.version, ..NewEntry::default() };
    match (list.kind, new.day.as_deref().map(str::trim).filter(|d| !d.is_empty())) {
        (ListKind::Events, Some(day)) => match plain_date(day) {
            Some(d) if d > today => faults.add("day", format!("{day} has not come yet. An event has happened.")),
            Some(d) => out.day = Some(d.to_string()),
            None => faults.add("day", format!("“{}” is no day. Write it like 2026-11-24.", shown(day))),
        },
        (ListKind::Events, None) => faults.add("day", "The day is missing. Write it like 2026-11-24."),
        (_, Some(_)) => faults.add("day", format!("{} has no days; leave it out.", list.title)),
        (_, None) => {}
    }
    let columns = list.all_columns();
    for key in new.cells.keys().filter(|k| !columns.iter().any(|c| c.key == **k)) {
        let known: Vec<&str> = columns.iter().map(|c| c.key.as_str()).collect();
        faults.add(
            format!("cells/{}", shown(key)),
            format!("{} has no column “{}”. It has {}.", list.title, shown(key), known.join(", ")),
        );
    }
    for c in &columns {
        let at = format!("cells/{}", c.key);
        let cell = text::prose(&mut faults, &at, &c.title, new.cells.get(&c.key).map_or("", String::as_str));
        if cell.is_empty() {
            continue;
        }
        match c.kind {
            ColumnKind::Text => {}
            ColumnKind::Number => match cell.replace(',', ".").parse::<f64>() {
                Ok(n) if n.is_finite() => {}
                _ => faults.add(&at, format!("{}: “{}” is no number. Write it like 1234.5.", c.title, shown(&cell))),
            },
            ColumnKind::Date => {
                faults.check(
                    plain_date(&cell).is_some(),
                    &at,
                    format!("{}: “{}” is no day. Write it like 2026-11-24.", c.title, shown(&cell)),
                );
            }
            ColumnKind::Link => {
                let good = (cell.starts_with("https://") || cell.starts_with("http://"))
                    && cell.len() <= 2000
                    && !cell.contains(char::is_whitespace);
                faults.check(
                    good,
                    &at,
                    format!("{}: “{}” is no address. Write it like https://example.org/path.", c.title, shown(&cell)),
                );
            }
        }
        out.cells.insert(c.key.clone(), cell);
    }
    if let Some(first) = columns.first() {
        faults.check(
            out.cells.contains_key(&first.key) || !faults.is_empty(),
            format!("cells/{}", first.key),
            format!("{} is missing.", first.title),
        );
    }
    faults.done().map(|()| out)
}

/// What an event says on an axis, at the start of its day; `None` for a list that is not marked.
pub fn mark_of(list: &TemplateList, new: &NewEntry, zone: &str) -> Option<Body> {
    let kind = list.mark?;
    let day = plain_date(new.day.as_deref()?)?;
    let starts = Time(day.in_tz(zone).ok()?.timestamp().as_microsecond());
    let columns = list.all_columns();
    let title = new.cells.get(&columns.first()?.key)?.split_whitespace().collect::<Vec<_>>().join(" ");
    // An axis takes a few words; the list has all of them.
    let title = if title.chars().count() > 200 { title.chars().take(199).chain(['…']).collect() } else { title };
    let link = columns.iter().find(|c| c.kind == ColumnKind::Link).and_then(|c| new.cells.get(&c.key));
    Some(Body { kind, title, url: link.cloned().unwrap_or_default(), starts, ends: None })
}

/// A list with its entries as a report shows it.
pub fn block(list: &TemplateList, entries: Vec<Entry>, now: Time) -> ListBlock {
    let days = |e: &Entry| now.since(e.at).as_secs() / 86_400;
    let old = match (list.kind, list.fresh_days) {
        (ListKind::Inventory, Some(limit)) => entries.iter().filter(|e| days(e) > u64::from(limit)).count(),
        _ => 0,
    };
    let (state, reason) = match (old, list.kind, entries.is_empty()) {
        (0, ListKind::Inventory, true) => (RowState::Unknown, "nobody has written anything into this list".to_owned()),
        (0, _, _) => (RowState::Pass, String::new()),
        (n, _, _) => {
            let limit = list.fresh_days.unwrap_or(0);
            (RowState::Stale, format!("{n} of {} were not looked at for over {limit} days", entries.len()))
        }
    };
    ListBlock {
        key: list.key.clone(),
        title: list.title.clone(),
        kind: list.kind,
        columns: list.all_columns(),
        entries,
        state,
        reason,
    }
}

fn plain_date(text: &str) -> Option<Date> {
    // jiff also reads compact forms; one spelling per day.
    if text.len() == 10 { text.parse().ok() } else { None }
}

fn shown(text: &str) -> String {
    kernel::text::shown(text, 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn incidents() -> TemplateList {
        let column = |key: &str, kind| ListColumn { key: key.into(), title: key.into(), kind, unit: String::new() };
        TemplateList {
            kind: ListKind::Events,
            key: "incidents".into(),
            title: "Incidents".into(),
            columns: vec![
                column("what", ColumnKind::Text),
                column("minutes", ColumnKind::Number),
                column("review", ColumnKind::Link),
            ],
            fresh_days: None,
            mark: Some(MarkKind::Incident),
        }
    }

    fn entry(day: Option<&str>, cells: &[(&str, &str)]) -> NewEntry {
        NewEntry {
            day: day.map(str::to_owned),
            cells: cells.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            version: None,
        }
    }

    fn places(list: &TemplateList, e: &NewEntry) -> Vec<String> {
        match check(list, e, jiff::civil::date(2026, 11, 25)) {
            Ok(_) => Vec::new(),
            Err(kernel::Error::Invalid(f)) => f.into_iter().map(|f| f.at).collect(),
            Err(e) => panic!("{e}"),
        }
    }

    #[test]
    fn a_sound_entry_is_taken_without_its_empty_cells() {
        let e = entry(Some("2026-11-24"), &[("what", " Ledger slow "), ("minutes", "18"), ("review", "")]);
        let good = check(&incidents(), &e, jiff::civil::date(2026, 11, 25)).unwrap();
        assert_eq!(
            good.cells.into_iter().collect::<Vec<_>>(),
            [("minutes".into(), "18".into()), ("what".into(), "Ledger slow".into())]
        );
    }

    #[test]
    fn every_fault_names_its_column() {
        assert_eq!(places(&incidents(), &entry(None, &[("what", "x")])), ["day"]);
        assert_eq!(places(&incidents(), &entry(Some("2026-11-26"), &[("what", "x")])), ["day"]);
        assert_eq!(places(&incidents(), &entry(Some("2026-11-24"), &[])), ["cells/what"]);
        let bad =
            entry(Some("24 Nov"), &[("what", "x"), ("minutes", "some"), ("review", "javascript:alert(1)"), ("colour", "red")]);
        assert_eq!(places(&incidents(), &bad), ["day", "cells/colour", "cells/minutes", "cells/review"]);
    }

    #[test]
    fn an_event_is_a_mark_at_the_start_of_its_day_in_the_zone_of_the_group() {
        let e = entry(Some("2026-11-24"), &[("what", "Ledger\nslow"), ("review", "https://example.org/7")]);
        let mark = mark_of(&incidents(), &e, "Europe/Berlin").unwrap();
        assert_eq!((mark.starts.to_string().as_str(), mark.title.as_str()), ("2026-11-23T23:00:00Z", "Ledger slow"));
        assert_eq!((mark.kind, mark.url.as_str()), (MarkKind::Incident, "https://example.org/7"));
        assert_eq!(mark_of(&TemplateList { mark: None, ..incidents() }, &e, "UTC"), None);
        let long = entry(Some("2026-11-24"), &[("what", &"x".repeat(900))]);
        assert_eq!(mark_of(&incidents(), &long, "UTC").unwrap().title.chars().count(), 200);
    }

    #[test]
    fn only_events_can_be_marks() {
        let mut faults = Faults::new();
        TemplateList { kind: ListKind::Inventory, ..incidents() }.check(&mut faults, "/list");
        assert_eq!(faults.len(), 1);
    }

    #[test]
    fn links_have_a_title_and_an_address_without_being_told() {
        let list = TemplateList { kind: ListKind::Links, columns: vec![], mark: None, ..incidents() };
        assert!(places(&list, &entry(None, &[("title", "Runbook"), ("url", "https://example.org")])).is_empty());
        assert_eq!(places(&list, &entry(Some("2026-11-24"), &[("url", "ftp://x")])), ["day", "cells/url"]);
    }

    #[test]
    fn a_list_without_columns_or_with_one_twice_is_refused() {
        let mut list = incidents();
        list.columns.push(list.columns[0].clone());
        list.key = "No Key".into();
        let mut faults = Faults::new();
        list.check(&mut faults, "/list");
        assert_eq!(faults.len(), 2);
        let mut faults = Faults::new();
        TemplateList { columns: vec![], ..incidents() }.check(&mut faults, "/list");
        assert_eq!(faults.len(), 1);
    }
}

//! Work agreed: who does what by when, how late, how often carried.

use maud::{Markup, html};

use crate::table::{Cell, Column, Table, table};
use crate::text::{bdi, plural, times};

/// One agreed piece of work.
#[derive(Debug, Clone, Default)]
pub struct Action {
    /// What, to reach what.
    pub what: String,
    /// Page of the action.
    pub href: Option<String>,
    /// Who answers for it: a team.
    pub owner: String,
    /// The person.
    pub person: String,
    /// Due date as it is shown.
    pub due: String,
    /// Days until it is due; below nought it is late; `None` if there is no date.
    pub due_in_days: Option<i64>,
    /// How often it was carried over.
    pub carried: usize,
}

/// A table of actions in the order given, with a visible caption ("Actions: 23 open, 5 late").
#[must_use]
pub fn actions(caption: &str, actions: &[Action]) -> Markup {
    table(&Table {
        caption: caption.to_owned(),
        columns: vec![Column::text("What"), Column::text("Who"), Column::text("Due").class("lab"), Column::text("Carried")],
        rows: actions.iter().map(row).collect(),
        class: "stack flow shown".to_owned(),
        foot: None,
    })
}

fn row(action: &Action) -> Vec<Cell> {
    let who = html! { span { (bdi(&action.owner)) @if !action.person.is_empty() { br; " " span.by { (bdi(&action.person)) } } } };
    let due = html! {
        span {
            (action.due)
            @if let Some(days) = action.due_in_days {
                br; " " span class=(if days < 0 { "by over" } else { "by" }) { (days_words(days)) }
            }
        }
    };
    let carried = if action.carried == 0 { "new".to_owned() } else { format!("carried {}", times(action.carried)) };
    vec![
        Cell::name(&action.what, action.href.as_deref()),
        Cell::new(who),
        Cell::new(due).class("nb"),
        Cell::text(&carried).class("by"),
    ]
}

/// "6 days late", "today", "in 2 days".
#[must_use]
pub fn days_words(days: i64) -> String {
    let n = usize::try_from(days.unsigned_abs()).unwrap_or(usize::MAX);
    let unit = plural(n, "day", "days");
    match days {
        0 => "today".to_owned(),
        1.. => format!("in {n} {unit}"),
        _ => format!("{n} {unit} late"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lateness_in_words() {
        assert_eq!(days_words(-6), "6 days late");
        assert_eq!(days_words(-1), "1 day late");
        assert_eq!(days_words(0), "today");
        assert_eq!(days_words(2), "in 2 days");
    }

    #[test]
    fn only_late_takes_the_accent() {
        let action = |days| Action { what: "w".into(), due_in_days: Some(days), carried: 3, ..Action::default() };
        let text = actions("c", &[action(-2), action(2)]).into_string();
        assert_eq!(text.matches("by over").count(), 1);
        assert!(text.contains("carried 3 times"));
    }
}

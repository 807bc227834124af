//! A board: columns of text, no cards. Nothing is dragged: each entry has a menu of where it can go.

use maud::{Markup, html};

use crate::text::bdi;

/// An entry of a board.
#[derive(Debug, Default)]
pub struct BoardEntry {
    /// Unique on the page.
    pub id: String,
    /// Its name, and the page that it leads to.
    pub title: String,
    /// The page.
    pub href: String,
    /// What stands below it.
    pub by: Markup,
    /// Where it can go: links and forms; empty if the reader may not move it.
    pub moves: Markup,
}

/// A column of a board.
#[derive(Debug, Default)]
pub struct BoardColumn {
    /// Its heading.
    pub title: String,
    /// The most that it should hold; none for no limit.
    pub most: Option<u32>,
    /// What is in it.
    pub entries: Vec<BoardEntry>,
}

impl BoardColumn {
    /// What stands beside the heading; an empty column says "None" below it, so there only its limit.
    fn count(&self) -> String {
        match (self.entries.len(), self.most) {
            (0, None) => String::new(),
            (0, Some(most)) => format!("at most {most}"),
            (n, None) => n.to_string(),
            (n, Some(most)) => format!("{n} of {most}"),
        }
    }

    fn is_over(&self) -> bool {
        self.most.is_some_and(|most| u32::try_from(self.entries.len()).is_ok_and(|n| n > most))
    }
}

/// Draws a board. The script lets arrow keys walk over it and `m` open the menu of the entry in use, or of the first.
#[must_use]
pub fn board(columns: &[BoardColumn]) -> Markup {
    html! {
        div.board data-board {
            @for column in columns {
                section aria-label=(column.title) data-column {
                    h3 {
                        (column.title)
                        @let count = column.count();
                        @if !count.is_empty() { span { (count) @if column.is_over() { ", over" } } }
                    }
                    @if column.entries.is_empty() { p.by { "None" } }
                    @else {
                        ul { @for entry in &column.entries { (one(entry)) } }
                    }
                }
            }
        }
    }
}

fn one(entry: &BoardEntry) -> Markup {
    html! {
        li id=(entry.id) {
            p.t { a href=(entry.href) data-entry { (bdi(&entry.title)) } }
            p.by { (entry.by) }
            @if !entry.moves.0.is_empty() {
                details class="mv figures" {
                    summary { "Move to…" span.vh { ": " (entry.title) } }
                    (entry.moves)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_and_say_when_they_hold_too_much() {
        let entry = |n: u8| BoardEntry {
            id: format!("c-{n}"),
            title: "Retries <x>".into(),
            href: "/c".into(),
            by: html! { "by" },
            moves: if n == 1 {
                html! { a href="/m" { "Done" } }
            } else {
                html! {}
            },
        };
        let full = BoardColumn { title: "In sprint".into(), most: Some(1), entries: vec![entry(1), entry(2)] };
        let text = board(&[full, BoardColumn { title: "Done".into(), ..BoardColumn::default() }]).into_string();
        assert!(text.contains("2 of 1, over") && text.contains("Retries &lt;x&gt;"), "{text}");
        assert_eq!(text.matches("<details").count(), 1, "an entry that cannot be moved has no menu");
        assert!(text.contains("Done</h3><p class=\"by\">None</p>"), "an empty column says so once: {text}");
        let bounded = BoardColumn { title: "Measuring".into(), most: Some(3), ..BoardColumn::default() };
        assert!(board(&[bounded]).into_string().contains("<span>at most 3</span></h3><p class=\"by\">None</p>"));
    }
}

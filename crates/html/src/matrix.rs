//! State by row and column. No totals, no sorting: the order is the caller's and fixed.

use maud::{Markup, html};

use crate::report_table::Judgement;
use crate::state::{State, state, state_as};
use crate::text::bdi;

/// One cell of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MatrixCell {
    /// The state.
    pub state: State,
    /// Direction, only when it is a signal.
    pub judged: Option<Judgement>,
}

/// One row of the matrix.
#[derive(Debug, Clone)]
pub struct MatrixRow {
    /// Name of the row.
    pub name: String,
    /// Page behind it.
    pub href: Option<String>,
    /// One cell for each column.
    pub cells: Vec<MatrixCell>,
}

/// A matrix of states.
#[derive(Debug, Clone, Default)]
pub struct Matrix {
    /// What the matrix shows; not drawn.
    pub caption: String,
    /// Heading of the first column: "Team".
    pub first: String,
    /// Headings of the others, short.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<MatrixRow>,
}

impl MatrixCell {
    /// Plain pass or not applicable: left out on a narrow screen, where a row says how many of these it has.
    fn quiet(self) -> bool {
        matches!(self.state, State::Pass | State::NotApplicable | State::Steady) && self.judged.is_none()
    }
}

/// Draws the matrix.
#[must_use]
pub fn matrix(matrix: &Matrix) -> Markup {
    html! {
        table class="matrix stack" role="table" {
            caption.vh { (matrix.caption) }
            thead role="rowgroup" {
                tr role="row" {
                    th scope="col" role="columnheader" class="c-t" { (matrix.first) }
                    @for column in &matrix.columns { th scope="col" role="columnheader" { (column) } }
                }
            }
            tbody role="rowgroup" { @for row in &matrix.rows { (draw_row(matrix, row)) } }
        }
    }
}

fn draw_row(matrix: &Matrix, row: &MatrixRow) -> Markup {
    let steady = row.cells.iter().filter(|cell| cell.quiet()).count();
    html! {
        tr role="row" {
            th scope="row" role="rowheader" {
                @match &row.href { Some(href) => a href=(href) { (bdi(&row.name)) }, None => (bdi(&row.name)) }
                span class="only-narrow by" { br; (steady) " of " (row.cells.len()) " steady" }
            }
            @for (column, cell) in matrix.columns.iter().zip(&row.cells) {
                td role="cell" data-l=(column) class=[cell.quiet().then_some("quiet")] { div { span { (draw_cell(*cell)) } } }
            }
        }
    }
}

fn draw_cell(cell: MatrixCell) -> Markup {
    let direction = cell.judged.map(|judged| match judged {
        Judgement::Better => "better",
        Judgement::Worse => "worse",
    });
    // The column is too narrow for the whole word on a tablet.
    if cell.state == State::NotApplicable { state_as(cell.state, "Not appl.") } else { state(cell.state, direction) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_cells_are_counted() {
        let cell = |state, judged| MatrixCell { state, judged };
        let cells = vec![
            cell(State::Pass, None),
            cell(State::Pass, Some(Judgement::Better)),
            cell(State::NotApplicable, None),
            cell(State::Unknown, None),
        ];
        let text = matrix(&Matrix {
            caption: "c".into(),
            first: "Team".into(),
            columns: ["A", "B", "C", "D"].map(str::to_owned).to_vec(),
            rows: vec![MatrixRow { name: "Billing".into(), href: None, cells }],
        })
        .into_string();
        assert!(text.contains("2 of 4 steady"), "{text}");
        assert_eq!(text.matches("class=\"quiet\"").count(), 2);
        assert!(text.contains("<span>Pass,</span></span> <span class=\"dir\">better</span>"));
        assert!(text.contains("Not appl."));
    }
}

//! Tables with words. Below 768 px a stacked table becomes ruled entries, so it carries table roles and labels of its own.

use maud::{Markup, Render, html};

use crate::figures::{Figure, maybe_figure, number};
use crate::text::bdi;

/// One column.
#[derive(Debug, Clone, Default)]
pub struct Column {
    /// Heading.
    pub label: String,
    /// Heading beside each value on a narrow screen; the label if there is none.
    pub short: Option<String>,
    /// Figures, set to the right.
    pub numeric: bool,
    /// Its figures have no unit, so that none is left room for.
    pub unitless: bool,
    /// The heading was typed by people, so that it may be long or written from right to left.
    pub typed: bool,
    /// Further classes of the column: `opt` drops it from a plain table on a narrow screen, `lab` keeps the label in a `flow` table.
    pub class: String,
}

impl Column {
    /// A column of words.
    #[must_use]
    pub fn text(label: &str) -> Self {
        Self { label: label.to_owned(), ..Self::default() }
    }

    /// A column of figures with a place for the unit; see [`crate::figure`].
    #[must_use]
    pub fn num(label: &str) -> Self {
        Self { numeric: true, ..Self::text(label) }
    }

    /// A column of figures without a unit, so that they stand directly below their heading; see [`Cell::count`].
    #[must_use]
    pub fn count(label: &str) -> Self {
        Self { numeric: true, unitless: true, ..Self::text(label) }
    }

    /// A column of words whose heading people typed.
    #[must_use]
    pub fn typed(label: &str) -> Self {
        Self { typed: true, ..Self::text(label) }
    }

    /// With a shorter heading for narrow screens.
    #[must_use]
    pub fn short(self, short: &str) -> Self {
        Self { short: Some(short.to_owned()), ..self }
    }

    /// With further classes.
    #[must_use]
    pub fn class(self, class: &str) -> Self {
        Self { class: class.to_owned(), ..self }
    }
}

/// One cell. The first cell of a row is its header.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    /// What it holds.
    pub body: Markup,
    /// Further classes: `nb`, `by`, `now`; `strong` on the first cell sets it semibold.
    pub class: String,
}

impl Cell {
    /// A cell of ready markup.
    #[must_use]
    pub fn new(body: Markup) -> Self {
        Self { body, ..Self::default() }
    }

    /// A cell of plain text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::new(text.render())
    }

    /// A name that a person typed, with the page it leads to.
    #[must_use]
    pub fn name(name: &str, href: Option<&str>) -> Self {
        Self::new(html! { @match href { Some(href) => a href=(href) { (bdi(name)) }, None => (bdi(name)) } })
    }

    /// A figure, or "no value".
    #[must_use]
    pub fn figure(figure: Option<&Figure>) -> Self {
        Self::new(maybe_figure(figure))
    }

    /// A whole number without a unit, for [`Column::count`].
    #[must_use]
    pub fn count(n: u32) -> Self {
        Self::text(&number(f64::from(n), 0))
    }

    /// An empty cell: nothing to say here, so a narrow screen leaves it out with its label.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// With further classes.
    #[must_use]
    pub fn class(self, class: &str) -> Self {
        Self { class: class.to_owned(), ..self }
    }
}

/// A table.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// What the table holds. Hidden from view unless `class` holds `shown`.
    pub caption: String,
    /// The columns, first the one that names the rows.
    pub columns: Vec<Column>,
    /// The rows; each as long as `columns`.
    pub rows: Vec<Vec<Cell>>,
    /// `stack` for tables with words, `stack flow` if short cells may run on; empty for few narrow figures, which stay a table.
    /// `words`: sentences in the first column, which is not held to the width of a name. `k0`, `k1`: most decimals in the figures. `shown`: the caption is visible.
    pub class: String,
    /// A last row for sums.
    pub foot: Option<Vec<Cell>>,
}

/// Draws a table. Rows with more cells than columns lose the rest; rows with fewer are drawn as they are.
#[must_use]
pub fn table(table: &Table) -> Markup {
    let words: Vec<&str> = table.class.split_whitespace().collect();
    let shown = words.contains(&"shown");
    let class: Vec<&str> = words.iter().copied().filter(|word| *word != "shown").collect();
    let stacked = words.iter().any(|word| matches!(*word, "stack" | "rep" | "matrix"));
    let class = (!class.is_empty()).then(|| class.join(" "));
    let role = |name: &'static str| stacked.then_some(name);
    let caption_class = (!shown).then_some("vh");
    html! {
        table class=[class] role=[role("table")] {
            @if !table.caption.is_empty() { caption class=[caption_class] { (table.caption) } }
            thead role=[role("rowgroup")] {
                tr role=[role("row")] {
                    @for column in &table.columns {
                        th scope="col" role=[role("columnheader")] class=[column_class(column, true)] {
                            @if column.typed { (bdi(&column.label)) } @else { (column.label) }
                        }
                    }
                }
            }
            tbody role=[role("rowgroup")] { @for row in &table.rows { (body_row(&table.columns, row, stacked)) } }
            @if let Some(foot) = &table.foot {
                tfoot role=[role("rowgroup")] { (body_row(&table.columns, foot, stacked)) }
            }
        }
    }
}

fn body_row(columns: &[Column], cells: &[Cell], stacked: bool) -> Markup {
    let role = |name: &'static str| stacked.then_some(name);
    html! {
        tr role=[role("row")] {
            @for (i, (column, cell)) in columns.iter().zip(cells).enumerate() {
                @if i == 0 {
                    th scope="row" role=[role("rowheader")] class=[header_class(column, cell)] { (cell.body) }
                } @else {
                    @let label = column.short.as_ref().unwrap_or(&column.label);
                    td role=[role("cell")] class=[cell_class(column, cell)] data-l=[stacked.then_some(label)] {
                        @if stacked { div { (cell.body) } } @else { (cell.body) }
                    }
                }
            }
        }
    }
}

fn column_class(column: &Column, head: bool) -> Option<String> {
    let num = match (column.numeric, head) {
        (true, true) if !column.unitless => "num hu",
        (true, _) => "num",
        (false, _) => "",
    };
    joined(&[num, &column.class])
}

fn header_class(column: &Column, cell: &Cell) -> Option<String> {
    let strong = cell.class.split_whitespace().any(|word| word == "strong");
    let rest: Vec<&str> = cell.class.split_whitespace().filter(|word| *word != "strong").collect();
    joined(&[if strong { "" } else { "plain" }, &column.class, &rest.join(" ")])
}

fn cell_class(column: &Column, cell: &Cell) -> Option<String> {
    let column_words = column_class(column, false).unwrap_or_default();
    joined(&[&column_words, &cell.class, if cell.body.0.is_empty() { "none" } else { "" }])
}

/// Class words joined by spaces; `None` if all are empty, so that no empty attribute is written.
pub(crate) fn joined(words: &[&str]) -> Option<String> {
    let words: Vec<&str> = words.iter().copied().filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(class: &str) -> String {
        table(&Table {
            caption: "Names".into(),
            columns: vec![Column::text("Team"), Column::num("Open actions").short("Actions")],
            rows: vec![vec![Cell::name("<b>", Some("/t")), Cell::figure(Some(&Figure::new(7.0, 0, "")))]],
            class: class.into(),
            foot: None,
        })
        .into_string()
    }

    #[test]
    fn stacked_tables_carry_roles_and_labels() {
        let text = sample("stack k0");
        for role in ["table", "rowgroup", "row", "columnheader", "rowheader", "cell"] {
            assert!(text.contains(&format!("role=\"{role}\"")), "{role}: {text}");
        }
        assert!(text.contains("data-l=\"Actions\""), "{text}");
        assert!(text.contains("<caption class=\"vh\">Names</caption>"));
        assert!(text.contains("<bdi>&lt;b&gt;</bdi>"));
    }

    #[test]
    fn empty_cells_are_left_out_on_a_narrow_screen() {
        let columns = vec![Column::text("A"), Column::text("B"), Column::text("C")];
        let rows = vec![vec![Cell::text("a"), Cell::none(), Cell::text("").class("nb")]];
        let text = table(&Table { columns, rows, class: "stack".into(), ..Table::default() }).into_string();
        assert!(text.contains("class=\"none\"") && text.contains("class=\"nb none\""), "{text}");
    }

    #[test]
    fn headings_that_people_typed_are_isolated() {
        let columns = vec![Column::text("A"), Column::typed("<b>")];
        let text = table(&Table { columns, ..Table::default() }).into_string();
        assert!(text.contains(">A</th>") && text.contains("<bdi>&lt;b&gt;</bdi></th>"), "{text}");
    }

    #[test]
    fn counts_leave_no_room_for_a_unit() {
        let columns = vec![Column::text("By"), Column::count("Value").class("lab")];
        let rows = vec![vec![Cell::text("a"), Cell::count(1_300)]];
        let text = table(&Table { columns, rows, class: "stack flow".into(), ..Table::default() }).into_string();
        assert!(
            text.contains("class=\"num lab\">Value</th>") && text.contains("<div>1,300</div>") && !text.contains("hu"),
            "{text}"
        );
    }

    #[test]
    fn plain_tables_need_none() {
        let text = sample("shown");
        assert!(!text.contains("role=") && !text.contains("data-l"), "{text}");
        assert!(text.contains("<table><caption>Names</caption>"), "{text}");
    }
}

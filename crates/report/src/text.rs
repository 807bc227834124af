//! The report as Markdown and for a terminal.

use std::fmt::Write;

use catalogue::transactions::CoverKind;
use kernel::text::markdown as md;

use crate::document::{Document, ListBlock, Row, RowState, Stage, Words};
use crate::happened::{self, Happened};
use crate::lists::Entry;
use crate::matrix::{self, CoverLook, TransactionMatrix};
use crate::standards;
use crate::work::{self, ReportAction};

/// The state in a word.
pub fn state_word(row: &Row) -> &'static str {
    match row.state {
        RowState::Pass => "Pass",
        RowState::Attention => "Attention",
        RowState::Unknown => "Unknown",
        RowState::Stale => "Stale",
        RowState::NotYet => "Not yet",
        RowState::Exempt => "Exempt",
        RowState::NotApplicable => "Not applicable",
    }
}

/// The stage in words.
pub fn stage_words(d: &Document) -> String {
    match (&d.stage, &d.ready, &d.reviewed) {
        (Stage::Reviewed, _, Some(by)) => format!("Reviewed by {}", by.name),
        (Stage::Ready, Some(by), _) => format!("Ready, marked by {}", by.name),
        _ => format!("Draft, {} of {} values", d.filled.k, d.filled.n),
    }
}

fn change_words(row: &Row) -> String {
    match row.change.judgement.as_deref() {
        Some(word @ ("better" | "worse")) => format!("{}, {word}", row.change.text),
        _ => row.change.text.clone(),
    }
}

fn name(row: &Row) -> String {
    match &row.subject {
        Some(s) => format!("{}, {}", row.title, s.name),
        None => row.title.clone(),
    }
}

fn shown(row: &Row, figure: Option<&crate::document::Figure>) -> String {
    figure.map_or_else(|| "no value".into(), |f| html::with_unit(f.number, row.decimals, &row.unit))
}

fn source(row: &Row) -> String {
    match &row.now {
        None => crate::exempt::short(row),
        Some(f) if f.way == "typed" => format!("by hand, {}", f.source),
        Some(f) => format!("{}, {}", f.source, f.way),
    }
}

/// An entry in one line: its day, then what its columns hold.
fn entry_line(b: &ListBlock, e: &Entry) -> String {
    let mut parts: Vec<String> = e.day.iter().cloned().collect();
    parts.extend(b.columns.iter().filter_map(|c| {
        let cell = e.cells.get(&c.key)?;
        Some(if c.unit.is_empty() { cell.clone() } else { format!("{cell} {}", c.unit) })
    }));
    parts.join("; ")
}

/// What happened of one kind, with its newest; `plain` escapes what people typed.
fn happened_line(h: &Happened, plain: fn(&str) -> String) -> String {
    let mut named: Vec<String> = h.newest.iter().map(|m| plain(&m.title)).collect();
    match happened::unnamed(h) {
        0 => {}
        n => named.push(format!("and {n} more")),
    }
    format!("{}: {}", html::capital(&happened::counted(h)), named.join("; "))
}

/// The matrix as a table, with what it counts below.
fn matrix_table(m: &TransactionMatrix) -> String {
    let heads: Vec<&str> = CoverKind::ALL.iter().map(|k| k.title()).collect();
    let mut out = format!("### {}\n\n", md(&m.title));
    if m.transactions.is_empty() {
        let _ = writeln!(out, "{}.\n", html::capital(&m.reason));
        return out;
    }
    let _ = writeln!(out, "| Transaction | Workload | {} |\n|---|---|{}", heads.join(" | "), "---|".repeat(heads.len()));
    for t in &m.transactions {
        let look = |c: &CoverLook| {
            // Angle brackets keep an address whole; it holds no space, and no bracket of its own once they are written out.
            let url = |u: &String| u.replace('<', "%3C").replace('>', "%3E").replace('|', "%7C");
            let links = c.evidence.iter().enumerate().map(|(i, u)| format!(" [{}](<{}>)", i + 1, url(u)));
            format!("{}{}", md(&matrix::look_words(c)), links.collect::<String>())
        };
        let cells: Vec<String> = t.cover.iter().map(look).collect();
        let _ = writeln!(out, "| {} | {} | {} |", md(&t.name), md(&t.workload.name), cells.join(" | "));
    }
    let _ = writeln!(out, "\n{}.\n", html::capital(&matrix::counts(m)));
    out
}

/// Markdown, for wikis and chat.
pub fn markdown(d: &Document) -> String {
    let mut out = String::new();
    // Writing into a String cannot fail.
    let _ = writeln!(
        out,
        "# {}, sprint {}\n\n{}. {}.\n\n{}\n",
        md(&d.team.name),
        d.sprint,
        md(&d.dates),
        md(&stage_words(d)),
        md(&d.lead)
    );
    for s in &d.sections {
        let _ = writeln!(
            out,
            "## {}\n\n| Metric | Now | Before | Change | Why | Target | State | Source |\n|---|--:|--:|---|---|---|---|---|",
            md(&s.title)
        );
        for r in &s.rows {
            let cells = [
                name(r),
                shown(r, r.now.as_ref()),
                shown(r, r.before.as_ref()),
                change_words(r),
                r.change.reason.clone(),
                r.target.clone(),
                state_word(r).to_owned(),
                source(r),
            ];
            let _ = writeln!(out, "| {} |", cells.map(|c| md(&c)).join(" | "));
        }
        out.push('\n');
        for b in &s.lists {
            let _ = writeln!(out, "### {}\n", md(&b.title));
            for e in &b.entries {
                let _ = writeln!(out, "- {}", md(&entry_line(b, e)));
            }
            let none = if b.entries.is_empty() { "None.\n" } else { "" };
            let _ = writeln!(out, "{none}");
        }
        if let Some(m) = d.matrix.as_ref().filter(|m| m.pillar == s.pillar) {
            out.push_str(&matrix_table(m));
        }
        for (r, (words, by, until)) in s.rows.iter().flat_map(|r| crate::exempt::notes(r).into_iter().map(move |n| (r, n))) {
            let until = if until.is_empty() { String::new() } else { format!(", {until}") };
            let _ = writeln!(out, "> **{}**: {} ({}{until})\n", md(&name(r)), md(&words), md(&by));
        }
        for (r, note) in s.rows.iter().filter_map(|r| Some((r, r.note.as_ref()?))) {
            let _ = writeln!(out, "> **{}**: {} ({})\n", md(&name(r)), md(&note.text), md(&note.by));
        }
    }
    if !d.standards.is_empty() {
        let lines: Vec<String> = d.standards.iter().map(|s| format!("- {}\n", md(&standards::sentence(s)))).collect();
        let _ = writeln!(out, "## Standards\n\n{}", lines.concat());
    }
    if !d.happened.is_empty() {
        let lines: Vec<String> = d.happened.iter().map(|h| format!("- {}\n", happened_line(h, md))).collect();
        let _ = writeln!(out, "## What happened in the sprint\n\n{}", lines.concat());
    }
    if let Some(w) = &d.work {
        let lines = |all: &[ReportAction]| all.iter().map(|a| format!("- {}\n", md(&work::sentence(a)))).collect::<String>();
        let _ = writeln!(out, "## {}\n\n{}", actions::view::caption(w.open, w.late), lines(&w.actions));
        if !w.closed.is_empty() {
            let _ = writeln!(out, "## Closed since the last report\n\n{}", lines(&w.closed));
        }
    }
    let mut say = |title: &str, words: Option<&Words>| {
        if let Some(w) = words {
            let _ = writeln!(out, "## {title}\n\n{}\n", md(&w.text));
        }
    };
    say("A win", d.win.as_ref());
    say("One ask to the group", d.ask.as_ref());
    say("Learnings", d.learnings.as_ref());
    let _ = writeln!(
        out,
        "Automated: {} of {} values. Template version {}. Data as of {}.",
        d.automated.k, d.automated.n, d.template, d.as_of
    );
    out
}

/// For a terminal of 80 to 120 columns; no colour, so that it can be piped.
pub fn terminal(d: &Document) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}, sprint {}, {}\n{}\n\n{}", d.team.name, d.sprint, d.dates, stage_words(d), wrapped(&d.lead, 78));
    for s in &d.sections {
        let _ = writeln!(out, "\n{}", s.title);
        let width = s.rows.iter().map(|r| name(r).chars().count()).max().unwrap_or(0).min(44);
        for r in &s.rows {
            let title: String = name(r).chars().take(44).collect();
            let pad = " ".repeat(width.saturating_sub(title.chars().count()));
            let (value, state, change) = (shown(r, r.now.as_ref()), state_word(r), change_words(r));
            let line = format!("  {title}{pad}  {value:>12}  {state:<9}  {change}");
            let _ = writeln!(out, "{}", line.trim_end());
            if r.change.judgement.is_some() || r.state == RowState::Stale || r.state == RowState::Unknown {
                let why = if r.change.judgement.is_some() { &r.change.reason } else { &r.reason };
                let _ = writeln!(out, "  {}{}", " ".repeat(width + 2), why);
            }
            if r.state == RowState::NotYet {
                let _ = writeln!(out, "  {}{}", " ".repeat(width + 2), r.reason);
            }
            for (words, by, until) in crate::exempt::notes(r) {
                let until = if until.is_empty() { until } else { format!(", {until}") };
                let _ = writeln!(out, "{}", wrapped(&format!("{words} ({by}{until})"), 78));
            }
        }
    }
    for b in d.sections.iter().flat_map(|s| &s.lists).filter(|b| !b.entries.is_empty()) {
        let _ = writeln!(out, "\n{}", b.title);
        for e in &b.entries {
            let _ = writeln!(out, "{}", wrapped(&entry_line(b, e), 78));
        }
    }
    if let Some(m) = &d.matrix {
        let said = if m.transactions.is_empty() { html::capital(&m.reason) } else { matrix::counts(m) };
        let _ = writeln!(out, "\n{}\n  {said}", m.title);
    }
    if !d.standards.is_empty() {
        let lines: Vec<String> = d.standards.iter().map(|s| wrapped(&standards::sentence(s), 78)).collect();
        let _ = writeln!(out, "\nStandards\n{}", lines.join("\n"));
    }
    if !d.happened.is_empty() {
        let lines: Vec<String> = d.happened.iter().map(|h| wrapped(&happened_line(h, str::to_owned), 78)).collect();
        let _ = writeln!(out, "\nWhat happened in the sprint\n{}", lines.join("\n"));
    }
    if let Some(w) = &d.work {
        let lines: Vec<String> = w.actions.iter().chain(&w.closed).map(|a| wrapped(&work::sentence(a), 78)).collect();
        let _ = writeln!(out, "\n{}\n{}", actions::view::caption(w.open, w.late), lines.join("\n"));
    }
    for (title, words) in [("A win", &d.win), ("One ask", &d.ask)] {
        if let Some(w) = words {
            let _ = writeln!(out, "\n{title}\n{}", wrapped(&w.text, 78));
        }
    }
    out
}

fn wrapped(text: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last().map_or(0, |l| l.chars().count());
        if last > 0 && last + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.iter().map(|l| format!("  {l}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_typed_is_no_markup() {
        assert_eq!(md("a|b *c* <script>\nd"), "a\\|b \\*c\\* \\<script\\> d");
    }

    #[test]
    fn lines_are_wrapped_at_words() {
        assert_eq!(wrapped("one two three", 7), "  one two\n  three");
    }
}

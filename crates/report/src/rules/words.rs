//! What a report says in words: the lead, a section's state, the days of a sprint.

use jiff::civil::Date;

use crate::document::{Figure, Row, RowState, Section};
use crate::lists::ListKind;

/// The lead: at most three sentences, from the strongest signals and what is not known.
pub fn lead(sections: &[Section]) -> String {
    let rows: Vec<&Row> = sections.iter().flat_map(|s| &s.rows).collect();
    if rows.is_empty() {
        return "The group has not agreed a template yet, so there is nothing to report.".into();
    }
    if rows.iter().all(|r| !r.state.counts()) {
        return "Nothing of the template is asked for in this sprint.".into();
    }
    if rows.iter().filter(|r| r.state.counts()).all(|r| r.now.is_none()) {
        return "No value has come in yet for this sprint.".into();
    }
    let judged = |word: &str| {
        let mut out: Vec<&&Row> = rows.iter().filter(|r| r.change.judgement.as_deref() == Some(word)).collect();
        out.sort_by(|a, b| b.change.strength.total_cmp(&a.change.strength));
        out
    };
    let (worse, better) = (judged("worse"), judged("better"));
    let mut sentences = Vec::new();
    let say = |row: &Row| {
        let show = |f: &Figure| html::with_unit(f.number, row.decimals, &row.unit);
        match (&row.now, &row.before) {
            (Some(now), Some(before)) => format!("{} is {}, was {}", row.title, show(now), show(before)),
            (Some(now), None) => format!("{} is {}", row.title, show(now)),
            _ => row.title.clone(),
        }
    };
    match worse.as_slice() {
        [] => {}
        [one] => sentences.push(format!("One measure got worse: {}.", say(one))),
        [first, rest @ ..] => sentences.push(format!(
            "{} measures got worse; most of all: {}.",
            html::capital(&html::count_word(rest.len() + 1)),
            say(first)
        )),
    }
    match better.as_slice() {
        [] => {}
        [one] => sentences.push(format!("One got better: {}.", say(one))),
        [first, rest @ ..] => {
            sentences.push(format!(
                "{} got better; most of all: {}.",
                html::capital(&html::count_word(rest.len() + 1)),
                say(first)
            ));
        }
    }
    let missing = rows.iter().filter(|r| matches!(r.state, RowState::Unknown | RowState::Stale)).count();
    let missed = rows.iter().filter(|r| r.state == RowState::Attention && r.change.judgement.as_deref() != Some("worse")).count();
    let rest = match (missed, missing) {
        (0, 0) if sentences.is_empty() && rows.iter().filter(|r| r.state.counts()).all(|r| r.limits.is_none()) => {
            "These are first values; what is usual shows from the fifth on.".to_owned()
        }
        (0, 0) if sentences.is_empty() => "Everything moved within its usual range.".to_owned(),
        (0, 0) => "Everything else moved within its usual range.".to_owned(),
        (m, 0) => format!("{} below target without a new signal.", stays(m)),
        (0, u) => format!("{} unknown or stale.", stays(u)),
        (m, u) => format!("{} below target without a new signal, {} unknown or stale.", stays(m), html::count_word(u)),
    };
    sentences.push(rest);
    sentences.join(" ")
}

fn stays(n: usize) -> String {
    let word = html::capital(&html::count_word(n));
    if n == 1 { format!("{word} stays") } else { format!("{word} stay") }
}

/// "4 to 17 November 2026", "28 October to 10 November 2026".
pub fn dates(first: Date, end: Date) -> String {
    let last = end.yesterday().unwrap_or(end);
    let full = |d: Date| d.strftime("%-d %B %Y").to_string();
    if first.year() != last.year() {
        format!("{} to {}", full(first), full(last))
    } else if first.month() != last.month() {
        format!("{} to {}", first.strftime("%-d %B"), full(last))
    } else {
        format!("{} to {}", first.day(), full(last))
    }
}

/// The five words for a section's state: "Three pass, one is stale."
pub fn section_words(section: &Section) -> (String, bool) {
    let count = |s: RowState| section.rows.iter().filter(|r| r.state == s).count();
    let n = section.rows.len();
    let pass = count(RowState::Pass);
    if n == 0 {
        let words = if section.lists.is_empty() { "No row of values." } else { "" };
        return (words.into(), false);
    }
    if pass == n {
        let words = match n {
            1 => "One of one passes.".to_owned(),
            2 => "Both pass.".to_owned(),
            n => format!("All {} pass.", html::count_word(n)),
        };
        // Events have to be read, so a section with any is never folded.
        let quiet = section.lists.iter().all(|l| l.state == RowState::Pass && (l.kind != ListKind::Events || l.entries.is_empty()));
        return (words, quiet && section.rows.iter().all(|r| r.note.is_none()));
    }
    let part = |n: usize, one: &str, many: &str| match n {
        0 => None,
        1 => Some(format!("one {one}")),
        n => Some(format!("{} {many}", html::count_word(n))),
    };
    let parts: Vec<String> = [
        part(count(RowState::Attention), "needs attention", "need attention"),
        part(pass, "passes", "pass"),
        part(count(RowState::Stale), "is stale", "are stale"),
        part(count(RowState::Unknown), "is unknown", "are unknown"),
        part(count(RowState::Exempt), "is exempt", "are exempt"),
        part(count(RowState::NotApplicable), "does not apply", "do not apply"),
        part(count(RowState::NotYet), "begins later", "begin later"),
    ]
    .into_iter()
    .flatten()
    .collect();
    (format!("{}.", html::capital(&parts.join(", "))), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_name_month_and_year_once() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(dates(day("2026-11-04"), day("2026-11-18")), "4 to 17 November 2026");
        assert_eq!(dates(day("2026-10-28"), day("2026-11-11")), "28 October to 10 November 2026");
        assert_eq!(dates(day("2026-12-23"), day("2027-01-06")), "23 December 2026 to 5 January 2027");
    }

    #[test]
    fn a_report_without_rows_or_values_says_so() {
        assert!(lead(&[]).starts_with("The group has not agreed a template"));
        let empty = Section { pillar: "cost".into(), title: "Cost".into(), rows: Vec::new(), lists: Vec::new() };
        assert_eq!(section_words(&empty), ("No row of values.".to_owned(), false));
    }
}

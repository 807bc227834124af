//! The CSV that Azure's Well-Architected review exports: scores, recommendations, and every choice with what was selected. Rows are
//! ragged and their number before each section differs, so it is read by section. Pure.

mod review;

use serde::Serialize;

use super::Refused;

/// Columns of the section of answers.
const ANSWERS: [&str; 5] = ["Category", "Question", "Answers", "Selected Answer", "Note"];

/// A score: of a pillar, or over all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Score {
    /// "Your overall results", or the pillar.
    pub name: String,
    /// As the file words it, such as "Critical".
    pub level: String,
    /// Points.
    pub points: u64,
    /// Points at most.
    pub most: u64,
}

/// A recommendation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recommendation {
    /// The pillar.
    pub category: String,
    /// What is recommended.
    pub text: String,
    /// `High`, `Medium`, `Low`.
    pub priority: String,
    /// Such as `RE:04`; a nought that was typed for an O is one again.
    pub code: String,
    /// 0 to 100.
    pub weight: u64,
    /// It is done.
    pub complete: bool,
}

/// One choice of one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The pillar.
    pub category: String,
    /// The question.
    pub question: String,
    /// The choice.
    pub answer: String,
    /// It is selected.
    pub selected: bool,
    /// A note.
    pub note: String,
    /// Cells of the row in the file.
    width: usize,
}

/// An export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Its first line.
    pub title: String,
    /// Overall first.
    pub scores: Vec<Score>,
    /// Links for next steps.
    pub links: usize,
    /// Recommendations.
    pub recommendations: Vec<Recommendation>,
    /// Choices, in the order of the file.
    pub rows: Vec<Row>,
    /// Line breaks in the file.
    pub lines: usize,
    /// Rows up to the head of the answers, to be given back.
    head: Vec<Vec<String>>,
    /// The byte order mark and the kind of line break, to be given back.
    mark: bool,
    crlf: bool,
    ends: bool,
}

/// `0E:05` with a nought stands in published exports for `OE:05`.
fn code(text: &str) -> String {
    text.strip_prefix("0E:").map_or_else(|| text.to_owned(), |rest| format!("OE:{rest}"))
}

/// "'0/120'".
fn points(text: &str) -> Option<(u64, u64)> {
    let (a, b) = text.trim().trim_matches('\'').split_once('/')?;
    Some((a.trim().parse().ok()?, b.trim().parse().ok()?))
}

fn is_rule(cells: &[String]) -> bool {
    cells[0].len() > 2 && cells[0].bytes().all(|b| b == b'-')
}

fn begins(cells: &[String], with: &[&str]) -> bool {
    cells.len() >= with.len() && with.iter().zip(cells).all(|(w, c)| c.trim() == *w)
}

/// Lines of a text by byte, in one pass.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line, from 1, on which a record begins. The reader takes the second character of a line break for the beginning of the
    /// record after it.
    fn of(&mut self, position: Option<&csv::Position>) -> u64 {
        let byte = position.map_or(self.at, |p| usize::try_from(p.byte()).unwrap_or(self.at)).min(self.text.len());
        while self.at < byte || (self.at == byte && self.text.get(byte) == Some(&b'\n')) {
            self.line += u64::from(self.text[self.at] == b'\n');
            self.at += 1;
        }
        self.line
    }
}

#[derive(PartialEq)]
enum Section {
    Top,
    Recommendations,
    Between,
    Answers,
}

/// Reads an export.
///
/// # Errors
/// Every place that cannot be read; then nothing of the file is taken.
pub fn read(name: &str, text: &str) -> Result<Export, Vec<Refused>> {
    let refuse = |line: u64, why: String| Refused { r#where: format!("{name}, line {line}"), why };
    let bare = text.strip_prefix('\u{feff}');
    let plain = bare.unwrap_or(text);
    let mut out = Export {
        title: String::new(),
        scores: Vec::new(),
        links: 0,
        recommendations: Vec::new(),
        rows: Vec::new(),
        lines: plain.matches('\n').count(),
        head: Vec::new(),
        mark: bare.is_some(),
        crlf: plain.contains("\r\n"),
        ends: plain.ends_with('\n'),
    };
    let mut faults = Vec::new();
    let mut section = Section::Top;
    let mut lines = Lines { text: plain.as_bytes(), at: 0, line: 1 };
    let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(plain.as_bytes());
    for record in reader.into_records() {
        let record = match record {
            Ok(r) => r,
            Err(e) => {
                let line = lines.of(e.position());
                faults.push(refuse(line, format!("This is no row of CSV: {e}.")));
                break;
            }
        };
        let line = lines.of(record.position());
        let mut cells: Vec<String> = record.iter().map(str::to_owned).collect();
        if cells.is_empty() {
            cells.push(String::new());
        }
        let blank = cells.iter().all(|c| c.trim().is_empty());
        let cell = |i: usize| cells.get(i).map_or("", |c| c.trim());
        if begins(&cells, &ANSWERS[..4]) {
            section = Section::Answers;
            out.head.push(cells);
            continue;
        }
        if begins(&cells, &["Category", "Link-Text"]) {
            section = Section::Recommendations;
        } else if is_rule(&cells) {
            section = Section::Between;
        } else if !blank {
            match section {
                Section::Top if out.title.is_empty() => out.title = cell(0).to_owned(),
                Section::Top => match points(cell(2)) {
                    Some((points, most)) => {
                        out.scores.push(Score { name: cell(0).to_owned(), level: cell(1).to_owned(), points, most });
                    }
                    None => out.links += usize::from(cell(1).starts_with("http")),
                },
                Section::Recommendations => {
                    let weight = cell(6).parse();
                    if weight.is_err() && !cell(6).is_empty() {
                        faults.push(refuse(line, format!("“{}” is no weight; a weight is a number from 0 to 100.", cell(6))));
                    }
                    out.recommendations.push(Recommendation {
                        category: cell(0).to_owned(),
                        text: code(cell(1)),
                        priority: cell(3).to_owned(),
                        code: code(cell(4)),
                        weight: weight.unwrap_or(0),
                        complete: cell(8).eq_ignore_ascii_case("y"),
                    });
                }
                Section::Answers => {
                    if cell(0).is_empty() || cell(1).is_empty() || cell(2).is_empty() {
                        faults.push(refuse(line, "A row of answers has a category, a question and an answer.".into()));
                    }
                    // As they came, blanks at their ends too, so that they can be given back.
                    let raw = |i: usize| cells.get(i).cloned().unwrap_or_default();
                    out.rows.push(Row {
                        category: raw(0),
                        question: raw(1),
                        answer: raw(2),
                        selected: !cell(3).is_empty(),
                        note: raw(4),
                        width: cells.len(),
                    });
                }
                Section::Between => {}
            }
        }
        if section != Section::Answers {
            if section == Section::Recommendations {
                for i in [1, 4] {
                    if let Some(c) = cells.get_mut(i) {
                        *c = code(c);
                    }
                }
            }
            out.head.push(cells);
        }
    }
    if faults.is_empty() && out.rows.is_empty() {
        let why = format!("There is no section of answers: no row “{}” with rows below it.", ANSWERS.join(", "));
        faults.push(refuse(1, why));
    }
    if faults.is_empty() { Ok(out) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const SMALL: &str = "\"Review - Nov 17, 2023 - 2:38 AM\",,\r\n,,\r\nYour overall results,Critical,'5/120'\r\nReliability,Critical,'1/20'\r\n,,\r\nLearn,https://x/y,\r\nCategory,Link-Text,Link,Priority,ReportingCategory,ReportingSubcategory,Weight,Context,CompleteY/N,Note\r\nOps,0E:05 - Do it.,https://x,High,0E:05,,80,,Y,\r\n-----------,,\r\n,,\r\nCategory,Question,Answers,Selected Answer,Note\r\nReliability,How?,\"One, two\",\"One, two\",why\r\nReliability,How?,Three,,\r\nReliability,How?,None of the above.,,\r\nSecurity,Who?,Us,,,\r\nSecurity,Who?,None of the above.,None of the above.,,\r\n";

    #[test]
    fn an_export_is_read_by_section() {
        let e = read("f.csv", SMALL).unwrap();
        assert_eq!((e.name().as_str(), e.scores.len(), e.links, e.recommendations.len(), e.rows.len()), ("Review", 2, 1, 1, 5));
        assert_eq!((e.recommendations[0].code.as_str(), e.recommendations[0].complete), ("OE:05", true));
        assert_eq!((e.scores[0].points, e.scores[0].most), (5, 120));
        let answers = e.answers();
        assert_eq!((answers[0].1.choices.len(), answers[0].1.note.as_str(), answers[1].1.none), (1, "why", true));
        let lens = e.lens().unwrap();
        let read = crate::published::read(&crate::NewLens {
            files: vec![crate::published::LensFile { name: "l.json".into(), text: lens }],
            slug: None,
        })
        .unwrap();
        let counts = read.file.lens.counts();
        assert_eq!((counts.pillars, counts.questions, counts.choices), (2, 2, 5));
        for (question, said) in &answers {
            said.check(read.file.lens.question(question).unwrap()).unwrap();
        }
    }

    #[test]
    fn an_export_is_given_back_as_it_came_but_for_the_code() {
        let all = |e: &Export| e.answers().into_iter().collect::<BTreeMap<_, _>>();
        for text in [SMALL.to_owned(), SMALL.replace("\r\n", "\n"), format!("\u{feff}{SMALL}"), SMALL.trim_end().to_owned()] {
            let e = read("f.csv", &text).unwrap();
            assert_eq!(e.with(&all(&e)).unwrap(), text.replace("0E:05", "OE:05"));
        }
        let e = read("f.csv", SMALL).unwrap();
        let mut other = all(&e);
        let first = other.values_mut().find(|s| !s.choices.is_empty()).unwrap();
        (first.choices, first.none, first.note) = (Vec::new(), true, "=1+1".into());
        let written = e.with(&other).unwrap();
        assert!(
            written.contains("Reliability,How?,\"One, two\",,'=1+1\r\n")
                && written.contains("None of the above.,None of the above.,"),
            "{written}"
        );
    }

    #[test]
    fn what_is_no_export_is_refused_with_its_line() {
        let why = |text: &str| read("f.csv", text).unwrap_err();
        assert!(why("a,b\n1,2\n")[0].why.contains("no section of answers"));
        let bad = SMALL.replace("Security,Who?,Us,,,", "Security,,Us,,,");
        assert_eq!(why(&bad)[0].r#where, "f.csv, line 15");
        let bad = SMALL.replace(",80,", ",many,");
        assert!(why(&bad)[0].why.contains("“many” is no weight"));
    }
}

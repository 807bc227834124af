//! Walks through the cells of a table that is laid out.

use std::collections::HashMap;

use super::names::{folded, without_unit};
use super::plan::{Outcome, Plan};
use super::settle::Place;
use super::shape::{Heading, KnownMetric, Layout, Meaning, Reader, Shaped};
use super::{Grid, Spot, periods};

/// Most different names in a column of metrics.
const MOST_NAMES: usize = 1_000;

/// A table with what is known about it.
pub(super) struct Table<'a> {
    pub(super) grid: &'a Grid,
    table: Option<usize>,
    pub(super) reader: &'a Reader<'a>,
    shaped: Shaped,
    /// Names of metrics in rows, each looked up once.
    names: HashMap<String, Option<Meaning>>,
}

impl<'a> Table<'a> {
    pub(super) fn new(grid: &'a Grid, table: Option<usize>, reader: &'a Reader<'a>, shaped: Shaped) -> Self {
        Self { grid, table, reader, shaped, names: HashMap::new() }
    }

    pub(super) fn spot(&self, row: usize, column: usize) -> Spot {
        Spot { table: self.table, row, column }
    }

    pub(super) fn cell(&self, row: usize, column: usize) -> &str {
        self.grid.rows[row].get(column).map_or("", String::as_str)
    }

    fn metric(&self, key: &str) -> Option<&KnownMetric> {
        self.reader.by_key(key)
    }

    fn columns(&self, meaning: &Meaning) -> Vec<usize> {
        let same = |(i, h): (usize, &Heading)| (h.meaning == *meaning).then_some(i);
        self.shaped.headings.iter().enumerate().filter_map(same).collect()
    }

    pub(super) fn read(mut self, out: &mut Plan) {
        self.twice();
        match self.shaped.layout {
            Layout::Across => self.across(out),
            Layout::Down(column) => self.down(column, out),
            Layout::Long => self.long(out),
            Layout::Pairs => self.pairs(out),
        }
        self.headings(out);
    }

    /// Two headings of one metric: which of them counts is not ours to say.
    fn twice(&mut self) {
        if self.shaped.layout == Layout::Long {
            return;
        }
        let mut first: HashMap<String, String> = HashMap::new();
        for h in &mut self.shaped.headings {
            let Meaning::Metric { key, .. } = &h.meaning else { continue };
            match first.get(key) {
                None => {
                    first.insert(key.clone(), h.id.clone());
                }
                Some(with) => h.meaning = Meaning::Twice { key: key.clone(), with: with.clone() },
            }
        }
    }

    fn headings(self, out: &mut Plan) {
        let prefix = self.table.map_or(String::new(), |t| format!("table {}, ", t + 1));
        for h in self.shaped.headings {
            let place = format!("{prefix}{}", words_of_id(&h.id));
            match &h.meaning {
                Meaning::Metric { key, sure: false } => {
                    out.doubt(place, format!("“{}” is taken as {key}, by similar words.", short(&h.text)));
                }
                Meaning::Unknown if !h.text.is_empty() => {
                    out.doubt(place, format!("“{}” names nothing that is known and is left out.", short(&h.text)));
                }
                _ => {}
            }
            if !h.text.is_empty() {
                out.headings.push(h);
            }
        }
    }

    fn across(&self, out: &mut Plan) {
        let periods = self.period_columns();
        let (subjects, notes) = (self.columns(&Meaning::Subject), self.columns(&Meaning::Note));
        let from = self.shaped.head.map_or(0, |r| r + 1);
        for row in from..self.grid.rows.len() {
            let named: Vec<&str> = periods.iter().map(|c| self.cell(row, *c)).filter(|t| !t.is_empty()).collect();
            let subject = subjects.iter().map(|c| self.cell(row, *c)).find(|t| !t.is_empty());
            let mut note = notes.iter().map(|c| self.cell(row, *c)).find(|t| !t.is_empty()).map(str::to_owned);
            for (column, h) in self.shaped.headings.iter().enumerate() {
                let text = self.cell(row, column);
                let key = match &h.meaning {
                    Meaning::Metric { key, .. } => key,
                    Meaning::Several { keys } if !text.is_empty() => {
                        self.push(out, row, column, "", Outcome::Asked(several(&h.text, keys)));
                        continue;
                    }
                    Meaning::Twice { key, with } if !text.is_empty() => {
                        let why = format!(
                            "“{}” means {key}, as {} does. Say what one of them is, or leave it out.",
                            short(&h.text),
                            words_of_id(with)
                        );
                        self.push(out, row, column, key, Outcome::Asked(why));
                        continue;
                    }
                    _ => continue,
                };
                let Some(metric) = self.metric(key) else { continue };
                let period = named.iter().find(|t| self.reader.period(metric, t).is_ok()).or(named.first()).copied();
                if periods.is_empty() || !named.is_empty() || text.is_empty() {
                    let unit = without_unit(&h.text).1;
                    self.value(out, (row, column), text, Place { metric, subject, period, unit, note: note.clone() });
                    if !text.is_empty() {
                        note = None;
                    }
                } else {
                    let why = "The row names no period. Write its sprint, month, week or date.".to_owned();
                    self.push(out, row, column, key, Outcome::Refused(why));
                }
            }
        }
    }

    /// Columns that say when: by heading, or, if none says so, the first whose cells are periods.
    fn period_columns(&self) -> Vec<usize> {
        let by_word = self.columns(&Meaning::Period);
        if !by_word.is_empty() {
            return by_word;
        }
        let from = self.shaped.head.map_or(0, |r| r + 1);
        let all = |c: usize| {
            let cells = || (from..self.grid.rows.len()).map(|r| self.cell(r, c)).filter(|t| !t.is_empty());
            let (mut n, mut periods) = (0_usize, 0_usize);
            for text in cells().take(500) {
                n += 1;
                periods += usize::from(periods::read(text, self.reader.choices.first, self.reader.known.today).is_some());
            }
            n > 0 && periods * 2 > n
        };
        let free = |h: &Heading| matches!(h.meaning, Meaning::Unknown);
        let found = self.shaped.headings.iter().enumerate().find(|(c, h)| free(h) && all(*c)).map(|(c, _)| c);
        found.into_iter().collect()
    }

    fn down(&self, column: usize, out: &mut Plan) {
        let head = self.shaped.head.unwrap_or(0);
        let width = self.grid.rows[head].len();
        let titled = |words: &[&str]| (0..width).find(|c| *c != column && words.contains(&folded(self.cell(head, *c)).as_str()));
        let (subjects, notes) =
            (titled(&["workload", "service", "team", "subject", "application"]), titled(&["notes", "note", "comment", "comments"]));
        let is_period = |c: usize| periods::read(self.cell(head, c), self.reader.choices.first, self.reader.known.today).is_some();
        let slots: Vec<usize> = (0..width).filter(|c| *c != column && is_period(*c)).collect();
        for row in head + 1..self.grid.rows.len() {
            let h = &self.shaped.headings[row];
            let (key, problem) = match &h.meaning {
                Meaning::Metric { key, .. } => (key.as_str(), None),
                Meaning::Several { keys } => ("", Some(several(&h.text, keys))),
                Meaning::Twice { key, .. } if subjects.is_some() => (key.as_str(), None),
                Meaning::Twice { key, with } => {
                    let why = format!(
                        "“{}” means {key}, as {} does. Say what one of them is, or leave it out.",
                        short(&h.text),
                        words_of_id(with)
                    );
                    (key.as_str(), Some(why))
                }
                _ => continue,
            };
            let mut note = notes.map(|c| self.cell(row, c).to_owned()).filter(|t| !t.is_empty());
            for c in &slots {
                let text = self.cell(row, *c);
                if let Some(why) = problem.clone().filter(|_| !text.is_empty()) {
                    self.push(out, row, *c, key, Outcome::Asked(why));
                    continue;
                }
                let Some(metric) = self.metric(key) else { continue };
                let subject = subjects.map(|s| self.cell(row, s)).filter(|t| !t.is_empty());
                let place =
                    Place { metric, subject, period: Some(self.cell(head, *c)), unit: without_unit(&h.text).1, note: note.clone() };
                self.value(out, (row, *c), text, place);
                if !text.is_empty() {
                    note = None;
                }
            }
        }
    }

    fn long(&mut self, out: &mut Plan) {
        let one = |m: &Meaning| self.columns(m).first().copied();
        let (Some(names), number) = (one(&Meaning::Names), one(&Meaning::Number)) else { return };
        let pair = one(&Meaning::Numerator).zip(one(&Meaning::Denominator));
        let (period, subject) = (one(&Meaning::Period), one(&Meaning::Subject));
        let (unit, note) = (one(&Meaning::Unit), one(&Meaning::Note));
        let from = self.shaped.head.map_or(0, |r| r + 1);
        for row in from..self.grid.rows.len() {
            let name = self.cell(row, names).to_owned();
            let at = number.or(pair.map(|p| p.0)).unwrap_or(names);
            let text = self.cell(row, at).to_owned();
            let counted = pair.map(|(k, n)| (self.cell(row, k).to_owned(), self.cell(row, n).to_owned()));
            let counted = counted.filter(|(k, n)| !k.is_empty() && !n.is_empty());
            if name.is_empty() && text.is_empty() && counted.is_none() {
                continue;
            }
            if !self.names.contains_key(&name) {
                if self.names.len() >= MOST_NAMES {
                    let why = format!("The table names more than {MOST_NAMES} different metrics. Paste it in parts.");
                    self.push(out, row, names, "", Outcome::Refused(why));
                    continue;
                }
                let found = self.reader.named(&name);
                self.unclear(&name, found.as_ref(), out);
                self.names.insert(name.clone(), found);
            }
            let key = match &self.names[&name] {
                Some(Meaning::Metric { key, .. }) => key.clone(),
                Some(Meaning::Several { keys }) => {
                    let why = several(&name, keys);
                    self.push(out, row, at, "", Outcome::Asked(why));
                    continue;
                }
                Some(_) => continue,
                None => {
                    self.push(out, row, names, "", Outcome::Refused(format!("There is no metric like “{}”.", short(&name))));
                    continue;
                }
            };
            let Some(metric) = self.metric(&key) else { continue };
            let filled = |c: Option<usize>| c.map(|c| self.cell(row, c)).filter(|t| !t.is_empty());
            if period.is_some() && filled(period).is_none() {
                let why = "The row names no period. Write its sprint, month, week or date.".to_owned();
                self.push(out, row, at, &key, Outcome::Refused(why));
                continue;
            }
            let place = Place {
                metric,
                subject: filled(subject),
                period: filled(period),
                unit: filled(unit),
                note: filled(note).map(|n| unguarded(n).to_owned()),
            };
            match counted {
                Some((k, n)) => self.value(out, (row, at), &format!("{k} of {n}"), place),
                None => self.value(out, (row, at), &text, place),
            }
        }
    }

    /// A name that needs a word from a person stands among the headings.
    fn unclear(&self, name: &str, found: Option<&Meaning>, out: &mut Plan) {
        let meaning = match found {
            Some(Meaning::Metric { sure: true, .. }) => return,
            Some(m) => m.clone(),
            None => Meaning::Unknown,
        };
        if out.headings.len() < 200 && !name.is_empty() {
            if let Meaning::Metric { key, .. } = &meaning {
                out.doubt("the table".into(), format!("“{}” is taken as {key}, by similar words.", short(name)));
            }
            out.headings.push(Heading { id: name.to_owned(), text: name.to_owned(), meaning });
        }
    }

    fn pairs(&self, out: &mut Plan) {
        for (row, h) in self.shaped.headings.iter().enumerate() {
            match &h.meaning {
                Meaning::Metric { key, .. } => {
                    let Some(metric) = self.metric(key) else { continue };
                    let place = Place { metric, subject: None, period: None, unit: None, note: None };
                    self.value(out, (row, 1), self.cell(row, 1), place);
                }
                Meaning::Several { keys } => self.push(out, row, 1, "", Outcome::Asked(several(&h.text, keys))),
                Meaning::Twice { key, with } => {
                    let why = format!("“{}” means {key}, as {} does.", short(&h.text), words_of_id(with));
                    self.push(out, row, 1, key, Outcome::Asked(why));
                }
                _ => {}
            }
        }
    }
}
pub(super) fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

fn several(text: &str, keys: &[String]) -> String {
    let shown: Vec<&str> = keys.iter().take(6).map(String::as_str).collect();
    format!("“{}” may mean {}. Say which.", short(text), shown.join(" or "))
}

/// `t2c3` as "column 3".
fn words_of_id(id: &str) -> String {
    let tail = id.trim_start_matches('t').trim_start_matches(|c: char| c.is_ascii_digit());
    match tail.split_at_checked(1) {
        Some(("c", n)) => format!("column {n}"),
        Some(("r", n)) => format!("row {n}"),
        _ => short(id),
    }
}

/// A text of our own export: the apostrophe that keeps spreadsheets from running it is no part of it.
fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => text,
    }
}

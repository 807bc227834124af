//! Settles one cell: whose value it is, of which period, and whether its number and unit fit.

use super::names::folded;
use super::number::{self, Read};
use super::plan::{Cell, Outcome, Plan};
use super::shape::{KnownMetric, Why};
use super::walk::{Table, short};
use crate::definition::{PeriodKind, SubjectKind, kind_of};

/// What a value needs beside its cell.
pub(super) struct Place<'a> {
    pub(super) metric: &'a KnownMetric,
    pub(super) subject: Option<&'a str>,
    pub(super) period: Option<&'a str>,
    /// Unit of the heading or of a column.
    pub(super) unit: Option<&'a str>,
    pub(super) note: Option<String>,
}

impl Table<'_> {
    pub(super) fn push(&self, out: &mut Plan, row: usize, column: usize, metric: &str, outcome: Outcome) {
        out.cells.push(Cell {
            spot: self.spot(row, column),
            metric: metric.to_owned(),
            subject: None,
            period: String::new(),
            text: self.cell(row, column).to_owned(),
            note: None,
            outcome,
        });
    }

    fn subject(&self, metric: &KnownMetric, text: Option<&str>) -> Result<(SubjectKind, String), String> {
        let of_kind: Vec<_> = self.reader.known.subjects.iter().filter(|s| s.kind == metric.subject).collect();
        let noun = kind_of(metric.subject).key();
        match (text, of_kind.as_slice()) {
            (Some(text), _) => {
                let name = folded(text);
                let found = of_kind.iter().find(|s| s.slug == text || folded(&s.name) == name || s.name == text);
                found.map(|s| (s.kind, s.slug.clone())).ok_or_else(|| {
                    format!("{} is measured for a {noun}, and this team has no {noun} “{}”.", metric.title, short(text))
                })
            }
            (None, [one]) => Ok((one.kind, one.slug.clone())),
            (None, []) => Err(format!("{} is measured for a {noun}, and this team has none.", metric.title)),
            (None, _) => Err(format!("{} is measured for a {noun}. Add a column “{noun}” that names it.", metric.title)),
        }
    }

    pub(super) fn value(&self, out: &mut Plan, at: (usize, usize), text: &str, place: Place<'_>) {
        let metric = place.metric;
        let read = match number::read(text, self.reader.choices.decimal) {
            Read::Empty => {
                out.empty += 1;
                return;
            }
            other => other,
        };
        let mut cell = Cell {
            spot: self.spot(at.0, at.1),
            metric: metric.key.clone(),
            subject: None,
            period: String::new(),
            text: text.to_owned(),
            note: place.note,
            outcome: Outcome::Refused(String::new()),
        };
        let checked = self.subject(metric, place.subject).map_err(Why::Refused).and_then(|subject| {
            cell.subject = Some(subject);
            let text = match (place.period, self.reader.known.sprint) {
                (Some(text), _) => text.to_owned(),
                (None, Some(n)) if metric.period == PeriodKind::Sprint => n.to_string(),
                (None, _) => {
                    let noun = metric.period.noun();
                    return Err(Why::Refused(format!("The table has no column that says which {noun}. Add one.")));
                }
            };
            let (label, doubt) = self.reader.period(metric, &text)?;
            if let Some(doubt) = doubt {
                out.doubt(cell.spot.to_string(), doubt);
            }
            cell.period = label;
            Ok(())
        });
        cell.outcome = match checked {
            Ok(()) => settled(read, metric, place.unit, out),
            Err(Why::Refused(why)) => Outcome::Refused(why),
            Err(Why::Asked(why)) => {
                out.asks_first = true;
                Outcome::Asked(why)
            }
        };
        out.cells.push(cell);
    }
}

/// A number with its unit, against the metric's.
fn settled(read: Read, metric: &KnownMetric, heading: Option<&str>, out: &mut Plan) -> Outcome {
    let fits = |unit: &str| super::units::fits(unit, heading, &metric.unit, &metric.title);
    match read {
        Read::Number(n, unit) => match fits(&unit) {
            Ok(()) => Outcome::Number(n),
            Err(why) => Outcome::Refused(why),
        },
        Read::Pair(k, n) if metric.ratio => Outcome::Pair(k, n),
        Read::Pair(..) => Outcome::Refused(format!("{} takes one number, not so many of so many.", metric.title)),
        Read::Either(point, comma, unit) => match fits(&unit) {
            Ok(()) => {
                out.asks_decimal = true;
                Outcome::Asked(format!("It may be {point} or {comma}. Say what stands before decimals."))
            }
            Err(why) => Outcome::Refused(why),
        },
        Read::Refused(why) => Outcome::Refused(why),
        Read::Empty => Outcome::Refused(String::new()),
    }
}

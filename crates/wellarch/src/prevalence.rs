//! What all reviews say together: how many of those that answered have a practice, and how many stand at a risk. Pure.

mod published;
mod share;
mod tally;

pub use published::{ALL as PUBLISHED, Published, REVIEWS, SOURCE, UNTIL, published};
pub use share::{INTERVAL, LEAST, Share, percent};
pub use tally::{Mark, Tallied, tally};

use kernel::error::{Error, Result};
use kernel::text::guarded;
use kernel::time::Time;
use serde::Serialize;
use utoipa::ToSchema;

use crate::document::LensNamed;

/// Of which reviews.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PrevalenceFilter {
    /// The lens in addresses.
    pub lens: String,
    /// Digest of a version; reviews against all versions if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The group in addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Tier of the workload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Lifecycle of the workload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<String>,
    /// `2026-Q3`, `2026-10` or `2026-10-31`: reviews as they stood at its end. Now if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
}

/// A choice over all reviews.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ChoiceShare {
    /// Id.
    pub id: String,
    /// The practice.
    pub title: String,
    /// "None of these".
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub none: bool,
    /// Reviews that have it, of those that answered the question and to which it applies.
    pub in_place: Share,
}

/// A question over all reviews.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct QuestionShare {
    /// Id.
    pub id: String,
    /// The question.
    pub title: String,
    /// At a high risk.
    pub high: Share,
    /// At a medium risk.
    pub medium: Share,
    /// Without a risk.
    pub none: Share,
    /// In the order of the lens.
    pub choices: Vec<ChoiceShare>,
}

/// A pillar over all reviews.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PillarShare {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Reviews with a high risk in it, of those that answered one of its questions.
    pub high: Share,
    /// Reviews with any risk in it.
    pub risk: Share,
    /// In the order of the lens.
    pub questions: Vec<QuestionShare>,
}

/// A published figure beside ours.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FigureShare {
    /// What others found.
    pub theirs: Published,
    /// How many reviews they had.
    pub reviews: usize,
    /// Until when.
    pub until: &'static str,
    /// Who published it.
    pub source: &'static str,
    /// Id of the question that we ask.
    pub question: String,
    /// Ids of the choices that have to be in place.
    pub choices: Vec<String>,
    /// Titles of these choices.
    pub titles: Vec<String>,
    /// Ours, counted in their sense: reviews that lack it where they counted those, else reviews that have all of these choices.
    pub here: Share,
}

/// A version of the lens, and how many reviews are held against it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct VersionCount {
    /// SHA-256 of its file.
    pub digest: String,
    /// As its owner counts.
    pub version: String,
    /// Reviews against it.
    pub reviews: usize,
}

/// What all reviews against a lens say together.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ReviewPrevalence)]
pub struct Prevalence {
    /// Of which reviews.
    pub filter: PrevalenceFilter,
    /// The version whose questions are shown: choices of others meet it by their ids.
    pub lens: LensNamed,
    /// Reviews were looked at as they stood then.
    pub as_of: Time,
    /// Reviews with an answer.
    pub reviews: usize,
    /// Method and level of every interval.
    pub interval: &'static str,
    /// Versions that reviews are held against.
    pub versions: Vec<VersionCount>,
    /// Published figures whose choices the lens names.
    pub figures: Vec<FigureShare>,
    /// In the order of the lens.
    pub pillars: Vec<PillarShare>,
}

/// A practice that many do not have.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Missing {
    /// The lens in addresses.
    pub lens: String,
    /// Name of the pillar.
    pub pillar: String,
    /// Id of the question.
    pub question: String,
    /// Id of the choice.
    pub choice: String,
    /// The practice.
    pub title: String,
    /// Reviews that do not have it.
    pub missing: Share,
    /// More than half of the reviews stand at a high risk in its question.
    pub mostly_high: bool,
}

impl Missing {
    fn often(&self) -> f64 {
        self.missing.share.unwrap_or(0.0)
    }
}

impl Prevalence {
    /// Every practice that some lack, in the order of the lens.
    fn lacking(&self) -> Vec<Missing> {
        let mut out = Vec::new();
        for p in &self.pillars {
            for q in &p.questions {
                let practices = q.choices.iter().filter(|c| !c.none).map(|c| (c, c.in_place.rest()));
                for (c, missing) in practices.filter(|(_, m)| m.counts().is_some_and(|(k, _)| k > 0)) {
                    out.push(Missing {
                        lens: self.lens.slug.clone(),
                        pillar: p.name.clone(),
                        question: q.id.clone(),
                        choice: c.id.clone(),
                        title: c.title.clone(),
                        missing,
                        mostly_high: q.high.share.unwrap_or(0.0) > 0.5,
                    });
                }
            }
        }
        out
    }

    /// The practices that most reviews lack, one of each question, most often missing first. Of equal ones the order of the lens.
    #[must_use]
    pub fn missing(&self) -> Vec<Missing> {
        let mut out = self.lacking();
        // The sort is stable, so that equal ones keep the order of the lens.
        out.sort_by(|a, b| b.often().total_cmp(&a.often()));
        let mut asked: Vec<String> = Vec::new();
        out.retain(|m| {
            let first = !asked.contains(&m.question);
            asked.push(m.question.clone());
            first
        });
        out
    }

    /// Practices that at least two have and at least as many do not: somebody could show the others. Most often missing first.
    #[must_use]
    pub fn could_be_shown(&self) -> Vec<Missing> {
        let mut out = self.lacking();
        out.retain(|m| m.missing.counts().is_some_and(|(lack, n)| n - lack >= 2 && lack >= n - lack));
        out.sort_by(|a, b| b.often().total_cmp(&a.often()));
        out
    }

    /// As CSV: a row for each pillar, question, choice and figure.
    ///
    /// # Errors
    /// None but of the writer.
    pub fn csv(&self) -> Result<String> {
        let mut out = csv::WriterBuilder::new().from_writer(Vec::new());
        out.write_record(COLUMNS).map_err(Error::internal)?;
        let mut row = |names: [&str; 6], measure: &str, s: &Share, published: &str| {
            let n = |x: Option<usize>| x.map(|x| x.to_string()).unwrap_or_default();
            let f = |x: Option<f64>| x.map(|x| format!("{x:.4}")).unwrap_or_default();
            let mut cells: Vec<String> = names.iter().map(|t| guarded(t)).collect();
            cells.extend([measure.to_owned(), n(s.k), n(s.n), n(s.not_applicable), f(s.share), f(s.lower), f(s.upper)]);
            cells.extend([if s.few { "fewer than 5 reviews".to_owned() } else { String::new() }, published.to_owned()]);
            out.write_record(&cells).map_err(Error::internal)
        };
        for f in &self.figures {
            let theirs = format!("{}{} %", if f.theirs.about { "about " } else { "" }, f.theirs.percent);
            let names = ["figure", "", f.question.as_str(), "", f.theirs.name, f.theirs.what];
            row(names, if f.theirs.lacking { "missing" } else { "in place" }, &f.here, &theirs)?;
        }
        for p in &self.pillars {
            row(["pillar", &p.name, "", "", "", ""], "high risk", &p.high, "")?;
            row(["pillar", &p.name, "", "", "", ""], "any risk", &p.risk, "")?;
            for q in &p.questions {
                let names = ["question", p.name.as_str(), q.id.as_str(), q.title.as_str(), "", ""];
                for (measure, share) in [("high risk", &q.high), ("medium risk", &q.medium), ("no risk", &q.none)] {
                    row(names, measure, share, "")?;
                }
                for c in &q.choices {
                    row(["choice", &p.name, &q.id, &q.title, &c.id, &c.title], "in place", &c.in_place, "")?;
                }
            }
        }
        let bytes = out.into_inner().map_err(|e| Error::internal(e.to_string()))?;
        String::from_utf8(bytes).map_err(Error::internal)
    }
}

/// Columns of the CSV; names stay.
pub const COLUMNS: [&str; 15] = [
    "kind",
    "pillar",
    "question_id",
    "question",
    "choice_id",
    "choice",
    "measure",
    "k",
    "n",
    "not_applicable",
    "share",
    "lower",
    "upper",
    "note",
    "published",
];

/// When a period ends, in a zone: `2026-Q3`, `2026-10`, `2026-10-31`.
///
/// # Errors
/// What is none of these, at `period`.
pub fn end_of(period: &str, zone: &str) -> Result<Time> {
    let shown: String = period.chars().take(40).collect();
    let bad = || Error::invalid("period", format!("“{shown}” is no period. Write 2026-Q3, 2026-10 or 2026-10-31."));
    let day = |year: i16, month: i8, day: i8| jiff::civil::Date::new(year, month, day).map_err(|_| bad());
    let parts: Vec<&str> = period.split('-').collect();
    let year = parts[0].parse::<i16>().ok().filter(|y| (1970..=9998).contains(y)).ok_or_else(bad)?;
    let month = |m: i8| if m >= 12 { day(year + 1, 1, 1) } else { day(year, m + 1, 1) };
    let next = match parts.as_slice() {
        [_, "Q1" | "q1"] => month(3)?,
        [_, "Q2" | "q2"] => month(6)?,
        [_, "Q3" | "q3"] => month(9)?,
        [_, "Q4" | "q4"] => month(12)?,
        [_, m] => month(m.parse::<i8>().ok().filter(|m| (1..=12).contains(m)).ok_or_else(bad)?)?,
        [_, m, d] => {
            let (m, d) = (m.parse().map_err(|_| bad())?, d.parse().map_err(|_| bad())?);
            day(year, m, d)?.tomorrow().map_err(|_| bad())?
        }
        _ => return Err(bad()),
    };
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    Ok(Time(next.to_zoned_datetime(zone).map_err(|_| bad())?.timestamp().as_microsecond()))
}

/// The quarter before the one that a moment lies in: "2026-Q3".
pub fn quarter_before(now: Time, zone: &str) -> String {
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let day = now.jiff().to_zoned_datetime(zone).date();
    let quarter = (day.month() - 1) / 3;
    if quarter == 0 { format!("{}-Q4", day.year() - 1) } else { format!("{}-Q{quarter}", day.year()) }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::review::Said;
    use crate::review::tests::{said, small};

    /// Six reviews of the small lens: four tick `aaa`, two of these `bbb` too; five say none of the second question.
    pub(crate) fn sample() -> Prevalence {
        let kept = small();
        let none = Said { none: true, ..said(&["none"]) };
        let mut all = Vec::new();
        for i in 0..6usize {
            let first = match i {
                0 | 1 => said(&["aaa", "bbb"]),
                2 | 3 => said(&["aaa"]),
                _ => Said { none: true, ..Said::default() },
            };
            let mut answers = std::collections::BTreeMap::new();
            answers.insert("Q-01".to_owned(), first);
            if i < 5 {
                answers.insert("Q-02".to_owned(), none.clone());
            }
            all.push(Tallied::of(&kept, &answers));
        }
        let filter = PrevalenceFilter { lens: "small".into(), ..PrevalenceFilter::default() };
        tally(filter, &kept, &[std::sync::Arc::clone(&kept)], all.iter(), Time(1_795_000_000_000_000))
    }

    #[test]
    fn practices_most_often_missing_come_first_one_of_each_question() {
        let p = sample();
        let missing = p.missing();
        let names: Vec<(&str, String)> = missing.iter().map(|m| (m.choice.as_str(), m.missing.words())).collect();
        assert_eq!(names[0], ("ccc", "5 of 5, 100 %, 57 to 100 %".to_owned()));
        assert_eq!(names[1].0, "bbb", "of a question the practice that most lack");
        assert_eq!(names.len(), 2);
        assert!(missing[0].mostly_high && !missing[1].mostly_high);
        let shown: Vec<String> = p.could_be_shown().iter().map(|m| m.choice.clone()).collect();
        assert_eq!(shown, ["bbb"], "two have it and four do not; of aaa more have it than not, and nobody has ccc");
    }

    #[test]
    fn csv_has_a_row_for_each_share_and_no_formula() {
        let text = sample().csv().unwrap();
        let rows: Vec<csv::StringRecord> =
            csv::Reader::from_reader(text.as_bytes()).into_records().collect::<std::result::Result<_, _>>().unwrap();
        let choice = rows.iter().find(|r| &r[4] == "bbb").unwrap();
        assert_eq!((&choice[6], &choice[7], &choice[8], &choice[10]), ("in place", "2", "6", "0.3333"));
        assert!(rows.iter().all(|r| r.len() == COLUMNS.len()));
    }

    #[test]
    fn a_period_ends_where_the_next_begins() {
        let end = |p: &str| end_of(p, "Europe/London").map(|t| t.to_string());
        assert_eq!(end("2026-Q3").unwrap(), "2026-09-30T23:00:00Z");
        assert_eq!(end("2026-Q4").unwrap(), "2027-01-01T00:00:00Z");
        assert_eq!(end("2026-10").unwrap(), "2026-11-01T00:00:00Z");
        assert_eq!(end("2026-12").unwrap(), "2027-01-01T00:00:00Z");
        assert_eq!(end("2026-02-28").unwrap(), "2026-03-01T00:00:00Z");
        for bad in ["", "2026", "2026-13", "2026-Q5", "2026-02-30", "x", "2026-1-1-1", "99999-01", "0000-01"] {
            let said = end(bad).unwrap_err();
            assert!(matches!(&said, Error::Invalid(f) if f[0].at == "period"), "{bad}: {said:?}");
        }
        assert_eq!(quarter_before(Time::parse("2026-11-17T15:33:00Z").unwrap(), "UTC"), "2026-Q3");
        assert_eq!(quarter_before(Time::parse("2026-02-01T00:00:00Z").unwrap(), "UTC"), "2025-Q4");
    }
}

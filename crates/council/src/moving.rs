//! A move of a concern: what it brings along, and what came of it. Pure.

use kernel::error::{Error, Faults, Result};
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::concern::{Concern, Confirmed, Content, Course, address, words};
use crate::state::{ConcernState, Need, Way};

/// Names of those who decided, at most.
pub const MOST_DECIDERS: usize = 20;

/// A move as somebody sends it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConcernMove {
    /// The version that was looked at.
    pub version: i64,
    /// Where to: `presented`, `accepted`, `rejected` and so on.
    pub to: String,
    /// Why, what is missing, or what came in.
    #[serde(default)]
    pub why: String,
    /// Who decided, at most 20; whoever sends it if nobody is named.
    #[serde(default)]
    pub deciders: Vec<String>,
    /// To whom it is sent on.
    #[serde(default)]
    pub sent_to: String,
    /// Title of the epic.
    #[serde(default)]
    pub epic: String,
    /// Its address, `https://..`
    #[serde(default)]
    pub epic_url: String,
    /// Quarter on the roadmap, `2027-Q1`.
    #[serde(default)]
    pub quarter: String,
}

/// A checked move.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// The way.
    pub way: Way,
    /// The words with it.
    pub why: String,
    /// Who decided.
    pub deciders: Vec<String>,
    /// What stands beside the concern afterwards.
    pub course: Course,
}

/// The quarter of a text such as `2027-Q1`.
pub fn quarter(typed: &str) -> Option<(i16, i8)> {
    let (year, q) = typed.trim().split_once("-Q").or_else(|| typed.trim().split_once("-q"))?;
    let (year, q) = (year.parse().ok()?, q.parse().ok()?);
    ((2000..=2100).contains(&year) && (1..=4).contains(&q)).then_some((year, q))
}

/// `2027-Q1` as it is read: "Q1 2027".
pub fn quarter_words(typed: &str) -> String {
    quarter(typed).map_or_else(|| typed.to_owned(), |(year, q)| format!("Q{q} {year}"))
}

/// The quarter in which a day lies: `2026-Q4`.
pub fn quarter_of(day: jiff::civil::Date) -> String {
    format!("{}-Q{}", day.year(), (day.month() + 2) / 3)
}

impl ConcernMove {
    /// Checks what somebody sent against the concern as it stands. `proven` is whether a result from production is there.
    ///
    /// # Errors
    /// [`Error::Conflict`] if there is no such way; every fault with its field.
    pub fn check(&self, c: &Concern, proven: bool) -> Result<Moved> {
        let to = ConcernState::read(self.to.trim()).ok_or_else(|| {
            let all = ConcernState::ALL.map(ConcernState::key).join(", ");
            Error::invalid("to", format!("A state is one of {all}."))
        })?;
        let Some(way) = c.state.way(to) else {
            let ways: Vec<&str> = c.state.ways().iter().map(|w| w.to.words()).collect();
            let on = if ways.is_empty() { "it stays there".to_owned() } else { format!("from there it goes to {}", or(&ways)) };
            return Err(Error::Conflict(format!("{} is {}; {on}, not to {}.", c.name(), c.state.words(), to.words())));
        };
        let mut faults = Faults::new();
        let mut course = c.course.clone();
        let why = words(&mut faults, "why", way.question(), &self.why);
        for need in way.needs {
            self.holds(*need, (c, proven, &way), &mut course, &why, &mut faults);
        }
        match to {
            ConcernState::Rejected | ConcernState::SentOn => course.reason.clone_from(&why),
            ConcernState::Raised | ConcernState::Accepted => {
                course.reason = String::new();
                course.sent_to = String::new();
            }
            ConcernState::Roadmap => course.follows.clone_from(&why),
            _ => {}
        }
        let named: Vec<&str> = self.deciders.iter().map(|d| d.trim()).filter(|d| !d.is_empty()).collect();
        faults.check(named.len() <= MOST_DECIDERS, "deciders", format!("At most {MOST_DECIDERS} fit; these are {}.", named.len()));
        let deciders = named.into_iter().map(|d| text::name(&mut faults, "deciders", "The name", d)).collect();
        faults.done().map(|()| Moved { way, why, deciders, course })
    }

    fn holds(&self, need: Need, (c, proven, way): (&Concern, bool, &Way), course: &mut Course, why: &str, faults: &mut Faults) {
        match need {
            Need::Why => faults.check(!why.is_empty(), "why", format!("“{}” is empty. Say it in a sentence; it is kept.", way.question())),
            Need::Where => course.sent_to = text::name(faults, "sent_to", "To whom it goes", &self.sent_to),
            Need::Epic => {
                course.epic = text::name(faults, "epic", "The title of the epic", &self.epic);
                course.epic_url = address(faults, "epic_url", &self.epic_url);
            }
            Need::Hypothesis => vetted(&c.content, faults),
            Need::Story => faults.check(
                c.stories.all > 0,
                "to",
                "There is no story yet. Give at least one team a story below, then come back.",
            ),
            Need::Sprint => faults.check(
                c.stories.in_sprint > 0,
                "to",
                "No story is in a sprint yet. Put one into a sprint below, then come back.",
            ),
            Need::Closed => {
                let s = c.stories;
                faults.check(
                    s.closed == s.all && s.done > 0,
                    "to",
                    format!("{} of {} stories are closed and {} done. Close them in the register of actions first.", s.closed, s.all, s.done),
                );
            }
            Need::Result => faults.check(
                proven,
                "to",
                "There is no result from production yet. Measure before and after below; results from elsewhere are shown but do not close it.",
            ),
            Need::Quarter => {
                faults.check(quarter(&self.quarter).is_some(), "quarter", "Which quarter? Write it like 2027-Q1.");
                course.quarter = quarter(&self.quarter).map(|(year, q)| format!("{year}-Q{q}")).unwrap_or_default();
            }
        }
    }
}

/// An epic is vetted with a hypothesis, and when somebody has looked at the data.
fn vetted(c: &Content, faults: &mut Faults) {
    faults.check(
        !c.hypothesis.is_empty(),
        "hypothesis",
        "The hypothesis is missing: which number moves, which way, by how much? Add it to the concern first.",
    );
    faults.check(
        c.confirmed != Confirmed::NotSaid,
        "confirmed",
        "Nobody has said whether our data can confirm it. Say so on the concern first.",
    );
}

/// "a, b or c".
fn or(all: &[&str]) -> String {
    match all {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// A concern as it stood after a change or a move.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConcernVersion {
    /// From 1.
    pub version: i64,
    /// How far it was.
    pub state: ConcernState,
    /// What it said.
    pub content: Content,
    /// What stood beside it.
    pub course: Course,
    /// Why it was changed or moved.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// Who did.
    pub by: String,
    /// When.
    pub at: Time,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concern::Stories;
    use crate::concern::tests::{concern, content};

    fn to(state: ConcernState, why: &str) -> ConcernMove {
        ConcernMove { version: 3, to: state.key().into(), why: why.into(), ..ConcernMove::default() }
    }

    fn places(r: Result<Moved>) -> Vec<String> {
        match r {
            Ok(_) => Vec::new(),
            Err(Error::Invalid(list)) => list.into_iter().map(|f| f.at).collect(),
            Err(e) => panic!("{e}"),
        }
    }

    #[test]
    fn a_move_that_is_no_way_says_which_there_are() {
        match to(ConcernState::Accepted, "x").check(&concern(21, ConcernState::Raised), false) {
            Err(Error::Conflict(told)) => {
                assert_eq!(told, "C-21 is raised; from there it goes to presented or sent on, not to accepted.");
            }
            other => panic!("{other:?}"),
        }
        let gone = ConcernMove { to: "closed".into(), ..ConcernMove::default() };
        assert_eq!(places(gone.check(&concern(21, ConcernState::Raised), false)), ["to"]);
    }

    #[test]
    fn each_need_is_asked_for_at_its_field() {
        use ConcernState::{
            Accepted, Done, Epic, InSprint, Measured, Presented, Rejected, ResultPresented, Roadmap, SentOn, Stories as Cut, Vetted,
        };
        let at = |from, m: ConcernMove| places(m.check(&concern(1, from), false));
        assert_eq!(at(Presented, to(Rejected, " ")), ["why"]);
        assert_eq!(at(Presented, to(SentOn, "")), ["sent_to", "why"]);
        assert_eq!(at(Accepted, ConcernMove { epic_url: "javascript:x".into(), ..to(Epic, "") }), ["epic", "epic_url"]);
        assert_eq!(at(Vetted, to(Cut, "")), ["to"]);
        assert_eq!(at(Cut, to(InSprint, "")), ["to"]);
        assert_eq!(at(InSprint, to(Done, "")), ["to"]);
        assert_eq!(at(Done, to(Measured, "It held")), ["to"]);
        assert_eq!(at(ResultPresented, ConcernMove { quarter: "next".into(), ..to(Roadmap, "x") }), ["quarter"]);
        let bare = Concern {
            content: Content { hypothesis: String::new(), confirmed: Confirmed::NotSaid, ..content() },
            ..concern(1, Epic)
        };
        assert_eq!(places(to(Vetted, "fine").check(&bare, false)), ["hypothesis", "confirmed"]);
        let cut = Concern { stories: Stories { all: 2, closed: 2, done: 1, in_sprint: 1 }, ..concern(1, InSprint) };
        assert_eq!(places(to(Done, "").check(&cut, false)), [""; 0]);
        assert_eq!(places(to(Measured, "It held").check(&concern(1, Done), true)), [""; 0]);
    }

    #[test]
    fn a_reason_stays_while_it_is_put_aside_and_goes_when_it_comes_back() {
        let m = ConcernMove { sent_to: "The tooling guild".into(), ..to(ConcernState::SentOn, "Not reliability") };
        let sent = m.check(&concern(1, ConcernState::Presented), false).unwrap();
        assert_eq!((sent.course.reason.as_str(), sent.course.sent_to.as_str()), ("Not reliability", "The tooling guild"));
        let aside = Concern { course: sent.course, ..concern(1, ConcernState::SentOn) };
        let back = to(ConcernState::Raised, "It came up in an incident").check(&aside, false).unwrap();
        assert_eq!((back.course.reason.as_str(), back.course.sent_to.as_str()), ("", ""));
    }

    #[test]
    fn quarters_are_read_and_written() {
        assert_eq!(
            (quarter("2027-Q1"), quarter("2027-q4"), quarter("2027-Q5"), quarter("Q1")),
            (Some((2027, 1)), Some((2027, 4)), None, None)
        );
        assert_eq!(quarter_words("2027-Q1"), "Q1 2027");
        for (day, q) in [("2026-01-01", "2026-Q1"), ("2026-09-30", "2026-Q3"), ("2026-12-31", "2026-Q4")] {
            assert_eq!(quarter_of(day.parse().unwrap()), q);
        }
    }
}

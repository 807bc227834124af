//! What people say without a name: questions in the box of a session, and one answer after it. Nothing here holds a person, a
//! place in a queue or a time. Pure.

use std::collections::BTreeMap;

use kernel::error::{Error, Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use kernel::trail::merkle::hex_digest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Questions in the box of a session at most.
pub const MOST: i64 = 100;
/// Characters of a question at most.
pub const LONGEST: usize = 1_000;
/// Below this many answers no counts are shown or kept: they would say who said what.
pub const LEAST: i64 = 5;
/// Days for which the question after a session is open.
pub const DAYS: u64 = 3;

/// A question for the box.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBoxQuestion {
    /// Up to 1,000 characters. Who reads it may know your way of writing.
    pub text: String,
}

/// The box of a session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuestionBox {
    /// In an order that says nothing.
    pub questions: Vec<String>,
}

impl NewBoxQuestion {
    /// What is kept.
    ///
    /// # Errors
    /// A fault at `text`.
    pub fn check(&self) -> Result<String> {
        let mut faults = Faults::new();
        let body = text::prose(&mut faults, "text", "The question", &self.text);
        faults.check(!body.is_empty(), "text", "The question is empty. Write a sentence.");
        let n = body.chars().count();
        faults.check(n <= LONGEST, "text", format!("The question has {n} characters; at most {LONGEST} fit."));
        faults.done().map(|()| body)
    }
}

/// Puts a question where its digest says, so that the order says nothing of when it came; false if the same stands there.
pub fn put(questions: &mut Vec<String>, new: String) -> bool {
    let key = |q: &String| hex_digest(q.as_bytes());
    let wanted = key(&new);
    match questions.binary_search_by(|q| key(q).cmp(&wanted)) {
        Ok(_) => false,
        Err(at) => {
            questions.insert(at, new);
            true
        }
    }
}

/// Whether a session was worth its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Worth {
    /// Yes.
    Yes,
    /// Partly.
    Partly,
    /// No.
    No,
}

impl Worth {
    /// All, best first.
    pub const ALL: [Worth; 3] = [Worth::Yes, Worth::Partly, Worth::No];

    /// As it is stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Worth::Yes => "yes",
            Worth::Partly => "partly",
            Worth::No => "no",
        }
    }
}

/// An answer to the question after a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeedbackBallot {
    /// The ticket that you were given.
    pub ticket: String,
    /// Was it worth the time?
    pub worth: Worth,
}

/// Your ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FeedbackTicket {
    /// Send it with your answer. It says nothing about you to whoever reads it.
    pub ticket: String,
    /// It was used.
    pub used: bool,
}

/// What people said after a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SessionFeedback {
    /// Until when it is asked.
    pub ends_at: Time,
    /// True while it is asked.
    pub open: bool,
    /// How many have answered; absent below five.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answers: Option<i64>,
    /// `yes`, `partly` and `no`, once it has ended and at least five have answered; empty otherwise.
    pub counts: BTreeMap<String, i64>,
}

impl SessionFeedback {
    /// What is shown of what is stored: nothing while it is open, nothing below five answers.
    #[must_use]
    pub fn of(ends_at: Time, answers: i64, counts: &BTreeMap<String, i64>, now: Time) -> Self {
        let open = now < ends_at;
        let enough = answers >= LEAST;
        let counts = if enough && !open {
            Worth::ALL.map(|w| (w.key().to_owned(), counts.get(w.key()).copied().unwrap_or(0))).into()
        } else {
            BTreeMap::new()
        };
        Self { ends_at, open, answers: enough.then_some(answers), counts }
    }
}

fn sealed(secret: &str, words: &str) -> String {
    // Hashed twice, so that nothing can be put behind the words.
    let inner = hex_digest(format!("{secret} {words}").as_bytes());
    hex_digest(format!("{secret} {inner}").as_bytes())
}

/// The ticket of a person: the same each time it is asked for, and nothing that says who it is for without the secret.
#[must_use]
pub fn ticket(secret: &str, person: Id) -> String {
    let number = sealed(secret, &format!("person {person}"));
    let proof = sealed(secret, &format!("ticket {number}"));
    number + &proof
}

/// The part of a ticket that is remembered once it was used.
///
/// # Errors
/// [`Error::Invalid`] if no such ticket was given.
pub fn number(secret: &str, ticket: &str) -> Result<String> {
    let bad = || Error::invalid("ticket", "This is no ticket of this session. Load the page anew.");
    let (number, proof) = ticket.split_at_checked(64).ok_or_else(bad)?;
    if !secret.is_empty() && sealed(secret, &format!("ticket {number}")) == proof { Ok(number.to_owned()) } else { Err(bad()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_order_in_the_box_does_not_depend_on_who_came_first(mut asked in prop::collection::vec("[a-z ]{1,12}", 0..12), seed in any::<usize>()) {
            let fill = |all: &[String]| {
                let mut out = Vec::new();
                for q in all {
                    put(&mut out, q.clone());
                }
                out
            };
            let one = fill(&asked);
            if !asked.is_empty() {
                let n = asked.len();
                asked.rotate_left(seed % n);
                asked.swap(0, seed / 7 % n);
            }
            prop_assert_eq!(one, fill(&asked));
        }
    }

    #[test]
    fn a_question_says_something() {
        let check = |t: &str| NewBoxQuestion { text: t.into() }.check();
        assert_eq!(check(" Why? ").unwrap(), "Why?");
        assert!(check(" ").is_err() && check(&"x".repeat(1_001)).is_err() && check("a\u{7}").is_err());
        let mut all = Vec::new();
        assert!(put(&mut all, "Why?".into()) && !put(&mut all, "Why?".into()));
    }

    #[test]
    fn few_answers_are_not_shown_and_none_while_it_is_open() {
        let counts = BTreeMap::from([("yes".to_owned(), 3), ("no".to_owned(), 2)]);
        let at = |answers, now| SessionFeedback::of(Time(10), answers, &counts, Time(now));
        assert_eq!((at(5, 5).counts.len(), at(5, 5).answers, at(5, 5).open), (0, Some(5), true));
        assert_eq!((at(4, 20).counts.len(), at(4, 20).answers), (0, None));
        assert_eq!(at(5, 20).counts, BTreeMap::from([("yes".to_owned(), 3), ("partly".to_owned(), 0), ("no".to_owned(), 2)]));
    }

    #[test]
    fn a_ticket_is_one_persons_and_cannot_be_made_up() {
        let (a, b) = (Id::from_u128(1), Id::from_u128(2));
        let mine = ticket("s", a);
        assert!(mine == ticket("s", a) && mine != ticket("s", b) && mine != ticket("t", a) && !mine.contains(&a.to_string()));
        assert_eq!(number("s", &mine).unwrap(), mine[..64]);
        for bad in ["", "x", &mine[1..], &format!("{}{}", &ticket("s", b)[..64], &mine[64..]), &"é".repeat(64)] {
            assert!(number("s", bad).is_err(), "{bad}");
        }
        assert!(number("", &ticket("", a)).is_err(), "what has ended has no secret");
    }
}

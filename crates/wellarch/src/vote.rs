//! Blind votes: each says once what they would tick, and nobody sees it until the vote is closed. Pure.

use std::collections::BTreeMap;

use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;
use kernel::trail::merkle::hex_digest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::lens::Question;
use crate::review::Said;

/// Below this many ballots no counts are shown: they would say who said what.
pub const LEAST: i64 = 3;
/// Votes on a question at most.
pub const MOST: i64 = 50;
/// Stands for “none of these” among the choices.
pub const NONE: &str = "(none)";

/// What somebody would tick, with the ticket that lets them say so once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ballot {
    /// The ticket that you were given.
    pub ticket: String,
    /// Ids of choices.
    #[serde(default)]
    pub choices: Vec<String>,
    /// None of these.
    #[serde(default)]
    pub none: bool,
}

/// Your ticket for the vote that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ticket {
    /// Send it with what you would tick. It says nothing about you to whoever reads it.
    pub ticket: String,
    /// It was used.
    pub used: bool,
}

/// How many would tick a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VoteCount {
    /// Id of the choice; `(none)` for none of these.
    pub choice: String,
    /// Its title.
    pub title: String,
    /// Ballots that have it.
    pub votes: i64,
}

/// A blind vote on a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BlindVote {
    /// From 1, for each question.
    pub number: i64,
    /// Who opened it.
    pub opened_by: String,
    /// When.
    pub opened_at: Time,
    /// How many have voted.
    pub ballots: i64,
    /// Who closed it; absent while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Time>,
    /// By choice in the order of the question; empty while it is open, and if fewer than three voted.
    pub counts: Vec<VoteCount>,
}

fn sealed(secret: &str, words: &str) -> String {
    // Hashed twice, so that nothing can be put behind the words.
    let inner = hex_digest(format!("{secret} {words}").as_bytes());
    hex_digest(format!("{secret} {inner}").as_bytes())
}

/// The ticket of a person for a vote: the same each time it is asked for, and nothing that says who it is for without the
/// vote's secret.
pub fn ticket(secret: &str, person: Id) -> String {
    let number = sealed(secret, &format!("person {person}"));
    let proof = sealed(secret, &format!("ticket {number}"));
    number + &proof
}

/// The part of a ticket that is remembered once it was used.
///
/// # Errors
/// [`Error::Invalid`] if this vote gave no such ticket.
pub fn number(secret: &str, ticket: &str) -> Result<String> {
    let bad = || Error::invalid("ticket", "This is no ticket of the vote that is open. Load the page anew.");
    let (number, proof) = ticket.split_at_checked(64).ok_or_else(bad)?;
    if !secret.is_empty() && sealed(secret, &format!("ticket {number}")) == proof { Ok(number.to_owned()) } else { Err(bad()) }
}

impl Ballot {
    /// What is counted: ids of choices, or [`NONE`].
    ///
    /// # Errors
    /// Every fault with its field; an empty ballot is one.
    pub fn check(&self, q: &Question) -> Result<Vec<String>> {
        let said = Said { choices: self.choices.clone(), none: self.none, ..Said::default() }.check(q)?;
        if said.none {
            return Ok(vec![NONE.to_owned()]);
        }
        if said.choices.is_empty() {
            return Err(Error::invalid("choices", "Nothing is ticked. Tick what you would tick, or “none of these”."));
        }
        Ok(said.choices)
    }
}

/// Counts in the order of the question, with titles; nothing if so few voted that counts would name them.
pub fn counts(q: &Question, ballots: i64, found: &BTreeMap<String, i64>) -> Vec<VoteCount> {
    if ballots < LEAST {
        return Vec::new();
    }
    let votes = |id: &str| found.get(id).copied().unwrap_or(0);
    let count = |choice: &str, title: &str| VoteCount { choice: choice.to_owned(), title: title.to_owned(), votes: votes(choice) };
    let mut out: Vec<VoteCount> = q.choices.iter().filter(|c| !c.none).map(|c| count(&c.id, &c.title)).collect();
    out.push(count(NONE, "None of these"));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::tests::small;

    #[test]
    fn a_ticket_is_one_persons_for_one_vote_and_cannot_be_made_up() {
        let (a, b) = (Id::from_u128(1), Id::from_u128(2));
        let mine = ticket("s", a);
        assert_eq!(mine, ticket("s", a));
        assert_ne!(mine, ticket("s", b));
        assert_ne!(mine, ticket("other", a));
        assert!(!mine.contains(&a.to_string()));
        assert_eq!(number("s", &mine).unwrap(), mine[..64]);
        for bad in [
            "",
            "x",
            &mine[1..],
            &mine.replace('0', "1"),
            &format!("{mine}0"),
            &format!("{}{}", &ticket("s", b)[..64], &mine[64..]),
        ] {
            assert!(number("s", bad).is_err(), "{bad}");
        }
        assert!(number("other", &mine).is_err() && number("", &ticket("", a)).is_err(), "a closed vote has no secret");
        assert!(number("s", &"é".repeat(64)).is_err());
    }

    #[test]
    fn a_ballot_says_something_and_few_are_not_counted() {
        let kept = small();
        let q = kept.file.lens.question("Q-01").unwrap();
        let ballot = |choices: &[&str], none| Ballot {
            ticket: String::new(),
            choices: choices.iter().map(|c| (*c).to_owned()).collect(),
            none,
        };
        assert_eq!(ballot(&["bbb", "aaa"], false).check(q).unwrap(), ["aaa", "bbb"]);
        assert_eq!(ballot(&[], true).check(q).unwrap(), [NONE]);
        assert!(
            ballot(&[], false).check(q).is_err()
                && ballot(&["aaa"], true).check(q).is_err()
                && ballot(&["x"], false).check(q).is_err()
        );
        let found = BTreeMap::from([("aaa".to_owned(), 3), (NONE.to_owned(), 1)]);
        assert!(counts(q, LEAST - 1, &found).is_empty());
        let told: Vec<i64> = counts(q, LEAST, &found).iter().map(|c| c.votes).collect();
        assert_eq!(told, [3, 0, 1]);
    }
}

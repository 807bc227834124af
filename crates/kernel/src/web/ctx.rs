//! Context is an argument: who acts, when, in which request. Acts take it first and ask it for the right they need in
//! their first line.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::ids::Id;
use crate::time::Time;

/// A right, as data: rooms declare theirs, the `people` room says which roles hold it.
#[derive(Debug)]
pub struct Right {
    /// Stable key, `values.write`.
    pub key: &'static str,
    /// What it allows, to follow "You may not": "change values of this team".
    pub what: &'static str,
    /// Who has it, to follow "That is for": "members of the team and its facilitator".
    pub who: &'static str,
}

/// Where a right holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everywhere.
    All,
    /// For one thing (a team, a group) and what belongs to it.
    Within(Id),
}

/// What kind of actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActorId {
    /// A signed-in person.
    Person(Id),
    /// A service token.
    Token(Id),
    /// A job of the server, by its name.
    Job(&'static str),
    /// Whoever owns the data folder: the local socket and commands without a server.
    Owner,
    /// Nobody signed in.
    Anonymous,
}

/// Who acts, with the rights resolved.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Which.
    pub id: ActorId,
    /// Name shown in the masthead.
    pub name: String,
    /// The token that forms carry; empty if no cookie signs this actor in.
    pub csrf: String,
    /// Rights with the places where they hold.
    pub rights: Vec<(&'static str, Scope)>,
    /// IANA zone in which times are shown.
    pub zone: String,
    /// Name of the organisation, for the foot of pages.
    pub organisation: String,
}

impl Actor {
    /// Nobody.
    pub fn anonymous() -> Self {
        Self {
            id: ActorId::Anonymous,
            name: String::new(),
            csrf: String::new(),
            rights: Vec::new(),
            zone: "UTC".into(),
            organisation: String::new(),
        }
    }

    /// A job, with the rights that it needs.
    pub fn job(name: &'static str, rights: &[&'static Right]) -> Self {
        let rights = rights.iter().map(|r| (r.key, Scope::All)).collect();
        Self {
            id: ActorId::Job(name),
            name: name.into(),
            csrf: String::new(),
            rights,
            zone: "UTC".into(),
            organisation: String::new(),
        }
    }

    /// As the trail names it.
    pub fn key(&self) -> String {
        match &self.id {
            ActorId::Person(id) => format!("person:{id}"),
            ActorId::Token(id) => format!("token:{id}"),
            ActorId::Job(name) => format!("job:{name}"),
            ActorId::Owner => "owner".into(),
            ActorId::Anonymous => "anonymous".into(),
        }
    }

    /// The person, if a person acts.
    pub fn person(&self) -> Option<Id> {
        match self.id {
            ActorId::Person(id) => Some(id),
            _ => None,
        }
    }

    /// True if the right holds at `at` (or everywhere).
    pub fn may(&self, right: &Right, at: Option<Id>) -> bool {
        self.rights.iter().any(|(key, scope)| {
            *key == right.key
                && match scope {
                    Scope::All => true,
                    Scope::Within(id) => at == Some(*id),
                }
        })
    }

    /// True if the right holds anywhere.
    pub fn may_somewhere(&self, right: &Right) -> bool {
        self.rights.iter().any(|(key, _)| *key == right.key)
    }
}

/// Who, when, in which request. Cheap to clone; a unit of work may run several times with the same.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// Who acts.
    pub actor: Arc<Actor>,
    /// The one moment of this request.
    pub now: Time,
    /// Id of the request, as it stands in the log and in problem documents.
    pub request: Arc<str>,
    /// Appearance chosen in this browser.
    pub theme: html::Theme,
    /// The page that was asked for, below the sub-path, with its query: where somebody who signs in first is sent then.
    /// Empty if it was no page.
    pub asked: Arc<str>,
    /// What was announced before the request was looked at: a live page that shows no less needs no newer one.
    pub announced: Arc<str>,
}

impl Ctx {
    /// A context outside a request.
    pub fn of(actor: Actor, now: Time, request: &str) -> Self {
        Self {
            actor: Arc::new(actor),
            now,
            request: request.into(),
            theme: html::Theme::System,
            asked: "".into(),
            announced: "".into(),
        }
    }

    /// The first line of an act on a thing that belongs to `at`.
    ///
    /// # Errors
    /// [`Error::SignedOut`] or [`Error::Forbidden`], which says who may.
    pub fn require(&self, right: &Right, at: Id) -> Result<()> {
        if self.actor.may(right, Some(at)) { Ok(()) } else { Err(self.refused(right)) }
    }

    /// The first line of an act on the whole organisation.
    ///
    /// # Errors
    /// As [`Ctx::require`].
    pub fn require_everywhere(&self, right: &Right) -> Result<()> {
        if self.actor.may(right, None) { Ok(()) } else { Err(self.refused(right)) }
    }

    /// The first line of an act that anybody with the right anywhere may do.
    ///
    /// # Errors
    /// As [`Ctx::require`].
    pub fn require_somewhere(&self, right: &Right) -> Result<()> {
        if self.actor.may_somewhere(right) { Ok(()) } else { Err(self.refused(right)) }
    }

    /// The first line of an act that needs no more than an account.
    ///
    /// # Errors
    /// [`Error::SignedOut`].
    pub fn require_signed_in(&self) -> Result<()> {
        if self.actor.id == ActorId::Anonymous { Err(Error::SignedOut) } else { Ok(()) }
    }

    fn refused(&self, right: &Right) -> Error {
        match self.actor.id {
            ActorId::Anonymous => Error::SignedOut,
            _ => Error::Forbidden(format!("You may not {}. That is for {}.", right.what, right.who)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static WRITE: Right = Right { key: "t.write", what: "write", who: "writers" };

    #[test]
    fn a_right_holds_where_it_was_given_and_nowhere_else() {
        let (here, there) = (Id::from_u128(1), Id::from_u128(2));
        let mut actor = Actor::anonymous();
        actor.id = ActorId::Person(Id::from_u128(9));
        actor.rights.push((WRITE.key, Scope::Within(here)));
        let cx = Ctx::of(actor, Time(0), "r");
        assert!(cx.require(&WRITE, here).is_ok());
        assert!(cx.require_somewhere(&WRITE).is_ok());
        let e = cx.require(&WRITE, there).unwrap_err();
        assert_eq!(e.class().0, 403);
        assert_eq!(e.to_string(), "You may not write. That is for writers.");
        assert_eq!(cx.require_everywhere(&WRITE).unwrap_err().class().0, 403);
    }

    #[test]
    fn nobody_is_asked_to_sign_in() {
        let cx = Ctx::of(Actor::anonymous(), Time(0), "r");
        assert_eq!(cx.require(&WRITE, Id::from_u128(1)).unwrap_err().class().0, 401);
        assert_eq!(cx.require_signed_in().unwrap_err().class().0, 401);
    }
}

//! Who is who: turns the credential of a request into an actor with rights.
//!
//! Actors are kept in memory by the digest of their credential, for a minute of the application's clock and until anything
//! about people changes. How long a session or token holds is judged at each request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::Id;
use kernel::time::Time;
use kernel::web::{Actor, ActorId, App, Boxed, Credential, Gate, Scope};
use tokio::sync::watch;

use crate::code::is_secret;
use crate::person::Standing;
use crate::session::csrf;
use crate::{grant, role, store, token};

/// Live topic that every change of accounts, roles, sessions and tokens is announced on.
pub const TOPIC: &str = "people";

/// Most actors kept.
const KEPT: usize = 10_000;

/// Longest that an actor is kept.
const KEPT_FOR: Duration = Duration::from_secs(60);

/// The gate of a server.
#[derive(Default)]
pub struct PeopleGate(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    actors: HashMap<String, Known>,
    changes: Option<watch::Receiver<u64>>,
    /// Counts how often the actors were dropped, so that one that was loaded before a change is not kept after it.
    round: u64,
}

#[derive(Clone)]
struct Known {
    actor: Arc<Actor>,
    loaded: Time,
    ends: Time,
}

/// What a load found, and what is to be written about it.
struct Found {
    known: Known,
    touch: Option<Touch>,
}

#[derive(Clone)]
enum Touch {
    Session(Id),
    Token(Id, String),
}

impl PeopleGate {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Drops what is kept if anything has changed; returns the round.
    fn fresh(&self, app: &App) -> (MutexGuard<'_, Kept>, u64) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let changes = kept.changes.get_or_insert_with(|| app.live.listen(TOPIC));
        // An error means that nobody can announce any more; then nothing may be kept.
        if changes.has_changed().unwrap_or(true) {
            changes.mark_unchanged();
            kept.actors.clear();
            kept.round += 1;
        }
        let round = kept.round;
        (kept, round)
    }

    async fn find(&self, app: &App, credential: Credential) -> Result<Arc<Actor>> {
        let now = app.now();
        let (digest, secret) = match &credential {
            Credential::Session(s) if is_secret(s) => (crate::code::digest(s), s.clone()),
            Credential::Bearer(t) if token::is_token(t) => (token::digest(t), String::new()),
            Credential::Owner => {
                return app.db.read(owner).await.map(|mut a| {
                    a.rights = app.rooms.iter().flat_map(|r| r.rights).map(|r| (r.key, Scope::All)).collect();
                    Arc::new(a)
                });
            }
            _ => return Ok(Arc::new(Actor::anonymous())),
        };
        let round = {
            let (kept, round) = self.fresh(app);
            if let Some(known) = kept.actors.get(&digest)
                && now < known.ends
                && now.since(known.loaded) < KEPT_FOR
            {
                return Ok(Arc::clone(&known.actor));
            }
            round
        };
        let key = digest.clone();
        let found = app
            .db
            .read(move |tx| if secret.is_empty() { by_token(tx, &digest, now) } else { by_session(tx, &digest, &secret, now) })
            .await?;
        let Some(Found { known, touch }) = found else { return Ok(Arc::new(Actor::anonymous())) };
        if let Some(touch) = touch {
            let stored = app.db.write(now, move |tx| write(tx, &touch, now)).await;
            // The time of use is a courtesy; a busy or full server must still answer reads. It is tried again soon.
            if let Err(e) = stored {
                tracing::warn!(error = ?e, "The time of use of a session or token could not be stored");
            }
        }
        let actor = Arc::clone(&known.actor);
        let (mut kept, now_round) = self.fresh(app);
        if now_round == round {
            if kept.actors.len() >= KEPT {
                kept.actors.clear();
            }
            kept.actors.insert(key, known);
        }
        Ok(actor)
    }
}

impl Gate for PeopleGate {
    fn actor<'a>(&'a self, app: &'a App, credential: Credential) -> Boxed<'a, Result<Arc<Actor>>> {
        Box::pin(self.find(app, credential))
    }
}

fn owner(tx: &mut dyn Tx) -> Result<Actor> {
    let organisation = store::organisation(tx)?;
    Ok(Actor {
        id: ActorId::Owner,
        name: "Owner of the data folder".into(),
        zone: organisation.zone,
        organisation: organisation.name,
        ..Actor::anonymous()
    })
}

fn by_session(tx: &mut dyn Tx, digest: &str, secret: &str, now: Time) -> Result<Option<Found>> {
    let Some((session, person)) = store::session::by_digest(tx, digest)? else { return Ok(None) };
    if !session.holds(now) || person.standing() != Standing::Active {
        return Ok(None);
    }
    let rights = role::rights_of(&grant::held(&store::grant::grants_of(tx, person.id)?));
    let actor = Actor {
        id: ActorId::Person(person.id),
        name: person.name,
        csrf: csrf(secret),
        rights,
        zone: person.zone,
        organisation: store::organisation(tx)?.name,
    };
    Ok(Some(Found {
        known: Known { actor: Arc::new(actor), loaded: now, ends: session.ends() },
        touch: session.is_due(now).then_some(Touch::Session(session.id)),
    }))
}

fn by_token(tx: &mut dyn Tx, digest: &str, now: Time) -> Result<Option<Found>> {
    let Some(t) = store::token::by_digest(tx, digest)? else { return Ok(None) };
    if !t.holds(now) {
        return Ok(None);
    }
    let rights = match t.made_by.strip_prefix("person:").map(str::parse::<Id>) {
        Some(Ok(maker)) => match store::person(tx, maker)? {
            Some(p) if p.standing() == Standing::Active => {
                let maker = role::rights_of(&grant::held(&store::grant::grants_of(tx, p.id)?));
                token::rights_of(&t.scopes, Some(&maker))
            }
            _ => return Ok(None),
        },
        _ => token::rights_of(&t.scopes, None),
    };
    let organisation = store::organisation(tx)?;
    let today = day(now);
    let touch = (t.used_day.as_deref() != Some(today.as_str())).then_some(Touch::Token(t.id, today));
    let actor = Actor {
        id: ActorId::Token(t.id),
        name: t.name,
        csrf: String::new(),
        rights,
        zone: organisation.zone,
        organisation: organisation.name,
    };
    Ok(Some(Found { known: Known { actor: Arc::new(actor), loaded: now, ends: t.expires_at }, touch }))
}

fn day(now: Time) -> String {
    now.jiff().strftime("%Y-%m-%d").to_string()
}

fn write(tx: &mut dyn Tx, touch: &Touch, now: Time) -> Result<()> {
    match touch {
        Touch::Session(id) => store::session::seen(tx, *id, now),
        Touch::Token(id, day) => store::token::used(tx, *id, day),
    }
}

//! `bellwether serve --demo`: an organisation of ten teams and thirteen sprints in memory. It is made by the same acts as
//! everything else, on a clock that walks through the sprints, so its trail is as real as any.

mod core;
mod council;
mod held;
mod notices;
mod numbers;
mod sessions;
mod story;
mod words;
mod work;

use std::sync::Arc;
use std::time::Duration;

use kernel::config::Config;
use kernel::db::Place;
use kernel::error::{Error, Result};
use kernel::ids::IdSource;
use kernel::time::Clock;
use kernel::web::{Actor, ActorId, App, Boxed, Credential, Ctx, Gate};
use people::{NewGrant, NewPerson, Role};

use crate::{doctor, open};

/// Days between the end of the last sprint and the visitor's now.
const AFTER: u64 = 2;

/// Everybody who comes is the demonstration's facilitator: there is nothing to protect.
struct DemoGate(people::PeopleGate);

impl Gate for DemoGate {
    fn actor<'a>(&'a self, app: &'a App, credential: Credential) -> Boxed<'a, Result<Arc<Actor>>> {
        if credential != Credential::None {
            return self.0.actor(app, credential);
        }
        Box::pin(async move {
            let found =
                app.db.read(|tx| Ok((people::store::person_by_mail(tx, story::FACILITATOR.1)?, people::organisation(tx)?))).await?;
            let (Some(person), organisation) = found else { return Ok(Arc::new(Actor::anonymous())) };
            Ok(Arc::new(Actor {
                id: ActorId::Person(person.id),
                name: person.name,
                zone: organisation.zone,
                organisation: organisation.name,
                ..doctor::owner()
            }))
        })
    }
}

/// Opens the demonstration; the machine's now is two days after the last sprint's end, before the review.
///
/// # Errors
/// If the story cannot be told, which is a fault of ours.
pub async fn open(config: Config) -> Result<App> {
    let now = Clock::system().now();
    let place = Place::Memory(format!("demo-{}", now.micros()));
    // Held until the second opening: a database in memory ends with its last connection.
    let keep = kernel::db::sqlite::open(&place)?;
    let past = Clock::fixed(now.minus(Duration::from_secs((numbers::SPRINTS * 14 + AFTER) * 86_400)));
    let told = at(&config, &place, past)?;
    story::tell(&told).await?;
    core::tell(&told).await?;
    told.db.close();
    let app = at(&config, &place, Clock::system());
    drop(keep);
    app
}

fn at(config: &Config, place: &Place, clock: Clock) -> Result<App> {
    let ids = IdSource::system();
    open::upgrade(config, place, &clock, &ids)?;
    let gate = Box::new(DemoGate(people::PeopleGate::new()));
    open::app(open::Opening { config: config.clone(), place: place.clone(), clock, ids, gate, demo: true })
}

/// Invites a person and gives a role.
async fn invite(app: &App, cx: &Ctx, name: &str, mail: &str, role: Role, scope: Option<kernel::ids::Id>) -> Result<()> {
    let secret = app.secret()?;
    let new = NewPerson { name: name.into(), mail: mail.into(), zone: None };
    app.write(cx, move |cx, tx| {
        let (person, _) = people::acts::invite(cx, tx, &new, &secret)?;
        people::acts::grant_role(cx, tx, person.id, &NewGrant { role, scope }).map(|_| ())
    })
    .await
}

/// An actor for one of the story's people.
async fn as_person(app: &App, mail: &str) -> Result<Actor> {
    let wanted = mail.to_owned();
    let person = app.db.read(move |tx| people::store::person_by_mail(tx, &wanted)).await?;
    let person = person.ok_or_else(|| Error::internal(format!("the story has no {mail}")))?;
    Ok(Actor { id: ActorId::Person(person.id), name: person.name, ..doctor::owner() })
}

//! One organisation for all stories: two groups of two teams, each team with a workload and a service, metrics for each kind
//! of subject, agreed templates; and people with real accounts and sessions.

use std::net::IpAddr;

use bellwether::{doctor, errors, home, rooms};
use kernel::db::Engine;
use kernel::ids::Id;
use kernel::testing::{Client, TestApp};
use kernel::web::{Actor, Ctx};
use messages::Topic;
use messages::channel::{NewChannel, To};
use people::acts::NewOrganisation;
use people::code::LinkKind;
use people::token::{NewToken, TokenScope, of_secret};
use people::{NewGrant, NewPerson, PeopleGate, Role};
use serde_json::{Value, json};
use trackers::{NewTracker, TrackerKind};

/// Everybody's password.
pub(crate) const PASSWORD: &str = "the tide comes in twice a day";

/// Names of the groups, each with its teams.
const GROUPS: [(&str, [&str; 2]); 2] = [("Port", ["Cargo", "Booking"]), ("Yard", ["Gate", "Rail"])];

/// The newest sprint that has ended at [`TestApp::START`]; 22 runs.
pub(crate) const SPRINT: i64 = 21;

/// A group or team.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) id: Id,
    pub(crate) slug: String,
}

/// Somebody with an account, signed in.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: Id,
    pub(crate) name: String,
    #[allow(dead_code, reason = "shown when a test fails")]
    pub(crate) mail: String,
    /// Value of the session cookie.
    pub(crate) secret: String,
}

/// The organisation.
pub(crate) struct World {
    pub(crate) t: TestApp,
    pub(crate) groups: Vec<Named>,
    /// Two of the first group, then two of the second.
    pub(crate) teams: Vec<Named>,
}

fn named(made: &Value) -> Named {
    let text = |key: &str| made[key].as_str().unwrap_or_else(|| panic!("no {key} in {made}")).to_owned();
    Named { id: text("id").parse().unwrap(), slug: text("slug") }
}

impl World {
    /// Makes it, by the same calls as anybody's.
    pub(crate) async fn new(engine: Engine) -> Self {
        Self::seeded(engine, 1).await
    }

    /// As [`World::new`], with another sequence of ids.
    pub(crate) async fn seeded(engine: Engine, seed: u64) -> Self {
        rooms::connect();
        let parts = TestApp::with(engine, rooms::ALL, PeopleGate::new());
        let t = parts.seed(seed).error_page(errors::page).places(rooms::PLACES).build();
        let mut world = Self { t, groups: Vec::new(), teams: Vec::new() };
        let organisation = NewOrganisation { name: "Northmoor Ports".into(), zone: "Europe/London".into(), version: 0 };
        let cx = world.owner_cx();
        world.t.app.write(&cx, move |cx, tx| people::acts::set_organisation(cx, tx, &organisation)).await.unwrap();
        let mut owner = world.owner();
        for (group, teams) in GROUPS {
            let new = json!({ "name": group, "zone": "Europe/London", "first_number": 17, "first_day": "2026-08-26" });
            let made = named(&owner.json("POST", "/api/v1/groups", &new).await.expect(201).json());
            for team in teams {
                let new = json!({ "name": team, "group": made.slug });
                let team = named(&owner.json("POST", "/api/v1/teams", &new).await.expect(201).json());
                let (core, api) = (format!("{}-core", team.slug), format!("{}-api", team.slug));
                let new = json!({ "name": core, "team": team.slug });
                owner.json("POST", "/api/v1/workloads", &new).await.expect(201);
                let new = json!({ "name": api, "workload": core });
                owner.json("POST", "/api/v1/services", &new).await.expect(201);
                world.teams.push(team);
            }
            let slug = made.slug.clone();
            let cx = world.owner_cx();
            world
                .t
                .app
                .write(&cx, move |cx, tx| {
                    let group = catalogue::store::group_by_slug(tx, &slug)?;
                    home::begin_template(cx, tx, &group, true)
                })
                .await
                .unwrap();
            let template = format!("/api/v1/groups/{}/template", made.slug);
            let mut agreed = owner.get(&template).await.expect(200).json()["template"].clone();
            let lists = json!({ "pillar": "sustainability", "rows": [
                { "list": { "kind": "links", "key": "links", "title": "Where to look" } },
                { "list": { "kind": "events", "key": "game-days", "title": "Game days", "columns": [{ "key": "what", "title": "What" }] } },
            ] });
            agreed["sections"].as_array_mut().unwrap().push(lists);
            let new = json!({ "template": agreed, "version": 1, "reason": "with lists" });
            owner.json("PUT", &template, &new).await.expect(200);
            world.groups.push(made);
        }
        for (key, subject, period) in
            [("error-budget", "workload", "month"), ("restarts", "service", "day"), ("pages", "team", "week")]
        {
            let new = json!({ "key": key, "title": key, "pillar": "operations", "unit": "", "direction": "down", "period": period,
                "subject": subject, "aggregation": "sum" });
            owner.json("POST", "/api/v1/metrics", &new).await.expect(201);
        }
        // It may not be fetched from, so that no test depends on a network.
        let pull = json!({ "kind": "prometheus", "url": "http://127.0.0.1:9", "query": "up", "mode": "instant" });
        let new = json!({ "name": "Alarms", "metric": "pages", "subject": world.teams[0].slug, "every_minutes": 60, "pull": pull });
        owner.json("POST", "/api/v1/sources", &new).await.expect(201);
        let from = json!({ "kind": "backstage-api", "url": "http://127.0.0.1:9" });
        owner.json("POST", "/api/v1/feeds", &json!({ "name": "Portal", "from": from, "every_minutes": 60 })).await.expect(201);
        // What these two lead to stands in a configuration that tests do not have, so they are made past the door that asks for it.
        let channel = NewChannel {
            name: "Chat".into(),
            slug: None,
            group: None,
            topics: vec![Topic::Council],
            to: To::Slack { secret: "chat".into() },
            version: None,
        };
        let tracker = NewTracker {
            name: "Issues".into(),
            slug: None,
            kind: TrackerKind::Github,
            url: "http://127.0.0.1:9".into(),
            project: "northmoor/ports".into(),
            secret: "github".into(),
            hook_secret: None,
            issue_type: None,
            version: None,
        };
        let cx = world.owner_cx();
        let made = world.t.app.write(&cx, move |cx, tx| {
            messages::acts::channel::make(cx, tx, &channel)?;
            trackers::acts::make(cx, tx, &tracker).map(|_| ())
        });
        made.await.unwrap();
        let notice =
            json!({ "kind": "information", "title": "The gate closes", "body": "On Friday.", "acknowledge_by": "2026-11-30" });
        owner.json("POST", "/api/v1/notices", &notice).await.expect(201);
        world
    }

    /// Whoever owns the data folder.
    pub(crate) fn owner(&self) -> Client {
        let mut client = self.t.client();
        client.owner = true;
        client
    }

    /// The owner's context, for acts that have no route.
    pub(crate) fn owner_cx(&self) -> Ctx {
        Ctx::of(doctor::owner(), self.t.app.now(), "world")
    }

    /// Invites somebody, gives roles, and accepts the invitation with [`PASSWORD`].
    pub(crate) async fn person(&self, name: &str, roles: &[(Role, Option<Id>)]) -> Person {
        let app = &self.t.app;
        let link = app.secret().unwrap();
        let mail = format!("{}@northmoor.example", kernel::text::slug(name));
        let new = NewPerson { name: name.into(), mail: mail.clone(), zone: None };
        let (made, roles) = (link.clone(), roles.to_vec());
        let id = app
            .write(&self.owner_cx(), move |cx, tx| {
                let (person, _) = people::acts::invite(cx, tx, &new, &made)?;
                for (role, scope) in &roles {
                    people::acts::grant_role(cx, tx, person.id, &NewGrant { role: *role, scope: *scope })?;
                }
                Ok(person.id)
            })
            .await
            .unwrap();
        let nobody = Ctx::of(Actor::anonymous(), app.now(), "world");
        let here = IpAddr::from([192, 0, 2, 1]);
        let signed = people::acts::use_link(app, &nobody, here, LinkKind::Invitation, &link, PASSWORD).await.unwrap();
        Person { id, name: name.into(), mail, secret: signed.secret }
    }

    /// A browser in which somebody is signed in.
    pub(crate) fn browser(&self, person: &Person) -> Client {
        let mut client = self.t.client();
        client.cookie = Some(format!("session={}", person.secret));
        client
    }

    /// A token of the owner's with these rights; the second is the whole token.
    pub(crate) async fn token(&self, name: &str, rights: &[(&str, Option<Id>)]) -> (Id, String) {
        let secret = of_secret(&self.t.app.secret().unwrap());
        let scopes = rights.iter().map(|(right, scope)| TokenScope { right: (*right).into(), scope: *scope }).collect();
        let new = NewToken { name: name.into(), days: Some(366), scopes };
        let drawn = secret.clone();
        let made = self.t.app.write(&self.owner_cx(), move |cx, tx| people::acts::make_token(cx, tx, &new, &drawn)).await;
        (made.unwrap().id, secret)
    }
}

impl Person {
    /// The token that this person's forms carry.
    pub(crate) fn csrf(&self) -> String {
        people::session::csrf(&self.secret)
    }
}

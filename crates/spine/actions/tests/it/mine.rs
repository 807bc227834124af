//! What somebody answers for, by name and by role, is listed for them alone.

use kernel::ids::Id;
use kernel::testing::{Client, TestApp};
use kernel::web::{Actor, ActorId, Ctx, Scope};
use people::code::LinkKind;
use people::{NewGrant, NewPerson, Role};
use serde_json::{Value, json};

use crate::world::{add, new, owner, with};

/// Somebody with roles for teams, signed in.
pub(crate) async fn person(t: &TestApp, name: &'static str, roles: &[(&str, Role)]) -> Client {
    let mut held = Vec::new();
    for (team, role) in roles {
        let id =
            owner(t).get(&format!("/api/v1/teams/{team}")).await.expect(200).json()["id"].as_str().unwrap().parse::<Id>().unwrap();
        held.push(NewGrant { role: *role, scope: Some(id) });
    }
    let (app, secret) = (&t.app, t.app.secret().unwrap());
    let rights: Vec<_> = people::rights::ALL.iter().map(|r| (r.key, Scope::All)).collect();
    let all = Actor { id: ActorId::Owner, name: "owner".into(), rights, ..Actor::anonymous() };
    let (cx, drawn) = (Ctx::of(all, app.now(), "mine"), secret.clone());
    let made = app.write(&cx, move |cx, tx| {
        let mail = format!("{}@northmoor.example", kernel::text::slug(name));
        let (person, _) = people::acts::invite(cx, tx, &NewPerson { name: name.into(), mail, zone: None }, &drawn)?;
        held.iter().try_for_each(|grant| people::acts::grant_role(cx, tx, person.id, grant).map(|_| ()))
    });
    made.await.unwrap();
    let nobody = Ctx::of(Actor::anonymous(), app.now(), "mine");
    let here = std::net::IpAddr::from([192, 0, 2, 1]);
    let signed =
        people::acts::use_link(app, &nobody, here, LinkKind::Invitation, &secret, "correct horse battery staple").await.unwrap();
    let mut client = t.client();
    client.cookie = Some(format!("session={}", signed.secret));
    client
}

async fn mine(c: &mut Client, query: &str) -> Vec<String> {
    let list = c.get(&format!("/api/v1/actions?owner=me{query}")).await.expect(200).json();
    list["items"].as_array().unwrap().iter().map(|a| a["what"].as_str().unwrap().to_owned()).collect()
}

pub(crate) async fn what_somebody_answers_for_is_listed_for_them_alone(t: TestApp) {
    let mut maya = person(&t, "Maya Okafor", &[("checkout", Role::PrincipalEngineer), ("search", Role::Engineer)]).await;
    let mut samir = person(&t, "Samir Haddad", &[("search", Role::PrincipalEngineer)]).await;
    let mut c = owner(&t);
    let of = |team: &str, what: &str, who: &str| {
        let mut body = new(team, what, if what == "by name" { "2026-12-01" } else { "" });
        body["owner"] = json!(who);
        body
    };
    for body in [
        of("checkout", "by role", "principal-engineer"),
        of("checkout", "another role", "delivery-lead"),
        of("search", "his role", "principal-engineer"),
        of("search", "by name", "maya-okafor@northmoor.example"),
        of("search", "engineers", "engineer"),
    ] {
        add(&mut c, &body).await;
    }
    assert_eq!(mine(&mut maya, "").await, ["by role", "by name", "engineers"], "teams in their order, then by last day");
    assert_eq!(mine(&mut samir, "").await, ["his role"]);
    assert_eq!(mine(&mut maya, "&team=checkout").await, ["by role"]);
    // A page may be short, and leads on all the same.
    let (mut seen, mut next) = (Vec::new(), String::new());
    loop {
        let page = maya.get(&format!("/api/v1/actions?owner=me&limit=1{next}")).await.expect(200).json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|a| a["what"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next"].as_str() else { break };
        next = format!("&cursor={cursor}");
    }
    assert_eq!(seen, ["by role", "by name", "engineers"]);
    let page = maya.get("/actions?owner=me").await.expect(200).text;
    assert!(page.contains("My actions") && page.contains("by name") && !page.contains("his role"), "{page}");
    assert!(maya.get("/actions").await.expect(200).text.contains("/actions?owner=me"));
    let csv = maya.get("/api/v1/actions/csv?owner=me").await.expect(200).text;
    assert!(csv.contains("by role") && !csv.contains("another role"), "{csv}");
    // Nobody asks for somebody else's, and a program has none.
    let refused = |answer: Value| assert_eq!(answer["faults"][0]["at"], "owner", "{answer}");
    refused(samir.get("/api/v1/actions?owner=maya-okafor@northmoor.example").await.expect(422).json());
    refused(with(&t, "checkout", "actions.write").await.get("/api/v1/actions?owner=me").await.expect(422).json());
    t.end().await;
}

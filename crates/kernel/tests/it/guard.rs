//! The ban on changing the trail, as PostgreSQL keeps it: for a role that is no superuser, the tables' owner included.

use kernel::db::postgres::{PgConfig, connect_raw};
use kernel::db::{Db, Place};
use kernel::ids::IdSource;
use kernel::live::Live;
use kernel::testing::pg::{PgDatabase, server};
use kernel::trail;

use crate::stage::{NOW, ROOMS, context, note};

/// A role that may log in and nothing else; dropped with this guard, after its database.
struct Role {
    name: String,
    database: Option<PgDatabase>,
}

impl Role {
    fn owner() -> Self {
        let name = format!("bellwether_{}", std::process::id());
        let database = server().fresh_database();
        let mut admin = connect_raw(database.config()).unwrap();
        admin.batch_execute(&format!("CREATE ROLE {name} LOGIN; ALTER DATABASE {} OWNER TO {name}", database.name())).unwrap();
        Self { name, database: Some(database) }
    }

    fn config(&self) -> PgConfig {
        let mut config = self.database.as_ref().unwrap().config().clone();
        config.user = Some(self.name.clone());
        config
    }
}

impl Drop for Role {
    fn drop(&mut self) {
        let admin = self.database.as_ref().unwrap().config().with_database("postgres");
        self.database.take();
        if let Ok(mut admin) = connect_raw(&admin) {
            let _ = admin.batch_execute(&format!("DROP ROLE {}", self.name));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_role_of_the_server_may_add_to_the_trail_and_change_nothing_in_it() {
    // Another server than ours may know neither the role nor a way in without a password.
    if server().cluster().is_none() {
        return;
    }
    let role = Role::owner();
    let place = Place::Postgres(role.config());
    kernel::migrate::run(&place, ROOMS, NOW).unwrap();
    let db = Db::open(&place, IdSource::seeded(1), Live::new()).unwrap();
    let id = db
        .write(NOW, |tx| {
            note(tx, "one")?;
            trail::record(&context(), tx, "met", &kernel::ids::Ref::new("person", 1), &"Ada", "")
        })
        .await
        .unwrap();
    // Sealing and redacting need no more than the role has.
    while db.read(trail::oldest_pending).await.unwrap().is_some() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    db.write(NOW, move |tx| trail::redact(&context(), tx, id, "asked for")).await.unwrap();
    while db.read(trail::oldest_pending).await.unwrap().is_some() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let found = db.read(|tx| trail::verify(tx, NOW)).await.unwrap();
    assert!(found.valid && found.records == 3 && found.redacted == 1, "{found:?}");
    // `doctor` tells a role that is kept from it from one that nothing keeps.
    assert!(trail::kept_by_grants(&role.config()).unwrap());
    assert!(!trail::kept_by_grants(role.database.as_ref().unwrap().config()).unwrap());
    let mut own = connect_raw(&role.config()).unwrap();
    for sql in [
        "UPDATE trail SET verb = 'x'",
        "DELETE FROM trail",
        "TRUNCATE trail",
        "UPDATE trail_seal SET at = 1",
        "DELETE FROM trail_seal",
        "TRUNCATE trail_seal",
        "UPDATE trail_member SET position = 7",
        "DELETE FROM trail_member",
        "TRUNCATE trail_member",
        "UPDATE trail_payload SET body = '{}'",
        "TRUNCATE trail_payload",
        "INSERT INTO trail SELECT * FROM trail ON CONFLICT (id) DO UPDATE SET verb = 'x'",
    ] {
        let e = own.batch_execute(sql).expect_err(sql);
        assert!(format!("{e:?}").contains("42501"), "{sql}: {e:?}");
    }
    drop(own);
    db.close();
}

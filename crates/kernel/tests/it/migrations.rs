//! Migrations on both engines: forward only, with a backup before; what is newer or changed is refused.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Barrier};

use kernel::backup;
use kernel::db::{Engine, Place};
use kernel::error::{Error, Result};
use kernel::ids::IdSource;
use kernel::migrate;
use kernel::room::{Migration, Room};
use kernel::testing::pg::{PgDatabase, server};

use crate::stage::{ENGINES, NOW, Scratch, note, open, put, raw};

const FIRST: Migration =
    Migration { number: 1, name: "first", sql: "CREATE TABLE thing (\n  id TEXT PRIMARY KEY,\n  n BIGINT\n);\n" };
const SECOND: Migration = Migration {
    number: 2,
    name: "second",
    sql: "ALTER TABLE thing ADD COLUMN more TEXT;\nCREATE TABLE part (\n  id TEXT PRIMARY KEY,\n  thing TEXT REFERENCES thing (id)\n);\n",
};
const BROKEN: Migration =
    Migration { number: 3, name: "broken", sql: "CREATE TABLE half (\n  id TEXT PRIMARY KEY\n);\nSELECT nonsense;\n" };

const fn room(migrations: &'static [Migration]) -> Room {
    Room { name: "evolving", routes: &[], migrations, statements: &[], jobs: &[], rights: &[] }
}

static OLD: Room = room(&[FIRST]);
static NEW: Room = room(&[FIRST, SECOND]);
static BAD: Room = room(&[FIRST, SECOND, BROKEN]);
static CHANGED: Room = room(&[Migration { sql: "CREATE TABLE thing (\n  id TEXT PRIMARY KEY\n);\n", ..FIRST }]);

/// An empty database.
struct Empty {
    place: Place,
    folder: Scratch,
    _postgres: Option<PgDatabase>,
}

impl Empty {
    fn on(engine: Engine) -> Self {
        let folder = Scratch::new();
        match engine {
            Engine::Sqlite => Self { place: folder.place(), folder, _postgres: None },
            Engine::Postgres => {
                let pg = server().fresh_database();
                Self { place: Place::Postgres(pg.config().clone()), folder, _postgres: Some(pg) }
            }
        }
    }

    fn upgrade(&self, room: &'static Room) -> Result<migrate::Upgraded> {
        migrate::upgrade(&self.place, &[&kernel::ROOM, room], NOW, &IdSource::system(), &self.backups())
    }

    fn backups(&self) -> PathBuf {
        self.folder.0.join("backups")
    }

    fn backup_files(&self) -> Vec<PathBuf> {
        std::fs::read_dir(self.backups()).map_or(Vec::new(), |dir| dir.map(|e| e.unwrap().path()).collect())
    }
}

kernel::sql! {
    THINGS = "SELECT CAST(count(*) AS BIGINT) FROM thing";
}

#[tokio::test(flavor = "multi_thread")]
async fn data_are_backed_up_before_their_tables_change_and_the_backup_restores_into_either_engine() {
    for engine in ENGINES {
        let e = Empty::on(engine);
        let first = e.upgrade(&OLD).unwrap();
        assert_eq!((first.applied, first.backup), (3, None), "nothing to back up yet");
        let (db, _) = open(&e.place);
        db.write(NOW, |tx| put(tx, "kept").and_then(|()| note(tx, "kept"))).await.unwrap();
        db.close();
        // Once more with the same program: nothing to do, no backup.
        let same = e.upgrade(&OLD).unwrap();
        assert_eq!((same.applied, same.backup), (0, None));

        let done = e.upgrade(&NEW).unwrap();
        assert_eq!(done.applied, 1, "{engine:?}");
        let file = done.backup.expect("a backup before the change");
        assert_eq!(e.backup_files(), std::slice::from_ref(&file));
        raw(&e.place, "INSERT INTO part (id, thing) VALUES ('p', 'kept')");

        // The old program can go back to it, and the new one brings it up to date: on either engine.
        for target in ENGINES {
            let t = Empty::on(target);
            backup::restore(&file, &t.place, &[&kernel::ROOM, &OLD], NOW, backup::Broken::Refuse).unwrap();
            assert!(migrate::look(&t.place, &[&kernel::ROOM, &OLD]).unwrap().pending.is_empty());
            let t = Empty::on(target);
            let restored = backup::restore(&file, &t.place, &[&kernel::ROOM, &NEW], NOW, backup::Broken::Refuse).unwrap();
            // On PostgreSQL the sealer comes later, so the record may not have been sealed yet.
            assert!(restored.checkpoint.number == 1 || engine == Engine::Postgres);
            assert!(migrate::look(&t.place, &[&kernel::ROOM, &NEW]).unwrap().pending.is_empty());
            raw(&t.place, "INSERT INTO part (id, thing) VALUES ('p', 'kept')");
            let (db, _) = open(&t.place);
            assert_eq!(db.read(|tx| tx.one(&THINGS, &[])?.int(0)).await.unwrap(), 1, "{engine:?} to {target:?}");
            let found = db.read(|tx| kernel::trail::verify(tx, NOW)).await.unwrap();
            assert!(found.valid && found.records + found.unsealed == 1, "{found:?}");
            db.close();
        }
    }
}

#[test]
fn without_a_named_folder_a_file_is_backed_up_beside_itself_and_postgresql_is_not_touched() {
    let e = Empty::on(Engine::Sqlite);
    migrate::run(&e.place, &[&kernel::ROOM, &OLD], NOW).unwrap();
    assert!(e.backup_files().is_empty());
    assert_eq!(migrate::run(&e.place, &[&kernel::ROOM, &NEW], NOW).unwrap(), 1);
    assert_eq!(e.backup_files().len(), 1);
    backup::inspect(&e.backup_files()[0]).unwrap();

    let e = Empty::on(Engine::Postgres);
    migrate::run(&e.place, &[&kernel::ROOM, &OLD], NOW).unwrap();
    assert!(matches!(migrate::run(&e.place, &[&kernel::ROOM, &NEW], NOW), Err(Error::Conflict(_))));
    assert_eq!(migrate::look(&e.place, &[&kernel::ROOM, &NEW]).unwrap().pending.len(), 1);
    assert_eq!(migrate::run(&e.place, &[&kernel::ROOM, &OLD], NOW).unwrap(), 0);
}

#[test]
fn if_the_backup_fails_nothing_is_changed() {
    for engine in ENGINES {
        let e = Empty::on(engine);
        e.upgrade(&OLD).unwrap();
        // A file where the folder should be.
        std::fs::write(e.backups(), "").unwrap();
        assert!(e.upgrade(&NEW).is_err());
        assert_eq!(migrate::look(&e.place, &[&kernel::ROOM, &NEW]).unwrap().pending.len(), 1, "{engine:?}");
    }
}

#[test]
fn a_newer_database_is_refused_untouched() {
    for engine in ENGINES {
        let e = Empty::on(engine);
        e.upgrade(&NEW).unwrap();
        let refused = e.upgrade(&OLD).unwrap_err();
        assert!(
            matches!(&refused, Error::Conflict(m) if m.contains("newer version") && m.contains("evolving migration 2")),
            "{refused:?}"
        );
        assert!(migrate::run(&e.place, &[&kernel::ROOM], NOW).is_err(), "a room that is not known is newer too");
        assert!(e.backup_files().is_empty(), "{engine:?}");
        assert_eq!(e.upgrade(&NEW).unwrap().applied, 0);
    }
}

#[test]
fn a_changed_migration_is_refused_untouched() {
    for engine in ENGINES {
        let e = Empty::on(engine);
        e.upgrade(&OLD).unwrap();
        let refused = e.upgrade(&CHANGED).unwrap_err();
        assert!(matches!(&refused, Error::Conflict(m) if m.contains("not the text")), "{engine:?} {refused:?}");
    }
}

#[test]
fn a_migration_that_fails_leaves_nothing_of_itself() {
    for engine in ENGINES {
        let e = Empty::on(engine);
        e.upgrade(&OLD).unwrap();
        let failed = e.upgrade(&BAD).unwrap_err();
        assert!(format!("{failed:?}").contains("evolving 3 broken"), "{failed:?}");
        // Those before it are applied, it can be mended, and its table does not exist.
        let plan = migrate::look(&e.place, &[&kernel::ROOM, &BAD]).unwrap();
        assert_eq!(plan.pending.iter().map(|p| p.migration.number).collect::<Vec<_>>(), [3], "{engine:?}");
        raw(&e.place, "CREATE TABLE half (id TEXT PRIMARY KEY)");
    }
}

#[test]
fn instances_that_start_at_once_migrate_once() {
    for engine in ENGINES {
        for (from, room) in [(None, &NEW), (Some(&OLD), &NEW)] {
            let e = Arc::new(Empty::on(engine));
            if let Some(old) = from {
                e.upgrade(old).unwrap();
            }
            let start = Arc::new(Barrier::new(4));
            let instances: Vec<_> = (0..4)
                .map(|_| {
                    let (e, start) = (Arc::clone(&e), Arc::clone(&start));
                    std::thread::spawn(move || {
                        start.wait();
                        e.upgrade(room).map(|u| u.applied)
                    })
                })
                .collect();
            let applied: Vec<_> = instances.into_iter().map(|i| i.join().unwrap()).collect();
            let sum: usize = applied.iter().map(|a| *a.as_ref().unwrap_or_else(|e| panic!("{engine:?}: {e:?}"))).sum();
            assert_eq!(sum, if from.is_some() { 1 } else { 4 }, "{engine:?} {applied:?}");
        }
    }
}

/// Nothing but the database itself is left behind.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_backup_of_a_newer_program_is_not_restored_and_leaves_nothing() {
    let e = Empty::on(Engine::Sqlite);
    e.upgrade(&NEW).unwrap();
    let file = e.folder.0.join("new.db");
    backup::backup(&e.place, &[&kernel::ROOM, &NEW], &file, NOW).unwrap();
    for engine in ENGINES {
        let t = Empty::on(engine);
        let refused = backup::restore(&file, &t.place, &[&kernel::ROOM, &OLD], NOW, backup::Broken::Refuse).unwrap_err();
        assert!(refused.to_string().contains("newer version"), "{engine:?} {refused:?}");
        assert_eq!(names(&t.folder.0), [""; 0]);
        // PostgreSQL is still empty: the right program can restore into it.
        backup::restore(&file, &t.place, &[&kernel::ROOM, &NEW], NOW, backup::Broken::Refuse).unwrap();
    }
}

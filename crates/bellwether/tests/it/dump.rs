//! Everything that is stored, so that a test can say that nothing changed.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Duration;

use bellwether::rooms;
use kernel::db::{Place, Sql, sqlite};
use kernel::migrate;
use kernel::testing::TestApp;
use kernel::web::App;

/// Rows of each table, in a fixed order.
pub(crate) type Dump = BTreeMap<&'static str, Vec<String>>;

/// What changes beside what a call is about: when a session or token was last seen, what instances tell each other, and
/// which of them runs a job.
const ASIDE: [(&str, &str); 4] = [("session", "seen_at"), ("token", "used_day"), ("topic_note", "*"), ("lease", "*")];

/// One SELECT for each table, made from the tables that all migrations make.
fn statements() -> &'static [(&'static str, Sql)] {
    static ALL: OnceLock<Vec<(&'static str, Sql)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let place = Place::Memory("dump".into());
        let conn = sqlite::open(&place).unwrap();
        migrate::run(&place, rooms::ALL, TestApp::START).unwrap();
        let texts = |sql: &str| -> Vec<String> {
            let mut found = conn.prepare(sql).unwrap();
            let rows = found.query_map([], |r| r.get(0)).unwrap();
            rows.map(Result::unwrap).collect()
        };
        let tables = texts("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name");
        let of = |table: String| {
            let columns = texts(&format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"));
            let kept: Vec<String> =
                columns.into_iter().filter(|c| !ASIDE.iter().any(|(t, a)| *t == table && (*a == "*" || a == c))).collect();
            (!kept.is_empty()).then(|| {
                let table: &'static str = table.leak();
                (table, Sql::new(table, format!("SELECT {} FROM {table}", kept.join(", ")).leak()))
            })
        };
        let all: Vec<_> = tables.into_iter().filter_map(of).collect();
        assert!(all.len() > 20, "{} tables", all.len());
        all
    })
}

/// Reads everything. Waits until the trail is sealed, which PostgreSQL does a moment after the commit.
pub(crate) async fn dump(app: &App) -> Dump {
    for _ in 0..200 {
        if app.db.read(kernel::trail::oldest_pending).await.unwrap().is_none() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    app.db
        .read(|tx| {
            let mut out = Dump::new();
            for (table, sql) in statements() {
                let mut rows: Vec<String> = tx.query(sql, &[])?.iter().map(|r| format!("{:?}", r.0)).collect();
                rows.sort_unstable();
                out.insert(table, rows);
            }
            Ok(out)
        })
        .await
        .unwrap()
}

/// Rows that stand in one of the two and not in the other; none if nothing changed.
pub(crate) fn changes(before: &Dump, after: &Dump) -> Vec<String> {
    let mut out = Vec::new();
    for (table, old) in before {
        let new = &after[table];
        out.extend(old.iter().filter(|r| !new.contains(r)).map(|r| format!("- {table} {r}")));
        out.extend(new.iter().filter(|r| !old.contains(r)).map(|r| format!("+ {table} {r}")));
        if old.len() != new.len() && old.iter().all(|r| new.contains(r)) && new.iter().all(|r| old.contains(r)) {
            out.push(format!("{table}: {} rows, then {}", old.len(), new.len()));
        }
    }
    out
}

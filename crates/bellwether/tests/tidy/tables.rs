//! Tables: who made them, who names them, where foreign keys lead, what the trail's allow.

use std::collections::BTreeMap;

use super::code::{Code, line_at};
use super::source::{Finding, Source, clean, files, shipped};

/// Heights of crates, lowest first; rooms stand beside each other above the spine.
const ORDER: [&str; 13] = [
    "kernel",
    "people",
    "catalogue",
    "evidence",
    "messages",
    "trackers",
    "intake",
    "marks",
    "facts",
    "metrics",
    "actions",
    "decisions",
    "alerts",
];

fn height(owner: &str) -> usize {
    ORDER.iter().position(|o| *o == owner).unwrap_or(ORDER.len())
}

/// True if `owner` may name a table of `other` in its SQL or refer to it: its own, or a lower crate's of the spine. The
/// kernel's tables are reached through the kernel's functions.
fn may_name(owner: &str, other: &str) -> bool {
    owner == other || (other != "kernel" && height(other) < height(owner) && ORDER.contains(&other))
}

/// The crate of a path below `crates/`.
pub(crate) fn owner(path: &str) -> &str {
    let rest = path.strip_prefix("crates/spine/").or_else(|| path.strip_prefix("crates/")).unwrap_or(path);
    rest.split('/').next().unwrap_or(rest)
}

/// Every migration, in a fixed order.
pub(crate) fn migrations() -> Vec<Source> {
    files(&[".sql"]).into_iter().filter(|s| s.path.contains("/migrations/")).collect()
}

/// Type of each column by table and name.
pub(crate) type Columns = BTreeMap<(String, String), String>;

/// Reads `CREATE TABLE` and `ALTER TABLE .. ADD COLUMN`.
pub(crate) fn columns(migrations: &[Source]) -> Columns {
    let mut out = Columns::new();
    for m in migrations {
        let mut table = String::new();
        for line in m.text.lines() {
            let words: Vec<&str> =
                line.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(')).filter(|w| !w.is_empty()).collect();
            match words.as_slice() {
                ["CREATE", "TABLE", name, ..] => table = (*name).to_owned(),
                ["ALTER", "TABLE", name, "ADD", "COLUMN", column, kind, ..] => {
                    out.insert(((*name).to_owned(), (*column).to_owned()), (*kind).to_owned());
                }
                [first, ..] if first.starts_with(')') => table.clear(),
                [column, kind, ..] if !table.is_empty() && matches!(*kind, "TEXT" | "BIGINT" | "DOUBLE") => {
                    // Ids, what refers to them, digests and days have one form each, so every collation orders them alike.
                    let one_form = ["id", "record", "digest", "hash", "day", "first_day", "used_day"];
                    let id = one_form.contains(column) || line.contains("REFERENCES");
                    let kind = if id { "ID" } else { *kind };
                    out.insert((table.clone(), (*column).to_owned()), kind.to_owned());
                }
                _ => {}
            }
        }
    }
    out
}

/// Who made which table.
fn makers(migrations: &[Source]) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for m in migrations {
        for (i, mark) in m.text.match_indices("CREATE TABLE ") {
            out.insert(first_word(&m.text[i + mark.len()..]), owner(&m.path).to_owned());
        }
    }
    // Made by the runner of migrations itself.
    out.insert("schema_migration".into(), "kernel".into());
    out
}

fn first_word(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Tables that a statement names; the names that WITH gives are none.
pub(crate) fn named_tables(sql: &str) -> Vec<String> {
    let parts: Vec<&str> =
        sql.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',')).filter(|w| !w.is_empty()).collect();
    let given: Vec<&str> = parts.windows(2).filter(|w| w[1] == "AS" && parts[0] == "WITH").map(|w| w[0]).collect();
    let mut out = Vec::new();
    for (i, w) in parts.windows(2).enumerate() {
        // DO UPDATE SET names no table, nor does FOR UPDATE.
        let update = w[0] == "UPDATE" && (i == 0 || !matches!(parts[i - 1], "DO" | "FOR"));
        if (matches!(w[0], "FROM" | "JOIN" | "INTO") || update) && !given.contains(&w[1]) {
            let name = first_word(w[1]);
            if !name.is_empty() && name != "SELECT" && !out.contains(&name) {
                out.push(name);
            }
        }
    }
    out
}

/// Tables of others that a room's SQL names.
fn foreign(stores: &[Source], makers: &BTreeMap<String, String>) -> Vec<Finding> {
    let mut out = Vec::new();
    for source in stores {
        let own = owner(&source.path);
        for (line, text) in Code::shipped(&source.text).strings {
            if !text.starts_with(|c: char| c.is_ascii_uppercase()) || !text.contains(' ') {
                continue;
            }
            for table in named_tables(&text) {
                match makers.get(&table) {
                    None => out.push(Finding::new(&source.path, line, format!("no migration makes a table {table}"))),
                    Some(made) if may_name(own, made) => {}
                    Some(made) => {
                        out.push(Finding::new(&source.path, line, format!("{table} belongs to {made}; ask it by a function")))
                    }
                }
            }
        }
    }
    out
}

/// Foreign keys that do not lead downwards.
fn upwards(migrations: &[Source], makers: &BTreeMap<String, String>) -> Vec<Finding> {
    let mut out = Vec::new();
    for m in migrations {
        for (i, mark) in m.text.match_indices("REFERENCES ") {
            let table = first_word(&m.text[i + mark.len()..]);
            let made = makers.get(&table).map_or("nobody", String::as_str);
            if !may_name(owner(&m.path), made) {
                let say = format!("a key to {table} of {made}: keys lead to the room's own tables or down the spine");
                out.push(Finding::new(&m.path, line_at(&m.text, i), say));
            }
        }
    }
    out
}

/// Why a text would change or take away evidence.
pub(crate) fn trail_faults(path: &str, text: &str) -> impl Iterator<Item = String> {
    let mut out = Vec::new();
    for table in ["trail", "trail_seal", "trail_member", "trail_payload"] {
        for (verb, of) in [("UPDATE ", "UPDATE"), ("DELETE FROM ", "DELETE"), ("TRUNCATE ", "TRUNCATE"), ("DROP TABLE ", "DROP")] {
            let hit = text.match_indices(verb).any(|(i, _)| first_word(&text[i + verb.len()..]) == table);
            // A redaction takes a payload away and leaves its digest; the trail's own store is the one place for it.
            let redaction = table == "trail_payload" && of == "DELETE" && path == "crates/kernel/src/trail/store.rs";
            if hit && !redaction {
                out.push(format!("{of} on {table}: the trail is only added to"));
            }
        }
    }
    out.into_iter()
}

fn stores() -> Vec<Source> {
    shipped(&files(&[".rs"])).into_iter().filter(|s| s.path.ends_with("/store.rs") || s.path.contains("/store/")).collect()
}

#[test]
fn a_rooms_sql_names_its_own_tables_and_the_spines() {
    clean(&foreign(&stores(), &makers(&migrations())));
}

#[test]
fn foreign_keys_lead_downwards() {
    clean(&upwards(&migrations(), &makers(&migrations())));
}

fn sample() -> Vec<Source> {
    let of = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
    vec![
        of("crates/kernel/migrations/0001_k.sql", "CREATE TABLE trail (\n  id TEXT PRIMARY KEY\n);"),
        of("crates/spine/people/migrations/0001_p.sql", "CREATE TABLE person (\n  id TEXT, home TEXT REFERENCES team (id)\n);"),
        of("crates/spine/catalogue/migrations/0001_c.sql", "CREATE TABLE team (\n  lead TEXT REFERENCES person (id)\n);"),
        of(
            "crates/report/migrations/0001_r.sql",
            "CREATE TABLE sheet (\n  a TEXT REFERENCES source (id),\n  t TEXT REFERENCES team (id)\n);",
        ),
        of("crates/sources/migrations/0001_s.sql", "CREATE TABLE source (\n  a TEXT REFERENCES trail (id)\n);"),
    ]
}

#[test]
fn a_key_that_leads_up_or_sideways_is_found() {
    let m = sample();
    let found: Vec<_> = upwards(&m, &makers(&m)).into_iter().map(|f| (f.path, f.line)).collect();
    let at = |path: &str, line| (format!("crates/{path}"), line);
    assert_eq!(
        found,
        [
            at("spine/people/migrations/0001_p.sql", 2),
            at("report/migrations/0001_r.sql", 2),
            at("sources/migrations/0001_s.sql", 2)
        ]
    );
}

#[test]
fn a_table_of_another_room_is_found() {
    let store = |path: &str, sql: &str| Source { path: format!("crates/{path}/src/store.rs"), text: format!("\"{sql}\"") };
    let bad = [
        store("spine/people", "SELECT id FROM team"),
        store("report", "SELECT s.id FROM sheet s JOIN source x ON x.a = s.a"),
        store("sources", "UPDATE sheet SET a = 1"),
        store("report", "INSERT INTO trail (id) VALUES (1)"),
        store("report", "DELETE FROM nowhere"),
    ];
    assert_eq!(foreign(&bad, &makers(&sample())).len(), bad.len());
    let good = [
        store("report", "SELECT t.lead FROM sheet s JOIN team t ON t.lead = s.a, person"),
        store("spine/catalogue", "INSERT INTO team (lead) VALUES (1) ON CONFLICT (lead) DO UPDATE SET lead = excluded.lead"),
        store("report", "WITH n AS (SELECT a FROM sheet) SELECT a FROM n"),
    ];
    clean(&foreign(&good, &makers(&sample())));
}

#[test]
fn a_change_of_the_trail_is_found() {
    let faults = |path: &str, text: &str| trail_faults(path, text).count();
    assert_eq!(faults("crates/report/src/store.rs", "UPDATE trail SET at = 1"), 1);
    assert_eq!(faults("crates/report/src/store.rs", "DELETE FROM trail_seal WHERE number = 1"), 1);
    assert_eq!(faults("crates/report/src/store.rs", "DELETE FROM trail_payload"), 1);
    assert_eq!(faults("crates/kernel/src/trail/store.rs", "DELETE FROM trail_payload"), 0);
    assert_eq!(faults("crates/kernel/src/trail/store.rs", "DELETE FROM trail_pending"), 0);
    assert_eq!(faults("crates/report/migrations/0002_x.sql", "DROP TABLE trail;"), 1);
    assert_eq!(faults("x", "INSERT INTO trail (id) VALUES (1)"), 0);
}

#[test]
fn columns_are_read_with_their_types() {
    let found = columns(&sample());
    assert_eq!(found.get(&("trail".into(), "id".into())).map(String::as_str), Some("ID"));
    let m = Source {
        path: "crates/report/migrations/0002_x.sql".into(),
        text: "ALTER TABLE sheet ADD COLUMN name TEXT;\nCREATE TABLE x (\n  a BIGINT NOT NULL,\n  PRIMARY KEY (a)\n);".into(),
    };
    let found = columns(&[m]);
    assert_eq!(found.len(), 2, "{found:?}");
}

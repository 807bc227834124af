//! SQL stands in `store` and in migrations, every statement is listed for the test that prepares all of them on both
//! engines, the trail is only added to, and no text uses what the two engines read differently.

use super::code::{Code, line_at, matching};
use super::source::{Finding, Source, clean, files, shipped};
use super::tables::{Columns, columns, migrations, named_tables, trail_faults};

/// Files that may hold SQL although no store, with the reason.
const ELSEWHERE: &[(&str, &str)] = &[
    ("crates/kernel/src/db", "the engines: BEGIN, SAVEPOINT, PRAGMA, cursors"),
    ("crates/kernel/src/migrate.rs", "makes the table of migrations itself"),
    ("crates/kernel/src/backup.rs", "copies every table, also those of later rooms"),
    ("crates/kernel/src/jobs.rs", "two statements on the lease row"),
    ("crates/kernel/src/outbox.rs", "five statements on one table"),
    ("crates/kernel/src/imports.rs", "five statements on one table"),
    ("crates/kernel/src/api/idempotency.rs", "four statements on one table"),
    ("crates/bellwether/src/doctor.rs", "asks SQLite whether its file is sound"),
];

/// What a text of SQL begins with; sentences for people are not in capitals, and methods of HTTP stand alone.
const VERBS: [&str; 12] =
    ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "CREATE", "ALTER", "DROP", "PRAGMA", "VACUUM", "GRANT", "REVOKE"];

/// What is a whole text of SQL by itself.
const ALONE: [&str; 4] = ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT"];

fn is_sql(text: &str) -> bool {
    let mut parts = text.split_whitespace();
    let first = parts.next().unwrap_or("").trim_end_matches(';');
    ALONE.contains(&first) || (VERBS.contains(&first) && parts.next().is_some())
}

fn is_store(path: &str) -> bool {
    path.ends_with("/store.rs") || path.contains("/store/")
}

fn may_hold_sql(path: &str) -> bool {
    is_store(path) || ELSEWHERE.iter().any(|(at, _)| super::layers::covers(at, path))
}

fn misplaced(all: &[Source]) -> Vec<Finding> {
    let mut out = Vec::new();
    for source in all.iter().filter(|s| !may_hold_sql(&s.path)) {
        for (line, text) in Code::shipped(&source.text).strings {
            if is_sql(&text) {
                out.push(Finding::new(&source.path, line, "SQL stands in store.rs and in migrations; move it there"));
            }
        }
    }
    out
}

/// A statement in the sources.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Statement {
    path: String,
    line: usize,
    name: String,
    text: String,
}

/// Statements declared by `sql! { .. }`, and findings for those declared otherwise.
fn statements(all: &[Source]) -> (Vec<Statement>, Vec<Finding>) {
    let (mut out, mut faults) = (Vec::new(), Vec::new());
    for source in all {
        let code = Code::shipped(&source.text);
        let text = &code.code;
        if !source.path.starts_with("crates/kernel/src/db/") {
            for (at, _) in text.match_indices("Sql::new(") {
                faults.push(Finding::new(&source.path, line_at(text, at), "declare statements by sql!, which lists them"));
            }
        }
        for (at, mark) in text.match_indices("sql! {") {
            let open = at + mark.len() - 1;
            let Some(close) = matching(text, open) else { continue };
            for piece in text[open + 1..close].split_inclusive(';') {
                let from = piece.as_ptr() as usize - text.as_ptr() as usize;
                let Some((head, value)) = piece.split_once('=') else { continue };
                let name = head.split_whitespace().last().unwrap_or("").to_owned();
                let line = line_at(text, from + head.len());
                let nth = text[..from + head.len()].matches('"').count() / 2;
                match code.strings.get(nth) {
                    Some((_, sql)) if value.trim_start().starts_with('"') => {
                        out.push(Statement { path: source.path.clone(), line, name, text: sql.clone() });
                    }
                    _ => faults.push(Finding::new(&source.path, line, format!("{name}: write the statement as one plain text"))),
                }
            }
        }
    }
    (out, faults)
}

/// Statements that no room lists.
fn unlisted(found: &[Statement], listed: &[(&str, &str)]) -> Vec<Finding> {
    let missing = found.iter().filter(|s| !listed.contains(&(s.name.as_str(), s.text.as_str())));
    missing
        .map(|s| Finding::new(&s.path, s.line, format!("{} is not in its room's statements, so no test prepares it", s.name)))
        .collect()
}

/// What one of the engines reads otherwise than the other, or not at all.
fn dialect(s: &Statement, known: &Columns) -> Vec<String> {
    let mut out = Vec::new();
    let lower = s.text.to_lowercase();
    let word = |w: &str| {
        lower.match_indices(w).any(|(i, _)| {
            let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
            edge(lower[..i].chars().next_back()) && edge(lower[i + w.len()..].chars().next())
        })
    };
    // What else one engine refuses is found by kernel::testing::prepare_all, which prepares every statement on both.
    for (w, why) in [("avg", "sums of floats depend on their order; compute in Rust"), ("offset", "page by key, not by offset")] {
        if word(w) {
            out.push(format!("{w}: {why}"));
        }
    }
    for (i, _) in lower.match_indices("sum(").chain(lower.match_indices("count(")) {
        if !lower[..i].trim_end().ends_with("cast(") {
            out.push("sum and count: CAST the result AS BIGINT, PostgreSQL gives NUMERIC".into());
        }
    }
    for (i, _) in lower.match_indices("order by ") {
        let tail = &s.text[i + "order by ".len()..];
        let end = [" LIMIT ", " RETURNING ", ") "].iter().filter_map(|m| tail.find(m)).min().unwrap_or(tail.len());
        for item in tail[..end].trim_end_matches(')').split(',') {
            let name = item.split_whitespace().next().unwrap_or("");
            if is_text(name, &s.text, known) && !item.contains("COLLATE \"C\"") {
                out.push(format!("ORDER BY {name}: write COLLATE \"C\", or each database orders by its own language"));
            }
        }
    }
    let parts: Vec<&str> = s.text.split_whitespace().collect();
    for w in parts.windows(3) {
        let name = w[0].trim_start_matches('(');
        if matches!(w[1], "<" | ">" | "<=" | ">=") && is_text(name, &s.text, known) {
            out.push(format!("{name} {}: compare with COLLATE \"C\", as the list is ordered", w[1]));
        }
    }
    out
}

/// True if the name, with or without an alias, is a column of type TEXT in one of the statement's tables that is no id:
/// ids have one form and one length, so every collation orders them alike.
fn is_text(name: &str, sql: &str, known: &Columns) -> bool {
    let column = name.rsplit('.').next().unwrap_or(name).trim_end_matches([',', ')']);
    named_tables(sql).iter().any(|t| known.get(&(t.clone(), column.to_owned())).is_some_and(|kind| kind == "TEXT"))
}

#[test]
fn sql_stands_in_stores_and_migrations() {
    clean(&misplaced(&shipped(&files(&[".rs"]))));
}

#[test]
fn every_place_for_sql_is_needed() {
    let all = shipped(&files(&[".rs"]));
    let used = |at: &str| {
        let mut here = all.iter().filter(|s| super::layers::covers(at, &s.path));
        here.any(|s| Code::shipped(&s.text).strings.iter().any(|(_, t)| is_sql(t)))
    };
    let idle: Vec<_> = ELSEWHERE.iter().map(|(at, _)| *at).filter(|at| !used(at)).collect();
    assert_eq!(idle, [""; 0]);
}

#[test]
fn sql_in_another_file_is_found() {
    let of = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
    let bad = [
        of("crates/report/src/acts.rs", "const A: &str = \"SELECT id FROM team\";"),
        of("crates/report/src/web.rs", "f(r#\"DELETE FROM x\"#);"),
        of("crates/kernel/src/web/app.rs", "f(\"PRAGMA x = 1\");"),
    ];
    assert_eq!(misplaced(&bad).len(), 3);
    let good = [
        of("crates/report/src/store.rs", "\"SELECT 1\""),
        of("crates/report/src/store/a.rs", "\"SELECT 1\""),
        of("crates/report/src/acts.rs", "\"Select a team.\"; \"DELETE\" // SELECT 1"),
    ];
    clean(&misplaced(&good));
}

#[test]
fn every_statement_is_listed_by_its_room() {
    let (found, faults) = statements(&shipped(&files(&[".rs"])));
    clean(&faults);
    let listed: Vec<(&str, &str)> =
        bellwether::rooms::ALL.iter().flat_map(|r| r.statements).flat_map(|l| l.iter()).map(|s| (s.name, s.text)).collect();
    assert!(found.len() > 50, "only {} statements found: the reader of sql! is broken", found.len());
    clean(&unlisted(&found, &listed));
    let gone: Vec<_> =
        listed.iter().filter(|(n, t)| !found.iter().any(|s| s.name == *n && s.text == *t)).map(|(n, _)| *n).collect();
    assert_eq!(gone, [""; 0], "statements that the reader of sql! does not see");
}

const STORE: &str =
    "kernel::sql! {\n    /// One.\n    pub(crate) ONE = \"SELECT a \\\n        FROM t\";\n    TWO = \"SELECT b FROM t\";\n}\n";

fn store() -> Source {
    Source { path: "crates/report/src/store.rs".into(), text: STORE.into() }
}

#[test]
fn an_unlisted_statement_is_found() {
    let (found, faults) = statements(&[store()]);
    clean(&faults);
    let names: Vec<_> = found.iter().map(|s| (s.name.as_str(), s.text.as_str(), s.line)).collect();
    assert_eq!(names, [("ONE", "SELECT a FROM t", 3), ("TWO", "SELECT b FROM t", 5)]);
    let missing = unlisted(&found, &[("ONE", "SELECT a FROM t"), ("TWO", "another text")]);
    assert_eq!(missing.len(), 1);
    let around = Source { text: "static A: Sql = Sql::new(\"A\", \"SELECT 1\");".into(), ..store() };
    assert_eq!(statements(&[around]).1.len(), 1);
    let joined = Source { text: "kernel::sql! { A = concat!(\"SELECT \", \"1\"); }".into(), ..store() };
    assert_eq!(statements(&[joined]).1.len(), 1);
}

#[test]
fn one_text_serves_both_engines() {
    let known = columns(&migrations());
    let mut out = Vec::new();
    for s in statements(&shipped(&files(&[".rs"]))).0 {
        out.extend(dialect(&s, &known).into_iter().map(|say| Finding::new(&s.path, s.line, format!("{}: {say}", s.name))));
    }
    clean(&out);
}

#[test]
fn a_text_for_one_engine_is_found() {
    let known = columns(&[Source {
        path: "crates/report/migrations/0001_x.sql".into(),
        text: "CREATE TABLE t (\n  name TEXT NOT NULL,\n  n BIGINT NOT NULL\n);\n".into(),
    }]);
    let of = |text: &str| Statement { path: String::new(), line: 1, name: "T".into(), text: text.into() };
    for bad in [
        "SELECT avg(n) FROM t",
        "SELECT sum(n) FROM t",
        "SELECT count(*) FROM t",
        "SELECT n FROM t ORDER BY name",
        "SELECT n FROM t x ORDER BY n, x.name DESC LIMIT 1",
        "SELECT n FROM t WHERE name > $1::TEXT",
        "SELECT n FROM t LIMIT 1 OFFSET 5",
    ] {
        assert_eq!(dialect(&of(bad), &known).len(), 1, "{bad}");
    }
    for good in [
        "SELECT CAST(sum(n) AS BIGINT) FROM t ORDER BY name COLLATE \"C\", n LIMIT 1",
        "SELECT n FROM t WHERE name COLLATE \"C\" > $1::TEXT AND n > $2::BIGINT",
    ] {
        assert_eq!(dialect(&of(good), &known), [""; 0], "{good}");
    }
}

#[test]
fn the_trail_is_only_added_to() {
    let mut out = Vec::new();
    for source in shipped(&files(&[".rs"])) {
        for (line, text) in Code::shipped(&source.text).strings {
            out.extend(trail_faults(&source.path, &text).map(|say| Finding::new(&source.path, line, say)));
        }
    }
    for source in migrations() {
        out.extend(trail_faults(&source.path, &source.text).map(|say| Finding::new(&source.path, 1, say)));
    }
    clean(&out);
}

//! One SQL text for both engines: each habit of the house gives the same rows on both.

use kernel::db::{Row, Value};
use kernel::room::{Migration, Room};
use kernel::testing::{prepare_all, prepare_faults};

use crate::stage::{ENGINES, NOW, PUT_ALL, ROOMS, Stage};

kernel::sql! {
    pub(crate) SUM = "SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM thing";
    // The second parameter comes first: a name would be numbered by its appearance.
    SWAPPED = "UPDATE thing SET t = $2::TEXT WHERE id = $1::TEXT";
    OPTIONAL = "SELECT id FROM thing WHERE (CAST($1::BIGINT AS BIGINT) IS NULL OR n = $1::BIGINT) ORDER BY id COLLATE \"C\"";
    LOCK = "UPDATE thing SET n = n WHERE id = $1::TEXT RETURNING n";
    KEYSET = "SELECT n, id FROM thing WHERE (n, id) < ($1::BIGINT, $2::TEXT) ORDER BY n DESC, id COLLATE \"C\" DESC LIMIT 2";
    BY_TEXT = "SELECT id FROM thing ORDER BY id COLLATE \"C\"";
    NULLS_FIRST = "SELECT id FROM thing ORDER BY n NULLS FIRST, id COLLATE \"C\"";
    NULLS_LAST = "SELECT id FROM thing ORDER BY n DESC NULLS LAST, id COLLATE \"C\"";
    ONCE = "INSERT INTO thing (id, n) VALUES ($1::TEXT, $2::BIGINT) ON CONFLICT DO NOTHING";
    EVERYTHING = "SELECT id, n, x, t FROM thing ORDER BY id COLLATE \"C\"";
    EVERY_COLUMN = "SELECT id, n, x, t FROM thing WHERE id = $1::TEXT";
    QUOTED = "SELECT '$1::TEXT COLLATE \"C\"', $1::TEXT FROM thing WHERE id = $1::TEXT";
}

fn texts(rows: Vec<Row>) -> Vec<String> {
    rows.iter().map(|r| r.text(0).unwrap()).collect()
}

/// On each engine, things with the given ids and numbers.
async fn stages(things: &'static [(&'static str, Option<i64>)]) -> Vec<Stage> {
    let stages: Vec<_> = ENGINES.map(Stage::on).into();
    for s in &stages {
        s.db.write(NOW, move |tx| {
            for (id, n) in things {
                tx.execute(&PUT_ALL, &[(*id).into(), (*n).into(), Value::Null, Value::Null])?;
            }
            Ok(())
        })
        .await
        .unwrap();
    }
    stages
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_one_after_the_other_are_the_same_rows() {
    for s in stages(&[("a", Some(1)), ("bb", None), ("c", Some(3)), ("d", None)]).await {
        let (all, seen) =
            s.db.read(|tx| {
                let all = tx.query(&EVERYTHING, &[])?;
                let mut seen = Vec::new();
                tx.each(&EVERYTHING, &[], &mut |row| {
                    seen.push(row.clone());
                    Ok(())
                })?;
                Ok((all, seen))
            })
            .await
            .unwrap();
        assert_eq!((all.len(), &all), (4, &seen));
        let ended = s.db.read(|tx| tx.each(&EVERYTHING, &[], &mut |row| row.int(1).map(|_| ()))).await;
        assert!(ended.is_err(), "the error about a NULL was lost");
    }
}

#[test]
fn every_statement_of_the_kernel_prepares_on_both_engines() {
    prepare_all(ROOMS);
}

#[test]
fn what_would_fail_at_the_first_click_is_found() {
    kernel::sql! {
        NO_TABLE = "SELECT a FROM nowhere";
        NO_TYPE = "SELECT id FROM loose WHERE id = $1";
        BOOLEAN = "SELECT id = $1::TEXT FROM loose";
        NUMERIC = "SELECT sum(n) FROM loose";
        FOLDS = "SELECT id FROM loose WHERE lower(id) = $1::TEXT";
        REWRITES = "UPDATE trail SET verb = $1::TEXT";
        FORGETS = "DELETE FROM trail_seal";
        QUOTES = "SELECT id FROM loose WHERE id = 'a like b'";
    }
    static LOOSE: Room = Room {
        name: "loose",
        routes: &[],
        migrations: &[Migration {
            number: 1,
            name: "loose",
            sql: "CREATE TABLE loose (id TEXT PRIMARY KEY, n BIGINT, d INTEGER);",
        }],
        statements: &[STATEMENTS],
        jobs: &[],
        rights: &[],
    };
    let faults = prepare_faults(&[&kernel::ROOM, &LOOSE]);
    for expected in [
        "NO_TABLE: SQLite",
        "NO_TABLE: PostgreSQL",
        "NO_TYPE",
        "BOOLEAN: PostgreSQL",
        "NUMERIC: PostgreSQL",
        "FOLDS: LOWER(",
        "REWRITES: TRAIL is insert-only",
        "FORGETS: TRAIL_SEAL is insert-only",
        "table loose is not STRICT",
        "loose.d is integer",
    ] {
        assert!(faults.iter().any(|f| f.contains(expected)), "{expected} is missing in {faults:#?}");
    }
    assert!(!faults.iter().any(|f| f.contains("QUOTES")), "{faults:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_parameters_are_numbers_whatever_their_order() {
    for s in stages(&[("a", Some(1)), ("b", Some(2))]).await {
        let changed = s.db.write(NOW, |tx| tx.execute(&SWAPPED, &["a".into(), "text of a".into()])).await.unwrap();
        assert_eq!(changed, 1, "{:?}", s.engine);
        let row = s.db.read(|tx| tx.one(&EVERY_COLUMN, &["a".into()])).await.unwrap();
        assert_eq!(row.0, ["a".into(), Value::Int(1), Value::Null, "text of a".into()]);
        let row = s.db.read(|tx| tx.one(&QUOTED, &["a".into()])).await.unwrap();
        assert_eq!(row.0, ["$1::TEXT COLLATE \"C\"".into(), Value::from("a")]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_come_back_as_they_went_in() {
    for s in stages(&[]).await {
        for (id, n, x, t) in [
            ("1", Value::Int(i64::MIN), Value::Real(f64::MIN_POSITIVE), Value::from("")),
            ("2", Value::Int(0), Value::Real(-0.1), Value::from("ä𝄞\u{1}\n'\"")),
            ("3", Value::Null, Value::Null, Value::Null),
            ("4", Value::Int(1), Value::Real(1.0), Value::from("1")),
        ] {
            let row = [id.into(), n, x, t];
            let expected = row.clone();
            s.db.write(NOW, move |tx| tx.execute(&PUT_ALL, &row)).await.unwrap();
            let found = s.db.read(move |tx| tx.one(&EVERY_COLUMN, &[id.into()])).await.unwrap();
            assert_eq!(found.0, expected, "{:?}", s.engine);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_may_be_absent() {
    for s in stages(&[("a", Some(1)), ("b", Some(2)), ("c", None)]).await {
        let all = s.db.read(|tx| tx.query(&OPTIONAL, &[Value::Null])).await.unwrap();
        assert_eq!(texts(all), ["a", "b", "c"], "{:?}", s.engine);
        let one = s.db.read(|tx| tx.query(&OPTIONAL, &[2.into()])).await.unwrap();
        assert_eq!(texts(one), ["b"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_is_locked_by_an_update_that_changes_nothing() {
    for s in stages(&[("a", Some(7))]).await {
        let n = s.db.write(NOW, |tx| tx.one(&LOCK, &["a".into()])?.int(0)).await.unwrap();
        assert_eq!(n, 7, "{:?}", s.engine);
        assert!(s.db.write(NOW, |tx| tx.opt(&LOCK, &["none".into()])).await.unwrap().is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_by_the_whole_key() {
    for s in stages(&[("a", Some(1)), ("b", Some(2)), ("c", Some(2)), ("d", Some(2)), ("e", Some(3))]).await {
        let mut from = (i64::MAX, String::new());
        let mut seen = Vec::new();
        loop {
            let params = [from.0.into(), from.1.as_str().into()];
            let page = s.db.read(move |tx| tx.query(&KEYSET, &params)).await.unwrap();
            let Some(last) = page.last() else { break };
            from = (last.int(0).unwrap(), last.text(1).unwrap());
            seen.extend(page.iter().map(|r| r.text(1).unwrap()));
        }
        assert_eq!(seen, ["e", "d", "c", "b", "a"], "{:?}", s.engine);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn text_is_ordered_by_its_bytes_and_nulls_where_it_says() {
    for s in
        stages(&[("b", Some(2)), ("B", None), ("a", Some(1)), ("ä", None), ("Z", Some(3)), ("10", Some(4)), ("9", Some(5))]).await
    {
        let order = |sql: &'static kernel::db::Sql| {
            let db = s.db.clone();
            async move { texts(db.read(move |tx| tx.query(sql, &[])).await.unwrap()) }
        };
        assert_eq!(order(&BY_TEXT).await, ["10", "9", "B", "Z", "a", "b", "ä"], "{:?}", s.engine);
        assert_eq!(order(&NULLS_FIRST).await, ["B", "ä", "a", "b", "Z", "10", "9"]);
        assert_eq!(order(&NULLS_LAST).await, ["9", "10", "Z", "b", "a", "B", "ä"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn uniqueness_is_asked_by_inserting() {
    for s in stages(&[]).await {
        let put = |n: i64| s.db.write(NOW, move |tx| tx.execute(&ONCE, &["a".into(), n.into()]));
        assert_eq!((put(1).await.unwrap(), put(2).await.unwrap()), (1, 0), "{:?}", s.engine);
        assert_eq!(s.db.read(|tx| tx.one(&SUM, &[])?.int(0)).await.unwrap(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn strict_tables_refuse_what_another_program_would_slip_in() {
    let [s, _] = <[Stage; 2]>::try_from(stages(&[]).await).ok().unwrap();
    let kernel::db::Place::File(path) = &s.place else { panic!("SQLite comes first") };
    let conn = rusqlite::Connection::open(path).unwrap();
    assert!(conn.execute("INSERT INTO thing (id, n) VALUES ('a', 'many')", []).is_err());
    assert!(conn.execute("INSERT INTO thing (id, x) VALUES ('a', 'much')", []).is_err());
}

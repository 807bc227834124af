//! A released migration never changes: databases out there were made with its text. `migrations.txt` holds the digest of
//! every migration and the version that released it. `BELLWETHER_NOTE_MIGRATIONS=1` writes those down that are not
//! released yet; a line with a version is never rewritten.

use std::fs;

use kernel::trail::merkle::hex_digest;

use super::source::{Finding, Source, clean, root};
use super::tables::migrations;

const LIST: &str = "crates/bellwether/tests/tidy/migrations.txt";
const UNRELEASED: &str = "unreleased";
const HEAD: &str = "# Digest, version that released it, migration. See released.rs; at a release, unreleased becomes its number.\n";

/// One line of the list: digest, version, path.
type Line<'a> = (&'a str, &'a str, &'a str);

fn lines(list: &str) -> Vec<Line<'_>> {
    let parts = list.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once(' '));
    parts.filter_map(|(digest, rest)| rest.split_once(' ').map(|(version, path)| (digest, version, path))).collect()
}

fn changed(list: &str, all: &[Source]) -> Vec<Finding> {
    let listed = lines(list);
    let mut out = Vec::new();
    for (digest, version, path) in &listed {
        let now = all.iter().find(|m| m.path == *path).map(|m| hex_digest(m.text.as_bytes()));
        let say = match now {
            Some(now) if now == *digest => continue,
            _ if *version == UNRELEASED => "changed before its release: run this test with BELLWETHER_NOTE_MIGRATIONS=1".to_owned(),
            Some(_) => format!("was released in {version} and must not change: write a new migration"),
            None => format!("was released in {version} and is gone: databases name it"),
        };
        out.push(Finding::new(path, 1, say));
    }
    for m in all.iter().filter(|m| !listed.iter().any(|(_, _, path)| *path == m.path)) {
        out.push(Finding::new(&m.path, 1, format!("is not in {LIST}: run this test with BELLWETHER_NOTE_MIGRATIONS=1")));
    }
    out
}

/// The list with what is not released yet as it is now.
fn noted(list: &str, all: &[Source]) -> String {
    let listed = lines(list);
    let mut out = String::from(HEAD);
    for (digest, version, path) in listed.iter().filter(|(_, version, _)| *version != UNRELEASED) {
        out.push_str(&format!("{digest} {version} {path}\n"));
    }
    let released = |path: &str| listed.iter().any(|(_, version, p)| *version != UNRELEASED && *p == path);
    for m in all.iter().filter(|m| !released(&m.path)) {
        out.push_str(&format!("{} {UNRELEASED} {}\n", hex_digest(m.text.as_bytes()), m.path));
    }
    out
}

#[test]
fn released_migrations_are_unchanged() {
    let file = root().join(LIST);
    let list = fs::read_to_string(&file).unwrap_or_default();
    if kernel::config::environment("BELLWETHER_NOTE_MIGRATIONS").is_some() {
        fs::write(&file, noted(&list, &migrations())).unwrap();
    }
    clean(&changed(&fs::read_to_string(&file).unwrap_or_default(), &migrations()));
}

#[test]
fn a_changed_migration_is_found_and_a_released_one_never_noted_anew() {
    let of = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
    let list = format!("{HEAD}{} 0.1.0 a.sql\n{} {UNRELEASED} b.sql\n", hex_digest(b"one"), hex_digest(b"two"));
    clean(&changed(&list, &[of("a.sql", "one"), of("b.sql", "two")]));
    let now = [of("a.sql", "ONE"), of("b.sql", "TWO"), of("c.sql", "three")];
    let found = changed(&list, &now);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].say.contains("must not change") && found[1].say.contains("BELLWETHER_NOTE_MIGRATIONS"), "{found:?}");
    let after = changed(&noted(&list, &now), &now);
    assert_eq!(after.len(), 1, "only the released one is left: {after:?}");
    assert_eq!(changed(&list, &[of("b.sql", "two")]).len(), 1);
}

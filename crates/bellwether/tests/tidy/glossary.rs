//! GLOSSARY.md says for each word its type, its tables and its address. Types, tables and addresses that it names exist;
//! every table and every kind of thing that the trail names has its word.

use std::fs;

use bellwether::rooms;

use super::code::Code;
use super::source::{Finding, Source, clean, files, root, shipped};
use super::tables::{migrations, owner};

/// A row of the glossary's table: line, word, types, tables, addresses.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    line: usize,
    word: String,
    types: Vec<String>,
    tables: Vec<String>,
    addresses: Vec<String>,
}

/// What stands between backticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn entries(text: &str) -> Vec<Entry> {
    let rows = text.lines().enumerate().filter(|(_, l)| l.starts_with("| ") && !l.starts_with("| word |"));
    rows.filter_map(|(i, l)| {
        let cells: Vec<&str> = l.trim_matches('|').split('|').map(str::trim).collect();
        let [word, _, types, tables, addresses] = cells.as_slice() else { return None };
        Some(Entry {
            line: i + 1,
            word: (*word).to_owned(),
            types: quoted(types),
            tables: quoted(tables),
            addresses: quoted(addresses),
        })
    })
    .collect()
}

/// What the code has.
struct Known {
    /// `metrics::Definition`.
    types: Vec<String>,
    tables: Vec<String>,
    addresses: Vec<String>,
    /// Kinds that `Ref::new` names, with their place.
    kinds: Vec<(String, usize, String)>,
}

fn types(all: &[Source]) -> Vec<String> {
    let mut out = Vec::new();
    for s in all {
        let code = Code::shipped(&s.text).code;
        for mark in ["pub struct ", "pub enum ", "pub trait ", "pub type "] {
            for (i, _) in code.match_indices(mark) {
                let name: String = code[i + mark.len()..].chars().take_while(|c| c.is_alphanumeric()).collect();
                out.push(format!("{}::{name}", owner(&s.path)));
            }
        }
    }
    out
}

/// Tables that were made and not dropped since.
fn tables(migrations: &[Source]) -> Vec<String> {
    let after = |verb: &str| -> Vec<String> {
        let texts = migrations.iter().flat_map(|m| m.text.match_indices(verb).map(|(i, mark)| &m.text[i + mark.len()..]));
        texts.map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()).collect()
    };
    let gone = after("DROP TABLE ");
    after("CREATE TABLE ").into_iter().filter(|name| !gone.contains(name)).collect()
}

fn kinds(all: &[Source]) -> Vec<(String, usize, String)> {
    let mut out = Vec::new();
    for s in all {
        let code = Code::shipped(&s.text);
        for (i, mark) in code.code.match_indices("Ref::new(") {
            if code.code[i + mark.len()..].starts_with('"')
                && let Some((line, text)) = code.strings.get(code.code[..i].matches('"').count() / 2)
            {
                out.push((s.path.clone(), *line, text.clone()));
            }
        }
    }
    out
}

fn faults(text: &str, known: &Known) -> Vec<Finding> {
    let at = |line: usize, say: String| Finding::new("GLOSSARY.md", line, say);
    let all = entries(text);
    let mut out = Vec::new();
    for e in &all {
        let missing = |what: &str, named: &[String], there: &[String]| -> Vec<Finding> {
            let gone = named.iter().filter(|n| !there.contains(n));
            gone.map(|n| at(e.line, format!("{}: there is no {what} {n}", e.word))).collect()
        };
        out.extend(missing("type", &e.types, &known.types));
        out.extend(missing("table", &e.tables, &known.tables));
        out.extend(missing("address", &e.addresses, &known.addresses));
    }
    for table in &known.tables {
        if !all.iter().any(|e| e.tables.contains(table)) {
            out.push(at(1, format!("the table {table} has no word")));
        }
    }
    for (path, line, kind) in &known.kinds {
        if !all.iter().any(|e| e.word == *kind) {
            out.push(Finding::new(path, *line, format!("the trail names a {kind}, which GLOSSARY.md does not know")));
        }
    }
    out
}

#[test]
fn the_glossary_names_what_exists() {
    let all = shipped(&files(&[".rs"]));
    let known = Known {
        types: types(&all),
        tables: tables(&migrations()),
        addresses: rooms::ALL.iter().flat_map(|r| r.routes).map(|r| r.path.to_owned()).collect(),
        kinds: kinds(&all),
    };
    let text = fs::read_to_string(root().join("GLOSSARY.md")).expect("GLOSSARY.md");
    assert!(entries(&text).len() > 30, "the reader of the glossary sees {} rows", entries(&text).len());
    clean(&faults(&text, &known));
}

#[test]
fn a_word_without_its_thing_and_a_thing_without_its_word_are_found() {
    let source = Source {
        path: "crates/spine/catalogue/src/rules.rs".into(),
        text: "pub struct Team { a: u8 }\nfn f() { Ref::new(\"team\", id); Ref::new(\"sprint\", id); Ref::new(kind, id) }\n".into(),
    };
    let sql = Source {
        path: "crates/spine/catalogue/migrations/0001.sql".into(),
        text: "CREATE TABLE team (\nCREATE TABLE x (\n".into(),
    };
    let known = Known {
        types: types(std::slice::from_ref(&source)),
        tables: tables(&[sql]),
        addresses: vec!["/teams/{team}".into()],
        kinds: kinds(&[source]),
    };
    let text = "| word | what | type | table | address |\n|---|---|---|---|---|\n\
                | team | people | `catalogue::Team`, `catalogue::Group` | `team`, `group` | `/teams/{team}`, `/groups` |\n";
    let says: Vec<_> = faults(text, &known).into_iter().map(|f| f.say).collect();
    assert_eq!(
        says,
        [
            "team: there is no type catalogue::Group",
            "team: there is no table group",
            "team: there is no address /groups",
            "the table x has no word",
            "the trail names a sprint, which GLOSSARY.md does not know",
        ]
    );
}

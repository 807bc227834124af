//! The CSV file of people: `name,mail,role,scope`, and what became of it. Pure.

use std::collections::BTreeMap;

use kernel::error::{Error, Faults, Result};
use kernel::ids::Id;
use serde::Serialize;
use utoipa::ToSchema;

use crate::link::Link;
use crate::person::mail;
use crate::place::Place;
use crate::role::{Role, ScopeKind};

/// Most lines in a file.
pub const LINES: usize = 5_000;

const HEADER: [&str; 4] = ["name", "mail", "role", "scope"];

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number in the file; the header is 1.
    pub line: usize,
    /// Name of the person.
    pub name: String,
    /// Mail address in lower case.
    pub mail: String,
    /// Role and id of the group or team; none if the line gives no role.
    pub role: Option<(Role, Option<Id>)>,
}

/// What became of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Line {
    /// Line of the file, the header is 1.
    pub line: usize,
    /// The account; none yet in a dry run that would invite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<Id>,
    /// As in the file.
    pub name: String,
    /// As in the file, in lower case.
    pub mail: String,
    /// The account is new.
    pub invited: bool,
    /// The role is new.
    pub granted: bool,
    /// Link of a new account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Imported {
    /// Nothing was stored; this is what would be.
    pub dry_run: bool,
    /// One for each line that names somebody.
    pub lines: Vec<Line>,
}

/// Reads the file. Empty lines are skipped, a byte order mark is too.
///
/// # Errors
/// [`Error::Invalid`] with every fault, each at `line N`.
pub fn read(text: &str, places: &[Place]) -> Result<Vec<Entry>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).has_headers(false).from_reader(text.as_bytes());
    let mut faults = Faults::new();
    let mut entries: Vec<Entry> = Vec::new();
    let mut names: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let mut headed = false;
    for record in reader.records() {
        let record = match record {
            Ok(r) => r,
            Err(e) => {
                let line = e.position().map_or(0, csv::Position::line);
                return Err(Error::invalid(format!("line {line}"), format!("Line {line} cannot be read as CSV: {e}.")));
            }
        };
        let line = record.position().map_or(0, |p| line_of(text, p));
        if !headed {
            headed = true;
            if record.iter().map(str::to_lowercase).ne(HEADER.map(str::to_owned)) {
                return Err(Error::invalid(
                    "line 1",
                    "Line 1 is no header. It must be name,mail,role,scope; role and scope may be empty in a line.",
                ));
            }
            continue;
        }
        if record.iter().all(str::is_empty) {
            continue;
        }
        if entries.len() + faults.len() >= LINES {
            return Err(Error::TooLarge(format!("The file names more than {LINES} people. Send it in parts.")));
        }
        let at = format!("line {line}");
        if record.len() != HEADER.len() {
            faults.add(&at, format!("Line {line} has {} fields, not {}.", record.len(), HEADER.len()));
            continue;
        }
        let mut here = Faults::new();
        let entry = Entry {
            line,
            name: kernel::text::name(&mut here, &at, "The name", &record[0]),
            mail: mail(&mut here, &at, &record[1]),
            role: role(&mut here, &at, &record[2], &record[3], places),
        };
        if let Some((first, name)) = names.get(&entry.mail)
            && *name != entry.name
        {
            here.add(&at, format!("{} is “{name}” in line {first} and “{}” here. Write one name.", entry.mail, entry.name));
        }
        if let Err(Error::Invalid(list)) = here.done() {
            list.into_iter().for_each(|f| faults.add(f.at, format!("Line {line}: {}", f.message)));
            continue;
        }
        names.entry(entry.mail.clone()).or_insert_with(|| (line, entry.name.clone()));
        entries.push(entry);
    }
    faults.check(headed, "line 1", "The file is empty. It begins with the header name,mail,role,scope.");
    faults.done()?;
    Ok(entries)
}

/// The line in which a record begins: the reader's position stands before the empty lines that it skips.
fn line_of(text: &str, at: &csv::Position) -> usize {
    let byte = usize::try_from(at.byte()).unwrap_or(usize::MAX);
    let skipped = text.get(byte..).unwrap_or("").bytes().take_while(|b| matches!(b, b'\r' | b'\n'));
    usize::try_from(at.line()).unwrap_or(0) + skipped.filter(|b| *b == b'\n').count()
}

fn role(faults: &mut Faults, at: &str, role: &str, scope: &str, places: &[Place]) -> Option<(Role, Option<Id>)> {
    if role.is_empty() {
        faults.check(scope.is_empty(), at, "There is a scope without a role. Name the role, or leave both empty.");
        return None;
    }
    let role = match Role::parse(role) {
        Ok(role) => role,
        Err(e) => {
            faults.add(at, e.to_string());
            return None;
        }
    };
    let kind = role.scope();
    if kind == ScopeKind::Organisation {
        faults.check(scope.is_empty(), at, format!("{} is a role of the whole organisation. Leave the scope empty.", role.title()));
        return Some((role, None));
    }
    match places.iter().find(|p| p.kind == kind && p.slug == scope) {
        Some(place) => Some((role, Some(place.id))),
        None if scope.is_empty() => {
            faults.add(at, format!("{} is a role for one {}. Write its key as scope.", role.title(), kind.key()));
            None
        }
        None => {
            let shown: String = scope.chars().take(60).collect();
            faults.add(at, format!("There is no {} with the key “{shown}”.", kind.key()));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Vec<Place> {
        vec![Place { kind: ScopeKind::Team, id: Id::from_u128(1), slug: "payments".into(), name: "Payments".into() }]
    }

    #[test]
    fn a_file_is_read_with_its_roles() {
        let text =
            "\u{feff}name,mail,role,scope\nMaya Okafor,Maya@Example.org,principal-engineer,payments\n\n\"Lund, Hanna\",h@x.org,,\n";
        let entries = read(text, &places()).unwrap();
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].mail, "maya@example.org");
        assert_eq!(entries[0].role, Some((Role::PrincipalEngineer, Some(Id::from_u128(1)))));
        assert_eq!((entries[1].line, entries[1].name.as_str(), entries[1].role), (4, "Lund, Hanna", None));
    }

    #[test]
    fn every_fault_is_named_with_its_line() {
        let text = "name,mail,role,scope\n,a@b,,\nB,nomail,,\nC,c@d,boss,\nD,d@e,engineer,nowhere\nE,e@f,engineer,\nF,f@g,stakeholder,payments\n\
            G,g@h\nH,h@i,,payments\nI,i@j,,\nJ,i@j,,\n";
        let Err(Error::Invalid(faults)) = read(text, &places()) else { panic!("accepted") };
        let lines: Vec<&str> = faults.iter().map(|f| f.at.as_str()).collect();
        assert_eq!(
            lines,
            ["line 2", "line 3", "line 4", "line 5", "line 6", "line 7", "line 8", "line 9", "line 11"],
            "{faults:?}"
        );
    }

    #[test]
    fn a_file_without_a_header_is_refused() {
        for text in ["", "a,b,c,d\n", "name,mail\n"] {
            assert!(read(text, &places()).is_err(), "{text}");
        }
        assert_eq!(read("Name,Mail,Role,Scope\n", &places()).unwrap(), []);
    }
}

//! Groups, teams, workloads and services of a CSV file, one in a line. A file whose columns are not these is refused whole;
//! a line with a fault is refused alone, with its number. Pure.

use std::collections::{BTreeMap, BTreeSet};

use kernel::text;

use crate::backstage::{MAX_FILE, Refused};
use crate::rules::folded;
use crate::wanted::{Asked, File, MOST, Target, ThingKind, Wanted};

/// The columns, with the names under which they are recognised too.
pub const COLUMNS: [(&str, &[&str]); 12] = [
    ("kind", &["type"]),
    ("name", &["title"]),
    ("slug", &["key"]),
    ("group", &[]),
    ("team", &["owner"]),
    ("workload", &["system", "application"]),
    ("goal", &["business goal", "description"]),
    ("tier", &[]),
    ("lifecycle", &[]),
    ("protects", &[]),
    ("runs", &["run by"]),
    ("repositories", &["repository", "repo"]),
];

/// Which columns a kind has beside kind, name and slug.
fn columns_of(kind: ThingKind) -> &'static [&'static str] {
    match kind {
        ThingKind::Group => &[],
        ThingKind::Team => &["group"],
        ThingKind::Workload => &["team", "goal", "tier", "lifecycle", "protects", "runs"],
        ThingKind::Service => &["workload", "team", "repositories"],
    }
}

fn pointed(column: &str) -> Option<ThingKind> {
    match column {
        "group" => Some(ThingKind::Group),
        "team" => Some(ThingKind::Team),
        "workload" => Some(ThingKind::Workload),
        _ => None,
    }
}

fn column(header: &str) -> Option<&'static str> {
    let header = folded(&header.replace('_', " "));
    COLUMNS.iter().find(|(name, others)| *name == header || others.contains(&header.as_str())).map(|(name, _)| *name)
}

/// Reads the files.
pub fn read(files: &[File]) -> Asked {
    let mut out = Asked { format: "catalogue", files: files.iter().map(|f| f.name.clone()).collect(), ..Asked::default() };
    let mut seen = BTreeMap::new();
    for f in files {
        if let Err((line, why)) = file(f, &mut out, &mut seen) {
            // Refused whole: what was read of it before the fault is not taken.
            out.wanted.retain(|w| w.file != f.name);
            out.refused.retain(|r| !r.r#where.starts_with(&format!("{}:", f.name)));
            let place = if line == 0 { f.name.clone() } else { format!("{}:{line}", f.name) };
            out.doubtful.insert(f.name.clone());
            out.refused.push(Refused { r#where: place, why });
        }
    }
    out
}

type Seen = BTreeMap<(ThingKind, String), String>;

fn file(f: &File, out: &mut Asked, seen: &mut Seen) -> Result<(), (u64, String)> {
    if f.text.len() > MAX_FILE {
        return Err((0, format!("The file is larger than {} MiB. Split it.", MAX_FILE / 1_048_576)));
    }
    if f.text.contains('\0') {
        return Err((0, "The file contains a NUL character, so it is no text. Save it as UTF-8.".into()));
    }
    let text = f.text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let mark = [b';', b'\t', b','].into_iter().max_by_key(|m| first.bytes().filter(|b| b == m).count()).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).delimiter(mark).from_reader(text.as_bytes());
    let unread = |e: csv::Error| {
        let line = e.position().map_or(0, csv::Position::line);
        (line, "The line has more or fewer cells than the first line. Put texts with a comma in quotation marks.".to_owned())
    };
    let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let mut header = Vec::new();
    for h in reader.headers().map_err(unread)? {
        let shown = kernel::text::shown(h, 60);
        let Some(name) = column(h) else {
            return Err((1, format!("There is no column “{shown}”. The columns are {}.", names.join(", "))));
        };
        if header.contains(&name) {
            return Err((1, format!("The column {name} stands there twice.")));
        }
        header.push(name);
    }
    for name in ["kind", "name"] {
        if !header.contains(&name) {
            return Err((1, format!("The column {name} is missing. The columns are {}.", names.join(", "))));
        }
    }
    for record in reader.records() {
        let record = record.map_err(unread)?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells: BTreeMap<&'static str, &str> =
            header.iter().copied().zip(record.iter()).filter(|(_, c)| !c.is_empty()).collect();
        if cells.is_empty() {
            continue;
        }
        if out.wanted.len() > MOST {
            return Err((line, format!("An import takes {MOST} things. Split the file.")));
        }
        match row(f, line, &cells, seen) {
            Ok(w) => out.wanted.push(w),
            Err(why) => {
                out.doubtful.insert(f.name.clone());
                out.refused.push(Refused { r#where: format!("{}:{line}", f.name), why });
            }
        }
    }
    Ok(())
}

fn row(f: &File, line: u64, cells: &BTreeMap<&'static str, &str>, seen: &mut Seen) -> Result<Wanted, String> {
    let kinds = || ThingKind::ALL.map(ThingKind::key).join(", ");
    let word = cells.get("kind").copied().ok_or_else(|| format!("The kind is missing. It is one of {}.", kinds()))?;
    let kind = ThingKind::parse(word).ok_or_else(|| {
        let shown = kernel::text::shown(word, 60);
        format!("“{shown}” is no kind. It is one of {}.", kinds())
    })?;
    let name = (*cells.get("name").ok_or_else(|| format!("The {}’s name is missing.", kind.key()))?).to_owned();
    let slug = cells.get("slug").map(|s| text::key("slug", s)).transpose().map_err(|e| e.to_string())?;
    let own: BTreeSet<&str> = columns_of(kind).iter().copied().collect();
    if let Some(wrong) = cells.keys().find(|c| !["kind", "name", "slug"].contains(c) && !own.contains(*c)) {
        return Err(format!("A {} has no {wrong}. Leave the cell empty.", kind.key()));
    }
    let above = match kind {
        ThingKind::Workload => Some("team"),
        ThingKind::Service => Some("workload"),
        _ => None,
    };
    if let Some(column) = above.filter(|c| !cells.contains_key(c)) {
        return Err(format!("The {column} of the {} is missing.", kind.key()));
    }
    let reference = slug.clone().unwrap_or_else(|| folded(&name));
    let place = format!("{}:{line}", f.name);
    if let Some(first) = seen.insert((kind, folded(&name)), place) {
        return Err(format!("The {} “{name}” stands already in {first}. Remove one of them.", kind.key()));
    }
    let mut texts = BTreeMap::new();
    let mut points = BTreeMap::new();
    for column in columns_of(kind) {
        let Some(cell) = cells.get(column) else { continue };
        match pointed(column) {
            Some(kind) => {
                points.insert(*column, Target { kind, reference: folded(cell), word: (*cell).to_owned() });
            }
            None => {
                texts.insert(*column, (*cell).to_owned());
            }
        }
    }
    Ok(Wanted {
        kind,
        reference,
        file: f.name.clone(),
        line: i64::try_from(line).unwrap_or(0),
        slug,
        name,
        texts,
        points,
        implied: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Asked {
        read(&[File { name: "teams.csv".into(), text: text.into() }])
    }

    #[test]
    fn columns_are_recognised_by_several_names_and_marks() {
        let got = one("\u{feff}Type;Title;Owner;Business goal\nteam;Claims;;\nworkload;Intake;Claims;First notice\n\n");
        assert!(got.refused.is_empty(), "{:?}", got.refused);
        assert_eq!((got.wanted.len(), got.wanted[1].line), (2, 3));
        assert_eq!(got.wanted[1].texts["goal"], "First notice");
        assert_eq!(got.wanted[1].points["team"].word, "Claims");
    }

    #[test]
    fn a_file_with_other_columns_is_refused_whole() {
        for (text, place, part) in [
            ("kind,name,budget\nteam,A,1\n", "teams.csv:1", "no column “budget”"),
            ("name\nA\n", "teams.csv:1", "column kind is missing"),
            ("kind,name,name\n", "teams.csv:1", "twice"),
            ("kind,name\nteam,A\nteam,B,C\n", "teams.csv:3", "more or fewer cells"),
            ("kind,name\nteam,A\0\n", "teams.csv", "NUL"),
        ] {
            let got = one(text);
            assert_eq!((got.wanted.len(), got.refused.len()), (0, 1), "{text}: {got:?}");
            assert_eq!(got.refused[0].r#where, place);
            assert!(got.refused[0].why.contains(part), "{:?}", got.refused);
        }
    }

    #[test]
    fn a_line_with_a_fault_is_refused_alone() {
        let got = one(
            "kind,name,slug,team,tier\nteam,A,,,\nplanet,B,,,\nteam,,,,\nteam,C,Not a key,,\nteam,D,,,1\nworkload,E,,,\nteam,a,,,\n",
        );
        assert_eq!(got.wanted.len(), 1, "{:?}", got.wanted);
        let why: Vec<(&str, &str)> = got.refused.iter().map(|r| (r.r#where.as_str(), r.why.as_str())).collect();
        for ((place, said), (at, part)) in why.iter().zip([
            ("teams.csv:3", "is no kind"),
            ("teams.csv:4", "name is missing"),
            ("teams.csv:5", "no key"),
            ("teams.csv:6", "has no tier"),
            ("teams.csv:7", "team of the workload is missing"),
            ("teams.csv:8", "stands already in teams.csv:2"),
        ]) {
            assert_eq!(*place, at);
            assert!(said.contains(part), "{said}");
        }
        assert_eq!(why.len(), 6);
    }
}

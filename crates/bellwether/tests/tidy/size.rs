//! A file that is read whole: at most 400 lines, unless it stands here with a reason.

use super::source::{Finding, Source, clean, files};

const MOST: usize = 400;

/// Longer files, with the number of lines that they may reach and the reason.
const LONGER: &[(&str, usize, &str)] = &[];

fn too_long(all: &[Source], longer: &[(&str, usize, &str)]) -> Vec<Finding> {
    let mut out = Vec::new();
    for source in all {
        let lines = source.text.lines().count();
        let most = longer.iter().find(|(path, ..)| *path == source.path).map_or(MOST, |(_, most, _)| *most);
        if lines > most {
            out.push(Finding::new(
                &source.path,
                most + 1,
                format!("{lines} lines; split the file by noun, or list it with a reason"),
            ));
        }
    }
    for (path, ..) in longer {
        let needed = all.iter().any(|s| s.path == *path && s.text.lines().count() > MOST);
        if !needed {
            out.push(Finding::new(path, 1, "has no more than 400 lines; take it off the list"));
        }
    }
    out
}

#[test]
fn files_are_short() {
    let all: Vec<Source> = files(&[".rs", ".sql", ".css", ".js", ".md", ".py", "check"])
        .into_iter()
        // Written by a test from the code, to be looked things up in.
        .filter(|s| !s.path.starts_with("docs/src/reference/"))
        .collect();
    clean(&too_long(&all, LONGER));
}

#[test]
fn a_long_file_is_found() {
    let of = |path: &str, lines: usize| Source { path: path.into(), text: "x\n".repeat(lines) };
    assert_eq!(too_long(&[of("a.rs", 401), of("b.rs", 400)], &[]).len(), 1);
    clean(&too_long(&[of("a.rs", 450)], &[("a.rs", 450, "a table")]));
    assert_eq!(too_long(&[of("a.rs", 451)], &[("a.rs", 450, "a table")]).len(), 1);
    assert_eq!(too_long(&[of("a.rs", 300)], &[("a.rs", 450, "a table")]).len(), 1);
}

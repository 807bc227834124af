//! Documentation: every link of ours leads somewhere, every page of the book stands in its table of contents.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Finding, Source, clean, files, root};

/// Links of a text: line, target. Code is left out.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    let mut fenced = false;
    for (i, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let plain: String = line.split('`').step_by(2).collect();
        for (at, _) in plain.match_indices("](") {
            let target: String = plain[at + 2..].chars().take_while(|c| *c != ')').collect();
            out.push((i + 1, target));
        }
    }
    out
}

/// Anchors of a text's headings, as mdBook and the usual forges make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut fenced = false;
    let mut out = BTreeSet::new();
    for line in text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        }
        if !fenced && line.starts_with('#') {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            out.insert(kept.map(|c| if c == ' ' { '-' } else { c }).collect());
        }
    }
    out
}

/// `a/b.md` and `../c.md` make `c.md`.
fn resolve(from: &str, to: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in to.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Links that lead nowhere. `exists` tells of files that are no text.
fn dead(pages: &[Source], exists: impl Fn(&str) -> bool) -> Vec<Finding> {
    let headings: BTreeMap<&str, BTreeSet<String>> = pages.iter().map(|p| (p.path.as_str(), anchors(&p.text))).collect();
    let mut out = Vec::new();
    for page in pages {
        for (line, target) in links(&page.text) {
            if target.starts_with("https://") || target.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let to = if file.is_empty() { page.path.clone() } else { resolve(&page.path, file) };
            if !headings.contains_key(to.as_str()) && !exists(&to) {
                out.push(Finding::new(&page.path, line, format!("{target} leads nowhere")));
            } else if !anchor.is_empty() && headings.get(to.as_str()).is_some_and(|h| !h.contains(anchor)) {
                out.push(Finding::new(&page.path, line, format!("{to} has no heading for #{anchor}")));
            }
        }
    }
    out
}

/// Pages of the book that its table of contents does not name.
fn unlisted(pages: &[Source]) -> Vec<Finding> {
    let summary = "docs/src/SUMMARY.md";
    let Some(contents) = pages.iter().find(|p| p.path == summary) else {
        return vec![Finding::new(summary, 1, "there is no table of contents")];
    };
    let named: Vec<String> = links(&contents.text).into_iter().map(|(_, t)| resolve(summary, &t)).collect();
    let lost = pages.iter().filter(|p| p.path.starts_with("docs/src/") && p.path != summary && !named.contains(&p.path));
    lost.map(|p| Finding::new(&p.path, 1, "is not in SUMMARY.md, so mdBook leaves it out")).collect()
}

#[test]
fn links_lead_somewhere() {
    let root = root();
    clean(&dead(&files(&[".md"]), |path| root.join(path).exists()));
}

#[test]
fn every_page_stands_in_the_table_of_contents() {
    clean(&unlisted(&files(&[".md"])));
}

#[test]
fn a_dead_link_and_a_lost_page_are_found() {
    let of = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
    let pages = [
        of(
            "README.md",
            "[a](docs/src/a.md) [b](docs/src/gone.md)\n`[c](nowhere.md)`\n```\n[d](nowhere.md)\n```\n[e](https://example.org)",
        ),
        of("docs/src/SUMMARY.md", "- [A](a.md)\n"),
        of("docs/src/a.md", "# Two words, one\n[up](../../README.md#x) [own](#two-words-one) [image](x.png)\n"),
        of("docs/src/lost.md", ""),
    ];
    let found: Vec<_> = dead(&pages, |p| p == "docs/src/x.png").into_iter().map(|f| (f.path, f.line)).collect();
    assert_eq!(found, [("README.md".to_owned(), 1), ("docs/src/a.md".to_owned(), 2)]);
    assert_eq!(unlisted(&pages).len(), 1);
    assert_eq!(unlisted(&pages[..1]).len(), 1);
}

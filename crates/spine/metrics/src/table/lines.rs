//! Tables written in lines: Markdown, Confluence, MediaWiki, and separated by tabs, semicolons or commas.

use super::{Builder, Format, Grid};

/// A line of dashes between pipes, under the headings.
fn rule(line: &str) -> bool {
    let line = line.trim();
    line.contains('|') && line.contains('-') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '\t'))
}

pub(super) fn is_markdown(text: &str) -> bool {
    text.lines().any(rule)
}

pub(super) fn is_mediawiki(text: &str) -> bool {
    text.lines().any(|l| l.trim_start().starts_with("{|"))
}

pub(super) fn is_confluence(text: &str) -> bool {
    text.lines().any(|l| l.trim_start().starts_with("||"))
}

/// Cells between pipes. Pipes inside links (`[text|address]`, `[[page|text]]`), in code, or after a backslash part nothing.
fn piped(line: &str) -> Vec<String> {
    let line = line.trim();
    let (mut out, mut cell) = (Vec::new(), String::new());
    let (mut depth, mut code) = (0_u32, false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if matches!(chars.peek(), Some('|' | '\\' | '*' | '_' | '`')) => cell.extend(chars.next()),
            '`' => code = !code,
            '[' if !code => {
                depth += 1;
                cell.push(c);
            }
            ']' if !code => {
                depth = depth.saturating_sub(1);
                cell.push(c);
            }
            '|' if depth == 0 && !code => {
                // `||` parts heading cells.
                if chars.peek() == Some(&'|') {
                    chars.next();
                }
                out.push(std::mem::take(&mut cell));
            }
            _ => cell.push(c),
        }
    }
    // A bracket or a backquote that never closes is a character like any other.
    if depth > 0 || code {
        let mut plain: Vec<String> = line.replace("||", "|").split('|').map(str::to_owned).collect();
        if plain.last().is_some_and(|c| c.trim().is_empty()) {
            plain.pop();
        }
        if plain.first().is_some_and(|c| c.trim().is_empty()) {
            plain.remove(0);
        }
        return plain;
    }
    if !cell.trim().is_empty() {
        out.push(cell);
    }
    if line.starts_with('|') && !out.is_empty() {
        out.remove(0);
    }
    out
}

/// What is read of marked text: links by their words, without stars, braces and tags of emphasis.
pub(super) fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        match c {
            '[' => match link(rest) {
                Some((words, behind)) => {
                    out.push_str(&words);
                    rest = behind;
                    continue;
                }
                None => out.push(c),
            },
            '{' => match after.find('}') {
                Some(end) if end < 60 && !after[..end].contains('{') => {
                    rest = &after[end + 1..];
                    continue;
                }
                _ => out.push(c),
            },
            '*' => {}
            '\'' if after.starts_with('\'') => {
                rest = after.trim_start_matches('\'');
                continue;
            }
            '<' => match after.find('>') {
                Some(end) if after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') => {
                    out.push(' ');
                    rest = &after[end + 1..];
                    continue;
                }
                _ => out.push(c),
            },
            _ => out.push(c),
        }
        rest = after;
    }
    let trimmed = out.trim();
    trimmed.trim_matches('_').trim_matches('~').to_owned()
}

/// `[words](address)`, `[words|address]`, `[[page|words]]`, `[address words]`: the words, and what stands behind.
fn link(text: &str) -> Option<(String, &str)> {
    if let Some(inner) = text.strip_prefix("[[") {
        let end = inner.find("]]")?;
        let words = inner[..end].rsplit('|').next().unwrap_or("");
        return Some((words.to_owned(), &inner[end + 2..]));
    }
    let inner = text.strip_prefix('[')?;
    let end = inner.find(']')?;
    let behind = &inner[end + 1..];
    if let Some(address) = behind.strip_prefix('(') {
        let close = address.find(')')?;
        return Some((inner[..end].to_owned(), &address[close + 1..]));
    }
    let words = match inner[..end].split_once('|') {
        Some((words, _)) => words,
        None => inner[..end].strip_prefix("http").and_then(|a| a.split_once(' ')).map_or(&inner[..end], |(_, w)| w),
    };
    Some((words.to_owned(), behind))
}

/// Longest cell of marked text, in bytes: links are looked for from each bracket on.
const MAX_CELL: usize = 8_000;

fn row(b: &mut Builder, cells: &[String]) -> Result<(), String> {
    if cells.iter().any(|c| c.len() > MAX_CELL) {
        return Err(format!("A cell has more than {MAX_CELL} bytes. Shorten it."));
    }
    let bared: Vec<String> = cells.iter().map(|c| bare(c)).collect();
    b.row(&bared)
}

pub(super) fn markdown(text: &str) -> Result<Vec<Grid>, String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut grids = Vec::new();
    let mut i = 0;
    while i < lines.len() {
        if !(rule(lines[i]) && i > 0 && lines[i - 1].contains('|')) {
            i += 1;
            continue;
        }
        let mut b = Builder::new(Format::Markdown);
        row(&mut b, &piped(lines[i - 1]))?;
        i += 1;
        while i < lines.len() && lines[i].contains('|') && !lines[i].trim().is_empty() {
            row(&mut b, &piped(lines[i]))?;
            i += 1;
        }
        grids.extend(b.done());
    }
    Ok(grids)
}

pub(super) fn confluence(text: &str) -> Result<Vec<Grid>, String> {
    let mut grids = Vec::new();
    let mut b = Builder::new(Format::Confluence);
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with('|') {
            row(&mut b, &piped(line))?;
        } else {
            grids.extend(std::mem::replace(&mut b, Builder::new(Format::Confluence)).done());
        }
    }
    grids.extend(b.done());
    Ok(grids)
}

/// Drops `style="..." |` before a cell's text.
fn content(cell: &str) -> String {
    let (mut depth, mut at) = (0_u32, None);
    for (i, c) in cell.char_indices() {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => {
                at = Some(i);
                break;
            }
            _ => {}
        }
    }
    match at {
        Some(i) if cell[..i].contains('=') => bare(&cell[i + 1..]),
        _ => bare(cell),
    }
}

pub(super) fn mediawiki(text: &str) -> Result<Vec<Grid>, String> {
    let mut grids = Vec::new();
    let mut open: Option<(Builder, Vec<String>)> = None;
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with("{|") {
            if let Some((mut b, cells)) = open.take() {
                finish(&mut b, cells)?;
                grids.extend(b.done());
            }
            open = Some((Builder::new(Format::Mediawiki), Vec::new()));
            continue;
        }
        let Some((b, cells)) = open.as_mut() else { continue };
        if line.len() > MAX_CELL {
            return Err(format!("A line has more than {MAX_CELL} bytes. Shorten it."));
        }
        if line.starts_with("|}") {
            finish(b, std::mem::take(cells))?;
            grids.extend(open.take().and_then(|(b, _)| b.done()));
        } else if line.starts_with("|-") {
            finish(b, std::mem::take(cells))?;
        } else if line.starts_with("|+") {
            // The caption is no row.
        } else if let Some(rest) = line.strip_prefix('!') {
            cells.extend(rest.replace("!!", "||").split("||").map(content));
        } else if let Some(rest) = line.strip_prefix('|') {
            cells.extend(rest.split("||").map(content));
        } else if let Some(last) = cells.last_mut() {
            last.push(' ');
            last.push_str(&bare(line));
        }
    }
    if let Some((mut b, cells)) = open {
        finish(&mut b, cells)?;
        grids.extend(b.done());
    }
    Ok(grids)
}

fn finish(b: &mut Builder, cells: Vec<String>) -> Result<(), String> {
    if cells.is_empty() { Ok(()) } else { b.row(&cells) }
}

/// The separator of a text without markup: what stands most in its first lines, outside of quotes; tabs before all.
fn separator(text: &str) -> u8 {
    let mut counts = [0_usize; 3];
    let mut quoted = false;
    for b in text.lines().take(5).flat_map(|l| l.bytes().chain([b'\n'])) {
        match b {
            b'"' => quoted = !quoted,
            b'\t' if !quoted => counts[0] += 1,
            b';' if !quoted => counts[1] += 1,
            b',' if !quoted => counts[2] += 1,
            _ => {}
        }
    }
    if counts[0] > 0 {
        b'\t'
    } else if counts[1] > 0 {
        b';'
    } else {
        b','
    }
}

pub(super) fn separated(text: &str) -> Result<Option<Grid>, String> {
    let by = separator(text);
    let mut b = Builder::new(if by == b'\t' { Format::Tabs } else { Format::Csv });
    let mut reader = csv::ReaderBuilder::new().delimiter(by).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => b.row(&record.iter().collect::<Vec<_>>())?,
            Err(e) => {
                let line = e.position().map_or(0, csv::Position::line);
                return Err(format!("Line {line} cannot be read as a table: {e}."));
            }
        }
    }
    Ok(b.done())
}

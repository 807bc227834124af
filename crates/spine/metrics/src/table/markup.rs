//! HTML tables: what a browser puts on the clipboard, and the storage format of Confluence. Tags that are no table are
//! passed over; nothing is run, fetched or kept.

use super::{Builder, Format, Grid, MAX_COLUMNS};

pub(super) fn looks(text: &str) -> bool {
    let head: String = text.chars().take(MAX_LOOK).collect::<String>().to_ascii_lowercase();
    head.contains("<table") || head.contains("<tr")
}

/// Clipboards begin with long heads of styles.
const MAX_LOOK: usize = 200_000;

enum Piece<'a> {
    Text(&'a str),
    Tag { name: String, close: bool, attributes: &'a str },
}

/// The next tag or text, and what stands behind.
fn next(text: &str) -> Option<(Piece<'_>, &str)> {
    if text.is_empty() {
        return None;
    }
    let Some(at) = text.find('<') else { return Some((Piece::Text(text), "")) };
    if at > 0 {
        return Some((Piece::Text(&text[..at]), &text[at..]));
    }
    if let Some(comment) = text.strip_prefix("<!--") {
        return Some((Piece::Text(""), comment.find("-->").map_or("", |end| &comment[end + 3..])));
    }
    if let Some(data) = text.strip_prefix("<![CDATA[") {
        let end = data.find("]]>");
        return Some((Piece::Text(&data[..end.unwrap_or(data.len())]), end.map_or("", |end| &data[end + 3..])));
    }
    let body = &text[1..];
    let (close, named) = match body.strip_prefix('/') {
        Some(rest) => (true, rest),
        None => (false, body),
    };
    if !named.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?') {
        return Some((Piece::Text("<"), body));
    }
    // A quoted attribute may hold ">"; a quote that stays open for long holds nothing.
    let mut quote = None;
    let end = named.char_indices().take(1024).find(|(_, c)| {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(*c),
            (Some(q), c) if q == *c => quote = None,
            (None, '>') => return true,
            _ => {}
        }
        false
    });
    let end = end.map(|(i, _)| i).or_else(|| named.find('>')).unwrap_or(named.len());
    let inner = &named[..end];
    let name: String =
        inner.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == ':' || *c == '-').collect::<String>().to_ascii_lowercase();
    let attributes = inner.get(name.len()..).unwrap_or("");
    Some((Piece::Tag { name, close, attributes }, named.get(end + 1..).unwrap_or("")))
}

fn attribute(attributes: &str, name: &str) -> Option<String> {
    let lower = attributes.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = lower[from..].find(name) {
        let at = from + found;
        from = at + name.len();
        let free = lower[..at].chars().next_back().is_none_or(char::is_whitespace);
        let rest = attributes[from..].trim_start();
        if !free || !rest.starts_with('=') {
            continue;
        }
        let value = rest[1..].trim_start();
        let plain = match value.chars().next() {
            Some(q @ ('"' | '\'')) => value[1..].split(q).next().unwrap_or(""),
            _ => value.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or(""),
        };
        return Some(plain.to_owned());
    }
    None
}

fn span(attributes: &str, name: &str, most: usize) -> usize {
    attribute(attributes, name).and_then(|n| n.trim().parse::<usize>().ok()).unwrap_or(1).clamp(1, most)
}

/// Named and numbered characters.
pub(super) fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        // An entity's name is short; a semicolon far behind is one of a sentence.
        let end = after.bytes().take(12).position(|b| b == b';');
        let meant = end.and_then(|end| entity(&after[..end]));
        match (meant, end) {
            (Some(c), Some(end)) => {
                out.push(c);
                rest = &after[end + 1..];
            }
            _ => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "ensp" | "emsp" | "thinsp" => ' ',
        "minus" => '\u{2212}',
        "ndash" => '–',
        "mdash" => '—',
        "pound" => '£',
        "euro" => '€',
        "yen" => '¥',
        "cent" => '¢',
        "percnt" => '%',
        "micro" => 'µ',
        "rsquo" => '’',
        "lsquo" => '‘',
        "lrm" => '\u{200e}',
        "rlm" => '\u{200f}',
        "shy" => '\u{ad}',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "szlig" => 'ß',
        "eacute" => 'é',
        "egrave" => 'è',
        _ => return None,
    })
}

/// A table that is open.
struct Open {
    builder: Builder,
    row: Vec<String>,
    in_row: bool,
    cell: Option<(String, usize, usize)>,
    /// Cells that reach down from rows above: rows left and text, by column.
    down: Vec<(usize, String)>,
}

impl Open {
    fn new() -> Self {
        Self { builder: Builder::new(Format::Html), row: Vec::new(), in_row: false, cell: None, down: Vec::new() }
    }

    fn reach(&mut self) {
        while let Some((left, text)) = self.down.get_mut(self.row.len()).filter(|(left, _)| *left > 0) {
            *left -= 1;
            let text = text.clone();
            self.row.push(text);
        }
    }

    fn end_cell(&mut self) -> Result<(), String> {
        let Some((text, across, below)) = self.cell.take() else { return Ok(()) };
        self.reach();
        for i in 0..across {
            if self.row.len() > MAX_COLUMNS {
                return Err(format!("A row has more than {MAX_COLUMNS} columns."));
            }
            // A cell across several columns says what it says once.
            let text = if i == 0 { text.clone() } else { String::new() };
            if below > 1 {
                if self.down.len() <= self.row.len() {
                    self.down.resize(self.row.len() + 1, (0, String::new()));
                }
                self.down[self.row.len()] = (below - 1, text.clone());
            }
            self.row.push(text);
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), String> {
        self.end_cell()?;
        if std::mem::take(&mut self.in_row) {
            self.reach();
            let row = std::mem::take(&mut self.row);
            if !row.is_empty() {
                self.builder.row(&row)?;
            }
        }
        Ok(())
    }
}

/// Reads the tables of a text; a table inside a cell is words of that cell.
pub(super) fn read(text: &str) -> Result<Vec<Grid>, String> {
    let mut grids = Vec::new();
    let mut open: Option<Open> = None;
    let (mut inside, mut skipping) = (0_usize, None::<String>);
    let mut rest = text;
    while let Some((piece, behind)) = next(rest) {
        rest = behind;
        match piece {
            Piece::Text(words) => {
                if let (None, Some((cell, _, _))) = (&skipping, open.as_mut().and_then(|o| o.cell.as_mut())) {
                    cell.push_str(&decoded(words));
                }
            }
            Piece::Tag { name, close, attributes } => {
                if let Some(until) = &skipping {
                    if close && name == *until {
                        skipping = None;
                    }
                    continue;
                }
                match (name.as_str(), close) {
                    ("table", false) if open.is_some() => inside += 1,
                    ("table", false) => open = Some(Open::new()),
                    ("table", true) if inside > 0 => inside -= 1,
                    ("table", true) => {
                        if let Some(mut done) = open.take() {
                            done.end_row()?;
                            grids.extend(done.builder.done());
                        }
                    }
                    ("tr", false) if inside == 0 => {
                        // A clipboard may hold rows without their table.
                        let o = open.get_or_insert_with(Open::new);
                        o.end_row()?;
                        o.in_row = true;
                    }
                    ("tr", true) if inside == 0 => {
                        if let Some(o) = &mut open {
                            o.end_row()?;
                        }
                    }
                    ("td" | "th", false) if inside == 0 => {
                        if let Some(o) = &mut open {
                            o.end_cell()?;
                            o.in_row = true;
                            let spans = (span(attributes, "colspan", MAX_COLUMNS), span(attributes, "rowspan", 10_000));
                            o.cell = Some((String::new(), spans.0, spans.1));
                        }
                    }
                    ("td" | "th", true) if inside == 0 => {
                        if let Some(o) = &mut open {
                            o.end_cell()?;
                        }
                    }
                    ("style" | "script" | "title" | "template", false) if !attributes.ends_with('/') => skipping = Some(name),
                    // The colour of a label is no word of it.
                    ("ac:parameter", false)
                        if !attributes.ends_with('/') && attribute(attributes, "ac:name").as_deref() != Some("title") =>
                    {
                        skipping = Some(name);
                    }
                    ("b" | "i" | "em" | "strong" | "span" | "a" | "u" | "sup" | "sub" | "code" | "font" | "wbr", _) => {}
                    ("time", false) => {
                        let day = attribute(attributes, "datetime");
                        if let (Some(day), Some((cell, _, _))) = (day, open.as_mut().and_then(|o| o.cell.as_mut()))
                            && attributes.ends_with('/')
                        {
                            cell.push_str(&day);
                        }
                    }
                    _ => {
                        if let Some((cell, _, _)) = open.as_mut().and_then(|o| o.cell.as_mut()) {
                            cell.push(' ');
                        }
                    }
                }
            }
        }
    }
    if let Some(mut left) = open {
        left.end_row()?;
        grids.extend(left.builder.done());
    }
    Ok(grids)
}

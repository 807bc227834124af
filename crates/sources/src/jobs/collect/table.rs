//! CSV, over HTTP or from a file.

use std::io::Read;
use std::path::{Path, PathBuf};

use kernel::http::{Client, Request};

use super::exchange::{BYTES, Backwards, Question, Used, Wanted, filled, send, varies};
use crate::rules::{Asked, Combine, Csv, Figure, Placed, Reading, Sorter, Stamps, combined};

/// Asks for the table, once for each period if its address names one; readings come back in the order of `asked`.
///
/// Errors: why the newest period has no number, or why nothing that came can be used, as a sentence or two.
pub(crate) async fn ask(question: Question<'_>, c: &Csv, roots: &[PathBuf]) -> Result<Vec<Reading>, String> {
    let Question { client, asked, zone, .. } = question;
    let stamps = Stamps::new(zone, &c.time_format);
    let mut used = Used::default();
    let (Some(first), Some(last)) = (asked.first(), asked.last()) else { return Ok(Vec::new()) };
    if !c.time.is_empty() || !varies(&c.location) {
        let whole = Asked { span: (first.span.0, last.span.1), label: last.label.clone() };
        let text = fetch(client, c, roots, &whole, &stamps, &mut used).await?;
        return read(c, &text, asked, &stamps, &mut used);
    }
    let mut backwards = Backwards::new(question);
    while let Some(a) = backwards.next() {
        let came = match fetch(client, c, roots, a, &stamps, &mut used).await {
            Ok(text) => read(c, &text, std::slice::from_ref(a), &stamps, &mut used).map(|mut r| r.remove(0)),
            Err(why) => Err(why),
        };
        backwards.take(came)?;
    }
    Ok(backwards.done())
}

async fn fetch(client: &Client, c: &Csv, roots: &[PathBuf], a: &Asked, stamps: &Stamps, used: &mut Used) -> Result<String, String> {
    let bytes = match c.path() {
        Some(path) => {
            let roots = roots.to_vec();
            // A thread of its own and not tokio's pool, which a server that stops would wait for: a share may hang.
            let (tell, answer) = tokio::sync::oneshot::channel();
            let started = std::thread::Builder::new().name("table".into()).spawn(move || {
                let _ = tell.send(file(&path, &roots));
            });
            started.map_err(|e| format!("No thread could be started to read the file: {e}."))?;
            let bytes = answer.await.map_err(|_| "Reading the file ended without an answer.".to_owned())??;
            used.bytes(bytes.len())?;
            bytes
        }
        None => {
            let mut request = Request::get(filled(&c.location, a.span, &a.label, stamps)).accept("text/csv, text/plain;q=0.5");
            request.secret = c.secret.clone();
            send(client, request, Wanted::Table, used).await?.body
        }
    };
    // UTF-16 without its mark is UTF-8 with a NUL at every other place.
    let text = String::from_utf8(bytes).ok().filter(|t| !t.contains('\0'));
    let text = text.ok_or("The table is not UTF-8. Save it as “CSV UTF-8”.")?;
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    if text.trim_start().starts_with(['<', '{', '[']) {
        let begins = kernel::text::shown(text.trim_start(), 40);
        return Err(format!("What came is no CSV; it begins “{begins}”. Check the address and the access."));
    }
    Ok(text)
}

/// Reads a file under one of the folders, links followed.
fn file(path: &Path, roots: &[PathBuf]) -> Result<Vec<u8>, String> {
    let shown = path.display();
    let real = std::fs::canonicalize(path).map_err(|e| format!("“{shown}” cannot be read: {e}."))?;
    let inside = roots.iter().filter_map(|r| std::fs::canonicalize(r).ok()).any(|r| real.starts_with(r));
    if !inside {
        return Err(format!(
            "“{shown}” is outside the folders that may be read. Add its folder to roots in [files] in the configuration, or move the file under one of them."
        ));
    }
    if !std::fs::metadata(&real).is_ok_and(|m| m.is_file()) {
        return Err(format!("“{shown}” is no file."));
    }
    let mut bytes = Vec::new();
    let open = std::fs::File::open(&real).map_err(|e| format!("“{shown}” cannot be read: {e}."))?;
    open.take(BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|e| format!("“{shown}” cannot be read: {e}."))?;
    Ok(bytes)
}

/// The columns that are read.
struct Columns {
    value: Option<usize>,
    ratio: Option<(usize, usize)>,
    time: Option<usize>,
}

fn column(heads: &::csv::StringRecord, name: &str) -> Result<Option<usize>, String> {
    if name.is_empty() {
        return Ok(None);
    }
    let mut found = heads.iter().enumerate().filter(|(_, h)| h.trim() == name).map(|(i, _)| i);
    match (found.next(), found.next()) {
        (Some(i), None) => Ok(Some(i)),
        (Some(_), Some(_)) => Err(format!("The table has two columns “{name}”. Rename one of them.")),
        (None, _) => {
            let names: Vec<String> = heads.iter().take(10).map(|h| kernel::text::shown(h, 40)).collect();
            let more = if heads.len() > names.len() { " and others" } else { "" };
            Err(format!(
                "The table has no column “{name}”; it has {}{more}. Has it changed, or is the delimiter another?",
                names.join(", ")
            ))
        }
    }
}

/// Reads a whole table. One row that cannot be read refuses it: a figure of a part would look like one of the whole.
fn read(c: &Csv, text: &str, asked: &[Asked], stamps: &Stamps, used: &mut Used) -> Result<Vec<Reading>, String> {
    let mut table = ::csv::ReaderBuilder::new().delimiter(c.delimiter.byte()).from_reader(text.as_bytes());
    let heads = table.headers().map_err(|e| format!("The first line of the table cannot be read: {e}."))?.clone();
    let columns = Columns {
        value: column(&heads, &c.value)?,
        ratio: column(&heads, &c.numerator)?.zip(column(&heads, &c.denominator)?),
        time: column(&heads, &c.time)?,
    };
    let mut sorter = Sorter::new(asked, stamps.clone());
    let mut placed = Vec::new();
    let mut record = ::csv::StringRecord::new();
    loop {
        match table.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => used.rows(1)?,
            Err(e) => {
                let line = e.position().map_or_else(String::new, |p| format!("Line {}: ", p.line()));
                return Err(format!(
                    "{line}the row has another number of fields than the first line, or a quote that does not end. Nothing was taken."
                ));
            }
        }
        if record.iter().all(|f| f.trim().is_empty()) {
            continue;
        }
        let line = record.position().map_or(0, ::csv::Position::line);
        let at = |why: String| format!("Line {line}: {why}. Nothing was taken.");
        let figure = figure(c, &columns, &record).map_err(at)?;
        match columns.time {
            Some(i) => sorter.take(&record[i], figure).map_err(at)?,
            None => placed.extend(figure.map(|figure| Placed { at: 0, figure })),
        }
    }
    if columns.time.is_some() {
        return Ok(sorter.done(c.combine));
    }
    let mut out: Vec<Reading> = asked
        .iter()
        .map(|_| Reading::None { why: "the table names no time, so it stands for the newest period alone".into(), fault: false })
        .collect();
    if let Some(newest) = out.last_mut() {
        *newest = combined(&placed, c.combine);
    }
    Ok(out)
}

fn figure(c: &Csv, columns: &Columns, record: &::csv::StringRecord) -> Result<Option<Figure>, String> {
    if c.combine == Some(Combine::Count) {
        return Ok(Some(Figure::One));
    }
    let number = |i: usize| c.decimal.read(&record[i]);
    if let Some((k, n)) = columns.ratio {
        return Ok(number(k)?.zip(number(n)?).map(|(k, n)| Figure::Ratio(k, n)));
    }
    match columns.value {
        Some(i) => Ok(number(i)?.map(Figure::Number)),
        None => Ok(None),
    }
}

//! What commands print: a table or a sentence for people, JSON with `--json`.

use std::io::Write;

use comfy_table::{ContentArrangement, Table, presets};
use serde_json::Value;

/// Where the output goes and in which form.
#[derive(Debug, Clone, Copy)]
pub struct Out {
    /// JSON instead of tables.
    pub json: bool,
}

impl Out {
    /// Writes a text as it is; a reader that went away is no fault.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn text(self, text: &str) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        let done = out.write_all(text.as_bytes()).and_then(|()| if text.ends_with('\n') { Ok(()) } else { out.write_all(b"\n") });
        match done.and_then(|()| out.flush()) {
            Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            other => Ok(other?),
        }
    }

    /// A sentence for people; nothing with `--json`.
    ///
    /// # Errors
    /// As [`Out::text`].
    pub fn say(self, text: &str) -> anyhow::Result<()> {
        if self.json { Ok(()) } else { self.text(text) }
    }

    /// JSON, indented.
    ///
    /// # Errors
    /// As [`Out::text`].
    pub fn json(self, value: &impl serde::Serialize) -> anyhow::Result<()> {
        self.text(&serde_json::to_string_pretty(value)?)
    }

    /// One thing: JSON, or its fields one in a line.
    ///
    /// # Errors
    /// As [`Out::text`].
    pub fn thing(self, value: &Value) -> anyhow::Result<()> {
        if self.json {
            return self.json(value);
        }
        match value {
            Value::Object(fields) => {
                let width = fields.keys().map(String::len).max().unwrap_or(0);
                let lines: Vec<String> = fields.iter().map(|(k, v)| format!("{k:<width$}  {}", cell(v))).collect();
                self.text(&lines.join("\n"))
            }
            other => self.text(&cell(other)),
        }
    }

    /// A list: JSON, or a table of the named columns.
    ///
    /// # Errors
    /// As [`Out::text`].
    pub fn rows(self, items: &[Value], columns: &[&str]) -> anyhow::Result<()> {
        if self.json {
            return self.json(&items);
        }
        if items.is_empty() {
            return self.text("Nothing yet.");
        }
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(columns.iter().map(|c| c.replace('_', " ")));
        for item in items {
            table.add_row(columns.iter().map(|c| cell(&item[*c])));
        }
        self.text(&table.trim_fmt())
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(s) => s.clone(),
        Value::Array(list) if list.iter().all(|v| !v.is_object()) => list.iter().map(cell).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

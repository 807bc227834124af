//! Otava in a Python of its own, asked by standard input and output.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// A Python that has Otava.
pub(crate) struct Otava {
    python: String,
}

/// Otava's own default of the probability, and the window of its function.
pub(crate) const P: f64 = 0.001;
pub(crate) const WINDOW: usize = 50;

impl Otava {
    /// Looks for it; the error says how to get it.
    pub(crate) fn find() -> Result<Self, String> {
        let python = std::env::var_os("BELLWETHER_OTAVA").map_or_else(|| "python3".into(), |p| p.to_string_lossy().into_owned());
        let here = Command::new(&python).args(["-c", "import otava"]).stderr(Stdio::null()).status();
        match here {
            Ok(status) if status.success() => Ok(Self { python }),
            _ => Err(format!(
                "{python} cannot import it. Make a Python environment with examples/score/requirements.txt and name it in BELLWETHER_OTAVA."
            )),
        }
    }

    /// The changes of each series, and the seconds that they took without starting Python.
    pub(crate) fn changes(&self, series: &[Vec<f64>], window: usize, p: f64) -> Option<(Vec<Vec<usize>>, f64)> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/score/otava_peer.py");
        let mut child = Command::new(&self.python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let ask = json!({ "series": series, "window": window, "p": p }).to_string();
        let mut pipe = child.stdin.take()?;
        let sent = std::thread::spawn(move || pipe.write_all(ask.as_bytes()));
        let output = child.wait_with_output().ok()?;
        sent.join().ok()?.ok()?;
        let answer: Value = serde_json::from_slice(&output.stdout).ok()?;
        let changes: Vec<Vec<usize>> = serde_json::from_value(answer["changes"].clone()).ok()?;
        (changes.len() == series.len()).then_some((changes, answer["seconds"].as_f64()?))
    }
}

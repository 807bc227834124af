//! The annotated series, where they are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The data folder.
pub(crate) fn folder() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data");
    std::env::var_os("BELLWETHER_DATA").map_or(beside, PathBuf::from).join("series")
}

/// A series of TCPD: its dimensions and, for each annotator, where a new segment starts.
pub(crate) struct Annotated {
    pub(crate) name: String,
    pub(crate) dimensions: Vec<Vec<Option<f64>>>,
    pub(crate) annotators: Vec<Vec<usize>>,
}

impl Annotated {
    /// How many of the annotators see no change.
    pub(crate) fn calm(&self) -> usize {
        self.annotators.iter().filter(|marks| marks.is_empty()).count()
    }
}

fn json(path: &Path) -> Option<Value> {
    serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()
}

/// All series of TCPD that are here, and how many files are not.
pub(crate) fn tcpd(folder: &Path) -> (Vec<Annotated>, usize) {
    let folder = folder.join("tcpd");
    let Some(Value::Object(all)) = json(&folder.join("annotations.json")) else { return (Vec::new(), 17) };
    let (mut out, mut missing) = (Vec::new(), 0);
    for (name, marks) in all {
        let Some(series) = json(&folder.join(format!("{name}.json"))) else {
            missing += 1;
            continue;
        };
        let dimensions = series["series"].as_array().map_or(&[][..], Vec::as_slice);
        let dimensions = dimensions.iter().map(|d| serde_json::from_value(d["raw"].clone()).unwrap_or_default()).collect();
        let annotators: BTreeMap<String, Vec<usize>> = serde_json::from_value(marks).unwrap_or_default();
        out.push(Annotated { name, dimensions, annotators: annotators.into_values().collect() });
    }
    (out, missing)
}

/// A series of NAB: its values and the stretches in which people saw something.
pub(crate) struct Windowed {
    pub(crate) values: Vec<Option<f64>>,
    pub(crate) windows: Vec<(usize, usize)>,
}

/// All series of NAB that are here, and how many files are not.
pub(crate) fn nab(folder: &Path) -> (Vec<Windowed>, usize) {
    let folder = folder.join("nab");
    let Some(Value::Object(all)) = json(&folder.join("combined_windows.json")) else { return (Vec::new(), 25) };
    let (mut out, mut missing) = (Vec::new(), 0);
    for (name, windows) in all {
        let Ok(text) = std::fs::read_to_string(folder.join(&name)) else {
            missing += 1;
            continue;
        };
        let rows: Vec<(&str, &str)> = text.lines().skip(1).filter_map(|line| line.split_once(',')).collect();
        // Times are written alike, to the second, so that they compare as text.
        let windows: Vec<(String, String)> = serde_json::from_value(windows).unwrap_or_default();
        let place = |time: &str| rows.partition_point(|(at, _)| *at < time.get(..19).unwrap_or(time));
        let windows = windows.iter().map(|(from, to)| (place(from), place(to))).collect();
        out.push(Windowed { values: rows.iter().map(|(_, v)| v.trim().parse().ok()).collect(), windows });
    }
    (out, missing)
}

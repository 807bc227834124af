//! A pasted list of teams, one in a line: `Team; workload`.

use kernel::error::{Error, Fault, Faults};

use crate::rules::folded;

/// Teams that one list takes.
pub const MOST: usize = 500;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it stood, from 1.
    pub line: usize,
    /// Name of the team.
    pub team: String,
    /// Name of its workload, if given.
    pub workload: Option<String>,
}

/// Reads a list; semicolons or tabs part its fields, empty lines are left out.
///
/// # Errors
/// Every fault with its line.
pub fn read(text: &str) -> std::result::Result<Vec<Line>, Vec<Fault>> {
    let mut out: Vec<Line> = Vec::new();
    let mut faults = Faults::new();
    for (i, raw) in text.lines().enumerate() {
        let line = i + 1;
        if raw.trim().is_empty() {
            continue;
        }
        let mut parts = raw.split([';', '\t']).map(str::trim);
        let team = parts.next().unwrap_or_default().to_owned();
        let workload = parts.next().filter(|w| !w.is_empty()).map(str::to_owned);
        if team.is_empty() {
            faults.add("list", format!("Line {line}: the team’s name is missing before the first semicolon."));
        } else if let Some(other) = out.iter().find(|l| folded(&l.team) == folded(&team)) {
            let second = workload
                .as_deref()
                .map(|w| format!(" Is {w} a second workload of {team}? Add it on the team’s page."))
                .unwrap_or_default();
            faults.add("list", format!("Line {line}: {team} stands here twice (first in line {}).{second}", other.line));
        } else {
            out.push(Line { line, team, workload });
        }
    }
    if out.is_empty() && faults.is_empty() {
        faults.add("list", "The list is empty. Write one team in a line.");
    }
    if out.len() > MOST {
        faults.add("list", format!("A list takes {MOST} teams; this one has {}.", out.len()));
    }
    match faults.done() {
        Ok(()) => Ok(out),
        Err(Error::Invalid(list)) => Err(list),
        Err(_) => Err(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_with_its_lines() {
        let lines = read("Billing; Premium billing\n\nClaims Intake\tFirst notice\r\nDocuments").unwrap();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[1], Line { line: 3, team: "Claims Intake".into(), workload: Some("First notice".into()) });
        assert_eq!(lines[2].workload, None);
    }

    #[test]
    fn a_team_that_stands_twice_is_explained() {
        let faults = read("Payments; Orchestration\npayments ; Refunds").unwrap_err();
        assert!(
            faults[0].message.starts_with("Line 2: payments stands here twice (first in line 1). Is Refunds a second workload"),
            "{faults:?}"
        );
        assert!(read(" \n").is_err());
        assert!(read("; x").is_err());
    }
}

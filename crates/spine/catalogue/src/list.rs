//! A pasted list of teams, one in a line: `Team; workload`.

use kernel::db::Tx;
use kernel::error::{Error, Fault, Faults, Result};
use kernel::web::Ctx;

use crate::acts;
use crate::rules::{NewTeam, NewWorkload, WorkloadBody, folded};

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

/// Makes the teams of a list, all or none.
///
/// # Errors
/// Faults with their lines; no right in the group.
pub fn make_teams(cx: &Ctx, tx: &mut dyn Tx, group: &str, text: &str) -> Result<usize> {
    cx.require_signed_in()?;
    let lines = read(text).map_err(Error::Invalid)?;
    let with_line = |line: usize, e: Error| match e {
        Error::Invalid(list) if list.iter().all(|f| f.at != "group") => {
            Error::Invalid(list.into_iter().map(|f| Fault::new("list", format!("Line {line}: {}", f.message))).collect())
        }
        Error::Conflict(message) => Error::invalid("list", format!("Line {line}: {message}")),
        e => e,
    };
    for l in &lines {
        let new = NewTeam { name: l.team.clone(), group: group.into(), slug: None, version: None };
        let team = acts::make_team(cx, tx, &new).map_err(|e| with_line(l.line, e))?;
        if let Some(name) = &l.workload {
            let new = NewWorkload {
                name: name.clone(),
                team: team.slug.clone(),
                slug: None,
                about: WorkloadBody::default(),
                version: None,
            };
            acts::make_workload(cx, tx, &new).map_err(|e| with_line(l.line, e))?;
        }
    }
    Ok(lines.len())
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

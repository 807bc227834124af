//! The pasted list of teams: "Team; workload; principal engineer", one team in a line.

use std::collections::HashMap;

use super::names::fold;

/// Longest list, in lines.
pub const LINES: usize = 500;

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Number of the line, from 1.
    pub number: usize,
    /// Name of the team.
    pub team: String,
    /// Its workload, if named.
    pub workload: Option<String>,
    /// Its principal engineer, if named.
    pub engineer: Option<String>,
    /// A further workload of a team that an earlier line names; only after the person said so.
    pub further: bool,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Number of the line, from 1.
    pub line: usize,
    /// What, and how to mend it.
    pub message: String,
    /// The team stands in an earlier line too and this line names another workload, so it may be a second one.
    pub second: bool,
}

/// Reads the list. Semicolons, tabs or commas part the fields; the last two may be missing. Empty lines are left out.
///
/// # Errors
/// Every fault with its line.
pub fn read_team_list(text: &str) -> Result<Vec<Line>, Vec<Fault>> {
    read_team_list_with(text, &[])
}

/// As [`read_team_list`]; `second` are the lines of which the person said that they name a further workload.
///
/// # Errors
/// Every fault with its line.
pub fn read_team_list_with(text: &str, second: &[usize]) -> Result<Vec<Line>, Vec<Fault>> {
    let mut faults: Vec<Fault> = Vec::new();
    let lines = good_lines(text, second, &mut faults);
    if faults.is_empty() && lines.is_empty() {
        faults.push(Fault { line: 1, message: "The list is empty. Write one team in a line.".into(), second: false });
    }
    if faults.is_empty() { Ok(lines) } else { Err(faults) }
}

/// The lines that are good, with the faults of the others: what the page shows beside the list.
pub fn good_lines(text: &str, second: &[usize], faults: &mut Vec<Fault>) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::new();
    let mut teams: HashMap<String, usize> = HashMap::new();
    let mut workloads: HashMap<String, usize> = HashMap::new();
    let mut add = |line: usize, message: String, second: bool| faults.push(Fault { line, message, second });
    for (i, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let number = i + 1;
        if line.trim().is_empty() {
            continue;
        }
        if number > LINES {
            add(number, format!("Line {number}: a list has at most {LINES} lines. Send the rest as a second list."), false);
            break;
        }
        let fields = parts(line);
        if let Some(long) = fields.iter().find(|f| f.chars().count() > kernel::text::NAME) {
            let n = long.chars().count();
            add(number, format!("Line {number}: a name has {n} characters; at most {} fit.", kernel::text::NAME), false);
            continue;
        }
        if fields.iter().any(|f| f.chars().any(char::is_control)) {
            add(number, format!("Line {number} contains a control character. Remove it."), false);
            continue;
        }
        if fields.len() > 3 {
            add(number, format!("Line {number} has {} fields; a line is team; workload; principal engineer.", fields.len()), false);
            continue;
        }
        let field = |i: usize| fields.get(i).filter(|f| !f.is_empty()).cloned();
        let Some(team) = field(0) else {
            add(number, format!("Line {number}: the team's name is missing."), false);
            continue;
        };
        let (workload, engineer) = (field(1), field(2));
        if let Some(w) = &workload
            && let Some(earlier) = workloads.get(&fold(w))
        {
            let same_team = out.iter().any(|l| l.number == *earlier && fold(&l.team) == fold(&team));
            let message = if same_team {
                format!("Line {number} says again what line {earlier} says: {team} with {w}. Leave it out.")
            } else {
                format!("Line {number}: {w} stands in line {earlier} already, and a workload belongs to one team.")
            };
            add(number, message, false);
            continue;
        }
        let known = teams.get(&fold(&team)).copied();
        match (known, &workload) {
            (Some(_), Some(_)) if second.contains(&number) => {}
            (Some(_), Some(w)) => {
                add(number, format!("Line {number}: {team} stands here twice. Is {w} a second workload of {team}?"), true);
                continue;
            }
            (Some(earlier), None) => {
                add(number, format!("Line {number}: {team} stands in line {earlier} already. Leave line {number} out."), false);
                continue;
            }
            (None, _) => {
                teams.insert(fold(&team), number);
            }
        }
        if let Some(w) = &workload {
            workloads.insert(fold(w), number);
        }
        out.push(Line { number, team, workload, engineer, further: known.is_some() });
    }
    out
}

/// The fields of a line, parted by the first separator found of tab, semicolon, comma.
fn parts(line: &str) -> Vec<String> {
    let mark = ['\t', ';', ','].into_iter().find(|c| line.contains(*c)).unwrap_or(';');
    let mut out: Vec<String> = line.split(mark).map(|f| f.trim().trim_matches('"').trim().to_owned()).collect();
    while out.len() > 1 && out.last().is_some_and(String::is_empty) {
        out.pop();
    }
    out
}

/// The text without one line.
pub fn without_line(text: &str, number: usize) -> String {
    text.lines().enumerate().filter(|(i, _)| i + 1 != number).map(|(_, l)| l).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "Billing; Premium billing; Hanna Lund\nClaims Intake; First notice of loss\nPayments; Payment orchestration; Maya Okafor\nPayments; Refunds\n";

    #[test]
    fn a_second_workload_is_asked_about_and_taken_once_confirmed() {
        let faults = read_team_list(TEXT).unwrap_err();
        assert_eq!(faults, [Fault {
            line: 4,
            message: "Line 4: Payments stands here twice. Is Refunds a second workload of Payments?".into(),
            second: true,
        }]);
        let lines = read_team_list_with(TEXT, &[4]).unwrap();
        assert!(lines[3].further && lines[3].workload.as_deref() == Some("Refunds"));
        assert_eq!(read_team_list(&without_line(TEXT, 4)).unwrap().len(), 3);
    }

    #[test]
    fn semicolons_tabs_and_commas_part_fields() {
        for text in ["A; W; P", "A\tW\tP", "A, W,P", "\"A\";\"W\";\"P\"", "A;W;P;;"] {
            let lines = read_team_list(text).unwrap();
            assert_eq!((lines[0].team.as_str(), lines[0].workload.as_deref(), lines[0].engineer.as_deref()), ("A", Some("W"), Some("P")), "{text}");
        }
        assert_eq!(read_team_list("A\n\nB;;P\n").unwrap()[1].engineer.as_deref(), Some("P"));
    }

    #[test]
    fn each_fault_names_its_line() {
        let long = "n".repeat(201);
        for (text, line, part) in [
            ("", 1, "empty"),
            ("A\n; W", 2, "missing"),
            ("A\na", 2, "already"),
            ("A;W\nA;w", 2, "again"),
            ("A;W\nB;W", 2, "one team"),
            ("A;b;c;d", 1, "4 fields"),
            (long.as_str(), 1, "201 characters"),
            ("A\u{7}", 1, "control"),
        ] {
            let faults = read_team_list(text).unwrap_err();
            assert_eq!((faults.len(), faults[0].line), (1, line), "{text}: {faults:?}");
            assert!(faults[0].message.contains(part), "{text}: {faults:?}");
        }
        assert!(read_team_list(&"A\n".repeat(501)).unwrap_err().last().unwrap().message.contains("at most 500"));
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange_and_every_line_is_read_or_explained(text in "[A-C;,\t\n é\u{202e}]{0,60}") {
            let mut faults = Vec::new();
            let lines = good_lines(&text, &[], &mut faults);
            let full = text.lines().filter(|l| !l.trim().is_empty()).count();
            prop_assert_eq!(lines.len() + faults.len(), full);
        }
    }
}

//! Standards of the organisation in a report: how far each workload of the team is with each. Pure.

use catalogue::standards::{Adopted, AdoptionState, Standard};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::document::Named;
use crate::exempt::day_words;

/// A standard with how far the team's workloads are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportStandard {
    /// Slug.
    pub slug: String,
    /// What is agreed, in one line.
    pub statement: String,
    /// Key of the pillar.
    pub pillar: String,
    /// Its title.
    pub pillar_title: String,
    /// In alphabetical order.
    pub workloads: Vec<StandardOfWorkload>,
}

/// How far one workload is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StandardOfWorkload {
    /// The workload.
    pub workload: Named,
    /// How far.
    pub state: AdoptionState,
    /// Why: of an exemption or of what does not apply, else the team's note.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Who approved an exemption, who ruled it out, or who said how far it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// Last day of an exemption.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub until: String,
    /// Where it can be seen.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub evidence: String,
    /// The day on which somebody looked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub day: String,
}

/// A standard as the document keeps it.
pub fn of_report(s: &Standard, pillar_title: &str, found: Vec<(Named, Adopted)>) -> ReportStandard {
    let of = |(workload, a): (Named, Adopted)| StandardOfWorkload {
        workload,
        state: a.state,
        reason: a.reason,
        by: a.by,
        until: a.until,
        evidence: a.evidence,
        day: a.day,
    };
    ReportStandard {
        slug: s.slug.clone(),
        statement: s.statement.clone(),
        pillar: s.pillar.clone(),
        pillar_title: pillar_title.to_owned(),
        workloads: found.into_iter().map(of).collect(),
    }
}

/// The gravest of its workloads; what applies nowhere does not apply.
pub fn gravest(s: &ReportStandard) -> AdoptionState {
    let order = [AdoptionState::NotYet, AdoptionState::Unknown, AdoptionState::Exempt, AdoptionState::Adopted];
    let any = |state: AdoptionState| s.workloads.iter().any(|w| w.state == state);
    order.into_iter().find(|state| any(*state)).unwrap_or(AdoptionState::NotApplicable)
}

/// "2 of 3 workloads keep it", of those to which it applies.
pub fn counted(s: &ReportStandard) -> String {
    let of = |state| s.workloads.iter().filter(|w| w.state == state).count();
    let (kept, n) = (of(AdoptionState::Adopted), s.workloads.len() - of(AdoptionState::NotApplicable));
    match n {
        0 => "applies to no workload".into(),
        1 => format!("{kept} of 1 workload keeps it"),
        n => format!("{kept} of {n} workloads keep it"),
    }
}

/// Workloads that do not keep it, each with why.
pub fn others(s: &ReportStandard) -> Vec<(&Named, String)> {
    let why = |w: &StandardOfWorkload, said: &str| match w.reason.trim_end_matches('.') {
        "" => said.to_owned(),
        reason => format!("{said}: {reason}"),
    };
    let words = |w: &StandardOfWorkload| match w.state {
        AdoptionState::Adopted => None,
        AdoptionState::NotYet => Some(why(w, "not yet")),
        AdoptionState::Exempt => Some(why(w, &format!("exempt until {}, approved by {}", day_words(&w.until), w.by))),
        AdoptionState::NotApplicable => Some(why(w, "does not apply")),
        AdoptionState::Unknown => Some("nobody has said".to_owned()),
    };
    s.workloads.iter().filter_map(|w| Some((&w.workload, words(w)?))).collect()
}

/// All of it in one line, for Markdown and terminals.
pub fn sentence(s: &ReportStandard) -> String {
    let rest: Vec<String> = others(s).into_iter().map(|(w, words)| format!(" {}: {words}.", w.name)).collect();
    format!("{} ({}): {}.{}", s.statement, s.pillar_title, counted(s), rest.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, state: AdoptionState) -> StandardOfWorkload {
        let exempt = state == AdoptionState::Exempt;
        StandardOfWorkload {
            workload: Named { slug: name.to_lowercase(), name: name.into() },
            state,
            reason: if exempt { "Consoles are replaced in spring.".into() } else { String::new() },
            by: if exempt { "Nora".into() } else { String::new() },
            until: if exempt { "2027-01-31".into() } else { String::new() },
            evidence: String::new(),
            day: String::new(),
        }
    }

    fn standard(workloads: Vec<StandardOfWorkload>) -> ReportStandard {
        let text = |t: &str| t.to_owned();
        ReportStandard {
            slug: text("s"),
            statement: text("Two factors"),
            pillar: text("security"),
            pillar_title: text("Security"),
            workloads,
        }
    }

    #[test]
    fn what_is_not_kept_is_named_with_why() {
        let s = standard(vec![
            of("Cranes", AdoptionState::Adopted),
            of("Gates", AdoptionState::Exempt),
            of("Rails", AdoptionState::NotApplicable),
            of("Yards", AdoptionState::Unknown),
        ]);
        assert_eq!(
            sentence(&s),
            "Two factors (Security): 1 of 3 workloads keep it. Gates: exempt until 31 January 2027, approved by Nora: Consoles \
             are replaced in spring. Rails: does not apply. Yards: nobody has said."
        );
        assert_eq!(gravest(&s), AdoptionState::Unknown);
    }

    #[test]
    fn what_applies_nowhere_does_not_apply() {
        let s = standard(vec![of("Rails", AdoptionState::NotApplicable)]);
        assert_eq!((gravest(&s), counted(&s).as_str()), (AdoptionState::NotApplicable, "applies to no workload"));
        assert_eq!(counted(&standard(vec![of("Rails", AdoptionState::Adopted)])), "1 of 1 workload keeps it");
    }
}

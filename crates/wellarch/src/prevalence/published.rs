//! What others found in their reviews, to stand beside ours. Each figure names a set of choices of the core lens; the lens says
//! which (`figure:` at a choice).

use serde::Serialize;
use utoipa::ToSchema;

/// A published figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PublishedFigure)]
pub struct Published {
    /// The name by which choices of a lens refer to it.
    pub name: &'static str,
    /// What was counted, to follow a percentage.
    pub what: &'static str,
    /// Per cent of the reviews.
    pub percent: u8,
    /// They wrote it in a word such as "half", not as a number.
    pub about: bool,
    /// They counted reviews that lack it; the others counted reviews that have it.
    pub lacking: bool,
}

/// Reviews that the figures are of.
pub const REVIEWS: usize = 150;

/// Until when these were held.
pub const UNTIL: &str = "January 2020";

/// Who published them.
pub const SOURCE: &str = "The Scale Factory, at CTO Craft";

const fn have(name: &'static str, percent: u8, what: &'static str) -> Published {
    Published { name, what, percent, about: false, lacking: false }
}

const fn lack(name: &'static str, percent: u8, what: &'static str) -> Published {
    Published { name, what, percent, about: false, lacking: true }
}

/// The figures, in the order in which they were told.
pub static ALL: [Published; 19] = [
    lack("disaster-recovery-plan", 79, "no adequate plan to recover from a disaster"),
    lack("resilience-testing", 67, "too little testing of resilience"),
    lack("security-incident-response-plan", 75, "no whole plan for a security incident"),
    Published { about: true, ..lack("incident-containment-tools", 50, "no tools to contain and analyse a security incident") },
    lack("human-access-control", 47, "access of people in need of improvement"),
    have("unique-credentials", 90, "credentials of their own for each person"),
    have("identity-federation", 62, "people sign in through one directory"),
    lack("human-privilege", 42, "people with more rights than they need"),
    lack("software-privilege", 30, "software with more rights than it needs"),
    lack("temporary-credentials", 78, "no credentials that are made when needed and end by themselves"),
    lack("data-classification", 75, "data that nobody has classified"),
    have("version-control", 90, "everything under version control"),
    have("configuration-management", 78, "configuration managed by a tool"),
    have("automated-build-and-deployment", 82, "build and deployment automated"),
    have("small-reversible-changes", 63, "frequent, small changes that can be taken back"),
    have("fully-automated-path", 52, "the whole path to production automated"),
    have("metrics-captured", 72, "metrics captured"),
    have("metric-baselines", 51, "known what is normal for a metric"),
    have("business-outcome-alerts", 40, "an alert when a business outcome is at risk"),
];

/// The figure of that name.
pub fn published(name: &str) -> Option<&'static Published> {
    ALL.iter().find(|p| p.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::built_in;

    #[test]
    fn every_figure_names_choices_of_the_core_lens_and_every_choice_a_figure() {
        let core = &built_in().unwrap()[0].file.lens;
        let figures = core.figures();
        for p in &ALL {
            let found: Vec<_> = figures.iter().filter(|f| f.name == p.name).collect();
            assert_eq!(found.len(), 1, "{} is a set of choices of one question", p.name);
            assert!(found[0].choices.count_ones() >= 1);
            assert_eq!(found[0].choices & found[0].question.nones(), 0, "{}: “none of these” is no practice", p.name);
        }
        for kept in built_in().unwrap() {
            for f in kept.file.lens.figures() {
                assert!(published(f.name).is_some(), "{} names {}, which nobody published", kept.slug, f.name);
            }
        }
        let set = |name: &str| {
            let f = figures.iter().find(|f| f.name == name).unwrap();
            format!("{} {}", f.question.id, f.question.ids(f.choices).join(","))
        };
        assert_eq!(set("disaster-recovery-plan"), "REL-13 goals,strategy,tested");
        assert_eq!(set("resilience-testing"), "REL-12 game_day,retested");
        assert_eq!(set("business-outcome-alerts"), "OPS-08 outcome_alarm");
    }

    #[test]
    fn figures_are_eighteen_numbers_and_a_word() {
        assert_eq!(ALL.iter().filter(|p| !p.about).count(), 18);
        assert!(ALL.iter().all(|p| (1..100).contains(&p.percent)));
        let mut names: Vec<&str> = ALL.iter().map(|p| p.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }
}

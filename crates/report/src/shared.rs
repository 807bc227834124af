//! What the Well-Architected reviews of a group share, as its overview shows it: practices are counted, no workload is named. The
//! room of reviews tells it; see [`crate::acts::shared`]. Pure.

use serde::Serialize;
use utoipa::ToSchema;

/// Practices on the overview at most.
pub const MOST: usize = 7;

/// Offers on the overview at most.
pub const OFFERS: usize = 3;

/// A practice over the reviews of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SharedPractice)]
pub struct Practice {
    /// The practice.
    pub title: String,
    /// Reviews that lack it.
    pub missing: usize,
    /// Reviews that answered.
    pub of: usize,
    /// Reviews to which it does not apply.
    pub not_applicable: usize,
    /// More than half of the reviews stand at a high risk in its question.
    pub high: bool,
    /// Name of the pillar.
    pub pillar: String,
    /// Id of the question.
    pub question: String,
    /// The page with all figures of the question.
    pub href: String,
    /// The form of a tech share about it.
    pub proposal: String,
}

/// What a group's reviews share.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SharedPractices)]
pub struct Shared {
    /// Practices that most lack, most often missing first.
    pub missing: Vec<Practice>,
    /// Practices that some have and at least as many lack: somebody could show the others.
    pub offers: Vec<Practice>,
    /// The page with all of them.
    pub href: String,
}

impl Shared {
    /// Of lists that may be longer than an overview shows.
    #[must_use]
    pub fn of(mut missing: Vec<Practice>, mut offers: Vec<Practice>, href: String) -> Self {
        missing.truncate(MOST);
        offers.truncate(OFFERS);
        Self { missing, offers, href }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn practice(title: &str, missing: usize, of: usize) -> Practice {
        Practice {
            title: title.into(),
            missing,
            of,
            not_applicable: 1,
            high: missing * 2 > of,
            pillar: "Reliability".into(),
            question: "REL-13".into(),
            href: "/prevalence?lens=core#q-rel-13".into(),
            proposal: "/groups/digital/tech-shares?title=x#new".into(),
        }
    }

    #[test]
    fn an_overview_shows_few() {
        let many = |n: usize| (0..n).map(|i| practice(&i.to_string(), 7, 10)).collect::<Vec<_>>();
        let s = Shared::of(many(20), many(20), String::new());
        assert_eq!((s.missing.len(), s.offers.len(), s.missing[0].title.as_str()), (MOST, OFFERS, "0"));
    }
}

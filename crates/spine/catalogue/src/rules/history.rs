//! What became of a thing: where it came from, who owned it when, why it was put away, what it was merged into.

use kernel::ids::Id;
use kernel::time::Time;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Origin, SubjectKind};

/// A stretch of time in which a team owned a thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Owner {
    /// The team's id.
    pub team: Id,
    /// Its slug.
    pub slug: String,
    /// As people write it.
    pub name: String,
    /// Of a service: name of the workload by way of which the team owned it; absent if the team was the service's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_way_of: Option<String>,
    /// From when; absent for the first owner, who counts from the beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Time>,
    /// Until when; absent for the present one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
}

/// A stretch as it is stored: whose, from when, until when. In order of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch<T> {
    /// Whose.
    pub of: T,
    /// First moment.
    pub since: Time,
    /// First moment after it.
    pub until: Option<Time>,
}

impl<T> Stretch<T> {
    fn part(&self, since: Time, until: Option<Time>) -> Option<(Time, Option<Time>)> {
        let from = self.since.max(since);
        let to = match (self.until, until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        to.is_none_or(|to| from < to).then_some((from, to))
    }
}

/// A team as owners name it: id, slug, name.
pub type Named = (Id, String, String);

/// Owners of a workload, oldest first.
pub fn owners(stretches: &[Stretch<Named>]) -> Vec<Owner> {
    let owner = |(i, s): (usize, &Stretch<Named>)| Owner {
        team: s.of.0,
        slug: s.of.1.clone(),
        name: s.of.2.clone(),
        by_way_of: None,
        since: (i > 0).then_some(s.since),
        until: s.until,
    };
    // Who owned it for no time at all did not own it.
    let real: Vec<&Stretch<Named>> = stretches.iter().filter(|s| s.until.is_none_or(|until| s.since < until)).collect();
    real.into_iter().enumerate().map(owner).collect()
}

/// Where a service belonged: its own team, or a workload by name with the owners of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Belonged {
    /// To a team of its own.
    Team(Named),
    /// To whichever team owned this workload.
    Workload(String, Vec<Stretch<Named>>),
}

/// Owners of a service, oldest first: stretches of its own teams, and those of its workloads' teams as far as it belonged to
/// them. The first owner of a workload counts from the beginning.
pub fn owners_of_service(places: &[Stretch<Belonged>]) -> Vec<Owner> {
    let mut out: Vec<Owner> = Vec::new();
    for p in places {
        match &p.of {
            Belonged::Team((team, slug, name)) => out.push(Owner {
                team: *team,
                slug: slug.clone(),
                name: name.clone(),
                by_way_of: None,
                since: Some(p.since),
                until: p.until,
            }),
            Belonged::Workload(workload, owners) => {
                for (i, o) in owners.iter().enumerate() {
                    let from = if i == 0 { Time(i64::MIN) } else { o.since };
                    let Some((since, until)) = p.part(from, o.until) else { continue };
                    let (team, slug, name) = o.of.clone();
                    out.push(Owner { team, slug, name, by_way_of: Some(workload.clone()), since: Some(since), until });
                }
            }
        }
    }
    if let Some(first) = out.first_mut() {
        first.since = None;
    }
    out
}

/// When, by whom and why a thing was put away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PutAway {
    /// When.
    pub at: Time,
    /// By whom, as the trail names actors.
    pub by: String,
    /// Why; empty if nobody said.
    pub reason: String,
}

/// The thing that another was merged into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MergedInto {
    /// Its slug.
    pub slug: String,
    /// As people write it.
    pub name: String,
}

/// What became of a team, workload or service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CatalogueHistory)]
pub struct History {
    /// Where it was imported from, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// When it was put away, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub put_away: Option<PutAway>,
    /// What it was merged into, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<MergedInto>,
    /// Who owned it, oldest first; of a team none.
    pub owners: Vec<Owner>,
}

/// How a thing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is in use.
    InUse,
    /// It is in use, and not in its source any more.
    Orphaned,
    /// It is in no list any more.
    PutAway,
    /// It became part of another one.
    Merged,
}

impl Standing {
    /// All of them.
    pub const ALL: [Standing; 4] = [Standing::InUse, Standing::Orphaned, Standing::PutAway, Standing::Merged];

    /// The word in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Standing::InUse => "in_use",
            Standing::Orphaned => "orphaned",
            Standing::PutAway => "put_away",
            Standing::Merged => "merged",
        }
    }

    /// The word on pages.
    pub fn word(self) -> &'static str {
        match self {
            Standing::InUse => "In use",
            Standing::Orphaned => "Orphaned",
            Standing::PutAway => "Put away",
            Standing::Merged => "Merged",
        }
    }

    /// From times: put away, whether it was merged, orphaned.
    pub fn of(away: Option<Time>, merged: bool, orphaned: Option<Time>) -> (Self, Option<Time>) {
        match (away, orphaned) {
            (Some(at), _) if merged => (Standing::Merged, Some(at)),
            (Some(at), _) => (Standing::PutAway, Some(at)),
            (None, Some(at)) => (Standing::Orphaned, Some(at)),
            (None, None) => (Standing::InUse, None),
        }
    }
}

/// Which things a list shows: those in use, orphaned ones among them, unless something else is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Show {
    /// In use, orphaned ones among them.
    #[default]
    Used,
    /// One kind of standing.
    Only(Standing),
    /// Everything.
    All,
}

impl Show {
    /// From the word of an address; none is what is in use.
    pub fn parse(word: Option<&str>) -> Option<Self> {
        match word.unwrap_or("") {
            "" | "in_use" => Some(Show::Used),
            "all" => Some(Show::All),
            word => Standing::ALL.into_iter().find(|s| s.key() == word).map(Show::Only),
        }
    }

    /// True if a thing of that standing is shown.
    pub fn has(self, s: Standing) -> bool {
        match self {
            Show::Used => matches!(s, Standing::InUse | Standing::Orphaned),
            Show::Only(only) => s == only,
            Show::All => true,
        }
    }
}

/// One thing of the list of everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CatalogueEntry)]
pub struct Entry {
    /// `team`, `workload` or `service`.
    #[serde(serialize_with = "kind_key")]
    #[schema(value_type = String)]
    pub kind: SubjectKind,
    /// In URLs.
    pub slug: String,
    /// As people write it.
    pub name: String,
    /// What it belongs to: a team's group, a workload's team, a service's workload.
    pub belongs_to: String,
    /// How it stands.
    pub standing: Standing,
    /// Since when, unless it is in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Time>,
}

fn kind_key<S: serde::Serializer>(kind: &SubjectKind, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(kind.key())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn team(n: u128) -> Named {
        (Id::from_u128(n), format!("t{n}"), format!("T{n}"))
    }

    fn stretch<T>(of: T, since: i64, until: Option<i64>) -> Stretch<T> {
        Stretch { of, since: Time(since), until: until.map(Time) }
    }

    #[test]
    fn a_service_is_owned_by_its_own_team_or_by_those_of_its_workloads() {
        let shop = vec![stretch(team(1), 100, Some(200)), stretch(team(2), 200, None)];
        let other = vec![stretch(team(3), 500, None)];
        let places = [
            stretch(Belonged::Workload("Shop".into(), shop), 50, Some(300)),
            stretch(Belonged::Team(team(4)), 300, Some(400)),
            // The first owner of a workload counts from the beginning, so nobody is missing between 400 and 500.
            stretch(Belonged::Workload("Other".into(), other), 400, None),
        ];
        let got: Vec<(String, Option<i64>, Option<i64>)> =
            owners_of_service(&places).into_iter().map(|o| (o.slug, o.since.map(|t| t.0), o.until.map(|t| t.0))).collect();
        let expected = [
            ("t1".to_owned(), None, Some(200)),
            ("t2".to_owned(), Some(200), Some(300)),
            ("t4".to_owned(), Some(300), Some(400)),
            ("t3".to_owned(), Some(400), None),
        ];
        assert_eq!(got, expected);
    }

    #[test]
    fn a_merge_says_more_than_putting_away_and_that_more_than_a_missing_source() {
        let at = Some(Time(1));
        assert_eq!(Standing::of(at, true, at).0, Standing::Merged);
        assert_eq!(Standing::of(at, false, at).0, Standing::PutAway);
        assert_eq!(Standing::of(None, false, Some(Time(7))), (Standing::Orphaned, Some(Time(7))));
        assert_eq!(Standing::of(None, false, None), (Standing::InUse, None));
    }

    #[test]
    fn lists_show_what_is_in_use_unless_asked() {
        assert_eq!(Show::parse(None), Some(Show::Used));
        assert!(Show::Used.has(Standing::Orphaned) && !Show::Used.has(Standing::Merged));
        assert_eq!(Show::parse(Some("merged")), Some(Show::Only(Standing::Merged)));
        assert_eq!(Show::parse(Some("nonsense")), None);
        assert!(Show::All.has(Standing::PutAway));
    }
}

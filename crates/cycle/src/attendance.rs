//! Who is in the room: a seat for each role of each team, prefilled from who holds it, taken by them or by a deputy; and observers.
//! It says who was there and nothing else: no share of a person or a team is counted from it. Pure.

use catalogue::Team;
use kernel::error::{Faults, Result};
use kernel::text;
use kernel::time::Time;
use people::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::capture::Named;

/// Observers of one session at most.
pub const MOST_OBSERVERS: usize = 200;

/// Roles of a team that have a seat.
pub const SEATED: [Role; 2] = [Role::PrincipalEngineer, Role::DeliveryLead];

/// Key of observers' seats, before their number.
const OBSERVER: &str = "observer";

/// How a seat is taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = SeatState)]
pub enum Taken {
    /// Nobody has said so yet.
    #[default]
    Unsaid,
    /// Whoever holds the role is here.
    Present,
    /// Somebody else is here for them.
    Deputy,
    /// Nobody is.
    Absent,
}

impl Taken {
    /// All of them.
    pub const ALL: [Taken; 4] = [Taken::Unsaid, Taken::Present, Taken::Deputy, Taken::Absent];

    /// As it is stored and sent.
    pub fn key(self) -> &'static str {
        match self {
            Taken::Unsaid => "unsaid",
            Taken::Present => "present",
            Taken::Deputy => "deputy",
            Taken::Absent => "absent",
        }
    }

    /// As pages write it.
    pub fn words(self) -> &'static str {
        match self {
            Taken::Unsaid => "not said yet",
            Taken::Present => "here",
            Taken::Deputy => "by deputy",
            Taken::Absent => "absent",
        }
    }

    /// As it was stored or sent.
    pub fn read(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.key() == key)
    }

    /// True if somebody speaks for the seat.
    pub fn is_here(self) -> bool {
        matches!(self, Taken::Present | Taken::Deputy)
    }
}

/// A seat of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionSeat)]
pub struct Seat {
    /// Names it within the session: `payments.delivery-lead`, `observer.2`.
    pub key: String,
    /// Its team; none for the facilitator and observers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<Named>,
    /// Its role; none for observers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub role: Option<Role>,
    /// Who holds the role, or the observer.
    pub people: Vec<String>,
    /// How it is taken.
    pub taken: Taken,
    /// Who is here for them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub deputy: String,
    /// Who said so.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
}

impl Seat {
    /// "Documents by deputy Noor Aziz", "Billing absent": what is worth saying beside the count; nothing for who is here.
    fn remark(&self) -> Option<String> {
        let team = self.team.as_ref().map_or("", |t| t.name.as_str());
        match self.taken {
            Taken::Present => None,
            Taken::Deputy => Some(format!("{team} by deputy {}", self.deputy)),
            Taken::Absent => Some(format!("{team} absent")),
            Taken::Unsaid => Some(format!("{team} not said yet")),
        }
    }

    /// Who spoke for the seat: its people, or the deputy.
    pub fn spoke(&self) -> String {
        match self.taken {
            Taken::Deputy => format!("{} for {}", self.deputy, self.holders()),
            _ => self.holders(),
        }
    }

    /// Who holds the role: "Maya Okafor", "nobody holds this role".
    pub fn holders(&self) -> String {
        if self.people.is_empty() { "nobody holds this role".into() } else { html::listed(&self.people) }
    }
}

/// What somebody says of a seat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SeatChange)]
pub struct NewSeat {
    /// How it is taken.
    pub taken: Taken,
    /// Who is here instead; needed for `deputy` alone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub deputy: String,
}

impl NewSeat {
    /// Checks what somebody said: the deputy as it is stored.
    ///
    /// # Errors
    /// Faults at `deputy`.
    pub fn check(&self) -> Result<String> {
        let mut faults = Faults::new();
        let typed = self.deputy.trim();
        let deputy = match self.taken {
            Taken::Deputy => text::name(&mut faults, "deputy", "The deputy", typed),
            _ => {
                faults.check(typed.is_empty(), "deputy", "Only a seat taken by a deputy names one. Leave it out.");
                String::new()
            }
        };
        faults.done().map(|()| deputy)
    }
}

/// Somebody who comes to listen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewObserver {
    /// Name; you, if empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// The key of a team's seat.
pub fn key(team: &Team, role: Role) -> String {
    format!("{}.{}", team.slug, role.key())
}

/// What was said of a seat, as it is stored: key, names at that time, how it is taken, deputy, who, when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Key of the seat.
    pub key: String,
    /// Name of an observer; empty for a role.
    pub name: String,
    /// How it is taken.
    pub taken: Taken,
    /// Who is here instead.
    pub deputy: String,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Time,
}

/// All seats: the roles of each team in the teams' fixed order, then observers in the order of their names.
pub fn seats(teams: &[(Team, Vec<(String, Role)>)], said: &[Said]) -> Vec<Seat> {
    let mut out = Vec::new();
    for role in SEATED {
        for (team, people) in teams {
            let key = key(team, role);
            let held = people.iter().filter(|(_, r)| *r == role).map(|(n, _)| n.clone()).collect();
            let named = Named { slug: team.slug.clone(), name: team.name.clone() };
            let found = said.iter().find(|s| s.key == key);
            out.push(Seat {
                key,
                team: Some(named),
                role: Some(role),
                people: held,
                taken: found.map_or(Taken::Unsaid, |s| s.taken),
                deputy: found.map(|s| s.deputy.clone()).unwrap_or_default(),
                by: found.map(|s| s.by.clone()).unwrap_or_default(),
                at: found.map(|s| s.at),
            });
        }
    }
    let mut observers: Vec<&Said> = said.iter().filter(|s| is_observer(&s.key) && s.taken.is_here()).collect();
    observers.sort_by(|a, b| a.name.cmp(&b.name).then(a.key.cmp(&b.key)));
    out.extend(observers.into_iter().map(|s| Seat {
        key: s.key.clone(),
        team: None,
        role: None,
        people: vec![s.name.clone()],
        taken: Taken::Present,
        deputy: String::new(),
        by: s.by.clone(),
        at: Some(s.at),
    }));
    out
}

/// The key of an observer of that name: the same for the same name, so that nobody stands there twice.
pub fn observer_key(name: &str) -> String {
    format!("{OBSERVER}.{}", text::percent(&name.to_lowercase()))
}

/// True for the key of an observer's seat.
pub fn is_observer(key: &str) -> bool {
    key.strip_prefix(OBSERVER).is_some_and(|rest| rest.starts_with('.'))
}

/// One line of the list of who is here: a role, how many of its seats are taken, what is worth saying beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleLine {
    /// "Principal engineers", "Observers".
    pub title: String,
    /// Seats that somebody speaks for.
    pub here: usize,
    /// Seats.
    pub of: usize,
    /// "9 of 10; Documents by deputy Noor Aziz".
    pub words: String,
}

/// The list of who is here, by role, in the fixed order of roles and teams.
pub fn lines(seats: &[Seat]) -> Vec<RoleLine> {
    let mut out = Vec::new();
    for role in SEATED {
        let of: Vec<&Seat> = seats.iter().filter(|s| s.role == Some(role)).collect();
        if of.is_empty() {
            continue;
        }
        let here = of.iter().filter(|s| s.taken.is_here()).count();
        let unsaid = of.iter().filter(|s| s.taken == Taken::Unsaid).count();
        let mut parts = vec![format!("{here} of {}", of.len())];
        // While most have said nothing, a list of all of them tells nobody anything.
        let few = unsaid <= 3;
        parts.extend(of.iter().filter(|s| few || s.taken != Taken::Unsaid).filter_map(|s| s.remark()));
        if !few {
            parts.push(format!("{unsaid} not said yet"));
        }
        out.push(RoleLine { title: format!("{}s", role.title()), here, of: of.len(), words: parts.join("; ") });
    }
    let observers: Vec<String> = seats.iter().filter(|s| s.role.is_none()).flat_map(|s| s.people.clone()).collect();
    if !observers.is_empty() {
        let (here, words) = (observers.len(), html::listed(&observers));
        out.push(RoleLine { title: "Observers".into(), here, of: here, words });
    }
    out
}

/// "18 of 21": seats of roles that somebody speaks for, and all of them.
pub fn count(seats: &[Seat]) -> (usize, usize) {
    let roles: Vec<&Seat> = seats.iter().filter(|s| s.role.is_some()).collect();
    (roles.iter().filter(|s| s.taken.is_here()).count(), roles.len())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use kernel::ids::Id;

    pub(crate) fn team(n: u128, name: &str) -> Team {
        Team {
            id: Id::from_u128(n),
            group: Id::from_u128(90),
            slug: text::slug(name),
            name: name.into(),
            since: Time(0),
            archived_at: None,
            version: 1,
        }
    }

    fn people(all: &[(&str, Role)]) -> Vec<(String, Role)> {
        all.iter().map(|(n, r)| ((*n).to_owned(), *r)).collect()
    }

    fn said(key: &str, taken: Taken, deputy: &str) -> Said {
        let name = if is_observer(key) { "Ana <A>" } else { "" };
        Said { key: key.into(), name: name.into(), taken, deputy: deputy.into(), by: "Ingrid".into(), at: Time(5) }
    }

    pub(crate) fn sample() -> Vec<Seat> {
        use Role::{DeliveryLead, PrincipalEngineer};
        let teams = [
            (team(1, "Payments"), people(&[("Maya <O>", PrincipalEngineer), ("Daniel", DeliveryLead)])),
            (team(2, "Documents"), people(&[("Olu", PrincipalEngineer)])),
        ];
        seats(
            &teams,
            &[
                said("payments.principal-engineer", Taken::Present, ""),
                said("documents.principal-engineer", Taken::Deputy, "Noor <A>"),
                said("payments.delivery-lead", Taken::Absent, ""),
                said(&observer_key("Ana <A>"), Taken::Present, ""),
                said("gone.delivery-lead", Taken::Present, ""),
            ],
        )
    }

    #[test]
    fn seats_stand_by_role_and_team_and_say_who_spoke() {
        let all = sample();
        let told: Vec<_> = all.iter().map(|s| (s.key.as_str(), s.taken, s.spoke())).collect();
        assert_eq!(
            told,
            [
                ("payments.principal-engineer", Taken::Present, "Maya <O>".to_owned()),
                ("documents.principal-engineer", Taken::Deputy, "Noor <A> for Olu".into()),
                ("payments.delivery-lead", Taken::Absent, "Daniel".into()),
                ("documents.delivery-lead", Taken::Unsaid, "nobody holds this role".into()),
                ("observer.ana%20%3Ca%3E", Taken::Present, "Ana <A>".into()),
            ]
        );
        assert_eq!(count(&all), (2, 4));
    }

    #[test]
    fn the_list_says_what_is_not_plain() {
        let words: Vec<String> = lines(&sample()).into_iter().map(|l| format!("{}: {}", l.title, l.words)).collect();
        assert_eq!(
            words,
            [
                "Principal engineers: 2 of 2; Documents by deputy Noor <A>",
                "Delivery leads: 0 of 2; Payments absent; Documents not said yet",
                "Observers: Ana <A>",
            ]
        );
        let many: Vec<_> = (0..10).map(|n| (team(n, &format!("T{n}")), Vec::new())).collect();
        assert_eq!(lines(&seats(&many, &[]))[0].words, "0 of 10; 10 not said yet");
    }

    #[test]
    fn a_deputy_has_a_name_and_nobody_else_has() {
        let at = |taken, deputy: &str| match (NewSeat { taken, deputy: deputy.into() }).check() {
            Ok(d) => d,
            Err(e) => format!("{e:?}").contains("deputy").to_string(),
        };
        assert_eq!(at(Taken::Deputy, " Noor "), "Noor");
        assert_eq!(at(Taken::Present, ""), "");
        for bad in [at(Taken::Deputy, " "), at(Taken::Deputy, "a\nb"), at(Taken::Absent, "Noor")] {
            assert_eq!(bad, "true");
        }
        for t in Taken::ALL {
            assert_eq!(Taken::read(t.key()), Some(t));
        }
    }
}

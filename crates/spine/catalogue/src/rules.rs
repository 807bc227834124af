//! What a catalogue is made of.

use jiff::civil::Date;
use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use kernel::web::{Ctx, Right};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Teams that review together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Group {
    /// Its id.
    pub id: Id,
    /// In URLs.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
    /// IANA zone in which its sprints begin and end.
    pub zone: String,
    /// Days of a sprint, unless the calendar says otherwise from some sprint on.
    pub sprint_days: i64,
    /// Number of the first sprint that is known.
    pub first_number: i64,
    /// Its first day.
    pub first_day: String,
    /// Raised with each change.
    pub version: i64,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Team {
    /// Its id.
    pub id: Id,
    /// In URLs.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
    /// The group that it reviews with.
    pub group: Id,
    /// Since when it exists here.
    pub since: Time,
    /// When it was put away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Time>,
    /// Raised with each change.
    pub version: i64,
}

impl Team {
    /// True if the right holds for the team, for its group, or everywhere.
    pub fn may(&self, cx: &Ctx, right: &Right) -> bool {
        cx.actor.may(right, Some(self.id)) || cx.actor.may(right, Some(self.group))
    }

    /// The first line of an act on this team.
    ///
    /// # Errors
    /// As [`Ctx::require`].
    pub fn require(&self, cx: &Ctx, right: &Right) -> Result<()> {
        if self.may(cx, right) { Ok(()) } else { cx.require(right, self.id) }
    }
}

/// A link with a title.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What it leads to: `dashboard`, `runbook`, `logs`, `alarms`, or any word.
    pub kind: String,
    /// As it is shown.
    pub title: String,
    /// `https://..`
    pub url: String,
}

/// What people say about a workload.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WorkloadBody {
    /// How important: `1` is the most.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tier: String,
    /// `experimental`, `production`, `deprecated`, or any word.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub lifecycle: String,
    /// The business goal that it serves.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub goal: String,
    /// What it protects: goal, users, money an hour as a range or "not known".
    #[serde(skip_serializing_if = "String::is_empty")]
    pub protects: String,
    /// Who runs it, if not its team; support hours and hand-off.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub runs: String,
    /// Dashboards, runbooks, logs, alarms.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

/// What delivers value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Workload {
    /// Its id.
    pub id: Id,
    /// In URLs.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
    /// The team that owns it.
    pub team: Id,
    /// What people say about it.
    #[serde(flatten)]
    pub body: WorkloadBody,
    /// When it was put away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Time>,
    /// Raised with each change.
    pub version: i64,
}

/// Where a service runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// As deployments name it.
    pub name: String,
    /// `production`, `staging`, `testing`, `development`.
    pub tier: String,
}

/// What people say about a service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ServiceBody {
    /// `https://..` or `ssh://..`
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub repositories: Vec<String>,
    /// Where it runs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environments: Vec<Environment>,
}

/// What is deployed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Service {
    /// Its id.
    pub id: Id,
    /// In URLs.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
    /// The workload that it belongs to.
    pub workload: Id,
    /// Its owner: its own team if stated, else the workload's.
    pub team: Id,
    /// True if the owner is stated for the service itself.
    pub own_team: bool,
    /// What people say about it.
    #[serde(flatten)]
    pub body: ServiceBody,
    /// When it was put away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Time>,
    /// Raised with each change.
    pub version: i64,
}

/// What a metric can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubjectKind {
    /// A team.
    Team,
    /// A workload.
    Workload,
    /// A service.
    Service,
}

impl SubjectKind {
    /// The word.
    pub fn key(self) -> &'static str {
        match self {
            SubjectKind::Team => "team",
            SubjectKind::Workload => "workload",
            SubjectKind::Service => "service",
        }
    }
}

/// A team, workload or service, with the team that answers for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Which kind.
    pub kind: SubjectKind,
    /// Its id.
    pub id: Id,
    /// In URLs.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
    /// The team.
    pub team: Team,
}

/// A new group, or a changed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGroup {
    /// As people write it.
    pub name: String,
    /// IANA zone, `Europe/London`.
    pub zone: String,
    /// 7 to 42.
    #[serde(default = "fortnight")]
    pub sprint_days: i64,
    /// Number of the first sprint.
    #[serde(default = "one")]
    pub first_number: i64,
    /// Its first day, `2026-11-04`.
    pub first_day: String,
    /// In URLs; made from the name if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// The version that the caller saw; needed for a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

fn fortnight() -> i64 {
    14
}

fn one() -> i64 {
    1
}

impl NewGroup {
    /// Checks what somebody typed.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(mut self) -> Result<Self> {
        let mut faults = Faults::new();
        self.name = text::name(&mut faults, "name", "The group’s name", &self.name);
        self.zone = self.zone.trim().to_owned();
        faults.check(
            jiff::tz::TimeZone::get(&self.zone).is_ok(),
            "zone",
            format!("“{}” is no time zone. Write it like Europe/London.", self.zone),
        );
        faults.check((7..=42).contains(&self.sprint_days), "sprint_days", "A sprint has 7 to 42 days.");
        faults.check((0..100_000).contains(&self.first_number), "first_number", "The first sprint's number is 0 to 99999.");
        let day = self.first_day.trim().parse::<Date>();
        match day {
            Ok(d) if (1990..=2200).contains(&d.year()) => self.first_day = d.to_string(),
            _ => faults.add("first_day", format!("“{}” is no day. Write it like 2026-11-04.", self.first_day)),
        }
        check_slug(&mut faults, &mut self.slug, &self.name);
        faults.done().map(|()| self)
    }
}

fn check_slug(faults: &mut Faults, slug: &mut Option<String>, name: &str) {
    match slug.as_deref().map(str::trim).filter(|s| !s.is_empty()) {
        None => *slug = Some(text::slug(name)),
        Some(s) => match text::key("slug", s) {
            Ok(s) => *slug = Some(s),
            Err(e) => faults.add("slug", e.to_string()),
        },
    }
}

/// A new team, or a changed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTeam {
    /// As people write it.
    pub name: String,
    /// Slug of the group.
    pub group: String,
    /// In URLs; made from the name if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// The version that the caller saw; needed for a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

impl NewTeam {
    /// Checks what somebody typed.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(mut self) -> Result<Self> {
        let mut faults = Faults::new();
        self.name = text::name(&mut faults, "name", "The team’s name", &self.name);
        check_slug(&mut faults, &mut self.slug, &self.name);
        faults.done().map(|()| self)
    }
}

/// A new workload, or a changed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWorkload {
    /// As people write it.
    pub name: String,
    /// Slug of the team that owns it.
    pub team: String,
    /// In URLs; made from the name if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// What people say about it.
    #[serde(default)]
    pub about: WorkloadBody,
    /// The version that the caller saw; needed for a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

fn check_url(faults: &mut Faults, at: String, url: &str, schemes: &[&str]) {
    let good = url.len() <= 2000 && schemes.iter().any(|s| url.starts_with(s)) && !url.chars().any(|c| c.is_control() || c == ' ');
    faults.check(
        good,
        at,
        format!("“{}” is no address. Write it like {}example.org/path.", url.chars().take(60).collect::<String>(), schemes[0]),
    );
}

impl NewWorkload {
    /// Checks what somebody typed.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(mut self) -> Result<Self> {
        let mut faults = Faults::new();
        self.name = text::name(&mut faults, "name", "The workload’s name", &self.name);
        check_slug(&mut faults, &mut self.slug, &self.name);
        let b = &mut self.about;
        for (at, text) in [
            ("tier", &mut b.tier),
            ("lifecycle", &mut b.lifecycle),
            ("goal", &mut b.goal),
            ("protects", &mut b.protects),
            ("runs", &mut b.runs),
        ] {
            *text = text::prose(&mut faults, &format!("about.{at}"), "The text", text);
        }
        faults.check(b.links.len() <= 50, "about.links", "A workload has at most 50 links.");
        for (i, link) in b.links.iter_mut().enumerate() {
            link.title = text::name(&mut faults, &format!("about.links.{i}.title"), "The link’s title", &link.title);
            check_url(&mut faults, format!("about.links.{i}.url"), &link.url, &["https://", "http://"]);
        }
        faults.done().map(|()| self)
    }
}

/// A new service, or a changed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewService {
    /// As people write it.
    pub name: String,
    /// Slug of the workload that it belongs to.
    pub workload: String,
    /// Slug of its own team; the workload's if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// In URLs; made from the name if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// What people say about it.
    #[serde(default)]
    pub about: ServiceBody,
    /// The version that the caller saw; needed for a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

impl NewService {
    /// Checks what somebody typed.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(mut self) -> Result<Self> {
        let mut faults = Faults::new();
        self.name = text::name(&mut faults, "name", "The service’s name", &self.name);
        check_slug(&mut faults, &mut self.slug, &self.name);
        let b = &mut self.about;
        faults.check(b.repositories.len() <= 50, "about.repositories", "A service has at most 50 repositories.");
        for (i, url) in b.repositories.iter().enumerate() {
            check_url(&mut faults, format!("about.repositories.{i}"), url, &["https://", "ssh://", "git@", "/"]);
        }
        for (i, e) in b.environments.iter_mut().enumerate() {
            e.name = text::name(&mut faults, &format!("about.environments.{i}.name"), "The environment’s name", &e.name);
            let known = ["production", "staging", "testing", "development"];
            faults.check(
                known.contains(&e.tier.as_str()),
                format!("about.environments.{i}.tier"),
                format!("The tier is one of {}.", known.join(", ")),
            );
        }
        faults.done().map(|()| self)
    }
}

/// The form of a name in which two names are the same and by which lists are ordered.
pub fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_the_same_are_the_same() {
        assert_eq!(folded(" Claims  Intake "), folded("claims intake"));
    }

    #[test]
    fn every_fault_of_a_group_is_named() {
        let g = NewGroup {
            name: String::new(),
            zone: "Mars/Base".into(),
            sprint_days: 3,
            first_number: -1,
            first_day: "soon".into(),
            slug: Some("No".into()),
            version: None,
        };
        let kernel::Error::Invalid(faults) = g.check().unwrap_err() else { panic!() };
        let at: Vec<_> = faults.iter().map(|f| f.at.as_str()).collect();
        assert_eq!(at, ["name", "zone", "sprint_days", "first_number", "first_day", "slug"]);
    }

    #[test]
    fn addresses_that_run_something_are_refused() {
        let w = NewWorkload {
            name: "A".into(),
            team: "t".into(),
            slug: None,
            version: None,
            about: WorkloadBody {
                links: vec![Link { kind: "x".into(), title: "x".into(), url: "javascript:alert(1)".into() }],
                ..WorkloadBody::default()
            },
        };
        assert!(w.check().is_err());
    }
}

//! A workload: what delivers value.

use kernel::error::{Error, Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::team::short;

/// Links that a workload may have.
pub const LINKS: usize = 50;
/// Longest address, in characters.
pub const URL: usize = 2000;
/// Highest amount of money an hour, in whole units of the currency.
pub const MONEY: i64 = 1_000_000_000_000;

/// Where a workload is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Lifecycle {
    /// Tried out; nobody depends on it.
    Experimental,
    /// In use.
    #[default]
    Production,
    /// On its way out.
    Deprecated,
}

impl Lifecycle {
    /// All, in order.
    pub const ALL: [Lifecycle; 3] = [Lifecycle::Experimental, Lifecycle::Production, Lifecycle::Deprecated];

    /// The word in files, forms and the database.
    pub const fn key(self) -> &'static str {
        match self {
            Lifecycle::Experimental => "experimental",
            Lifecycle::Production => "production",
            Lifecycle::Deprecated => "deprecated",
        }
    }

    /// From its word.
    pub fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.key() == text)
    }
}

/// What a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LinkKind {
    /// A dashboard.
    Dashboard,
    /// What to do when it fails.
    Runbook,
    /// Its logs.
    Logs,
    /// Its alarms.
    Alarms,
    /// Something else.
    Other,
}

impl LinkKind {
    /// All, in the order in which pages show them.
    pub const ALL: [LinkKind; 5] = [LinkKind::Dashboard, LinkKind::Runbook, LinkKind::Logs, LinkKind::Alarms, LinkKind::Other];

    /// The word in files and forms.
    pub const fn key(self) -> &'static str {
        match self {
            LinkKind::Dashboard => "dashboard",
            LinkKind::Runbook => "runbook",
            LinkKind::Logs => "logs",
            LinkKind::Alarms => "alarms",
            LinkKind::Other => "other",
        }
    }
}

/// A link of a workload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What it leads to.
    pub kind: LinkKind,
    /// What it is called; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Where, beginning with https:// or http://.
    pub url: String,
}

/// What an hour without the workload costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// At least, in whole units of the currency.
    pub low: i64,
    /// At most.
    pub high: i64,
    /// ISO 4217 code, such as EUR.
    pub currency: String,
}

/// What can be said about a workload beside its name and its team.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WorkloadFacts {
    /// How much depends on it: 1 (most) to 4 (least); none if nobody has said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<i64>,
    /// Where it is in its life.
    pub lifecycle: Lifecycle,
    /// The business goal that it serves and protects.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub goal: String,
    /// Who uses it, and how many.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub users: String,
    /// What an hour without it costs; none = not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub money: Option<Money>,
    /// Who builds it; empty = the team.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub builds: String,
    /// Who runs it; empty = the team.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub runs: String,
    /// When it is supported.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub support_hours: String,
    /// How those who build hand over to those who run it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub hand_off: String,
    /// Dashboards, runbooks, logs, alarms.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

/// What delivers value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Workload {
    /// Its id.
    pub id: Id,
    /// Its place in addresses; never changes.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The team that owns it now.
    pub team: Id,
    /// What is said about it.
    #[serde(flatten)]
    pub facts: WorkloadFacts,
    /// Since when it is in the catalogue.
    pub since: Time,
    /// Counts changes, from 1.
    pub version: i64,
    /// When it was archived.
    pub archived_at: Option<Time>,
}

/// A workload to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWorkload {
    /// Its name, 1 to 200 characters, unique among workloads.
    pub name: String,
    /// Slug of the team that owns it.
    pub team: String,
    /// What is said about it.
    #[serde(default)]
    pub facts: WorkloadFacts,
}

/// A change of a workload; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkloadChange {
    /// The version that the change was made from.
    pub version: i64,
    /// Its name.
    pub name: Option<String>,
    /// Slug of the team that owns it from now on.
    pub team: Option<String>,
    /// All that is said about it, in place of what was said.
    pub facts: Option<WorkloadFacts>,
}

/// Checks an address of the web.
pub(crate) fn check_url(faults: &mut Faults, at: &str, text: &str) -> String {
    let text = text.trim();
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or("");
    let good = host.chars().next().is_some_and(|c| c.is_alphanumeric() || c == '[')
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\'));
    if text.chars().count() > URL {
        faults.add(at, format!("The address has {} characters; at most {URL} fit.", text.chars().count()));
    } else if !good {
        let shown: String = text.chars().take(80).collect();
        faults.add(at, format!("“{shown}” is no address. Write it like https://example.org/board."));
    }
    text.to_owned()
}

impl WorkloadFacts {
    /// Cleans and checks all fields; `at` stands before their places.
    pub fn checked(&self, faults: &mut Faults, at: &str) -> WorkloadFacts {
        let place = |field: &str| format!("{at}{field}");
        faults.check(self.tier.is_none_or(|t| (1..=4).contains(&t)), place("tier"), "A tier is 1, 2, 3 or 4; 1 for what most depends on.");
        let money = self.money.as_ref().map(|m| {
            let currency = m.currency.trim().to_uppercase();
            let good = currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase());
            faults.check(good, place("money/currency"), "Write the currency as three letters, such as EUR.");
            let range = (0..=MONEY).contains(&m.low) && (0..=MONEY).contains(&m.high);
            faults.check(range, place("money/low"), format!("Money an hour is a whole number from 0 to {MONEY}."));
            faults.check(m.low <= m.high, place("money/high"), format!("{} is less than {}. Write the lower amount first.", m.high, m.low));
            Money { currency, ..m.clone() }
        });
        faults.check(self.links.len() <= LINKS, place("links"), format!("A workload has at most {LINKS} links; these are {}.", self.links.len()));
        let links = self
            .links
            .iter()
            .take(LINKS)
            .enumerate()
            .map(|(i, l)| Link {
                kind: l.kind,
                title: short(faults, &place(&format!("links/{i}/title")), "The link's title", &l.title),
                url: check_url(faults, &place(&format!("links/{i}/url")), &l.url),
            })
            .collect();
        WorkloadFacts {
            tier: self.tier,
            lifecycle: self.lifecycle,
            goal: text::prose(faults, &place("goal"), "The goal", &self.goal),
            users: text::prose(faults, &place("users"), "The text on users", &self.users),
            money,
            builds: short(faults, &place("builds"), "Who builds it", &self.builds),
            runs: short(faults, &place("runs"), "Who runs it", &self.runs),
            support_hours: short(faults, &place("support_hours"), "The text on support hours", &self.support_hours),
            hand_off: text::prose(faults, &place("hand_off"), "The text on the hand-off", &self.hand_off),
            links,
        }
    }
}

impl NewWorkload {
    /// Cleans and checks all fields.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault.
    pub fn checked(&self) -> Result<NewWorkload> {
        let mut faults = Faults::new();
        let name = text::name(&mut faults, "name", "The workload's name", &self.name);
        faults.check(!self.team.trim().is_empty(), "team", "A workload belongs to a team. Choose one.");
        let facts = self.facts.checked(&mut faults, "");
        faults.done()?;
        Ok(NewWorkload { name, team: self.team.trim().to_owned(), facts })
    }
}

impl Workload {
    /// The workload with a change of its words, cleaned and checked; a change of team is not made here.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault.
    pub fn changed(&self, change: &WorkloadChange) -> Result<Workload> {
        let mut faults = Faults::new();
        let mut next = self.clone();
        if let Some(name) = &change.name {
            next.name = text::name(&mut faults, "name", "The workload's name", name);
        }
        if let Some(facts) = &change.facts {
            next.facts = facts.checked(&mut faults, "");
        }
        faults.done()?;
        Ok(next)
    }
}

/// Reads links as a form holds them: one in a line, "runbook https://.. title"; the kind may be missing.
///
/// # Errors
/// [`Error::Invalid`] at `links` that names the lines.
pub fn read_links(text: &str) -> Result<Vec<Link>> {
    let mut faults = Faults::new();
    let mut out = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let mut words = line.split_whitespace().peekable();
        let Some(first) = words.peek() else { continue };
        let kind = LinkKind::ALL.into_iter().find(|k| k.key() == first.to_lowercase());
        if kind.is_some() {
            words.next();
        }
        let Some(url) = words.next() else {
            faults.add("links", format!("Line {}: the address is missing.", i + 1));
            continue;
        };
        let mut line_faults = Faults::new();
        let url = check_url(&mut line_faults, "links", url);
        if let Err(e) = line_faults.done() {
            faults.add("links", format!("Line {}: {e}", i + 1));
        }
        out.push(Link { kind: kind.unwrap_or(LinkKind::Other), title: words.collect::<Vec<_>>().join(" "), url });
    }
    match faults.done() {
        // One field has one error line.
        Err(Error::Invalid(list)) => {
            Err(Error::invalid("links", list.into_iter().map(|f| f.message).collect::<Vec<_>>().join(" ")))
        }
        Err(e) => Err(e),
        Ok(()) => Ok(out),
    }
}

/// Links as [`read_links`] reads them.
pub fn write_links(links: &[Link]) -> String {
    links.iter().map(|l| format!("{} {} {}", l.kind.key(), l.url, l.title).trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_as_they_are_written() {
        let links = read_links("runbook https://wiki.example/pay Restore the ledger\n\nhttps://x.example\n").unwrap();
        assert_eq!(links[0].title, "Restore the ledger");
        assert_eq!((links[1].kind, links.len()), (LinkKind::Other, 2));
        assert_eq!(read_links(&write_links(&links)).unwrap(), links);
    }

    #[test]
    fn addresses_that_run_code_or_are_none_are_refused_with_their_line() {
        for bad in ["javascript:alert(1)", "runbook", "https://", "logs ftp://a.example", "https://a.example/\"x"] {
            let e = read_links(&format!("https://good.example\n{bad}")).unwrap_err().to_string();
            assert!(e.starts_with("Line 2:"), "{bad}: {e}");
        }
    }

    #[test]
    fn facts_are_checked_together() {
        let mut faults = Faults::new();
        let bad = WorkloadFacts {
            tier: Some(5),
            money: Some(Money { low: 9, high: 3, currency: "euro".into() }),
            ..WorkloadFacts::default()
        };
        bad.checked(&mut faults, "/w/");
        let Err(Error::Invalid(list)) = faults.done() else { panic!() };
        let at: Vec<&str> = list.iter().map(|f| f.at.as_str()).collect();
        assert_eq!(at, ["/w/tier", "/w/money/currency", "/w/money/high"]);
    }
}

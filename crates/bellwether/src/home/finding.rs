//! Find: reports, teams, groups, workloads, services, metrics, standards, open actions, decisions, sources, people and pages by any part of their name. Tokens are folded here, not in the
//! database, so that every letter of every language is found the same way on both engines.

use kernel::db::Tx;
use kernel::error::Result;
use serde::Serialize;

use super::shelf::Entry;

/// Hits of one kind at most.
pub(super) const MOST: usize = 50;

/// People who are looked through.
const PEOPLE: i64 = 10_000;

/// Open actions and decisions that are looked through, the newest of the latter.
const LEDGER: i64 = 5_000;

/// One thing that was found; the script of the palette reads these names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Hit {
    /// In the plural, as a heading.
    pub kind: &'static str,
    /// Its name.
    pub title: String,
    /// Where it stands, in a few words.
    pub note: String,
    /// Its page.
    pub href: String,
}

fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// True if every word of the question occurs in the name.
fn matches(question: &str, name: &str) -> bool {
    let name = fold(name);
    fold(question).split_whitespace().all(|word| name.contains(word))
}

/// Looks for a question, also among these pages; kinds stand in a fixed order, names in alphabetical order.
///
/// # Errors
/// The engine's.
pub(super) fn find(tx: &mut dyn Tx, pages: &[&Entry], question: &str) -> Result<Vec<Hit>> {
    let question = question.trim();
    if question.is_empty() {
        return Ok(Vec::new());
    }
    let mut out = Vec::new();
    let mut take = |kind: &'static str, all: Vec<(String, String, String)>| {
        let found = all.into_iter().filter(|(title, _, _)| matches(question, title)).take(MOST);
        out.extend(found.map(|(title, note, href)| Hit { kind, title, note, href }));
    };
    let groups = catalogue::store::groups(tx)?;
    let teams = catalogue::store::teams(tx, None)?;
    let workloads = catalogue::store::workloads(tx)?;
    let services = catalogue::store::services(tx)?;
    let team_name = |id| teams.iter().find(|t| t.id == id).map(|t| t.name.clone()).unwrap_or_default();
    let group_name = |id| groups.iter().find(|g| g.id == id).map(|g| g.name.clone()).unwrap_or_default();
    take(
        "Reports",
        teams.iter().map(|t| (t.name.clone(), "this sprint’s report".into(), format!("/reports/{}", t.slug))).collect(),
    );
    take("Teams", teams.iter().map(|t| (t.name.clone(), group_name(t.group), format!("/teams/{}", t.slug))).collect());
    take("Groups", groups.iter().map(|g| (g.name.clone(), "overview".into(), format!("/overview/{}", g.slug))).collect());
    take("Workloads", workloads.iter().map(|w| (w.name.clone(), team_name(w.team), format!("/workloads/{}", w.slug))).collect());
    take("Services", services.iter().map(|s| (s.name.clone(), team_name(s.team), format!("/services/{}", s.slug))).collect());
    let metrics = metrics::store::definitions(tx, "", 10_000)?;
    let metric = |d: metrics::definition::Definition| {
        let href = format!("/metrics-list/{}", d.key);
        (d.title, d.key, href)
    };
    take("Metrics", metrics.into_iter().map(|v| metric(v.definition)).collect());
    let standards = catalogue::store::standards::all(tx)?.into_iter().filter(|s| s.archived_at.is_none());
    take("Standards", standards.map(|s| (s.statement, s.pillar, format!("/standards/{}", s.slug))).collect());
    let open = actions::store::Filter { state: "unfinished".into(), ..actions::store::Filter::default() };
    let actions = actions::store::list(tx, &open, &actions::store::Place::default(), LEDGER)?;
    take("Actions", actions.into_iter().map(|(a, _)| (a.content.what.clone(), a.team.name.clone(), a.href())).collect());
    let decisions = decisions::store::list(tx, &decisions::store::Filter::default(), i64::MAX, LEDGER)?;
    let decision = |d: decisions::Decision| (d.title.clone(), format!("decision {}", d.number), d.href());
    take("Decisions", decisions.into_iter().map(decision).collect());
    let sources = sources::store::in_use(tx)?;
    take("Sources", sources.into_iter().map(|s| (s.name, s.metric, format!("/sources/{}", s.slug))).collect());
    let feeds = sources::store::feed::in_use(tx)?;
    take("Feeds", feeds.into_iter().map(|f| (f.name.clone(), f.from.place(), format!("/feeds/{}", f.slug))).collect());
    let people = people::store::person::list(tx, ("", ""), PEOPLE)?.into_iter().filter(|p| p.deactivated_at.is_none());
    take("People", people.map(|p| (p.name, p.mail, format!("/people/{}", p.id))).collect());
    take("Pages", pages.iter().map(|e| (e.title.to_owned(), e.why.to_owned(), e.href.to_owned())).collect());
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_words_must_occur_in_any_case_and_order() {
        assert!(matches("buy quote", "Quote & Buy"));
        assert!(matches("ZÜR", "Zürich"));
        assert!(!matches("quote sell", "Quote & Buy"));
    }
}

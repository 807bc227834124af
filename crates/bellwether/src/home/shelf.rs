//! Pages that belong to nobody's daily work, by what they are for. The page of settings lists them, find finds them.

use kernel::web::{Actor, Right};
use people::rights;

/// A page.
pub(super) struct Entry {
    pub(super) title: &'static str,
    /// What one does there, in a few words.
    pub(super) why: &'static str,
    pub(super) href: &'static str,
    /// Who may open it; everybody who is signed in if none.
    pub(super) needs: Option<&'static Right>,
}

/// Pages for one purpose.
pub(super) struct Shelf {
    pub(super) title: &'static str,
    pub(super) entries: &'static [Entry],
}

const fn open(title: &'static str, why: &'static str, href: &'static str) -> Entry {
    Entry { title, why, href, needs: None }
}

/// All of them.
pub(super) static SHELVES: [Shelf; 5] = [
    Shelf {
        title: "What you run",
        entries: &[
            open("Teams and groups", "who belongs where, and each group’s sprints", "/teams"),
            open("Catalogue", "workloads and services, also what was put away", "/catalogue"),
            Entry {
                title: "Import a catalogue",
                why: "from a Backstage file or a table",
                href: "/catalogue/import",
                needs: Some(&rights::TEAMS),
            },
            open("Feeds", "what keeps the catalogue by itself, from Backstage or git", "/feeds"),
        ],
    },
    Shelf {
        title: "What you agreed on",
        entries: &[
            open("Standards", "and how far each workload is", "/standards"),
            open("Actions", "who does what by when, and what came of it", "/actions"),
            open("Notices", "what every team has to know or do by a day, and who has said so", "/notices"),
            open("Decisions", "what was settled, why, by whom and until when", "/decisions"),
            open("Exemptions", "who is exempt from what, why and until when", "/exemptions"),
            open("Metrics", "what each number means and which decision it informs", "/metrics-list"),
        ],
    },
    Shelf {
        title: "Where numbers come from",
        entries: &[open("Sources", "what is pulled, from where, and when it last came", "/sources")],
    },
    Shelf {
        title: "Where messages go, and issues stand",
        entries: &[
            open("Trackers", "Jira, GitHub and GitLab, whose issues actions follow", "/trackers"),
            open("Channels", "chat, mail and programs that hear minutes, reminders and notices", "/channels"),
            open("Messages that did not arrive", "why, and what becomes of them", "/dead-letters"),
        ],
    },
    Shelf {
        title: "Who may do what, and who did",
        entries: &[
            open("Your account", "password, appearance of times, where you are signed in", "/account"),
            open("People", "accounts and roles", "/people"),
            Entry { title: "Tokens", why: "what programs sign in with", href: "/tokens", needs: Some(&rights::TOKENS) },
            open("Trail", "every change, under a chain of seals", "/trail"),
            open("First steps", "organisation, group, teams and template once more", "/welcome"),
        ],
    },
];

impl Entry {
    /// True if the actor may open it.
    pub(super) fn open_to(&self, actor: &Actor) -> bool {
        self.needs.is_none_or(|right| actor.may_somewhere(right))
    }
}

/// Those that the actor may open.
pub(super) fn open_to(actor: &Actor) -> Vec<&'static Entry> {
    SHELVES.iter().flat_map(|s| s.entries).filter(|e| e.open_to(actor)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_is_listed_once_and_needs_what_its_route_needs() {
        let entries: Vec<&Entry> = SHELVES.iter().flat_map(|s| s.entries).collect();
        for entry in &entries {
            assert_eq!(entries.iter().filter(|e| e.href == entry.href).count(), 1, "{}", entry.href);
            let route = crate::rooms::ALL.iter().flat_map(|r| r.routes).find(|r| r.method == "GET" && r.path == entry.href);
            let needs = route.unwrap_or_else(|| panic!("no page {}", entry.href)).needs;
            let right = match needs {
                kernel::room::Needs::Somewhere(right) => Some(right.key),
                _ => None,
            };
            assert_eq!(entry.needs.map(|r| r.key), right, "{}", entry.href);
        }
        let nobody = Actor::anonymous();
        assert!(!entries.iter().any(|e| e.needs.is_some() && e.open_to(&nobody)));
    }
}

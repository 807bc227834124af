//! The stories of a concern: actions of the register, each of one team.

use actions::pages::{due_cell, progress_mark};
use html::{Cell, Column, Field, FieldKind, Markup, bdi, field, fields, fields_one, html, table};
use kernel::ids::Id;
use kernel::time::Time;
use trackers::pages::standing;

use super::Sent;
use crate::concern::Concern;
use crate::state::ConcernState;
use crate::view::Story;

/// What the part of the page needs.
pub struct StoriesPart<'a> {
    /// The concern.
    pub concern: &'a Concern,
    /// Its stories.
    pub work: &'a [Story],
    /// Slug and name of the teams to which the reader may give one.
    pub teams: &'a [(String, String)],
    /// Those whose sprint the reader may set.
    pub pulls: &'a [Id],
    /// A refused story.
    pub sent: Sent<'a>,
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

fn sprint(p: &StoriesPart<'_>, s: &Story) -> Markup {
    let id = s.action.id;
    let now = s.sprint.map(|n| n.to_string()).unwrap_or_default();
    if !p.pulls.contains(&id) || !s.action.state.is_open() {
        return html! { @if now.is_empty() { "not yet" } @else { (now) } };
    }
    let field_id = format!("sprint-{id}");
    // Only the form that was refused shows what was typed.
    let value = if p.sent.wrong(&field_id).is_some() { p.sent.was("sprint", &now) } else { &now };
    html::form(
        &format!("{}/stories/{id}/sprint", p.concern.href()),
        p.csrf,
        html! {
            label.vh for=(field_id) { "Sprint of: " (s.action.content.what) }
            div.inline {
                input type="text" inputmode="numeric" id=(field_id) name="sprint" value=(value) size="4" placeholder="none";
                button class="btn slim" type="submit" { "Set sprint" span.vh { " of: " (s.action.content.what) } }
            }
        },
    )
}

/// How far the tracker says that it is; an address in a tracker that is not known here is only a link.
fn issue(p: &StoriesPart<'_>, s: &Story) -> Markup {
    let url = &s.action.content.issue;
    html! {
        @for i in &s.issues {
            div { a href=(i.url) rel="noreferrer" { (bdi(&i.label())) } br; " " (standing(i, p.now, p.zone)) }
        }
        @if s.issues.is_empty() {
            @if url.is_empty() { "none" } @else { a href=(url) rel="noreferrer" { (bdi(issue_name(url))) } }
        }
    }
}

fn row(p: &StoriesPart<'_>, s: &Story, today: jiff::civil::Date) -> Vec<Cell> {
    let a = &s.action;
    vec![
        Cell::new(html! {
            a href=(a.href()) { (bdi(&a.content.what)) }
            br; " " span.by { (bdi(&a.team.name)) ", " (bdi(&a.content.owner.name)) }
        }),
        Cell::new(sprint(p, s)),
        Cell::new(due_cell(a, today)),
        Cell::new(issue(p, s)),
        Cell::new(html! {
            (progress_mark(a))
            @if let Some(e) = &a.content.evidence { br; " " span.by { (bdi(if e.words.is_empty() { &e.url } else { &e.words })) } }
        }),
    ]
}

/// The end of an address: what people call the issue, "DP-204" or "issues/7".
fn issue_name(url: &str) -> &str {
    let path = url.split(['?', '#']).next().unwrap_or(url).trim_end_matches('/');
    match path.rsplit_once('/') {
        Some((rest, last)) if last.chars().all(|c| c.is_ascii_digit()) => {
            let cut = rest.rfind('/').map_or(0, |i| i + 1);
            &path[cut..]
        }
        Some((_, last)) if !last.is_empty() => last,
        _ => url,
    }
}

fn form(p: &StoriesPart<'_>) -> Markup {
    let one = |name: &'static str, label: &'static str, hint: Option<&'static str>, kind: FieldKind<'_>| {
        let id = format!("story-{name}");
        let value = p.sent.was(name, "").to_owned();
        field(&Field { id: &id, name, label, hint, value: &value, kind, error: p.sent.wrong(&id), ..Field::default() })
    };
    let teams: Vec<(&str, &str)> = p.teams.iter().map(|(s, n)| (s.as_str(), n.as_str())).collect();
    html::form(
        &format!("{}/stories", p.concern.href()),
        p.csrf,
        html! {
            (fields_one(&[one("what", "What is done", Some("Up to 200 characters."), FieldKind::Text)]))
            (fields(&[
                one("team", "By", None, FieldKind::Select(&teams)),
                one("owner", "Who", Some("A mail address or a role; the principal engineer if empty."), FieldKind::Text),
                one("due", "Last day", Some("Or nothing."), FieldKind::Date),
            ]))
            (fields(&[
                one("issue", "Issue", Some("https://… in Jira, GitHub or GitLab, or nothing."), FieldKind::Text),
                one("sprint", "Sprint", Some("Once the team has pulled it."), FieldKind::Text),
            ]))
            div.btns.pane-gap-s { button.btn type="submit" { "Give the team the story" } }
        },
    )
}

/// The stories, and the form that adds one.
pub fn stories(p: &StoriesPart<'_>) -> Markup {
    let today = p.now.jiff().in_tz(p.zone).map(|z| z.date()).unwrap_or_default();
    let open = p.concern.state < ConcernState::Measured && !p.teams.is_empty();
    html! {
        @if p.work.is_empty() {
            (html::empty("No team has a story yet. A story is what one team can pull into a sprint; the first often makes the number measurable.", None))
        } @else {
            (table(&html::Table {
                caption: "Stories, oldest first".into(),
                columns: vec![Column::text("Story"), Column::text("Sprint").class("lab"), Column::text("Due").class("lab"), Column::text("Issue").class("lab"), Column::text("State")],
                rows: p.work.iter().map(|s| row(p, s, today)).collect(),
                class: "stack flow".into(),
                foot: None,
            }))
        }
        @if open { div.pane-gap { (html::disclosed("Give a team a story", p.work.is_empty() || p.sent.form.is_some(), form(p))) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concern::tests::concern;
    use kernel::error::Fault;
    use kernel::web::Form;

    /// An action as it is sent, since its type belongs to the register.
    pub(crate) fn story() -> Story {
        let action = serde_json::json!({
            "id": "01900000-0000-7000-8000-000000000001",
            "team": { "slug": "quotes", "name": "Quote & <Buy>" },
            "origin": { "kind": "concern", "id": "21" },
            "what": "Move the <load>", "owner": { "name": "Principal engineer" },
            "issue": "https://example.org/acme/api/issues/7",
            "state": "open", "carried": 0, "made_by": "A", "made_at": "2026-11-01T00:00:00Z",
            "changed_by": "A", "changed_at": "2026-11-01T00:00:00Z", "version": 1
        });
        Story { action: serde_json::from_value(action).unwrap(), sprint: Some(23), issues: vec![] }
    }

    fn draw(work: &[Story], pulls: &[Id], sent: Sent<'_>) -> String {
        let c = concern(21, ConcernState::Stories);
        let teams = [("quotes".to_owned(), "Quote & <Buy>".to_owned())];
        stories(&StoriesPart {
            concern: &c,
            work,
            teams: &teams,
            pulls,
            sent,
            csrf: "c",
            now: Time(1_795_000_000_000_000),
            zone: "UTC",
        })
        .into_string()
    }

    #[test]
    fn a_story_leads_to_the_register_and_to_its_issue() {
        let s = story();
        let page = draw(std::slice::from_ref(&s), &[s.action.id], Sent::default());
        for part in [
            "Move the &lt;load&gt;",
            "/actions/01900000",
            "issues/7",
            "name=\"sprint\" value=\"23\"",
            "data-l=\"Due\"",
            "Set sprint",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!draw(&[s], &[], Sent::default()).contains("/sprint\""), "another team's sprint is only read");
        assert!(draw(&[], &[], Sent::default()).contains("No team has a story yet"));
    }

    #[test]
    fn a_story_says_how_far_its_tracker_is() {
        let issue = serde_json::json!({
            "id": "01900000-0000-7000-8000-000000000002", "tracker": "payments", "tracker_name": "Payments", "kind": "jira",
            "name": "PAY-12", "url": "https://harbour.atlassian.net/browse/PAY-12", "title": "", "state": "in-progress",
            "word": "In <review>", "since": "2026-11-02T00:00:00Z"
        });
        let s = Story { issues: vec![serde_json::from_value(issue).unwrap()], ..story() };
        let page = draw(&[s], &[], Sent::default());
        for part in ["PAY-12", "In progress", "“<bdi>In &lt;review&gt;</bdi>” since"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("issues/7"), "the address beside it would say the same again");
    }

    #[test]
    fn issues_are_called_by_the_end_of_their_address() {
        for (url, name) in [
            ("https://jira.example/browse/DP-204", "DP-204"),
            ("https://example.org/acme/api/issues/7/", "issues/7"),
            ("https://example.org", "example.org"),
        ] {
            assert_eq!(issue_name(url), name);
        }
    }

    #[test]
    fn a_refused_story_keeps_what_was_typed() {
        let form = Form(vec![("what".into(), "<w>".into())]);
        let faults = [Fault::new("story-team", "No such team.")];
        let page = draw(&[], &[], Sent::refused(&form, &faults));
        assert!(page.contains("value=\"&lt;w&gt;\"") && page.contains("No such team."), "{page}");
    }
}

//! Pages of trackers; and how an issue stands, for the pages of whatever is linked to it.

use html::{
    Cell, Column, Field, FieldKind, Head, Markup, State, Tight, bdi, field, fields, fields_one, head, html, section, state_as,
    table,
};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::{Form, clock, day};

use crate::issue::{Issue, IssueState};
use crate::tracker::{Ground, Tracker, TrackerKind};

/// What the form of a tracker needs.
pub struct FormPage<'a> {
    /// What the configuration has.
    pub ground: &'a Ground,
    /// A refused form.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
}

/// The list of trackers.
pub struct ListPage<'a> {
    /// In alphabetical order.
    pub trackers: &'a [Tracker],
    /// The form of a new one; none for who may not.
    pub form: Option<&'a FormPage<'a>>,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

/// One tracker.
pub struct OnePage<'a> {
    /// The tracker.
    pub tracker: &'a Tracker,
    /// Issues of it that are known here, newest first.
    pub issues: &'a [Issue],
    /// Cursor of what follows, if there is more.
    pub older: Option<&'a str>,
    /// Where its webhooks are sent, as a complete address.
    pub hook: &'a str,
    /// The form that changes it; none for who may not.
    pub form: Option<&'a FormPage<'a>>,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

/// How far an issue is, in a mark, our word, the tracker's and since when.
pub fn standing(i: &Issue, now: Time, zone: &str) -> Markup {
    let (mark, word) = match i.state {
        IssueState::Unknown => (State::Unknown, "Not read yet"),
        IssueState::Open => (State::Planned, "Open"),
        IssueState::InProgress => (State::InSprint, "In progress"),
        IssueState::Done => (State::Done, "Done"),
        IssueState::Gone => (State::NotApplicable, "Gone"),
    };
    html! {
        (state_as(mark, word))
        @if !i.word.is_empty() { br; " " span.by { "“" (bdi(&i.word)) "” since " (day(i.since, now, zone)) } }
    }
}

/// Issues in a table; with `unlink`, where a form ends a link, and its token.
pub fn issues(caption: &str, all: &[Issue], unlink: Option<(&str, &str)>, now: Time, zone: &str) -> Markup {
    let row = |i: &Issue| {
        let mut cells = vec![
            Cell::new(html! {
                a href=(i.url) rel="noreferrer" { (i.label()) @if !i.title.is_empty() { " " (bdi(&i.title)) } }
                br; " " span.by { (bdi(&i.tracker_name)) ", " (i.kind.title()) }
            }),
            Cell::new(standing(i, now, zone)),
            Cell::new(html! { @match i.read_at { Some(at) => (clock(at, now, zone)), None => "not yet" } }).class("nb"),
        ];
        if let Some((to, csrf)) = unlink {
            cells.push(Cell::new(html::form(
                &format!("{to}/{}/removal", i.id),
                csrf,
                html! {
                    button class="btn slim" type="submit" { "Take away" span.vh { ": " (i.label()) } }
                },
            )));
        }
        cells
    };
    let mut columns = vec![Column::text("Issue"), Column::text("State"), Column::text("Read").class("lab")];
    if unlink.is_some() {
        columns.push(Column::text("Link"));
    }
    table(&html::Table {
        caption: caption.into(),
        columns,
        rows: all.iter().map(row).collect(),
        class: "stack flow".into(),
        foot: None,
    })
}

fn health(t: &Tracker, now: Time, zone: &str) -> Markup {
    html! {
        @match t.fault_at {
            Some(at) => { (state_as(State::Attention, "Fails")) br; " " span.by { "since " (clock(at, now, zone)) } },
            None => (state_as(State::Pass, "Answers")),
        }
    }
}

/// All trackers in use.
pub fn list(p: &ListPage<'_>) -> Markup {
    let rows = p.trackers.iter().map(|t| {
        vec![
            Cell::new(html! { a href=(t.href()) { (bdi(&t.name)) } }),
            Cell::new(html! { (t.kind.title()) br; " " span.by { (bdi(&t.project)) } }),
            Cell::new(health(t, p.now, p.zone)),
            Cell::new(html! { @match t.heard_at { Some(at) => { "webhooks, last " (clock(at, p.now, p.zone)) }, None => "asked every five minutes" } }),
        ]
    });
    html! {
        (head(Head {
            kicker: vec![],
            title: "Trackers".into(),
            lead: html! { "Where teams keep their issues. An action is linked to one, or made into one, and follows how far it is. The tracker keeps the last word on its issue, and people keep theirs on the action." },
            facts: vec![],
        }))
        @if let Some((_, faults)) = p.form.and_then(|f| f.sent) { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) div.sub {} }
        (section("trackers", "All trackers", Some(html! { "In alphabetical order, always. Each is one project." }), Tight(false), html! {
            @if p.trackers.is_empty() {
                (html::empty("There is no tracker yet. Until there is, an action carries the address of its issue as plain text.", None))
            } @else {
                (table(&html::Table {
                    caption: "Trackers".into(),
                    columns: vec![Column::text("Tracker"), Column::text("Project"), Column::text("State"), Column::text("Followed by").class("lab")],
                    rows: rows.collect(),
                    class: "stack flow".into(),
                    foot: None,
                }))
            }
        }))
        @if let Some(f) = p.form { (section("new", "A new tracker", Some(html! { "Its token is a secret of the configuration, named here." }), Tight(false), form("/trackers", None, f))) }
    }
}

fn form(action: &str, t: Option<&Tracker>, f: &FormPage<'_>) -> Markup {
    let wrong = |at: &str| f.sent.and_then(|(_, faults)| faults.iter().find(|x| x.at == at)).map(|x| x.message.as_str());
    let value = |name: &str, stored: Option<String>| {
        f.sent.map_or_else(|| stored.unwrap_or_default(), |(form, _)| form.get(name).to_owned())
    };
    let name = value("name", t.map(|t| t.name.clone()));
    let program = value("program", t.map(|t| t.kind.key().to_owned()));
    let url = value("url", t.map(|t| t.url.clone()));
    let project = value("project", t.map(|t| t.project.clone()));
    let secret = value("secret", t.map(|t| t.secret.clone()));
    let hook = value("hook_secret", t.and_then(|t| t.hook_secret.clone()));
    let issue_type = value("issue_type", t.and_then(|t| t.issue_type.clone()));
    let version = value("version", t.map(|t| t.version.to_string()));
    let programs: Vec<(&str, &str)> = TrackerKind::ALL.iter().map(|k| (k.key(), k.title())).collect();
    fn offered<'a>(none: &'a str, known: &'a [String], now: &'a str) -> Vec<(&'a str, &'a str)> {
        let mut out = vec![("", none)];
        out.extend(known.iter().map(|n| (n.as_str(), n.as_str())));
        // A secret that the configuration has lost stays to be seen.
        if !now.is_empty() && !known.iter().any(|n| n == now) {
            out.push((now, now));
        }
        out
    }
    let secrets = offered("Choose one", &f.ground.secrets, &secret);
    let keys = offered("None: ask every five minutes", &f.ground.keys, &hook);
    html::form(
        action,
        f.csrf,
        html! {
            @if t.is_some() { input type="hidden" name="version" value=(version); }
            (fields_one(&[field(&Field { id: "name", label: "Name", value: &name, error: wrong("name"), required: true, ..Field::default() })]))
            (fields(&[
                field(&Field { id: "program", label: "Program", value: &program, kind: FieldKind::Select(&programs), error: wrong("program"), ..Field::default() }),
                field(&Field { id: "url", label: "Address of its API", hint: Some("https://api.github.com, https://gitlab.example.org, https://harbour.atlassian.net"), value: &url, error: wrong("url"), ..Field::default() }),
                field(&Field { id: "project", label: "Project", hint: Some("owner/repository, path of a project, or PAY"), value: &project, error: wrong("project"), ..Field::default() }),
            ]))
            (fields(&[
                field(&Field { id: "secret", label: "Secret that signs in", value: &secret, kind: FieldKind::Select(&secrets), error: wrong("secret"), ..Field::default() }),
                field(&Field { id: "hook_secret", label: "Key of its webhooks", value: &hook, kind: FieldKind::Select(&keys), error: wrong("hook_secret"), ..Field::default() }),
                field(&Field { id: "issue_type", label: "Type of new issues", hint: Some("For Jira; Task if nothing stands here."), value: &issue_type, error: wrong("issue_type"), ..Field::default() }),
            ]))
            div.btns.pane-gap { button.btn.primary type="submit" { @if t.is_some() { "Change the tracker" } @else { "Make the tracker" } } }
        },
    )
}

/// One tracker with what is followed in it.
pub fn one(p: &OnePage<'_>) -> Markup {
    let t = p.tracker;
    html! {
        (head(Head {
            kicker: vec![("Trackers".into(), Some("/trackers".into()))],
            title: t.name.clone(),
            lead: html! {
                @if t.archived_at.is_some() { "It was put away: what is linked stays as it was read last." }
                @else if !t.fault.is_empty() { (bdi(&t.fault)) }
            },
            facts: vec![
                ("Program".into(), html! { (t.kind.title()) }),
                ("Project".into(), html! { (bdi(&t.project)) }),
                ("State".into(), health(t, p.now, p.zone)),
                ("Signs in with".into(), html! { "secret " code { (t.secret) } }),
                ("Last webhook".into(), html! { @match t.heard_at { Some(at) => (clock(at, p.now, p.zone)), None => "none" } }),
            ],
        }))
        @if let Some((_, faults)) = p.form.and_then(|f| f.sent) { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) div.sub {} }
        (section("issues", "Issues that are followed", Some(html! { "Newest first, as they were read last." }), Tight(false), html! {
            @if p.issues.is_empty() {
                (html::empty("Nothing is linked to an issue of this tracker yet. On the page of an action, choose this tracker.", Some(("Actions", "/actions"))))
            } @else {
                (issues("Issues of this tracker", p.issues, None, p.now, p.zone))
                @if let Some(cursor) = p.older { (html::more(html! { a href={ (t.href()) "?cursor=" (cursor) } { "Older ones" } })) }
            }
        }))
        @if let Some(f) = p.form {
            (section("hook", "Webhooks", Some(html! { "So that a change is here at once, and not within five minutes." }), Tight(false), html! {
                @match &t.hook_secret {
                    Some(key) => p.prose { "Let " (t.kind.title()) " send events of issues as JSON to " code { (p.hook) } ", signed with the value of the secret " code { (key) } "." },
                    None => p.prose { "Choose a key below; then the address to send to stands here." },
                }
            }))
            (section("change", "Change it", Some(html! { "Program and project stay." }), Tight(false), form(&t.href(), Some(t), f)))
            (section("away", "Put it away", None, Tight(true), html! {
                (html::form(&format!("{}/archival", t.href()), f.csrf, html! { div.btns { button.btn type="submit" { "Put the tracker away" } } }))
            }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issue::tests::issue;
    use crate::tracker::tests::tracker;

    fn ground() -> Ground {
        Ground { secrets: vec!["tracker".into()], keys: vec!["hook".into()] }
    }

    fn form_page(sent: Option<(&Form, &[Fault])>, draw: impl FnOnce(&FormPage<'_>) -> String) -> String {
        draw(&FormPage { ground: &ground(), sent, csrf: "c" })
    }

    #[test]
    fn the_list_says_how_each_does() {
        let failing = Tracker { fault: "gone".into(), fault_at: Some(Time(1)), ..tracker(TrackerKind::Jira) };
        let all = [tracker(TrackerKind::Github), failing];
        let draw = |all: &[Tracker], sent: Option<(&Form, &[Fault])>| {
            form_page(sent, |f| {
                list(&ListPage { trackers: all, form: Some(f), now: all.first().map_or(Time(0), |t| t.made_at), zone: "UTC" })
                    .into_string()
            })
        };
        let page = draw(&all, None);
        for part in ["Payments &lt;x&gt;", "harbour/payments", "Answers", "Fails", "Make the tracker", "asked every five minutes"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(draw(&[], None).contains("There is no tracker yet"));
        let sent = Form(vec![("project".into(), "<p>".into()), ("program".into(), "jira".into())]);
        let refused = draw(&[], Some((&sent, &[Fault::new("project", "Write the project.")])));
        assert!(refused.contains("value=\"&lt;p&gt;\"") && refused.contains("href=\"#project\""), "{refused}");
        let read = list(&ListPage { trackers: &all, form: None, now: Time(0), zone: "UTC" }).into_string();
        assert!(!read.contains("<form"));
    }

    #[test]
    fn a_tracker_shows_its_issues_with_both_words() {
        use IssueState::{Done, Gone, InProgress, Open, Unknown};
        let t = Tracker { fault: "api.github.com <refused>.".into(), fault_at: Some(Time(1)), ..tracker(TrackerKind::Github) };
        let all = [Unknown, Open, InProgress, Done, Gone].map(issue);
        let page = form_page(None, |f| {
            let p = OnePage {
                tracker: &t,
                issues: &all,
                older: Some("00"),
                hook: "https://b.example/in/trackers/payments",
                form: Some(f),
                now: t.made_at,
                zone: "UTC",
            };
            one(&p).into_string()
        });
        for part in [
            "#12 <bdi>Add &lt;jitter&gt;</bdi>",
            "“<bdi>closed as &lt;completed&gt;</bdi>” since 17 Nov",
            "In progress",
            "Not read yet",
            "Gone",
            "api.github.com &lt;refused&gt;.",
            "https://b.example/in/trackers/payments",
            "Older ones",
            "Put the tracker away",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let away = Tracker { archived_at: Some(t.made_at), hook_secret: None, ..t };
        let p = OnePage { tracker: &away, issues: &[], older: None, hook: "", form: None, now: away.made_at, zone: "UTC" };
        let shown = one(&p).into_string();
        assert!(shown.contains("It was put away") && shown.contains("Nothing is linked"));
        let linked = issues("Issues", &all[..1], Some(("/actions/x/issues", "c")), away.made_at, "UTC").into_string();
        assert!(linked.contains("/removal") && linked.contains("Take away"));
        assert!(standing(&all[3], away.made_at, "UTC").into_string().contains("Done"));
    }
}

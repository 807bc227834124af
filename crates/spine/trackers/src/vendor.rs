//! How each program is spoken to: addresses and bodies of its REST API, and what its answers and webhooks say. Pure.
//!
//! GitHub REST 2022-11-28, GitLab REST v4, Jira REST v2 (whose texts are plain, where v3 wants a document).

use kernel::text::{percent, shown};
use kernel::time::Time;
use serde_json::{Value, json};

use crate::issue::{IssueState, Said, Wish};
use crate::tracker::{Tracker, TrackerKind};

/// Characters of a title that a tracker takes.
const TITLE: usize = 250;

/// Where one issue is read.
pub fn issue_url(t: &Tracker, name: &str) -> String {
    match t.kind {
        TrackerKind::Github => format!("{}/repos/{}/issues/{name}", t.url, t.project),
        TrackerKind::Gitlab => format!("{}/api/v4/projects/{}/issues/{name}", t.url, percent(&t.project)),
        TrackerKind::Jira => format!("{}/rest/api/2/issue/{name}?fields=summary,status,statuscategorychangedate", t.url),
    }
}

/// Its page, before it was read.
pub fn page_url(t: &Tracker, name: &str) -> String {
    match t.kind {
        TrackerKind::Github => {
            let host = if t.url == "https://api.github.com" { "https://github.com" } else { t.url.trim_end_matches("/api/v3") };
            format!("{host}/{}/issues/{name}", t.project)
        }
        TrackerKind::Gitlab => format!("{}/{}/-/issues/{name}", t.url, t.project),
        TrackerKind::Jira => format!("{}/browse/{name}", t.url),
    }
}

/// Where an issue that carries a wish's marker is looked for: what was made since it was asked for, or what has its label. Jira
/// Server has the second address alone.
pub fn search_urls(t: &Tracker, w: &Wish) -> Vec<String> {
    // A minute before: clocks differ.
    let since = Time(w.asked_at.micros() - 60_000_000).jiff().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    match t.kind {
        TrackerKind::Github => {
            vec![format!(
                "{}/repos/{}/issues?state=all&sort=created&direction=desc&per_page=100&since={}",
                t.url,
                t.project,
                percent(&since)
            )]
        }
        TrackerKind::Gitlab => vec![format!(
            "{}/api/v4/projects/{}/issues?scope=all&per_page=100&order_by=created_at&created_after={}",
            t.url,
            percent(&t.project),
            percent(&since)
        )],
        TrackerKind::Jira => {
            let jql = percent(&format!("project = \"{}\" AND labels = \"{}\"", t.project, w.marker()));
            ["search/jql", "search"]
                .map(|at| format!("{}/rest/api/2/{at}?jql={jql}&fields=summary,status,statuscategorychangedate", t.url))
                .to_vec()
        }
    }
}

/// The issue of a search that carries the marker.
pub fn found(t: &Tracker, w: &Wish, answer: &Value) -> Option<Said> {
    let marker = w.marker();
    match t.kind {
        TrackerKind::Github => one_with(answer, "body", &marker),
        TrackerKind::Gitlab => one_with(answer, "description", &marker),
        // The search was for the label.
        TrackerKind::Jira => answer["issues"].as_array()?.first().cloned(),
    }
    .and_then(|v| said(t, &v))
}

fn one_with(answer: &Value, field: &str, marker: &str) -> Option<Value> {
    answer.as_array()?.iter().find(|i| i[field].as_str().is_some_and(|b| b.contains(marker))).cloned()
}

/// Where an issue is made, and the body of the request. `link` is the thing's page here, as a complete address.
pub fn create(t: &Tracker, w: &Wish, link: &str) -> (String, Value) {
    let title: String = shown(&w.title, TITLE);
    let marker = w.marker();
    let about = format!("From bellwether: {link}");
    let text = if w.body.is_empty() { about } else { format!("{}\n\n{about}", w.body) };
    match t.kind {
        TrackerKind::Github => (
            format!("{}/repos/{}/issues", t.url, t.project),
            json!({ "title": title, "body": format!("{text}\n\n<!-- {marker} -->") }),
        ),
        TrackerKind::Gitlab => (
            format!("{}/api/v4/projects/{}/issues", t.url, percent(&t.project)),
            json!({ "title": title, "description": format!("{text}\n\n<!-- {marker} -->") }),
        ),
        TrackerKind::Jira => (
            format!("{}/rest/api/2/issue", t.url),
            json!({ "fields": {
                "project": { "key": t.project },
                "issuetype": { "name": t.issue_type.as_deref().unwrap_or("Task") },
                "summary": title.replace('\n', " "),
                "description": text,
                "labels": [marker],
            } }),
        ),
    }
}

/// The name of what was made. Jira answers with no more than its key.
pub fn made(t: &Tracker, answer: &Value) -> Option<String> {
    match t.kind {
        TrackerKind::Github => answer["number"].as_i64().map(|n| n.to_string()),
        TrackerKind::Gitlab => answer["iid"].as_i64().map(|n| n.to_string()),
        TrackerKind::Jira => answer["key"].as_str().map(str::to_owned),
    }
}

fn time(v: &Value) -> Option<Time> {
    let text = v.as_str()?;
    if let Ok(t) = Time::parse(text) {
        return Some(t);
    }
    // Jira: 2026-11-17T15:33:00.000+0100. GitLab's webhooks: 2026-11-17 15:33:00 UTC, or with an offset.
    let text = text.replace(" UTC", " +0000");
    let strict = ["%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%d %H:%M:%S %z"];
    strict.iter().find_map(|form| jiff::Timestamp::strptime(form, &text).ok().map(|t| Time(t.as_microsecond())))
}

fn text(v: &Value) -> String {
    shown(v.as_str().unwrap_or(""), 500)
}

/// What an answer of the API, or the issue in a webhook, says; none if it is not understood.
pub fn said(t: &Tracker, v: &Value) -> Option<Said> {
    let (name, url, title, state, word, since) = match t.kind {
        TrackerKind::Github => {
            let word = match (v["state"].as_str()?, v["state_reason"].as_str()) {
                ("closed", Some(reason)) if reason != "reopened" => format!("closed as {}", shown(reason, 40).replace('_', " ")),
                (state, _) => shown(state, 40),
            };
            let done = v["state"] == "closed";
            let since = if done { time(&v["closed_at"]) } else { time(&v["created_at"]) };
            let state = if done { IssueState::Done } else { IssueState::Open };
            (v["number"].as_i64()?.to_string(), text(&v["html_url"]), text(&v["title"]), state, word, since)
        }
        TrackerKind::Gitlab => {
            let done = v["state"].as_str()? == "closed";
            let since = if done { time(&v["closed_at"]) } else { time(&v["created_at"]) };
            let url = if v["web_url"].is_string() { text(&v["web_url"]) } else { text(&v["url"]) };
            let state = if done { IssueState::Done } else { IssueState::Open };
            (v["iid"].as_i64()?.to_string(), url, text(&v["title"]), state, text(&v["state"]), since)
        }
        TrackerKind::Jira => {
            let fields = &v["fields"];
            let state = match fields["status"]["statusCategory"]["key"].as_str()? {
                "done" => IssueState::Done,
                "indeterminate" => IssueState::InProgress,
                _ => IssueState::Open,
            };
            let name = text(&v["key"]);
            let url = page_url(t, &name);
            (name, url, text(&fields["summary"]), state, text(&fields["status"]["name"]), time(&fields["statuscategorychangedate"]))
        }
    };
    // An address that is none of the web is not made a link.
    let url = if url.starts_with("https://") || url.starts_with("http://") { url } else { page_url(t, &name) };
    Some(Said { name, url, title, state, word, since })
}

/// What the tracker says about being asked too often: seconds to wait. GitHub answers 403 with none left, all answer 429.
pub fn quiet(status: u16, header: &dyn Fn(&str) -> Option<String>, now: Time) -> Option<u64> {
    let spent = header("x-ratelimit-remaining").as_deref() == Some("0") || header("ratelimit-remaining").as_deref() == Some("0");
    if status != 429
        && !(spent && (status == 403 || status < 300 || status == 304))
        && !(status == 403 && header("retry-after").is_some())
    {
        return None;
    }
    let number = |name: &str| header(name).and_then(|v| v.trim().parse::<i64>().ok());
    let until = number("x-ratelimit-reset").or_else(|| number("ratelimit-reset")).map(|at| at - now.micros() / 1_000_000);
    let wait = number("retry-after").or(until).unwrap_or(60).clamp(1, 3600);
    u64::try_from(wait).ok()
}

/// What a webhook brings.
#[derive(Debug, PartialEq, Eq)]
pub enum Hook {
    /// News of an issue.
    Issue(Said),
    /// An issue was deleted, or moved away.
    Gone(String),
    /// Something else, such as a ping; it is taken and means nothing here.
    Other,
}

/// Reads a webhook whose signature was checked; none if it is of another project or not understood.
pub fn hook(t: &Tracker, event: &str, v: &Value) -> Option<Hook> {
    match t.kind {
        TrackerKind::Github => {
            if event != "issues" {
                return Some(Hook::Other);
            }
            if !v["repository"]["full_name"].as_str()?.eq_ignore_ascii_case(&t.project) {
                return None;
            }
            let issue = said(t, &v["issue"])?;
            Some(if matches!(v["action"].as_str(), Some("deleted" | "transferred")) {
                Hook::Gone(issue.name)
            } else {
                Hook::Issue(issue)
            })
        }
        TrackerKind::Gitlab => {
            if !matches!(v["object_kind"].as_str()?, "issue" | "work_item") {
                return Some(Hook::Other);
            }
            if !v["project"]["path_with_namespace"].as_str()?.eq_ignore_ascii_case(&t.project) {
                return None;
            }
            said(t, &v["object_attributes"]).map(Hook::Issue)
        }
        TrackerKind::Jira => {
            let what = v["webhookEvent"].as_str()?;
            if !what.starts_with("jira:issue_") {
                return Some(Hook::Other);
            }
            let key = v["issue"]["key"].as_str()?;
            if key.rsplit_once('-')?.0 != t.project {
                return None;
            }
            if what == "jira:issue_deleted" { Some(Hook::Gone(shown(key, 60))) } else { said(t, &v["issue"]).map(Hook::Issue) }
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::ids::{Id, Ref};

    use super::*;
    use crate::tracker::tests::tracker;

    const NOW: Time = Time(1_794_929_580_000_000);

    fn wish() -> Wish {
        Wish {
            id: Id::from_u128(9),
            about: Ref::new("action", "x"),
            title: "Add jitter\nto retries".into(),
            body: "Goal: half the wake-ups".into(),
            href: "/actions/x".into(),
            asked_at: NOW,
            asked_by: "Ada".into(),
            tried_at: None,
        }
    }

    #[test]
    fn an_issue_is_made_with_a_link_back_and_found_again_by_its_marker() {
        let w = wish();
        for kind in TrackerKind::ALL {
            let t = tracker(kind);
            let (url, body) = create(&t, &w, "https://b.example/actions/x");
            assert!(url.starts_with(&t.url), "{url}");
            let text = body.to_string();
            for part in ["Add jitterto retries", "Goal: half the wake-ups", "https://b.example/actions/x", &w.marker()] {
                assert!(text.contains(part), "{part}: {text}");
            }
            // What was made then is found, and not something else.
            let (other, own) = match kind {
                TrackerKind::Github => (
                    json!({ "number": 1, "state": "open", "body": null }),
                    json!({ "number": 2, "state": "open", "body": body["body"] }),
                ),
                TrackerKind::Gitlab => (
                    json!({ "iid": 1, "state": "opened" }),
                    json!({ "iid": 2, "state": "opened", "description": body["description"] }),
                ),
                TrackerKind::Jira => continue,
            };
            assert_eq!(found(&t, &w, &json!([other])), None);
            assert_eq!(found(&t, &w, &json!([other, own])).unwrap().name, "2");
        }
        let jira = tracker(TrackerKind::Jira);
        assert_eq!(found(&jira, &w, &json!({ "issues": [] })), None);
        let status = json!({ "name": "To Do", "statusCategory": { "key": "new" } });
        let one = json!({ "key": "PAY-3", "fields": { "summary": "x", "status": status } });
        assert_eq!(found(&jira, &w, &json!({ "issues": [one] })).unwrap().name, "PAY-3");
        assert!(search_urls(&jira, &w)[0].contains("labels%20%3D%20%22bellwether-"));
    }

    #[test]
    fn states_are_mapped_and_the_trackers_word_is_kept() {
        let github = tracker(TrackerKind::Github);
        let of = |v: Value| said(&github, &v).map(|s| (s.state, s.word, s.since.map(|t| t.to_string())));
        let base = |state: &str, reason: Value, closed: Value| {
            json!({ "number": 12, "html_url": "https://github.com/h/p/issues/12", "title": "x", "state": state, "state_reason": reason,
                "created_at": "2026-11-01T10:00:00Z", "closed_at": closed })
        };
        assert_eq!(
            of(base("open", Value::Null, Value::Null)),
            Some((IssueState::Open, "open".into(), Some("2026-11-01T10:00:00Z".into())))
        );
        let done = base("closed", json!("not_planned"), json!("2026-11-12T09:30:00Z"));
        assert_eq!(of(done), Some((IssueState::Done, "closed as not planned".into(), Some("2026-11-12T09:30:00Z".into()))));
        assert_eq!(of(json!({ "message": "Not Found" })), None);
        let jira = tracker(TrackerKind::Jira);
        let status = |name: &str, key: &str| {
            json!({ "key": "PAY-12", "fields": { "summary": "x", "status": { "name": name, "statusCategory": { "key": key } },
                "statuscategorychangedate": "2026-11-12T10:30:00.000+0100" } })
        };
        let s = said(&jira, &status("In Review", "indeterminate")).unwrap();
        assert_eq!(
            (s.state, s.word.as_str(), s.url.as_str()),
            (IssueState::InProgress, "In Review", "https://harbour.atlassian.net/browse/PAY-12")
        );
        assert_eq!(s.since.unwrap().to_string(), "2026-11-12T09:30:00Z");
        assert_eq!(said(&jira, &status("Erledigt", "done")).unwrap().state, IssueState::Done);
        assert_eq!(said(&jira, &status("Backlog", "new")).unwrap().state, IssueState::Open);
        let evil = said(&github, &json!({ "number": 1, "state": "open", "html_url": "javascript:alert(1)" })).unwrap();
        assert_eq!(evil.url, "https://github.com/harbour/payments/issues/1");
    }

    #[test]
    fn webhooks_are_read_and_those_of_other_projects_are_not() {
        let github = tracker(TrackerKind::Github);
        let body = |repo: &str, action: &str| {
            json!({ "action": action, "issue": { "number": 12, "title": "x", "state": "closed", "state_reason": "completed",
                "html_url": "https://github.com/harbour/payments/issues/12", "closed_at": "2026-11-12T09:30:00Z" },
                "repository": { "full_name": repo } })
        };
        assert!(
            matches!(hook(&github, "issues", &body("Harbour/payments", "closed")), Some(Hook::Issue(s)) if s.state == IssueState::Done)
        );
        assert_eq!(hook(&github, "issues", &body("harbour/payments", "deleted")), Some(Hook::Gone("12".into())));
        assert_eq!(hook(&github, "issues", &body("harbour/other", "closed")), None);
        assert_eq!(hook(&github, "ping", &json!({ "zen": "x" })), Some(Hook::Other));
        let gitlab = tracker(TrackerKind::Gitlab);
        let body = json!({ "object_kind": "issue", "project": { "path_with_namespace": "harbour/core/payments" },
            "object_attributes": { "iid": 23, "title": "x", "state": "closed", "url": "https://gitlab.example.org/x/-/issues/23",
                "closed_at": "2026-11-12 09:30:00 UTC" } });
        let Some(Hook::Issue(s)) = hook(&gitlab, "", &body) else { panic!() };
        assert_eq!(
            (s.name.as_str(), s.state, s.since.unwrap().to_string().as_str()),
            ("23", IssueState::Done, "2026-11-12T09:30:00Z")
        );
        assert_eq!(hook(&gitlab, "", &json!({ "object_kind": "push" })), Some(Hook::Other));
        let jira = tracker(TrackerKind::Jira);
        let body = |event: &str, key: &str| {
            json!({ "webhookEvent": event, "issue": { "key": key, "fields": { "summary": "x",
                "status": { "name": "Done", "statusCategory": { "key": "done" } } } } })
        };
        assert!(matches!(hook(&jira, "", &body("jira:issue_updated", "PAY-12")), Some(Hook::Issue(_))));
        assert_eq!(hook(&jira, "", &body("jira:issue_deleted", "PAY-12")), Some(Hook::Gone("PAY-12".into())));
        assert_eq!(hook(&jira, "", &body("jira:issue_updated", "OPS-12")), None);
        assert_eq!(hook(&jira, "", &json!({ "webhookEvent": "comment_created" })), Some(Hook::Other));
    }

    #[test]
    fn a_tracker_that_wants_quiet_gets_it() {
        let wait = |status, headers: &[(&str, &str)]| {
            let find = |name: &str| headers.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
            quiet(status, &find, NOW)
        };
        let reset = (NOW.micros() / 1_000_000 + 90).to_string();
        assert_eq!(wait(200, &[("x-ratelimit-remaining", "7")]), None);
        assert_eq!(wait(403, &[]), None, "no right is no limit");
        assert_eq!(wait(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &reset)]), Some(90));
        assert_eq!(wait(200, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &reset)]), Some(90));
        assert_eq!(wait(403, &[("retry-after", "30")]), Some(30));
        assert_eq!(wait(429, &[]), Some(60));
        assert_eq!(wait(429, &[("retry-after", "99999")]), Some(3600));
    }
}

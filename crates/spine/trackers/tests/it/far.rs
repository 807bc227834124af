//! A stand-in for the three programs: it keeps issues in memory and answers as their REST APIs do.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

/// One issue, as the stand-in keeps it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) labels: Vec<String>,
    pub(crate) closed: bool,
    pub(crate) status: String,
    pub(crate) changes: usize,
}

/// What to do with a request instead of what it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Do it, and never answer.
    Silent,
    /// 403 with no requests left for 90 seconds.
    Spent,
    /// Refuse it for good.
    Refuse,
}

#[derive(Default)]
struct Inner {
    issues: Vec<Kept>,
    asked: Vec<String>,
    secrets: Vec<String>,
    trouble: VecDeque<Trouble>,
    now: i64,
}

/// The stand-in.
pub(crate) struct Far {
    pub(crate) address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
    task: JoinHandle<()>,
}

impl Drop for Far {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Far {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::new(Mutex::new(Inner::default()));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&inner));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, inner, task }
    }

    pub(crate) fn add(&self, title: &str, status: &str) -> usize {
        let mut inner = self.inner.lock().unwrap();
        inner.issues.push(Kept { title: title.into(), status: status.into(), ..Kept::default() });
        inner.issues.len()
    }

    pub(crate) fn change(&self, number: usize, f: impl FnOnce(&mut Kept)) {
        let mut inner = self.inner.lock().unwrap();
        let issue = &mut inner.issues[number - 1];
        f(issue);
        issue.changes += 1;
    }

    pub(crate) fn issues(&self) -> Vec<Kept> {
        self.inner.lock().unwrap().issues.clone()
    }

    /// Method and path of each request.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.inner.lock().unwrap().asked.clone()
    }

    /// What each request signed in with.
    pub(crate) fn secrets(&self) -> Vec<String> {
        self.inner.lock().unwrap().secrets.clone()
    }

    pub(crate) fn trouble(&self, all: &[Trouble], now: i64) {
        let mut inner = self.inner.lock().unwrap();
        inner.trouble.extend(all);
        inner.now = now;
    }
}

fn github(n: usize, i: &Kept) -> Value {
    json!({ "number": n, "html_url": format!("https://github.com/harbour/payments/issues/{n}"), "title": i.title, "body": i.text,
        "state": if i.closed { "closed" } else { "open" }, "state_reason": i.closed.then_some("completed"),
        "created_at": "2026-11-01T10:00:00Z", "closed_at": i.closed.then_some("2026-11-12T09:30:00Z") })
}

fn gitlab(n: usize, i: &Kept) -> Value {
    json!({ "iid": n, "id": 7000 + n, "web_url": format!("https://gitlab.example.org/harbour/core/payments/-/issues/{n}"), "title": i.title,
        "description": i.text, "state": if i.closed { "closed" } else { "opened" }, "created_at": "2026-11-01T10:00:00.000Z",
        "closed_at": i.closed.then_some("2026-11-12T09:30:00.000Z") })
}

fn jira(n: usize, i: &Kept) -> Value {
    let category = match i.status.as_str() {
        "Done" => "done",
        "In Review" => "indeterminate",
        _ => "new",
    };
    json!({ "id": (10_000 + n).to_string(), "key": format!("PAY-{n}"), "fields": { "summary": i.title,
        "status": { "name": i.status, "statusCategory": { "key": category } }, "statuscategorychangedate": "2026-11-12T10:30:00.000+0100" } })
}

fn reply(status: u16, v: &Value) -> Response {
    (StatusCode::from_u16(status).unwrap(), [("content-type", "application/json")], v.to_string()).into_response()
}

async fn answer(State(inner): State<Arc<Mutex<Inner>>>, headers: HeaderMap, request: Request) -> Response {
    let (method, uri) = (request.method().to_string(), request.uri().clone());
    let body: Bytes = axum::body::to_bytes(request.into_body(), 1_000_000).await.unwrap();
    let path = uri.path().to_owned();
    let trouble = {
        let mut inner = inner.lock().unwrap();
        inner.asked.push(format!("{method} {path}"));
        let signed = ["authorization", "private-token"].iter().find_map(|n| headers.get(*n)).and_then(|v| v.to_str().ok());
        inner.secrets.push(signed.unwrap_or("").to_owned());
        // Searches go well: what fails is what changes something, or reads one issue.
        let searches = method == "GET" && !path.rsplit('/').next().unwrap_or("").ends_with(|c: char| c.is_ascii_digit());
        if searches { None } else { inner.trouble.pop_front() }
    };
    if trouble == Some(Trouble::Refuse) {
        return reply(422, &json!({ "message": "Validation Failed" }));
    }
    if trouble == Some(Trouble::Spent) {
        let reset = (inner.lock().unwrap().now + 90).to_string();
        let headers = [("x-ratelimit-remaining", "0".to_owned()), ("x-ratelimit-reset", reset)];
        return (StatusCode::FORBIDDEN, headers, "API rate limit exceeded").into_response();
    }
    let done = done(&inner, &method, &path, uri.query().unwrap_or(""), &headers, &body);
    if trouble == Some(Trouble::Silent) {
        std::future::pending::<()>().await;
    }
    done
}

fn done(inner: &Mutex<Inner>, method: &str, path: &str, query: &str, headers: &HeaderMap, body: &[u8]) -> Response {
    let mut inner = inner.lock().unwrap();
    let draw = if path.starts_with("/repos/harbour/payments/issues") {
        github
    } else if path.starts_with("/api/v4/projects/harbour%2Fcore%2Fpayments/issues") {
        gitlab
    } else if path.starts_with("/rest/api/2/") {
        jira
    } else {
        return reply(404, &json!({ "message": "Not Found" }));
    };
    if method == "POST" {
        let v: Value = serde_json::from_slice(body).unwrap();
        let f = &v["fields"];
        let text = |v: &Value| v.as_str().unwrap_or("").to_owned();
        let kept = if f.is_object() {
            assert_eq!((&f["project"]["key"], &f["issuetype"]["name"]), (&json!("PAY"), &json!("Task")));
            let labels = f["labels"].as_array().unwrap().iter().map(text).collect();
            Kept { title: text(&f["summary"]), text: text(&f["description"]), labels, status: "To Do".into(), ..Kept::default() }
        } else {
            let words = if v["body"].is_string() { text(&v["body"]) } else { text(&v["description"]) };
            Kept { title: text(&v["title"]), text: words, ..Kept::default() }
        };
        inner.issues.push(kept);
        let n = inner.issues.len();
        return reply(201, &draw(n, &inner.issues[n - 1]));
    }
    let last = path.rsplit('/').next().unwrap_or("");
    if let Ok(n) = last.trim_start_matches("PAY-").parse::<usize>() {
        let Some(issue) = n.checked_sub(1).and_then(|i| inner.issues.get(i)) else { return reply(404, &json!({})) };
        let etag = format!("\"{n}-{}\"", issue.changes);
        if headers.get("if-none-match").and_then(|v| v.to_str().ok()) == Some(&etag) {
            return StatusCode::NOT_MODIFIED.into_response();
        }
        let mut answer = reply(200, &draw(n, issue));
        answer.headers_mut().insert("etag", etag.parse().unwrap());
        return answer;
    }
    // A search. Jira finds a label; the others list what there is.
    let all: Vec<Value> = inner
        .issues
        .iter()
        .enumerate()
        .filter(|(_, i)| !path.starts_with("/rest") || i.labels.iter().any(|l| query.contains(l.as_str())))
        .map(|(n, i)| draw(n + 1, i))
        .collect();
    // Of the two addresses this one has the older, as Jira Server does.
    match path {
        "/rest/api/2/search/jql" => reply(404, &json!({})),
        "/rest/api/2/search" => reply(200, &json!({ "issues": all })),
        _ => reply(200, &Value::Array(all)),
    }
}

//! What is asked of trackers by itself: issues that are to be made, and how far those are that are linked. A tracker that wants
//! quiet gets it; one that fails holds up no other.

use std::collections::HashMap;
use std::time::Duration;

use kernel::error::Result;
use kernel::http::{Request, Response};
use kernel::ids::Id;
use kernel::outbox;
use kernel::room::Job;
use kernel::time::Time;
use kernel::web::App;
use serde_json::Value;

use crate::acts::{self, Asked, KIND};
use crate::issue::{EVERY, Issue, Wish};
use crate::store;
use crate::store::issue::Due;
use crate::tracker::{Ground, Tracker, TrackerKind};
use crate::vendor;

/// Issues that one look reads.
const EACH: i64 = 60;

/// After a tracker was asked to make an issue and the answer did not come, its search is given so long to know of it.
const SETTLES: Duration = Duration::from_secs(60);

/// The jobs of this room.
pub static JOBS: &[Job] = &[
    Job { name: "issues", every: Duration::from_secs(10), run: |app| Box::pin(make(app)) },
    Job { name: "trackers", every: Duration::from_secs(30), run: |app| Box::pin(follow(app)) },
];

/// What the configuration has for trackers.
pub(crate) fn ground(app: &App) -> Ground {
    let of = |key: bool| app.config.secrets.iter().filter(move |s| (s.scheme == "key") == key && s.scheme != "address");
    Ground { secrets: of(false).map(|s| s.name.clone()).collect(), keys: of(true).map(|s| s.name.clone()).collect() }
}

fn asked(t: &Tracker, url: String) -> Request {
    let request = Request::get(url).secret(&t.secret);
    if t.kind == TrackerKind::Github {
        return request.accept("application/vnd.github+json").header("x-github-api-version", "2022-11-28");
    }
    request.accept("application/json")
}

/// How asking went.
enum Answer {
    /// As it should.
    Good(Response),
    /// There is no such thing.
    Missing,
    /// It will not, now or ever: what it said, and for how long to leave it alone.
    Bad { why: String, quiet: Option<Duration>, lasting: bool },
}

async fn ask(app: &App, t: &Tracker, request: Request) -> Answer {
    let answer = match app.http.send(request).await {
        Ok(answer) => answer,
        Err(e) => return Answer::Bad { why: e.to_string(), quiet: None, lasting: false },
    };
    let header = |name: &str| answer.header(name).map(str::to_owned);
    let quiet = vendor::quiet(answer.status, &header, app.now()).map(Duration::from_secs);
    if let Some(wait) = quiet
        && (answer.is_success() || answer.status == 304)
    {
        // It answered, and wants no more questions for now.
        let (id, until) = (t.id, app.now().plus(wait));
        let _ = app.db.write(app.now(), move |tx| store::tracker::quiet(tx, id, until)).await;
    }
    match answer.status {
        200..=299 | 304 => Answer::Good(answer),
        404 | 410 => Answer::Missing,
        status => {
            let said = answer.excerpt(&String::from_utf8_lossy(&answer.body), 160);
            let why = format!("{} answered with status {status}: “{said}”.", answer.host());
            Answer::Bad { why, quiet, lasting: matches!(status, 400 | 422) }
        }
    }
}

/// Makes the issues that are asked for.
///
/// # Errors
/// The engine's. A tracker that fails is no error: its page says so.
pub async fn make(app: &App) -> Result<()> {
    for _ in 0..EACH {
        let now = app.now();
        let due = app.db.read(move |tx| outbox::due(tx, KIND, now, 1)).await?;
        let Some(row) = due.into_iter().next() else { return Ok(()) };
        let asked: Asked = serde_json::from_str(&row.body).map_err(kernel::Error::internal)?;
        let found = app
            .db
            .read(move |tx| store::issue::wished(tx, asked.wish)?.map(|(w, t)| Ok((w, store::tracker::by_id(tx, t)?))).transpose())
            .await?;
        let outcome = match &found {
            Some((w, t)) if t.archived_at.is_none() => wanted(app, w, t).await?,
            _ => Ok(None),
        };
        let now = app.now();
        app.db
            .write(now, move |tx| match (&outcome, &found) {
                (Ok(Some(name)), Some((w, t))) => {
                    acts::granted(tx, w, t, name, now)?;
                    outbox::sent(tx, row.id, now)
                }
                (Ok(_), _) => outbox::sent(tx, row.id, now),
                (Err(Trouble { why, lasting: true, .. }), Some((w, t))) => {
                    // What the tracker does not take stays undone until somebody asks again.
                    store::issue::withdraw(tx, w.id)?;
                    store::tracker::fault(tx, t.id, why, now)?;
                    tx.publish(&format!("{}:{}", w.about.kind, w.about.id));
                    tx.publish(&format!("tracker:{}", t.id));
                    outbox::sent(tx, row.id, now)
                }
                (Err(trouble), Some((_, t))) => {
                    store::tracker::fault(tx, t.id, &trouble.why, now)?;
                    tx.publish(&format!("tracker:{}", t.id));
                    outbox::failed(tx, &row, now, Some(trouble.wait), &trouble.why)
                }
                (Err(_), None) => outbox::sent(tx, row.id, now),
            })
            .await?;
    }
    Ok(())
}

/// Why an issue was not made.
struct Trouble {
    why: String,
    wait: Duration,
    lasting: bool,
}

impl From<Answer> for Trouble {
    fn from(a: Answer) -> Self {
        match a {
            Answer::Bad { why, quiet, lasting } => Self { why, wait: quiet.unwrap_or(SETTLES), lasting },
            Answer::Missing => {
                Self { why: "There is no such project, or the secret may not see it.".into(), wait: SETTLES, lasting: false }
            }
            Answer::Good(answer) => {
                Self { why: format!("{} answered with something else than JSON.", answer.host()), wait: SETTLES, lasting: false }
            }
        }
    }
}

fn json(answer: &Response) -> Option<Value> {
    serde_json::from_slice(&answer.body).ok()
}

/// The name of the issue of a wish: found, if an earlier try has made it, else made now. None if it is too early to say.
async fn wanted(app: &App, w: &Wish, t: &Tracker) -> Result<Result<Option<String>, Trouble>> {
    let early = |at: Time| app.now().since(at) < SETTLES;
    let searched = search(app, w, t).await;
    match searched {
        Err(trouble) => return Ok(Err(trouble)),
        Ok(Some(name)) => return Ok(Ok(Some(name))),
        Ok(None) if w.tried_at.is_some_and(early) => {
            let why = "The answer to the last try was lost; its search may not know yet what was made.".to_owned();
            return Ok(Err(Trouble { why, wait: SETTLES, lasting: false }));
        }
        Ok(None) => {}
    }
    let (id, now) = (w.id, app.now());
    app.db.write(now, move |tx| store::issue::tried(tx, id, now)).await?;
    let link = format!("{}{}", app.config.url(), w.href);
    let (url, body) = vendor::create(t, w, &link);
    let mut request = asked(t, url).header("content-type", "application/json");
    request.method = kernel::http::Method::POST;
    request.body = Some(body.to_string().into_bytes());
    Ok(match ask(app, t, request).await {
        Answer::Good(answer) => match json(&answer).as_ref().and_then(|v| vendor::made(t, v)) {
            Some(name) => Ok(Some(name)),
            None => Err(Answer::Good(answer).into()),
        },
        other => Err(other.into()),
    })
}

async fn search(app: &App, w: &Wish, t: &Tracker) -> Result<Option<String>, Trouble> {
    let mut last = Answer::Missing;
    for url in vendor::search_urls(t, w) {
        match ask(app, t, asked(t, url)).await {
            Answer::Good(answer) => {
                let Some(v) = json(&answer) else { return Err(Answer::Good(answer).into()) };
                return Ok(vendor::found(t, w, &v).map(|s| s.name));
            }
            // Jira Server has the older address alone.
            Answer::Missing => {}
            bad @ Answer::Bad { .. } => last = bad,
        }
    }
    Err(last.into())
}

/// Reads the linked issues that are due.
///
/// # Errors
/// The engine's. A tracker that fails is no error: its page says so.
pub async fn follow(app: &App) -> Result<()> {
    let now = app.now();
    let due = app.db.read(move |tx| store::issue::due(tx, now, EACH)).await?;
    let mut by_tracker: HashMap<Id, Vec<Due>> = HashMap::new();
    for d in due {
        by_tracker.entry(d.tracker).or_default().push(d);
    }
    let all = by_tracker.into_iter().map(|(tracker, due)| of_tracker(app, tracker, due));
    for ended in futures_util::future::join_all(all).await {
        ended?;
    }
    Ok(())
}

/// Reads what a thing is linked to now, whatever its turn: somebody waits for it.
///
/// # Errors
/// The engine's.
pub async fn now(app: &App, about: &kernel::ids::Ref) -> Result<()> {
    make(app).await?;
    let about = about.clone();
    let due = app
        .db
        .read(move |tx| {
            let unread = store::issue::about(tx, &about)?.into_iter().filter(|i| i.read_at.is_none());
            let mut out = Vec::new();
            for i in unread {
                out.push(Due { issue: i.id, tracker: store::tracker::by_slug(tx, &i.tracker)?.id, name: i.name, etag: i.etag });
            }
            Ok(out)
        })
        .await?;
    for d in due {
        of_tracker(app, d.tracker, vec![d]).await?;
    }
    Ok(())
}

async fn of_tracker(app: &App, tracker: Id, due: Vec<Due>) -> Result<()> {
    let t = app.db.read(move |tx| store::tracker::by_id(tx, tracker)).await?;
    for d in due {
        let mut request = asked(&t, vendor::issue_url(&t, &d.name));
        if !d.etag.is_empty() {
            request = request.header("if-none-match", &d.etag);
        }
        let answer = ask(app, &t, request).await;
        let now = app.now();
        let stop = matches!(answer, Answer::Bad { .. });
        let (t, name, id) = (t.clone(), d.name.clone(), d.issue);
        let (said, etag, status) = match &answer {
            Answer::Good(a) => (json(a).and_then(|v| vendor::said(&t, &v)), a.header("etag").unwrap_or("").to_owned(), a.status),
            _ => (None, String::new(), 0),
        };
        let trouble = match answer {
            Answer::Bad { why, quiet, .. } => Some((why, quiet)),
            Answer::Good(a) if a.status != 304 && said.is_none() => {
                Some((format!("{} answered with something else than an issue.", a.host()), None))
            }
            _ => None,
        };
        app.db
            .write(now, move |tx| {
                let Some(stood): Option<Issue> = store::issue::by_name(tx, t.id, &name)? else { return Ok(()) };
                if let Some((why, quiet)) = &trouble {
                    store::tracker::fault(tx, t.id, why, now)?;
                    store::tracker::quiet(tx, t.id, now.plus(quiet.unwrap_or(EVERY)))?;
                    tx.publish(&format!("tracker:{}", t.id));
                    return Ok(());
                }
                store::tracker::good(tx, t.id)?;
                match &said {
                    // An issue that was moved answers under its new name; it is the same to us.
                    Some(said) => acts::take(tx, &stood, said, now, &etag),
                    None if status == 304 => store::issue::same(tx, id, stood.state, now),
                    None => acts::gone(tx, &stood, now),
                }
            })
            .await?;
        // One fault is not asked for again with each of its issues.
        if stop {
            break;
        }
    }
    Ok(())
}

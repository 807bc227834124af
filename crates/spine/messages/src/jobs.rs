//! What leaves: every five seconds a look at which deliveries are due. Receivers are asked side by side, each of them for one
//! message at a time, so that one that hangs holds up nobody else. Asking happens between two units of work: a process that is
//! killed in between sends the same message again, under the same id.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use kernel::error::Result;
use kernel::http::Request;
use kernel::ids::Id;
use kernel::mail::Mail;
use kernel::room::Job;
use kernel::web::App;

use crate::acts::delivery::settle;
use crate::channel::{Ground, To};
use crate::delivery::{Outcome, answered};
use crate::format::{self, Setting};
use crate::pages;
use crate::store::delivery::{self, Parcel};

/// Receivers that are asked at once.
const AT_ONCE: usize = 16;

/// Deliveries that one look begins: so few that the slowest receivers do not outlast the lease.
const EACH: usize = 96;

/// Characters of an answer that a fault repeats.
const SAID: usize = 160;

/// The jobs of this room.
pub static JOBS: &[Job] = &[Job { name: "messages", every: Duration::from_secs(5), run: |app| Box::pin(deliver(app)) }];

/// What the configuration has for channels.
pub(crate) fn ground(app: &App) -> Ground {
    let of = |scheme: &str| app.config.secrets.iter().filter(|s| s.scheme == scheme).collect::<Vec<_>>();
    Ground {
        addresses: of("address").iter().map(|s| (s.name.clone(), s.hosts.join(", "))).collect(),
        keys: of("key").iter().map(|s| s.name.clone()).collect(),
        mail: app.config.mail.is_some(),
    }
}

/// Sends what is due.
///
/// # Errors
/// The engine's. A receiver that fails is no error: the delivery says so.
pub async fn deliver(app: &App) -> Result<()> {
    let (mut asked, mut begun) = (FuturesUnordered::new(), 0);
    let mut busy: HashSet<String> = HashSet::new();
    loop {
        if begun < EACH && !app.is_stopping() && asked.len() < AT_ONCE {
            let now = app.now();
            // As many more as are busy, whose next is not begun before they are done.
            let most = i64::try_from(AT_ONCE + busy.len()).unwrap_or(i64::MAX);
            let (due, organisation) = app.db.read(move |tx| delivery::due(tx, now, most)).await?;
            for parcel in due {
                if asked.len() < AT_ONCE && busy.insert(parcel.row.lane.clone()) {
                    begun += 1;
                    asked.push(one(app, parcel, organisation.clone()));
                }
            }
        }
        match asked.next().await {
            None => return Ok(()),
            Some(Ok(lane)) => busy.remove(&lane),
            Some(Err(e)) => return Err(e),
        };
    }
}

/// Tries one delivery now, whatever its turn; does nothing if it does not wait.
///
/// # Errors
/// The engine's.
pub async fn now(app: &App, id: Id) -> Result<()> {
    if let Some((parcel, organisation)) = app.db.read(move |tx| delivery::waiting(tx, id)).await? {
        one(app, parcel, organisation).await?;
    }
    Ok(())
}

/// One try, and how it ended, noted; gives the lane back.
async fn one(app: &App, parcel: Parcel, organisation: String) -> Result<String> {
    let outcome = attempt(app, &parcel, &organisation).await;
    let (row, now) = (parcel.row, app.now());
    let lane = row.lane.clone();
    app.db.write(now, move |tx| settle(tx, &row, &outcome, now)).await?;
    Ok(lane)
}

async fn attempt(app: &App, p: &Parcel, organisation: &str) -> Outcome {
    if p.channel.archived_at.is_some() {
        return Outcome::Never { why: format!("The channel “{}” was put away.", p.channel.name) };
    }
    let (url, id) = (app.config.url(), p.row.id.to_string());
    let s = Setting { url: &url, organisation, id: &id };
    match &p.channel.to {
        To::Slack { secret } => post(app, secret, &id, format::slack::body(&p.message, &s).to_string(), vec![]).await,
        To::Teams { secret } => post(app, secret, &id, format::teams::body(&p.message, &s).to_string(), vec![]).await,
        To::Webhook { secret, signed_with } => {
            let body = format::webhook::body(&p.message, &s).to_string();
            let (id, time) = (format::webhook::id(&s), format::webhook::timestamp(app.now()));
            let signed = format::webhook::signed(&id, &time, body.as_bytes());
            let signatures: Result<Vec<_>, _> = signed_with.iter().map(|k| app.http.sign(k, &signed)).collect();
            match signatures {
                Err(e) => Outcome::Later { why: e.to_string(), at_least: None },
                Ok(all) => {
                    let headers = vec![
                        ("webhook-id", id.clone()),
                        ("webhook-timestamp", time),
                        ("webhook-signature", format::webhook::signature(&all)),
                    ];
                    post(app, secret, &id, body, headers).await
                }
            }
        }
        To::Mail { addresses } => match (&p.address, addresses.as_slice()) {
            (Some(address), _) | (None, [address]) => mail(app, p, &s, address).await,
            (None, _) => Outcome::Never { why: "It names no address. Send it again from what caused it.".into() },
        },
        To::People {} => match &p.person {
            Some(person) if person.deactivated_at.is_none() => mail(app, p, &s, &person.mail).await,
            _ => Outcome::Never { why: "The account of whom it is for was ended.".into() },
        },
    }
}

async fn post(app: &App, secret: &str, id: &str, body: String, headers: Vec<(&str, String)>) -> Outcome {
    let mut request = Request::post_to(secret, "application/json", body.into_bytes()).header("idempotency-key", id);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    // The receiver has it once it said so, whatever else it says.
    request.max_bytes = Some(64 * 1024);
    request.excerpt = true;
    match app.http.send(request).await {
        // Whatever is wrong here or on the way can be mended while the message waits.
        Err(e) => Outcome::Later { why: e.to_string(), at_least: None },
        Ok(answer) => {
            let said = answer.excerpt(&String::from_utf8_lossy(&answer.body), SAID);
            answered(&answer.host(), answer.status, answer.header("retry-after"), &said, app.now())
        }
    }
}

async fn mail(app: &App, p: &Parcel, s: &Setting<'_>, to: &str) -> Outcome {
    let mail = Mail {
        id: s.id.to_owned(),
        thread: thread(&p.message.href),
        to: to.to_owned(),
        subject: p.message.title.clone(),
        text: format::text::text(&p.message, s),
        html: pages::mail::html(&p.message, s).into_string(),
    };
    match kernel::mail::send(&app.http, app.config.mail.as_ref(), &mail).await {
        Ok(()) => Outcome::Arrived,
        Err(e) => {
            let why = format!("To {to}: {}", e.why);
            if e.lasting { Outcome::Never { why } } else { Outcome::Later { why, at_least: None } }
        }
    }
}

/// Mails about one page are one conversation.
fn thread(href: &str) -> String {
    format!("thread-{}", &kernel::trail::merkle::hex_digest(href.as_bytes())[..24])
}

//! What serves: the shared parts of the process, and the router made from what the rooms declare.

use std::net::IpAddr;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::{FromRequestParts, Request};
use axum::http::request;
use axum::middleware::Next;
use axum::response::IntoResponse;
use tokio::sync::watch;

use super::ctx::{Actor, Ctx};
use super::edge;
use super::metrics::Metrics;
use super::state::States;
use crate::config::Config;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::http::Client;
use crate::ids::IdSource;
use crate::live::Live;
use crate::room::{Needs, Room};
use crate::time::{Clock, Time};

/// What a request brings to show who sends it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Credential {
    /// The value of the session cookie.
    Session(String),
    /// The value after `Authorization: Bearer`.
    Bearer(String),
    /// The request came over the owner's socket, or in process under the folder's lock.
    Owner,
    /// Nothing.
    None,
}

/// A boxed future, for the traits that the rooms implement.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Turns a credential into an actor. The `people` room is the one that can.
pub trait Gate: Send + Sync {
    /// The actor; [`Actor::anonymous`] for a credential that is not, or no longer, valid.
    fn actor<'a>(&'a self, app: &'a App, credential: Credential) -> Boxed<'a, Result<Arc<Actor>>>;
}

/// What an [`App`] is made of.
pub struct Parts {
    /// The database, opened and migrated.
    pub db: Db,
    /// The one clock.
    pub clock: Clock,
    /// The one source of ids and secrets.
    pub ids: IdSource,
    /// Live topics, the same that `db` publishes to.
    pub live: Live,
    /// Settings.
    pub config: Config,
    /// All rooms, lowest first.
    pub rooms: &'static [&'static Room],
    /// Who is who.
    pub gate: Box<dyn Gate>,
    /// The page for an error; the binary knows the masthead.
    pub error_page: fn(&App, &Ctx, &Error) -> maud::Markup,
    /// The places of the masthead that exist: which, label, address.
    pub places: &'static [(html::Place, &'static str, &'static str)],
    /// Sample data that is gone with the process.
    pub demo: bool,
}

/// The shared parts of the process. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// See [`App`].
pub struct Inner {
    /// The database.
    pub db: Db,
    /// The one clock.
    pub clock: Clock,
    /// The one source of ids and secrets.
    pub ids: IdSource,
    /// Live topics.
    pub live: Live,
    /// Settings.
    pub config: Config,
    /// The one outgoing client.
    pub http: Client,
    /// All rooms.
    pub rooms: &'static [&'static Room],
    /// Figures for `/metrics`.
    pub metrics: Metrics,
    /// The places of the masthead.
    pub places: &'static [(html::Place, &'static str, &'static str)],
    /// Sample data that is gone with the process.
    pub demo: bool,
    pub(super) gate: Box<dyn Gate>,
    pub(super) error_page: fn(&App, &Ctx, &Error) -> maud::Markup,
    states: States,
    born: Time,
    stopping: watch::Sender<bool>,
    draining: AtomicBool,
}

impl Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    /// Puts the parts together.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the outgoing client's settings are wrong.
    pub fn new(parts: Parts) -> Result<Self> {
        let Parts { db, clock, ids, live, config, rooms, gate, error_page, places, demo } = parts;
        let born = clock.now();
        let http = Client::new(config.policy()?).map_err(|e| Error::internal(e.to_string()))?;
        Ok(Self(Arc::new(Inner {
            db,
            clock,
            ids,
            live,
            config,
            http,
            rooms,
            metrics: Metrics::new(),
            demo,
            gate,
            error_page,
            places,
            states: States::default(),
            born,
            stopping: watch::Sender::new(false),
            draining: AtomicBool::new(false),
        })))
    }

    /// Now, by the one clock.
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// One read in a snapshot; the context comes first, as in every act.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn read<T, F>(&self, cx: &Ctx, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Ctx, &mut dyn Tx) -> Result<T> + Send + 'static,
    {
        let cx = cx.clone();
        self.db.read(move |tx| f(&cx, tx)).await
    }

    /// One serialisable change.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn write<T, F>(&self, cx: &Ctx, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Ctx, &mut dyn Tx) -> Result<T> + Send + 'static,
    {
        let cx = cx.clone();
        self.db.write(cx.now, move |tx| f(&cx, tx)).await
    }

    /// One change of which nobody may see later what rows said before it: what people say without a name.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn write_unnamed<T, F>(&self, cx: &Ctx, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Ctx, &mut dyn Tx) -> Result<T> + Send + 'static,
    {
        let made = self.write(cx, f).await?;
        // It is stored already: whoever said it is not told that it failed.
        if let Err(e) = self.db.forget_steps(cx.now).await {
            tracing::warn!(error = ?e, "The log of the database was not emptied; the next commit does it");
        }
        Ok(made)
    }

    /// One batch of inserts and upserts.
    ///
    /// # Errors
    /// As [`Db::append`].
    pub async fn append<T, F>(&self, cx: &Ctx, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Ctx, &mut dyn Tx) -> Result<T> + Send + 'static,
    {
        let cx = cx.clone();
        self.db.append(cx.now, move |tx| f(&cx, tx)).await
    }

    /// What a room keeps in memory for this application, such as its counters of attempts; made when first asked for.
    pub fn state<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        self.states.get()
    }

    /// A random secret of 32 bytes, as 64 hexadecimal digits.
    ///
    /// # Errors
    /// As [`IdSource::fill`].
    pub fn secret(&self) -> Result<String> {
        let mut bytes = [0; 32];
        self.ids.fill(&mut bytes)?;
        Ok(hex::encode(bytes))
    }

    /// How much this process has announced until now, as a word that no other process and no later one says.
    pub fn announced(&self) -> String {
        format!("{}-{}", self.born.micros(), self.live.announced())
    }

    /// Begins to stop: `/readyz` says so, live streams end.
    pub fn stop(&self) {
        self.draining.store(true, Ordering::SeqCst);
        self.stopping.send_replace(true);
    }

    /// True after [`App::stop`].
    pub fn is_stopping(&self) -> bool {
        self.draining.load(Ordering::SeqCst)
    }

    /// Becomes true with [`App::stop`].
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }
}

impl FromRequestParts<App> for Ctx {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut request::Parts, _: &App) -> Result<Self> {
        parts.extensions.get::<Ctx>().cloned().ok_or_else(|| Error::internal("no context in the request"))
    }
}

/// Address of whoever sent the request, behind trusted proxies too. In the request's extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Address(pub IpAddr);

impl FromRequestParts<App> for Address {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut request::Parts, _: &App) -> Result<Self> {
        Ok(parts.extensions.get::<Address>().copied().unwrap_or(Address(IpAddr::from([127, 0, 0, 1]))))
    }
}

/// Marks requests that came over the owner's socket.
#[derive(Debug, Clone, Copy)]
pub struct OwnerSocket;

/// What a route says that it needs, as far as it can be told without the thing in the path. The act asks again.
fn allowed(needs: Needs, req: &Request) -> Result<()> {
    let cx = req.extensions().get::<Ctx>().ok_or_else(|| Error::internal("no context in the request"))?;
    match needs {
        Needs::Nobody => Ok(()),
        Needs::SignedIn => cx.require_signed_in(),
        Needs::Everywhere(right) => cx.require_everywhere(right),
        Needs::Team(right) | Needs::Group(right) | Needs::Somewhere(right) => cx.require_somewhere(right),
    }
}

/// The router over all rooms, with everything around it.
pub fn router(app: &App) -> Router {
    let mut router: Router<App> = Router::new();
    for room in app.rooms {
        for route in room.routes {
            // Before the path and the body are looked at: who may not, learns nothing from how they are refused.
            let needs = route.needs;
            let first = axum::middleware::from_fn(move |req: Request, next: Next| async move {
                match allowed(needs, &req) {
                    Ok(()) => next.run(req).await,
                    Err(e) => e.into_response(),
                }
            });
            router = router.route(route.path, (route.handler)().route_layer(first));
        }
    }
    let router = router
        .fallback(|uri: axum::http::Uri| async move {
            Error::NotFound(format!("There is nothing at “{}”.", uri.path().chars().take(200).collect::<String>()))
        })
        .method_not_allowed_fallback(|method: axum::http::Method| async move { Error::Method(method.to_string()) })
        .layer(axum::middleware::from_fn_with_state(app.clone(), edge::around))
        .with_state(app.clone());
    let base = app.config.base();
    if base.is_empty() { router } else { Router::new().nest(&base, router) }
}

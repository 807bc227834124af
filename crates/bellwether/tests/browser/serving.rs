//! The application on a port of this machine, and a gate that takes everybody for whom the test chose.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bellwether::serve;
use kernel::error::Result;
use kernel::web::{Actor, App, Boxed, Credential, Gate};
use tokio::task::JoinHandle;

/// A server that can go away and come back.
pub(crate) struct Served {
    app: App,
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Served {
    /// Serves on a free port.
    pub(crate) async fn start(app: &App) -> Self {
        Self::at(app, SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    async fn at(app: &App, address: SocketAddr) -> Self {
        let listener = serve::bind(address).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        Self { app: app.clone(), address, task: tokio::spawn(serve::run(app.clone(), listener, None)) }
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Goes away at once, with all connections.
    pub(crate) async fn vanish(&mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }

    /// Another process of the server, on the same port and data.
    pub(crate) async fn restarted(&mut self, app: &App) {
        *self = Self::at(app, self.address).await;
    }

    /// Comes back on the same port.
    pub(crate) async fn return_again(&mut self) {
        *self = Self::at(&self.app, self.address).await;
    }
}

/// Takes every request for one actor, which can be changed; those with a session of a known name for another.
#[derive(Clone)]
pub(crate) struct Chosen(Arc<Mutex<Arc<Actor>>>, Arc<Mutex<HashMap<String, Arc<Actor>>>>);

impl Chosen {
    /// Nobody yet.
    pub(crate) fn nobody() -> Self {
        Self(Arc::new(Mutex::new(Arc::new(Actor::anonymous()))), Arc::default())
    }

    /// From now on a session of this name is this one's.
    pub(crate) fn also(&self, session: &str, actor: Actor) {
        self.1.lock().expect("a lock").insert(session.to_owned(), Arc::new(actor));
    }

    /// From now on everybody is this one.
    pub(crate) fn be(&self, actor: Actor) {
        *self.0.lock().expect("a lock") = Arc::new(actor);
    }
}

impl Gate for Chosen {
    fn actor<'a>(&'a self, _: &'a App, credential: Credential) -> Boxed<'a, Result<Arc<Actor>>> {
        let known = match &credential {
            Credential::Session(name) => self.1.lock().expect("a lock").get(name).cloned(),
            _ => None,
        };
        let actor = known.unwrap_or_else(|| Arc::clone(&self.0.lock().expect("a lock")));
        Box::pin(async move { Ok(actor) })
    }
}

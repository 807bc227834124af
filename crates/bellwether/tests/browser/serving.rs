//! The application on a port of this machine, and a gate that takes everybody for whom the test chose.

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

    /// Comes back on the same port.
    pub(crate) async fn return_again(&mut self) {
        *self = Self::at(&self.app, self.address).await;
    }
}

/// Takes every request without credentials for one actor, which can be changed.
#[derive(Clone)]
pub(crate) struct Chosen(Arc<Mutex<Arc<Actor>>>);

impl Chosen {
    /// Nobody yet.
    pub(crate) fn nobody() -> Self {
        Self(Arc::new(Mutex::new(Arc::new(Actor::anonymous()))))
    }

    /// From now on everybody is this one.
    pub(crate) fn be(&self, actor: Actor) {
        *self.0.lock().expect("a lock") = Arc::new(actor);
    }
}

impl Gate for Chosen {
    fn actor<'a>(&'a self, _: &'a App, _: Credential) -> Boxed<'a, Result<Arc<Actor>>> {
        let actor = Arc::clone(&self.0.lock().expect("a lock"));
        Box::pin(async move { Ok(actor) })
    }
}

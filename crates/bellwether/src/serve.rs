//! The server: a listener for everybody, a socket for whoever owns the data folder, jobs, and an orderly end.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use kernel::error::{Error, Result};
use kernel::web::{App, OwnerSocket, router};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tower::ServiceExt;

/// Connections at once; one more waits.
pub const CONNECTIONS: usize = 8192;

/// How long a client may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(15);

/// How long answers under way may take after the server was told to stop.
const LAST: Duration = Duration::from_secs(10);

/// Binds the address of the settings.
///
/// # Errors
/// [`Error::Invalid`] that says what to do if the port is taken.
pub async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|e| {
        let message =
            format!("{address} cannot be listened on: {e}. Stop what uses it, or name another with --listen 127.0.0.1:8081.");
        Error::invalid("listen", message)
    })
}

/// A connection of either kind, with what its requests carry.
#[derive(Clone, Copy)]
enum From {
    Address(SocketAddr),
    Owner,
}

fn mark(req: &mut Request<Incoming>, from: From) {
    match from {
        From::Address(address) => {
            req.extensions_mut().insert(ConnectInfo(address));
        }
        From::Owner => {
            req.extensions_mut().insert(OwnerSocket);
        }
    }
}

async fn connection<S>(stream: S, from: From, app: App, router: axum::Router)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |mut req: Request<Incoming>| {
        mark(&mut req, from);
        router.clone().oneshot(req.map(axum::body::Body::new))
    });
    let conn = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(conn);
    let mut stopping = app.stopping();
    let result = tokio::select! {
        done = conn.as_mut() => done,
        () = stopped(&mut stopping) => {
            conn.as_mut().graceful_shutdown();
            conn.await
        }
    };
    if let Err(e) = result {
        // A client that goes away is no fault of ours.
        tracing::debug!(error = %e, "A connection ended early");
    }
}

/// Opens the owner's socket: only the user who owns the data folder can connect to it.
///
/// # Errors
/// [`Error::Internal`] with the reason.
pub fn owner_socket(path: &Path) -> Result<UnixListener> {
    // The folder's lock is held, so a socket that is there was left by a killed server.
    let _ = std::fs::remove_file(path);
    let shown = path.display();
    let listener = UnixListener::bind(path).map_err(|e| Error::internal(format!("{shown}: {e}")))?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(|e| Error::internal(format!("{shown}: {e}")))?;
    Ok(listener)
}

/// Serves until the application is told to stop, then lets answers under way finish.
pub async fn run(app: App, listener: TcpListener, owner: Option<UnixListener>) {
    let router = router(&app);
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let mut tasks = JoinSet::new();
    let mut stopping = app.stopping();
    loop {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else { break };
        let accepted = tokio::select! {
            () = stopped(&mut stopping) => break,
            taken = listener.accept() => taken.map(|(stream, address)| {
                let _ = stream.set_nodelay(true);
                tasks.spawn(held(place, connection(stream, From::Address(address), app.clone(), router.clone())));
            }),
            taken = accept_owner(owner.as_ref()) => taken.map(|stream| {
                tasks.spawn(held(place, connection(stream, From::Owner, app.clone(), router.clone())));
            }),
        };
        if let Err(e) = accepted {
            // Too many open files: wait for some to close instead of turning in circles.
            tracing::warn!(error = %e, "A connection could not be accepted");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        while tasks.try_join_next().is_some() {}
    }
    drop(listener);
    let all = async { while tasks.join_next().await.is_some() {} };
    if tokio::time::timeout(LAST, all).await.is_err() {
        tracing::warn!("Some answers took longer than {} s and were cut", LAST.as_secs());
    }
}

/// Resolves when the application was told to stop.
async fn stopped(stopping: &mut tokio::sync::watch::Receiver<bool>) {
    // An error means that the application is gone, which ends the server too.
    let _ = stopping.wait_for(|s| *s).await.map(|_| ());
}

async fn held(place: tokio::sync::OwnedSemaphorePermit, work: impl Future<Output = ()>) {
    work.await;
    drop(place);
}

async fn accept_owner(owner: Option<&UnixListener>) -> std::io::Result<tokio::net::UnixStream> {
    match owner {
        Some(listener) => listener.accept().await.map(|(stream, _)| stream),
        None => std::future::pending().await,
    }
}

/// Resolves when the operating system asks the process to end.
pub async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

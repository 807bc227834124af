//! The peer of documents: the same HTTP stack with one route and a fixed body, without anything of ours around it.

use std::net::SocketAddr;
use std::process::{Command, Stdio};

use anyhow::Context;
use axum::body::{Body, Bytes};
use axum::http::Request;
use axum::routing::get;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tower::ServiceExt;

use crate::server::{Server, free_port};

/// First argument of the process that serves it.
pub(crate) const WORD: &str = "serve-fixed-body";

/// Serves a body of `size@address` until it is killed.
///
/// # Errors
/// If it cannot listen.
pub(crate) fn serve(text: &str) -> anyhow::Result<()> {
    let (size, address) = text.split_once('@').context("size@address")?;
    let (size, address): (usize, SocketAddr) = (size.parse()?, address.parse()?);
    tokio::runtime::Runtime::new()?.block_on(forever(Bytes::from("x".repeat(size)), address))
}

async fn forever(body: Bytes, address: SocketAddr) -> anyhow::Result<()> {
    let answer = move || {
        let body = body.clone();
        async move { ([("content-type", "application/json")], body) }
    };
    let router = axum::Router::new().route("/", get(answer));
    let listener = tokio::net::TcpListener::bind(address).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let router = router.clone();
        tokio::spawn(async move {
            let service = service_fn(move |req: Request<Incoming>| router.clone().oneshot(req.map(Body::new)));
            // A client that goes away ends it.
            let _ = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

/// Starts it as a process of its own.
///
/// # Errors
/// If it does not answer.
pub(crate) fn start(size: usize) -> anyhow::Result<Server> {
    let address = free_port()?;
    let exe = std::env::current_exe()?;
    let child = Command::new(exe).arg(WORD).arg(format!("{size}@{address}")).stdin(Stdio::null()).spawn()?;
    let mut server = Server::of(child, address);
    server.wait("/")?;
    Ok(server)
}

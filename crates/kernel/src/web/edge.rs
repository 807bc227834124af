//! What surrounds every request: its id, who sends it, where it may come from; and every answer: errors as page or
//! problem document, links below the sub-path, security headers, one line of log, figures.

use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;

use axum::body::Body;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;

use super::app::{Address, App, Credential, OwnerSocket};
use super::ctx::Ctx;
use super::headers::{cookie, same_site, secure};
use super::problem::{Failed, Problem};
use super::unlogged::NoLog;
use crate::error::Error;
use crate::time::Stopwatch;

/// Largest page that is rewritten for a sub-path.
const PAGE_LIMIT: usize = 64 * 1024 * 1024;

pub(super) async fn around(State(app): State<App>, mut req: Request, next: Next) -> Response {
    let watch = Stopwatch::start();
    let now = app.now();
    let method = req.method().clone();
    let path = req.uri().path().to_owned();
    let route = req.extensions().get::<MatchedPath>().map_or("none", |m| m.as_str()).to_owned();
    let request = app.ids.draw(now).ok().and_then(|b| b.nth(0)).map(|id| id.to_string()).unwrap_or_default();
    let wants_page = wants_page(&path, req.headers());
    let address = address(&req, &app.config.trusted_proxies);
    req.extensions_mut().insert(Address(address));

    let credential = credential(&req);
    let from_cookie = matches!(credential, Credential::Session(_));
    let mut cx = Ctx::of(super::ctx::Actor::anonymous(), now, &request);
    cx.theme = match cookie(req.headers(), "theme") {
        Some("light") => html::Theme::Light,
        Some("dark") => html::Theme::Dark,
        _ => html::Theme::System,
    };
    cx.announced = app.announced().into();
    if wants_page && method == Method::GET {
        cx.asked = req.uri().path_and_query().map_or("", |p| p.as_str()).into();
    }
    let mut response = match app.gate.actor(&app, credential).await {
        Err(e) => e.into_response(),
        Ok(actor) => {
            cx.actor = actor;
            let allowed = if from_cookie || wants_page { same_site(&method, req.headers(), &app.config) } else { Ok(()) };
            match allowed {
                Err(e) => e.into_response(),
                Ok(()) => {
                    req.extensions_mut().insert(cx.clone());
                    AssertUnwindSafe(next.run(req))
                        .catch_unwind()
                        .await
                        .unwrap_or_else(|_| Error::internal("a handler panicked").into_response())
                }
            }
        }
    };

    // Of an anonymous act nothing may be left from which it could be told who did it, or when.
    let logged = response.extensions_mut().remove::<NoLog>().is_none();
    if let Some(Failed(error)) = response.extensions_mut().remove::<Failed>() {
        if let Error::Internal(detail) = &error {
            tracing::error!(request, route, detail, "A request failed through a fault of ours");
        }
        response = failure(&app, &cx, &error, wants_page, response.headers());
    }
    let base = app.config.base();
    if !base.is_empty() {
        response = below(&base, response).await;
    }
    secure(response.headers_mut(), &app.config);
    if let Ok(value) = HeaderValue::from_str(&request)
        && logged
    {
        response.headers_mut().insert("x-request-id", value);
    }
    let took = watch.elapsed();
    let status = response.status().as_u16();
    if logged {
        // Also a counter that is read every few seconds would say when somebody came.
        app.metrics.request(&route, status, took);
        tracing::info!(request, %method, route, status, micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX), "Answered");
    }
    response
}

/// Browsers ask for pages with `Accept: text/html`; everything under `/api` is for programs.
fn wants_page(path: &str, headers: &HeaderMap) -> bool {
    let accept = headers.get("accept").and_then(|v| v.to_str().ok()).unwrap_or("");
    !path.starts_with("/api/") && accept.contains("text/html")
}

fn credential(req: &Request) -> Credential {
    if let Some(value) = req.headers().get("authorization") {
        // A header that is there but wrong must not fall back to the cookie: the caller meant something else.
        let token = value.to_str().ok().and_then(|v| v.strip_prefix("Bearer ").or_else(|| v.strip_prefix("bearer ")));
        return Credential::Bearer(token.unwrap_or("").trim().to_owned());
    }
    if let Some(session) = cookie(req.headers(), "session") {
        return Credential::Session(session.to_owned());
    }
    if req.extensions().get::<OwnerSocket>().is_some() { Credential::Owner } else { Credential::None }
}

/// The peer's address, or behind trusted proxies the last address that none of them is.
fn address(req: &Request, trusted: &[IpAddr]) -> IpAddr {
    let peer = req.extensions().get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::from([127, 0, 0, 1]), |c| c.0.ip());
    if !trusted.contains(&peer) {
        return peer;
    }
    let forwarded: Vec<IpAddr> = req
        .headers()
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .filter_map(|a| a.trim().parse().ok())
        .collect();
    forwarded.into_iter().rev().find(|a| !trusted.contains(a)).unwrap_or(peer)
}

fn failure(app: &App, cx: &Ctx, error: &Error, wants_page: bool, kept: &HeaderMap) -> Response {
    let (status, _, _) = error.class();
    let status = axum::http::StatusCode::from_u16(status).unwrap_or(axum::http::StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = if wants_page {
        (status, [("content-type", "text/html; charset=utf-8")], (app.error_page)(app, cx, error).into_string()).into_response()
    } else {
        let problem = Problem::of(error, &app.config.url(), &cx.request);
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        (status, [("content-type", "application/problem+json")], body).into_response()
    };
    for name in ["retry-after", "www-authenticate", "allow"] {
        if let Some(value) = kept.get(name) {
            response.headers_mut().insert(axum::http::HeaderName::from_static(name), value.clone());
        }
    }
    response
}

/// Puts the sub-path before every link of our own in markup. Pages write links from the root; text that people typed cannot hold
/// an unescaped quote, so the attributes found here are ours. Pages come through it by themselves; parts of pages that are sent
/// in a stream do not.
#[must_use]
pub fn links_below(base: &str, mut text: String) -> String {
    if base.is_empty() {
        return text;
    }
    for attribute in ["href", "src", "action", "formaction", "data-href", "data-base", "data-live"] {
        text = text.replace(&format!(" {attribute}=\"/"), &format!(" {attribute}=\"{base}/"));
    }
    text
}

/// The answer with its links below the sub-path.
async fn below(base: &str, mut response: Response) -> Response {
    if let Some(location) = response.headers().get("location").and_then(|v| v.to_str().ok())
        && location.starts_with('/')
        && let Ok(value) = HeaderValue::from_str(&format!("{base}{location}"))
    {
        response.headers_mut().insert("location", value);
    }
    let html = response.headers().get("content-type").and_then(|v| v.to_str().ok()).is_some_and(|t| t.starts_with("text/html"));
    if !html {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, PAGE_LIMIT).await else {
        return Error::internal("a page could not be read back").into_response();
    };
    let text = links_below(base, String::from_utf8_lossy(&bytes).into_owned());
    parts.headers.remove("content-length");
    Response::from_parts(parts, Body::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn links_are_put_below_the_sub_path() {
        let page = ([("content-type", "text/html; charset=utf-8"), ("location", "/x")], "<a href=\"/teams\">href=&quot;/x</a>");
        let out = below("/bw", page.into_response()).await;
        assert_eq!(out.headers()["location"], "/bw/x");
        let body = axum::body::to_bytes(out.into_body(), 1000).await.unwrap();
        assert_eq!(body, "<a href=\"/bw/teams\">href=&quot;/x</a>");
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let proxy: IpAddr = [10, 0, 0, 1].into();
        let mut req = Request::new(Body::empty());
        req.headers_mut().insert("x-forwarded-for", HeaderValue::from_static("1.2.3.4, 10.0.0.1"));
        req.extensions_mut().insert(ConnectInfo(SocketAddr::from((proxy, 1))));
        assert_eq!(address(&req, &[]), proxy);
        assert_eq!(address(&req, &[proxy]), IpAddr::from([1, 2, 3, 4]));
    }
}

//! How noun commands reach the data: REST, over one of three ways. `BELLWETHER_URL` with a token file; else the owner's
//! socket of a running server; else, when no server runs, the same router in this process under the folder's lock.

use std::path::PathBuf;

use anyhow::{Context, anyhow, bail};
use axum::body::Body;
use axum::http::Request;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use kernel::config::Config;
use kernel::web::{App, OwnerSocket, router};
use serde_json::Value;
use tower::ServiceExt;

use crate::{folder, open};

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Media type without parameters.
    pub media: String,
    /// The body.
    pub text: String,
}

impl Answer {
    /// The body as JSON; null if it is empty.
    ///
    /// # Errors
    /// If it is no JSON.
    pub(super) fn json(&self) -> anyhow::Result<Value> {
        if self.text.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&self.text).context("the server's answer is no JSON")
    }

    /// Turns a problem document into an error that says what, where and how to mend it.
    ///
    /// # Errors
    /// For every status but 2xx.
    pub(super) fn good(self) -> anyhow::Result<Self> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        let problem = self.json().unwrap_or(Value::Null);
        let faults: Vec<String> = problem["faults"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|f| format!("  {}: {}", f["at"].as_str().unwrap_or(""), f["message"].as_str().unwrap_or("")))
            .collect();
        if !faults.is_empty() {
            bail!("{}\n{}", problem["title"].as_str().unwrap_or("Refused"), faults.join("\n"));
        }
        match problem["detail"].as_str() {
            Some(detail) => bail!("{detail}"),
            None => bail!("the server answered with status {}", self.status),
        }
    }
}

/// A way to the data.
pub(super) enum Way {
    /// A server elsewhere.
    Url {
        /// Without a slash at its end.
        base: String,
        /// A service token.
        token: Option<String>,
        /// The client.
        client: reqwest::Client,
    },
    /// The server of this machine.
    Socket {
        /// The owner's socket.
        path: PathBuf,
        /// The sub-path of the server's addresses.
        base: String,
    },
    /// No server: this process.
    Here {
        /// The application.
        app: App,
        /// Held while it is open.
        _lock: folder::Lock,
    },
}

impl Way {
    /// Finds the way that the environment and the data folder offer.
    ///
    /// # Errors
    /// A token file that cannot be read; a data folder that is not there or is in use.
    pub(super) fn find(config: Config) -> anyhow::Result<Self> {
        if let Some(url) = kernel::config::environment("BELLWETHER_URL") {
            let token = match kernel::config::environment("BELLWETHER_TOKEN_FILE") {
                None => None,
                Some(path) => {
                    Some(std::fs::read_to_string(&path).with_context(|| format!("BELLWETHER_TOKEN_FILE {path}"))?.trim().to_owned())
                }
            };
            let client = reqwest::Client::builder().timeout(std::time::Duration::from_secs(60)).build()?;
            return Ok(Way::Url { base: url.trim_end_matches('/').to_owned(), token, client });
        }
        let socket = folder::socket(&config);
        if std::os::unix::net::UnixStream::connect(&socket).is_ok() {
            return Ok(Way::Socket { path: socket, base: config.base() });
        }
        let place = folder::place(&config)?;
        if let kernel::db::Place::File(path) = &place
            && !path.exists()
        {
            bail!(
                "There is no data in {}. Start a server with `bellwether serve`, name its folder with --data, or set BELLWETHER_URL.",
                config.data.display()
            );
        }
        let lock = folder::Lock::take(&config.data)?;
        open::upgrade(&config, &place, &kernel::time::Clock::system(), &kernel::ids::IdSource::system())?;
        Ok(Way::Here { app: open::of(config, place)?, _lock: lock })
    }

    /// Sends a request.
    ///
    /// # Errors
    /// If nothing answers.
    pub(super) async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> anyhow::Result<Answer> {
        let body = body.map(serde_json::to_vec).transpose()?;
        match self {
            Way::Url { base, token, client } => {
                let method: reqwest::Method = method.parse().map_err(|_| anyhow!("{method} is no method"))?;
                let mut req = client.request(method, format!("{base}{path}"));
                if let Some(token) = token {
                    req = req.bearer_auth(token);
                }
                if let Some(body) = body {
                    req = req.header("content-type", "application/json").body(body);
                }
                let res = req.send().await.with_context(|| format!("{base} does not answer"))?;
                let status = res.status().as_u16();
                let media = media(res.headers().get("content-type").and_then(|v| v.to_str().ok()));
                Ok(Answer { status, media, text: res.text().await? })
            }
            Way::Socket { path: socket, base } => {
                let stream = tokio::net::UnixStream::connect(socket).await?;
                let (mut sender, conn) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
                tokio::spawn(conn);
                let mut req = Request::builder().method(method).uri(format!("{base}{path}")).header("host", "localhost");
                if body.is_some() {
                    req = req.header("content-type", "application/json");
                }
                let res = sender.send_request(req.body(Full::new(Bytes::from(body.unwrap_or_default())))?).await?;
                let (parts, body) = res.into_parts();
                let bytes = body.collect().await?.to_bytes();
                Ok(Answer {
                    status: parts.status.as_u16(),
                    media: media(parts.headers.get("content-type").and_then(|v| v.to_str().ok())),
                    text: String::from_utf8_lossy(&bytes).into_owned(),
                })
            }
            Way::Here { app, .. } => {
                let path = format!("{}{path}", app.config.base());
                let mut req = Request::builder().method(method).uri(path);
                if body.is_some() {
                    req = req.header("content-type", "application/json");
                }
                let mut req = req.body(Body::from(body.unwrap_or_default()))?;
                req.extensions_mut().insert(OwnerSocket);
                let res = router(app).oneshot(req).await?;
                let (parts, body) = res.into_parts();
                let bytes = axum::body::to_bytes(body, usize::MAX).await?;
                Ok(Answer {
                    status: parts.status.as_u16(),
                    media: media(parts.headers.get("content-type").and_then(|v| v.to_str().ok())),
                    text: String::from_utf8_lossy(&bytes).into_owned(),
                })
            }
        }
    }

    /// Sends a request and reads its answer as JSON.
    ///
    /// # Errors
    /// If nothing answers, or it refuses.
    pub(super) async fn json(&self, method: &str, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        self.send(method, path, body).await?.good()?.json()
    }

    /// All items of a list, page by page.
    ///
    /// # Errors
    /// As [`Way::json`].
    pub(super) async fn list(&self, path: &str) -> anyhow::Result<Vec<Value>> {
        let mut items = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let join = if path.contains('?') { '&' } else { '?' };
            let at = cursor.as_deref().map(|c| format!("&cursor={c}")).unwrap_or_default();
            let page = self.json("GET", &format!("{path}{join}limit=500{at}"), None).await?;
            items.extend(page["items"].as_array().into_iter().flatten().cloned());
            cursor = page["next"].as_str().map(str::to_owned);
            if cursor.is_none() {
                return Ok(items);
            }
        }
    }

    /// Finishes what is queued.
    pub(super) fn close(self) {
        if let Way::Here { app, .. } = &self {
            app.db.close();
        }
    }
}

fn media(value: Option<&str>) -> String {
    value.unwrap_or("").split(';').next().unwrap_or("").trim().to_owned()
}

/// One segment of a path, encoded.
pub(super) fn segment(text: &str) -> String {
    kernel::text::percent(text)
}

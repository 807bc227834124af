//! The client: one exchange from request to answer.

use super::gate::{self, Gate, Lookup, System};
use super::hop::{Hop, is_redirect};
use super::keys::Keys;
use super::secret::Ready;
use super::text::Masks;
use super::{HttpError, Policy, Request, Response, SecretScheme};
use bytes::Bytes;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, SET_COOKIE};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

/// The one way out. Cheap to clone; connections are shared between clones.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    policy: Policy,
    gate: Gate,
    secrets: Vec<Ready>,
    keys: Keys,
    taken: Vec<HeaderName>,
    masks: Masks,
    wire: reqwest::Client,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("policy", &self.0.policy).finish_non_exhaustive()
    }
}

/// How long the body of an answer is waited for of which only the status counts.
const EXCERPT_WAIT: std::time::Duration = std::time::Duration::from_secs(1);

impl Client {
    /// A client under `policy`. Errors: a limit of zero, a secret that is badly defined or defined twice, no
    /// trusted certificates on this machine.
    pub fn new(policy: Policy) -> Result<Client, HttpError> {
        Client::with_lookup(policy, Arc::new(System))
    }

    pub(super) fn with_lookup(policy: Policy, lookup: Arc<dyn Lookup>) -> Result<Client, HttpError> {
        let setup = |why: String| HttpError::Setup { why };
        if policy.timeout.is_zero() || policy.connect_timeout.is_zero() || policy.max_bytes == 0 {
            return Err(setup("the limits on time and size must be more than 0".to_owned()));
        }
        let all = &policy.secrets;
        if let Some((_, twice)) = all.iter().enumerate().find(|(i, s)| all[..*i].iter().any(|other| other.name == s.name)) {
            return Err(setup(format!("the secret \"{}\" is defined twice", twice.name)));
        }
        let (mut secrets, mut keys) = (Vec::new(), Keys::default());
        for secret in all {
            if !keys.take(secret)? {
                secrets.push(secret.ready()?);
            }
        }
        let gate = Gate::new(policy.allow.clone(), lookup);
        let wire = reqwest::Client::builder()
            .user_agent(concat!("bellwether/", env!("CARGO_PKG_VERSION")))
            // A proxy would connect in our place, past the gate; redirects are followed here, past the gate again.
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .dns_resolver(gate.clone())
            .connect_timeout(policy.connect_timeout)
            .http1_only()
            // Off even if another crate switches the features on: a bomb is harmless while nobody inflates it.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .build()
            .map_err(|e| setup(format!("{}; is the system's list of trusted certificates installed?", deepest(&e))))?;
        let taken = secrets.iter().map(|s| s.header.clone()).collect();
        let masks = Masks::new(policy.secrets.iter().flat_map(|s| s.shapes()).collect());
        Ok(Client(Arc::new(Inner { policy, gate, secrets, keys, taken, masks, wire })))
    }

    /// Carries out one exchange, redirects included. Any status is an answer, not an error. Nothing is retried.
    pub async fn send(&self, request: Request) -> Result<Response, HttpError> {
        let inner = &*self.0;
        let limit = request.timeout.unwrap_or(inner.policy.timeout);
        let max_bytes = request.max_bytes.unwrap_or(inner.policy.max_bytes);
        let excerpt = request.excerpt;
        let hop = inner.first_hop(request)?;
        let host = gate::shown(&hop.url);
        match tokio::time::timeout(limit, inner.exchange(hop, max_bytes, excerpt)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(HttpError::Timeout { host, stage: "complete answer", limit }),
        }
    }
}

/// What is signed on the way out, and checked on the way in.
impl Client {
    /// HMAC-SHA256 of a message with the key of this name.
    ///
    /// Errors: `Secret` if there is no such key.
    pub fn sign(&self, key: &str, message: &[u8]) -> Result<Vec<u8>, HttpError> {
        self.0.keys.sign(key, message)
    }

    /// Whether `signature` is the HMAC-SHA256 of a message with the key of this name.
    ///
    /// Errors: as [`Client::sign`].
    pub fn verifies(&self, key: &str, message: &[u8], signature: &[u8]) -> Result<bool, HttpError> {
        self.0.keys.verifies(key, message, signature)
    }

    /// Whether a text is the key of this name itself, for senders that send it instead of a signature.
    ///
    /// Errors: as [`Client::sign`].
    pub fn is_key(&self, key: &str, text: &str) -> Result<bool, HttpError> {
        self.0.keys.is(key, text)
    }

    /// The first `limit` characters of foreign text as one printable line, secrets masked.
    pub fn excerpt(&self, text: &str, limit: usize) -> String {
        self.0.masks.excerpt(text.as_bytes(), limit)
    }
}

/// For what speaks to the network past this client, which is git and mail: the same rules, asked beforehand.
impl Client {
    /// The addresses of `host` (a name, or a literal address without brackets) that may be connected to.
    ///
    /// Errors: `Closed` if the configuration allows none of them, `NotFound`, `Timeout`.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, HttpError> {
        let (gate, limit) = (&self.0.gate, self.0.policy.connect_timeout);
        if let Ok(literal) = host.parse::<IpAddr>() {
            gate.check(host, literal)?;
            return Ok(vec![literal]);
        }
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        match tokio::time::timeout(limit, gate.open_addresses(&host)).await {
            Ok(found) => found,
            Err(_) => Err(HttpError::Timeout { host, stage: "address", limit }),
        }
    }

    /// The header line (`Name: value`) that carries a named secret to `url`; the caller keeps it out of logs and pages.
    ///
    /// Errors: `Secret` if there is none of this name or it is not bound to that host, `Address`.
    pub fn credential(&self, name: &str, url: &str) -> Result<String, HttpError> {
        let url = Request::get(url).target()?;
        let secret = self.0.secret(name)?;
        secret.check(&url)?;
        let value = secret.value.to_str().unwrap_or_default();
        Ok(format!("{}: {value}", secret.header))
    }

    /// User name and password of a named secret with the scheme `basic:USER`, for a server that takes no headers.
    ///
    /// Errors: `Secret` if there is none of this name and scheme or it is not bound to that host and port.
    pub(crate) fn login(&self, name: &str, host: &str, port: u16) -> Result<(String, String), HttpError> {
        let refuse = |why: String| HttpError::Secret { name: name.to_owned(), why };
        let mut all = self.0.policy.secrets.iter();
        let found = all.find_map(|s| match &s.scheme {
            SecretScheme::Basic { user } if s.name == name => Some((s, user)),
            _ => None,
        });
        let Some((secret, user)) = found else {
            return Err(refuse("no secret of this name with the scheme basic:USER is defined in the configuration".to_owned()));
        };
        let url = Request::get(format!("https://{host}:{port}/")).target()?;
        if !super::secret::bound_to(secret, &url)? {
            return Err(refuse(format!(
                "it is not bound to {host}:{port}; add the host to the secret's hosts in the configuration"
            )));
        }
        Ok((user.clone(), secret.value.clone()))
    }
}

impl Inner {
    fn secret(&self, name: &str) -> Result<&Ready, HttpError> {
        self.secrets.iter().find(|s| s.name == name).ok_or_else(|| HttpError::Secret {
            name: name.to_owned(),
            why: "no secret of this name is defined in the configuration".to_owned(),
        })
    }

    fn first_hop(&self, request: Request) -> Result<Hop<'_>, HttpError> {
        let url = match &request.address {
            Some(name) => self.keys.address(name)?.clone(),
            None => request.target()?,
        };
        let headers = request.header_map(&self.taken)?;
        let secret = request.secret.as_deref().map(|name| self.secret(name)).transpose()?;
        let second = request.second_secret.as_deref().map(|name| self.secret(name)).transpose()?;
        if let (Some(one), Some(other)) = (secret, second)
            && one.header == other.header
        {
            let why = format!("it goes into the same header as \"{}\"; give it another by its scheme", one.name);
            return Err(HttpError::Secret { name: other.name.clone(), why });
        }
        Ok(Hop { url, method: request.method, headers, body: request.body.map(Bytes::from), secret, second })
    }

    async fn exchange(&self, mut hop: Hop<'_>, max_bytes: u64, excerpt: bool) -> Result<Response, HttpError> {
        let mut followed = 0;
        loop {
            // Here and not before the loop: each target is judged anew.
            self.gate.check_url(&hop.url)?;
            for secret in hop.secret.into_iter().chain(hop.second) {
                secret.check(&hop.url)?;
            }
            let host = gate::shown(&hop.url);
            let answer = self.ask(&hop).await.map_err(|e| HttpError::from_reqwest(&e, &host, self.policy.connect_timeout))?;
            let status = answer.status().as_u16();
            let location = answer.headers().get(LOCATION).filter(|_| is_redirect(status));
            let Some(location) = location else {
                return self.read(answer, &host, max_bytes, excerpt).await;
            };
            if followed == self.policy.max_redirects {
                return Err(HttpError::TooManyRedirects { host, limit: followed });
            }
            followed += 1;
            hop = hop.follow(status, location.as_bytes())?;
        }
    }

    async fn ask(&self, hop: &Hop<'_>) -> reqwest::Result<reqwest::Response> {
        let mut headers = hop.headers.clone();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        for secret in hop.secret.into_iter().chain(hop.second) {
            headers.insert(secret.header.clone(), secret.value.clone());
        }
        let mut builder = self.wire.request(hop.method.clone(), hop.url.clone()).headers(headers);
        if let Some(body) = &hop.body {
            builder = builder.body(body.clone());
        }
        builder.send().await
    }

    async fn read(&self, mut answer: reqwest::Response, host: &str, max_bytes: u64, excerpt: bool) -> Result<Response, HttpError> {
        let too_large = || HttpError::TooLarge { host: host.to_owned(), limit: max_bytes };
        if !excerpt && answer.content_length().is_some_and(|n| n > max_bytes) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        let broken = |e: reqwest::Error| HttpError::from_reqwest(&e, host, self.policy.connect_timeout);
        let most = usize::try_from(max_bytes).unwrap_or(usize::MAX);
        if excerpt {
            let reading = async {
                while let Ok(Some(chunk)) = answer.chunk().await {
                    body.extend_from_slice(&chunk[..chunk.len().min(most - body.len())]);
                    if body.len() == most {
                        return;
                    }
                }
            };
            let _ = tokio::time::timeout(EXCERPT_WAIT, reading).await;
        }
        while !excerpt && let Some(chunk) = answer.chunk().await.map_err(broken)? {
            if body.len() + chunk.len() > most {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        let text = |value: &HeaderValue| std::str::from_utf8(value.as_bytes()).ok().map(str::to_owned);
        let kept = answer.headers().iter().filter(|(name, _)| **name != SET_COOKIE);
        Ok(Response {
            status: answer.status().as_u16(),
            content_type: answer.headers().get(CONTENT_TYPE).and_then(text),
            headers: kept.filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value)?))).collect(),
            body,
            final_url: answer.url().to_string(),
            masks: self.masks.clone(),
        })
    }
}

fn deepest(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(inner) = last.source() {
        last = inner;
    }
    last.to_string()
}

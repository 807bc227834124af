//! The one outgoing client: every request this program makes to another machine passes through [`Client::send`].
//!
//! What it guarantees, so that no caller has to: http and https only; no private, loopback, link-local or otherwise
//! special address unless the configuration allows it, checked on the addresses that are connected to and again
//! after every redirect; named secrets that reach their bound hosts and nobody else; a limit on time, size and
//! redirects; no proxy taken from the environment; no decompression, so a small answer stays small.
//!
//! A request that timed out or broke off may have been carried out at the far end. [`HttpError::retryable`] says
//! that another attempt can succeed, not that it is harmless.

mod address;
mod client;
mod error;
mod gate;
mod hop;
mod keys;
mod net;
mod policy;
mod request;
mod response;
mod secret;
mod text;

#[cfg(test)]
mod tests;

pub use client::Client;
pub use error::HttpError;
pub use net::{Net, NetError};
pub use policy::Policy;
pub use request::Request;
pub use reqwest::Method;
pub use response::Response;
pub use secret::{Secret, SecretScheme};

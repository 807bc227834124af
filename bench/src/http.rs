//! A small HTTP/1.1 client that costs the cores as little as it can: it sends bytes that were made before and reads an
//! answer of stated length.

use anyhow::{Context, bail};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

/// Where requests go, and what they carry.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// Address and port.
    pub(crate) address: std::net::SocketAddr,
    /// A service token; empty for none.
    pub(crate) token: String,
}

impl Target {
    /// The bytes of a request.
    pub(crate) fn request(&self, method: &str, path: &str, body: &str) -> Vec<u8> {
        bytes(method, path, &self.token, body)
    }

    /// A connection.
    ///
    /// # Errors
    /// If nothing listens.
    pub(crate) async fn connect(&self) -> anyhow::Result<Conn<TcpStream>> {
        let stream = TcpStream::connect(self.address).await.with_context(|| self.address.to_string())?;
        stream.set_nodelay(true)?;
        Ok(Conn::new(stream))
    }
}

/// The bytes of a request.
pub(crate) fn bytes(method: &str, path: &str, token: &str, body: &str) -> Vec<u8> {
    let mut out = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n");
    if !token.is_empty() {
        out.push_str(&format!("authorization: Bearer {token}\r\n"));
    }
    if !body.is_empty() {
        out.push_str(&format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()));
    }
    out.push_str("\r\n");
    out.push_str(body);
    out.into_bytes()
}

/// A kept connection.
pub(crate) struct Conn<S> {
    stream: S,
    buf: Vec<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Conn<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self { stream, buf: Vec::with_capacity(64 * 1024) }
    }

    /// Sends a request and reads its answer to the end: status and body.
    ///
    /// # Errors
    /// If the connection ends, or the answer has no stated length.
    pub(crate) async fn call(&mut self, request: &[u8]) -> anyhow::Result<(u16, &[u8])> {
        self.stream.write_all(request).await?;
        self.buf.clear();
        let (status, head, length) = loop {
            if self.stream.read_buf(&mut self.buf).await? == 0 {
                bail!("the connection ended before an answer");
            }
            if let Some(end) = self.buf.windows(4).position(|w| w == b"\r\n\r\n") {
                let (status, length) = head(&self.buf[..end])?;
                break (status, end + 4, length);
            }
        };
        while self.buf.len() < head + length {
            if self.stream.read_buf(&mut self.buf).await? == 0 {
                bail!("the connection ended within an answer");
            }
        }
        Ok((status, &self.buf[head..head + length]))
    }

    /// As [`Conn::call`]; any status but 2xx is an error that shows the body.
    ///
    /// # Errors
    /// As [`Conn::call`].
    pub(crate) async fn good(&mut self, request: &[u8]) -> anyhow::Result<&[u8]> {
        let (status, body) = self.call(request).await?;
        if !(200..300).contains(&status) {
            bail!("status {status}: {}", String::from_utf8_lossy(body));
        }
        Ok(body)
    }
}

/// Status and length of the body.
fn head(bytes: &[u8]) -> anyhow::Result<(u16, usize)> {
    let text = std::str::from_utf8(bytes)?;
    let mut lines = text.split("\r\n");
    let status: u16 = lines.next().and_then(|l| l.split(' ').nth(1)).and_then(|s| s.parse().ok()).context("no status line")?;
    let length = lines.find_map(|l| {
        let (name, value) = l.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    match (status, length) {
        (204 | 304, _) => Ok((status, 0)),
        (_, Some(n)) => Ok((status, n)),
        (_, None) => bail!("an answer without content-length: {text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_and_a_missing_length_is_an_error() {
        assert_eq!(head(b"HTTP/1.1 200 OK\r\nContent-Length: 12").unwrap(), (200, 12));
        assert_eq!(head(b"HTTP/1.1 204 No Content\r\nx: y").unwrap(), (204, 0));
        assert!(head(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked").is_err());
        assert!(head(b"nonsense").is_err());
    }
}

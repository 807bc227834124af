//! The server of these tests: one play per request, then the connection closes.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What to do once a request was read.
#[derive(Debug, Clone)]
pub(super) enum Play {
    /// Send these bytes.
    Bytes(Vec<u8>),
    /// Say nothing.
    Hang,
    /// A head, then one byte every 10 ms.
    Trickle,
    /// A head, then a body as fast as it is read.
    Endless,
    /// A head that never ends.
    EndlessHead,
}

pub(super) fn answer(status: &str, headers: &str, body: &[u8]) -> Play {
    let head = format!("HTTP/1.1 {status}\r\n{headers}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    Play::Bytes([head.as_bytes(), body].concat())
}

pub(super) fn redirect(status: u16, to: &str) -> Play {
    answer(&format!("{status} Elsewhere"), &format!("Location: {to}"), b"")
}

pub(super) struct Server {
    pub(super) address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub(super) async fn start(play: impl Fn(&str) -> Play + Send + Sync + 'static) -> Server {
        Server::try_on("127.0.0.1:0", play).await.expect("a free port on loopback")
    }

    pub(super) async fn try_on(address: &str, play: impl Fn(&str) -> Play + Send + Sync + 'static) -> Option<Server> {
        let listener = TcpListener::bind(address).await.ok()?;
        let address = listener.local_addr().ok()?;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (heard, play) = (seen.clone(), Arc::new(play));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (heard, play) = (heard.clone(), play.clone());
                tokio::spawn(async move {
                    // A client that hangs up is part of these tests.
                    let _ = converse(stream, &heard, &*play).await;
                });
            }
        });
        Some(Server { address, seen, task })
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Requests so far, head and body, in order of arrival.
    pub(super) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

async fn converse(
    mut stream: TcpStream,
    heard: &Mutex<Vec<String>>,
    play: &(dyn Fn(&str) -> Play + Send + Sync),
) -> std::io::Result<()> {
    let request = read_request(&mut stream).await?;
    let play = play(&request);
    heard.lock().unwrap().push(request);
    match play {
        Play::Bytes(bytes) => stream.write_all(&bytes).await?,
        Play::Hang => std::future::pending().await,
        Play::Trickle => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
            loop {
                stream.write_all(b"x").await?;
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        Play::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
            loop {
                stream.write_all(&[b'x'; 65_536]).await?;
            }
        }
        Play::EndlessHead => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nX-Long: ").await?;
            loop {
                stream.write_all(&[b'x'; 65_536]).await?;
            }
        }
    }
    stream.shutdown().await
}

async fn read_request(stream: &mut TcpStream) -> std::io::Result<String> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let n = stream.read(&mut buffer).await?;
        bytes.extend_from_slice(&buffer[..n]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.strip_prefix("content-length: ")).and_then(|n| n.parse().ok()).unwrap_or(0);
            if body.len() >= length {
                return Ok(text);
            }
        }
        // A TLS greeting begins with 0x16 and holds no blank line to wait for: answer what was planned.
        if n == 0 || bytes.starts_with(&[0x16]) {
            return Ok(text);
        }
    }
}

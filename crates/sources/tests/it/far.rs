//! A far end on loopback that does what it is told, also what no server should.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What to do once a request was read.
#[derive(Debug, Clone)]
pub(crate) enum Play {
    /// An answer with status and its words, content type, body.
    Answer(&'static str, &'static str, String),
    /// An answer with one more line in its head: the line, content type, body.
    Headed(String, &'static str, String),
    /// To another address.
    Redirect(String),
    /// Say nothing.
    Hang,
    /// A head, then a space every 50 ms.
    Drip,
    /// A head that says JSON, then digits without end.
    Flood,
    /// Half of what was announced.
    Half,
    /// This answer once [`Far::release`] was called.
    Held(String),
}

/// An answer to an instant query with one sample.
pub(crate) fn sample(number: &str) -> Play {
    vector(&format!(r#"{{"metric":{{"job":"api"}},"value":[1794870000,"{number}"]}}"#))
}

/// An answer to an instant query with these samples.
pub(crate) fn vector(samples: &str) -> Play {
    json(&format!(r#"{{"status":"success","data":{{"resultType":"vector","result":[{samples}]}}}}"#))
}

pub(crate) fn json(body: &str) -> Play {
    Play::Answer("200 OK", "application/json", body.to_owned())
}

type Act = dyn Fn(&str) -> Play + Send + Sync;

/// The server.
pub(crate) struct Far {
    address: SocketAddr,
    act: Arc<Mutex<Arc<Act>>>,
    seen: Arc<Mutex<Vec<String>>>,
    open: watch::Sender<usize>,
    released: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Drop for Far {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Far {
    pub(crate) async fn start(play: Play) -> Far {
        Far::acting(move |_| play.clone()).await
    }

    /// `act` sees the first line of the request, percent-encoded as it came.
    pub(crate) async fn acting(act: impl Fn(&str) -> Play + Send + Sync + 'static) -> Far {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port on loopback");
        let address = listener.local_addr().expect("an address");
        let act: Arc<Mutex<Arc<Act>>> = Arc::new(Mutex::new(Arc::new(act)));
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let (open, released) = (watch::Sender::new(0), watch::Sender::new(false));
        let (acts, heard, opened, waits) = (act.clone(), seen.clone(), open.clone(), released.clone());
        let task = tokio::spawn(async move {
            let mut talks = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (acts, heard, opened, waits) = (acts.clone(), heard.clone(), opened.clone(), waits.subscribe());
                talks.spawn(async move {
                    // A client that hangs up is part of these tests.
                    let _ = talk(stream, &acts, &heard, &opened, waits).await;
                });
            }
        });
        Far { address, act, seen, open, released, task }
    }

    pub(crate) fn now(&self, play: Play) {
        *self.act.lock().unwrap() = Arc::new(move |_| play.clone());
    }

    /// Does from now on what `act` says of the first line of a request.
    pub(crate) fn acts(&self, act: impl Fn(&str) -> Play + Send + Sync + 'static) {
        *self.act.lock().unwrap() = Arc::new(act);
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// First lines of the requests so far.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// Waits until so many requests wait for an answer at once.
    pub(crate) async fn waits_for(&self, n: usize) {
        let mut open = self.open.subscribe();
        let found = tokio::time::timeout(Duration::from_secs(60), open.wait_for(|o| *o >= n)).await;
        found.expect("the requests arrive within a minute").expect("the server is there");
    }

    /// How many requests wait for an answer now.
    pub(crate) fn waiting(&self) -> usize {
        *self.open.borrow()
    }

    /// Answers everything that was held back.
    pub(crate) fn release(&self) {
        self.released.send_replace(true);
    }
}

async fn talk(
    mut stream: TcpStream,
    acts: &Mutex<Arc<Act>>,
    heard: &Mutex<Vec<String>>,
    open: &watch::Sender<usize>,
    mut released: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    while !bytes.windows(4).any(|w| w == b"\r\n\r\n") {
        match stream.read(&mut buffer).await? {
            0 => return Ok(()),
            n => bytes.extend_from_slice(&buffer[..n]),
        }
    }
    // A connection that is closed on an unread body is reset, and the answer is lost.
    let head = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or(0) + 4;
    let lower = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let length = lower.lines().find_map(|l| l.strip_prefix("content-length:")?.trim().parse().ok()).unwrap_or(0);
    while bytes.len() < head + length {
        match stream.read(&mut buffer).await? {
            0 => return Ok(()),
            n => bytes.extend_from_slice(&buffer[..n]),
        }
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let line = text.lines().next().unwrap_or("").to_owned();
    heard.lock().unwrap().push(text);
    let act = acts.lock().unwrap().clone();
    let head = |status: &str, kind: &str, length: usize| {
        format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")
    };
    match act(&line) {
        Play::Answer(status, kind, body) => {
            stream.write_all(head(status, kind, body.len()).as_bytes()).await?;
            stream.write_all(body.as_bytes()).await?;
        }
        Play::Headed(more, kind, body) => {
            let head = head("200 OK", kind, body.len()).replacen("\r\n", &format!("\r\n{more}\r\n"), 1);
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(body.as_bytes()).await?;
        }
        Play::Redirect(to) => {
            let head = format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            stream.write_all(head.as_bytes()).await?;
        }
        Play::Hang => {
            open.send_modify(|n| *n += 1);
            // Until the other side hangs up.
            let _ = stream.read(&mut buffer).await;
            open.send_modify(|n| *n -= 1);
        }
        Play::Drip => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n").await?;
            loop {
                stream.write_all(b" ").await?;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        Play::Flood => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n").await?;
            loop {
                stream.write_all(&[b'1'; 8192]).await?;
            }
        }
        Play::Half => {
            let body = r#"{"status":"success","data":{"#;
            stream.write_all(head("200 OK", "application/json", 4000).as_bytes()).await?;
            stream.write_all(body.as_bytes()).await?;
        }
        Play::Held(body) => {
            open.send_modify(|n| *n += 1);
            let _ = released.wait_for(|r| *r).await;
            open.send_modify(|n| *n -= 1);
            stream.write_all(head("200 OK", "application/json", body.len()).as_bytes()).await?;
            stream.write_all(body.as_bytes()).await?;
        }
    }
    stream.shutdown().await
}

//! The far ends: a small HTTP server and a small server that takes mail, each on a port of its own.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// One request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Got {
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// What to answer: status line and headers, or nothing until the caller hangs up.
#[derive(Debug, Clone)]
pub(crate) enum Say {
    Status(&'static str, &'static str),
    Hang,
}

/// A server that answers 200 unless it was told what to say first.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    got: Arc<Mutex<Vec<Got>>>,
    says: Arc<Mutex<VecDeque<Say>>>,
    task: JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        Self::on("127.0.0.1:0".parse().unwrap()).await
    }

    /// On an address that was used before.
    pub(crate) async fn on(address: SocketAddr) -> Self {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(address).unwrap();
        let listener = socket.listen(64).unwrap();
        let address = listener.local_addr().unwrap();
        let (got, says) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(VecDeque::new())));
        let (heard, told) = (Arc::clone(&got), Arc::clone(&says));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (heard, told) = (Arc::clone(&heard), Arc::clone(&told));
                tokio::spawn(async move {
                    let mut stream = BufReader::new(stream);
                    let mut line = String::new();
                    stream.read_line(&mut line).await.unwrap();
                    let path = line.split(' ').nth(1).unwrap_or("").to_owned();
                    let mut headers = Vec::new();
                    loop {
                        let mut line = String::new();
                        stream.read_line(&mut line).await.unwrap();
                        match line.trim_end().split_once(": ") {
                            Some((n, v)) => headers.push((n.to_ascii_lowercase(), v.to_owned())),
                            None => break,
                        }
                    }
                    let length = headers.iter().find(|(n, _)| n == "content-length").map_or(0, |(_, v)| v.parse().unwrap());
                    let mut body = vec![0; length];
                    stream.read_exact(&mut body).await.unwrap();
                    heard.lock().unwrap().push(Got { path, headers, body });
                    let say = told.lock().unwrap().pop_front().unwrap_or(Say::Status("200 OK", ""));
                    match say {
                        Say::Hang => tokio::time::sleep(Duration::from_secs(3600)).await,
                        Say::Status(status, headers) => {
                            let body = "no_team";
                            let answer = format!(
                                "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
                                body.len()
                            );
                            // A caller that was killed is part of these tests.
                            let _ = stream.write_all(answer.as_bytes()).await;
                        }
                    }
                });
            }
        });
        Self { address, got, says, task }
    }

    pub(crate) fn says(&self, all: &[Say]) {
        self.says.lock().unwrap().extend(all.iter().cloned());
    }

    pub(crate) fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }
}

/// A server that takes mail; it answers each receiver's address as it was told, else it takes it.
pub(crate) struct Post {
    pub(crate) address: SocketAddr,
    mails: Arc<Mutex<Vec<(String, String)>>>,
    says: Arc<Mutex<VecDeque<&'static str>>>,
    logins: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Drop for Post {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Post {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (mails, says, logins) =
            (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(VecDeque::new())), Arc::new(Mutex::new(Vec::new())));
        let (taken, told, signed) = (Arc::clone(&mails), Arc::clone(&says), Arc::clone(&logins));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (taken, told, signed) = (Arc::clone(&taken), Arc::clone(&told), Arc::clone(&signed));
                tokio::spawn(async move {
                    let mut stream = BufReader::new(stream);
                    let mut to = String::new();
                    let _ = stream.write_all(b"220 post.example ESMTP\r\n").await;
                    loop {
                        let mut line = String::new();
                        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                            return;
                        }
                        let verb = line.split_whitespace().next().unwrap_or("").to_ascii_uppercase();
                        let answer = match verb.as_str() {
                            "EHLO" => "250-post.example\r\n250 AUTH PLAIN".to_owned(),
                            "AUTH" => {
                                signed.lock().unwrap().push(line.trim().to_owned());
                                "235 2.7.0 Accepted".to_owned()
                            }
                            "RCPT" => {
                                to = line.split(['<', '>']).nth(1).unwrap_or("").to_owned();
                                told.lock().unwrap().pop_front().unwrap_or("250 OK").to_owned()
                            }
                            "DATA" => {
                                let _ = stream.write_all(b"354 Go ahead\r\n").await;
                                let mut text = String::new();
                                loop {
                                    let mut line = String::new();
                                    if stream.read_line(&mut line).await.unwrap_or(0) == 0 || line == ".\r\n" {
                                        break;
                                    }
                                    text.push_str(&line);
                                }
                                taken.lock().unwrap().push((to.clone(), text));
                                "250 OK queued".to_owned()
                            }
                            "QUIT" => "221 Bye".to_owned(),
                            _ => "250 OK".to_owned(),
                        };
                        if stream.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Self { address, mails, says, logins, task }
    }

    /// Answers to the next receivers.
    pub(crate) fn says(&self, all: &[&'static str]) {
        self.says.lock().unwrap().extend(all.iter().copied());
    }

    /// Receiver and text of each mail.
    pub(crate) fn mails(&self) -> Vec<(String, String)> {
        self.mails.lock().unwrap().clone()
    }

    pub(crate) fn logins(&self) -> Vec<String> {
        self.logins.lock().unwrap().clone()
    }
}

/// An address of this machine on which nobody listens.
pub(crate) async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

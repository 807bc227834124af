//! The real server is killed at random instants while it delivers, and its receiver hangs up, refuses and goes away in between:
//! every message whose cause was acknowledged arrives, and one that arrives twice has the same id and the same text.
//!
//! 12 instants; 120 with `BELLWETHER_FULL` in the environment.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kernel::config::environment;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use crate::process::{Folder, Server, free_port, http, run_with};
use crate::random::Rng;

/// Ids with the texts that came under them.
type Got = Arc<Mutex<BTreeMap<String, Vec<String>>>>;

/// Messages that one sender sends between two kills at most: in a lane each waits for those before it, and for their next tries.
const EACH: usize = 5;

/// A receiver that takes its time, and of ten requests answers one with 503 and cuts one off, until it is `well`.
async fn receiver(port: u16, got: Got, seed: u64, well: Arc<AtomicBool>) {
    let listener = loop {
        // The port of the one before is free again in a moment.
        match TcpListener::bind(("127.0.0.1", port)).await {
            Ok(l) => break l,
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    let rng = Arc::new(Mutex::new(Rng(seed)));
    while let Ok((stream, _)) = listener.accept().await {
        let (got, rng, well) = (Arc::clone(&got), Arc::clone(&rng), Arc::clone(&well));
        tokio::spawn(async move {
            let mut stream = BufReader::new(stream);
            let (mut id, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                    return;
                }
                match line.trim_end().split_once(": ") {
                    Some((n, v)) if n.eq_ignore_ascii_case("webhook-id") => id = v.to_owned(),
                    Some((n, v)) if n.eq_ignore_ascii_case("content-length") => length = v.parse().unwrap(),
                    _ if line == "\r\n" => break,
                    _ => {}
                }
            }
            let mut body = vec![0; length];
            if stream.read_exact(&mut body).await.is_err() {
                return;
            }
            let fate = if well.load(Ordering::Relaxed) { 9 } else { rng.lock().unwrap().below(10) };
            if fate > 0 {
                got.lock().unwrap().entry(id).or_default().push(String::from_utf8(body).unwrap());
            }
            tokio::time::sleep(Duration::from_millis(15)).await;
            let answer = match fate {
                0 => "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                1 => return,
                _ => "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
            };
            // A sender that was killed hears nothing.
            let _ = stream.write_all(answer.as_bytes()).await;
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_point_of_a_delivery_it_loses_no_message() {
    let rounds = if environment("BELLWETHER_FULL").is_some() { 120 } else { 12 };
    let folder = Folder::new();
    let (data, port) = (folder.data(), free_port());
    let address = folder.write("hook.url", &format!("http://127.0.0.1:{port}/T0KEN\n"));
    let key = folder.write("hook.key", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    let settings = folder.write(
        "bellwether.toml",
        &format!(
            "[outgoing]\nallow = [\"127.0.0.1/32\"]\n[[secret]]\nname = \"hook\"\nscheme = \"address\"\nhosts = \
             [\"127.0.0.1:{port}\"]\nfile = {address:?}\n[[secret]]\nname = \"key\"\nscheme = \"key\"\nfile = {key:?}\n"
        ),
    );
    let lanes = 4;
    let channels: String = (0..lanes)
        .map(|n| {
            format!("  - name: Hook {n}\n    topics: [operation]\n    to: {{ kind: webhook, secret: hook, signed_with: [key] }}\n")
        })
        .collect();
    let file = folder.write("first.yaml", &format!("form: bellwether/v1\nchannels:\n{channels}"));
    // Links in a message begin with it, so it stays while the port does not.
    let env = [("BELLWETHER_CONFIG", settings.to_str().unwrap()), ("BELLWETHER_PUBLIC_URL", "http://bellwether.example")];
    run_with(&data, &["migrate"], &env, "").good();
    run_with(&data, &["apply", file.to_str().unwrap()], &env, "").good();
    let made = run_with(&data, &["token", "make", "tests", "--right", "channels.write", "--json"], &env, "").json();
    let token = made["secret"].as_str().unwrap().to_owned();

    let (got, well) = (Got::default(), Arc::new(AtomicBool::new(false)));
    let mut rng = Rng(20_261_130);
    let mut acknowledged = Vec::new();
    let mut far = tokio::spawn(receiver(port, Arc::clone(&got), 1, Arc::clone(&well)));
    for round in 0..rounds {
        let server = Server::start_with(&data, free_port(), &env);
        let mut senders = Vec::new();
        for lane in 0..lanes {
            let (url, token) = (server.url(&format!("/api/v1/channels/hook-{lane}/test")), token.clone());
            senders.push(tokio::spawn(async move {
                let mut ids: Vec<String> = Vec::new();
                let client = http();
                while ids.len() < EACH
                    && let Ok(answer) = client.post(&url).bearer_auth(&token).send().await
                {
                    let status = answer.status();
                    let Ok(text) = answer.text().await else { break };
                    assert!(status == 200 || status == 503, "{status} {text}");
                    if status == 200 {
                        let said: Value = serde_json::from_str(&text).unwrap();
                        ids.push(said["id"].as_str().unwrap().to_owned());
                    }
                }
                ids
            }));
        }
        tokio::time::sleep(Duration::from_millis(50 + rng.next() % 300)).await;
        if round % 3 == 2 {
            // The receiver goes first, and comes back for the next round.
            far.abort();
            let _ = (&mut far).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        server.kill();
        for sender in senders {
            acknowledged.extend(sender.await.unwrap());
        }
        if far.is_finished() {
            far = tokio::spawn(receiver(port, Arc::clone(&got), 2 + round, Arc::clone(&well)));
        }
    }
    assert!(acknowledged.len() as u64 > rounds, "too few messages to say anything: {}", acknowledged.len());

    well.store(true, Ordering::Relaxed);
    let server = Server::start_with(&data, free_port(), &env);
    let client = http();
    let ask = async |path: &str| -> Value {
        let answer = client.get(server.url(path)).bearer_auth(&token).send().await.unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    };
    // What waits for its next try is waited for: the first waits are ten to forty seconds.
    let watch = kernel::time::Stopwatch::start();
    loop {
        let missing = acknowledged.iter().filter(|id| !got.lock().unwrap().contains_key(&format!("msg_{id}"))).count();
        if missing == 0 {
            break;
        }
        assert!(watch.elapsed() < Duration::from_secs(180), "{missing} of {} messages never arrived", acknowledged.len());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(ask("/api/v1/dead-letters").await["items"], json!([]));
    let all = got.lock().unwrap().clone();
    let twice = all.values().filter(|texts| texts.len() > 1).count();
    for (id, texts) in &all {
        assert!(texts.iter().all(|t| *t == texts[0]), "{id} came with two texts");
    }
    eprintln!(
        "{rounds} kills: {} messages acknowledged, {} arrived, {twice} of them more than once",
        acknowledged.len(),
        all.len()
    );
    server.stop();
}

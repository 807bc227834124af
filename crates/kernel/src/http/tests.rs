//! Whole exchanges against a small server on loopback. It speaks raw bytes, so that it can also misbehave.

mod server;

use super::gate::Lookup;
use super::{Client, HttpError, Net, Policy, Request, Secret, SecretScheme};
use futures_util::future::BoxFuture;
use server::{Play, Server, answer, redirect};
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

fn policy() -> Policy {
    Policy { allow: vec!["127.0.0.1".parse::<Net>().unwrap()], ..Policy::default() }
}

async fn get(policy: Policy, url: &str) -> Result<super::Response, HttpError> {
    Client::new(policy).unwrap().send(Request::get(url)).await
}

/// A resolver that knows what it is told; a name without entry never resolves, as a dead name server's.
struct Names(Vec<(&'static str, Vec<&'static str>)>);

impl Lookup for Names {
    fn lookup(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        match self.0.iter().find(|(name, _)| *name == host) {
            Some((_, found)) => Box::pin(std::future::ready(Ok(found.iter().map(|a| a.parse().unwrap()).collect()))),
            None => Box::pin(std::future::pending()),
        }
    }
}

async fn get_by_name(
    policy: Policy,
    names: Vec<(&'static str, Vec<&'static str>)>,
    url: &str,
) -> Result<super::Response, HttpError> {
    Client::with_lookup(policy, Arc::new(Names(names))).unwrap().send(Request::get(url)).await
}

fn secret(scheme: SecretScheme, hosts: &[&str]) -> Secret {
    Secret { name: "git".to_owned(), value: "s3cr3t".to_owned(), hosts: hosts.iter().map(|h| (*h).to_owned()).collect(), scheme }
}

#[tokio::test]
async fn an_answer_arrives_whole_with_the_request_as_asked() {
    let server =
        Server::start(|_| answer("200 OK", "Content-Type: application/json\r\nSet-Cookie: a=b\r\nLink: <x>", b"{\"a\":[1]}")).await;
    let request = Request::post(server.url("/v1?x=1"), "text/plain", b"hello".to_vec())
        .query("q", "a b")
        .header("X-Own", "1")
        .accept("application/json");
    let response = Client::new(policy()).unwrap().send(request).await.unwrap();
    assert_eq!((response.status, response.content_type.as_deref()), (200, Some("application/json")));
    assert_eq!(response.expect_json::<serde_json::Value>().unwrap(), serde_json::json!({"a": [1]}));
    assert_eq!(response.final_url, server.url("/v1?x=1&q=a+b"));
    assert_eq!(response.header("Link"), Some("<x>"));
    assert_eq!(response.header("set-cookie"), None);
    let seen = server.seen();
    assert!(seen[0].starts_with("POST /v1?x=1&q=a+b HTTP/1.1\r\n") && seen[0].ends_with("\r\n\r\nhello"), "{seen:?}");
    for line in [
        "accept: application/json\r\n",
        "x-own: 1\r\n",
        "content-type: text/plain\r\n",
        "accept-encoding: identity\r\n",
        "user-agent: bellwether/",
    ] {
        assert!(seen[0].contains(line), "{line}: {seen:?}");
    }
}

#[tokio::test]
async fn a_failing_server_is_an_answer_until_json_is_expected() {
    let server = Server::start(|_| answer("500 Oops", "Content-Type: text/html", b"<h1>Oops</h1>")).await;
    let response = get(policy(), &server.url("/")).await.unwrap();
    assert_eq!((response.status, response.is_success()), (500, false));
    let error = response.expect_json::<serde_json::Value>().unwrap_err();
    assert!(error.retryable());
    assert!(
        error.to_string().contains("status 500 and content type text/html") && error.to_string().contains("<h1>Oops</h1>"),
        "{error}"
    );
}

#[tokio::test]
async fn html_where_json_was_expected_is_not_retryable() {
    let server = Server::start(|_| answer("200 OK", "Content-Type: text/html", b"<html>Sign in")).await;
    let error = get(policy(), &server.url("/")).await.unwrap().expect_json::<serde_json::Value>().unwrap_err();
    assert!(!error.retryable() && error.to_string().contains("<html>Sign in"), "{error}");
}

#[tokio::test]
async fn silence_and_a_trickle_without_end_run_into_the_time_limit() {
    for play in [Play::Hang, Play::Trickle] {
        let server = Server::start(move |_| play.clone()).await;
        let limit = Duration::from_millis(250);
        let error = get(Policy { timeout: limit, ..policy() }, &server.url("/")).await.unwrap_err();
        assert!(matches!(&error, HttpError::Timeout { stage: "complete answer", limit: l, .. } if *l == limit), "{error:?}");
        assert!(error.retryable() && error.to_string().contains("within 250 ms"), "{error}");
        let own = Request { timeout: Some(Duration::from_millis(50)), ..Request::get(server.url("/")) };
        let error = Client::new(policy()).unwrap().send(own).await.unwrap_err();
        assert!(error.to_string().contains("within 50 ms"), "{error}");
    }
}

#[tokio::test]
async fn a_name_that_never_resolves_runs_into_the_connection_limit() {
    let limits = Policy { connect_timeout: Duration::from_millis(50), ..policy() };
    let error = get_by_name(limits, vec![], "http://dead.example/").await.unwrap_err();
    assert!(matches!(error, HttpError::Timeout { stage: "connection", .. }), "{error:?}");
}

#[tokio::test]
async fn a_body_without_end_or_above_the_limit_is_too_large() {
    let server = Server::start(|head| match head.contains("/endless") {
        true => Play::Endless,
        false => answer("200 OK", "X-A: b", &[b'x'; 1000]),
    })
    .await;
    let error = get(policy(), &server.url("/endless")).await.unwrap_err();
    assert!(matches!(error, HttpError::TooLarge { limit: 8_388_608, .. }) && !error.retryable(), "{error:?}");
    let sized = |max| Request { max_bytes: Some(max), ..Request::get(server.url("/sized")) };
    let client = Client::new(policy()).unwrap();
    assert_eq!(client.send(sized(1000)).await.unwrap().body.len(), 1000);
    assert!(matches!(client.send(sized(999)).await, Err(HttpError::TooLarge { limit: 999, .. })));
    // Where only the status counts, the body is cut.
    let cut = client.send(Request { excerpt: true, ..sized(10) }).await.unwrap();
    assert_eq!((cut.status, cut.body.len()), (200, 10));
    let endless = Request { excerpt: true, max_bytes: Some(10), ..Request::get(server.url("/endless")) };
    assert_eq!(client.send(endless).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_compressed_body_is_handed_over_as_it_came() {
    // The head of a gzip stream: a client that inflates would fail on it or hand over something else.
    const PACKED: [u8; 12] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff];
    for encoding in ["gzip", "br", "zstd", "deflate"] {
        let server = Server::start(move |_| answer("200 OK", &format!("Content-Encoding: {encoding}"), &PACKED)).await;
        let response = get(policy(), &server.url("/")).await.unwrap();
        assert_eq!(response.body, PACKED);
        assert!(response.expect_json::<serde_json::Value>().unwrap_err().to_string().contains(&format!("compressed ({encoding})")));
    }
}

#[tokio::test]
async fn heads_without_end_and_nonsense_are_broken_answers() {
    for play in [
        Play::EndlessHead,
        Play::Bytes(b"SSH-2.0-OpenSSH\r\n".to_vec()),
        Play::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx".to_vec()),
        Play::Bytes(vec![]),
    ] {
        let shown = format!("{play:?}");
        let server = Server::start(move |_| play.clone()).await;
        let error = get(policy(), &server.url("/")).await.unwrap_err();
        assert!(matches!(error, HttpError::Broken { .. }) && error.retryable(), "{shown}: {error:?}");
    }
}

#[tokio::test]
async fn redirects_are_followed_to_the_limit() {
    let server = Server::start(|head| match head.split(' ').nth(1) {
        Some("/loop") => redirect(302, "/loop"),
        Some("/1") => redirect(301, "/2?x=1"),
        _ => answer("200 OK", "X-A: b", b"there"),
    })
    .await;
    let response = get(policy(), &server.url("/1")).await.unwrap();
    assert_eq!((response.body.as_slice(), response.final_url), (&b"there"[..], server.url("/2?x=1")));
    let before = server.seen().len();
    let error = get(policy(), &server.url("/loop")).await.unwrap_err();
    assert!(matches!(error, HttpError::TooManyRedirects { limit: 5, .. }) && !error.retryable(), "{error:?}");
    assert_eq!(server.seen().len() - before, 6);
    assert!(matches!(
        get(Policy { max_redirects: 0, ..policy() }, &server.url("/1")).await,
        Err(HttpError::TooManyRedirects { limit: 0, .. })
    ));
}

#[tokio::test]
async fn a_redirect_is_judged_like_a_first_address() {
    for (to, part) in [
        ("http://10.0.0.5/", "10.0.0.5 is a private address. Add \"10.0.0.0/8\""),
        ("http://127.0.0.2/", "127.0.0.2 is a loopback address. Add \"127.0.0.2/32\""),
        ("http://0x7f.0.0.3/", "127.0.0.3 is a loopback address"),
        ("http://[::ffff:169.254.169.254]/", "is a link-local address"),
        (
            "http://metadata.example/",
            "metadata.example resolves to 169.254.169.254, a link-local address. Add \"169.254.169.254/32\"",
        ),
        ("file:///etc/passwd", "only http and https"),
        ("https://u:pa55@a.example/", "user name or password"),
    ] {
        let server = Server::start(move |_| redirect(302, to)).await;
        let error = get_by_name(policy(), vec![("metadata.example", vec!["169.254.169.254"])], &server.url("/")).await.unwrap_err();
        assert!(error.to_string().contains(part) && !error.to_string().contains("pa55"), "{error}");
        assert!(!error.retryable());
    }
}

#[tokio::test]
async fn names_are_judged_by_the_addresses_connected_to() {
    let server = Server::start(|_| answer("200 OK", "X-A: b", b"here")).await;
    let port = server.address.port();
    let names = || {
        vec![
            ("prometheus.internal", vec!["10.0.0.5"]),
            ("here.example", vec!["127.0.0.1"]),
            ("mixed.example", vec!["10.0.0.5", "127.0.0.1"]),
            ("mapped.example", vec!["::ffff:10.0.0.5"]),
            ("localhost", vec!["93.184.215.14"]),
            ("empty.example", vec![]),
        ]
    };
    let error = get_by_name(policy(), names(), "http://prometheus.internal:9090/api").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "prometheus.internal resolves to 10.0.0.5, a private address. Add \"10.0.0.0/8\" to [outgoing] allow in the configuration if this is meant."
    );
    // A name with one open address is reached there, and a final dot makes no difference.
    for host in ["here.example", "mixed.example", "here.example."] {
        assert_eq!(get_by_name(policy(), names(), &format!("http://{host}:{port}/")).await.unwrap().body, b"here");
    }
    // An entry by name opens that name and no other.
    let by_name = || Policy { allow: vec!["here.example".parse().unwrap()], ..Policy::default() };
    assert_eq!(get_by_name(by_name(), names(), &format!("http://HERE.example:{port}/")).await.unwrap().status, 200);
    for host in ["mixed.example", "mapped.example"] {
        assert!(matches!(get_by_name(by_name(), names(), &format!("http://{host}:{port}/")).await, Err(HttpError::Closed { .. })));
    }
    for (url, part) in [("http://localhost/", "not on this machine"), ("http://empty.example/", "the name has no address")] {
        let error = get_by_name(policy(), names(), url).await.unwrap_err();
        assert!(matches!(error, HttpError::NotFound { .. }) && error.to_string().contains(part), "{error}");
    }
}

#[tokio::test]
async fn nothing_special_is_reached_without_an_entry() {
    let server = Server::start(|_| answer("200 OK", "X-A: b", b"here")).await;
    let port = server.address.port();
    for host in ["127.0.0.1", "localhost", "2130706433", "0177.1", "[::ffff:127.0.0.1]", "0.0.0.0"] {
        let error = get(Policy::default(), &format!("http://{host}:{port}/")).await.unwrap_err();
        assert!(matches!(error, HttpError::Closed { .. }), "{host}: {error:?}");
    }
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn secrets_go_to_their_hosts_in_their_form() {
    for (scheme, line) in [
        (SecretScheme::Bearer, "authorization: Bearer s3cr3t\r\n"),
        (SecretScheme::Basic { user: "me".to_owned() }, "authorization: Basic bWU6czNjcjN0\r\n"),
        (SecretScheme::Header("Private-Token".to_owned()), "private-token: s3cr3t\r\n"),
    ] {
        let server = Server::start(|_| answer("200 OK", "X-A: b", b"\"s3cr3t bWU6czNjcjN0\"")).await;
        let client = Client::new(Policy { secrets: vec![secret(scheme, &["127.0.0.1"])], ..policy() }).unwrap();
        let response = client.send(Request::get(server.url("/")).secret("git")).await.unwrap();
        assert!(server.seen()[0].contains(line), "{:?}", server.seen());
        client.send(Request::get(server.url("/"))).await.unwrap();
        assert!(!server.seen()[1].contains("s3cr3t"));
        let error = response.expect_json::<u8>().unwrap_err();
        assert!(!format!("{error} {error:?} {client:?} {response:?}").contains("s3cr3t"), "{error}");
    }
}

#[tokio::test]
async fn secrets_go_nowhere_else() {
    let other = Server::start(|_| answer("200 OK", "X-A: b", b"")).await;
    let target = other.url("/");
    let server = Server::start(move |head| {
        if head.starts_with("GET /same ") {
            redirect(302, "/there")
        } else if head.starts_with("GET /there ") {
            answer("200 OK", "X-A: b", b"")
        } else {
            redirect(307, &target)
        }
    })
    .await;
    let client = |hosts: &[&str]| Client::new(Policy { secrets: vec![secret(SecretScheme::Bearer, hosts)], ..policy() }).unwrap();
    // On the same host a redirect keeps it; to another port it is an error and the other server hears nothing.
    client(&["127.0.0.1"]).send(Request::get(server.url("/same")).secret("git")).await.unwrap();
    assert!(server.seen()[1].contains("authorization: Bearer s3cr3t"));
    let error = client(&["127.0.0.1"]).send(Request::get(server.url("/")).secret("git")).await.unwrap_err();
    assert!(matches!(&error, HttpError::Redirect { .. }) && !format!("{error:?}").contains("s3cr3t"), "{error:?}");
    let error = client(&["127.0.0.1"]).send(Request::post(server.url("/"), "text/plain", b"x".to_vec())).await.unwrap_err();
    assert!(error.to_string().contains("not passed on"), "{error}");
    assert_eq!(other.seen().len(), 0);
    // Without secret or body the redirect is followed, and the caller's header stays behind.
    client(&["127.0.0.1"]).send(Request::get(server.url("/")).header("X-Own", "1")).await.unwrap();
    assert!(!other.seen()[0].contains("x-own"), "{:?}", other.seen());
    let before = server.seen().len();
    for (request, part) in [
        (Request::get(server.url("/")).secret("git"), "is not bound to 127.0.0.1"),
        (Request::get("http://git.example/").secret("git"), "over http"),
        (Request::get(server.url("/")).secret("nil"), "no secret of this name"),
    ] {
        let error = client(&["git.example"]).send(request).await.unwrap_err();
        assert!(error.to_string().contains(part) && !format!("{error:?}").contains("s3cr3t"), "{error}");
    }
    assert_eq!(server.seen().len(), before);
}

#[tokio::test]
async fn what_speaks_past_the_client_is_told_the_same_rules() {
    let names = Names(vec![("inside.example", vec!["10.0.0.5"]), ("here.example", vec!["10.0.0.5", "127.0.0.1"])]);
    let limits = Policy {
        secrets: vec![secret(SecretScheme::Bearer, &["git.example"])],
        connect_timeout: Duration::from_millis(50),
        ..policy()
    };
    let client = Client::with_lookup(limits, Arc::new(names)).unwrap();
    assert_eq!(client.addresses("Here.example.").await.unwrap(), ["127.0.0.1".parse::<IpAddr>().unwrap()]);
    assert!(matches!(client.addresses("dead.example").await, Err(HttpError::Timeout { stage: "address", .. })));
    assert_eq!(client.addresses("127.0.0.1").await.unwrap(), ["127.0.0.1".parse::<IpAddr>().unwrap()]);
    for host in ["10.0.0.5", "::1", "169.254.169.254", "inside.example"] {
        assert!(matches!(client.addresses(host).await, Err(HttpError::Closed { .. })), "{host}");
    }
    assert_eq!(client.credential("git", "https://git.example/a.git").unwrap(), "authorization: Bearer s3cr3t");
    for (name, url) in [("git", "https://other.example/a"), ("git", "http://git.example/a"), ("nil", "https://git.example/a")] {
        let error = client.credential(name, url).unwrap_err();
        assert!(matches!(error, HttpError::Secret { .. }) && !format!("{error:?}").contains("s3cr3t"), "{error:?}");
    }
}

#[tokio::test]
async fn headers_that_would_inject_are_refused_before_anything_is_sent() {
    let server = Server::start(|_| answer("200 OK", "X-A: b", b"")).await;
    for (name, value) in [("X-A", "b\r\nX-C: d"), ("X-A\r\nX-C", "d"), ("Authorization", "Bearer x")] {
        let error = Client::new(policy()).unwrap().send(Request::get(server.url("/")).header(name, value)).await.unwrap_err();
        assert!(matches!(error, HttpError::Header { .. }), "{error:?}");
    }
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn refused_connections_and_failed_handshakes() {
    // Bound and let go again: nobody is there.
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = get(policy(), &format!("http://{gone}/")).await.unwrap_err();
    assert!(matches!(error, HttpError::Unreachable { .. }) && error.retryable(), "{error:?}");
    let server = Server::start(|_| answer("200 OK", "X-A: b", b"")).await;
    let error = get(policy(), &server.url("/").replace("http:", "https:")).await.unwrap_err();
    assert!(matches!(error, HttpError::Tls { .. }) && !error.retryable(), "{error:?}");
}

#[tokio::test]
async fn ipv6_literals_are_reached_when_allowed() {
    // A machine without IPv6 cannot bind this; the refusal is tested all the same.
    let Some(server) = Server::try_on("[::1]:0", |_| answer("200 OK", "X-A: b", b"six")).await else { return };
    let allowed = Policy { allow: vec!["::1/128".parse().unwrap()], ..Policy::default() };
    assert_eq!(get(allowed, &server.url("/")).await.unwrap().body, b"six");
    assert!(matches!(get(policy(), &server.url("/")).await, Err(HttpError::Closed { .. })));
}

#[tokio::test]
async fn policies_that_cannot_work_are_refused_at_once() {
    let twice = vec![secret(SecretScheme::Bearer, &["a.example"]), secret(SecretScheme::Bearer, &["b.example"])];
    for policy in [
        Policy { timeout: Duration::ZERO, ..policy() },
        Policy { max_bytes: 0, ..policy() },
        Policy { secrets: twice, ..policy() },
        Policy { secrets: vec![secret(SecretScheme::Bearer, &[])], ..policy() },
    ] {
        assert!(Client::new(policy).is_err());
    }
}

//! Mail goes out through the one server that the configuration names, by the same rules as every other request: no private
//! address unless allowed, a named secret bound to its host, a limit on time. Nothing is retried here; [`MailError::lasting`]
//! says whether another try can succeed.

use std::net::IpAddr;
use std::time::Duration;

use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::config::{self, MailSecurity};
use crate::http::Client;

/// Seconds that handing one mail over may take.
pub const LIMIT: Duration = Duration::from_secs(30);

/// One mail to one receiver.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Names it, the same in each try; stands before the @ of its Message-ID.
    pub id: String,
    /// Names the conversation that it belongs to, in the same form; empty for none.
    pub thread: String,
    /// Mail address of the receiver.
    pub to: String,
    /// Subject, one line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Why a mail did not go out. The text is read by users and holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailError {
    /// What happened, as a sentence.
    pub why: String,
    /// No other try will succeed: the server has refused it for good.
    pub lasting: bool,
}

impl MailError {
    fn passing(why: impl std::fmt::Display) -> Self {
        Self { why: why.to_string(), lasting: false }
    }
}

/// The settings, read.
#[derive(Debug, Clone)]
pub(crate) struct Post {
    host: String,
    port: u16,
    from: Mailbox,
}

impl Post {
    /// Reads what the configuration says; the error says how to write it.
    pub(crate) fn of(mail: &config::Mail) -> Result<Self, String> {
        let bad = || format!("server is “{}”. Write it like smtp.example.org:587.", mail.server);
        let url = url::Url::parse(&format!("smtp://{}", mail.server)).map_err(|_| bad())?;
        let (Some(host), Some(port)) = (url.host_str(), url.port()) else { return Err(bad()) };
        if !matches!(url.path(), "" | "/") || !url.username().is_empty() {
            return Err(bad());
        }
        let host = host.trim_matches(['[', ']']).to_owned();
        let from = mail.from.parse().map_err(|_| format!("from is “{}”. Write it like bellwether@example.org.", mail.from))?;
        let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if mail.security == MailSecurity::None && !here {
            return Err(format!("security = \"none\" is for a server on this machine alone; {host} needs starttls or tls."));
        }
        Ok(Self { host, port, from })
    }
}

macro_rules! headers {
    ($( $kind:ident = $name:literal; )+) => { $(
        #[derive(Clone)]
        struct $kind(String);
        impl Header for $kind {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }
            fn parse(s: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self(s.to_owned()))
            }
            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), self.0.clone())
            }
        }
    )+ };
}

headers! {
    // RFC 3834: nobody's holiday note answers a machine.
    AutoSubmitted = "Auto-Submitted";
    // The same for servers that know the other mark.
    Suppress = "X-Auto-Response-Suppress";
}

/// True for an address that mail can be sent to.
pub fn is_address(text: &str) -> bool {
    text.parse::<lettre::Address>().is_ok()
}

fn written(mail: &Mail, post: &Post) -> Result<Message, MailError> {
    let broken = |e: lettre::error::Error| MailError { why: format!("The mail cannot be written: {e}."), lasting: true };
    let to: lettre::Address =
        mail.to.parse().map_err(|_| MailError {
            why: format!("“{}” is no mail address.", crate::text::shown(&mail.to, 100)),
            lasting: true,
        })?;
    let domain = post.from.email.domain();
    let mut builder = Message::builder()
        .from(post.from.clone())
        .to(Mailbox::new(None, to))
        .subject(mail.subject.clone())
        .message_id(Some(format!("<{}@{domain}>", mail.id)))
        .header(AutoSubmitted("auto-generated".into()))
        .header(Suppress("All".into()));
    if !mail.thread.is_empty() {
        let root = format!("<{}@{domain}>", mail.thread);
        builder = builder.in_reply_to(root.clone()).references(root);
    }
    builder.multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone())).map_err(broken)
}

/// Hands one mail to the server.
///
/// # Errors
/// What went wrong, and whether another try can succeed.
pub async fn send(client: &Client, settings: Option<&config::Mail>, mail: &Mail) -> Result<(), MailError> {
    let Some(settings) = settings else {
        return Err(MailError::passing("No server that takes mail is named. Write [mail] into the configuration."));
    };
    let post = Post::of(settings).map_err(MailError::passing)?;
    let message = written(mail, &post)?;
    // The addresses come from the same gate as those of every request; a name cannot change its mind between.
    let addresses = client.addresses(&post.host).await.map_err(MailError::passing)?;
    let login = settings.secret.as_deref().map(|name| client.login(name, &post.host, post.port));
    let login = login.transpose().map_err(MailError::passing)?;
    let said = |e: &lettre::transport::smtp::Error| {
        let mut text = e.to_string();
        let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(e);
        while let Some(inner) = cause {
            text = format!("{text}: {inner}");
            cause = inner.source();
        }
        format!("{} did not take it: {}.", post.host, client.excerpt(&text, 300).trim_end_matches('.'))
    };
    let tls = |e: lettre::transport::smtp::Error| MailError::passing(said(&e));
    let tls = match settings.security {
        MailSecurity::StartTls => Tls::Required(TlsParameters::new(post.host.clone()).map_err(tls)?),
        MailSecurity::Tls => Tls::Wrapper(TlsParameters::new(post.host.clone()).map_err(tls)?),
        MailSecurity::None => Tls::None,
    };
    let mut last = MailError::passing(format!("{} has no address.", post.host));
    for address in addresses {
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.to_string())
            .port(post.port)
            .tls(tls.clone())
            .hello_name(ClientId::Domain(post.from.email.domain().to_owned()))
            .timeout(Some(LIMIT));
        if let Some((user, password)) = &login {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        match tokio::time::timeout(LIMIT, builder.build::<Tokio1Executor>().send(message.clone())).await {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(e)) if e.status().is_some() => return Err(MailError { why: said(&e), lasting: e.is_permanent() }),
            Ok(Err(e)) => last = MailError::passing(said(&e)),
            Err(_) => last = MailError::passing(format!("{} did not take it within {} s.", post.host, LIMIT.as_secs())),
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(server: &str, from: &str, security: MailSecurity) -> config::Mail {
        config::Mail { server: server.into(), from: from.into(), security, secret: None }
    }

    #[test]
    fn settings_are_read_or_refused_with_their_remedy() {
        let good = Post::of(&settings("smtp.example.org:587", "bellwether <b@example.org>", MailSecurity::StartTls)).unwrap();
        assert_eq!((good.host.as_str(), good.port), ("smtp.example.org", 587));
        Post::of(&settings("[::1]:25", "b@example.org", MailSecurity::None)).unwrap();
        for (server, from, security, part) in [
            ("smtp.example.org", "b@example.org", MailSecurity::StartTls, "smtp.example.org:587"),
            ("me@smtp.example.org:587", "b@example.org", MailSecurity::StartTls, "smtp.example.org:587"),
            ("", "b@example.org", MailSecurity::StartTls, "smtp.example.org:587"),
            ("smtp.example.org:587", "example.org", MailSecurity::StartTls, "bellwether@example.org"),
            ("smtp.example.org:25", "b@example.org", MailSecurity::None, "starttls or tls"),
        ] {
            let error = Post::of(&settings(server, from, security)).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn a_mail_is_written_with_its_names_and_no_header_can_be_smuggled_in() {
        let post = Post::of(&settings("localhost:25", "bellwether <b@example.org>", MailSecurity::None)).unwrap();
        let mail = Mail {
            id: "0001".into(),
            thread: "thread-1".into(),
            to: "ada@example.org".into(),
            subject: "Zürich\r\nBcc: eve@example.org".into(),
            text: ".\r\n.\r\nGrüße".into(),
            html: "<p>x</p>".into(),
        };
        let text = String::from_utf8(written(&mail, &post).unwrap().formatted()).unwrap();
        for part in [
            "Message-ID: <0001@example.org>",
            "References: <thread-1@example.org>",
            "Auto-Submitted: auto-generated",
            "To: ada@example.org",
            "multipart/alternative",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("\r\nBcc:"), "{text}");
        let refused = written(&Mail { to: "ada@example.org\r\nBcc: x@y".into(), ..mail }, &post).unwrap_err();
        assert!(refused.lasting);
    }
}

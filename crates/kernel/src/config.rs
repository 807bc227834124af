//! Settings: one TOML file, and a twin `BELLWETHER_*` environment variable for each plain setting. A flag beats the
//! environment, the environment beats the file. Secrets are named here and nowhere else; they come from files.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Fault, Result};
use crate::http;

/// All settings, as they stand in the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address and port to listen on. `BELLWETHER_LISTEN`. Default `127.0.0.1:8080`.
    pub listen: SocketAddr,
    /// Folder of the database, backups and the owner's socket. `BELLWETHER_DATA`. Default `./data`.
    pub data: PathBuf,
    /// `postgres://..` to use PostgreSQL instead of the embedded database. `BELLWETHER_DATABASE`, or the name of a file
    /// that holds it in `BELLWETHER_DATABASE_FILE`.
    pub database: Option<String>,
    /// What people type to get here, `https://example.org/bellwether`. A path in it is the sub-path of all links.
    /// `BELLWETHER_PUBLIC_URL`. Default: `http://` and the listening address.
    pub public_url: Option<String>,
    /// Addresses of proxies whose `X-Forwarded-For` is believed. Default: none.
    pub trusted_proxies: Vec<IpAddr>,
    /// `text` or `json`. `BELLWETHER_LOG`. Default `text`.
    pub log: LogFormat,
    /// What is logged: `info`, `debug`, or a filter such as `kernel=debug,info`. `BELLWETHER_LOG_LEVEL`.
    pub log_level: String,
    /// Largest body of a request in bytes. Default 10 MiB.
    pub max_body: usize,
    /// What the server may fetch from.
    pub outgoing: Outgoing,
    /// git collectors.
    pub git: Git,
    /// File collectors.
    pub files: Files,
    /// The server that takes mail. Without it no channel can mail.
    pub mail: Option<Mail>,
    /// Names of secrets, each bound to hosts.
    #[serde(rename = "secret")]
    pub secrets: Vec<Secret>,
}

/// `text` for people, `json` for machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One line a sentence.
    Text,
    /// One JSON object a line.
    Json,
}

/// The outgoing client's settings.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Outgoing {
    /// Private, loopback or link-local networks or host names that may be fetched from: `10.0.0.0/8`, `127.0.0.1/32`,
    /// `prometheus.internal`. Default: none.
    pub allow: Vec<String>,
    /// Seconds that a whole exchange may take. Default 20.
    pub timeout_seconds: Option<u64>,
    /// Largest answer in bytes. Default 8 MiB.
    pub max_bytes: Option<u64>,
}

/// git collectors' settings.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Git {
    /// Folders under which local repositories may be read. Default: none.
    pub roots: Vec<PathBuf>,
}

/// File collectors' settings.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Files {
    /// Folders under which CSV files may be read. Default: none.
    pub roots: Vec<PathBuf>,
}

/// The server that takes mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// Host and port: `smtp.example.org:587`.
    pub server: String,
    /// What mail comes from: `bellwether@example.org`, or `bellwether <bellwether@example.org>`.
    pub from: String,
    /// `starttls` (default), `tls` from the first byte, or `none`, which is for a server on this machine alone.
    #[serde(default)]
    pub security: MailSecurity,
    /// Name of the secret to sign in with, of the scheme `basic:USER`. Default: none.
    #[serde(default)]
    pub secret: Option<String>,
}

/// How the connection to the server that takes mail is kept private.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// Encrypted after a greeting in plain text; never goes on without.
    #[default]
    StartTls,
    /// Encrypted from the first byte.
    Tls,
    /// Not at all; for a server on this machine alone.
    None,
}

/// A secret by name.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// Sources refer to it by this name.
    pub name: String,
    /// Hosts that it may be sent to.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// File that holds the value.
    pub file: PathBuf,
    /// `bearer` (default), `basic:USER` or `header:NAME`; `address` if the value is the complete address that is sent to, such as
    /// that of a chat's incoming webhook; `key` if it signs messages and is never sent (then `hosts` may be left out).
    #[serde(default = "bearer")]
    pub scheme: String,
}

fn bearer() -> String {
    "bearer".into()
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secret({} for {:?}, from {})", self.name, self.hosts, self.file.display())
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data: "data".into(),
            database: None,
            public_url: None,
            trusted_proxies: Vec::new(),
            log: LogFormat::Text,
            log_level: "info".into(),
            max_body: 10 * 1024 * 1024,
            outgoing: Outgoing::default(),
            git: Git::default(),
            files: Files::default(),
            mail: None,
            secrets: Vec::new(),
        }
    }
}

/// Reads one environment variable; tests give their own.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The process's environment.
// The one place that reads it.
#[allow(clippy::disallowed_methods)]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|v| !v.is_empty())
}

impl Config {
    /// Reads the file, if one is named, then the environment.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault, its place and its remedy.
    pub fn load(file: Option<&Path>, env: Env<'_>) -> Result<Self> {
        let mut config = match file {
            None => Self::default(),
            Some(path) => {
                let place = path.display().to_string();
                let text =
                    std::fs::read_to_string(path).map_err(|e| Error::invalid(&place, format!("{place} cannot be read: {e}.")))?;
                toml::from_str(&text).map_err(|e| Error::invalid(&place, format!("{place}: {e}")))?
            }
        };
        config.overlay(env)?;
        config.check()?;
        Ok(config)
    }

    fn overlay(&mut self, env: Env<'_>) -> Result<()> {
        let mut faults = Vec::new();
        fn parse<T: std::str::FromStr>(name: &str, text: &str, like: &str, faults: &mut Vec<Fault>) -> Option<T> {
            let value = text.parse().ok();
            if value.is_none() {
                faults.push(Fault::new(name, format!("{name} is “{text}”. Write it like {like}.")));
            }
            value
        }
        if let Some(v) = env("BELLWETHER_LISTEN")
            && let Some(v) = parse("BELLWETHER_LISTEN", &v, "127.0.0.1:8080", &mut faults)
        {
            self.listen = v;
        }
        if let Some(v) = env("BELLWETHER_DATA") {
            self.data = v.into();
        }
        if let Some(v) = env("BELLWETHER_DATABASE") {
            self.database = Some(v);
        }
        if let Some(path) = env("BELLWETHER_DATABASE_FILE") {
            match std::fs::read_to_string(&path) {
                Ok(text) => self.database = Some(text.trim().to_owned()),
                Err(e) => faults.push(Fault::new("BELLWETHER_DATABASE_FILE", format!("{path} cannot be read: {e}."))),
            }
        }
        if let Some(v) = env("BELLWETHER_PUBLIC_URL") {
            self.public_url = Some(v);
        }
        if let Some(v) = env("BELLWETHER_LOG") {
            match v.as_str() {
                "text" => self.log = LogFormat::Text,
                "json" => self.log = LogFormat::Json,
                _ => faults.push(Fault::new("BELLWETHER_LOG", format!("BELLWETHER_LOG is “{v}”. Write text or json."))),
            }
        }
        if let Some(v) = env("BELLWETHER_LOG_LEVEL") {
            self.log_level = v;
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }

    fn check(&self) -> Result<()> {
        let mut faults = Vec::new();
        if let Some(text) = &self.public_url {
            let good = url::Url::parse(text).is_ok_and(|u| {
                matches!(u.scheme(), "http" | "https") && u.has_host() && u.query().is_none() && u.fragment().is_none()
            });
            if !good {
                let message =
                    format!("public_url is “{text}”. Write it like https://example.org or https://example.org/bellwether.");
                faults.push(Fault::new("public_url", message));
            }
        }
        if let Some(url) = &self.database
            && let Err(e) = crate::db::postgres::PgConfig::parse(url)
        {
            faults.push(Fault::new("database", e.to_string()));
        }
        for net in &self.outgoing.allow {
            if let Err(e) = net.parse::<http::Net>() {
                faults.push(Fault::new("outgoing.allow", e.to_string()));
            }
        }
        for (at, roots) in [("git.roots", &self.git.roots), ("files.roots", &self.files.roots)] {
            for root in roots.iter().filter(|r| !r.is_absolute()) {
                faults.push(Fault::new(at, format!("{at} has “{}”. Write an absolute path.", root.display())));
            }
        }
        if let Some(mail) = &self.mail
            && let Err(e) = crate::mail::Post::of(mail)
        {
            faults.push(Fault::new("mail", e));
        }
        for secret in &self.secrets {
            let at = format!("secret.{}", secret.name);
            if secret.hosts.is_empty() && secret.scheme != "key" {
                faults.push(Fault::new(&at, format!("Secret “{}” names no host that it may be sent to.", secret.name)));
            }
            if let Err(e) = std::fs::metadata(&secret.file) {
                faults.push(Fault::new(&at, format!("{}: {e}.", secret.file.display())));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }

    /// The address that people use, without a slash at its end.
    pub fn url(&self) -> String {
        self.public_url.as_deref().map_or_else(|| format!("http://{}", self.listen), |u| u.trim_end_matches('/').to_owned())
    }

    /// The sub-path before every link, empty or `/bellwether`.
    pub fn base(&self) -> String {
        let Some(url) = self.public_url.as_deref().and_then(|u| url::Url::parse(u).ok()) else { return String::new() };
        url.path().trim_end_matches('/').to_owned()
    }

    /// True if cookies may only travel encrypted.
    pub fn secure(&self) -> bool {
        self.public_url.as_deref().is_some_and(|u| u.starts_with("https://"))
    }

    /// The outgoing client's rules, secrets read from their files.
    ///
    /// # Errors
    /// [`Error::Invalid`] if a secret cannot be read.
    pub fn policy(&self) -> Result<http::Policy> {
        let mut policy = http::Policy::default();
        for net in &self.outgoing.allow {
            policy.allow.push(net.parse::<http::Net>().map_err(|e| Error::invalid("outgoing.allow", e.to_string()))?);
        }
        if let Some(s) = self.outgoing.timeout_seconds {
            policy.timeout = std::time::Duration::from_secs(s);
        }
        if let Some(n) = self.outgoing.max_bytes {
            policy.max_bytes = n;
        }
        for s in &self.secrets {
            let at = format!("secret.{}", s.name);
            let value = std::fs::read_to_string(&s.file).map_err(|e| Error::invalid(&at, format!("{}: {e}.", s.file.display())))?;
            let scheme = match s.scheme.split_once(':') {
                None if s.scheme == "bearer" => http::SecretScheme::Bearer,
                None if s.scheme == "address" => http::SecretScheme::Address,
                None if s.scheme == "key" => http::SecretScheme::Key,
                Some(("basic", user)) => http::SecretScheme::Basic { user: user.to_owned() },
                Some(("header", name)) => http::SecretScheme::Header(name.to_owned()),
                _ => return Err(Error::invalid(&at, "scheme is bearer, basic:USER, header:NAME, address or key.")),
            };
            policy.secrets.push(http::Secret {
                name: s.name.clone(),
                value: value.trim().to_owned(),
                hosts: s.hosts.clone(),
                scheme,
            });
        }
        Ok(policy)
    }

    /// The settings as a TOML text with passwords masked, for `check-config`.
    pub fn masked(&self) -> String {
        let mut shown = self.clone();
        if let Some(database) = &mut shown.database
            && let Ok(mut url) = url::Url::parse(database)
        {
            if url.password().is_some() {
                let _ = url.set_password(Some("***"));
            }
            *database = url.to_string();
        }
        toml::to_string_pretty(&shown).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        |name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
    }

    #[test]
    fn the_environment_beats_the_file() {
        let dir = std::env::temp_dir().join(format!("bw-config-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let file = dir.join("bellwether.toml");
        std::fs::write(&file, "listen = \"127.0.0.1:1000\"\nlog = \"json\"\n").unwrap();
        let config = Config::load(Some(&file), &env(&[("BELLWETHER_LISTEN", "127.0.0.1:2000")])).unwrap();
        assert_eq!(config.listen.port(), 2000);
        assert_eq!(config.log, LogFormat::Json);
        std::fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    fn all_faults_are_named_with_their_remedy() {
        let e = Config::load(None, &env(&[("BELLWETHER_LISTEN", "here"), ("BELLWETHER_LOG", "xml")])).unwrap_err();
        let text = e.to_string();
        assert!(text.contains("127.0.0.1:8080") && text.contains("text or json"), "{text}");
        let e = Config::load(None, &env(&[("BELLWETHER_PUBLIC_URL", "example.org")])).unwrap_err();
        assert!(e.to_string().contains("https://example.org"), "{e}");
    }

    #[test]
    fn an_unknown_setting_is_refused_by_name() {
        let e = toml::from_str::<Config>("lisen = \"x\"").unwrap_err();
        assert!(e.to_string().contains("lisen"), "{e}");
    }

    #[test]
    fn a_sub_path_comes_from_the_public_url() {
        let mut config = Config::default();
        assert_eq!(config.base(), "");
        config.public_url = Some("https://example.org/bellwether/".into());
        assert_eq!(config.base(), "/bellwether");
        assert_eq!(config.url(), "https://example.org/bellwether");
        assert!(config.secure());
    }

    #[test]
    fn passwords_are_masked() {
        let config = Config { database: Some("postgres://u:hunter2@h/d".into()), ..Config::default() };
        assert!(!config.masked().contains("hunter2"), "{}", config.masked());
    }
}

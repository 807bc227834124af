//! Where a PostgreSQL server is and how to talk to it, read from one URL:
//! `postgres://user:password@host:port/database?sslmode=verify-full&sslrootcert=PATH`.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::config::SslMode;

use super::counters::Counters;
use crate::error::{Error, Result};

/// More connections than this make serialisable writers abort each other instead of storing more.
pub const MOST_CONNECTIONS: usize = 8;

/// How much of the server's certificate is checked; the words and their meaning are libpq's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// No TLS.
    Disable,
    /// TLS if the server has it; nothing is checked.
    Prefer,
    /// TLS or no connection; nothing is checked unless `sslrootcert` is given, then as `verify-ca`.
    Require,
    /// The certificate is signed by `sslrootcert`.
    VerifyCa,
    /// The same, and it names the host of the URL.
    VerifyFull,
}

/// A text that never shows up in a log.
#[derive(Clone)]
struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// Settings of the connections to one PostgreSQL database. Clones share their [`Counters`].
#[derive(Debug, Clone)]
pub struct PgConfig {
    /// Host name, address, or the folder of a unix socket.
    pub host: String,
    /// Port; 5432 unless given.
    pub port: u16,
    /// Role; the operating system's user unless given.
    pub user: Option<String>,
    password: Option<Secret>,
    password_file: Option<PathBuf>,
    /// Database; the role's name unless given.
    pub database: Option<String>,
    /// How much of the certificate is checked. Unix sockets never use TLS.
    pub tls: Tls,
    /// PEM file of the authorities that may sign the server's certificate.
    pub root_cert: Option<PathBuf>,
    /// Shown in `pg_stat_activity`.
    pub application_name: String,
    /// Further settings for the session, as `-c name=value`.
    pub options: String,
    /// How long one attempt to connect may take.
    pub connect_timeout: Duration,
    /// No named statements and no session settings: for PgBouncer in transaction mode.
    pub unnamed: bool,
    /// Connections that run serialisable writes, 1 to 8.
    pub write_connections: usize,
    /// Connections that run snapshot reads, 1 to 8.
    pub read_connections: usize,
    /// Connections that run appends, 1 to 8.
    pub append_connections: usize,
    counters: Arc<Counters>,
}

impl PgConfig {
    /// Reads a URL. Query parameters: `host` (also the folder of a unix socket), `port`, `user`, `dbname`,
    /// `password_file`, `sslmode`, `sslrootcert`, `application_name`, `options`, `connect_timeout` (seconds), `unnamed`
    /// (`true` or `false`), `write_connections`, `read_connections`, `append_connections`.
    ///
    /// # Errors
    /// [`Error::Invalid`], which names the part that is wrong and never the password.
    pub fn parse(url: &str) -> Result<Self> {
        let rest = url
            .strip_prefix("postgres://")
            .or_else(|| url.strip_prefix("postgresql://"))
            .ok_or_else(|| bad("The database URL must start with postgres://"))?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, address) = authority.rsplit_once('@').unwrap_or(("", authority));
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let mut config = Self {
            host: String::new(),
            port: 5432,
            user: None,
            password: None,
            password_file: None,
            database: Some(decode(database, "database name")?).filter(|d| !d.is_empty()),
            tls: Tls::Prefer,
            root_cert: None,
            application_name: "bellwether".into(),
            options: String::new(),
            connect_timeout: Duration::from_secs(3),
            unnamed: false,
            write_connections: MOST_CONNECTIONS,
            read_connections: (2 * cores).min(MOST_CONNECTIONS),
            append_connections: 4,
            counters: Arc::default(),
        };
        config.login(login)?;
        config.address(address)?;
        for pair in query.split('&').filter(|p| !p.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            config.set(name, decode(value, name)?)?;
        }
        config.finish()
    }

    fn login(&mut self, login: &str) -> Result<()> {
        let (user, password) = match login.split_once(':') {
            Some((user, password)) => (user, Some(decode(password, "password")?)),
            None => (login, None),
        };
        self.user = Some(decode(user, "user")?).filter(|u| !u.is_empty());
        self.password = password.map(Secret);
        Ok(())
    }

    fn address(&mut self, address: &str) -> Result<()> {
        if address.contains(',') {
            return Err(bad("The database URL names several hosts. Name one; put a proxy or a floating address before them."));
        }
        let (host, port) = match address.strip_prefix('[') {
            Some(v6) => {
                let (host, rest) = v6.split_once(']').ok_or_else(|| bad("The IPv6 address in the database URL lacks its ]."))?;
                (host.to_owned(), rest.strip_prefix(':'))
            }
            None => match address.rsplit_once(':') {
                Some((host, port)) => (decode(host, "host")?, Some(port)),
                None => (decode(address, "host")?, None),
            },
        };
        self.host = host;
        if let Some(port) = port {
            // A password with an unescaped / or ? ends the address too early and lands here.
            self.port = number("port", port, 1, u16::MAX)
                .map_err(|e| bad(&format!("{e} If the password contains / ? # or @, write %2F %3F %23 or %40 instead.")))?;
        }
        Ok(())
    }

    fn set(&mut self, name: &str, value: String) -> Result<()> {
        match name {
            "host" => self.host = value,
            "port" => self.port = number(name, &value, 1, u16::MAX)?,
            "user" => self.user = Some(value),
            "dbname" => self.database = Some(value),
            "password_file" => self.password_file = Some(value.into()),
            "sslrootcert" => self.root_cert = Some(value.into()),
            "application_name" => self.application_name = value,
            "options" => self.options = value,
            "connect_timeout" => self.connect_timeout = Duration::from_secs(number(name, &value, 1, 60)?),
            "write_connections" => self.write_connections = number(name, &value, 1, MOST_CONNECTIONS)?,
            "read_connections" => self.read_connections = number(name, &value, 1, MOST_CONNECTIONS)?,
            "append_connections" => self.append_connections = number(name, &value, 1, MOST_CONNECTIONS)?,
            "unnamed" => {
                self.unnamed = match value.as_str() {
                    "true" => true,
                    "false" => false,
                    _ => return Err(bad("unnamed in the database URL must be true or false.")),
                }
            }
            "sslmode" => {
                self.tls = match value.as_str() {
                    "disable" => Tls::Disable,
                    "prefer" => Tls::Prefer,
                    "require" => Tls::Require,
                    "verify-ca" => Tls::VerifyCa,
                    "verify-full" => Tls::VerifyFull,
                    _ => {
                        return Err(bad("sslmode in the database URL must be disable, prefer, require, verify-ca or verify-full."));
                    }
                }
            }
            "password" => {
                return Err(bad("Put the password before the @ of the database URL, or name a password_file."));
            }
            // The name comes from the URL: a password with an unescaped ? or & would end up here, so it is not repeated.
            _ => {
                return Err(bad("The database URL has a parameter that is not known. Known are host, port, user, dbname, \
                     password_file, sslmode, sslrootcert, application_name, options, connect_timeout, unnamed, \
                     write_connections, read_connections and append_connections."));
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Self> {
        if self.host.is_empty() {
            return Err(bad("The database URL names no host. Add one, or ?host=/var/run/postgresql for a unix socket."));
        }
        if self.password.is_some() && self.password_file.is_some() {
            return Err(bad("The database URL has a password and a password_file. Keep one of them."));
        }
        if matches!(self.tls, Tls::VerifyCa | Tls::VerifyFull) && self.root_cert.is_none() && !self.is_socket() {
            return Err(bad("sslmode=verify-ca and verify-full need sslrootcert: a PEM file with the authorities to trust."));
        }
        Ok(self)
    }

    /// True for a unix socket.
    pub fn is_socket(&self) -> bool {
        self.host.starts_with('/')
    }

    /// The same server and role with another database; for tests and `doctor`.
    pub fn with_database(&self, name: &str) -> Self {
        Self { database: Some(name.to_owned()), counters: Arc::default(), ..self.clone() }
    }

    /// What the connections have met since the start; shared by all clones.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// The driver's settings, with the password as the file has it now: it may be replaced while we run.
    pub(super) fn driver(&self, session: &str) -> Result<tokio_postgres::Config> {
        let mut out = tokio_postgres::Config::new();
        out.host(&self.host).port(self.port).application_name(&self.application_name);
        if let Some(user) = &self.user {
            out.user(user);
        }
        if let Some(database) = &self.database {
            out.dbname(database);
        }
        if let Some(Secret(password)) = &self.password {
            out.password(password);
        }
        if let Some(path) = &self.password_file {
            let text = std::fs::read_to_string(path)
                .map_err(|e| Error::internal(format!("password_file {} cannot be read: {e}", path.display())))?;
            out.password(text.trim_end_matches(['\r', '\n']));
        }
        let options = format!("{session} {}", self.options);
        if !options.trim().is_empty() {
            out.options(options.trim());
        }
        out.ssl_mode(match self.tls {
            _ if self.is_socket() => SslMode::Disable,
            Tls::Disable => SslMode::Disable,
            Tls::Prefer => SslMode::Prefer,
            Tls::Require | Tls::VerifyCa | Tls::VerifyFull => SslMode::Require,
        });
        // A server that vanishes without a word is noticed after seconds, not after the two hours of the kernel.
        out.connect_timeout(self.connect_timeout)
            .tcp_user_timeout(Duration::from_secs(5))
            .keepalives_idle(Duration::from_secs(10))
            .keepalives_interval(Duration::from_secs(3))
            .keepalives_retries(3);
        Ok(out)
    }
}

fn bad(message: &str) -> Error {
    Error::invalid("database", message)
}

fn number<N: std::str::FromStr + PartialOrd + fmt::Display>(name: &str, text: &str, least: N, most: N) -> Result<N> {
    let wrong = || bad(&format!("{name} in the database URL must be a number from {least} to {most}."));
    text.parse().ok().filter(|n| *n >= least && *n <= most).ok_or_else(wrong)
}

/// Percent-decoding; `+` stays a plus, as libpq has it. The text itself is not repeated, it may be a password.
fn decode(text: &str, part: &str) -> Result<String> {
    let wrong = || bad(&format!("The {part} in the database URL has a % that is not followed by two hexadecimal digits."));
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(b) = bytes.next() {
        if b != b'%' {
            out.push(b);
            continue;
        }
        let digits = [bytes.next().ok_or_else(wrong)?, bytes.next().ok_or_else(wrong)?];
        out.extend(hex::decode(digits).map_err(|_| wrong())?);
    }
    if out.contains(&0) {
        return Err(bad(&format!("The {part} in the database URL contains a NUL character.")));
    }
    String::from_utf8(out).map_err(|_| bad(&format!("The {part} in the database URL is not UTF-8.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_all_parts_of_a_url() {
        let c = PgConfig::parse(
            "postgres://an%40n:p%3Aw@db.example:6543/tea%20m?sslmode=verify-full&sslrootcert=/etc/ca+1.pem&unnamed=true\
             &write_connections=3&options=-c%20search_path%3Dx",
        )
        .unwrap();
        assert_eq!((c.host.as_str(), c.port), ("db.example", 6543));
        assert_eq!(c.user.as_deref(), Some("an@n"));
        assert_eq!(c.database.as_deref(), Some("tea m"));
        assert_eq!(c.tls, Tls::VerifyFull);
        assert_eq!(c.root_cert.as_deref(), Some(std::path::Path::new("/etc/ca+1.pem")));
        assert!(c.unnamed);
        assert_eq!((c.write_connections, c.append_connections), (3, 4));
        assert_eq!(c.driver("").unwrap().get_password(), Some(&b"p:w"[..]));
        assert_eq!(c.driver("-c a=b").unwrap().get_options(), Some("-c a=b -c search_path=x"));
    }

    #[test]
    fn reads_unix_sockets_and_ipv6() {
        let c = PgConfig::parse("postgres:///db?host=/var/run/postgresql&sslmode=verify-full").unwrap();
        assert!(c.is_socket());
        assert_eq!(c.driver("").unwrap().get_ssl_mode(), SslMode::Disable);
        let c = PgConfig::parse("postgresql://u@[::1]:5/db").unwrap();
        assert_eq!((c.host.as_str(), c.port), ("::1", 5));
    }

    #[test]
    fn a_wrong_url_is_refused_without_its_password() {
        for (url, word) in [
            ("mysql://u:hunter2@h/d", "postgres://"),
            ("postgres://u:hunter2@/d", "no host"),
            ("postgres://u:hunter2@h:0/d", "1 to 65535"),
            ("postgres://u:hunter2@h,i/d", "several hosts"),
            ("postgres://u:hunter2@h/d?sslmode=allow", "sslmode"),
            ("postgres://u:hunter2@h/d?sslmode=verify-full", "sslrootcert"),
            ("postgres://u:hunter2@h/d?password_file=/x", "Keep one"),
            ("postgres://u:hunter2%zz@h/d", "hexadecimal"),
            ("postgres://u:hunter2?x@h/d", "%3F"),
            ("postgres://u@h/d?hunter2=1", "not known"),
            ("postgres://u:hunter2@h/d?write_connections=9", "1 to 8"),
            ("postgres://u@h/d?unnamed=yes", "true or false"),
        ] {
            let e = PgConfig::parse(url).unwrap_err();
            assert!(e.to_string().contains(word), "{url}: {e}");
            assert!(!format!("{e} {e:?}").contains("hunter2"), "{e:?}");
        }
    }

    #[test]
    fn the_password_is_not_shown() {
        let c = PgConfig::parse("postgres://u:hunter2@h/d").unwrap();
        assert!(!format!("{c:?}").contains("hunter2"));
    }

    #[test]
    fn a_password_file_is_read_when_connecting_and_named_when_missing() {
        let path = std::env::temp_dir().join(format!("bellwether-password-{}", std::process::id()));
        let url = format!("postgres://u@h/d?password_file={}", path.display());
        let c = PgConfig::parse(&url).unwrap();
        assert!(format!("{:?}", c.driver("").unwrap_err()).contains("password_file"));
        std::fs::write(&path, "one\n").unwrap();
        assert_eq!(c.driver("").unwrap().get_password(), Some(&b"one"[..]));
        std::fs::write(&path, "two").unwrap();
        assert_eq!(c.driver("").unwrap().get_password(), Some(&b"two"[..]));
        std::fs::remove_file(&path).unwrap();
    }
}

//! Where a feed reads the catalogue from.

use kernel::error::Faults;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::checks::{check_address, name_of_secret, one_line};
use super::super::pull::Ground;
use super::globs::Globs;
use crate::git::Location;

/// Longest address: it stands beside everything that came from it.
const ADDRESS: usize = 200;

/// Where a feed reads the catalogue from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum FeedFrom {
    /// The catalogue's API of a Backstage.
    BackstageApi(BackstageApi),
    /// Catalogue files in a git repository.
    Git(FeedGit),
}

/// The catalogue's API of a Backstage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BackstageApi {
    /// Base address of the backend, such as `https://backstage.example.org`; /api/catalog follows by itself.
    #[schema(max_length = 200)]
    pub url: String,
    /// Name of the secret of the configuration that is sent as a bearer token; none if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// Catalogue files in a git repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeedGit {
    /// https://host/path, ssh://host/path, user@host:path, or an absolute path under a root of the configuration.
    #[schema(max_length = 200)]
    pub url: String,
    /// Branch, tag or commit; the default branch if it is left out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub revision: String,
    /// Which files: names, or patterns with *, ? and ** from the top folder; ! before one leaves out what it matches. Without any,
    /// every catalog-info.yaml and catalog-info.yml. At most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    /// Name of the secret of the configuration for https; none if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

impl FeedFrom {
    /// As it stands in addresses and forms.
    pub fn kind(&self) -> &'static str {
        match self {
            FeedFrom::BackstageApi(_) => "backstage-api",
            FeedFrom::Git(_) => "git",
        }
    }

    /// The address: the source of what is imported.
    pub fn address(&self) -> &str {
        match self {
            FeedFrom::BackstageApi(a) => &a.url,
            FeedFrom::Git(g) => &g.url,
        }
    }

    /// The named secret.
    pub fn secret(&self) -> Option<&str> {
        match self {
            FeedFrom::BackstageApi(a) => a.secret.as_deref(),
            FeedFrom::Git(g) => g.secret.as_deref(),
        }
    }

    /// "Backstage's API at https://…", for lists.
    pub fn place(&self) -> String {
        match self {
            FeedFrom::BackstageApi(a) => format!("Backstage at {}", a.url),
            FeedFrom::Git(g) if g.revision.is_empty() => format!("git, {}", g.url),
            FeedFrom::Git(g) => format!("git, {} at {}", g.url, g.revision),
        }
    }

    pub(super) fn check(&mut self, faults: &mut Faults) {
        match self {
            FeedFrom::BackstageApi(a) => {
                let url = one_line(faults, "from.url", "The address", &a.url, ADDRESS);
                // With or without what the API is known by: one address for one catalogue.
                let base = url.trim_end_matches('/');
                let base = base.strip_suffix("/api/catalog").unwrap_or(base);
                a.url = base.trim_end_matches('/').to_owned();
                if !a.url.is_empty() && a.url.contains('?') {
                    faults.add(
                        "from.url",
                        "The address has a query. Give the base address alone, like https://backstage.example.org.",
                    );
                } else {
                    check_address(faults, "from.url", &a.url);
                }
                name_of_secret(faults, "from.secret", &mut a.secret);
            }
            FeedFrom::Git(g) => {
                g.url = one_line(faults, "from.url", "The repository", &g.url, ADDRESS);
                match Location::parse(&g.url) {
                    Err(e) => faults.add("from.url", e.to_string()),
                    Ok(Location::Local(_)) if g.secret.is_some() => {
                        faults.add("from.secret", "A repository on this machine needs no secret. Leave it out.");
                    }
                    Ok(Location::Remote { url, .. }) if g.secret.is_some() && !url.starts_with("https://") => {
                        faults.add("from.secret", "ssh uses the keys of the server’s user. Leave the secret out, or use https.");
                    }
                    Ok(_) => {}
                }
                g.revision = one_line(faults, "from.revision", "The revision", &g.revision, ADDRESS);
                g.paths = g.paths.iter().map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect();
                if let Err(why) = Globs::new(&g.paths) {
                    faults.add("from.paths", why);
                }
                name_of_secret(faults, "from.secret", &mut g.secret);
            }
        }
    }

    pub(super) fn check_ground(&self, ground: &Ground, faults: &mut Faults) {
        if let Some(name) = self.secret() {
            let shown: String = name.chars().take(80).collect();
            let message = format!("No secret “{shown}” is defined. Add it as a [[secret]] to the configuration.");
            faults.check(ground.secrets.iter().any(|s| s == name), "from.secret", message);
        }
        if let FeedFrom::Git(g) = self
            && let Ok(Location::Local(path)) = Location::parse(&g.url)
            && !ground.roots.iter().any(|r| path.starts_with(r))
        {
            let message = format!(
                "“{}” is outside the folders that may be read. Add its folder to roots in [git] in the configuration.",
                path.display()
            );
            faults.add("from.url", message);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn faults(from: Value) -> Vec<(String, String)> {
        let mut from: FeedFrom = serde_json::from_value(from).unwrap();
        let mut faults = Faults::new();
        from.check(&mut faults);
        match faults.done() {
            Err(kernel::Error::Invalid(list)) => list.into_iter().map(|f| (f.at, f.message)).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn one_catalogue_has_one_address() {
        for given in ["https://b.example.org/x", " https://b.example.org/x/ ", "https://b.example.org/x/api/catalog/"] {
            let mut from = FeedFrom::BackstageApi(BackstageApi { url: given.into(), secret: Some(" ".into()) });
            let mut faults = Faults::new();
            from.check(&mut faults);
            faults.done().unwrap();
            assert_eq!((from.address(), from.secret()), ("https://b.example.org/x", None));
        }
    }

    #[test]
    fn addresses_that_are_none_are_refused() {
        for url in
            ["", "portal", "ftp://a/b", "https://me:pw@a.example", "https://a.example?x=1", "https://", "https://a.example#b"]
        {
            assert_eq!(faults(json!({ "kind": "backstage-api", "url": url }))[0].0, "from.url", "{url}");
        }
        for url in ["", "http://a/b", "file:///etc", "ext::sh", "https://u:p@h/a", "-x"] {
            assert_eq!(faults(json!({ "kind": "git", "url": url }))[0].0, "from.url", "{url}");
        }
        let long = format!("https://a.example/{}", "x".repeat(200));
        for kind in ["git", "backstage-api"] {
            assert!(faults(json!({ "kind": kind, "url": long }))[0].1.contains("at most 200"));
        }
        for url in ["/srv/git/a", "git@h:a"] {
            assert_eq!(faults(json!({ "kind": "git", "url": url, "secret": "forge" }))[0].0, "from.secret", "{url}");
        }
        let many = vec!["a"; 21];
        assert!(faults(json!({ "kind": "git", "url": "/srv/a", "paths": many }))[0].1.contains("At most 20"));
        assert_eq!(faults(json!({ "kind": "git", "url": "/srv/a", "revision": "a\nb" }))[0].0, "from.revision");
    }

    #[test]
    fn the_configuration_decides_about_secrets_and_folders() {
        let at = |from: Value| {
            let mut faults = Faults::new();
            serde_json::from_value::<FeedFrom>(from).unwrap().check_ground(&Ground::default(), &mut faults);
            match faults.done() {
                Err(kernel::Error::Invalid(list)) => list[0].at.clone(),
                _ => String::new(),
            }
        };
        assert_eq!(at(json!({ "kind": "backstage-api", "url": "https://a.example", "secret": "x" })), "from.secret");
        assert_eq!(at(json!({ "kind": "git", "url": "/etc" })), "from.url");
        assert_eq!(at(json!({ "kind": "git", "url": "https://a.example/b" })), "");
    }
}

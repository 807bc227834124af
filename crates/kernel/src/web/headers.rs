//! Security headers, cookies, and the check that a change came from our own pages.

use axum::http::Method;
use axum::http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::config::Config;
use crate::error::{Error, Result};

/// Nothing but our own files; no inline script or style; forms only to us; no framing.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
    font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; \
    require-trusted-types-for 'script'; trusted-types bellwether";

/// Sets what every answer carries.
pub(super) fn secure(headers: &mut HeaderMap, config: &Config) {
    let fixed = [
        ("content-security-policy", CSP),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
        ("x-frame-options", "DENY"),
    ];
    for (name, value) in fixed {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if config.secure() {
        headers.insert("strict-transport-security", HeaderValue::from_static("max-age=31536000"));
    }
    headers.entry("cache-control").or_insert(HeaderValue::from_static("no-store"));
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all("cookie")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, v)| v)
}

/// Refuses a change that a browser sends on behalf of another site. Browsers say where a request comes from
/// (`Sec-Fetch-Site`, else `Origin`); programs that send neither carry no cookie worth stealing.
pub(super) fn same_site(method: &Method, headers: &HeaderMap, config: &Config) -> Result<()> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let refuse = || Err(Error::Forbidden("This change came from another site and was refused.".into()));
    match text("sec-fetch-site") {
        Some("same-origin" | "none") => return Ok(()),
        Some(_) => return refuse(),
        None => {}
    }
    let Some(origin) = text("origin") else { return Ok(()) };
    let host = text("host").unwrap_or("");
    let ours = url::Url::parse(&config.url()).map(|u| u.origin().ascii_serialization()).unwrap_or_default();
    let same_host = origin.split_once("://").is_some_and(|(_, h)| h == host);
    if origin == ours || same_host { Ok(()) } else { refuse() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (HeaderName::from_static(k), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn a_change_from_another_site_is_refused() {
        let config = Config::default();
        let check = |pairs: &[(&'static str, &'static str)]| same_site(&Method::POST, &headers(pairs), &config);
        assert!(check(&[("sec-fetch-site", "cross-site")]).is_err());
        assert!(check(&[("sec-fetch-site", "same-site")]).is_err());
        assert!(check(&[("sec-fetch-site", "same-origin")]).is_ok());
        assert!(check(&[("origin", "https://evil.example"), ("host", "127.0.0.1:8080")]).is_err());
        assert!(check(&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")]).is_ok());
        assert!(check(&[("origin", "null"), ("host", "127.0.0.1:8080")]).is_err());
        assert!(check(&[]).is_ok());
        assert!(same_site(&Method::GET, &headers(&[("sec-fetch-site", "cross-site")]), &config).is_ok());
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let h = headers(&[("cookie", "xsession=1; session=2")]);
        assert_eq!(cookie(&h, "session"), Some("2"));
        assert_eq!(cookie(&h, "sess"), None);
    }
}

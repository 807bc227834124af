//! What came back.

use super::HttpError;
use super::gate;
use super::text::Masks;
use serde::de::DeserializeOwned;
use std::fmt;
use url::Url;

/// An answer, of whatever status: that it came is all the client vouches for.
#[derive(Clone)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type` as sent, if it was.
    pub content_type: Option<String>,
    /// Headers in the order sent, names in lower case; without `Set-Cookie` and without values that are not UTF-8.
    pub headers: Vec<(String, String)>,
    /// Body as sent: not inflated, whatever `content-encoding` says.
    pub body: Vec<u8>,
    /// URL of the answer, after redirects. May hold credentials in path or query: not for pages or logs.
    pub final_url: String,
    pub(super) masks: Masks,
}

impl Response {
    /// An answer made by hand, for the tests of what reads answers.
    pub fn new(status: u16, content_type: Option<&str>, body: impl Into<Vec<u8>>, final_url: &str) -> Response {
        Response {
            status,
            content_type: content_type.map(str::to_owned),
            headers: content_type.map(|t| ("content-type".to_owned(), t.to_owned())).into_iter().collect(),
            body: body.into(),
            final_url: final_url.to_owned(),
            masks: Masks::default(),
        }
    }

    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// The first header of this name, such as `link` or `retry-after`.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The host that answered, with its port if it is not the scheme's own.
    pub fn host(&self) -> String {
        Url::parse(&self.final_url).map_or_else(|_| "The server".to_owned(), |url| gate::shown(&url))
    }

    /// The first `limit` characters of a text that was made from this answer as one printable line, secrets masked.
    pub fn excerpt(&self, text: &str, limit: usize) -> String {
        self.masks.excerpt(text.as_bytes(), limit)
    }

    /// The body as JSON of the type asked for. An error if the status is not 2xx or the body does not read as `T`;
    /// it says status, content type and the first 80 characters. A wrong content type over a body that reads well
    /// is no error: plain file servers send JSON as text.
    pub fn expect_json<T: DeserializeOwned>(&self) -> Result<T, HttpError> {
        if !self.is_success() {
            return Err(self.not_json(status_words(self.status).to_owned()));
        }
        if let Some(encoding) = self.header("content-encoding").filter(|e| !e.eq_ignore_ascii_case("identity")) {
            let encoding = self.masks.excerpt(encoding.as_bytes(), 40);
            return Err(self.not_json(format!("the body is compressed ({encoding}) though that was not asked for")));
        }
        if self.body.iter().all(u8::is_ascii_whitespace) {
            return Err(self.not_json("the body is empty where JSON was expected".to_owned()));
        }
        serde_json::from_slice(&self.body).map_err(|e| {
            let detail = self.masks.excerpt(e.to_string().as_bytes(), 160);
            self.not_json(format!("the body is not the JSON expected ({detail})"))
        })
    }

    fn not_json(&self, why: String) -> HttpError {
        HttpError::NotJson {
            host: self.host(),
            status: self.status,
            content_type: self.content_type.as_ref().map(|t| self.masks.excerpt(t.as_bytes(), 80)),
            why,
            start: self.masks.excerpt(&self.body, 80),
        }
    }
}

/// Hides path, query, header values and body.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("content_type", &self.content_type.as_ref().map(|t| self.masks.excerpt(t.as_bytes(), 80)))
            .field("headers", &self.headers.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("body_bytes", &self.body.len())
            .field("host", &Url::parse(&self.final_url).map_or_else(|_| String::new(), |url| gate::shown(&url)))
            .finish()
    }
}

fn status_words(status: u16) -> &'static str {
    match status {
        401 | 403 => "access was refused; check the secret and its rights",
        404 | 410 => "there is nothing at this address; check the URL",
        429 => "it was asked too often; wait before the next attempt",
        500..=599 => "it has a fault of its own; try again later",
        _ => "a success was expected",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn answer(status: u16, content_type: Option<&str>, body: &str) -> Response {
        Response::new(status, content_type, body, "https://api.example:8443/v1/T0KEN?key=K3Y")
    }

    fn error(response: &Response) -> String {
        let error = response.expect_json::<Vec<u32>>().unwrap_err();
        assert!(!format!("{error} {error:?} {response:?}").contains("T0KEN"));
        error.to_string()
    }

    #[test]
    fn json_is_read_whatever_its_label() {
        assert_eq!(answer(200, Some("application/json"), "[1,2]").expect_json::<Vec<u32>>().unwrap(), [1, 2]);
        assert_eq!(answer(201, Some("text/plain"), " [1] ").expect_json::<Vec<u32>>().unwrap(), [1]);
        assert_eq!(answer(200, None, "[]").expect_json::<Value>().unwrap(), Value::Array(vec![]));
    }

    #[test]
    fn html_in_place_of_json() {
        let text = error(&answer(200, Some("text/html; charset=utf-8"), "<!DOCTYPE html>\r\n<html>\x1b[2J<title>Sign in</title>"));
        assert_eq!(
            text,
            "api.example:8443 answered with status 200 and content type text/html; charset=utf-8: the body is not the JSON expected \
             (expected value at line 1 column 1). The answer begins \"<!DOCTYPE html> <html> [2J<title>Sign in</title>\"."
        );
    }

    #[test]
    fn statuses_empty_and_compressed_bodies() {
        assert!(error(&answer(500, None, "[1]")).contains("status 500 and no content type: it has a fault of its own"));
        assert!(error(&answer(401, None, "[1]")).contains("check the secret"));
        assert!(error(&answer(304, None, "")).contains("a success was expected"));
        assert!(error(&answer(204, None, " \n")).contains("the body is empty"));
        assert!(error(&answer(200, None, &"9".repeat(500))).contains(&format!("\"{}\"", "9".repeat(80))));
        let mut packed = answer(200, None, "\x1f\u{8b}");
        packed.headers.push(("content-encoding".to_owned(), "gzip".to_owned()));
        assert!(error(&packed).contains("compressed (gzip)"));
    }

    #[test]
    fn an_echoed_secret_is_masked() {
        let mut echo = answer(200, Some("tok-1"), "\"tok-1\"");
        echo.masks = Masks::new(vec!["tok-1".to_owned()]);
        let error = echo.expect_json::<Vec<u32>>().unwrap_err();
        assert!(!format!("{error} {error:?} {echo:?}").contains("tok-1"), "{error}");
        assert!(error.to_string().contains("begins \"\"[secret]\"\""), "{error}");
        assert_eq!(echo.excerpt("it said tok-1\n", 100), "it said [secret]");
    }

    #[test]
    fn headers_are_found_in_any_case() {
        assert_eq!(answer(200, Some("text/csv"), "").header("Content-Type"), Some("text/csv"));
        assert_eq!(answer(200, None, "").header("link"), None);
    }
}

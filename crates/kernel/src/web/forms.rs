//! Plain HTML forms: strict UTF-8, a size limit, and the token that shows that the form came from one of our pages.

use axum::extract::{FromRequest, Request};
use subtle::ConstantTimeEq;

use super::app::App;
use super::ctx::Ctx;
use super::json::read_body;
use super::multipart;
use crate::error::{Error, Result};

/// The fields of a form, in order. A file is a field with its text, after `NAME.name` with what it was called.
#[derive(Debug, Clone, Default)]
pub struct Form(pub Vec<(String, String)>);

impl Form {
    /// The first field of that name, or an empty text.
    pub fn get(&self, name: &str) -> &str {
        self.opt(name).unwrap_or("")
    }

    /// The first field of that name.
    pub fn opt(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// All fields of that name.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect()
    }

    /// Reads `application/x-www-form-urlencoded`.
    ///
    /// # Errors
    /// [`Error::Unreadable`] for a text that is not UTF-8.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let mut out = Vec::new();
        for pair in bytes.split(|b| *b == b'&').filter(|p| !p.is_empty()) {
            let (name, value) = match pair.iter().position(|b| *b == b'=') {
                Some(i) => (&pair[..i], &pair[i + 1..]),
                None => (pair, &[][..]),
            };
            out.push((decode(name)?, decode(value)?));
        }
        Ok(Self(out))
    }
}

/// Decodes `%xx` and `+`.
pub(super) fn decode(bytes: &[u8]) -> Result<String> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = |b: u8| (b as char).to_digit(16).and_then(|d| u8::try_from(d).ok());
        match bytes[i] {
            b'+' => out.push(b' '),
            b'%' => {
                let pair = bytes.get(i + 1).copied().and_then(hex).zip(bytes.get(i + 2).copied().and_then(hex));
                let Some((high, low)) = pair else {
                    return Err(Error::Unreadable("A percent sign is not followed by two hexadecimal digits.".into()));
                };
                out.push(high * 16 + low);
                i += 2;
            }
            b => out.push(b),
        }
        i += 1;
    }
    String::from_utf8(out).map_err(|_| Error::Unreadable("A text is not UTF-8. Send UTF-8.".into()))
}

impl FromRequest<App> for Form {
    type Rejection = Error;

    async fn from_request(req: Request, app: &App) -> Result<Self> {
        let kind = req.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or("");
        let boundary = multipart::boundary(kind).map(str::to_owned);
        if boundary.is_none() && !kind.is_empty() && !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(Error::WrongMedia("Send a form as application/x-www-form-urlencoded or multipart/form-data.".into()));
        }
        let expected = req.extensions().get::<Ctx>().map(|cx| cx.actor.csrf.clone()).unwrap_or_default();
        let body = read_body(req, app.config.max_body).await?;
        let form = match boundary {
            None => Self::parse(&body)?,
            Some(boundary) => Self(multipart::parse(&body, &boundary)?),
        };
        proven(&form, &expected)?;
        Ok(form)
    }
}

/// That a form came from a page of ours.
fn proven(form: &Form, expected: &str) -> Result<()> {
    if !expected.is_empty() && !bool::from(form.get("csrf").as_bytes().ct_eq(expected.as_bytes())) {
        return Err(Error::Forbidden(
            "This form is too old, or it did not come from a page of bellwether. Go back, load the page anew and send it again."
                .into(),
        ));
    }
    Ok(())
}

/// The largest file that a form may carry: 10 MB, and a little for the fields around it.
const WITH_FILE: usize = 10 * 1024 * 1024 + 64 * 1024;

/// A form with one file of any bytes, whatever is configured for forms without.
#[derive(Debug, Clone, Default)]
pub struct Upload {
    /// The other fields.
    pub form: Form,
    /// What the file was called, and its bytes; none if none was chosen.
    pub file: Option<(String, Vec<u8>)>,
}

impl FromRequest<App> for Upload {
    type Rejection = Error;

    async fn from_request(req: Request, app: &App) -> Result<Self> {
        let kind = req.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or("");
        let Some(boundary) = multipart::boundary(kind).map(str::to_owned) else {
            return Ok(Self { form: Form::from_request(req, app).await?, file: None });
        };
        let expected = req.extensions().get::<Ctx>().map(|cx| cx.actor.csrf.clone()).unwrap_or_default();
        let body = read_body(req, WITH_FILE).await.map_err(|e| match e {
            Error::TooLarge(_) => {
                Error::TooLarge("The file is larger than 10 MB. Put it where files are kept, and add a link.".into())
            }
            e => e,
        })?;
        let mut out = Self::default();
        for part in multipart::parts(&body, &boundary)? {
            match &part.file {
                Some(name) => out.file = Some((name.clone(), part.body.to_vec())),
                None => out.form.0.push((part.name.clone(), part.text()?)),
            }
        }
        proven(&out.form, &expected)?;
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_and_repeated_names_kept() {
        let f = Form::parse(b"a=1+2&b=%C3%A9&a=3&c").unwrap();
        assert_eq!(f.get("a"), "1 2");
        assert_eq!(f.all("a"), ["1 2", "3"]);
        assert_eq!(f.get("b"), "é");
        assert_eq!(f.opt("c"), Some(""));
        assert_eq!(f.opt("d"), None);
    }

    #[test]
    fn what_is_not_utf_8_is_refused() {
        assert!(Form::parse(b"a=%FF").is_err());
        assert!(Form::parse(b"a=%4").is_err());
        assert!(Form::parse(b"a=%zz").is_err());
    }
}

//! `multipart/form-data` (RFC 7578), as browsers send forms with files: parts between lines of a boundary, each with its
//! headers. A file becomes a field with its text, and beside it `NAME.name` with what it was called.

use crate::error::{Error, Result};

/// Most parts of a form.
const MOST: usize = 2_000;

fn unreadable(why: &str) -> Error {
    Error::Unreadable(format!("The form cannot be read: {why}. Load the page anew and send it again."))
}

/// The boundary of a content type.
pub(super) fn boundary(kind: &str) -> Option<&str> {
    let (media, parameters) = kind.split_once(';')?;
    if !media.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let value = parameters.split(';').find_map(|p| p.trim().strip_prefix("boundary="))?.trim_matches('"');
    (!value.is_empty() && value.len() <= 70).then_some(value)
}

/// The value of a parameter such as `name="..."`; browsers write a quote in it as `%22`, so a value ends at the next quote.
fn parameter(header: &str, name: &str) -> Option<String> {
    let start = header.find(&format!("; {name}=\""))? + name.len() + 4;
    let value = header.get(start..)?.split('"').next()?;
    Some(value.replace("%22", "\"").replace("%0D", " ").replace("%0A", " "))
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    // The first byte is looked for alone: it is rare, and most of a file is no candidate.
    let first = *needle.first()?;
    let mut at = 0;
    while let Some(step) = bytes.get(at..)?.iter().position(|b| *b == first) {
        at += step;
        if bytes[at..].starts_with(needle) {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// One part: its field, what the file was called if it is one, its bytes.
pub(super) struct Part<'a> {
    pub(super) name: String,
    pub(super) file: Option<String>,
    pub(super) body: &'a [u8],
}

impl Part<'_> {
    /// The bytes as text.
    pub(super) fn text(&self) -> Result<String> {
        let shown = self.file.as_deref().map_or_else(|| format!("The field {}", self.name), |f| format!("The file “{f}”"));
        String::from_utf8(self.body.to_vec())
            .map_err(|_| Error::Unreadable(format!("{shown} is not UTF-8. Save it as UTF-8 and send it again.")))
    }
}

/// Reads the parts, in order. A file field that was left empty is left out.
///
/// # Errors
/// [`Error::Unreadable`] for what is no such form, and for a file or text that is not UTF-8, with its name.
pub(super) fn parse(bytes: &[u8], boundary: &str) -> Result<Vec<(String, String)>> {
    let mut out = Vec::new();
    for part in parts(bytes, boundary)? {
        let text = part.text()?;
        if let Some(file) = part.file {
            out.push((format!("{}.name", part.name), file));
        }
        out.push((part.name, text));
    }
    Ok(out)
}

/// The same with bytes as they came.
pub(super) fn parts<'a>(bytes: &'a [u8], boundary: &str) -> Result<Vec<Part<'a>>> {
    let line = format!("--{boundary}");
    let mut rest = bytes.strip_prefix(line.as_bytes()).ok_or_else(|| unreadable("it does not begin with its boundary"))?;
    let between = format!("\r\n{line}");
    let (mut out, mut count) = (Vec::new(), 0);
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        count += 1;
        if count > MOST {
            return Err(unreadable("it has too many parts"));
        }
        let head = find(part, b"\r\n\r\n").ok_or_else(|| unreadable("a part has no end of its headers"))?;
        let end = find(&part[head..], between.as_bytes()).ok_or_else(|| unreadable("a part has no end"))? + head;
        let headers = std::str::from_utf8(&part[..head]).map_err(|_| unreadable("a header is not UTF-8"))?;
        let of_part = headers
            .split("\r\n")
            .find(|h| h.get(..20).is_some_and(|name| name.eq_ignore_ascii_case("content-disposition:")))
            .ok_or_else(|| unreadable("a part does not say which field it is"))?;
        let name = parameter(of_part, "name").ok_or_else(|| unreadable("a part does not say which field it is"))?;
        let file = parameter(of_part, "filename");
        let body = part.get(head + 4..end).unwrap_or_default();
        if file.as_deref() != Some("") {
            out.push(Part { name, file, body });
        }
        rest = &part[end + between.len()..];
    }
    if rest.starts_with(b"--") { Ok(out) } else { Err(unreadable("it has no end")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut out = Vec::new();
        for (head, body) in parts {
            out.extend_from_slice(format!("--B\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes());
            out.extend_from_slice(body);
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b"--B--\r\n");
        out
    }

    #[test]
    fn fields_and_files_are_read_in_order() {
        let sent = form(&[
            ("name=\"csrf\"", b"abc"),
            ("name=\"file\"; filename=\"a; %22b%22.yaml\"\r\nContent-Type: text/plain", "é\r\n--ad\r\n".as_bytes()),
            ("name=\"file\"; filename=\"\"\r\nContent-Type: application/octet-stream", b""),
            ("name=\"text\"", b""),
        ]);
        let got = parse(&sent, "B").unwrap();
        let got: Vec<(&str, &str)> = got.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(got, [("csrf", "abc"), ("file.name", "a; \"b\".yaml"), ("file", "é\r\n--ad\r\n"), ("text", "")]);
    }

    #[test]
    fn what_is_no_such_form_is_refused() {
        let good = form(&[("name=\"a\"", b"1")]);
        for cut in 0..good.len() - 4 {
            assert!(parse(&good[..cut], "B").is_err(), "{cut} bytes");
        }
        for bad in [&b""[..], b"--C--", b"--B\r\n\r\n\r\n--B--", b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--"] {
            assert!(parse(bad, "B").is_err());
        }
        let said = parse(&form(&[("name=\"file\"; filename=\"x.csv\"", &[0xff, 0xfe])]), "B").unwrap_err().to_string();
        assert!(said.contains("x.csv") && said.contains("UTF-8"), "{said}");
        let many: Vec<(&str, &[u8])> = vec![("name=\"a\"", b""); MOST + 1];
        assert!(parse(&form(&many), "B").is_err());
    }

    #[test]
    fn a_boundary_is_read_from_the_content_type() {
        assert_eq!(boundary("multipart/form-data; boundary=--x1"), Some("--x1"));
        assert_eq!(boundary("Multipart/Form-Data; charset=utf-8; boundary=\"a b\""), Some("a b"));
        assert_eq!(boundary("multipart/form-data"), None);
        assert_eq!(boundary("application/json; boundary=x"), None);
    }
}

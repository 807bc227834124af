//! Pieces of evidence, and what is taken for one. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::error::{Error, Faults, Result};
use kernel::ids::{Id, Ref};
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Pieces beside one thing at most, those that were removed among them.
pub const MOST: usize = 100;
/// Bytes of an attachment at most: 10 MB.
pub const LARGEST: usize = 10 * 1024 * 1024;
/// Bytes of one stored part, before Base64.
pub const PART: usize = 48 * 1024;

/// Types of attachments: ending, media type, and what the file begins with; text has no such mark and must be UTF-8.
pub const TYPES: [(&str, &str, Option<&[u8]>); 15] = [
    ("pdf", "application/pdf", Some(b"%PDF-")),
    ("png", "image/png", Some(b"\x89PNG\r\n\x1a\n")),
    ("jpg", "image/jpeg", Some(b"\xff\xd8\xff")),
    ("jpeg", "image/jpeg", Some(b"\xff\xd8\xff")),
    ("webp", "image/webp", Some(b"RIFF")),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Some(b"PK\x03\x04")),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Some(b"PK\x03\x04")),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", Some(b"PK\x03\x04")),
    ("odt", "application/vnd.oasis.opendocument.text", Some(b"PK\x03\x04")),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet", Some(b"PK\x03\x04")),
    ("txt", "text/plain; charset=utf-8", None),
    ("md", "text/markdown; charset=utf-8", None),
    ("csv", "text/csv; charset=utf-8", None),
    ("json", "application/json", None),
    ("yaml", "application/yaml", None),
];

/// A link to add: to an address, or to a thing of bellwether.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEvidenceLink {
    /// What it shows, in a few words; the address itself if empty.
    #[serde(default)]
    pub title: String,
    /// An address, `https://..` or `http://..`; absent if it leads to a thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// A thing of bellwether by kind and id; absent if it leads to an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Ref>,
}

/// A file to attach.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAttachment {
    /// What the file is called; its ending says its type.
    pub name: String,
    /// Its bytes as Base64 (RFC 4648), 10 MB of them at most.
    pub base64: String,
}

/// Why a piece is removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRemoval {
    /// In a sentence.
    pub reason: String,
}

/// What form a piece has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceForm {
    /// An address.
    Link,
    /// A thing of bellwether.
    Thing,
    /// An attached file.
    File,
}

impl EvidenceForm {
    /// As it is stored and sent.
    pub fn key(self) -> &'static str {
        match self {
            EvidenceForm::Link => "link",
            EvidenceForm::Thing => "thing",
            EvidenceForm::File => "file",
        }
    }

    /// As it was stored.
    pub fn read(key: &str) -> Option<Self> {
        [EvidenceForm::Link, EvidenceForm::Thing, EvidenceForm::File].into_iter().find(|f| f.key() == key)
    }
}

/// That a piece was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceRemoved {
    /// Who removed it.
    pub by: String,
    /// When.
    pub at: Time,
    /// Why.
    pub reason: String,
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvidencePiece {
    /// Its id.
    pub id: Id,
    /// What it is about.
    pub about: Ref,
    /// Which form it has.
    pub form: EvidenceForm,
    /// What it shows; the name of a file.
    pub title: String,
    /// Where it leads; empty for a file.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// The thing that it leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Ref>,
    /// Media type of a file.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub media: String,
    /// Size of a file in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<i64>,
    /// SHA-256 of a file; also in the trail.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub digest: String,
    /// Who added it.
    pub by: String,
    /// When.
    pub at: Time,
    /// It was removed: by whom, when and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed: Option<EvidenceRemoved>,
}

impl NewEvidenceLink {
    /// Title and address, checked; an empty address if it leads to a thing.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(&self) -> Result<(String, String)> {
        let mut faults = Faults::new();
        let url = self.url.as_deref().map(str::trim).unwrap_or("").to_owned();
        let sound = (url.starts_with("https://") || url.starts_with("http://"))
            && url.len() <= 2000
            && url.chars().nth(8).is_some()
            && !url.contains(|c: char| c.is_whitespace() || c.is_control());
        match &self.to {
            None => {
                faults.check(sound, "url", "That is no address. Write it like https://example.org/path, at most 2000 characters.")
            }
            Some(_) => faults.check(url.is_empty(), "url", "It leads either to an address or to a thing. Leave one out."),
        }
        let title = match (self.title.trim(), &self.to) {
            ("", None) => url.chars().take(text::NAME).collect(),
            ("", Some(_)) => String::new(),
            (title, _) => text::name(&mut faults, "title", "The title", title),
        };
        faults.done()?;
        Ok((title, url))
    }
}

/// Endings of the types that may be attached, as in `.pdf,.png`.
pub fn endings() -> String {
    TYPES.map(|(ending, ..)| format!(".{ending}")).join(",")
}

/// The bytes of an attachment that came as Base64.
///
/// # Errors
/// The fault with its field.
pub fn decoded(new: &NewAttachment) -> Result<Vec<u8>> {
    // Four characters carry three bytes.
    if new.base64.len() / 4 * 3 > LARGEST + 3 {
        return Err(too_large());
    }
    STANDARD
        .decode(&new.base64)
        .map_err(|_| Error::invalid("base64", "This is no Base64. Send the bytes of the file so encoded, without line breaks."))
}

fn too_large() -> Error {
    Error::TooLarge("The file is larger than 10 MB. Put it where files are kept, and add a link.".into())
}

/// Name and media type of a file, checked.
///
/// # Errors
/// Every fault with its field; [`Error::TooLarge`].
pub fn checked(name: &str, bytes: &[u8]) -> Result<(String, &'static str)> {
    if bytes.len() > LARGEST {
        return Err(too_large());
    }
    let mut faults = Faults::new();
    let name = text::name(&mut faults, "name", "The name of the file", name.rsplit(['/', '\\']).next().unwrap_or(""));
    let ending = name.rsplit_once('.').map(|(_, e)| e.to_lowercase()).unwrap_or_default();
    let known = TYPES.iter().find(|(e, ..)| *e == ending);
    faults.check(!bytes.is_empty(), "file", "The file is empty. Choose another.");
    match known {
        None if faults.is_empty() => {
            let all = TYPES.map(|(e, ..)| e).join(", ");
            faults.add("file", format!("A file of this type cannot be attached. These can: {all}."));
        }
        Some((ending, _, Some(mark))) if faults.is_empty() && !bytes.starts_with(mark) => {
            faults.add(
                "file",
                format!("The file is called .{ending} but is none. Save it as what it is called, and attach it again."),
            );
        }
        Some((ending, _, None)) if faults.is_empty() && std::str::from_utf8(bytes).is_err() => {
            faults
                .add("file", format!("The file is called .{ending} but is no UTF-8 text. Save it as UTF-8, and attach it again."));
        }
        _ => {}
    }
    faults.done()?;
    let media = known.map_or("application/octet-stream", |(_, media, _)| media);
    Ok((name, media))
}

/// The parts in which a file is stored.
pub fn parts(bytes: &[u8]) -> impl Iterator<Item = String> {
    bytes.chunks(PART).map(|part| STANDARD.encode(part))
}

/// A stored part.
///
/// # Errors
/// [`Error::Internal`] if it is none.
pub fn joined(out: &mut Vec<u8>, part: &str) -> Result<()> {
    out.extend(STANDARD.decode(part).map_err(Error::internal)?);
    Ok(())
}

/// A size as people read it.
pub fn size(bytes: i64) -> String {
    match bytes {
        ..1_024 => format!("{bytes} bytes"),
        1_024..1_048_576 => format!("{} KB", (bytes + 1_023) / 1_024),
        _ => format!("{} MB", (bytes + 1_048_575) / 1_048_576),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn places(e: Error) -> Vec<String> {
        match e {
            Error::Invalid(faults) => faults.into_iter().map(|f| f.at).collect(),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn a_link_leads_somewhere() {
        let link = |title: &str, url: Option<&str>| NewEvidenceLink { title: title.into(), url: url.map(str::to_owned), to: None };
        let ok = link("", Some(" https://example.org/a ")).check().unwrap();
        assert_eq!(ok, ("https://example.org/a".to_owned(), "https://example.org/a".to_owned()));
        for bad in ["", "javascript:alert(1)", "ftp://x.org", "https://", "https://a b", "//x.org/a"] {
            assert_eq!(places(link("t", Some(bad)).check().unwrap_err()), ["url"], "{bad}");
        }
        assert_eq!(places(link("a\nb", None).check().unwrap_err()), ["url", "title"]);
        let both = NewEvidenceLink { to: Some(Ref::new("team", "x")), ..link("", Some("https://example.org")) };
        assert_eq!(places(both.check().unwrap_err()), ["url"]);
    }

    #[test]
    fn a_file_is_what_it_is_called() {
        assert_eq!(checked("a/b\\Plan.PDF", b"%PDF-1.7").unwrap(), ("Plan.PDF".to_owned(), "application/pdf"));
        assert_eq!(checked("notes.txt", "é".as_bytes()).unwrap().1, "text/plain; charset=utf-8");
        for (name, bytes) in [
            ("a.pdf", &b"MZ"[..]),
            ("a.exe", b"MZ"),
            ("a.svg", b"<svg/>"),
            ("a.html", b"<p>"),
            ("a", b"x"),
            ("a.txt", b"\xff"),
            ("a.png", b""),
        ] {
            assert_eq!(places(checked(name, bytes).unwrap_err()), ["file"], "{name}");
        }
        assert_eq!(places(checked("", b"x").unwrap_err()), ["name"]);
        assert!(matches!(checked("a.txt", &vec![b'x'; LARGEST + 1]), Err(Error::TooLarge(_))));
        assert!(checked("a.txt", &vec![b'x'; LARGEST]).is_ok());
    }

    #[test]
    fn parts_are_the_file_again() {
        let bytes: Vec<u8> = (0..PART * 2 + 7).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let mut out = Vec::new();
        let all: Vec<String> = parts(&bytes).collect();
        all.iter().for_each(|p| joined(&mut out, p).unwrap());
        assert_eq!((all.len(), out == bytes), (3, true));
        let sent = NewAttachment { name: "a".into(), base64: STANDARD.encode(&bytes) };
        assert_eq!(decoded(&sent).unwrap(), bytes);
        assert!(decoded(&NewAttachment { base64: "*".into(), ..sent.clone() }).is_err());
        assert!(decoded(&NewAttachment { base64: "A".repeat(LARGEST / 3 * 4 + 16), ..sent }).is_err());
        assert_eq!([12, 1_025, 1_048_577].map(size), ["12 bytes", "2 KB", "2 MB"]);
    }
}

//! Where an action or a decision comes from. Pure.

use kernel::error::Faults;
use kernel::text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Characters of an address at most.
pub const MOST_URL: usize = 2_000;

/// What led to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OriginKind {
    /// A row of a sprint report.
    Report,
    /// A review session of the group.
    Session,
    /// A question of a Well-Architected review that stands at a risk.
    Risk,
    /// An incident.
    Incident,
    /// A game day.
    GameDay,
    /// A concern of the SRE council.
    Concern,
    /// A standard of the organisation.
    Standard,
    /// Somebody saw that it was needed.
    #[default]
    ByHand,
}

impl OriginKind {
    /// All, in the order in which they are offered.
    pub const ALL: [OriginKind; 8] = [
        OriginKind::Report,
        OriginKind::Session,
        OriginKind::Risk,
        OriginKind::Incident,
        OriginKind::GameDay,
        OriginKind::Concern,
        OriginKind::Standard,
        OriginKind::ByHand,
    ];

    /// As it is stored and sent.
    pub fn key(self) -> &'static str {
        match self {
            OriginKind::Report => "report",
            OriginKind::Session => "session",
            OriginKind::Risk => "risk",
            OriginKind::Incident => "incident",
            OriginKind::GameDay => "game-day",
            OriginKind::Concern => "concern",
            OriginKind::Standard => "standard",
            OriginKind::ByHand => "by-hand",
        }
    }

    /// As pages write it.
    pub fn words(self) -> &'static str {
        match self {
            OriginKind::GameDay => "game day",
            OriginKind::ByHand => "by hand",
            other => other.key(),
        }
    }

    /// As it was stored or sent.
    pub fn read(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }
}

/// Where it comes from: a thing of any room, with its page and its name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CameFrom)]
pub struct Origin {
    /// What kind of thing.
    pub kind: OriginKind,
    /// Its id or key within its room; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// Its page: a path of this server, or `https://..`; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// Its name, as it is shown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
}

/// True for an address that a browser may be sent to: nothing that runs.
pub fn is_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|r| !r.is_empty() && !r.starts_with(['/', '?', '#']))
        && url.len() <= MOST_URL
        && !url.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// True for a path of this server.
fn is_path(url: &str) -> bool {
    url.starts_with('/')
        && !url.starts_with("//")
        && url.len() <= MOST_URL
        && !url.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\')
}

impl Origin {
    /// Checked, in the form in which it is stored; faults stand at `origin.*`.
    #[must_use]
    pub fn check(&self, faults: &mut Faults) -> Self {
        let url = self.url.trim().to_owned();
        let sound = url.is_empty() || is_path(&url) || is_address(&url);
        faults.check(
            sound,
            "origin.url",
            format!("That is no page. Write a path such as /reports/payments/12, or an address like https://example.org/path, at most {MOST_URL} characters."),
        );
        let id = self.id.trim().to_owned();
        let n = id.chars().count();
        faults.check(
            n <= text::NAME && !id.chars().any(char::is_control),
            "origin.id",
            format!("The id has {n} characters; at most {} fit, and no line break.", text::NAME),
        );
        let words = self.words.trim().to_owned();
        if !words.is_empty() {
            text::name(faults, "origin.words", "The name of the origin", &words);
        }
        Self { kind: self.kind, id, url, words }
    }

    /// As it is shown: its name, or its kind.
    pub fn shown(&self) -> &str {
        if self.words.is_empty() { self.kind.words() } else { &self.words }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(o: &Origin) -> Vec<String> {
        let mut faults = Faults::new();
        let _ = o.check(&mut faults);
        match faults.done() {
            Ok(()) => Vec::new(),
            Err(kernel::Error::Invalid(list)) => list.into_iter().map(|f| f.at).collect(),
            Err(e) => panic!("{e}"),
        }
    }

    #[test]
    fn an_origin_leads_to_a_page_and_never_runs_anything() {
        let at = |url: &str| faults(&Origin { url: url.into(), ..Origin::default() });
        for good in ["", "/reports/payments/12", "https://example.org/a?b=1"] {
            assert_eq!(at(good), [""; 0], "{good}");
        }
        for bad in
            ["javascript:alert(1)", "//evil.example", "reports", "/a b", "/\\evil.example", &format!("/{}", "x".repeat(2_000))]
        {
            assert_eq!(at(bad), ["origin.url"], "{bad}");
        }
        assert_eq!(
            faults(&Origin { id: "x".repeat(201), words: "a\nb".into(), ..Origin::default() }),
            ["origin.id", "origin.words"]
        );
    }

    #[test]
    fn kinds_are_read_as_they_are_written() {
        for kind in OriginKind::ALL {
            assert_eq!(OriginKind::read(kind.key()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.key());
        }
    }
}

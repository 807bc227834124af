//! How a message looks in each kind of channel, within the limits that each states. Pure: a message in, the body to send out.

pub mod slack;
pub mod teams;
pub mod text;
pub mod webhook;

use crate::message::Message;

/// What a message is written with.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The address that people use, without a slash at its end: what links begin with.
    pub url: &'a str,
    /// Name of the organisation.
    pub organisation: &'a str,
    /// The delivery's id: the same in each try, so that a receiver knows what it has already.
    pub id: &'a str,
}

impl Setting<'_> {
    /// A page here as a complete address.
    pub fn link(&self, href: &str) -> String {
        format!("{}{href}", self.url)
    }
}

/// "Minutes of sessions, Digital Engineering": what a message is about, for its last line.
pub fn about(m: &Message, s: &Setting<'_>) -> String {
    let whose = m.group.as_deref().unwrap_or(s.organisation);
    if whose.is_empty() { m.topic.title().to_owned() } else { format!("{}, {whose}", m.topic.title()) }
}

/// The first so many characters of a text, with an ellipsis if there were more.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(most.saturating_sub(1)).collect();
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

#[cfg(test)]
pub(crate) mod sample {
    use kernel::ids::Id;
    use kernel::time::Time;
    use proptest::prelude::*;

    use super::*;
    use crate::message::{Block, Topic};

    pub(crate) const SETTING: Setting<'static> =
        Setting { url: "https://bellwether.example/b", organisation: "Harbour", id: "0193-0001" };

    pub(crate) fn message() -> Message {
        Message {
            id: Id::from_u128(7),
            topic: Topic::Minutes,
            group: Some("Digital <Engineering>".into()),
            title: "Minutes of sprint 22: <!channel> & more".into(),
            blocks: vec![
                Block::heading("Payments"),
                Block::paragraph("The queue is *steady* again & nobody <@U1> was called."),
                Block::list(["Add jitter", "Tell [Billing](https://evil.example)"]),
                Block::facts([("By", "4 December"), ("Owner", "Ada <Lovelace>")]),
                Block::link("All actions", "/actions"),
            ],
            href: "/sessions/22".into(),
            made_at: Time(1_794_929_580_000_000),
            made_by: "Ingrid Solberg".into(),
        }
    }

    fn block() -> impl Strategy<Value = Block> {
        let text = prop_oneof![
            "[a-zA-Z &<>*_~`@!|\\[\\]()]{0,80}",
            "\\PC{0,200}",
            (1..9_000usize).prop_map(|n| "&<é ".repeat(n / 4 + 1)),
        ];
        let words = "[a-z &<>|]{1,40}";
        prop_oneof![
            text.clone().prop_map(Block::paragraph),
            "\\PC{0,300}".prop_map(Block::heading),
            prop::collection::vec(text, 0..30).prop_map(Block::list::<String>),
            prop::collection::vec((words, "\\PC{0,400}"), 0..30).prop_map(Block::facts::<String, String>),
            (words, "/[a-z/]{0,30}").prop_map(|(w, h)| Block::link(w, h)),
        ]
    }

    /// Any message that a room may make.
    pub(crate) fn any_message() -> impl Strategy<Value = Message> {
        (prop::collection::vec(block(), 0..120), "\\PC{1,200}").prop_map(|(blocks, title)| Message { blocks, title, ..message() })
    }

    #[test]
    fn a_text_is_cut_at_characters() {
        assert_eq!(shortened("abc", 3), "abc");
        assert_eq!(shortened("éééé", 3), "éé…");
        assert_eq!(shortened("ab cd", 4), "ab…");
    }
}

//! What is said: a title, blocks of plain data, an address here. How it looks is each channel's matter.

use kernel::error::{Error, Faults, Result};
use kernel::ids::Id;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Characters that a paragraph, an item or a fact may have.
pub const TEXT: usize = 10_000;

/// Blocks that a message may have.
pub const BLOCKS: usize = 400;

/// Characters that the key of a cause may have.
pub const CAUSE: usize = 200;

macro_rules! topics {
    ($( $(#[$meta:meta])* $name:ident = $key:literal, $title:literal; )+) => {
        /// What a message is about; a channel says which it hears.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "kebab-case")]
        #[schema(as = MessageTopic)]
        pub enum Topic { $( $(#[$meta])* $name, )+ }

        impl Topic {
            /// All of them, in the order in which pages list them. A new topic is a line here.
            pub const ALL: &[Topic] = &[ $( Topic::$name ),+ ];

            /// As it is stored and sent.
            pub const fn key(self) -> &'static str {
                match self { $( Topic::$name => $key ),+ }
            }

            /// As pages write it.
            pub const fn title(self) -> &'static str {
                match self { $( Topic::$name => $title ),+ }
            }
        }
    };
}

topics! {
    /// What a review session came to.
    Minutes = "minutes", "Minutes of sessions";
    /// A review session was added, moved or called off.
    Session = "session", "Sessions that are added, moved or called off";
    /// What somebody still has to do before a day.
    Reminder = "reminder", "Reminders";
    /// A notice to all developers was issued, changed or withdrawn.
    Notice = "notice", "Notices to all developers";
    /// A concern was raised, decided or measured.
    Council = "council", "SRE council";
    /// What was decided.
    Decision = "decision", "Decisions";
    /// What a Well-Architected review came to.
    Review = "review", "Well-Architected reviews";
    /// An incident began, changed or ended.
    Incident = "incident", "Incidents";
    /// Service levels and their error budgets.
    ServiceLevel = "service-level", "Service levels";
    /// Who is on duty, swaps and gaps.
    OnCall = "on-call", "On call";
    /// Whether this server does its work.
    Operation = "operation", "This server";
}

impl Topic {
    /// From what is stored or sent.
    pub fn read(text: &str) -> Option<Self> {
        Topic::ALL.iter().copied().find(|t| t.key() == text)
    }
}

/// A piece of a message: plain data, no markup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[schema(as = MessageBlock)]
pub enum Block {
    /// A heading within the message.
    Heading {
        /// Its words, one line.
        text: String,
    },
    /// Sentences.
    Paragraph {
        /// Its words.
        text: String,
    },
    /// Items of a list.
    List {
        /// In their order.
        items: Vec<String>,
    },
    /// Terms and values.
    Facts {
        /// In their order.
        facts: Vec<MessageFact>,
    },
    /// A link to a page here.
    Link {
        /// Its words.
        words: String,
        /// From the root, such as `/actions/..`.
        href: String,
    },
}

/// A term and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MessageFact {
    /// The term.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl Block {
    /// A heading.
    pub fn heading(text: impl Into<String>) -> Self {
        Block::Heading { text: text.into() }
    }

    /// Sentences.
    pub fn paragraph(text: impl Into<String>) -> Self {
        Block::Paragraph { text: text.into() }
    }

    /// Items.
    pub fn list<T: Into<String>>(items: impl IntoIterator<Item = T>) -> Self {
        Block::List { items: items.into_iter().map(Into::into).collect() }
    }

    /// Terms and values.
    pub fn facts<N: Into<String>, V: Into<String>>(facts: impl IntoIterator<Item = (N, V)>) -> Self {
        let fact = |(name, value): (N, V)| MessageFact { name: name.into(), value: value.into() };
        Block::Facts { facts: facts.into_iter().map(fact).collect() }
    }

    /// A link to a page here.
    pub fn link(words: impl Into<String>, href: impl Into<String>) -> Self {
        Block::Link { words: words.into(), href: href.into() }
    }

    /// Its texts, for the check of their length.
    fn texts(&self) -> Vec<&str> {
        match self {
            Block::Heading { text } | Block::Paragraph { text } => vec![text],
            Block::List { items } => items.iter().map(String::as_str).collect(),
            Block::Facts { facts } => facts.iter().flat_map(|f| [f.name.as_str(), f.value.as_str()]).collect(),
            Block::Link { words, href } => vec![words, href],
        }
    }
}

/// A message that another room sends in the transaction of its own change.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// The group that it is about; none if it is about the whole organisation.
    pub group: Option<Id>,
    /// What it is about.
    pub topic: Topic,
    /// Names the cause, such as `minutes:ID` or `reminder:ID:2026-11-30:PERSON`: the same cause is said once, ever.
    pub cause: String,
    /// One line.
    pub title: String,
    /// What is said.
    pub blocks: Vec<Block>,
    /// The page here that it leads to, from the root.
    pub href: String,
    /// Whether the channels of the group and of the organisation hear it that subscribe to the topic; a message about the whole
    /// organisation is heard by those of every group.
    pub channels: bool,
    /// People who get it as mail, if a channel mails people about this topic.
    pub people: Vec<Id>,
}

impl NewMessage {
    /// Whether it can be stored.
    ///
    /// # Errors
    /// [`Error::Internal`]: what is said comes from rooms, not from people, so a fault is ours.
    pub(crate) fn check(&self) -> Result<()> {
        let mut faults = Faults::new();
        kernel::text::name(&mut faults, "title", "The title", &self.title);
        let good = (1..=CAUSE).contains(&self.cause.len()) && !self.cause.chars().any(char::is_control);
        faults.check(good, "cause", format!("The cause has {} characters; 1 to {CAUSE} fit.", self.cause.len()));
        faults.check(self.blocks.len() <= BLOCKS, "blocks", format!("{} blocks; at most {BLOCKS} fit.", self.blocks.len()));
        faults.check(is_here(&self.href), "href", "The address begins with one slash.");
        for block in &self.blocks {
            let texts = block.texts();
            let long = texts.iter().any(|t| t.chars().count() > TEXT || t.contains('\0'));
            faults.check(!long, "blocks", format!("A text has more than {TEXT} characters, or one that cannot be stored."));
            if let Block::Link { href, .. } = block {
                faults.check(is_here(href), "blocks", "A link begins with one slash.");
            }
        }
        faults.done().map_err(|e| Error::internal(format!("message {}: {e}", self.cause)))
    }
}

/// True for an address of this server, from the root.
fn is_here(href: &str) -> bool {
    href.starts_with('/') && !href.starts_with("//") && !href.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\')
}

/// A message as it was stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// Its id.
    pub id: Id,
    /// What it is about.
    pub topic: Topic,
    /// Name of the group that it is about; absent if it is about the whole organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// One line.
    pub title: String,
    /// What is said.
    pub blocks: Vec<Block>,
    /// The page here that it leads to, from the root.
    pub href: String,
    /// When it was made.
    pub made_at: Time,
    /// Who caused it.
    pub made_by: String,
}

impl Message {
    /// Its own page.
    pub fn own_href(&self) -> String {
        format!("/messages/{}", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new() -> NewMessage {
        NewMessage {
            group: None,
            topic: Topic::Minutes,
            cause: "minutes:1".into(),
            title: "Minutes of sprint 22".into(),
            blocks: vec![Block::paragraph("x"), Block::link("Open", "/sessions/1")],
            href: "/sessions/1".into(),
            channels: true,
            people: vec![],
        }
    }

    #[test]
    fn each_topic_has_a_key_of_its_own_that_reads_back() {
        for topic in Topic::ALL {
            assert_eq!(Topic::read(topic.key()), Some(*topic));
            assert_eq!(serde_json::to_value(topic).unwrap(), topic.key());
        }
        assert_eq!(Topic::read("rumour"), None);
    }

    #[test]
    fn what_a_room_says_has_a_form() {
        new().check().unwrap();
        for bad in [
            NewMessage { title: "a\nb".into(), ..new() },
            NewMessage { cause: String::new(), ..new() },
            NewMessage { href: "//elsewhere.example".into(), ..new() },
            NewMessage { href: "https://elsewhere.example".into(), ..new() },
            NewMessage { blocks: vec![Block::paragraph("x".repeat(TEXT + 1))], ..new() },
            NewMessage { blocks: vec![Block::link("x", "javascript:alert(1)")], ..new() },
            NewMessage { blocks: vec![Block::paragraph("x"); BLOCKS + 1], ..new() },
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
    }
}

//! A channel: where messages of some topics go. Addresses of chats are secrets of the configuration; a channel names them.

/// How a channel is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChannelKind {
    /// An incoming webhook of Slack.
    Slack,
    /// A webhook of a Teams workflow.
    Teams,
    /// Mail to fixed addresses.
    Mail,
    /// Mail to the people that a message names.
    People,
    /// A webhook for machines, by Standard Webhooks.
    Webhook,
}

impl ChannelKind {
    /// All of them, in the order in which pages list them.
    pub const ALL: [ChannelKind; 5] =
        [ChannelKind::Slack, ChannelKind::Teams, ChannelKind::Mail, ChannelKind::People, ChannelKind::Webhook];

    /// As it is stored and sent.
    pub const fn key(self) -> &'static str {
        match self {
            ChannelKind::Slack => "slack",
            ChannelKind::Teams => "teams",
            ChannelKind::Mail => "mail",
            ChannelKind::People => "people",
            ChannelKind::Webhook => "webhook",
        }
    }

    /// From what is stored or sent.
    pub fn read(text: &str) -> Option<Self> {
        ChannelKind::ALL.into_iter().find(|k| k.key() == text)
    }
}

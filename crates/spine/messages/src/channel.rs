//! A channel: where messages of some topics go. Addresses of chats are secrets of the configuration; a channel names them, so that
//! none stands in the database, a page, the trail, an export or a log.

use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::message::Topic;

/// Mail addresses of one channel.
pub const ADDRESSES: usize = 20;
/// Keys that sign for one channel: the one in use, and others while it is replaced.
pub const KEYS: usize = 5;
/// Channels of the organisation and its groups.
pub const MOST: usize = 500;

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

    /// As pages write it.
    pub const fn title(self) -> &'static str {
        match self {
            ChannelKind::Slack => "Slack",
            ChannelKind::Teams => "Microsoft Teams",
            ChannelKind::Mail => "Mail to an address",
            ChannelKind::People => "Mail to the people concerned",
            ChannelKind::Webhook => "Webhook for a program",
        }
    }

    /// From what is stored or sent.
    pub fn read(text: &str) -> Option<Self> {
        ChannelKind::ALL.into_iter().find(|k| k.key() == text)
    }
}

/// Where a channel leads. Secrets are named, never written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
#[schema(as = ChannelTo)]
pub enum To {
    /// An incoming webhook of Slack.
    Slack {
        /// Name of the secret, of the scheme `address`, that holds the webhook's address.
        secret: String,
    },
    /// A webhook of a Teams workflow.
    Teams {
        /// Name of the secret, of the scheme `address`, that holds the webhook's address.
        secret: String,
    },
    /// Mail to fixed addresses.
    Mail {
        /// One to twenty mail addresses.
        addresses: Vec<String>,
    },
    /// Mail to the people that a message names.
    People {},
    /// A webhook for machines, by Standard Webhooks.
    Webhook {
        /// Name of the secret, of the scheme `address`, that holds the webhook's address.
        secret: String,
        /// Names of secrets of the scheme `key`; each signs, so that one can be replaced by another.
        signed_with: Vec<String>,
    },
}

impl To {
    /// Its kind.
    pub const fn kind(&self) -> ChannelKind {
        match self {
            To::Slack { .. } => ChannelKind::Slack,
            To::Teams { .. } => ChannelKind::Teams,
            To::Mail { .. } => ChannelKind::Mail,
            To::People {} => ChannelKind::People,
            To::Webhook { .. } => ChannelKind::Webhook,
        }
    }

    /// The addresses that it mails; none unless it is a channel of addresses.
    pub fn addresses(&self) -> Vec<String> {
        match self {
            To::Mail { addresses } => addresses.clone(),
            _ => Vec::new(),
        }
    }

    fn check(&mut self, faults: &mut Faults) {
        let named = |at: &str, what: &str, name: &mut String, faults: &mut Faults| {
            *name = name.trim().to_owned();
            let good = !name.is_empty() && name.chars().count() <= 100 && !name.chars().any(char::is_control);
            faults.check(good, at, format!("Name the secret {what}, as the configuration has it."));
        };
        let address = "of the scheme address that holds the webhook’s address";
        match self {
            To::Slack { secret } | To::Teams { secret } => named("to.secret", address, secret, faults),
            To::Mail { addresses } => {
                for address in addresses.iter_mut() {
                    *address = address.trim().to_owned();
                    if !kernel::mail::is_address(address) {
                        let shown = text::shown(address, 100);
                        faults.add("to.addresses", format!("“{shown}” is no mail address. Write it like team@example.org."));
                    }
                }
                let good = (1..=ADDRESSES).contains(&addresses.len());
                faults.check(good, "to.addresses", format!("Name 1 to {ADDRESSES} mail addresses; these are {}.", addresses.len()));
            }
            To::People {} => {}
            To::Webhook { secret, signed_with } => {
                named("to.secret", address, secret, faults);
                for key in signed_with.iter_mut() {
                    named("to.signed_with", "of the scheme key that signs", key, faults);
                }
                let good = (1..=KEYS).contains(&signed_with.len());
                faults.check(good, "to.signed_with", format!("Name 1 to {KEYS} keys that sign; these are {}.", signed_with.len()));
            }
        }
    }
}

/// What the configuration has for channels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ground {
    /// Names of secrets that are addresses, each with its hosts.
    pub addresses: Vec<(String, String)>,
    /// Names of secrets that sign.
    pub keys: Vec<String>,
    /// A server takes mail.
    pub mail: bool,
}

impl Ground {
    /// Whether the configuration has what a channel needs.
    ///
    /// # Errors
    /// What has to be changed in the configuration, at its field.
    pub fn check(&self, to: &To) -> Result<()> {
        let mut faults = Faults::new();
        let missing = |name: &str, scheme: &str| {
            let name = text::shown(name, 60);
            format!(
                "The configuration has no secret “{name}” of the scheme {scheme}. The platform engineer adds it, then starts the server anew."
            )
        };
        match to {
            To::Slack { secret } | To::Teams { secret } | To::Webhook { secret, .. } => {
                let known = self.addresses.iter().any(|(name, _)| name == secret);
                faults.check(known, "to.secret", missing(secret, "address"));
            }
            To::Mail { .. } | To::People {} => {
                let say = "The configuration names no server that takes mail. The platform engineer writes [mail], then starts the server anew.";
                faults.check(self.mail, "to.kind", say);
            }
        }
        if let To::Webhook { signed_with, .. } = to {
            for key in signed_with {
                faults.check(self.keys.contains(key), "to.signed_with", missing(key, "key"));
            }
        }
        faults.done()
    }

    /// The hosts that a channel's secret leads to; none if it leads to none, or the configuration has lost it.
    pub fn hosts(&self, to: &To) -> Option<&str> {
        match to {
            To::Slack { secret } | To::Teams { secret } | To::Webhook { secret, .. } => {
                self.addresses.iter().find(|(name, _)| name == secret).map(|(_, hosts)| hosts.as_str())
            }
            To::Mail { .. } | To::People {} => None,
        }
    }
}

/// A channel as somebody sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewChannel {
    /// As pages write it; up to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// Key in URLs and files; made from the name if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Slug of the group whose channel it is; the organisation's if it is left out. It stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// What it hears.
    pub topics: Vec<Topic>,
    /// Where it leads.
    pub to: To,
    /// The version that a change was made from; the newest if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

impl NewChannel {
    /// Trims what was typed, makes the key, puts the topics in their order.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(mut self) -> Result<Self> {
        let mut faults = Faults::new();
        self.name = text::name(&mut faults, "name", "The name", &self.name);
        let slug = self.slug.take().filter(|s| !s.is_empty()).unwrap_or_else(|| text::slug(&self.name));
        if let Err(kernel::Error::Invalid(found)) = text::key("slug", &slug) {
            found.into_iter().for_each(|f| faults.add(f.at, f.message));
        }
        self.slug = Some(slug);
        self.group = self.group.take().map(|g| g.trim().to_owned()).filter(|g| !g.is_empty());
        self.topics.sort_unstable();
        self.topics.dedup();
        faults.check(!self.topics.is_empty(), "topics", "Say what the channel hears: at least one topic.");
        self.to.check(&mut faults);
        faults.done().map(|()| self)
    }
}

/// A group by slug and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ChannelGroup)]
pub struct Whose {
    /// Its id.
    #[serde(skip)]
    pub id: Id,
    /// Slug.
    pub slug: String,
    /// Name.
    pub name: String,
}

/// A channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Channel {
    /// Its id.
    pub id: Id,
    /// Key in URLs.
    pub slug: String,
    /// As pages write it.
    pub name: String,
    /// The group whose channel it is; absent if it is the organisation's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Whose>,
    /// What it hears.
    pub topics: Vec<Topic>,
    /// Where it leads.
    pub to: To,
    /// Raised with each change.
    pub version: i64,
    /// When it was made.
    pub made_at: Time,
    /// By whom.
    pub made_by: String,
    /// When it was changed last.
    pub changed_at: Time,
    /// By whom.
    pub changed_by: String,
    /// When it was put away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Time>,
}

impl Channel {
    /// The channel as it would be sent again, without its version.
    pub fn sent(&self) -> NewChannel {
        NewChannel {
            name: self.name.clone(),
            slug: Some(self.slug.clone()),
            group: self.group.as_ref().map(|g| g.slug.clone()),
            topics: self.topics.clone(),
            to: self.to.clone(),
            version: None,
        }
    }

    /// Its page.
    pub fn href(&self) -> String {
        format!("/channels/{}", self.slug)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn channel(to: To) -> Channel {
        Channel {
            id: Id::from_u128(1),
            slug: "architects".into(),
            name: "#architects <x>".into(),
            group: Some(Whose { id: Id::from_u128(2), slug: "digital".into(), name: "Digital <Engineering>".into() }),
            topics: vec![Topic::Minutes, Topic::Notice],
            to,
            version: 2,
            made_at: Time(1_794_929_580_000_000),
            made_by: "Ingrid <Solberg>".into(),
            changed_at: Time(1_794_929_580_000_000),
            changed_by: "Ingrid <Solberg>".into(),
            archived_at: None,
        }
    }

    fn new(to: To) -> NewChannel {
        NewChannel {
            name: " Architects ".into(),
            slug: None,
            group: None,
            topics: vec![Topic::Notice, Topic::Minutes, Topic::Notice],
            to,
            version: None,
        }
    }

    fn slack(secret: &str) -> To {
        To::Slack { secret: secret.into() }
    }

    fn places(e: kernel::Error) -> Vec<String> {
        match e {
            kernel::Error::Invalid(faults) => faults.into_iter().map(|f| f.at).collect(),
            e => panic!("{e}"),
        }
    }

    #[test]
    fn what_was_typed_is_trimmed_and_put_in_order() {
        let good = new(slack(" chat ")).check().unwrap();
        assert_eq!((good.name.as_str(), good.slug.as_deref()), ("Architects", Some("architects")));
        assert_eq!(good.topics, [Topic::Minutes, Topic::Notice]);
        assert_eq!(good.to, slack("chat"));
        assert_eq!(channel(slack("x")).sent().check().unwrap(), channel(slack("x")).sent());
    }

    #[test]
    fn every_fault_is_named_with_its_field() {
        let bad = NewChannel { name: String::new(), topics: vec![], slug: Some("new".into()), ..new(slack(" ")) };
        assert_eq!(places(bad.check().unwrap_err()), ["name", "slug", "topics", "to.secret"]);
        let mail = |a: &[&str]| To::Mail { addresses: a.iter().map(|a| (*a).to_owned()).collect() };
        assert_eq!(places(new(mail(&[])).check().unwrap_err()), ["to.addresses"]);
        assert_eq!(places(new(mail(&["a@b.example\r\nBcc: x@y.example"])).check().unwrap_err()), ["to.addresses"]);
        assert_eq!(places(new(mail(&["a@b.example"; 21])).check().unwrap_err()), ["to.addresses"]);
        let hook = To::Webhook { secret: "a".into(), signed_with: vec![] };
        assert_eq!(places(new(hook).check().unwrap_err()), ["to.signed_with"]);
    }

    #[test]
    fn what_the_configuration_lacks_is_said_at_its_field() {
        let ground = Ground { addresses: vec![("chat".into(), "hooks.slack.com".into())], keys: vec!["k".into()], mail: false };
        ground.check(&slack("chat")).unwrap();
        assert_eq!(ground.hosts(&slack("chat")), Some("hooks.slack.com"));
        assert_eq!(places(ground.check(&slack("k")).unwrap_err()), ["to.secret"]);
        assert_eq!(places(ground.check(&To::People {}).unwrap_err()), ["to.kind"]);
        let hook = To::Webhook { secret: "chat".into(), signed_with: vec!["k".into(), "old".into()] };
        assert_eq!(places(ground.check(&hook).unwrap_err()), ["to.signed_with"]);
    }

    #[test]
    fn a_channel_is_written_with_its_kind_and_a_word_too_many_is_refused() {
        for to in [slack("x"), To::People {}, To::Mail { addresses: vec!["a@b.example".into()] }] {
            let text = serde_json::to_value(&to).unwrap();
            assert_eq!(text["kind"], to.kind().key());
            assert_eq!(serde_json::from_value::<To>(text).unwrap(), to);
            assert_eq!(ChannelKind::read(to.kind().key()), Some(to.kind()));
        }
        let with_url = serde_json::json!({ "kind": "slack", "secret": "x", "url": "https://hooks.slack.com/T0KEN" });
        assert!(serde_json::from_value::<To>(with_url).is_err());
    }
}

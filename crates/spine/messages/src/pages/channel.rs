//! Pages of channels: the list with its form, one channel with what left by it.

use html::{
    Cell, Choice, Column, Field, FieldKind, Head, Markup, Tight, bdi, choices, field, fields, fields_one, head, html, plural,
    section, table,
};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::{Form, day};

use super::deliveries;
use crate::channel::{Channel, ChannelKind, Ground, To};
use crate::delivery::Delivery;
use crate::message::Topic;

/// What the form of a channel needs.
pub struct FormPage<'a> {
    /// Slug and name of the groups whose channels the reader may make.
    pub groups: &'a [(String, String)],
    /// The reader may make channels of the organisation.
    pub organisation: bool,
    /// What the configuration has.
    pub ground: &'a Ground,
    /// A refused form.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
}

/// The list of channels.
pub struct ListPage<'a> {
    /// In alphabetical order.
    pub channels: &'a [Channel],
    /// Deliveries that were given up.
    pub dead: i64,
    /// The form of a new one.
    pub form: &'a FormPage<'a>,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

/// One channel.
pub struct ChannelPage<'a> {
    /// The channel.
    pub channel: &'a Channel,
    /// What left by it, newest first.
    pub deliveries: &'a [Delivery],
    /// Cursor of what follows, if there is more.
    pub older: Option<&'a str>,
    /// The reader may change, test and put it away.
    pub may_change: bool,
    /// The form that changes it.
    pub form: &'a FormPage<'a>,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

fn heard(topics: &[Topic]) -> String {
    topics.iter().map(|t| t.title()).collect::<Vec<_>>().join(", ")
}

/// Where a channel leads, without its address.
fn leads(to: &To, ground: &Ground) -> Markup {
    html! {
        (to.kind().title())
        @match to {
            To::Slack { secret } | To::Teams { secret } | To::Webhook { secret, .. } => {
                br; " " span.by {
                    "secret " code { (secret) }
                    @match ground.hosts(to) {
                        Some(hosts) => { ", " (hosts) },
                        None => " is missing in the configuration; messages wait for it",
                    }
                }
            }
            To::Mail { addresses } => { br; " " span.by { (bdi(&addresses.join(", "))) } },
            To::People {} => {},
        }
    }
}

fn whose(c: &Channel) -> Markup {
    html! {
        @match &c.group { Some(g) => a href={ "/groups/" (g.slug) } { (bdi(&g.name)) }, None => "the organisation" }
    }
}

/// All channels in use.
pub fn list(p: &ListPage<'_>) -> Markup {
    let n = usize::try_from(p.dead).unwrap_or(0);
    let rows = p.channels.iter().map(|c| {
        vec![
            Cell::new(html! { a href=(c.href()) { (bdi(&c.name)) } }),
            Cell::new(leads(&c.to, p.form.ground)),
            Cell::new(whose(c)),
            Cell::text(&heard(&c.topics)),
        ]
    });
    html! {
        (head(Head {
            kicker: vec![],
            title: "Channels".into(),
            lead: html! {
                "Where minutes, reminders and notices go beside these pages: chat, mail, other programs. "
                @if n > 0 {
                    a href="/dead-letters" { (html::count_word_capital(n)) " " (plural(n, "message", "messages")) } " did not arrive."
                } @else { a href="/dead-letters" { "Everything" } " has arrived or is on its way." }
            },
            facts: vec![],
        }))
        @if let Some((_, faults)) = p.form.sent { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) div.sub {} }
        (section("channels", "All channels", Some(html! { "In alphabetical order, always. A group’s channel hears what is about the group or the organisation; the organisation’s hears every group." }), Tight(false), html! {
            @if p.channels.is_empty() {
                (html::empty("There is no channel yet, so everything stays on these pages. The platform engineer adds the address of a chat as a secret; then a channel is made here.", None))
            } @else {
                (table(&html::Table {
                    caption: "Channels".into(),
                    columns: vec![Column::text("Channel"), Column::text("Leads to"), Column::text("Of"), Column::text("Hears")],
                    rows: rows.collect(),
                    class: "stack flow".into(),
                    foot: None,
                }))
            }
        }))
        @if p.form.organisation || !p.form.groups.is_empty() {
            (section("new", "A new channel", Some(html! { "The address itself is no field here: it stands in a secret of the configuration, and nobody sees it." }), Tight(false), form("/channels", None, p.form)))
        }
    }
}

/// What stands in a field: what was typed, else what the channel has.
fn value(f: &FormPage<'_>, name: &str, stored: impl FnOnce() -> String) -> String {
    f.sent.map_or_else(stored, |(form, _)| form.get(name).to_owned())
}

fn form(action: &str, c: Option<&Channel>, f: &FormPage<'_>) -> Markup {
    let wrong = |at: &str| f.sent.and_then(|(_, faults)| faults.iter().find(|x| x.at == at)).map(|x| x.message.as_str());
    let name = value(f, "name", || c.map(|c| c.name.clone()).unwrap_or_default());
    let way = value(f, "way", || c.map_or("slack", |c| c.to.kind().key()).to_owned());
    let of_group = value(f, "whose", String::new);
    let secret = value(f, "secret", || match c.map(|c| &c.to) {
        Some(To::Slack { secret } | To::Teams { secret } | To::Webhook { secret, .. }) => secret.clone(),
        _ => String::new(),
    });
    let addresses = value(f, "addresses", || match c.map(|c| &c.to) {
        Some(To::Mail { addresses }) => addresses.join("\n"),
        _ => String::new(),
    });
    let keys = value(f, "keys", || match c.map(|c| &c.to) {
        Some(To::Webhook { signed_with, .. }) => signed_with.join("\n"),
        _ => String::new(),
    });
    let version = value(f, "version", || c.map(|c| c.version.to_string()).unwrap_or_default());
    let topics: Vec<String> = f.sent.map_or_else(
        || c.map_or_else(Vec::new, |c| c.topics.iter().map(|t| t.key().to_owned()).collect()),
        |(form, _)| form.all("topic").into_iter().map(str::to_owned).collect(),
    );
    let kinds: Vec<(&str, &str)> = ChannelKind::ALL.iter().map(|k| (k.key(), k.title())).collect();
    let mut groups: Vec<(&str, &str)> = if f.organisation { vec![("", "The organisation")] } else { vec![] };
    groups.extend(f.groups.iter().map(|(slug, name)| (slug.as_str(), name.as_str())));
    let labels: Vec<(String, String)> = f.ground.addresses.iter().map(|(n, hosts)| (n.clone(), format!("{n} ({hosts})"))).collect();
    let mut secrets: Vec<(&str, &str)> = vec![("", "None")];
    secrets.extend(labels.iter().map(|(n, l)| (n.as_str(), l.as_str())));
    // A secret that the configuration has lost stays to be seen.
    if !secret.is_empty() && !secrets.iter().any(|(n, _)| *n == secret) {
        secrets.push((&secret, &secret));
    }
    let known = if f.ground.keys.is_empty() {
        "The configuration has none yet.".to_owned()
    } else {
        format!("The configuration has {}.", f.ground.keys.join(", "))
    };
    let keys_hint = format!("For a webhook: names of secrets of the scheme key, one a line. {known}");
    let mut short = vec![field(&Field {
        id: "way",
        label: "Leads to",
        value: &way,
        kind: FieldKind::Select(&kinds),
        error: wrong("way"),
        ..Field::default()
    })];
    if c.is_none() {
        short.push(field(&Field {
            id: "whose",
            label: "Of",
            value: &of_group,
            kind: FieldKind::Select(&groups),
            error: wrong("whose"),
            ..Field::default()
        }));
    }
    short.push(field(&Field {
        id: "secret",
        label: "Secret with its address",
        hint: Some("For Slack, Teams and a webhook."),
        value: &secret,
        kind: FieldKind::Select(&secrets),
        error: wrong("secret"),
        ..Field::default()
    }));
    html::form(
        action,
        f.csrf,
        html! {
            @if c.is_some() { input type="hidden" name="version" value=(version); }
            (fields_one(&[field(&Field { id: "name", label: "Name", hint: Some("As people know it, such as #architects."), value: &name, error: wrong("name"), required: true, ..Field::default() })]))
            (fields(&short))
            (fields(&[
                field(&Field { id: "addresses", label: "Mail addresses", hint: Some("For mail to an address: one a line, at most twenty."), value: &addresses, kind: FieldKind::Textarea(2), error: wrong("addresses"), ..Field::default() }),
                field(&Field { id: "keys", label: "Signed with", hint: Some(&keys_hint), value: &keys, kind: FieldKind::Textarea(2), error: wrong("keys"), ..Field::default() }),
            ]))
            h3 #topics { "Hears" }
            @if let Some(error) = wrong("topics") { (html::error_line("topics-e", error)) }
            (choices("Hears", &Topic::ALL.iter().map(|t| Choice {
                id: t.key(), name: "topic", value: t.key(), label: t.title(), checked: topics.iter().any(|k| k == t.key()), many: true, ..Choice::default()
            }).collect::<Vec<_>>()))
            div.btns.pane-gap { button.btn.primary type="submit" { @if c.is_some() { "Change the channel" } @else { "Make the channel" } } }
        },
    )
}

/// One channel.
pub fn one(p: &ChannelPage<'_>) -> Markup {
    let c = p.channel;
    html! {
        (head(Head {
            kicker: vec![("Channels".into(), Some("/channels".into()))],
            title: c.name.clone(),
            lead: html! { @if c.archived_at.is_some() { "It was put away: nothing leaves by it any more." } },
            facts: vec![
                ("Leads to".into(), leads(&c.to, p.form.ground)),
                ("Of".into(), whose(c)),
                ("Hears".into(), html! { (heard(&c.topics)) }),
                ("Changed".into(), html! { (bdi(&c.changed_by)) ", " (day(c.changed_at, p.now, p.zone)) }),
            ],
        }))
        @if let Some((_, faults)) = p.form.sent { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) div.sub {} }
        (section("lately", "What left by it", Some(html! { "Newest first. What its receiver does not take is tried again, in order, for two days." }), Tight(false), html! {
            @if p.may_change {
                (html::form(&format!("{}/test", c.href()), p.form.csrf, html! {
                    div.btns { button.btn type="submit" { "Send a test" } }
                }))
            }
            @if p.deliveries.is_empty() {
                (html::empty("Nothing has left by this channel yet.", None))
            } @else {
                (deliveries("Deliveries by this channel, newest first", p.deliveries, false, p.now, p.zone))
                @if let Some(cursor) = p.older { (html::more(html! { a href={ (c.href()) "?cursor=" (cursor) "#lately" } { "Older ones" } })) }
            }
        }))
        @if p.may_change {
            (section("change", "Change it", None, Tight(false), form(&c.href(), Some(c), p.form)))
            (section("away", "Put it away", Some(html! { "Nothing new leaves by it; what waits is given up. What it delivered stays to be seen." }), Tight(true), html! {
                (html::form(&format!("{}/archival", c.href()), p.form.csrf, html! { div.btns { button.btn type="submit" { "Put the channel away" } } }))
            }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::tests::channel;
    use crate::delivery::DeliveryState;
    use crate::delivery::tests::delivery;

    fn ground() -> Ground {
        Ground { addresses: vec![("chat".into(), "hooks.slack.com".into())], keys: vec!["k1".into()], mail: true }
    }

    fn slack(secret: &str) -> Channel {
        channel(To::Slack { secret: secret.into() })
    }

    fn with<R>(sent: Option<(&Form, &[Fault])>, f: impl FnOnce(&FormPage<'_>) -> R) -> R {
        let groups = [("digital".to_owned(), "Digital <Engineering>".to_owned())];
        f(&FormPage { groups: &groups, organisation: true, ground: &ground(), sent, csrf: "c" })
    }

    #[test]
    fn the_list_says_where_each_leads_and_what_did_not_arrive() {
        let draw = |all: &[Channel], dead, sent: Option<(&Form, &[Fault])>| {
            let now = slack("chat").made_at;
            with(sent, |form| list(&ListPage { channels: all, dead, form, now, zone: "UTC" }).into_string())
        };
        let page = draw(&[slack("chat"), slack("lost")], 2, None);
        for part in [
            "#architects &lt;x&gt;",
            "hooks.slack.com",
            "is missing in the configuration",
            "Two messages</a> did not arrive",
            "Minutes of sessions, Notices to all developers",
            "Digital &lt;Engineering&gt;",
            "chat (hooks.slack.com)",
            "The configuration has k1.",
            "Make the channel",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(draw(&[], 0, None).contains("There is no channel yet"));
        let sent = Form(vec![("name".into(), "<n>".into()), ("topic".into(), "notice".into()), ("way".into(), "webhook".into())]);
        let refused = draw(&[], 0, Some((&sent, &[Fault::new("keys", "Name a key.")])));
        assert!(refused.contains("value=\"&lt;n&gt;\"") && refused.contains("href=\"#keys\""), "{refused}");
        assert!(
            refused.contains("<option value=\"webhook\" selected>") && refused.contains("value=\"notice\" checked"),
            "{refused}"
        );
    }

    #[test]
    fn a_channel_shows_what_left_by_it_and_can_be_tested() {
        let draw = |c: &Channel, deliveries: &[Delivery], may_change| {
            with(None, |form| {
                let p = ChannelPage { channel: c, deliveries, older: Some("00"), may_change, form, now: c.made_at, zone: "UTC" };
                one(&p).into_string()
            })
        };
        use DeliveryState::{Arrived, Dropped, GivenUp, Waiting};
        let all = [Waiting, Arrived, GivenUp, Dropped].map(delivery);
        let page = draw(&slack("chat"), &all, true);
        for part in [
            "Send a test",
            "Given up",
            "next try at once",
            "The room &lt;is&gt; gone.",
            "3 tries",
            "Older ones",
            "Put the channel away",
            "Change the channel",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let shown = draw(&slack("chat"), &[], false);
        assert!(shown.contains("Nothing has left") && !shown.contains("Send a test"));
        let mail = channel(To::Mail { addresses: vec!["a@b.example".into()] });
        assert!(draw(&mail, &[], true).contains("a@b.example"));
        let hook = channel(To::Webhook { secret: "chat".into(), signed_with: vec!["k1".into()] });
        assert!(draw(&hook, &[], true).contains("Webhook for a program"));
        let away = Channel { archived_at: Some(hook.made_at), ..hook };
        assert!(draw(&away, &[], false).contains("It was put away"));
    }
}

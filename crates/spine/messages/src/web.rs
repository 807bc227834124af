//! Handlers of the pages of channels, messages and what was given up.

use axum::extract::State;
use axum::response::Response;
use html::{Markup, Place};
use kernel::api::Page;
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::outbox::NEWEST;
use kernel::web::{App, Ctx, Form, Path, Query, page, refused, see_other, shell};
use people::rights;

use crate::api::{Paging, id_of, tried};
use crate::channel::{Channel, MOST, NewChannel, To};
use crate::delivery::{Delivery, Dismissal};
use crate::message::Topic;
use crate::pages;
use crate::pages::channel::{ChannelPage, FormPage, ListPage};
use crate::{acts, jobs, store};

/// Deliveries on a page.
const SHOWN: i64 = 25;

type Refused<'a> = Option<(&'a Form, &'a [Fault])>;

/// Slug and name of the groups whose channels somebody may change.
fn groups(cx: &Ctx, tx: &mut dyn Tx) -> Result<Vec<(String, String)>> {
    let all = catalogue::store::groups(tx)?;
    Ok(all.into_iter().filter(|g| acts::channel::may(cx, Some(g.id))).map(|g| (g.slug, g.name)).collect())
}

async fn list_page(app: &App, cx: &Ctx, sent: Refused<'_>) -> Result<Markup> {
    cx.require_signed_in()?;
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let (channels, dead, groups) = app
        .read(cx, move |cx, tx| {
            Ok((store::channel::page(tx, "", most)?, kernel::outbox::dead(tx, crate::delivery::KIND)?, groups(cx, tx)?))
        })
        .await?;
    let ground = jobs::ground(app);
    let mut frame = shell(app, cx, "Channels", Place::None, false);
    frame.live = Some("/live?topic=channels");
    frame.foot.exports = vec![("JSON", "/api/v1/channels".into())];
    let everywhere = cx.actor.may(&rights::CHANNELS, None);
    let form = FormPage { groups: &groups, organisation: everywhere, ground: &ground, sent, csrf: &cx.actor.csrf };
    let body = pages::channel::list(&ListPage { channels: &channels, dead, form: &form, now: cx.now, zone: &cx.actor.zone });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn list(State(app): State<App>, cx: Ctx) -> Result<Response> {
    Ok(page(list_page(&app, &cx, None).await?))
}

/// One a line, or parted by commas.
fn several(text: &str) -> Vec<String> {
    text.split(['\n', ',']).map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect()
}

fn new_of(form: &Form) -> Result<NewChannel> {
    let secret = form.get("secret").trim().to_owned();
    let to = match form.get("way") {
        "slack" => To::Slack { secret },
        "teams" => To::Teams { secret },
        "mail" => To::Mail { addresses: several(form.get("addresses")) },
        "people" => To::People {},
        "webhook" => To::Webhook { secret, signed_with: several(form.get("keys")) },
        _ => return Err(Error::invalid("to.kind", "Choose how the channel is spoken to.")),
    };
    let topics =
        form.all("topic").into_iter().map(|t| Topic::read(t).ok_or_else(|| Error::invalid("topics", "There is no such topic.")));
    let whose = form.get("whose").trim();
    let version = form.get("version").trim();
    Ok(NewChannel {
        name: form.get("name").into(),
        slug: None,
        group: (!whose.is_empty()).then(|| whose.to_owned()),
        topics: topics.collect::<Result<_>>()?,
        to,
        version: (!version.is_empty())
            .then(|| version.parse().map_err(|_| Error::invalid("name", "The version is a number.")))
            .transpose()?,
    })
}

/// A fault at the field of the form.
fn at_form(fault: &Fault) -> Fault {
    let at = match fault.at.as_str() {
        "group" => "whose",
        "to.kind" => "way",
        "to.secret" => "secret",
        "to.addresses" => "addresses",
        "to.signed_with" => "keys",
        "slug" | "" => "name",
        other => other,
    };
    Fault::new(at, fault.message.clone())
}

fn faults(e: Error) -> Result<Vec<Fault>> {
    match e {
        Error::Invalid(faults) => Ok(faults.iter().map(at_form).collect()),
        Error::Conflict(message) => Ok(vec![Fault::new("name", message)]),
        e => Err(e),
    }
}

fn grounded(app: &App, form: &Form) -> Result<NewChannel> {
    let new = new_of(form)?.check()?;
    jobs::ground(app).check(&new.to)?;
    Ok(new)
}

pub(crate) async fn make(State(app): State<App>, cx: Ctx, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::CHANNELS)?;
    let made = match grounded(&app, &form) {
        Ok(new) => app.write(&cx, move |cx, tx| acts::channel::make(cx, tx, &new)).await,
        Err(e) => Err(e),
    };
    let faults = match made {
        Ok(channel) => return Ok(see_other(&channel.href())),
        Err(e) => faults(e)?,
    };
    Ok(refused(list_page(&app, &cx, Some((&form, &faults))).await?))
}

async fn channel_page(app: &App, cx: &Ctx, slug: String, p: &Paging, sent: Refused<'_>) -> Result<Markup> {
    cx.require_signed_in()?;
    let below = p.id(NEWEST)?;
    let (channel, found): (Channel, Page<Delivery>) = app
        .read(cx, move |_, tx| {
            let channel = store::channel::by_slug(tx, &slug)?;
            let rows = store::delivery::of_channel(tx, &channel, &below, SHOWN + 1)?;
            Ok((channel, Page::cut(rows, SHOWN, |d| d.id.to_string())))
        })
        .await?;
    let ground = jobs::ground(app);
    let topic = format!("/live?topic=channel:{}", channel.id);
    let mut frame = shell(app, cx, &channel.name, Place::None, false);
    frame.live = p.cursor.is_none().then_some(topic.as_str());
    frame.foot.exports = vec![("JSON", format!("/api/v1/channels/{}/deliveries", channel.slug))];
    let form = FormPage { groups: &[], organisation: false, ground: &ground, sent, csrf: &cx.actor.csrf };
    let body = pages::channel::one(&ChannelPage {
        channel: &channel,
        deliveries: &found.items,
        older: found.next.as_deref(),
        may_change: acts::channel::may(cx, channel.group.as_ref().map(|g| g.id)) && channel.archived_at.is_none(),
        form: &form,
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn one(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, Query(p): Query<Paging>) -> Result<Response> {
    Ok(page(channel_page(&app, &cx, slug, &p, None).await?))
}

pub(crate) async fn change(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::CHANNELS)?;
    let wanted = slug.clone();
    let changed = match grounded(&app, &form) {
        Ok(new) => {
            app.write(&cx, move |cx, tx| {
                // The form does not say whose it is: that stays.
                let group = store::channel::by_slug(tx, &wanted)?.group.map(|g| g.slug);
                acts::channel::change(cx, tx, &wanted, &NewChannel { group, slug: None, ..new.clone() })
            })
            .await
        }
        Err(e) => Err(e),
    };
    let faults = match changed {
        Ok(channel) => return Ok(see_other(&channel.href())),
        Err(e) => faults(e)?,
    };
    Ok(refused(channel_page(&app, &cx, slug, &Paging::default(), Some((&form, &faults))).await?))
}

pub(crate) async fn test(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, _: Form) -> Result<Response> {
    let here = format!("/channels/{slug}#lately");
    tried(&app, &cx, slug).await?;
    Ok(see_other(&here))
}

pub(crate) async fn archive(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, _: Form) -> Result<Response> {
    app.write(&cx, move |cx, tx| acts::channel::archive(cx, tx, &slug)).await?;
    Ok(see_other("/channels"))
}

pub(crate) async fn message(State(app): State<App>, cx: Ctx, Path(id): Path<String>, Query(p): Query<Paging>) -> Result<Response> {
    cx.require_signed_in()?;
    let (id, after) = (id_of("message", &id)?, p.id("")?);
    let (message, found) = app
        .read(&cx, move |_, tx| {
            let message = store::message::one(tx, id)?;
            let rows = store::delivery::of_message(tx, id, &after, SHOWN + 1)?;
            Ok((message, Page::cut(rows, SHOWN, |d| d.id.to_string())))
        })
        .await?;
    let topic = format!("/live?topic=message:{id}");
    let mut frame = shell(&app, &cx, &message.title, Place::None, false);
    frame.live = Some(&topic);
    frame.foot.exports = vec![("JSON", format!("/api/v1/messages/{id}"))];
    let body = pages::message::one(&message, &found.items, found.next.as_deref(), cx.now, &cx.actor.zone);
    Ok(page(frame.page(html::html! {}, body)))
}

async fn dead_page(app: &App, cx: &Ctx, p: &Paging, sent: Option<(&str, &Form, &[Fault])>) -> Result<Markup> {
    cx.require_signed_in()?;
    let below = p.id(NEWEST)?;
    let found = app
        .read(cx, move |cx, tx| {
            let rows = store::delivery::given_up(tx, &below, SHOWN + 1)?;
            let mut out = Vec::new();
            for d in rows {
                let channel = store::channel::by_slug(tx, &d.channel)?;
                let may = acts::channel::may(cx, channel.group.map(|g| g.id));
                out.push((d, may));
            }
            Ok(Page::cut(out, SHOWN, |(d, _)| d.id.to_string()))
        })
        .await?;
    let mut frame = shell(app, cx, "Messages that did not arrive", Place::None, false);
    frame.live = Some("/live?topic=dead-letters");
    frame.foot.exports = vec![("JSON", "/api/v1/dead-letters".into())];
    let body = pages::dead::list(&pages::dead::DeadPage {
        deliveries: &found.items,
        older: found.next.as_deref(),
        sent,
        csrf: &cx.actor.csrf,
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn dead(State(app): State<App>, cx: Ctx, Query(p): Query<Paging>) -> Result<Response> {
    Ok(page(dead_page(&app, &cx, &p, None).await?))
}

pub(crate) async fn retry(State(app): State<App>, cx: Ctx, Path(id): Path<String>, _: Form) -> Result<Response> {
    let id = id_of("delivery", &id)?;
    app.write(&cx, move |cx, tx| acts::delivery::retry(cx, tx, id)).await?;
    Ok(see_other("/dead-letters"))
}

pub(crate) async fn drop(State(app): State<App>, cx: Ctx, Path(text): Path<String>, form: Form) -> Result<Response> {
    let id = id_of("delivery", &text)?;
    let said = Dismissal { reason: form.get("reason").into() };
    match app.write(&cx, move |cx, tx| acts::delivery::drop(cx, tx, id, &said)).await {
        Ok(_) => Ok(see_other("/dead-letters")),
        Err(Error::Invalid(faults)) => Ok(refused(dead_page(&app, &cx, &Paging::default(), Some((&text, &form, &faults))).await?)),
        Err(e) => Err(e),
    }
}

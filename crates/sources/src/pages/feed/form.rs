//! The form of a feed, for a new one and for a change.

use catalogue::Group;
use html::{Button, Field, FieldKind, Head, Markup, Tight, Weight, button, field, fields, fields_one, head, html, section, views};
use kernel::error::Fault;
use kernel::web::Form;

use super::looked;
use crate::rules::{Feed, FeedPreview, LONGEST, SHORTEST, feed_field_of, feed_stored};

/// What the form shows.
#[derive(Clone, Copy)]
pub struct FeedForm<'a> {
    /// `backstage-api` or `git`.
    pub kind: &'a str,
    /// Groups that teams can go into.
    pub groups: &'a [Group],
    /// The feed that is changed.
    pub feed: Option<&'a Feed>,
    /// What was typed, with what is wrong with it.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// The answer of a look.
    pub preview: Option<&'a FeedPreview>,
    /// Token of the form.
    pub csrf: &'a str,
}

/// The form.
pub fn form(p: &FeedForm<'_>) -> Markup {
    let title = p.feed.map_or_else(|| "Make a feed".to_owned(), |f| format!("Change {}", f.name));
    let mut kicker = vec![("Catalogue".to_owned(), Some("/catalogue".to_owned())), ("Feeds".to_owned(), Some("/feeds".to_owned()))];
    if let Some(f) = p.feed {
        kicker.push((f.name.clone(), Some(format!("/feeds/{}", f.slug))));
    }
    let faults = p.sent.map(|(_, f)| f).unwrap_or_default();
    let action = p.feed.map_or_else(|| "/feeds".to_owned(), |f| format!("/feeds/{}/change", f.slug));
    html! {
        (head(Head {
            kicker,
            title,
            lead: html! {
                @if p.feed.is_some() { "After a change a feed with a schedule runs again at once. If only the address changes, what came from it stays." }
                @else { "A feed reads groups, teams, workloads and services from where they are kept. What disappears there is marked orphaned here, never deleted." }
            },
            facts: vec![],
        }))
        @if !faults.is_empty() {
            (html::alert(faults.iter().map(|f| (feed_field_of(&f.at).to_owned(), f.message.clone())).collect()))
            div.sub {}
        }
        @if let Some(preview) = p.preview { (looked(preview)) }
        @if p.feed.is_none() {
            (views("Where the catalogue is", &[
                ("Backstage’s API", "/feeds/new?kind=backstage-api", p.kind != "git"),
                ("Files in git", "/feeds/new?kind=git", p.kind == "git"),
            ]))
        }
        (html::form(&action, p.csrf, asked(p)))
        @if let Some(f) = p.feed {
            (section("away", "Put it away", None, Tight(true), html! {
                p.prose { "A feed that is put away runs no more. What came from it stays, and is not marked." }
                (html::form(&format!("/feeds/{}/archival", f.slug), p.csrf, html! {
                    div class="btns pane-gap-s" { button.btn type="submit" { "Put the feed away" } }
                }))
            }))
        }
    }
}

fn asked(p: &FeedForm<'_>) -> Markup {
    let mut into = vec![("", "the groups that the source names")];
    into.extend(p.groups.iter().map(|g| (g.slug.as_str(), g.name.as_str())));
    html! {
        input type="hidden" name="kind" value=(p.kind);
        @if let Some(f) = p.feed { input type="hidden" name="version" value=(f.version); }
        (section("from", "Where it reads", Some(html! { "Private addresses have to be allowed in the configuration: allow in [outgoing]." }), Tight(true), html! {
            @if p.kind == "git" {
                (fields(&[
                    one(p, "name", "Name", None, FieldKind::Text),
                    one(p, "url", "Repository", Some("https://host/path, ssh://host/path, user@host:path, or a path under one of the roots in [git]."), FieldKind::Text),
                ]))
                div.pane-gap-s {
                    (fields(&[
                        one(p, "revision", "Branch, tag or commit", Some("Empty for the default branch."), FieldKind::Text),
                        one(p, "secret", "Secret", Some("For https; its name in the configuration. Empty if none is needed."), FieldKind::Text),
                    ]))
                }
                div.pane-gap-s {
                    (fields_one(&[one(p, "paths", "Files", Some("One a line: a name, or a pattern such as teams/**/*.yaml; ! before one leaves it out. Empty: every catalog-info.yaml and catalog-info.yml."), FieldKind::Textarea(3))]))
                }
            } @else {
                (fields(&[
                    one(p, "name", "Name", None, FieldKind::Text),
                    one(p, "url", "Address of the backend", Some("Such as https://backstage.example.org; /api/catalog follows by itself."), FieldKind::Text),
                    one(p, "secret", "Secret", Some("Its name in the configuration; it is sent as the token. Empty if none is needed."), FieldKind::Text),
                ]))
            }
        }))
        (section("how", "How it is taken", None, Tight(true), html! {
            (fields(&[
                one(p, "group", "Group of the teams", Some("For teams whose own group is not here yet."), FieldKind::Select(&into)),
                one(p, "zone", "Time zone of new groups", Some("Like Europe/London; only if the source brings new groups."), FieldKind::Text),
                one(p, "first_day", "First day of their first sprint", Some("Like 2026-11-04."), FieldKind::Date),
            ]))
            div.pane-gap {
                (fields_one(&[one(p, "overwrite", "Overwrite what was changed here by hand", Some("Otherwise it is kept, and shown."), FieldKind::Checkbox(!value(p, "overwrite").is_empty()))]))
            }
        }))
        (section("when", "When it runs", Some(html! { "From every " (SHORTEST) " minutes to every " (LONGEST / 1440) " days. After a failure it is tried again sooner." }), Tight(true), fields(&[
            one(p, "every", "Every", None, FieldKind::Decimal),
            one(p, "unit", "Unit", None, FieldKind::Select(&[("minutes", "minutes"), ("hours", "hours"), ("days", "days"), ("hand", "never: only when somebody asks")])),
            // A third place, so that two short fields stay short.
            html! { div {} },
        ])))
        (section("done", if p.feed.is_some() { "Change it" } else { "Make it" }, Some(html! { "Looking first stores nothing." }), Tight(true), html! {
            div.btns {
                (button(&Button { label: if p.feed.is_some() { "Change the feed" } else { "Make the feed" }, weight: Weight::Primary, ..Button::default() }))
                (button(&Button { label: "Look first", sends: Some(("try", "yes")), ..Button::default() }))
            }
        }))
    }
}

fn value(p: &FeedForm<'_>, id: &str) -> String {
    match (p.sent, p.feed) {
        (Some((form, _)), _) => form.get(id).to_owned(),
        (None, Some(feed)) => feed_stored(feed, id),
        (None, None) => match id {
            "every" => "6".into(),
            "unit" => "hours".into(),
            _ => String::new(),
        },
    }
}

fn one(p: &FeedForm<'_>, id: &'static str, label: &'static str, hint: Option<&str>, kind: FieldKind<'_>) -> Markup {
    let error = p.sent.and_then(|(_, f)| f.iter().find(|f| feed_field_of(&f.at) == id)).map(|f| f.message.as_str());
    field(&Field { id, label, hint, value: &value(p, id), kind, error, ..Field::default() })
}

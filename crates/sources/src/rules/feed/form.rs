//! A feed as its form sends it, and what the form is filled with: each field in both directions.

use catalogue::wanted::NewCalendar;
use kernel::error::{Error, Result};
use kernel::web::Form;

use super::super::form::{every, minutes_of};
use super::{BackstageApi, Feed, FeedFrom, FeedGit, NewFeed};

/// The field of the form that a fault belongs to.
pub(crate) fn feed_field_of(at: &str) -> &str {
    let at = at.strip_prefix("from.").or_else(|| at.strip_prefix("calendar.")).unwrap_or(at);
    match at {
        "every_minutes" => "every",
        "slug" => "name",
        "sprint_days" | "first_number" | "calendar" => "first_day",
        other => other,
    }
}

fn text(form: &Form, name: &str) -> String {
    form.get(name).trim().to_owned()
}

fn opt(form: &Form, name: &str) -> Option<String> {
    Some(text(form, name)).filter(|t| !t.is_empty())
}

/// Reads a feed from its form; `old` is the one that is changed.
///
/// # Errors
/// A number that is none, at its field.
pub(crate) fn feed_of(form: &Form, old: Option<&Feed>) -> Result<NewFeed> {
    let kind = old.map_or_else(|| form.get("kind"), |f| f.from.kind());
    let from = if kind == "git" {
        let paths = form.get("paths").lines().map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()).collect();
        FeedFrom::Git(FeedGit { url: text(form, "url"), revision: text(form, "revision"), paths, secret: opt(form, "secret") })
    } else {
        FeedFrom::BackstageApi(BackstageApi { url: text(form, "url"), secret: opt(form, "secret") })
    };
    // What the form has no field for stays.
    let known = old.and_then(|f| f.calendar.as_ref());
    let calendar = opt(form, "zone").or_else(|| opt(form, "first_day")).map(|_| NewCalendar {
        zone: text(form, "zone"),
        first_day: text(form, "first_day"),
        sprint_days: known.and_then(|c| c.sprint_days),
        first_number: known.and_then(|c| c.first_number),
    });
    let every_minutes = if form.get("unit") == "hand" { None } else { Some(minutes_of(form)?) };
    if form.opt("version").is_some_and(|v| v.parse::<i64>().is_err()) {
        return Err(Error::invalid("name", "The form has lost its version. Open it again."));
    }
    Ok(NewFeed {
        name: text(form, "name"),
        slug: None,
        from,
        group: opt(form, "group"),
        calendar,
        overwrite: !form.get("overwrite").is_empty(),
        every_minutes,
        version: form.get("version").parse().ok(),
    })
}

/// What stands in a field of the form of a feed before anything is typed.
pub(crate) fn feed_stored(f: &Feed, name: &str) -> String {
    let schedule = f.every_minutes.map_or_else(|| (String::new(), "hand"), every);
    let git = if let FeedFrom::Git(g) = &f.from { Some(g) } else { None };
    match name {
        "name" => f.name.clone(),
        "url" => f.from.address().to_owned(),
        "secret" => f.from.secret().unwrap_or_default().to_owned(),
        "revision" => git.map(|g| g.revision.clone()).unwrap_or_default(),
        "paths" => git.map(|g| g.paths.join("\n")).unwrap_or_default(),
        "group" => f.group.clone().unwrap_or_default(),
        "zone" => f.calendar.as_ref().map(|c| c.zone.clone()).unwrap_or_default(),
        "first_day" => f.calendar.as_ref().map(|c| c.first_day.clone()).unwrap_or_default(),
        "overwrite" if f.overwrite => "yes".into(),
        "every" => schedule.0,
        "unit" => schedule.1.into(),
        "version" => f.version.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{api, feed, new};
    use super::*;

    const FIELDS: [&str; 12] =
        ["name", "url", "secret", "revision", "paths", "group", "zone", "first_day", "overwrite", "every", "unit", "version"];

    #[test]
    fn what_the_form_is_filled_with_is_what_it_sends() {
        let git =
            json!({ "kind": "git", "url": "https://h/a.git", "revision": "main", "paths": ["a/*.yaml", "!b/**"], "secret": "f" });
        for new in [
            new(api()),
            NewFeed { every_minutes: None, overwrite: true, group: Some("core".into()), ..new(git) },
            NewFeed {
                calendar: Some(NewCalendar {
                    zone: "UTC".into(),
                    first_day: "2026-11-04".into(),
                    sprint_days: Some(21),
                    first_number: None,
                }),
                every_minutes: Some(1440),
                ..new(api())
            },
        ] {
            let old = feed(new.check().unwrap());
            let form = Form(FIELDS.iter().map(|f| ((*f).to_owned(), feed_stored(&old, f))).collect());
            let sent = feed_of(&form, Some(&old)).unwrap().check().unwrap();
            assert_eq!(NewFeed { slug: old.sent().slug, version: None, ..sent }, old.sent());
        }
    }

    #[test]
    fn a_number_that_is_none_is_named_at_its_field() {
        let form = Form([("kind", "git"), ("every", "often"), ("unit", "days")].map(|(n, v)| (n.to_owned(), v.to_owned())).into());
        let Err(Error::Invalid(faults)) = feed_of(&form, None) else { panic!("taken") };
        assert_eq!(faults[0].at, "every");
        let places = ["from.url", "calendar.zone", "every_minutes", "slug", "calendar.sprint_days"].map(feed_field_of);
        assert_eq!(places, ["url", "zone", "every", "name", "first_day"]);
    }
}

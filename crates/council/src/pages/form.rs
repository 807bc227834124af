//! The form of a concern: to raise one, and to change what one says.

use html::{Field, FieldKind, Head, Markup, Tight, bdi, field, fields, fields_one, head, html, section};

use super::{Sent, alike_list};
use crate::alike::Alike;
use crate::concern::{Concern, Confirmed, Content};

/// What the form needs.
pub struct FormPage<'a> {
    /// The concern that is changed; none to raise one.
    pub stood: Option<&'a Concern>,
    /// Slug and name of the teams for which the reader may raise one.
    pub teams: &'a [(String, String)],
    /// Slug of the team that is chosen at first.
    pub team: &'a str,
    /// What stands in the fields at first.
    pub content: &'a Content,
    /// Where it comes from.
    pub origin: &'a actions::Origin,
    /// Metrics with what they are measured of, as (`key subject`, label).
    pub metrics: &'a [(String, String)],
    /// Concerns that share words with it.
    pub alike: &'a [Alike],
    /// Somebody asked for those.
    pub looked: bool,
    /// What was typed, and why it was refused.
    pub sent: Sent<'a>,
    /// Token for forms.
    pub csrf: &'a str,
}

fn options<'a>(none: Option<&'a str>, all: &'a [(String, String)]) -> Vec<(&'a str, &'a str)> {
    none.map(|label| ("", label)).into_iter().chain(all.iter().map(|(v, l)| (v.as_str(), l.as_str()))).collect()
}

/// What is alike, as a part of the page that the script asks for while somebody types.
pub fn alike(all: &[Alike], looked: bool) -> Markup {
    html! {
        div #alike data-fragment aria-live="polite" {
            @if !all.is_empty() {
                h3 { "Concerns that share words with this one" }
                (alike_list(all))
            } @else if looked { p.prose { "No other concern shares two words with this one." } }
        }
    }
}

fn questions(p: &FormPage<'_>) -> Markup {
    let c = p.content;
    let area = |id: &'static str, label: &'static str, hint: &'static str, stood: &str, rows: u8| {
        let value = p.sent.was(id, stood).to_owned();
        field(&Field {
            id,
            label,
            hint: Some(hint),
            value: &value,
            kind: FieldKind::Textarea(rows),
            error: p.sent.wrong(id),
            ..Field::default()
        })
    };
    let title = p.sent.was("title", &c.title).to_owned();
    fields_one(&[
        field(&Field {
            id: "title",
            label: "Title",
            hint: Some("What hurts, in up to 200 characters; not the remedy."),
            value: &title,
            error: p.sent.wrong("title"),
            ..Field::default()
        }),
        area("why_sre", "Why is this SRE?", "Why no single team can settle it in its own backlog.", &c.why_sre, 3),
        area("why_important", "Why is it important?", "Whom it hurts, how often, how much.", &c.why_important, 3),
        area("involved", "What is involved?", "Which teams, and about how much work for each.", &c.involved, 3),
    ])
}

fn data(p: &FormPage<'_>) -> Markup {
    let c = p.content;
    let confirmed: Vec<(&str, &str)> = Confirmed::ALL.iter().map(|c| (c.key(), c.words())).collect();
    let metrics = options(Some("None yet"), p.metrics);
    let moves = [("", "Not said"), ("down", "Lower"), ("up", "Higher")];
    let metric = if c.metric.is_empty() { String::new() } else { format!("{} {}", c.metric, c.subject) };
    let direction = c.direction.map_or("", |d| if d == actions::action::Move::Up { "up" } else { "down" });
    let by = c.by.map(|b| b.to_string()).unwrap_or_default();
    let one = |id: &'static str, label: &'static str, hint: Option<&'static str>, stood: &str, kind: FieldKind<'_>| {
        let value = p.sent.was(id, stood).to_owned();
        field(&Field { id, label, hint, value: &value, kind, error: p.sent.wrong(id), ..Field::default() })
    };
    html! {
        (fields(&[
            one("confirmed", "Can our data confirm it?", None, c.confirmed.key(), FieldKind::Select(&confirmed)),
            one("metric", "The metric that it is about", None, &metric, FieldKind::Select(&metrics)),
        ]))
        (fields_one(&[one("seen", "The values that were seen, or what is missing", None, &c.seen, FieldKind::Textarea(2))]))
        (fields(&[
            one("baseline_from", "Baseline from", Some("First day, or nothing."), &c.baseline_from, FieldKind::Date),
            one("baseline_until", "until", Some("First day after it, or nothing."), &c.baseline_until, FieldKind::Date),
        ]))
        (fields_one(&[
            one("baseline", "The baseline in words", Some("“p95 of 2.9 s from six to nine”"), &c.baseline, FieldKind::Text),
            one("hypothesis", "Hypothesis", Some("What we believe will change the number. Needed before the epic is vetted."), &c.hypothesis, FieldKind::Textarea(2)),
        ]))
        (fields(&[
            one("direction", "The metric gets", None, direction, FieldKind::Select(&moves)),
            one("by", "By how much", Some("In its unit, or nothing."), &by, FieldKind::Decimal),
        ]))
    }
}

/// The page with the form.
pub fn page(p: &FormPage<'_>) -> Markup {
    let (title, to) = match p.stood {
        Some(c) => (format!("Change {}", c.name()), format!("{}/text", c.href())),
        None => ("Raise a concern".to_owned(), "/council/concerns".to_owned()),
    };
    let mut kicker = vec![("SRE council".to_owned(), Some("/council".to_owned()))];
    if let Some(c) = p.stood {
        kicker.push((format!("{} {}", c.name(), c.content.title), Some(c.href())));
    }
    let teams = options(None, p.teams);
    let o = p.origin;
    let hidden = [("origin-kind", o.kind.key()), ("origin-id", o.id.as_str()), ("origin-url", &o.url), ("origin-words", &o.words)];
    let reason = p.sent.was("reason", "").to_owned();
    html! {
        (head(Head {
            kicker,
            title,
            lead: html! { "The council asks three questions of every concern, and whether our data can confirm it. What is not known yet can be added later." },
            facts: vec![],
        }))
        (p.sent.summary())
        (html::form(&to, p.csrf, html! {
            (section("questions", "The concern", Some(html! { "The three questions are answered by whoever raises it." }), Tight(false), html! {
                @match p.stood {
                    Some(c) => { input type="hidden" name="version" value=(p.sent.was("version", &c.version.to_string())); }
                    None => {
                        @for (name, value) in hidden { input type="hidden" name=(name) value=(value); }
                        @if !o.words.is_empty() { p.hint { "Comes from " (bdi(&o.words)) "." } }
                        (fields_one(&[field(&Field { id: "team", label: "Raised by", value: p.sent.was("team", p.team), kind: FieldKind::Select(&teams), error: p.sent.wrong("team"), ..Field::default() })]))
                    }
                }
                (questions(p))
                (alike(p.alike, p.looked))
            }))
            (section("data", "The evidence", Some(html! { "Baseline and hypothesis make it possible to say later whether it worked." }), Tight(false), html! {
                (data(p))
                @if p.stood.is_some() {
                    (fields_one(&[field(&Field { id: "reason", label: "Why it changes", hint: Some("Or nothing."), value: &reason, error: p.sent.wrong("reason"), ..Field::default() })]))
                }
                div.btns.pane-gap {
                    button.btn.primary type="submit" { @if p.stood.is_some() { "Save the change" } @else { "Raise the concern" } }
                    @if p.stood.is_none() { button.btn type="submit" name="act" value="look" { "Look for similar ones first" } }
                }
            }))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concern::tests::{concern, content};
    use crate::pages::sample::alike as sample;
    use crate::state::ConcernState;
    use kernel::error::Fault;
    use kernel::web::Form;

    fn draw(stood: Option<&Concern>, sent: Sent<'_>, alike: &[Alike]) -> String {
        let pairs = [("quotes".to_owned(), "Quote & <Buy>".to_owned())];
        let metrics = [("latency-p95 quotes".to_owned(), "Latency <p95>".to_owned())];
        let origin = actions::Origin { words: "Sprint 18 <x>".into(), ..actions::Origin::default() };
        let c = content();
        let page_ = FormPage {
            stood,
            teams: &pairs,
            team: "quotes",
            content: &c,
            origin: &origin,
            metrics: &metrics,
            alike,
            looked: true,
            sent,
            csrf: "c",
        };
        page(&page_).into_string()
    }

    #[test]
    fn a_new_concern_asks_the_three_questions_and_shows_what_is_alike() {
        let text = draw(None, Sent::default(), &[sample()]);
        for part in [
            "Raise a concern",
            "Why is this SRE?",
            "Why is it important?",
            "What is involved?",
            "Can our data confirm it?",
            "Comes from <bdi>Sprint 18 &lt;x&gt;",
            "The load slows the &lt;morning’s&gt; quotes",
            "value=\"latency-p95 quotes\" selected",
            "Retries &lt;x&gt;",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(alike(&[], true).into_string().contains("No other concern shares two words"));
        assert!(!alike(&[], false).into_string().contains("No other"));
    }

    #[test]
    fn a_refused_form_keeps_what_was_typed() {
        let form = Form(vec![("title".into(), "<t>".into()), ("by".into(), "much".into())]);
        let faults = [Fault::new("why_sre", "Answer it."), Fault::new("by", "No number.")];
        let text = draw(None, Sent::refused(&form, &faults), &[]);
        assert!(
            text.contains("value=\"&lt;t&gt;\"") && text.contains("value=\"much\"") && text.contains("href=\"#why_sre\""),
            "{text}"
        );
    }

    #[test]
    fn a_change_states_the_version_that_was_looked_at() {
        let c = concern(21, ConcernState::Raised);
        let text = draw(Some(&c), Sent::default(), &[]);
        assert!(text.contains("action=\"/council/concerns/21/text\"") && text.contains("name=\"version\" value=\"3\""), "{text}");
        assert!(!text.contains("Raised by"), "whose it is does not change");
    }
}

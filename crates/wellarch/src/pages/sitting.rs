//! Sittings of a review: who facilitated, who attended, what was noted.

use html::{Field, FieldKind, Head, Markup, Tight, bdi, facts, field, head, html, section};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::{Form, clock};

use crate::document::ReviewDocument;
use crate::sitting::Sitting;

/// What the page of a review's sittings needs.
pub struct SittingsPage<'a> {
    /// The review.
    pub document: &'a ReviewDocument,
    /// Its sittings, oldest first.
    pub sittings: &'a [Sitting],
    /// The reader may begin, change and close.
    pub may: bool,
    /// Who facilitates and who attends, to begin with: the reader, and those who have the review open.
    pub offered: (&'a str, &'a str),
    /// A refused form, and what is wrong with it.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Why the last act could not be done.
    pub conflict: Option<&'a str>,
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

impl SittingsPage<'_> {
    fn here(&self) -> String {
        format!("/workloads/{}/reviews/{}/sittings", self.document.workload.slug, self.document.lens.slug)
    }

    /// What stands in a field of the form of that name: what was sent, else what is stored.
    fn value<'a>(&'a self, form: &str, name: &str, stored: &'a str) -> &'a str {
        match self.sent {
            Some((sent, _)) if sent.get("form") == form => sent.get(name),
            _ => stored,
        }
    }

    fn wrong(&self, form: &str, name: &str) -> Option<&str> {
        let (sent, faults) = self.sent?;
        let fault = faults.iter().find(|f| f.at == name)?;
        (sent.get("form") == form).then_some(fault.message.as_str())
    }
}

/// What a sitting says, for its page and for the report.
pub fn told(s: &Sitting, now: Time, zone: &str) -> Markup {
    let attendees = s.names();
    html! {
        (facts(html::FactsLook::Wide, &[
            ("When".into(), html! {
                (clock(s.begun_at, now, zone)) " to " @match &s.closed { Some(c) => (clock(c.at, now, zone)), None => "now" }
            }),
            ("Facilitator".into(), bdi(&s.minutes.facilitator.name)),
            ("Attended".into(), html! { @if attendees.is_empty() { "nobody is named" } @else { (bdi(&attendees)) } }),
        ]))
        @for line in s.minutes.notes.lines().filter(|l| !l.trim().is_empty()) { p.prose.pane-gap-s { (bdi(line)) } }
        @for a in &s.addenda {
            p.by.pane-gap-s { "Addendum, " b { (bdi(&a.by)) } ", " (clock(a.at, now, zone)) }
            @for line in a.text.lines().filter(|l| !l.trim().is_empty()) { p.prose { (bdi(line)) } }
        }
    }
}

fn people(p: &SittingsPage<'_>, form: &str, id: &str, (facilitator, attendees): (&str, &str)) -> Markup {
    let ids = (format!("{id}-facilitator"), format!("{id}-attendees"));
    html! {
        (field(&Field {
            id: &ids.0,
            name: "facilitator",
            label: "Facilitator",
            value: p.value(form, "facilitator", facilitator),
            error: p.wrong(form, "facilitator"),
            ..Field::default()
        }))
        (field(&Field {
            id: &ids.1,
            name: "attendees",
            label: "Attendees",
            hint: Some("One to a line: a name, or the mail address of somebody who has an account."),
            value: p.value(form, "attendees", attendees),
            kind: FieldKind::Textarea(5),
            error: p.wrong(form, "attendees"),
            ..Field::default()
        }))
    }
}

fn open(p: &SittingsPage<'_>, s: &Sitting) -> Markup {
    let here = format!("{}/{}", p.here(), s.number);
    let names: Vec<&str> = s.minutes.attendees.iter().map(|a| a.name.as_str()).collect();
    let stored = names.join("\n");
    html! {
        (html::form(&here, p.csrf, html! {
            input type="hidden" name="form" value="change";
            input type="hidden" name="version" value=(s.version);
            div.fields.one {
                (people(p, "change", "change", (&s.minutes.facilitator.name, &stored)))
                (field(&Field {
                    id: "notes",
                    label: "Minutes",
                    hint: Some("What was said and agreed. They never change once the sitting is closed."),
                    value: p.value("change", "notes", &s.minutes.notes),
                    kind: FieldKind::Textarea(8),
                    error: p.wrong("change", "notes"),
                    ..Field::default()
                }))
            }
            div.btns { button.btn.primary type="submit" { "Save the minutes" } }
        }))
        div.sub {}
        (html::form(&format!("{here}/closing"), p.csrf, html! {
            div.btns {
                button.btn type="submit" { "Close sitting " (s.number) }
                span.hint { "Save the minutes first. What comes up later is an addendum." }
            }
        }))
    }
}

fn addendum(p: &SittingsPage<'_>, s: &Sitting) -> Markup {
    let (id, form) = (format!("addendum-{}", s.number), format!("addendum-{}", s.number));
    html::disclosure(
        "Add what came up later",
        html::form(
            &format!("{}/{}/addenda", p.here(), s.number),
            p.csrf,
            html! {
                input type="hidden" name="form" value=(form);
                (field(&Field {
                    id: &id,
                    name: "text",
                    label: "Addendum",
                    value: p.value(&form, "text", ""),
                    kind: FieldKind::Textarea(3),
                    error: p.wrong(&form, "text"),
                    ..Field::default()
                }))
                div.btns.pane-gap-s { button.btn type="submit" { "Add it" span.vh { " to sitting " (s.number) } } }
            },
        ),
    )
}

/// Sittings of a review, newest first, and the forms for them.
pub fn sittings(p: &SittingsPage<'_>) -> Markup {
    let d = p.document;
    let review = format!("/workloads/{}/reviews/{}", d.workload.slug, d.lens.slug);
    let is_open = p.sittings.iter().any(|s| s.closed.is_none());
    html! {
        (head(Head {
            kicker: vec![
                (d.workload.name.clone(), Some(format!("/workloads/{}/reviews", d.workload.slug))),
                (d.lens.name.clone(), Some(review)),
            ],
            title: "Sittings".into(),
            lead: html! { "A sitting is one meeting at which the review is held. Its minutes stand in the report." },
            ..Head::default()
        }))
        @if let Some(conflict) = p.conflict {
            div.alert role="alert" aria-labelledby="conflict" tabindex="-1" { h2 id="conflict" { "That could not be done" } p { (bdi(conflict)) } }
        }
        @if let Some((_, faults)) = p.sent { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) }
        @if !is_open && p.may {
            (section("begin", "Begin a sitting", Some(html! { "Those who have the review open stand here already." }), Tight(false), html::form(&p.here(), p.csrf, html! {
                input type="hidden" name="form" value="begin";
                div.fields.one { (people(p, "begin", "begin", p.offered)) }
                div.btns { button.btn.primary type="submit" { "Begin the sitting" } }
            })))
        }
        @for s in p.sittings.iter().rev() {
            @let state = html! { @match &s.closed { Some(c) => { "Closed by " (bdi(&c.by)) "." }, None => "Open now." } };
            (section(&format!("sitting-{}", s.number), &format!("Sitting {}", s.number), Some(state), Tight(false), html! {
                @if s.closed.is_none() && p.may { (open(p, s)) } @else { (told(s, p.now, p.zone)) }
                @if s.closed.is_some() && p.may { (addendum(p, s)) }
            }))
        }
        @if p.sittings.is_empty() { (section("none", "Sittings", None, Tight(false), html! { p.say { "There was none yet." } })) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::document;
    use crate::sitting::tests::sitting;

    const NOW: Time = Time(1_795_000_200_000_000);

    fn draw(all: &[Sitting], may: bool, sent: Option<(&Form, &[Fault])>, conflict: Option<&str>) -> String {
        let (d, offered) = (document(&[]), ("Maya <O>", "Maya <O>\nSamir"));
        let (document, sittings_, csrf, zone) = (&d, all, "c", "UTC");
        sittings(&SittingsPage { document, sittings: sittings_, may, offered, sent, conflict, csrf, now: NOW, zone }).into_string()
    }

    #[test]
    fn a_closed_sitting_is_told_and_an_open_one_is_a_form() {
        let page = draw(&[sitting(1, true), sitting(2, false)], true, None, None);
        for part in [
            "Ingrid &lt;S&gt;",
            "Maya &lt;O&gt; and Samir",
            "We &lt;agreed&gt;",
            "It was &lt;Tuesday&gt;.",
            "Close sitting 2",
            "name=\"version\" value=\"2\"",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("Begin the sitting"), "one is open");
        let empty = draw(&[], true, None, Some("It is <closed>."));
        assert!(empty.contains("Begin the sitting") && empty.contains("Maya &lt;O&gt;") && empty.contains("It is &lt;closed&gt;."));
        assert!(!draw(&[sitting(1, true), sitting(2, false)], false, None, None).contains("<form"));
        let alone = told(&sitting(3, false), NOW, "UTC").into_string();
        assert!(alone.contains("to now"), "{alone}");
    }

    #[test]
    fn a_refused_form_keeps_what_was_typed() {
        let form = Form(vec![("form".into(), "change".into()), ("notes".into(), "kept <b>".into())]);
        let faults = [Fault::new("facilitator", "Who <is> it?")];
        let page = draw(&[sitting(1, false)], true, Some((&form, &faults)), None);
        assert!(page.contains("kept &lt;b&gt;") && page.matches("Who &lt;is&gt; it?").count() == 2, "{page}");
    }
}

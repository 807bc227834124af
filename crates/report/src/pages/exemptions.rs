//! The page of one row's exemptions: what holds, what waits, what is over, and the form that asks.

use catalogue::pages::exemptions::{AskForm, Shown, ask_form, rows};
use html::{Head, Markup, Tight, bdi, head, html, section};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::Form;

use crate::document::{Document, Named, Row};

/// What the page needs.
pub struct RowPage<'a> {
    /// Slug and name of the team.
    pub team: (&'a str, &'a str),
    /// The sprint that is reported now.
    pub sprint: i64,
    /// Key and title of the metric.
    pub metric: &'a Named,
    /// Slug and name of what the row is about.
    pub subject: &'a Named,
    /// "Error rate, Checkout".
    pub title: &'a str,
    /// Title of the pillar whose approvers decide.
    pub pillar: Option<&'a str>,
    /// All exemptions of this row, oldest first.
    pub all: &'a [Shown],
    /// Last day of a request that waits, or nothing.
    pub waits: &'a str,
    /// The reader may ask.
    pub may_ask: bool,
    /// A refused form.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

/// The way from a row of the report to this page.
pub(super) fn link(d: &Document, row: &Row) -> Markup {
    let subject = row.subject.as_ref().map_or(&d.team.slug, |s| &s.slug);
    let name = row.subject.as_ref().map_or(row.title.clone(), |s| format!("{}, {}", row.title, s.name));
    html! {
        br; a class="noprint tall" href={ "/reports/" (d.team.slug) "/exemptions/" (row.metric) "/" (subject) } { "exempt it" span.vh { ": " (name) } }
    }
}

/// The page.
pub fn row_page(p: &RowPage<'_>) -> Markup {
    let action = format!("/reports/{}/exemptions/{}/{}", p.team.0, p.metric.slug, p.subject.slug);
    let newest: Vec<&Shown> = p.all.iter().rev().collect();
    html! {
        (head(Head {
            kicker: vec![(p.team.1.to_owned(), Some(format!("/reports/{}/{}", p.team.0, p.sprint)))],
            title: p.title.to_owned(),
            lead: html! { "A row that is exempt is neither attention nor missing. Its reason stands in every report for as long as it holds, and a reviewed report keeps it." },
            facts: vec![("Metric".into(), html! { a href={ "/metrics/" (p.metric.slug) "/" (p.subject.slug) } { (bdi(&p.metric.name)) } })],
        }))
        @if let Some((_, faults)) = p.sent { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) div.sub {} }
        (section("exemptions", "So far", Some(html! { "Newest first." }), Tight(false), html! {
            @if newest.is_empty() { p.say { "Nobody has asked for an exemption of this row." } }
            @else { (rows("Exemptions of this row", &newest, false, p.csrf, p.now, p.zone)) }
        }))
        @if p.may_ask {
            (ask_form(&AskForm { action: &action, what: p.title, pillar: p.pillar, waits: p.waits, sent: p.sent, csrf: p.csrf }))
        }
    }
}

#[cfg(test)]
mod tests {
    use catalogue::exemptions::{Exemption, ExemptionKind, ExemptionStanding};
    use kernel::ids::Id;

    use super::super::tests::{ESCAPED, HOSTILE, NOW, document, hides, row, shows};
    use super::*;
    use crate::document::Stage;

    fn shown(standing: ExemptionStanding) -> Shown {
        let exemption = Exemption {
            id: Id::from_u128(5),
            kind: ExemptionKind::Exempt,
            team: Id::from_u128(2),
            subject: None,
            metric: "lead-time".into(),
            standard: None,
            pillar: "operations".into(),
            title: HOSTILE.into(),
            reason: HOSTILE.into(),
            until: "2027-01-31".into(),
            asked_by: "person:1".into(),
            asked_name: HOSTILE.into(),
            asked_at: NOW,
            decided_name: "Nora".into(),
            decided_at: Some(NOW),
            approved: true,
            words: HOSTILE.into(),
            ended_name: String::new(),
            ended_at: None,
        };
        let team = ("intake".into(), HOSTILE.into());
        Shown { exemption, standing, team, pillar: HOSTILE.into(), may_decide: false, own: false, may_withdraw: true }
    }

    fn draw(all: &[Shown], waits: &str, may_ask: bool, sent: Option<(&Form, &[Fault])>) -> Markup {
        let named = Named { slug: "lead-time".into(), name: HOSTILE.into() };
        let subject = Named { slug: "intake".into(), name: HOSTILE.into() };
        row_page(&RowPage {
            team: ("intake", HOSTILE),
            sprint: 21,
            metric: &named,
            subject: &subject,
            title: HOSTILE,
            pillar: Some(HOSTILE),
            all,
            waits,
            may_ask,
            sent,
            csrf: "token",
            now: NOW,
            zone: "UTC",
        })
    }

    #[test]
    fn the_form_asks_until_somebody_has_asked() {
        let none = draw(&[], "", true, None);
        shows(&none, &["Nobody has asked", "action=\"/reports/intake/exemptions/lead-time/intake\"", ESCAPED, "Ask for it"]);
        hides(&draw(&[], "", false, None), "<form");
        let held = draw(&[shown(ExemptionStanding::Holds)], "", true, None);
        shows(&held, &["Exempt", "approved by <bdi>Nora", "/exemptions/00000000-0000-0000-0000-000000000005/withdrawal"]);
        hides(&draw(&[shown(ExemptionStanding::Asked)], "2027-01-31", true, None), "Ask for it");
    }

    #[test]
    fn a_row_leads_to_its_own_page() {
        let mut row = row("lead-time", Some(300.0));
        let d = document(vec![row.clone()], Stage::Draft);
        shows(&link(&d, &row), &["href=\"/reports/intake/exemptions/lead-time/intake\""]);
        row.subject = Some(Named { slug: "quay".into(), name: HOSTILE.into() });
        shows(&link(&d, &row), &["/exemptions/lead-time/quay", ESCAPED]);
    }

    #[test]
    fn a_refused_form_keeps_what_was_typed() {
        let form = Form(vec![("reason".into(), HOSTILE.into())]);
        let faults = [Fault::new("until", "“” is no day.")];
        shows(&draw(&[], "", true, Some((&form, &faults))), &["“” is no day.", ESCAPED]);
    }
}

//! Exemptions: what waits, holds or is over, the decision, and the form that asks.

use super::super::exemptions::{AskForm, ExemptionsPage, Shown};
use super::*;
use crate::exemptions::{Exemption, ExemptionKind, ExemptionStanding};

fn an_exemption(n: u128, title: &str) -> Exemption {
    Exemption {
        id: Id::from_u128(n),
        kind: ExemptionKind::Exempt,
        team: Id::from_u128(2),
        subject: None,
        metric: String::new(),
        standard: Some(Id::from_u128(7)),
        pillar: "operations".into(),
        title: title.into(),
        reason: HOSTILE.into(),
        until: "2027-01-31".into(),
        asked_by: "person:3".into(),
        asked_name: "Samir Haddad".into(),
        asked_at: NOW,
        decided_name: String::new(),
        decided_at: None,
        approved: false,
        words: String::new(),
        ended_name: String::new(),
        ended_at: None,
    }
}

fn shown(exemption: Exemption, standing: ExemptionStanding) -> Shown {
    Shown {
        exemption,
        standing,
        team: ("intake".into(), HOSTILE.into()),
        pillar: "Operations".into(),
        may_decide: false,
        own: false,
        may_withdraw: false,
    }
}

/// One of each standing, as its reader sees it who may do nothing.
fn every_standing() -> Vec<Shown> {
    let decided = |n, title: &str, approved| Exemption {
        decided_name: "Ingrid Solberg".into(),
        decided_at: Some(NOW),
        approved,
        words: "One is enough.".into(),
        ..an_exemption(n, title)
    };
    let ruled_out = Exemption { kind: ExemptionKind::NotApplicable, until: String::new(), ..an_exemption(14, "Ruled out") };
    let back = Exemption { ended_name: "Maya Okafor".into(), ended_at: Some(NOW), ..an_exemption(16, "Given back") };
    vec![
        shown(an_exemption(11, &long("Asked")), ExemptionStanding::Asked),
        shown(decided(12, "Held", true), ExemptionStanding::Holds),
        shown(decided(13, "Denied", false), ExemptionStanding::Refused),
        shown(ruled_out, ExemptionStanding::Holds),
        shown(decided(15, "Past", true), ExemptionStanding::Expired),
        shown(back, ExemptionStanding::Withdrawn),
    ]
}

#[test]
fn exemptions_say_who_asked_who_decided_and_why() {
    let all = every_standing();
    let of: Vec<&Shown> = all.iter().collect();
    let part = exemptions::rows("Exemptions", &of, true, "token", NOW, "Europe/London");
    shows(&part, &[ESCAPED, &long("Asked"), "href=\"/teams/intake\"", "Until 31 Jan 2027; asked for by", "Ruled out by"]);
    shows(&part, &["approved by", "refused by", "One is enough.", "taken back by", "Maya Okafor"]);
    shows(&part, &["Asked", "Exempt", "Not applicable", "Refused", "Over", "Taken back"]);
    hides(&part, "<form");
    hides(&exemptions::rows("Exemptions", &of, false, "token", NOW, "Europe/London"), "/teams/intake");
    let mine = Shown { may_withdraw: true, ..all[1].clone() };
    let part = exemptions::rows("Exemptions", &[&mine], false, "token", NOW, "Europe/London");
    shows(&part, &[&format!("/exemptions/{}/withdrawal", mine.exemption.id), "value=\"token\"", "Change"]);
    let none = exemptions::rows("Exemptions", &[], false, "token", NOW, "Europe/London");
    hides(&none, "<td");
}

fn exemptions_page<'a>(all: &'a [Shown], sent: Option<(Id, &'a Form, &'a [Fault])>) -> Markup {
    exemptions::page(&ExemptionsPage { all, sent, csrf: "token", now: NOW, zone: "Europe/London" })
}

#[test]
fn an_approver_decides_on_what_waits_and_nobody_on_their_own() {
    let mut all = every_standing();
    let page = exemptions_page(&all, None);
    shows(&page, &["waits for a decision", "In force", "Refused, expired or taken back.", &long("Asked")]);
    hides(&page, "<form");
    all[0].own = true;
    let page = exemptions_page(&all, None);
    shows(&page, &["another approver of", "You asked for it"]);
    hides(&page, "/decision");
    (all[0].own, all[0].may_decide, all[0].may_withdraw) = (false, true, true);
    let id = all[0].exemption.id;
    let page = exemptions_page(&all, None);
    shows(&page, &[&format!("/exemptions/{id}/decision"), &format!("/exemptions/{id}/withdrawal"), "Approve", "Refuse"]);
    let none = exemptions_page(&[], None);
    shows(&none, &["Nothing waits for a decision.", "No exemption is in force."]);
    hides(&none, "Refused, expired");
}

#[test]
fn a_refused_decision_is_shown_at_its_form_and_not_at_its_neighbour() {
    let mut all = every_standing();
    all.insert(1, shown(an_exemption(21, "Neighbour"), ExemptionStanding::Asked));
    for s in &mut all[..2] {
        s.may_decide = true;
    }
    let (id, other) = (all[0].exemption.id, all[1].exemption.id);
    let form = Form(vec![("approve".into(), "no".into()), ("reason".into(), HOSTILE.into())]);
    let faults = [Fault::new("reason", "Say why not.")];
    let page = exemptions_page(&all, Some((id, &form, &faults)));
    // The list of faults leads to a field that is there.
    shows(
        &page,
        &[&format!("href=\"#reason-{id}\""), &format!("id=\"reason-{id}\""), "Say why not.", &format!("value=\"{ESCAPED}\"")],
    );
    let neighbour = &page.0[page.0.find(&format!("id=\"reason-{other}\"")).unwrap()..];
    assert!(!neighbour[..neighbour.find("</form>").unwrap()].contains("Say why not."), "{neighbour}");
    // Somebody else was quicker: its form is gone, the words are not.
    let faults = [Fault::new("reason", "The exemption is decided already.")];
    let page = exemptions_page(&all, Some((all[2].exemption.id, &form, &faults)));
    shows(&page, &["decided already", "href=\"#asked\"", "id=\"asked\""]);
}

#[test]
fn who_asks_says_what_for_and_until_when() {
    let mut p = AskForm { action: "/ask", what: HOSTILE, pillar: Some(HOSTILE), waits: "", sent: None, csrf: "token" };
    let page = exemptions::ask_form(&p);
    shows(&page, &["action=\"/ask\"", ESCAPED, "exempt for a time", "value=\"token\"", "At most 366 days"]);
    p.pillar = None;
    shows(&exemptions::ask_form(&p), &["an approver of the pillar"]);
    let form =
        Form(vec![("kind".into(), "not-applicable".into()), ("until".into(), "2027-01-31".into()), ("reason".into(), long("So"))]);
    let faults = [Fault::new("until", "What does not apply has no last day.")];
    p.sent = Some((&form, &faults));
    let page = exemptions::ask_form(&p);
    shows(&page, &["has no last day", &long("So"), "value=\"2027-01-31\"", "value=\"not-applicable\" selected"]);
    p.waits = "2027-02-28";
    let page = exemptions::ask_form(&p);
    shows(&page, &["until 28 Feb 2027 was asked for", "href=\"/exemptions\""]);
    hides(&page, "<form");
}

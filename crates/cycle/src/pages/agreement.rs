//! The working agreement of a group: the text, who signed it, what it was before.

use html::{
    Button, Cell, Column, Field, FieldKind, Head, Markup, Table, Tight, Weight, bdi, button, field, head, html, section, table,
};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::{Form, clock};

use crate::agreement::{AgreementSignature, WorkingAgreement};
use crate::forum::Forum;

/// What the page of a working agreement needs.
pub struct AgreementPage<'a> {
    /// Whose it is.
    pub forum: &'a Forum,
    /// The version that counts.
    pub now: &'a WorkingAgreement,
    /// Versions before it, newest first.
    pub before: &'a [WorkingAgreement],
    /// The reader may change it.
    pub may: bool,
    /// Names in addresses of teams that the reader may sign for.
    pub signs: &'a [String],
    /// The refused form, and what is wrong with it.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Why the last act could not be done.
    pub conflict: Option<&'a str>,
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub time: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

/// The text of an agreement, a paragraph for each line.
pub fn text(a: &WorkingAgreement) -> Markup {
    html! { @for line in a.text.lines().filter(|l| !l.trim().is_empty()) { p.prose { (bdi(line)) } } }
}

fn signatures(p: &AgreementPage<'_>) -> Markup {
    let open = |s: &AgreementSignature| s.by.is_none() && p.now.version > 0 && p.signs.contains(&s.team);
    let row = |s: &AgreementSignature| {
        let by = match (&s.by, s.at) {
            (Some(by), Some(at)) => html! { (bdi(by)) ", " (clock(at, p.time, p.zone)) },
            _ if open(s) => html::form(
                &format!("/teams/{}/agreement", s.team),
                p.csrf,
                html! {
                    input type="hidden" name="version" value=(p.now.version);
                    (button(&Button { label: "Sign", weight: Weight::Slim, object: Some(&s.name), ..Button::default() }))
                },
            ),
            _ => html! { span.mute { "not yet" } },
        };
        vec![Cell::name(&s.name, Some(&format!("/teams/{}", s.team))), Cell::new(by)]
    };
    table(&Table {
        caption: "Who signed this version".into(),
        columns: vec![Column::text("Team"), Column::text("Signed by")],
        rows: p.now.signatures.iter().map(row).collect(),
        class: "stack flow".into(),
        foot: None,
    })
}

fn change(p: &AgreementPage<'_>) -> Markup {
    let value = |name: &str, stored: &str| p.sent.map_or(stored, |(form, _)| form.get(name)).to_owned();
    let wrong = |at: &str| p.sent.and_then(|(_, faults)| faults.iter().find(|f| f.at == at)).map(|f| f.message.as_str());
    let (body, why) = (value("text", &p.now.text), value("why", ""));
    html::form(
        &format!("/groups/{}/agreement", p.forum.slug),
        p.csrf,
        html! {
            input type="hidden" name="version" value=(p.now.version);
            div.fields.one {
                (field(&Field { id: "text", label: "The agreement", hint: Some("How often, how long, who comes, what makes it safe to speak. A line is a paragraph."), value: &body, kind: FieldKind::Textarea(8), error: wrong("text"), required: true, ..Field::default() }))
                @if p.now.version > 0 { (field(&Field { id: "why", label: "Why it changes", value: &why, error: wrong("why"), required: true, ..Field::default() })) }
            }
            div.btns.pane-gap { (button(&Button { label: "Agree this version", weight: Weight::Primary, ..Button::default() })) span.hint { "Teams sign it anew." } }
        },
    )
}

/// The working agreement of a group.
pub fn agreement(p: &AgreementPage<'_>) -> Markup {
    let a = p.now;
    html! {
        (head(Head {
            kicker: vec![("Review sessions".into(), Some("/sessions".into())), (p.forum.name.clone(), Some(p.forum.href()))],
            title: "Working agreement".into(),
            lead: html! { (a.words()) " It is shown at the start of each session." },
            facts: match a.at {
                Some(at) => vec![("Agreed by".into(), html! { (bdi(&a.by)) ", " (clock(at, p.time, p.zone)) })],
                None => Vec::new(),
            },
        }))
        @if let Some(conflict) = p.conflict {
            div.alert role="alert" aria-labelledby="conflict" tabindex="-1" { h2 id="conflict" { "That could not be done" } p { (bdi(conflict)) } }
        }
        @if let Some((_, faults)) = p.sent { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) }
        (section("agreement", "Agreement", None, Tight(false), html! {
            @if a.text.is_empty() { p.say { "Nothing is agreed yet. A group that says how it works together speaks more freely." } } @else { (text(a)) }
            @if !a.why.is_empty() { p.by { "Changed because: " (bdi(&a.why)) } }
        }))
        @if a.version > 0 && !a.signatures.is_empty() {
            (section("signed", "Signed", Some(html! { "Its principal engineer or delivery lead signs for a team." }), Tight(false), signatures(p)))
        }
        @if p.may { (section("change", if a.version > 0 { "Change" } else { "Agree" }, None, Tight(false), change(p))) }
        @if !p.before.is_empty() {
            (section("before", "Before", None, Tight(false), html! {
                @for b in p.before { (html::disclosure(&format!("Version {}", b.version), html! { (text(b)) p.by { (bdi(&b.by)) ". " (b.words()) } })) }
            }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::tests::agreement as sample;
    use crate::forum::tests::forum;

    fn draw(a: &WorkingAgreement, may: bool, signs: &[String], sent: Option<(&Form, &[Fault])>, conflict: Option<&str>) -> String {
        let (f, before) = (forum(), [WorkingAgreement { version: 3, ..sample(0) }]);
        agreement(&AgreementPage {
            forum: &f,
            now: a,
            before: &before,
            may,
            signs,
            sent,
            conflict,
            csrf: "c",
            time: Time(1_795_000_200_000_000),
            zone: "UTC",
        })
        .into_string()
    }

    #[test]
    fn an_agreement_shows_its_text_and_who_signed() {
        let page = draw(&sample(1), true, &["t1".into()], None, Some("It is <old>."));
        for part in [
            "We look at &lt;systems&gt;.",
            "Maya &lt;O&gt;",
            "Team &lt;1&gt;",
            "Too &lt;long&gt;",
            "Version 3",
            "Agree this version",
            "It is &lt;old&gt;.",
            "/teams/t1/agreement",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!draw(&sample(1), false, &[], None, None).contains("<form"), "who may nothing has no form");
        let none = WorkingAgreement { version: 0, text: String::new(), ..sample(0) };
        assert!(draw(&none, true, &[], None, None).contains("Nothing is agreed yet"));
        assert!(text(&sample(0)).into_string().contains("We end on time."));
    }

    #[test]
    fn a_refused_change_keeps_what_was_typed() {
        let form = Form(vec![("text".into(), "kept <b>".into()), ("why".into(), String::new())]);
        let page = draw(&sample(2), true, &[], Some((&form, &[Fault::new("why", "No <reason>.")])), None);
        assert!(page.contains("kept &lt;b&gt;") && page.matches("No &lt;reason&gt;.").count() == 2, "{page}");
    }
}

//! The council's own rules: its remit, scale, limits and checklist.

use html::{FactsLook, Field, FieldKind, Head, Markup, Tight, bdi, field, fields, fields_one, head, html, section};

use super::Sent;
use crate::setting::Setting;

fn shown(s: &Setting) -> Markup {
    let limit = |l: Option<u32>| l.map_or("no limit".to_owned(), |l| l.to_string());
    html::facts(
        FactsLook::Wide,
        &[
            ("Champion".into(), html! { @if s.champion.is_empty() { "not named" } @else { (bdi(&s.champion)) } }),
            ("In its remit".into(), bdi(&s.remit)),
            ("Sent on".into(), bdi(&s.not_remit)),
            ("Scale".into(), html! { (scale(s)) }),
            ("In sprint at once".into(), html! { (limit(s.most_in_sprint)) }),
            ("Measured at once".into(), html! { (limit(s.most_measuring)) }),
            ("Checklist".into(), html! { ul.ruled { @for item in &s.checklist { li { (bdi(item)) } } } }),
        ],
    )
}

/// "1, 2, 3, 5".
pub(crate) fn scale(s: &Setting) -> String {
    s.scale.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

/// The rules, and the form that changes them.
pub fn rules(s: &Setting, members: &[String], may: bool, sent: Sent<'_>, csrf: &str) -> Markup {
    let one = |id: &'static str, label: &'static str, hint: Option<&'static str>, stood: &str, kind: FieldKind<'_>| {
        let value = sent.was(id, stood).to_owned();
        field(&Field { id, label, hint, value: &value, kind, error: sent.wrong(id), ..Field::default() })
    };
    let number = |l: Option<u32>| l.map(|l| l.to_string()).unwrap_or_default();
    html! {
        (head(Head {
            kicker: vec![("SRE council".into(), Some("/council".into()))],
            title: "Remit and rules".into(),
            lead: html! { "How the council works. Its meetings are open to everyone and nobody has to come; its members decide." },
            facts: vec![],
        }))
        (sent.summary())
        (section("rules", "As they stand", None, Tight(false), shown(s)))
        (section("members", "Members", Some(html! { "Whoever holds the role council member." }), Tight(false), html! {
            @if members.is_empty() { p.prose { "Nobody yet. The platform engineer gives the role, at least one person from each core team." } }
            @else { p.prose { (bdi(&members.join(", "))) } }
        }))
        @if may {
            (section("change", "Change them", Some(html! { "Also as code, under council." }), Tight(false), html::form("/council/rules", csrf, html! {
                (fields_one(&[
                    one("champion", "Champion", Some("Who facilitates and is the contact between meetings; or nothing."), &s.champion, FieldKind::Text),
                    one("remit", "In its remit", None, &s.remit, FieldKind::Textarea(3)),
                    one("not_remit", "Sent on, and where to", None, &s.not_remit, FieldKind::Textarea(3)),
                ]))
                (fields(&[
                    one("scale", "Scale of scores", Some("Rising whole numbers, parted by commas."), &scale(s), FieldKind::Text),
                    one("most_in_sprint", "In sprint at once", Some("Or nothing."), &number(s.most_in_sprint), FieldKind::Text),
                    one("most_measuring", "Measured at once", Some("Or nothing."), &number(s.most_measuring), FieldKind::Text),
                ]))
                (fields_one(&[one("checklist", "What should be instrumented", Some("One thing a line."), &s.checklist.join("\n"), FieldKind::Textarea(5))]))
                div.btns.pane-gap { button.btn.primary type="submit" { "Save the rules" } }
            })))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::error::Fault;
    use kernel::web::Form;

    #[test]
    fn everybody_reads_the_rules_and_members_change_them() {
        let s = Setting { champion: "Pradeep <N>".into(), most_in_sprint: Some(3), ..Setting::default() };
        let page = rules(&s, &["Maya <O>".to_owned()], true, Sent::default(), "c").into_string();
        for part in ["Pradeep &lt;N&gt;", "1, 2, 3, 5, 8, 13, 20", "Maya &lt;O&gt;", "An alert on it", "Save the rules"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let read = rules(&s, &[], false, Sent::default(), "c").into_string();
        assert!(!read.contains("<form") && read.contains("Nobody yet"), "{read}");
        let form = Form(vec![("scale".into(), "<s>".into())]);
        let refused = rules(&s, &[], true, Sent::refused(&form, &[Fault::new("scale", "Rising.")]), "c").into_string();
        assert!(refused.contains("value=\"&lt;s&gt;\"") && refused.contains("href=\"#scale\""), "{refused}");
    }
}

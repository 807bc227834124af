//! The form that issues a notice, and the one that changes it.

use html::{Field, FieldKind, Markup, field, fields, fields_one, html};
use kernel::error::Fault;
use kernel::web::Form;

use crate::notice::{Content, Notice, NoticeKind};

/// What the form of a notice needs.
pub struct FormPage<'a> {
    /// Slug and name of the groups whose notices the reader may write.
    pub groups: &'a [(String, String)],
    /// The reader may write notices of the organisation.
    pub organisation: bool,
    /// Slug and statement of the standards.
    pub standards: &'a [(String, String)],
    /// A refused form.
    pub sent: Option<(&'a Form, &'a [Fault])>,
}

fn lines(list: &[String]) -> String {
    list.join("\n")
}

pub(super) fn form(action: &str, n: Option<&Notice>, f: &FormPage<'_>, csrf: &str) -> Markup {
    let wrong = |at: &str| f.sent.and_then(|(_, faults)| faults.iter().find(|x| x.at == at)).map(|x| x.message.as_str());
    let c: Option<&Content> = n.map(|n| &n.content);
    let value = |name: &str, stored: Option<String>| {
        f.sent.map_or_else(|| stored.unwrap_or_default(), |(form, _)| form.get(name).to_owned())
    };
    let kinds = NoticeKind::ALL.map(|k| (k.key(), k.words()));
    let mut groups: Vec<(&str, &str)> = if f.organisation { vec![("", "The whole organisation")] } else { vec![] };
    groups.extend(f.groups.iter().map(|(s, n)| (s.as_str(), n.as_str())));
    let mut standards: Vec<(&str, &str)> = vec![("", "None")];
    standards.extend(f.standards.iter().map(|(s, n)| (s.as_str(), n.as_str())));
    let v: Vec<(&str, String)> = [
        ("kind", c.map(|c| c.kind.key().to_owned())),
        ("title", c.map(|c| c.title.clone())),
        ("body", c.map(|c| c.body.clone())),
        ("why", c.map(|c| c.why.clone())),
        ("to_do", c.map(|c| c.to_do.clone())),
        ("help", c.map(|c| c.help.clone())),
        ("effective", c.map(|c| c.effective.clone())),
        ("acknowledge_by", c.map(|c| c.acknowledge_by.clone())),
        ("expires", c.map(|c| c.expires.clone())),
        ("teams", c.map(|c| lines(&c.teams))),
        ("tiers", c.map(|c| lines(&c.tiers))),
        ("lifecycles", c.map(|c| lines(&c.lifecycles))),
        ("standard", c.map(|c| c.standard.clone())),
        ("whose", None),
        ("supersedes", None),
        ("reason", None),
    ]
    .into_iter()
    .map(|(name, stored)| (name, value(name, stored)))
    .collect();
    let of = |name: &str| v.iter().find(|(n, _)| *n == name).map_or("", |(_, t)| t.as_str());
    let one = |id: &'static str, label: &'static str, hint: Option<&'static str>, kind: FieldKind<'_>| {
        field(&Field { id, label, hint, value: of(id), kind, error: wrong(id), ..Field::default() })
    };
    let mut first = vec![one("kind", "Kind", None, FieldKind::Select(&kinds))];
    if n.is_none() {
        first.push(one("whose", "For", None, FieldKind::Select(&groups)));
        first.push(one("supersedes", "Supersedes", Some("Number of a notice, or nothing."), FieldKind::Text));
    }
    html::form(
        action,
        csrf,
        html! {
            @if let Some(n) = n { input type="hidden" name="version" value=(value("version", Some(n.version.to_string()))); }
            @if n.is_some() { (fields_one(&[one("reason", "Why it changes", Some("The teams are asked again and read this first."), FieldKind::Text)])) }
            (fields(&first))
            (fields_one(&[
                one("title", "Title", Some("What holds from when, in one line."), FieldKind::Text),
                one("body", "Text", Some("Paragraphs, lists with -, **bold**, `code`, [links](https://…)."), FieldKind::Textarea(8)),
                one("why", "Why", None, FieldKind::Textarea(2)),
                one("to_do", "What to do", Some("Needed where something is asked."), FieldKind::Textarea(2)),
                one("help", "Who helps", None, FieldKind::Text),
            ]))
            (fields(&[
                one("acknowledge_by", "Acknowledge by", None, FieldKind::Date),
                one("effective", "In force from", Some("A mandate needs it."), FieldKind::Date),
                one("expires", "Last day", Some("Or until it is superseded."), FieldKind::Date),
            ]))
            (fields(&[
                one("teams", "Only for teams", Some("Keys, one a line; all if empty."), FieldKind::Textarea(2)),
                one("tiers", "Only for workloads of tier", Some("One a line; any if empty."), FieldKind::Textarea(2)),
                one("lifecycles", "Only for workloads that are", Some("Such as production, one a line."), FieldKind::Textarea(2)),
                one("standard", "Standard", Some("A mandate shows how far each workload is."), FieldKind::Select(&standards)),
            ]))
            div.btns.pane-gap { button.btn.primary type="submit" { @if n.is_some() { "Issue the new version" } @else { "Issue the notice" } } }
        },
    )
}

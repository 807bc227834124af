//! The list of templates of answers, and the form that makes one.

use html::{
    Button, Cell, Column, Field, FieldKind, Head, Markup, Table, Tight, Weight, bdi, button, field, fields_one, head, html, plural,
    section, table,
};
use kernel::error::Fault;
use kernel::web::Form;

use crate::template::AnswerTemplate;

/// What the page of all templates needs.
pub struct TemplatesPage<'a> {
    /// Templates by name in addresses.
    pub templates: &'a [AnswerTemplate],
    /// Address of the page with more.
    pub more: Option<String>,
    /// Lenses as (name in addresses, name).
    pub lenses: &'a [(String, String)],
    /// Teams that the reader may make one for, as (slug, name).
    pub teams: &'a [(String, String)],
    /// A refused form, and what is wrong with it.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
}

impl TemplatesPage<'_> {
    fn lens(&self, slug: &str) -> String {
        self.lenses.iter().find(|(s, _)| s == slug).map_or_else(|| slug.to_owned(), |(_, name)| name.clone())
    }
}

fn make(p: &TemplatesPage<'_>) -> Markup {
    let typed = |name: &str| p.sent.map_or("", |(form, _)| form.get(name));
    let wrong = |name: &str| p.sent?.1.iter().find(|f| f.at == name).map(|f| f.message.as_str());
    let pairs = |all: &'_ [(String, String)]| all.to_vec();
    let (lenses, teams) = (pairs(p.lenses), pairs(p.teams));
    let lenses: Vec<(&str, &str)> = lenses.iter().map(|(s, n)| (s.as_str(), n.as_str())).collect();
    let teams: Vec<(&str, &str)> = teams.iter().map(|(s, n)| (s.as_str(), n.as_str())).collect();
    html::form(
        "/reviews/templates",
        p.csrf,
        html! {
            (fields_one(&[
                field(&Field { id: "name", label: "Name", hint: Some("What it covers, such as Account baseline."), value: typed("name"), error: wrong("name"), required: true, ..Field::default() }),
                field(&Field { id: "lens", label: "Answers questions of", value: typed("lens"), kind: FieldKind::Select(&lenses), error: wrong("lens"), ..Field::default() }),
                field(&Field { id: "team", label: "Owned by", value: typed("team"), kind: FieldKind::Select(&teams), error: wrong("team"), ..Field::default() }),
                field(&Field {
                    id: "about",
                    label: "Whom it is for",
                    hint: Some("What has to be true of a workload before it uses the template."),
                    value: typed("about"),
                    kind: FieldKind::Textarea(3),
                    error: wrong("about"),
                    ..Field::default()
                }),
            ]))
            div.btns.pane-gap { (button(&Button { label: "Make the template", weight: Weight::Primary, ..Button::default() })) }
        },
    )
}

/// All templates, and the form that makes one.
pub fn templates(p: &TemplatesPage<'_>) -> Markup {
    let row = |t: &AnswerTemplate| {
        let used = usize::try_from(t.used).unwrap_or(0);
        vec![
            Cell::name(&t.name, Some(&format!("/reviews/templates/{}", t.slug))),
            Cell::name(&t.team.name, Some(&format!("/teams/{}", t.team.slug))),
            Cell::new(bdi(&p.lens(&t.lens))),
            Cell::new(html! { @if t.version == 0 { span.mute { "not published yet" } } @else { "version " (t.version) } }),
            Cell::new(html! { (used) " " (plural(used, "review", "reviews")) }),
        ]
    };
    html! {
        (head(Head {
            kicker: vec![("Well-Architected reviews".into(), Some("/reviews".into()))],
            title: "Templates of answers".into(),
            lead: html! { "A platform or security team answers once what it does for everybody. Reviews that use the template show its newest version, and may answer otherwise with a reason." },
            ..Head::default()
        }))
        @if let Some((_, faults)) = p.sent { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) }
        (section("templates", "Templates", Some(html! { "By name." }), Tight(false), html! {
            @if p.templates.is_empty() {
                (html::empty("There is no template yet. It begins with the questions that every team would answer the same.", None))
            } @else {
                (table(&Table {
                    caption: "Templates of answers".into(),
                    columns: vec![Column::text("Template"), Column::text("Owned by").class("lab"), Column::text("Lens").class("lab"), Column::text("Newest").class("lab"), Column::text("Used by").class("lab")],
                    rows: p.templates.iter().map(row).collect(),
                    class: "stack flow".into(),
                    foot: None,
                }))
            }
            @if let Some(more) = &p.more { p.more { a href=(more) { "More templates" } } }
        }))
        @if !p.teams.is_empty() {
            (section("make", "Make one", Some(html! { "It answers nothing until its first version is published." }), Tight(false), make(p)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::template::one::tests::template as sample;

    #[test]
    fn templates_are_listed_and_a_refused_form_keeps_what_was_typed() {
        let all = [sample(3), AnswerTemplate { slug: "b".into(), version: 0, used: 1, ..sample(0) }];
        let pairs = |a: &str, b: &str| vec![(a.to_owned(), b.to_owned())];
        let (lenses, teams) = (pairs("small", "Small <lens>"), pairs("sec", "Security <x>"));
        let form = Form(vec![("name".into(), "typed <n>".into())]);
        let faults = [Fault::new("name", "Too <long>.")];
        let draw = |templates_: &[AnswerTemplate], teams: &[(String, String)], sent| {
            let more = Some("/reviews/templates?cursor=1".to_owned());
            templates(&TemplatesPage { templates: templates_, more, lenses: &lenses, teams, sent, csrf: "c" }).into_string()
        };
        let page = draw(&all, &teams, Some((&form, &faults)));
        for part in [
            "Account &lt;baseline&gt;",
            "version 3",
            "not published yet",
            "1 review",
            "Small &lt;lens&gt;",
            "typed &lt;n&gt;",
            "More templates",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert_eq!(page.matches("Too &lt;long&gt;.").count(), 2);
        let empty = draw(&[], &[], None);
        assert!(empty.contains("There is no template yet") && !empty.contains("<form"));
    }
}

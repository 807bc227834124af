//! Tech shares of a group, and one of them.

use html::{Cell, Column, Field, FieldKind, Head, Markup, Table, Tight, bdi, facts, field, head, html, section, table};
use kernel::error::Fault;
use kernel::web::Form;

use crate::capture::Named;
use crate::share::{Body, ShareState, TechShare};

/// A refused form, what is wrong with it, and why the last act could not be done.
#[derive(Clone, Copy, Default)]
pub struct Refused<'a> {
    /// The form, and its faults.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// The words.
    pub conflict: Option<&'a str>,
}

impl Refused<'_> {
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

    fn shown(&self) -> Markup {
        html! {
            @if let Some(words) = self.conflict {
                div.alert role="alert" aria-labelledby="conflict" tabindex="-1" { h2 id="conflict" { "That could not be done" } p { (bdi(words)) } }
            }
            @if let Some((_, faults)) = self.sent { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) }
        }
    }
}

/// What the page of a group's tech shares needs.
pub struct SharesPage<'a> {
    /// The group.
    pub group: Named,
    /// Its tech shares, newest first.
    pub shares: &'a [TechShare],
    /// Its teams.
    pub teams: &'a [Named],
    /// The reader may add one.
    pub may: bool,
    /// What was refused.
    pub refused: Refused<'a>,
    /// Token for forms.
    pub csrf: &'a str,
}

fn fields(r: &Refused<'_>, form: &str, b: &Body, more: bool) -> Markup {
    let one = |name: &'static str, label: &'static str, hint: Option<&'static str>, kind: FieldKind<'_>, stored: &str| {
        field(&Field {
            id: name,
            label,
            hint,
            value: r.value(form, name, stored),
            kind,
            error: r.wrong(form, name),
            ..Field::default()
        })
    };
    let names = b.attendees.join("\n");
    html! {
        input type="hidden" name="form" value=(form);
        div.fields.one { (one("title", "Title", None, FieldKind::Text, &b.title)) (one("about", "What it is about", None, FieldKind::Textarea(3), &b.about)) }
        div.fields.pane-gap-s {
            (one("owner", "Who tells it", None, FieldKind::Text, &b.owner))
            (one("day", "Day", None, FieldKind::Date, &b.day))
            @if more { (one("recording", "Recording", Some("https://.. where it can be seen again."), FieldKind::Text, &b.recording)) }
        }
        @if more {
            div.fields.one.pane-gap-s {
                (one("attendees", "Who came", Some("One name to a line."), FieldKind::Textarea(4), &names))
                (one("dropped", "Why it will not be told", Some("Leave it empty unless nobody will."), FieldKind::Text, &b.dropped))
            }
        }
    }
}

/// "3 Dec 2026"; what is no day stays.
fn day(text: &str) -> String {
    text.parse::<jiff::civil::Date>().map_or_else(|_| text.to_owned(), |d| d.strftime("%-d %b %Y").to_string())
}

fn rows(shares: &[&TechShare]) -> Markup {
    let row = |s: &&TechShare| {
        let came = if s.body.attendees.is_empty() { String::new() } else { s.body.attendees.len().to_string() };
        vec![
            Cell::new(
                html! { a href=(s.href()) { (bdi(&s.body.title)) } @if let Some(t) = &s.team { br; span.by { (bdi(&t.name)) } } },
            ),
            Cell::new(bdi(&s.body.owner)),
            Cell::new(html! { (day(&s.body.day)) br; span.by { (s.state.words()) } }),
            Cell::new(html! { (came) }),
            Cell::new(html! { (bdi(&html::listed(&s.adopted.iter().map(|a| a.team.name.clone()).collect::<Vec<_>>()))) }),
        ]
    };
    table(&Table {
        caption: "Tech shares".into(),
        columns: vec![
            Column::text("Talk"),
            Column::text("Who"),
            Column::text("Day"),
            Column::num("Came"),
            Column::text("Taken up by"),
        ],
        rows: shares.iter().map(row).collect(),
        class: "stack".into(),
        ..Table::default()
    })
}

/// Tech shares of a group.
pub fn all(p: &SharesPage<'_>) -> Markup {
    let of = |states: &[ShareState]| p.shares.iter().filter(|s| states.contains(&s.state)).collect::<Vec<_>>();
    let groups = [
        ("planned", "Planned", of(&[ShareState::Planned])),
        ("candidates", "Candidates", of(&[ShareState::Candidate])),
        ("held", "Held", of(&[ShareState::Held])),
        ("dropped", "Not told", of(&[ShareState::Dropped])),
    ];
    let teams: Vec<(&str, &str)> =
        std::iter::once(("", "no team")).chain(p.teams.iter().map(|t| (t.slug.as_str(), t.name.as_str()))).collect();
    html! {
        (head(Head {
            kicker: vec![(p.group.name.clone(), Some(format!("/groups/{}", p.group.slug)))],
            title: "Tech shares".into(),
            lead: html! { "What one team found out and others should hear, with who took it up." },
            ..Head::default()
        }))
        (p.refused.shown())
        @for (id, title, list) in &groups {
            @if !list.is_empty() { (section(id, title, None, Tight(false), rows(list))) }
        }
        @if p.shares.is_empty() { (section("none", "None yet", None, Tight(false), html! { p.say { "A tech share that is captured in a session stands here once the session is closed." } })) }
        @if p.may {
            (section("new", "Plan one", None, Tight(false), html::form(&format!("/groups/{}/tech-shares", p.group.slug), p.csrf, html! {
                @for name in ["from", "url", "words"] {
                    @let value = p.refused.value("new", name, "");
                    @if !value.is_empty() { input type="hidden" name=(name) value=(value); }
                }
                (fields(&p.refused, "new", &Body::default(), false))
                div.fields.pane-gap-s { (field(&Field { id: "team", label: "Whose", value: p.refused.value("new", "team", ""), kind: FieldKind::Select(&teams), error: p.refused.wrong("new", "team"), ..Field::default() })) }
                div.btns { button.btn.primary type="submit" { "Plan the tech share" } }
            })))
        }
    }
}

/// What the page of one tech share needs.
pub struct SharePage<'a> {
    /// The tech share.
    pub share: &'a TechShare,
    /// Teams for which the reader may say that they took it up.
    pub own: &'a [Named],
    /// The reader may change it.
    pub may: bool,
    /// What was refused.
    pub refused: Refused<'a>,
    /// Token for forms.
    pub csrf: &'a str,
}

/// One tech share.
pub fn one(p: &SharePage<'_>) -> Markup {
    let (s, b) = (p.share, &p.share.body);
    let said = |text: &str, none: &'static str| html! { @if text.is_empty() { span.mute { (none) } } @else { (bdi(text)) } };
    let teams: Vec<(&str, &str)> = p.own.iter().map(|t| (t.slug.as_str(), t.name.as_str())).collect();
    let mut list = vec![
        ("State".to_owned(), html! { (s.state.words()) @if !b.dropped.is_empty() { ": " (bdi(&b.dropped)) } }),
        ("Day".into(), said(&day(&b.day), "no day yet")),
        ("Who tells it".into(), said(&b.owner, "nobody yet")),
        (
            "From".into(),
            html! { @if s.origin.url.is_empty() { (bdi(s.origin.shown())) } @else { a href=(s.origin.url) { (bdi(s.origin.shown())) } } },
        ),
    ];
    if !b.recording.is_empty() {
        list.push(("Recording".into(), html! { a href=(b.recording) rel="noopener noreferrer" { (bdi(&b.recording)) } }));
    }
    list.push(("Who came".into(), said(&html::listed(&b.attendees), "nobody is named")));
    html! {
        (head(Head {
            kicker: vec![(s.group.name.clone(), Some(format!("/groups/{}", s.group.slug))), ("Tech shares".into(), Some(format!("/groups/{}/tech-shares", s.group.slug)))],
            title: b.title.clone(),
            lead: html! { (bdi(&b.about)) },
            ..Head::default()
        }))
        (p.refused.shown())
        (section("about", "The talk", None, Tight(false), facts(html::FactsLook::Wide, &list)))
        (section("adopted", "Taken up by", None, Tight(false), html! {
            @if s.adopted.is_empty() { p.small.mute { "No team has said so yet." } }
            ul.ruled { @for a in &s.adopted { li { b { (bdi(&a.team.name)) } ", since " (day(&a.on)) @if !a.what.is_empty() { ": " (bdi(&a.what)) } } } }
            @if !teams.is_empty() {
                (html::disclosed("A team took it up", p.refused.sent.is_some_and(|(f, _)| f.get("form") == "adopt"), html::form(&format!("{}/adoptions", s.href()), p.csrf, html! {
                    input type="hidden" name="form" value="adopt";
                    div.fields {
                        (field(&Field { id: "adopt-team", name: "team", label: "Team", value: p.refused.value("adopt", "team", ""), kind: FieldKind::Select(&teams), error: p.refused.wrong("adopt", "team"), ..Field::default() }))
                        (field(&Field { id: "on", label: "Since", hint: Some("Today if you leave it empty."), value: p.refused.value("adopt", "on", ""), kind: FieldKind::Date, error: p.refused.wrong("adopt", "on"), ..Field::default() }))
                        (field(&Field { id: "what", label: "What", value: p.refused.value("adopt", "what", ""), error: p.refused.wrong("adopt", "what"), ..Field::default() }))
                    }
                    div.btns.pane-gap-s { button.btn type="submit" { "Say so" } }
                })))
            }
        }))
        @if p.may {
            (section("change", "Change it", None, Tight(false), html::form(&s.href(), p.csrf, html! {
                input type="hidden" name="version" value=(s.version);
                (fields(&p.refused, "change", b, true))
                div.btns { button.btn.primary type="submit" { "Save the tech share" } }
            })))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::share::tests::share;

    fn group() -> Named {
        Named { slug: "digital".into(), name: "Digital <E>".into() }
    }

    #[test]
    fn shares_stand_by_state() {
        let shares = [share(1, "2099-12-03"), share(2, ""), share(3, "2026-01-01")];
        let teams = [group()];
        let page = |shares: &[TechShare], may| {
            all(&SharesPage { group: group(), shares, teams: &teams, may, refused: Refused::default(), csrf: "t" }).into_string()
        };
        let text = page(&shares, true);
        for part in
            ["Planned", "Candidates", "Held", "Loading &lt;reference&gt; data", "Documents &lt;y&gt;", "Plan the tech share"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        let empty = page(&[], false);
        assert!(empty.contains("None yet") && !empty.contains("<form"), "{empty}");
    }

    #[test]
    fn one_says_who_came_and_who_took_it_up() {
        let (s, own) = (share(1, "2026-12-03"), [group()]);
        let form = Form(vec![("form".into(), "change".into()), ("title".into(), "kept <b>".into())]);
        let faults = [Fault::new("title", "Too <long>.")];
        let refused = Refused { sent: Some((&form, &faults)), conflict: Some("It was <changed>.") };
        let text = one(&SharePage { share: &s, own: &own, may: true, refused, csrf: "t" }).into_string();
        for part in [
            "Aoife &lt;B&gt;",
            "Maya &lt;O&gt; and Samir",
            "The same &lt;window&gt;",
            "kept &lt;b&gt;",
            "Too &lt;long&gt;.",
            "It was &lt;changed&gt;.",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let bare =
            one(&SharePage { share: &share(2, ""), own: &[], may: false, refused: Refused::default(), csrf: "t" }).into_string();
        assert!(bare.contains("no day yet") && !bare.contains("<form"), "{bare}");
    }
}

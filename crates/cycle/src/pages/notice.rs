//! Pages of notices: all of them with the form, and one with its teams.

mod form;
mod shown;
#[cfg(test)]
mod tests;

use html::{Cell, Column, Head, Markup, State, Tight, bdi, head, html, plural, section, state_as, table};
use jiff::civil::Date;

use crate::notice::{Notice, NoticeKind, NoticeState, NoticeTeam, label};
use crate::notice_text::{Chunk, Span, chunks};

pub use form::FormPage;
use form::form;
pub use shown::{OnePage, one};

/// Which notices a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Every one.
    All,
    /// Those that teams are asked for.
    Open,
    /// Mandates that are in force, or will be.
    Mandates,
    /// Those that ask something of the reader's teams.
    Mine,
}

impl View {
    /// From an address.
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "" | "all" => Some(View::All),
            "open" => Some(View::Open),
            "mandates" => Some(View::Mandates),
            "mine" => Some(View::Mine),
            _ => None,
        }
    }

    /// Whether a notice belongs to it; `mine` are the slugs of the reader's teams.
    pub fn has(self, n: &Notice, mine: &[String]) -> bool {
        let asks = |t: &NoticeTeam| mine.contains(&t.team.slug) && !t.is_done(!n.content.standard.is_empty());
        match self {
            View::All => true,
            View::Open => n.state == NoticeState::Open,
            View::Mandates => n.content.kind == NoticeKind::Mandate && n.state.stands(),
            View::Mine => n.state.stands() && n.teams.iter().any(asks),
        }
    }
}

/// The list of notices.
pub struct ListPage<'a> {
    /// Newest first.
    pub notices: &'a [Notice],
    /// Which of them are shown.
    pub view: View,
    /// Address of what follows, if there is more.
    pub next: Option<&'a str>,
    /// The form of a new one; none for who may not.
    pub form: Option<&'a FormPage<'a>>,
    /// Token for forms.
    pub csrf: &'a str,
    /// Today, as days of notices count.
    pub today: Date,
}

fn when(text: &str, today: Date) -> String {
    match text.parse::<Date>() {
        Ok(d) if d.year() == today.year() => d.strftime("%-d %b").to_string(),
        Ok(d) => d.strftime("%-d %b %Y").to_string(),
        Err(_) => "at once".into(),
    }
}

fn state(n: &Notice) -> Markup {
    let mark = match n.state {
        NoticeState::Open => State::InSprint,
        NoticeState::Done | NoticeState::InForce => State::Done,
        NoticeState::Superseded | NoticeState::Expired | NoticeState::Withdrawn => State::NotApplicable,
    };
    html! {
        (state_as(mark, n.state.words()))
        @if let Some(by) = n.superseded_by { br; " " span.by { "by " a href={ "/notices/" (by) } { (label(by)) } } }
    }
}

fn spans(all: &[Span]) -> Markup {
    html! {
        @for s in all {
            @match s {
                Span::Plain(t) => (t),
                Span::Bold(t) => b { (t) },
                Span::Code(t) => code { (t) },
                Span::Link(words, to) => a href=(to) rel="noreferrer" { (words) },
            }
        }
    }
}

/// The text of a notice, with what of Markdown is understood.
pub fn text(body: &str) -> Markup {
    html! {
        div.prose {
            @for c in chunks(body) {
                @match &c {
                    Chunk::Heading(s) => h3 { (spans(s)) },
                    Chunk::Paragraph(s) => p { (spans(s)) },
                    Chunk::List(items) => ul.ruled { @for i in items { li { (spans(i)) } } },
                }
            }
        }
    }
}

fn row(n: &Notice, today: Date) -> Vec<Cell> {
    let (k, of) = n.acknowledged();
    let words = format!("{k} of {of} {} acknowledged", plural(of, "team has", "teams have"));
    vec![
        Cell::new(html! { b { (n.label()) } }).class("nb"),
        Cell::new(html! {
            a.say href=(n.href()) { (bdi(&n.content.title)) }
            @if let Some(g) = &n.group { br; " " span.by { (bdi(&g.name)) } }
        }),
        Cell::text(n.content.kind.words()),
        Cell::new(html! { (html::units(&format!("u{}", n.number), k, of, 0, &words)) " " span.by { (k) " of " (of) } }),
        Cell::new(html! {
            (when(&n.content.acknowledge_by, today))
            @if let Some(days) = n.late(today) { br; " " span.over { (html::days_words(-days)) } }
        })
        .class("nb"),
        Cell::new(state(n)),
    ]
}

/// What the list comes to: how many are open, and which is late.
fn finding(p: &ListPage<'_>) -> Markup {
    let open: Vec<&Notice> = p.notices.iter().filter(|n| n.state == NoticeState::Open && !n.missing().is_empty()).collect();
    let late = open.iter().filter_map(|n| n.late(p.today).map(|days| (days, *n))).max_by_key(|(days, _)| *days);
    let n = open.len();
    html! {
        @if p.notices.is_empty() { "What every team has to know or do by a day, and which have said that they do." }
        @else if n == 0 { "Every team has acknowledged what is asked of it here." }
        @else {
            (html::count_word_capital(n)) " " (plural(n, "notice waits", "notices wait")) " for teams"
            @if let Some((days, n)) = late { "; " a href=(n.href()) { (n.label()) } " is " (html::days_words(-days)) } "."
        }
    }
}

/// All notices.
pub fn list(p: &ListPage<'_>) -> Markup {
    let shown = |view: View, label: &'static str, href: &'static str| (label, href, p.view == view);
    let views = [
        shown(View::All, "All", "/notices"),
        shown(View::Open, "Open", "/notices?view=open"),
        shown(View::Mandates, "Mandates", "/notices?view=mandates"),
        shown(View::Mine, "For my teams", "/notices?view=mine"),
    ];
    html! {
        (head(Head {
            kicker: vec![],
            title: "Notices to all developers".into(),
            lead: html! { (finding(p)) },
            facts: vec![],
        }))
        @if let Some((_, faults)) = p.form.and_then(|f| f.sent) { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) }
        (section("notices", "All notices", Some(html! { "Newest first." }), Tight(false), html! {
            (html::views("Which notices", &views))
            @if p.notices.is_empty() && p.view == View::All {
                (html::empty("No notice was issued yet. What a platform or security team has to tell every team goes here, so that it is known who has read it.", None))
            } @else if p.notices.is_empty() {
                (html::empty("None of the notices on this page is of this kind.", None))
            } @else {
                (table(&html::Table {
                    caption: "Notices to all developers".into(),
                    columns: vec![Column::text("No."), Column::text("Notice"), Column::text("Kind"), Column::text("Acknowledged"), Column::text("By").class("lab"), Column::text("State")],
                    rows: p.notices.iter().map(|n| row(n, p.today)).collect(),
                    class: "stack".into(),
                    foot: None,
                }))
            }
            @if p.form.is_some() { (html::more(html! { a href="#title" data-new { "Write a notice" } })) }
            @if let Some(next) = p.next { (html::more(html! { a href=(next) { "Older notices" } })) }
        }))
        @if let Some(f) = p.form {
            (section("write", "Write a notice", Some(html! { "It is numbered and sent when you issue it; a change later asks every team again." }), Tight(false), html! {
                (html::disclosed("The form of a new notice", f.sent.is_some(), form("/notices", None, f, p.csrf)))
            }))
        }
    }
}

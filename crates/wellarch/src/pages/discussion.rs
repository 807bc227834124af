//! What people say about a question, and everything that was answered.

use html::{Cell, Column, Field, FieldKind, Head, Markup, Table, Tight, bdi, field, head, html, plural, section, table};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::clock;

use super::template::linked;
use crate::change::changed;
use crate::comment::ReviewComment;
use crate::document::ReviewDocument;
use crate::lens::Question;
use crate::review::ReviewAnswer;

/// Comments that the page of a question shows; the others stand in its history.
pub const NEWEST: usize = 20;

/// Comments on a question as its page shows them.
#[derive(Clone, Copy, Default)]
pub struct Discussion<'a> {
    /// The newest, oldest first.
    pub comments: &'a [ReviewComment],
    /// There are older ones.
    pub more: bool,
    /// The reader may say something.
    pub may: bool,
    /// A refused comment and what is wrong with it.
    pub sent: Option<(&'a str, &'a [Fault])>,
}

fn list(comments: &[ReviewComment], now: Time, zone: &str) -> Markup {
    html! {
        ul.ruled {
            @for c in comments {
                li {
                    p.by { b { (bdi(&c.by)) } ", " (clock(c.at, now, zone)) }
                    @for line in c.text.lines().filter(|l| !l.trim().is_empty()) { p.prose { (bdi(line)) } }
                }
            }
        }
    }
}

/// Comments below a question, and the form that adds one.
pub fn discussion(d: &Discussion<'_>, csrf: &str, here: &str, now: Time, zone: &str) -> Markup {
    let wrong = d.sent.and_then(|(_, faults)| faults.first()).map(|f| f.message.as_str());
    let n = d.comments.len();
    html! {
        div.pane id="comments" data-fragment data-words="Comment added." {
            div.pane-h { h2 { "Comments" } @if n > 0 { span.small.mute { (n) @if d.more { " newest" } } } }
            @if d.comments.is_empty() { p.small.mute { "Nobody has said anything yet." } } @else { (list(d.comments, now, zone)) }
            @if d.more { p.more { a href={ (here) "/history" } { "Older comments" } } }
            @if d.may {
                (html::live_form(&format!("{here}/comments"), csrf, html::Live { target: Some("comments"), autosave: false }, html! {
                    div.pane-gap-s {
                        (field(&Field {
                            id: "comment",
                            name: "text",
                            label: "Comment",
                            value: d.sent.map_or("", |(text, _)| text),
                            kind: FieldKind::Textarea(2),
                            error: wrong,
                            ..Field::default()
                        }))
                    }
                    div.btns.pane-gap-s { button.btn type="submit" { "Add the comment" } }
                }))
            }
        }
    }
}

/// What the page of a question's history needs.
pub struct HistoryPage<'a> {
    /// The review.
    pub document: &'a ReviewDocument,
    /// The question.
    pub question: &'a Question,
    /// Versions of its answer, newest first.
    pub versions: &'a [ReviewAnswer],
    /// Comments, oldest first.
    pub comments: &'a [ReviewComment],
    /// Address of the page with older versions.
    pub older: Option<String>,
    /// There are older comments than these.
    pub more_comments: bool,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

/// Every version of the answer to a question, who gave it and when, and what was said about it.
pub fn history(p: &HistoryPage<'_>) -> Markup {
    let (d, q) = (p.document, p.question);
    let here = format!("/workloads/{}/reviews/{}", d.workload.slug, d.lens.slug);
    let row = |i: usize, a: &ReviewAnswer| {
        let before = p.versions.get(i + 1).map(|b| &b.said);
        let known = before.is_some() || a.version == 1;
        vec![
            Cell::new(html! { (a.version) }),
            Cell::new(html! {
                @match &a.template { Some(t) => { (linked(t)) ", published by " b { (bdi(&a.by)) } }, None => b { (bdi(&a.by)) } }
                ", " (clock(a.at, p.now, p.zone))
            })
            .class("by"),
            Cell::new(html! { @if known { (bdi(&changed(q, before, &a.said))) } @else { "see the older versions" } }),
            Cell::new(html! {
                (bdi(&html::capital(&a.said.sentence(q)))) "."
                @if !a.said.note.is_empty() { br; span.mute { (bdi(&a.said.note)) } }
            }),
        ]
    };
    html! {
        (head(Head {
            kicker: vec![
                (d.workload.name.clone(), Some(format!("/workloads/{}/reviews", d.workload.slug))),
                (d.lens.name.clone(), Some(here.clone())),
                (q.title.clone(), Some(format!("{here}/questions/{}", q.id))),
            ],
            title: "History of the answer".into(),
            lead: html! { "Each change of an answer is a version of its own, and none is lost." },
            ..Head::default()
        }))
        (section("versions", "Versions", None, Tight(false), html! {
            @if p.versions.is_empty() { p.say { "Nobody has answered this question yet." } } @else {
                (table(&Table {
                    caption: format!("Versions of the answer to: {}", q.title),
                    columns: vec![
                        Column::text("Version").class("lab"),
                        Column::text("Who and when"),
                        Column::text("What changed").class("lab"),
                        Column::text("What it says").class("lab"),
                    ],
                    rows: p.versions.iter().enumerate().map(|(i, a)| row(i, a)).collect(),
                    class: "stack flow".into(),
                    foot: None,
                }))
            }
            @if let Some(older) = &p.older { p.more { a href=(older) { "Older versions" } } }
        }))
        (section("said", "Comments", None, Tight(false), html! {
            @if p.comments.is_empty() { p.say { "Nobody has said anything yet." } } @else { (list(p.comments, p.now, p.zone)) }
            @if p.more_comments {
                p.hint { "These are the newest " (p.comments.len()) " " (plural(p.comments.len(), "comment", "comments")) "; the API lists all of them." }
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::{answer, document};
    use crate::review::tests::{said, small};
    use kernel::ids::Id;

    const NOW: Time = Time(1_795_000_200_000_000);

    fn comment(text: &str) -> ReviewComment {
        ReviewComment { id: Id::from_u128(1), text: text.into(), by: "Ana <x>".into(), at: NOW }
    }

    #[test]
    fn comments_stand_as_they_were_said() {
        let comments = [comment("one <b>\n\ntwo")];
        let draw = |d: &Discussion<'_>| discussion(d, "c", "/q", NOW, "UTC").into_string();
        let page = draw(&Discussion { comments: &comments, more: true, may: true, sent: None });
        for part in ["one &lt;b&gt;", "two", "Ana &lt;x&gt;", "/q/history", "action=\"/q/comments\""] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!draw(&Discussion::default()).contains("<form"));
        let faults = [Fault::new("text", "It is <empty>.")];
        let refused = draw(&Discussion { may: true, sent: Some(("kept <x>", &faults)), ..Discussion::default() });
        assert!(refused.contains("kept &lt;x&gt;") && refused.contains("It is &lt;empty&gt;."));
    }

    #[test]
    fn every_version_says_who_when_and_what_changed() {
        let (d, kept) = (document(&[]), small());
        let question = kept.file.lens.question("Q-01").unwrap();
        let versions = [ReviewAnswer { version: 2, ..answer(said(&["aaa", "bbb"])) }, answer(said(&["aaa"]))];
        let comments = [comment("so")];
        let page = HistoryPage {
            document: &d,
            question,
            versions: &versions,
            comments: &comments,
            older: Some("/older".into()),
            more_comments: true,
            now: NOW,
            zone: "UTC",
        };
        let text = history(&page).into_string();
        for part in ["ticked “Tick b”", "ticked “Tick &lt;a&gt;”", "Maya &lt;Okafor&gt;", "/older", "newest 1 comment", "so"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        let empty = history(&HistoryPage { versions: &[], comments: &[], older: None, more_comments: false, ..page }).into_string();
        assert!(empty.contains("Nobody has answered this question yet"));
    }
}

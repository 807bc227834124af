//! Evidence beside a thing, and the forms that add and remove it.

use html::{Field, FieldKind, Markup, bdi, field, html};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::{Form, day};

use crate::piece::{EvidenceForm, EvidencePiece, endings, size};

/// What the pieces beside a thing need.
#[derive(Clone, Copy, Default)]
pub struct EvidencePane<'a> {
    /// Pieces, oldest first, those that were removed among them.
    pub pieces: &'a [EvidencePiece],
    /// The reader may add and remove pieces and read files.
    pub may: bool,
    /// A refused form, and what is wrong with it.
    pub sent: Option<(&'a Form, &'a [Fault])>,
}

fn title(p: &EvidencePiece, may: bool) -> Markup {
    match (p.form, may) {
        (EvidenceForm::File, true) => html! { a href={ "/evidence/" (p.id) "/file" } { (bdi(&p.title)) } },
        (EvidenceForm::File, false) => bdi(&p.title),
        (EvidenceForm::Thing, _) => html! { a href=(p.url) { (bdi(&p.title)) } },
        (EvidenceForm::Link, _) => html! { a href=(p.url) rel="noopener noreferrer nofollow" { (bdi(&p.title)) } },
    }
}

/// Pieces as one line, for a report: what there is, without forms.
pub fn in_short(pieces: &[EvidencePiece]) -> Markup {
    html! {
        @for (i, p) in pieces.iter().filter(|p| p.removed.is_none()).enumerate() {
            @if i > 0 { ", " }
            (title(p, false))
        }
    }
}

/// Evidence beside a thing. `here` is its page: forms are posted to `{here}/links` and `{here}/attachments`.
pub fn evidence(e: &EvidencePane<'_>, here: &str, csrf: &str, now: Time, zone: &str) -> Markup {
    let which = e.sent.map_or("", |(f, _)| f.get("form"));
    let wrong = |form: &str, at: &str| {
        let faults = e.sent.filter(|_| which == form).map_or(&[][..], |(_, faults)| faults);
        faults.iter().find(|f| f.at == at).map(|f| f.message.as_str())
    };
    let typed = |name: &str| e.sent.filter(|_| which == "link").map_or("", |(f, _)| f.get(name));
    let (shown, removed): (Vec<_>, Vec<_>) = e.pieces.iter().partition(|p| p.removed.is_none());
    let accept = endings();
    html! {
        div.pane id="pieces" data-fragment {
            div.pane-h { h2 { "Links and attachments" } @if !shown.is_empty() { span.small.mute { (shown.len()) } } }
            @if shown.is_empty() { p.small.mute { "Nothing is linked or attached yet." } } @else {
                ul.ruled {
                    @for p in &shown {
                        li {
                            (title(p, e.may)) @if let Some(bytes) = p.bytes { span.mute { ", " (size(bytes)) } }
                            p.by { (bdi(&p.by)) ", " (day(p.at, now, zone)) }
                            @if e.may {
                                (html::disclosure("Remove", html::form(&format!("/evidence/{}/removal", p.id), csrf, html! {
                                    input type="hidden" name="back" value=(here);
                                    (field(&Field { id: &format!("why-{}", p.id), name: "reason", label: "Why", required: true, ..Field::default() }))
                                    div.btns.pane-gap-s { button.btn.slim type="submit" { "Remove it" span.vh { ": " (p.title) } } }
                                })))
                            }
                        }
                    }
                }
            }
            @for p in &removed {
                @if let Some(r) = &p.removed {
                    p.by { (bdi(&r.by)) " removed “" (bdi(&p.title)) "”, " (day(r.at, now, zone)) ": " (bdi(&r.reason)) }
                }
            }
        }
        @if e.may {
            div id="pieces-add" {
                (html::disclosure("Add a link", html::form(&format!("{here}/links"), csrf, html! {
                    input type="hidden" name="form" value="link";
                    (field(&Field { id: "link-url", name: "url", label: "Address", value: typed("url"), placeholder: Some("https://"), error: wrong("link", "url"), ..Field::default() }))
                    (field(&Field { id: "link-title", name: "title", label: "What it shows", value: typed("title"), error: wrong("link", "title"), ..Field::default() }))
                    div.btns.pane-gap-s { button.btn type="submit" { "Add the link" } }
                })))
                (html::disclosure("Attach a file", html::upload(&format!("{here}/attachments"), csrf, html! {
                    input type="hidden" name="form" value="file";
                    (field(&Field {
                        id: "file",
                        label: "File",
                        hint: Some("At most 10 MB. It is served as a download to those who take part."),
                        kind: FieldKind::Files(&accept),
                        error: wrong("file", "file").or_else(|| wrong("file", "name")),
                        ..Field::default()
                    }))
                    div.btns.pane-gap-s { button.btn type="submit" { "Attach the file" } }
                })))
            }
            @if let Some((_, faults)) = e.sent { (html::alert(faults.iter().map(|f| (if which == "link" { format!("link-{}", f.at) } else { "file".to_owned() }, f.message.clone())).collect())) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::piece::EvidenceRemoved;
    use kernel::ids::{Id, Ref};

    const NOW: Time = Time(1_795_000_200_000_000);

    fn piece(form: EvidenceForm, title: &str) -> EvidencePiece {
        EvidencePiece {
            id: Id::from_u128(7),
            about: Ref::new("workload", "ledger"),
            form,
            title: title.into(),
            url: "https://example.org/a?b=1&c".into(),
            to: None,
            media: String::new(),
            bytes: (form == EvidenceForm::File).then_some(2_048),
            digest: String::new(),
            by: "Ana <x>".into(),
            at: NOW,
            removed: None,
        }
    }

    #[test]
    fn pieces_are_told_and_files_are_for_those_who_may() {
        let gone = Some(EvidenceRemoved { by: "Maya".into(), at: NOW, reason: "It was <wrong>.".into() });
        let pieces = [
            piece(EvidenceForm::Link, "Run <book>"),
            piece(EvidenceForm::File, "plan.pdf"),
            EvidencePiece { removed: gone, ..piece(EvidenceForm::Link, "Old") },
        ];
        let draw = |e: &EvidencePane<'_>| evidence(e, "/q", "c", NOW, "UTC").into_string();
        let page = draw(&EvidencePane { pieces: &pieces, may: true, sent: None });
        for part in [
            "Run &lt;book&gt;",
            "b=1&amp;c",
            "/file\"",
            "2 KB",
            "It was &lt;wrong&gt;.",
            "/q/links",
            "multipart/form-data",
            "Ana &lt;x&gt;",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let read = draw(&EvidencePane { pieces: &pieces, may: false, sent: None });
        assert!(!read.contains("/file\"") && !read.contains("<form") && read.contains("plan.pdf"), "{read}");
        assert!(draw(&EvidencePane::default()).contains("Nothing is linked"));
        let short = in_short(&pieces).into_string();
        assert!(short.contains("plan.pdf") && !short.contains("Old"), "{short}");
    }

    #[test]
    fn a_refused_form_says_where() {
        let form = Form(vec![("form".into(), "link".into()), ("url".into(), "kept <x>".into())]);
        let faults = [Fault::new("url", "No <address>.")];
        let page =
            evidence(&EvidencePane { may: true, sent: Some((&form, &faults)), ..EvidencePane::default() }, "/q", "c", NOW, "UTC");
        let page = page.into_string();
        assert!(page.contains("kept &lt;x&gt;") && page.matches("No &lt;address&gt;.").count() == 2, "{page}");
    }
}

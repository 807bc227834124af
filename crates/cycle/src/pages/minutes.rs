//! The minutes of a session, from the stored document and from nothing else.

use html::{Field, FieldKind, Head, Markup, Tight, bdi, facts, field, head, html, section};
use kernel::error::Fault;
use kernel::text::percent;
use kernel::time::Time;
use kernel::web::{Form, clock as moment};

use crate::attendance::lines;
use crate::capture::{Capture, CaptureKind, by_kind};
use crate::clock;
use crate::minutes::{Kept, Minutes, MinutesTeam, ReportFate};
use crate::told::How;

/// What the page needs.
pub struct MinutesPage<'a> {
    /// Page of the session.
    pub href: &'a str,
    /// The stored document with what came up later.
    pub kept: &'a Kept,
    /// The reader may add to it.
    pub may: bool,
    /// The reader may raise a concern.
    pub may_raise: bool,
    /// A refused addendum and what is wrong with it.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub now: Time,
}

fn line(p: &MinutesPage<'_>, c: &Capture) -> Markup {
    let open = matches!(c.kind, CaptureKind::Question | CaptureKind::ParkingLot | CaptureKind::Action);
    html! {
        @if c.href.is_empty() { (bdi(&c.text)) } @else { a href=(c.href) { (bdi(&c.text)) } }
        @if !c.why.is_empty() { " Because: " (bdi(&c.why)) }
        @if !c.beside().is_empty() { " " span.mute { (bdi(&c.beside())) } }
        @if !c.origin.url.is_empty() { br; span.by { "from " a href=(c.origin.url) { (bdi(c.origin.shown())) } ", captured by " (bdi(&c.by)) } }
        @if p.may_raise && open {
            " " a.small.noprint href={ "/council/concerns/new?from=session:" (p.kept.minutes.session) "&title=" (percent(&c.text)) "&team=" (c.team.as_ref().map_or("", |t| &t.slug)) } {
                "Raise it to the council" span.vh { ": " (bdi(&c.text)) }
            }
        }
    }
}

fn lead(m: &Minutes) -> Markup {
    let (planned, used) = m.took();
    html! { (m.counted()) " It took " (clock::spoken(used)) " of " (clock::spoken(planned)) ". " (bdi(&m.left_out())) }
}

fn agenda(m: &Minutes) -> Markup {
    let (planned, used) = m.sums();
    html! {
        table.agenda {
            caption.vh { "Agenda with planned and used minutes" }
            thead { tr { th scope="col" { "Item" } th.num scope="col" { "Plan" } th.num scope="col" { "Used" } } }
            tbody {
                @for i in &m.agenda {
                    tr {
                        th.plain scope="row" { (bdi(&i.title)) @if i.exception { " " span.by { "by exception" } } }
                        td.num { @if i.exception { "–" } @else { (clock::minutes(i.planned)) } }
                        td.num { @if i.reached { (clock::minutes(i.used)) } @else { span.mute { "not reached" } } }
                    }
                }
            }
            tfoot { tr { th scope="row" { "In all" } td.num { (clock::minutes(planned)) } td.num { (clock::minutes(used)) } } }
        }
    }
}

fn team(p: &MinutesPage<'_>, t: &MinutesTeam) -> Markup {
    let m = &p.kept.minutes;
    let treated: Vec<_> = m.treated.iter().filter(|x| x.team.slug == t.team.slug).collect();
    html! {
        @if !t.signals.is_empty() { ul.ruled { @for s in &t.signals { li { (bdi(s)) } } } }
        @if !treated.is_empty() {
            ul.ruled { @for x in treated { li { b { (x.how.heading()) } ". " a href={ "/actions/" (x.action) } { (bdi(&x.what)) } ". " (bdi(&x.words)) } } }
        }
        @let counted = m.counted_of(t);
        @if !counted.is_empty() { p.small.sec2 { (html::capital(&counted)) ", above." } }
    }
}

/// There is more to say of a team than what became of its report.
fn says(m: &Minutes, t: &MinutesTeam) -> bool {
    !t.signals.is_empty() || m.about(t).next().is_some() || m.treated.iter().any(|x| x.team.slug == t.team.slug)
}

fn fate(t: &MinutesTeam) -> Markup {
    html! {
        (html::capital(t.report.words())) "."
        @if !t.href.is_empty() && t.report != ReportFate::NoReport { " " a href=(t.href) { "Report" } }
    }
}

fn earlier(m: &Minutes) -> Markup {
    html! {
        ul.ruled {
            @for how in How::ALL {
                @for t in m.became(how) {
                    li {
                        b { (how.heading()) } ". " a href={ "/actions/" (t.action) } { (bdi(&t.what)) } " " span.mute { (bdi(&t.team.name)) } ". " (bdi(&t.words))
                        @if !t.due.is_empty() { " Now due " (t.due) "." }
                    }
                }
            }
        }
    }
}

fn addenda(p: &MinutesPage<'_>) -> Markup {
    let k = p.kept;
    let value = p.sent.map_or("", |(f, _)| f.get("text"));
    let wrong = p.sent.and_then(|(_, f)| f.iter().find(|f| f.at == "text")).map(|f| f.message.as_str());
    html! {
        @for a in &k.addenda {
            p.by { b { (bdi(&a.by)) } ", " (moment(a.at, p.now, &k.minutes.zone)) }
            @for line in a.text.lines().filter(|l| !l.trim().is_empty()) { p.prose { (bdi(line)) } }
        }
        @if k.addenda.is_empty() { p.small.mute { "Nothing came up later." } }
        @if p.may {
            div.noprint {
                (html::disclosed("Add what came up later", wrong.is_some(), html::form(&format!("{}/minutes/addenda", p.href), p.csrf, html! {
                    (field(&Field { id: "text", label: "Addendum", value, kind: FieldKind::Textarea(3), error: wrong, ..Field::default() }))
                    div.btns.pane-gap-s { button.btn type="submit" { "Add it" } }
                })))
            }
        }
    }
}

/// The page.
pub fn page(p: &MinutesPage<'_>) -> Markup {
    let (k, m) = (p.kept, &p.kept.minutes);
    let at = |t: Time| moment(t, m.closed_at, &m.zone);
    let attendance = lines(&m.attendance).into_iter().map(|l| (l.title, bdi(&l.words))).collect::<Vec<_>>();
    html! {
        (head(Head {
            kicker: vec![(m.forum.name.clone(), None), (m.title.clone(), Some(p.href.to_owned())), (m.when.clone(), None)],
            title: format!("Minutes of the {}", m.title.to_lowercase()),
            lead: lead(m),
            facts: vec![
                ("Held".into(), html! { (at(m.opened_at)) " to " (at(m.closed_at)) }),
                ("Facilitator".into(), bdi(&m.facilitator)),
            ].into_iter().chain((!m.place.is_empty()).then(|| ("Place".to_owned(), bdi(&m.place)))).collect(),
        }))
        @if let Some((_, faults)) = p.sent { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) }
        @for (kind, list) in by_kind(&m.captures) {
            @let says = (kind == CaptureKind::Action).then(|| html! { "In the register, with who and by when." });
            (section(kind.key(), kind.heading(), says, Tight(false), html! { ul.ruled { @for c in list { li { (line(p, c)) } } } }))
        }
        @if !m.treated.is_empty() { (section("earlier", "Earlier actions", None, Tight(false), earlier(m))) }
        @let (told, calm): (Vec<&MinutesTeam>, Vec<&MinutesTeam>) = m.teams.iter().partition(|t| says(m, t));
        @for t in told { (section(&format!("team-{}", t.team.slug), &t.team.name, Some(fate(t)), Tight(false), team(p, t))) }
        @if !calm.is_empty() {
            (section("calm", "Other teams", Some(html! { "No signal, and nothing was captured." }), Tight(false), html! {
                ul.ruled { @for t in calm { li id={ "team-" (t.team.slug) } { (bdi(&t.team.name)) ". " (fate(t)) } } }
            }))
        }
        @for (n, b) in m.also.iter().enumerate() {
            (section(&format!("also-{n}"), &b.title, None, Tight(false), html! { ul.ruled { @for l in &b.lines { li { (bdi(l)) } } } }))
        }
        (section("attendance", "In the room", None, Tight(false), facts(html::FactsLook::Wide, &attendance)))
        (section("agenda", "Agenda", Some(html! { "Planned and used minutes." }), Tight(false), agenda(m)))
        @if let Some(a) = &m.agreement {
            @let version = (a.version > 0).then(|| html! { "Version " (a.version) ", as it was shown." });
            (section("agreement", "Working agreement", version, Tight(false), html! { @for l in a.text.lines().filter(|l| !l.trim().is_empty()) { p.prose { (bdi(l)) } } }))
        }
        (section("addenda", "Addenda", None, Tight(false), addenda(p)))
        (section("proof", "Proof", Some(html! { "These minutes never change; the digest stands in the trail." }), Tight(false), facts(html::FactsLook::Wide, &[
            ("SHA-256".to_owned(), html! { code { (k.digest) } }),
            ("Trail".to_owned(), html! { "seal " (m.checkpoint.number) ", " code { (m.checkpoint.hash) } }),
        ])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::minutes::tests::kept;

    fn drawn(k: &Kept, may: bool, sent: Option<(&Form, &[Fault])>) -> String {
        page(&MinutesPage { href: "/sessions/7", kept: k, may, may_raise: may, sent, csrf: "t", now: k.minutes.closed_at })
            .into_string()
    }

    #[test]
    fn everything_that_was_said_stands_there_and_nothing_runs() {
        let text = drawn(&kept(), true, None);
        for part in [
            "Not reviewed: Documents was not ready.",
            "Words &lt;1&gt;",
            "Because: <bdi>It costs &lt;less&gt;",
            "Payments &lt;x&gt; gives, Partner Gateway receives",
            "Report reviewed.",
            "Carried over",
            "Now due 2027-01-31",
            "N-31: 8 of 10; awaiting &lt;Billing&gt;",
            "Documents by deputy Noor &lt;A&gt;",
            ">11:05<",
            "not reached",
            "We look at &lt;systems&gt;.",
            "It was &lt;Tuesday&gt;.",
            "seal 12",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("<x>") && text.contains("Add what came up later"));
        let id = kept().minutes.session;
        let raise = format!("/council/concerns/new?from=session:{id}&amp;title=Words%20%3C1%3E&amp;team=payments");
        assert!(text.contains(&raise), "{raise}: {text}");
        let read = drawn(&kept(), false, None);
        assert!(!read.contains("<form") && !read.contains("Raise it"));
    }

    #[test]
    fn a_refused_addendum_keeps_what_was_typed() {
        let form = Form(vec![("text".into(), "kept <b>".into())]);
        let faults = [Fault::new("text", "Too <long>.")];
        let text = drawn(&kept(), true, Some((&form, &faults)));
        assert!(text.contains("kept &lt;b&gt;") && text.matches("Too &lt;long&gt;.").count() == 2, "{text}");
    }

    #[test]
    fn an_empty_session_has_minutes_too() {
        let mut k = kept();
        (k.minutes.captures, k.minutes.treated, k.minutes.teams) = (Vec::new(), Vec::new(), Vec::new());
        (k.minutes.also, k.minutes.agreement, k.addenda) = (Vec::new(), None, Vec::new());
        let text = drawn(&k, false, None);
        assert!(text.contains("Nothing was captured.") && text.contains("Nothing came up later."), "{text}");
    }
}

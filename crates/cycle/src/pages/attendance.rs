//! Who is in the room: a form with a line for each seat.

use html::{Field, FieldKind, Head, Markup, Tight, bdi, field, head, html, section};
use kernel::error::Fault;
use kernel::web::Form;

use crate::attendance::{Seat, Taken};
use crate::session::{Session, SessionState};

/// What the page needs.
pub struct AttendancePage<'a> {
    /// The session.
    pub session: &'a Session,
    /// Its seats.
    pub seats: &'a [Seat],
    /// Keys of the seats that the reader may change.
    pub own: &'a [String],
    /// The reader runs the session.
    pub may: bool,
    /// A refused form and what is wrong with it.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
}

fn line(p: &AttendancePage<'_>, s: &Seat) -> Markup {
    let open = !matches!(p.session.state, SessionState::Closed | SessionState::CalledOff) && p.own.contains(&s.key);
    let (taken, deputy) = (format!("taken.{}", s.key), format!("deputy.{}", s.key));
    let value = |name: &str, stored: &str| p.sent.map_or(stored.to_owned(), |(f, _)| f.get(name).to_owned());
    let wrong = p.sent.and_then(|(_, f)| f.iter().find(|f| f.at == deputy)).map(|f| f.message.as_str());
    let words: Vec<(&str, &str)> = Taken::ALL.iter().map(|t| (t.key(), t.words())).collect();
    let whose = s.team.as_ref().map_or_else(|| s.holders(), |t| t.name.clone());
    html! {
        tr role="row" {
            th.plain scope="row" role="rowheader" { (bdi(&whose)) @if s.team.is_some() { br; span.by { (bdi(&s.holders())) } } }
            @if open {
                td role="cell" data-l="Taken" { (field(&Field { id: &taken, label: "Taken", value: &value(&taken, s.taken.key()), kind: FieldKind::Select(&words), ..Field::default() })) }
                td role="cell" data-l="Deputy" { (field(&Field { id: &deputy, label: "Deputy, by name", value: &value(&deputy, &s.deputy), error: wrong, ..Field::default() })) }
            } @else {
                td role="cell" data-l="Taken" { (s.taken.words()) }
                td role="cell" data-l="Deputy" { (bdi(&s.deputy)) }
            }
        }
    }
}

fn table(p: &AttendancePage<'_>, caption: &str, seats: &[&Seat]) -> Markup {
    html! {
        table class="stack bare" role="table" {
            caption.vh { (caption) }
            thead role="rowgroup" { tr role="row" { th scope="col" role="columnheader" { "Seat" } th scope="col" role="columnheader" { "Taken" } th scope="col" role="columnheader" { "Deputy" } } }
            tbody role="rowgroup" { @for s in seats { (line(p, s)) } }
        }
    }
}

/// The page.
pub fn page(p: &AttendancePage<'_>) -> Markup {
    let s = p.session;
    let over = matches!(s.state, SessionState::Closed | SessionState::CalledOff);
    let observers: Vec<&Seat> = p.seats.iter().filter(|s| s.role.is_none()).collect();
    html! {
        (head(Head {
            kicker: vec![(s.forum.name.clone(), Some(s.forum.href())), (s.title(), Some(format!("{}/run", s.href())))],
            title: "In the room".into(),
            lead: html! { "A seat for each principal engineer and delivery lead. Whoever cannot come sends a deputy, by name." },
            ..Head::default()
        }))
        @if let Some((_, faults)) = p.sent { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) }
        @let seats = html! {
            @for role in crate::attendance::SEATED {
                @let of: Vec<&Seat> = p.seats.iter().filter(|s| s.role == Some(role)).collect();
                @if !of.is_empty() { (section(role.key(), &format!("{}s", role.title()), None, Tight(false), table(p, role.title(), &of))) }
            }
        };
        @if p.own.is_empty() || over { (seats) } @else {
            (html::form(&format!("{}/attendance", s.href()), p.csrf, html! {
                (seats)
                (section("save", "Save", None, Tight(true), html! { div.btns { button.btn.primary type="submit" { "Save who is here" } } }))
            }))
        }
        @let typed = p.sent.map_or("", |(form, _)| form.get("name"));
        @let wrong = p.sent.and_then(|(_, faults)| faults.iter().find(|f| f.at == "name")).map(|f| f.message.as_str());
        (section("observers", "Observers", None, Tight(false), html! {
            @if observers.is_empty() { p.prose { "Nobody has come to listen so far." } } @else { ul.ruled { @for o in &observers { li { (bdi(&o.holders())) } } } }
            @if !over {
                (html::form(&format!("{}/observers", s.href()), p.csrf, html! {
                    div.fields.pane-gap-s { (field(&Field { id: "name", label: "Name", hint: Some(if p.may { "Yours if you leave it empty." } else { "Leave it empty; you name yourself." }), value: typed, error: wrong, ..Field::default() })) }
                    div.btns { button.btn type="submit" { "Add an observer" } }
                }))
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendance::tests::sample;
    use crate::session::tests::session;

    #[test]
    fn own_seats_are_fields_and_others_are_words() {
        let (s, seats) = (session(SessionState::Open), sample());
        let own = vec!["payments.delivery-lead".to_owned()];
        let form = Form(vec![("deputy.payments.delivery-lead".into(), "kept <b>".into())]);
        let faults = [Fault::new("deputy.payments.delivery-lead", "Who <is> it?")];
        let text =
            page(&AttendancePage { session: &s, seats: &seats, own: &own, may: false, sent: Some((&form, &faults)), csrf: "t" })
                .into_string();
        let named = Form(vec![("name".into(), "Ada <x>".into())]);
        let wrong = [Fault::new("name", "Which <Ada>?")];
        let page_of =
            |sent| page(&AttendancePage { session: &s, seats: &seats, own: &own, may: true, sent, csrf: "t" }).into_string();
        let again = page_of(Some((&named, &wrong[..])));
        assert!(again.contains("value=\"Ada &lt;x&gt;\"") && again.matches("Which &lt;Ada&gt;?").count() == 2, "{again}");
        assert!(text.contains("kept &lt;b&gt;") && text.matches("Who &lt;is&gt; it?").count() == 2, "{text}");
        assert!(text.contains("Noor &lt;A&gt;") && !text.contains("id=\"taken.documents.principal-engineer\""), "{text}");
        let closed = session(SessionState::Closed);
        let text =
            page(&AttendancePage { session: &closed, seats: &seats, own: &own, may: true, sent: None, csrf: "t" }).into_string();
        assert!(!text.contains("<form"), "{text}");
    }
}

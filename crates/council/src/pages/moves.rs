//! Where a concern can go from here: a form for each way, the likely one open.

use html::{Field, FieldKind, Markup, bdi, field, fields, fields_one, html};

use super::Sent;
use crate::concern::Concern;
use crate::state::{Need, Way, Who};

/// What the forms need.
pub struct Moves<'a> {
    /// The concern.
    pub concern: &'a Concern,
    /// The ways that the reader may go.
    pub ways: &'a [Way],
    /// The quarter that is suggested.
    pub quarter: &'a str,
    /// What was typed, and why it was refused.
    pub sent: Sent<'a>,
    /// Token for forms.
    pub csrf: &'a str,
}

/// Why a way is not open yet, for what is looked at elsewhere on the page; empty if nothing stands in it.
pub fn waits(c: &Concern, proven: bool, w: &Way) -> &'static str {
    for need in w.needs {
        let missing = match need {
            Need::Hypothesis if c.content.hypothesis.is_empty() => "Waits for a hypothesis.",
            Need::Hypothesis if c.content.confirmed == crate::concern::Confirmed::NotSaid => {
                "Waits for somebody to say whether our data can confirm it."
            }
            Need::Story if c.stories.all == 0 => "Waits for a first story.",
            Need::Sprint if c.stories.in_sprint == 0 => "Waits for a story in a sprint.",
            Need::Closed if c.stories.closed < c.stories.all || c.stories.done == 0 => "Waits for its stories to be closed.",
            Need::Result if !proven => "Waits for a result from production.",
            _ => "",
        };
        if !missing.is_empty() {
            return missing;
        }
    }
    ""
}

fn form(m: &Moves<'_>, w: &Way, primary: bool) -> Markup {
    let c = m.concern;
    let to = w.to.key();
    let sent = if m.sent.form.is_some_and(|f| f.get("to") == to) { m.sent } else { Sent::default() };
    let one = |name: &'static str, label: &str, hint: Option<&str>, stood: &str, kind: FieldKind<'_>| {
        let id = format!("{name}-{to}");
        let value = sent.was(name, stood).to_owned();
        field(&Field { id: &id, name, label, hint, value: &value, kind, error: sent.wrong(&id), ..Field::default() })
    };
    let has = |n: Need| w.needs.contains(&n);
    html::form(
        &format!("{}/moves", c.href()),
        m.csrf,
        html! {
            input type="hidden" name="version" value=(c.version);
            input type="hidden" name="to" value=(to);
            @if has(Need::Epic) {
                (fields_one(&[
                    one("epic", "Title of the epic", None, &c.course.epic, FieldKind::Text),
                    one("epic_url", "Where it is tracked", Some("https://… in Jira, GitHub or GitLab, or nothing."), &c.course.epic_url, FieldKind::Text),
                ]))
            }
            @if has(Need::Where) { (fields_one(&[one("sent_to", "To whom", Some("A team, a guild, a person’s role."), "", FieldKind::Text)])) }
            @if has(Need::Quarter) { (fields(&[one("quarter", "Quarter", Some("Such as 2027-Q1."), m.quarter, FieldKind::Text)])) }
            @if has(Need::Why) { (fields_one(&[one("why", w.question(), None, "", FieldKind::Textarea(2))])) }
            @if w.is_decision() { (fields_one(&[one("deciders", "Who decided", Some("One name a line; you, if nobody is named. It goes into the ledger of decisions."), "", FieldKind::Textarea(2))])) }
            div.btns.pane-gap-s {
                button class=(if primary { "btn primary" } else { "btn" }) type="submit" { (w.label()) span.vh { ": " (c.name()) } }
            }
        },
    )
}

/// A way that is folded, titled by what it does. Its place is inside, so that a link to it unfolds it.
fn folded(m: &Moves<'_>, w: &Way) -> Markup {
    let open = m.sent.form.is_some_and(|f| f.get("to") == w.to.key());
    let act = format!("{}…", w.label());
    html::disclosed(&act, open, html! { div.pane-gap-s id={ "move-" (w.to.key()) } { (form(m, w, false)) } })
}

/// The ways on from here: the likely one open, the others and a step back folded.
pub fn moves(m: &Moves<'_>, proven: bool) -> Markup {
    let (back, forward): (Vec<&Way>, Vec<&Way>) = m.ways.iter().partition(|w| w.is_back());
    html! {
        @if m.ways.is_empty() { p.prose { "From here it goes no further." } }
        @if let Some(w) = forward.first() {
            @let waits = waits(m.concern, proven, w);
            div id={ "move-" (w.to.key()) } {
                h3 { (html::capital(w.to.words())) }
                @if !waits.is_empty() { p.hint { (waits) } }
                @else { (form(m, w, true)) }
            }
        }
        div.pane-gap {
            @for w in forward.iter().skip(1).chain(&back) {
                @let waits = waits(m.concern, proven, w);
                @if waits.is_empty() { (folded(m, w)) }
                @else { p.hint { (w.label()) ": " (waits) } }
            }
        }
    }
}

/// Who may decide, for a reader who may not: "The council decides".
pub fn who(c: &Concern) -> Markup {
    let ways = c.state.ways();
    let council = ways.iter().any(|w| w.who == Who::Council);
    html! {
        p.prose {
            @if ways.is_empty() { "From here it goes no further." }
            @else if council { "Members of the council move it on" @if ways.iter().any(|w| w.who == Who::Either) { "; people of " (bdi(&c.team.name)) " can too, where no decision is needed" } "." }
            @else { "People of " (bdi(&c.team.name)) " and members of the council move it on." }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concern::tests::concern;
    use crate::concern::{Content, Stories};
    use crate::state::ConcernState;
    use kernel::error::Fault;
    use kernel::web::Form;

    fn draw(c: &Concern, sent: Sent<'_>, proven: bool) -> String {
        let ways = c.state.ways();
        moves(&Moves { concern: c, ways: &ways, quarter: "2027-Q1", sent, csrf: "c" }, proven).into_string()
    }

    #[test]
    fn each_way_asks_for_what_it_needs() {
        let page = draw(&concern(21, ConcernState::Presented), Sent::default(), false);
        for part in
            ["move-accepted", "move-needs-information", "What is missing", "name=\"sent_to\"", "Who decided", "id=\"why-rejected\""]
        {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert_eq!(page.matches("<details").count(), 3, "only the likely way is open: {page}");
        for part in ["Reject…", "Send on…", "Ask for information…"] {
            assert!(page.contains(&format!("<summary>{part}</summary><div class=\"pane-gap-s\" id=\"move-")), "{part}: {page}");
        }
        assert!(draw(&concern(21, ConcernState::ResultPresented), Sent::default(), true).contains("value=\"2027-Q1\""));
        assert!(draw(&concern(21, ConcernState::Roadmap), Sent::default(), true).contains("goes no further"));
    }

    #[test]
    fn a_way_that_waits_says_for_what() {
        for (state, words) in [
            (ConcernState::Vetted, "Waits for a first story."),
            (ConcernState::Stories, "Waits for a story in a sprint."),
            (ConcernState::InSprint, "Waits for its stories to be closed."),
            (ConcernState::Done, "Waits for a result from production."),
        ] {
            assert!(draw(&concern(1, state), Sent::default(), false).contains(words), "{words}");
        }
        let bare = Concern {
            content: Content { hypothesis: String::new(), ..concern(1, ConcernState::Epic).content },
            ..concern(1, ConcernState::Epic)
        };
        assert!(draw(&bare, Sent::default(), false).contains("Waits for a hypothesis."));
        let cut = Concern { stories: Stories { all: 1, closed: 1, done: 1, in_sprint: 1 }, ..concern(1, ConcernState::InSprint) };
        assert!(draw(&cut, Sent::default(), false).contains("name=\"to\" value=\"done\""));
    }

    #[test]
    fn a_refused_move_is_shown_at_its_form() {
        let form = Form(vec![("to".into(), "rejected".into()), ("why".into(), "<x>".into())]);
        let faults = [Fault::new("why-rejected", "Say it.")];
        let page = draw(&concern(21, ConcernState::Presented), Sent::refused(&form, &faults), false);
        assert!(page.contains("&lt;x&gt;</textarea>") && page.matches("Say it.").count() == 1, "{page}");
        assert!(
            page.contains("<details class=\"figures\" open><summary>Reject…</summary>"),
            "what was refused is in sight: {page}"
        );
        assert!(who(&concern(1, ConcernState::Presented)).into_string().contains("Members of the council move it on."));
        assert!(who(&concern(1, ConcernState::Stories)).into_string().contains("People of <bdi>Quote &amp; &lt;Buy&gt;"));
    }
}

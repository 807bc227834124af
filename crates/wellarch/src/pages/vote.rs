//! A blind vote below a question: open it, say once what one would tick, see what all said when it is closed.

use html::{Choice, Markup, bdi, html, plural};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::clock;

use crate::lens::Question;
use crate::vote::{BlindVote, LEAST, NONE, Ticket};

/// What the vote on a question needs.
#[derive(Clone, Copy, Default)]
pub struct VotePane<'a> {
    /// The newest vote, if there was one.
    pub vote: Option<&'a BlindVote>,
    /// The reader's ticket, if it is open and they may vote.
    pub ticket: Option<&'a Ticket>,
    /// The reader may open and close votes.
    pub may: bool,
    /// A refused ballot.
    pub wrong: &'a [Fault],
}

fn act(here: &str, csrf: &str, path: &str, label: &str) -> Markup {
    html::live_form(
        &format!("{here}/{path}"),
        csrf,
        html::Live { target: Some("vote"), autosave: false },
        html! { div.btns.pane-gap-s { button.btn type="submit" { (label) } } },
    )
}

fn ballot(q: &Question, ticket: &Ticket, here: &str, csrf: &str, wrong: &[Fault]) -> Markup {
    let ids: Vec<String> = q.choices.iter().filter(|c| !c.none).map(|c| format!("v-{}", c.id)).collect();
    let mut choices: Vec<Choice<'_>> = q
        .choices
        .iter()
        .filter(|c| !c.none)
        .zip(&ids)
        .map(|(c, id)| Choice { id, name: "choice", value: &c.id, label: &c.title, many: true, ..Choice::default() })
        .collect();
    choices.push(Choice { id: "v-none", name: "none", value: "yes", label: "None of these", many: true, ..Choice::default() });
    html::live_form(
        &format!("{here}/votes/ballots"),
        csrf,
        html::Live { target: Some("vote"), autosave: false },
        html! {
            input type="hidden" name="ticket" value=(ticket.ticket);
            @for fault in wrong { (html::error_line("vote-e", &fault.message)) }
            (html::choices("What would you tick?", &choices))
            div.btns.pane-gap-s { button.btn.primary type="submit" { "Vote" } }
        },
    )
}

fn result(v: &BlindVote) -> Markup {
    html! {
        @if v.counts.is_empty() {
            p.small { "Fewer than " (LEAST) " voted, so no counts are shown: they would say who said what." }
        } @else {
            ul.ruled {
                @for c in v.counts.iter().filter(|c| c.votes > 0) {
                    li { b { (c.votes) " of " (v.ballots) } ": " @if c.choice == NONE { "none of these" } @else { (bdi(&c.title)) } }
                }
            }
        }
    }
}

/// The vote on a question, whichever state it is in.
pub fn vote(p: &VotePane<'_>, q: &Question, here: &str, csrf: &str, now: Time, zone: &str) -> Markup {
    let open = p.vote.filter(|v| v.closed_at.is_none());
    html! {
        div.pane id="vote" data-fragment data-words="Done." {
            div.pane-h {
                h2 { "Blind vote" }
                @if let Some(v) = p.vote { span.small.mute { (v.ballots) " " (plural(usize::try_from(v.ballots).unwrap_or(0), "vote", "votes")) } }
            }
            @match (open, p.vote) {
                (Some(v), _) => {
                    p.small.mute { "Opened by " (bdi(&v.opened_by)) ", " (clock(v.opened_at, now, zone)) ". Each says once what they would tick. It is counted and not kept, and nobody sees the counts until the vote is closed." }
                    @match p.ticket {
                        Some(t) if t.used => p.pane-gap-s { "You have voted." },
                        Some(t) => div.pane-gap-s { (ballot(q, t, here, csrf, p.wrong)) },
                        None => {},
                    }
                    @if p.may { (act(here, csrf, "votes/closing", "Close the vote")) }
                },
                (None, Some(v)) => {
                    @if let (Some(by), Some(at)) = (&v.closed_by, v.closed_at) { p.small.mute { "Closed by " (bdi(by)) ", " (clock(at, now, zone)) "." } }
                    (result(v))
                    @if p.may { (act(here, csrf, "votes", "Open another vote")) }
                },
                (None, None) => {
                    p.small.mute { "Before the group answers, each may say alone what they would tick." }
                    @if p.may { (act(here, csrf, "votes", "Open a blind vote")) }
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::tests::small;
    use crate::vote::counts;

    const NOW: Time = Time(1_795_000_200_000_000);

    fn open() -> BlindVote {
        let (opened_by, opened_at) = ("Ingrid <S>".to_owned(), NOW);
        BlindVote { number: 1, opened_by, opened_at, ballots: 4, closed_by: None, closed_at: None, counts: Vec::new() }
    }

    #[test]
    fn a_vote_is_a_form_until_it_is_used_and_counts_when_it_is_closed() {
        let kept = small();
        let q = kept.file.lens.question("Q-01").unwrap();
        let draw = |p: &VotePane<'_>| vote(p, q, "/q", "c", NOW, "UTC").into_string();
        let (v, mut ticket) = (open(), Ticket { ticket: "t1".into(), used: false });
        let wrong = [Fault::new("choices", "Nothing <is> ticked.")];
        let page = draw(&VotePane { vote: Some(&v), ticket: Some(&ticket), may: true, wrong: &wrong });
        for part in [
            "Ingrid &lt;S&gt;",
            "4 votes",
            "value=\"t1\"",
            "Tick &lt;a&gt;",
            "/q/votes/ballots",
            "/q/votes/closing",
            "Nothing &lt;is&gt; ticked.",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        ticket.used = true;
        let used = draw(&VotePane { vote: Some(&v), ticket: Some(&ticket), may: false, wrong: &[] });
        assert!(used.contains("You have voted.") && !used.contains("<form"), "{used}");
        let closed =
            |ballots, counts| BlindVote { ballots, counts, closed_by: Some("Maya".into()), closed_at: Some(NOW), ..open() };
        let told = closed(4, counts(q, 4, &[("aaa".to_owned(), 3), (NONE.to_owned(), 1)].into()));
        let page = draw(&VotePane { vote: Some(&told), may: true, ..VotePane::default() });
        assert!(page.contains("<b>3 of 4</b>: <bdi>Tick &lt;a&gt;") && page.contains("<b>1 of 4</b>: none of these"), "{page}");
        assert!(!page.contains("Tick b") && page.contains("Open another vote"), "{page}");
        let few = draw(&VotePane { vote: Some(&closed(2, Vec::new())), ..VotePane::default() });
        assert!(few.contains("Fewer than 3 voted"), "{few}");
        assert!(draw(&VotePane { may: true, ..VotePane::default() }).contains("Open a blind vote"));
        assert!(!draw(&VotePane::default()).contains("<form"));
    }
}

//! Health of the process: four figures over sessions, never by team.

use html::{Cell, Column, Head, Mark, Markup, Spark, State, Table, Tight, head, html, section, spark, table};
use kernel::time::Time;
use kernel::web::day;

use crate::anonymous::LEAST;
use crate::forum::{Forum, ForumKind};
use crate::health::{HealthTrend, ProcessHealth, SessionHealth, Share};

/// Sessions that a line shows.
const SHOWN: usize = 12;

fn line(t: &HealthTrend, n: usize) -> Markup {
    let from = t.values.len().saturating_sub(SHOWN);
    let last = match t.judgement.as_deref() {
        Some("worse") => Mark::Worse,
        Some("better") => Mark::Better,
        _ => Mark::Dot,
    };
    spark(&Spark {
        id: format!("health-{n}"),
        values: t.values[from..].to_vec(),
        limits: t.limits.map(|l| (l.lower, l.upper, l.mean)),
        last,
        ticks: Vec::new(),
        title: t.title.clone(),
        desc: t.sentence.clone(),
    })
}

fn trends(p: &ProcessHealth) -> Markup {
    let row = |(n, t): (usize, &HealthTrend)| {
        let mark = match t.judgement.as_deref() {
            Some("worse") => html::state(State::Worse, None),
            Some("better") => html::state(State::Better, None),
            _ => html! {},
        };
        vec![Cell::text(&t.title), Cell::new(html! { (mark) " " (t.sentence) }), Cell::new(line(t, n))]
    };
    table(&Table {
        caption: "Health of the process".into(),
        columns: vec![Column::text("What"), Column::text("What changed"), Column::text("Last sessions")],
        rows: p.trends.iter().enumerate().map(row).collect(),
        class: "stack flow".into(),
        foot: None,
    })
}

fn of(s: Share) -> Cell {
    if s.n == 0 { Cell::new(html! { span.mute { "–" } }) } else { Cell::new(html! { (s.k) " of " (s.n) }).class("nb") }
}

fn minutes(n: i64) -> String {
    match n {
        0 => "on time".into(),
        1.. => format!("{n} min over"),
        _ => format!("{} min early", -n),
    }
}

fn sessions(p: &ProcessHealth, now: Time, zone: &str) -> Markup {
    let row = |s: &SessionHealth| {
        vec![
            Cell::name(&s.title, Some(&format!("/sessions/{}", s.id))),
            Cell::text(&day(s.starts, now, zone)).class("nb"),
            Cell::new(html! { (s.used) " of " (s.planned) ", " (minutes(s.overrun)) }),
            of(s.in_time),
            of(s.automated),
            of(s.worth),
        ]
    };
    table(&Table {
        caption: "Session by session".into(),
        columns: ["Session", "When", "Minutes", "Actions in time", "By itself", "Worth it"].map(Column::text).to_vec(),
        rows: p.sessions.iter().rev().map(row).collect(),
        class: "stack".into(),
        foot: None,
    })
}

/// Health of the process of a forum.
pub fn health(f: &Forum, p: &ProcessHealth, now: Time, zone: &str) -> Markup {
    let lead = match p.sessions.last() {
        None => "No session was closed yet. What it says here comes from the first one on.".to_owned(),
        Some(s) => format!("The last session took {} of {} minutes: {}.", s.used, s.planned, minutes(s.overrun)),
    };
    let few = html::count_word(usize::try_from(LEAST).unwrap_or(5));
    let group = if f.kind == ForumKind::Group { f.name.clone() } else { "SRE council".to_owned() };
    html! {
        (head(Head {
            kicker: vec![("Review sessions".into(), Some("/sessions".into())), (group, Some(f.href()))],
            title: "Health of the process".into(),
            lead: html! { (lead) },
            ..Head::default()
        }))
        @if !p.sessions.is_empty() {
            (section("trends", "Over sessions", Some(html! { "A change is called one only by the rules of the charts. Of the group as a whole, never by team." }), Tight(false), trends(p)))
            (section("sessions", "Session by session", Some(html! { "Actions: due since the session before, and done by their day. By itself: values of the reviewed reports that nobody typed. Worth it: from " (few) " answers on." }), Tight(false), sessions(p, now, zone)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forum::tests::forum;
    use crate::health::health as judged;
    use crate::health::tests::session;

    #[test]
    fn the_process_is_drawn_over_sessions_and_once_without() {
        let now = Time(1_800_000_000_000_000);
        let all = (1..15).map(|n| session(n, if n == 14 { 60 } else { i64::from(n % 3) }, (3, 4), (5, 6))).collect();
        let page = health(&forum(), &judged(all), now, "UTC").into_string();
        for part in
            ["Digital &lt;E&gt;", "Review of sprint 14 &lt;x&gt;", "180 of 120, 60 min over", "3 of 4", "5 of 6", "<svg", "worse"]
        {
            assert!(page.contains(part), "{part}: {page}");
        }
        let few = health(&forum(), &judged(vec![session(1, -5, (0, 0), (0, 0))]), now, "UTC").into_string();
        assert!(few.contains("5 min early") && few.contains("–"), "{few}");
        assert!(health(&forum(), &judged(Vec::new()), now, "UTC").into_string().contains("No session was closed yet"));
    }
}

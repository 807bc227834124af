//! Minutes, made by hand.

use super::*;
use crate::attendance::tests::sample;
use crate::capture::tests::capture;
use crate::told::tests::treatment;

pub(crate) fn minutes() -> Minutes {
    let at = Time(1_795_000_000_000_000);
    let named = |slug: &str, name: &str| Named { slug: slug.into(), name: name.into() };
    let item = |n: u128, kind, title: &str, team: Option<Named>, used| MinutesItem {
        id: Id::from_u128(n),
        kind,
        title: title.into(),
        team,
        planned: 600,
        used,
        exception: false,
        reached: used > 0,
    };
    let team = |slug: &str, name: &str, n: u128, report| MinutesTeam {
        team: named(slug, name),
        items: vec![Id::from_u128(n)],
        report,
        href: format!("/reports/{slug}/22"),
        signals: vec!["Card payment <p95>: 655 ms, was 412 ms".into()],
    };
    Minutes {
        organisation: "Aldersey <M>".into(),
        session: Id::from_u128(7),
        forum: named("digital", "Digital <E>"),
        title: "Review of sprint 22".into(),
        when: "Thursday 19 November 2026, 10:00 to 12:00".into(),
        zone: "Europe/London".into(),
        sprint: Some(22),
        starts: at,
        ends: at,
        opened_at: at,
        closed_at: at,
        facilitator: "Ingrid <S>".into(),
        place: "Room <4>".into(),
        agreement: Some(MinutesAgreement { version: 4, text: "We look at <systems>.".into() }),
        attendance: sample(),
        agenda: vec![
            item(1, ItemKind::Wins, "Wins, one per team", None, 310),
            item(2, ItemKind::Team, "Payments <x>", Some(named("payments", "Payments <x>")), 665),
            item(3, ItemKind::Team, "Documents", Some(named("documents", "Documents")), 0),
        ],
        teams: vec![
            team("payments", "Payments <x>", 2, ReportFate::ReviewedNow),
            team("documents", "Documents", 3, ReportFate::NotReady),
        ],
        captures: CaptureKind::ALL.iter().zip(1_u128..).map(|(k, n)| capture(n, *k)).collect(),
        treated: How::ALL.map(treatment).to_vec(),
        also: vec![MinutesBlock { title: "Notices".into(), lines: vec!["N-31: 8 of 10; awaiting <Billing>".into()] }],
        checkpoint: MinutesCheckpoint { number: 12, hash: "ab".repeat(32) },
    }
}

pub(crate) fn kept() -> Kept {
    let minutes = minutes();
    let at = minutes.closed_at;
    Kept {
        digest: "cd".repeat(32),
        minutes,
        addenda: vec![Addendum { text: "It was <Tuesday>.\nNot Monday.".into(), by: "Maya <O>".into(), at }],
    }
}

#[test]
fn a_team_has_what_was_said_in_its_slot_or_about_it() {
    let mut m = minutes();
    m.captures.truncate(3);
    for c in &mut m.captures {
        (c.team, c.to) = (None, None);
    }
    m.captures[0].item = Some(Id::from_u128(3));
    m.captures[1].to = Some(Named { slug: "documents".into(), name: "Documents".into() });
    let ids: Vec<_> = m.about(&m.teams[1]).map(|c| c.id).collect();
    assert_eq!(ids, [Id::from_u128(1), Id::from_u128(2)]);
    assert_eq!((m.about(&m.teams[0]).count(), m.not_ready(), m.sums()), (0, vec!["Documents"], (1800, 975)));
}

#[test]
fn what_was_captured_is_counted_in_words() {
    let mut m = minutes();
    assert_eq!(
        m.counted(),
        "One action, one decision, one connection, one tech share, one win, one question and one thing for later were captured."
    );
    m.captures.truncate(1);
    assert_eq!(m.counted(), "One action was captured.");
    m.captures.clear();
    assert_eq!(m.counted(), "Nothing was captured.");
}

#[test]
fn the_document_is_read_back_as_it_was_written() {
    let m = minutes();
    assert_eq!(serde_json::from_str::<Minutes>(&m.sealed().unwrap()).unwrap(), m);
    assert!(NewAddendum { text: " ".into() }.check().is_err());
    assert_eq!(NewAddendum { text: " x ".into() }.check().unwrap(), "x");
}

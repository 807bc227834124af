//! What is held of notices.

use kernel::error::Error;
use kernel::time::Time;

use super::*;

pub(crate) fn today() -> Date {
    "2026-11-17".parse().unwrap()
}

pub(crate) fn content() -> Content {
    Content {
        kind: NoticeKind::Mandate,
        title: "From 11 January only <signed> images pass".into(),
        body: "From **Monday** the clusters admit only images with a signature.\n\n- Nothing changes for pipeline 4.\n- [Guide](/standards/x)".into(),
        why: "An image built on a laptop reached production.".into(),
        to_do: "Acknowledge, with a date for each workload.".into(),
        help: "Hassan <Mirza>, Data Platform".into(),
        effective: "2027-01-11".into(),
        acknowledge_by: "2026-12-04".into(),
        expires: String::new(),
        teams: vec![],
        tiers: vec![],
        lifecycles: vec![],
        standard: "signed-images".into(),
    }
}

pub(crate) fn notice() -> Notice {
    let named = |slug: &str, name: &str| Named { slug: slug.into(), name: name.into() };
    let workload = |name: &str, adopted| NoticeWorkload {
        workload: named("w", name),
        adopted,
        evidence: "4 of 4 <services>".into(),
        by: "Lena".into(),
        day: "2026-11-09".into(),
        exempt: None,
    };
    let ack = Acknowledgement {
        by: "Lena <Fischer>".into(),
        at: Time(1_794_929_580_000_000),
        plan: "One <line>".into(),
        planned: "2026-12-20".into(),
    };
    Notice {
        number: 32,
        group: Some(named("digital", "Digital <Engineering>")),
        content: content(),
        version: 2,
        state: NoticeState::Open,
        supersedes: Some(28),
        superseded_by: None,
        issued_at: Time(1_794_929_580_000_000),
        issued_by: "Ingrid <Solberg>".into(),
        withdrawn: None,
        teams: vec![
            NoticeTeam {
                team: named("billing", "Billing"),
                acknowledged: None,
                workloads: vec![workload("Premium <billing>", None)],
            },
            NoticeTeam {
                team: named("claims", "Claims"),
                acknowledged: Some(ack),
                workloads: vec![workload("Engine", Some(true)), workload("Old", Some(false))],
            },
        ],
    }
    .derived(today())
}

fn places(e: Error) -> Vec<String> {
    match e {
        Error::Invalid(f) => f.into_iter().map(|f| f.at).collect(),
        e => panic!("{e}"),
    }
}

#[test]
fn what_a_notice_says_is_checked_field_by_field() {
    content().check(today()).unwrap();
    let bad = |f: fn(&mut Content)| {
        let mut c = content();
        f(&mut c);
        places(c.check(today()).unwrap_err())
    };
    assert_eq!(bad(|c| c.title = " ".into()), ["title"]);
    assert_eq!(bad(|c| c.body = String::new()), ["body"]);
    assert_eq!(bad(|c| c.body = "x".repeat(TEXT + 1)), ["body"]);
    assert_eq!(bad(|c| c.to_do = String::new()), ["to_do"]);
    assert_eq!(bad(|c| c.acknowledge_by = String::new()), ["acknowledge_by"]);
    assert_eq!(bad(|c| c.acknowledge_by = "2026-11-16".into()), ["acknowledge_by"]);
    assert_eq!(bad(|c| c.acknowledge_by = "4 December".into()), ["acknowledge_by"]);
    assert_eq!(bad(|c| c.expires = "2026-12-01".into()), ["expires"]);
    assert_eq!(bad(|c| c.effective = String::new()), ["effective"]);
    assert_eq!(bad(|c| c.kind = NoticeKind::ActionRequired), ["standard"]);
    assert_eq!(bad(|c| c.tiers = vec!["a\nb".into()]), ["tiers"]);
    let info = Content {
        kind: NoticeKind::Information,
        standard: String::new(),
        to_do: String::new(),
        effective: String::new(),
        ..content()
    };
    info.check(today()).unwrap();
}

#[test]
fn an_audience_is_by_tier_and_lifecycle() {
    let c = Content { tiers: vec!["1".into()], lifecycles: vec!["production".into()], ..content() };
    assert!(c.by_workload() && c.means("1", "Production"));
    assert!(!c.means("2", "production") && !c.means("1", "experimental") && !c.means("", ""));
    assert!(!content().by_workload() && content().means("", ""));
}

#[test]
fn a_notice_stands_until_it_is_superseded_over_or_taken_back() {
    let n = notice();
    assert_eq!(
        (n.state, n.acknowledged(), n.missing(), n.adopted()),
        (NoticeState::Open, (1, 2), vec!["Billing"], AdoptionCount { adopted: 1, unknown: 1, exempt: 0, all: 3 })
    );
    let mut exempt = n.clone();
    let e = NoticeExemption { reason: "It is <switched off> in January".into(), by: "Omar".into(), until: "2027-01-31".into() };
    exempt.teams[0].workloads[0].exempt = Some(e);
    assert_eq!(exempt.adopted(), AdoptionCount { adopted: 1, unknown: 0, exempt: 1, all: 3 });
    assert_eq!(
        exempt.words(today()),
        "N-32, From 11 January only <signed> images pass: 1 of 2 teams has acknowledged it; Billing has until 4 Dec 2026. 1 of 3 \
         workloads has adopted it, 1 is exempt."
    );
    assert_eq!(n.missing_words(), "N-32, From 11 January only <signed> images pass: Billing has yet to acknowledge it");
    let mut all = n.clone();
    all.teams[0].acknowledged = all.teams[1].acknowledged.clone();
    assert_eq!(all.clone().derived(today()).state, NoticeState::Open, "not before its day");
    assert_eq!(all.clone().derived("2027-01-11".parse().unwrap()).state, NoticeState::InForce);
    all.content.kind = NoticeKind::Information;
    assert_eq!(all.clone().derived(today()).state, NoticeState::Done);
    all.content.expires = "2026-11-16".into();
    assert_eq!(all.clone().derived(today()).state, NoticeState::Expired);
    all.superseded_by = Some(33);
    assert_eq!(all.derived(today()).state, NoticeState::Superseded);
    assert!(!n.teams[1].is_done(true) && n.teams[1].is_done(false) && !n.teams[0].is_done(false));
}

#[test]
fn teams_are_reminded_thrice_before_and_weekly_after() {
    let on = |day: &str| reminds("2026-12-04", day.parse().unwrap());
    let days = ["2026-11-30", "2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04", "2026-12-05", "2026-12-11", "2026-12-18"];
    assert_eq!(days.map(on), [false, true, false, true, true, false, true, true]);
}

#[test]
fn numbers_and_plans_are_read() {
    assert_eq!((number_of("31").unwrap(), number_of("N-31").unwrap(), label(31)), (31, 31, "N-31".into()));
    assert!(number_of("x").is_err());
    let ack =
        |plan: &str, planned: &str| NewAcknowledgement { team: "a".into(), version: 1, plan: plan.into(), planned: planned.into() };
    ack("", "").check(NoticeKind::Information).unwrap();
    ack("", "2026-12-20").check(NoticeKind::Mandate).unwrap();
    assert_eq!(places(ack(" ", "").check(NoticeKind::ActionRequired).unwrap_err()), ["plan"]);
    assert_eq!(places(ack("x", "soon").check(NoticeKind::ActionRequired).unwrap_err()), ["planned"]);
    assert_eq!(places(reason(" ", "Say why.").unwrap_err()), ["reason"]);
    for kind in NoticeKind::ALL {
        assert_eq!(NoticeKind::read(kind.key()), Some(kind));
    }
}

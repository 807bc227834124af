use super::*;
use kernel::Error;

pub(crate) fn new(kind: CaptureKind) -> NewCapture {
    let (team, to) = match kind {
        CaptureKind::Action => ("payments", ""),
        CaptureKind::Connection => ("gateway", "payments"),
        _ => ("", ""),
    };
    NewCapture {
        key: "0b0e2a9e-1111".into(),
        kind,
        text: " Retry budgets: one <default> ".into(),
        team: team.into(),
        to: to.into(),
        owner: if kind == CaptureKind::Action { "principal-engineer".into() } else { String::new() },
        due: String::new(),
        why: String::new(),
        item: None,
        origin: None,
    }
}

pub(crate) fn capture(n: u128, kind: CaptureKind) -> Capture {
    let named = |slug: &str, name: &str| Some(Named { slug: slug.into(), name: name.into() });
    Capture {
        id: Id::from_u128(n),
        number: i64::try_from(n).unwrap(),
        key: format!("key-{n:08}"),
        kind,
        text: format!("Words <{n}>"),
        team: named("payments", "Payments <x>"),
        to: if kind == CaptureKind::Connection { named("gateway", "Partner Gateway") } else { None },
        owner: if kind == CaptureKind::Action { "Maya <O>".into() } else { String::new() },
        due: if kind == CaptureKind::Action { "2026-12-18".into() } else { String::new() },
        why: if kind == CaptureKind::Decision { "It costs <less>".into() } else { String::new() },
        item: None,
        origin: Origin { words: "Payments, card payment p95".into(), url: "/reports/payments/22".into(), ..Origin::default() },
        href: if kind == CaptureKind::Action { "/actions/1".into() } else { String::new() },
        by: "Maya <O>".into(),
        at: Time(1_795_000_000_000_000),
        taken_back: None,
    }
}

fn at(new: &NewCapture) -> Vec<String> {
    match new.check() {
        Ok(_) => Vec::new(),
        Err(Error::Invalid(list)) => list.into_iter().map(|f| f.at).collect(),
        Err(e) => panic!("{e}"),
    }
}

#[test]
fn each_kind_has_its_own_fields_and_no_others() {
    for kind in CaptureKind::ALL {
        assert_eq!(at(&new(kind)), [""; 0], "{kind:?}");
        let all = NewCapture {
            team: "a".into(),
            to: "b".into(),
            owner: "engineer".into(),
            due: "2026-12-18".into(),
            why: "w".into(),
            ..new(kind)
        };
        let expected: &[&str] = match kind {
            CaptureKind::Action | CaptureKind::TechShare => &["to", "why"],
            CaptureKind::Decision => &["to", "owner", "due"],
            CaptureKind::Connection => &["owner", "due", "why"],
            _ => &["to", "owner", "due", "why"],
        };
        assert_eq!(at(&all), expected, "{kind:?}");
    }
}

#[test]
fn every_fault_names_its_field() {
    use CaptureKind::{Action, Connection, Win};
    let with = |kind, f: fn(&mut NewCapture)| {
        let mut n = new(kind);
        f(&mut n);
        at(&n)
    };
    assert_eq!(with(Win, |n| n.text = " ".into()), ["text"]);
    assert_eq!(with(Win, |n| n.text = "x".repeat(MOST_WORDS + 1)), ["text"]);
    assert_eq!(with(Win, |n| n.text = "x".repeat(text::PROSE + 1)), ["text"]);
    assert_eq!(with(Win, |n| n.key = "short".into()), ["key"]);
    assert_eq!(with(Win, |n| n.key = "has a blank in it".into()), ["key"]);
    assert_eq!(with(Action, |n| n.text = "a\nb".into()), ["text"]);
    assert_eq!(with(Action, |n| n.text = "x".repeat(201)), ["text"]);
    assert_eq!(with(Action, |n| (n.team, n.owner) = (String::new(), String::new())), ["team", "owner"]);
    assert_eq!(with(Action, |n| n.due = "tomorrow".into()), ["due"]);
    assert_eq!(with(Connection, |n| n.to = "gateway".into()), ["to"]);
    assert_eq!(with(Connection, |n| (n.team, n.to) = (String::new(), String::new())), ["team", "to"]);
    let origin = Some(Origin { url: "javascript:x".into(), ..Origin::default() });
    assert_eq!(at(&NewCapture { origin, ..new(Win) }), ["origin.url"]);
}

#[test]
fn keys_and_letters_are_unique_and_read_back() {
    let mut letters: Vec<&str> = CaptureKind::ALL.map(CaptureKind::hotkey).to_vec();
    letters.sort_unstable();
    letters.dedup();
    assert_eq!(letters.len(), CaptureKind::ALL.len());
    assert!(!letters.contains(&"n") && !letters.contains(&"b"), "these move the agenda");
    for kind in CaptureKind::ALL {
        assert_eq!(CaptureKind::read(kind.key()), Some(kind));
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.key());
    }
}

#[test]
fn what_was_taken_back_is_in_no_list() {
    let mut all = vec![capture(1, CaptureKind::Win), capture(2, CaptureKind::Action), capture(3, CaptureKind::Win)];
    assert_eq!(newest_of(&all, "Maya <O>").unwrap().id, Id::from_u128(3));
    all[2].taken_back = Some(TakenBack { by: "Maya".into(), at: Time(0) });
    let kinds: Vec<_> = by_kind(&all).into_iter().map(|(k, list)| (k, list.len())).collect();
    assert_eq!(kinds, [(CaptureKind::Action, 1), (CaptureKind::Win, 1)]);
    assert_eq!(newest_of(&all, "Maya <O>").unwrap().id, Id::from_u128(2));
    assert!(newest_of(&all, "somebody").is_none());
}

#[test]
fn the_words_beside_say_whose_and_when() {
    assert_eq!(capture(1, CaptureKind::Action).beside(), "Payments <x>, Maya <O>, by 18 Dec 2026");
    assert_eq!(capture(1, CaptureKind::Connection).beside(), "Payments <x> gives, Partner Gateway receives");
    let alone = Capture { team: None, ..capture(1, CaptureKind::ParkingLot) };
    assert_eq!(alone.beside(), "");
}

//! Archives, whole and spoilt.

use super::*;
use crate::document::tests::document;
use crate::review::tests::{said, small};

fn archive() -> ReviewArchive {
    let k = small();
    let d = document(&[("Q-01", said(&["aaa"]))]);
    let text = serde_json::to_string(&d).unwrap();
    let answer = |version, choices: &[&str]| ArchivedAnswer {
        question: "Q-01".into(),
        version,
        said: said(choices),
        by: "Maya".into(),
        at: Time(10 + version),
    };
    ReviewArchive {
        form: FORM.into(),
        workload: d.workload.clone(),
        team: d.team,
        lens: "small".into(),
        digest: k.digest.clone(),
        begun_by: "Ingrid".into(),
        begun_at: Time(1),
        lenses: vec![ArchivedLens { digest: k.digest.clone(), files: k.parts.clone() }],
        answers: vec![answer(1, &["aaa"]), answer(2, &["aaa", "bbb"])],
        upgrades: Vec::new(),
        milestones: vec![ArchivedMilestone {
            name: "Q4".into(),
            digest: hex_digest(text.as_bytes()),
            document: text,
            by: "Ingrid".into(),
            at: Time(20),
        }],
        comments: vec![ArchivedComment { question: "Q-01".into(), text: "why?".into(), by: "Ana".into(), at: Time(12) }],
        sittings: vec![closed(crate::sitting::tests::sitting(1, false))],
        evidence: vec![ArchivedPiece {
            question: "Q-02".into(),
            title: "Runbook".into(),
            url: "https://example.org/r".into(),
            digest: String::new(),
            by: "Ana".into(),
            at: Time(13),
        }],
        origin: None,
    }
}

/// A sitting of long ago, closed.
fn closed(mut s: Sitting) -> Sitting {
    (s.begun_at, s.addenda) = (Time(5), Vec::new());
    let digest = hex_digest(s.sealed(Time(6)).unwrap().as_bytes());
    s.closed = Some(sitting::Closed { by: "Ingrid".into(), at: Time(6), digest });
    s
}

#[test]
fn a_link_is_carried_and_what_is_only_there_is_told() {
    let link = archive().evidence.remove(0);
    assert_eq!(link.link().unwrap().url.as_deref(), Some("https://example.org/r"));
    let file = ArchivedPiece { digest: "ab".into(), url: String::new(), ..link.clone() };
    assert!(file.link().unwrap_err().contains("attach it again (ab)"));
    let thing = ArchivedPiece { url: "/teams/x".into(), ..link };
    assert!(thing.link().unwrap_err().contains("leads to /teams/x"));
}

fn faults(a: &ReviewArchive) -> String {
    let kept: Vec<Kept> = a.lenses.iter().filter_map(|l| crate::published::restored(&a.lens, l.files.clone()).ok()).collect();
    match a.check(&kept, Time(100)) {
        Ok(()) => String::new(),
        Err(Error::Invalid(f)) => f.into_iter().map(|f| f.message).collect::<Vec<_>>().join(" | "),
        Err(e) => panic!("{e:?}"),
    }
}

#[test]
fn an_archive_is_read_back_as_it_was_written() {
    let a = archive();
    assert_eq!(read(&serde_json::to_string_pretty(&a).unwrap()).unwrap(), a);
    assert_eq!(faults(&a), "");
    assert!(read("{}").is_err());
    let other = serde_json::to_string(&ReviewArchive { form: "x".into(), ..a }).unwrap();
    assert!(matches!(read(&other), Err(Error::Invalid(f)) if f[0].message.contains("“x”")));
}

#[test]
fn what_is_not_whole_is_refused() {
    type Spoil = fn(&mut ReviewArchive);
    let cases: [(Spoil, &str); 16] = [
        (|a| a.lenses[0].files[0].text.push('#'), "not those of its digest"),
        (|a| a.digest = "00".into(), "is missing"),
        (|a| a.answers[1].version = 3, "2 comes next"),
        (|a| a.answers[0].said.choices = vec!["zzz".into()], "no version of the lens has that question"),
        (|a| a.answers[0].question = "Q-09".into(), "no version of the lens has that question"),
        (|a| a.milestones[0].document.push(' '), "not what its digest says"),
        (|a| a.milestones[0].name = "now".into(), "no name of its own"),
        (|a| a.answers[1].at = Time(101), "still to come"),
        (|a| a.begun_by = String::new(), "by nobody"),
        (|a| a.comments[0].question = "Q-09".into(), "No version of the lens has a question Q-09"),
        (|a| a.comments[0].text = " ".into(), "A comment on Q-01 is empty"),
        (|a| a.evidence[0].at = Time(101), "still to come"),
        (|a| a.sittings[0].number = 2, "stands where sitting 1 comes"),
        (|a| a.sittings[0].minutes.notes.push('x'), "not what their digest says"),
        (|a| a.sittings.insert(0, Sitting { closed: None, ..a.sittings[0].clone() }), "another follows it"),
        (
            |a| {
                let (from, to) = (a.digest.clone(), a.digest.clone());
                let one =
                    ArchivedUpgrade { from: "11".into(), to, milestone: "m".into(), map: vec![], by: "M".into(), at: Time(2) };
                a.upgrades = vec![one.clone(), ArchivedUpgrade { from: "22".into(), ..one }];
                a.digest = from;
            },
            "does not follow",
        ),
    ];
    for (spoil, says) in cases {
        let mut a = archive();
        spoil(&mut a);
        let found = faults(&a);
        assert!(found.contains(says), "{says}: {found}");
    }
}

//! Pages of notices, drawn with sample data.

use kernel::error::Fault;
use kernel::web::Form;

use super::*;
use crate::notice::tests::{notice as sample, today};
use crate::notice::{NoticeVersion, Withdrawn};
use crate::pages::notice;

fn with<R>(sent: Option<(&Form, &[Fault])>, draw: impl FnOnce(&FormPage<'_>) -> R) -> R {
    let pairs = [("digital".to_owned(), "Digital <x>".to_owned())];
    draw(&FormPage { groups: &pairs, organisation: true, standards: &pairs, sent })
}

#[test]
fn the_list_shows_who_has_acknowledged_and_its_form() {
    let all = [sample()];
    let draw = |all: &[Notice], view, sent: Option<(&Form, &[Fault])>| {
        with(sent, |f| {
            notice::list(&ListPage {
                notices: all,
                view,
                next: Some("/notices?cursor=1"),
                form: Some(f),
                csrf: "c",
                today: today(),
            })
            .into_string()
        })
    };
    let page = draw(&all, View::All, None);
    for part in [
        "N-32",
        "only &lt;signed&gt; images",
        "mandate",
        "1 of 2 teams have acknowledged",
        "4 Dec",
        "Open",
        "Older notices",
        "Issue the notice",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(draw(&[], View::All, None).contains("No notice was issued yet"));
    assert!(draw(&[], View::Mine, None).contains("None of the notices"));
    let sent = Form(vec![("title".into(), "<t>".into())]);
    let refused = draw(&[], View::All, Some((&sent, &[Fault::new("body", "Say what.")])));
    assert!(refused.contains("value=\"&lt;t&gt;\"") && refused.contains("href=\"#body\""), "{refused}");
    let mine = ["billing".to_owned()];
    assert!(View::Mine.has(&all[0], &mine) && View::Open.has(&all[0], &[]) && View::Mandates.has(&all[0], &[]));
    assert!(!View::Mine.has(&all[0], &["search".into()]));
    assert_eq!(View::read("rumour"), None);
}

fn draw(n: &Notice, asked: &[(String, String)], may: bool, refused: Option<(&Form, &[Fault])>) -> String {
    let versions = [NoticeVersion {
        version: 2,
        content: n.content.clone(),
        why: "The date <moved>".into(),
        by: "Ingrid".into(),
        at: n.issued_at,
    }];
    with(None, |f| {
        let p = OnePage {
            notice: n,
            versions: &versions,
            asked,
            refused,
            kept: None,
            form: may.then_some(f),
            csrf: "c",
            today: today(),
            now: n.issued_at,
            zone: "UTC",
        };
        notice::one(&p).into_string()
    })
}

#[test]
fn a_notice_says_who_is_missing_and_how_far_each_workload_is() {
    let asked = [("billing".to_owned(), "Billing".to_owned())];
    let page = draw(&sample(), &asked, true, None);
    for part in [
        "One of two teams has acknowledged it; <bdi>Billing</bdi> has until 4 Dec.",
        "One of three workloads has adopted it, of one nobody has said anything.",
        "<b>Monday</b>",
        "href=\"/standards/x\"",
        "Hassan &lt;Mirza&gt;",
        "Acknowledge for Billing",
        "Not yet",
        "Lena &lt;Fischer&gt;",
        "planned for 20 Dec",
        "Adopted",
        "Under way",
        "nobody has typed a state",
        "The date &lt;moved&gt;",
        "Withdraw N-32",
        "Issue the new version",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let read = draw(&sample(), &[], false, None);
    assert!(!read.contains("<form"), "who may not has no form: {read}");
}

#[test]
fn a_refused_acknowledgement_is_shown_with_what_was_typed() {
    let both = [("billing".to_owned(), "Billing".to_owned()), ("claims".to_owned(), "Claims".to_owned())];
    let form = Form(vec![("plan".into(), "<p>".into()), ("team".into(), "claims".into())]);
    let page = draw(&sample(), &both, false, Some((&form, &[Fault::new("plan", "Say what.")])));
    assert!(page.contains("&lt;p&gt;") && page.contains("href=\"#plan\"") && page.contains("value=\"claims\" selected"), "{page}");
}

#[test]
fn what_does_not_stand_says_why() {
    let gone = Notice {
        withdrawn: Some(Withdrawn { by: "Ingrid".into(), at: sample().issued_at, why: "It was <wrong>.".into() }),
        ..sample()
    };
    let page = draw(&gone.derived(today()), &[], false, None);
    assert!(page.contains("withdrew it: <bdi>It was &lt;wrong&gt;.</bdi>") && page.contains("Withdrawn"), "{page}");
    let old = Notice { superseded_by: Some(40), ..sample() }.derived(today());
    assert!(draw(&old, &[], false, None).contains("href=\"/notices/40\""));
    assert!(notice::text("a <b> [c](https://d.example)").into_string().contains("a &lt;b&gt; <a href=\"https://d.example\""));
}

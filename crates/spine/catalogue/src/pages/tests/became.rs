//! What became of a thing, part by part: the mark in a list, what needs a hand, who owned it and where it came from.

use super::*;

fn from(orphaned_at: Option<Time>) -> History {
    let origin = Origin { source: HOSTILE.into(), file: "catalog-info.yaml".into(), implied: true, orphaned_at };
    History { origin: Some(origin), ..History::default() }
}

#[test]
fn only_an_orphan_has_a_mark() {
    let orphans: BTreeMap<Id, Time> = [(Id::from_u128(4), NOW)].into();
    let about = About { orphans: &orphans, ..fresh() };
    shows(&history::mark(&about, Id::from_u128(4)), &["orphaned", "since 17 Nov"]);
    assert_eq!(history::mark(&about, Id::from_u128(5)).0, "");
}

#[test]
fn a_notice_says_what_needs_a_hand_and_links_to_it_for_whoever_may() {
    let draw = |h: &History, may| history::notice(&About { history: h, ..fresh() }, SubjectKind::Workload, "/workloads/w", may);
    assert_eq!(draw(&EMPTY, true).0, "", "nothing became of it");
    assert_eq!(draw(&from(None), true).0, "", "it is in its source");
    let orphan = draw(&from(Some(NOW)), true);
    shows(
        &orphan,
        &["this workload is not in its source any more", ESCAPED, "/workloads/w/edit#merge", "/workloads/w/edit#put-away"],
    );
    let reader = draw(&from(Some(NOW)), false);
    shows(&reader, &["Put it away and say why"]);
    hides(&reader, "/edit#");
    // Put away with nothing said is no orphan any more, whatever its source says.
    let away = PutAway { at: NOW, by: "owner".into(), reason: String::new() };
    let page = draw(&History { put_away: Some(away), ..from(Some(NOW)) }, true);
    shows(&page, &["Put away", "On 17 Nov."]);
    hides(&page, "Orphaned");
}

#[test]
fn the_past_names_every_owner_and_the_source() {
    let draw = |h: &History| history::past(&About { history: h, ..fresh() });
    assert_eq!(draw(&EMPTY).0, "", "made by hand, owned by nobody else");
    let page = draw(&from(None));
    shows(&page, &["Imported from", ESCAPED, "catalog-info.yaml", "the workload follows from it"]);
    hides(&draw(&from(Some(NOW))), "Imported from");
    let owner = |slug: &str, by_way_of: Option<&str>, since, until| Owner {
        team: Id::from_u128(9),
        slug: slug.into(),
        name: long(slug),
        by_way_of: by_way_of.map(Into::into),
        since,
        until,
    };
    let (first, then) = (Time(NOW.0 - 86_400_000_000 * 3), NOW);
    let owners = vec![
        owner("first", None, None, Some(first)),
        owner("second", Some(HOSTILE), Some(first), Some(then)),
        owner("third", None, Some(then), None),
    ];
    let page = draw(&History { owners, ..History::default() });
    shows(&page, &["href=\"/teams/first\"", "until 14 Nov", "as owner of", ESCAPED, "14 Nov to 17 Nov", "since 17 Nov"]);
    shows(&page, &[&long("first"), &long("third")]);
    let alone = draw(&History { owners: vec![owner("only", None, None, None)], ..History::default() });
    shows(&alone, &["from the beginning"]);
}

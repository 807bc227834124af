//! The page of what all reviews say together. Practices are counted, workloads and teams are not named.

use html::{
    Button, Cell, Column, Field, FieldKind, Head, Markup, Table, Tight, bdi, button, disclosure, field, fields, head, html, more,
    plural, section, table, units,
};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::day;

use crate::prevalence::{
    ChoiceShare, FigureShare, INTERVAL, LEAST, Missing, PillarShare, Prevalence, PrevalenceFilter, QuestionShare, REVIEWS, SOURCE,
    Share, UNTIL,
};
use crate::published::LensVersion;

/// Practices that are named at the top at most.
const MOST: usize = 7;

/// What the page needs.
pub struct PrevalencePage<'a> {
    /// What was asked for.
    pub filter: &'a PrevalenceFilter,
    /// What was found; none if what was asked for cannot be.
    pub found: Option<&'a Prevalence>,
    /// All versions of all lenses.
    pub lenses: &'a [LensVersion],
    /// Groups as (in addresses, name).
    pub groups: &'a [(String, String)],
    /// Why nothing was found.
    pub faults: &'a [Fault],
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

/// A share: marks for a few, then the words.
fn shown(id: &str, s: &Share) -> Markup {
    let words = s.words();
    html! {
        @match (s.counts(), s.not_applicable) {
            (Some((k, n)), Some(na)) => {
                @if n + na <= 40 { (units(id, k, n, na, &format!("{k} of {n} reviews"))) " " }
                span.by { (words) @if na > 0 { ", not applicable to " (na) } }
            }
            _ => span.mute { (words) },
        }
    }
}

/// The page.
pub fn prevalence(p: &PrevalencePage<'_>) -> Markup {
    html! {
        @match p.found {
            Some(found) => {
                (top(p, found))
                (filters(p))
                @if found.reviews == 0 {
                    (section("none", "No review yet", None, Tight(false), html::empty("No review that is asked for here has an answer yet. What reviews share will be counted as soon as there are answers.", Some(("See all reviews", "/reviews")))))
                } @else { (body(found)) }
            }
            None => {
                (head(Head { kicker: vec![("Well-Architected reviews".into(), Some("/reviews".into()))], title: "What the reviews say together".into(), ..Head::default() }))
                (html::alert(p.faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect()))
                (filters(p))
            }
        }
    }
}

fn top(p: &PrevalencePage<'_>, found: &Prevalence) -> Markup {
    let n = found.reviews;
    let missing = found.missing();
    let title = match missing.first() {
        Some(m) if m.missing.counts().is_some() => {
            let (k, n) = m.missing.counts().unwrap_or_default();
            format!("Missing in {k} of {n} reviews: “{}”", m.title)
        }
        _ => "What the reviews say together".to_owned(),
    };
    head(Head {
        kicker: vec![("Well-Architected reviews".into(), Some("/reviews".into()))],
        title,
        lead: html! {
            (html::count_word_capital(n)) " " (plural(n, "review", "reviews")) " against “" (bdi(&found.lens.name)) "” "
            (plural(n, "has", "have")) " answers. Practices and risks are counted; no team and no workload is compared with another."
        },
        facts: vec![
            (
                "As of".into(),
                html! { @if p.filter.period.is_some() && found.as_of < p.now { "the end of " (bdi(p.filter.period.as_deref().unwrap_or(""))) } @else { (day(found.as_of, p.now, p.zone)) } },
            ),
            ("Intervals".into(), html! { (INTERVAL) }),
            ("Too few".into(), html! { "nothing is told of fewer than " (LEAST) }),
            (
                "Versions".into(),
                html! {
                    @if found.versions.is_empty() { "none in use" }
                    @for (i, v) in found.versions.iter().enumerate() { @if i > 0 { ", " } (bdi(&v.version)) " (" (v.reviews) ")" }
                },
            ),
            ("Workloads".into(), html! { a href="/reviews/consolidated" { "the risks of each" } }),
        ],
    })
}

fn filters(p: &PrevalencePage<'_>) -> Markup {
    let f = p.filter;
    let mut lenses: Vec<(&str, &str)> = Vec::new();
    let mut versions: Vec<(&str, &str)> = vec![("", "all versions")];
    for v in p.lenses {
        if !lenses.iter().any(|(slug, _)| *slug == v.slug) {
            lenses.push((&v.slug, &v.name));
        }
        if v.slug == f.lens {
            versions.push((&v.digest, &v.version));
        }
    }
    let mut groups: Vec<(&str, &str)> = vec![("", "all groups")];
    groups.extend(p.groups.iter().map(|(slug, name)| (slug.as_str(), name.as_str())));
    let wrong = |at: &str| p.faults.iter().find(|f| f.at == at).map(|f| f.message.as_str());
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    let (version, group, tier, lifecycle, period) =
        (text(&f.version), text(&f.group), text(&f.tier), text(&f.lifecycle), text(&f.period));
    section(
        "which",
        "Which reviews",
        Some(html! { "The newest answers of each review count; those of workloads that were put away do not." }),
        Tight(true),
        html! {
            form action="/prevalence" method="get" {
                (fields(&[
                    field(&Field { id: "lens", label: "Lens", kind: FieldKind::Select(&lenses), value: &f.lens, error: wrong("lens"), ..Field::default() }),
                    field(&Field { id: "version", label: "Version", kind: FieldKind::Select(&versions), value: &version, error: wrong("version"), ..Field::default() }),
                    field(&Field { id: "group", label: "Group", kind: FieldKind::Select(&groups), value: &group, error: wrong("group"), ..Field::default() }),
                    field(&Field { id: "tier", label: "Tier of the workload", value: &tier, ..Field::default() }),
                    field(&Field { id: "lifecycle", label: "Lifecycle of the workload", value: &lifecycle, ..Field::default() }),
                    field(&Field { id: "period", label: "At the end of", placeholder: Some("2026-Q3, 2026-10 or 2026-10-31"), value: &period, error: wrong("period"), ..Field::default() }),
                ]))
                div.btns.pane-gap { (button(&Button { label: "Count these reviews", ..Button::default() })) }
            }
        },
    )
}

fn body(found: &Prevalence) -> Markup {
    let missing = found.missing();
    html! {
        (section("missing", "Most often missing", Some(html! { "Of each question the practice that most lack. One mark is one review; a dash is one to which it does not apply." }), Tight(false), html! {
            @if missing.is_empty() { p.say { "Nothing can be told yet: of no practice have " (LEAST) " reviews answered." } }
            @else { (missing_table(&missing, "m")) }
        }))
        @if !found.figures.is_empty() { (figures(found)) }
        @for p in &found.pillars { (pillar(found, p)) }
    }
}

/// Practices that many lack, most often missing first. `id` tells several tables of one page apart.
pub fn missing_table(missing: &[Missing], id: &str) -> Markup {
    let row = |(i, m): (usize, &Missing)| {
        vec![
            Cell::new(html! { span.say { (words(m)) } }),
            Cell::new(shown(&format!("{id}{i}"), &m.missing)).class("nb"),
            Cell::new(html! { a href={ "/prevalence?lens=" (m.lens) "#q-" (html::slug(&m.question)) } { (bdi(&m.question)) } br; " " span.by { (bdi(&m.pillar)) } }).class("nb"),
        ]
    };
    table(&Table {
        caption: "Practices that most reviews lack".into(),
        columns: vec![Column::text("Not in place"), Column::text("Reviews"), Column::text("Question")],
        rows: missing.iter().take(MOST).enumerate().map(row).collect(),
        class: "stack flow".into(),
        foot: None,
    })
}

fn words(m: &Missing) -> Markup {
    let (k, n) = m.missing.counts().unwrap_or_default();
    html! { (k) " of " (n) ": “" (bdi(&m.title)) "”" }
}

fn figures(found: &Prevalence) -> Markup {
    let row = |(i, f): (usize, &FigureShare)| {
        let theirs = format!("{}{} %", if f.theirs.about { "about " } else { "" }, f.theirs.percent);
        let sense = if f.theirs.lacking { "counted are reviews without it" } else { "counted are reviews with it" };
        vec![
            Cell::new(html! { (html::capital(f.theirs.what)) br; " " span.by { (sense) } }),
            Cell::new(html! { (theirs) " in " (f.reviews) " reviews to " (f.until) }),
            Cell::new(shown(&format!("f{i}"), &f.here)).class("nb"),
            Cell::new(html! {
                a href={ "#q-" (html::slug(&f.question)) } { (bdi(&f.question)) } ": "
                @for (i, t) in f.titles.iter().enumerate() { @if i > 0 { "; " } "“" (bdi(t)) "”" }
            }),
        ]
    };
    section(
        "published",
        "Beside others",
        Some(html! {
            "What " (SOURCE) " found in " (REVIEWS) " reviews to " (UNTIL) ", and what is here. Their questions were others and so were their reviews: ours counts as “with it” only a review in which all of the choices named are in place. Look at the distance, not at single points."
        }),
        Tight(false),
        table(&Table {
            caption: "Published figures beside ours".into(),
            columns: vec![
                Column::text("What"),
                Column::text("There").class("lab"),
                Column::text("Here").class("lab"),
                Column::text("By these choices").class("lab"),
            ],
            rows: found.figures.iter().enumerate().map(row).collect(),
            class: "stack flow".into(),
            foot: None,
        }),
    )
}

fn pillar(found: &Prevalence, p: &PillarShare) -> Markup {
    let id = html::slug(&p.id);
    let explain = html! {
        "Any risk in " (p.risk.words()) ". A high risk in " (p.high.words()) "."
    };
    let row = |(i, q): (usize, &QuestionShare)| {
        vec![
            Cell::new(html! { span id={ "q-" (html::slug(&q.id)) } { (bdi(&q.title)) } br; " " span.by { (bdi(&q.id)) } }),
            Cell::new(shown(&format!("h-{id}-{i}"), &q.high)).class("nb"),
            Cell::new(shown(&format!("d-{id}-{i}"), &q.medium)).class("nb"),
        ]
    };
    let practices: Vec<(&QuestionShare, &ChoiceShare)> =
        p.questions.iter().flat_map(|q| q.choices.iter().map(move |c| (q, c))).collect();
    let choice = |(i, (q, c)): (usize, &(&QuestionShare, &ChoiceShare))| {
        vec![
            Cell::new(html! { (bdi(&c.title)) }),
            Cell::new(shown(&format!("c-{id}-{i}"), &c.in_place)).class("nb"),
            Cell::new(html! { a href={ "#q-" (html::slug(&q.id)) } { (bdi(&q.id)) } }),
        ]
    };
    section(
        &format!("pillar-{id}"),
        &p.name,
        Some(explain),
        Tight(false),
        html! {
            (table(&Table {
                caption: format!("Risks of {}", p.name),
                columns: vec![Column::text("Question"), Column::text("High risk").class("lab"), Column::text("Medium risk").class("lab")],
                rows: p.questions.iter().enumerate().map(row).collect(),
                class: "stack flow".into(),
                foot: None,
            }))
            (disclosure(&format!("All {} practices of {}", practices.len(), p.name), table(&Table {
                caption: format!("Practices of {}", p.name),
                columns: vec![Column::text("Practice"), Column::text("In place").class("lab"), Column::text("Question").class("lab")],
                rows: practices.iter().enumerate().map(choice).collect(),
                class: "stack flow".into(),
                foot: None,
            })))
            (more(html! { a href={ "/lenses/" (found.lens.slug) "?version=" (found.lens.digest) } { "What each question asks" } }))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prevalence::tests::sample;

    fn draw(found: Option<&Prevalence>, faults: &[Fault]) -> String {
        let filter = PrevalenceFilter { lens: "small".into(), period: Some("<x>".into()), ..PrevalenceFilter::default() };
        let groups = vec![("shop".to_owned(), "Shop <& co>".to_owned())];
        let now = Time(1_795_000_000_000_000);
        prevalence(&PrevalencePage { filter: &filter, found, lenses: &[], groups: &groups, faults, now, zone: "UTC" }).into_string()
    }

    #[test]
    fn shares_have_base_interval_and_what_does_not_apply() {
        let page = draw(Some(&sample()), &[]);
        for part in [
            "Six reviews against “<bdi>Small &lt;lens&gt;</bdi>” have answers",
            "2 of 6, 33 %, 10 to 70 %",
            "Any risk in 6 of 6, 100 %, 61 to 100 %",
            "Shop &lt;&amp; co&gt;",
            "Missing in 5 of 5 reviews: “Tick c”",
            "id=\"q-q-01\"",
            "All 4 practices of Only",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("Beside others"), "a lens that names no figure has none: {page}");
    }

    #[test]
    fn few_are_not_told_and_a_refusal_says_where() {
        let mut few = sample();
        few.pillars[0].questions.truncate(1);
        let q = &mut few.pillars[0].questions[0];
        q.choices.truncate(1);
        (q.high, q.choices[0].in_place) = (Share::of(1, 4, 0), Share::of(2, 4, 0));
        let page = draw(Some(&few), &[]);
        assert!(page.contains("fewer than 5 reviews") && page.contains("Nothing can be told yet"), "{page}");
        let page = draw(None, &[Fault::new("period", "That is <no> period.")]);
        assert!(
            page.contains("That is &lt;no&gt; period.") && page.contains("href=\"#period\"") && page.contains("&lt;x&gt;"),
            "{page}"
        );
        let none = Prevalence { reviews: 0, versions: vec![], ..sample() };
        assert!(draw(Some(&none), &[]).contains("No review yet"));
    }

    #[test]
    fn figures_of_others_stand_beside_ours() {
        let mut with = sample();
        let theirs = *crate::prevalence::published("disaster-recovery-plan").unwrap();
        let titles = vec!["Tick <a>".to_owned()];
        with.figures.push(FigureShare {
            theirs,
            reviews: REVIEWS,
            until: UNTIL,
            source: SOURCE,
            question: "Q-01".into(),
            choices: vec!["aaa".into()],
            titles,
            here: Share::of(5, 9, 0),
        });
        let page = draw(Some(&with), &[]);
        for part in
            ["79 % in 150 reviews to January 2020", "5 of 9, 56 %, 27 to 81 %", "counted are reviews without it", "Tick &lt;a&gt;"]
        {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(missing_table(&with.missing(), "m").into_string().contains("5 of 5: “"));
    }
}

//! Before and after of a concern: what was recorded, and the form that compares.

use html::{
    BeforeAfter, Column, Columns, FactsLook, Field, FieldKind, Head, Markup, Tight, bdi, before_after, columns, field, fields,
    fields_one, head, html, section, table,
};
use kernel::time::Time;
use kernel::web::day;
use metrics::compared::Point;

use super::Sent;
use crate::concern::Concern;
use crate::result::{ConcernResult, Environment, Measured};

/// What the part of a concern's page needs.
pub struct ResultPart<'a> {
    /// The concern.
    pub concern: &'a Concern,
    /// Results, newest first.
    pub all: &'a [ConcernResult],
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

/// What the page that compares needs.
pub struct MeasurePage<'a> {
    /// The concern.
    pub concern: &'a Concern,
    /// Title of its metric with what it is measured of, if it has one.
    pub metric: Option<&'a str>,
    /// What the comparison says, if one was asked for.
    pub preview: Option<&'a Measured>,
    /// What the council wants instrumented.
    pub checklist: &'a [String],
    /// The reader may record a result.
    pub may: bool,
    /// What was typed, and why it was refused.
    pub sent: Sent<'a>,
    /// Token for forms.
    pub csrf: &'a str,
}

/// The chart of a comparison whose numbers are kept; shares and events have none but their counts.
fn chart(id: &str, m: &Measured, changed: &str) -> Markup {
    let numbers = |points: &[Point]| points.iter().map(|p| p.number).collect::<Vec<f64>>();
    let (before, after) = (numbers(&m.before.points), numbers(&m.after.points));
    if before.len() + after.len() < 2 {
        return html! {};
    }
    let middle = |v: &[f64]| {
        let mut v = v.to_vec();
        v.sort_by(f64::total_cmp);
        let last = v.len().saturating_sub(1);
        v.get(last / 2).zip(v.get(last.div_ceil(2))).map_or(0.0, |(a, b)| f64::midpoint(*a, *b))
    };
    let end = |points: &[Point], last: bool| {
        let p = if last { points.last() } else { points.first() };
        p.map_or(String::new(), |p| p.period.clone())
    };
    let ends = [end(&m.before.points, false), end(&m.before.points, true), end(&m.after.points, false), end(&m.after.points, true)];
    let unit = if m.unit.is_empty() { m.what.clone() } else { format!("{}, {}", m.what, m.unit) };
    let day = changed.parse::<jiff::civil::Date>().ok().map(|d| d.strftime("%-d %B %Y").to_string());
    let change = day.map(|d| format!("changed on {d}")).unwrap_or_default();
    html! {
        figure {
            (before_after(&BeforeAfter {
                id,
                title: &format!("{} before and after", m.what),
                desc: &m.sentence,
                unit: &unit,
                decimals: m.decimals,
                before: &before,
                after: &after,
                medians: (middle(&before), middle(&after)),
                ends: [&ends[0], &ends[1], &ends[2], &ends[3]],
                change: &change,
            }))
            figcaption { "Each mark is one value. Hollow: before. Solid: after. What the change fell into is left out." }
        }
    }
}

/// The values as a table.
fn values(m: &Measured) -> Markup {
    let all = m.before.points.iter().map(|p| (p, "before")).chain(m.after.points.iter().map(|p| (p, "after")));
    let rows = all.map(|(p, side)| {
        vec![
            html::Cell::text(&p.period),
            html::Cell::text(side),
            html::Cell::figure(Some(&html::Figure::new(p.number, m.decimals, &m.unit))),
        ]
    });
    let rows: Vec<_> = rows.collect();
    html! {
        @if !rows.is_empty() {
            (html::disclosure("The values", table(&html::Table {
                caption: format!("{} before and after", m.what),
                columns: vec![Column::text("Period"), Column::text("Side"), Column::num("Value")],
                rows,
                class: format!("k{}", m.decimals),
                foot: None,
            })))
        }
    }
}

fn n_words(m: &Measured) -> String {
    format!("{} before, {} after", html::number(m.before.n_float(), 0), html::number(m.after.n_float(), 0))
}

/// The numbers of a comparison, with chart, sentence and method. `id` is unique on the page.
pub fn numbers(id: &str, m: &Measured, changed: &str, rest: Vec<(String, Markup)>) -> Markup {
    let mut facts = vec![("Method".to_owned(), html! { (m.method_words) }), ("n".to_owned(), html! { (n_words(m)) })];
    facts.extend(rest);
    let words = html! {
        p.big { (html::capital(&m.headline)) }
        p.prose.pane-gap-s { (m.sentence) @if !m.against.is_empty() { " " (m.against) } }
        div.pane-gap-s { (html::facts(FactsLook::Plain, &facts)) }
        (values(m))
    };
    let drawn = chart(id, m, changed);
    html! { @if drawn.0.is_empty() { (words) } @else { (columns(Columns::WideFirst, &[drawn, words])) } }
}

fn one(i: usize, r: &ConcernResult, p: &ResultPart<'_>) -> Markup {
    let m = &r.numbers;
    let said = &r.said;
    let mut rest = vec![(
        "Environment".to_owned(),
        html! { @match r.environment { Environment::Production => "Production", Environment::PreProduction => "Before production: shown, but it closes nothing" } },
    )];
    if !m.href.is_empty() {
        rest.push(("Metric".into(), html! { a href=(m.href) { (bdi(&m.what)) } }));
    }
    for (name, words) in [("Also changed", &said.also_changed), ("Counter-metric", &said.counter)] {
        if !words.is_empty() {
            rest.push((name.into(), bdi(words)));
        }
    }
    if !said.experiment.is_empty() || !said.experiment_url.is_empty() {
        let words = if said.experiment.is_empty() { &said.experiment_url } else { &said.experiment };
        let link = html! { @if said.experiment_url.is_empty() { (bdi(words)) } @else { a href=(said.experiment_url) rel="noreferrer" { (bdi(words)) } } };
        rest.push(("Proof by test".into(), link));
    }
    if !said.instrumented.is_empty() || !said.not_instrumented.is_empty() {
        rest.push((
            "Instrumented".into(),
            html! {
                @if said.instrumented.is_empty() { "nothing of the checklist" } @else { (bdi(&said.instrumented.join("; "))) }
                @if !said.not_instrumented.is_empty() { br; span.by { "not: " (bdi(&said.not_instrumented.join("; "))) } }
            },
        ));
    }
    rest.push(("Recorded".into(), html! { (bdi(&r.by)) ", " (day(r.at, p.now, p.zone)) }));
    let drawn = numbers(&format!("r{i}"), m, &r.changed, rest);
    html! {
        @if i == 0 { (drawn) }
        @else {
            div.pane-gap { (html::disclosure(&format!("{}: {}, {}", m.what, m.headline, r.environment.key()), drawn)) }
        }
    }
}

/// Results of a concern, the newest open.
pub fn results(p: &ResultPart<'_>) -> Markup {
    html! {
        @if p.all.is_empty() {
            (html::empty("Nothing was compared yet. Once it is in production, the number before and after stands here with its interval.", None))
        }
        @for (i, r) in p.all.iter().enumerate() { (one(i, r, p)) }
    }
}

fn form(p: &MeasurePage<'_>) -> Markup {
    let c = p.concern;
    let to = format!("{}/results", c.href());
    let one = |id: &'static str, label: &'static str, hint: Option<&'static str>, stood: &str, kind: FieldKind<'_>| {
        let value = p.sent.was(id, stood).to_owned();
        field(&Field { id, label, hint, value: &value, kind, error: p.sent.wrong(id), ..Field::default() })
    };
    let places = [("production", "Production"), ("pre-production", "Before production")];
    let none = if p.metric.is_some() { "Of the metric" } else { "Choose" };
    let kinds = [
        ("", none),
        ("amounts", "Typed: amounts or durations, one by one"),
        ("shares", "Typed: so many of so many"),
        ("events", "Typed: so many events in so many periods"),
    ];
    let ticked = p.sent.form.map(|f| f.all("instrumented")).unwrap_or_default();
    html::form(
        &to,
        p.csrf,
        html! {
            (section("windows", "Windows", Some(html! { "What lies before is compared with what comes after; the day of the change counts to neither." }), Tight(false), html! {
                (fields(&[
                    one("changed", "Day of the change", None, "", FieldKind::Date),
                    one("from", "Before: from", Some("The baseline if empty."), &c.content.baseline_from, FieldKind::Date),
                    one("until", "After: until", Some("First day that does not count; today if empty."), "", FieldKind::Date),
                    one("environment", "Where", None, "production", FieldKind::Select(&places)),
                ]))
                (fields(&[one("typed", "Numbers", p.metric.map(|_| "The periods of the metric, or numbers that are in no metric."), "", FieldKind::Select(&kinds))]))
                @let open = !p.sent.was("typed", "").is_empty() || p.metric.is_none();
                (html::disclosed("Numbers that are in no metric", open, html! {
                    (fields_one(&[
                        one("typed_what", "What they are, with the unit", Some("“Duration of a quote, s”"), "", FieldKind::Text),
                        one("typed_before", "Before", Some("2.9 3.1 2.8, or 34 of 500, or 12 in 30"), "", FieldKind::Textarea(2)),
                        one("typed_after", "After", Some("In the same form."), "", FieldKind::Textarea(2)),
                    ]))
                }))
                div.btns.pane-gap { button.btn type="submit" name="act" value="show" { "Show what it says" } }
            }))
            (section("beside", "Beside the number", Some(html! { "A number never speaks alone." }), Tight(false), html! {
                (fields_one(&[
                    one("also_changed", "What else changed meanwhile", Some("Traffic, releases, people; or nothing that we know of."), "", FieldKind::Textarea(2)),
                    one("counter", "How the counter-metric did", None, "", FieldKind::Textarea(2)),
                    one("experiment", "Proved by an experiment", Some("A game day that tried it, or nothing."), "", FieldKind::Text),
                    one("experiment_url", "Its page", Some("https://… or a page of this server."), "", FieldKind::Text),
                ]))
                @if !p.checklist.is_empty() {
                    h3.pane-gap { "What was instrumented?" }
                    (fields_one(&p.checklist.iter().enumerate().map(|(i, item)| {
                        let id = format!("instrumented-{i}");
                        let on = ticked.contains(&item.as_str());
                        field(&Field { id: &id, name: "instrumented", label: item, value: item, kind: FieldKind::Checkbox(on), ..Field::default() })
                    }).collect::<Vec<_>>()))
                }
                @if p.may { div.btns.pane-gap { button.btn.primary type="submit" { "Record the result" } } }
            }))
        },
    )
}

/// The page that compares before and after, and records it.
pub fn measure(p: &MeasurePage<'_>) -> Markup {
    let c = p.concern;
    html! {
        (head(Head {
            kicker: vec![
                ("SRE council".into(), Some("/council".into())),
                (format!("{} {}", c.name(), c.content.title), Some(c.href())),
            ],
            title: "Compare before and after".into(),
            lead: html! {
                @match p.metric {
                    Some(title) => { "The number is " (bdi(title)) "." }
                    None => "The concern names no metric, so the numbers are typed."
                }
                " What is recorded keeps its numbers as they are now; a later result stands beside it."
            },
            facts: vec![],
        }))
        (p.sent.summary())
        @if let Some(m) = p.preview {
            (section("preview", "What it says", Some(html! { "Not recorded yet." }), Tight(false), numbers("pv", m, p.sent.was("changed", ""), vec![])))
        }
        (form(p))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concern::tests::concern;
    use crate::result::Said;
    use crate::result::tests::typed;
    use crate::state::ConcernState;
    use kernel::error::Fault;
    use kernel::ids::Id;
    use kernel::web::Form;

    fn result(kind: &str, before: &str, after: &str, environment: Environment) -> ConcernResult {
        let (numbers, _) = typed(kind, before, after).typed().unwrap().unwrap();
        ConcernResult {
            id: Id::from_u128(1),
            environment,
            changed: "2026-11-04".into(),
            from: String::new(),
            until: String::new(),
            numbers: Measured { against: "It was <reached>.".into(), ..numbers },
            said: Said {
                also_changed: "Traffic <4%>".into(),
                experiment: "Game day 8".into(),
                experiment_url: "/game-days/8".into(),
                instrumented: vec!["Alert".into()],
                not_instrumented: vec!["Traces".into()],
                ..Said::default()
            },
            by: "Aoife <B>".into(),
            at: Time(1_794_000_000_000_000),
        }
    }

    fn part(all: &[ConcernResult]) -> String {
        let c = concern(21, ConcernState::Done);
        results(&ResultPart { concern: &c, all, now: Time(1_795_000_000_000_000), zone: "UTC" }).into_string()
    }

    #[test]
    fn a_result_shows_chart_figures_method_and_what_else_changed() {
        let a = result("amounts", "2.9 3.1 2.8 2.7 3.0", "1.4 1.5 1.3 1.6 1.2", Environment::Production);
        let b = result("shares", "34 of 500", "10 of 480", Environment::PreProduction);
        let page = part(&[a, b]);
        for part in [
            "1.5 s lower",
            "Hodges and Lehmann",
            "5 before, 5 after",
            "Traffic &lt;4%&gt;",
            "It was &lt;reached&gt;.",
            "href=\"/game-days/8\"",
            "not: <bdi>Traces",
            "Before production: shown",
            "Newcombe",
            "<svg",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(part(&[]).contains("Nothing was compared yet"));
    }

    fn draw(sent: Sent<'_>, preview: Option<&Measured>, metric: Option<&str>) -> String {
        let c = concern(21, ConcernState::Done);
        let list = ["An alert <x>".to_owned()];
        measure(&MeasurePage { concern: &c, metric, preview, checklist: &list, may: true, sent, csrf: "c" }).into_string()
    }

    #[test]
    fn the_form_shows_before_it_records_and_keeps_what_was_typed() {
        let page = draw(Sent::default(), None, Some("Latency <p95>"));
        for part in ["value=\"show\"", "Record the result", "An alert &lt;x&gt;", "Latency &lt;p95&gt;", "value=\"2026-09-01\""] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let r = result("amounts", "2 3 2 3 2", "1 1 1 1 1", Environment::Production);
        let form = Form(vec![
            ("typed".into(), "amounts".into()),
            ("typed_before".into(), "<2>".into()),
            ("instrumented".into(), "An alert <x>".into()),
        ]);
        let faults = [Fault::new("typed_before", "No number.")];
        let page = draw(Sent::refused(&form, &faults), Some(&r.numbers), None);
        assert!(
            page.contains("&lt;2&gt;</textarea>") && page.contains("href=\"#typed_before\"") && page.contains("Not recorded yet"),
            "{page}"
        );
        assert!(page.contains(" checked") && page.contains("names no metric"), "{page}");
        assert!(numbers("x", &r.numbers, "", vec![]).into_string().contains("The values"));
    }
}

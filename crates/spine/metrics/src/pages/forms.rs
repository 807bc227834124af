//! Forms on a metric's own pages: record a value, write words on it, freeze a baseline, make a new version.

use html::{Field, FieldKind, Head, Markup, Tight, bdi, field, fields, head, html, section};
use kernel::error::Fault;
use kernel::web::Form;

use super::MetricPage;
use crate::definition::{Aggregation, PeriodKind, Versioned};

/// What a form shows beside what is stored.
#[derive(Clone, Copy)]
pub struct Forms<'a> {
    /// The reader may record values.
    pub may_record: bool,
    /// The reader may freeze a baseline.
    pub may_freeze: bool,
    /// The form as it was refused, and why.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
}

fn like(kind: PeriodKind) -> &'static str {
    match kind {
        PeriodKind::Day => "Like 2026-11-24.",
        PeriodKind::Week => "Like 2026-W48.",
        PeriodKind::Sprint => "The sprint’s number.",
        PeriodKind::Month => "Like 2026-11.",
    }
}

/// Sections below the values: what somebody with the right can do here.
pub fn forms(p: &MetricPage, f: &Forms<'_>) -> Markup {
    let d = &p.definition.definition;
    let here = format!("/metrics/{}/{}", d.key, p.subject.slug);
    let which = f.sent.map_or("", |(form, _)| form.get("form"));
    let was = |form: &str, name: &str| match f.sent {
        Some((sent, _)) if which == form => sent.get(name).to_owned(),
        _ => String::new(),
    };
    let wrong = |form: &str, name: &str| {
        let faults = f.sent.filter(|_| which == form).map(|(_, faults)| faults)?;
        faults.iter().find(|x| x.at == name || x.at.ends_with(&format!("/{name}"))).map(|x| x.message.clone())
    };
    let one = |form: &str, name: &str, label: &str, hint: Option<&str>, kind: FieldKind<'_>| {
        let (id, value, error) = (format!("{form}-{name}"), was(form, name), wrong(form, name));
        field(&Field { id: &id, name, label, hint, value: &value, kind, error: error.as_deref(), ..Field::default() })
    };
    let summary = |form: &str| {
        html! {
            @if which == form { @if let Some((_, faults)) = f.sent {
                (html::alert(faults.iter().map(|x| (format!("{form}-{}", x.at.rsplit('/').next().unwrap_or("")), x.message.clone())).collect()))
                div.sub {}
            } }
        }
    };
    let ratio = d.aggregation == Aggregation::Ratio;
    let unit = if d.unit.is_empty() { "A plain number.".to_owned() } else { format!("In {}.", d.unit) };
    html! {
        @if f.may_record {
            (section("record", "Record a value", Some(html! { "A corrected value replaces what counts now; both stay on record." }), Tight(false), html! {
                (summary("value"))
                (html::form(&format!("{here}/values"), f.csrf, html! {
                    input type="hidden" name="form" value="value";
                    (fields(&[
                        one("value", "period", &html::capital(d.period.noun()), Some(like(d.period)), FieldKind::Text),
                        one("value", "number", "Value", Some(&unit), FieldKind::Decimal),
                        one("value", "note", "Words on it", Some("May stay empty."), FieldKind::Text),
                    ]))
                    @if ratio {
                        p.hint.pane-gap-s { "Better than the number alone: what it was counted from." }
                        (fields(&[
                            one("value", "numerator", "Counted", None, FieldKind::Decimal),
                            one("value", "denominator", "Out of", None, FieldKind::Decimal),
                        ]))
                    }
                    div.btns.pane-gap { button.btn.primary type="submit" { "Record the value" } }
                }))
            }))
        }
        @if let Some(offer) = &p.proposed {
            (section("proposal", "A new baseline is proposed", None, Tight(false), html! {
                p.say { (offer.why) " Limits would come from the " (offer.periods) " " (d.period.noun()) "s from " (crate::period::words(d.period, &offer.period, 0)) " on." }
                @if f.may_freeze {
                    (summary("proposal"))
                    (html::form(&format!("{here}/proposal"), f.csrf, html! {
                        input type="hidden" name="form" value="proposal";
                        input type="hidden" name="period" value=(offer.period);
                        input type="hidden" name="periods" value=(offer.periods);
                        (fields(&[one("proposal", "reason", "Why", Some("What has changed for good, or why the limits should stay."), FieldKind::Text)]))
                        div.btns.pane-gap {
                            button.btn.primary type="submit" name="answer" value="accept" { "Accept it" }
                            button.btn type="submit" name="answer" value="refuse" { "Keep the limits" }
                        }
                    }))
                } @else {
                    p.small.mute { "The facilitator of the group accepts or refuses it, with a reason." }
                }
            }))
        }
        @if f.may_freeze && p.values.len() >= verdict::FEWEST {
            (section("freeze", "Freeze a baseline", Some(html! { "Limits then come from these periods until somebody freezes others." }), Tight(false), html! {
                (summary("baseline"))
                (html::form(&format!("{here}/baselines"), f.csrf, html! {
                    input type="hidden" name="form" value="baseline";
                    (fields(&[
                        one("baseline", "period", &format!("First {}", d.period.noun()), Some(like(d.period)), FieldKind::Text),
                        one("baseline", "periods", "How many", Some("5 to 104."), FieldKind::Decimal),
                        one("baseline", "reason", "Why", Some("What has changed for good."), FieldKind::Text),
                    ]))
                    div.btns.pane-gap { button.btn type="submit" { "Freeze the baseline" } }
                }))
            }))
        }
    }
}

/// One definition with its versions.
pub fn definition(
    v: &Versioned,
    seams: &[(i64, kernel::time::Time, Option<String>)],
    may_define: bool,
    zone: &str,
    now: kernel::time::Time,
) -> Markup {
    let d = &v.definition;
    let row = |term: &str, value: Markup| (term.to_owned(), value);
    let mut facts = vec![
        row("Key", html! { code { (d.key) } }),
        row("Measured for", html! { "each " (crate::definition::kind_of(d.subject).key()) ", every " (d.period.noun()) }),
        row("Unit", html! { @if d.unit.is_empty() { "a plain number" } @else { (d.unit) } ", " (d.decimals) " decimals" }),
        row("Several become one by", html! { (super::aggregation_words(d.aggregation)) }),
        row("Target", html! { (d.target_words()) }),
        row("Stale after", html! { @match d.fresh_days { Some(n) => { (n) " days" } None => "never" } }),
    ];
    if !d.could_come_from.is_empty() {
        facts.push(row("Instead of typing", html! { (d.could_come_from) }));
    }
    html! {
        (head(Head {
            kicker: vec![("Metrics".into(), Some("/metrics-list".into()))],
            title: d.title.clone(),
            lead: html! { (d.decision) },
            facts: vec![row("Version", html! { (v.version) ", made by " (bdi(&v.made_by)) })],
        }))
        (section("definition", "Definition", Some(html! { (d.detail) }), Tight(false), html! {
            (html::facts(html::FactsLook::Wide, &facts))
            @if may_define { (html::more(html! { a href={ "/metrics-list/" (d.key) "/edit" } data-edit { "Make a new version" } })) }
        }))
        (section("versions", "Versions", Some(html! { "Old reports keep the version that they were made with." }), Tight(false), html! {
            ul.ruled { @for (version, at, because) in seams.iter().rev() {
                li { b { "Version " (version) } ", " (kernel::web::day(*at, now, zone))
                    @match because { Some(why) => { ", comparable with the one before: " (why) } None if *version > 1 => ", begins a new baseline", None => "" }
                }
            } }
        }))
    }
}

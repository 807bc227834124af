//! What a session is told of its teams by the rooms that hold reports and reviews, and what it has them do. Rooms do not know each
//! other, so the sentences that need two of them are made here.

use std::collections::BTreeSet;

use catalogue::Team;
use cycle::acts::told::Tellers;
use cycle::minutes::ReportFate;
use cycle::told::{Judged, PROMPTS, RISKS, SIGNALS, Told, ToldRisk, ToldSignal};
use cycle::topics::{Finding, SharedGap};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::Id;
use kernel::web::{App, Ctx};
use report::ahead::{Ahead, AheadNotice, AheadSession};
use report::document::{Document, Row, RowState, Stage};
use report::overview::sentence;

/// Everything that a session asks of other rooms.
pub(crate) static TELLERS: Tellers = Tellers { team, review, findings, shared };

/// What lies ahead of a group, for its overview.
pub(crate) fn ahead(cx: &Ctx, tx: &mut dyn Tx, group: &catalogue::Group) -> Result<Ahead> {
    let next = cycle::acts::calendar::next(cx, tx, group)?;
    let session = next.map(|(s, agenda)| AheadSession {
        title: s.title(),
        when: s.when(),
        open: s.state == cycle::SessionState::Open,
        agenda: match cycle::agenda::minutes(&agenda) {
            0 => String::new(),
            n => format!("{n} of {} minutes are planned", s.minutes()),
        },
        href: s.href(),
    });
    let today = cycle::acts::notice::today(cx, tx)?;
    let waits = |n: cycle::Notice| {
        let (acknowledged, of) = n.acknowledged();
        let late = n.late(today);
        AheadNotice {
            label: n.label(),
            by: match late {
                Some(days) => html::days_words(-days),
                None => n
                    .content
                    .acknowledge_by
                    .parse::<jiff::civil::Date>()
                    .map(|d| d.strftime("%-d %b").to_string())
                    .unwrap_or_default(),
            },
            late: late.is_some(),
            missing: cycle::notice::named(&n.missing()),
            href: n.href(),
            kind: n.content.kind.words().into(),
            title: n.content.title,
            acknowledged,
            of,
        }
    };
    let all = cycle::acts::notice::standing_of(cx, tx, group.id)?;
    Ok(Ahead { session, notices: all.into_iter().filter(|n| !n.missing().is_empty()).map(waits).collect() })
}

/// Which way a row points; none if it is calm.
fn judged(r: &Row) -> Option<Judged> {
    match (r.change.judgement.as_deref(), r.state) {
        (Some("worse"), _) | (None, RowState::Attention) => Some(Judged::Worse),
        (_, RowState::Stale) => Some(Judged::Stale),
        (Some("better"), _) => Some(Judged::Better),
        (_, RowState::Attention) => Some(Judged::Worse),
        _ => None,
    }
}

fn href(d: &Document, r: &Row) -> String {
    format!("/metrics/{}/{}", r.metric, r.subject.as_ref().map_or(&d.team.slug, |s| &s.slug))
}

fn signal(d: &Document, pillar: &str, r: &Row, judged: Judged) -> ToldSignal {
    let rule = match (judged, r.change.judgement.as_deref()) {
        (Judged::Stale, _) => r.reason.clone(),
        (_, Some("worse" | "better")) => r.change.reason.clone(),
        _ if r.target.is_empty() => r.reason.clone(),
        _ => format!("target {}", r.target),
    };
    let (why, says) = match &r.note {
        Some(n) => (n.text.clone(), n.by.clone()),
        // The sentence says by which rule it changed.
        None if rule.is_empty() || rule == r.change.reason => (String::new(), String::new()),
        None => (format!("{}.", html::capital(&rule)), String::new()),
    };
    ToldSignal {
        metric: r.metric.clone(),
        pillar: pillar.to_owned(),
        judged,
        what: sentence(r),
        why,
        says,
        href: href(d, r),
        series: r.series.clone(),
        limits: r.limits.as_ref().map(|l| (l.lower, l.upper, l.centre)),
        title: r.title.clone(),
    }
}

/// Signals of a report: worse, stale, better; within each the strongest first.
fn signals(d: &Document) -> Vec<ToldSignal> {
    let mut found: Vec<(Judged, f64, ToldSignal)> =
        d.rows().filter_map(|(p, r)| judged(r).map(|j| (j, r.change.strength, signal(d, p, r, j)))).collect();
    let place = |j: Judged| [Judged::Worse, Judged::Stale, Judged::Better].iter().position(|x| *x == j);
    found.sort_by(|a, b| place(a.0).cmp(&place(b.0)).then(b.1.total_cmp(&a.1)));
    found.into_iter().map(|(.., s)| s).collect()
}

/// Everything that is no signal, counted by state.
fn rest(d: &Document) -> Vec<String> {
    let of = |state: RowState| d.rows().filter(move |(_, r)| r.state == state && judged(r).is_none()).map(|(_, r)| r);
    let mut out = Vec::new();
    let calm = of(RowState::Pass).count();
    if calm > 0 {
        out.push(format!("{calm} {} within target or usual range", html::plural(calm, "value is", "values are")));
    }
    for (state, words) in
        [(RowState::Unknown, "unknown"), (RowState::NotYet, "not yet"), (RowState::NotApplicable, "not applicable")]
    {
        let titles: Vec<&str> = of(state).map(|r| r.title.as_str()).collect();
        match titles.as_slice() {
            [] => {}
            [one] => out.push(format!("1 {words}: {one}")),
            many => out.push(format!("{} {words}", many.len())),
        }
    }
    for r in of(RowState::Exempt) {
        let until = r.exemption.as_ref().map(|e| e.until.as_str()).filter(|u| !u.is_empty());
        out.push(format!("1 exempt{}: {}", until.map(|u| format!(" until {u}")).unwrap_or_default(), r.title));
    }
    out
}

/// Questions drawn from the data: what somebody asked and nobody answered, what changed without a word, what nothing measures.
fn prompts(d: &Document, signals: &[ToldSignal], asked: &[report::questions::Question]) -> Vec<String> {
    let mut out = Vec::new();
    let title = |metric: &str| d.rows().find(|(_, r)| r.metric == metric).map_or(metric.to_owned(), |(_, r)| r.title.clone());
    for q in asked.iter().filter(|q| q.answer.is_none()) {
        out.push(format!("{} asked about {}: {}", q.by, title(&q.metric), q.text));
    }
    for s in signals.iter().filter(|s| s.judged == Judged::Worse && s.says.is_empty()) {
        out.push(format!("{}: what changed in how the work is done, and what would bring it back?", s.title));
    }
    for s in signals.iter().filter(|s| s.judged == Judged::Better && s.says.is_empty()) {
        out.push(format!("{}: what did you do, and who else could use it?", s.title));
    }
    for (_, r) in d.rows().filter(|(_, r)| r.state == RowState::Stale) {
        let by = if r.could_come_from.is_empty() { String::new() } else { format!(" Could it come from {}?", r.could_come_from) };
        out.push(format!("{} has gone stale: does anybody still decide by it?{by}", r.title));
    }
    out.truncate(PROMPTS);
    out
}

/// Open high risks of a team's workloads, in the order of workloads.
fn risks(cx: &Ctx, tx: &mut dyn Tx, team: &Team) -> Result<(Vec<ToldRisk>, usize)> {
    let (mut out, mut n) = (Vec::new(), 0);
    for w in catalogue::store::workloads_of(tx, team.id)?.into_iter().filter(|w| w.archived_at.is_none()) {
        for r in wellarch::acts::plan::high(cx, tx, &w.slug)? {
            n += 1;
            let work = r.actions.iter().find(|a| a.state.is_open());
            let late = work.and_then(|a| a.due_in_days).is_some_and(|d| d < 0);
            let due = match work {
                None => String::new(),
                Some(a) if a.due.is_empty() => "no date yet".into(),
                Some(a) => match (late, a.due_in_days) {
                    (true, Some(days)) => html::days_words(days),
                    _ => a.due.parse::<jiff::civil::Date>().map_or(a.due.clone(), |d| d.strftime("%-d %b").to_string()),
                },
            };
            let href = format!("/workloads/{}/reviews/{}/questions/{}", w.slug, r.lens, r.question);
            out.push(ToldRisk { title: r.title, due, late, href });
        }
    }
    out.truncate(RISKS);
    Ok((out, n))
}

fn team(cx: &Ctx, tx: &mut dyn Tx, team: &Team, sprint: i64) -> Result<Told> {
    if catalogue::store::calendar(tx, team.group)?.sprint(sprint).is_none() {
        return Ok(Told::default());
    }
    let d = report::acts::show(cx, tx, team, sprint)?;
    let asked = report::acts::questions::of_report(cx, tx, team, sprint)?;
    let mut all = signals(&d);
    let prompts = prompts(&d, &all, &asked);
    let more = all.len().saturating_sub(SIGNALS);
    all.truncate(SIGNALS);
    let (risks, high) = risks(cx, tx, team)?;
    let words = |w: &Option<report::document::Words>| w.as_ref().map(|w| w.text.clone()).unwrap_or_default();
    Ok(Told {
        stage: match d.stage {
            Stage::Draft if d.filled.k == 0 => "not begun",
            Stage::Draft => "draft",
            Stage::Ready => "ready",
            Stage::Reviewed => "reviewed",
        }
        .into(),
        href: format!("/reports/{}/{sprint}", team.slug),
        rest: rest(&d),
        signals: all,
        more,
        prompts,
        risks_href: if high > risks.len() { format!("/teams/{}", team.slug) } else { String::new() },
        risks,
        high,
        win: words(&d.win),
        ask: words(&d.ask),
    })
}

fn review(cx: &Ctx, tx: &mut dyn Tx, team: &Team, sprint: i64) -> Result<ReportFate> {
    if catalogue::store::calendar(tx, team.group)?.sprint(sprint).is_none() {
        return Ok(ReportFate::NoReport);
    }
    let stage = report::acts::show(cx, tx, team, sprint)?.stage;
    Ok(match stage {
        Stage::Reviewed => ReportFate::ReviewedBefore,
        Stage::Draft => ReportFate::NotReady,
        Stage::Ready => {
            report::acts::review(cx, tx, team, sprint)?;
            ReportFate::ReviewedNow
        }
    })
}

/// What each team's data say: numbers that got better or worse, practices that it has or lacks where its question stands at a high
/// risk.
fn findings(cx: &Ctx, tx: &mut dyn Tx, group: Id, sprint: i64) -> Result<Vec<Finding>> {
    let mut out = Vec::new();
    let known = catalogue::store::calendar(tx, group)?.sprint(sprint).is_some();
    for team in catalogue::store::teams(tx, Some(group))?.into_iter().filter(|t| t.archived_at.is_none()) {
        if known {
            let d = report::acts::show(cx, tx, &team, sprint)?;
            for (_, r) in d.rows() {
                let judged = match r.change.judgement.as_deref() {
                    Some("worse") => Judged::Worse,
                    Some("better") => Judged::Better,
                    _ => continue,
                };
                let key = format!("metric:{}", r.metric);
                if !out.iter().any(|f: &Finding| f.team == team.id && f.key == key && f.judged == judged) {
                    out.push(Finding { team: team.id, key, title: r.title.clone(), judged });
                }
            }
        }
        practices(cx, tx, &team, &mut out)?;
    }
    Ok(out)
}

fn practices(cx: &Ctx, tx: &mut dyn Tx, team: &Team, out: &mut Vec<Finding>) -> Result<()> {
    let mut seen: BTreeSet<(String, bool)> = BTreeSet::new();
    for w in catalogue::store::workloads_of(tx, team.id)?.into_iter().filter(|w| w.archived_at.is_none()) {
        let (_, _, sheets) = wellarch::acts::review::of_workload(cx, tx, &w.slug)?;
        for sheet in &sheets {
            let d = wellarch::document::ReviewDocument::of(sheet);
            for (_, q) in d.questions().filter(|(_, q)| q.answer.is_some()) {
                let high = q.standing == wellarch::review::Standing::High;
                for c in q.choices.iter().filter(|c| !c.none && c.not_applicable.is_none() && (c.ticked || high)) {
                    let key = format!("practice:{}/{}/{}", d.lens.slug, q.id, c.id);
                    if seen.insert((key.clone(), c.ticked)) {
                        let judged = if c.ticked { Judged::Better } else { Judged::Worse };
                        out.push(Finding { team: team.id, key, title: c.title.clone(), judged });
                    }
                }
            }
        }
    }
    Ok(())
}

fn shared(app: &App, cx: &Ctx, tx: &mut dyn Tx, group: &str) -> Result<Vec<SharedGap>> {
    let found = crate::rooms::shared(app, cx, tx, group)?;
    let gap = |p: report::shared::Practice| SharedGap { title: p.title, missing: p.missing, of: p.of, href: p.href, share: None };
    Ok(found.missing.into_iter().map(gap).collect())
}

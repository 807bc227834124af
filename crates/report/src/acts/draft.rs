//! Makes a report from what is known now: the template, values, lists, and what was agreed around them.

use std::collections::HashMap;

use catalogue::calendar::Calendar;
use catalogue::exemptions::Exemption;
use catalogue::{Sprint, Team, Workload};
use jiff::civil::Date;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;
use kernel::web::Ctx;
use marks::Mark;
use metrics::definition::{SubjectKind, Versioned, kind_of};
use metrics::value::Value;

use super::{agreed, lists};
use crate::document::{Document, Named, Section, Stage};
use crate::rules::{self, HISTORY, RowInput, Slot, When};
use crate::{exempt, happened, store};

/// The report as it would be today, frozen or not.
///
/// # Errors
/// As [`super::show`].
pub fn draft(cx: &Ctx, tx: &mut dyn Tx, team: &Team, number: i64) -> Result<Document> {
    cx.require_signed_in()?;
    let group = catalogue::store::group(tx, team.group)?;
    let calendar = catalogue::store::calendar(tx, group.id)?;
    let missing = || Error::NotFound(format!("The group's calendar has no sprint {number}."));
    let sprint = calendar.sprint(number).ok_or_else(missing)?;
    let recent = calendar.until(number, HISTORY);
    let slots: Vec<Slot> = recent.iter().map(|s| Slot { label: s.number.to_string(), starts: s.starts, ends: s.ends }).collect();
    let template = store::template(tx, group.id)?;
    let from = slots.first().map_or(sprint.starts, |s| s.starts);
    let year = sprint.end_day.yesterday().map_or(sprint.first_day.year(), |d| d.year());
    let when = When { sprint: number, sprints: &slots, now: cx.now, year };
    let shown_from = slots[slots.len().saturating_sub(rules::SHOWN)..].first().map_or(sprint.starts, |s| s.starts);
    let marks = agreed::marks(cx, tx, team, shown_from, sprint.ends)?;
    let happened = happened::within(&marks, sprint.starts, sprint.ends);
    let mut subjects = Subjects::load(tx, team, marks, from, sprint.ends)?;
    let let_off = LetOff::load(cx, tx, team, (&calendar, &group.zone), &sprint)?;
    let workloads = catalogue::store::workloads_of(tx, team.id)?;
    let pillars = metrics::store::pillars(tx)?;
    let definitions: HashMap<String, Versioned> =
        metrics::store::definitions(tx, "", 10_000)?.into_iter().map(|v| (v.definition.key.clone(), v)).collect();
    let (mut sections, mut by_itself, mut matrix) = (Vec::new(), Vec::new(), None);
    for section in &template.template.sections {
        let (mut rows, mut blocks) = (Vec::new(), Vec::new());
        for wanted in &section.rows {
            if let Some(list) = &wanted.list {
                blocks.push(lists::block(tx, team, list, &sprint, cx.now)?);
                continue;
            }
            if let Some(wanted) = &wanted.matrix {
                matrix = Some(agreed::transactions(cx, tx, (wanted, &section.pillar), &workloads, let_off.today)?);
                continue;
            }
            let Some(found) = definitions.get(&wanted.metric) else { continue };
            for (named, id) in subjects.of(tx, team, found.definition.subject, &workloads)? {
                let data = &subjects.data[&id];
                let of = (id != team.id).then_some(id);
                let (holds, asked) = exempt::of_row(&let_off.all, &wanted.metric, of, let_off.day);
                let (row, sprints) = rules::row_with(
                    &RowInput {
                        definition: &found.definition,
                        version: found.version,
                        subject: named,
                        values: data.values.iter().filter(|v| v.metric == wanted.metric).collect(),
                        frozen: data.frozen.iter().rfind(|f| f.metric == wanted.metric),
                        from_sprint: wanted.from_sprint,
                        marks: &data.marks,
                        exempt: holds,
                        asked,
                    },
                    &when,
                );
                rows.push(row);
                by_itself.push(sprints);
            }
        }
        let title = pillars.iter().find(|(key, _)| *key == section.pillar).map_or(&section.pillar, |(_, title)| title).clone();
        sections.push(Section { pillar: section.pillar.clone(), title, rows, lists: blocks });
    }
    let shown: Vec<i64> = recent[recent.len().saturating_sub(rules::SHOWN)..].iter().map(|s| s.number).collect();
    let words = store::words(tx, team.id, number)?;
    let said = |kind: &str| words.iter().find(|(k, w, _)| k == kind && !w.text.is_empty()).map(|(_, w, _)| w.clone());
    let ready = store::ready(tx, team.id, number)?;
    let before = store::reviewed_at(tx, team.id, number - 1)?;
    Ok(Document {
        organisation: people::organisation(tx)?.name,
        group: Named { slug: group.slug.clone(), name: group.name.clone() },
        team: Named { slug: team.slug.clone(), name: team.name.clone() },
        sprint: number,
        dates: rules::dates(sprint.first_day, sprint.end_day),
        starts: sprint.starts,
        ends: sprint.ends,
        zone: group.zone.clone(),
        stage: if ready.is_some() { Stage::Ready } else { Stage::Draft },
        template: template.version,
        lead: rules::lead(&sections),
        automated: rules::automated(&sections),
        automation: crate::automation::shares(&shown, &by_itself),
        filled: rules::filled(&sections),
        expected_false_alarms: sections.iter().flat_map(|s| &s.rows).map(|r| r.change.false_alarm).sum(),
        sections,
        win: said("win"),
        ask: said("ask"),
        learnings: said("learnings"),
        ready,
        reviewed: None,
        matrix,
        standards: agreed::standards(cx, tx, &workloads, &pillars, (&let_off.all, let_off.day))?,
        happened,
        work: super::work::of_team(cx, tx, team, sprint.starts, before)?,
        as_of: cx.now,
    })
}

/// A team's exemptions, as a report looks at them.
struct LetOff {
    all: Vec<Exemption>,
    day: Date,
    today: Date,
}

impl LetOff {
    fn load(cx: &Ctx, tx: &mut dyn Tx, team: &Team, (calendar, zone): (&Calendar, &str), sprint: &Sprint) -> Result<Self> {
        cx.require_signed_in()?;
        let today = cx.now.jiff().in_tz(zone).map_err(Error::internal)?.date();
        let last = sprint.end_day.yesterday().unwrap_or(sprint.end_day);
        let closed = calendar.sprint(sprint.number + 1).map_or(sprint.ends, |s| s.ends);
        let all = exempt::known(catalogue::store::exemptions::of_team(tx, team.id)?, closed);
        Ok(Self { all, day: exempt::day(last, today), today })
    }
}

struct Data {
    values: Vec<Value>,
    frozen: Vec<metrics::Frozen>,
    marks: Vec<Mark>,
}

/// Values of the team, its workloads and services, each read once.
struct Subjects {
    data: HashMap<Id, Data>,
    known: HashMap<&'static str, Vec<(Option<Named>, Id)>>,
    marks: Vec<Mark>,
    from: Time,
    to: Time,
}

impl Subjects {
    fn load(tx: &mut dyn Tx, team: &Team, marks: Vec<Mark>, from: Time, to: Time) -> Result<Self> {
        let mut out = Self { data: HashMap::new(), known: HashMap::new(), marks, from, to };
        let all = out.marks.clone();
        out.read(tx, team.id, all)?;
        out.known.insert(kind_of(SubjectKind::Team).key(), vec![(None, team.id)]);
        Ok(out)
    }

    fn read(&mut self, tx: &mut dyn Tx, id: Id, marks: Vec<Mark>) -> Result<()> {
        // A month's value may begin before the first sprint shown; half a year more costs little.
        let from = self.from.minus(std::time::Duration::from_secs(200 * 86_400));
        let values = metrics::store::of_subject(tx, id, from, self.to)?;
        let data = Data { values, frozen: metrics::store::baselines(tx, id)?, marks };
        self.data.insert(id, data);
        Ok(())
    }

    fn of(&mut self, tx: &mut dyn Tx, team: &Team, kind: SubjectKind, workloads: &[Workload]) -> Result<Vec<(Option<Named>, Id)>> {
        let key = kind_of(kind).key();
        if let Some(known) = self.known.get(key) {
            return Ok(known.clone());
        }
        let services = catalogue::store::services_of_team(tx, team.id)?;
        // Each with the things whose marks stand on its axis: itself, what is below it and what is above it.
        let found: Vec<(Named, Id, Vec<Id>)> = match kind {
            SubjectKind::Team => Vec::new(),
            SubjectKind::Workload => workloads
                .iter()
                .map(|w| {
                    let below = services.iter().filter(|s| s.workload == w.id).map(|s| s.id);
                    (Named { slug: w.slug.clone(), name: w.name.clone() }, w.id, below.collect())
                })
                .collect(),
            SubjectKind::Service => {
                services.into_iter().map(|s| (Named { slug: s.slug, name: s.name }, s.id, vec![s.workload])).collect()
            }
        };
        let mut out = Vec::with_capacity(found.len());
        for (named, id, mut line) in found {
            line.extend([id, team.id, team.group]);
            let marks = happened::of_line(&self.marks, &line);
            self.read(tx, id, marks)?;
            out.push((Some(named), id));
        }
        self.known.insert(key, out.clone());
        Ok(out)
    }
}

//! The report as a table for spreadsheets and programs: CSV as RFC 4180 has it, one row for each row of the report. Columns
//! keep their names and order; new ones are added at the end.

use kernel::error::{Error, Result};
use kernel::text::guarded;

use crate::document::{Document, ListBlock, Row, RowState, Stage};
use crate::lists::ListKind;

/// Columns of the file, in order. `row` is `metric`, or the kind of a list: then `metric` is the list's key and `now` the
/// number of its entries. Numbers have a point and no unit, times are UTC in ISO 8601; what is not known is empty.
pub const COLUMNS: [&str; 37] = [
    "group",
    "team",
    "team_name",
    "sprint",
    "sprint_starts",
    "sprint_ends",
    "stage",
    "template",
    "pillar",
    "row",
    "metric",
    "version",
    "title",
    "subject",
    "subject_name",
    "unit",
    "now",
    "numerator",
    "denominator",
    "period",
    "before",
    "change",
    "judgement",
    "why",
    "lower_limit",
    "centre",
    "upper_limit",
    "target",
    "state",
    "state_reason",
    "way",
    "source",
    "measured_at",
    "note",
    "exempt_by",
    "exempt_until",
    "exemption_asked_until",
];

/// The state as it stands in JSON.
fn state_key(state: RowState) -> String {
    serde_json::to_value(state).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn stage_key(stage: Stage) -> &'static str {
    match stage {
        Stage::Draft => "draft",
        Stage::Ready => "ready",
        Stage::Reviewed => "reviewed",
    }
}

/// All digits, so that nothing is lost on the way; never an exponent.
fn number(value: Option<f64>) -> String {
    value.map(|v| v.to_string()).unwrap_or_default()
}

fn start(d: &Document, pillar: &str) -> Vec<String> {
    vec![
        d.group.slug.clone(),
        d.team.slug.clone(),
        guarded(&d.team.name),
        d.sprint.to_string(),
        d.starts.to_string(),
        d.ends.to_string(),
        stage_key(d.stage).into(),
        d.template.to_string(),
        pillar.to_owned(),
    ]
}

fn metric(d: &Document, pillar: &str, r: &Row) -> Vec<String> {
    let now = r.now.as_ref();
    let subject = r.subject.as_ref().unwrap_or(&d.team);
    let limit = |f: fn(&crate::document::Limits) -> f64| number(r.limits.as_ref().map(f));
    let mut out = start(d, pillar);
    out.extend([
        "metric".to_owned(),
        r.metric.clone(),
        r.version.to_string(),
        guarded(&r.title),
        subject.slug.clone(),
        guarded(&subject.name),
        guarded(&r.unit),
        number(now.map(|f| f.number)),
        number(now.and_then(|f| f.numerator)),
        number(now.and_then(|f| f.denominator)),
        guarded(now.map_or("", |f| &f.period)),
        number(r.before.as_ref().map(|f| f.number)),
        guarded(&r.change.text),
        r.change.judgement.clone().unwrap_or_default(),
        guarded(&r.change.reason),
        limit(|l| l.lower),
        limit(|l| l.centre),
        limit(|l| l.upper),
        guarded(&r.target),
        state_key(r.state),
        guarded(&r.reason),
        now.map(|f| f.way.clone()).unwrap_or_default(),
        guarded(now.map_or("", |f| &f.source)),
        now.map(|f| f.measured_at.to_string()).unwrap_or_default(),
        guarded(r.note.as_ref().map_or("", |n| &n.text)),
        guarded(r.exemption.as_ref().map_or("", |e| &e.by)),
        r.exemption.as_ref().map(|e| e.until.clone()).unwrap_or_default(),
        r.asked.as_ref().map(|e| e.until.clone()).unwrap_or_default(),
    ]);
    out
}

fn list(d: &Document, pillar: &str, b: &ListBlock) -> Vec<String> {
    let kind = match b.kind {
        ListKind::Events => "events",
        ListKind::Inventory => "inventory",
        ListKind::Links => "links",
    };
    let mut out = start(d, pillar);
    let known = [
        ("row", kind.to_owned()),
        ("metric", b.key.clone()),
        ("title", guarded(&b.title)),
        ("subject", d.team.slug.clone()),
        ("subject_name", guarded(&d.team.name)),
        ("unit", "entries".into()),
        ("now", b.entries.len().to_string()),
        ("state", state_key(b.state)),
        ("state_reason", guarded(&b.reason)),
    ];
    let rest = COLUMNS[out.len()..].iter();
    out.extend(rest.map(|c| known.iter().find(|(name, _)| name == c).map(|(_, v)| v.clone()).unwrap_or_default()));
    out
}

/// The report as CSV with a header line. Texts that a spreadsheet would run as a formula get an apostrophe before them;
/// numbers stay numbers.
///
/// # Errors
/// None that a document can cause.
pub fn csv(d: &Document) -> Result<String> {
    let mut out = csv::WriterBuilder::new().from_writer(Vec::new());
    out.write_record(COLUMNS).map_err(Error::internal)?;
    for s in &d.sections {
        for r in &s.rows {
            out.write_record(metric(d, &s.pillar, r)).map_err(Error::internal)?;
        }
        for b in &s.lists {
            out.write_record(list(d, &s.pillar, b)).map_err(Error::internal)?;
        }
    }
    let bytes = out.into_inner().map_err(|e| Error::internal(e.to_string()))?;
    String::from_utf8(bytes).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use kernel::time::Time;

    use super::*;
    use crate::document::{Changed, Figure, Named, RowExemption, Section, Share, Words};

    const AT: Time = Time(1_794_929_580_000_000);

    fn row(title: &str, now: Option<f64>, note: &str) -> Row {
        let figure = |number: f64| Figure {
            number,
            numerator: Some(-1.5),
            denominator: None,
            period: String::new(),
            way: "typed".into(),
            source: "+Ada".into(),
            measured_at: AT,
            kept: false,
            version: 1,
        };
        Row {
            metric: "balance".into(),
            version: 3,
            title: title.into(),
            detail: String::new(),
            subject: Some(Named { slug: "quay".into(), name: "-Quay".into() }),
            unit: "€".into(),
            decimals: 1,
            now: now.map(figure),
            before: Some(figure(-0.000_000_12)),
            not_new: String::new(),
            change: Changed {
                text: "12 lower".into(),
                judgement: Some("worse".into()),
                reason: "signal, \"outside\"".into(),
                strength: 1.0,
                false_alarm: 0.0,
            },
            limits: None,
            series: vec![],
            marks: vec![],
            target: "=SUM(A1)".into(),
            state: RowState::NotYet,
            reason: String::new(),
            exemption: Some(RowExemption { reason: "Later".into(), by: "=Nora".into(), until: "2027-01-31".into() }),
            asked: None,
            note: Some(Words { text: note.into(), by: "Ada".into(), at: None }),
            could_come_from: String::new(),
        }
    }

    fn document(sections: Vec<Section>) -> Document {
        let named = |slug: &str, name: &str| Named { slug: slug.into(), name: name.into() };
        Document {
            organisation: "Example".into(),
            group: named("claims", "Claims"),
            team: named("intake", "=cmd|'/c calc'!A1"),
            sprint: 8,
            dates: "4 to 17 November 2026".into(),
            starts: AT,
            ends: AT,
            zone: "UTC".into(),
            stage: Stage::Ready,
            template: 2,
            lead: String::new(),
            sections,
            automated: Share { k: 0, n: 0 },
            automation: Vec::new(),
            filled: Share { k: 0, n: 0 },
            win: None,
            ask: None,
            learnings: None,
            ready: None,
            reviewed: None,
            expected_false_alarms: 0.0,
            matrix: None,
            standards: Vec::new(),
            happened: Vec::new(),
            work: None,
            as_of: AT,
        }
    }

    /// Each row as a map from the header's names.
    fn read(text: &str) -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        reader.deserialize().map(|r| r.expect("a row of the header's length")).collect()
    }

    #[test]
    fn texts_are_guarded_and_numbers_are_not() {
        let rows = vec![row("@risk", Some(-12.25), "line one\nline \"two\", =no formula"), row("Quiet", None, "\t=1")];
        let lists = vec![ListBlock {
            key: "incidents".into(),
            title: "-Incidents".into(),
            kind: ListKind::Events,
            columns: Vec::new(),
            entries: Vec::new(),
            state: RowState::Pass,
            reason: String::new(),
        }];
        let text = csv(&document(vec![Section { pillar: "cost".into(), title: "Cost".into(), rows, lists }])).unwrap();
        let found = read(&text);
        assert_eq!(found.len(), 3, "{text}");
        let cells = |n: usize, names: &[&str]| -> Vec<String> { names.iter().map(|c| found[n][*c].clone()).collect() };
        assert_eq!(
            cells(0, &["team", "team_name", "sprint", "stage", "pillar", "row", "metric", "version", "title", "subject_name"]),
            ["intake", "'=cmd|'/c calc'!A1", "8", "ready", "cost", "metric", "balance", "3", "'@risk", "'-Quay"]
        );
        assert_eq!(
            cells(0, &["now", "numerator", "before", "target", "state", "source", "judgement"]),
            ["-12.25", "-1.5", "-0.00000012", "'=SUM(A1)", "not_yet", "'+Ada", "worse"]
        );
        assert_eq!(cells(0, &["exempt_by", "exempt_until", "exemption_asked_until"]), ["'=Nora", "2027-01-31", ""]);
        assert_eq!(cells(0, &["note", "why"]), ["line one\nline \"two\", =no formula", "signal, \"outside\""]);
        assert_eq!(cells(0, &["sprint_ends", "measured_at"]), ["2026-11-17T15:33:00Z", "2026-11-17T15:33:00Z"]);
        // No value is no nought.
        assert_eq!(cells(1, &["title", "now", "way", "measured_at", "note"]), ["Quiet", "", "", "", "'\t=1"]);
        assert_eq!(
            cells(2, &["row", "metric", "title", "now", "unit", "state", "note"]),
            ["events", "incidents", "'-Incidents", "0", "entries", "pass", ""]
        );
    }

    /// Whoever reads the file by column names or places must be able to go on doing so.
    #[test]
    fn columns_keep_their_names_and_places() {
        let text = csv(&document(Vec::new())).unwrap();
        assert_eq!(
            text,
            "group,team,team_name,sprint,sprint_starts,sprint_ends,stage,template,pillar,row,metric,version,title,subject,\
             subject_name,unit,now,numerator,denominator,period,before,change,judgement,why,lower_limit,centre,upper_limit,\
             target,state,state_reason,way,source,measured_at,note,exempt_by,exempt_until,\
             exemption_asked_until\n"
        );
    }
}

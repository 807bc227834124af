//! A review as Markdown and as CSV.

use std::fmt::Write;

use kernel::error::{Error, Result};
use kernel::text::{guarded, markdown as md};

use crate::against;
use crate::document::{ReviewChoice, ReviewDocument, ReviewQuestion};
use crate::milestone::QuestionChange;
use crate::plan::Stretch;
use crate::review::{ReviewAnswer, Standing};
use crate::risks::{Improvement, WorkloadRisks};
use crate::sitting::Sitting;

/// Columns of the CSV; names stay.
pub const COLUMNS: [&str; 25] = [
    "workload",
    "lens",
    "lens_version",
    "pillar",
    "question_id",
    "question",
    "standing",
    "choice_id",
    "choice",
    "state",
    "reason",
    "effort",
    "answered_by",
    "answered_at",
    "note",
    "exposed",
    "accepted_by",
    "accepted_until",
    "action",
    "owner",
    "due",
    "evidence",
    "evidence_facts",
    "template",
    "override_reason",
];

/// The improvements of a stretch of the plan, in their order.
pub fn stretch(all: &[Improvement], when: Stretch) -> Vec<&Improvement> {
    all.iter().filter(|i| Stretch::of(i.action.as_ref()) == Some(when)).collect()
}

/// What was in place, in words.
pub fn answered(q: &ReviewQuestion) -> String {
    let said = q.answer.as_ref().map(|a| &a.said);
    let ticked: Vec<&str> = q.choices.iter().filter(|c| c.ticked).map(|c| c.title.as_str()).collect();
    match said.and_then(|s| s.does_not_apply) {
        Some(why) => format!("does not apply: {}", why.words()),
        None if ticked.is_empty() && said.is_some_and(|s| s.none) => "none of these".to_owned(),
        None if ticked.is_empty() => "-".to_owned(),
        None => ticked.join("; "),
    }
}

/// What changed in a question since another state of it, to follow “since then”.
pub fn since(change: &QuestionChange) -> String {
    let named = |titles: &[String]| html::listed(&titles.iter().map(|t| format!("“{t}”")).collect::<Vec<_>>());
    let mut out = Vec::new();
    for (titles, words) in [(&change.gained, "ticked"), (&change.lost, "no longer ticked"), (&change.applies, "applies or not")] {
        if !titles.is_empty() {
            out.push(format!("{words}: {}", named(titles)));
        }
    }
    if change.note {
        out.push("the note is another".to_owned());
    }
    match (change.before, change.after) {
        (Some(before), Some(after)) if before != after => out.push(format!("{}, which was {}", after.words(), before.words())),
        _ => {}
    }
    out.join("; ")
}

/// Sittings with their minutes, as Markdown below a review.
pub fn minutes(sittings: &[Sitting]) -> String {
    let mut out = String::new();
    for s in sittings {
        let end = s.closed.as_ref().map_or_else(|| "now".to_owned(), |c| c.at.to_string());
        let names: Vec<String> = s.minutes.attendees.iter().map(|a| md(&a.name)).collect();
        let attended = if names.is_empty() { "nobody is named".to_owned() } else { names.join(", ") };
        out += &format!(
            "\n## Sitting {}\n\n{} to {end}, facilitated by {}. Attended: {attended}.\n",
            s.number,
            s.begun_at,
            md(&s.minutes.facilitator.name)
        );
        let lines =
            |text: &str| text.lines().filter(|l| !l.trim().is_empty()).map(|l| format!("\n{}\n", md(l))).collect::<String>();
        out += &lines(&s.minutes.notes);
        for a in &s.addenda {
            out += &format!("\nAddendum, {}, {}:\n{}", md(&a.by), a.at, lines(&a.text));
        }
    }
    out
}

/// A fact with its source and day.
fn fact(b: &facts::Because) -> String {
    format!("{}, {}, {}", b.words, b.source, b.observed_at.to_string().split('T').next().unwrap_or_default())
}

/// Where answers and evidence part, as Markdown.
fn parted(d: &ReviewDocument) -> String {
    let found = against::of(d);
    let mut out = String::new();
    for parting in against::Parting::ALL {
        let mine: Vec<_> = found.iter().filter(|c| c.parting == parting).collect();
        if mine.is_empty() {
            continue;
        }
        let _ = write!(out, "\n## {}\n\n", parting.title());
        for c in mine {
            let told: Vec<String> = c.because.iter().map(|b| md(&fact(b))).collect();
            let _ = writeln!(out, "- {}: {}", md(&c.title), told.join("; "));
        }
    }
    out
}

/// The review as Markdown: what the workload is for, risks with their reasons, a plan, accepted risks, all answers.
pub fn markdown(d: &ReviewDocument, risks: &WorkloadRisks, context: &[(&str, String)]) -> String {
    let c = d.counts;
    let mut out = format!(
        "# {}: {}\n\nTeam {}. Lens version {}. {} of {} questions answered, {} do not apply. High risks: {}. Medium risks: {}.\n",
        md(&d.workload.name),
        md(&d.lens.name),
        md(&d.team.name),
        md(&d.lens.version),
        c.answered,
        c.questions,
        c.not_applicable,
        c.high,
        c.medium
    );
    let told: Vec<&(&str, String)> = context.iter().filter(|(_, words)| !words.is_empty()).collect();
    if !told.is_empty() {
        out.push_str("\n## What it is for\n\n");
        for (term, words) in told {
            let _ = writeln!(out, "- {term}: {}", md(words));
        }
    }
    for p in &risks.pillars {
        let _ = write!(out, "\n## Risks: {}\n\n", md(&p.name));
        for r in &p.risks {
            let _ = writeln!(out, "- **{}**: {}. {}", r.standing.words(), md(&r.title), md(&r.explanation));
            if !r.exposed.is_empty() {
                let _ = writeln!(out, "  - It {}", md(&r.exposed));
            }
            for l in &r.lower {
                let _ = writeln!(out, "  - {} gives {}", md(&html::listed(&l.choices)), l.then.words());
            }
        }
    }
    for when in Stretch::ALL {
        let items = stretch(&risks.improvements, when);
        if !items.is_empty() {
            let _ = write!(out, "\n## {}\n\n", when.words());
            for i in items {
                let who = i.action.as_ref().filter(|a| a.state.is_open()).map(|a| format!(" {}{}.", md(&a.owner), by_day(&a.due)));
                let who = who.unwrap_or_default();
                let _ = writeln!(out, "- {} ({}). {}{who}", md(&i.title), i.standing.words(), md(&i.first_step));
            }
        }
    }
    if risks.accepted > 0 {
        out.push_str("\n## Accepted for a time\n\n");
        for r in risks.pillars.iter().flat_map(|p| &p.risks) {
            if let Some(a) = &r.accepted {
                let who = (md(&r.title), r.standing.words(), &a.until, md(&a.by), a.decision, md(&a.reason));
                let _ = writeln!(out, "- {} ({}), until {} by {}, decision {}: {}", who.0, who.1, who.2, who.3, who.4, who.5);
            }
        }
    }
    out += &parted(d);
    for p in &d.pillars {
        let _ = write!(
            out,
            "\n## Answers: {}\n\n| question | stands | answer | answered by | note |\n|---|---|---|---|---|\n",
            md(&p.name)
        );
        for q in &p.questions {
            let by = q.answer.as_ref().map(ReviewAnswer::who).unwrap_or_default();
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} |",
                md(&q.title),
                q.standing.words(),
                md(&answered(q)),
                md(&by),
                md(&noted(q))
            );
        }
    }
    out
}

/// The note of an answer, after the reason if it overrides a template.
pub(crate) fn noted(q: &ReviewQuestion) -> String {
    let note = q.answer.as_ref().map_or("", |a| a.said.note.as_str());
    let over = q.template.as_ref().and_then(|c| Some((c, c.overridden.as_ref()?)));
    let reason = over.map(|(c, o)| format!("Overrides {}: {}", c.template.words(), o.reason));
    [reason.as_deref().unwrap_or(""), note].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ")
}

/// " by 2026-12-18", or that there is no date yet.
fn by_day(due: &str) -> String {
    if due.is_empty() { ", no date yet".into() } else { format!(" by {due}") }
}

fn state(c: &ReviewChoice, q: &ReviewQuestion) -> &'static str {
    match q.standing {
        _ if c.ticked => "in place",
        _ if c.not_applicable.is_some() => "not applicable",
        Standing::NotApplicable => "not applicable",
        Standing::Unanswered => "not answered",
        _ => "not in place",
    }
}

/// The review as CSV: one row for each choice.
///
/// # Errors
/// None but of the writer.
pub fn csv(d: &ReviewDocument, risks: &WorkloadRisks) -> Result<String> {
    let mut out = csv::WriterBuilder::new().from_writer(Vec::new());
    out.write_record(COLUMNS).map_err(Error::internal)?;
    for (pillar, q) in d.questions() {
        let answer = q.answer.as_ref();
        let whole = answer.and_then(|a| a.said.does_not_apply);
        let risk = risks.pillars.iter().flat_map(|p| &p.risks).find(|r| r.lens == d.lens.slug && r.question == q.id);
        let accepted = risk.and_then(|r| r.accepted.as_ref());
        for c in &q.choices {
            let item = risks.improvements.iter().find(|i| i.lens == d.lens.slug && i.question == q.id && i.choice == c.id);
            let action = item.and_then(|i| i.action.as_ref());
            let at = answer.map(|a| a.at.to_string()).unwrap_or_default();
            let by = answer.map(ReviewAnswer::who).unwrap_or_default();
            let template = q.template.as_ref().map(|c| c.template.words()).unwrap_or_default();
            let overridden = q.template.as_ref().and_then(|c| c.overridden.as_ref());
            let facts = c.evidence.as_ref().map(|e| e.because.iter().map(fact).collect::<Vec<_>>().join("; ")).unwrap_or_default();
            let row = [
                d.workload.name.as_str(),
                &d.lens.name,
                &d.lens.version,
                &pillar.name,
                &q.id,
                &q.title,
                q.standing.words(),
                &c.id,
                &c.title,
                state(c, q),
                c.not_applicable.or(whole).map_or("", |w| w.words()),
                c.effort.as_deref().unwrap_or(""),
                &by,
                &at,
                answer.map_or("", |a| a.said.note.as_str()),
                risk.map_or("", |r| r.exposed.as_str()),
                accepted.map_or("", |a| a.by.as_str()),
                accepted.map_or("", |a| a.until.as_str()),
                action.map_or("", |a| a.state.key()),
                action.map_or("", |a| a.owner.as_str()),
                action.map_or("", |a| a.due.as_str()),
                c.evidence.as_ref().map_or("", |e| e.weight.words()),
                &facts,
                &template,
                overridden.map_or("", |o| o.reason.as_str()),
            ];
            out.write_record(row.map(guarded)).map_err(Error::internal)?;
        }
    }
    let bytes = out.into_inner().map_err(|e| Error::internal(e.to_string()))?;
    String::from_utf8(bytes).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::document;
    use crate::review::tests::said;
    use crate::review::{Said, WhyNot};

    fn plain(d: &ReviewDocument) -> WorkloadRisks {
        WorkloadRisks::of(d.workload.clone(), std::slice::from_ref(d))
    }

    fn markdown_of(d: &ReviewDocument) -> String {
        markdown(d, &plain(d), &[("Goal", "Ships <leave>".into()), ("Users", String::new())])
    }

    #[test]
    fn markdown_tells_risks_the_plan_and_the_answers() {
        let note = Said { note: "=a | b\nc".into(), ..said(&["aaa"]) };
        let text = markdown_of(&document(&[
            ("Q-01", note),
            ("Q-02", Said { does_not_apply: Some(WhyNot::OutOfScope), ..Said::default() }),
        ]));
        for part in [
            "# Ledger \\<core\\>: Small \\<lens\\>",
            "- **medium risk**: How \\<one\\>?",
            "  - Tick b gives no risk",
            "## What it is for\n\n- Goal: Ships \\<leave\\>",
            "## Not in the register\n\n- Tick b (medium risk). Do b. (weeks)",
            "| How two? | not applicable | does not apply: out of scope |",
            "=a \\| b c |",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("Within 30 days") && !text.contains("Users"), "what has nothing is left out: {text}");
        let d = document(&[("Q-01", said(&["aaa"]))]);
        let plan = markdown(&d, &crate::plan::tests::joined(), &[]);
        for part in [
            "## Late\n\n- Tick b (medium risk). Do b. (weeks) Principal engineer by 2026-11-18.",
            "## Accepted for a time",
            "until 2027-03-31 by Ingrid \\<Solberg\\>, decision 7",
            "It exposes the goal",
        ] {
            assert!(plan.contains(part), "{part}: {plan}");
        }
        assert!(!markdown_of(&document(&[])).contains("## Risks"));
    }

    #[test]
    fn evidence_stands_in_both() {
        use facts::Weight;
        let d = crate::against::tests::weighed(
            &[("Q-01", said(&["aaa"]))],
            &[("aaa", Weight::Contradicted), ("ccc", Weight::Supported)],
        );
        let text = markdown_of(&d);
        for part in
            ["## The answer says yes, the evidence says no\n\n- Tick \\<a\\>: Age of the newest backup", "## The evidence says yes"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        let table = csv(&d, &plain(&d)).unwrap();
        assert!(table.contains(",contradicted,\"Age of the newest backup: 200 h <db>, drill <x>, 2026-11-"), "{table}");
    }

    #[test]
    fn csv_has_a_row_for_each_choice_and_no_formula() {
        let mine = Said { note: "=1+1".into(), ..said(&["aaa"]) };
        let d = document(&[("Q-01", mine)]);
        let text = csv(&d, &crate::plan::tests::joined()).unwrap();
        let rows: Vec<csv::StringRecord> =
            csv::Reader::from_reader(text.as_bytes()).into_records().collect::<std::result::Result<_, _>>().unwrap();
        let states: Vec<(&str, &str)> = rows.iter().map(|r| (&r[7], &r[9])).collect();
        let expected = [("aaa", "in place"), ("bbb", "not in place"), ("ccc", "not answered"), ("none", "not answered")];
        assert_eq!(states, expected);
        assert_eq!(&rows[0][14], "'=1+1");
        assert_eq!(
            (&rows[1][16], &rows[1][17], &rows[1][18], &rows[1][20]),
            ("Ingrid <Solberg>", "2027-03-31", "open", "2026-11-18")
        );
        assert!(text.starts_with(&COLUMNS.join(",")));
    }
}

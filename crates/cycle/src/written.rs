//! Minutes as Markdown and as a table for spreadsheets. Pure.

use std::fmt::Write;

use kernel::error::{Error, Result};
use kernel::text::{guarded, markdown as md};
use kernel::time::Time;
use kernel::web::clock as moment;

use crate::attendance::lines;
use crate::capture::{Capture, by_kind};
use crate::clock;
use crate::minutes::{Kept, Minutes};
use crate::session::Session;
use crate::told::How;

/// Columns of the table of captures; names stay.
pub const COLUMNS: [&str; 14] = [
    "session",
    "title",
    "kind",
    "text",
    "team",
    "receives",
    "owner",
    "due",
    "why",
    "said_at",
    "origin",
    "origin_url",
    "captured_by",
    "captured_at",
];

/// What was captured as CSV (RFC 4180), a row each, then what became of earlier actions as kinds `action-done`, `action-carried`,
/// `action-dropped`. Times are UTC in ISO 8601.
///
/// # Errors
/// None but of the writer.
pub fn csv(m: &Minutes) -> Result<String> {
    let mut out = csv::WriterBuilder::new().from_writer(Vec::new());
    out.write_record(COLUMNS).map_err(Error::internal)?;
    let name = |n: &Option<crate::capture::Named>| n.as_ref().map(|n| n.name.clone()).unwrap_or_default();
    let item =
        |id: Option<kernel::ids::Id>| m.agenda.iter().find(|i| Some(i.id) == id).map(|i| i.title.clone()).unwrap_or_default();
    let mut row = |cells: [String; 14]| {
        let cells: Vec<String> = cells.iter().map(|c| guarded(c)).collect();
        out.write_record(cells).map_err(Error::internal)
    };
    for c in &m.captures {
        row([
            m.session.to_string(),
            m.title.clone(),
            c.kind.key().to_owned(),
            c.text.clone(),
            name(&c.team),
            name(&c.to),
            c.owner.clone(),
            c.due.clone(),
            c.why.clone(),
            item(c.item),
            c.origin.words.clone(),
            c.origin.url.clone(),
            c.by.clone(),
            c.at.to_string(),
        ])?;
    }
    for t in &m.treated {
        row([
            m.session.to_string(),
            m.title.clone(),
            format!("action-{}", t.how.key()),
            t.what.clone(),
            t.team.name.clone(),
            String::new(),
            String::new(),
            t.due.clone(),
            t.words.clone(),
            item(t.item),
            String::new(),
            format!("/actions/{}", t.action),
            t.by.clone(),
            t.at.to_string(),
        ])?;
    }
    let bytes = out.into_inner().map_err(Error::internal)?;
    String::from_utf8(bytes).map_err(Error::internal)
}

fn line(c: &Capture) -> String {
    let mut out = md(&c.text);
    if !c.why.is_empty() {
        let _ = write!(out, " Because: {}", md(&c.why));
    }
    let beside = c.beside();
    if !beside.is_empty() {
        let _ = write!(out, " ({})", md(&beside));
    }
    out
}

/// The minutes as Markdown (CommonMark with tables). What people typed is escaped.
pub fn markdown(kept: &Kept) -> String {
    let m = &kept.minutes;
    let at = |t: Time| moment(t, m.closed_at, &m.zone);
    let mut out = String::new();
    // Writing into a String cannot fail.
    let _ = writeln!(out, "# {}, {}\n", md(&m.title), md(&m.forum.name));
    let _ =
        writeln!(out, "{}. Held {} to {}, facilitated by {}.\n", md(&m.when), at(m.opened_at), at(m.closed_at), md(&m.facilitator));
    let _ = writeln!(out, "{}\n", m.counted());
    if let Some(a) = &m.agreement {
        let _ = writeln!(out, "## Working agreement\n\n{}\n", md(&a.text));
    }
    out.push_str("## In the room\n\n");
    for l in lines(&m.attendance) {
        let _ = writeln!(out, "- {}: {}", l.title, md(&l.words));
    }
    out.push_str("\n## Agenda\n\n| Item | Planned | Used |\n|---|---:|---:|\n");
    for i in &m.agenda {
        let planned = if i.exception { "by exception".to_owned() } else { clock::minutes(i.planned) };
        let used = if i.reached { clock::minutes(i.used) } else { String::new() };
        let _ = writeln!(out, "| {} | {planned} | {used} |", md(&i.title));
    }
    let (planned, used) = m.sums();
    let _ = writeln!(out, "| In all | {} | {} |\n", clock::minutes(planned), clock::minutes(used));
    for t in &m.teams {
        let _ = writeln!(out, "## {}\n\n{}.\n", md(&t.team.name), html::capital(t.report.words()));
        for s in &t.signals {
            let _ = writeln!(out, "- {}", md(s));
        }
        let counted = m.counted_of(t);
        if !counted.is_empty() {
            let _ = writeln!(out, "- Captured: {counted}, below");
        }
        out.push('\n');
    }
    for (kind, list) in by_kind(&m.captures) {
        let _ = writeln!(out, "## {}\n", kind.heading());
        for c in list {
            let _ = writeln!(out, "- {}", line(c));
        }
        out.push('\n');
    }
    if !m.treated.is_empty() {
        out.push_str("## Earlier actions\n\n");
        for how in How::ALL {
            for t in m.became(how) {
                let due = if t.due.is_empty() { String::new() } else { format!(", now due {}", t.due) };
                let _ = writeln!(out, "- {}: {} ({}). {}{due}", how.heading(), md(&t.what), md(&t.team.name), md(&t.words));
            }
        }
        out.push('\n');
    }
    for b in &m.also {
        let _ = writeln!(out, "## {}\n", md(&b.title));
        for l in &b.lines {
            let _ = writeln!(out, "- {}", md(l));
        }
        out.push('\n');
    }
    for a in &kept.addenda {
        let _ = writeln!(out, "## Addendum, {}, {}\n\n{}\n", md(&a.by), at(a.at), md(&a.text));
    }
    let _ = writeln!(
        out,
        "---\n\nSHA-256 of the minutes: {}. Trail: seal {}, {}.",
        kept.digest, m.checkpoint.number, m.checkpoint.hash
    );
    out
}

/// The message that tells a group's channels, and whoever has a seat, what a session came to.
pub fn message(kept: &Kept, group: Option<kernel::ids::Id>, people: Vec<kernel::ids::Id>) -> messages::NewMessage {
    use messages::Block;
    let m = &kept.minutes;
    let (planned, used) = m.took();
    let mut blocks = vec![Block::paragraph(format!(
        "{}. {} It took {} of {}.",
        m.when,
        m.counted(),
        clock::spoken(used),
        clock::spoken(planned)
    ))];
    for (kind, list) in by_kind(&m.captures) {
        blocks.push(Block::heading(kind.heading()));
        let said = |c: &&Capture| {
            let beside = c.beside();
            if beside.is_empty() { c.text.clone() } else { format!("{} ({beside})", c.text) }
        };
        blocks.push(Block::list(list.iter().map(said)));
    }
    for how in How::ALL {
        let list = m.became(how);
        if !list.is_empty() {
            blocks.push(Block::heading(format!("Earlier actions: {}", how.heading().to_lowercase())));
            blocks.push(Block::list(list.iter().map(|t| format!("{} ({}): {}", t.what, t.team.name, t.words))));
        }
    }
    let left_out = m.left_out();
    if !left_out.is_empty() {
        blocks.push(Block::paragraph(left_out));
    }
    let href = format!("/sessions/{}/minutes", m.session);
    blocks.push(Block::link("All of it, with who was there and what each team said", &href));
    messages::NewMessage {
        group,
        topic: messages::Topic::Minutes,
        cause: format!("minutes:{}", m.session),
        title: kernel::text::shown(&format!("Minutes of the {}, {}", m.title.to_lowercase(), m.forum.name), kernel::text::NAME),
        blocks,
        href,
        channels: true,
        people,
    }
}

/// The message that a session was added, moved or called off: when it is now, when it was, and why.
pub fn moved(s: &Session, what: &str, why: &str, people: Vec<kernel::ids::Id>) -> messages::NewMessage {
    use messages::Block;
    let mut facts = vec![(if s.off.is_some() { "Was to be" } else { "When" }, s.when())];
    if let Some(from) = s.body.moved_from.filter(|_| s.off.is_none()) {
        facts.push(("Was to be", s.at(from)));
    }
    facts.push(("Why", why.to_owned()));
    messages::NewMessage {
        group: s.forum.group,
        topic: messages::Topic::Session,
        // Each change is a version, and is told once.
        cause: format!("session:{}:{}", s.id, s.version),
        title: kernel::text::shown(&format!("{}, {}: {what}", s.title(), s.forum.name), kernel::text::NAME),
        blocks: vec![Block::facts(facts)],
        href: s.href(),
        channels: true,
        people,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::minutes::tests::{kept, minutes};

    #[test]
    fn markdown_holds_everything_and_nothing_that_is_a_mark() {
        let text = markdown(&kept());
        for part in [
            "# Review of sprint 22, Digital \\<E\\>",
            "- Principal engineers: 2 of 2; Documents by deputy Noor \\<A\\>",
            "| Payments \\<x\\> | 10:00 | 11:05 |",
            "Report not ready, so not reviewed.",
            "- Words \\<1\\> (Payments \\<x\\>, Maya \\<O\\>, by 18 Dec 2026)",
            "## Parking lot",
            "- Carried over: Restore \\<the\\> ledger, timed (Payments \\<x\\>). The supplier is \\<late\\>, now due 2027-01-31",
            "- N-31: 8 of 10; awaiting \\<Billing\\>",
            "It was \\<Tuesday\\>. Not Monday.",
            "Trail: seal 12, abab",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("<x>") && !text.contains("<1>"));
    }

    #[test]
    fn the_message_says_what_came_of_it_and_leads_there() {
        let told = message(&kept(), None, Vec::new());
        assert_eq!(
            (told.cause.as_str(), told.href.as_str()),
            (format!("minutes:{}", kept().minutes.session).as_str(), told.href.as_str())
        );
        let text = serde_json::to_string(&told.blocks).unwrap();
        for part in [
            "Words <1> (Payments <x>, Maya <O>, by 18 Dec 2026)",
            "Earlier actions: carried over",
            "Not reviewed: Documents was not ready.",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn the_table_has_a_row_for_each_and_runs_nothing() {
        let mut m = minutes();
        m.captures[0].text = "=1+1".into();
        let text = csv(&m).unwrap();
        assert_eq!(text.lines().count(), 1 + m.captures.len() + m.treated.len());
        assert!(text.contains(",'=1+1,") && text.contains(",action-carried,"), "{text}");
        assert_eq!(text.lines().next().unwrap(), COLUMNS.join(","));
    }
}

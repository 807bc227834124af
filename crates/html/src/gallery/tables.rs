//! Tables of the gallery.

use maud::{Markup, html};

use super::{LONG, MARKUP, RIGHT_TO_LEFT, part};
use crate::actions::{Action, actions, days_words};
use crate::figures::{Figure, maybe_figure};
use crate::fold::{disclosed, disclosure, fold};
use crate::matrix::{Matrix, MatrixCell, MatrixRow, matrix};
use crate::prevalence::units;
use crate::report_table::{Change, Judgement, Note, ReportRow, ReportSection, change, note_text, report_table, source};
use crate::spark::{Mark, Spark, spark, spark_big};
use crate::state::{State, state};
use crate::table::{Cell, Column, Table, table};

pub(super) fn parts() -> Markup {
    html! {
        (part("report", "Report table", "Every state, and notes below their values.", report_table(&report())))
        (part("report-empty", "No rows yet", "The heads alone say what will stand here.", html! {
            (report_table(&ReportSection { caption: "Nothing yet".into(), now_label: "Sprint 22".into(), before_label: "Sprint 21".into(), ..ReportSection::default() }))
        }))
        (part("matrix", "Matrix", "No totals, order fixed.", matrix(&states_by_team())))
        (part("tables", "Stacked table", "Names wrap, are never cut and never shrink.", html! {
            (names("stack k0"))
            (fold("Three of three pass", "the same as a plain table", names("k0 shown")))
        }))
        (part("prevalence", "Prevalence", "A sentence first, then one mark each.", prevalence()))
        (part("actions", "Actions", "Late first, then by due date.", html! {
            (actions("Actions: 3 open, 1 late", &[
                Action { what: "Agree a fallback when the card scheme is slow".into(), href: Some("#a1".into()), owner: "Payments".into(), person: "Maya Okafor".into(), due: "12 Nov".into(), due_in_days: Some(-6), carried: 3 },
                Action { what: LONG.into(), href: None, owner: RIGHT_TO_LEFT.into(), person: String::new(), due: "20 Nov".into(), due_in_days: Some(2), carried: 1 },
                Action { what: "Put the settlement batch on a cost tag".into(), href: None, owner: "Claims Settlement".into(), person: "Lena Fischer".into(), due: "no date".into(), due_in_days: None, carried: 0 },
            ]))
            p.more { "The next is due " (days_words(2)) "." }
        }))
        (part("pieces", "Pieces of a table", "As other pages use them.", html! {
            p.chg { (change(&Change { text: "no change".into(), judged: None, by: Some("within 70 to 74".into()) })) }
            p { (maybe_figure(Some(&Figure::new(1204.0, 0, "k")))) " " (maybe_figure(None)) }
            p { (spark(&series("p1", Mark::Dot))) (spark_big(&series("p2", Mark::Better))) }
            (note_text(&note()))
            (disclosure("What is behind a line on every screen", html! { p.prose { "Words that few people need." } }))
            (disclosed("Open, since somebody has to see it", true, html! { p.prose { "A form that was refused." } }))
        }))
    }
}

fn note() -> Note {
    Note {
        text: "One day makes this number: without 10 November it is 409 ms.".into(),
        author: MARKUP.into(),
        when: "17 Nov".into(),
    }
}

fn series(id: &str, last: Mark) -> Spark {
    Spark {
        id: id.to_owned(),
        values: [398.0, 421.0, 388.0, 405.0, 412.0, 655.0].map(Some).to_vec(),
        limits: Some((352.0, 458.0, 405.0)),
        last,
        ticks: vec![2, 5],
        title: "Card payment, p95".to_owned(),
        desc: "Six sprints: 398, 421, 388, 405, 412, 655 ms. Natural limits 352 to 458. Marked: in the last an incident; 3 before it a release.".to_owned(),
    }
}

fn report() -> ReportSection {
    let row = |name: &str, state: State| ReportRow {
        name: name.to_owned(),
        href: Some("#m".into()),
        sub: None,
        now: Some(Figure::new(35.0, 0, "%")),
        before: Some(Figure::new(34.0, 0, "%")),
        change: Change { text: "1 point higher".into(), judged: None, by: Some("within 24 to 44".into()) },
        spark: None,
        target: "at most 33".into(),
        state,
        state_word: None,
        source: source(true, "Samir Haddad", "17 Nov 15:31"),
        notes: Vec::new(),
    };
    let missing =
        |row: ReportRow| ReportRow { now: None, change: Change { text: "no new value".into(), ..Change::default() }, ..row };
    ReportSection {
        caption: "Every kind of row".into(),
        now_label: "Sprint 22".into(),
        before_label: "Sprint 21".into(),
        decimals_max: 1,
        rows: vec![
            ReportRow {
                now: Some(Figure::new(655.0, 0, "ms")),
                before: Some(Figure::new(412.0, 0, "ms")),
                sub: Some("from click to answer".into()),
                change: Change {
                    text: "243 higher".into(),
                    judged: Some(Judgement::Worse),
                    by: Some("signal: outside 352 to 458".into()),
                },
                spark: Some(series("r1", Mark::Worse)),
                notes: vec![note()],
                ..row("Card payment, p95", State::Attention)
            },
            ReportRow {
                now: Some(Figure::new(1.4, 1, "s")),
                change: Change { text: "1.5 lower".into(), judged: Some(Judgement::Better), by: None },
                spark: Some(Spark {
                    id: "r2".into(),
                    values: vec![Some(2.9), None, Some(2.8), Some(2.9), Some(2.9), Some(1.4)],
                    limits: Some((2.6, 3.2, 2.9)),
                    title: "Morning quote, p95".into(),
                    desc: "Six sprints, one without a value. The last lies below the limits.".into(),
                    ..series("", Mark::Better)
                }),
                ..row("Morning quote, p95", State::Pass)
            },
            ReportRow {
                before: None,
                change: Change { text: "first value".into(), judged: None, by: Some("nothing to compare with".into()) },
                state_word: Some("No limits yet".into()),
                ..row("Letters sent on time", State::Unknown)
            },
            ReportRow {
                spark: Some(Spark { id: "r3".into(), values: vec![Some(2.1), Some(1.8)], limits: None, ..series("", Mark::Dot) }),
                ..row("Search, p95", State::Pass)
            },
            missing(row("Carbon per 1,000 payments", State::Unknown)),
            ReportRow { before: None, ..missing(row(LONG, State::NotApplicable)) },
            row(RIGHT_TO_LEFT, State::Exempt),
            ReportRow {
                notes: vec![note(), Note { text: LONG.into(), author: LONG.into(), when: "17 Nov".into() }],
                ..row(MARKUP, State::Stale)
            },
        ],
    }
}

fn states_by_team() -> Matrix {
    let cell = |state, judged| MatrixCell { state, judged };
    let row =
        |name: &str, cells: [MatrixCell; 7]| MatrixRow { name: name.to_owned(), href: Some("#t".into()), cells: cells.to_vec() };
    let pass = cell(State::Pass, None);
    let unknown = cell(State::Unknown, None);
    Matrix {
        caption: "State and direction by team and pillar".into(),
        first: "Team".into(),
        columns: ["Business", "Security", "Cost", "Oper. excellence", "Reliability", "Performance", "Sustainability"]
            .map(str::to_owned)
            .to_vec(),
        rows: vec![
            row("Billing", [pass, pass, pass, pass, pass, pass, unknown]),
            row("Claims Settlement", [pass, pass, cell(State::Attention, Some(Judgement::Worse)), pass, pass, pass, pass]),
            row(
                "Data Platform",
                [cell(State::NotApplicable, None), cell(State::Stale, None), pass, pass, pass, pass, cell(State::Exempt, None)],
            ),
            row(
                "Identity",
                [pass, pass, pass, cell(State::Pass, Some(Judgement::Better)), cell(State::Attention, None), pass, pass],
            ),
            row(LONG, [unknown; 7]),
            row(RIGHT_TO_LEFT, [pass; 7]),
        ],
    }
}

fn names(class: &str) -> Markup {
    let row = |name: &str, lead: &str, n: f64, s: State| {
        vec![Cell::name(name, None), Cell::text(lead), Cell::figure(Some(&Figure::new(n, 0, ""))), Cell::new(state(s, None))]
    };
    table(&Table {
        caption: "Names".into(),
        columns: vec![
            Column::text("Team"),
            Column::text("Lead").class("opt"),
            Column::num("Open actions").short("Actions"),
            Column::text("State"),
        ],
        rows: vec![
            row(LONG, "Wolfeschlegelsteinhausenbergerdorff, Johanna-Maria", 1204.0, State::Pass),
            row(RIGHT_TO_LEFT, "ليلى الحسيني", 18.0, State::Attention),
            row(MARKUP, "भुगतान दल", 0.0, State::Stale),
            vec![Cell::name("Payments", Some("#p")).class("strong"), Cell::none(), Cell::figure(None), Cell::text("")],
        ],
        class: class.to_owned(),
        foot: Some(vec![Cell::text("In all"), Cell::none(), Cell::figure(Some(&Figure::new(1222.0, 0, ""))), Cell::none()]),
    })
}

fn prevalence() -> Markup {
    let row = |id: &str, k, n, na, what: &str, risk| {
        let words = format!("{k} of {n} workloads");
        vec![
            Cell::new(html! { span.say { (words) " " (what) } }),
            Cell::new(units(id, k, n, na, &words)),
            Cell::new(state(risk, None)),
            Cell::text("8 of 10, 1 fewer"),
            Cell::new(html! { a href="#q" { "Reliability 13" } }),
        ]
    };
    table(&Table {
        caption: "Prevalence of risks over ten workloads".into(),
        columns: vec![
            Column::text("What the reviews found"),
            Column::text("Workloads"),
            Column::text("Risk"),
            Column::text("In Q3").short("Q3").class("lab"),
            Column::text("Question"),
        ],
        rows: vec![
            row("u1", 7, 10, 0, "have no tested disaster recovery", State::High),
            row("u2", 7, 9, 1, "have no figure for carbon per workload", State::Medium),
            row("u3", 31, 60, 0, "have data that nobody has classified", State::NoRisk),
        ],
        class: "stack flow".into(),
        foot: None,
    })
}

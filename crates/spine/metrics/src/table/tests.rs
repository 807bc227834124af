//! Whole tables: from text to values with their places.

use jiff::civil::Date;

use super::*;
use crate::definition::{PeriodKind, SubjectKind};

fn metric(key: &str, title: &str, unit: &str, period: PeriodKind, subject: SubjectKind) -> KnownMetric {
    KnownMetric { key: key.into(), title: title.into(), unit: unit.into(), period, subject, ratio: key.ends_with("rate") }
}

fn known() -> Known {
    let (sprint, team) = (PeriodKind::Sprint, SubjectKind::Team);
    let first = |n: i64| "2026-01-07".parse::<Date>().unwrap().saturating_add(jiff::Span::new().days(14 * (n - 1)));
    Known {
        metrics: vec![
            metric("latency-p95", "Latency, p95", "ms", sprint, team),
            metric("availability", "Availability", "%", sprint, team),
            metric("lead-time", "Lead time of changes", "days", sprint, team),
            metric("change-fail-rate", "Change failure rate", "%", sprint, team),
            metric("open-threats", "Open threats", "", sprint, team),
            metric("open-findings", "Open findings", "", sprint, team),
            metric("run-cost", "Cost of running", "£k", PeriodKind::Month, team),
            metric("errors", "Errors", "", sprint, SubjectKind::Workload),
        ],
        subjects: vec![
            KnownSubject { kind: team, slug: "payments".into(), name: "Payments".into() },
            KnownSubject { kind: SubjectKind::Workload, slug: "dues".into(), name: "Harbour dues".into() },
            KnownSubject { kind: SubjectKind::Workload, slug: "gate".into(), name: "بوابة الميناء".into() },
        ],
        sprints: (1..=22).map(|n| KnownSprint { number: n, first: first(n), end: first(n + 1) }).collect(),
        sprint: Some(22),
        today: "2026-11-25".parse().unwrap(),
    }
}

fn made(text: &str) -> Plan {
    plan(&read(text).unwrap(), &known(), &Choices::default())
}

/// "metric subject period number" of each value.
fn values(plan: &Plan) -> Vec<String> {
    let show = |c: &Cell| {
        let subject = c.subject.as_ref().map_or("?", |s| s.1.as_str());
        match &c.outcome {
            Outcome::Number(n) => Some(format!("{} {subject} {} {n}", c.metric, c.period)),
            Outcome::Pair(k, n) => Some(format!("{} {subject} {} {k}/{n}", c.metric, c.period)),
            _ => None,
        }
    };
    plan.cells.iter().filter_map(show).collect()
}

/// "place: why" of each refusal.
fn refused(plan: &Plan) -> Vec<String> {
    let show = |c: &Cell| match &c.outcome {
        Outcome::Refused(why) | Outcome::Asked(why) => Some(format!("{}: {why}", c.spot)),
        _ => None,
    };
    plan.cells.iter().filter_map(show).collect()
}

const EXPECTED: [&str; 3] = ["latency-p95 payments 21 1234.5", "availability payments 21 99.9", "latency-p95 payments 22 655"];

#[test]
fn the_same_table_is_read_from_every_source() {
    let sources = [
        (
            "html",
            "<meta charset='utf-8'><table><thead><tr><th>Sprint</th><th>Latency, p95 (ms)</th><th><b>Availability</b></th></tr></thead><tbody><tr><td>Sprint&nbsp;21</td><td>1,234.5 ms</td><td>99.9%</td></tr><tr><td>22</td><td>655</td><td></td></tr></tbody></table>",
        ),
        (
            "storage",
            "<p>before</p><table data-layout=\"x > y\"><tbody><tr><th><p>Sprint</p></th><th><p>latency-p95</p></th><th><p><strong>Availability</strong></p></th></tr><tr><td><p>21</p></td><td><p>1,234.5</p></td><td><ac:structured-macro ac:name=\"status\"><ac:parameter ac:name=\"colour\">Green</ac:parameter><ac:parameter ac:name=\"title\">99.9%</ac:parameter></ac:structured-macro></td></tr><tr><td><p>22</p></td><td>655</td><td><br/></td></tr></tbody></table>",
        ),
        (
            "confluence",
            "h2. Numbers\n||Sprint||Latency, p95||Availability||\n|Sprint 21|1,234.5 ms|{color:green}99.9%{color}|\n|Sprint 22|[655|https://dash.example/a|b]| |\n",
        ),
        (
            "mediawiki",
            "{| class=\"wikitable\"\n|+ Numbers\n! Sprint !! Latency, p95 !! Availability\n|-\n| 21 || style=\"color:red\" | 1,234.5 ms || 99.9 %\n|-\n| 22\n| '''655'''\n| \n|}",
        ),
        (
            "markdown",
            "Some words\n\n| Sprint | Latency, p95 | Availability |\n|---|---:|:---:|\n| 21 | 1,234.5 ms | **99.9 %** |\n| 22 | `655` |  |\n\nmore | words",
        ),
        ("tabs", "Sprint\tLatency, p95\tAvailability\n21\t\"1,234.5\"\t99.9%\n22\t655\t\n"),
        ("csv", "\u{feff}Sprint,\"Latency, p95\",Availability\r\n21,\"1,234.5\",99.9\r\n22,655,\r\n"),
        ("semicolons", "Sprint;Latency, p95;Availability\n21;1.234,5;99,9\n22;655;\n"),
        ("turned", "Metric\tSprint 21\tSprint 22\nLatency, p95\t1,234.5\t655\nAvailability\t99.9%\t\n"),
        (
            "long",
            "metric,subject,period,number\nlatency-p95,payments,21,1234.5\navailability,payments,21,99.9\nlatency-p95,payments,22,655\n",
        ),
    ];
    for (name, text) in sources {
        let plan = made(text);
        let mut got = values(&plan);
        let mut expected = EXPECTED.to_vec();
        got.sort();
        expected.sort_unstable();
        assert_eq!(got, expected, "{name}: {:?}", refused(&plan));
        assert_eq!(refused(&plan), [""; 0], "{name}");
        if name != "long" {
            assert_eq!(plan.empty, 1, "{name}: an empty cell is no value");
        }
    }
}

#[test]
fn headings_are_known_by_key_title_and_similar_words() {
    let plan = made(
        "Sprint\tavailability\tLead time (days)\tFailure rate of changes\tThreats still open\tP95 latency\n22\t99\t4\t9%\t3\t655\n",
    );
    assert_eq!(
        values(&plan),
        [
            "availability payments 22 99",
            "lead-time payments 22 4",
            "change-fail-rate payments 22 9",
            "open-threats payments 22 3",
            "latency-p95 payments 22 655"
        ]
    );
    let doubts: Vec<&str> = plan.doubts.iter().map(|d| d.what.as_str()).collect();
    assert!(doubts.iter().any(|d| d.contains("“Failure rate of changes” is taken as change-fail-rate")), "{doubts:?}");
    assert!(!doubts.iter().any(|d| d.contains("availability")), "{doubts:?}");
}

#[test]
fn a_heading_that_means_two_metrics_is_asked_and_a_choice_settles_it() {
    let text = "Sprint\tOpen things\n22\t3\n";
    let plan = made(text);
    assert_eq!(values(&plan), [""; 0]);
    let text2 = "Sprint\tOpen\tAvailability\n22\t3\t99\n";
    let asked = made(text2);
    assert!(refused(&asked).iter().all(|r| r.contains("row 2, column 2")), "{:?}", refused(&asked));
    let choices = Choices { columns: [("c2".to_owned(), "open-threats".to_owned())].into(), ..Choices::default() };
    let plan = super::plan(&read(text).unwrap(), &known(), &choices);
    assert_eq!(values(&plan), ["open-threats payments 22 3"]);
    let left = Choices { columns: [("Availability".to_owned(), String::new())].into(), ..Choices::default() };
    let plan = super::plan(&read("Sprint\tAvailability\tLatency, p95\n22\t99\t5\n").unwrap(), &known(), &left);
    assert_eq!(values(&plan), ["latency-p95 payments 22 5"]);
}

#[test]
fn two_columns_of_one_metric_are_not_guessed() {
    let plan = made("Sprint,Availability,Availability\n21,99.1,98.2\n22,,97.1\n");
    assert_eq!(values(&plan), ["availability payments 21 99.1"]);
    let why = refused(&plan);
    assert!(why.iter().all(|w| w.contains("column 3") && w.contains("as column 2 does")) && why.len() == 2, "{why:?}");
}

#[test]
fn the_same_period_twice_is_refused_unless_equal() {
    let plan = made("Sprint,Availability\n22,99\n22,99\n22,98\n");
    assert_eq!(values(&plan), ["availability payments 22 99"]);
    assert_eq!(refused(&plan).len(), 1);
    assert!(refused(&plan)[0].starts_with("row 4, column 2: The same metric and period stand at row 2, column 2"));
}

#[test]
fn periods_fit_the_metric_or_are_refused() {
    let plan = made("Date,Availability,Cost of running\n2026-11-04,99,21.5\nOctober,98,20\nSprint 99,97,1\nTotal,1,2\n");
    assert_eq!(values(&plan), ["availability payments 22 99", "run-cost payments 2026-11 21.5", "run-cost payments 2026-10 20"]);
    let why = refused(&plan);
    assert!(why[0].contains("row 3, column 2: “October” is a month; Availability has one value each sprint"), "{why:?}");
    assert!(why.iter().any(|w| w.contains("no sprint 99")), "{why:?}");
    assert!(why.iter().any(|w| w.contains("“Total” names no sprint")), "{why:?}");
    assert!(plan.doubts.iter().any(|d| d.what.contains("taken as 2026-10")), "{:?}", plan.doubts);
}

#[test]
fn ambiguous_numbers_and_dates_are_asked() {
    let text = "Date,Open threats\n03/04/2026,\"1,234\"\n";
    let plan = made(text);
    assert!(values(&plan).is_empty() && plan.asks_first, "{:?}", plan.cells);
    let days = Choices { first: Some(periods::DayOrder::Day), ..Choices::default() };
    let plan = super::plan(&read(text).unwrap(), &known(), &days);
    assert!(values(&plan).is_empty() && plan.asks_decimal);
    let both = Choices { decimal: Some(number::DecimalSign::Point), ..days };
    assert_eq!(values(&super::plan(&read(text).unwrap(), &known(), &both)), ["open-threats payments 7 1234"]);
    // Another cell of the table tells.
    let told = made("Sprint;Open threats;Availability\n21;1.234;99,5\n");
    assert_eq!(values(&told), ["open-threats payments 21 1234", "availability payments 21 99.5"]);
}

#[test]
fn formulas_errors_and_what_is_no_number_have_their_place() {
    let plan = made("Sprint\tAvailability\tOpen threats\tLatency, p95\n21\t=A1+B2\tNaN\t5 s\n22\t#REF!\tmany\t-\n");
    assert!(values(&plan).is_empty());
    let why = refused(&plan);
    for (place, part) in [
        ("row 2, column 2", "formula"),
        ("row 2, column 3", "“NaN” is no number"),
        ("row 2, column 4", "“s” is another unit: Latency, p95 is kept in “ms”"),
        ("row 3, column 2", "error of the spreadsheet"),
        ("row 3, column 3", "“many” is no number"),
    ] {
        assert!(why.iter().any(|w| w.starts_with(place) && w.contains(part)), "{place}: {why:?}");
    }
    assert_eq!(plan.empty, 1);
}

#[test]
fn workloads_are_named_in_a_column_also_from_right_to_left_and_with_hidden_marks() {
    let plan =
        made("Sprint\tWorkload\tErrors\n22\tHarbour dues\t3\n22\t\u{202e}بوابة الميناء\u{202c}\t4\n22\tNowhere\t5\n22\t\t6\n");
    assert_eq!(values(&plan), ["errors dues 22 3", "errors gate 22 4"]);
    assert!(plan.doubts.iter().any(|d| d.r#where == "row 3, column 2" && d.what.contains("Invisible")), "{:?}", plan.doubts);
    let why = refused(&plan);
    assert!(why[0].contains("no workload “Nowhere”") && why[1].contains("Add a column “workload”"), "{why:?}");
    // A number with a mark that turns it round is read as it stands, not as it looks.
    let turned = made("Sprint\tOpen threats\n22\t\u{202e}12\u{202c}\n");
    assert_eq!(values(&turned), ["open-threats payments 22 12"]);
    assert_eq!(turned.doubts.len(), 1);
}

#[test]
fn a_ratio_keeps_what_it_was_counted_from() {
    let plan = made("Sprint\tChange failure rate\tOpen threats\n22\t3 of 40\t3 of 40\n");
    assert_eq!(values(&plan), ["change-fail-rate payments 22 3/40"]);
    assert!(refused(&plan)[0].contains("takes one number"));
    let long = made("metric,subject,period,number,numerator,denominator,note\nchange-fail-rate,payments,22,7.5,3,40,'=fine\n");
    assert_eq!(values(&long), ["change-fail-rate payments 22 3/40"]);
    assert_eq!(long.cells[0].note.as_deref(), Some("=fine"));
}

#[test]
fn names_and_numbers_alone_are_for_the_sprint_of_the_form() {
    let plan = made("Availability\t99.5\nOpen threats\t3\nSomething\t4\n");
    assert_eq!(values(&plan), ["availability payments 22 99.5", "open-threats payments 22 3"]);
}

#[test]
fn cells_that_reach_over_rows_and_columns_say_it_once() {
    let plan = made(
        "<table><tr><th>Sprint<th>Workload<th>Errors<tr><td rowspan=2>22<td>Harbour dues<td>1<tr><td>بوابة الميناء<td>2<tr><td>21<td colspan=2>nothing</table>",
    );
    assert_eq!(values(&plan), ["errors dues 22 1", "errors gate 22 2"]);
    assert_eq!(plan.empty, 1);
}

#[test]
fn whole_histories_are_taken() {
    let mut text = String::from("Sprint\tAvailability\n");
    (1..=22).for_each(|n| text.push_str(&format!("{n}\t{}.5\n", 70 + n)));
    assert_eq!(values(&made(&text)).len(), 22);
}

#[test]
fn what_is_no_table_is_said() {
    assert!(read("").unwrap_err().contains("nothing to read"));
    assert!(read("<table></table>").unwrap_err().contains("no table"));
    assert!(read(&"x".repeat(MAX_TEXT + 1)).unwrap_err().contains("larger than 2 MiB"));
    let wide = vec!["a"; MAX_COLUMNS + 1].join("\t");
    assert!(read(&wide).unwrap_err().contains("at most 200"));
    let plan = made("just, some, words\nin, three, lines\n");
    assert!(plan.cells.is_empty() && plan.doubts[0].what.contains("nothing of this table is taken"));
}

#[test]
fn large_and_hostile_texts_end() {
    let mut rows = String::from("Sprint\tAvailability\n");
    (0..10_000).for_each(|n| rows.push_str(&format!("{}\t{n}\n", n % 22 + 1)));
    let plan = made(&rows);
    assert_eq!(values(&plan).len(), 22);
    assert_eq!(plan.cells.len(), 10_000);
    let million = 1_000_000;
    for part in [
        "<a \">",
        "<td",
        "<table><tr><td rowspan=10000 colspan=200>x",
        "[[[[",
        "{{{{",
        "|a",
        "||",
        "<!--",
        "&#x;",
        "\"",
        "{|\n!",
        "]](",
        "\t",
        "<td rowspan=9>1<tr>",
    ] {
        let text = part.repeat(million / part.len());
        if let Ok(grids) = read(&text) {
            plan_of(&grids);
        }
        let text = format!("||a||\n{}", &text[..200_000.min(text.len())]);
        if let Ok(grids) = read(&text) {
            plan_of(&grids);
        }
    }
}

fn plan_of(grids: &[Grid]) {
    super::plan(grids, &known(), &Choices::default());
}

#[test]
fn any_text_is_read_without_panic() {
    // A small generator of its own: letters that mean something to one of the readers, in any order.
    const PARTS: [&str; 30] = [
        "|",
        "||",
        "\n",
        "\t",
        ",",
        ";",
        "<table>",
        "<tr>",
        "<td>",
        "</td>",
        "</table>",
        "{|",
        "|-",
        "|}",
        "!",
        "!!",
        "[",
        "]",
        "(",
        ")",
        "&amp;",
        "&#",
        "Sprint 22",
        "Availability",
        "1,234",
        "1.5",
        "\u{202e}",
        "\"",
        "é",
        "=",
    ];
    let mut state = 88_172_645_463_325_252_u64;
    for _ in 0..3_000 {
        let mut text = String::new();
        for _ in 0..40 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            text.push_str(PARTS[usize::try_from(state % 30).unwrap()]);
        }
        if let Ok(grids) = read(&text) {
            plan_of(&grids);
        }
    }
}

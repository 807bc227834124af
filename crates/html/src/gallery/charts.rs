//! Charts of the gallery.

use maud::{Markup, html};

use super::part;
use crate::burn::{BurnUp, burn_up};
use crate::xmr::{Stretch, Xmr, xmr};

const WEEKS: [&str; 24] = [
    "3 Jun", "10 Jun", "17 Jun", "24 Jun", "1 Jul", "8 Jul", "15 Jul", "22 Jul", "29 Jul", "5 Aug", "12 Aug", "19 Aug", "26 Aug",
    "2 Sep", "9 Sep", "16 Sep", "23 Sep", "30 Sep", "7 Oct", "14 Oct", "21 Oct", "28 Oct", "4 Nov", "11 Nov",
];
const ANSWERS: [f64; 24] = [
    472.0, 455.0, 481.0, 463.0, 470.0, 449.0, 466.0, 478.0, 458.0, 444.0, 467.0, 452.0, 404.0, 391.0, 412.0, 398.0, 409.0, 386.0,
    415.0, 401.0, 389.0, 420.0, 902.0, 408.0,
];

pub(super) fn parts() -> Markup {
    let labels: Vec<String> = WEEKS.iter().map(|week| (*week).to_owned()).collect();
    let values: Vec<Option<f64>> = ANSWERS.iter().copied().map(Some).collect();
    html! {
        (part("xmr", "Process behaviour chart", "Dots are weeks. Grey is ordinary variation: do not explain it, do not reward it, do not punish it.", xmr(&weeks(&labels, &values))))
        (part("xmr-gaps", "Gaps, crowded signals, provisional limits", "A missing value is a gap, never nought.", xmr(&gaps(&labels[..9]))))
        (part("xmr-shares", "A proportion", "Limits differ from period to period: of few, much can be chance.", xmr(&shares(&labels[..8]))))
        (part("xmr-first", "First values", "No limits below five.", xmr(&Xmr {
            id: "first", title: "Search, p95", desc: "Two weeks: 2.1 and 1.8 seconds. No limits yet.", unit: "seconds per week, p95",
            short_unit: "s", decimals: 1, labels: &labels[..2], values: &[Some(2.1), Some(1.8)], ..Xmr::default()
        })))
        (part("burn", "Burn-up", "Found and closed are drawn apart: a review that finds more is not a worse review.", burn_up(&BurnUp {
            id: "burn", what: "risks", title: "Risks found and risks closed", labels: &labels[..5], found: &[14, 19, 22, 25, 28], closed: &[0, 4, 9, 14, 19],
        })))
        (part("xmr-none", "No value", "A sentence instead of a frame.", xmr(&Xmr { id: "none", ..Xmr::default() })))
    }
}

fn weeks<'a>(labels: &'a [String], values: &'a [Option<f64>]) -> Xmr<'a> {
    Xmr {
        id: "weeks",
        title: "Card payment, 95th percentile per week: process behaviour chart",
        desc: "Weekly values from June to 17 November 2026 with mean and natural limits. After a change in the last week of August the mean fell from 463 to 402 milliseconds. The week of 4 November stands at 902, far above the upper limit of 452.",
        unit: "milliseconds per week, p95",
        short_unit: "ms",
        decimals: 0,
        labels,
        values,
        centre: Some(402.0),
        lower: Some(353.0),
        upper: Some(452.0),
        mr_limit: Some(61.0),
        baseline: 12..22,
        earlier: vec![Stretch { range: 0..12, centre: 463.0, lower: 417.0, upper: 509.0, mr_limit: 57.0 }],
        signals: vec![(12, 1, true), (22, 2, false)],
        target: Some(500.0),
        marks: vec![(12, "token cache".into()), (22, "retry fix".into())],
        marks_label: "actions",
        provisional: false,
        ..Xmr::default()
    }
}

/// Failed of all deployments: the fewer there were, the wider the limits.
fn shares(labels: &[String]) -> Xmr<'_> {
    const VALUES: [Option<f64>; 8] = [Some(4.0), Some(6.0), Some(5.0), Some(50.0), Some(4.0), None, Some(7.0), Some(31.0)];
    const BANDS: [Option<(f64, f64)>; 8] = [
        Some((0.0, 11.5)),
        Some((0.0, 12.0)),
        Some((0.0, 11.7)),
        Some((0.0, 51.2)),
        Some((0.0, 12.3)),
        None,
        Some((0.0, 11.5)),
        Some((0.0, 19.6)),
    ];
    Xmr {
        id: "shares",
        title: "Change fail rate",
        desc: "Eight weeks. One of two failed in the fourth, which chance explains; in the last week 31 per cent did, above the limit of 19.6.",
        unit: "per cent of deployments",
        short_unit: "%",
        labels,
        values: &VALUES,
        centre: Some(5.0),
        lower: Some(0.0),
        upper: Some(19.6),
        mr_limit: Some(0.0),
        baseline: 0..7,
        signals: vec![(7, 1, false)],
        bands: &BANDS,
        limits_from: "Natural limits are the pooled share plus and minus three sigmas of chance, by how many there were in each period",
        ..Xmr::default()
    }
}

fn gaps(labels: &[String]) -> Xmr<'_> {
    const VALUES: [Option<f64>; 9] = [Some(0.0), Some(1.0), None, Some(0.0), Some(2.0), Some(1.0), Some(7.0), Some(8.0), Some(9.0)];
    Xmr {
        id: "gaps",
        title: "Incidents per week",
        desc: "Nine weeks, one of them without a value. The last three lie above the upper limit of 4.",
        unit: "incidents per week",
        labels,
        values: &VALUES,
        centre: Some(1.0),
        lower: Some(0.0),
        upper: Some(4.0),
        mr_limit: Some(4.0),
        baseline: 0..6,
        signals: vec![(6, 1, false), (7, 2, false), (8, 3, false)],
        provisional: true,
        ..Xmr::default()
    }
}

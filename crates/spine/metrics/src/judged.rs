//! A series as the chart of its definition judges it. The one place where a definition's chart becomes a verdict.

use verdict::{Baseline, Ratio, Verdict};

use crate::definition::{ChartKind, Definition};

/// Periods of a series that are judged at most.
pub const PERIODS: usize = 104;

/// One period of a series: its number and, for a ratio, what it was counted from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observed {
    /// In the metric's unit.
    pub number: f64,
    /// Numerator and denominator, if the value came with them.
    pub pair: Option<(f64, f64)>,
}

/// Judges a series, oldest first, with a baseline that a person froze or none. `None` if there is nothing to judge or the
/// values are beyond what can be judged.
///
/// Proportions and rates are judged by the chances of what they were counted from. A series in which a value came without
/// those is judged as single values, and the verdict's notes say so.
pub fn judge(d: &Definition, series: &[Option<Observed>], baseline: Option<Baseline>) -> Option<Verdict> {
    let mut options = d.options();
    options.baseline = baseline;
    let numbers = || series.iter().map(|o| o.map(|o| o.number)).collect::<Vec<_>>();
    let ratios = || {
        let one = |o: &Option<Observed>| match o {
            None => Some(None),
            Some(o) => o.pair.map(|(part, whole)| Some(Ratio { part, whole })),
        };
        series.iter().map(one).collect::<Option<Vec<_>>>()
    };
    let judged = match d.chart {
        ChartKind::Individuals => verdict::individuals(&numbers(), &options),
        ChartKind::Count => verdict::counts(&numbers(), &options),
        ChartKind::Gap => verdict::gaps(&numbers(), None, &options),
        ChartKind::Proportion | ChartKind::Rate => {
            let Some(ratios) = ratios() else {
                let mut single = verdict::individuals(&numbers(), &options).ok()?;
                single
                    .notes
                    .push("Some values came without what they were counted from, so all are judged as single values.".into());
                return Some(single);
            };
            if d.chart == ChartKind::Proportion {
                verdict::proportions(&ratios, &options)
            } else {
                verdict::rates(&ratios, &options)
            }
        }
    };
    judged.ok()
}

/// How the limits of a chart come about, as a sentence without its end; empty for single values.
pub fn limits_words(v: &Verdict) -> &'static str {
    match v.chart {
        verdict::Chart::Individuals => "",
        verdict::Chart::Proportion => {
            "Natural limits are the pooled share plus and minus three sigmas of chance, by how many there were in each period"
        }
        verdict::Chart::Rate => {
            "Natural limits are the pooled rate plus and minus three sigmas of chance, by how much there was in each period"
        }
        verdict::Chart::Count => "Natural limits are the mean count plus and minus three times its square root",
        verdict::Chart::Gap | verdict::Chart::GapCount => {
            "Natural limits are those of single values on the gaps to the power of 1/3.6"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::{Aggregation, sample};

    fn shares(pairs: &[(f64, f64)]) -> Vec<Option<Observed>> {
        pairs.iter().map(|(k, n)| Some(Observed { number: k / n * 100.0, pair: Some((*k, *n)) })).collect()
    }

    fn failing(chart: ChartKind) -> Definition {
        Definition { chart, unit: "%".into(), aggregation: Aggregation::Ratio, target: None, ..sample() }
    }

    #[test]
    fn a_proportion_of_few_is_judged_by_how_few_they_are() {
        // One of two is no worse than chance beside five per cent of hundreds; 50 of 100 is.
        let mut pairs = vec![(5.0, 100.0); 14];
        pairs.push((1.0, 2.0));
        let few = judge(&failing(ChartKind::Proportion), &shares(&pairs), None).unwrap();
        assert_eq!(few.last.signal, None, "{}", few.sentence());
        pairs[14] = (50.0, 100.0);
        let many = judge(&failing(ChartKind::Proportion), &shares(&pairs), None).unwrap();
        assert_eq!(many.last.judgement, Some(verdict::Judgement::Worse));
        assert!(many.limits.unwrap().upper > 5.0 && many.limits.unwrap().upper < 20.0, "in the unit of the metric");
    }

    #[test]
    fn without_its_pairs_a_proportion_is_judged_as_single_values_and_says_so() {
        let mut series = shares(&[(5.0, 100.0); 6]);
        series[2] = Some(Observed { number: 5.0, pair: None });
        let v = judge(&failing(ChartKind::Proportion), &series, None).unwrap();
        assert_eq!(v.chart, verdict::Chart::Individuals);
        assert!(v.notes.iter().any(|n| n.contains("judged as single values")));
    }

    #[test]
    fn each_kind_has_its_own_chart() {
        let series: Vec<_> =
            [3.0, 1.0, 4.0, 1.0, 5.0, 2.0].iter().map(|n| Some(Observed { number: *n, pair: Some((*n, 10.0)) })).collect();
        let chart = |kind| judge(&Definition { chart: kind, ..failing(kind) }, &series, None).unwrap().chart;
        assert_eq!(chart(ChartKind::Individuals), verdict::Chart::Individuals);
        assert_eq!(chart(ChartKind::Proportion), verdict::Chart::Proportion);
        assert_eq!(chart(ChartKind::Rate), verdict::Chart::Rate);
        assert_eq!(chart(ChartKind::Count), verdict::Chart::Count);
        assert_eq!(chart(ChartKind::Gap), verdict::Chart::Gap);
    }

    #[test]
    fn nothing_is_judged_as_nothing() {
        assert!(judge(&sample(), &[], None).is_none_or(|v| v.n == 0));
    }
}

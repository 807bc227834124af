//! The scale on which a chart is computed, and the way back to the unit of the metric.

/// Nelson's power: a Weibull distribution of shape 3.6 is as symmetrical as a normal one, and gap^(1/3.6) of exponential gaps has
/// that shape. Source: L. S. Nelson, "A control chart for parts-per-million nonconforming items", 1994.
const NELSON: f64 = 3.6;

/// Scale of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    /// The values as they are.
    Plain,
    /// Natural logs.
    Log,
    /// The power 1/3.6, for gaps.
    Gap,
}

impl Scale {
    /// Onto the scale; logs need a value above nought, gaps one that is not below.
    pub(crate) fn onto(self, x: f64) -> f64 {
        match self {
            Self::Plain => x,
            Self::Log => x.ln(),
            Self::Gap => x.powf(1.0 / NELSON),
        }
    }

    /// Back to the unit of the metric. Logs of a wild series may leave the range of a number, which stops at its greatest.
    pub(crate) fn back(self, x: f64) -> f64 {
        match self {
            Self::Plain => x,
            Self::Log => x.exp().min(f64::MAX),
            Self::Gap => x.max(0.0).powf(NELSON),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for scale in [Scale::Plain, Scale::Log, Scale::Gap] {
            for x in [1e-9, 0.5, 1.0, 35.0, 1e9] {
                assert!((scale.back(scale.onto(x)) / x - 1.0).abs() < 1e-12, "{scale:?} {x}");
            }
        }
        assert_eq!(Scale::Gap.onto(0.0), 0.0);
    }

    #[test]
    fn a_limit_below_nought_is_nought_for_gaps_and_a_wild_log_stays_a_number() {
        assert_eq!(Scale::Gap.back(-2.0), 0.0);
        assert_eq!(Scale::Log.back(1e6), f64::MAX);
    }
}

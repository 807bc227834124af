//! A figure: what was aimed at, what came out in each round, and how it is printed.

use std::io::Write;

/// What is wanted of a figure.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Aim {
    AtLeast(f64),
    AtMost(f64),
    /// Printed to be known.
    None,
}

/// One measured thing. For each round: the figure, and the two absolute values that it is made of.
#[derive(Debug, Clone)]
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) aim: Aim,
    /// Unit of the figure itself; empty for a ratio.
    pub(crate) unit: &'static str,
    /// Unit of the absolute values.
    pub(crate) of: &'static str,
    pub(crate) rounds: Vec<Round>,
    pub(crate) note: String,
}

/// What one round gave.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Round {
    pub(crate) figure: f64,
    pub(crate) ours: f64,
    pub(crate) peer: f64,
}

impl Figure {
    /// A ratio of ours over the peer's.
    pub(crate) fn ratio_of(name: impl Into<String>, aim: Aim, of: &'static str) -> Self {
        Self { name: name.into(), aim, unit: "", of, rounds: Vec::new(), note: String::new() }
    }

    /// An absolute value without a peer.
    pub(crate) fn absolute(name: impl Into<String>, aim: Aim, unit: &'static str) -> Self {
        Self { name: name.into(), aim, unit, of: "", rounds: Vec::new(), note: String::new() }
    }

    /// One round of a pair.
    pub(crate) fn pair(&mut self, ours: f64, peer: f64) {
        self.rounds.push(Round { figure: ours / peer, ours, peer });
    }

    /// One round of an absolute value.
    pub(crate) fn one(&mut self, value: f64) {
        self.rounds.push(Round { figure: value, ours: value, peer: 0.0 });
    }

    /// The median over the rounds.
    pub(crate) fn ratio(&self) -> f64 {
        median(self.rounds.iter().map(|r| r.figure))
    }

    /// True if the median meets the aim; none without an aim.
    pub(crate) fn met(&self) -> Option<bool> {
        match self.aim {
            Aim::AtLeast(x) => Some(self.ratio() >= x),
            Aim::AtMost(x) => Some(self.ratio() <= x),
            Aim::None => None,
        }
    }

    /// The line that is printed.
    pub(crate) fn line(&self) -> String {
        let aim = match self.aim {
            Aim::AtLeast(x) => format!("at least {x:.2}"),
            Aim::AtMost(x) => format!("at most {x:.2}"),
            Aim::None => String::new(),
        };
        let word = match self.met() {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        let (low, high) =
            self.rounds.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), r| (low.min(r.figure), high.max(r.figure)));
        let show = |x: f64| if self.unit.is_empty() { format!("{x:.2}") } else { number(x) };
        let spread = format!("{} ({} to {}){}{}", show(self.ratio()), show(low), show(high), pad(self.unit), self.unit);
        let absolute = if self.of.is_empty() {
            String::new()
        } else {
            let ours = number(median(self.rounds.iter().map(|r| r.ours)));
            let peer = number(median(self.rounds.iter().map(|r| r.peer)));
            format!("ours {ours}, peer {peer} {}", self.of)
        };
        let line = format!("  {:<52} {:<14} {:<6} {:<28} {absolute}", self.name, aim, word, spread);
        let line = line.trim_end().to_owned();
        if self.note.is_empty() { line } else { format!("{line}\n      {}", self.note) }
    }
}

fn pad(unit: &str) -> &'static str {
    if unit.is_empty() || unit == "%" { "" } else { " " }
}

/// Three figures that count.
fn number(x: f64) -> String {
    match x.abs() {
        a if a >= 100.0 => grouped(x.round()),
        a if a >= 10.0 => format!("{x:.1}"),
        a if a >= 0.1 => format!("{x:.2}"),
        _ => format!("{x:.3}"),
    }
}

fn grouped(x: f64) -> String {
    let digits = format!("{x:.0}");
    let mut out = String::with_capacity(digits.len() + 4);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// The middle value; between the two middle ones of an even number.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut all: Vec<f64> = values.into_iter().collect();
    all.sort_by(f64::total_cmp);
    match all.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => all[n / 2],
        n => (all[n / 2 - 1] + all[n / 2]) / 2.0,
    }
}

/// How many aims were met, and which were not.
pub(crate) fn summary(figures: &[Figure]) -> String {
    let aimed = figures.iter().filter(|f| f.met().is_some()).count();
    let missed: Vec<&str> = figures.iter().filter(|f| f.met() == Some(false)).map(|f| f.name.as_str()).collect();
    match missed.as_slice() {
        [] => format!("All {aimed} aims met."),
        names => format!("{} of {aimed} aims met. Missed:\n  {}", aimed - names.len(), names.join("\n  ")),
    }
}

/// A line on standard output.
pub(crate) fn say(line: &str) {
    // Nobody reads on if the pipe is closed.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(aim: Aim, pairs: &[(f64, f64)]) -> Figure {
        let mut f = Figure::ratio_of("f", aim, "a second");
        pairs.iter().for_each(|(a, b)| f.pair(*a, *b));
        f
    }

    #[test]
    fn the_median_decides_and_the_spread_is_shown() {
        let f = figure(Aim::AtLeast(0.5), &[(600.0, 1000.0), (100.0, 1000.0), (700.0, 1000.0)]);
        assert_eq!(f.met(), Some(true));
        let line = f.line();
        assert!(line.contains("0.60 (0.10 to 0.70)") && line.contains("ours 600, peer 1,000 a second"), "{line}");
        assert_eq!(figure(Aim::AtMost(0.5), &[(600.0, 1000.0)]).met(), Some(false));
    }

    #[test]
    fn numbers_are_grouped_by_three() {
        assert_eq!(number(1_234_567.0), "1,234,567");
        assert_eq!(number(999.4), "999");
        assert_eq!(number(0.031), "0.031");
    }
}

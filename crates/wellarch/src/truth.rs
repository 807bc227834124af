//! All answers to a question at once: a truth table of one bit for each answer, 64 answers a step.

use crate::condition::{Condition, Op};
use crate::risk::{Answer, Risk, RiskRule, decide};

/// The most choices that rules may name for all answers to be looked at: a million answers, 128 KiB a table.
pub const MOST: usize = 20;

/// One bit for each answer.
pub type Table = Vec<u64>;

/// What follows from every answer.
#[derive(Debug, Clone)]
pub struct Truth {
    /// The choices that some rule names and that are no "none of these", by their number; bit `j` of an answer's number is choice
    /// `names[j]`.
    pub names: Vec<usize>,
    /// Real choices that no rule names: each doubles the number of answers and changes nothing.
    pub unnamed: u32,
    /// For each rule the answers that it decides.
    pub decides: Vec<Table>,
    /// For each rule the answers for which it holds, decided or not.
    pub holds: Vec<Table>,
    /// Answers that no rule decides.
    pub undecided: Table,
    /// Answers with medium or high risk.
    pub medium_or_high: Table,
    /// Answers with high risk.
    pub high: Table,
    /// For each "none of these" its number and what follows from it alone.
    pub nones: Vec<(usize, Risk, Option<usize>)>,
}

/// Tables of the first six variables: within one word.
const WITHIN: [u64; 6] = [
    0xAAAA_AAAA_AAAA_AAAA,
    0xCCCC_CCCC_CCCC_CCCC,
    0xF0F0_F0F0_F0F0_F0F0,
    0xFF00_FF00_FF00_FF00,
    0xFFFF_0000_FFFF_0000,
    0xFFFF_FFFF_0000_0000,
];

fn words(variables: usize) -> usize {
    if variables <= 6 { 1 } else { 1 << (variables - 6) }
}

/// The bits that count in a table's words.
fn mask(variables: usize) -> u64 {
    if variables >= 6 { u64::MAX } else { (1 << (1u32 << variables)) - 1 }
}

fn variable(j: usize, variables: usize) -> Table {
    (0..words(variables))
        .map(|w| {
            if j < 6 {
                WITHIN[j]
            } else if w >> (j - 6) & 1 == 1 {
                u64::MAX
            } else {
                0
            }
        })
        .collect()
}

/// How many answers are in a table.
#[must_use]
pub fn count(table: &[u64]) -> u64 {
    table.iter().map(|w| u64::from(w.count_ones())).sum()
}

/// True if no answer is in it.
#[must_use]
pub fn is_empty(table: &[u64]) -> bool {
    table.iter().all(|w| *w == 0)
}

/// The first answer in it, as its number.
#[must_use]
pub fn first(table: &[u64]) -> Option<u64> {
    let (i, word) = table.iter().enumerate().find(|(_, w)| **w != 0)?;
    Some(i as u64 * 64 + u64::from(word.trailing_zeros()))
}

impl Truth {
    /// Looks at all answers. `None` if the rules name more than [`MOST`] choices.
    ///
    /// The answers are all sets of the real choices, and each "none of these" (`nones`, as bits) alone.
    #[must_use]
    pub fn of(rules: &[RiskRule], choices: usize, nones: u64) -> Option<Self> {
        let named = rules.iter().filter_map(|r| r.when.as_ref()).fold(0, |bits, c| bits | c.mentions());
        let names: Vec<usize> = (0..choices).filter(|i| named & !nones & 1 << i != 0).collect();
        if names.len() > MOST {
            return None;
        }
        let n = names.len();
        let unnamed = (0..choices).filter(|i| (named | nones) & 1 << i == 0).count();
        let variables: Vec<Table> = (0..n).map(|j| variable(j, n)).collect();
        let place: Vec<Option<usize>> = (0..choices).map(|i| names.iter().position(|x| *x == i)).collect();
        let full = vec![mask(n); words(n)];
        let empty = vec![0; words(n)];
        let mut left = full.clone();
        let (mut decides, mut holds) = (Vec::new(), Vec::new());
        let (mut medium_or_high, mut high) = (empty.clone(), empty.clone());
        for rule in rules {
            let table = rule.when.as_ref().map_or_else(|| full.clone(), |c| table(c, &variables, &place, &full));
            let now: Table = left.iter().zip(&table).map(|(l, t)| l & t).collect();
            for (w, bits) in now.iter().enumerate() {
                left[w] &= !bits;
                medium_or_high[w] |= if rule.risk >= Risk::Medium { *bits } else { 0 };
                high[w] |= if rule.risk == Risk::High { *bits } else { 0 };
            }
            decides.push(now);
            holds.push(table);
        }
        for (w, bits) in left.iter().enumerate() {
            medium_or_high[w] |= bits;
            high[w] |= bits;
        }
        let alone = |i: usize| {
            let decided = decide(rules, Answer { ticked: 1 << i, absent: 0 });
            (i, decided.risk, decided.rule)
        };
        let nones = (0..choices).filter(|i| nones & 1 << i != 0).map(alone).collect();
        Some(Self {
            names,
            unnamed: u32::try_from(unnamed).unwrap_or(0),
            decides,
            holds,
            undecided: left,
            medium_or_high,
            high,
            nones,
        })
    }

    /// The risk of an answer by its number.
    #[must_use]
    pub fn risk(&self, answer: u64) -> Risk {
        let (word, bit) = (usize::try_from(answer / 64).unwrap_or(0), answer % 64);
        let has = |table: &[u64]| table.get(word).is_some_and(|w| w >> bit & 1 == 1);
        if has(&self.high) {
            Risk::High
        } else if has(&self.medium_or_high) {
            Risk::Medium
        } else {
            Risk::None
        }
    }

    /// The ticks of an answer by its number.
    #[must_use]
    pub fn ticks(&self, answer: u64) -> u64 {
        self.names.iter().enumerate().filter(|(j, _)| answer >> j & 1 == 1).fold(0, |bits, (_, i)| bits | 1 << i)
    }

    /// The number of answers with these ticks.
    #[must_use]
    pub fn number(&self, ticked: u64) -> u64 {
        self.names.iter().enumerate().filter(|(_, i)| ticked >> **i & 1 == 1).fold(0, |bits, (j, _)| bits | 1 << j)
    }

    /// How many answers there are, and how many of them have each risk, lowest first.
    #[must_use]
    pub fn spread(&self) -> (u128, [u128; 3]) {
        let all = 1u128 << self.names.len() << self.unnamed;
        let times = |n: u64| u128::from(n) << self.unnamed;
        let (high, both) = (times(count(&self.high)), times(count(&self.medium_or_high)));
        let mut out = [all - both, both - high, high];
        for (_, risk, _) in &self.nones {
            out[*risk as usize] += 1;
        }
        (all + self.nones.len() as u128, out)
    }

    /// True if some answer has this risk.
    #[must_use]
    pub fn reaches(&self, risk: Risk) -> bool {
        self.spread().1[risk as usize] > 0
    }

    /// Answers in which ticking the variable `j` raises the risk, and those in which it lowers it; in both the variable is not
    /// ticked yet.
    #[must_use]
    pub fn moves(&self, j: usize) -> (Table, Table) {
        let (mut up, mut down) = (vec![0; self.high.len()], vec![0; self.high.len()]);
        for table in [&self.high, &self.medium_or_high] {
            for w in 0..table.len() {
                let (before, after, here) = if j < 6 {
                    (table[w], table[w] >> (1 << j), !WITHIN[j])
                } else {
                    let other = w | 1 << (j - 6);
                    (table[w], table[other], if other == w { 0 } else { u64::MAX })
                };
                let here = here & mask(self.names.len());
                up[w] |= after & !before & here;
                down[w] |= before & !after & here;
            }
        }
        (up, down)
    }
}

fn table(condition: &Condition, variables: &[Table], place: &[Option<usize>], full: &[u64]) -> Table {
    let mut stack: Vec<Table> = Vec::new();
    for op in condition.ops() {
        match op {
            Op::Choice(i) => {
                let at = place.get(usize::from(*i)).copied().flatten();
                stack.push(at.map_or_else(|| vec![0; full.len()], |j| variables[j].iter().zip(full).map(|(v, f)| v & f).collect()));
            }
            Op::Never => stack.push(vec![0; full.len()]),
            Op::Not => {
                if let Some(top) = stack.last_mut() {
                    top.iter_mut().zip(full).for_each(|(t, f)| *t = !*t & f);
                }
            }
            Op::And | Op::Or => {
                if let (Some(right), Some(left)) = (stack.pop(), stack.last_mut()) {
                    let and = *op == Op::And;
                    left.iter_mut().zip(right).for_each(|(l, r)| if and { *l &= r } else { *l |= r });
                }
            }
        }
    }
    stack.pop().unwrap_or_else(|| vec![0; full.len()])
}

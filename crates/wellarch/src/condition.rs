//! The language of risk rules: choice ids, `!`, `&&`, `||` and parentheses; `&&` binds tighter than `||`.
//!
//! A condition becomes a short program over the bits of an answer. It runs on one answer, or on all answers at once
//! ([`crate::truth`]).

use std::ops::Range;

/// The longest condition in characters. The longest one published has 342.
pub const LONGEST: usize = 10_000;

/// How deep parentheses may nest. The program's stack is 128 bits and each level takes at most two of them.
pub const DEEPEST: usize = 32;

/// How many choices a question may have: one bit each.
pub const CHOICES: usize = 64;

/// One step of a program, in postfix order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Put whether this choice is ticked on the stack.
    Choice(u8),
    /// Put false on the stack: an id that the question does not have.
    Never,
    /// Turn the top round.
    Not,
    /// Both of the two on top.
    And,
    /// One of the two on top.
    Or,
}

/// A condition, ready to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// As it was written.
    pub text: String,
    ops: Vec<Op>,
    mentions: u64,
}

/// Why a condition cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misread {
    /// Character from nought.
    pub at: usize,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// Ids in a condition that are no choices, with their character from nought.
pub type Unknown = Vec<(String, usize)>;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Id(String),
    Not,
    And,
    Or,
    Open,
    Close,
}

fn tokens(text: &str) -> Result<Vec<(usize, Token)>, Misread> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let c = chars[i];
        let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        let (token, length) = match c {
            c if c.is_whitespace() => {
                i += 1;
                continue;
            }
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '!' => (Token::Not, 1),
            '&' | '|' => {
                if chars.get(i + 1) != Some(&c) {
                    return Err(Misread { at: i, message: format!("“{c}” stands alone; it is written twice: {c}{c}.") });
                }
                (if c == '&' { Token::And } else { Token::Or }, 2)
            }
            c if word(c) => {
                let length = chars[i..].iter().take_while(|c| word(**c)).count();
                (Token::Id(chars[i..i + length].iter().collect()), length)
            }
            c => {
                let shown = if c.is_control() { format!("The character U+{:04X}", u32::from(c)) } else { format!("“{c}”") };
                return Err(Misread {
                    at: i,
                    message: format!("{shown} means nothing here. A condition has ids, &&, ||, ! and parentheses."),
                });
            }
        };
        out.push((i, token));
        i += length;
    }
    Ok(out)
}

struct Parser<'a> {
    tokens: &'a [(usize, Token)],
    at: usize,
    end: usize,
    ids: &'a dyn Fn(&str) -> Option<u8>,
    ops: Vec<Op>,
    mentions: u64,
    unknown: Unknown,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(_, t)| t)
    }

    fn place(&self) -> usize {
        self.tokens.get(self.at).map_or(self.end, |(at, _)| *at)
    }

    fn fault<T>(&self, message: impl Into<String>) -> Result<T, Misread> {
        Err(Misread { at: self.place(), message: message.into() })
    }

    fn any(&mut self, depth: usize) -> Result<(), Misread> {
        self.all(depth)?;
        while self.peek() == Some(&Token::Or) {
            self.at += 1;
            self.all(depth)?;
            self.ops.push(Op::Or);
        }
        Ok(())
    }

    fn all(&mut self, depth: usize) -> Result<(), Misread> {
        self.one(depth)?;
        while self.peek() == Some(&Token::And) {
            self.at += 1;
            self.one(depth)?;
            self.ops.push(Op::And);
        }
        Ok(())
    }

    fn one(&mut self, depth: usize) -> Result<(), Misread> {
        let mut turned = false;
        while self.peek() == Some(&Token::Not) {
            self.at += 1;
            turned = !turned;
        }
        match self.peek() {
            Some(Token::Id(id)) => {
                if let Some(i) = (self.ids)(id) {
                    self.mentions |= 1 << i;
                    self.ops.push(Op::Choice(i));
                } else {
                    self.unknown.push((id.clone(), self.place()));
                    self.ops.push(Op::Never);
                }
                self.at += 1;
            }
            Some(Token::Open) => {
                if depth == DEEPEST {
                    return self.fault(format!("Parentheses nest more than {DEEPEST} deep. Simplify the condition."));
                }
                self.at += 1;
                self.any(depth + 1)?;
                if self.peek() != Some(&Token::Close) {
                    return self.fault("A closing parenthesis, && or || belongs here.");
                }
                self.at += 1;
            }
            Some(_) => return self.fault("A choice's id or an opening parenthesis belongs here."),
            None => return self.fault("The condition ends in the middle: an id is missing."),
        }
        if turned {
            self.ops.push(Op::Not);
        }
        Ok(())
    }
}

impl Condition {
    /// Reads a condition. `ids` gives the number, below 64, of each choice. Ids that are no choices count as never ticked and are
    /// given back.
    ///
    /// # Errors
    /// Where and why it cannot be read.
    pub fn read(text: &str, ids: &dyn Fn(&str) -> Option<u8>) -> Result<(Self, Unknown), Misread> {
        if text.chars().nth(LONGEST).is_some() {
            return Err(Misread { at: LONGEST, message: format!("The condition is longer than {LONGEST} characters.") });
        }
        let tokens = tokens(text)?;
        let end = text.chars().count();
        let mut parser = Parser { tokens: &tokens, at: 0, end, ids, ops: Vec::new(), mentions: 0, unknown: Vec::new() };
        parser.any(0)?;
        if parser.at < tokens.len() {
            return parser.fault(match parser.peek() {
                Some(Token::Close) => "This parenthesis closes nothing. Remove it.",
                _ => "&& or || belongs here.",
            });
        }
        Ok((Self { text: text.to_owned(), ops: parser.ops, mentions: parser.mentions }, parser.unknown))
    }

    /// The program.
    #[must_use]
    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// The choices that it names, as bits.
    #[must_use]
    pub fn mentions(&self) -> u64 {
        self.mentions
    }

    /// Whether it holds for these ticks.
    #[must_use]
    pub fn holds(&self, ticked: u64) -> bool {
        holds(&self.ops, ticked)
    }

    /// Whether it holds when the choices of `absent` are taken out of it; `None` if nothing is left of it.
    ///
    /// What is taken out of `a && b` or `a || b` leaves the other; `!` of nothing is nothing.
    #[must_use]
    pub fn holds_without(&self, ticked: u64, absent: u64) -> Option<bool> {
        holds_without(&self.ops, ticked, absent)
    }
}

/// Runs a program; the stack is the bits of one number.
#[must_use]
pub fn holds(ops: &[Op], ticked: u64) -> bool {
    let mut stack = 0u128;
    for op in ops {
        match op {
            Op::Choice(i) => stack = stack << 1 | u128::from(ticked >> i & 1),
            Op::Never => stack <<= 1,
            Op::Not => stack ^= 1,
            Op::And => {
                let top = stack & 1;
                stack = stack >> 1 & (!1 | top);
            }
            Op::Or => {
                let top = stack & 1;
                stack = stack >> 1 | top;
            }
        }
    }
    stack & 1 == 1
}

/// The same with choices taken out: a second stack says whether there is anything at all.
#[must_use]
pub fn holds_without(ops: &[Op], ticked: u64, absent: u64) -> Option<bool> {
    let (mut values, mut there) = (0u128, 0u128);
    for op in ops {
        match op {
            Op::Choice(i) => {
                let here = u128::from(!absent >> i & 1);
                there = there << 1 | here;
                values = values << 1 | (u128::from(ticked >> i & 1) & here);
            }
            Op::Never => {
                there = there << 1 | 1;
                values <<= 1;
            }
            Op::Not => values ^= there & 1,
            Op::And => {
                let (value, here) = (values & 1, there & 1);
                // An absent side counts as true here, and a result without sides as false.
                let both = (values >> 1 | (!(there >> 1) & 1)) & (!1 | value | (here ^ 1));
                there = there >> 1 | here;
                values = both & (!1 | (there & 1));
            }
            Op::Or => {
                values = values >> 1 | values & 1;
                there = there >> 1 | there & 1;
            }
        }
    }
    (there & 1 == 1).then_some(values & 1 == 1)
}

/// Where in a text of the file a character of the condition stands.
pub(crate) fn within(at: crate::tree::Place, quoted: bool, character: usize) -> crate::tree::Place {
    let quotes = u32::from(quoted);
    crate::tree::Place { column: at.column + quotes + u32::try_from(character).unwrap_or(0), ..at }
}

/// The bits of a range of choices.
#[must_use]
pub fn bits(range: Range<usize>) -> u64 {
    range.fold(0, |bits, i| bits | 1 << i)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> Option<u8> {
        ["a", "b", "c", "d"].iter().position(|n| *n == name).and_then(|i| u8::try_from(i).ok())
    }

    fn read(text: &str) -> Condition {
        Condition::read(text, &id).unwrap().0
    }

    #[test]
    fn and_binds_tighter_than_or_and_not_tightest() {
        for ticked in 0..16u64 {
            let [a, b, c, d] = [0, 1, 2, 3].map(|i| ticked >> i & 1 == 1);
            let cases = [
                ("a", a),
                ("a && !b || c", a && !b || c),
                ("a || b && c || d", a || b && c || d),
                ("!a && b", !a && b),
                ("!(a && b) || !!c", !(a && b) || c),
                ("  ((a)||(b&&( c ) ) )", a || b && c),
                ("a && zebra || d", d),
                ("!zebra", true),
            ];
            for (text, expected) in cases {
                assert_eq!(read(text).holds(ticked), expected, "{text} with {ticked:04b}");
                assert_eq!(read(text).holds_without(ticked, 0), Some(expected), "{text} with {ticked:04b}");
            }
        }
    }

    #[test]
    fn what_is_taken_out_leaves_the_rest() {
        for ticked in 0..16u64 {
            let [a, _, c, d] = [0, 1, 2, 3].map(|i| ticked >> i & 1 == 1);
            let cases = [
                ("a && b", 0b0010, Some(a)),
                ("a || b", 0b0010, Some(a)),
                ("a && !b && c", 0b0010, Some(a && c)),
                ("(a || b) && (c || d)", 0b0011, Some(c || d)),
                ("!(a && b)", 0b0010, Some(!a)),
                ("a && b || !c", 0b0111, None),
                ("zebra && b", 0b0010, Some(false)),
                ("!(b || b) && d", 0b0010, Some(d)),
            ];
            for (text, absent, expected) in cases {
                assert_eq!(read(text).holds_without(ticked, absent), expected, "{text} without {absent:04b}, {ticked:04b}");
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        let deep = format!("{}a{}", "(".repeat(33), ")".repeat(33));
        let long = "a||".repeat(4000);
        let cases = [
            ("", 0, "ends in the middle"),
            ("a &&", 4, "ends in the middle"),
            ("a & b", 2, "written twice"),
            ("a || || b", 5, "id or an opening"),
            ("a b", 2, "&& or ||"),
            ("(a", 2, "closing"),
            ("a)", 1, "closes nothing"),
            ("()", 1, "id or an opening"),
            ("a + b", 2, "means nothing"),
            ("a\u{0}", 1, "U+0000"),
            (&deep, 32, "32 deep"),
            (&long, 10_000, "longer than"),
        ];
        for (text, at, says) in cases {
            let misread = Condition::read(text, &id).unwrap_err();
            assert_eq!(misread.at, at, "{text}: {misread:?}");
            assert!(misread.message.contains(says), "{text}: {misread:?}");
        }
        let deepest = format!("{}a{}", "(b && (c || ".repeat(16), "))".repeat(16));
        assert!(!read(&deepest).holds(1));
        assert!(read(&deepest).holds(0b11));
        assert!(read(&format!("{}a", "!".repeat(9_999))).holds(0));
    }

    #[test]
    fn a_choice_that_is_not_there_is_named() {
        let (_, unknown) = Condition::read("a && zebra && !yak", &id).unwrap();
        assert_eq!(unknown, [("zebra".to_owned(), 5), ("yak".to_owned(), 15)]);
    }
}

//! A document as a tree that forgets nothing: order of the members, spelling of numbers, and where each thing stood.

use std::fmt;

/// Where something stands in a file, both counted from 1. Nought: nowhere, because it was made and not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// Which file of a lens of several files, from nought.
    pub file: u16,
    /// Line.
    pub line: u32,
    /// Character in the line.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// One member of a mapping.
pub type Member = (String, Node);

/// What a node holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number as it was written; also `NaN`, `Infinity` and `-Infinity`, which are no JSON but occur.
    Number(String),
    /// Text without its quotes and escapes.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping in the order of the file; no key stands twice.
    Map(Vec<Member>),
}

/// A value and where it stands. Two nodes are equal if their values are, wherever they stand.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it holds.
    pub value: Value,
    /// Where it begins.
    pub at: Place,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Node {
    /// A node that was made, not read.
    #[must_use]
    pub fn new(value: Value) -> Self {
        Self { value, at: Place::default() }
    }

    /// Text that was made, not read.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(Value::Text(text.into()))
    }

    /// A mapping that was made, not read.
    #[must_use]
    pub fn map(members: Vec<Member>) -> Self {
        Self::new(Value::Map(members))
    }

    /// A list that was made, not read.
    #[must_use]
    pub fn list(items: Vec<Self>) -> Self {
        Self::new(Value::List(items))
    }

    /// The member of a mapping.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.members().iter().find(|(k, _)| k == key).map(|(_, n)| n)
    }

    /// The members of a mapping; none if it is something else.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        if let Value::Map(members) = &self.value { members } else { &[] }
    }

    /// The items of a list; none if it is something else.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        if let Value::List(items) = &self.value { items } else { &[] }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn str(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// The text, or a number or truth value as it was written: `version: 2026.11` needs no quotes.
    #[must_use]
    pub fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Number(text) => Some(text),
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            _ => None,
        }
    }

    /// What kind of value this is, for a sentence.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}

/// Why a file is refused, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub at: Place,
    /// What is wrong and how to mend it.
    pub message: String,
}

impl Fault {
    /// A fault at a place.
    #[must_use]
    pub fn new(at: Place, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.at.line == 0 { f.write_str(&self.message) } else { write!(f, "{}: {}", self.at, self.message) }
    }
}

/// The most that a file may nest.
pub const DEEPEST: usize = 32;

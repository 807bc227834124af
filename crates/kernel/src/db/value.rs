//! What goes into a statement and what comes out of it. Three kinds and NULL, because that is what both engines store
//! alike; everything else is mapped to one of them by the room's store.

use crate::error::{Error, Result};
use crate::ids::Id;
use crate::time::Time;

/// A bound parameter or a column of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// NULL.
    Null,
    /// BIGINT; also times (microseconds) and counts.
    Int(i64),
    /// DOUBLE PRECISION; never NaN or infinite.
    Real(f64),
    /// TEXT; never with a NUL character.
    Text(String),
}

/// The type that a statement states for a parameter (`$1::TEXT`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// TEXT
    Text,
    /// BIGINT
    Int,
    /// FLOAT8
    Real,
}

impl Value {
    /// Refuses what only one engine would take: another type than stated, NUL in text, NaN and infinities.
    pub(crate) fn check(&self, stated: Type, place: usize, statement: &str) -> Result<()> {
        match (self, stated) {
            (Value::Null, _) | (Value::Int(_), Type::Int) => Ok(()),
            (Value::Text(t), Type::Text) if !t.contains('\0') => Ok(()),
            (Value::Text(_), Type::Text) => {
                Err(Error::invalid("", "A text contains a NUL character, which cannot be stored. Remove it."))
            }
            (Value::Real(x), Type::Real) if x.is_finite() => Ok(()),
            (Value::Real(x), Type::Real) => Err(Error::invalid("", format!("{x} is not a number that can be stored."))),
            (value, stated) => Err(Error::internal(format!("{statement}: ${place} is {stated:?} but {value:?} was bound"))),
        }
    }
}

impl From<&str> for Value {
    fn from(v: &str) -> Self {
        Value::Text(v.to_owned())
    }
}
impl From<String> for Value {
    fn from(v: String) -> Self {
        Value::Text(v)
    }
}
impl From<&String> for Value {
    fn from(v: &String) -> Self {
        Value::Text(v.clone())
    }
}
impl From<Id> for Value {
    fn from(v: Id) -> Self {
        Value::Text(v.to_string())
    }
}
impl From<Time> for Value {
    fn from(v: Time) -> Self {
        Value::Int(v.micros())
    }
}
impl From<i64> for Value {
    fn from(v: i64) -> Self {
        Value::Int(v)
    }
}
impl From<i32> for Value {
    fn from(v: i32) -> Self {
        Value::Int(v.into())
    }
}
impl From<u32> for Value {
    fn from(v: u32) -> Self {
        Value::Int(v.into())
    }
}
impl From<f64> for Value {
    fn from(v: f64) -> Self {
        Value::Real(v)
    }
}
impl From<bool> for Value {
    fn from(v: bool) -> Self {
        Value::Int(v.into())
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Self {
        v.map_or(Value::Null, Into::into)
    }
}
impl TryFrom<u64> for Value {
    type Error = Error;
    fn try_from(v: u64) -> Result<Self> {
        i64::try_from(v).map(Value::Int).map_err(|_| Error::invalid("", format!("{v} is too large to store.")))
    }
}
impl TryFrom<usize> for Value {
    type Error = Error;
    fn try_from(v: usize) -> Result<Self> {
        Value::try_from(v as u64)
    }
}

/// One row of an answer. Columns are read by their place; a wrong kind is a fault of ours, not of the user.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(pub Vec<Value>);

impl Row {
    fn at(&self, i: usize) -> Result<&Value> {
        self.0.get(i).ok_or_else(|| Error::internal(format!("row has no column {i}")))
    }

    /// TEXT.
    pub fn text(&self, i: usize) -> Result<String> {
        self.str(i).map(str::to_owned)
    }

    /// TEXT, to be read and not kept.
    pub fn str(&self, i: usize) -> Result<&str> {
        self.opt_str(i)?.ok_or_else(|| Error::internal(format!("column {i} is NULL")))
    }

    /// TEXT or NULL.
    pub fn opt_text(&self, i: usize) -> Result<Option<String>> {
        self.opt_str(i).map(|t| t.map(str::to_owned))
    }

    /// TEXT or NULL, to be read and not kept.
    pub fn opt_str(&self, i: usize) -> Result<Option<&str>> {
        match self.at(i)? {
            Value::Null => Ok(None),
            Value::Text(t) => Ok(Some(t)),
            other => Err(Error::internal(format!("column {i} is no text: {other:?}"))),
        }
    }

    /// BIGINT.
    pub fn int(&self, i: usize) -> Result<i64> {
        self.opt_int(i)?.ok_or_else(|| Error::internal(format!("column {i} is NULL")))
    }

    /// BIGINT or NULL.
    pub fn opt_int(&self, i: usize) -> Result<Option<i64>> {
        match self.at(i)? {
            Value::Null => Ok(None),
            Value::Int(n) => Ok(Some(*n)),
            other => Err(Error::internal(format!("column {i} is no integer: {other:?}"))),
        }
    }

    /// DOUBLE PRECISION.
    pub fn real(&self, i: usize) -> Result<f64> {
        self.opt_real(i)?.ok_or_else(|| Error::internal(format!("column {i} is NULL")))
    }

    /// DOUBLE PRECISION or NULL.
    pub fn opt_real(&self, i: usize) -> Result<Option<f64>> {
        match self.at(i)? {
            Value::Null => Ok(None),
            Value::Real(x) => Ok(Some(*x)),
            other => Err(Error::internal(format!("column {i} is no number: {other:?}"))),
        }
    }

    /// An id kept as TEXT.
    pub fn id(&self, i: usize) -> Result<Id> {
        self.str(i)?.parse().map_err(|e| Error::internal(format!("column {i}: {e}")))
    }

    /// An id kept as TEXT, or NULL.
    pub fn opt_id(&self, i: usize) -> Result<Option<Id>> {
        self.opt_str(i)?.map(|t| t.parse().map_err(|e| Error::internal(format!("column {i}: {e}")))).transpose()
    }

    /// A time kept as microseconds.
    pub fn time(&self, i: usize) -> Result<Time> {
        self.int(i).map(Time)
    }

    /// A time kept as microseconds, or NULL.
    pub fn opt_time(&self, i: usize) -> Result<Option<Time>> {
        Ok(self.opt_int(i)?.map(Time))
    }

    /// 0 or 1.
    pub fn bool(&self, i: usize) -> Result<bool> {
        Ok(self.int(i)? != 0)
    }
}

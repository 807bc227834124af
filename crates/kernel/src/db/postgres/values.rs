//! Values on the wire: bound in place without a copy, read by the types that both engines store.

use std::error::Error as StdError;
use std::fmt;

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type as Wire, to_sql_checked};
use tokio_postgres::{Column, Row as WireRow};

use crate::db::{Row, Type, Value};
use crate::error::{Error, Result};

type Fault = Box<dyn StdError + Sync + Send>;

/// The server's type for a stated one.
pub(super) fn wire(stated: Type) -> Wire {
    match stated {
        Type::Text => Wire::TEXT,
        Type::Int => Wire::INT8,
        Type::Real => Wire::FLOAT8,
    }
}

/// A parameter. Its `Debug` hides the value, because the driver logs parameters at its debug level.
pub(super) struct Bound<'a>(pub(super) &'a Value);

impl fmt::Debug for Bound<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Value::Null => "null",
            Value::Int(_) => "int",
            Value::Real(_) => "real",
            Value::Text(_) => "text",
        })
    }
}

impl ToSql for Bound<'_> {
    fn to_sql(&self, ty: &Wire, out: &mut BytesMut) -> std::result::Result<IsNull, Fault> {
        match (self.0, ty) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Int(n), &Wire::INT8) => n.to_sql(ty, out),
            (Value::Real(x), &Wire::FLOAT8) => x.to_sql(ty, out),
            (Value::Text(t), &Wire::TEXT) => t.as_str().to_sql(ty, out),
            (value, ty) => Err(format!("{:?} bound as {ty}", Bound(value)).into()),
        }
    }

    fn accepts(ty: &Wire) -> bool {
        matches!(*ty, Wire::TEXT | Wire::INT8 | Wire::FLOAT8)
    }

    to_sql_checked!();
}

/// A column read.
struct Got(Value);

impl<'a> FromSql<'a> for Got {
    fn from_sql(ty: &Wire, raw: &'a [u8]) -> std::result::Result<Self, Fault> {
        Ok(Got(match *ty {
            Wire::INT8 => Value::Int(i64::from_sql(ty, raw)?),
            Wire::INT4 => Value::Int(i32::from_sql(ty, raw)?.into()),
            Wire::FLOAT8 => Value::Real(f64::from_sql(ty, raw)?),
            _ => Value::Text(<&str>::from_sql(ty, raw)?.to_owned()),
        }))
    }

    fn from_sql_null(_: &Wire) -> std::result::Result<Self, Fault> {
        Ok(Got(Value::Null))
    }

    fn accepts(ty: &Wire) -> bool {
        matches!(*ty, Wire::INT8 | Wire::INT4 | Wire::FLOAT8 | Wire::TEXT | Wire::VARCHAR | Wire::BPCHAR)
    }
}

/// Refuses columns of a type that SQLite would give back differently (bool, numeric, timestamps), by name.
pub(super) fn check_columns(statement: &str, columns: &[Column]) -> Result<()> {
    match columns.iter().find(|c| !<Got as FromSql>::accepts(c.type_())) {
        None => Ok(()),
        Some(c) => Err(Error::internal(format!(
            "{statement}: column {} has type {}; cast it to TEXT, BIGINT or FLOAT8",
            c.name(),
            c.type_()
        ))),
    }
}

/// One row; its columns have passed [`check_columns`].
pub(super) fn read_row(statement: &str, row: &WireRow) -> Result<Row> {
    let mut out = Vec::with_capacity(row.len());
    for i in 0..row.len() {
        let Got(value) = row.try_get(i).map_err(|e| Error::internal(format!("{statement}: column {i}: {e}")))?;
        if matches!(value, Value::Real(x) if !x.is_finite()) {
            return Err(Error::internal(format!("{statement}: column {i} is not a finite number")));
        }
        out.push(value);
    }
    Ok(Row(out))
}

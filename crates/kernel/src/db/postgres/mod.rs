//! TEMPORARY stub by the lead so that others can compile; the PostgreSQL writer replaces this whole file.
mod config; mod counters;
pub use config::PgConfig;
use super::{Row, Running, Type, Value};
use crate::error::{Error, Result};
use crate::live::Live;
pub(crate) fn start(_: &PgConfig, _: Live) -> Result<Running> { Err(Error::internal("stub")) }
/// stub
pub struct RawPg;
impl RawPg {
    /// stub
    pub fn batch_execute(&mut self, _: &str) -> Result<()> { Err(Error::internal("stub")) }
    /// stub
    pub fn query(&mut self, _: &str, _: &[Value], _: &[Type]) -> Result<Vec<Row>> { Err(Error::internal("stub")) }
}
/// stub
pub fn connect_raw(_: &PgConfig) -> Result<RawPg> { Err(Error::internal("stub")) }

//! One SQL text for both engines. A statement is a constant made by [`crate::sql!`]; each parameter states its type
//! once (`$1::TEXT`, `::BIGINT`, `::FLOAT8`). PostgreSQL reads the text as it stands. For SQLite it is rewritten once:
//! `$n` would be a *name* there, numbered by first appearance, so it becomes `?n`; the casts are dropped, and the types
//! are checked by us at each binding; `COLLATE "C"` becomes `COLLATE BINARY`.

use std::sync::OnceLock;

use super::value::{Type, Value};
use crate::error::{Error, Result};

/// A named statement.
#[derive(Debug)]
pub struct Sql {
    /// The constant's name, for logs and errors.
    pub name: &'static str,
    /// The text, as PostgreSQL reads it.
    pub text: &'static str,
    parsed: OnceLock<Parsed>,
}

#[derive(Debug)]
struct Parsed {
    sqlite: String,
    types: std::result::Result<Vec<Type>, String>,
}

impl Sql {
    /// Use [`crate::sql!`], which also lists the statement for the test that prepares all of them on both engines.
    pub const fn new(name: &'static str, text: &'static str) -> Self {
        Self { name, text, parsed: OnceLock::new() }
    }

    fn parsed(&self) -> &Parsed {
        self.parsed.get_or_init(|| {
            let mut parsed = parse(self.text);
            let first = self.text.split(|c: char| !c.is_ascii_alphabetic()).find(|w| !w.is_empty()).unwrap_or("");
            if !DATA.contains(&first) {
                parsed.types = Err(format!("“{first}”: a unit of work reads and changes rows, nothing else"));
            }
            parsed
        })
    }

    /// The text for SQLite.
    pub fn sqlite(&self) -> &str {
        &self.parsed().sqlite
    }

    /// The stated types, by parameter number.
    ///
    /// # Errors
    /// [`Error::Internal`] if a parameter states no type; a test over all statements finds it before a user does.
    pub fn types(&self) -> Result<&[Type]> {
        self.parsed().types.as_deref().map_err(|e| Error::internal(format!("{}: {e}", self.name)))
    }

    /// Checks the number and kinds of what is bound.
    pub(crate) fn check(&self, params: &[Value]) -> Result<()> {
        let types = self.types()?;
        if types.len() != params.len() {
            return Err(Error::internal(format!("{}: {} parameters, {} bound", self.name, types.len(), params.len())));
        }
        for (i, (value, stated)) in params.iter().zip(types).enumerate() {
            value.check(*stated, i + 1, self.name)?;
        }
        Ok(())
    }
}

/// What a statement may begin with. Tables are made by migrations; transactions begin and end around the closure, and a
/// BEGIN, COMMIT, PRAGMA or DDL inside would end or outlive the group's.
const DATA: [&str; 5] = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"];

/// Replaces `$n`, casts and collations; reads the types.
fn parse(text: &str) -> Parsed {
    let mut out = String::with_capacity(text.len());
    let mut types: Vec<Option<Type>> = Vec::new();
    let mut fault = None;
    let bytes = text.as_bytes();
    let mut i = 0;
    let mut quoted = false;
    while i < bytes.len() {
        let rest = &text[i..];
        if bytes[i] == b'\'' {
            quoted = !quoted;
        }
        if !quoted && bytes[i] == b';' {
            fault = Some("; : one statement per text".to_owned());
        }
        if !quoted && bytes[i] == b'$' && bytes.get(i + 1).is_some_and(u8::is_ascii_digit) {
            let digits: String = rest[1..].chars().take_while(char::is_ascii_digit).collect();
            let n: usize = digits.parse().unwrap_or(0);
            i += 1 + digits.len();
            out.push('?');
            out.push_str(&digits);
            if n == 0 || n > 999 {
                fault = Some(format!("${digits} is no parameter number"));
                continue;
            }
            if types.len() < n {
                types.resize(n, None);
            }
            if let Some(cast) = text[i..].strip_prefix("::") {
                let word: String = cast.chars().take_while(char::is_ascii_alphanumeric).collect();
                i += 2 + word.len();
                match word.as_str() {
                    "TEXT" => types[n - 1] = Some(Type::Text),
                    "BIGINT" => types[n - 1] = Some(Type::Int),
                    "FLOAT8" => types[n - 1] = Some(Type::Real),
                    other => fault = Some(format!("${n}::{other}: only TEXT, BIGINT and FLOAT8")),
                }
            }
            continue;
        }
        if !quoted && rest.starts_with("COLLATE \"C\"") {
            out.push_str("COLLATE BINARY");
            i += "COLLATE \"C\"".len();
            continue;
        }
        let c = rest.chars().next().unwrap_or(' ');
        out.push(c);
        i += c.len_utf8();
    }
    let types = match (fault, types.iter().position(Option::is_none)) {
        (Some(f), _) => Err(f),
        (None, Some(i)) => Err(format!("${} states no type; write ${}::TEXT, ::BIGINT or ::FLOAT8", i + 1, i + 1)),
        (None, None) => Ok(types.into_iter().flatten().collect()),
    };
    Parsed { sqlite: out, types }
}

/// The text of a one-row `INSERT .. VALUES (..)` repeated for `rows` rows, parameters renumbered; for PostgreSQL.
///
/// # Errors
/// [`Error::Internal`] if the text has no single `VALUES (..)` group.
pub(crate) fn multi_row(text: &str, rows: usize) -> Result<String> {
    let bad = || Error::internal("not a one-row INSERT .. VALUES (..)");
    let open = text.find("VALUES (").ok_or_else(bad)? + "VALUES ".len();
    let mut depth = 0;
    let mut close = None;
    for (i, c) in text[open..].char_indices() {
        match c {
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    close = Some(open + i + 1);
                    break;
                }
            }
            _ => {}
        }
    }
    let close = close.ok_or_else(bad)?;
    let group = &text[open..close];
    if text[close..].contains('$') {
        return Err(Error::internal("a repeated INSERT may use parameters only inside VALUES (..)"));
    }
    let per_row = parse(group).types.map_err(Error::internal)?.len();
    let mut out = String::with_capacity(text.len() + group.len() * rows);
    out.push_str(&text[..open]);
    for row in 0..rows {
        if row > 0 {
            out.push_str(", ");
        }
        let mut chars = group.chars().peekable();
        while let Some(c) = chars.next() {
            out.push(c);
            if c == '$' {
                let mut n = 0usize;
                while let Some(d) = chars.peek().and_then(|c| c.to_digit(10)) {
                    n = n * 10 + d as usize;
                    chars.next();
                }
                out.push_str(&(row * per_row + n).to_string());
            }
        }
    }
    out.push_str(&text[close..]);
    Ok(out)
}

/// Declares the statements of a store.
///
/// ```ignore
/// kernel::sql! {
///     /// A team by its id.
///     pub TEAM = "SELECT id, name FROM team WHERE id = $1::TEXT";
/// }
/// ```
#[macro_export]
macro_rules! sql {
    ($( $(#[$meta:meta])* $vis:vis $name:ident = $text:expr; )+) => {
        $( $(#[$meta])* $vis static $name: $crate::db::Sql = $crate::db::Sql::new(stringify!($name), $text); )+
        /// Every statement of this file; a test prepares each on both engines.
        #[allow(unreachable_pub)]
        pub static STATEMENTS: &[&$crate::db::Sql] = &[ $( &$name ),+ ];
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_numbers_for_sqlite() {
        let s = Sql::new("T", "UPDATE t SET title = $2::TEXT WHERE id = $1::BIGINT AND x <> '$9::TEXT'");
        assert_eq!(s.sqlite(), "UPDATE t SET title = ?2 WHERE id = ?1 AND x <> '$9::TEXT'");
        assert_eq!(s.types().unwrap(), [Type::Int, Type::Text]);
    }

    #[test]
    fn a_parameter_without_a_type_is_found() {
        let s = Sql::new("T", "SELECT a FROM t WHERE id = $1");
        assert!(s.types().unwrap_err().class().0 == 500);
    }

    #[test]
    fn only_statements_on_rows_are_taken() {
        for bad in
            ["COMMIT", "BEGIN", "PRAGMA user_version = 1", "CREATE TABLE t (a)", "savepoint x", "", "SELECT 1; DELETE FROM t"]
        {
            let s = Sql::new("T", bad);
            assert!(s.check(&[]).is_err(), "{bad}");
        }
        let s = Sql::new("T", "WITH n (i) AS (SELECT ';') SELECT i FROM n");
        assert!(s.check(&[]).is_ok());
    }

    #[test]
    fn collation_is_rewritten() {
        let s = Sql::new("T", "SELECT a FROM t ORDER BY a COLLATE \"C\" NULLS LAST");
        assert_eq!(s.sqlite(), "SELECT a FROM t ORDER BY a COLLATE BINARY NULLS LAST");
    }

    #[test]
    fn binding_refuses_what_only_one_engine_takes() {
        let s = Sql::new("T", "SELECT $1::BIGINT, $2::TEXT, $3::FLOAT8");
        let good = [Value::Int(1), "a".into(), Value::Real(1.0)];
        assert!(s.check(&good).is_ok());
        for (i, bad) in [
            (0, Value::Text("1".into())),
            (1, Value::Int(1)),
            (1, Value::Text("a\0b".into())),
            (2, Value::Real(f64::NAN)),
            (2, Value::Real(f64::INFINITY)),
            (2, Value::Int(1)),
        ] {
            let mut params = good.clone();
            params[i] = bad.clone();
            assert!(s.check(&params).is_err(), "{bad:?} at {i}");
        }
        assert!(s.check(&good[..2]).is_err());
        assert!(Value::try_from(u64::MAX).is_err());
    }

    #[test]
    fn a_row_is_repeated_with_its_parameters_renumbered() {
        let text = "INSERT INTO t (a, b) VALUES ($1::TEXT, coalesce($2::BIGINT, 0)) ON CONFLICT (a) DO NOTHING";
        assert_eq!(
            multi_row(text, 2).unwrap(),
            "INSERT INTO t (a, b) VALUES ($1::TEXT, coalesce($2::BIGINT, 0)), \
             ($3::TEXT, coalesce($4::BIGINT, 0)) ON CONFLICT (a) DO NOTHING"
        );
    }
}

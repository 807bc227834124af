//! A CSV table, over HTTP or in a file: which columns are read, and how dates and numbers are written in it.

use std::path::{Path, PathBuf};

use kernel::error::Faults;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::checks::{check_address, check_placeholders, check_shape, name_of_secret, one_line};
use super::rows::Combine;

/// What stands between two columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Delimiter {
    /// `,`
    #[default]
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
}

impl Delimiter {
    /// As a byte.
    pub fn byte(self) -> u8 {
        match self {
            Delimiter::Comma => b',',
            Delimiter::Semicolon => b';',
            Delimiter::Tab => b'\t',
        }
    }

    /// As it is stored and sent.
    pub fn key(self) -> &'static str {
        match self {
            Delimiter::Comma => "comma",
            Delimiter::Semicolon => "semicolon",
            Delimiter::Tab => "tab",
        }
    }
}

/// How numbers are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DecimalMark {
    /// `1234.5`
    #[default]
    Point,
    /// `1.234,5`
    Comma,
}

impl DecimalMark {
    /// A number; `None` for an empty field.
    ///
    /// # Errors
    /// What was read instead, as a clause.
    pub fn read(self, text: &str) -> Result<Option<f64>, String> {
        let trimmed = text.trim().trim_end_matches('%').trim_end();
        if trimmed.is_empty() {
            return Ok(None);
        }
        let plain: String = match self {
            DecimalMark::Point => trimmed.chars().filter(|c| !matches!(c, ' ' | '\'' | '\u{a0}' | '\u{202f}')).collect(),
            DecimalMark::Comma => trimmed
                .chars()
                .filter(|c| !matches!(c, ' ' | '.' | '\'' | '\u{a0}' | '\u{202f}'))
                .map(|c| if c == ',' { '.' } else { c })
                .collect(),
        };
        let shown = kernel::text::shown(trimmed, 40);
        match plain.parse::<f64>() {
            Ok(x) if x.is_finite() => Ok(Some(x)),
            _ if self == DecimalMark::Point && trimmed.contains(',') => {
                Err(format!("“{shown}” has a comma. If it is the decimal sign, set decimal to comma"))
            }
            _ => Err(format!("“{shown}” is no number")),
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Csv {
    /// `https://host/path` with the placeholders that a JSON source has too, or an absolute path under a configured folder.
    pub location: String,
    /// Name of the secret to send to an address, as the configuration has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// What stands between two columns; a comma if it is left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub delimiter: Delimiter,
    /// Name of the column with the number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// Name of the column with the numerator, for a ratio.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub numerator: String,
    /// Name of the column with the denominator.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub denominator: String,
    /// Name of the column with the time, or with the name of the period.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub time: String,
    /// How times are written, in the letters of strftime, such as `%d.%m.%Y`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub time_format: String,
    /// How numbers are written; with a point if it is left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub decimal: DecimalMark,
    /// How several numbers of a period become one; without it there must be one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub combine: Option<Combine>,
}

impl Csv {
    /// The path, if it is a file.
    pub fn path(&self) -> Option<PathBuf> {
        self.location.starts_with('/').then(|| PathBuf::from(&self.location))
    }

    /// Trims what was typed; adds its faults.
    pub(super) fn check(&mut self, faults: &mut Faults) {
        self.location = one_line(faults, "pull.location", "The location", &self.location, 2000);
        match self.path() {
            Some(path) if path.components().any(|c| c.as_os_str() == "..") || path == Path::new("/") => {
                faults.add("pull.location", "Write the path of the file itself, without “..”.");
            }
            Some(_) if self.secret.as_deref().is_some_and(|s| !s.trim().is_empty()) => {
                faults.add("pull.secret", "A file needs no secret. Leave it out.");
            }
            Some(_) => {}
            None => {
                check_address(faults, "pull.location", &self.location);
                check_placeholders(faults, "pull.location", &self.location);
            }
        }
        name_of_secret(faults, "pull.secret", &mut self.secret);
        for (at, what, column) in [
            ("pull.value", "The column of the value", &mut self.value),
            ("pull.numerator", "The column of the numerator", &mut self.numerator),
            ("pull.denominator", "The column of the denominator", &mut self.denominator),
            ("pull.time", "The column of the time", &mut self.time),
            ("pull.time_format", "The form of times", &mut self.time_format),
        ] {
            *column = one_line(faults, at, what, column, 200);
        }
        check_shape(faults, [&self.value, &self.numerator, &self.denominator], self.combine);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_said_to_be_written() {
        for (text, expected) in [("12.5", 12.5), (" 1 234 ", 1234.0), ("3 %", 3.0), ("-4e2", -400.0)] {
            assert_eq!(DecimalMark::Point.read(text), Ok(Some(expected)), "{text}");
        }
        for (text, expected) in [("12,5", 12.5), ("1.234,5", 1234.5), ("7", 7.0), ("0,5%", 0.5)] {
            assert_eq!(DecimalMark::Comma.read(text), Ok(Some(expected)), "{text}");
        }
        assert_eq!(DecimalMark::Point.read("  "), Ok(None));
        assert!(DecimalMark::Point.read("12,5").unwrap_err().contains("set decimal to comma"));
        for text in ["n/a", "NaN", "inf", "--", "1.2.3", "0x10"] {
            assert!(DecimalMark::Point.read(text).is_err(), "{text}");
        }
    }
}

//! REST: pages by cursor, idempotency keys, and the description of each route that the OpenAPI document is made from.

pub mod idempotency;
mod merge;
pub mod openapi;

use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Ref, Schema, Type};

pub use idempotency::{change, change_and};

use crate::error::{Error, Result};

/// A page of a list.
#[derive(Debug, Clone, Serialize)]
pub struct Page<T> {
    /// In the list's fixed order.
    pub items: Vec<T>,
    /// Give it as `cursor` for the following page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of `limit` items out of `limit + 1` read rows.
    pub fn cut(mut rows: Vec<T>, limit: i64, key: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(|r| hex::encode(key(r))) } else { None };
        Self { items: rows, next }
    }
}

// Written out because a derived one is named `Page` whatever it holds, so that one list's items would stand for all.
impl<T: utoipa::ToSchema> utoipa::PartialSchema for Page<T> {
    fn schema() -> RefOr<Schema> {
        let text = |about: &str| ObjectBuilder::new().schema_type(Type::String).description(Some(about));
        let items = ArrayBuilder::new().items(Ref::from_schema_name(T::name())).description(Some("In the list's fixed order."));
        ObjectBuilder::new()
            .description(Some("A page of a list."))
            .property("items", items)
            .required("items")
            .property("next", text("Give it as `cursor` for the following page; absent on the last."))
            .into()
    }
}

impl<T: utoipa::ToSchema> utoipa::ToSchema for Page<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("PageOf{}", T::name()).into()
    }

    fn schemas(out: &mut Vec<(String, RefOr<Schema>)>) {
        out.push((T::name().into_owned(), T::schema()));
        T::schemas(out);
    }
}

/// Reads `limit`: 1 to `most`, 50 if absent.
///
/// # Errors
/// [`Error::Invalid`] that states the range.
pub fn limit(text: Option<&str>, most: i64) -> Result<i64> {
    match text {
        None => Ok(50.min(most)),
        Some(t) => match t.parse::<i64>() {
            Ok(n) if (1..=most).contains(&n) => Ok(n),
            _ => Err(Error::invalid("limit", format!("limit is a number from 1 to {most}."))),
        },
    }
}

/// Reads a cursor that [`Page::cut`] made.
///
/// # Errors
/// [`Error::Invalid`].
pub fn cursor<T: std::str::FromStr>(text: &str) -> Result<T> {
    let bad = || Error::invalid("cursor", "The cursor is not one that this list gave. Begin without it.");
    let bytes = hex::decode(text).map_err(|_| bad())?;
    let text = String::from_utf8(bytes).map_err(|_| bad())?;
    text.parse().map_err(|_| bad())
}

/// Collects a type's schema and those it refers to; returns the reference to it.
pub type SchemaFn = fn(&mut Vec<(String, RefOr<Schema>)>) -> RefOr<Schema>;

/// The [`SchemaFn`] of a type.
pub fn schema<T: utoipa::ToSchema>(out: &mut Vec<(String, RefOr<Schema>)>) -> RefOr<Schema> {
    T::schemas(out);
    let name = T::name().into_owned();
    out.push((name.clone(), T::schema()));
    RefOr::Ref(Ref::from_schema_name(name))
}

/// A query parameter.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    /// Name.
    pub name: &'static str,
    /// What it does, with its range.
    pub about: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// It must be there.
    pub required: bool,
}

/// What a query parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Any text.
    Text,
    /// A whole number from 1 to this.
    UpTo(i64),
}

/// An optional query parameter that takes a text.
pub const fn param(name: &'static str, about: &'static str) -> Param {
    Param { name, about, takes: Takes::Text, required: false }
}

/// `limit`: how many items a page has at most.
pub const fn limit_param(most: i64) -> Param {
    Param { name: "limit", about: "Items of the page; 50 if absent", takes: Takes::UpTo(most), required: false }
}

/// A query parameter that must be there.
pub const fn required(name: &'static str, about: &'static str) -> Param {
    Param { name, about, takes: Takes::Text, required: true }
}

/// What the OpenAPI document says about a route.
#[derive(Debug, Clone, Copy)]
pub struct Doc {
    /// One line, imperative.
    pub summary: &'static str,
    /// Query parameters.
    pub query: &'static [Param],
    /// The body's type.
    pub body: Option<SchemaFn>,
    /// Status of success.
    pub status: u16,
    /// The answer's type; `None` for 204.
    pub answer: Option<SchemaFn>,
    /// Media type of the answer.
    pub media: &'static str,
}

impl Doc {
    const fn new(summary: &'static str, body: Option<SchemaFn>, status: u16, answer: Option<SchemaFn>) -> Self {
        Self { summary, query: &[], body, status, answer, media: "application/json" }
    }

    /// A read.
    pub const fn get(summary: &'static str, answer: SchemaFn) -> Self {
        Self::new(summary, None, 200, Some(answer))
    }

    /// Makes something: 201.
    pub const fn create(summary: &'static str, body: SchemaFn, answer: SchemaFn) -> Self {
        Self::new(summary, Some(body), 201, Some(answer))
    }

    /// Changes something: 200.
    pub const fn change(summary: &'static str, body: SchemaFn, answer: SchemaFn) -> Self {
        Self::new(summary, Some(body), 200, Some(answer))
    }

    /// An act without a body that answers with the thing.
    pub const fn act(summary: &'static str, answer: SchemaFn) -> Self {
        Self::new(summary, None, 200, Some(answer))
    }

    /// Takes something away: 204.
    pub const fn remove(summary: &'static str) -> Self {
        Self::new(summary, None, 204, None)
    }

    /// With query parameters.
    pub const fn query(mut self, query: &'static [Param]) -> Self {
        self.query = query;
        self
    }

    /// With another media type of the answer.
    pub const fn media(mut self, media: &'static str) -> Self {
        self.media = media;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_gives_a_cursor_only_if_there_is_more() {
        let page = Page::cut(vec![1, 2, 3], 2, ToString::to_string);
        assert_eq!(page.items, [1, 2]);
        assert_eq!(cursor::<i64>(&page.next.unwrap()).unwrap(), 2);
        assert!(Page::cut(vec![1, 2], 2, ToString::to_string).next.is_none());
    }

    #[test]
    fn each_list_stands_in_the_document_with_what_it_holds() {
        let mut found = Vec::new();
        schema::<Page<crate::trail::Record>>(&mut found);
        schema::<Page<crate::error::Fault>>(&mut found);
        let items = |name: &str| {
            let (_, page) = found.iter().find(|(n, _)| n == name).unwrap();
            serde_json::to_value(page).unwrap()["properties"]["items"]["items"]["$ref"].clone()
        };
        assert_eq!(items("PageOfRecord"), "#/components/schemas/Record");
        assert_eq!(items("PageOfFault"), "#/components/schemas/Fault");
        assert!(["Record", "Ref", "Fault"].iter().all(|name| found.iter().any(|(n, _)| n == name)));
    }

    #[test]
    fn a_made_up_cursor_and_a_wild_limit_are_refused() {
        assert!(cursor::<i64>("zz").is_err());
        assert!(cursor::<i64>("ff").is_err());
        for bad in ["0", "-1", "501", "x", ""] {
            assert!(limit(Some(bad), 500).is_err(), "{bad}");
        }
        assert_eq!(limit(None, 500).unwrap(), 50);
    }
}

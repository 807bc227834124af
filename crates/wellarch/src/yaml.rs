//! YAML as trees: read with places, written so that the same tree is read again.

mod write;

use std::borrow::Cow;

use granit_parser::{Event, Parser, ScalarStyle, Span};

use crate::tree::{DEEPEST, Fault, Member, Node, Place, Value};

pub use write::write;

/// Reads one document.
///
/// Anchors, aliases, tags, directives and a second document are refused: a lens needs none of them, and with them a short file can
/// stand for an endless one.
///
/// # Errors
/// The first fault, with its place.
pub fn read(text: &str, file: u16) -> Result<Node, Fault> {
    let options = granit_parser::options! {
        disallow_directives: true,
        emit_comments: false,
        flow_nesting_limit: DEEPEST + 1,
        block_nesting_limit: 2 * DEEPEST
    };
    let mut builder = Builder { file, open: Vec::new(), done: None, documents: 0 };
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = next.map_err(|e| {
            let at = Place { file, line: number(e.marker().line()), column: number(e.marker().col()) + 1 };
            Fault::new(at, format!("This is no YAML: {}.", e.info()))
        })?;
        builder.take(event, &span)?;
    }
    builder.done.ok_or_else(|| Fault::new(Place { file, line: 1, column: 1 }, "The file is empty."))
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A collection that is not closed yet.
enum Open {
    List(Place, Vec<Node>),
    Map(Place, Vec<Member>, Option<(String, Place)>),
}

struct Builder {
    file: u16,
    open: Vec<Open>,
    done: Option<Node>,
    documents: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: &Span) -> Result<(), Fault> {
        let at = Place { file: self.file, line: number(span.start.line()), column: number(span.start.col()) + 1 };
        if event.tag().is_some() {
            return Err(Fault::new(at, "A tag (an exclamation mark and a word) means nothing in a lens. Put the text in quotes."));
        }
        if event.is_alias() || event.anchor_id().is_some_and(|id| id != 0) {
            return Err(Fault::new(
                at,
                "Anchors and aliases (& and *) are not used in a lens. Write the text out, or put it in quotes.",
            ));
        }
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(Fault::new(at, "A second document begins here. A lens file holds one."));
                }
                Ok(())
            }
            Event::Scalar(text, style, ..) => {
                let value = if style == ScalarStyle::Plain { plain(text) } else { Value::Text(text.into_owned()) };
                self.add(Node { value, at })
            }
            Event::SequenceStart(..) | Event::MappingStart(..) if self.open.len() >= DEEPEST => {
                Err(Fault::new(at, format!("This is nested more than {DEEPEST} deep; no lens is.")))
            }
            Event::SequenceStart(..) => {
                self.open.push(Open::List(at, Vec::new()));
                Ok(())
            }
            Event::MappingStart(..) => {
                self.open.push(Open::Map(at, Vec::new(), None));
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(at, items)) => self.add(Node { value: Value::List(items), at }),
                Some(Open::Map(at, members, _)) => self.add(Node { value: Value::Map(members), at }),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn add(&mut self, node: Node) -> Result<(), Fault> {
        match self.open.last_mut() {
            None => self.done = Some(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map(_, members, key @ None)) => {
                let Some(name) = node.scalar().map(str::to_owned) else {
                    return Err(Fault::new(node.at, format!("A key has to be a word; this is {}.", node.kind())));
                };
                if members.iter().any(|(k, _)| *k == name) {
                    return Err(Fault::new(node.at, format!("The key “{name}” stands twice in this mapping. Remove one.")));
                }
                *key = Some((name, node.at));
            }
            Some(Open::Map(_, members, key)) => {
                if let Some((name, _)) = key.take() {
                    members.push((name, node));
                }
            }
        }
        Ok(())
    }
}

/// What a scalar without quotes means by YAML's core schema.
fn plain(text: Cow<'_, str>) -> Value {
    match text.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        ".nan" | ".NaN" | ".NAN" => Value::Number("NaN".into()),
        ".inf" | ".Inf" | ".INF" => Value::Number("Infinity".into()),
        "-.inf" | "-.Inf" | "-.INF" => Value::Number("-Infinity".into()),
        raw if crate::json::is_number(raw) => Value::Number(text.into_owned()),
        _ => Value::Text(text.into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let bomb = "a: &a [x, x]\nb: &b [*a, *a]\n";
        let cases = [
            ("", "empty"),
            (bomb, "line 1, column 7: Anchors"),
            ("a: *b\n", "line 1"),
            ("a: !!str 1\n", "tag"),
            ("%YAML 1.2\n---\na: 1\n", "line 1"),
            ("a: 1\n---\nb: 1\n", "second document"),
            ("a: 1\na: 2\n", "line 2, column 1: The key “a” stands twice"),
            ("a: [1\n", "no YAML"),
            ("a: b: c\n", "no YAML"),
            ("[a]: 1\n", "A key has to be a word"),
            ("a:\n\tb: 1\n", "no YAML"),
        ];
        for (text, says) in cases {
            let fault = read(text, 0).unwrap_err();
            assert!(fault.to_string().contains(says), "{text:?}: {fault}");
        }
        for deep in ["[".repeat(50_000), "{a: ".repeat(50_000), "- ".repeat(50_000)] {
            assert!(read(&deep, 0).is_err());
        }
    }

    #[test]
    fn scalars_mean_what_the_core_schema_says() {
        let node = read("a: 2026.11\nb: no\nc: 'true'\nd: ~\ne: .nan\nf: 0x10\ng:\n", 0).unwrap();
        let values: Vec<_> = node.members().iter().map(|(_, n)| n.value.clone()).collect();
        let text = |s: &str| Value::Text(s.into());
        let number = |s: &str| Value::Number(s.into());
        assert_eq!(values, [number("2026.11"), text("no"), text("true"), Value::Null, number("NaN"), text("0x10"), Value::Null]);
        assert_eq!(node.get("b").unwrap().at, Place { file: 0, line: 2, column: 4 });
    }

    fn any_node() -> impl Strategy<Value = Node> {
        let awkward = prop_oneof![
            "[ -~]{0,30}",
            "[a-z:#\\-,&*!|>'\"%@`?{}\\[\\] \n\t]{0,20}",
            "(null|true|no|~|1|-1\\.5e3|\\.nan|---|\\.\\.\\.|0x1f| a|a |\n|a\n|a\n\n| \n)",
            any::<String>(),
        ];
        let key = awkward.clone();
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            prop_oneof![Just("NaN"), Just("-Infinity"), Just("1.50"), Just("-0"), Just("1E+5")]
                .prop_map(|n| Value::Number(n.into())),
            awkward.prop_map(|t| Value::Text(t.replace('\0', ""))),
        ]
        .prop_map(Node::new);
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Node::list),
                proptest::collection::vec((key.clone(), inner), 0..5).prop_map(|members| {
                    let mut seen = std::collections::BTreeSet::new();
                    let members: Vec<_> = members.into_iter().map(|(k, n)| (k.replace('\0', ""), n)).collect();
                    Node::map(members.into_iter().filter(|(k, _)| seen.insert(k.clone())).collect())
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(node in any_node()) {
            let text = write(&node);
            let again = read(&text, 0);
            prop_assert_eq!(again.as_ref(), Ok(&node), "{}", text);
            let text = crate::json::write(&node);
            let again = crate::json::read(&text);
            prop_assert_eq!(again.as_ref(), Ok(&node), "{}", text);
        }

        #[test]
        fn nothing_makes_the_readers_panic(text in "[\\[\\]{}:,\"'\\-|>&*!%@ \n\ta-z0-9\\\\]{0,200}") {
            let _ = read(&text, 0);
            let _ = crate::json::read(&text);
        }
    }
}

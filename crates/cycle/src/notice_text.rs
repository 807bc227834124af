//! The safe part of Markdown that the text of a notice may have: paragraphs, lists, headings, bold, code and links to https, http
//! or this server. Everything else stays as it was typed. Pure; pages draw it.

/// A block of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chunk {
    /// A heading: `## Words`.
    Heading(Vec<Span>),
    /// A paragraph; each line is one.
    Paragraph(Vec<Span>),
    /// A list: lines that begin with `- ` or `* `.
    List(Vec<Vec<Span>>),
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// As it was typed.
    Plain(String),
    /// `**bold**`.
    Bold(String),
    /// Between back quotes.
    Code(String),
    /// `[words](address)`.
    Link(String, String),
}

/// True for an address that a link may have.
fn is_address(text: &str) -> bool {
    let clean = !text.is_empty() && !text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\');
    let here = text.starts_with('/') && !text.starts_with("//");
    clean && (here || text.starts_with("https://") || text.starts_with("http://"))
}

/// The text between a mark at the start of `rest` and the next of it.
fn between<'a>(rest: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let (inner, after) = rest.strip_prefix(mark)?.split_once(mark)?;
    (!inner.trim().is_empty()).then_some((inner, after))
}

fn link(rest: &str) -> Option<(&str, &str, &str)> {
    let (words, more) = rest.strip_prefix('[')?.split_once("](")?;
    let (address, after) = more.split_once(')')?;
    (!words.trim().is_empty() && !words.contains(['[', '\n']) && is_address(address)).then_some((words, address, after))
}

fn spans(line: &str) -> Vec<Span> {
    let (mut out, mut plain, mut rest) = (Vec::new(), String::new(), line);
    while let Some(c) = rest.chars().next() {
        let found = match c {
            '*' => between(rest, "**").map(|(t, after)| (Span::Bold(t.to_owned()), after)),
            '`' => between(rest, "`").map(|(t, after)| (Span::Code(t.to_owned()), after)),
            '[' => link(rest).map(|(w, a, after)| (Span::Link(w.to_owned(), a.to_owned()), after)),
            _ => None,
        };
        match found {
            Some((span, after)) => {
                if !plain.is_empty() {
                    out.push(Span::Plain(std::mem::take(&mut plain)));
                }
                out.push(span);
                rest = after;
            }
            None => {
                plain.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    if !plain.is_empty() {
        out.push(Span::Plain(plain));
    }
    out
}

/// The blocks of a text.
pub fn chunks(text: &str) -> Vec<Chunk> {
    let mut out: Vec<Chunk> = Vec::new();
    // Whether the line before was empty: then a list or a paragraph begins anew.
    let mut fresh = true;
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() {
            fresh = true;
            continue;
        }
        let item = line.strip_prefix("- ").or_else(|| line.strip_prefix("* "));
        match (item, line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#'))) {
            (Some(item), _) => match out.last_mut() {
                Some(Chunk::List(items)) if !fresh => items.push(spans(item)),
                _ => out.push(Chunk::List(vec![spans(item)])),
            },
            (None, Some(words)) => out.push(Chunk::Heading(spans(words))),
            (None, None) => match out.last_mut() {
                Some(Chunk::Paragraph(p)) if !fresh => {
                    p.push(Span::Plain(" ".into()));
                    p.extend(spans(line));
                }
                _ => out.push(Chunk::Paragraph(spans(line))),
            },
        }
        fresh = false;
    }
    out
}

/// A text without its marks, for messages.
pub fn plain(spans: &[Span]) -> String {
    spans
        .iter()
        .map(|s| match s {
            Span::Plain(t) | Span::Bold(t) | Span::Code(t) | Span::Link(t, _) => t.as_str(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn p(t: &str) -> Span {
        Span::Plain(t.into())
    }

    #[test]
    fn what_is_understood_is_taken_apart_and_the_rest_stays() {
        let text = "One **two** `three`\nfour [five](https://a.example/x).\n\n## Six\n- seven\n* eight\n\n- nine";
        let link = Span::Link("five".into(), "https://a.example/x".into());
        assert_eq!(
            chunks(text),
            [
                Chunk::Paragraph(vec![
                    p("One "),
                    Span::Bold("two".into()),
                    p(" "),
                    Span::Code("three".into()),
                    p(" "),
                    p("four "),
                    link,
                    p(".")
                ]),
                Chunk::Heading(vec![p("Six")]),
                Chunk::List(vec![vec![p("seven")], vec![p("eight")]]),
                Chunk::List(vec![vec![p("nine")]]),
            ]
        );
        for odd in [
            "**",
            "** **",
            "`",
            "[x](",
            "[x](javascript:alert(1))",
            "[x](//evil.example)",
            "[x](/a b)",
            "a * b",
            "#x",
            "<b>x</b>",
            "![x](data:y)",
        ] {
            let found = chunks(odd);
            assert!(
                matches!(&found[..], [Chunk::Paragraph(s)] if s.iter().all(|s| matches!(s, Span::Plain(_)))),
                "{odd}: {found:?}"
            );
        }
        assert_eq!(plain(&spans("a **b** [c](/d)")), "a b c");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_no_link_leads_astray(text in "[a-z*`\\[\\]()#\\- /:.\\n]{0,200}") {
            let all: Vec<Span> = chunks(&text).into_iter().flat_map(|c| match c {
                Chunk::Heading(s) | Chunk::Paragraph(s) => s,
                Chunk::List(items) => items.into_iter().flatten().collect(),
            }).collect();
            let letters = |t: &str| t.chars().filter(|c| c.is_ascii_alphabetic()).count();
            let kept: usize = all.iter().map(|s| match s {
                Span::Link(w, a) => letters(w) + letters(a),
                s => letters(&plain(std::slice::from_ref(s))),
            }).sum();
            prop_assert_eq!(kept, letters(&text));
            for s in &all {
                if let Span::Link(_, a) = s {
                    prop_assert!(is_address(a));
                }
            }
        }
    }
}

//! Slack's Block Kit, for incoming webhooks. Limits: 50 blocks, 150 characters of a header, 3,000 of a section; a webhook refuses
//! about 13,000 characters in all, so no more than 12,000 are sent. What does not fit stays behind a link to its page here.
//!
//! `&`, `<` and `>` are written as entities, which also takes every mention apart: `<!channel>` is text and calls nobody.

use serde_json::{Value, json};

use super::{Setting, about, shortened};
use crate::message::{Block, Message};

/// Blocks of one message.
pub const BLOCKS: usize = 50;
/// Characters of a header.
pub const HEADER: usize = 150;
/// Characters of a section.
pub const SECTION: usize = 3_000;
/// Characters of all texts together.
pub const TOTAL: usize = 12_000;

/// Text as Slack reads it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// How many characters Slack counts: UTF-16 units, to be on the safe side.
fn size(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Escaped pieces of at most `most`, cut at line breaks or blanks where there are any; an entity stays whole.
fn pieces(text: &str, most: usize) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (mut used, mut end, mut blank) = (0, rest.len(), None);
        for (i, c) in rest.char_indices() {
            used += match c {
                '&' => 5,
                '<' | '>' => 4,
                c => c.len_utf16(),
            };
            if used > most {
                end = blank.filter(|b| *b > 0).unwrap_or(i);
                break;
            }
            if c.is_whitespace() {
                blank = Some(i);
            }
        }
        // One character fits whatever the limit is.
        let end = if end == 0 { rest.chars().next().map_or(rest.len(), char::len_utf8) } else { end };
        let piece = escaped(rest[..end].trim_end());
        if !piece.is_empty() {
            out.push(piece);
        }
        rest = rest[end..].trim_start();
    }
    out
}

fn section(text: &str) -> Value {
    json!({ "type": "section", "text": { "type": "mrkdwn", "text": text, "verbatim": true } })
}

/// The texts of a block, each fit for a section.
fn texts(block: &Block, s: &Setting<'_>) -> Vec<String> {
    match block {
        Block::Heading { text } => {
            pieces(&shortened(text, HEADER), SECTION - 2).into_iter().map(|t| format!("*{}*", t.replace('\n', " "))).collect()
        }
        Block::Paragraph { text } => pieces(text, SECTION),
        Block::List { items } => joined(items.iter().map(|i| pieces(&format!("• {i}"), SECTION))),
        Block::Facts { facts } => joined(facts.iter().map(|f| pieces(&format!("{}: {}", f.name, f.value), SECTION))),
        Block::Link { words, href } => {
            let words = escaped(&shortened(words, 200)).replace(['|', '\n'], " ");
            vec![format!("<{}|{words}>", s.link(href))]
        }
    }
}

/// Lines put together as long as they fit one section.
fn joined(lines: impl Iterator<Item = Vec<String>>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for line in lines.flatten() {
        match out.last_mut() {
            Some(last) if size(last) + 1 + size(&line) <= SECTION => {
                last.push('\n');
                last.push_str(&line);
            }
            _ => out.push(line),
        }
    }
    out
}

/// The body of the request.
pub fn body(m: &Message, s: &Setting<'_>) -> Value {
    let title = shortened(m.title.trim(), HEADER);
    let open = format!("<{}|Open in bellwether>", s.link(&m.href));
    let last = json!({
        "type": "context",
        "elements": [{ "type": "mrkdwn", "text": format!("{open}  ·  {}", escaped(&shortened(&about(m, s), 200))), "verbatim": true }]
    });
    // A receiver knows a message that comes twice by the id of its first block.
    let mut blocks =
        vec![json!({ "type": "header", "block_id": s.id, "text": { "type": "plain_text", "text": title, "emoji": false } })];
    let mut left = TOTAL - size(&title);
    let mut cut = false;
    'all: for block in &m.blocks {
        for text in texts(block, s) {
            // Two stay free: for what says that something is missing, and for the last line.
            if blocks.len() + 2 >= BLOCKS || size(&text) > left {
                cut = true;
                break 'all;
            }
            left -= size(&text);
            blocks.push(section(&text));
        }
    }
    if cut {
        blocks.push(section(&format!("There is more. <{}|Read all of it>.", s.link(&m.own_href()))));
    }
    blocks.push(last);
    json!({ "text": escaped(&title), "blocks": blocks })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sample::{SETTING, any_message, message};
    use super::*;

    fn all_texts(body: &Value) -> Vec<String> {
        fn walk(v: &Value, out: &mut Vec<String>) {
            match v {
                Value::Object(o) => o.iter().for_each(|(k, v)| match v {
                    Value::String(t) if k == "text" => out.push(t.clone()),
                    v => walk(v, out),
                }),
                Value::Array(a) => a.iter().for_each(|v| walk(v, out)),
                _ => {}
            }
        }
        let mut out = Vec::new();
        walk(&body["blocks"], &mut out);
        out
    }

    #[test]
    fn a_message_is_written_in_blocks_and_mentions_nobody() {
        let body = body(&message(), &SETTING);
        assert_eq!(body["blocks"][0]["block_id"], "0193-0001");
        assert_eq!(body["text"], "Minutes of sprint 22: &lt;!channel&gt; &amp; more");
        let text = all_texts(&body).join("\n");
        for part in [
            "*Payments*",
            "nobody &lt;@U1&gt; was called",
            "• Add jitter",
            "By: 4 December\nOwner: Ada &lt;Lovelace&gt;",
            "<https://bellwether.example/b/actions|All actions>",
            "<https://bellwether.example/b/sessions/22|Open in bellwether>",
            "Minutes of sessions, Digital &lt;Engineering&gt;",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("There is more"));
    }

    #[test]
    fn a_long_text_is_cut_between_words_and_nothing_of_it_is_lost_below_the_limit() {
        let text = "word & word ".repeat(500);
        let parts = pieces(&text, SECTION);
        assert!(parts.len() > 1 && parts.iter().all(|p| size(p) <= SECTION && !p.ends_with(' ')));
        let words = |t: &str| t.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(parts.iter().flat_map(|p| words(p)).collect::<Vec<_>>(), words(&escaped(&text)));
        assert_eq!(pieces("&&&", 5), ["&amp;"; 3]);
        assert_eq!(pieces("é", 1), ["é"]);
    }

    proptest! {
        #[test]
        fn no_limit_is_passed_and_what_is_missing_is_said(m in any_message()) {
            let body = body(&m, &SETTING);
            let blocks = body["blocks"].as_array().unwrap();
            prop_assert!(blocks.len() <= BLOCKS);
            prop_assert!(size(blocks[0]["text"]["text"].as_str().unwrap()) <= 2 * HEADER);
            let texts = all_texts(&body);
            for text in &texts {
                prop_assert!(!text.is_empty() && size(text) <= SECTION, "{} characters", size(text));
            }
            // The header is plain text. In all others what stands in angle brackets is a link of ours, and every & an entity.
            for text in &texts[1..] {
                for (i, _) in text.match_indices('<') {
                    prop_assert!(text[i..].starts_with("<https://bellwether.example/b/"), "{}", text);
                }
                for (i, _) in text.match_indices('&') {
                    prop_assert!(["&amp;", "&lt;", "&gt;"].iter().any(|e| text[i..].starts_with(e)), "{}", text);
                }
            }
            prop_assert!(texts.iter().map(|t| size(t)).sum::<usize>() < 13_000);
            let whole = m.blocks.iter().flat_map(|b| super::texts(b, &SETTING)).count();
            let said = texts.iter().any(|t| t.starts_with("There is more."));
            // Beside the texts stand the header and the last line.
            prop_assert_eq!(said, blocks.len() - 2 - usize::from(said) != whole);
        }
    }
}

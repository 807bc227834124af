//! An Adaptive Card 1.4 in the envelope that a Teams workflow takes. Limit: 28 KB for the whole request; no more than 24 KB are
//! sent, and what does not fit stays behind a link. Texts are runs, in which Teams reads no Markdown.

use serde_json::{Value, json};

use super::{Setting, about, shortened};
use crate::message::{Block, Message};

/// Bytes of the request.
pub const BYTES: usize = 24 * 1024;
/// Characters of one text.
const TEXT: usize = 4_000;

fn run(text: &str) -> Value {
    json!({ "type": "TextRun", "text": shortened(text, TEXT) })
}

fn bold(text: &str) -> Value {
    json!({ "type": "TextRun", "text": shortened(text, TEXT), "weight": "Bolder" })
}

fn line(inlines: Vec<Value>) -> Value {
    json!({ "type": "RichTextBlock", "inlines": inlines })
}

fn elements(block: &Block, s: &Setting<'_>) -> Vec<Value> {
    match block {
        Block::Heading { text } => vec![json!({ "type": "RichTextBlock", "separator": true, "inlines": [bold(text)] })],
        Block::Paragraph { text } => text.split('\n').filter(|t| !t.trim().is_empty()).map(|t| line(vec![run(t)])).collect(),
        Block::List { items } => items.iter().map(|i| line(vec![run(&format!("• {i}"))])).collect(),
        Block::Facts { facts } => facts.iter().map(|f| line(vec![bold(&format!("{}: ", f.name)), run(&f.value)])).collect(),
        Block::Link { words, href } => vec![json!({
            "type": "ActionSet",
            "actions": [{ "type": "Action.OpenUrl", "title": shortened(words, 100), "url": s.link(href) }]
        })],
    }
}

fn envelope(m: &Message, s: &Setting<'_>, body: &[Value], cut: bool) -> Value {
    let mut body = body.to_vec();
    if cut {
        body.push(line(vec![run("There is more.")]));
    }
    body.push(json!({ "type": "RichTextBlock", "spacing": "Large", "inlines": [
        { "type": "TextRun", "text": shortened(&about(m, s), 200), "isSubtle": true, "size": "Small" }
    ] }));
    let mut actions = vec![json!({ "type": "Action.OpenUrl", "title": "Open in bellwether", "url": s.link(&m.href) })];
    if cut {
        actions.push(json!({ "type": "Action.OpenUrl", "title": "Read all of it", "url": s.link(&m.own_href()) }));
    }
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "fallbackText": shortened(&m.title, 200),
                "msteams": { "width": "Full" },
                "body": body,
                "actions": actions,
            }
        }]
    })
}

/// The body of the request.
pub fn body(m: &Message, s: &Setting<'_>) -> Value {
    // A receiver knows a message that comes twice by the id of its first element.
    let mut title = line(vec![json!({ "type": "TextRun", "text": shortened(&m.title, 300), "weight": "Bolder", "size": "Large" })]);
    title["id"] = json!(s.id);
    let mut body = vec![title];
    // What stands around the elements, counted at its largest.
    let mut left = BYTES - envelope(m, s, &body, true).to_string().len().min(BYTES);
    for element in m.blocks.iter().flat_map(|b| elements(b, s)) {
        let size = element.to_string().len() + 1;
        if size > left {
            return envelope(m, s, &body, true);
        }
        left -= size;
        body.push(element);
    }
    envelope(m, s, &body, false)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sample::{SETTING, any_message, message};
    use super::*;

    #[test]
    fn a_message_is_a_card_whose_texts_are_plain() {
        let body = body(&message(), &SETTING);
        let card = &body["attachments"][0]["content"];
        assert_eq!((&card["type"], &card["version"]), (&json!("AdaptiveCard"), &json!("1.4")));
        assert_eq!(card["body"][0]["id"], "0193-0001");
        let text = body.to_string();
        for part in [
            "Tell [Billing](https://evil.example)",
            "is *steady* again & nobody <@U1>",
            "https://bellwether.example/b/actions",
            "https://bellwether.example/b/sessions/22",
            "Owner: ",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        // In a TextBlock Teams would make a link of what somebody typed.
        assert!(!text.contains("TextBlock\",\"text") && !text.contains("\"FactSet\"") && !text.contains("There is more"));
    }

    proptest! {
        #[test]
        fn the_card_stays_within_its_limit_and_says_what_is_missing(m in any_message()) {
            let body = body(&m, &SETTING);
            prop_assert!(body.to_string().len() <= BYTES);
            let card = &body["attachments"][0]["content"];
            let all: usize = m.blocks.iter().map(|b| elements(b, &SETTING).len()).sum();
            let cut = card["actions"].as_array().unwrap().len() == 2;
            // Beside the elements stand the title and the last line.
            prop_assert_eq!(cut, card["body"].as_array().unwrap().len() - 2 - usize::from(cut) != all);
        }
    }
}

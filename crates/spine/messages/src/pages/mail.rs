//! A message as the HTML of a mail: plain elements, no style, no picture, nothing that is loaded from anywhere.

use html::{Markup, bdi, html};

use crate::format::{Setting, about};
use crate::message::{Block, Message};

/// The HTML part of a mail.
pub fn html(m: &Message, s: &Setting<'_>) -> Markup {
    html! {
        html lang="en" {
            head { meta charset="utf-8"; title { (m.title) } }
            body {
                h1 { (bdi(&m.title)) }
                @for block in &m.blocks { (piece(block, s)) }
                p { a href=(s.link(&m.href)) { "Open in bellwether" } }
                hr;
                p { small { (about(m, s)) } }
            }
        }
    }
}

fn piece(block: &Block, s: &Setting<'_>) -> Markup {
    html! {
        @match block {
            Block::Heading { text } => h2 { (bdi(text)) },
            Block::Paragraph { text } => @for line in text.split("\n\n") { p { (bdi(line)) } },
            Block::List { items } => ul { @for item in items { li { (bdi(item)) } } },
            Block::Facts { facts } => dl { @for f in facts { dt { (bdi(&f.name)) } dd { (bdi(&f.value)) } } },
            Block::Link { words, href } => p { a href=(s.link(href)) { (bdi(words)) } },
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::format::sample::{SETTING, message};

    #[test]
    fn a_mail_shows_every_block_and_runs_nothing() {
        let text = super::html(&message(), &SETTING).into_string();
        for part in [
            "Minutes of sprint 22: &lt;!channel&gt; &amp; more",
            "<h2><bdi>Payments</bdi></h2>",
            "<li><bdi>Add jitter</bdi></li>",
            "<dt><bdi>Owner</bdi></dt><dd><bdi>Ada &lt;Lovelace&gt;</bdi></dd>",
            "href=\"https://bellwether.example/b/actions\"",
            "href=\"https://bellwether.example/b/sessions/22\"",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("src=") && !text.contains("style"));
    }
}

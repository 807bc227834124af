//! A message as plain text: for mail, beside its HTML.

use super::{Setting, about};
use crate::message::{Block, Message};

/// The text of a mail: every block, links as addresses, and at the end what it is about.
pub fn text(m: &Message, s: &Setting<'_>) -> String {
    let mut out = vec![m.title.trim().to_owned()];
    for block in &m.blocks {
        out.push(match block {
            Block::Heading { text } => format!("{}\n{}", text.trim(), "-".repeat(text.trim().chars().count().clamp(1, 72))),
            Block::Paragraph { text } => text.trim().to_owned(),
            Block::List { items } => {
                items.iter().map(|i| format!("- {}", i.trim().replace('\n', "\n  "))).collect::<Vec<_>>().join("\n")
            }
            Block::Facts { facts } => facts.iter().map(|f| format!("{}: {}", f.name, f.value)).collect::<Vec<_>>().join("\n"),
            Block::Link { words, href } => format!("{words}: {}", s.link(href)),
        });
    }
    out.push(format!("Open in bellwether: {}", s.link(&m.href)));
    // The mark before a signature, as RFC 3676 has it.
    out.push(format!("-- \n{}", about(m, s)));
    out.retain(|part| !part.is_empty());
    out.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::super::sample::{SETTING, message};
    use super::*;

    #[test]
    fn the_text_has_every_block_and_complete_addresses() {
        assert_eq!(
            text(&message(), &SETTING),
            "Minutes of sprint 22: <!channel> & more\n\nPayments\n--------\n\nThe queue is *steady* again & nobody <@U1> was \
             called.\n\n- Add jitter\n- Tell [Billing](https://evil.example)\n\nBy: 4 December\nOwner: Ada <Lovelace>\n\nAll actions: \
             https://bellwether.example/b/actions\n\nOpen in bellwether: https://bellwether.example/b/sessions/22\n\n-- \nMinutes of \
             sessions, Digital <Engineering>"
        );
    }
}

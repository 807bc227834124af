//! The glyphs of all states, once per page; places refer to them by `<use>`.

use maud::{Markup, PreEscaped, html};

/// Name and drawing of each glyph in a square of 16 by 16.
const GLYPHS: [(&str, &str); 16] = [
    ("pass", r#"<path d="M2.5 8.5l3.6 3.6L13.5 4.5"/>"#),
    ("attention", r#"<path d="M8 1 15 8 8 15 1 8z" fill="currentColor" stroke="none"/>"#),
    ("exempt", r#"<circle cx="8" cy="8" r="6"/><path d="M5 8h6"/>"#),
    ("na", r#"<path d="M3.5 8h9"/>"#),
    ("unknown", r#"<circle cx="8" cy="8" r="6" stroke-dasharray="2 2.7" stroke-linecap="butt"/>"#),
    ("stale", r#"<circle cx="8" cy="8" r="6"/><path d="M8 4.6V8l2.4 1.8"/>"#),
    ("better", r#"<path d="M3.5 12.5l9-9M6 3.5h6.5V10"/>"#),
    ("worse", r#"<path d="M3.5 3.5l9 9M12.5 6v6.5H6"/>"#),
    ("steady", r#"<path d="M2 8h11M9.5 4.5 13 8l-3.5 3.5"/>"#),
    ("high", r#"<rect x="2" y="2" width="12" height="12" fill="currentColor"/>"#),
    ("medium", r#"<rect x="2" y="2" width="12" height="12"/><path d="M2 14V2L14 14z" fill="currentColor" stroke="none"/>"#),
    ("none", r#"<rect x="2" y="2" width="12" height="12"/>"#),
    ("open", r#"<circle cx="8" cy="8" r="6"/>"#),
    ("half", r#"<circle cx="8" cy="8" r="6"/><path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" stroke="none"/>"#),
    ("done", r#"<circle cx="8" cy="8" r="6.5" fill="currentColor" stroke="none"/>"#),
    ("no", r#"<path d="M3.5 3.5l9 9M12.5 3.5l-9 9"/>"#),
];

/// All glyphs as symbols, to stand once at the start of the body.
pub(crate) fn sprite() -> Markup {
    html! {
        svg.sprite aria-hidden="true" focusable="false" {
            @for (name, drawing) in GLYPHS {
                symbol id={ "g-" (name) } viewBox="0 0 16 16" { (PreEscaped(drawing)) }
            }
        }
    }
}

/// One glyph by name; the word beside it carries the meaning for everybody who does not see it.
pub(crate) fn glyph(name: &str) -> Markup {
    debug_assert!(GLYPHS.iter().any(|(known, _)| *known == name), "no glyph {name}");
    html! { svg.g viewBox="0 0 16 16" aria-hidden="true" focusable="false" { use href={ "#g-" (name) } {} } }
}

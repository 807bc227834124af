//! The files that every page needs: one style sheet, one script, one mark for the tab.
//!
//! They are part of the binary. A path carries a hash of the content, so that a browser may keep a file for ever and still gets
//! the new one after an upgrade.

use std::sync::LazyLock;

/// The whole style sheet: tokens, layout and components, widths and print, charts, live parts. Later parts need earlier ones.
pub const CSS: &str = concat!(
    include_str!("../assets/tokens.css"),
    include_str!("../assets/app.css"),
    include_str!("../assets/widths.css"),
    include_str!("../assets/chart.css"),
    include_str!("../assets/live.css"),
);

/// The only script. Every page works without it.
pub const JS: &str = concat!(
    include_str!("../assets/app.js"),
    include_str!("../assets/review.js"),
    include_str!("../assets/board.js"),
    include_str!("../assets/session.js")
);

/// The mark shown in the browser's tab, an SVG document.
pub const ICON: &str = include_str!("../assets/mark.svg");

/// One file to be served as it is, with `Cache-Control: public, max-age=31536000, immutable`.
#[derive(Debug)]
pub struct Asset {
    /// Absolute path on the server, for example `/assets/app-1a2b3c4d.css`.
    pub path: String,
    /// Value of the `Content-Type` header.
    pub content_type: &'static str,
    /// The content.
    pub body: &'static str,
}

static ASSETS: LazyLock<[Asset; 3]> = LazyLock::new(|| {
    [
        asset("app", "css", "text/css; charset=utf-8", CSS),
        asset("app", "js", "text/javascript; charset=utf-8", JS),
        asset("mark", "svg", "image/svg+xml", ICON),
    ]
});

/// All files, in a fixed order: style sheet, script, mark.
#[must_use]
pub fn assets() -> &'static [Asset] {
    &*ASSETS
}

pub(crate) fn css_path() -> &'static str {
    &ASSETS[0].path
}

pub(crate) fn js_path() -> &'static str {
    &ASSETS[1].path
}

pub(crate) fn icon_path() -> &'static str {
    &ASSETS[2].path
}

fn asset(name: &str, ext: &str, content_type: &'static str, body: &'static str) -> Asset {
    let path = format!("/assets/{name}-{:08x}.{ext}", fnv1a(body.as_bytes()));
    Asset { path, content_type, body }
}

/// FNV-1a, 32 bits: names a version of a file. It guards against nothing, so no better hash is needed.
fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_agrees_with_the_published_values() {
        // From the test vectors of the FNV authors.
        assert_eq!(fnv1a(b""), 0x811c_9dc5);
        assert_eq!(fnv1a(b"a"), 0xe40c_292c);
        assert_eq!(fnv1a(b"foobar"), 0xbf9c_f968);
    }

    #[test]
    fn paths_carry_eight_hexadecimal_digits() {
        for asset in assets() {
            let stem = asset.path.strip_prefix("/assets/").and_then(|p| p.split_once('.')).unwrap().0;
            let hash = stem.split_once('-').unwrap().1;
            assert_eq!(hash.len(), 8, "{}", asset.path);
            assert!(hash.chars().all(|c| c.is_ascii_hexdigit()));
            assert!(!asset.body.is_empty());
        }
    }

    #[test]
    fn colours_stand_in_the_tokens_only() {
        let rest = CSS.strip_prefix(include_str!("../assets/tokens.css")).unwrap();
        let hex = rest
            .split('#')
            .skip(1)
            .any(|after| after.chars().take_while(char::is_ascii_hexdigit).count() >= 3 && !after.starts_with("g-"));
        assert!(!hex, "a colour value outside tokens.css");
    }

    #[test]
    fn script_obeys_the_content_security_policy() {
        for banned in ["eval(", "new Function", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", ".style."] {
            assert!(!JS.contains(banned), "{banned} in the script");
        }
    }
}

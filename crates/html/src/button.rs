//! Buttons: labelled with what happens, one primary per task.

use maud::{Markup, html};

/// Weight of a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weight {
    /// One per task.
    Primary,
    /// The usual one.
    #[default]
    Plain,
    /// In rows and lines.
    Slim,
}

/// A button, or a link that looks like one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Button<'a> {
    /// What happens.
    pub label: &'a str,
    /// Weight.
    pub weight: Weight,
    /// What it happens to, for repeated buttons; said to screen readers: "Done: restore the ledger".
    pub object: Option<&'a str>,
    /// The page it opens; without one the button sends its form.
    pub href: Option<&'a str>,
    /// Name and value sent with the form.
    pub sends: Option<(&'a str, &'a str)>,
    /// The key that does the same, as it is shown.
    pub key: Option<&'a str>,
    /// Cannot be pressed now; say why beside it.
    pub disabled: bool,
}

/// Draws one button.
#[must_use]
pub fn button(button: &Button<'_>) -> Markup {
    let class = match button.weight {
        Weight::Primary => "btn primary",
        Weight::Plain => "btn",
        Weight::Slim => "btn slim",
    };
    let name = button.sends.map(|(name, _)| name);
    let value = button.sends.map(|(_, value)| value);
    let words = html! {
        (button.label)
        @if let Some(object) = button.object { span.vh { ": " (object) } }
        @if let Some(key) = button.key { " " kbd { (key) } }
    };
    html! {
        @match button.href {
            Some(href) => a class=(class) href=(href) { (words) },
            None => button class=(class) type="submit" name=[name] value=[value] disabled[button.disabled] { (words) },
        }
    }
}

/// Buttons beside each other.
#[must_use]
pub fn buttons(buttons: &[Button<'_>]) -> Markup {
    html! { div.btns { @for one in buttons { (button(one)) } } }
}

/// One sentence about what will stand here and why, and the one act that fills it.
#[must_use]
pub fn empty(sentence: &str, act: Option<(&str, &str)>) -> Markup {
    html! {
        p.prose { (sentence) }
        @if let Some((label, href)) = act { div class="btns pane-gap-s" { a.btn href=(href) { (label) } } }
    }
}

/// The same data in another order, as (label, href, in use). The choice lives in the address.
#[must_use]
pub fn views(label: &str, views: &[(&str, &str, bool)]) -> Markup {
    html! {
        nav.views aria-label=(label) {
            @for (label, href, used) in views { a href=(href) aria-current=[used.then_some("true")] { (label) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buttons_send_and_links_lead() {
        let sends = button(&Button { label: "Keep", sends: Some(("keep", "f1")), ..Button::default() }).into_string();
        assert_eq!(sends, "<button class=\"btn\" type=\"submit\" name=\"keep\" value=\"f1\">Keep</button>");
        let leads = button(&Button { label: "Open", href: Some("/x"), weight: Weight::Primary, ..Button::default() });
        assert_eq!(leads.into_string(), "<a class=\"btn primary\" href=\"/x\">Open</a>");
    }

    #[test]
    fn object_is_part_of_the_name() {
        let text = button(&Button { label: "Done", object: Some("restore"), ..Button::default() }).into_string();
        assert!(text.contains("Done<span class=\"vh\">: restore</span>"));
    }
}

//! Gallery.
use maud::{Markup, html};
use crate::Shell;
/// x
#[must_use]
pub fn gallery(shell: &Shell<'_>) -> Markup { shell.page(html! {}, html! {}) }

//! The SQL of this room, by noun, and the mapping of its rows. Decides nothing.

pub mod comment;
pub mod due;
pub mod lens;
pub mod milestone;
pub(crate) mod moving;
pub(crate) mod presence;
pub mod prevalence;
pub mod review;
pub(crate) mod sitting;
pub mod template;
pub(crate) mod upgrade;
pub(crate) mod using;
pub(crate) mod vote;

/// True for what cannot be a name in addresses, so that it is not asked for.
pub(crate) fn bad_slug(slug: &str) -> bool {
    kernel::text::key("slug", slug).is_err()
}

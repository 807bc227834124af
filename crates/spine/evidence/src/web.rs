//! Handlers: a file to download, and the removal of a piece.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::error::Result;
use kernel::web::{App, Ctx, Form, Path, see_other};

use crate::acts;

/// A name in a header: plain characters, and beside it the whole name (RFC 6266).
fn disposition(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' }).collect();
    let encoded = kernel::text::percent(name);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// A file, as a download alone: whatever is in it, no browser shows it as a page of ours.
pub(crate) async fn file(State(app): State<App>, cx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let (piece, bytes) = app.read(&cx, move |cx, tx| acts::file(cx, tx, &id)).await?;
    let headers = [
        ("content-type", piece.media.clone()),
        ("content-disposition", disposition(&piece.title)),
        ("x-content-type-options", "nosniff".to_owned()),
        ("cache-control", "private, no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

pub(crate) async fn remove(State(app): State<App>, cx: Ctx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let reason = form.get("reason").to_owned();
    app.write(&cx, move |cx, tx| acts::remove(cx, tx, &id, &reason)).await?;
    // Back to where the piece stood, which is a page of ours.
    let back = form.get("back");
    let ours = back.starts_with('/') && !back.starts_with("//") && !back.contains(['\\', '\r', '\n']);
    Ok(see_other(if ours { back } else { "/" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_header_of_its_own() {
        let plain = disposition("Plan 2026.pdf");
        assert_eq!(plain, "attachment; filename=\"Plan_2026.pdf\"; filename*=UTF-8''Plan%202026.pdf");
        let odd = disposition("a\"; b\r\nX: é.txt");
        assert!(odd.is_ascii() && !odd.contains('\r') && odd.matches('"').count() == 2, "{odd}");
    }
}

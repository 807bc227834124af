//! Signing in and out, the first account, links that work once, appearance: the pages for somebody who is not signed in.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use kernel::config::Config;
use kernel::error::{Error, Result};
use kernel::web::{ActorId, Address, App, Ctx, Form, Path, Query, cookie, page, see_other};
use serde::Deserialize;

use super::{Refusal, bare, local, set_cookie, with_session, without_session};
use crate::acts::{self, FirstAccount, SignedIn};
use crate::code::{Kind, LinkKind};
use crate::pages::Sent;
use crate::pages::start as pages;
use crate::store;

const FIRST: &str = "Set up";
const SIGN_IN: &str = "Sign in";

async fn has_accounts(app: &App, cx: &Ctx) -> Result<bool> {
    app.read(cx, |_, tx| store::person::any(tx)).await
}

/// `?code=`
#[derive(Deserialize)]
pub(crate) struct Code {
    code: Option<String>,
}

pub(crate) async fn first_form(State(app): State<App>, cx: Ctx, Query(q): Query<Code>) -> Result<Response> {
    if has_accounts(&app, &cx).await? {
        return Ok(see_other(html::SIGN_IN));
    }
    let body = pages::first(q.code.as_deref().unwrap_or(""), cx.now, Sent(None));
    Ok(page(bare(&app, &cx, FIRST, body)))
}

pub(crate) async fn first(State(app): State<App>, cx: Ctx, Address(address): Address, form: Form) -> Result<Response> {
    let account = FirstAccount {
        code: form.get("code").into(),
        name: form.get("name").into(),
        mail: form.get("mail").into(),
        password: form.get("password").into(),
    };
    match acts::set_up(&app, &cx, address, &account).await {
        Ok(signed_in) => Ok(with_session(see_other("/welcome"), &app, &signed_in.secret)),
        Err(e) => {
            let refusal = Refusal::of(e, "code")?;
            let body = pages::first(form.get("code"), cx.now, Sent(Some((&form, &refusal.faults))));
            Ok(refusal.answer(bare(&app, &cx, FIRST, body)))
        }
    }
}

/// `?to=`
#[derive(Deserialize)]
pub(crate) struct To {
    to: Option<String>,
}

pub(crate) async fn sign_in_form(State(app): State<App>, cx: Ctx, Query(q): Query<To>) -> Result<Response> {
    let to = q.to.as_deref().and_then(local).unwrap_or("/");
    if cx.actor.person().is_some() {
        return Ok(see_other(to));
    }
    if !has_accounts(&app, &cx).await? {
        return Ok(see_other("/start"));
    }
    Ok(page(bare(&app, &cx, SIGN_IN, pages::sign_in(to, Sent(None)))))
}

pub(crate) async fn sign_in(
    State(app): State<App>,
    cx: Ctx,
    Address(address): Address,
    headers: HeaderMap,
    form: Form,
) -> Result<Response> {
    let to = local(form.get("to")).unwrap_or("/");
    let old = cookie(&headers, "session");
    match acts::sign_in(&app, &cx, address, form.get("mail"), form.get("password"), old).await {
        Ok(signed_in) => Ok(with_session(see_other(to), &app, &signed_in.secret)),
        Err(e) => {
            let refusal = Refusal::of(e, "mail")?;
            let body = pages::sign_in(to, Sent(Some((&form, &refusal.faults))));
            Ok(refusal.answer(bare(&app, &cx, SIGN_IN, body)))
        }
    }
}

pub(crate) async fn sign_out(State(app): State<App>, cx: Ctx, headers: HeaderMap, _: Form) -> Result<Response> {
    if let (ActorId::Person(_), Some(secret)) = (&cx.actor.id, cookie(&headers, "session")) {
        let secret = secret.to_owned();
        app.write(&cx, move |cx, tx| acts::sign_out(cx, tx, &secret)).await?;
    }
    Ok(without_session(see_other(html::SIGN_IN), &app))
}

pub(crate) async fn invitation_form(State(app): State<App>, cx: Ctx, Path(code): Path<String>) -> Result<Response> {
    link_form(&app, &cx, LinkKind::Invitation, code, None).await
}

pub(crate) async fn reset_form(State(app): State<App>, cx: Ctx, Path(code): Path<String>) -> Result<Response> {
    link_form(&app, &cx, LinkKind::Reset, code, None).await
}

/// The form of a link, or the page that says why it does not work any more.
async fn link_form(app: &App, cx: &Ctx, kind: LinkKind, code: String, refusal: Option<Refusal>) -> Result<Response> {
    let secret = code.clone();
    let person = match app.read(cx, move |cx, tx| acts::look_up(tx, kind, &secret, cx.now)).await {
        Ok(person) => person,
        Err(Error::NotFound(_)) => return Ok(dead(app, cx, kind)),
        Err(e) => return Err(e),
    };
    let form = Form::default();
    let sent = Sent(refusal.as_ref().map(|r| (&form, r.faults.as_slice())));
    let markup = bare(app, cx, pages::link_title(kind), pages::link(kind, &code, &person, sent));
    Ok(refusal.map_or_else(|| page(markup.clone()), |r| r.answer(markup.clone())))
}

fn dead(app: &App, cx: &Ctx, kind: LinkKind) -> Response {
    let why = Kind::from(kind).refused();
    let mut response = page(bare(app, cx, pages::link_title(kind), pages::dead_link(&why.to_string())));
    *response.status_mut() = axum::http::StatusCode::NOT_FOUND;
    response
}

pub(crate) async fn invitation(
    State(app): State<App>,
    cx: Ctx,
    Address(address): Address,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response> {
    let done = acts::use_link(&app, &cx, address, LinkKind::Invitation, &code, form.get("password")).await;
    link_used(&app, &cx, LinkKind::Invitation, code, done).await
}

pub(crate) async fn reset(
    State(app): State<App>,
    cx: Ctx,
    Address(address): Address,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response> {
    let done = acts::use_link(&app, &cx, address, LinkKind::Reset, &code, form.get("password")).await;
    link_used(&app, &cx, LinkKind::Reset, code, done).await
}

async fn link_used(app: &App, cx: &Ctx, kind: LinkKind, code: String, done: Result<SignedIn>) -> Result<Response> {
    match done {
        Ok(signed_in) => Ok(with_session(see_other("/"), app, &signed_in.secret)),
        Err(Error::NotFound(_)) => Ok(dead(app, cx, kind)),
        // Not the form again: that would tell whether the link works.
        Err(e @ Error::TooMany(_)) => Err(e),
        Err(e) => {
            let refusal = Refusal::of(e, "password")?;
            link_form(app, cx, kind, code, Some(refusal)).await
        }
    }
}

/// `?theme=`
#[derive(Deserialize)]
pub(crate) struct Appearance {
    theme: Option<String>,
}

pub(crate) async fn appearance(State(app): State<App>, headers: HeaderMap, Query(q): Query<Appearance>) -> Result<Response> {
    let back = came_from(&app.config, &headers);
    let response = see_other(back.as_deref().unwrap_or("/"));
    match q.theme.as_deref() {
        Some("system") => Ok(set_cookie(response, &app, "theme=", 0, true)),
        Some(theme @ ("light" | "dark")) => Ok(set_cookie(response, &app, &format!("theme={theme}"), 366 * 24 * 3600, true)),
        _ => Err(Error::invalid("theme", "Choose one of system, light and dark.")),
    }
}

/// The page of ours, below the sub-path, on which a link was followed.
fn came_from(config: &Config, headers: &HeaderMap) -> Option<String> {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let (_, rest) = text("referer")?.split_once("://")?;
    let (host, path) = rest.find('/').map(|i| rest.split_at(i))?;
    let (_, own) = config.url().split_once("://").map(|(a, b)| (a.to_owned(), b.to_owned()))?;
    let own = own.split('/').next().unwrap_or("");
    if host != own && Some(host) != text("host") {
        return None;
    }
    local(path.strip_prefix(&config.base())?).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(public_url: Option<&str>, referer: &str, host: &str) -> Option<String> {
        let config = Config { public_url: public_url.map(str::to_owned), ..Config::default() };
        let headers = [("referer", referer), ("host", host)];
        let headers = headers.map(|(k, v)| (k.parse().unwrap(), v.parse().unwrap()));
        came_from(&config, &headers.into_iter().collect())
    }

    #[test]
    fn one_comes_back_to_the_page_and_to_no_other_server() {
        let (ours, own) = (Some("https://example.org/bw"), "127.0.0.1:8080");
        assert_eq!(back(ours, "https://example.org/bw/people?after=1", "x"), Some("/people?after=1".into()));
        assert_eq!(back(ours, "https://example.org/other/people", "x"), None);
        assert_eq!(back(ours, "https://evil.example/bw/people", "x"), None);
        assert_eq!(back(None, "http://127.0.0.1:8080/people", own), Some("/people".into()));
        assert_eq!(back(None, "http://localhost:8080/people", "localhost:8080"), Some("/people".into()));
        assert_eq!(back(None, "http://127.0.0.1:8080//evil.example", own), None);
        assert_eq!(back(None, "nonsense", own), None);
    }
}

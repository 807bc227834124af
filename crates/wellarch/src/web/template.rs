//! Handlers of the pages of templates of answers.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use html::{Markup, Place};
use kernel::api::{Page, cursor};
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, Query, page, refused, see_other, shell};
use people::rights;
use serde::Deserialize;

use crate::acts::{template as acts, using};
use crate::pages::template::{self as pages, TemplatePage, TemplateQuestionPage, TemplatesPage};
use crate::store::{self, template as templates};
use crate::template::{NewAnswerTemplate, NewDraftAnswer, NewTemplateVersion, TemplateChange, mapped};
use crate::web::question::said_of;

/// Templates that one page lists.
const LISTED: i64 = 100;

/// Versions that the page of a template shows.
const VERSIONS: usize = 20;

/// Reviews that the page of a template shows.
const USES: usize = 200;

fn most(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[derive(Deserialize)]
pub(crate) struct From {
    cursor: Option<String>,
}

async fn list(app: &App, cx: &Ctx, after: String, sent: Option<(&Form, &[Fault])>) -> Result<Markup> {
    let (all, versions, teams) = app
        .read(cx, move |_, tx| {
            let all = templates::page(tx, &after, None, LISTED + 1)?;
            Ok((all, store::lens::all(tx)?, catalogue::store::teams(tx, None)?))
        })
        .await?;
    let Page { items: all, next } = Page::cut(all, LISTED, |t| t.slug.clone());
    let more = next.map(|c| format!("/reviews/templates?cursor={c}"));
    let mut lenses: Vec<(String, String)> = Vec::new();
    for v in versions {
        // Versions of one lens stand together, oldest first.
        lenses.retain(|(slug, _)| *slug != v.slug);
        lenses.push((v.slug, v.name));
    }
    let mine = teams.into_iter().filter(|t| t.archived_at.is_none() && t.may(cx, &rights::ANSWER_TEMPLATES));
    let teams: Vec<(String, String)> = mine.map(|t| (t.slug, t.name)).collect();
    let mut frame = shell(app, cx, "Templates of answers", Place::WellArchitected, false);
    frame.live = Some("/live?topic=answer-templates");
    frame.foot.exports = vec![("JSON", "/api/v1/reviews/templates".to_owned())];
    let body =
        pages::templates(&TemplatesPage { templates: &all, more, lenses: &lenses, teams: &teams, sent, csrf: &cx.actor.csrf });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn all(State(app): State<App>, cx: Ctx, Query(from): Query<From>) -> Result<Response> {
    cx.require_signed_in()?;
    let after = from.cursor.as_deref().map(cursor).transpose()?.unwrap_or_default();
    Ok(page(list(&app, &cx, after, None).await?))
}

pub(crate) async fn make(State(app): State<App>, cx: Ctx, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::ANSWER_TEMPLATES)?;
    let new = NewAnswerTemplate {
        name: form.get("name").to_owned(),
        lens: form.get("lens").to_owned(),
        team: form.get("team").to_owned(),
        about: form.get("about").to_owned(),
        slug: None,
    };
    let faults = match app.write(&cx, move |cx, tx| acts::make(cx, tx, &new)).await {
        Ok(made) => return Ok(see_other(&format!("/reviews/templates/{}", made.slug))),
        Err(Error::Invalid(faults)) => faults,
        Err(Error::Conflict(message)) => vec![Fault::new("name", message)],
        Err(e) => return Err(e),
    };
    Ok(refused(list(&app, &cx, String::new(), Some((&form, &faults))).await?))
}

async fn draw(app: &App, cx: &Ctx, slug: &str, sent: Option<(&Form, &[Fault])>, conflict: Option<&str>) -> Result<Markup> {
    let wanted = slug.to_owned();
    let (template, kept, versions, mut uses, may) = app
        .read(cx, move |cx, tx| {
            let t = templates::one(tx, &wanted)?;
            let kept = acts::newest(tx, &t.lens)?.1;
            let versions = templates::versions(tx, t.id, i64::MAX, most(VERSIONS + 1))?;
            let uses = using::there(cx, tx, &wanted, ("", most(USES + 1)))?;
            let may = catalogue::store::team_by_slug(tx, &t.team.slug)?.may(cx, &rights::ANSWER_TEMPLATES);
            Ok((t, kept, versions, uses, may))
        })
        .await?;
    let more_uses = uses.len() > USES;
    uses.truncate(USES);
    let topic = format!("/live?topic={}", acts::topic(&template));
    let mut frame = shell(app, cx, &template.name, Place::WellArchitected, false);
    frame.live = Some(&topic);
    frame.foot.exports = vec![
        ("JSON", format!("/api/v1/reviews/templates/{slug}")),
        ("Reviews as JSON", format!("/api/v1/reviews/templates/{slug}/reviews")),
    ];
    let body = pages::template(&TemplatePage {
        template: &template,
        lens: &kept.file.lens,
        versions: &versions,
        more_versions: versions.len() > VERSIONS,
        uses: &uses,
        more_uses,
        may,
        sent,
        conflict,
        csrf: &cx.actor.csrf,
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn one(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<Response> {
    cx.require_signed_in()?;
    Ok(page(draw(&app, &cx, &slug, None, None).await?))
}

/// To the page of the template, or the page again with what was refused.
async fn done<T: Send>(app: &App, cx: &Ctx, slug: &str, form: &Form, done: Result<T>) -> Result<Response> {
    match done {
        Ok(_) => Ok(see_other(&format!("/reviews/templates/{slug}"))),
        Err(Error::Invalid(faults)) => Ok(refused(draw(app, cx, slug, Some((form, &faults)), None).await?)),
        Err(Error::Conflict(message)) => {
            let drawn = draw(app, cx, slug, Some((form, &[])), Some(&message)).await?;
            Ok((StatusCode::CONFLICT, page(drawn)).into_response())
        }
        Err(e) => Err(e),
    }
}

pub(crate) async fn change(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::ANSWER_TEMPLATES)?;
    let new = TemplateChange { name: form.get("name").to_owned(), about: form.get("about").to_owned() };
    let wanted = slug.clone();
    let made = app.write(&cx, move |cx, tx| acts::change(cx, tx, &wanted, &new)).await;
    done(&app, &cx, &slug, &form, made).await
}

pub(crate) async fn publish(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::ANSWER_TEMPLATES)?;
    let based_on = form.get("based_on").parse().unwrap_or(-1);
    let new = NewTemplateVersion { based_on, why: form.get("why").to_owned(), answers: None };
    let wanted = slug.clone();
    let made = app.write(&cx, move |cx, tx| acts::publish(cx, tx, &wanted, &new)).await;
    if made.is_ok() {
        acts::follow(&app, &cx, &slug).await?;
    }
    done(&app, &cx, &slug, &form, made).await
}

async fn draw_question(
    app: &App,
    cx: &Ctx,
    (slug, id): (&str, &str),
    sent: Option<(&crate::review::Said, &[Fault])>,
    conflict: Option<&str>,
) -> Result<Markup> {
    let wanted = slug.to_owned();
    let (template, kept, published, may) = app
        .read(cx, move |cx, tx| {
            let t = templates::one(tx, &wanted)?;
            let kept = acts::newest(tx, &t.lens)?.1;
            let published = templates::version(tx, t.id, t.version)?.map(|v| mapped(&v.answers)).unwrap_or_default();
            let may = catalogue::store::team_by_slug(tx, &t.team.slug)?.may(cx, &rights::ANSWER_TEMPLATES);
            Ok((t, kept, published, may))
        })
        .await?;
    let question = crate::acts::review::asked(&kept, id)?;
    let pillar = kept.file.lens.questions().find(|(_, q)| q.id == id).map(|(p, _)| p);
    let pillar = pillar.ok_or_else(|| Error::internal("a question without a pillar"))?;
    let drafted = mapped(&template.draft.answers);
    let title = format!("{}, {}", question.title, template.name);
    let frame = shell(app, cx, &title, Place::WellArchitected, false);
    let body = pages::template_question(&TemplateQuestionPage {
        template: &template,
        pillar,
        question,
        published: published.get(id),
        drafted: drafted.get(id),
        sent,
        conflict,
        may,
        csrf: &cx.actor.csrf,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn question(State(app): State<App>, cx: Ctx, Path((slug, id)): Path<(String, String)>) -> Result<Response> {
    cx.require_signed_in()?;
    Ok(page(draw_question(&app, &cx, (&slug, &id), None, None).await?))
}

pub(crate) async fn draft(
    State(app): State<App>,
    cx: Ctx,
    Path((slug, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    cx.require_somewhere(&rights::ANSWER_TEMPLATES)?;
    let typed = said_of(&form);
    let said = (form.get("act") != "remove").then(|| typed.clone());
    let new = NewDraftAnswer { based_on: form.get("based_on").parse().unwrap_or(-1), said };
    let (wanted, q) = (slug.clone(), id.clone());
    match app.write(&cx, move |cx, tx| acts::draft(cx, tx, &wanted, &q, &new)).await {
        Ok(_) => Ok(see_other(&format!("/reviews/templates/{slug}"))),
        Err(Error::Invalid(faults)) => Ok(refused(draw_question(&app, &cx, (&slug, &id), Some((&typed, &faults)), None).await?)),
        Err(Error::Conflict(message)) => {
            let drawn = draw_question(&app, &cx, (&slug, &id), Some((&typed, &[])), Some(&message)).await?;
            Ok((StatusCode::CONFLICT, page(drawn)).into_response())
        }
        Err(e) => Err(e),
    }
}

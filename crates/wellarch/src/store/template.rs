//! SQL of templates of answers and their versions.

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::document::Titled;
use crate::template::{AnswerTemplate, Answers, TemplateDraft, TemplateVersion, listed};

kernel::sql! {
    MAKE = "INSERT INTO answer_template (id, slug, name, about, lens, team, version, draft, draft_version, draft_by, draft_at, made_by, made_at) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, 0, $7::TEXT, 0, $8::TEXT, $9::BIGINT, $8::TEXT, $9::BIGINT) \
        ON CONFLICT (slug) DO NOTHING";
    CHANGE = "UPDATE answer_template SET name = $2::TEXT, about = $3::TEXT WHERE id = $1::TEXT";
    DRAFT = "UPDATE answer_template SET draft = $3::TEXT, draft_version = draft_version + 1, draft_by = $4::TEXT, draft_at = $5::BIGINT \
        WHERE id = $1::TEXT AND draft_version = $2::BIGINT";
    PUBLISH = "UPDATE answer_template SET version = version + 1, draft = $3::TEXT, draft_version = draft_version + 1, \
        draft_by = $4::TEXT, draft_at = $5::BIGINT WHERE id = $1::TEXT AND draft_version = $2::BIGINT";
    VERSION = "INSERT INTO answer_template_version (template, version, digest, body, why, by_name, at) \
        VALUES ($1::TEXT, $2::BIGINT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::BIGINT) ON CONFLICT (template, version) DO NOTHING";
    ONE = "SELECT t.id, t.slug, t.name, t.about, t.lens, m.slug, m.name, t.version, t.draft, t.draft_version, t.draft_by, t.draft_at, \
        (SELECT CAST(COUNT(*) AS BIGINT) FROM review_template u WHERE u.template = t.id) \
        FROM answer_template t JOIN team m ON m.id = t.team WHERE t.slug = $1::TEXT";
    PAGE = "SELECT t.id, t.slug, t.name, t.about, t.lens, m.slug, m.name, t.version, t.draft, t.draft_version, t.draft_by, t.draft_at, \
        (SELECT CAST(COUNT(*) AS BIGINT) FROM review_template u WHERE u.template = t.id) \
        FROM answer_template t JOIN team m ON m.id = t.team WHERE t.slug COLLATE \"C\" > $1::TEXT \
        AND (CAST($2::TEXT AS TEXT) IS NULL OR t.lens = $2::TEXT) ORDER BY t.slug COLLATE \"C\" LIMIT $3::BIGINT";
    VERSIONS = "SELECT version, digest, body, why, by_name, at FROM answer_template_version WHERE template = $1::TEXT \
        AND version < $2::BIGINT ORDER BY version DESC LIMIT $3::BIGINT";
    EXACT = "SELECT version, digest, body, why, by_name, at FROM answer_template_version WHERE template = $1::TEXT AND version = $2::BIGINT";
}

/// What a template says, as it is stored.
pub(super) fn answers(text: &str) -> Result<Answers> {
    serde_json::from_str(text).map_err(Error::internal)
}

fn body(answers: &Answers) -> Result<String> {
    serde_json::to_string(answers).map_err(Error::internal)
}

fn template(r: &Row) -> Result<AnswerTemplate> {
    let draft = TemplateDraft { version: r.int(9)?, answers: listed(&answers(r.str(8)?)?), by: r.text(10)?, at: r.time(11)? };
    Ok(AnswerTemplate {
        id: r.id(0)?,
        slug: r.text(1)?,
        name: r.text(2)?,
        about: r.text(3)?,
        lens: r.text(4)?,
        team: Titled { slug: r.text(5)?, name: r.text(6)? },
        version: r.int(7)?,
        used: r.int(12)?,
        draft,
    })
}

fn version_of(r: &Row) -> Result<TemplateVersion> {
    Ok(TemplateVersion {
        version: r.int(0)?,
        lens_digest: r.text(1)?,
        answers: listed(&answers(r.str(2)?)?),
        why: r.text(3)?,
        by: r.text(4)?,
        at: r.time(5)?,
    })
}

/// What a new template is made of.
pub(crate) struct New<'a> {
    pub(crate) id: Id,
    pub(crate) slug: &'a str,
    pub(crate) name: &'a str,
    pub(crate) about: &'a str,
    pub(crate) lens: &'a str,
    pub(crate) team: Id,
}

/// Inserts a template; false if the name in addresses is taken.
pub(crate) fn make(tx: &mut dyn Tx, n: &New<'_>, (by, at): (&str, Time)) -> Result<bool> {
    let empty = body(&Answers::new())?;
    let params = [
        n.id.into(),
        n.slug.into(),
        n.name.into(),
        n.about.into(),
        n.lens.into(),
        n.team.into(),
        empty.into(),
        by.into(),
        at.into(),
    ];
    Ok(tx.execute(&MAKE, &params)? == 1)
}

/// Changes the words of a template.
pub(crate) fn change(tx: &mut dyn Tx, id: Id, name: &str, about: &str) -> Result<()> {
    tx.execute(&CHANGE, &[id.into(), name.into(), about.into()]).map(|_| ())
}

/// Changes the draft; false if it is another version.
pub(crate) fn draft(tx: &mut dyn Tx, id: Id, based_on: i64, all: &Answers, (by, at): (&str, Time)) -> Result<bool> {
    Ok(tx.execute(&DRAFT, &[id.into(), based_on.into(), body(all)?.into(), by.into(), at.into()])? == 1)
}

/// Inserts a version, which the draft then says too; false if the draft is another version.
pub(crate) fn publish(tx: &mut dyn Tx, id: Id, based_on: i64, v: &TemplateVersion) -> Result<bool> {
    let all: Answers = v.answers.iter().map(|a| (a.question.clone(), a.said.clone())).collect();
    let text = body(&all)?;
    let params = [id.into(), based_on.into(), (&text).into(), (&v.by).into(), v.at.into()];
    if tx.execute(&PUBLISH, &params)? != 1 {
        return Ok(false);
    }
    let params = [id.into(), v.version.into(), (&v.lens_digest).into(), text.into(), (&v.why).into(), (&v.by).into(), v.at.into()];
    Ok(tx.execute(&VERSION, &params)? == 1)
}

/// The template of that name in addresses.
///
/// # Errors
/// [`Error::NotFound`]; the engine's.
pub fn one(tx: &mut dyn Tx, slug: &str) -> Result<AnswerTemplate> {
    let missing = || Error::not_found("template of answers", kernel::text::shown(slug, 60));
    if super::bad_slug(slug) {
        return Err(missing());
    }
    tx.opt(&ONE, &[slug.into()])?.as_ref().map(template).transpose()?.ok_or_else(missing)
}

/// Templates by their names in addresses, after one of them; of one lens, or of all.
///
/// # Errors
/// The engine's.
pub fn page(tx: &mut dyn Tx, after: &str, lens: Option<&str>, limit: i64) -> Result<Vec<AnswerTemplate>> {
    let params = [after.into(), lens.map(str::to_owned).into(), limit.into()];
    tx.query(&PAGE, &params)?.iter().map(template).collect()
}

/// Versions of a template, newest first, older than `before`.
///
/// # Errors
/// The engine's.
pub fn versions(tx: &mut dyn Tx, id: Id, before: i64, limit: i64) -> Result<Vec<TemplateVersion>> {
    tx.query(&VERSIONS, &[id.into(), before.into(), limit.into()])?.iter().map(version_of).collect()
}

/// That very version of a template.
///
/// # Errors
/// The engine's.
pub fn version(tx: &mut dyn Tx, id: Id, version: i64) -> Result<Option<TemplateVersion>> {
    tx.opt(&EXACT, &[id.into(), version.into()])?.as_ref().map(version_of).transpose()
}

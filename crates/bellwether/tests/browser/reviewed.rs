//! Well-Architected reviews of the sample: one with a long note and a milestone, one that nobody has answered yet.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::Ctx;
use wellarch::acts::milestone::save;
use wellarch::acts::review::{NewReview, answer, begin};
use wellarch::acts::{template as templates, using};
use wellarch::milestone::NewMilestone;
use wellarch::review::{NewReviewAnswer, Said};
use wellarch::template::{NewAnswerTemplate, NewDraftAnswer, NewTemplateVersion, NewUse, TemplateAnswer};

use crate::sample::{LONG, RIGHT_TO_LEFT};

/// The lens, and the question that is answered.
const LENS: &str = "core";
const QUESTION: &str = "OPS-01";

/// The template of answers, in addresses.
pub(crate) const TEMPLATE: &str = "sign-in-and-access";

/// Begins a review of both workloads, answers a question of the first and saves the milestone “First” of each.
pub(crate) fn make_two(cx: &Ctx, tx: &mut dyn Tx, answered: &str, open: &str) -> Result<()> {
    for workload in [answered, open] {
        let sheet = begin(cx, tx, workload, &NewReview { lens: LENS.into(), version: None })?;
        if workload == answered {
            let question = sheet.lens.file.lens.question(QUESTION).expect("a question of the core lens");
            let choices = vec![question.choices[0].id.clone()];
            let said = Said { choices, note: format!("{LONG} {RIGHT_TO_LEFT}"), ..Said::default() };
            answer(cx, tx, (workload, LENS), QUESTION, &NewReviewAnswer { based_on: 0, said, overrides: None })?;
        }
        save(cx, tx, workload, LENS, &NewMilestone { name: "First".into() })?;
        if workload == answered {
            template(cx, tx, &sheet.team.slug)?;
        }
        let used = NewUse { left_out: if workload == answered { Vec::new() } else { vec![QUESTION.into()] } };
        using::begin(cx, tx, (workload, LENS), TEMPLATE, &used)?;
        if workload == answered {
            let said = Said { none: true, ..Said::default() };
            let why = Some(format!("{LONG} {RIGHT_TO_LEFT}"));
            answer(cx, tx, (workload, LENS), QUESTION, &NewReviewAnswer { based_on: 2, said, overrides: why })?;
        }
    }
    Ok(())
}

/// A template with a long name that answers two questions, and whose draft says more.
fn template(cx: &Ctx, tx: &mut dyn Tx, team: &str) -> Result<()> {
    let name: String = format!("{RIGHT_TO_LEFT} {LONG}").chars().take(120).collect();
    let (lens, slug) = (LENS.to_owned(), Some(TEMPLATE.to_owned()));
    templates::make(cx, tx, &NewAnswerTemplate { name, lens, team: team.to_owned(), about: LONG.into(), slug })?;
    let none = |question: &str| TemplateAnswer {
        question: question.into(),
        said: Said { none: true, note: LONG.into(), ..Said::default() },
    };
    let answers = Some(vec![none(QUESTION), none("SEC-03")]);
    templates::publish(cx, tx, TEMPLATE, &NewTemplateVersion { based_on: 0, why: LONG.into(), answers })?;
    let said = Some(Said { none: true, ..Said::default() });
    templates::draft(cx, tx, TEMPLATE, "SEC-04", &NewDraftAnswer { based_on: 1, said }).map(|_| ())
}

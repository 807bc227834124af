//! Well-Architected reviews of the sample: one with a long note and a milestone, one that nobody has answered yet.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::Ctx;
use wellarch::acts::milestone::save;
use wellarch::acts::review::{NewReview, answer, begin};
use wellarch::milestone::NewMilestone;
use wellarch::review::{NewReviewAnswer, Said};

use crate::sample::{LONG, RIGHT_TO_LEFT};

/// The lens, and the question that is answered.
const LENS: &str = "core";
const QUESTION: &str = "OPS-01";

/// Begins a review of both workloads, answers a question of the first and saves the milestone “First” of each.
pub(crate) fn make_two(cx: &Ctx, tx: &mut dyn Tx, answered: &str, open: &str) -> Result<()> {
    for workload in [answered, open] {
        let sheet = begin(cx, tx, workload, &NewReview { lens: LENS.into(), version: None })?;
        if workload == answered {
            let question = sheet.lens.file.lens.question(QUESTION).expect("a question of the core lens");
            let choices = vec![question.choices[0].id.clone()];
            let said = Said { choices, note: format!("{LONG} {RIGHT_TO_LEFT}"), ..Said::default() };
            answer(cx, tx, (workload, LENS), QUESTION, &NewReviewAnswer { based_on: 0, said })?;
        }
        save(cx, tx, workload, LENS, &NewMilestone { name: "First".into() })?;
    }
    Ok(())
}

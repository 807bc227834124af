//! What tests draw forms from.

use kernel::error::Fault;
use kernel::web::Form;

use super::form::FormPage;
use crate::origin::Origin;

/// What a form is drawn from.
pub(crate) struct Parts {
    pairs: Vec<(String, String)>,
    pub(crate) form: Form,
    origin: Origin,
}

impl Parts {
    pub(crate) fn new() -> Self {
        let origin = Origin { words: "Sprint 22, <p95>".into(), ..Origin::default() };
        Self { pairs: vec![("a b".into(), "A <b>".into())], form: Form(vec![("what".into(), "Do <it>".into())]), origin }
    }

    pub(crate) fn page<'a>(&'a self, sent: Option<(&'a Form, &'a [Fault])>) -> FormPage<'a> {
        FormPage {
            to: "/teams/payments/actions",
            workloads: &self.pairs,
            owners: &self.pairs,
            metrics: &self.pairs,
            initial: &self.form,
            origin: &self.origin,
            sent,
            csrf: "c",
        }
    }
}

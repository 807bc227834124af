//! Configuration as code over all rooms.

use axum::extract::State;
use axum::response::Response;
use kernel::api::change;
use kernel::configured::{self, Action, Configured, read, write};
use kernel::error::{Faults, Result};
use kernel::web::{App, Ctx, Json};
use people::acts::{NewOrganisation, set_organisation};
use people::rights;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rooms;

/// A configuration file.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfigurationFile {
    /// The YAML text, `bellwether/v1`.
    pub yaml: String,
    /// Only say what would change.
    #[serde(default)]
    pub dry_run: bool,
}

/// The configuration as it stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Exported {
    /// The YAML text; `apply` takes it back.
    pub yaml: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OrganisationForm {
    name: String,
    zone: String,
    /// There is one; a list of one keeps the form of the file the same for every kind.
    #[serde(default = "one")]
    key: String,
}

fn one() -> String {
    "1".into()
}

/// The organisation as code.
pub static ORGANISATION: Configured = Configured {
    kind: "organisation",
    noun: "organisation",
    key: "key",
    export: |tx| {
        let o = people::organisation(tx)?;
        if o.version == 0 { Ok(Vec::new()) } else { Ok(vec![write(&OrganisationForm { name: o.name, zone: o.zone, key: one() })?]) }
    },
    check: |v| {
        let form: OrganisationForm = read(v)?;
        let mut faults = Faults::new();
        faults.check(form.key == "1", "key", "There is one organisation; leave its key out.");
        faults.done()?;
        write(&form)
    },
    apply: |cx, tx, v, action| {
        let form: OrganisationForm = read(v.clone())?;
        let version = if action == Action::Create { 0 } else { people::organisation(tx)?.version };
        set_organisation(cx, tx, &NewOrganisation { name: form.name, zone: form.zone, version }).map(|_| ())
    },
};

pub(super) async fn export(State(app): State<App>, cx: Ctx) -> Result<axum::Json<Exported>> {
    cx.require_signed_in()?;
    let yaml = app.read(&cx, |_, tx| configured::export(&rooms::configured(), tx)).await?;
    Ok(axum::Json(Exported { yaml }))
}

pub(super) async fn apply(State(app): State<App>, cx: Ctx, Json(file, idem): Json<ConfigurationFile>) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| {
        cx.require_somewhere(&rights::APPLY)?;
        let kinds = rooms::configured();
        if file.dry_run { configured::plan(&kinds, tx, &file.yaml) } else { configured::apply(&kinds, cx, tx, &file.yaml) }
    })
    .await
}

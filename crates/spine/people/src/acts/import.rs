//! People from a CSV file: all of it or nothing, the same file twice changes nothing.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::Id;
use kernel::web::Ctx;
use serde::Serialize;
use utoipa::ToSchema;

use super::account::invite;
use super::link::Link;
use super::role::grant_there;
use crate::code;
use crate::csv::{self, Entry};
use crate::grant::NewGrant;
use crate::person::NewPerson;
use crate::{place, rights, store};

/// What became of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Line {
    /// Line of the file, the header is 1.
    pub line: usize,
    /// The account; none yet in a dry run that would invite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<Id>,
    /// As in the file.
    pub name: String,
    /// As in the file, in lower case.
    pub mail: String,
    /// The account is new.
    pub invited: bool,
    /// The role is new.
    pub granted: bool,
    /// Link of a new account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Imported {
    /// Nothing was stored; this is what would be.
    pub dry_run: bool,
    /// One for each line that names somebody.
    pub lines: Vec<Line>,
}

/// The secret of the link of a mail address, from one seed drawn for the whole file.
pub(crate) fn link_secret(seed: &str, mail: &str) -> String {
    code::digest(&format!("link {seed} {mail}"))
}

/// Invites the people of a CSV file with the header `name,mail,role,scope` and gives them their roles; `scope` is the key of
/// a group or team. Accounts are recognised by mail address; their names are left as they are. `seed` is a secret from which
/// the links of new accounts are made.
///
/// # Errors
/// [`kernel::Error::Invalid`] with every fault and its line; nothing is stored then.
pub fn import_csv(cx: &Ctx, tx: &mut dyn Tx, text: &str, dry_run: bool, seed: &str) -> Result<Imported> {
    cx.require_everywhere(&rights::PEOPLE)?;
    let entries = csv::read(text, &place::all(tx)?)?;
    let mut lines: Vec<Line> = Vec::with_capacity(entries.len());
    for entry in entries {
        let line = one(cx, tx, &entry, dry_run, seed, &lines)?;
        lines.push(line);
    }
    Ok(Imported { dry_run, lines })
}

fn one(cx: &Ctx, tx: &mut dyn Tx, entry: &Entry, dry_run: bool, seed: &str, before: &[Line]) -> Result<Line> {
    let mut line = Line {
        line: entry.line,
        person: store::person_by_mail(tx, &entry.mail)?.map(|p| p.id),
        name: entry.name.clone(),
        mail: entry.mail.clone(),
        invited: false,
        granted: false,
        link: None,
    };
    let new_here = line.person.is_none() && !before.iter().any(|l| l.mail == entry.mail && l.invited);
    if new_here {
        line.invited = true;
        if !dry_run {
            let new = NewPerson { name: entry.name.clone(), mail: entry.mail.clone(), zone: None };
            let (person, link) = invite(cx, tx, &new, &link_secret(seed, &entry.mail))?;
            line.person = Some(person.id);
            line.link = Some(link);
        }
    }
    let Some((role, scope)) = entry.role else { return Ok(line) };
    let held = match line.person {
        Some(id) => store::grant::grants_of(tx, id)?.iter().any(|g| g.role == role && g.scope == scope),
        None => false,
    };
    line.granted = !held;
    if let (false, false, Some(id)) = (held, dry_run, line.person) {
        grant_there(cx, tx, id, &NewGrant { role, scope })?;
    }
    Ok(line)
}

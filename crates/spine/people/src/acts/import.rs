//! People from a CSV file: all of it or nothing, the same file twice changes nothing.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::Ctx;

use super::account::invite;
use super::role::grant_there;
use crate::csv::{self, Entry, Imported, Line};
use crate::grant::NewGrant;
use crate::link::secret_for;
use crate::person::NewPerson;
use crate::{place, rights, store};

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
            let (person, link) = invite(cx, tx, &new, &secret_for(seed, &entry.mail))?;
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

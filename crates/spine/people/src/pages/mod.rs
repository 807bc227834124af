//! Pages of this room, by noun.

pub(crate) mod account;
pub(crate) mod link;
pub(crate) mod list;
pub(crate) mod person;
pub(crate) mod start;
pub(crate) mod token;

use html::{Markup, html};
use kernel::error::Fault;
use kernel::ids::Id;
use kernel::web::{Ctx, Form, day};

use crate::grant::Grant;
use crate::person::{Person, Standing};
use crate::place::Place;

/// Where an act without a field was refused: the section that its button stands in.
const SECTIONS: [&str; 3] = ["roles", "standing", "tokens"];

/// What was sent with a form that is shown again, and why it was refused.
#[derive(Clone, Copy)]
pub(crate) struct Sent<'a>(pub(crate) Option<(&'a Form, &'a [Fault])>);

impl<'a> Sent<'a> {
    /// What was typed into a field, or what it holds otherwise.
    fn value(&self, name: &str, otherwise: &'a str) -> &'a str {
        self.0.and_then(|(form, _)| form.opt(name)).unwrap_or(otherwise)
    }

    /// Why a field was refused.
    fn error(&self, at: &str) -> Option<&'a str> {
        self.0.and_then(|(_, faults)| faults.iter().find(|f| f.at == at)).map(|f| f.message.as_str())
    }

    /// The summary on top.
    fn summary(&self) -> Markup {
        match self.0 {
            Some((_, faults)) if !faults.is_empty() => {
                let of_section = faults.iter().all(|f| SECTIONS.contains(&f.at.as_str()));
                let noun = match faults {
                    _ if of_section => ("thing", "things"),
                    [first, second, ..] if first.at == second.at => ("place", "places"),
                    _ => ("field", "fields"),
                };
                html! {
                    (html::alert_of(noun, faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect()))
                    div.sub {}
                }
            }
            _ => html! {},
        }
    }
}

/// "can sign in", "invited 3 Nov", "ended 4 Nov".
fn standing(p: &Person, cx: &Ctx) -> String {
    let on = |at| day(at, cx.now, &cx.actor.zone);
    match p.standing() {
        Standing::Active => "can sign in".into(),
        Standing::Invited => format!("invited {}", on(p.invited_at)),
        Standing::Deactivated => format!("ended {}", on(p.deactivated_at.unwrap_or(p.invited_at))),
    }
}

/// The name of a group or team; its id if it is not there any more.
fn place_name(places: &[Place], id: Id) -> String {
    places.iter().find(|p| p.id == id).map_or_else(|| id.to_string(), |p| p.name.clone())
}

/// Roles in one line: "Delivery lead, Billing; Engineer, Payments".
fn in_line(held: &[&Grant], places: &[Place]) -> Markup {
    html! {
        @if held.is_empty() { span.mute { "none yet" } }
        @for (i, g) in held.iter().enumerate() {
            @if i > 0 { "; " }
            (g.role.title()) @if g.scope.is_some() { ", " (html::bdi(&held_for(g, places))) }
        }
    }
}

/// For what a role is held: "the organisation", or the name of a group or team.
fn held_for(grant: &Grant, places: &[Place]) -> String {
    grant.scope.map_or_else(|| "the organisation".into(), |id| place_name(places, id))
}

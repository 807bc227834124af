//! The pages for somebody who is not signed in.

use html::{
    Columns, Field, FieldKind, Head, Markup, StepState, Tight, bdi, columns, field, fields_one, form, head, html, section, steps,
};
use kernel::time::Time;

use super::Sent;
use crate::code::LinkKind;
use crate::password;
use crate::person::Person;

const PASSWORD_HINT: &str = "At least 12 characters; a sentence is best.";
const _: () = assert!(password::LEAST == 12, "the hint says 12");

fn new_password<'a>(error: Option<&'a str>) -> Field<'a> {
    Field {
        id: "password",
        label: "Password",
        hint: Some(PASSWORD_HINT),
        kind: FieldKind::Password,
        autocomplete: Some("new-password"),
        required: true,
        error,
        ..Field::default()
    }
}

/// The form of the first account, where the first steps begin.
pub(crate) fn first(code: &str, now: Time, sent: Sent<'_>) -> Markup {
    let explain = html! { "The first person proves to have the server at hand; everybody after that is invited." };
    html! {
        (head(Head {
            kicker: vec![("New installation".into(), None), (now.jiff().strftime("%A %-d %B %Y").to_string(), None)],
            title: "Three steps to the first report".into(),
            lead: html! { "Nobody has an account here yet. Make the first one; then name the organisation, paste the teams and agree on a template." },
            facts: vec![
                ("Progress".into(), html! { b { "Sign in" } "; then three steps, about seven minutes" }),
                ("Saved".into(), html! { "every step by itself; you can close this page" }),
                ("Nothing final".into(), html! { "all of it can be changed later" }),
            ],
        }))
        (steps(&[
            ("Sign in", "with the code", StepState::Now),
            ("1 Organisation", "name, zone, calendar", StepState::Todo),
            ("2 Teams", "paste a list", StepState::Todo),
            ("3 Template", "nine rows to begin with", StepState::Todo),
        ]))
        div.sub {}
        (section("sign-in", "Sign in", Some(explain), Tight(false), html! {
            (sent.summary())
            (columns(Columns::Even, &[first_time(code, sent), later()]))
        }))
    }
}

fn first_time(code: &str, sent: Sent<'_>) -> Markup {
    let fields = [
        Field {
            id: "code",
            label: "Code from the server",
            hint: Some("It stands in the last line that the server wrote when it started. It works once."),
            value: sent.value("code", code),
            autocomplete: Some("one-time-code"),
            required: true,
            error: sent.error("code"),
            ..Field::default()
        },
        Field {
            id: "name",
            label: "Your name",
            value: sent.value("name", ""),
            autocomplete: Some("name"),
            required: true,
            error: sent.error("name"),
            ..Field::default()
        },
        Field {
            id: "mail",
            label: "Mail address",
            hint: Some("You sign in with it."),
            value: sent.value("mail", ""),
            kind: FieldKind::Email,
            autocomplete: Some("username"),
            required: true,
            error: sent.error("mail"),
            ..Field::default()
        },
        new_password(sent.error("password")),
    ];
    html! {
        h3 { "The first time" }
        (form("/start", "", html! {
            (fields_one(&fields.each_ref().map(field)))
            div.btns.pane-gap { button.btn.primary type="submit" { "Make the first account" } }
        }))
    }
}

fn later() -> Markup {
    html! {
        h3 { "Every later time" }
        p.prose { "You sign in with your mail address and this password." }
        p.prose { "Everybody else gets a link that works once and sets a password of their own. As the first account you are the platform engineer: you invite people, one by one or from a list." }
        p.more { "No line with a code? Start the server again; it writes a new one as long as there is no account." }
    }
}

/// The form for signing in; `to` is the page to go on to.
pub(crate) fn sign_in(to: &str, sent: Sent<'_>) -> Markup {
    let mail = Field {
        id: "mail",
        label: "Mail address",
        value: sent.value("mail", ""),
        kind: FieldKind::Email,
        autocomplete: Some("username"),
        required: true,
        error: sent.error("mail"),
        ..Field::default()
    };
    let password = Field {
        id: "password",
        label: "Password",
        kind: FieldKind::Password,
        autocomplete: Some("current-password"),
        required: true,
        error: sent.error("password"),
        ..Field::default()
    };
    let form = html! {
        h3.vh { "With an account of this server" }
        (form("/sign-in", "", html! {
            @if to != "/" { input type="hidden" name="to" value=(to); }
            (fields_one(&[field(&mail), field(&password)]))
            div.btns.pane-gap { button.btn.primary type="submit" { "Sign in" } }
        }))
    };
    let help = html! {
        h3 { "The first time" }
        p.prose { "Open the link that you were given. It sets your password and signs you in." }
        h3.pane-gap { "No link, or the password forgotten" }
        p.prose { "Ask the platform engineer for a new link. Whoever has the server at hand can make one with " code { "bellwether user reset" } " and your mail address." }
    };
    html! {
        (head(Head { title: "Sign in".into(), ..Head::default() }))
        (section("sign-in", "Your account", Some(html! { "One account for everything here; what you may do follows from your roles." }), Tight(false), html! {
            (sent.summary())
            (columns(Columns::Even, &[form, help]))
        }))
    }
}

/// Title of the page that a link leads to.
pub(crate) fn link_title(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Invitation => "Invitation",
        LinkKind::Reset => "A new password",
    }
}

/// The form of a link that sets a password.
pub(crate) fn link(kind: LinkKind, code: &str, person: &Person, sent: Sent<'_>) -> Markup {
    let lead = match kind {
        LinkKind::Invitation => {
            "Choose a password and you are signed in. From then on you sign in with your mail address and this password."
        }
        LinkKind::Reset => {
            "Choose a new password and you are signed in. Wherever you were signed in before, you have to sign in again."
        }
    };
    let act = match kind {
        LinkKind::Invitation => "Set the password and sign in",
        LinkKind::Reset => "Set the new password and sign in",
    };
    html! {
        (head(Head {
            kicker: vec![(link_title(kind).into(), None)],
            title: person.name.clone(),
            lead: html! { (lead) },
            facts: vec![("Mail address".into(), bdi(&person.mail)), ("This link".into(), html! { "works once" })],
        }))
        (section("set", "Password", Some(html! { "Nobody else sees it; the server keeps only a hash." }), Tight(false), html! {
            (sent.summary())
            (form(&kind.path(code), "", html! {
                // Lets a password manager know whose password this is.
                input type="hidden" name="mail" autocomplete="username" value=(person.mail);
                (fields_one(&[field(&new_password(sent.error("password")))]))
                div.btns.pane-gap { button.btn.primary type="submit" { (act) } }
            }))
        }))
    }
}

/// A link that does not work, and what to do.
pub(crate) fn dead_link(why: &str) -> Markup {
    html! {
        (head(Head { title: "This link does not work any more".into(), lead: html! { (why) }, ..Head::default() }))
        (section("sign-in", "Already have a password?", None, Tight(false), html! {
            div.btns { a.btn href=(html::SIGN_IN) { "Sign in" } }
        }))
    }
}

//! Forms of the gallery, among them one that was refused.

use maud::{Markup, html};

use super::{LONG, RIGHT_TO_LEFT, part};
use crate::button::{Button, Weight, buttons};
use crate::dialog::{Danger, dangerous};
use crate::entry::{EntryRow, entry_row};
use crate::form::{
    Choice, Field, FieldKind, Live, alert, alert_of, choices, error_line, field, fields, fields_one, form, live_form, upload,
};

pub(super) fn parts(csrf: &str) -> Markup {
    html! {
        (part("entry", "Entry", "The grey figure is the last one; the button says that it still holds.", entry(csrf)))
        (part("form", "A form that was refused", "Summary first, with links; the same words at the field; input is kept.", refused(csrf)))
        (part("fields", "Every kind of field", "Label, hint, field, error, in this order.", every_field(csrf)))
        (part("upload", "Files", "The form sends them as they are; what may be chosen is said to the browser, and checked again by the server.", files(csrf)))
        (part("danger", "A dangerous act", "Says what is lost, what stays, and asks for the name.", dangerous(&Danger {
            id: "dg",
            question: "Delete the lens “Serverless, draft”?",
            text: html! { "Three reviews in progress lose 41 answers. Milestones and finished reviews keep theirs. It cannot be undone; a copy is exported first." },
            label: "Type the name of the lens",
            name: "Serverless, draft",
            action: "#delete",
            csrf,
            keep: ("Keep it", "#danger"),
            act: "Delete the lens and 41 answers",
            error: Some("That is another name. Nothing was deleted."),
        })))
    }
}

fn entry(csrf: &str) -> Markup {
    let row = |id: &str, name: &str| EntryRow {
        id: id.to_owned(),
        name: name.to_owned(),
        hint: Some("Sum over the three models".into()),
        unit: "threats".into(),
        placeholder: "4".into(),
        last_text: Some("4".into()),
        automate_hint: Some(html! { "By hand for 6 sprints. " a href="#how" { "How to push it" } }),
        ..EntryRow::default()
    };
    let faults = vec![("e2".to_owned(), "Secrets rotated within 90 days: 740 is more than 100%".to_owned())];
    live_form(
        "#save",
        csrf,
        Live { target: Some("entry"), autosave: true },
        html! {
            (alert_of(("value", "values"), faults))
            div.sub {}
            (entry_row(&EntryRow { value: "3".into(), ..row("e1", "Open threats in the threat models") }))
            (entry_row(&EntryRow { value: "740".into(), unit: "%".into(), error: Some("740 is more than 100%. Did you mean 74.0?".into()), ..row("e2", "Secrets rotated within 90 days") }))
            (entry_row(&EntryRow { value: "8".into(), kept: true, ..row("e3", RIGHT_TO_LEFT) }))
            (entry_row(&EntryRow { note: "112 days old; booked for 26 November.".into(), note_open: true, ..row("e4", LONG) }))
            (entry_row(&EntryRow { last_text: None, placeholder: String::new(), hint: None, automate_hint: None, ..row("e5", "The first value ever") }))
            div.sub {}
            (buttons(&[
                Button { label: "Mark the report ready", weight: Weight::Primary, sends: Some(("do", "ready")), key: Some("Ctrl Enter"), ..Button::default() },
                Button { label: "Save the draft", sends: Some(("do", "save")), ..Button::default() },
            ]))
        },
    )
}

fn refused(csrf: &str) -> Markup {
    let people = [("", "Choose a person"), ("1", "Maya Okafor"), ("2", LONG)];
    let faults = vec![
        ("a-who".to_owned(), "Who: an action needs one person".to_owned()),
        ("a-due".to_owned(), "Due: 31 November does not exist".to_owned()),
    ];
    form(
        "#add",
        csrf,
        html! {
            (alert(faults))
            div.sub {}
            (fields(&[
                field(&Field { id: "a-what", label: "What, to reach what", value: "Restore the ledger, timed", required: true, ..Field::default() }),
                field(&Field { id: "a-who", label: "Who", kind: FieldKind::Select(&people), error: Some("An action needs one person."), ..Field::default() }),
                field(&Field { id: "a-due", label: "Due", value: "31 Nov 2026", error: Some("31 November does not exist. Did you mean 30 Nov?"), ..Field::default() }),
            ]))
            (buttons(&[Button { label: "Add the action", weight: Weight::Primary, ..Button::default() }]))
        },
    )
}

fn files(csrf: &str) -> Markup {
    let one = Field {
        id: "u-files",
        label: "Files",
        hint: Some("YAML or CSV, up to 2 MB together."),
        kind: FieldKind::Files(".yaml,.csv"),
        error: Some("“report.pdf” is neither YAML nor CSV."),
        ..Field::default()
    };
    upload(
        "#files",
        csrf,
        html! {
            (fields(&[field(&one)]))
            (buttons(&[Button { label: "Read the files", ..Button::default() }]))
        },
    )
}

fn every_field(csrf: &str) -> Markup {
    let zones = [("Europe/London", "Europe/London"), ("Europe/Oslo", "Europe/Oslo")];
    let kinds = [
        field(&Field { id: "k1", label: "Text", hint: Some("As it stands on reports."), value: RIGHT_TO_LEFT, ..Field::default() }),
        field(&Field { id: "k2", label: "Search", kind: FieldKind::Search, ..Field::default() }),
        field(&Field {
            id: "k3",
            label: "Password",
            hint: Some("At least 12 characters; a sentence is best."),
            kind: FieldKind::Password,
            autocomplete: Some("new-password"),
            ..Field::default()
        }),
        field(&Field { id: "k4", label: "Mail address", kind: FieldKind::Email, autocomplete: Some("email"), ..Field::default() }),
        field(&Field { id: "k5", label: "Figure", kind: FieldKind::Decimal, placeholder: Some("24"), ..Field::default() }),
        field(&Field { id: "k6", label: "Date", kind: FieldKind::Date, value: "2026-11-30", ..Field::default() }),
        field(&Field {
            id: "k7",
            label: "Time zone",
            hint: Some("Now 14:04 there."),
            kind: FieldKind::Select(&zones),
            value: "Europe/Oslo",
            ..Field::default()
        }),
    ];
    let answers = [
        Choice {
            id: "c1",
            name: "c",
            value: "few",
            label: "Few rows, all by hand",
            desc: html! { "A report takes five minutes." },
            checked: true,
            many: false,
        },
        Choice { id: "c2", name: "c", value: "all", label: LONG, desc: html! {}, checked: false, many: false },
        Choice {
            id: "c3",
            name: "d",
            value: "x",
            label: "One of several that may be chosen together",
            desc: html! { "Evidence suggests, it never ticks." },
            checked: false,
            many: true,
        },
    ];
    form(
        "#f",
        csrf,
        html! {
            (fields(&kinds))
            div.sub {}
            (fields_one(&[
                field(&Field { id: "k8", label: "One team in a line", hint: Some("Team; workload; principal engineer."), kind: FieldKind::Textarea(4), value: "Billing; Premium billing\nPayments; Refunds", error: Some("Line 2: Payments stands here twice."), ..Field::default() }),
                field(&Field { id: "k9", label: "Ask the ten teams to agree to it", hint: Some("In the first review."), kind: FieldKind::Checkbox(true), ..Field::default() }),
            ]))
            div.sub {}
            (choices("Begin with", &answers))
            (error_line("loose", "A fault that belongs to no field."))
            (buttons(&[Button { label: "Save", ..Button::default() }]))
        },
    )
}

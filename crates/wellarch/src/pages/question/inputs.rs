//! The inputs of an answer, for the form of a review and that of a template.

use html::{Field, FieldKind, Markup, bdi, field, html};
use kernel::error::Fault;

use crate::lens::{Choice, Question};
use crate::review::{Said, WhyNot};

/// What the inputs are about.
#[derive(Clone, Copy)]
pub(in crate::pages) struct Inputs<'a> {
    pub(in crate::pages) question: &'a Question,
    /// What stands in them.
    pub(in crate::pages) said: &'a Said,
    /// What is wrong with it.
    pub(in crate::pages) faults: &'a [Fault],
}

impl<'a> Inputs<'a> {
    pub(in crate::pages) fn wrong(&self, at: &str) -> Option<&'a str> {
        self.faults.iter().find(|f| f.at == at).map(|f| f.message.as_str())
    }

    /// The keys beside the choices: the first nine that are no “none of these”.
    fn keys(&self) -> Vec<Option<String>> {
        let mut n = 0;
        let choices = self.question.choices.iter();
        let key = |c: &Choice| {
            if c.none {
                return Some("0".to_owned());
            }
            n += 1;
            (n <= 9).then(|| n.to_string())
        };
        choices.map(key).collect()
    }
}

/// All choices; `below` says more about one.
pub(in crate::pages) fn choices(i: &Inputs<'_>, below: impl Fn(&Choice) -> Markup) -> Markup {
    let own_none = i.question.choices.iter().any(|c| c.none);
    html! {
        legend.vh { "Which of these are in place?" }
        @if let Some(wrong) = i.wrong("choices") { (html::error_line("choices-e", wrong)) }
        @for (c, key) in i.question.choices.iter().zip(i.keys()) { (choice(c, i, key.as_deref(), &below(c))) }
        @if !own_none { (none(i)) }
    }
}

fn choice(c: &Choice, i: &Inputs<'_>, key: Option<&str>, below: &Markup) -> Markup {
    let id = format!("c-{}", c.id);
    let described = (!c.what.trim().is_empty()).then(|| format!("{id}-d"));
    let ticked = i.said.choices.contains(&c.id) || (c.none && i.said.none);
    let wrong = if c.none { i.wrong("none") } else { None };
    html! {
        div.choice {
            input type="checkbox" name="choice" id=(id) value=(c.id) checked[ticked] aria-describedby=[described.as_deref()]
                data-hotkey=[key] data-none[c.none] autocomplete="off";
            div {
                label for=(id) { (bdi(&c.title)) @if let Some(key) = key { " " kbd { (key) } } }
                @if let Some(described) = &described { p.desc id=(described) { (bdi(c.what.trim())) } }
                (below)
                @if let Some(wrong) = wrong { (html::error_line("none", wrong)) }
            }
        }
    }
}

fn none(i: &Inputs<'_>) -> Markup {
    html! {
        div.choice {
            input type="checkbox" name="none" id="none" value="yes" checked[i.said.none] aria-describedby="none-d" data-hotkey="0" data-none autocomplete="off";
            div {
                label for="none" { "None of these " kbd { "0" } }
                p.desc id="none-d" { "Stands alone: the others are not ticked then." }
                @if let Some(wrong) = i.wrong("none") { (html::error_line("none-e", wrong)) }
            }
        }
    }
}

fn reasons(first: &'static str) -> Vec<(&'static str, String)> {
    let mut out = vec![("", first.to_owned())];
    out.extend(WhyNot::ALL.map(|w| (w.key(), html::capital(w.words()))));
    out
}

/// Choices that do not apply, folded: few need it.
pub(in crate::pages) fn absent(i: &Inputs<'_>) -> Markup {
    let options = reasons("It applies");
    let options: Vec<(&str, &str)> = options.iter().map(|(k, w)| (*k, w.as_str())).collect();
    let n = i.said.not_applicable.len();
    let summary = if n == 0 { "A choice does not apply".to_owned() } else { format!("Choices that do not apply: {n}") };
    html::disclosure(
        &summary,
        html! {
            p.hint { "Such a choice counts neither as done nor as missing, and every report says so." }
            @for c in i.question.choices.iter().filter(|c| !c.none) {
                @let (id, name) = (format!("a-{}", c.id), format!("absent.{}", c.id));
                (field(&Field {
                    id: &id,
                    name: &name,
                    label: &c.title,
                    value: i.said.ruled_out(&c.id).map_or("", WhyNot::key),
                    kind: FieldKind::Select(&options),
                    ..Field::default()
                }))
            }
        },
    )
}

/// The note, and why the whole question does not apply.
pub(in crate::pages) fn words(i: &Inputs<'_>) -> Markup {
    let options = reasons("It applies");
    let options: Vec<(&str, &str)> = options.iter().map(|(k, w)| (*k, w.as_str())).collect();
    html! {
        div.cols.c2.sub {
            (field(&Field {
                id: "note",
                label: "Note for the record",
                hint: Some("Who said what, what is planned, where to look."),
                value: &i.said.note,
                kind: FieldKind::Textarea(6),
                error: i.wrong("note"),
                ..Field::default()
            }))
            (field(&Field {
                id: "does_not_apply",
                label: "If the whole question does not apply, why?",
                hint: Some("It is listed as such in every report, and never counts as good."),
                value: i.said.does_not_apply.map_or("", WhyNot::key),
                kind: FieldKind::Select(&options),
                error: i.wrong("does_not_apply"),
                ..Field::default()
            }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::tests::{said, small};

    #[test]
    fn inputs_hold_what_stands_in_them_and_what_is_wrong() {
        let k = small();
        let question = k.file.lens.question("Q-01").unwrap();
        let said = Said { note: "as <agreed>".into(), ..said(&["bbb"]) };
        let faults = [Fault::new("choices", "No <such>."), Fault::new("note", "Too <long>.")];
        let i = Inputs { question, said: &said, faults: &faults };
        let drawn = choices(&i, |c| html! { "below " (c.id) }).into_string();
        for part in ["value=\"bbb\" checked", "below aaa", "No &lt;such&gt;.", "data-hotkey=\"2\"", "None of these"] {
            assert!(drawn.contains(part), "{part}: {drawn}");
        }
        assert!(absent(&i).into_string().contains("name=\"absent.aaa\""));
        let words = words(&i).into_string();
        assert!(words.contains("as &lt;agreed&gt;") && words.contains("Too &lt;long&gt;."), "{words}");
    }
}

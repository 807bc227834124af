//! An action in full, and how it stands among others. Pure.

use jiff::civil::Date;
use kernel::error::Fault;
use serde::Serialize;
use utoipa::ToSchema;

use crate::action::Action;
use crate::change::ActionVersion;
use crate::effect::Effect;

/// An action with everything that happened to it and what it did.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ActionView {
    /// The action as it stands.
    #[serde(flatten)]
    pub action: Action,
    /// Days until it is due; below nought it is late. Absent if it is closed or has no date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_in_days: Option<i64>,
    /// Days since it was put into the register.
    pub age_days: i64,
    /// Every change, oldest first.
    pub versions: Vec<ActionVersion>,
    /// The number that it should move, before and after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
    /// What the room that it came from says of it, such as that the review says it is in place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// Issues in other trackers that it is linked to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<trackers::Issue>,
    /// Names of trackers in which an issue is about to be made from it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<String>,
}

impl ActionView {
    /// What its issues say while it is open: that one of them is done, in the tracker's own word. It closes nothing.
    pub fn issue_says(&self) -> Option<String> {
        let done = self.issues.iter().find(|i| i.state == trackers::IssueState::Done && self.action.state.is_open())?;
        let day = done.since.jiff().strftime("%-d %b %Y");
        Some(format!("{} says that {} is “{}” since {day}.", done.tracker_name, done.label(), done.word))
    }
}

/// Open and late actions of a list.
pub fn sums<'a>(actions: impl IntoIterator<Item = &'a Action>, today: Date) -> (usize, usize) {
    actions
        .into_iter()
        .filter(|a| a.state.is_open())
        .fold((0, 0), |(open, late), a| (open + 1, late + usize::from(a.is_late(today))))
}

/// "Actions: 23 open, 5 late".
pub fn caption(open: usize, late: usize) -> String {
    match late {
        0 => format!("Actions: {open} open"),
        _ => format!("Actions: {open} open, {late} late"),
    }
}

/// "carried twice", "new": how often a date was moved back.
pub fn carried_words(carried: i64) -> String {
    match usize::try_from(carried) {
        Ok(0) | Err(_) => String::new(),
        Ok(1) => "carried once".into(),
        Ok(2) => "carried twice".into(),
        Ok(n) => format!("carried {n} times"),
    }
}

/// A fault at the field of a form; places of the API have dots, ids of fields none.
pub fn at_form(fault: &Fault) -> Fault {
    let at = match fault.at.as_str() {
        "expected.subject" | "expected.metric" => "expected".to_owned(),
        "expected.by" => "by".to_owned(),
        other => other.replace('.', "-"),
    };
    Fault::new(at, fault.message.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::ActionState;
    use crate::action::tests::action;

    #[test]
    fn sums_count_what_is_open_and_what_of_it_is_late() {
        let done = Action { state: ActionState::Done, ..action(2) };
        let all = [action(1), done];
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(sums(&all, day("2026-12-18")), (1, 0));
        assert_eq!(sums(&all, day("2026-12-19")), (1, 1));
        assert_eq!((caption(1, 0), caption(3, 1)), ("Actions: 1 open".to_owned(), "Actions: 3 open, 1 late".to_owned()));
    }

    #[test]
    fn faults_stand_at_fields() {
        let at = |at: &str| at_form(&Fault::new(at, "x")).at;
        assert_eq!([at("expected.subject"), at("evidence.words"), at("what")], ["expected", "evidence-words", "what"]);
    }
}

//! What is being done about risks: actions of the register and accepted risks, joined to questions and practices. Pure.

use actions::{Action, ActionState};
use decisions::Decision;
use jiff::civil::Date;
use kernel::ids::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::document::ReviewDocument;
use crate::exposure::{Holds, exposed};
use crate::review::ReviewAnswer;
use crate::risks::WorkloadRisks;

/// An action of the register, as a plan shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RiskAction {
    /// Its id.
    pub id: Id,
    /// What is done.
    pub what: String,
    /// Who answers for it.
    pub owner: String,
    /// Last day; empty for none yet.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub due: String,
    /// Days until then; below nought it is late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_in_days: Option<i64>,
    /// How far it is.
    pub state: ActionState,
}

/// A risk that an approver bears for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AcceptedRisk {
    /// Number of the decision.
    pub decision: i64,
    /// Who accepted it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Its last day.
    pub until: String,
}

impl AcceptedRisk {
    /// As the ledger has it.
    pub fn of(d: &Decision) -> Self {
        Self { decision: d.number, by: html::listed(&d.deciders), reason: d.why.clone(), until: d.review_by.clone() }
    }
}

/// An open action whose practice is in place, by the review's own answer. Nothing closes by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Settled {
    /// The action.
    pub action: RiskAction,
    /// The lens in addresses.
    pub lens: String,
    /// Id of the question.
    pub question: String,
    /// The question.
    pub title: String,
    /// Who gave the answer that says so.
    pub by: String,
}

/// What names a practice of a question in the register.
pub fn origin_id(lens: &str, question: &str, choice: &str) -> String {
    format!("{lens}/{question}/{choice}")
}

/// What names a question in the ledger of decisions.
pub fn about(lens: &str, question: &str) -> String {
    format!("{lens}/{question}")
}

fn shown(a: &Action, today: Date) -> RiskAction {
    RiskAction {
        id: a.id,
        what: a.content.what.clone(),
        owner: a.content.owner.name.clone(),
        due: a.content.due.clone(),
        due_in_days: a.due_in(today),
        state: a.state,
    }
}

/// The organisation's pillar that a lens means by its own, by name or id; none if it has another.
pub fn pillar_key<'a>(id: &str, name: &str, known: &'a [(String, String)]) -> Option<&'a str> {
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let names = [plain(name), plain(id)];
    let exact = known.iter().find(|(key, title)| names.iter().any(|n| *n == plain(title) || *n == plain(key)));
    // “Operational excellence” is “operations”, “Cost optimisation” is “cost”.
    let near = || {
        known.iter().find(|(key, _)| {
            let stem: String = plain(key).chars().take(6).collect();
            names.iter().any(|n| n.starts_with(&stem))
        })
    };
    exact.or_else(near).map(|(key, _)| key.as_str())
}

/// Everything that a plan is made from.
#[derive(Debug, Clone)]
pub struct Known<'a> {
    /// Actions about risks of the workload, oldest first.
    pub actions: &'a [Action],
    /// Accepted risks of the workload.
    pub decisions: &'a [Decision],
    /// What the catalogue says of the workload.
    pub holds: &'a Holds,
    /// Today, as last days count.
    pub today: Date,
}

/// Joins what is known to the risks of a workload's reviews.
pub fn join(r: &mut WorkloadRisks, documents: &[ReviewDocument], k: &Known<'_>) {
    for p in &mut r.pillars {
        for risk in &mut p.risks {
            risk.exposed = exposed(&p.name, k.holds);
            let basis = risk.answer_version.to_string();
            let on = about(&risk.lens, &risk.question);
            risk.accepted = decisions::decision::accepted(k.decisions, &on, &basis, k.today).map(AcceptedRisk::of);
            let of = format!("{}/", about(&risk.lens, &risk.question));
            risk.actions =
                k.actions.iter().filter(|a| a.state.is_open() && a.origin.id.starts_with(&of)).map(|a| shown(a, k.today)).collect();
        }
    }
    r.accepted = r.pillars.iter().flat_map(|p| &p.risks).filter(|x| x.accepted.is_some()).count();
    for i in &mut r.improvements {
        let id = origin_id(&i.lens, &i.question, &i.choice);
        let newest = |open: bool| k.actions.iter().rev().find(|a| a.origin.id == id && a.state.is_open() == open);
        i.action = newest(true).or_else(|| newest(false)).map(|a| shown(a, k.today));
    }
    r.settled = settled(documents, k);
}

fn settled(documents: &[ReviewDocument], k: &Known<'_>) -> Vec<Settled> {
    let mut out = Vec::new();
    for d in documents {
        for (_, q) in d.questions() {
            for c in q.choices.iter().filter(|c| c.ticked && !c.none) {
                let id = origin_id(&d.lens.slug, &q.id, &c.id);
                out.extend(k.actions.iter().filter(|a| a.state.is_open() && a.origin.id == id).map(|a| Settled {
                    action: shown(a, k.today),
                    lens: d.lens.slug.clone(),
                    question: q.id.clone(),
                    title: q.title.clone(),
                    by: q.answer.as_ref().map(ReviewAnswer::who).unwrap_or_default(),
                }));
            }
        }
    }
    out
}

/// When something is to be done, seen from a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stretch {
    /// Its last day is over.
    Late,
    /// Within this many days.
    Within(i64),
    /// Later than 90 days.
    Later,
    /// In the register, without a day.
    NoDate,
    /// Not in the register.
    NotPlanned,
}

impl Stretch {
    /// All, in the order of a plan.
    pub const ALL: [Stretch; 7] = [
        Stretch::Late,
        Stretch::Within(30),
        Stretch::Within(60),
        Stretch::Within(90),
        Stretch::Later,
        Stretch::NoDate,
        Stretch::NotPlanned,
    ];

    /// As a heading.
    pub fn words(self) -> String {
        match self {
            Stretch::Late => "Late".into(),
            Stretch::Within(days) => format!("Within {days} days"),
            Stretch::Later => "Later than 90 days".into(),
            Stretch::NoDate => "No date yet".into(),
            Stretch::NotPlanned => "Not in the register".into(),
        }
    }

    /// Where an action stands; what is closed is in no plan.
    pub fn of(action: Option<&RiskAction>) -> Option<Self> {
        let Some(a) = action else { return Some(Stretch::NotPlanned) };
        match a.due_in_days {
            _ if a.state == ActionState::Done => None,
            _ if !a.state.is_open() => Some(Stretch::NotPlanned),
            None => Some(Stretch::NoDate),
            Some(..0) => Some(Stretch::Late),
            Some(0..=30) => Some(Stretch::Within(30)),
            Some(31..=60) => Some(Stretch::Within(60)),
            Some(61..=90) => Some(Stretch::Within(90)),
            Some(_) => Some(Stretch::Later),
        }
    }
}

/// What is not in place and takes hours or days, least first, and of these what lowers a high risk; without what is accepted.
pub fn quick_wins(r: &WorkloadRisks) -> Vec<&crate::risks::Improvement> {
    let accepted = |i: &crate::risks::Improvement| {
        r.pillars.iter().flat_map(|p| &p.risks).any(|x| x.lens == i.lens && x.question == i.question && x.accepted.is_some())
    };
    let mut out: Vec<_> = r
        .improvements
        .iter()
        .filter(|i| matches!(i.effort.as_deref(), Some("hours" | "days")) && !accepted(i))
        .filter(|i| i.action.as_ref().is_none_or(|a| a.state != ActionState::Done))
        .collect();
    out.sort_by_key(|i| (i.effort.as_deref() != Some("hours"), i.standing != crate::review::Standing::High));
    out
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::burn::BurnPoint;
    use crate::document::tests::document;
    use crate::review::Said;
    use crate::review::tests::said;
    use actions::action::{Content, Named, Owner};
    use actions::{Origin, OriginKind};
    use decisions::DecisionKind;
    use kernel::time::Time;
    use people::Role;

    pub(crate) fn today() -> Date {
        "2026-11-30".parse().unwrap()
    }

    fn action(n: u128, id: &str, due: &str, state: ActionState) -> Action {
        Action {
            id: Id::from_u128(n),
            team: Named { slug: "checkout".into(), name: "Checkout".into() },
            workload: Some(Named { slug: "ledger".into(), name: "Ledger".into() }),
            origin: Origin { kind: OriginKind::Risk, id: id.into(), ..Origin::default() },
            content: Content {
                what: "Tick <b>".into(),
                goal: String::new(),
                owner: Owner::role(Role::PrincipalEngineer),
                due: due.into(),
                blocked_by: String::new(),
                effort: None,
                expected: None,
                issue: String::new(),
                evidence: None,
            },
            state,
            carried: 0,
            why: String::new(),
            made_by: "Maya".into(),
            made_at: Time(0),
            changed_by: "Maya".into(),
            changed_at: Time(0),
            version: 1,
        }
    }

    fn accepted(basis: &str) -> Decision {
        Decision {
            number: 7,
            kind: DecisionKind::AcceptedRisk,
            title: "How one?".into(),
            decided: "Accepted.".into(),
            why: "The partner <keeps> it".into(),
            alternatives: Vec::new(),
            deciders: vec!["Ingrid <Solberg>".into()],
            review_by: "2027-03-31".into(),
            supersedes: None,
            superseded_by: None,
            team: None,
            workload: None,
            about: "small/Q-01".into(),
            basis: basis.into(),
            origin: Origin::default(),
            made_by: "Ingrid".into(),
            made_at: Time(0),
        }
    }

    fn with(actions: &[Action], decisions: &[Decision]) -> WorkloadRisks {
        let none = Said { none: true, note: "in <May>".into(), ..said(&["none"]) };
        let d = document(&[("Q-01", said(&["aaa"])), ("Q-02", none)]);
        let mut r = WorkloadRisks::of(d.workload.clone(), std::slice::from_ref(&d));
        let holds = Holds { goal: "Ships <leave>".into(), ..Holds::default() };
        join(&mut r, &[d], &Known { actions, decisions, holds: &holds, today: today() });
        r.burn = vec![
            BurnPoint { day: "2026-10-01".into(), found: 1, closed: 0 },
            BurnPoint { day: "2026-11-01".into(), found: 1, closed: 1 },
        ];
        r
    }

    /// The small lens with a medium risk that is accepted and a late action, and a high risk without any.
    pub(crate) fn joined() -> WorkloadRisks {
        with(&[action(1, "small/Q-01/bbb", "2026-11-18", ActionState::Open)], &[accepted("1")])
    }

    #[test]
    fn a_risk_knows_its_actions_its_acceptance_and_what_it_exposes() {
        let r = joined();
        let one = r.pillars[0].risks.iter().find(|x| x.question == "Q-01").unwrap();
        assert_eq!((one.exposed.as_str(), one.actions.len(), r.accepted), ("exposes the goal “Ships <leave>”", 1, 1));
        assert_eq!(one.accepted.as_ref().map(|a| (a.decision, a.until.as_str())), Some((7, "2027-03-31")));
        let item = r.improvements.iter().find(|i| i.choice == "bbb").unwrap();
        assert_eq!(item.action.as_ref().map(|a| a.due_in_days), Some(Some(-12)));
        assert!(r.pillars[0].risks.iter().any(|x| x.question == "Q-02" && x.accepted.is_none() && x.actions.is_empty()));
        assert_eq!(r.high + r.medium, 2, "what is accepted stays a risk");
    }

    #[test]
    fn an_acceptance_ends_when_the_answer_changes() {
        assert_eq!(with(&[], &[accepted("2")]).accepted, 0);
        assert_eq!(with(&[], &[accepted("1")]).accepted, 1);
    }

    #[test]
    fn what_is_ticked_while_its_action_is_open_is_settled_and_not_closed() {
        let r =
            with(&[action(1, "small/Q-01/aaa", "", ActionState::Open), action(2, "small/Q-01/aaa", "", ActionState::Done)], &[]);
        assert_eq!(r.settled.len(), 1);
        assert_eq!((r.settled[0].question.as_str(), r.settled[0].action.state), ("Q-01", ActionState::Open));
    }

    #[test]
    fn a_plan_is_cut_by_last_day_and_what_is_done_is_in_none() {
        let at = |days: Option<i64>, state| {
            Stretch::of(Some(&RiskAction { due_in_days: days, state, ..shown(&action(1, "", "", ActionState::Open), today()) }))
        };
        let open = ActionState::Open;
        assert_eq!(
            [at(Some(-1), open), at(Some(0), open), at(Some(30), open)].map(Option::unwrap),
            [Stretch::Late, Stretch::Within(30), Stretch::Within(30)]
        );
        assert_eq!(
            [at(Some(31), open), at(Some(90), open), at(Some(91), open)].map(Option::unwrap),
            [Stretch::Within(60), Stretch::Within(90), Stretch::Later]
        );
        assert_eq!((at(None, open), at(None, ActionState::Done)), (Some(Stretch::NoDate), None));
        assert_eq!((at(None, ActionState::Dropped), Stretch::of(None)), (Some(Stretch::NotPlanned), Some(Stretch::NotPlanned)));
    }

    #[test]
    fn quick_wins_leave_out_weeks_and_what_is_accepted() {
        let wins: Vec<String> = quick_wins(&joined()).iter().map(|i| i.choice.clone()).collect();
        assert_eq!(wins, ["ccc"], "bbb takes weeks");
    }

    #[test]
    fn pillars_of_lenses_are_found_among_the_organisations_own() {
        let known: Vec<(String, String)> =
            [("security", "Security"), ("cost", "Cost"), ("operations", "Operational excellence"), ("x", "Our own")]
                .map(|(k, t)| (k.to_owned(), t.to_owned()))
                .into();
        let key = |id: &str, name: &str| pillar_key(id, name, &known);
        assert_eq!(key("operationalExcellence", "Operational Excellence"), Some("operations"));
        assert_eq!(key("ops", "Operational readiness"), Some("operations"));
        assert_eq!(key("costOptimization", "Cost Optimization"), Some("cost"));
        assert_eq!((key("ours", "Our own"), key("only", "Only")), (Some("x"), None));
    }
}

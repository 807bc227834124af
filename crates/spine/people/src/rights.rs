//! Every right of bellwether, with the words that a refusal uses. Which role holds which stands in [`crate::Role::rights`].

use kernel::web::Right;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

macro_rules! rights {
    ($( $(#[$meta:meta])* $name:ident = $key:literal, $what:literal, $who:literal; )+) => {
        $( $(#[$meta])* pub static $name: Right = Right { key: $key, what: $what, who: $who }; )+
        /// All of them, in the order in which pages list them.
        pub static ALL: &[&Right] = &[ $( &$name ),+ ];
    };
}

rights! {
    /// Accounts and roles.
    PEOPLE = "people.write", "change accounts and roles", "the platform engineer";
    /// Service tokens; a token can do no more than its maker.
    TOKENS = "tokens.write", "make service tokens",
        "the platform engineer, the facilitator, and principal engineers and delivery leads for their team";
    /// Sources that values are collected from.
    SOURCES = "sources.write", "change sources", "the platform engineer";
    /// Name and zone of the organisation.
    SETUP = "organisation.write", "set up the organisation", "the platform engineer";
    /// Groups: made by the platform engineer, changed by the facilitator too.
    GROUPS = "groups.write", "change groups", "the facilitator of the group and the platform engineer";
    /// Teams with their workloads and services.
    TEAMS = "teams.write", "change the catalogue of this team",
        "the team's principal engineer and delivery lead, and the facilitator of its group";
    /// What a team reports.
    TEMPLATE = "template.write", "change the template", "the facilitator of the group";
    /// Metric definitions.
    DEFINITIONS = "definitions.write", "change metric definitions", "facilitators";
    /// The calendar of sprints.
    CALENDAR = "calendar.write", "change the calendar of sprints", "the facilitator of the group";
    /// Values of a team.
    VALUES = "values.write", "change values of this team", "members of the team";
    /// Notes and free text of a team's report; answers to questions.
    NOTES = "notes.write", "write notes for this team", "members of the team";
    /// A report is ready.
    READY = "reports.ready", "mark a report of this team ready", "the team's principal engineer and delivery lead";
    /// A report was reviewed.
    REVIEW = "reports.review", "mark reports as reviewed", "the facilitator of the group";
    /// New baselines.
    BASELINES = "baselines.write", "accept a new baseline", "the facilitator of the group";
    /// Configuration from files.
    APPLY = "configuration.apply", "apply configuration from files", "the platform engineer and facilitators";
    /// Standards that all agreed on.
    STANDARDS = "standards.write", "change the standards of the organisation", "facilitators";
    /// Lenses of Well-Architected reviews.
    LENSES = "lenses.write", "publish lenses", "facilitators";
    /// Answers of Well-Architected reviews.
    ANSWERS = "reviews.answer", "answer reviews of this team",
        "the team's principal engineer and delivery lead, and the facilitator of its group";
    /// Templates of answers that a team owns.
    ANSWER_TEMPLATES = "answer-templates.write", "change templates of answers of this team",
        "the team's principal engineer and delivery lead, and the facilitator of its group";
    /// Comments, votes and evidence of Well-Architected reviews.
    TAKE_PART = "reviews.take-part", "take part in reviews of this team",
        "members of the team and the facilitator of its group";
    /// Milestones of Well-Architected reviews.
    MILESTONES = "milestones.write", "save milestones of reviews", "the facilitator of the group";
    /// Exemptions: asked for by the team that needs one.
    EXEMPTION = "exemptions.ask", "ask for an exemption for this team, or rule a row out", "members of the team";
    /// Exemptions: approved for a pillar, never by whoever asked.
    APPROVAL = "exemptions.decide", "decide on exemptions of this pillar", "approvers of the pillar";
    /// Actions of a team.
    ACTIONS = "actions.write", "change actions of this team", "members of the team and the facilitator of its group";
    /// The ledger of decisions.
    DECISIONS = "decisions.write", "record decisions",
        "principal engineers and delivery leads for their team, and facilitators";
    /// Risks of a review that are accepted for a time.
    RISKS = "risks.accept", "accept risks of this pillar", "approvers of the pillar";
    /// Sessions of a group.
    SESSIONS = "sessions.write", "run sessions of this group", "the facilitator of the group";
    /// Sessions of a group, for whoever is in them.
    SESSION_PART = "sessions.take-part", "take part in sessions of this group",
        "members of the group’s teams and its facilitator";
    /// The working agreement of a group, for a team.
    SIGN = "agreements.sign", "sign the working agreement for this team", "the team's principal engineer and delivery lead";
    /// Capacity for improvement of a team.
    CAPACITY = "capacity.write", "state the capacity for improvement of this team",
        "the team's principal engineer and delivery lead, and the facilitator of its group";
    /// Sessions of the council.
    COUNCIL_SESSIONS = "council.sessions", "run sessions of the council", "members of the council";
    /// Channels that messages leave by, and what was given up.
    CHANNELS = "channels.write", "change channels",
        "the facilitator for those of the group, and the platform engineer";
    /// Trackers that actions are linked to.
    TRACKERS = "trackers.write", "change trackers", "the platform engineer";
    /// Notices to all developers.
    NOTICES = "notices.write", "write notices", "the facilitator for those of the group";
    /// That a team has read a notice and planned.
    ACKNOWLEDGE = "notices.acknowledge", "acknowledge notices for this team", "the team's principal engineer and delivery lead";
    /// Concerns of the SRE council: raised by a team, and worked on.
    CONCERNS = "concerns.raise", "raise concerns for this team and work on them",
        "members of the team, the facilitator and the support pair of its group, and council members";
    /// Decisions on concerns, their scores, the council's own rules.
    COUNCIL = "council.decide", "decide on concerns", "council members";
    /// Questions about numbers.
    ASK = "questions.ask", "ask about a number", "everyone who is signed in";
}

/// The keys as a schema.
pub fn schema() -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(ALL.iter().map(|r| r.key))).build()
}

/// The right with that key.
pub fn by_key(key: &str) -> Option<&'static Right> {
    ALL.iter().copied().find(|r| r.key == key)
}

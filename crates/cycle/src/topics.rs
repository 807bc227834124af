//! What several teams of a group have in common: topics that two or more raised, and connections that the data offers. Teams are
//! named where they spoke themselves; nothing is sorted or counted by team. Pure.

use std::collections::{BTreeMap, BTreeSet};

use kernel::ids::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::capture::{Capture, CaptureKind, Named};
use crate::told::Judged;

/// Topics of one summary at most.
pub const MOST: usize = 20;

/// Words that say nothing about a topic.
const FILLER: &[&str] = &[
    "about", "after", "again", "also", "and", "are", "because", "been", "before", "both", "but", "can", "could", "does", "done",
    "each", "every", "for", "from", "get", "has", "have", "how", "into", "its", "just", "last", "less", "like", "made", "make",
    "more", "most", "need", "needs", "next", "not", "now", "one", "only", "other", "our", "out", "over", "same", "should", "since",
    "some", "still", "team", "teams", "than", "that", "the", "their", "them", "then", "there", "they", "this", "time", "two",
    "until", "use", "uses", "very", "was", "week", "were", "what", "when", "where", "which", "who", "why", "will", "with", "would",
    "year", "you",
];

/// What a team raised: by a capture, or because its data says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    /// The team.
    pub team: Named,
    /// What it is about, as one key: of a signal the metric; empty for what people said.
    pub key: String,
    /// As it was said.
    pub words: String,
    /// Where it stands.
    pub href: String,
}

/// Something that two or more teams raised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PortfolioTopic {
    /// What they have in common: the title of a metric, or the words that all of them used.
    pub title: String,
    /// Teams that raised it, in the fixed order of teams.
    pub teams: Vec<Named>,
    /// How each said it, in the order of teams: words and page.
    pub said: Vec<Voice>,
}

/// How one team said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PortfolioVoice)]
pub struct Voice {
    /// Slug of the team.
    pub team: String,
    /// Its words, or its signal's sentence.
    pub words: String,
    /// Where it stands.
    pub href: String,
}

/// The stem of a word: lower case, without the endings that only bend it.
fn stem(word: &str) -> String {
    let w = word.to_lowercase();
    for end in ["ings", "ing", "ies", "es", "ed", "s"] {
        if let Some(rest) = w.strip_suffix(end)
            && rest.chars().count() >= 4
        {
            return rest.to_owned();
        }
    }
    w
}

/// Words that carry a text, each as its stem with the word as it was written first.
fn carrying(text: &str) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '-').map(|w| w.trim_matches('-')) {
        let long =
            word.chars().count() >= 4 || (word.chars().count() >= 3 && word.chars().all(|c| c.is_uppercase() || c.is_numeric()));
        if long && !FILLER.contains(&word.to_lowercase().as_str()) && word.chars().any(char::is_alphabetic) {
            out.entry(stem(word)).or_insert_with(|| word.to_lowercase());
        }
    }
    out
}

fn topic(title: String, order: &[Named], voices: &[&Raised]) -> Option<PortfolioTopic> {
    let mut said: Vec<&Raised> = voices.to_vec();
    let place = |slug: &str| order.iter().position(|t| t.slug == slug).unwrap_or(usize::MAX);
    said.sort_by_key(|r| place(&r.team.slug));
    let mut teams: Vec<Named> = Vec::new();
    for r in &said {
        if !teams.contains(&r.team) {
            teams.push(r.team.clone());
        }
    }
    let voice = |r: &&Raised| Voice { team: r.team.slug.clone(), words: r.words.clone(), href: r.href.clone() };
    (teams.len() >= 2).then(|| PortfolioTopic { title, said: said.iter().map(voice).collect(), teams })
}

/// Topics that two or more teams raised: the same metric as a signal, or at least two carrying words (one, if it is rare and no
/// everyday word) in what their people said. They stand in
/// the fixed order of the first team that raised them, then of their titles.
pub fn topics(order: &[Named], raised: &[Raised]) -> Vec<PortfolioTopic> {
    let mut out = Vec::new();
    let keys: BTreeSet<&str> = raised.iter().map(|r| r.key.as_str()).filter(|k| !k.is_empty()).collect();
    for key in keys {
        let voices: Vec<&Raised> = raised.iter().filter(|r| r.key == key).collect();
        let title = voices[0].words.split([':', '.']).next().unwrap_or(key).to_owned();
        out.extend(topic(title, order, &voices));
    }
    let spoken: Vec<(&Raised, BTreeMap<String, String>)> =
        raised.iter().filter(|r| r.key.is_empty()).map(|r| (r, carrying(&r.words))).collect();
    // Pairs of words that occur together in what at least two teams said; a longer set of the same voices takes in its pairs.
    let mut sets: BTreeMap<Vec<usize>, BTreeSet<String>> = BTreeMap::new();
    for (i, (a, of_a)) in spoken.iter().enumerate() {
        for (b, of_b) in spoken.iter().skip(i + 1) {
            let shared: Vec<&String> = of_a.keys().filter(|w| of_b.contains_key(*w)).collect();
            if a.team.slug == b.team.slug || shared.len() < 2 {
                continue;
            }
            let all: Vec<usize> = spoken
                .iter()
                .enumerate()
                .filter(|(_, (_, words))| shared.iter().filter(|w| words.contains_key(**w)).count() >= 2)
                .map(|(n, _)| n)
                .collect();
            sets.entry(all).or_default().extend(shared.into_iter().cloned());
        }
    }
    for (voices, stems) in sets {
        let first = &spoken[voices[0]].1;
        let words: Vec<&str> = stems.iter().filter_map(|s| first.get(s).map(String::as_str)).take(3).collect();
        let voices: Vec<&Raised> = voices.iter().map(|n| spoken[*n].0).collect();
        out.extend(topic(html::capital(&words.join(", ")), order, &voices));
    }
    let first = |t: &PortfolioTopic| order.iter().position(|o| t.teams.first() == Some(o));
    out.sort_by(|a, b| first(a).cmp(&first(b)).then_with(|| a.title.cmp(&b.title)));
    out.truncate(MOST);
    out
}

/// What teams raised in a session's captures: an entry for each team that a capture names.
pub fn raised(captures: &[Capture], session: &str) -> Vec<Raised> {
    let mut out = Vec::new();
    for c in captures.iter().filter(|c| c.counts() && c.kind != CaptureKind::Win) {
        for team in [&c.team, &c.to].into_iter().flatten() {
            let href = if c.href.is_empty() { session.to_owned() } else { c.href.clone() };
            out.push(Raised { team: team.clone(), key: String::new(), words: c.text.clone(), href });
        }
    }
    out
}

/// What a team's data says of one number or one practice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The team.
    pub team: Id,
    /// `metric:KEY` or `practice:LENS/QUESTION/CHOICE`.
    pub key: String,
    /// As it is shown.
    pub title: String,
    /// Better: it improved, or has the practice. Worse: it struggles, or lacks it.
    pub judged: Judged,
}

/// What a group has in common, as its portfolio page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = GroupPortfolio)]
pub struct Portfolio {
    /// The group.
    pub group: Named,
    /// The sprint whose reports were looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sprint: Option<i64>,
    /// Topics that two or more teams raised.
    pub topics: Vec<PortfolioTopic>,
    /// Practices that reviews of the group lack.
    pub gaps: Vec<SharedGap>,
    /// Connections that both teams agreed on.
    pub connections: Vec<ConnectionOffer>,
    /// Connections that wait for an answer: those of the reader's own teams alone.
    pub offers: Vec<ConnectionOffer>,
}

/// A practice that reviews of a group lack; counted, no team is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SharedGap {
    /// The practice.
    pub title: String,
    /// Reviews that lack it.
    pub missing: usize,
    /// Reviews that answered.
    pub of: usize,
    /// The page with all figures.
    pub href: String,
    /// The group's tech share about it, once somebody proposed one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<String>,
}

/// One team improved what another struggles with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Who could show it.
    pub gives: Id,
    /// Who could use it.
    pub receives: Id,
    /// What it is about.
    pub key: String,
    /// As it is shown.
    pub title: String,
}

/// Connections that the data offers: for each number or practice that one team improved and another struggles with. Of several that
/// could give, the one whose turn it is by the fixed order, counted on from the receiver, so that no team is asked for everything.
pub fn suggestions(order: &[Id], findings: &[Finding]) -> Vec<Suggestion> {
    let keys: BTreeSet<&str> = findings.iter().map(|f| f.key.as_str()).collect();
    let place = |team: Id| order.iter().position(|t| *t == team);
    let mut out = Vec::new();
    for key in keys {
        let of = |judged: Judged| findings.iter().filter(move |f| f.key == key && f.judged == judged);
        for worse in of(Judged::Worse) {
            let Some(from) = place(worse.team) else { continue };
            let turn = |f: &&Finding| place(f.team).map_or(usize::MAX, |p| (p + order.len() - from) % order.len());
            let giver = of(Judged::Better).filter(|f| f.team != worse.team && place(f.team).is_some()).min_by_key(turn);
            out.extend(giver.map(|g| Suggestion {
                gives: g.team,
                receives: worse.team,
                key: key.to_owned(),
                title: worse.title.clone(),
            }));
        }
    }
    out
}

/// What a team says to an offered connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = OfferAnswer)]
pub enum Answer {
    /// The two should talk.
    Agreed,
    /// Rather not.
    Declined,
}

impl Answer {
    /// As it is stored and sent.
    pub fn key(self) -> &'static str {
        match self {
            Answer::Agreed => "agreed",
            Answer::Declined => "declined",
        }
    }

    /// As it was stored or sent.
    pub fn read(key: &str) -> Option<Self> {
        [Answer::Agreed, Answer::Declined].into_iter().find(|a| a.key() == key)
    }
}

/// A team's answer, as somebody sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewOfferAnswer)]
pub struct NewAnswer {
    /// What it is about, as the offer names it.
    pub about: String,
    /// Slug of the team that could show it.
    pub gives: String,
    /// Slug of the team that could use it.
    pub receives: String,
    /// What the team says for which whoever sends it speaks.
    pub answer: Answer,
}

/// A connection that the data offers to two teams. Only they see it until both agree; then their group does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConnectionOffer {
    /// What it is about: `metric:KEY`, `practice:LENS/QUESTION/CHOICE`.
    pub about: String,
    /// As it is shown.
    pub title: String,
    /// Who could show it.
    pub gives: Named,
    /// Who could use it.
    pub receives: Named,
    /// What the team that gives says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub giver: Option<Answer>,
    /// What the team that receives says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receiver: Option<Answer>,
}

impl ConnectionOffer {
    /// Both agreed, so their group sees it.
    pub fn is_agreed(&self) -> bool {
        self.giver == Some(Answer::Agreed) && self.receiver == Some(Answer::Agreed)
    }

    /// Somebody would rather not, so nobody sees it any more.
    pub fn is_declined(&self) -> bool {
        self.giver == Some(Answer::Declined) || self.receiver == Some(Answer::Declined)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    fn named(slug: &str) -> Named {
        Named { slug: slug.into(), name: slug.to_uppercase() }
    }

    fn said(team: &str, key: &str, words: &str) -> Raised {
        Raised { team: named(team), key: key.into(), words: words.into(), href: "/x".into() }
    }

    pub(crate) fn offer(giver: Option<Answer>, receiver: Option<Answer>) -> ConnectionOffer {
        let (gives, receives) = (named("gateway"), Named { slug: "payments".into(), name: "Payments <x>".into() });
        ConnectionOffer { about: "metric:lead-time".into(), title: "Lead <time>".into(), gives, receives, giver, receiver }
    }

    #[test]
    fn a_topic_needs_two_teams() {
        let order = ["a", "b", "c"].map(named);
        let found = topics(
            &order,
            &[
                said("c", "", "Retry budgets: one default for the shared client"),
                said("a", "", "Which retry budget do we give the client?"),
                said("a", "", "Retries of the client, again"),
                said("b", "", "Who owns the wiki?"),
                said("b", "latency-p95", "Card payment, p95: 655 ms, was 412 ms"),
                said("a", "latency-p95", "Card payment, p95: 80 ms, was 40 ms"),
            ],
        );
        let told: Vec<_> =
            found.iter().map(|t| (t.title.as_str(), t.teams.iter().map(|n| n.slug.as_str()).collect::<Vec<_>>())).collect();
        assert!(told.contains(&("Budgets, client, retry", vec!["a", "c"])), "{told:?}");
        assert!(told.iter().any(|(title, teams)| *title == "Card payment, p95" && *teams == ["a", "b"]), "{told:?}");
        assert!(topics(&order, &[said("a", "", "alpha beta"), said("a", "", "alpha beta")]).is_empty(), "one team alone");
    }

    #[test]
    fn who_gives_is_whose_turn_it_is_after_the_receiver() {
        let ids: Vec<Id> = (0..4).map(Id::from_u128).collect();
        let finding = |team: usize, judged| Finding { team: ids[team], key: "metric:x".into(), title: "X".into(), judged };
        let all = [finding(0, Judged::Better), finding(3, Judged::Better), finding(1, Judged::Worse), finding(2, Judged::Worse)];
        let pairs: Vec<_> = suggestions(&ids, &all).into_iter().map(|s| (s.gives, s.receives)).collect();
        assert_eq!(pairs, [(ids[3], ids[1]), (ids[3], ids[2])]);
        assert!(suggestions(&ids, &all[2..]).is_empty(), "nobody improved it");
        assert!(suggestions(&ids[..2], &all[1..3]).is_empty(), "the giver is of another group");
    }

    #[test]
    fn an_offer_is_the_groups_once_both_agree() {
        use Answer::{Agreed, Declined};
        let of = |g, r| (offer(g, r).is_agreed(), offer(g, r).is_declined());
        assert_eq!(of(Some(Agreed), None), (false, false));
        assert_eq!(of(Some(Agreed), Some(Agreed)), (true, false));
        assert_eq!(of(Some(Agreed), Some(Declined)), (false, true));
        assert_eq!(Answer::read("agreed"), Some(Agreed));
        assert_eq!(Answer::read("perhaps"), None);
    }

    proptest! {
        #[test]
        fn no_topic_is_of_one_team_and_no_order_matters(
            texts in proptest::collection::vec((0_usize..3, "[a-d]{4} [a-d]{4} [a-d]{4}"), 0..12),
            turn in 0_usize..12,
        ) {
            let order = ["a", "b", "c"].map(named);
            let mut all: Vec<Raised> = texts.iter().map(|(t, w)| said(&order[*t].slug, "", w)).collect();
            let found = topics(&order, &all);
            prop_assert!(found.iter().all(|t| t.teams.len() >= 2));
            let n = all.len().max(1);
            all.rotate_left(turn % n);
            let turned = topics(&order, &all);
            prop_assert_eq!(found.len(), turned.len());
        }
    }
}

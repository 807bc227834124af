//! Counting: each review is one mark for each question, kept small, so that ten thousand reviews are counted while somebody
//! waits. Versions of a lens meet by the ids of questions and choices. Pure.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::time::Time;

use super::{
    ChoiceShare, FigureShare, INTERVAL, PillarShare, Prevalence, PrevalenceFilter, QuestionShare, REVIEWS, SOURCE, Share, UNTIL,
    VersionCount, published,
};
use crate::document::LensNamed;
use crate::lens::{Lens, Question};
use crate::published::Kept;
use crate::review::{Said, Standing, standing};

/// One question of one review, as it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Where it stands by the rules of its own version.
    pub standing: Standing,
    /// Ticked choices, as bits.
    pub ticked: u64,
    /// Choices that do not apply, as bits.
    pub absent: u64,
}

/// A review as it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tallied {
    /// Digest of its version of the lens.
    pub digest: String,
    /// For each question of that version, in order.
    pub marks: Vec<Mark>,
}

impl Tallied {
    /// Of answers by question.
    #[must_use]
    pub fn of(kept: &Kept, answers: &BTreeMap<String, Said>) -> Self {
        let mark = |q: &Question| {
            let said = answers.get(&q.id);
            let ticks = said.map(|s| s.ticks(q)).unwrap_or_default();
            Mark { standing: standing(q, said), ticked: ticks.ticked, absent: ticks.absent }
        };
        Self { digest: kept.digest.clone(), marks: kept.file.lens.questions().map(|(_, q)| mark(q)).collect() }
    }
}

/// Where the questions of a version stand in the frame, and their choices.
struct Turned {
    /// For each question of the version: its number in the frame.
    to: Vec<Option<To>>,
}

struct To {
    question: usize,
    /// For each choice of the version: its bit in the frame, none if it is the same.
    bits: Option<Vec<Option<u8>>>,
    /// Choices of the frame that this version asks for.
    has: u64,
}

impl To {
    fn turn(&self, bits: u64) -> u64 {
        let Some(map) = &self.bits else { return bits };
        let (mut out, mut left) = (0, bits);
        while left != 0 {
            let i = left.trailing_zeros() as usize;
            left &= left - 1;
            if let Some(Some(to)) = map.get(i) {
                out |= 1 << to;
            }
        }
        out
    }
}

impl Turned {
    fn of(frame: &[(usize, &Question)], version: &Lens) -> Self {
        let to = version.questions().map(|(_, q)| {
            let (i, (_, framed)) = frame.iter().enumerate().find(|(_, (_, f))| f.id == q.id)?;
            let bits: Vec<Option<u8>> = q.choices.iter().map(|c| framed.choice(&c.id).and_then(|i| u8::try_from(i).ok())).collect();
            let has = bits.iter().flatten().fold(0, |has, i| has | 1u64 << i);
            let same = bits.len() == framed.choices.len() && bits.iter().enumerate().all(|(i, b)| *b == u8::try_from(i).ok());
            Some(To { question: i, bits: (!same).then_some(bits), has })
        });
        Self { to: to.collect() }
    }
}

/// Counters of one question of the frame.
#[derive(Clone, Default)]
struct Count {
    high: usize,
    medium: usize,
    none: usize,
    not_applicable: usize,
    /// For each choice: in place, of how many, does not apply.
    choices: Vec<[usize; 3]>,
}

impl Count {
    fn answered(&self) -> usize {
        self.high + self.medium + self.none
    }

    fn share(&self, k: usize) -> Share {
        Share::of(k, self.answered(), self.not_applicable)
    }
}

/// Reviews of one pillar: answered, with a high risk, with any.
#[derive(Clone, Copy, Default)]
struct PillarCount {
    n: usize,
    high: usize,
    risk: usize,
}

/// What `reviews` say together, in the questions of `frame`. `versions` holds each version that one of them is held against; a
/// review against another is passed over.
pub fn tally<'a>(
    filter: PrevalenceFilter,
    frame: &Kept,
    versions: &[Arc<Kept>],
    reviews: impl Iterator<Item = &'a Tallied>,
    as_of: Time,
) -> Prevalence {
    let lens = &frame.file.lens;
    let questions: Vec<(usize, &Question)> =
        lens.pillars.iter().enumerate().flat_map(|(p, pillar)| pillar.questions.iter().map(move |q| (p, q))).collect();
    let turned: Vec<Turned> = versions.iter().map(|v| Turned::of(&questions, &v.file.lens)).collect();
    let figures = lens.figures();
    let of_question = |q: &Question| figures.iter().filter(|f| f.question.id == q.id).map(|f| f.choices).collect::<Vec<u64>>();
    let sets: Vec<Vec<u64>> = questions.iter().map(|(_, q)| of_question(q)).collect();
    let mut met: Vec<Vec<[usize; 3]>> = sets.iter().map(|s| vec![[0; 3]; s.len()]).collect();
    let mut counts: Vec<Count> =
        questions.iter().map(|(_, q)| Count { choices: vec![[0; 3]; q.choices.len()], ..Count::default() }).collect();
    let mut pillars = vec![PillarCount::default(); lens.pillars.len()];
    let mut held = vec![0usize; versions.len()];
    // Which pillars of a review have an answer, a high risk, any risk: as bits, since a lens has few.
    let bit = |p: usize| 1u64 << (p % 64);
    for review in reviews {
        let Some(v) = versions.iter().position(|k| k.digest == review.digest) else { continue };
        let (mut answered, mut high, mut risk) = (0u64, 0u64, 0u64);
        for (mark, to) in review.marks.iter().zip(&turned[v].to) {
            let Some(to) = to else { continue };
            let count = &mut counts[to.question];
            let here = bit(questions[to.question].0);
            match mark.standing {
                Standing::Unanswered => continue,
                Standing::NotApplicable => {
                    count.not_applicable += 1;
                    continue;
                }
                Standing::None => count.none += 1,
                Standing::Medium => {
                    count.medium += 1;
                    risk |= here;
                }
                Standing::High => {
                    count.high += 1;
                    risk |= here;
                    high |= here;
                }
            }
            answered |= here;
            let (ticked, absent) = (to.turn(mark.ticked), to.turn(mark.absent));
            for (i, c) in count.choices.iter_mut().enumerate() {
                let asked = (to.has >> i & 1) as usize;
                let out = (absent >> i & 1) as usize & asked;
                c[0] += (ticked >> i & 1) as usize;
                c[1] += asked - out;
                c[2] += out;
            }
            for (set, met) in sets[to.question].iter().zip(&mut met[to.question]) {
                let left = set & !absent;
                if set & !to.has != 0 {
                    // The version did not ask for all of it.
                } else if left == 0 {
                    met[2] += 1;
                } else {
                    met[0] += usize::from(ticked & left == left);
                    met[1] += 1;
                }
            }
        }
        held[v] += usize::from(answered != 0);
        for (p, count) in pillars.iter_mut().enumerate() {
            count.n += usize::from(answered & bit(p) != 0);
            count.high += usize::from(high & bit(p) != 0);
            count.risk += usize::from(risk & bit(p) != 0);
        }
    }
    let mut numbers = met.into_iter().map(Vec::into_iter).collect::<Vec<_>>();
    let figure_shares = figures.iter().filter_map(|f| {
        let at = questions.iter().position(|(_, q)| q.id == f.question.id)?;
        let [k, n, na] = numbers[at].next()?;
        let theirs = *published(f.name)?;
        let here = Share::of(k, n, na + counts[at].not_applicable);
        Some(FigureShare {
            theirs,
            reviews: REVIEWS,
            until: UNTIL,
            source: SOURCE,
            question: f.question.id.clone(),
            choices: f.question.ids(f.choices),
            titles: f.question.named(f.choices).map(|c| c.title.clone()).collect(),
            here: if theirs.lacking { here.rest() } else { here },
        })
    });
    let figures = figure_shares.collect();
    let question = |i: usize| {
        let (q, c) = (questions[i].1, &counts[i]);
        QuestionShare {
            id: q.id.clone(),
            title: q.title.clone(),
            high: c.share(c.high),
            medium: c.share(c.medium),
            none: c.share(c.none),
            choices: q
                .choices
                .iter()
                .zip(&c.choices)
                .map(|(choice, [k, n, na])| ChoiceShare {
                    id: choice.id.clone(),
                    title: choice.title.clone(),
                    none: choice.none,
                    in_place: Share::of(*k, *n, na + c.not_applicable),
                })
                .collect(),
        }
    };
    let pillar = |p: usize| {
        let c = pillars[p];
        PillarShare {
            id: lens.pillars[p].id.clone(),
            name: lens.pillars[p].name.clone(),
            high: Share::of(c.high, c.n, 0),
            risk: Share::of(c.risk, c.n, 0),
            questions: (0..questions.len()).filter(|i| questions[*i].0 == p).map(question).collect(),
        }
    };
    Prevalence {
        filter,
        lens: LensNamed {
            slug: frame.slug.clone(),
            name: lens.name.clone(),
            version: lens.version.clone(),
            digest: frame.digest.clone(),
        },
        as_of,
        reviews: held.iter().sum(),
        interval: INTERVAL,
        versions: versions
            .iter()
            .zip(&held)
            .filter(|(_, n)| **n > 0)
            .map(|(v, n)| VersionCount { digest: v.digest.clone(), version: v.file.lens.version.clone(), reviews: *n })
            .collect(),
        figures,
        pillars: (0..lens.pillars.len()).map(pillar).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;
    use crate::published::{LensFile, NewLens, read};
    use crate::review::tests::{SMALL, said, small};
    use crate::review::{RuledOut, WhyNot};

    fn kept(text: &str) -> Arc<Kept> {
        let files = vec![LensFile { name: "small.yaml".into(), text: text.into() }];
        Arc::new(read(&NewLens { files, slug: None }).unwrap())
    }

    fn one(k: &Kept, answers: &[(&str, Said)]) -> Tallied {
        Tallied::of(k, &answers.iter().map(|(q, s)| ((*q).to_owned(), s.clone())).collect())
    }

    fn all(frame: &Arc<Kept>, versions: &[Arc<Kept>], reviews: &[Tallied]) -> Prevalence {
        tally(PrevalenceFilter::default(), frame, versions, reviews.iter(), Time(0))
    }

    #[test]
    fn questions_choices_and_pillars_are_counted_over_reviews_that_answered() {
        let p = sample();
        let (first, second) = (&p.pillars[0].questions[0], &p.pillars[0].questions[1]);
        assert_eq!((first.high.counts(), first.medium.counts(), first.none.counts()), (Some((2, 6)), Some((2, 6)), Some((2, 6))));
        let places: Vec<_> = first.choices.iter().map(|c| c.in_place.counts()).collect();
        assert_eq!(places, [Some((4, 6)), Some((2, 6))]);
        assert_eq!(second.high.counts(), Some((5, 5)), "who has not answered is not among them");
        assert_eq!((p.pillars[0].risk.counts(), p.pillars[0].high.counts()), (Some((6, 6)), Some((6, 6))));
        assert_eq!((p.reviews, p.versions.len()), (6, 1));
    }

    #[test]
    fn what_does_not_apply_is_counted_apart() {
        let k = small();
        let out = |choice: &str| vec![RuledOut { choice: choice.into(), reason: WhyNot::OutOfScope }];
        let mut reviews: Vec<Tallied> = (0..5).map(|_| one(&k, &[("Q-01", said(&["aaa"]))])).collect();
        reviews.push(one(&k, &[("Q-01", Said { not_applicable: out("bbb"), ..said(&["aaa"]) })]));
        reviews.push(one(&k, &[("Q-01", Said { does_not_apply: Some(WhyNot::OutOfScope), ..Said::default() })]));
        reviews.push(one(&k, &[("Q-01", Said { note: "later".into(), ..Said::default() })]));
        let p = all(&k, std::slice::from_ref(&k), &reviews);
        let q = &p.pillars[0].questions[0];
        assert_eq!((q.high.n, q.high.not_applicable), (Some(6), Some(1)));
        let (a, b) = (&q.choices[0].in_place, &q.choices[1].in_place);
        assert_eq!((a.counts(), a.not_applicable), (Some((6, 6)), Some(1)));
        assert_eq!((b.counts(), b.not_applicable), (Some((0, 5)), Some(2)));
        assert_eq!((p.pillars[0].risk.counts(), p.pillars[0].high.counts()), (Some((5, 6)), Some((0, 6))));
        assert_eq!(p.reviews, 6);
        assert!(p.pillars[0].questions[1].high.few);
    }

    #[test]
    fn versions_meet_by_the_ids_of_questions_and_choices() {
        // In the newer version the choices stand the other way round, one is new, and the risk is another.
        let old = small();
        let (a, b) = (
            "          - { id: aaa, title: Tick <a>, what: wa, why: ya, first_step: Do a. (hours) }\n",
            "          - { id: bbb, title: Tick b, what: wb, why: yb, first_step: Do b. (weeks) }\n",
        );
        assert!(SMALL.contains(&format!("{a}{b}")));
        let fresh = "          - { id: ddd, title: New, what: w, why: y, first_step: Do d. (days) }\n";
        let text = SMALL.replace(&format!("{a}{b}"), &format!("{b}{fresh}{a}")).replace("version: \"1\"", "version: \"2\"");
        let new = kept(&text);
        let reviews: Vec<Tallied> = (0..3)
            .map(|_| one(&old, &[("Q-01", said(&["aaa"]))]))
            .chain((0..3).map(|_| one(&new, &[("Q-01", said(&["aaa", "ddd"]))])))
            .collect();
        let p = all(&new, &[Arc::clone(&old), Arc::clone(&new)], &reviews);
        let shares: Vec<_> = p.pillars[0].questions[0].choices.iter().map(|c| (c.id.as_str(), c.in_place.counts())).collect();
        assert_eq!(shares, [("bbb", Some((0, 6))), ("ddd", None), ("aaa", Some((6, 6)))]);
        assert_eq!(p.versions.iter().map(|v| (v.version.as_str(), v.reviews)).collect::<Vec<_>>(), [("1", 3), ("2", 3)]);
        let only = all(&new, std::slice::from_ref(&new), &reviews);
        assert_eq!(only.reviews, 3, "a review against another version is passed over");
    }

    #[test]
    fn figures_are_told_in_the_sense_of_their_source() {
        let core = Arc::clone(&crate::published::built_in().unwrap()[0]);
        let whole = || one(&core, &[("REL-13", said(&["goals", "strategy", "tested"])), ("OPS-04", said(&["metrics"]))]);
        let part = || one(&core, &[("REL-13", said(&["goals"])), ("OPS-04", Said { none: true, ..Said::default() })]);
        let reviews: Vec<Tallied> = (0..4).map(|_| whole()).chain((0..5).map(|_| part())).collect();
        let p = all(&core, std::slice::from_ref(&core), &reviews);
        let figure = |name: &str| p.figures.iter().find(|f| f.theirs.name == name).unwrap();
        let dr = figure("disaster-recovery-plan");
        assert!(dr.theirs.lacking);
        assert_eq!((dr.here.counts(), dr.question.as_str()), (Some((5, 9)), "REL-13"));
        assert_eq!(figure("metrics-captured").here.counts(), Some((4, 9)));
        assert_eq!(p.figures.len(), super::super::PUBLISHED.len());
    }
}

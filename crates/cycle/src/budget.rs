//! Shares the minutes of a session among teams. Whole minutes, nothing drawn, nothing remembered: equal input gives equal
//! output, and what a team gets depends on the team and on nothing in the order of the list. Pure.
//!
//! The rule, in words: the fixed parts come first. Of what is left, each team gets the least slot, or none and goes by
//! exception if not all fit; then those go whose data say least. A team with nothing new wants the least slot; every other
//! team wants the usual slot in proportion to what its data say needs talk, against the mean of these teams, and at most
//! twice the usual. If the wishes fit, they are granted and the rest is spare; if not, what is above the least slot shrinks
//! for all alike.

/// What a team's data say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// How much needs talk; 0 for nothing new.
    pub need: i64,
    /// Place in this session's order, another for each team; who comes later gives way where needs are equal.
    pub turn: i64,
}

/// What a team gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// So many minutes, at least the least slot.
    Minutes(i64),
    /// One line, and talk only if somebody asks.
    Exception(Why),
}

/// Why a team has no slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Not all fit, and its data say nothing new.
    NothingNew,
    /// Not all fit, and the others have more that needs talk or come earlier.
    NoRoom,
}

/// How the minutes are shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shares {
    /// In the order of the asks.
    pub slots: Vec<Slot>,
    /// Minutes that nobody needs; below nought, by how much the fixed parts alone are too long.
    pub left: i64,
}

/// What a need wants of the usual slot, against the mean need, rounded to a whole minute.
fn wish(need: i64, (sum, n): (i64, i64), least: i64, usual: i64) -> i64 {
    if need == 0 || sum == 0 {
        return least;
    }
    let share = (2 * usual * need * n + sum) / (2 * sum);
    share.clamp(least, (2 * usual).max(least))
}

/// Shares `available` minutes. Needs and minutes below nought count as nought; `least` is at least one minute, `usual` at
/// least `least`.
#[must_use]
pub fn share(available: i64, least: i64, usual: i64, asks: &[Ask]) -> Shares {
    let least = least.clamp(1, 1_000);
    let usual = usual.clamp(least, 1_000);
    let need = |a: &Ask| a.need.clamp(0, 1_000_000);
    let room = usize::try_from(available.max(0) / least).unwrap_or(usize::MAX);
    let mut order: Vec<usize> = (0..asks.len()).collect();
    order.sort_by_key(|i| (-need(&asks[*i]), asks[*i].turn));
    let (seated, left_out) = order.split_at(room.min(order.len()));
    let mut slots = vec![Slot::Minutes(least); asks.len()];
    for i in left_out {
        slots[*i] = Slot::Exception(if need(&asks[*i]) == 0 { Why::NothingNew } else { Why::NoRoom });
    }
    let needy: Vec<i64> = seated.iter().map(|i| need(&asks[*i])).filter(|n| *n > 0).collect();
    let mean = (needy.iter().sum(), i64::try_from(needy.len()).unwrap_or(0));
    let wishes: Vec<i64> = seated.iter().map(|i| wish(need(&asks[*i]), mean, least, usual)).collect();
    let count = i64::try_from(seated.len()).unwrap_or(0);
    let (base, above) = (least * count, wishes.iter().map(|w| w - least).sum::<i64>());
    let spread = (available.max(0) - base).max(0);
    let given: Vec<i64> = if above <= spread { wishes } else { shrink(&wishes, least, spread, above) };
    for (i, minutes) in seated.iter().zip(&given) {
        slots[*i] = Slot::Minutes(*minutes);
    }
    Shares { slots, left: available - given.iter().sum::<i64>() }
}

/// What is above the least slot, shrunk for all alike; minutes that rounding leaves go to the largest remainders, then to
/// those who come first in the list, which is in the order of need and turn.
fn shrink(wishes: &[i64], least: i64, spread: i64, above: i64) -> Vec<i64> {
    let exact = |w: &i64| (w - least) * spread;
    let mut out: Vec<i64> = wishes.iter().map(|w| least + exact(w) / above).collect();
    let rest = least * i64::try_from(wishes.len()).unwrap_or(0) + spread - out.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..wishes.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(exact(&wishes[*i]) % above));
    for i in order.into_iter().take(usize::try_from(rest).unwrap_or(0)) {
        out[i] += 1;
    }
    out
}

/// What came of it, in words: whether all fit, who goes by exception, what is spare or missing. `names` are those of the
/// asks, in the same order.
#[must_use]
pub fn words(shares: &Shares, names: &[&str]) -> String {
    let out: Vec<&str> =
        shares.slots.iter().zip(names).filter(|(s, _)| matches!(s, Slot::Exception(_))).map(|(_, name)| *name).collect();
    let (n, all) = (names.len() - out.len().min(names.len()), names.len());
    let mut text = match (all, out.is_empty()) {
        (0, _) => "There is no team in this group yet.".to_owned(),
        (1, true) => "The one team has its slot.".to_owned(),
        (_, true) => format!("All {} teams have a slot.", html::count_word(all)),
        (_, false) if n == 0 => "No team’s least slot fits, so all go by exception.".to_owned(),
        (_, false) => format!(
            "{} of {} teams have a slot; {} by exception: {}.",
            html::count_word_capital(n),
            html::count_word(all),
            if out.len() == 1 { "one goes" } else { "the others go" },
            html::listed(&out)
        ),
    };
    let minutes = |n: i64| format!("{} {}", n, html::plural(usize::try_from(n).unwrap_or(2), "minute", "minutes"));
    match shares.left {
        0 => {}
        left if left > 0 => text += &format!(" {} {} spare.", minutes(left), if left == 1 { "is" } else { "are" }),
        left => text += &format!(" The fixed parts alone are {} too long.", minutes(-left)),
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asks(needs: &[i64]) -> Vec<Ask> {
        (0..).zip(needs).map(|(turn, need)| Ask { need: *need, turn }).collect()
    }

    #[test]
    fn ten_teams_fit_as_in_the_plan_of_a_facilitator() {
        // 120 minutes, of which 32 are fixed; two teams have much, three something, five nothing new.
        let shares = share(88, 4, 10, &asks(&[0, 6, 3, 0, 6, 3, 0, 3, 0, 0]));
        let minutes: Vec<i64> = shares.slots.iter().map(|s| if let Slot::Minutes(m) = s { *m } else { 0 }).collect();
        assert_eq!(minutes, [4, 14, 7, 4, 14, 7, 4, 7, 4, 4]);
        assert_eq!(shares.left, 19);
    }

    #[test]
    fn who_says_least_goes_by_exception_and_that_is_said() {
        let shares = share(13, 4, 10, &asks(&[0, 6, 3, 3, 1]));
        let no = Slot::Exception(Why::NoRoom);
        assert_eq!(shares.slots, [Slot::Exception(Why::NothingNew), Slot::Minutes(5), Slot::Minutes(4), Slot::Minutes(4), no]);
        let said = words(&shares, &["A", "B", "C", "D", "E"]);
        assert_eq!(said, "Three of five teams have a slot; the others go by exception: A and E.");
    }

    #[test]
    fn fixed_parts_that_are_too_long_are_said() {
        let shares = share(-10, 4, 10, &asks(&[3]));
        assert_eq!(shares.slots, [Slot::Exception(Why::NoRoom)]);
        let said = words(&shares, &["A"]);
        assert_eq!(said, "No team’s least slot fits, so all go by exception. The fixed parts alone are 10 minutes too long.");
        assert_eq!(words(&share(50, 4, 10, &[]), &[]), "There is no team in this group yet. 50 minutes are spare.");
        assert_eq!(words(&share(11, 4, 10, &asks(&[1])), &["A"]), "The one team has its slot. 1 minute is spare.");
    }

    fn some() -> impl Strategy<Value = (i64, i64, i64, Vec<i64>)> {
        (-50i64..300, 1i64..20, 0i64..40, prop::collection::vec(0i64..30, 0..25))
            .prop_map(|(available, least, more, needs)| (available, least, least + more, needs))
    }

    proptest! {
        #[test]
        fn never_over_the_length_without_saying_so((available, least, usual, needs) in some()) {
            let shares = share(available, least, usual, &asks(&needs));
            let given: i64 = shares.slots.iter().map(|s| if let Slot::Minutes(m) = s { *m } else { 0 }).sum();
            prop_assert_eq!(given + shares.left, available);
            prop_assert!(given <= available.max(0), "{} of {}", given, available);
            let names: Vec<String> = (0..needs.len()).map(|n| n.to_string()).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            prop_assert_eq!(words(&shares, &names).contains("too long"), shares.left < 0);
        }

        #[test]
        fn every_team_has_the_least_slot_or_a_reason((available, least, usual, needs) in some()) {
            let shares = share(available, least, usual, &asks(&needs));
            prop_assert_eq!(shares.slots.len(), needs.len());
            let mut out = 0;
            for (slot, need) in shares.slots.iter().zip(&needs) {
                match slot {
                    Slot::Minutes(m) => prop_assert!(*m >= least && *m <= (2 * usual).max(least)),
                    Slot::Exception(why) => {
                        out += 1;
                        prop_assert_eq!(*why == Why::NothingNew, *need == 0);
                    }
                }
            }
            // Nobody goes by exception while a least slot is free.
            if out > 0 {
                prop_assert!(shares.left < least, "{} minutes are free", shares.left);
            }
        }

        #[test]
        fn more_to_talk_about_never_means_less_time((available, least, usual, needs) in some()) {
            let shares = share(available, least, usual, &asks(&needs));
            let minutes = |i: usize| if let Slot::Minutes(m) = shares.slots[i] { m } else { 0 };
            for (i, a) in needs.iter().enumerate() {
                for (j, b) in needs.iter().enumerate() {
                    prop_assert!(a <= b || minutes(i) >= minutes(j), "{} for {}, {} for {}", minutes(i), a, minutes(j), b);
                }
            }
        }

        #[test]
        fn another_order_of_the_list_gives_each_team_the_same(
            (available, least, usual, needs) in some(),
            seed in any::<u64>(),
        ) {
            let asked = asks(&needs);
            let mut order: Vec<usize> = (0..asked.len()).collect();
            let n = order.len().max(1);
            for i in 0..order.len() {
                order.swap(i, usize::try_from(seed.rotate_left(u32::try_from(i).unwrap())).unwrap() % n);
            }
            let shuffled: Vec<Ask> = order.iter().map(|i| asked[*i]).collect();
            let (plain, other) = (share(available, least, usual, &asked), share(available, least, usual, &shuffled));
            prop_assert_eq!(&plain, &share(available, least, usual, &asked), "equal input, equal output");
            for (at, i) in order.iter().enumerate() {
                prop_assert_eq!(other.slots[at], plain.slots[*i]);
            }
        }
    }
}

//! In which order teams come: each session begins one team later, or by lot with a seed that is stored. Pure.

/// Places of `n` teams, given in the fixed order, in the session before which `held` were held: it begins with team `held`
/// modulo `n`, so of `n` sessions in a row each team stands first in one.
#[must_use]
pub fn rotated(n: usize, held: i64) -> Vec<usize> {
    let by = usize::try_from(held.max(0)).unwrap_or(0) % n.max(1);
    (0..n).map(|i| (i + by) % n.max(1)).collect()
}

/// The next number of SplitMix64 (Steele, Lea and Flood, 2014).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A fair order of `n` teams, given in the fixed order: Fisher and Yates with SplitMix64 from the seed, numbers that would
/// favour some places thrown away. Whoever knows the seed can check it.
#[must_use]
pub fn drawn(n: usize, seed: i64) -> Vec<usize> {
    let mut state = u64::from_le_bytes(seed.to_le_bytes());
    let mut out: Vec<usize> = (0..n).collect();
    for i in (1..n).rev() {
        let places = u64::try_from(i + 1).unwrap_or(1);
        let fair = u64::MAX - u64::MAX % places;
        let mut number = next(&mut state);
        while number >= fair {
            number = next(&mut state);
        }
        out.swap(i, usize::try_from(number % places).unwrap_or(0));
    }
    out
}

/// The seed that the digits of a digest make.
#[must_use]
pub fn seed(digest: &str) -> i64 {
    i64::from_str_radix(digest.get(..15).unwrap_or("0"), 16).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stands_first_equally_often() {
        for n in 1..12 {
            let rounds = 3;
            let mut first = vec![0; n];
            for held in 0..i64::try_from(n * rounds).unwrap() {
                let order = rotated(n, held);
                first[order[0]] += 1;
                let mut sorted = order;
                sorted.sort_unstable();
                assert_eq!(sorted, (0..n).collect::<Vec<_>>());
            }
            assert!(first.iter().all(|k| *k == rounds), "{n}: {first:?}");
        }
        assert!(rotated(0, 5).is_empty() && drawn(0, 5).is_empty());
    }

    #[test]
    fn a_seed_gives_one_order_and_seeds_give_all_alike() {
        assert_eq!(drawn(10, 42), drawn(10, 42));
        let mut first = [0_i32; 5];
        for n in 0..5_000 {
            let order = drawn(5, seed(&kernel::trail::merkle::hex_digest(format!("{n}").as_bytes())));
            let mut sorted = order.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, [0, 1, 2, 3, 4]);
            first[order[0]] += 1;
        }
        // 1,000 each; five standard deviations are 141.
        assert!(first.iter().all(|k| (k - 1_000).abs() < 141), "{first:?}");
    }
}

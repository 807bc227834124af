//! What is refused, and the parts of E-divisive by themselves.

use super::energy::Energy;
use super::*;

fn some(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

#[test]
fn bad_input_is_refused() {
    let calm = some(&[1.0, 2.0].repeat(20));
    let ask = Divisive::default();
    for bad in [
        Divisive { p: 0.0, ..ask },
        Divisive { p: f64::NAN, ..ask },
        Divisive { p: 1.0, ..ask },
        Divisive { magnitude: -0.1, ..ask },
        Divisive { magnitude: f64::INFINITY, ..ask },
        Divisive { least: 1, ..ask },
        Divisive { window: 9, ..ask },
    ] {
        assert_eq!(changes(&calm, &bad), Err(Error::Divisive), "{bad:?}");
    }
    assert_eq!(changes(&calm[..29], &ask), Err(Error::NotDense { values: 29, fewest: 30 }));
    let mut broken = calm;
    broken[7] = Some(f64::NAN);
    assert_eq!(changes(&broken, &ask), Err(Error::NotFinite { index: 7 }));
    assert_eq!(likeliest_start(&broken, 3), Err(Error::NotFinite { index: 7 }));
    assert_eq!(likeliest_start(&some(&[1.0, 2.0, 9.0]), 2), Ok(None));
    assert_eq!(chance_of_difference(&[1.0], &[2.0, f64::INFINITY]), Err(Error::NotFinite { index: 2 }));
}

#[test]
fn the_energy_distance_of_a_small_step_by_hand() {
    // 0 0 | 1 1: mean distance across 1, within 0: q = 2 x 2 / 4 x 2 = 2.
    let split = Energy::default().split(&[0.0, 0.0, 1.0, 1.0], 2).unwrap();
    assert_eq!((split.at, split.end), (2, 4));
    assert!((split.q - 2.0).abs() < 1e-12);
    // 0 1 | 4 5: across (4 + 5 + 3 + 4) / 4 = 4, within 1 on either side: q = 1 x (2 x 4 - 1 - 1) = 6.
    let split = Energy::default().split(&[0.0, 1.0, 4.0, 5.0], 2).unwrap();
    assert!((split.q - 6.0).abs() < 1e-12);
    // A return to the old level lies beyond the right end.
    let split = Energy::default().split(&[0.0, 0.0, 0.0, 9.0, 9.0, 9.0, 0.0, 0.0], 2).unwrap();
    assert_eq!((split.at, split.end), (3, 6));
}

#[test]
fn the_sample_standard_deviation_is_used() {
    // By a textbook's formula: variance 2.5 on either side, t = 3 / sqrt(2.5 x 2 / 5) = 3 with 8 degrees of freedom: 1.707 %.
    let p = chance_of_difference(&[1.0, 2.0, 3.0, 4.0, 5.0], &[4.0, 5.0, 6.0, 7.0, 8.0]).unwrap();
    assert!((p - 0.017_07).abs() < 0.000_01, "{p}");
    // What the population standard deviation would give in its place.
    let optimistic = crate::student::two_sided(3.0 * 1.25_f64.sqrt(), 8.0);
    assert!(optimistic < 0.011);
    assert_eq!(chance_of_difference(&[], &[1.0, 2.0]).unwrap(), 1.0);
    assert_eq!(chance_of_difference(&[1.0, 1.0], &[2.0, 2.0]).unwrap(), 0.0);
}

#[test]
fn equal_values_have_no_change_and_a_pure_step_has_one() {
    assert_eq!(changes(&[Some(7.0); 40], &Divisive::default()).unwrap(), []);
    let step: Vec<_> = (0..40).map(|i| Some(if i < 17 { 2.0 } else { 3.0 })).collect();
    let found = changes(&step, &Divisive::default()).unwrap();
    assert_eq!(found, [Change { index: 17, before: 2.0, after: 3.0, p: 0.0 }]);
    let small = Divisive { magnitude: 0.6, ..Divisive::default() };
    assert_eq!(changes(&step, &small).unwrap(), [], "half more is less than 60 %");
}

#[test]
fn windows_find_what_the_whole_finds_in_a_long_series() {
    let wave = |i: usize| ((i * 7919) % 101) as f64 / 101.0;
    let series: Vec<_> = (0..2600).map(|i| Some(wave(i) + if (700..1900).contains(&i) { 3.0 } else { 0.0 })).collect();
    for window in [300, 1000, 5000] {
        let found = changes(&series, &Divisive { window, ..Divisive::default() }).unwrap();
        assert_eq!(found.iter().map(|c| c.index).collect::<Vec<_>>(), [700, 1900], "{window}");
    }
}

//! Made-up numbers, the same in every run.

/// A small generator (xorshift).
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Between nought and one.
    pub(crate) fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Of the standard normal distribution.
    pub(crate) fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_same_in_every_run_and_centred() {
        let all = || {
            let mut noise = Noise::new(26);
            (0..10_000).map(|_| noise.normal()).collect::<Vec<_>>()
        };
        let mean = all().iter().sum::<f64>() / 10_000.0;
        assert!(all() == all() && mean.abs() < 0.05, "{mean}");
    }
}

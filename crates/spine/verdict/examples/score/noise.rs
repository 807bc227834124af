//! Made-up series, the same in every run.

/// A small generator (xorshift).
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    pub(crate) fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Values of which each keeps the share `r` of the one before.
    pub(crate) fn slow(&mut self, len: usize, r: f64) -> Vec<f64> {
        let mut before = 0.0;
        let next = |_| {
            before = r * before + self.normal();
            before
        };
        (0..len).map(next).collect()
    }
}

//! The lenses that come with the program.

use crate::file::{File, Part};
use crate::tree::Fault;

/// A lens that comes with the program.
#[derive(Debug, Clone, Copy)]
pub struct Builtin {
    /// Its id, as in its file.
    pub id: &'static str,
    parts: &'static [(&'static str, &'static str)],
}

impl Builtin {
    /// Its files: name and text.
    pub fn parts(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.parts.iter().copied()
    }

    /// Reads it.
    ///
    /// # Errors
    /// None in a released program: a test reads each of them.
    pub fn read(&self) -> Result<File, Vec<Fault>> {
        let parts: Vec<Part<'_>> = self.parts.iter().map(|(name, text)| Part { name, bytes: text.as_bytes() }).collect();
        File::read(&parts)
    }
}

/// The lenses that come with the program, in the order in which they are offered.
#[must_use]
pub fn builtin() -> &'static [Builtin] {
    &[
        Builtin {
            id: "core",
            parts: &[
                ("lens.yaml", include_str!("../lenses/core/lens.yaml")),
                ("operational-excellence.yaml", include_str!("../lenses/core/operational-excellence.yaml")),
                ("security.yaml", include_str!("../lenses/core/security.yaml")),
                ("reliability.yaml", include_str!("../lenses/core/reliability.yaml")),
                ("performance.yaml", include_str!("../lenses/core/performance.yaml")),
                ("cost.yaml", include_str!("../lenses/core/cost.yaml")),
                ("sustainability.yaml", include_str!("../lenses/core/sustainability.yaml")),
            ],
        },
        Builtin { id: "serverless", parts: &[("serverless.yaml", include_str!("../lenses/serverless.yaml"))] },
        Builtin { id: "operability", parts: &[("operability.yaml", include_str!("../lenses/operability.yaml"))] },
        Builtin { id: "sre-practice", parts: &[("sre-practice.yaml", include_str!("../lenses/sre-practice.yaml"))] },
    ]
}

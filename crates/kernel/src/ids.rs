//! Ids are UUIDv7, made by the application and drawn before a unit of work is first tried, so that a repeated try
//! stores the same ids and no engine has a say in them.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::Mutex;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, Result};
use crate::time::Time;

/// The id of anything stored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(uuid::Uuid);

impl Id {
    /// From 128 bits.
    pub const fn from_u128(bits: u128) -> Self {
        Self(uuid::Uuid::from_u128(bits))
    }

    /// As 128 bits.
    pub const fn as_u128(self) -> u128 {
        self.0.as_u128()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Id {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        // Only the hyphenated form: an id has one spelling, so that equal ids are equal text in the database.
        if text.len() == 36
            && let Ok(u) = uuid::Uuid::try_parse(text)
        {
            return Ok(Self(u));
        }
        Err(Error::invalid("", format!("“{}” is not an id.", text.chars().take(60).collect::<String>())))
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, s: S) -> std::result::Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        text.parse().map_err(|e: Error| serde::de::Error::custom(e.to_string()))
    }
}

impl utoipa::PartialSchema for Id {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .format(Some(utoipa::openapi::schema::SchemaFormat::Custom("uuid".into())))
            .into()
    }
}
impl utoipa::ToSchema for Id {}

/// A thing in any room: its kind (`team`, `report`, `value`) and its id or key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Ref {
    /// The kind, a noun of GLOSSARY.md.
    pub kind: String,
    /// Id, or natural key where the kind has one.
    pub id: String,
}

impl Ref {
    /// A reference to `kind` with `id`.
    pub fn new(kind: &str, id: impl fmt::Display) -> Self {
        Self { kind: kind.to_owned(), id: id.to_string() }
    }
}

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

/// Where random bits come from: the operating system, or a seed in tests and traces.
#[derive(Clone)]
pub struct IdSource(Arc<Mutex<Random>>);

enum Random {
    System,
    Seeded(u64),
}

impl IdSource {
    /// The operating system's generator.
    pub fn system() -> Self {
        Self(Arc::new(Mutex::new(Random::System)))
    }

    /// The same sequence for the same seed. For tests only: such ids and secrets can be guessed.
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(Random::Seeded(seed))))
    }

    /// Fills a buffer with random bytes.
    ///
    /// # Errors
    /// [`Error::Internal`] if the operating system gives none.
    pub fn fill(&self, out: &mut [u8]) -> Result<()> {
        let mut guard = self.0.lock().map_err(|_| Error::internal("random source poisoned"))?;
        match &mut *guard {
            Random::System => getrandom::fill(out).map_err(Error::internal),
            Random::Seeded(state) => {
                for chunk in out.chunks_mut(8) {
                    let word = splitmix(state).to_le_bytes();
                    chunk.copy_from_slice(&word[..chunk.len()]);
                }
                Ok(())
            }
        }
    }

    /// The first id of a unit of work; the others follow from it by counting.
    ///
    /// # Errors
    /// As [`IdSource::fill`].
    pub fn draw(&self, now: Time) -> Result<IdBase> {
        let mut bytes = [0u8; 8];
        self.fill(&mut bytes)?;
        let random = u64::from_le_bytes(bytes);
        let ms = u128::from(u64::try_from(now.micros() / 1000).unwrap_or(0)) & 0xFFFF_FFFF_FFFF;
        // 48 bits of time, version 7, 12 + 46 random bits, 16 bits that count within the unit of work.
        let a = u128::from(random & 0xFFF);
        let b = u128::from(random >> 12) & 0x3FFF_FFFF_FFFF;
        Ok(IdBase((ms << 80) | (7 << 76) | (a << 64) | (0b10 << 62) | (b << 16)))
    }
}

// SplitMix64 (Steele, Lea, Flood 2014): enough for reproducible tests.
fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Sixty-five thousand consecutive ids for one unit of work.
#[derive(Clone, Copy, Debug)]
pub struct IdBase(u128);

impl IdBase {
    /// The id with number `n`; `None` when the unit of work has used them up.
    pub fn nth(self, n: u32) -> Option<Id> {
        (n < 0x1_0000).then(|| Id::from_u128(self.0 | u128::from(n)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_version_7_ordered_within_a_unit_and_carry_the_time() {
        let base = IdSource::seeded(1).draw(Time(1_795_539_600_000_000)).unwrap();
        let (a, b) = (base.nth(0).unwrap(), base.nth(1).unwrap());
        assert!(a < b);
        assert_eq!(a.0.get_version_num(), 7);
        assert_eq!(a.0.get_variant(), uuid::Variant::RFC4122);
        let (secs, nanos) = a.0.get_timestamp().unwrap().to_unix();
        assert_eq!((secs, nanos), (1_795_539_600, 0));
        assert!(base.nth(0x1_0000).is_none());
    }

    #[test]
    fn the_same_seed_gives_the_same_ids_and_another_gives_others() {
        let draw = |seed| IdSource::seeded(seed).draw(Time(0)).unwrap().nth(0).unwrap();
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn only_the_hyphenated_spelling_is_an_id() {
        let id = IdSource::seeded(1).draw(Time(0)).unwrap().nth(3).unwrap();
        assert_eq!(id.to_string().parse::<Id>().unwrap(), id);
        assert!(id.to_string().replace('-', "").parse::<Id>().is_err());
        assert!("".parse::<Id>().is_err());
    }
}

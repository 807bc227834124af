//! How often somebody may try to sign in: buckets in memory that fill again with the application's clock. A try is taken
//! before the password is checked and given back when it was right, so only wrong tries count.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kernel::error::{Error, Result};
use kernel::time::Time;
use kernel::web::App;

/// Buckets kept; beyond it the fullest is forgotten.
const KEPT: usize = 10_000;

/// Tries in a row, and seconds until one more is allowed.
#[derive(Debug, Clone, Copy)]
struct Rate {
    burst: i64,
    seconds: i64,
}

/// For one account from everywhere.
const ACCOUNT: Rate = Rate { burst: 10, seconds: 60 };

/// From one address for all accounts.
const ADDRESS: Rate = Rate { burst: 30, seconds: 10 };

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Who {
    Account(String),
    Address(IpAddr),
}

impl Who {
    fn rate(&self) -> Rate {
        match self {
            Who::Account(_) => ACCOUNT,
            Who::Address(_) => ADDRESS,
        }
    }
}

/// A bucket, as the moment at which it will be full again; each try moves that moment on.
#[derive(Debug, Default)]
struct Buckets(HashMap<Who, i64>);

impl Buckets {
    /// Takes a try, or says how many seconds to wait.
    fn take(&mut self, key: &Who, now: Time) -> Result<(), u64> {
        let Rate { burst, seconds } = key.rate();
        let step = seconds * 1_000_000;
        let full = self.0.get(key).copied().unwrap_or(0).max(now.micros());
        let after = full + step;
        let over = after - now.micros() - burst * step;
        if over > 0 {
            return Err(u64::try_from(over).unwrap_or(0).div_ceil(1_000_000));
        }
        if self.0.len() >= KEPT && !self.0.contains_key(key) {
            self.0.retain(|_, full| *full > now.micros());
            if self.0.len() >= KEPT
                && let Some(fullest) = self.0.iter().min_by_key(|(_, full)| **full).map(|(k, _)| k.clone())
            {
                self.0.remove(&fullest);
            }
        }
        self.0.insert(key.clone(), after);
        Ok(())
    }

    fn give_back(&mut self, key: &Who) {
        if let Some(full) = self.0.get_mut(key) {
            *full -= key.rate().seconds * 1_000_000;
        }
    }
}

/// What an application keeps in memory.
#[derive(Debug, Default)]
struct Limits(Mutex<Buckets>);

impl Limits {
    fn lock(&self) -> MutexGuard<'_, Buckets> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The address comes first: one that may not try any more must not use up the tries of an account.
fn keys(address: IpAddr, account: Option<&str>) -> impl Iterator<Item = Who> {
    let account = account.map(|a| Who::Account(a.trim().to_lowercase().chars().take(300).collect()));
    [Who::Address(network(address))].into_iter().chain(account)
}

/// Whoever has one IPv6 address usually has all of its /64.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(a) => match a.to_ipv4_mapped() {
            Some(a) => IpAddr::V4(a),
            None => IpAddr::V6((u128::from(a) >> 64 << 64).into()),
        },
        IpAddr::V4(_) => address,
    }
}

/// Takes a try for the address, and for the account if one is named.
///
/// # Errors
/// [`Error::TooMany`] with the seconds to wait.
pub(crate) fn take(app: &App, address: IpAddr, account: Option<&str>) -> Result<()> {
    let now = app.now();
    let limits: Arc<Limits> = app.state();
    let mut buckets = limits.lock();
    for key in keys(address, account) {
        buckets.take(&key, now).map_err(Error::TooMany)?;
    }
    Ok(())
}

/// Gives back what [`take`] took, because the try was right.
pub(crate) fn give_back(app: &App, address: IpAddr, account: Option<&str>) {
    let limits: Arc<Limits> = app.state();
    let mut buckets = limits.lock();
    for key in keys(address, account) {
        buckets.give_back(&key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_wrong_tries_then_one_a_minute() {
        let mut b = Buckets::default();
        let key = Who::Account("a".into());
        let at = |s: i64| Time(1_000_000_000_000 + s * 1_000_000);
        for _ in 0..10 {
            b.take(&key, at(0)).unwrap();
        }
        assert_eq!(b.take(&key, at(0)), Err(60));
        assert_eq!(b.take(&key, at(59)), Err(1));
        b.take(&key, at(60)).unwrap();
        assert!(b.take(&key, at(60)).is_err());
        b.give_back(&key);
        assert!(b.take(&key, at(60)).is_ok());
        assert!(b.take(&Who::Account("b".into()), at(60)).is_ok());
    }

    #[test]
    fn memory_is_bounded_and_the_emptiest_bucket_stays() {
        let mut b = Buckets::default();
        let now = Time(1_000_000_000_000);
        let tired = Who::Account("tired".into());
        for _ in 0..10 {
            b.take(&tired, now).unwrap();
        }
        for i in 0..KEPT {
            b.take(&Who::Account(i.to_string()), now).unwrap();
        }
        assert_eq!(b.0.len(), KEPT);
        assert!(b.take(&tired, now).is_err());
    }

    #[test]
    fn an_address_that_may_not_try_leaves_the_account_its_tries() {
        let mut b = Buckets::default();
        let now = Time(1_000_000_000_000);
        let address: IpAddr = [192, 0, 2, 1].into();
        let mut tries = || keys(address, Some("Maya@example.org ")).try_for_each(|key| b.take(&key, now)).is_ok();
        assert_eq!((0..40).filter(|_| tries()).count(), 10);
        for _ in 0..30 {
            let _ = b.take(&Who::Address(address), now);
        }
        let account = Who::Account("maya@example.org".into());
        let before = b.0[&account];
        assert!(keys(address, Some("maya@example.org")).try_for_each(|key| b.take(&key, now)).is_err());
        assert_eq!(b.0[&account], before);
    }

    #[test]
    fn an_ipv6_network_counts_as_one() {
        let a: IpAddr = "2001:db8::1".parse().unwrap();
        let b: IpAddr = "2001:db8::2".parse().unwrap();
        let c: IpAddr = "2001:db8:0:1::2".parse().unwrap();
        assert_eq!(network(a), network(b));
        assert_ne!(network(a), network(c));
        assert_eq!(network("::ffff:1.2.3.4".parse().unwrap()), "1.2.3.4".parse::<IpAddr>().unwrap());
    }
}

//! Passwords: what is accepted, and hashing off the threads that serve requests.
//!
//! Argon2id with 19 MiB, two passes, one lane: the OWASP password storage cheat sheet's first choice of 2023.

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use kernel::error::{Error, Faults, Result};
use kernel::web::App;
use tokio::sync::Semaphore;

/// Fewest characters.
pub const LEAST: usize = 12;

/// Most characters.
pub const MOST: usize = 256;

/// Hashes at once: each takes 19 MiB and a core.
static TURN: Semaphore = Semaphore::const_new(2);

/// Hashes that may wait; beyond it the server says that it is busy.
static QUEUE: Semaphore = Semaphore::const_new(64);

/// Checks a new password of the account with that mail address and name.
pub fn check(faults: &mut Faults, at: &str, password: &str, mail: &str, name: &str) {
    let n = password.chars().count();
    let folded = password.trim().to_lowercase();
    if n < LEAST {
        faults.add(at, format!("The password has {n} characters; it needs at least {LEAST}. A sentence is best."));
    } else if n > MOST {
        faults.add(at, format!("The password has {n} characters; at most {MOST} fit."));
    } else if folded == mail.trim().to_lowercase() || folded == name.trim().to_lowercase() {
        faults.add(at, "The password is the mail address or the name. Choose one that cannot be guessed.");
    } else if folded.chars().all(|c| folded.starts_with(c)) {
        faults.add(at, "The password is one character repeated. Choose one that cannot be guessed.");
    }
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(19_456, 2, 1, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let _place = QUEUE.try_acquire().map_err(|_| Error::Busy)?;
    let _turn = TURN.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

/// Hashes a new password with a salt from the application's source. Never call it inside a unit of work.
///
/// # Errors
/// [`Error::Busy`] if 64 wait.
pub async fn hash(app: &App, password: &str) -> Result<String> {
    let mut salt = [0u8; 16];
    app.ids.fill(&mut salt)?;
    let password = password.to_owned();
    in_turn(move || argon2()?.hash_password_with_salt(password.as_bytes(), &salt).map(|h| h.to_string()).map_err(Error::internal))
        .await
}

/// True if the password is the one that was hashed. Without a hash (no such account) it takes as long and is false.
///
/// # Errors
/// As [`hash`].
pub async fn verify(password: &str, stored: Option<String>) -> Result<bool> {
    // A longer one was never accepted; hashing it would only cost time.
    let password: String = password.chars().take(MOST + 1).collect();
    in_turn(move || match stored {
        Some(stored) => Ok(argon2()?.verify_password(password.as_bytes(), stored.as_str()).is_ok()),
        None => {
            let wasted = argon2()?.hash_password_with_salt(password.as_bytes(), &[0; 16]);
            wasted.map(|_| false).map_err(Error::internal)
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(password: &str) -> usize {
        let mut f = Faults::new();
        check(&mut f, "password", password, "ingrid@example.org", "Ingrid Solberg");
        f.len()
    }

    #[test]
    fn passwords_are_bounded_and_not_the_obvious() {
        assert_eq!(faults("a long sentence"), 0);
        assert_eq!(faults(&"ü ".repeat(128)), 0);
        for bad in ["", "elevenchars", "Ingrid@Example.org", " ingrid solberg ", "aaaaaaaaaaaaaaaa", &"ab".repeat(129)] {
            assert_eq!(faults(bad), 1, "{bad}");
        }
    }

    #[test]
    fn the_hash_states_its_parameters() {
        let hash = argon2().unwrap().hash_password_with_salt(b"a long sentence", &[7; 16]).unwrap().to_string();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }

    #[tokio::test]
    async fn only_the_right_password_is_verified() {
        let hash = argon2().unwrap().hash_password_with_salt(b"a long sentence", &[7; 16]).unwrap().to_string();
        assert!(verify("a long sentence", Some(hash.clone())).await.unwrap());
        assert!(!verify("a long sentencf", Some(hash)).await.unwrap());
        assert!(!verify("a long sentence", None).await.unwrap());
        assert!(!verify("a long sentence", Some("no hash".into())).await.unwrap());
    }
}

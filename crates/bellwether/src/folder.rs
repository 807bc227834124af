//! The data folder: its database, its lock, its socket.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use kernel::config::Config;
use kernel::db::{Place, postgres::PgConfig};
use kernel::error::{Error, Result};

/// The database's file name in the data folder.
pub const DATABASE: &str = "bellwether.db";

/// The owner's socket in the data folder.
pub const SOCKET: &str = "bellwether.sock";

/// Where the settings say that the data is.
///
/// # Errors
/// [`Error::Invalid`] for a PostgreSQL URL that cannot be read.
pub fn place(config: &Config) -> Result<Place> {
    match &config.database {
        Some(url) => Ok(Place::Postgres(PgConfig::parse(url)?)),
        None => Ok(Place::File(config.data.join(DATABASE))),
    }
}

/// The owner's socket.
pub fn socket(config: &Config) -> PathBuf {
    config.data.join(SOCKET)
}

/// Makes the data folder; only its owner may look into it.
///
/// # Errors
/// [`Error::Invalid`] with the reason.
pub fn make(path: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let shown = path.display();
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|e| Error::invalid("data", format!("The data folder {shown} cannot be made: {e}. Name another with --data.")))
}

/// Holds the data folder for one process; given back when dropped, also by a crash.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the folder's lock.
    ///
    /// # Errors
    /// [`Error::Conflict`] if another process holds it.
    pub fn take(folder: &Path) -> Result<Self> {
        make(folder)?;
        let path = folder.join("lock");
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(|e| {
            Error::invalid("data", format!("{} cannot be written: {e}. Does the folder belong to you?", path.display()))
        })?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::Conflict(format!(
                "A server or another command uses {} now. Stop it first, or name another folder with --data.",
                folder.display()
            ))),
            Err(TryLockError::Error(e)) => Err(Error::internal(format!("{}: {e}", path.display()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_serves_one_process_at_a_time() {
        let dir = std::env::temp_dir().join(format!("bw-lock-{}", std::process::id()));
        let first = Lock::take(&dir).unwrap();
        let e = Lock::take(&dir).unwrap_err();
        assert!(e.to_string().contains("Stop it first"), "{e}");
        drop(first);
        assert!(Lock::take(&dir).is_ok());
        std::fs::remove_dir_all(&dir).unwrap();
    }
}

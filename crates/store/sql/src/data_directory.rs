//! The data directory: used by one process at a time, its files for their owner alone.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use crate::open_error::OpenError;

/// The file whose lock says that the directory is in use. It contains the process's number, for messages only.
const LOCK_FILE: &str = "claviger.lock";

/// The exclusive use of a data directory, for as long as it lives.
#[derive(Debug)]
pub(crate) struct DataDirectory {
    lock: File,
}

impl DataDirectory {
    /// Takes the directory of the database file `path`, made if missing, and sees to it that the file exists and that only
    /// its owner can read it and what belongs to it, whatever the umask.
    pub(crate) fn take(path: &Path) -> Result<Self, OpenError> {
        let directory = path.parent().ok_or_else(|| {
            OpenError::io(path, io::Error::new(io::ErrorKind::IsADirectory, "not a file's name"))
        })?;
        match DirBuilder::new().mode(0o700).create(directory) {
            Ok(()) => directory.parent().map_or(Ok(()), sync)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            // Where the parent can't be written the directory may be there all the same: what follows tells.
            Err(_) if directory.is_dir() => {}
            Err(error) => return Err(OpenError::io(directory, error)),
        }
        let lock = lock(directory)?;
        private_file(path)?;
        for suffix in ["-wal", "-shm", "-journal"] {
            restrict_if_there(&with_suffix(path, suffix))?;
        }
        sync(directory)?;
        Ok(Self { lock })
    }
}

impl Drop for DataDirectory {
    fn drop(&mut self) {
        // Closing the file alone wouldn't do at once: a process that is just being started may still have a copy of it.
        // Should it fail, the lock goes with the last copy.
        let _ = flock(&self.lock, FlockOperation::Unlock);
    }
}

/// Makes what was made in a directory survive a power failure.
fn sync(directory: &Path) -> Result<(), OpenError> {
    File::open(directory)
        .and_then(|directory| directory.sync_all())
        .map_err(|error| OpenError::io(directory, error))
}

fn lock(directory: &Path) -> Result<File, OpenError> {
    let path = directory.join(LOCK_FILE);
    let mut file = private_file(&path)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK) => {
            let mut text = String::new();
            // The number only makes the message better.
            let _ = file.take(32).read_to_string(&mut text);
            let process = text.trim().parse().ok();
            return Err(OpenError::InUse { directory: directory.to_owned(), process });
        }
        Err(error) => return Err(OpenError::io(path, error.into())),
    }
    let written = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
    // Without room for a number the lock still holds.
    match written {
        Err(error) if error.kind() != io::ErrorKind::StorageFull => Err(OpenError::io(path, error)),
        _ => Ok(file),
    }
}

/// Opens a file for reading and writing, made if missing, with mode 0600.
fn private_file(path: &Path) -> Result<File, OpenError> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(|error| OpenError::io(path, error))?;
    restrict(&file).map_err(|error| OpenError::io(path, error))?;
    Ok(file)
}

fn restrict_if_there(path: &Path) -> Result<(), OpenError> {
    match File::open(path) {
        Ok(file) => restrict(&file).map_err(|error| OpenError::io(path, error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(OpenError::io(path, error)),
    }
}

fn restrict(file: &File) -> io::Result<()> {
    let mode = file.metadata()?.permissions().mode() & 0o7777;
    if mode == 0o600 { Ok(()) } else { file.set_permissions(Permissions::from_mode(0o600)) }
}

/// The path of a file that belongs to the database file `path`.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

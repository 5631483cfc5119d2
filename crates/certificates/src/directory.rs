//! The files of an authority: each whole or not at all, and one change at a time.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::FlockOperation;
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use crate::error::CertificateError;
use crate::layout::LOCK;

/// The most bytes of a file that are read: room for a hundred thousand certificates in the register.
const LIMIT: u64 = 64 << 20;

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Its owner.
    Owner,
    /// Everybody whom the directory lets in.
    Everybody,
}

/// A directory that nobody else changes as long as this lives.
#[derive(Debug)]
pub(crate) struct Directory {
    path: PathBuf,
    _lock: File,
}

impl Directory {
    /// Makes the directory for this user alone, unless it is there, and locks it.
    pub(crate) fn make(path: &Path) -> Result<Self, CertificateError> {
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed(path, "made"))?;
        Self::lock(path)
    }

    /// Locks the directory; waits for somebody who changes it now.
    pub(crate) fn lock(path: &Path) -> Result<Self, CertificateError> {
        let name = path.join(LOCK);
        let mut options = OpenOptions::new();
        let lock = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&name)
            .map_err(failed(&name, "opened"))?;
        rustix::fs::flock(&lock, FlockOperation::LockExclusive)
            .map_err(|error| failed(&name, "locked")(error.into()))?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// The directory's path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts a file under its name, in place of what is there.
    pub(crate) fn write(
        &self,
        path: &Path,
        readers: Readers,
        bytes: &[u8],
    ) -> Result<(), CertificateError> {
        let written = || -> io::Result<()> {
            let mut file = NamedTempFile::new_in(&self.path)?;
            file.write_all(bytes)?;
            let mode = match readers {
                Readers::Owner => 0o600,
                Readers::Everybody => 0o644,
            };
            file.as_file().set_permissions(Permissions::from_mode(mode))?;
            file.as_file().sync_all()?;
            file.persist(path)?;
            // The name is on disk when the directory is.
            File::open(&self.path)?.sync_all()
        };
        written().map_err(failed(path, "written"))
    }
}

/// Reads a file as text; none if there is no such file.
pub(crate) fn read(path: &Path) -> Result<Option<Zeroizing<String>>, CertificateError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(path, "read")(error)),
    };
    let length = file.metadata().map_err(failed(path, "read"))?.len();
    if length > LIMIT {
        return Err(CertificateError::Content {
            path: path.to_owned(),
            problem: "it is too large for what it should hold",
        });
    }
    // All the room at once: a buffer that grows leaves copies behind.
    let room = usize::try_from(length).unwrap_or_default().saturating_add(1);
    let mut text = Zeroizing::new(String::with_capacity(room));
    file.take(LIMIT).read_to_string(&mut text).map_err(failed(path, "read"))?;
    Ok(Some(text))
}

/// Whether something is at this path.
pub(crate) fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

fn failed(path: &Path, action: &'static str) -> impl Fn(io::Error) -> CertificateError {
    let path = path.to_owned();
    move |error| CertificateError::File { path: path.clone(), action, error }
}

//! The root key from a file.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use claviger_ports::{RootKey, RootKeySource, SealDescription, SealError, SealKind};
use claviger_secret::SecretBytes;
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::rand::{GetRandomFlags, getrandom};
use zeroize::Zeroizing;

use crate::text::{self, LONGEST_TEXT};

/// Permission bits of others than the owner.
const OTHERS: u32 = 0o077;
const PERMISSIONS: u32 = 0o7777;

/// A root key in a file.
pub struct FileSeal {
    path: PathBuf,
    origin: Origin,
}

/// Who makes the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The server, on its first start.
    Server,
    /// An operator or the platform.
    Provided,
}

impl FileSeal {
    /// A file that is made, with mode 0600 and durably, when the key is asked for and the file isn't there. For
    /// development: whoever can read the disk can read the key. If others may read the file it is refused.
    #[must_use]
    pub fn development(path: PathBuf) -> Self {
        Self { path, origin: Origin::Server }
    }

    /// A file that somebody else provides; it is never made or changed. Its mode is not looked at: Kubernetes mounts
    /// secrets through symbolic links to files of mode 0644 in a directory that belongs to the pod alone.
    #[must_use]
    pub fn provided(path: PathBuf) -> Self {
        Self { path, origin: Origin::Provided }
    }

    fn place(&self) -> String {
        self.path.display().to_string()
    }

    fn unavailable(&self, source: io::Error) -> SealError {
        SealError::Unavailable { place: self.place(), source }
    }

    fn read(&self) -> Result<RootKey, SealError> {
        let file = open(&self.path).map_err(|error| self.unavailable(error))?;
        let metadata = file.metadata().map_err(|error| self.unavailable(error))?;
        if metadata.is_dir() {
            return Err(self.unavailable(io::ErrorKind::IsADirectory.into()));
        }
        if !metadata.is_file() {
            return Err(self.unavailable(io::Error::other("it is not a regular file")));
        }
        let mode = metadata.permissions().mode() & PERMISSIONS;
        if self.origin == Origin::Server && mode & OTHERS != 0 {
            return Err(SealError::Exposed { place: self.place(), mode });
        }
        let content = read_start(&file).map_err(|error| self.unavailable(error))?;
        text::decode(&content, &self.place())
    }

    /// Makes the file with a new key. If it is there by then, such as by another server that starts, it stays.
    fn make(&self) -> io::Result<()> {
        let key = new_key()?;
        let directory = match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        // The file appears under its name whole and on disk, or not at all.
        let mut file = tempfile::Builder::new()
            .prefix(".root-key-")
            .permissions(Permissions::from_mode(0o600))
            .tempfile_in(directory)?;
        file.as_file().set_permissions(Permissions::from_mode(0o600))?;
        file.write_all(&text::encode(&key))?;
        file.as_file().sync_all()?;
        match file.persist_noclobber(&self.path) {
            Err(refused) if refused.error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(refused.error);
            }
            Ok(_) | Err(_) => {}
        }
        File::open(directory)?.sync_all()
    }
}

#[async_trait]
impl RootKeySource for FileSeal {
    // It is read once, when the server starts, and small: waiting for the disk right here holds up nobody.
    async fn root_key(&self) -> Result<RootKey, SealError> {
        match self.read() {
            Err(SealError::Unavailable { source, .. })
                if self.origin == Origin::Server && source.kind() == io::ErrorKind::NotFound =>
            {
                self.make().map_err(|error| {
                    let reason = format!("it is not there and cannot be made: {error}");
                    self.unavailable(io::Error::new(error.kind(), reason))
                })?;
                // What is used is what a restart will read.
                self.read()
            }
            read => read,
        }
    }

    fn describe(&self) -> SealDescription {
        let kind = match self.origin {
            Origin::Server => SealKind::DevelopmentFile,
            Origin::Provided => SealKind::File,
        };
        SealDescription { kind, place: self.place() }
    }
}

/// Opens `path` without waiting for anybody at the other end of a pipe.
fn open(path: &Path) -> io::Result<File> {
    let flags = i32::try_from((OFlags::NONBLOCK | OFlags::NOCTTY).bits()).unwrap_or(0);
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

/// The content of `file`, or as much of it as shows that it is too long.
fn read_start(file: &File) -> io::Result<Zeroizing<Vec<u8>>> {
    let limit = LONGEST_TEXT + 3;
    // With its whole capacity from the beginning: growing would leave copies behind.
    let mut content = Zeroizing::new(Vec::with_capacity(2 * limit));
    file.take(limit as u64).read_to_end(&mut content)?;
    Ok(content)
}

fn new_key() -> io::Result<RootKey> {
    let bytes = SecretBytes::try_init(RootKey::LENGTH, |bytes| {
        let mut filled = 0;
        while filled < bytes.len() {
            match getrandom(&mut bytes[filled..], GetRandomFlags::empty()) {
                Ok(count) => filled += count,
                Err(Errno::INTR) => {}
                Err(error) => return Err(io::Error::from(error)),
            }
        }
        Ok(())
    })?;
    RootKey::new(bytes).map_err(io::Error::other)
}

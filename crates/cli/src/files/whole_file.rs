//! A file that appears under its name only when it is whole.
//!
//! It is written without a name where the file system can do that (`O_TMPFILE`): then the system itself removes it, whatever ends
//! the process. Elsewhere it has a name of its own in the same folder, which is removed when writing fails and when a signal
//! ends the process.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::thread;

use rustix::fs::{AtFlags, CWD, OFlags};
use tempfile::NamedTempFile;
use tokio::signal::unix::{SignalKind, signal};

use super::early_sync::EarlySync;
use crate::failure::Failure;

/// Who may do what with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Its owner reads and writes it.
    OwnerOnly,
    /// These permission bits.
    Bits(u32),
}

/// A file on its way to its name.
#[derive(Debug)]
pub(crate) struct WholeFile {
    target: PathBuf,
    force: bool,
    mode: Mode,
    content: Content,
    writer: EarlySync,
}

#[derive(Debug)]
enum Content {
    /// Without a name.
    Nameless(File),
    /// With a name that is not the final one.
    Named(NamedTempFile),
}

impl WholeFile {
    /// Starts a file that is to appear as `target`, in place of what is there only with `force`.
    ///
    /// # Errors
    /// [`Failure::OutputExists`], or [`Failure::File`].
    pub(crate) fn create(target: &Path, force: bool, mode: Mode) -> Result<Self, Failure> {
        check(target, force)?;
        let content = match nameless(folder(target)) {
            Some(file) => Content::Nameless(file),
            None => Content::Named(named(target)?),
        };
        Self::start(target, force, mode, content)
    }

    fn start(target: &Path, force: bool, mode: Mode, content: Content) -> Result<Self, Failure> {
        let writer = EarlySync::new(content.file())
            .map_err(|error| Failure::file(target, "written", error))?;
        Ok(Self { target: target.to_owned(), force, mode, content, writer })
    }

    /// Where to write.
    pub(crate) fn writer(&mut self) -> &mut (impl io::Write + Send + use<>) {
        &mut self.writer
    }

    /// Puts it on disk and under its name.
    ///
    /// # Errors
    /// [`Failure::OutputExists`] if somebody else was faster, or [`Failure::File`]. Nothing is left behind then.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        self.publish().map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Failure::OutputExists(self.target.clone()),
            _ => Failure::file(&self.target, "written", error),
        })?;
        if let Content::Named(file) = self.content {
            let kept = if self.force {
                file.persist(&self.target)
            } else {
                file.persist_noclobber(&self.target)
            };
            kept.map_err(|error| match error.error.kind() {
                io::ErrorKind::AlreadyExists => Failure::OutputExists(self.target.clone()),
                _ => Failure::file(&self.target, "written", error.error),
            })?;
        }
        // The name is on disk when the folder is.
        let folder = folder(&self.target);
        File::open(folder)
            .and_then(|opened| opened.sync_all())
            .map_err(|error| Failure::file(folder, "synced", error))
    }

    /// Puts the content on disk and, if it has no name, under its final one.
    fn publish(&mut self) -> io::Result<()> {
        if let Mode::Bits(bits) = self.mode {
            self.content.file().set_permissions(fs::Permissions::from_mode(bits))?;
        }
        self.writer.finish()?;
        match &self.content {
            Content::Named(_) => Ok(()),
            Content::Nameless(file) if self.force => replace(file, &self.target),
            Content::Nameless(file) => link(file, &self.target),
        }
    }
}

impl Content {
    fn file(&self) -> &File {
        match self {
            Self::Nameless(file) => file,
            Self::Named(file) => file.as_file(),
        }
    }
}

/// Refuses an output that is there, or is no file.
fn check(target: &Path, force: bool) -> Result<(), Failure> {
    let Ok(found) = fs::symlink_metadata(target) else { return Ok(()) };
    let kind = found.file_type();
    if kind.is_dir() {
        let error = io::Error::from(io::ErrorKind::IsADirectory);
        return Err(Failure::file(target, "written", error));
    }
    // In place of a device or pipe a file would appear, which nobody wants.
    if kind.is_char_device() || kind.is_block_device() || kind.is_fifo() || kind.is_socket() {
        return Err(Failure::usage(
            format!("{} is no regular file", target.display()),
            "name a file, or `-` for standard output",
        ));
    }
    if force { Ok(()) } else { Err(Failure::OutputExists(target.to_owned())) }
}

fn folder(target: &Path) -> &Path {
    match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A file without a name; none where the file system has no such thing, or nothing that gives it a name later.
fn nameless(folder: &Path) -> Option<File> {
    if !Path::new("/proc/self/fd").exists() {
        return None;
    }
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    let file = rustix::fs::open(folder, flags, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR);
    file.ok().map(File::from)
}

fn named(target: &Path) -> Result<NamedTempFile, Failure> {
    let file = tempfile::Builder::new()
        .prefix(".claviger-")
        .tempfile_in(folder(target))
        .map_err(|error| Failure::file(target, "written", error))?;
    remove_on_signal(file.path().to_owned());
    Ok(file)
}

/// Gives a nameless file its name, if nothing has it.
fn link(file: &File, target: &Path) -> io::Result<()> {
    let open = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(rustix::fs::linkat(CWD, open, CWD, target, AtFlags::SYMLINK_FOLLOW)?)
}

/// Gives a nameless file a name that another has: by way of one that nobody has.
fn replace(file: &File, target: &Path) -> io::Result<()> {
    for number in 0..1000_u32 {
        let mut name = OsString::from(".");
        name.push(target.file_name().unwrap_or_default());
        name.push(format!(".{}-{number}", std::process::id()));
        let between = target.with_file_name(name);
        match link(file, &between) {
            Ok(()) => {
                return fs::rename(&between, target).inspect_err(|_| {
                    // The first error is the one that is told.
                    let _ = fs::remove_file(&between);
                });
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("no free name beside it was found"))
}

/// Removes a file when a signal ends the process, which would not run its destructors.
fn remove_on_signal(path: PathBuf) {
    // Without the thread the file would only stay behind if a signal comes.
    let _ = thread::Builder::new().spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        if let Ok(Some(number)) = runtime.map(|runtime| runtime.block_on(ending_signal())) {
            let _ = fs::remove_file(&path);
            end(number);
        }
    });
}

#[expect(
    clippy::disallowed_methods,
    reason = "a signal would have ended the process in the same way"
)]
fn end(number: i32) {
    std::process::exit(128 + number);
}

async fn ending_signal() -> Option<i32> {
    let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    let mut interrupt = signal(kinds[0]).ok()?;
    let mut terminate = signal(kinds[1]).ok()?;
    let mut hangup = signal(kinds[2]).ok()?;
    Some(tokio::select! {
        _ = interrupt.recv() => kinds[0].as_raw_value(),
        _ = terminate.recv() => kinds[1].as_raw_value(),
        _ = hangup.recv() => kinds[2].as_raw_value(),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    use super::{Content, Mode, WholeFile, named};
    use crate::failure::Failure;

    fn files(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Starts a file in the way that the file system has.
    fn usual(target: &Path, force: bool) -> WholeFile {
        WholeFile::create(target, force, Mode::Bits(0o640)).unwrap()
    }

    /// Starts a file in the way that every file system has.
    fn with_name(target: &Path, force: bool) -> WholeFile {
        let content = Content::Named(named(target).unwrap());
        WholeFile::start(target, force, Mode::Bits(0o640), content).unwrap()
    }

    const BOTH: [fn(&Path, bool) -> WholeFile; 2] = [usual, with_name];

    #[test]
    fn it_appears_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("file");
        for start in BOTH {
            let mut file = start(&target, false);
            file.writer().write_all(b"whole").unwrap();
            assert!(!target.exists());
            file.finish().unwrap();
            assert_eq!(fs::read(&target).unwrap(), b"whole");
            assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o640);
            assert_eq!(files(folder.path()), ["file"]);
            fs::remove_file(&target).unwrap();
        }
    }

    #[test]
    fn nothing_is_left_of_one_that_is_not() {
        let folder = tempfile::tempdir().unwrap();
        for start in BOTH {
            let mut file = start(&folder.path().join("file"), false);
            file.writer().write_all(b"half").unwrap();
            drop(file);
        }
        assert!(files(folder.path()).is_empty());
    }

    #[test]
    fn what_is_there_is_replaced_by_force_only() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("file");
        for start in BOTH {
            let mut late = start(&target, false);
            fs::write(&target, b"old").unwrap();
            late.writer().write_all(b"new").unwrap();
            assert!(matches!(late.finish(), Err(Failure::OutputExists(_))));
            assert_eq!(fs::read(&target).unwrap(), b"old");
            let refused = WholeFile::create(&target, false, Mode::OwnerOnly);
            assert!(matches!(refused, Err(Failure::OutputExists(_))));
            fs::remove_file(&target).unwrap();
        }
        for start in BOTH {
            fs::write(&target, b"old").unwrap();
            let mut file = start(&target, true);
            file.writer().write_all(b"new").unwrap();
            file.finish().unwrap();
            assert_eq!(fs::read(&target).unwrap(), b"new");
            assert_eq!(files(folder.path()), ["file"]);
        }
    }

    #[test]
    fn devices_and_folders_are_no_outputs() {
        let folder = tempfile::tempdir().unwrap();
        for target in ["/dev/null".as_ref(), folder.path()] {
            assert!(WholeFile::create(target, true, Mode::OwnerOnly).is_err());
        }
        assert!(WholeFile::create(&folder.path().join("no/file"), true, Mode::OwnerOnly).is_err());
    }
}

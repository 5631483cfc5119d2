//! What encrypting and decrypting a file have in common: where it comes from, where it goes, and what becomes of several.

use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io::{self, IsTerminal as _, Read, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::progress::Progress;
use super::whole_file::{Mode, WholeFile};
use crate::failure::Failure;
use crate::input::{self, DASH};
use crate::screen::{Format, Screen};

/// The ending of encrypted files.
pub(crate) const ENDING: &str = "enc";
/// The ending that age's own users give them.
pub(crate) const AGE_ENDING: &str = "age";

/// One file on its way to another.
pub(crate) struct Conversion<'a> {
    pub(crate) screen: &'a Screen,
    /// `-` is standard input.
    pub(crate) input: &'a Path,
    /// `-` is standard output.
    pub(crate) output: &'a Path,
    pub(crate) force: bool,
    /// Whether the output is text that a terminal can show.
    pub(crate) text: bool,
}

impl Conversion<'_> {
    /// Opens both sides, lets `convert` work, and keeps the output if it is whole.
    ///
    /// # Errors
    /// [`Failure`]; the output is not there then, or as it was before.
    pub(crate) fn run(
        &self,
        convert: impl FnOnce(
            &mut dyn SendRead,
            &mut dyn SendWrite,
            &Progress,
        ) -> Result<(), claviger_age::Error>,
    ) -> Result<(), Failure> {
        let (mut reader, metadata) = self.open()?;
        let length = metadata.as_ref().filter(|found| found.is_file()).map(Metadata::len);
        let progress = Progress::start(self.screen, &self.input.display().to_string(), length);
        let failed = |error| Failure::age(self.input, self.output, error);
        if input::is_dash(self.output) {
            if io::stdout().is_terminal() && !self.text {
                return Err(Failure::usage(
                    "the output would garble the terminal",
                    "redirect standard output, or name a file with --output",
                ));
            }
            return convert(&mut *reader, &mut io::stdout(), &progress).map_err(failed);
        }
        let bits =
            metadata.filter(Metadata::is_file).map(|found| found.permissions().mode() & 0o777);
        let mode = bits.map_or(Mode::OwnerOnly, Mode::Bits);
        let mut file = WholeFile::create(self.output, self.force, mode)?;
        convert(&mut *reader, file.writer(), &progress).map_err(failed)?;
        file.finish()
    }

    fn open(&self) -> Result<(Box<dyn SendRead>, Option<Metadata>), Failure> {
        if input::is_dash(self.input) {
            return Ok((Box::new(io::stdin()), None));
        }
        let failed = |error| Failure::file(self.input, "read", error);
        let file = File::open(self.input).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        Ok((Box::new(file), Some(metadata)))
    }
}

/// Something to read from, on any thread.
pub(crate) trait SendRead: Read + Send {}
impl<T: Read + Send> SendRead for T {}

/// Something to write to, on any thread.
pub(crate) trait SendWrite: Write + Send {}
impl<T: Write + Send> SendWrite for T {}

/// Converts every file, also when one of them fails, and says how it went.
///
/// # Errors
/// [`Failure`] of the only file, or [`Failure::SomeFiles`].
pub(crate) fn each(
    screen: &Screen,
    files: &[PathBuf],
    output: Option<&Path>,
    usual_output: impl Fn(&Path) -> Result<PathBuf, Failure>,
    convert: impl Fn(&Path, &Path) -> Result<(), Failure>,
) -> Result<(), Failure> {
    if files.len() > 1 && output.is_some() {
        return Err(Failure::usage(
            "--output names one file, and there are several to write",
            "leave it out, or give one file",
        ));
    }
    let one = |input: &Path| {
        let output = match output {
            Some(output) => output.to_owned(),
            None if input::is_dash(input) => PathBuf::from(DASH),
            None => usual_output(input)?,
        };
        convert(input, &output)?;
        if !input::is_dash(&output) && screen.format == Format::Table {
            screen.note(&format!("{} -> {}", input.display(), output.display()));
        }
        Ok(())
    };
    if let [file] = files {
        return one(file);
    }
    let mut first = None;
    let mut count = 0;
    for file in files {
        if let Err(failure) = one(file) {
            screen.failure(&failure);
            count += 1;
            first = first.or(Some(failure.exit()));
        }
    }
    first.map_or(Ok(()), |exit| Err(Failure::SomeFiles { count, total: files.len(), exit }))
}

/// `FILE.enc`.
pub(crate) fn encrypted_name(input: &Path) -> PathBuf {
    let mut name = input.as_os_str().to_owned();
    name.push(".");
    name.push(ENDING);
    PathBuf::from(name)
}

/// `FILE` without `.enc` or `.age`.
///
/// # Errors
/// [`Failure::Usage`] if it has neither.
pub(crate) fn decrypted_name(input: &Path) -> Result<PathBuf, Failure> {
    let ending = input.extension().and_then(OsStr::to_str);
    if matches!(ending, Some(ENDING | AGE_ENDING)) {
        return Ok(input.with_extension(""));
    }
    Err(Failure::usage(
        format!("{} does not end with .{ENDING} or .{AGE_ENDING}", input.display()),
        "say with --output where to write",
    ))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{decrypted_name, encrypted_name};

    #[test]
    fn names_of_outputs() {
        for name in ["a", "a.tar", "/x/a.enc", "ä"] {
            let encrypted = encrypted_name(Path::new(name));
            assert!(encrypted.to_str().unwrap().ends_with(".enc"));
            assert_eq!(decrypted_name(&encrypted).unwrap(), Path::new(name));
        }
        assert_eq!(decrypted_name(Path::new("a.txt.age")).unwrap(), Path::new("a.txt"));
        assert!(decrypted_name(Path::new("a.txt")).is_err());
        assert!(decrypted_name(Path::new(".enc")).is_err());
    }
}

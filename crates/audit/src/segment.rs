//! The files of the log: `audit-000001.log`, `audit-000002.log` and so on, and reading one of them.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, BufRead as _, BufReader};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::chain::{Keyed, Position};
use crate::error::Fault;

/// Nothing that the log writes is as long; bounds what reading a foreign file costs.
const LONGEST_LINE: usize = 16 << 20;

/// Makes `directory`, for its owner alone, unless it is there. Its parent is synced then.
pub(crate) fn make_directory(directory: &Path) -> io::Result<()> {
    if directory.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    fs::set_permissions(directory, Permissions::from_mode(0o700))?;
    match directory.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => File::open(parent)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

/// Opens `path` for its owner to read and write, and makes it if it isn't there. The umask changes nothing.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    Ok(file)
}

/// The path of segment `number`.
pub(crate) fn path_of(directory: &Path, number: u32) -> PathBuf {
    directory.join(format!("audit-{number:06}.log"))
}

/// The segments below `directory`, in order.
pub(crate) fn list(directory: &Path) -> io::Result<Vec<(u32, PathBuf)>> {
    let mut segments = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let number = name
            .and_then(|name| name.strip_prefix("audit-")?.strip_suffix(".log"))
            .and_then(|number| number.parse().ok());
        // A number that is written otherwise, such as with a sign, is no segment.
        if let Some(number) = number
            && path == path_of(directory, number)
        {
            segments.push((number, path));
        }
    }
    segments.sort_unstable();
    Ok(segments)
}

/// How far a segment is good.
pub(crate) struct Walked {
    /// The length of the good records, in bytes.
    pub(crate) good_length: u64,
    /// How many there are.
    pub(crate) lines: u64,
    /// What stands behind them.
    pub(crate) rest: Rest,
}

/// What stands behind the good records of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rest {
    /// Nothing.
    Nothing,
    /// What a crash in the middle of a write leaves: a line without its end, or bytes that never arrived.
    Torn,
    /// A whole line that doesn't belong there.
    Wrong(Fault),
}

/// Moves `position` along the records of `path` as far as they are good. `visit` is told of every place it comes by.
pub(crate) fn walk(
    path: &Path,
    key: &Keyed,
    position: &mut Position,
    mut visit: impl FnMut(&Position),
) -> io::Result<Walked> {
    let mut reader = BufReader::with_capacity(1 << 18, File::open(path)?);
    let mut walked = Walked { good_length: 0, lines: 0, rest: Rest::Nothing };
    let mut line = Vec::new();
    loop {
        line.clear();
        read_line(&mut reader, &mut line)?;
        let Some(text) = line.strip_suffix(b"\n") else {
            if !line.is_empty() {
                walked.rest = Rest::Torn;
            }
            return Ok(walked);
        };
        if let Err(fault) = position.check(key, text) {
            // A page that never reached the disk reads as zeros, which no record contains.
            walked.rest = if text.contains(&0) { Rest::Torn } else { Rest::Wrong(fault) };
            return Ok(walked);
        }
        walked.good_length += line.len() as u64;
        walked.lines += 1;
        visit(position);
    }
}

/// The last whole line of `path`, without its end.
pub(crate) fn last_line(path: &Path) -> io::Result<Vec<u8>> {
    let mut reader = BufReader::with_capacity(1 << 18, File::open(path)?);
    let (mut line, mut last) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        read_line(&mut reader, &mut line)?;
        if line.pop() != Some(b'\n') {
            return Ok(last);
        }
        std::mem::swap(&mut line, &mut last);
    }
}

fn read_line(reader: &mut BufReader<File>, line: &mut Vec<u8>) -> io::Result<()> {
    use std::io::Read as _;
    reader.by_ref().take(LONGEST_LINE as u64).read_until(b'\n', line)?;
    Ok(())
}

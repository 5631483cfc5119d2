//! The head: a side file that says how far the log is on disk, so that a cut at its end is noticed.
//!
//! It has two slots, written in turn, so that a torn write leaves the other. Each is a JSON object padded with spaces, with
//! the last synced sequence number, that record's MAC, and a MAC over both.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::FlockOperation;

use crate::chain::{Keyed, Position, Purpose, read_tag, write_tag};
use crate::error::LogError;
use crate::line::write_number;
use crate::segment::open_file;

const SLOT_LENGTH: usize = 256;
const NAME: &str = "audit-head";

/// The head of a log that is being written. Holds the lock that keeps other processes away.
pub(crate) struct Head {
    file: File,
    key: Keyed,
    position: Position,
    next_slot: u64,
}

impl Head {
    /// Opens the head of the log in `directory`, or makes it if `fresh`.
    pub(crate) fn open(directory: &Path, key: &Keyed, fresh: bool) -> Result<Self, LogError> {
        let path = path_of(directory);
        if !fresh && !path.exists() {
            return Err(LogError::Head { path });
        }
        let file = open_file(&path).map_err(LogError::file(&path))?;
        if let Err(error) = rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            if error == rustix::io::Errno::WOULDBLOCK {
                return Err(LogError::InUse { path: directory.to_owned() });
            }
            return Err(LogError::file(&path)(error.into()));
        }
        let mut head = Self { file, key: key.clone(), position: Position::default(), next_slot: 0 };
        let length = head.file.metadata().map_err(LogError::file(&path))?.len();
        match head.read().map_err(LogError::file(&path))? {
            Some((position, slot)) => {
                head.position = position;
                head.next_slot = 1 - slot;
            }
            // A head that was begun and never written is what a crash leaves; anything else was a log's.
            None if fresh && length == 0 => {
                head.write(Position::default(), true).map_err(LogError::file(&path))?
            }
            None => return Err(LogError::Head { path }),
        }
        Ok(head)
    }

    /// What is known to be on disk.
    pub(crate) fn position(&self) -> Position {
        self.position
    }

    /// Says that the log is on disk up to `position`. The head itself is only sure to be on disk when it is `durable`; an
    /// older one is no harm, it notices less.
    pub(crate) fn write(&mut self, position: Position, durable: bool) -> io::Result<()> {
        let mut slot = Vec::with_capacity(SLOT_LENGTH);
        write_covered(&position, &mut slot);
        let tag = self.key.tag(Purpose::Head, [&slot, b""]);
        slot.extend_from_slice(b",\"check\":\"");
        write_tag(&tag, &mut slot);
        slot.extend_from_slice(b"\"}");
        slot.resize(SLOT_LENGTH - 1, b' ');
        slot.push(b'\n');
        self.file.write_all_at(&slot, self.next_slot * SLOT_LENGTH as u64)?;
        if durable {
            self.file.sync_all()?;
        }
        self.position = position;
        self.next_slot = 1 - self.next_slot;
        Ok(())
    }

    fn read(&self) -> io::Result<Option<(Position, u64)>> {
        read_slots(&self.file, &self.key)
    }
}

/// The path of the head of the log in `directory`.
pub(crate) fn path_of(directory: &Path) -> PathBuf {
    directory.join(NAME)
}

/// What the head of the log in `directory` says is on disk.
pub(crate) fn read(directory: &Path, key: &Keyed) -> Result<Position, LogError> {
    let path = path_of(directory);
    let file = match File::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(LogError::Head { path });
        }
        opened => opened.map_err(LogError::file(&path))?,
    };
    match read_slots(&file, key).map_err(LogError::file(&path))? {
        Some((position, _)) => Ok(position),
        None => Err(LogError::Head { path }),
    }
}

/// The newer of the two slots that are good, and which it is.
fn read_slots(file: &File, key: &Keyed) -> io::Result<Option<(Position, u64)>> {
    let mut newest: Option<(Position, u64)> = None;
    for slot in 0..2 {
        let mut bytes = [0; SLOT_LENGTH];
        match file.read_exact_at(&mut bytes, slot * SLOT_LENGTH as u64) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
            read => read?,
        }
        if let Some(position) = parse_slot(&bytes, key)
            && newest.is_none_or(|(other, _)| other.sequence <= position.sequence)
        {
            newest = Some((position, slot));
        }
    }
    Ok(newest)
}

fn write_covered(position: &Position, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"seq\":");
    write_number(position.sequence, out);
    out.extend_from_slice(b",\"mac\":\"");
    write_tag(&position.tag, out);
    out.push(b'"');
}

fn parse_slot(bytes: &[u8], key: &Keyed) -> Option<Position> {
    let text = std::str::from_utf8(bytes).ok()?.trim_end();
    let (covered, check) = text.strip_suffix("\"}")?.split_once(",\"check\":\"")?;
    let check = read_tag(check.as_bytes())?;
    if !key.accepts(Purpose::Head, [covered.as_bytes(), b""], &check) {
        return None;
    }
    let (sequence, tag) =
        covered.strip_prefix("{\"seq\":")?.strip_suffix('"')?.split_once(",\"mac\":\"")?;
    Some(Position { sequence: sequence.parse().ok()?, tag: read_tag(tag.as_bytes())? })
}

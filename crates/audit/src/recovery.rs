//! Opening: finding the end of the log, and cutting off what a crash left behind it.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use claviger_model::{Principal, RequestId, TenantId, Timestamp};
use claviger_ports::{AuditRecord, Outcome, Target};

use crate::chain::{Keyed, Position};
use crate::error::{Fault, LogError};
use crate::head::{self, Head};
use crate::line::write_members;
use crate::options::FileAuditOptions;
use crate::queue::Gathered;
use crate::room::Room;
use crate::segment::{self, Rest};
use crate::writer::{WriteError, Writer, create_segment};

/// The operation of the record that notes a recovery.
const RECOVERED: &str = "audit-recovered";

/// Opens the log, ready to be written. The last segment that has records is verified; the others are left to
/// [`crate::verify()`].
pub(crate) fn open(options: &FileAuditOptions) -> Result<(Writer, Head), LogError> {
    let directory = &options.directory;
    segment::make_directory(directory).map_err(LogError::file(directory))?;
    let key = Keyed::new(&options.key);
    let fresh = segment::list(directory).map_err(LogError::file(directory))?.is_empty();
    let mut head = Head::open(directory, &key, fresh)?;
    // Once more, now that the lock keeps other writers away.
    let segments = segment::list(directory).map_err(LogError::file(directory))?;
    let end = End::find(directory, &segments, &key, &head)?;
    let path = segment::path_of(directory, end.segment);
    let opened = if segments.is_empty() {
        create_segment(directory, end.segment)
    } else {
        OpenOptions::new().read(true).write(true).open(&path)
    };
    let mut writer = Writer {
        directory: directory.clone(),
        key,
        file: Arc::new(opened.map_err(LogError::file(&path))?),
        segment: end.segment,
        segment_size: options.segment_size,
        offset: end.offset,
        position: end.position,
        room: Room::default(),
        lines: Vec::new(),
    };
    if end.torn {
        cut_and_note(&mut writer, &mut head, options.opened).map_err(LogError::file(&path))?;
    }
    // Whatever was written before counts as being on disk from now on, so it has to be.
    writer.file.sync_all().map_err(LogError::file(&path))?;
    head.write(writer.position, true).map_err(LogError::file(&path))?;
    Ok((writer, head))
}

/// The end of the log.
struct End {
    segment: u32,
    offset: u64,
    position: Position,
    /// Whether a crash left something behind it.
    torn: bool,
}

impl End {
    fn find(
        directory: &Path,
        segments: &[(u32, PathBuf)],
        key: &Keyed,
        head: &Head,
    ) -> Result<Self, LogError> {
        let Some((last, _)) = segments.last() else {
            return Self::of_nothing(directory, head);
        };
        let mut read = segments.len() - 1;
        while read > 0 && is_empty(&segments[read].1)? {
            read -= 1;
        }
        let path = &segments[read].1;
        let mut position = start_of(segments, read)?;
        let mut matched = position.sequence >= head.position().sequence;
        let walked = segment::walk(path, key, &mut position, |place| {
            matched |= *place == head.position();
        })
        .map_err(LogError::file(path))?;
        let fault = |fault| Err(tampered(path, position.sequence + 1, walked.lines + 1, fault));
        match walked.rest {
            Rest::Wrong(wrong) => return fault(wrong),
            Rest::Torn if read + 1 < segments.len() => return fault(Fault::Torn),
            Rest::Nothing | Rest::Torn => {}
        }
        if position.sequence < head.position().sequence {
            return fault(Fault::Missing);
        }
        if !matched {
            // The chain fits the key and the head doesn't fit the chain: one of them is from another log.
            return Err(LogError::Head { path: head::path_of(directory) });
        }
        let offset = if read + 1 == segments.len() { walked.good_length } else { 0 };
        Ok(Self { segment: *last, offset, position, torn: walked.rest == Rest::Torn })
    }

    fn of_nothing(directory: &Path, head: &Head) -> Result<Self, LogError> {
        if head.position().sequence > 0 {
            return Err(tampered(&segment::path_of(directory, 1), 1, 1, Fault::Missing));
        }
        Ok(Self { segment: 1, offset: 0, position: Position::default(), torn: false })
    }
}

fn tampered(path: &Path, sequence: u64, line: u64, fault: Fault) -> LogError {
    LogError::Tampered { sequence, path: path.to_owned(), line, fault }
}

fn is_empty(path: &Path) -> Result<bool, LogError> {
    Ok(path.metadata().map_err(LogError::file(path))?.len() == 0)
}

/// Where the segment at `index` begins, going by the end of the one before it: if that lies, the first MAC doesn't fit.
fn start_of(segments: &[(u32, PathBuf)], index: usize) -> Result<Position, LogError> {
    let Some((_, before)) = index.checked_sub(1).and_then(|index| segments.get(index)) else {
        return Ok(Position::default());
    };
    let line = segment::last_line(before).map_err(LogError::file(before))?;
    Position::claimed_by(&line).map_err(|fault| tampered(before, 0, 0, fault))
}

/// Cuts off what a crash left, and writes down that it did.
fn cut_and_note(writer: &mut Writer, head: &mut Head, time: Timestamp) -> std::io::Result<()> {
    writer.file.set_len(writer.offset)?;
    let record = AuditRecord {
        time,
        request: RequestId::from_bytes([0; 16]),
        tenant: TenantId::default_tenant(),
        principal: Principal::system(),
        source: None,
        door: "system",
        operation: RECOVERED,
        target: Target::default(),
        outcome: Outcome::Done,
    };
    let mut gathered = Gathered::default();
    gathered.add(|out| write_members(&record, out));
    match writer.write(&gathered, |position| head.write(position, true)) {
        Ok(()) => Ok(()),
        Err(WriteError::Refused(error) | WriteError::Unsynced(error)) => Err(error),
    }
}

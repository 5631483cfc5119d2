//! Verifying a whole log: every record, every segment and the end.

use std::path::Path;

use crate::chain::{Keyed, Position};
use crate::error::{Fault, LogError};
use crate::head;
use crate::options::ChainKey;
use crate::segment::{self, Rest, Walked};

/// A log that is as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many records it has; also the last sequence number.
    pub records: u64,
    /// How many of them were on disk when that was last noted. Of the others, a crash may have taken some from the end.
    pub synced: u64,
    /// How many segments it has.
    pub segments: usize,
    /// Whether it ends in the middle of a record: a crash, or a server that is writing now.
    pub torn: bool,
}

/// Verifies the log in `directory`. A server may write it meanwhile.
///
/// It notices every change to a record, and records or segments that were removed, added or moved, up to the last one that
/// was noted as being on disk. It can't notice that the directory as a whole was put back to an earlier state.
///
/// # Errors
/// [`LogError::Tampered`] with the first sequence number that is wrong; the others if the log can't be read.
pub fn verify(directory: &Path, key: &ChainKey) -> Result<Verified, LogError> {
    let key = Keyed::new(key);
    // The head is read first, so that a log that grows meanwhile is ahead of it.
    let segments = match segment::list(directory) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        listed => listed.map_err(LogError::file(directory))?,
    };
    if segments.is_empty() && !head::path_of(directory).exists() {
        return Err(LogError::Absent { path: directory.to_owned() });
    }
    let head = head::read(directory, &key)?;
    let segments = if segments.is_empty() {
        segments
    } else {
        segment::list(directory).map_err(LogError::file(directory))?
    };
    let mut position = Position::default();
    let mut torn = false;
    let mut matched = head.sequence == 0;
    let mut lines = 0;
    for (index, (_, path)) in segments.iter().enumerate() {
        let walked = segment::walk(path, &key, &mut position, |place| matched |= *place == head)
            .map_err(LogError::file(path))?;
        judge(path, &walked, &position, index + 1 == segments.len())?;
        torn = walked.rest == Rest::Torn;
        lines = walked.lines;
    }
    let end =
        segments.last().map_or_else(|| segment::path_of(directory, 1), |(_, path)| path.clone());
    if position.sequence < head.sequence {
        return Err(LogError::Tampered {
            sequence: position.sequence + 1,
            path: end,
            line: lines + 1,
            fault: Fault::Missing,
        });
    }
    if !matched {
        // The chain fits the key and the head doesn't fit the chain: one of them is from another log.
        return Err(LogError::Head { path: head::path_of(directory) });
    }
    Ok(Verified {
        records: position.sequence,
        synced: head.sequence,
        segments: segments.len(),
        torn,
    })
}

fn judge(path: &Path, walked: &Walked, position: &Position, last: bool) -> Result<(), LogError> {
    let fault = match walked.rest {
        Rest::Nothing => return Ok(()),
        Rest::Torn if last => return Ok(()),
        Rest::Torn => Fault::Torn,
        Rest::Wrong(fault) => fault,
    };
    let (sequence, line) = (position.sequence + 1, walked.lines + 1);
    Err(LogError::Tampered { sequence, path: path.to_owned(), line, fault })
}

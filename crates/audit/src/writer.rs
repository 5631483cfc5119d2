//! Sealing gathered records into the chain and writing them at the end of the last segment.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::chain::{Keyed, Position};
use crate::queue::Gathered;
use crate::room::{LEAST_ROOM, Room};
use crate::segment;

/// Why records weren't written.
pub(crate) enum WriteError {
    /// The file is as it was; the next attempt may succeed.
    Refused(io::Error),
    /// A sync failed: what reached the disk is unknown.
    Unsynced(io::Error),
}

/// The end of the log.
pub(crate) struct Writer {
    pub(crate) directory: PathBuf,
    pub(crate) key: Keyed,
    pub(crate) file: Arc<File>,
    /// The number of the last segment.
    pub(crate) segment: u32,
    pub(crate) segment_size: u64,
    /// Where the last whole record ends.
    pub(crate) offset: u64,
    pub(crate) position: Position,
    pub(crate) room: Room,
    /// The sealed lines of one write.
    pub(crate) lines: Vec<u8>,
}

impl Writer {
    /// Writes all of `gathered`, or none of it. `head` is told of the end of a segment that was filled.
    pub(crate) fn write(
        &mut self,
        gathered: &Gathered,
        head: impl FnOnce(Position) -> io::Result<()>,
    ) -> Result<(), WriteError> {
        if self.offset >= self.segment_size {
            self.begin_segment(head)?;
        }
        self.lines.clear();
        let mut position = self.position;
        for members in gathered.records() {
            position.seal(&self.key, members, &mut self.lines);
        }
        // Room that cannot be set aside is reported by the check before an operation; these records are past it, and
        // perhaps there is just enough for them.
        let _ = self.room.ensure(&self.file, self.offset);
        if let Err(error) = self.file.write_all_at(&self.lines, self.offset) {
            self.cut();
            return Err(WriteError::Refused(error));
        }
        self.offset += self.lines.len() as u64;
        self.position = position;
        Ok(())
    }

    /// Whether an operation's record would have room.
    pub(crate) fn ensure_room(&mut self) -> io::Result<()> {
        self.room.ensure(&self.file, self.offset)
    }

    /// How many bytes can be written without asking for more.
    pub(crate) fn room_left(&self) -> u64 {
        self.room.left(self.offset)
    }

    /// Gives back what is set aside and what a failed write left behind the last whole record. If that fails too, the next
    /// write overwrites it, and the next start cuts it off.
    pub(crate) fn cut(&mut self) {
        let _ = self.file.set_len(self.offset);
        self.room.cut(self.offset);
    }

    /// Closes the last segment and begins the next one. The old one is on disk before the new one exists, so that a power
    /// cut never leaves a hole between them.
    fn begin_segment(
        &mut self,
        head: impl FnOnce(Position) -> io::Result<()>,
    ) -> Result<(), WriteError> {
        self.cut();
        self.file.sync_all().map_err(WriteError::Unsynced)?;
        head(self.position).map_err(WriteError::Refused)?;
        let file =
            create_segment(&self.directory, self.segment + 1).map_err(WriteError::Refused)?;
        let mut room = Room::default();
        if let Err(error) = room.ensure(&file, 0) {
            // The full segment stays the last one, and an empty one behind it is no harm.
            return Err(WriteError::Refused(error));
        }
        self.file = Arc::new(file);
        self.segment += 1;
        self.offset = 0;
        self.room = room;
        Ok(())
    }
}

/// Makes the empty segment `number`, durably.
pub(crate) fn create_segment(directory: &Path, number: u32) -> io::Result<File> {
    let file = segment::open_file(&segment::path_of(directory, number))?;
    file.set_len(0)?;
    file.sync_all()?;
    File::open(directory)?.sync_all()?;
    Ok(file)
}

/// Whether `room`, in bytes, lets an operation begin.
pub(crate) fn is_enough(room: u64) -> bool {
    room >= LEAST_ROOM
}

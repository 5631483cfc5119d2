//! Room on the disk, set aside ahead of the records, so that a full disk shows before an operation changes anything.

use std::fs::File;
use std::io;

use rustix::fs::FallocateFlags;
use rustix::io::Errno;

/// What is set aside at a time, in bytes: as much as there is of these.
const STEPS: [u64; 4] = [4 << 20, 1 << 20, 256 << 10, 64 << 10];

/// Without this many bytes of room no operation begins: records of some hundred operations under way.
pub(crate) const LEAST_ROOM: u64 = 64 << 10;

/// Room behind the end of one file.
#[derive(Default)]
pub(crate) struct Room {
    /// Up to which offset room is set aside.
    until: u64,
}

impl Room {
    /// How many bytes can be written at `offset` without asking for more.
    pub(crate) fn left(&self, offset: u64) -> u64 {
        self.until.saturating_sub(offset)
    }

    /// The file was cut at `offset`, which gave back what was set aside behind it.
    pub(crate) fn cut(&mut self, offset: u64) {
        self.until = offset;
    }

    /// Sets room aside if less than [`LEAST_ROOM`] is left behind `offset`.
    pub(crate) fn ensure(&mut self, file: &File, offset: u64) -> io::Result<()> {
        if self.left(offset) >= LEAST_ROOM {
            return Ok(());
        }
        let start = self.until.max(offset);
        let mut refusal = Errno::NOSPC;
        for step in STEPS {
            match rustix::fs::fallocate(file, FallocateFlags::KEEP_SIZE, start, step) {
                Ok(()) => {
                    self.until = start + step;
                    return Ok(());
                }
                Err(Errno::OPNOTSUPP | Errno::NOSYS) => return self.count_free(file, offset),
                Err(error) => refusal = error,
            }
        }
        Err(refusal.into())
    }

    /// Where nothing can be set aside, what is free must do.
    fn count_free(&mut self, file: &File, offset: u64) -> io::Result<()> {
        let system = rustix::fs::fstatvfs(file)?;
        let free = system.f_bavail.saturating_mul(system.f_frsize);
        if free < LEAST_ROOM {
            return Err(Errno::NOSPC.into());
        }
        self.until = offset + free.min(STEPS[1]);
        Ok(())
    }
}

//! Puts a file on disk while it is still written, so that little is left to wait for at its end.

use std::fs::File;
use std::io::{self, Write};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

/// How much is written before the disk is told to begin, in bytes.
const STEP: usize = 32 << 20;

/// A writer that has the system put what it wrote on disk, every now and then, by a thread of its own.
#[derive(Debug)]
pub(super) struct EarlySync {
    file: File,
    /// What was written since the disk was last told.
    pending: usize,
    /// From the first step on; none where there is no thread to be had, which is slower and no less right.
    syncing: Option<Syncing>,
}

#[derive(Debug)]
struct Syncing {
    wake: SyncSender<()>,
    thread: JoinHandle<io::Result<()>>,
}

impl EarlySync {
    /// Writes to this file.
    pub(super) fn new(file: &File) -> io::Result<Self> {
        Ok(Self { file: file.try_clone()?, pending: 0, syncing: None })
    }

    /// Puts everything on disk.
    ///
    /// # Errors
    /// What the system said at any time: it tells each failure once, to whoever syncs first.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        if let Some(Syncing { wake, thread }) = self.syncing.take() {
            drop(wake);
            thread.join().map_err(|_| io::Error::other("the thread that syncs it failed"))??;
        }
        self.file.sync_all()
    }

    fn step(&mut self) {
        self.pending = 0;
        if self.syncing.is_none() {
            self.syncing = Syncing::start(&self.file);
        }
        if let Some(syncing) = &self.syncing {
            // When it is still at the last step, this one belongs to the next; when it failed, the end will tell.
            let _ = syncing.wake.try_send(());
        }
    }
}

impl Syncing {
    fn start(file: &File) -> Option<Self> {
        let file = file.try_clone().ok()?;
        let (wake, steps) = sync_channel(1);
        let work = move || {
            for () in steps {
                file.sync_data()?;
            }
            Ok(())
        };
        thread::Builder::new().spawn(work).ok().map(|thread| Self { wake, thread })
    }
}

impl Write for EarlySync {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.pending += written;
        if self.pending >= STEP {
            self.step();
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::{EarlySync, STEP};

    #[test]
    fn what_is_written_in_several_steps_is_whole() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut writer = EarlySync::new(file.as_file()).unwrap();
        let block = vec![7; STEP / 4];
        for _ in 0..9 {
            writer.write_all(&block).unwrap();
        }
        assert!(writer.syncing.is_some());
        writer.finish().unwrap();
        assert_eq!(file.as_file().metadata().unwrap().len(), 9 * block.len() as u64);
    }

    #[test]
    fn a_small_file_needs_no_thread() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut writer = EarlySync::new(file.as_file()).unwrap();
        writer.write_all(b"small").unwrap();
        assert!(writer.syncing.is_none());
        writer.finish().unwrap();
    }
}

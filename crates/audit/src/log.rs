//! The log: appending, and writing what arrived together with one call.
//!
//! An append adds its records to the queue and lets the tasks that are ready run once; whoever comes back first writes what
//! all of them added, and the others find it done. So one write, and not one per request, is paid for what the runtime had
//! at hand anyway, and nobody waits for a timer.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use async_trait::async_trait;
use claviger_ports::{AuditError, AuditLog, AuditRecord, Durability};
use parking_lot::{Mutex, MutexGuard};

use crate::error::LogError;
use crate::line::write_members;
use crate::options::{FileAuditOptions, SyncMode};
use crate::queue::{Batch, Fate, Gathered, Queue};
use crate::recovery;
use crate::sync::Sync;
use crate::writer::{WriteError, Writer, is_enough};

/// The audit log in files below one directory.
///
/// Dropping it writes and syncs what is left.
pub struct FileAuditLog {
    shared: Arc<Shared>,
    always: bool,
    deadline: Duration,
    syncing: Option<JoinHandle<()>>,
}

struct Shared {
    queue: Mutex<Queue>,
    writing: Mutex<Writing>,
    sync: Sync,
    /// How many bytes can be written without asking for more, as of the last write.
    room: AtomicU64,
}

/// What only whoever writes has.
struct Writing {
    writer: Writer,
    taken: Gathered,
}

/// How many batches a task writes, its own and those left to it, before it hands over.
const ROUNDS: usize = 4;

thread_local! {
    /// Where records get their text before the queue is locked.
    static TEXT: RefCell<Gathered> = RefCell::default();
}

impl FileAuditLog {
    /// Opens the log, or begins one in an empty directory. A record that a crash cut in two is cut off, which is noted in
    /// the log by a record with the operation `audit-recovered`.
    ///
    /// # Errors
    /// [`LogError`]: the directory can't be used, another process uses it, or the end of the log isn't what was written.
    pub fn open(options: FileAuditOptions) -> Result<Self, LogError> {
        let directory = options.directory.clone();
        let mut log = Self::without_thread(options)?;
        let shared = Arc::clone(&log.shared);
        let syncing = std::thread::Builder::new()
            .name("audit-sync".to_owned())
            .spawn(move || shared.sync.run())
            .map_err(LogError::file(&directory))?;
        log.syncing = Some(syncing);
        Ok(log)
    }

    /// A log that nobody syncs.
    fn without_thread(options: FileAuditOptions) -> Result<Self, LogError> {
        let (mut writer, head) = recovery::open(&options)?;
        // A full disk is no reason not to start: the check before each operation reports it.
        let _ = writer.ensure_room();
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            room: AtomicU64::new(writer.room_left()),
            sync: Sync::new(options.sync, Arc::clone(&writer.file), writer.position, head),
            writing: Mutex::new(Writing { writer, taken: Gathered::default() }),
        });
        Ok(Self {
            shared,
            always: options.sync == SyncMode::Always,
            deadline: options.deadline,
            syncing: None,
        })
    }
}

#[async_trait]
impl AuditLog for FileAuditLog {
    fn check(&self) -> Result<(), AuditError> {
        self.shared.refuse_if_poisoned()?;
        if self.shared.sync.running_for().is_some_and(|time| time > self.deadline) {
            return Err(late(self.deadline));
        }
        if is_enough(self.shared.room.load(Ordering::Relaxed)) {
            return Ok(());
        }
        self.shared.ensure_room()
    }

    async fn append(
        &self,
        records: Vec<AuditRecord>,
        durability: Durability,
    ) -> Result<(), AuditError> {
        if records.is_empty() {
            return Ok(());
        }
        self.shared.refuse_if_poisoned()?;
        let added = Added { shared: &self.shared, batch: self.shared.add(&records) };
        drop(records);
        let sequence = added.written().await.map_err(unavailable)?;
        if self.always || durability == Durability::Synced {
            let reached = tokio::time::timeout(self.deadline, self.shared.sync.reached(sequence));
            reached.await.map_err(|_| late(self.deadline))?.map_err(unavailable)?;
        }
        Ok(())
    }
}

impl Drop for FileAuditLog {
    fn drop(&mut self) {
        self.shared.write_rest();
        self.shared.sync.stop();
        if let Some(syncing) = self.syncing.take() {
            // It cannot panic on anything that comes from outside; if it did, nothing is left to be done here.
            let _ = syncing.join();
        }
        self.shared.writing.lock().writer.cut();
    }
}

/// Records that are in the queue. Dropping it writes them: what was done is recorded though nobody waits any more.
struct Added<'a> {
    shared: &'a Shared,
    batch: Arc<Batch>,
}

impl Added<'_> {
    /// Waits until the records are written.
    async fn written(&self) -> Fate {
        tokio::task::yield_now().await;
        if let Some(fate) = self.batch.fate() {
            return fate.clone();
        }
        self.shared.try_write();
        loop {
            if self.batch.fate().is_none() {
                // Somebody writes now, perhaps without these records. Leave them to him; if he is just done, he missed that.
                self.shared.queue.lock().desert();
                self.shared.try_write();
            }
            if let Some(fate) = self.batch.settled_or_handed_over().await {
                return fate;
            }
        }
    }
}

impl Drop for Added<'_> {
    fn drop(&mut self) {
        if self.batch.fate().is_none() {
            self.shared.queue.lock().desert();
            self.shared.try_write();
        }
    }
}

impl Shared {
    fn refuse_if_poisoned(&self) -> Result<(), AuditError> {
        self.sync.poison().map_or(Ok(()), |reason| Err(unavailable(Arc::clone(reason))))
    }

    fn add(&self, records: &[AuditRecord]) -> Arc<Batch> {
        TEXT.with_borrow_mut(|text| {
            text.clear();
            for record in records {
                text.add(|out| write_members(record, out));
            }
            self.queue.lock().add(text)
        })
    }

    /// Writes what is in the queue, unless somebody writes now.
    fn try_write(&self) {
        if let Some(writing) = self.writing.try_lock() {
            self.write_and_leave(writing);
        }
    }

    /// Writes what is in the queue.
    fn write_rest(&self) {
        let writing = self.writing.lock();
        self.write_and_leave(writing);
    }

    /// Writes what is in the queue, and then what was left to whoever held `writing`.
    fn write_and_leave<'a>(&'a self, mut writing: MutexGuard<'a, Writing>) {
        for _ in 0..ROUNDS {
            self.write_queue(&mut writing);
            drop(writing);
            if !self.queue.lock().take_deserted() {
                return;
            }
            // If another one writes now, perhaps he took the queue before these records were in it: leave them to him,
            // and look once more, since he may be just done.
            let again = self.writing.try_lock().or_else(|| {
                self.queue.lock().desert();
                self.writing.try_lock()
            });
            match again {
                Some(again) => writing = again,
                None => return,
            }
        }
        // Enough for others; the task that writes has a request of its own to answer.
        drop(writing);
        let batch = self.queue.lock().batch();
        batch.hand_over();
    }

    fn write_queue(&self, writing: &mut Writing) {
        let Writing { writer, taken } = writing;
        taken.clear();
        let Some(batch) = self.queue.lock().take(taken) else {
            return;
        };
        if let Some(reason) = self.sync.poison() {
            batch.settle(Err(Arc::clone(reason)));
            return;
        }
        let written = writer.write(taken, |position| self.sync.note_filled(position));
        self.room.store(writer.room_left(), Ordering::Relaxed);
        batch.settle(match written {
            Ok(()) => {
                self.sync.note_written(&writer.file, writer.position);
                Ok(writer.position.sequence)
            }
            Err(WriteError::Refused(error)) => Err(error.to_string().into()),
            Err(WriteError::Unsynced(error)) => Err(self.sync.poison_with(&error)),
        });
    }

    fn ensure_room(&self) -> Result<(), AuditError> {
        let mut writing = self.writing.lock();
        let ensured = writing.writer.ensure_room();
        self.room.store(writing.writer.room_left(), Ordering::Relaxed);
        // Records may have been left to this task while it held the lock.
        self.write_and_leave(writing);
        ensured.map_err(|error| unavailable(format!("no room for its records: {error}").into()))
    }
}

fn unavailable(reason: Arc<str>) -> AuditError {
    AuditError::Unavailable { reason: reason.as_ref().to_owned() }
}

fn late(deadline: Duration) -> AuditError {
    AuditError::Unavailable { reason: format!("its disk has not answered for {deadline:?}") }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use claviger_model::Timestamp;
    use claviger_ports::{AuditError, AuditLog as _, Durability};
    use claviger_testkit::audit::record;

    use super::FileAuditLog;
    use crate::options::FileAuditOptions;

    /// Nobody syncs this log, as when a disk hangs.
    #[tokio::test]
    async fn a_disk_that_hangs_hangs_nobody() {
        let directory = tempfile::tempdir().unwrap();
        let time = Timestamp::from_milliseconds(0);
        let options = FileAuditOptions {
            deadline: Duration::from_millis(20),
            ..FileAuditOptions::new(directory.path().to_owned(), [7; 32].into(), time)
        };
        let log = FileAuditLog::without_thread(options).unwrap();
        log.append(vec![record(1)], Durability::Written).await.unwrap();
        let Err(AuditError::Unavailable { reason }) =
            log.append(vec![record(2)], Durability::Synced).await
        else {
            panic!("nothing was synced");
        };
        assert_eq!(reason, "its disk has not answered for 20ms");
        log.check().unwrap();
        log.shared.sync.pretend_running();
        tokio::time::sleep(Duration::from_millis(40)).await;
        assert!(log.check().is_err(), "a sync that takes too long is noticed ahead");
    }

    /// A task that is given up between adding its record and writing it, whatever others do meanwhile.
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn what_is_given_up_is_written() {
        let directory = tempfile::tempdir().unwrap();
        let time = Timestamp::from_milliseconds(0);
        let options = FileAuditOptions::new(directory.path().to_owned(), [7; 32].into(), time);
        let log = std::sync::Arc::new(FileAuditLog::open(options).unwrap());
        let tasks: Vec<_> = (0..8_u64)
            .map(|task| {
                let log = std::sync::Arc::clone(&log);
                tokio::spawn(async move {
                    for turn in 0..500 {
                        let mut append =
                            log.append(vec![record(task * 500 + turn)], Durability::Written);
                        if turn % 2 == 0 {
                            std::future::poll_fn(|context| {
                                let _ = append.as_mut().poll(context);
                                std::task::Poll::Ready(())
                            })
                            .await;
                        } else {
                            append.await.unwrap();
                        }
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(log.shared.writing.lock().writer.position.sequence, 4_000);
    }
}

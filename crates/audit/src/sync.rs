//! Bringing what was written to the disk: a thread that syncs when somebody waits, or soon after something was written.
//!
//! Everything written before a sync began is released by it. While it runs the next batch forms; only where many wait at once
//! does a sync stand back a moment for more of them. After a failed sync nothing is retried: the system may have dropped the
//! pages, and a second sync would succeed without them.

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::chain::Position;
use crate::head::Head;
use crate::options::SyncMode;
use crate::queue::{Batch, Fate};

/// What the writer and the thread share.
pub(crate) struct Sync {
    state: Mutex<State>,
    changed: Condvar,
    head: Mutex<Head>,
    /// Why nothing may be written any more.
    poison: OnceLock<Arc<str>>,
    /// How long after the first unsynced record a sync begins that nobody waits for.
    delay: Duration,
    began: Instant,
    /// When the sync that runs now began, in milliseconds after `began`, plus one; 0 if none runs.
    running: AtomicU64,
}

struct State {
    file: Arc<File>,
    /// How far the log is written.
    written: Position,
    /// How far it is on disk.
    synced: u64,
    dirty_since: Option<Instant>,
    /// How many wait for the next sync.
    waiting: usize,
    /// How many come at once: those that the last sync released, and those that waited for the next one by then.
    company: usize,
    next: Arc<Batch>,
    stop: bool,
}

/// How many must come at once for a sync to wait for them: fewer gain nothing by it.
const COMPANY: usize = 8;
/// How long it waits at most. A sync takes longer than that on most disks.
const GATHERING: Duration = Duration::from_micros(200);

impl Sync {
    /// Begins with a log that is on disk up to `position`.
    pub(crate) fn new(mode: SyncMode, file: Arc<File>, position: Position, head: Head) -> Self {
        let interval = match mode {
            SyncMode::Interval(interval) => interval,
            // Everything is awaited; what remains are records whose requests were given up.
            SyncMode::Always => Duration::ZERO,
        };
        Self {
            state: Mutex::new(State {
                file,
                written: position,
                synced: position.sequence,
                dirty_since: None,
                waiting: 0,
                company: 0,
                next: Arc::default(),
                stop: false,
            }),
            changed: Condvar::new(),
            head: Mutex::new(head),
            poison: OnceLock::new(),
            // The other half of the interval is for the disk.
            delay: interval / 2,
            began: Instant::now(),
            running: AtomicU64::new(0),
        }
    }

    /// The log was written up to `position`, in `file`.
    pub(crate) fn note_written(&self, file: &Arc<File>, position: Position) {
        let mut state = self.state.lock();
        if !Arc::ptr_eq(&state.file, file) {
            state.file = Arc::clone(file);
        }
        state.written = position;
        if state.dirty_since.is_none() {
            state.dirty_since = Some(Instant::now());
            self.changed.notify_one();
        }
    }

    /// A segment was filled and is on disk up to `position`.
    pub(crate) fn note_filled(&self, position: Position) -> io::Result<()> {
        self.head.lock().write(position, true)
    }

    /// Waits until the log is on disk up to record `sequence`.
    pub(crate) async fn reached(&self, sequence: u64) -> Fate {
        let batch = {
            let mut state = self.state.lock();
            if state.synced >= sequence {
                return Ok(state.synced);
            }
            if let Some(reason) = self.poison.get() {
                return Err(Arc::clone(reason));
            }
            state.waiting += 1;
            // The first one wakes the thread; and whoever completes the company that it waits for.
            if state.waiting == 1 || state.waiting == state.company {
                self.changed.notify_one();
            }
            Arc::clone(&state.next)
        };
        batch.settled().await
    }

    /// Why nothing may be written any more, if so.
    pub(crate) fn poison(&self) -> Option<&Arc<str>> {
        self.poison.get()
    }

    /// Nothing may be written any more.
    pub(crate) fn poison_with(&self, error: &io::Error) -> Arc<str> {
        let reason = format!(
            "a sync failed ({error}), so what reached the disk is unknown; check the disk and restart the server"
        );
        Arc::clone(self.poison.get_or_init(|| reason.into()))
    }

    /// How long the sync has been running that runs now.
    pub(crate) fn running_for(&self) -> Option<Duration> {
        let mark = self.running.load(Ordering::Relaxed).checked_sub(1)?;
        Some(self.began.elapsed().saturating_sub(Duration::from_millis(mark)))
    }

    /// A sync runs from now on, for a test.
    #[cfg(test)]
    pub(crate) fn pretend_running(&self) {
        self.running.store(self.mark(), Ordering::Relaxed);
    }

    /// The time now, as `running` has it.
    fn mark(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX - 1) + 1
    }

    /// Ends [`Self::run`] after one last sync.
    pub(crate) fn stop(&self) {
        self.state.lock().stop = true;
        self.changed.notify_one();
    }

    /// Syncs until [`Self::stop`] or a failure: the body of the thread.
    pub(crate) fn run(&self) {
        while let Some(work) = self.wait_for_work() {
            let last = work.last;
            self.running.store(self.mark(), Ordering::Relaxed);
            let fate = self.sync(&work);
            self.running.store(0, Ordering::Relaxed);
            {
                let mut state = self.state.lock();
                state.company = work.waiting + state.waiting;
                if fate.is_ok() {
                    state.synced = work.written.sequence;
                }
            }
            let failed = fate.is_err();
            work.batch.settle(fate.clone());
            if failed {
                // Whoever came in between must not wait for ever; whoever comes later sees the poison.
                let next = std::mem::take(&mut self.state.lock().next);
                next.settle(fate);
            }
            if failed || last {
                return;
            }
        }
    }

    fn sync(&self, work: &Work) -> Fate {
        if let Some(reason) = self.poison.get() {
            return Err(Arc::clone(reason));
        }
        if let Err(error) = rustix::fs::fdatasync(&work.file) {
            return Err(self.poison_with(&error.into()));
        }
        let mut head = self.head.lock();
        // A segment that was filled meanwhile has moved the head further.
        if head.position().sequence < work.written.sequence
            && let Err(error) = head.write(work.written, false)
        {
            return Err(self.poison_with(&error));
        }
        Ok(work.written.sequence)
    }

    fn wait_for_work(&self) -> Option<Work> {
        let mut state = self.state.lock();
        loop {
            let due = state.dirty_since.map(|since| since + self.delay);
            if state.waiting > 0 || state.stop || due.is_some_and(|due| due <= Instant::now()) {
                break;
            }
            match due {
                Some(due) => drop(self.changed.wait_until(&mut state, due)),
                None => self.changed.wait(&mut state),
            }
        }
        if state.stop && state.dirty_since.is_none() && state.waiting == 0 {
            return None;
        }
        self.gather(&mut state);
        state.dirty_since = None;
        Some(Work {
            file: Arc::clone(&state.file),
            written: state.written,
            batch: std::mem::take(&mut state.next),
            waiting: std::mem::take(&mut state.waiting),
            last: state.stop,
        })
    }

    /// When many come at once, a sync waits a moment for all of them: those that the last one released ask again soon, and one
    /// sync for all costs less than two that take turns.
    fn gather(&self, state: &mut MutexGuard<'_, State>) {
        let until = Instant::now() + GATHERING;
        while state.company >= COMPANY && state.waiting < state.company && !state.stop {
            if self.changed.wait_until(state, until).timed_out() {
                break;
            }
        }
    }
}

/// One sync.
struct Work {
    file: Arc<File>,
    written: Position,
    batch: Arc<Batch>,
    /// How many wait for it.
    waiting: usize,
    /// Whether none follows.
    last: bool,
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::fd::OwnedFd;
    use std::sync::Arc;

    use super::Sync;
    use crate::chain::{Keyed, Position};
    use crate::head::Head;
    use crate::options::SyncMode;

    #[tokio::test]
    async fn after_a_failed_sync_nothing_succeeds_any_more() {
        let directory = tempfile::tempdir().unwrap();
        let head = Head::open(directory.path(), &Keyed::new(&[7; 32].into()), true).unwrap();
        // A pipe can be opened as a file and not be synced.
        let (_reader, pipe) = std::io::pipe().unwrap();
        let pipe = Arc::new(File::from(OwnedFd::from(pipe)));
        let sync =
            Arc::new(Sync::new(SyncMode::Always, Arc::clone(&pipe), Position::default(), head));
        let of_thread = Arc::clone(&sync);
        let thread = std::thread::spawn(move || of_thread.run());
        sync.note_written(&pipe, Position { sequence: 1, ..Position::default() });
        let waits: Vec<_> = (0..8)
            .map(|_| {
                let sync = Arc::clone(&sync);
                tokio::spawn(async move { sync.reached(1).await })
            })
            .collect();
        for wait in waits {
            assert!(wait.await.unwrap().is_err());
        }
        let reason = sync.poison().unwrap();
        assert!(reason.contains("a sync failed") && reason.contains("restart"), "{reason}");
        assert!(sync.reached(1).await.is_err(), "it is never tried again");
        thread.join().unwrap();
    }
}

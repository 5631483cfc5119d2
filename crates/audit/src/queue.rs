//! Records that arrived together, and waiting for what became of them.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Poll, Waker};

use parking_lot::Mutex;

/// What became of a batch: how far the log reached with it, or why not.
pub(crate) type Fate = Result<u64, Arc<str>>;

/// Something that several tasks wait for.
#[derive(Default)]
pub(crate) struct Batch {
    fate: OnceLock<Fate>,
    waiting: Mutex<Vec<Waker>>,
    /// Somebody who waits shall look after it himself.
    handed_over: AtomicBool,
}

impl Batch {
    /// What became of it, once that is known.
    pub(crate) fn fate(&self) -> Option<&Fate> {
        self.fate.get()
    }

    /// Says what became of it and wakes whoever waits. Only the first time counts.
    pub(crate) fn settle(&self, fate: Fate) {
        // A second fate can't be: whoever settles a batch has taken it out of the queue.
        let _ = self.fate.set(fate);
        let waiting = std::mem::take(&mut *self.waiting.lock());
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Asks those who wait to look after it themselves.
    pub(crate) fn hand_over(&self) {
        // Whoever comes too late to be woken sees this instead.
        self.handed_over.store(true, Ordering::SeqCst);
        let waiting = std::mem::take(&mut *self.waiting.lock());
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Waits until it is known; or, without a fate, until somebody asks to look after it.
    pub(crate) async fn settled_or_handed_over(&self) -> Option<Fate> {
        let mut waits = false;
        poll_fn(|context| {
            if let Some(fate) = self.fate.get() {
                return Poll::Ready(Some(fate.clone()));
            }
            if waits {
                return Poll::Ready(None);
            }
            self.waiting.lock().push(context.waker().clone());
            waits = true;
            if let Some(fate) = self.fate.get() {
                return Poll::Ready(Some(fate.clone()));
            }
            if self.handed_over.swap(false, Ordering::SeqCst) {
                return Poll::Ready(None);
            }
            Poll::Pending
        })
        .await
    }

    /// Waits until it is known.
    pub(crate) async fn settled(&self) -> Fate {
        let mut place = None;
        poll_fn(|context| {
            if let Some(fate) = self.fate.get() {
                return Poll::Ready(fate.clone());
            }
            let mut waiting = self.waiting.lock();
            match place.and_then(|place: usize| waiting.get_mut(place)) {
                Some(waker) => waker.clone_from(context.waker()),
                None => {
                    place = Some(waiting.len());
                    waiting.push(context.waker().clone());
                }
            }
            drop(waiting);
            // It may have been settled, and the wakers taken, in between.
            self.fate.get().map_or(Poll::Pending, |fate| Poll::Ready(fate.clone()))
        })
        .await
    }
}

/// The members of several records, one behind the other.
#[derive(Default)]
pub(crate) struct Gathered {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Gathered {
    /// Adds one record, which `write` writes.
    pub(crate) fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.bytes);
        self.ends.push(self.bytes.len());
    }

    /// Adds all of `other`.
    pub(crate) fn add_all(&mut self, other: &Self) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&other.bytes);
        self.ends.extend(other.ends.iter().map(|end| start + end));
    }

    /// The records, in order.
    pub(crate) fn records(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let record = &self.bytes[start..*end];
            start = *end;
            record
        })
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Forgets them and keeps the memory, unless an unusual batch made it large.
    pub(crate) fn clear(&mut self) {
        const MOST: usize = 1 << 20;
        self.bytes.clear();
        self.bytes.shrink_to(MOST);
        self.ends.clear();
        self.ends.shrink_to(MOST / 64);
    }
}

/// The records that wait to be written.
#[derive(Default)]
pub(crate) struct Queue {
    gathered: Gathered,
    batch: Arc<Batch>,
    deserted: bool,
}

impl Queue {
    /// Adds records; what becomes of them is the fate of the batch.
    pub(crate) fn add(&mut self, gathered: &Gathered) -> Arc<Batch> {
        self.gathered.add_all(gathered);
        Arc::clone(&self.batch)
    }

    /// Takes all records and puts the empty `spare` in their place.
    pub(crate) fn take(&mut self, spare: &mut Gathered) -> Option<Arc<Batch>> {
        if self.gathered.is_empty() {
            return None;
        }
        std::mem::swap(&mut self.gathered, spare);
        Some(std::mem::take(&mut self.batch))
    }

    /// Leaves what waits to whoever writes now.
    pub(crate) fn desert(&mut self) {
        self.deserted = true;
    }

    /// The batch of the records that wait.
    pub(crate) fn batch(&self) -> Arc<Batch> {
        Arc::clone(&self.batch)
    }

    /// Whether records were left to whoever wrote.
    pub(crate) fn take_deserted(&mut self) -> bool {
        std::mem::take(&mut self.deserted)
    }
}

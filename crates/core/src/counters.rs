//! How often each operation was done and refused since the start.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::operations::{Description, OPERATIONS};

/// How often one operation was done and refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationCount {
    /// The operation's stable name.
    pub operation: &'static str,
    /// How often it was done.
    pub done: u64,
    /// How often it was refused or failed.
    pub refused: u64,
}

pub(crate) struct Counters(Vec<[AtomicU64; 2]>);

impl Counters {
    pub(crate) fn new() -> Self {
        Self(OPERATIONS.iter().map(|_| [AtomicU64::new(0), AtomicU64::new(0)]).collect())
    }

    pub(crate) fn count(&self, operation: &Description, done: bool) {
        self.0[operation.index][usize::from(!done)].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Vec<OperationCount> {
        OPERATIONS
            .iter()
            .zip(&self.0)
            .map(|(operation, [done, refused])| OperationCount {
                operation: operation.name,
                done: done.load(Ordering::Relaxed),
                refused: refused.load(Ordering::Relaxed),
            })
            .collect()
    }
}

//! Request identifiers: version 7 UUIDs, made without a system call.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};

use claviger_model::{RequestId, Timestamp};

/// Makes request identifiers. They are unique, but no secret: nothing is decided by knowing one.
pub(crate) struct RequestIds {
    counter: AtomicU64,
    /// A keyed hash with a key that differs in every process.
    hasher: RandomState,
}

impl RequestIds {
    pub(crate) fn new() -> Self {
        Self { counter: AtomicU64::new(0), hasher: RandomState::new() }
    }

    /// The next identifier.
    pub(crate) fn next(&self, now: Timestamp) -> RequestId {
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.hasher.hash_one(number).to_be_bytes());
        // Requests of one millisecond differ here for certain, up to 65,536 of them.
        random[8..].copy_from_slice(&number.to_be_bytes()[6..]);
        RequestId::new(u64::try_from(now.milliseconds()).unwrap_or(0), &random)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use claviger_model::Timestamp;

    use super::RequestIds;

    #[test]
    fn identifiers_differ_within_a_millisecond() {
        let ids = RequestIds::new();
        let now = Timestamp::from_milliseconds(1_769_860_800_125);
        let made: HashSet<_> = (0..10_000).map(|_| ids.next(now)).collect();
        assert_eq!(made.len(), 10_000);
        let text = ids.next(now).to_string();
        assert!(text.starts_with("019c13ec-9e7d-7"), "{text}");
        assert_eq!(&text[14..15], "7");
    }
}

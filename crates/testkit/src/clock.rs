//! A clock that stands still until a test moves it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use claviger_model::Timestamp;
use claviger_ports::Clock;

/// A clock that stands still until a test moves it.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that stands at `time`.
    #[must_use]
    pub const fn new(time: Timestamp) -> Self {
        Self(AtomicI64::new(time.milliseconds()))
    }

    /// Puts the clock forward or back to `time`.
    pub fn set(&self, time: Timestamp) {
        self.0.store(time.milliseconds(), Ordering::SeqCst);
    }

    /// Puts the clock forward by `duration`.
    pub fn advance(&self, duration: Duration) {
        self.set(self.now().plus(duration));
    }
}

impl Default for FixedClock {
    /// A clock that stands at 2026-01-01T00:00:00Z.
    fn default() -> Self {
        Self::new(Timestamp::from_milliseconds(1_767_225_600_000))
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_milliseconds(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use claviger_model::Timestamp;
    use claviger_ports::Clock as _;

    use super::FixedClock;

    #[test]
    fn it_moves_when_told() {
        let clock = FixedClock::default();
        let before = clock.now();
        assert_eq!(clock.now(), before);
        clock.advance(Duration::from_secs(2));
        assert_eq!(clock.now().milliseconds(), before.milliseconds() + 2_000);
        clock.set(Timestamp::from_milliseconds(-5));
        assert_eq!(clock.now(), Timestamp::from_milliseconds(-5));
    }
}

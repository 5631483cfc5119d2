//! The clock of this machine, for the one command that compares it with the service's.

#![expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub(crate) fn now() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |past| -past),
    }
}

/// A point on the clock that only goes forward.
pub(crate) fn instant() -> Instant {
    Instant::now()
}

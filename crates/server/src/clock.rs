//! The system's clock: the one place of the service that asks what time it is.

#![expect(
    clippy::disallowed_methods,
    reason = "this is the clock that everybody else takes as a parameter"
)]

use std::time::{SystemTime, UNIX_EPOCH};

use claviger_model::Timestamp;
use claviger_ports::Clock;

/// The system's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // A clock before 1970 is broken: the service goes on with 1970, and dates act when the clock is right again.
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_milliseconds(i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
    }
}

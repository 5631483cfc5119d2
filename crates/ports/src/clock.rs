//! The clock.

use claviger_model::Timestamp;

/// What time it is. The core never asks anybody else.
pub trait Clock: Send + Sync + 'static {
    /// The time now. May step backwards; whoever needs an order counts instead.
    fn now(&self) -> Timestamp;
}

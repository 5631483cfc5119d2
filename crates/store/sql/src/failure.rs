//! What a database's failure means for whoever asked the store.

use claviger_ports::StoreError;

use crate::dialect::Failure;

/// The port's error for a failure of a statement on `table`.
pub(crate) fn store_error(table: &'static str, failure: &Failure) -> StoreError {
    match failure {
        Failure::Unique => StoreError::AlreadyExists { table },
        Failure::Full => StoreError::Full,
        Failure::ReadOnly => StoreError::ReadOnly,
        Failure::Corrupt => {
            StoreError::Inconsistency { table, column: "(any)", row: "(unknown)".to_owned() }
        }
        Failure::Refused(reason) | Failure::Broken(reason) => {
            StoreError::Unavailable { reason: reason.clone() }
        }
    }
}

/// The port's error for a failure of the transaction's end, after which it may or may not have been made. Only a full or
/// read-only disk says that it wasn't.
pub(crate) fn unknown_outcome(failure: &Failure) -> StoreError {
    match failure {
        Failure::Full => StoreError::Full,
        Failure::ReadOnly => StoreError::ReadOnly,
        Failure::Unique => unknown("a constraint failed at the end of the transaction"),
        Failure::Corrupt => unknown("the database is damaged"),
        Failure::Refused(reason) | Failure::Broken(reason) => unknown(reason),
    }
}

/// The store was closed.
pub(crate) fn closed() -> StoreError {
    StoreError::Unavailable { reason: "the store was closed".to_owned() }
}

/// A commit's answer never came.
pub(crate) fn unanswered() -> StoreError {
    unknown("the store's writer ended")
}

fn unknown(reason: &str) -> StoreError {
    StoreError::Unavailable {
        reason: format!("it is unknown whether the commit was made: {reason}"),
    }
}

//! The audit log in files: one JSON object per line, chained by a keyed MAC.
//!
//! [`FileAuditLog`] writes the records of an [`AuditLog`](claviger_ports::AuditLog) into segments below one directory;
//! [`verify()`] walks them and names the first sequence number that somebody touched. `docs/adr/0004-audit-log.md` says why
//! the log is made so and what it costs.
//!
//! A record's way: `line` makes its text, `queue` gathers what arrives together, `writer` seals the gathered records
//! into the `chain` and writes them with one call, `sync` brings them to the disk, and `head` keeps how far it got.

#![expect(clippy::disallowed_methods, reason = "it measures how long a sync is due or under way")]

mod chain;
mod error;
mod head;
mod line;
mod log;
mod options;
mod queue;
mod recovery;
mod room;
mod segment;
mod sync;
mod verify;
mod writer;

pub use error::{Fault, LogError};
pub use log::FileAuditLog;
pub use options::{ChainKey, FileAuditOptions, SyncMode};
pub use verify::{Verified, verify};

//! The core: what the service does, whoever asks and wherever it is stored.
//!
//! [`Kms::call`] is the only way in. Every operation takes the same steps (`pipeline`): find the key, check that the caller
//! may, check the key's state, run, record. The core names no adapter, opens no file or socket and reads no clock of its own;
//! it reaches the outside through the traits of `claviger-ports`.

mod caller;
mod change;
mod ciphertext;
mod codec;
mod counters;
mod envelope;
mod error;
mod identifiers;
mod journal;
mod keyring;
mod kms;
mod object_id;
pub mod operations;
mod pipeline;
mod request_id;
mod schedule;

pub use caller::Caller;
pub use ciphertext::NativeCiphertext;
pub use counters::OperationCount;
pub use envelope::{Envelope, UnlockError};
pub use error::{Error, ErrorKind};
pub use journal::Journal;
pub use kms::{CertificateAuthority, Kms, ObjectSettings, Parts};
pub use pipeline::Authorized;

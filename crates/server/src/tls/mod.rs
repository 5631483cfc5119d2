//! TLS 1.2 and 1.3 (RFC 5246, RFC 8446) for clients that authenticate with a certificate.
//!
//! | file            | what it is about                                               |
//! |-----------------|----------------------------------------------------------------|
//! | `files.rs`      | which files there are, and what is in them                     |
//! | `loaded.rs`     | what was made of them: the settings of TLS, and who is trusted |
//! | `identity.rs`   | the principal that a certificate stands for                    |
//! | `current.rs`    | files that changed are read again while the service runs       |
//! | `remembered.rs` | signatures of certificates, each verified once                 |
//! | `refusal.rs`    | why a client was refused, in words                             |
//!
//! The provider of cryptography is handed in everywhere; nothing here relies on one that was installed for the process.

mod current;
mod error;
mod files;
mod identity;
mod loaded;
mod refusal;
mod remembered;

use std::sync::Arc;

use rustls::crypto::CryptoProvider;

pub(crate) use current::{Asked, CurrentTls};
pub(crate) use error::TlsError;
pub(crate) use files::{OwnFiles, Password, TlsFiles};
pub(crate) use identity::Identity;
pub(crate) use loaded::Loaded;
pub(crate) use refusal::Refusal;

/// The one provider of cryptography.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(remembered::provider())
}

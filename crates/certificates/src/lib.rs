//! Certificates: a small private authority that lives in a directory, what a certificate says, and PKCS#12.
//!
//! | file             | what it is about                                                                |
//! |------------------|---------------------------------------------------------------------------------|
//! | `authority.rs`   | [`Authority`]: make one, issue, list, revoke                                     |
//! | `directory.rs`   | its files, each whole or not at all, and one change at a time                   |
//! | `layout.rs`      | how the files are called                                                        |
//! | `register.rs`    | what was issued and revoked                                                     |
//! | `profiles.rs`    | what stands in each kind of certificate (RFC 5280)                              |
//! | `description.rs` | [`describe`]: what a certificate of anybody says                                |
//! | `pkcs12.rs`      | PKCS#12 (RFC 7292) in and out                                                   |
//!
//! The crate knows nothing of the service; the service and the command line both use it. Time is a parameter.

mod authority;
mod description;
mod directory;
mod error;
pub mod layout;
pub mod pkcs12;
mod profiles;
mod register;

pub use authority::{Authority, Issued, NewAuthority, NewCertificate, Pkcs12Output};
pub use description::{Description, describe, fingerprint, revocation_list_expires};
pub use error::CertificateError;
pub use profiles::{KeyKind, is_host_name};
pub use register::{Entry, Kind};

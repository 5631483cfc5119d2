//! Keys from and for the outside: raw bytes, PKCS#8, SubjectPublicKeyInfo and JSON Web Keys.
//!
//! Everything that comes in is checked whole before it is accepted: encoding, lengths, curve membership, consistency. What
//! has no meaning for a kind of key is refused with words that say what would do.

mod export;
mod identifiers;
mod import;
mod jwk;
mod jwk_read;
mod jwk_write;
mod pem;
mod pkcs8;
mod rsa_numbers;
pub(crate) mod spki;

pub(crate) use export::{export, public_jwk};
pub(crate) use import::{import, wrong_length};

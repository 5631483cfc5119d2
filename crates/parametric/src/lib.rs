//! Cryptography with parameters that the caller names (KMIP Cryptographic Parameters), over material of any kind.
//!
//! [`SoftwareParametricCrypto`] and [`SoftwareCertificates`] implement the ports of those names. What is out of use is behind one fence
//! (`legacy.rs`), what applies where nothing is said stands in one table (`defaults.rs`), and the C library is called in one
//! place (`foreign`), the only one of the workspace with `unsafe` code.

mod asymmetric;
mod certificates;
mod defaults;
mod derive;
mod foreign;
mod format;
mod generate;
mod hash;
mod legacy;
mod mac;
mod provider;
mod random;
mod split;
mod symmetric;

pub use certificates::SoftwareCertificates;
pub use provider::SoftwareParametricCrypto;

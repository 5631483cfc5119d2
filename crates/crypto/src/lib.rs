//! The cryptography port in software: aws-lc-rs, with RustCrypto crates where it has a gap.
//!
//! [`SoftwareCrypto`] is the provider. One file holds one algorithm, its standard and byte layout in the first lines; a file
//! per kind of material (`aes.rs`, `chacha20.rs`, `rsa.rs`, `elliptic_curve.rs`, …) keeps the ready key and sends each
//! request to its algorithm; `record.rs` is the committing record that everything at rest is made of; `encoding/` reads and
//! writes the formats of keys.

mod aead;
mod aes;
mod aes_cbc;
mod aes_cmac;
mod aes_ctr;
mod aes_ecb;
mod aes_gcm;
mod aes_gcm_siv;
mod aes_kw;
mod aes_xts;
mod chacha20;
mod chacha20_poly1305;
mod counter_kdf;
mod ecdh;
mod ecdsa;
mod ed25519;
mod ed25519_point;
mod elliptic_curve;
mod encoding;
mod hash;
mod hkdf;
mod hmac;
mod lazy;
mod ml_dsa;
mod ml_kem;
mod ml_kem_expand;
mod pbkdf2;
mod provider;
mod record;
mod rsa;
mod rsa_oaep;
mod rsa_signature;
mod secret;
mod x25519;
mod xchacha20_poly1305;

pub use provider::SoftwareCrypto;

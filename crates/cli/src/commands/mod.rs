//! One file per command.

pub(crate) mod age;
pub(crate) mod completions;
pub(crate) mod decapsulate;
pub(crate) mod decrypt;
pub(crate) mod decrypt_file;
pub(crate) mod derive;
pub(crate) mod doctor;
pub(crate) mod encapsulate;
pub(crate) mod encrypt;
pub(crate) mod encrypt_file;
pub(crate) mod generate_key;
pub(crate) mod hash;
pub(crate) mod health;
pub(crate) mod key;
pub(crate) mod mac;
pub(crate) mod mac_verify;
pub(crate) mod man;
mod material;
pub(crate) mod random;
pub(crate) mod rewrap;
pub(crate) mod sign;
mod signed;
pub(crate) mod status;
pub(crate) mod unwrap;
pub(crate) mod verify;
pub(crate) mod version;
pub(crate) mod wrap;

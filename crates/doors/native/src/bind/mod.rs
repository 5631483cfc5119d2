//! From messages to operations and back: one file per kind of work.

pub(crate) mod data_key;
pub(crate) mod decryption;
pub(crate) mod derivation;
pub(crate) mod encapsulation;
pub(crate) mod encryption;
pub(crate) mod key;
pub(crate) mod key_change;
pub(crate) mod key_list;
pub(crate) mod mac;
pub(crate) mod random;
pub(crate) mod rewrapping;
pub(crate) mod service;
pub(crate) mod signature;
pub(crate) mod transfer;
pub(crate) mod wrapping;

use claviger_core::operations::DEFAULT_KEY_NAME;
use claviger_core::{Error, NativeCiphertext};
use claviger_model::{EncryptionContext, KeyName};
use claviger_wire_native::{Text, TextMap};

use crate::errors::Refusal;

/// The key that a message names; the default key if it names none.
fn key_or_default(name: Option<&str>) -> Result<KeyName, Error> {
    Ok(KeyName::new(name.unwrap_or(DEFAULT_KEY_NAME))?)
}

fn context(pairs: TextMap) -> Result<EncryptionContext, Error> {
    Ok(EncryptionContext::new(pairs.into_pairs())?)
}

/// A native ciphertext. Text that isn't one is refused by the core, like one that was changed.
fn ciphertext(text: &Text<'_>) -> Option<NativeCiphertext> {
    NativeCiphertext::read(text.as_str())
}

/// A message has to hold either one thing or a list of items.
fn one_or_items(one: &str) -> Refusal {
    Refusal::invalid(
        format!("the request needs either `{one}` or `items`"),
        "send one of them; with `items`, what belongs to one item stands in that item",
    )
}

fn excluded(what: &'static str) -> Refusal {
    Refusal::invalid(
        what,
        "leave one of them out; the members are described at /api/v1/openapi.json",
    )
}

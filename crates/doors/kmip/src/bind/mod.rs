//! From payloads to core operations and back: one file per family.

pub(crate) mod application;
pub(crate) mod attributes;
pub(crate) mod certification;
pub(crate) mod content;
pub(crate) mod creation;
pub(crate) mod cryptographic;
pub(crate) mod derivation;
pub(crate) mod lifecycle;
pub(crate) mod parameters;
pub(crate) mod replacement;
pub(crate) mod retrieval;
pub(crate) mod rules;
pub(crate) mod service;
pub(crate) mod value;

use claviger_model::UniqueIdentifier;
use claviger_wire_kmip::UniqueIdentifier as Reference;

/// An identifier in an answer.
pub(crate) fn answer_identifier(identifier: &UniqueIdentifier) -> Reference {
    Reference::from(identifier.as_str())
}

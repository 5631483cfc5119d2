//! What is wrong with a message, in the words in which the answer says it.

use std::fmt;

use claviger_wire_ttlv::enumeration::ResultReason;
use claviger_wire_ttlv::{Tag, Version, names};

/// Why a message, a batch item or a payload was not understood (KMIP 1.4, section 11.1).
///
/// The message names fields and types, and never contains a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageError {
    /// The Result Reason that the answer carries.
    pub reason: ResultReason,
    /// The Result Message that the answer carries: what was wrong, for a human reader.
    pub message: String,
}

impl MessageError {
    /// An error with this reason and message.
    #[must_use]
    pub fn new(reason: ResultReason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into() }
    }

    /// The message is not what the specification says a message is.
    #[must_use]
    pub fn invalid_message(message: impl Into<String>) -> Self {
        Self::new(ResultReason::InvalidMessage, message)
    }

    /// A field of the message has a value that it cannot have.
    #[must_use]
    pub fn invalid_field(message: impl Into<String>) -> Self {
        Self::new(ResultReason::InvalidField, message)
    }

    /// A structure lacks a field that it must have.
    #[cold]
    pub(crate) fn missing(structure: &str, tag: Tag) -> Self {
        Self::invalid_message(format!("{structure} lacks {}", title(tag)))
    }

    /// A field stands more than once where it may stand once.
    #[cold]
    pub(crate) fn duplicate(tag: Tag) -> Self {
        Self::invalid_message(format!("{} stands more than once", title(tag)))
    }

    /// A field has another type than the specification gives it.
    #[cold]
    pub(crate) fn wrong_type(tag: Tag, expected: &str) -> Self {
        Self::invalid_message(format!("{} is not of the type {expected}", title(tag)))
    }

    /// A structure has a field that it does not have in this version.
    ///
    /// KMIP 1.x answers an unknown field with Invalid Field (1.4, section 11.1). KMIP 2.x tells the use of a tag in a wrong
    /// place, Invalid Message, from a tag that does not exist, Unknown Tag (2.1, section 11.46).
    #[cold]
    pub(crate) fn unexpected(structure: &str, tag: Tag, version: Version) -> Self {
        let reason = match (version.major, names::tag_name(tag)) {
            (..=1, _) => ResultReason::InvalidField,
            (_, Some(_)) => ResultReason::InvalidMessage,
            (_, None) => ResultReason::UnknownTag,
        };
        Self::new(reason, format!("{structure} has no field {} in KMIP {version}", title(tag)))
    }
}

impl fmt::Display for MessageError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for MessageError {}

/// The name of a tag, or its number in hexadecimal.
pub(crate) fn title(tag: Tag) -> String {
    names::tag_name(tag).map_or_else(|| tag.to_string(), str::to_owned)
}

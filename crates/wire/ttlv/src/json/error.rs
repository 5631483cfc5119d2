//! Why JSON was refused.

use crate::ValueFault;
use crate::assemble::Fault;

/// What is wrong with a message in JSON, and where. It never carries what was found: messages hold keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("JSON, byte {offset}: {fault}")]
pub struct JsonError {
    /// Bytes from the start of the text to what is at fault, or to the end of the object that holds it.
    pub offset: usize,
    /// What is wrong.
    pub fault: JsonFault,
}

/// What is wrong with a message in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonFault {
    /// The text, or the binary encoding that comes of it, is longer than allowed.
    #[error("the message is longer than the {limit} bytes allowed")]
    TooLarge {
        /// Bytes allowed.
        limit: usize,
    },
    /// The text is not UTF-8.
    #[error("the text is not valid UTF-8")]
    NotUtf8,
    /// Something else was expected.
    #[error("{0} was expected")]
    Expected(&'static str),
    /// Something follows the message.
    #[error("something follows the message")]
    Trailing,
    /// The tag has no known name.
    #[error("the tag has no name of KMIP; write it in hexadecimal, 0x and six digits")]
    UnknownTag,
    /// The type does not exist.
    #[error("the type is none of KMIP")]
    UnknownType,
    /// A member that an item does not have.
    #[error("an item has the members tag, name, type and value, and no others")]
    UnknownMember,
    /// The same member twice.
    #[error("a member stands there twice")]
    TwiceTheSame,
    /// A member that the item must have.
    #[error("the item has no member `{0}`")]
    Missing(&'static str),
    /// The value does not suit the type.
    #[error("the value does not suit its type: {0}")]
    Value(ValueFault),
    /// Structures are nested deeper than allowed.
    #[error("structures are nested deeper than the {limit} levels allowed")]
    TooDeep {
        /// Levels allowed.
        limit: usize,
    },
    /// There are more items than allowed.
    #[error("the message has more than the {limit} items allowed")]
    TooManyItems {
        /// Items allowed.
        limit: usize,
    },
}

impl JsonFault {
    /// This, at a place.
    pub(super) fn at(self, offset: usize) -> JsonError {
        JsonError { offset, fault: self }
    }

    /// What kept an item from being added.
    pub(super) fn from_assembly(fault: Fault, limits: &crate::Limits) -> Self {
        match fault {
            Fault::TooDeep => Self::TooDeep { limit: limits.effective_depth() },
            Fault::TooManyItems => Self::TooManyItems { limit: limits.items },
            Fault::TooLarge => Self::TooLarge { limit: limits.bytes },
            Fault::Value(fault) => Self::Value(fault),
        }
    }
}

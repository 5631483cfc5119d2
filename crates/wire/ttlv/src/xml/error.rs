//! Why XML was refused.

use crate::ValueFault;
use crate::assemble::Fault;

/// What is wrong with a message in XML, and where. It never carries what was found: messages hold keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("XML, byte {offset}: {fault}")]
pub struct XmlError {
    /// Bytes from the start of the text to what is at fault, or to the element that holds it.
    pub offset: usize,
    /// What is wrong.
    pub fault: XmlFault,
}

/// What is wrong with a message in XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum XmlFault {
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
    /// XML that has no place in a message.
    #[error("{0} has no place in a message")]
    Forbidden(&'static str),
    /// An element whose name is no tag.
    #[error(
        "the element's name is no tag of KMIP; write <TTLV tag=\"0x…\"> for a tag without a name"
    )]
    UnknownTag,
    /// A type that does not exist.
    #[error("the attribute `type` names no type of KMIP")]
    UnknownType,
    /// An attribute that the element must have.
    #[error("the attribute `{0}` is missing")]
    Missing(&'static str),
    /// The same attribute twice.
    #[error("an attribute stands there twice")]
    TwiceTheSame,
    /// The value does not suit the type.
    #[error("the value does not suit its type: {0}")]
    Value(ValueFault),
    /// Structures are nested deeper than allowed.
    #[error("elements are nested deeper than the {limit} levels allowed")]
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

impl XmlFault {
    /// This, at a place.
    pub(super) fn at(self, offset: usize) -> XmlError {
        XmlError { offset, fault: self }
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

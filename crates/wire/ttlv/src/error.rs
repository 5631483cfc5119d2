//! Why a binary encoding was refused.

use crate::ItemType;

/// What is wrong with a binary encoding.
///
/// Offsets count bytes from the start of the message to the header of the item at fault, if not said otherwise. No variant
/// carries a value: messages hold keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The message is longer than allowed.
    #[error("the message has {length} bytes, more than the {limit} allowed")]
    TooLarge {
        /// Bytes received.
        length: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The bytes end within an item.
    #[error(
        "the item at byte {offset} is cut off: it needs {needed} bytes and {available} are left"
    )]
    Truncated {
        /// Where the item begins.
        offset: usize,
        /// Bytes that it needs, header and padding included.
        needed: u64,
        /// Bytes that are there.
        available: usize,
    },
    /// An item reaches past the end of the structure that holds it.
    #[error(
        "the item at byte {offset} needs {needed} bytes but its structure has {available} left"
    )]
    Overrun {
        /// Where the item begins.
        offset: usize,
        /// Bytes that it needs, header and padding included.
        needed: u64,
        /// Bytes that the structure has left.
        available: usize,
    },
    /// Something follows the message.
    #[error("{extra} bytes follow the item, which ends at byte {offset}")]
    Trailing {
        /// Where the message ends.
        offset: usize,
        /// Bytes behind it.
        extra: usize,
    },
    /// The type code is none of the specification.
    #[error("the item at byte {offset} has the unknown type 0x{code:02X}")]
    UnknownType {
        /// Where the item begins.
        offset: usize,
        /// The code found.
        code: u8,
    },
    /// The length does not fit the type.
    #[error("the item at byte {offset} has a length of {length} bytes, which no {item_type} has")]
    WrongLength {
        /// Where the item begins.
        offset: usize,
        /// Its type.
        item_type: ItemType,
        /// The length that it claims.
        length: u32,
    },
    /// The bytes that fill an item up to a multiple of eight are not zero.
    #[error("the item at byte {offset} is padded with bytes other than zero")]
    Padding {
        /// Where the item begins.
        offset: usize,
    },
    /// A boolean is neither 0 nor 1.
    #[error("the Boolean at byte {offset} is neither 0 nor 1")]
    Boolean {
        /// Where the item begins.
        offset: usize,
    },
    /// A text is not UTF-8.
    #[error("the TextString at byte {offset} is not valid UTF-8")]
    Text {
        /// Where the item begins.
        offset: usize,
    },
    /// Structures are nested deeper than allowed.
    #[error("the structure at byte {offset} is nested deeper than the {limit} levels allowed")]
    TooDeep {
        /// Where the structure begins.
        offset: usize,
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

//! The text forms of values that JSON and XML share.
//!
//! | file        | what it does                                                  |
//! |-------------|---------------------------------------------------------------|
//! | `parse.rs`  | from text to an item                                          |
//! | `date.rs`   | dates and times                                               |
//! | `hex.rs`    | hexadecimal                                                   |
//! | `output.rs` | the buffer that text is written to                            |
//! | `unescaped.rs` | text whose escapes are resolved                            |

pub(crate) mod date;
pub(crate) mod hex;
pub(crate) mod output;
pub(crate) mod parse;
pub(crate) mod unescaped;

use crate::{Item, Tag, names, tag};

/// What is wrong with the text of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueFault {
    /// A decimal number was expected.
    #[error("it is not a number")]
    Number,
    /// The number does not fit the type.
    #[error("the number is out of the range of its type")]
    Range,
    /// Hexadecimal digits were expected, two for each byte.
    #[error("it is not hexadecimal, two digits for each byte")]
    Hexadecimal,
    /// A name is none of the enumeration or mask that the tag holds.
    #[error(
        "it names a value that the enumeration or mask does not have; write it in hexadecimal, 0x and eight digits"
    )]
    UnknownName,
    /// A date and time was expected.
    #[error("it is not a date and time like 2001-01-01T10:00:00+10:00")]
    Date,
    /// `true` or `false` was expected.
    #[error("it is neither true nor false")]
    Boolean,
    /// JSON only: a text stands where a number must, or the other way.
    #[error("the JSON value is not of a kind that the type can have")]
    Kind,
}

/// The tag that says which enumeration or mask a value is of.
///
/// It is the item's own, but for the Attribute Value of 1.x, where the Attribute Name beside it decides.
pub(crate) fn holder(item_tag: Tag, attribute: Option<Tag>) -> Tag {
    match attribute {
        Some(attribute) if item_tag == tag::ATTRIBUTE_VALUE => attribute,
        _ => item_tag,
    }
}

/// The attribute that an item names, if it is an Attribute Name of 1.x.
pub(crate) fn named_attribute(item: Item<'_>) -> Option<Option<Tag>> {
    (item.tag() == tag::ATTRIBUTE_NAME).then(|| item.text().and_then(names::attribute_tag))
}

//! Tags: the 24-bit numbers that say what an item is, one constant for each that the specification has.

use std::fmt;

pub use crate::generated::tags::*;

/// The tag of an item, 24 bits (KMIP 1.4, section 9.1.1.1).
///
/// Tags of the specification begin with the byte 0x42, those of vendors with 0x54. Any other number is carried as it is, so
/// that what is not understood survives.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(u32);

impl Tag {
    /// The largest number that fits the three bytes of a tag.
    const MAXIMUM: u32 = 0x00FF_FFFF;

    /// The tag with this number, if the number fits 24 bits.
    #[must_use]
    pub const fn new(number: u32) -> Option<Self> {
        if number <= Self::MAXIMUM { Some(Self(number)) } else { None }
    }

    /// The tag with the lowest 24 bits of a number, for tables and for numbers that were read from three bytes.
    #[must_use]
    pub const fn from_code(number: u32) -> Self {
        Self(number & Self::MAXIMUM)
    }

    /// The number of this tag.
    #[must_use]
    pub const fn value(self) -> u32 {
        self.0
    }

    /// Whether the number lies in the range that the specification leaves to vendors, 0x540000 to 0x54FFFF.
    #[must_use]
    pub const fn is_extension(self) -> bool {
        self.0 >> 16 == 0x54
    }
}

/// The number in hexadecimal, as the JSON and XML encodings write a tag without a name: `0x420094`.
impl fmt::Display for Tag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "0x{:06X}", self.0)
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

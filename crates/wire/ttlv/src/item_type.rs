//! The types that a value can have.

use std::fmt;

/// The type of an item's value (KMIP 2.1, section 10.1.3; 1.x lacks the last).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum ItemType {
    /// Other items.
    Structure = 0x01,
    /// A signed 32-bit number.
    Integer = 0x02,
    /// A signed 64-bit number.
    LongInteger = 0x03,
    /// A signed number of any size, in multiples of eight bytes.
    BigInteger = 0x04,
    /// One of the values of an enumeration, an unsigned 32-bit number.
    Enumeration = 0x05,
    /// True or false.
    Boolean = 0x06,
    /// UTF-8 text.
    TextString = 0x07,
    /// Bytes.
    ByteString = 0x08,
    /// Seconds since the first of January 1970, signed 64-bit.
    DateTime = 0x09,
    /// A length of time in seconds, unsigned 32-bit.
    Interval = 0x0A,
    /// Microseconds since the first of January 1970, signed 64-bit (KMIP 2.0).
    DateTimeExtended = 0x0B,
}

impl ItemType {
    /// All types, by code.
    pub const ALL: [Self; 11] = [
        Self::Structure,
        Self::Integer,
        Self::LongInteger,
        Self::BigInteger,
        Self::Enumeration,
        Self::Boolean,
        Self::TextString,
        Self::ByteString,
        Self::DateTime,
        Self::Interval,
        Self::DateTimeExtended,
    ];

    /// The type with this code in the binary encoding.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            0x01 => Self::Structure,
            0x02 => Self::Integer,
            0x03 => Self::LongInteger,
            0x04 => Self::BigInteger,
            0x05 => Self::Enumeration,
            0x06 => Self::Boolean,
            0x07 => Self::TextString,
            0x08 => Self::ByteString,
            0x09 => Self::DateTime,
            0x0A => Self::Interval,
            0x0B => Self::DateTimeExtended,
            _ => return None,
        })
    }

    /// Its code in the binary encoding.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// Its name in the JSON and XML encodings, `LongInteger` for example.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Structure => "Structure",
            Self::Integer => "Integer",
            Self::LongInteger => "LongInteger",
            Self::BigInteger => "BigInteger",
            Self::Enumeration => "Enumeration",
            Self::Boolean => "Boolean",
            Self::TextString => "TextString",
            Self::ByteString => "ByteString",
            Self::DateTime => "DateTime",
            Self::Interval => "Interval",
            Self::DateTimeExtended => "DateTimeExtended",
        }
    }

    /// The type with this name in the JSON and XML encodings.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|item_type| item_type.name() == name)
    }
}

impl fmt::Display for ItemType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

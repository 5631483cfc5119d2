//! The value of an attribute, in KMIP's own value types.

/// A field of a structure: KMIP's tag number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Field(pub u32);

/// A value as KMIP types it (KMIP 2.1 §10.1.2). It may hold what its owner wants kept secret, so it has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Fields, in order.
    Structure(Vec<(Field, Value)>),
    /// A 32-bit number or mask.
    Integer(i32),
    /// A 64-bit number.
    LongInteger(i64),
    /// A number in two's complement, big-endian.
    BigInteger(Vec<u8>),
    /// A member of an enumeration.
    Enumeration(u32),
    /// Yes or no.
    Boolean(bool),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Seconds since 1970-01-01T00:00:00Z.
    DateTime(i64),
    /// Seconds.
    Interval(u32),
    /// Microseconds since 1970-01-01T00:00:00Z.
    DateTimeExtended(i64),
}

impl Value {
    /// How deep structures may lie within each other.
    pub const DEPTH_LIMIT: usize = 16;

    /// The first field of this tag, of a structure.
    #[must_use]
    pub fn field(&self, field: Field) -> Option<&Self> {
        match self {
            Self::Structure(fields) => {
                fields.iter().find(|(tag, _)| *tag == field).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    /// The number.
    #[must_use]
    pub const fn as_integer(&self) -> Option<i32> {
        if let Self::Integer(value) = self { Some(*value) } else { None }
    }

    /// The long number.
    #[must_use]
    pub const fn as_long_integer(&self) -> Option<i64> {
        if let Self::LongInteger(value) = self { Some(*value) } else { None }
    }

    /// The enumeration's code.
    #[must_use]
    pub const fn as_enumeration(&self) -> Option<u32> {
        if let Self::Enumeration(value) = self { Some(*value) } else { None }
    }

    /// Yes or no.
    #[must_use]
    pub const fn as_boolean(&self) -> Option<bool> {
        if let Self::Boolean(value) = self { Some(*value) } else { None }
    }

    /// The text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(value) = self { Some(value) } else { None }
    }

    /// The bytes, or those of a big integer.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(value) | Self::BigInteger(value) => Some(value),
            _ => None,
        }
    }

    /// Seconds since 1970.
    #[must_use]
    pub const fn as_date_time(&self) -> Option<i64> {
        if let Self::DateTime(value) = self { Some(*value) } else { None }
    }
}

//! A value of any type, for what has no structure of its own: attributes, transparent keys and vendors' extensions.

use std::fmt;

use claviger_wire_ttlv::{Item, ItemType, Limits, Tag, Version, Writer, tag};
use zeroize::Zeroizing;

use crate::error::MessageError;
use crate::field::Field;

/// How deep values may stand in each other. A message that was parsed is not deeper than its [`Limits`] either.
const DEPTH: usize = 32;

/// A value of one of the types of TTLV, without its tag.
///
/// Attributes are no secrets, but the components of a transparent private key are: numbers and byte strings are wiped when
/// they are dropped, and `Debug` shows no more than types and lengths.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// A structure: its fields in order.
    Structure(Vec<(Tag, Value)>),
    /// A signed number of 32 bits; bit masks are this as well.
    Integer(i32),
    /// A signed number of 64 bits.
    LongInteger(i64),
    /// A number of any length: two's complement, big endian, the length a multiple of 8 when it was received.
    BigInteger(Zeroizing<Vec<u8>>),
    /// The number of a value of an enumeration.
    Enumeration(u32),
    /// True or false.
    Boolean(bool),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Zeroizing<Vec<u8>>),
    /// Seconds since 1970.
    DateTime(i64),
    /// A duration in seconds.
    Interval(u32),
    /// Microseconds since 1970 (KMIP 2.x).
    DateTimeExtended(i64),
}

impl Value {
    /// The value of an item, copied.
    ///
    /// # Errors
    ///
    /// Fails when structures stand too deep in each other.
    pub fn read(item: Item<'_>) -> Result<Self, MessageError> {
        read_bounded(item, DEPTH)
    }

    /// Writes the value under a tag.
    pub fn write(&self, writer: &mut Writer, tag: Tag) {
        match self {
            Self::Structure(fields) => {
                let open = writer.open(tag);
                for (tag, value) in fields {
                    value.write(writer, *tag);
                }
                writer.close(open);
            }
            Self::Integer(number) => writer.integer(tag, *number),
            Self::LongInteger(number) => writer.long_integer(tag, *number),
            Self::BigInteger(number) => writer.big_integer(tag, number),
            Self::Enumeration(number) => writer.enumeration(tag, *number),
            Self::Boolean(truth) => writer.boolean(tag, *truth),
            Self::Text(text) => writer.text(tag, text),
            Self::Bytes(bytes) => writer.bytes(tag, bytes),
            Self::DateTime(seconds) => writer.date_time(tag, *seconds),
            Self::Interval(seconds) => writer.interval(tag, *seconds),
            Self::DateTimeExtended(microseconds) => writer.date_time_extended(tag, *microseconds),
        }
    }

    /// The first field of a structure with this tag; nothing when there is none, or when this is no structure.
    #[must_use]
    pub fn field(&self, tag: Tag) -> Option<&Self> {
        let Self::Structure(fields) = self else {
            return None;
        };
        fields.iter().find(|(own, _)| *own == tag).map(|(_, value)| value)
    }

    /// The type of this value.
    #[must_use]
    pub const fn item_type(&self) -> ItemType {
        match self {
            Self::Structure(_) => ItemType::Structure,
            Self::Integer(_) => ItemType::Integer,
            Self::LongInteger(_) => ItemType::LongInteger,
            Self::BigInteger(_) => ItemType::BigInteger,
            Self::Enumeration(_) => ItemType::Enumeration,
            Self::Boolean(_) => ItemType::Boolean,
            Self::Text(_) => ItemType::TextString,
            Self::Bytes(_) => ItemType::ByteString,
            Self::DateTime(_) => ItemType::DateTime,
            Self::Interval(_) => ItemType::Interval,
            Self::DateTimeExtended(_) => ItemType::DateTimeExtended,
        }
    }

    /// The value that a structure has as an attribute, such as
    /// [`CryptographicParameters`](crate::CryptographicParameters).
    #[expect(private_bounds, reason = "what is a field is decided in this crate")]
    pub fn of<T: Field>(structure: &T, version: Version) -> Result<Self, MessageError> {
        let mut writer = Writer::new();
        structure.write(&mut writer, tag::ATTRIBUTE_VALUE, version);
        let buffer = writer.into_buffer();
        Self::read(buffer.item())
    }

    /// The structure that this value is, such as [`CryptographicParameters`](crate::CryptographicParameters).
    ///
    /// # Errors
    ///
    /// Fails when the value is not such a structure.
    #[expect(private_bounds, reason = "what is a field is decided in this crate")]
    pub fn parse<T: Field>(&self, version: Version) -> Result<T, MessageError> {
        let mut writer = Writer::new();
        self.write(&mut writer, tag::ATTRIBUTE_VALUE);
        let item = Item::parse(writer.as_slice(), &Limits::default())
            .map_err(|_| MessageError::invalid_field("The value is not one of TTLV"))?;
        T::read(item, version)
    }
}

fn read_bounded(item: Item<'_>, depth: usize) -> Result<Value, MessageError> {
    let value = match item.item_type() {
        ItemType::Structure => {
            let Some(depth) = depth.checked_sub(1) else {
                return Err(MessageError::invalid_message(
                    "Structures stand too deep in each other",
                ));
            };
            let fields: Result<Vec<_>, MessageError> = item
                .children()
                .map(|child| Ok((child.tag(), read_bounded(child, depth)?)))
                .collect();
            return fields.map(Value::Structure);
        }
        ItemType::Integer => item.integer().map(Value::Integer),
        ItemType::LongInteger => item.long_integer().map(Value::LongInteger),
        ItemType::BigInteger => {
            item.big_integer().map(|number| Value::BigInteger(Zeroizing::new(number.to_vec())))
        }
        ItemType::Enumeration => item.enumeration().map(Value::Enumeration),
        ItemType::Boolean => item.boolean().map(Value::Boolean),
        ItemType::TextString => item.text().map(|text| Value::Text(text.to_owned())),
        ItemType::ByteString => {
            item.bytes().map(|bytes| Value::Bytes(Zeroizing::new(bytes.to_vec())))
        }
        ItemType::DateTime => item.date_time().map(Value::DateTime),
        ItemType::Interval => item.interval().map(Value::Interval),
        ItemType::DateTimeExtended => item.date_time_extended().map(Value::DateTimeExtended),
    };
    value.ok_or_else(|| MessageError::wrong_type(item.tag(), item.item_type().name()))
}

impl Field for Value {
    fn read(item: Item<'_>, _: Version) -> Result<Self, MessageError> {
        Self::read(item)
    }

    fn write(&self, writer: &mut Writer, tag: Tag, _: Version) {
        Self::write(self, writer, tag);
    }
}

/// Types and lengths only: a value may be a part of a key.
impl fmt::Debug for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Structure(fields) => formatter
                .debug_map()
                .entries(fields.iter().map(|(tag, value)| (tag, value)))
                .finish(),
            Self::BigInteger(bytes) | Self::Bytes(bytes) => {
                write!(formatter, "{}({} bytes)", self.item_type().name(), bytes.len())
            }
            _ => write!(formatter, "{}(..)", self.item_type().name()),
        }
    }
}

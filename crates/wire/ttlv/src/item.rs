//! Views of items inside a validated encoding.

use std::fmt;

use crate::{DecodeError, ItemType, Limits, Tag, validate};

/// The bytes before a value: three of the tag, one of the type, four of the length.
pub(crate) const HEADER: usize = 8;

/// Tag, type and length of an item.
#[derive(Clone, Copy)]
pub(crate) struct Header {
    pub(crate) tag: Tag,
    pub(crate) item_type: ItemType,
    /// Bytes of the value without padding.
    pub(crate) length: u32,
}

impl Header {
    /// Reads a header, unless its type is unknown.
    #[inline]
    pub(crate) fn read(bytes: [u8; HEADER]) -> Option<Self> {
        let [tag_0, tag_1, tag_2, code, length @ ..] = bytes;
        Some(Self {
            tag: Tag::from_code(u32::from_be_bytes([0, tag_0, tag_1, tag_2])),
            item_type: ItemType::from_code(code)?,
            length: u32::from_be_bytes(length),
        })
    }

    /// Bytes of the value with padding. Saturates where a `usize` is 32 bits wide, so that it never fits a buffer.
    #[inline]
    pub(crate) fn padded_length(self) -> usize {
        usize::try_from(self.padded_length_wide()).unwrap_or(usize::MAX)
    }

    /// Bytes of the value with padding, whatever the width of a `usize`.
    #[inline]
    pub(crate) fn padded_length_wide(self) -> u64 {
        u64::from(self.length).next_multiple_of(8)
    }
}

/// A validated item: tag, type and value inside a buffer whose lengths, padding, types, UTF-8 and depth were checked once.
///
/// It is a view, and cheap to copy.
#[derive(Clone, Copy)]
pub struct Item<'a> {
    header: Header,
    encoded: &'a [u8],
}

impl<'a> Item<'a> {
    /// Checks that the bytes are exactly one item with nothing after it, and everything inside of it.
    ///
    /// # Errors
    /// What is wrong first, with its place. Values that the limits exclude are refused before they are looked at.
    pub fn parse(bytes: &'a [u8], limits: &Limits) -> Result<Self, DecodeError> {
        let header = validate::message(bytes, limits)?;
        Ok(Self { header, encoded: bytes })
    }

    /// The first item of bytes that were validated or written here, and the bytes behind it.
    #[inline]
    pub(crate) fn first_of(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let header = Header::read(*bytes.first_chunk::<HEADER>()?)?;
        let (encoded, rest) = bytes.split_at_checked(HEADER + header.padded_length())?;
        Some((Self { header, encoded }, rest))
    }

    /// What it is.
    #[inline]
    #[must_use]
    pub fn tag(self) -> Tag {
        self.header.tag
    }

    /// The type of its value.
    #[inline]
    #[must_use]
    pub fn item_type(self) -> ItemType {
        self.header.item_type
    }

    /// The whole item, header and padding included.
    #[inline]
    #[must_use]
    pub fn encoded(self) -> &'a [u8] {
        self.encoded
    }

    /// The items inside of it, in order; none unless it is a structure.
    #[inline]
    #[must_use]
    pub fn children(self) -> Children<'a> {
        Children { rest: self.value_of(ItemType::Structure).unwrap_or_default() }
    }

    /// The first item inside of it with this tag.
    #[inline]
    #[must_use]
    pub fn child(self, tag: Tag) -> Option<Item<'a>> {
        self.children().find(|child| child.tag() == tag)
    }

    /// The number, if it is an `Integer`.
    #[inline]
    #[must_use]
    pub fn integer(self) -> Option<i32> {
        self.fixed(ItemType::Integer).map(i32::from_be_bytes)
    }

    /// The number, if it is a `LongInteger`.
    #[inline]
    #[must_use]
    pub fn long_integer(self) -> Option<i64> {
        self.fixed(ItemType::LongInteger).map(i64::from_be_bytes)
    }

    /// The number in two's complement, big endian, a multiple of eight bytes and at least eight, if it is a `BigInteger`.
    #[inline]
    #[must_use]
    pub fn big_integer(self) -> Option<&'a [u8]> {
        self.value_of(ItemType::BigInteger)
    }

    /// The value, if it is an `Enumeration`.
    #[inline]
    #[must_use]
    pub fn enumeration(self) -> Option<u32> {
        self.fixed(ItemType::Enumeration).map(u32::from_be_bytes)
    }

    /// The value, if it is a `Boolean`.
    #[inline]
    #[must_use]
    pub fn boolean(self) -> Option<bool> {
        self.fixed(ItemType::Boolean).map(|value| u64::from_be_bytes(value) != 0)
    }

    /// The text, if it is a `TextString`.
    #[inline]
    #[must_use]
    pub fn text(self) -> Option<&'a str> {
        // It was checked before; to look again is what doing without `unsafe` costs.
        self.value_of(ItemType::TextString).and_then(|value| std::str::from_utf8(value).ok())
    }

    /// The bytes, if it is a `ByteString`.
    #[inline]
    #[must_use]
    pub fn bytes(self) -> Option<&'a [u8]> {
        self.value_of(ItemType::ByteString)
    }

    /// Seconds since 1970, if it is a `DateTime`.
    #[inline]
    #[must_use]
    pub fn date_time(self) -> Option<i64> {
        self.fixed(ItemType::DateTime).map(i64::from_be_bytes)
    }

    /// Seconds, if it is an `Interval`.
    #[inline]
    #[must_use]
    pub fn interval(self) -> Option<u32> {
        self.fixed(ItemType::Interval).map(u32::from_be_bytes)
    }

    /// Microseconds since 1970, if it is a `DateTimeExtended`.
    #[inline]
    #[must_use]
    pub fn date_time_extended(self) -> Option<i64> {
        self.fixed(ItemType::DateTimeExtended).map(i64::from_be_bytes)
    }

    /// The bytes of the value without padding, whatever its type.
    #[inline]
    #[must_use]
    pub fn value(self) -> &'a [u8] {
        let end = HEADER + self.header.length as usize;
        self.encoded.get(HEADER..end).unwrap_or_default()
    }

    /// The bytes of the value, if it has this type.
    #[inline]
    fn value_of(self, item_type: ItemType) -> Option<&'a [u8]> {
        (self.header.item_type == item_type).then(|| self.value())
    }

    /// The value of a type that always has the same length.
    #[inline]
    fn fixed<const LENGTH: usize>(self, item_type: ItemType) -> Option<[u8; LENGTH]> {
        if self.header.item_type != item_type {
            return None;
        }
        self.encoded.get(HEADER..)?.first_chunk().copied()
    }
}

/// Tag, type and length only: values may be secret.
impl fmt::Debug for Item<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Item")
            .field("tag", &self.header.tag)
            .field("item_type", &self.header.item_type)
            .field("length", &self.header.length)
            .finish_non_exhaustive()
    }
}

/// The items inside a structure, in order.
#[derive(Clone, Copy)]
pub struct Children<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Children<'a> {
    type Item = Item<'a>;

    #[inline]
    fn next(&mut self) -> Option<Item<'a>> {
        let (item, rest) = Item::first_of(self.rest)?;
        self.rest = rest;
        Some(item)
    }
}

impl std::iter::FusedIterator for Children<'_> {}

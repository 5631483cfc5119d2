//! Writing the binary encoding.

use claviger_secret::wipe_buffer;

use crate::item::HEADER;
use crate::{Buffer, Item, ItemType, Tag, growth};

/// Writes items one behind the other; the length of a structure is filled in when it is closed.
///
/// The buffer is wiped when dropped and whenever it moves because it grows: messages carry keys.
///
/// # Panics
/// Every method that writes panics if a value or structure has 4 GiB or more, which the encoding cannot say. No message within
/// [`crate::Limits`] comes near.
#[derive(Default)]
pub struct Writer {
    bytes: Vec<u8>,
    /// How many structures are open, to notice one that was never closed.
    open: usize,
}

/// A structure that was opened and must be closed with [`Writer::close`].
#[must_use = "a structure that is not closed has no length"]
pub struct Open {
    /// Where the value begins.
    start: usize,
}

impl Writer {
    /// An empty writer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty writer with room for so many bytes.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), open: 0 }
    }

    /// Writes a structure with what the closure writes inside of it.
    #[inline]
    pub fn structure(&mut self, tag: Tag, fill: impl FnOnce(&mut Self)) {
        let open = self.open(tag);
        fill(self);
        self.close(open);
    }

    /// Opens a structure: what is written up to [`Writer::close`] is inside of it.
    #[inline]
    pub fn open(&mut self, tag: Tag) -> Open {
        self.append(&header(tag, ItemType::Structure, 0));
        self.open += 1;
        Open { start: self.bytes.len() }
    }

    /// Closes the structure that was opened last.
    #[inline]
    pub fn close(&mut self, open: Open) {
        self.open = self.open.saturating_sub(1);
        let length = encodable_length(self.bytes.len() - open.start);
        if let Some(field) = self.bytes.get_mut(open.start - 4..open.start) {
            field.copy_from_slice(&length.to_be_bytes());
        }
    }

    /// Writes an `Integer`.
    #[inline]
    pub fn integer(&mut self, tag: Tag, value: i32) {
        self.four_bytes(tag, ItemType::Integer, value.to_be_bytes());
    }

    /// Writes a `LongInteger`.
    #[inline]
    pub fn long_integer(&mut self, tag: Tag, value: i64) {
        self.eight_bytes(tag, ItemType::LongInteger, value.to_be_bytes());
    }

    /// Writes a `BigInteger` given in two's complement, big endian, of any length; it is sign-extended to a multiple of eight
    /// bytes. No bytes at all are zero. For an unsigned number whose first bit is set, put a zero byte before it, or use
    /// [`Writer::big_integer_unsigned`].
    pub fn big_integer(&mut self, tag: Tag, value: &[u8]) {
        let negative = value.first().is_some_and(|first| first & 0x80 != 0);
        self.extended(tag, value, if negative { 0xFF } else { 0 });
    }

    /// Writes a `BigInteger` given as an unsigned number, big endian, of any length.
    pub fn big_integer_unsigned(&mut self, tag: Tag, value: &[u8]) {
        let zeros = value.iter().take_while(|byte| **byte == 0).count();
        let value = value.get(zeros..).unwrap_or_default();
        if value.len().is_multiple_of(8) && value.first().is_some_and(|first| first & 0x80 != 0) {
            self.append(&header(tag, ItemType::BigInteger, value.len() + 8));
            self.append(&[0; 8]);
            self.append(value);
        } else {
            self.extended(tag, value, 0);
        }
    }

    /// Writes an `Enumeration`.
    #[inline]
    pub fn enumeration(&mut self, tag: Tag, value: u32) {
        self.four_bytes(tag, ItemType::Enumeration, value.to_be_bytes());
    }

    /// Writes a `Boolean`.
    #[inline]
    pub fn boolean(&mut self, tag: Tag, value: bool) {
        self.eight_bytes(tag, ItemType::Boolean, u64::from(value).to_be_bytes());
    }

    /// Writes a `TextString`.
    #[inline]
    pub fn text(&mut self, tag: Tag, value: &str) {
        self.padded(tag, ItemType::TextString, value.as_bytes());
    }

    /// Writes a `ByteString`.
    #[inline]
    pub fn bytes(&mut self, tag: Tag, value: &[u8]) {
        self.padded(tag, ItemType::ByteString, value);
    }

    /// Writes a `DateTime`, in seconds since 1970.
    #[inline]
    pub fn date_time(&mut self, tag: Tag, seconds: i64) {
        self.eight_bytes(tag, ItemType::DateTime, seconds.to_be_bytes());
    }

    /// Writes an `Interval`, in seconds.
    #[inline]
    pub fn interval(&mut self, tag: Tag, seconds: u32) {
        self.four_bytes(tag, ItemType::Interval, seconds.to_be_bytes());
    }

    /// Writes a `DateTimeExtended`, in microseconds since 1970.
    #[inline]
    pub fn date_time_extended(&mut self, tag: Tag, microseconds: i64) {
        self.eight_bytes(tag, ItemType::DateTimeExtended, microseconds.to_be_bytes());
    }

    /// Writes a `ByteString` of a known length that is filled in where it will lie, so that no copy of it has to be wiped.
    ///
    /// The slice that `fill` gets is zero. When it fails nothing is written.
    ///
    /// # Errors
    /// What `fill` says.
    pub fn bytes_with<E>(
        &mut self,
        tag: Tag,
        length: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.filled(tag, ItemType::ByteString, length, length.next_multiple_of(8), fill)
    }

    /// Writes a `BigInteger` of a known length, a multiple of eight, that is filled in where it will lie.
    pub(crate) fn big_integer_with<E>(
        &mut self,
        tag: Tag,
        length: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.filled(tag, ItemType::BigInteger, length, length, fill)
    }

    /// Puts another tag to the structure that was opened.
    pub(crate) fn retag(&mut self, open: &Open, tag: Tag) {
        let [_, first, second, third] = tag.value().to_be_bytes();
        let place = self.bytes.get_mut(open.start - HEADER..open.start - HEADER + 3);
        if let Some(place) = place {
            place.copy_from_slice(&[first, second, third]);
        }
    }

    /// Copies an item whole.
    #[inline]
    pub fn item(&mut self, item: Item<'_>) {
        self.append(item.encoded());
    }

    /// Copies the value of an item under another tag.
    #[inline]
    pub fn retagged(&mut self, tag: Tag, item: Item<'_>) {
        let [_, first, second, third] = tag.value().to_be_bytes();
        if let Some((_, behind)) = item.encoded().split_first_chunk::<3>() {
            self.reserve(item.encoded().len());
            self.append(&[first, second, third]);
            self.append(behind);
        }
    }

    /// The bytes written so far.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing was written yet.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// What was written so far. Structures that are still open have a length of zero.
    #[inline]
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets, and wipes, what was written behind the first `length` bytes: to take back an item that could not be finished.
    pub fn truncate(&mut self, length: usize) {
        if let Some(tail) = self.bytes.get_mut(length..) {
            claviger_secret::wipe(tail);
            self.bytes.truncate(length);
        }
    }

    /// The finished encoding.
    #[must_use]
    pub fn into_buffer(mut self) -> Buffer {
        debug_assert_eq!(self.open, 0, "a structure was opened and never closed");
        Buffer::written(std::mem::take(&mut self.bytes))
    }

    /// An item whose value has four bytes and four of padding.
    #[inline]
    fn four_bytes(&mut self, tag: Tag, item_type: ItemType, value: [u8; 4]) {
        let mut encoded = [0; 16];
        encoded[..HEADER].copy_from_slice(&header(tag, item_type, value.len()));
        encoded[HEADER..12].copy_from_slice(&value);
        self.append(&encoded);
    }

    /// An item whose value has eight bytes.
    #[inline]
    fn eight_bytes(&mut self, tag: Tag, item_type: ItemType, value: [u8; 8]) {
        let mut encoded = [0; 16];
        encoded[..HEADER].copy_from_slice(&header(tag, item_type, value.len()));
        encoded[HEADER..].copy_from_slice(&value);
        self.append(&encoded);
    }

    /// An item of any length, filled up with zeros.
    #[inline]
    fn padded(&mut self, tag: Tag, item_type: ItemType, value: &[u8]) {
        const ZEROS: [u8; 8] = [0; 8];
        let padding = value.len().next_multiple_of(8) - value.len();
        self.reserve(HEADER + value.len() + padding);
        self.bytes.extend_from_slice(&header(tag, item_type, value.len()));
        self.bytes.extend_from_slice(value);
        self.bytes.extend_from_slice(&ZEROS[..padding]);
    }

    /// An item whose value is filled in where it lies.
    fn filled<E>(
        &mut self,
        tag: Tag,
        item_type: ItemType,
        length: usize,
        padded: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let start = self.bytes.len();
        self.reserve(HEADER + padded);
        self.bytes.extend_from_slice(&header(tag, item_type, length));
        self.bytes.resize(start + HEADER + padded, 0);
        let value = self.bytes.get_mut(start + HEADER..start + HEADER + length).unwrap_or_default();
        let outcome = fill(value);
        if outcome.is_err() {
            self.truncate(start);
        }
        outcome
    }

    /// A big integer, filled up at the front with the byte that extends its sign.
    fn extended(&mut self, tag: Tag, value: &[u8], sign: u8) {
        let length = value.len().next_multiple_of(8).max(8);
        self.reserve(HEADER + length);
        self.append(&header(tag, ItemType::BigInteger, length));
        let filled = self.bytes.len() + length - value.len();
        self.bytes.resize(filled, sign);
        self.bytes.extend_from_slice(value);
    }

    /// Appends bytes.
    #[inline]
    fn append(&mut self, bytes: &[u8]) {
        self.reserve(bytes.len());
        self.bytes.extend_from_slice(bytes);
    }

    /// Makes room for so many more bytes.
    #[inline]
    fn reserve(&mut self, additional: usize) {
        growth::reserve(&mut self.bytes, additional);
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        wipe_buffer(&mut self.bytes);
    }
}

/// The eight bytes before a value.
#[inline]
fn header(tag: Tag, item_type: ItemType, length: usize) -> [u8; HEADER] {
    let [_, first, second, third] = tag.value().to_be_bytes();
    let [length_0, length_1, length_2, length_3] = encodable_length(length).to_be_bytes();
    [first, second, third, item_type.code(), length_0, length_1, length_2, length_3]
}

/// A length as the encoding says it.
#[inline]
fn encodable_length(length: usize) -> u32 {
    match u32::try_from(length) {
        Ok(length) => length,
        Err(_) => panic!("a TTLV value of {length} bytes, more than its length field can say"),
    }
}

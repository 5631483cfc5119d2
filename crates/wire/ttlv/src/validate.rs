//! The one pass that checks a received message from end to end.

use crate::item::{HEADER, Header};
use crate::limits::MAXIMUM_DEPTH;
use crate::{DecodeError, ItemType, Limits};

/// Checks that the bytes are exactly one well-formed item, and gives its header.
///
/// It walks without recursion: the ends of the open structures lie in an array.
pub(crate) fn message(bytes: &[u8], limits: &Limits) -> Result<Header, DecodeError> {
    if bytes.len() > limits.bytes {
        return Err(DecodeError::TooLarge { length: bytes.len(), limit: limits.bytes });
    }
    let root = item(bytes, 0, bytes.len(), true)?;
    let end = HEADER + root.padded_length();
    if end < bytes.len() {
        return Err(DecodeError::Trailing { offset: end, extra: bytes.len() - end });
    }
    if limits.items == 0 {
        return Err(DecodeError::TooManyItems { limit: 0 });
    }
    if root.item_type == ItemType::Structure {
        members(bytes, limits)?;
    }
    Ok(root)
}

/// Checks everything inside the structure that the bytes are.
fn members(bytes: &[u8], limits: &Limits) -> Result<(), DecodeError> {
    let depth_limit = limits.effective_depth();
    let mut ends = [0usize; MAXIMUM_DEPTH];
    let mut depth = 0;
    let mut end = bytes.len();
    let mut offset = HEADER;
    let mut left = limits.items - 1;
    if depth_limit == 0 {
        return Err(DecodeError::TooDeep { offset: 0, limit: 0 });
    }
    loop {
        // `end` is the end of the innermost open structure; `ends[..depth]` those of the ones around it.
        while offset == end {
            if depth == 0 {
                return Ok(());
            }
            depth -= 1;
            end = ends[depth];
        }
        let header = item(bytes, offset, end, false)?;
        if left == 0 {
            return Err(DecodeError::TooManyItems { limit: limits.items });
        }
        left -= 1;
        if header.item_type == ItemType::Structure {
            if depth + 1 >= depth_limit {
                return Err(DecodeError::TooDeep { offset, limit: depth_limit });
            }
            ends[depth] = end;
            depth += 1;
            offset += HEADER;
            end = offset + header.padded_length();
        } else {
            offset += HEADER + header.padded_length();
        }
    }
}

/// Checks one item, but not what is inside of it if it is a structure.
///
/// `end` is the end of what holds the item; `root` says whether that is the message rather than a structure.
#[inline]
fn item(bytes: &[u8], offset: usize, end: usize, root: bool) -> Result<Header, DecodeError> {
    let available = bytes.get(offset..end).unwrap_or_default();
    let short = |needed: u64| {
        let available = available.len();
        if root {
            DecodeError::Truncated { offset, needed, available }
        } else {
            DecodeError::Overrun { offset, needed, available }
        }
    };
    let Some((start, behind)) = available.split_first_chunk::<HEADER>() else {
        return Err(short(HEADER as u64));
    };
    let header = Header::read(*start).ok_or(DecodeError::UnknownType { offset, code: start[3] })?;
    let length = header.length as usize;
    let Some((value, padding)) =
        behind.get(..header.padded_length()).and_then(|filled| filled.split_at_checked(length))
    else {
        return Err(short(HEADER as u64 + header.padded_length_wide()));
    };
    check_value(header, value, padding, offset)?;
    Ok(header)
}

/// Checks length, content and padding of one value.
#[inline]
fn check_value(
    header: Header,
    value: &[u8],
    padding: &[u8],
    offset: usize,
) -> Result<(), DecodeError> {
    let Header { item_type, length, .. } = header;
    let fits = match item_type {
        ItemType::Integer | ItemType::Enumeration | ItemType::Interval => length == 4,
        ItemType::LongInteger
        | ItemType::Boolean
        | ItemType::DateTime
        | ItemType::DateTimeExtended => length == 8,
        ItemType::BigInteger => length != 0 && length.is_multiple_of(8),
        ItemType::Structure => length.is_multiple_of(8),
        ItemType::TextString | ItemType::ByteString => true,
    };
    if !fits {
        return Err(DecodeError::WrongLength { offset, item_type, length });
    }
    if padding.iter().any(|byte| *byte != 0) {
        return Err(DecodeError::Padding { offset });
    }
    match item_type {
        ItemType::Boolean if !matches!(value, [0, 0, 0, 0, 0, 0, 0, 0 | 1]) => {
            Err(DecodeError::Boolean { offset })
        }
        ItemType::TextString if std::str::from_utf8(value).is_err() => {
            Err(DecodeError::Text { offset })
        }
        _ => Ok(()),
    }
}

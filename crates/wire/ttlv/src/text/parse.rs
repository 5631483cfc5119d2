//! From the text of a value to an item.

use super::{ValueFault, date, hex};
use crate::{ItemType, Tag, Writer, names};

/// Where an encoding differs in the text of values.
pub(crate) struct Style {
    /// What separates the names of a mask.
    pub(crate) separator: fn(char) -> bool,
    /// Values of enumerations that only this encoding names.
    pub(crate) further_values: fn(Tag, &str) -> Option<u32>,
}

/// Writes the item that a text stands for. Structures have no text.
///
/// `holder` is the tag that says which enumeration or mask it is.
pub(crate) fn write(
    writer: &mut Writer,
    style: &Style,
    (tag, holder): (Tag, Tag),
    item_type: ItemType,
    text: &str,
) -> Result<(), ValueFault> {
    match item_type {
        ItemType::Structure => return Err(ValueFault::Kind),
        ItemType::Integer => writer.integer(tag, integer(style, holder, text)?),
        ItemType::LongInteger => writer.long_integer(tag, long_integer(text)?),
        ItemType::BigInteger => return big_integer(writer, tag, text),
        ItemType::Enumeration => writer.enumeration(tag, enumeration(style, holder, text)?),
        ItemType::Boolean => writer.boolean(tag, boolean(text)?),
        ItemType::TextString => writer.text(tag, text),
        ItemType::ByteString => {
            return writer.bytes_with(tag, text.len() / 2, |target| hex::read(text, target));
        }
        ItemType::DateTime => writer.date_time(tag, date_time(text)?),
        ItemType::Interval => writer.interval(tag, interval(text)?),
        ItemType::DateTimeExtended => writer.date_time_extended(tag, date_time_extended(text)?),
    }
    Ok(())
}

/// The digits of `0x…`.
fn prefixed(text: &str) -> Option<&str> {
    text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))
}

/// A 32-bit number of `0x…`, leading zeros or not.
fn number_32(digits: &str) -> Result<u32, ValueFault> {
    u32::try_from(hex::number(digits)?).map_err(|_| ValueFault::Range)
}

/// A decimal number of any type.
pub(crate) fn decimal<T: TryFrom<i128>>(text: &str) -> Result<T, ValueFault> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ValueFault::Number);
    }
    let number: i128 = text.parse().map_err(|_| ValueFault::Range)?;
    T::try_from(number).map_err(|_| ValueFault::Range)
}

/// A number, or the bits of a mask by name or in hexadecimal.
fn integer(style: &Style, holder: Tag, text: &str) -> Result<i32, ValueFault> {
    if text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '-' | '+'))
        && prefixed(text).is_none()
    {
        return decimal(text);
    }
    let mut bits = 0;
    let mut any = false;
    for part in text.split(style.separator).filter(|part| !part.is_empty()) {
        any = true;
        bits |= match prefixed(part) {
            Some(digits) => number_32(digits)?.cast_signed(),
            None => names::mask_value(holder, part).ok_or(ValueFault::UnknownName)?,
        };
    }
    if any { Ok(bits) } else { Err(ValueFault::Number) }
}

fn long_integer(text: &str) -> Result<i64, ValueFault> {
    match prefixed(text) {
        Some(digits) => hex::number(digits).map(u64::cast_signed),
        None => decimal(text),
    }
}

/// Hexadecimal in two's complement, with `0x` or without.
fn big_integer(writer: &mut Writer, tag: Tag, text: &str) -> Result<(), ValueFault> {
    let digits = prefixed(text).unwrap_or(text);
    let length = digits.len() / 2;
    let negative = digits.starts_with(|first: char| !matches!(first, '0'..='7'));
    if digits.is_empty() {
        return Err(ValueFault::Hexadecimal);
    }
    let extended = length.next_multiple_of(8).max(8);
    writer.big_integer_with(tag, extended, |target| {
        let (sign, value) = target.split_at_mut(extended - length);
        sign.fill(if negative { 0xFF } else { 0 });
        hex::read(digits, value)
    })
}

fn enumeration(style: &Style, holder: Tag, text: &str) -> Result<u32, ValueFault> {
    match prefixed(text) {
        Some(digits) => number_32(digits),
        None => names::enumeration_value(holder, text)
            .or_else(|| (style.further_values)(holder, text))
            .ok_or(ValueFault::UnknownName),
    }
}

fn boolean(text: &str) -> Result<bool, ValueFault> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => match prefixed(text).map(hex::number) {
            Some(Ok(0)) => Ok(false),
            Some(Ok(1)) => Ok(true),
            _ => Err(ValueFault::Boolean),
        },
    }
}

fn date_time(text: &str) -> Result<i64, ValueFault> {
    match prefixed(text) {
        Some(digits) => hex::number(digits).map(u64::cast_signed),
        None => date::read(text).map(|(seconds, _)| seconds),
    }
}

fn date_time_extended(text: &str) -> Result<i64, ValueFault> {
    if let Some(digits) = prefixed(text) {
        return hex::number(digits).map(u64::cast_signed);
    }
    if let Ok(number) = decimal(text) {
        return Ok(number);
    }
    let (seconds, microseconds) = date::read(text)?;
    let whole = seconds.checked_mul(1_000_000).ok_or(ValueFault::Range)?;
    whole.checked_add(microseconds).ok_or(ValueFault::Range)
}

fn interval(text: &str) -> Result<u32, ValueFault> {
    match prefixed(text) {
        Some(digits) => number_32(digits),
        None => decimal(text),
    }
}

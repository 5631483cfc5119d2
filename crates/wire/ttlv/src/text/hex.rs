//! Hexadecimal.

use super::ValueFault;

/// The lower-case digits.
pub(crate) const LOWER: &[u8; 16] = b"0123456789abcdef";

/// The upper-case digits.
pub(crate) const UPPER: &[u8; 16] = b"0123456789ABCDEF";

/// Reads two digits for each byte of the target, whose length must be half of the text's.
pub(crate) fn read(text: &str, target: &mut [u8]) -> Result<(), ValueFault> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() || pairs.len() != target.len() {
        return Err(ValueFault::Hexadecimal);
    }
    for (byte, [high, low]) in target.iter_mut().zip(pairs) {
        let (high, low) = (digit(*high)?, digit(*low)?);
        *byte = high << 4 | low;
    }
    Ok(())
}

/// Reads up to sixteen digits as a number.
pub(crate) fn number(digits: &str) -> Result<u64, ValueFault> {
    if digits.is_empty() {
        return Err(ValueFault::Hexadecimal);
    }
    if digits.len() > 16 {
        return Err(ValueFault::Range);
    }
    let mut number = 0;
    for byte in digits.bytes() {
        number = number << 4 | u64::from(digit(byte)?);
    }
    Ok(number)
}

fn digit(byte: u8) -> Result<u8, ValueFault> {
    match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'a'..=b'f' => Ok(byte - b'a' + 10),
        b'A'..=b'F' => Ok(byte - b'A' + 10),
        _ => Err(ValueFault::Hexadecimal),
    }
}

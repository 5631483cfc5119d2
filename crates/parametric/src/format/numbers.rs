//! Numbers as bytes: without leading zeros, or with as many as a length needs.

use claviger_ports::CryptoError;
use claviger_secret::SecretBytes;

/// The bytes without leading zeros.
pub(crate) fn trimmed(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    &bytes[zeros..]
}

/// A secret number in `length` bytes.
pub(crate) fn fit(number: &SecretBytes, length: usize) -> Result<SecretBytes, CryptoError> {
    let bytes = trimmed(number.expose("write the number with another length"));
    let at = length.checked_sub(bytes.len()).ok_or(CryptoError::InvalidKey(
        "a number of the key is longer than its algorithm or curve allows",
    ))?;
    SecretBytes::try_init(length, |out| {
        out[at..].copy_from_slice(bytes);
        Ok(())
    })
}

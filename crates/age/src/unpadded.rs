//! The base64 that age headers use: standard alphabet, no padding, canonical (RFC 4648 §3.5, §4).

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// The canonical text of `bytes`.
pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD_NO_PAD.encode(bytes)
}

/// The bytes that `text` is the canonical encoding of, or `None` if it is not one.
///
/// The engine refuses padding, foreign characters and unused bits that are not zero.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    STANDARD_NO_PAD.decode(text).ok()
}

/// As [`decode`], for a value of exactly `N` bytes.
pub(crate) fn decode_array<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    decode(text)?.try_into().ok()
}

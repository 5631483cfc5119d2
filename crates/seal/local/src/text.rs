//! The text form of a root key: the base64 of 32 bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use claviger_ports::{RootKey, SealError};
use claviger_secret::SecretBytes;
use zeroize::Zeroizing;

/// No text is read that is longer: enough to say how long a key is that somebody confused with the root key.
pub(crate) const LONGEST_TEXT: usize = 1024;

/// The root key whose base64 is `text`, which was read in `place`.
pub(crate) fn decode(text: &[u8], place: &str) -> Result<RootKey, SealError> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    let encoding = |reason| SealError::Encoding { place: place.to_owned(), reason };
    if text.len() > LONGEST_TEXT {
        return Err(encoding("it is far too long"));
    }
    let mut bytes = Zeroizing::new([0; LONGEST_TEXT]);
    // What the decoder says would name a byte of the text, so it isn't passed on.
    let length = STANDARD
        .decode_slice(text, bytes.as_mut_slice())
        .map_err(|_| encoding(what_is_wrong(text)))?;
    RootKey::new(SecretBytes::copy_from(&bytes[..length]))
}

/// The base64 of `key`, with an end of line.
pub(crate) fn encode(key: &RootKey) -> Zeroizing<Vec<u8>> {
    let bytes = key.secret().expose("a new root key is written to its file");
    let mut text = Zeroizing::new(vec![0; RootKey::LENGTH.div_ceil(3) * 4 + 1]);
    let length = STANDARD.encode_slice(bytes, &mut text).unwrap_or(0);
    text.truncate(length);
    text.push(b'\n');
    text
}

fn what_is_wrong(text: &[u8]) -> &'static str {
    let has = |wanted: fn(&u8) -> bool| text.iter().any(wanted);
    if has(|byte| matches!(byte, b'\n' | b'\r')) {
        "it has more than one line"
    } else if has(u8::is_ascii_whitespace) {
        "it contains a space"
    } else if has(|byte| matches!(byte, b'-' | b'_')) {
        "it contains `-` or `_`, as base64url does; standard base64 has `+` and `/`"
    } else if has(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'+' | b'/' | b'=')) {
        "it contains a character that base64 does not have"
    } else if !text.len().is_multiple_of(4) {
        "its length is no multiple of four: a part or the padding (`=`) is missing"
    } else {
        "its last characters or its padding (`=`) are wrong"
    }
}

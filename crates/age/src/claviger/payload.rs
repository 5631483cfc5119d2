//! The bytes within the Bech32 text of a recipient or identity.
//!
//! ```text
//! payload = version *field
//! version = 0x01
//! field   = kind length value      ; length: of the value, 2 bytes, big-endian
//! kind    = 0x01                   ; key name: recipients have exactly one, identities none
//!         / 0x02                   ; URL of the server: at most one
//!         / 0x03                   ; a pair of the context: its value is
//!                                  ; key length (2 bytes, big-endian), key, value (the rest)
//! ```
//!
//! Fields stand in the order of their kinds, pairs in ascending order of their keys, no key twice. All
//! text is UTF-8. So everything that can be said has exactly one payload; anything else is refused.

use super::address::{AddressError, Context};

const VERSION: u8 = 1;
const KEY_NAME: u8 = 1;
const SERVER: u8 = 2;
const CONTEXT_PAIR: u8 = 3;

/// What a payload says. The bounds of the values are not checked yet.
#[derive(Default)]
pub(super) struct Fields {
    pub(super) key: Option<String>,
    pub(super) server: Option<String>,
    pub(super) context: Context,
}

/// Lays out values that are within their bounds, which are far below the limit of a length.
pub(super) fn encode(key: Option<&str>, server: Option<&str>, context: &Context) -> Vec<u8> {
    let mut payload = vec![VERSION];
    if let Some(key) = key {
        push_field(&mut payload, KEY_NAME, key.as_bytes());
    }
    if let Some(server) = server {
        push_field(&mut payload, SERVER, server.as_bytes());
    }
    for (key, value) in context {
        let mut pair = Vec::with_capacity(2 + key.len() + value.len());
        push_with_length(&mut pair, key.as_bytes());
        pair.extend_from_slice(value.as_bytes());
        push_field(&mut payload, CONTEXT_PAIR, &pair);
    }
    payload
}

/// Reads a payload back.
pub(super) fn decode(payload: &[u8]) -> Result<Fields, AddressError> {
    let (version, mut rest) = payload.split_first().ok_or(AddressError::Malformed)?;
    if *version != VERSION {
        return Err(AddressError::Version);
    }
    let mut fields = Fields::default();
    let mut last_kind = 0;
    while let Some((kind, after)) = rest.split_first() {
        let (value, after) = take_with_length(after)?;
        rest = after;
        if *kind < last_kind {
            return Err(AddressError::Malformed);
        }
        last_kind = *kind;
        match *kind {
            KEY_NAME if fields.key.is_none() => fields.key = Some(text(value)?),
            SERVER if fields.server.is_none() => fields.server = Some(text(value)?),
            CONTEXT_PAIR => {
                let (key, value) = take_with_length(value)?;
                let key = text(key)?;
                if fields.context.last_key_value().is_some_and(|(last, _)| *last >= key) {
                    return Err(AddressError::Malformed);
                }
                fields.context.insert(key, text(value)?);
            }
            _ => return Err(AddressError::Malformed),
        }
    }
    Ok(fields)
}

fn push_field(payload: &mut Vec<u8>, kind: u8, value: &[u8]) {
    payload.push(kind);
    push_with_length(payload, value);
}

fn push_with_length(payload: &mut Vec<u8>, value: &[u8]) {
    let length = u16::try_from(value.len()).expect("values are checked to be shorter than 64 KiB");
    payload.extend_from_slice(&length.to_be_bytes());
    payload.extend_from_slice(value);
}

/// Splits a length and as many bytes off the front.
fn take_with_length(bytes: &[u8]) -> Result<(&[u8], &[u8]), AddressError> {
    let (length, rest) = bytes.split_first_chunk().ok_or(AddressError::Malformed)?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(AddressError::Malformed)
}

fn text(bytes: &[u8]) -> Result<String, AddressError> {
    String::from_utf8(bytes.to_vec()).map_err(|_| AddressError::Malformed)
}

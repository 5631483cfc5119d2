//! The at-rest encoding of what is sealed: CBOR (RFC 8949) arrays, for secrets followed by the bare bytes.
//!
//! The types here mirror the model's and own the format; the model knows nothing of it. A record begins with the number of its
//! layout, so that a later layout can be told apart.

mod backup;
mod keyset;
mod object;
#[cfg(test)]
mod tests;
mod value;

pub(crate) use backup::{decode_backup, encode_backup};
pub(crate) use keyset::{StoredKeyset, decode_keyset, encode_keyset};
pub(crate) use object::{Block, Material, StoredObject, decode_object, encode_object};

pub(crate) use value::{decode_value, encode_value};

use claviger_secret::SealBuffer;
use minicbor::Encode;

/// Encodes `value` into a buffer that is wiped when it is dropped.
fn encode<T: Encode<()>>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    // Writing to a Vec never fails, and the mirror types' own encoding neither.
    let _ = minicbor::encode(value, &mut bytes);
    bytes
}

/// `length of head (4 bytes, big-endian) ‖ head ‖ secret`, written straight into a seal buffer.
fn with_secret(head: &[u8], secret: &[u8]) -> SealBuffer {
    let length = u32::try_from(head.len()).unwrap_or(u32::MAX);
    let filled = SealBuffer::try_init(4 + head.len() + secret.len(), |content| {
        let (prefix, rest) = content.split_at_mut(4);
        prefix.copy_from_slice(&length.to_be_bytes());
        let (first, second) = rest.split_at_mut(head.len());
        first.copy_from_slice(head);
        second.copy_from_slice(secret);
        Ok::<(), std::convert::Infallible>(())
    });
    match filled {
        Ok(buffer) => buffer,
        Err(never) => match never {},
    }
}

/// The inverse of [`with_secret`].
fn split_secret(content: &[u8]) -> Option<(&[u8], &[u8])> {
    let (prefix, rest) = content.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*prefix)).ok()?)
}

/// Decodes a whole record: bytes behind it are an error.
fn decode<'b, T: minicbor::Decode<'b, ()>>(bytes: &'b [u8]) -> Option<T> {
    let mut decoder = minicbor::Decoder::new(bytes);
    let value = decoder.decode().ok()?;
    (decoder.position() == bytes.len()).then_some(value)
}

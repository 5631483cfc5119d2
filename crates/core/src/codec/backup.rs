//! The content of a backup: the keyset and all of its versions with their material.
//!
//! `count (4 bytes) ‖ per part: length (4 bytes) ‖ sequence (8 bytes) ‖ content`, numbers big-endian; the first part is the
//! keyset's sealed content, the others the objects' in the order of their versions.

use claviger_secret::SealBuffer;

use super::{
    StoredKeyset, StoredObject, decode_keyset, decode_object, encode_keyset, encode_object,
};

const WHY: &str = "collecting the parts of a backup";

/// The content to seal.
pub(crate) fn encode_backup(keyset: &StoredKeyset, objects: &[StoredObject]) -> SealBuffer {
    let mut parts = vec![(keyset.keyset.sequence, encode_keyset(keyset))];
    parts.extend(objects.iter().map(|stored| (stored.object.sequence, encode_object(stored))));
    let total = 4 + parts.iter().map(|(_, part)| 12 + part.len()).sum::<usize>();
    let filled = SealBuffer::try_init(total, |mut content| {
        put(&mut content, &length(parts.len()));
        for (sequence, part) in &parts {
            put(&mut content, &length(part.len()));
            put(&mut content, &sequence.to_be_bytes());
            put(&mut content, part.expose(WHY));
        }
        Ok::<(), std::convert::Infallible>(())
    });
    match filled {
        Ok(buffer) => buffer,
        Err(never) => match never {},
    }
}

/// The keyset and the objects of a content.
pub(crate) fn decode_backup(mut content: &[u8]) -> Option<(StoredKeyset, Vec<StoredObject>)> {
    let count = take_number(&mut content)?;
    let (sequence, part) = take_part(&mut content)?;
    let keyset = decode_keyset(part, sequence)?;
    let mut objects = Vec::new();
    for _ in 1..count {
        let (sequence, part) = take_part(&mut content)?;
        objects.push(decode_object(part, sequence)?);
    }
    (content.is_empty() && !objects.is_empty()).then_some((keyset, objects))
}

fn length(value: usize) -> [u8; 4] {
    // A part is a keyset or an object, far below 4 GiB.
    u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes()
}

fn put(content: &mut &mut [u8], bytes: &[u8]) {
    let (first, rest) = std::mem::take(content).split_at_mut(bytes.len());
    first.copy_from_slice(bytes);
    *content = rest;
}

fn take_number(content: &mut &[u8]) -> Option<usize> {
    let (number, rest) = content.split_first_chunk::<4>()?;
    *content = rest;
    usize::try_from(u32::from_be_bytes(*number)).ok()
}

fn take_part<'a>(content: &mut &'a [u8]) -> Option<(u64, &'a [u8])> {
    let length = take_number(content)?;
    let (sequence, rest) = content.split_first_chunk::<8>()?;
    let (part, rest) = rest.split_at_checked(length)?;
    *content = rest;
    Some((u64::from_be_bytes(*sequence), part))
}

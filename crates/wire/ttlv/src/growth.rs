//! Buffers that grow without leaving their content behind.

use claviger_secret::wipe_buffer;

/// Makes room for so many more bytes.
#[inline]
pub(crate) fn reserve(bytes: &mut Vec<u8>, additional: usize) {
    if bytes.capacity() - bytes.len() < additional {
        grow(bytes, additional);
    }
}

/// Moves to a larger buffer and wipes the one that is left behind, which `Vec` would not.
#[cold]
#[inline(never)]
fn grow(bytes: &mut Vec<u8>, additional: usize) {
    const SMALLEST: usize = 256;
    let wanted = bytes.len().saturating_add(additional);
    let doubled = bytes.capacity().saturating_mul(2);
    let mut larger = Vec::with_capacity(wanted.max(doubled).max(SMALLEST));
    larger.extend_from_slice(bytes);
    wipe_buffer(bytes);
    *bytes = larger;
}

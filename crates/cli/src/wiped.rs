//! A buffer for what may be secret, as long as a message: wiped when dropped, at the speed of memory.

use std::ops::{Deref, DerefMut};

use claviger_secret::wipe_buffer;

/// Bytes that are wiped when dropped, their spare capacity too. Whoever lets them grow leaves copies behind.
#[derive(Default)]
pub(crate) struct WipedBytes(Vec<u8>);

impl WipedBytes {
    /// Takes over bytes.
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// No bytes yet, and room for so many.
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }
}

impl Deref for WipedBytes {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for WipedBytes {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

impl Drop for WipedBytes {
    fn drop(&mut self) {
        wipe_buffer(&mut self.0);
    }
}

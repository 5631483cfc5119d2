//! A finished encoding.

use std::ops::Deref;

use claviger_secret::wipe_buffer;

use crate::{DecodeError, Item, Limits};

/// A finished binary encoding, wiped when dropped: messages carry keys.
///
/// It has no `Debug` and no `Clone` for the same reason.
pub struct Buffer(Vec<u8>);

impl Buffer {
    /// Takes received bytes and checks that they are exactly one item.
    ///
    /// # Errors
    /// As [`Item::parse`]; the bytes are wiped then too.
    pub fn parse(bytes: Vec<u8>, limits: &Limits) -> Result<Self, DecodeError> {
        let buffer = Self(bytes);
        Item::parse(&buffer.0, limits)?;
        Ok(buffer)
    }

    /// What a [`crate::Writer`] wrote.
    pub(crate) fn written(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The item that was encoded; the first one, if there are several.
    ///
    /// # Panics
    /// If nothing was ever written, which is a mistake of the writing code and never of a peer.
    #[must_use]
    pub fn item(&self) -> Item<'_> {
        match Item::first_of(&self.0) {
            Some((item, _)) => item,
            None => panic!("a buffer without an item: nothing was written"),
        }
    }

    /// The bytes, no longer wiped by anybody but the caller.
    #[must_use]
    pub fn into_vec(mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        wipe_buffer(&mut self.0);
    }
}

//! Plaintext with room around it, so that a record can be made of it without a copy.

use crate::wipe::wipe_buffer;

/// What stands before the ciphertext of a record: a 24-byte salt and a 32-byte key commitment.
pub const RECORD_HEADER_LENGTH: usize = 56;
/// What stands behind it: the authentication tag.
pub const RECORD_TAG_LENGTH: usize = 16;

/// Plaintext behind [`RECORD_HEADER_LENGTH`] bytes of room and with capacity for the tag.
///
/// Sealing overwrites the plaintext with the ciphertext; a buffer that is dropped unsealed is wiped.
pub struct SealBuffer {
    bytes: Vec<u8>,
}

impl SealBuffer {
    /// An empty plaintext with capacity for `plaintext_length` bytes.
    #[must_use]
    pub fn with_capacity(plaintext_length: usize) -> Self {
        let mut bytes =
            Vec::with_capacity(RECORD_HEADER_LENGTH + plaintext_length + RECORD_TAG_LENGTH);
        bytes.resize(RECORD_HEADER_LENGTH, 0);
        Self { bytes }
    }

    /// Copies `plaintext`.
    #[must_use]
    pub fn copy_from(plaintext: &[u8]) -> Self {
        let mut buffer = Self::with_capacity(plaintext.len());
        buffer.bytes.extend_from_slice(plaintext);
        buffer
    }

    /// A plaintext of `length` zero bytes that `fill` writes in place.
    ///
    /// # Errors
    /// Whatever `fill` returns; the bytes are wiped then.
    pub fn try_init<E>(
        length: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut buffer = Self::with_capacity(length);
        buffer.bytes.resize(RECORD_HEADER_LENGTH + length, 0);
        fill(&mut buffer.bytes[RECORD_HEADER_LENGTH..])?;
        Ok(buffer)
    }

    /// The plaintext. `why` as in [`crate::SecretBytes::expose`].
    #[must_use]
    pub fn expose(&self, why: &'static str) -> &[u8] {
        let _ = why;
        &self.bytes[RECORD_HEADER_LENGTH..]
    }

    /// How many bytes the plaintext has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len() - RECORD_HEADER_LENGTH
    }

    /// Whether the plaintext has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Turns the buffer into a record: `seal` gets the room for the header and the plaintext, replaces the plaintext by
    /// its ciphertext and returns the tag.
    ///
    /// # Errors
    /// Whatever `seal` returns; the buffer is wiped then.
    pub fn seal_with<E>(
        mut self,
        seal: impl FnOnce(&mut [u8], &mut [u8]) -> Result<[u8; RECORD_TAG_LENGTH], E>,
    ) -> Result<Vec<u8>, E> {
        let (header, text) = self.bytes.split_at_mut(RECORD_HEADER_LENGTH);
        let tag = seal(header, text)?;
        let mut record = std::mem::take(&mut self.bytes);
        record.extend_from_slice(&tag);
        Ok(record)
    }
}

impl Drop for SealBuffer {
    fn drop(&mut self) {
        wipe_buffer(&mut self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::{RECORD_HEADER_LENGTH, SealBuffer};

    #[test]
    fn sealing_keeps_the_buffer() {
        let buffer = SealBuffer::copy_from(b"abc");
        let before = buffer.expose("test").as_ptr();
        let record = buffer
            .seal_with(|header, text| {
                header.fill(1);
                text.fill(2);
                Ok::<_, ()>([3; 16])
            })
            .unwrap();
        assert_eq!(record[RECORD_HEADER_LENGTH..].as_ptr(), before);
        assert_eq!(record[..RECORD_HEADER_LENGTH], [1; RECORD_HEADER_LENGTH]);
        assert_eq!(record[RECORD_HEADER_LENGTH..RECORD_HEADER_LENGTH + 3], [2; 3]);
        assert_eq!(record[RECORD_HEADER_LENGTH + 3..], [3; 16]);
    }
}

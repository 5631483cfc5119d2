//! Owned secret bytes.

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::wipe::{wipe, wipe_buffer};

/// Secret bytes on the heap, wiped on drop. Never grows in place, since a reallocation would leave a copy behind.
pub struct SecretBytes {
    bytes: Vec<u8>,
    /// Where the secret begins in `bytes`: what was opened in place keeps its (public) header in front.
    start: usize,
}

impl SecretBytes {
    /// Takes over `bytes`, which are wiped when the value is dropped.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, start: 0 }
    }

    /// Takes over `bytes` of which the secret is `start..end`. The rest is wiped as well.
    ///
    /// # Panics
    /// If `start..end` does not lie within `bytes`: a caller's mistake, never caused by input.
    #[must_use]
    pub fn from_part(mut bytes: Vec<u8>, start: usize, end: usize) -> Self {
        assert!(start <= end && end <= bytes.len(), "the secret part lies within its buffer");
        wipe(&mut bytes[end..]);
        bytes.truncate(end);
        Self { bytes, start }
    }

    /// Makes `length` secret bytes in place; `fill` gets them zeroed.
    ///
    /// # Errors
    /// Whatever `fill` returns; the bytes are wiped then.
    pub fn try_init<E>(
        length: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut secret = Self::new(vec![0; length]);
        fill(&mut secret.bytes)?;
        Ok(secret)
    }

    /// Copies `bytes`. The caller keeps (and wipes) its own.
    #[must_use]
    pub fn copy_from(bytes: &[u8]) -> Self {
        Self::new(bytes.to_vec())
    }

    /// The bytes. `why` says, to the reader of the code, what they are exposed for; nothing is done with it.
    #[must_use]
    pub fn expose(&self, why: &'static str) -> &[u8] {
        let _ = why;
        &self.bytes[self.start..]
    }

    /// The same secret again, in memory of its own. `why` as in [`Self::expose`].
    #[must_use]
    pub fn duplicate(&self, why: &'static str) -> Self {
        Self::copy_from(self.expose(why))
    }

    /// The bytes in a buffer that a caller may change, still wiped on drop. `why` as in [`Self::expose`].
    #[must_use]
    pub fn into_zeroizing(mut self, why: &'static str) -> Zeroizing<Vec<u8>> {
        let _ = why;
        if self.start > 0 {
            return Zeroizing::new(self.bytes[self.start..].to_vec());
        }
        Zeroizing::new(std::mem::take(&mut self.bytes))
    }

    /// Keeps the first `length` bytes and wipes the others; a longer `length` changes nothing.
    pub fn truncate(&mut self, length: usize) {
        let end = self.bytes.len().min(self.start.saturating_add(length));
        wipe(&mut self.bytes[end..]);
        self.bytes.truncate(end);
    }

    /// How many bytes the secret has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len() - self.start
    }

    /// Whether the secret has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Compares in a time that depends on the lengths alone.
    #[must_use]
    pub fn equals(&self, other: &[u8]) -> bool {
        self.bytes[self.start..].ct_eq(other).into()
    }
}

impl Drop for SecretBytes {
    fn drop(&mut self) {
        wipe_buffer(&mut self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::SecretBytes;

    #[test]
    fn a_part_is_all_that_is_exposed() {
        let secret = SecretBytes::from_part(b"header-secret-tag".to_vec(), 7, 13);
        assert_eq!(secret.expose("test"), b"secret");
        assert_eq!(secret.len(), 6);
        assert_eq!(secret.into_zeroizing("test").as_slice(), b"secret");
    }

    #[test]
    fn what_is_cut_off_is_gone() {
        let mut secret = SecretBytes::from_part(b"header-secret-tag".to_vec(), 7, 13);
        secret.truncate(6);
        assert_eq!(secret.expose("test"), b"secret");
        secret.truncate(usize::MAX);
        assert_eq!(secret.expose("test"), b"secret");
        secret.truncate(3);
        assert_eq!(secret.expose("test"), b"sec");
        secret.truncate(0);
        assert!(secret.is_empty());
    }

    #[test]
    fn comparison_sees_length_and_content() {
        let secret = SecretBytes::copy_from(b"abc");
        assert!(secret.equals(b"abc"));
        assert!(!secret.equals(b"abd"));
        assert!(!secret.equals(b"ab"));
        assert!(SecretBytes::new(Vec::new()).is_empty());
    }
}

//! A buffer that leaves no copy of what was written to it.

use std::io;

use zeroize::{Zeroize as _, Zeroizing};

/// Bytes that are wiped when dropped, and also when they move because there are more of them.
#[derive(Default)]
pub(crate) struct WipedBuffer(Zeroizing<Vec<u8>>);

impl WipedBuffer {
    /// With room for so many bytes.
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(capacity)))
    }

    /// Adds bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let needed = self.0.len() + bytes.len();
        if needed > self.0.capacity() {
            let mut larger = Vec::with_capacity(needed.max(2 * self.0.capacity()));
            larger.extend_from_slice(&self.0);
            self.0.zeroize();
            *self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// What was written.
    pub(crate) fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        self.0
    }
}

impl io::Write for WipedBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::WipedBuffer;

    #[test]
    fn what_is_written_in_pieces_is_whole() {
        let mut buffer = WipedBuffer::with_capacity(1);
        let mut expected = Vec::new();
        for length in 0..100 {
            let piece = vec![length as u8; length];
            buffer.push(&piece);
            expected.extend_from_slice(&piece);
        }
        assert_eq!(buffer.len(), expected.len());
        assert_eq!(*buffer.into_bytes(), expected);
    }
}

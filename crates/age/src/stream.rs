//! The payload: STREAM, ChaCha20-Poly1305 over chunks of 64 KiB.
//!
//! The nonce of a chunk is its number (11 bytes, big-endian) and one byte that is 1 for the last chunk.
//! The last chunk may be short, and is empty only if the whole payload is.
//!
//! Source: C2SP age.md, "Payload".

use aws_lc_rs::aead::{Aad, LessSafeKey, NONCE_LEN, Nonce};
use aws_lc_rs::error::Unspecified;

use crate::pipeline::{Batch, Transform};

/// Bytes of plaintext in every chunk but the last.
pub const CHUNK_LEN: usize = 64 * 1024;
/// Bytes that sealing adds to a chunk.
pub const TAG_LEN: usize = 16;
/// Bytes of every sealed chunk but the last.
pub const SEALED_CHUNK_LEN: usize = CHUNK_LEN + TAG_LEN;
/// Bytes of the random nonce in front of the chunks.
pub const PAYLOAD_NONCE_LEN: usize = 16;

/// Chunks that one thread takes at a time: enough to make its turns and system calls rare, and little
/// enough for input and output to stay in its core's cache.
const CHUNKS_PER_BATCH: usize = 8;

/// Why a payload was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// The file ends before its last chunk.
    #[error("the file is cut short; get a complete copy")]
    Truncated,
    /// A chunk is not the one that was written in this place.
    #[error("chunk {chunk} was altered, moved or cut short; get an intact copy")]
    Altered {
        /// The number of the chunk, from 0; each holds 64 KiB.
        chunk: u64,
    },
    /// The last chunk is empty although the payload is not.
    #[error("the last chunk is empty although others precede it")]
    EmptyLastChunk,
    /// Data follows the last chunk.
    #[error("data follows the end; get an intact copy")]
    TrailingData,
    /// More chunks than can be numbered.
    #[error("it has more chunks than can be numbered")]
    TooLong,
}

/// Turns plaintext into sealed chunks.
pub(crate) struct Sealing(LessSafeKey);

/// Turns sealed chunks into plaintext, and yields none that is not authenticated.
pub(crate) struct Opening(LessSafeKey);

impl Sealing {
    pub(crate) fn new(key: LessSafeKey) -> Self {
        Self(key)
    }

    fn seal_chunk(
        &self,
        place: Place,
        plain: &[u8],
        sealed: &mut [u8],
    ) -> Result<(), PayloadError> {
        let (text, tag) = sealed.split_at_mut(plain.len());
        self.0
            .seal_out_of_place_scatter(place.nonce(), Aad::empty(), plain, text, &[], tag)
            .map_err(|Unspecified| PayloadError::TooLong)
    }
}

impl Transform for Sealing {
    const INPUT_LEN: usize = CHUNKS_PER_BATCH * CHUNK_LEN;
    const OUTPUT_LEN: usize = CHUNKS_PER_BATCH * SEALED_CHUNK_LEN;

    fn plaintext_len(input: usize, _output: usize) -> usize {
        input
    }

    fn apply(
        &self,
        batch: Batch,
        input: &[u8],
        output: &mut [u8],
    ) -> (usize, Result<(), PayloadError>) {
        // An empty payload still has one chunk, its last.
        let count = input.len().div_ceil(CHUNK_LEN).max(1);
        let mut ready = 0;
        for index in 0..count {
            let plain = &input[index * CHUNK_LEN..input.len().min((index + 1) * CHUNK_LEN)];
            let sealed = &mut output[ready..ready + plain.len() + TAG_LEN];
            let sealing = Place::new(batch, index, count)
                .and_then(|place| self.seal_chunk(place, plain, sealed));
            if let Err(error) = sealing {
                return (ready, Err(error));
            }
            ready += plain.len() + TAG_LEN;
        }
        (ready, Ok(()))
    }
}

impl Opening {
    pub(crate) fn new(key: LessSafeKey) -> Self {
        Self(key)
    }

    /// Opens one chunk, and says how much plaintext of it may be released, and what is wrong.
    fn open_chunk(
        &self,
        place: Place,
        sealed: &[u8],
        plain: &mut [u8],
    ) -> (usize, Result<(), PayloadError>) {
        if self.authenticates(place, sealed, plain) {
            return match place.last && plain.is_empty() && place.chunk > 0 {
                true => (0, Err(PayloadError::EmptyLastChunk)),
                false => (plain.len(), Ok(())),
            };
        }
        // Was it written as the last chunk although more follows, or the other way round? Either way it is
        // authentic where it stands. As a chunk within the file it must be full.
        if self.authenticates(Place { last: !place.last, ..place }, sealed, plain) {
            return match place.last {
                true if plain.len() < CHUNK_LEN => (0, Err(PayloadError::Truncated)),
                true => (plain.len(), Err(PayloadError::Truncated)),
                false => (plain.len(), Err(PayloadError::TrailingData)),
            };
        }
        (0, Err(PayloadError::Altered { chunk: place.chunk }))
    }

    fn authenticates(&self, place: Place, sealed: &[u8], plain: &mut [u8]) -> bool {
        let (text, tag) = sealed.split_at(plain.len());
        self.0.open_separate_gather(place.nonce(), Aad::empty(), text, tag, plain).is_ok()
    }
}

impl Transform for Opening {
    const INPUT_LEN: usize = CHUNKS_PER_BATCH * SEALED_CHUNK_LEN;
    const OUTPUT_LEN: usize = CHUNKS_PER_BATCH * CHUNK_LEN;

    fn plaintext_len(_input: usize, output: usize) -> usize {
        output
    }

    fn apply(
        &self,
        batch: Batch,
        input: &[u8],
        output: &mut [u8],
    ) -> (usize, Result<(), PayloadError>) {
        let count = input.len().div_ceil(SEALED_CHUNK_LEN);
        if count == 0 {
            return (0, Err(PayloadError::Truncated));
        }
        let mut ready = 0;
        for (index, sealed) in input.chunks(SEALED_CHUNK_LEN).enumerate() {
            let Some(length) = sealed.len().checked_sub(TAG_LEN) else {
                return (ready, Err(PayloadError::Truncated));
            };
            let place = match Place::new(batch, index, count) {
                Ok(place) => place,
                Err(error) => return (ready, Err(error)),
            };
            let (opened, result) =
                self.open_chunk(place, sealed, &mut output[ready..ready + length]);
            ready += opened;
            if result.is_err() {
                return (ready, result);
            }
        }
        (ready, Ok(()))
    }
}

/// Where a chunk stands in the payload.
#[derive(Clone, Copy)]
struct Place {
    chunk: u64,
    last: bool,
}

impl Place {
    /// The place of chunk `index` of the `count` chunks in a batch.
    fn new(batch: Batch, index: usize, count: usize) -> Result<Self, PayloadError> {
        let first = batch.index.checked_mul(CHUNKS_PER_BATCH as u64);
        let chunk = first.and_then(|first| first.checked_add(index as u64));
        let chunk = chunk.ok_or(PayloadError::TooLong)?;
        Ok(Self { chunk, last: batch.last && index + 1 == count })
    }

    fn nonce(self) -> Nonce {
        let mut bytes = [0; NONCE_LEN];
        bytes[3..11].copy_from_slice(&self.chunk.to_be_bytes());
        bytes[11] = u8::from(self.last);
        Nonce::assume_unique_for_key(bytes)
    }
}

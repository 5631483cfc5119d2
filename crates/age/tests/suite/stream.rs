//! The payload: every size round-trips, every change is noticed, nothing unauthentic is released.

use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use claviger_age::header;
use claviger_age::stream::{CHUNK_LEN, PAYLOAD_NONCE_LEN, SEALED_CHUNK_LEN, TAG_LEN};
use claviger_age::{Error, HeaderError, PayloadError, decrypt, encrypt, x25519};
use proptest::prelude::*;

use crate::{decrypted, encrypted, sample};

/// More than one thread takes at a time, so that several threads take part.
const MANY_CHUNKS: usize = 27;

fn identity() -> x25519::Identity {
    x25519::Identity::generate().expect("random")
}

/// Where the first chunk begins.
fn payload_start(file: &[u8]) -> usize {
    header::parse(file).expect("parses").1 + PAYLOAD_NONCE_LEN
}

#[test]
fn sizes_around_every_boundary_round_trip() {
    let identity = identity();
    let chunks = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, MANY_CHUNKS];
    let around =
        |chunks: usize| [-1_isize, 0, 1].map(|more| (chunks * CHUNK_LEN).checked_add_signed(more));
    for size in chunks.into_iter().flat_map(around).flatten() {
        let text = sample(size);
        let file = encrypted(&text, &identity);
        let sealed = size + size.div_ceil(CHUNK_LEN).max(1) * TAG_LEN;
        assert_eq!(file.len() - payload_start(&file), sealed, "{size} bytes");
        let (again, result) = decrypted(&file, &identity);
        assert_eq!(result.expect("decrypts"), size as u64);
        assert!(again == text, "{size} bytes");
    }
}

#[test]
fn a_file_that_is_cut_anywhere_fails_and_releases_a_prefix() {
    let identity = identity();
    let text = sample(MANY_CHUNKS * CHUNK_LEN + 1000);
    let file = encrypted(&text, &identity);
    let start = payload_start(&file);
    let boundaries = (0..=MANY_CHUNKS).map(|chunk| start + chunk * SEALED_CHUNK_LEN);
    let around = |end: usize| [end - 1, end, end + 1, end + TAG_LEN, end + TAG_LEN + 1];
    for end in boundaries.flat_map(around).chain([file.len() - 1]).filter(|end| *end < file.len()) {
        let (released, result) = decrypted(&file[..end], &identity);
        match result {
            Err(Error::Payload(PayloadError::Truncated | PayloadError::Altered { .. })) => {}
            Err(Error::Header(HeaderError::UnexpectedEnd)) if end < start => {}
            other => panic!("{end} bytes: {other:?}"),
        }
        assert!(text.starts_with(&released), "{end} bytes");
        assert_eq!(released.len() % CHUNK_LEN, 0, "{end} bytes");
    }
}

#[test]
fn a_cut_at_a_boundary_is_called_truncation() {
    let identity = identity();
    let file = encrypted(&sample(3 * CHUNK_LEN), &identity);
    let start = payload_start(&file);
    for chunks in 0..3 {
        let (released, result) = decrypted(&file[..start + chunks * SEALED_CHUNK_LEN], &identity);
        assert!(matches!(result, Err(Error::Payload(PayloadError::Truncated))), "{result:?}");
        assert_eq!(released.len(), chunks * CHUNK_LEN);
    }
}

#[test]
fn moved_doubled_and_dropped_chunks_fail() {
    let identity = identity();
    let text = sample(MANY_CHUNKS * CHUNK_LEN);
    let file = encrypted(&text, &identity);
    let (head, payload) = file.split_at(payload_start(&file));
    let chunks: Vec<&[u8]> = payload.chunks(SEALED_CHUNK_LEN).collect();
    let check = |chunks: &[&[u8]], intact: usize| {
        let (released, result) = decrypted(&[head, &chunks.concat()].concat(), &identity);
        assert!(matches!(result, Err(Error::Payload(_))), "{result:?}");
        assert!(released == text[..intact * CHUNK_LEN], "{} bytes released", released.len());
    };
    for place in [0, 1, 6, 7, 8, 20, MANY_CHUNKS - 2] {
        let mut swapped = chunks.clone();
        swapped.swap(place, place + 1);
        check(&swapped, place);
        let mut doubled = chunks.clone();
        doubled.insert(place, chunks[place]);
        check(&doubled, place + 1);
        let mut dropped = chunks.clone();
        dropped.remove(place);
        check(&dropped, place);
    }
    let mut longer = chunks.clone();
    longer.push(b"more");
    check(&longer, MANY_CHUNKS);
}

#[test]
fn a_chunk_of_another_file_fails() {
    let identity = identity();
    let (mut one, other) =
        (encrypted(&sample(CHUNK_LEN), &identity), encrypted(&sample(CHUNK_LEN), &identity));
    let start = payload_start(&one);
    one.splice(start.., other[start..].iter().copied());
    let (released, result) = decrypted(&one, &identity);
    assert!(matches!(result, Err(Error::Payload(PayloadError::Altered { chunk: 0 }))));
    assert!(released.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_flipped_bit_is_noticed(size in 0..3 * CHUNK_LEN, place in any::<prop::sample::Index>(), bit in 0..8) {
        let identity = identity();
        let text = sample(size);
        let mut file = encrypted(&text, &identity);
        let place = place.index(file.len());
        file[place] ^= 1_u8 << bit;
        let (released, result) = decrypted(&file, &identity);
        prop_assert!(result.is_err());
        prop_assert!(text.starts_with(&released));
        prop_assert_eq!(released.len() % CHUNK_LEN, 0);
    }

    #[test]
    fn any_size_round_trips(size in 0..20 * CHUNK_LEN) {
        let identity = identity();
        let text = sample(size);
        let (again, result) = decrypted(&encrypted(&text, &identity), &identity);
        prop_assert_eq!(result.expect("decrypts"), size as u64);
        prop_assert!(again == text);
    }
}

/// A reader that gives little at a time, and is interrupted.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 += 1;
        if self.1.is_multiple_of(3) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let length = buffer.len().min(1 + self.1 * 7919 % 5000);
        self.0.read(&mut buffer[..length])
    }
}

#[test]
fn short_and_interrupted_reads_change_nothing() {
    let identity = identity();
    let text = sample(MANY_CHUNKS * CHUNK_LEN + 1);
    let mut file = Vec::new();
    encrypt(Drip(&text, 0), &mut file, &[&identity.recipient()], |_| {}).expect("encrypts");
    let mut again = Vec::new();
    decrypt(Drip(&file, 0), &mut again, &[&identity], |_| {}).expect("decrypts");
    assert!(again == text);
}

/// A reader and writer that fails after so many bytes.
struct Failing(usize);

impl Failing {
    fn next(&mut self, length: usize) -> io::Result<usize> {
        let length = length.min(self.0);
        self.0 -= length;
        if length == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(length) }
    }
}

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.next(buffer.len())
    }
}

impl Write for Failing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.next(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn failures_of_input_and_output_are_told_apart() {
    let identity = identity();
    let text = sample(MANY_CHUNKS * CHUNK_LEN);
    let file = encrypted(&text, &identity);
    let recipient = identity.recipient();
    for limit in [0, 10, 100, 300, CHUNK_LEN, 9 * CHUNK_LEN, 20 * CHUNK_LEN] {
        let result = encrypt(Failing(limit), io::sink(), &[&recipient], |_| {});
        assert!(matches!(result, Err(Error::Read(_))), "{result:?}");
        let result = encrypt(&text[..], Failing(limit), &[&recipient], |_| {});
        assert!(matches!(result, Err(Error::Write(_))), "{result:?}");
        let result = decrypt(file[..limit].chain(Failing(0)), io::sink(), &[&identity], |_| {});
        assert!(matches!(result, Err(Error::Read(_))), "{result:?}");
        let result = decrypt(&file[..], Failing(limit), &[&identity], |_| {});
        assert!(matches!(result, Err(Error::Write(_))), "{result:?}");
    }
}

#[test]
fn progress_rises_to_the_length_of_the_plaintext() {
    let identity = identity();
    let text = sample(MANY_CHUNKS * CHUNK_LEN + 5);
    let length = text.len() as u64;
    let (mut file, mut seen) = (Vec::new(), Vec::new());
    let count = |seen: &mut Vec<u64>, done| seen.push(done);
    let result =
        encrypt(&text[..], &mut file, &[&identity.recipient()], |done| count(&mut seen, done));
    assert_eq!(result.expect("encrypts"), length);
    assert!(seen.is_sorted() && seen.len() > 2 && seen.last() == Some(&length), "{seen:?}");
    seen.clear();
    let result = decrypt(&file[..], io::sink(), &[&identity], |done| count(&mut seen, done));
    assert_eq!(result.expect("decrypts"), length);
    assert!(seen.is_sorted() && seen.len() > 2 && seen.last() == Some(&length), "{seen:?}");
}

/// A reader that panics after so many bytes.
struct Panicking(usize);

impl Read for Panicking {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(self.0);
        assert!(length > 0, "as the test wants");
        self.0 -= length;
        Ok(length)
    }
}

#[test]
fn a_panic_of_the_reader_reaches_the_caller_and_hangs_nobody() {
    let recipient = identity().recipient();
    for chunks in [1, 8, 9, 16, 24, 25, 100] {
        let reader = Panicking(chunks * CHUNK_LEN);
        let result =
            catch_unwind(AssertUnwindSafe(|| encrypt(reader, io::sink(), &[&recipient], |_| {})));
        assert!(result.is_err(), "{chunks} chunks");
    }
}

#[test]
fn a_panic_of_the_caller_reaches_it_and_hangs_nobody() {
    let identity = identity();
    let text = sample(MANY_CHUNKS * CHUNK_LEN);
    for call in [1, 2, 3] {
        let mut calls = 0;
        let progress = |_| {
            calls += 1;
            assert!(calls < call, "as the test wants");
        };
        let result = catch_unwind(AssertUnwindSafe(|| {
            encrypt(&text[..], io::sink(), &[&identity.recipient()], progress)
        }));
        assert!(result.is_err(), "call {call}");
    }
}

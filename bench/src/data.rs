//! Payloads: bytes that look random, the same in every run, made without any cryptography.

use std::{
    fs,
    io::{self, Read, Write},
    path::Path,
};

use base64_simd::STANDARD;

/// So many bytes that no compressor or cache finds a pattern in (xorshift64*).
pub fn pseudo_random(length: usize, seed: u64) -> Vec<u8> {
    let mut bytes = vec![0; length];
    Generator::new(seed).fill(&mut bytes);
    bytes
}

/// The same in base64 (RFC 4648 §4), as requests carry it.
pub fn pseudo_random_base64(length: usize, seed: u64) -> String {
    STANDARD.encode_to_string(pseudo_random(length, seed))
}

/// Writes a file of so many such bytes and syncs it.
pub fn write_file(path: &Path, length: u64) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    let mut generator = Generator::new(length);
    let mut part = vec![0; PART];
    let mut missing = length;
    while missing > 0 {
        let now = usize::try_from(missing).unwrap_or(PART).min(PART);
        generator.fill(&mut part[..now]);
        file.write_all(&part[..now])?;
        missing -= now as u64;
    }
    file.sync_all()
}

/// Whether two files hold the same bytes.
pub fn same_content(left: &Path, right: &Path) -> io::Result<bool> {
    let (mut left, mut right) = (fs::File::open(left)?, fs::File::open(right)?);
    if left.metadata()?.len() != right.metadata()?.len() {
        return Ok(false);
    }
    let (mut part, mut other) = (vec![0; PART], vec![0; PART]);
    loop {
        let read = left.read(&mut part)?;
        if read == 0 {
            return Ok(true);
        }
        right.read_exact(&mut other[..read])?;
        if part[..read] != other[..read] {
            return Ok(false);
        }
    }
}

/// Marsaglia's xorshift with a multiplication; for test data only.
pub struct Generator(u64);

impl Generator {
    /// A sequence of its own for each seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(MULTIPLIER) | 1)
    }

    /// The next number of the sequence.
    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(MULTIPLIER)
    }

    fn fill(&mut self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(8) {
            part.copy_from_slice(&self.number().to_le_bytes()[..part.len()]);
        }
    }
}

const MULTIPLIER: u64 = 0x2545_f491_4f6c_dd1d;
const PART: usize = 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_gives_others() {
        assert_eq!(pseudo_random(33, 1), pseudo_random(33, 1));
        assert_ne!(pseudo_random(33, 1), pseudo_random(33, 2));
        assert_eq!(pseudo_random_base64(1024, 1).len(), 1368);
    }

    #[test]
    fn files_have_the_asked_length_and_are_compared_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let (one, other) = (folder.path().join("one"), folder.path().join("other"));
        let length = PART as u64 + 17;
        write_file(&one, length).expect("written");
        fs::copy(&one, &other).expect("copied");
        assert_eq!(fs::metadata(&one).expect("is there").len(), length);
        assert!(same_content(&one, &other).expect("read"));
        let mut altered = fs::read(&one).expect("read");
        altered[PART + 3] ^= 1;
        fs::write(&other, &altered).expect("written");
        assert!(!same_content(&one, &other).expect("read"));
        fs::write(&other, &altered[1..]).expect("written");
        assert!(!same_content(&one, &other).expect("read"));
    }
}

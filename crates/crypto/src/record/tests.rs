//! The record construction: known answers, commitment, and that nothing that was changed opens.
//!
//! `vectors.json` was computed once by an independent implementation of the layout in `record.rs`, in Python over OpenSSL's
//! HKDF and ciphers and libsodium's XChaCha20-Poly1305.

use claviger_model::{Algorithm, KeySpec};
use claviger_ports::CryptoError;
use claviger_secret::{RECORD_HEADER_LENGTH, RECORD_TAG_LENGTH, SealBuffer};
use proptest::prelude::*;
use serde::Deserialize;

use super::{Derived, RecordKey, SALT_LENGTH, Suite};

#[derive(Deserialize)]
struct Vector {
    suite: u8,
    algorithm: String,
    spec: String,
    key: String,
    salt: String,
    context: String,
    plaintext: String,
    record: String,
}

const SUITES: [Suite; 7] = [
    Suite::Aes128Gcm,
    Suite::Aes192Gcm,
    Suite::Aes256Gcm,
    Suite::Aes128GcmSiv,
    Suite::Aes256GcmSiv,
    Suite::ChaCha20Poly1305,
    Suite::XChaCha20Poly1305,
];

fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}

fn seal(key: &RecordKey, suite: Suite, context: &[u8], plaintext: &[u8]) -> Vec<u8> {
    key.seal(suite, context, SealBuffer::copy_from(plaintext)).unwrap()
}

fn error(result: Result<claviger_secret::SecretBytes, CryptoError>) -> CryptoError {
    result.err().expect("it must not open")
}

#[test]
fn records_are_as_an_independent_implementation_makes_them() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("vectors.json")).unwrap();
    assert!(vectors.len() >= 19);
    for vector in vectors {
        let algorithm = Algorithm::from_name(&vector.algorithm).unwrap();
        let suite = Suite::new(algorithm, KeySpec::from_name(&vector.spec).unwrap()).unwrap();
        assert_eq!(suite as u8, vector.suite);
        let key = RecordKey::new(&bytes(&vector.key));
        let context = bytes(&vector.context);
        let plaintext = bytes(&vector.plaintext);
        let salt: [u8; SALT_LENGTH] = bytes(&vector.salt).try_into().unwrap();
        let record =
            key.seal_with_salt(suite, &context, SealBuffer::copy_from(&plaintext), &salt).unwrap();
        assert_eq!(hex::encode(&record), vector.record, "suite {}", vector.suite);
        assert!(key.open(suite, &context, record).unwrap().equals(&plaintext));
    }
}

#[test]
fn every_length_comes_back_and_no_two_records_are_equal() {
    for suite in SUITES {
        let key = RecordKey::new(&[7; 32]);
        for length in 0..200 {
            let plaintext = vec![length as u8; length];
            let record = seal(&key, suite, b"context", &plaintext);
            assert_eq!(record.len(), RECORD_HEADER_LENGTH + length + RECORD_TAG_LENGTH);
            assert_ne!(record, seal(&key, suite, b"context", &plaintext));
            assert!(key.open(suite, b"context", record).unwrap().equals(&plaintext));
        }
    }
}

#[test]
fn every_flipped_bit_and_every_cut_fails_alike() {
    for suite in SUITES {
        let key = RecordKey::new(&[7; 32]);
        let record = seal(&key, suite, b"context", b"plaintext of some length");
        for bit in 0..record.len() * 8 {
            let mut changed = record.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(error(key.open(suite, b"context", changed)), CryptoError::Failed);
        }
        for length in 0..record.len() {
            let cut = record[..length].to_vec();
            assert_eq!(error(key.open(suite, b"context", cut)), CryptoError::Failed);
        }
        let longer = [record.as_slice(), &[0]].concat();
        assert_eq!(error(key.open(suite, b"context", longer)), CryptoError::Failed);
    }
}

#[test]
fn a_record_opens_under_its_key_context_and_suite_only() {
    let key = RecordKey::new(&[7; 32]);
    for suite in SUITES {
        let record = seal(&key, suite, b"a=1,b=2", b"plaintext");
        for context in [&b""[..], b"a=1", b"a=1,b=3", b"b=2,a=1", b"a=1,b=2,", b"a=1,b=2\0"] {
            assert_eq!(error(key.open(suite, context, record.clone())), CryptoError::Failed);
        }
        let other = RecordKey::new(&[8; 32]);
        assert_eq!(error(other.open(suite, b"a=1,b=2", record.clone())), CryptoError::Failed);
        for other in SUITES.into_iter().filter(|other| *other != suite) {
            assert_eq!(error(key.open(other, b"a=1,b=2", record.clone())), CryptoError::Failed);
        }
    }
}

/// The "invisible salamander": AES-GCM alone lets one ciphertext open under two keys. Here is one, made for the two AEAD keys
/// that two record keys derive from one salt: both open it as AES-GCM, and as a record it opens under neither but the one
/// whose commitment it carries.
#[test]
fn a_ciphertext_that_two_keys_open_is_a_record_of_one_only() {
    let (first, second) = (RecordKey::new(&[1; 32]), RecordKey::new(&[2; 32]));
    let salt = [3; SALT_LENGTH];
    let derived: [Derived; 2] =
        [&first, &second].map(|key| key.derive(Suite::Aes256Gcm, b"", &salt).unwrap());
    let (ciphertext, tag) = salamander::make(&derived[0], &derived[1]);
    for derived in &derived {
        let mut text = ciphertext.clone();
        let cipher = Suite::Aes256Gcm.cipher(derived.key()).unwrap();
        cipher.open_in_place(derived.nonce(), b"", &mut text, &tag).unwrap();
    }
    for (keys, derived) in [([&first, &second], &derived[0]), ([&second, &first], &derived[1])] {
        let record = [&salt[..], derived.commitment(), &ciphertext, &tag].concat();
        let [committed, other] = keys;
        assert!(committed.open(Suite::Aes256Gcm, b"", record.clone()).is_ok());
        assert_eq!(error(other.open(Suite::Aes256Gcm, b"", record)), CryptoError::Failed);
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_open(record: Vec<u8>, context: Vec<u8>, suite in 0..7_usize) {
        let key = RecordKey::new(&[7; 32]);
        prop_assert_eq!(error(key.open(SUITES[suite], &context, record)), CryptoError::Failed);
    }

    #[test]
    fn whatever_is_sealed_is_opened(plaintext: Vec<u8>, context: Vec<u8>, suite in 0..7_usize) {
        let key = RecordKey::new(&[7; 32]);
        let record = seal(&key, SUITES[suite], &context, &plaintext);
        let opened = key.open(SUITES[suite], &context, record).unwrap();
        prop_assert!(opened.equals(&plaintext));
    }
}

/// Makes an AES-GCM ciphertext that opens under two keys (Dodis, Grubbs, Ristenpart, Woodage: "Fast Message Franking", 2018).
mod salamander {
    use aes::Aes256;
    use aes::cipher::{BlockCipherEncrypt, KeyInit};

    use super::Derived;

    /// One block of ciphertext that is free, solved so that the tags of both keys are equal, and that tag.
    ///
    /// With one block C, no additional data and the block L of lengths: tag = C·H² + L·H + E(nonce ‖ 1).
    pub(super) fn make(first: &Derived, second: &Derived) -> (Vec<u8>, [u8; 16]) {
        let lengths = 128_u128;
        let [(hash, mask), (other_hash, other_mask)] = [first, second].map(|derived| {
            let cipher = Aes256::new_from_slice(derived.key()).unwrap();
            let encrypt = |block: [u8; 16]| {
                let mut block = block.into();
                cipher.encrypt_block(&mut block);
                u128::from_be_bytes(block.into())
            };
            let mut counter = [0; 16];
            counter[..12].copy_from_slice(derived.nonce());
            counter[15] = 1;
            (encrypt([0; 16]), encrypt(counter))
        });
        let constant = |hash: u128, mask: u128| multiply(lengths, hash) ^ mask;
        let right = constant(hash, mask) ^ constant(other_hash, other_mask);
        let left = multiply(hash, hash) ^ multiply(other_hash, other_hash);
        let block = multiply(right, invert(left));
        let tag = multiply(block, multiply(hash, hash)) ^ constant(hash, mask);
        (block.to_be_bytes().to_vec(), tag.to_be_bytes())
    }

    /// The product in GCM's field (SP 800-38D §6.3), whose first bit is the most significant one.
    fn multiply(left: u128, right: u128) -> u128 {
        let mut product = 0;
        let mut power = right;
        for bit in (0..128).rev() {
            if left >> bit & 1 == 1 {
                product ^= power;
            }
            let carry = power & 1;
            power >>= 1;
            if carry == 1 {
                power ^= 0xe1 << 120;
            }
        }
        product
    }

    /// The inverse: the power of 2^128 - 2.
    fn invert(value: u128) -> u128 {
        let mut result = 1 << 127;
        let mut square = value;
        for _ in 1..128 {
            square = multiply(square, square);
            result = multiply(result, square);
        }
        result
    }
}

//! The committing record: it opens to what was sealed, under its own context and unchanged, and nothing else
//! opens.
//!
//! The input is: cipher (one byte), where to change the record (two bytes), how (one byte), the context's
//! length (one byte), the context, and the plaintext, which is also tried as a record.

#![no_main]

use std::sync::{Arc, LazyLock};

use claviger_crypto::SoftwareCrypto;
use claviger_model::{Algorithm, KeySpec};
use claviger_ports::{Crypto, CryptoError, Key};
use claviger_secret::SealBuffer;
use libfuzzer_sys::fuzz_target;

type Cipher = (Algorithm, Arc<dyn Key>);

static CIPHERS: LazyLock<[Cipher; 4]> = LazyLock::new(|| {
    [
        (Algorithm::AesGcm, KeySpec::Aes256),
        (Algorithm::AesGcmSiv, KeySpec::Aes128),
        (Algorithm::ChaCha20Poly1305, KeySpec::ChaCha20),
        (Algorithm::XChaCha20Poly1305, KeySpec::ChaCha20),
    ]
    .map(|(algorithm, spec)| {
        let crypto = SoftwareCrypto::new();
        let material = crypto.generate(spec).expect("a key can be made");
        (algorithm, crypto.load(spec, &material).expect("a key can be loaded"))
    })
});

fuzz_target!(|input: &[u8]| {
    let Some((&[cipher, high, low, mask, length], rest)) = input.split_first_chunk::<5>() else {
        return;
    };
    let (algorithm, key) = &CIPHERS[usize::from(cipher) % CIPHERS.len()];
    let (context, plaintext) = rest.split_at(usize::from(length).min(rest.len()));
    let open = |context: &[u8], record: &[u8]| key.open(*algorithm, context, record.to_vec());

    let buffer = SealBuffer::copy_from(plaintext);
    let record = key.seal(*algorithm, context, buffer).expect("a plaintext can be sealed");
    let opened = open(context, &record).expect("a record opens");
    assert!(opened.equals(plaintext), "a record opens to something else");

    let mut changed = record.clone();
    let place = usize::from(u16::from_be_bytes([high, low])) % changed.len();
    changed[place] ^= mask.max(1);
    assert!(open(context, &changed).err() == Some(CryptoError::Failed), "a change was not noticed");
    let shorter = &record[..place];
    assert!(open(context, shorter).err() == Some(CryptoError::Failed), "a cut was not noticed");
    let other = [context, &[mask]].concat();
    assert!(open(&other, &record).err() == Some(CryptoError::Failed), "any context opens it");
    assert!(open(context, plaintext).err() == Some(CryptoError::Failed), "a record was forged");
});

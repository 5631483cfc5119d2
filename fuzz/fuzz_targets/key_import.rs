//! Import of keys: what is accepted can be loaded, is written out in the format that it came in, and is the
//! same key when that is read again.
//!
//! The first byte of the input chooses the format and the second what raw bytes are, the rest is the key.

#![no_main]

use claviger_crypto::SoftwareCrypto;
use claviger_model::{KeyFormat, KeySpec};
use claviger_ports::{Crypto, ImportedKey};
use libfuzzer_sys::fuzz_target;

const FORMATS: [KeyFormat; 4] = [KeyFormat::Raw, KeyFormat::Pkcs8, KeyFormat::Spki, KeyFormat::Jwk];

const CRYPTO: SoftwareCrypto = SoftwareCrypto::new();

fuzz_target!(|input: &[u8]| {
    let Some((&[format, spec], key)) = input.split_first_chunk::<2>() else { return };
    let format = FORMATS[usize::from(format) % FORMATS.len()];
    let spec = match format {
        KeyFormat::Raw => Some(KeySpec::ALL[usize::from(spec) % KeySpec::ALL.len()]),
        KeyFormat::Pkcs8 | KeyFormat::Spki | KeyFormat::Jwk => None,
    };
    let Ok(imported) = CRYPTO.import(format, spec, key) else { return };
    let again =
        if imported.public_only { public_again(&imported) } else { again(&imported, format) };
    assert!(again.spec == imported.spec, "another kind of key");
    assert!(again.public_only == imported.public_only, "a half of the key was lost or won");
    let material = again.material.expose("compare the keys");
    assert!(imported.material.equals(material), "another key");
});

/// Loads a secret or private key, writes it and reads it.
fn again(imported: &ImportedKey, format: KeyFormat) -> ImportedKey {
    let ImportedKey { spec, material, public_only: _ } = imported;
    assert!(CRYPTO.load(*spec, material).is_ok(), "an imported key cannot be loaded");
    let written = CRYPTO.export(*spec, material, format).expect("an imported key can be written");
    let bytes = written.expose("read it again");
    CRYPTO.import(format, Some(*spec), bytes).ok().expect("what was written can be read")
}

/// Loads a public key, writes it as a JSON Web Key and reads it.
fn public_again(imported: &ImportedKey) -> ImportedKey {
    let ImportedKey { spec, material, public_only: _ } = imported;
    let public = material.expose("load the public key");
    assert!(CRYPTO.load_public(*spec, public).is_ok(), "an imported key cannot be loaded");
    let written = CRYPTO.public_jwk(*spec, public).expect("an imported key can be written");
    CRYPTO.import(KeyFormat::Jwk, Some(*spec), &written).ok().expect("what was written can be read")
}

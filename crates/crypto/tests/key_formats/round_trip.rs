//! Every kind of key, out and in again, in every format that it has.

use claviger_crypto::SoftwareCrypto;
use claviger_model::{KeyFormat, KeySpec};
use claviger_ports::{Crypto, CryptoError};
use claviger_secret::SecretBytes;

const FORMATS: [KeyFormat; 4] = [KeyFormat::Raw, KeyFormat::Pkcs8, KeyFormat::Spki, KeyFormat::Jwk];

fn is_rsa(spec: KeySpec) -> bool {
    matches!(spec, KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096)
}

fn is_ml_kem(spec: KeySpec) -> bool {
    matches!(spec, KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024)
}

/// Whether a kind of key has a format.
fn has(spec: KeySpec, format: KeyFormat) -> bool {
    match format {
        KeyFormat::Raw => !is_rsa(spec),
        KeyFormat::Pkcs8 | KeyFormat::Spki => !spec.is_symmetric(),
        KeyFormat::Jwk => !is_ml_kem(spec),
    }
}

fn check(spec: KeySpec, material: &SecretBytes) {
    let key = SoftwareCrypto.load(spec, material).unwrap();
    assert_eq!(key.spec(), spec);
    for format in FORMATS {
        let exported = SoftwareCrypto.export(spec, material, format);
        if !has(spec, format) {
            let refused = exported.err().expect("there is no such format");
            assert!(matches!(refused, CryptoError::InvalidParameter(_)), "{spec} {format:?}");
            continue;
        }
        let exported = exported.unwrap();
        let exported = exported.expose("import it again");
        let imported = SoftwareCrypto.import(format, Some(spec), exported).unwrap();
        assert_eq!(imported.spec, spec);
        assert_eq!(imported.public_only, format == KeyFormat::Spki);
        if imported.public_only {
            assert!(imported.material.equals(&key.public_key().unwrap()));
        } else {
            assert!(imported.material.equals(material.expose("compare")), "{spec} {format:?}");
        }
        // Formats that say what a key is need no telling, and another kind is refused.
        if !matches!(format, KeyFormat::Raw) && !spec.is_symmetric() {
            assert_eq!(SoftwareCrypto.import(format, None, exported).unwrap().spec, spec);
            let other = if spec == KeySpec::EcP256 { KeySpec::EcP384 } else { KeySpec::EcP256 };
            let refused = SoftwareCrypto.import(format, Some(other), exported).err();
            assert!(matches!(refused, Some(CryptoError::InvalidKey(_))));
        }
    }
}

fn check_public(spec: KeySpec, material: &SecretBytes) {
    let public = SoftwareCrypto.load(spec, material).unwrap().public_key().unwrap();
    let loaded = SoftwareCrypto.load_public(spec, &public).unwrap();
    assert_eq!(loaded.spec(), spec);
    assert_eq!(loaded.public_key().unwrap(), public);
    let jwk = SoftwareCrypto.public_jwk(spec, &public);
    assert_eq!(jwk.is_ok(), has(spec, KeyFormat::Jwk));
    if let Ok(jwk) = jwk {
        let imported = SoftwareCrypto.import(KeyFormat::Jwk, None, &jwk).unwrap();
        assert!(imported.public_only && imported.spec == spec);
        assert!(imported.material.equals(&public));
    }
}

#[test]
fn every_kind_of_key_comes_back_in_every_format() {
    for spec in KeySpec::ALL {
        let material = SoftwareCrypto.generate(spec).unwrap();
        check(spec, &material);
        if spec.is_symmetric() {
            let refused = SoftwareCrypto.load(spec, &material).unwrap().public_key();
            assert_eq!(refused, Err(CryptoError::Unsupported));
        } else {
            check_public(spec, &material);
        }
    }
}

#[test]
fn two_keys_are_never_the_same() {
    for spec in KeySpec::ALL.into_iter().filter(|spec| !is_rsa(*spec)) {
        let first = SoftwareCrypto.generate(spec).unwrap();
        let second = SoftwareCrypto.generate(spec).unwrap();
        assert!(!first.equals(second.expose("compare")));
    }
}

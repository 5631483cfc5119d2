//! Keys that must be refused, each with a text that says what is wrong, and bytes that are no keys at all.

use claviger_crypto::SoftwareCrypto;
use claviger_model::{Algorithm, Hash, KeyFormat, KeySpec};
use claviger_ports::{Crypto, CryptoError};
use claviger_secret::SecretBytes;
use proptest::prelude::*;

const FORMATS: [KeyFormat; 4] = [KeyFormat::Raw, KeyFormat::Pkcs8, KeyFormat::Spki, KeyFormat::Jwk];

/// Why an import is refused.
fn refused(format: KeyFormat, spec: Option<KeySpec>, bytes: &[u8]) -> &'static str {
    match SoftwareCrypto.import(format, spec, bytes).err() {
        Some(CryptoError::InvalidKey(why) | CryptoError::InvalidParameter(why)) => why,
        other => panic!("{format:?} {spec:?} gave {other:?}"),
    }
}

fn public_of(spec: KeySpec) -> Vec<u8> {
    let material = SoftwareCrypto.generate(spec).unwrap();
    SoftwareCrypto.load(spec, &material).unwrap().public_key().unwrap()
}

#[test]
fn raw_keys_of_a_wrong_length_are_refused() {
    assert!(refused(KeyFormat::Raw, None, &[1; 32]).contains("name the kind"));
    for spec in KeySpec::ALL {
        for length in 0..100 {
            // Halves that differ, for XTS; small enough, for scalars.
            let bytes: Vec<u8> = (0..length).collect();
            let accepted = SoftwareCrypto.import(KeyFormat::Raw, Some(spec), &bytes).is_ok();
            let expected = match spec {
                KeySpec::EcP256 | KeySpec::EcSecp256k1 => length == 32,
                KeySpec::EcP384 => length == 48,
                KeySpec::EcP521 => length == 66,
                KeySpec::Ed25519 | KeySpec::X25519 => length == 32,
                KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024 => length == 64,
                KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => length == 32,
                _ => spec.accepts_length(usize::from(length)).unwrap_or(false),
            };
            assert_eq!(accepted, expected, "{spec} {length}");
        }
    }
    let long = [1; 1025];
    assert!(refused(KeyFormat::Raw, Some(KeySpec::Secret), &long).contains("16 to 1024"));
    let long = vec![1; (64 << 10) + 1];
    for format in FORMATS {
        let result = SoftwareCrypto.import(format, Some(KeySpec::Hmac(Hash::Sha256)), &long);
        assert_eq!(result.err(), Some(CryptoError::TooLong { limit: 64 << 10 }));
    }
}

#[test]
fn xts_halves_must_differ() {
    for (spec, length) in [(KeySpec::AesXts128, 32), (KeySpec::AesXts256, 64)] {
        assert!(refused(KeyFormat::Raw, Some(spec), &vec![1; length]).contains("differ"));
        assert!(SoftwareCrypto.load(spec, &SecretBytes::new(vec![1; length])).is_err());
    }
}

#[test]
fn scalars_out_of_range_are_refused() {
    for (spec, length) in [
        (KeySpec::EcP256, 32),
        (KeySpec::EcP384, 48),
        (KeySpec::EcP521, 66),
        (KeySpec::EcSecp256k1, 32),
    ] {
        for byte in [0, 0xff] {
            assert!(refused(KeyFormat::Raw, Some(spec), &vec![byte; length]).contains("range"));
        }
    }
}

#[test]
fn points_off_the_curve_and_infinity_are_refused() {
    for (spec, field) in [
        (KeySpec::EcP256, 32),
        (KeySpec::EcP384, 48),
        (KeySpec::EcP521, 66),
        (KeySpec::EcSecp256k1, 32),
    ] {
        let good = public_of(spec);
        let mut off = good.clone();
        *off.last_mut().unwrap() ^= 1;
        assert!(refused(KeyFormat::Spki, None, &off).contains("not a point on the curve"));
        // Infinity is one zero byte: the lengths of both headers shrink with it.
        let mut infinity = good[..good.len() - 2 * field].to_vec();
        *infinity.last_mut().unwrap() = 0;
        let position = infinity.len() - 3;
        infinity[position] = 2;
        if good[1] == 0x81 {
            infinity.remove(1);
        }
        infinity[1] = (infinity.len() - 2) as u8;
        refused(KeyFormat::Spki, None, &infinity);
        let material = SoftwareCrypto.generate(spec).unwrap();
        let key = SoftwareCrypto.load(spec, &material).unwrap();
        for peer in [&off[..], &infinity, &[0], &[], &off[off.len() - 2 * field - 1..]] {
            assert!(key.agree(Algorithm::Ecdh, peer).is_err());
        }
    }
}

#[test]
fn points_of_small_order_are_refused() {
    let mut order_8 =
        hex::decode("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a").unwrap();
    for spec in [KeySpec::Ed25519, KeySpec::X25519] {
        let header = public_of(spec)[..12].to_vec();
        for point in [vec![0; 32], [vec![1], vec![0; 31]].concat()] {
            let der = [header.clone(), point].concat();
            assert!(refused(KeyFormat::Spki, None, &der).contains("small order"));
        }
    }
    for _ in 0..2 {
        let der = [public_of(KeySpec::Ed25519)[..12].to_vec(), order_8.clone()].concat();
        assert!(refused(KeyFormat::Spki, None, &der).contains("small order"));
        // The same with the other x.
        order_8[31] ^= 0x80;
    }
    // RFC 7748: u of order 8.
    let u =
        hex::decode("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800").unwrap();
    let der = [public_of(KeySpec::X25519)[..12].to_vec(), u.clone()].concat();
    assert!(refused(KeyFormat::Spki, None, &der).contains("small order"));
    let key = SoftwareCrypto.generate(KeySpec::X25519).unwrap();
    let key = SoftwareCrypto.load(KeySpec::X25519, &key).unwrap();
    for peer in [&u, &der] {
        assert!(matches!(
            key.agree(Algorithm::X25519, peer),
            Err(CryptoError::InvalidParameter(_))
        ));
    }
}

#[test]
fn half_of_all_numbers_are_no_ed25519_point() {
    let header = public_of(KeySpec::Ed25519)[..12].to_vec();
    let mut refusals = 0;
    for number in 0..200_u8 {
        let mut point = [0x5a; 32];
        point[0] = number;
        let der = [header.as_slice(), &point].concat();
        refusals += u32::from(SoftwareCrypto.import(KeyFormat::Spki, None, &der).is_err());
    }
    assert!((60..140).contains(&refusals), "{refusals} of 200 were refused");
}

#[test]
fn ml_kem_keys_that_are_not_reduced_are_refused() {
    for spec in [KeySpec::MlKem512, KeySpec::MlKem768, KeySpec::MlKem1024] {
        let mut der = public_of(spec);
        let key = der.len() - 100;
        der[key..key + 3].fill(0xff);
        assert!(refused(KeyFormat::Spki, None, &der).contains("not reduced"));
    }
}

#[test]
fn an_encoding_that_is_cut_or_longer_is_refused() {
    for spec in KeySpec::ALL.into_iter().filter(|spec| !spec.is_symmetric()) {
        if matches!(spec, KeySpec::Rsa3072 | KeySpec::Rsa4096) {
            continue;
        }
        let material = SoftwareCrypto.generate(spec).unwrap();
        for format in [KeyFormat::Pkcs8, KeyFormat::Spki] {
            let good = SoftwareCrypto.export(spec, &material, format).unwrap();
            let good = good.expose("spoil it");
            for length in (0..good.len()).step_by(1 + good.len() / 100) {
                refused(format, None, &good[..length]);
            }
            refused(format, None, &[good, &[0]].concat());
            // A private key is no public one, and the other way round.
            let other = match format {
                KeyFormat::Pkcs8 => KeyFormat::Spki,
                _ => KeyFormat::Pkcs8,
            };
            refused(other, None, good);
        }
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes: Vec<u8>, format in 0..4_usize, spec in 0..KeySpec::ALL.len()) {
        let _ = SoftwareCrypto.import(FORMATS[format], None, &bytes);
        let _ = SoftwareCrypto.import(FORMATS[format], Some(KeySpec::ALL[spec]), &bytes);
        let _ = SoftwareCrypto.load_public(KeySpec::ALL[spec], &bytes);
        let _ = SoftwareCrypto.load(KeySpec::ALL[spec], &SecretBytes::new(bytes));
    }

    #[test]
    fn a_changed_key_is_refused_or_another_key(position: prop::sample::Index, byte: u8, kind in 0..6_usize) {
        let spec = [
            KeySpec::EcP256, KeySpec::EcP521, KeySpec::EcSecp256k1, KeySpec::Ed25519, KeySpec::X25519,
            KeySpec::MlKem512,
        ][kind];
        let material = SoftwareCrypto.generate(spec).unwrap();
        for format in [KeyFormat::Pkcs8, KeyFormat::Spki] {
            let good = SoftwareCrypto.export(spec, &material, format).unwrap();
            let mut bytes = good.expose("change it").to_vec();
            let index = position.index(bytes.len());
            bytes[index] = byte;
            if let Ok(imported) = SoftwareCrypto.import(format, None, &bytes) {
                let load = if imported.public_only {
                    SoftwareCrypto.load_public(imported.spec, imported.material.expose("load it"))
                } else {
                    SoftwareCrypto.load(imported.spec, &imported.material)
                };
                prop_assert!(load.is_ok());
            }
        }
    }
}

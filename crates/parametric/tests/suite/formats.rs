//! Formats: what is read is written again byte for byte, and numbers that are missing are found.

use claviger_model::{
    CryptographicAlgorithm as Algorithm, CryptographicParameters, KeyFormatType as Format,
    RecommendedCurve as Curve,
};
use claviger_ports::{CryptoError, KeyComponents, ParametricCrypto, ParametricMaterial};
use claviger_secret::SecretBytes;

use crate::keys::{PROVIDER, cipher, hex, message, open};
use crate::oasis;

fn read(algorithm: Option<Algorithm>, format: Format, bytes: &[u8]) -> KeyComponents {
    let bytes = SecretBytes::copy_from(bytes);
    PROVIDER
        .components(ParametricMaterial { algorithm, format, bytes: &bytes, curve: None })
        .unwrap()
}

fn write(components: &KeyComponents, format: Format) -> Vec<u8> {
    open(&PROVIDER.encode(components, format).unwrap())
}

fn bits(algorithm: Option<Algorithm>, format: Format, bytes: &[u8]) -> u32 {
    let bytes = SecretBytes::copy_from(bytes);
    let material = ParametricMaterial { algorithm, format, bytes: &bytes, curve: None };
    PROVIDER.bits(&material).unwrap()
}

#[test]
fn der_is_written_as_it_was_read() {
    for (format, text, length) in [
        (Format::Pkcs1, oasis::PSS_PRIVATE, 2048),
        (Format::Pkcs1, oasis::PSS_PUBLIC, 2048),
        (Format::Pkcs1, oasis::OAEP_PRIVATE, 2048),
        (Format::X509, oasis::OAEP_PUBLIC, 2048),
        (Format::EcPrivateKey, oasis::EC_PRIVATE, 256),
        (Format::X509, oasis::EC_PUBLIC, 256),
    ] {
        let der = hex(text);
        assert_eq!(write(&read(None, format, &der), format), der);
        assert_eq!(bits(None, format, &der), length);
    }
    let public = PROVIDER.public_of(&read(None, Format::Pkcs1, &hex(oasis::PSS_PRIVATE))).unwrap();
    assert_eq!(write(&public, Format::Pkcs1), hex(oasis::PSS_PUBLIC));
    let private = read(None, Format::EcPrivateKey, &hex(oasis::EC_PRIVATE));
    let public = PROVIDER.public_of(&private).unwrap();
    assert_eq!(write(&public, Format::X509), hex(oasis::EC_PUBLIC));
}

#[test]
fn every_generated_key_goes_through_every_format() {
    let legacy = true;
    for (algorithm, length, curve) in [
        (Algorithm::Rsa, Some(1024), None),
        (Algorithm::Dsa, Some(1024), None),
        (Algorithm::Ed25519, None, None),
        (Algorithm::Ec, None, Some(Curve::P224)),
        (Algorithm::Ec, None, Some(Curve::P256)),
        (Algorithm::Ec, None, Some(Curve::P384)),
        (Algorithm::Ec, None, Some(Curve::P521)),
        (Algorithm::Ec, None, Some(Curve::Secp256k1)),
        (Algorithm::Ec, None, Some(Curve::Curve25519)),
    ] {
        let made = PROVIDER.generate(algorithm, length, curve, legacy).unwrap();
        let pkcs8 = open(&made.material);
        let private = read(Some(algorithm), Format::Pkcs8, &pkcs8);
        assert_eq!(write(&private, Format::Pkcs8), pkcs8);
        assert_eq!(bits(Some(algorithm), Format::Pkcs8, &pkcs8), made.bits);
        let public = PROVIDER.public_of(&private).unwrap();
        let spki = write(&public, Format::X509);
        assert_eq!(Some(&spki), made.public_key.as_ref());
        assert_eq!(write(&read(None, Format::X509, &spki), Format::X509), spki);
        assert_eq!(bits(None, Format::X509, &spki), made.bits);
        let loaded = PROVIDER.load_components(&private, Some(algorithm), legacy).unwrap();
        let shown = loaded.public_components().unwrap();
        assert_eq!(write(&shown, Format::X509), spki);
        for format in [Format::Raw, Format::EcPrivateKey, Format::Pkcs1] {
            if let Ok(written) = PROVIDER.encode(&private, format) {
                let bytes = open(&written);
                let again = PROVIDER.components(ParametricMaterial {
                    algorithm: Some(algorithm),
                    format,
                    bytes: &SecretBytes::copy_from(&bytes),
                    curve,
                });
                assert_eq!(
                    write(&again.unwrap(), Format::Pkcs8),
                    pkcs8,
                    "{algorithm:?} {format:?}"
                );
            }
        }
    }
}

#[test]
fn symmetric_keys_are_counted_as_the_protocol_does() {
    for (algorithm, length, expected) in [
        (Some(Algorithm::Aes), 16, 128),
        (Some(Algorithm::TripleDes), 24, 168),
        (Some(Algorithm::TripleDes), 16, 112),
        (Some(Algorithm::Des), 8, 56),
        (Some(Algorithm::HmacSha256), 20, 160),
        (None, 3, 24),
    ] {
        assert_eq!(bits(algorithm, Format::Raw, &vec![1; length]), expected);
    }
    for (algorithm, length, bytes) in [
        (Algorithm::Aes, None, 32),
        (Algorithm::Aes, Some(192), 24),
        (Algorithm::TripleDes, Some(112), 16),
        (Algorithm::TripleDes, Some(168), 24),
        (Algorithm::TripleDes, Some(192), 24),
        (Algorithm::Des, None, 8),
        (Algorithm::Skipjack, None, 10),
        (Algorithm::Idea, Some(128), 16),
        (Algorithm::Blowfish, Some(256), 32),
        (Algorithm::HmacSha384, None, 48),
        (Algorithm::HmacSha1, Some(8), 1),
        (Algorithm::ChaCha20, None, 32),
        (Algorithm::Rc4, Some(40), 5),
    ] {
        let made = PROVIDER.generate(algorithm, length, None, true).unwrap();
        assert_eq!(made.material.len(), bytes, "{algorithm:?}");
        assert!(made.public_key.is_none());
        assert_eq!(bits(Some(algorithm), Format::Raw, &open(&made.material)), made.bits);
        if matches!(algorithm, Algorithm::Des | Algorithm::TripleDes) {
            assert!(open(&made.material).iter().all(|byte| byte.count_ones() % 2 == 1));
        }
    }
    for (algorithm, length) in [
        (Algorithm::Aes, 127),
        (Algorithm::Aes, 160),
        (Algorithm::Aes, 512),
        (Algorithm::Aes, 0),
        (Algorithm::TripleDes, 64),
        (Algorithm::HmacSha256, 9),
        (Algorithm::HmacSha256, 0),
        (Algorithm::HmacSha256, u32::MAX),
        (Algorithm::ChaCha20, 128),
    ] {
        let refused = PROVIDER.generate(algorithm, Some(length), None, true).err();
        assert!(matches!(refused, Some(CryptoError::InvalidParameter(_))), "{algorithm:?}");
    }
    let unknown = PROVIDER.generate(Algorithm::McEliece, None, None, true).err();
    assert_eq!(unknown, Some(CryptoError::Unsupported));
}

/// BL-M-9: an RSA key of 1024 bits, with the zeros in front that big integers of the protocol have.
fn big_integers() -> [Vec<u8>; 8] {
    [
        "0000000000000000930451c9ecd94f5bb9da17dd09381bd23be43eca8c7539f301fc8a8cd5d5274c3e7699dbdc711c97a7aa91e2c50a82bd0b1034f0df493dec16362427e58acce7f6ce0f9bcc617bbd8c90d0094a2703ba0d09eb19d1005f2fb265526aac75af32f8bc782cded2a57f811e03eaf67a944de5e78413dca8f232d074e6dcea4cec9f",
        "0000000000010001",
        "0b6a7d736199ea48a420e4537ca0c7c046784dcbeaa63baebc0bc132787449cde8d7cad0c0c863c0fefb06c3062befc50033ecf87b4e33a9be7bcbc8f1511ae215e80deb5d8af2bd31319d7821196640935a0cd67c94599579f2100d65e038831fdafb0dbe2bbdac00a696e67e756350e1c99ace11a36dabac3ed3e730960059",
        "0000000000000000ddf672fbcc5bda3d73affc4e791e0c03390224405d69ccaabc749faa0dcd4c2583c71dde8941a7b9aa030f52ef1451466c074d4d338fe677892acd9e10fd35bd",
        "0000000000000000a98fbc3ed6b4c6f860f97165ac2f7bb6f2e2cb192a9abd49795be5bcf37d8ee69a6e169c24e5c32e4e7fa33265461407f952ba49e204818a2f785f113f922b8b",
        "253f9470390d39049303777ddbc9750e9d64849ce0903eae704dc9f589b7680deb9d609fd5bcd4decd6f120542e5cff5d76f2a43c8615fb5b3a9213463797aa9",
        "0000000000000000a1ddf023c0cd94c019bb26d09b9e3ca8fa971cb16aa58b9baf79d6081a1dbba452ba53653e2804ba98ff69e8bb1b3a161ea225ea501463216a8dab9b88a75e5f",
        "6178646e112cf79d921a8a843f17f6e7ff974f688122365bf6690cdfc996e1890952eb3820dd1890ec1c8619e87a2bd38f9d03b37fac742efb748c7885942c39",
    ]
    .map(hex)
}

/// The key of BL-M-9 with only some of its numbers: a bit each, from the public exponent on.
fn with_numbers(chosen: u8) -> KeyComponents {
    let [n, e, d, p, q, dp, dq, qinv] = big_integers();
    let secret =
        |bit: u8, number: Vec<u8>| (chosen >> bit & 1 == 1).then(|| SecretBytes::new(number));
    KeyComponents::RsaPrivate {
        modulus: n,
        public_exponent: (chosen & 1 == 1).then_some(e),
        private_exponent: secret(1, d),
        p: secret(2, p),
        q: secret(3, q),
        prime_exponent_p: secret(4, dp),
        prime_exponent_q: secret(5, dq),
        crt_coefficient: secret(6, qinv),
    }
}

#[test]
fn missing_numbers_are_found() {
    let whole = write(&with_numbers(0x7f), Format::Pkcs1);
    assert_eq!(bits(None, Format::Pkcs1, &whole), 1024);
    for chosen in 0..0x80_u8 {
        let has = |bit: u8| chosen >> bit & 1 == 1;
        let components = with_numbers(chosen);
        let written = PROVIDER.encode(&components, Format::Pkcs1);
        // The private exponent, or a prime: the usual public exponent is assumed, which this key has.
        if has(1) || has(2) || has(3) {
            let written = open(&written.unwrap());
            let none = CryptographicParameters::default();
            let key = PROVIDER.load_components(&components, None, true).unwrap();
            let signature = key.sign(message(&none, b"message")).unwrap();
            key.verify(message(&none, b"message"), &signature).unwrap();
            // Without the private exponent, another one with the same effect may be found.
            if has(1) && (has(2) || has(3)) {
                assert_eq!(written, whole, "{chosen:07b}");
            }
        } else {
            assert!(matches!(written.err(), Some(CryptoError::InvalidKey(_))), "{chosen:07b}");
        }
    }
    let public = PROVIDER.public_of(&with_numbers(0b10)).unwrap();
    assert_eq!(bits(None, Format::X509, &write(&public, Format::X509)), 1024);
}

#[test]
fn numbers_that_do_not_belong_together_make_no_key() {
    let key = || {
        let [n, e, d, p, q, dp, dq, qinv] = big_integers();
        [n, e, d, p, q, dp, dq, qinv]
    };
    for wrong in 0..8 {
        for change in [1, 2] {
            let mut numbers = key();
            let last = numbers[wrong].len() - 1;
            numbers[wrong][last] ^= change;
            let [n, e, d, p, q, dp, dq, qinv] = numbers;
            let secret = |number| Some(SecretBytes::new(number));
            let components = KeyComponents::RsaPrivate {
                modulus: n,
                public_exponent: Some(e),
                private_exponent: secret(d),
                p: secret(p),
                q: secret(q),
                prime_exponent_p: secret(dp),
                prime_exponent_q: secret(dq),
                crt_coefficient: secret(qinv),
            };
            let refused = PROVIDER.load_components(&components, None, true).err();
            assert!(matches!(refused, Some(CryptoError::InvalidKey(_))), "{wrong}: {refused:?}");
        }
    }
}

#[test]
fn curves_that_nobody_computes_on_are_still_written() {
    let components =
        KeyComponents::EcPrivate { curve: Curve::P192, scalar: SecretBytes::new(vec![1; 24]) };
    let der = write(&components, Format::EcPrivateKey);
    let again = write(&read(None, Format::EcPrivateKey, &der), Format::EcPrivateKey);
    assert_eq!(again, der);
    assert_eq!(bits(None, Format::EcPrivateKey, &der), 192);
    assert_eq!(PROVIDER.public_of(&components).err(), Some(CryptoError::Unsupported));
    let loaded = PROVIDER.load_components(&components, None, true).err();
    assert_eq!(loaded, Some(CryptoError::Unsupported));
}

#[test]
fn the_two_keys_of_curve_25519_are_told_apart() {
    let seed = [7; 32];
    let signing = KeyComponents::Ed25519Private { seed: SecretBytes::copy_from(&seed) };
    let agreeing = KeyComponents::EcPrivate {
        curve: Curve::Curve25519,
        scalar: SecretBytes::copy_from(&seed),
    };
    assert_ne!(write(&signing, Format::Pkcs8), write(&agreeing, Format::Pkcs8));
    let signing = write(&PROVIDER.public_of(&signing).unwrap(), Format::X509);
    let agreeing_public = write(&PROVIDER.public_of(&agreeing).unwrap(), Format::X509);
    assert_ne!(signing, agreeing_public);
    // Transparent numbers say the curve only: the algorithm decides.
    let key = PROVIDER.load_components(&agreeing, Some(Algorithm::Ed25519), false).unwrap();
    let none = CryptographicParameters::default();
    assert!(key.sign(message(&none, b"message")).is_ok());
    assert!(key.encrypt(cipher(&none, None, b"message")).is_err());
}

#[test]
fn a_point_with_two_coordinates_is_none_of_curve_25519() {
    let bytes = SecretBytes::new([&[4][..], &[9; 64]].concat());
    let material = |curve| ParametricMaterial {
        algorithm: Some(Algorithm::Ec),
        format: Format::Raw,
        bytes: &bytes,
        curve: Some(curve),
    };
    assert!(matches!(
        PROVIDER.components(material(Curve::P256)),
        Ok(KeyComponents::EcPublic { curve: Curve::P256, .. })
    ));
    let refused = PROVIDER.components(material(Curve::Curve25519));
    assert!(matches!(refused, Err(CryptoError::InvalidKey(_))));
}

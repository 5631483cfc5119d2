//! Hostile bytes: nothing panics, and what is wrong is an error.

use claviger_model::{
    CryptographicAlgorithm as Algorithm, CryptographicParameters, KeyFormatType as Format,
    Timestamp,
};
use claviger_parametric::SoftwareCertificates;
use claviger_ports::{
    Certificates, CryptoError, KeyComponents, ParametricCrypto, ParametricMaterial,
};
use claviger_secret::SecretBytes;
use proptest::prelude::*;

use crate::keys::{PROVIDER, cipher, hex, message};
use crate::oasis;

const FORMATS: [Format; 6] =
    [Format::Raw, Format::Pkcs1, Format::Pkcs8, Format::X509, Format::EcPrivateKey, Format::Opaque];

/// Reads bytes as everything, and uses what comes out.
fn try_everything(bytes: &[u8]) {
    let secret = SecretBytes::copy_from(bytes);
    for format in FORMATS {
        for algorithm in [Algorithm::Rsa, Algorithm::Ec, Algorithm::Dsa, Algorithm::Ed25519] {
            let material = ParametricMaterial {
                algorithm: Some(algorithm),
                format,
                bytes: &secret,
                curve: None,
            };
            let _ = PROVIDER.bits(&material);
            let Ok(components) = PROVIDER.components(material) else { continue };
            let _ = PROVIDER.public_of(&components);
            for format in FORMATS {
                let _ = PROVIDER.encode(&components, format);
            }
            let Ok(key) = PROVIDER.load_components(&components, Some(algorithm), true) else {
                continue;
            };
            let none = CryptographicParameters::default();
            let _ = key.sign(message(&none, b"message"));
            let _ = key.verify(message(&none, b"message"), bytes);
            let _ = key.decrypt(cipher(&none, None, bytes));
        }
    }
    let certificates = SoftwareCertificates::new().permitting_legacy();
    let _ = certificates.facts(bytes);
    let _ = certificates.request(bytes);
    let _ = certificates.validate(&[bytes], Timestamp::from_milliseconds(0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        try_everything(&bytes);
    }

    #[test]
    fn keys_with_a_wrong_byte(which in 0..5_usize, at in 0..2000_usize, value in any::<u8>()) {
        let texts = [
            oasis::PSS_PRIVATE,
            oasis::PSS_PUBLIC,
            oasis::OAEP_PUBLIC,
            oasis::EC_PRIVATE,
            oasis::EC_PUBLIC,
        ];
        let mut bytes = hex(texts[which]);
        let at = at % bytes.len();
        bytes[at] = value;
        try_everything(&bytes);
        try_everything(&bytes[..at]);
    }

    #[test]
    fn ciphertexts_of_any_kind(
        bytes in proptest::collection::vec(any::<u8>(), 0..80),
        nonce in proptest::option::of(proptest::collection::vec(any::<u8>(), 0..20)),
        tag in proptest::option::of(proptest::collection::vec(any::<u8>(), 0..20)),
        mode in 0..20_u32,
        padding in 0..12_u32,
        tag_length in proptest::option::of(-2..20_i32),
        number in proptest::option::of(any::<i32>()),
    ) {
        let parameters = CryptographicParameters {
            block_cipher_mode: claviger_model::BlockCipherMode::from_code(mode),
            padding_method: claviger_model::PaddingMethod::from_code(padding),
            tag_length,
            iv_length: number,
            counter_length: number,
            initial_counter_value: number,
            salt_length: number,
            ..Default::default()
        };
        for algorithm in Algorithm::ALL {
            let key = SecretBytes::new(vec![7; 32]);
            let material = ParametricMaterial {
                algorithm: Some(*algorithm),
                format: Format::Raw,
                bytes: &key,
                curve: None,
            };
            let Ok(key) = PROVIDER.load(material, true) else { continue };
            let mut request = cipher(&parameters, nonce.as_deref(), &bytes);
            let _ = key.encrypt(request);
            request.tag = tag.as_deref();
            let _ = key.decrypt(request);
            let _ = key.wrap(claviger_ports::Direction::Unwrap, request);
            let _ = key.mac(message(&parameters, &bytes));
        }
    }
}

#[test]
fn numbers_without_end() {
    let long = || vec![0xff; 1 << 20];
    let secret = || Some(SecretBytes::new(long()));
    for components in [
        KeyComponents::RsaPublic { modulus: long(), public_exponent: vec![3] },
        KeyComponents::RsaPublic { modulus: hex(&"ff".repeat(256)), public_exponent: long() },
        KeyComponents::RsaPublic { modulus: vec![], public_exponent: vec![] },
        KeyComponents::RsaPublic { modulus: hex(&"fe".repeat(256)), public_exponent: vec![3] },
        KeyComponents::RsaPublic { modulus: hex(&"ff".repeat(256)), public_exponent: vec![1] },
        KeyComponents::RsaPublic { modulus: hex(&"ff".repeat(256)), public_exponent: vec![2] },
        KeyComponents::RsaPrivate {
            modulus: hex(&"ff".repeat(256)),
            public_exponent: None,
            private_exponent: secret(),
            p: secret(),
            q: secret(),
            prime_exponent_p: None,
            prime_exponent_q: None,
            crt_coefficient: None,
        },
        KeyComponents::RsaPrivate {
            modulus: hex(&"ff".repeat(256)),
            public_exponent: Some(vec![1, 0, 1]),
            private_exponent: Some(SecretBytes::new(vec![5; 255])),
            p: None,
            q: None,
            prime_exponent_p: None,
            prime_exponent_q: None,
            crt_coefficient: None,
        },
        KeyComponents::DsaPublic { p: long(), q: long(), g: long(), y: long() },
        KeyComponents::DsaPrivate {
            p: vec![4],
            q: vec![0],
            g: vec![0],
            x: SecretBytes::new(vec![0]),
        },
        KeyComponents::DhPrivate {
            p: vec![8],
            g: vec![2],
            q: None,
            j: None,
            x: SecretBytes::new(vec![1]),
        },
        KeyComponents::EcPublic {
            curve: claviger_model::RecommendedCurve::P256,
            point: vec![0; 65],
        },
        KeyComponents::EcPublic { curve: claviger_model::RecommendedCurve::P256, point: vec![0] },
        KeyComponents::EcPrivate {
            curve: claviger_model::RecommendedCurve::P256,
            scalar: SecretBytes::new(vec![0; 32]),
        },
        KeyComponents::EcPrivate {
            curve: claviger_model::RecommendedCurve::P256,
            scalar: SecretBytes::new(vec![0xff; 32]),
        },
        KeyComponents::Ed25519Public { point: vec![1; 31] },
        KeyComponents::Ed25519Private { seed: SecretBytes::new(vec![1; 33]) },
    ] {
        let refused = PROVIDER.load_components(&components, None, true).err();
        assert!(matches!(refused, Some(CryptoError::InvalidKey(_))), "{refused:?}");
        for format in FORMATS {
            let _ = PROVIDER.encode(&components, format);
        }
    }
}

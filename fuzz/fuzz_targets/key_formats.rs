//! Formats of keys of any kind: what is read is written in every format that the key has, and read again to the same numbers.
//! Loading, measuring and the public half come to an end too, and nothing grows beyond what was put in.
//!
//! The first byte of the input chooses algorithm, format and curve, the rest is the key.

#![no_main]

use claviger_model::{CryptographicAlgorithm, KeyFormatType, RecommendedCurve};
use claviger_parametric::SoftwareParametricCrypto;
use claviger_ports::{KeyComponents, ParametricCrypto, ParametricMaterial};
use claviger_secret::SecretBytes;
use libfuzzer_sys::fuzz_target;

const CRYPTO: SoftwareParametricCrypto = SoftwareParametricCrypto::new();

/// What bytes can be said to be.
const CLAIMS: [(Option<CryptographicAlgorithm>, KeyFormatType, Option<RecommendedCurve>); 10] = [
    (Some(CryptographicAlgorithm::Rsa), KeyFormatType::Pkcs1, None),
    (None, KeyFormatType::Pkcs8, None),
    (None, KeyFormatType::X509, None),
    (Some(CryptographicAlgorithm::Ec), KeyFormatType::EcPrivateKey, None),
    (Some(CryptographicAlgorithm::Ec), KeyFormatType::EcPrivateKey, Some(RecommendedCurve::P256)),
    (Some(CryptographicAlgorithm::Ec), KeyFormatType::Raw, None),
    (Some(CryptographicAlgorithm::Ec), KeyFormatType::Raw, Some(RecommendedCurve::K163)),
    (Some(CryptographicAlgorithm::Ec), KeyFormatType::Raw, Some(RecommendedCurve::Curve25519)),
    (Some(CryptographicAlgorithm::Ed25519), KeyFormatType::Raw, None),
    (Some(CryptographicAlgorithm::Aes), KeyFormatType::Raw, None),
];

/// Those that may be written.
const FORMATS: [KeyFormatType; 5] = [
    KeyFormatType::Raw,
    KeyFormatType::Pkcs1,
    KeyFormatType::Pkcs8,
    KeyFormatType::X509,
    KeyFormatType::EcPrivateKey,
];

/// What a format may add to a key: identifiers and lengths, the point of a scalar, zeros before a short scalar.
const OVERHEAD: usize = 1024;

fuzz_target!(|input: &[u8]| {
    let Some((&claim, key)) = input.split_first() else { return };
    let (algorithm, format, curve) = CLAIMS[usize::from(claim) % CLAIMS.len()];
    let bytes = SecretBytes::copy_from(key);
    let material = || ParametricMaterial { algorithm, format, bytes: &bytes, curve };
    let Ok(components) = CRYPTO.components(material()) else { return };
    assert!(size(&components) <= key.len(), "more numbers than were given");
    assert!(CRYPTO.bits(&material()).is_ok(), "a key that is read has a length");
    let strict = CRYPTO.load_components(&components, algorithm, false).is_ok();
    assert!(CRYPTO.load(material(), true).is_ok() || !strict, "legacy permits less");
    again(&components, algorithm, key.len() + OVERHEAD);
    if let Ok(public) = CRYPTO.public_of(&components) {
        again(&public, algorithm, key.len() + OVERHEAD);
    }
});

/// Writes a key in every format that it has, and reads it.
fn again(components: &KeyComponents, claimed: Option<CryptographicAlgorithm>, limit: usize) {
    let (algorithm, curve) = match components {
        KeyComponents::EcPublic { curve, .. } | KeyComponents::EcPrivate { curve, .. } => {
            (Some(CryptographicAlgorithm::Ec), Some(*curve))
        }
        KeyComponents::Ed25519Private { .. } => (Some(CryptographicAlgorithm::Ed25519), None),
        _ => (claimed, None),
    };
    for format in FORMATS {
        if format == KeyFormatType::Raw && !raw_says_all(components) {
            continue;
        }
        let Ok(bytes) = CRYPTO.encode(components, format) else { continue };
        assert!(bytes.len() <= limit, "a longer key than was given");
        let material = ParametricMaterial { algorithm, format, bytes: &bytes, curve };
        let read = CRYPTO.components(material).ok().expect("what was written can be read");
        assert!(numbers(&read) == numbers(components), "another key");
    }
}

/// Whether the bytes alone say which half of a key they are: of points only those without compression do, and those of
/// Curve25519 do not.
fn raw_says_all(components: &KeyComponents) -> bool {
    match components {
        KeyComponents::Ed25519Public { .. }
        | KeyComponents::EcPublic { curve: RecommendedCurve::Curve25519, .. } => false,
        KeyComponents::EcPublic { point, .. } => {
            point.first() == Some(&4) && CRYPTO.load_components(components, None, true).is_ok()
        }
        _ => true,
    }
}

fn size(components: &KeyComponents) -> usize {
    numbers(components).1.iter().map(Vec::len).sum()
}

/// The kind of a key, its curve and its numbers without leading zeros.
fn numbers(components: &KeyComponents) -> ((u8, Option<RecommendedCurve>), Vec<Vec<u8>>) {
    use KeyComponents as Key;
    let secret = |number: &SecretBytes| number.expose("compare the keys").to_vec();
    let number = |bytes: Vec<u8>| bytes.into_iter().skip_while(|byte| *byte == 0).collect();
    let numbers = |all: Vec<Option<Vec<u8>>>| {
        all.into_iter().map(|bytes| number(bytes.unwrap_or_default())).collect()
    };
    let (kind, curve, all) = match components {
        Key::Symmetric(key) => return ((0, None), vec![secret(key)]),
        Key::EcPublic { curve, point } => return ((1, Some(*curve)), vec![point.clone()]),
        Key::Ed25519Public { point } => return ((2, None), vec![point.clone()]),
        Key::Ed25519Private { seed } => return ((3, None), vec![secret(seed)]),
        Key::EcPrivate { curve, scalar } => (4, Some(*curve), vec![Some(secret(scalar))]),
        Key::RsaPublic { modulus, public_exponent } => {
            (5, None, vec![Some(modulus.clone()), Some(public_exponent.clone())])
        }
        Key::RsaPrivate {
            modulus,
            public_exponent,
            private_exponent: d,
            p,
            q,
            prime_exponent_p: dp,
            prime_exponent_q: dq,
            crt_coefficient: inverse,
        } => {
            let secrets = [d, p, q, dp, dq, inverse].map(|number| number.as_ref().map(secret));
            let public = [Some(modulus.clone()), public_exponent.clone()];
            (6, None, public.into_iter().chain(secrets).collect())
        }
        Key::DsaPublic { p, q, g, y } => {
            (7, None, [p, q, g, y].map(|number| Some(number.clone())).to_vec())
        }
        Key::DsaPrivate { p, q, g, x } => {
            (8, None, [p, q, g, &secret(x)].map(|number| Some(number.clone())).to_vec())
        }
        Key::DhPublic { p, g, q, j, y } => {
            let rest = [q.clone(), j.clone(), Some(y.clone())];
            (9, None, [Some(p.clone()), Some(g.clone())].into_iter().chain(rest).collect())
        }
        Key::DhPrivate { p, g, q, j, x } => {
            let rest = [q.clone(), j.clone(), Some(secret(x))];
            (10, None, [Some(p.clone()), Some(g.clone())].into_iter().chain(rest).collect())
        }
    };
    ((kind, curve), numbers(all))
}

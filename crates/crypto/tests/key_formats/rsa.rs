//! RSA keys that must be refused: sizes, exponents, and numbers that don't belong together.

use base64ct::{Base64UrlUnpadded, Encoding};
use claviger_crypto::SoftwareCrypto;
use claviger_model::{KeyFormat, KeySpec};
use claviger_ports::{Crypto, CryptoError};

fn refused(text: &str) -> &'static str {
    match SoftwareCrypto.import(KeyFormat::Jwk, None, text.as_bytes()).err() {
        Some(CryptoError::InvalidKey(why)) => why,
        other => panic!("{text} gave {other:?}"),
    }
}

/// A public key of these numbers.
fn public(modulus: &[u8], exponent: &[u8]) -> String {
    let encode = Base64UrlUnpadded::encode_string;
    format!(r#"{{"kty":"RSA","n":"{}","e":"{}"}}"#, encode(modulus), encode(exponent))
}

#[test]
fn sizes_and_exponents_have_bounds() {
    for bytes in [1, 64, 128, 255, 257, 320, 512 + 1, 1024, 4096] {
        assert!(refused(&public(&vec![0xff; bytes], &[1, 0, 1])).contains("2048, 3072 and 4096"));
    }
    let mut modulus = vec![0xff; 256];
    for exponent in [&[][..], &[0], &[1], &[2], &[1, 0, 0], &[1, 0, 0, 0, 1, 1], &[0xff; 256]] {
        assert!(refused(&public(&modulus, exponent)).contains("exponent"), "{exponent:?}");
    }
    modulus[255] = 0xfe;
    assert!(refused(&public(&modulus, &[1, 0, 1])).contains("even"));
}

#[test]
fn factors_are_two_different_primes() {
    for text in [include_str!("rsa_factor_not_prime.jwk"), include_str!("rsa_factors_equal.jwk")] {
        refused(text);
    }
}

#[test]
fn numbers_belong_together() {
    let material = SoftwareCrypto.generate(KeySpec::Rsa2048).unwrap();
    let good = SoftwareCrypto.export(KeySpec::Rsa2048, &material, KeyFormat::Jwk).unwrap();
    let good = String::from_utf8(good.expose("spoil it").to_vec()).unwrap();
    SoftwareCrypto.import(KeyFormat::Jwk, Some(KeySpec::Rsa2048), good.as_bytes()).unwrap();
    for member in ["n", "d", "p", "q", "dp", "dq", "qi"] {
        let start = good.find(&format!("\"{member}\":\"")).unwrap() + member.len() + 4;
        for position in [start + 9, start + 80] {
            let mut bytes = good.clone().into_bytes();
            bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
            refused(&String::from_utf8(bytes).unwrap());
        }
    }
    for member in ["n", "e", "p", "q", "dp", "dq", "qi"] {
        refused(&good.replace(&format!("\"{member}\":"), "\"other\":"));
    }
    refused(&good.replace("{", "{\"oth\":[],"));
}

//! Reads JSON Web Keys (RFC 7517; the members are in `jwk.rs`).
//!
//! Secret members are decoded in constant time into memory that is wiped. Unknown members are ignored, as RFC 7517 §4 asks;
//! members that occur twice are refused.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use claviger_model::KeySpec;
use claviger_ports::{CryptoError, ImportedKey, Key};
use claviger_secret::SecretBytes;
use der::Encode;
use der::asn1::UintRef;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use zeroize::Zeroizing;

use super::import::{PrivateKey, check_rsa, private, public, raw};
use super::jwk::{CURVES, ML_DSA, SYMMETRIC};
use super::rsa_numbers::{self, RsaPrivateKey as RsaNumbers};
use super::spki;
use crate::elliptic_curve::{Curve, EcPrivateKey};
use crate::provider::load;
use crate::rsa::RsaPrivateKey;

/// The members that matter.
#[derive(Deserialize)]
struct JsonWebKey {
    kty: Text,
    crv: Option<Text>,
    alg: Option<Text>,
    k: Option<Text>,
    x: Option<Text>,
    y: Option<Text>,
    n: Option<Text>,
    e: Option<Text>,
    d: Option<Text>,
    p: Option<Text>,
    q: Option<Text>,
    dp: Option<Text>,
    dq: Option<Text>,
    qi: Option<Text>,
    oth: Option<serde::de::IgnoredAny>,
    #[serde(rename = "pub")]
    public: Option<Text>,
    #[serde(rename = "priv")]
    private: Option<Text>,
}

/// Reads a key and checks it. `spec` says what an `oct` key is, unless its `alg` does.
pub(crate) fn decode(bytes: &[u8], spec: Option<KeySpec>) -> Result<ImportedKey, CryptoError> {
    // The parser's own message could quote the input, so that it isn't passed on.
    let key: JsonWebKey = serde_json::from_slice(bytes).map_err(|_| {
        CryptoError::InvalidKey(
            "the JSON Web Key is not a JSON object with kty and members that are strings",
        )
    })?;
    match key.kty.as_str() {
        "oct" => symmetric(&key, spec).map(private),
        "RSA" => rsa(&key),
        "EC" => elliptic_curve(&key),
        "OKP" => octet_key_pair(&key),
        "AKP" => ml_dsa(&key),
        _ => Err(CryptoError::InvalidKey(
            "the kty of the JSON Web Key is none of oct, RSA, EC, OKP and AKP",
        )),
    }
}

fn symmetric(key: &JsonWebKey, spec: Option<KeySpec>) -> Result<PrivateKey, CryptoError> {
    let named = key.alg.as_ref().and_then(|alg| {
        SYMMETRIC.iter().find(|(name, _)| *name == alg.as_str()).map(|(_, spec)| *spec)
    });
    let spec = spec.or(named).ok_or(CryptoError::InvalidParameter(
        "an oct key does not say what it is: name the kind of key",
    ))?;
    if !spec.is_symmetric() {
        return Err(CryptoError::InvalidKey("an oct key is symmetric; the request says it is not"));
    }
    raw(Some(spec), &secret(&key.k, "the oct key needs k, in base64url without padding")?)
}

fn rsa(key: &JsonWebKey) -> Result<ImportedKey, CryptoError> {
    const NUMBERS: &str = "an RSA key needs n and e, and for a private key d, p, q, dp, dq and qi, in base64url without padding";
    let modulus = secret(&key.n, NUMBERS)?;
    let exponent = secret(&key.e, NUMBERS)?;
    if key.oth.is_some() {
        return Err(CryptoError::InvalidKey("RSA keys of more than two primes are not supported"));
    }
    let (modulus, exponent) = (strip_zeros(&modulus), strip_zeros(&exponent));
    let spec = rsa_numbers::check(modulus, exponent)?;
    if key.d.is_none() {
        let numbers = rsa_numbers::encode_public_key(modulus, exponent)?;
        return public(&spki::encode(spec, &numbers)?);
    }
    let private_members = [&key.d, &key.p, &key.q, &key.dp, &key.dq, &key.qi];
    let mut decoded = Vec::with_capacity(private_members.len());
    for member in private_members {
        decoded.push(secret(member, NUMBERS)?);
    }
    let number = |bytes| {
        UintRef::new(bytes)
            .map_err(|_| CryptoError::InvalidKey("the numbers of the RSA key are too long"))
    };
    let der = RsaNumbers {
        version: 0,
        modulus: number(modulus)?,
        public_exponent: number(exponent)?,
        private_exponent: number(&decoded[0])?,
        prime1: number(&decoded[1])?,
        prime2: number(&decoded[2])?,
        exponent1: number(&decoded[3])?,
        exponent2: number(&decoded[4])?,
        coefficient: number(&decoded[5])?,
    }
    .to_der()
    .map(Zeroizing::new)
    .map_err(|_| CryptoError::InvalidKey("the numbers of the RSA key are too long"))?;
    let key = RsaPrivateKey::from_pkcs1(&der)?;
    check_rsa(&key)?;
    Ok(private(PrivateKey { spec: key.spec(), material: key.to_pkcs8()? }))
}

fn elliptic_curve(key: &JsonWebKey) -> Result<ImportedKey, CryptoError> {
    const COORDINATES: &str = "an EC key needs crv, x and y, and for a private key d, in base64url without padding and of the curve's length";
    let spec = curve(key, "EC")?;
    let curve = Curve::new(spec).ok_or(CryptoError::Internal)?;
    let (x, y) = (secret(&key.x, COORDINATES)?, secret(&key.y, COORDINATES)?);
    if x.len() != curve.field_length() || y.len() != curve.field_length() {
        return Err(CryptoError::InvalidKey(COORDINATES));
    }
    let point = [&[4][..], &x, &y].concat();
    if key.d.is_none() {
        return public(&spki::encode(spec, &point)?);
    }
    let pair = EcPrivateKey::from_scalar(curve, &secret(&key.d, COORDINATES)?)?;
    if pair.point() != point {
        return Err(CryptoError::InvalidKey("x and y are not the public key of d"));
    }
    Ok(private(PrivateKey { spec, material: pair.to_pkcs8()? }))
}

fn octet_key_pair(key: &JsonWebKey) -> Result<ImportedKey, CryptoError> {
    const MEMBERS: &str = "an OKP key needs crv and x, and for a private key d, in base64url without padding and of 32 bytes";
    let spec = curve(key, "OKP")?;
    pair_of_bytes(spec, &secret(&key.x, MEMBERS)?, &key.d, MEMBERS)
}

fn ml_dsa(key: &JsonWebKey) -> Result<ImportedKey, CryptoError> {
    const MEMBERS: &str = "an AKP key needs alg (ML-DSA-44, -65 or -87) and pub, and for a private key priv (the seed), in base64url without padding";
    let alg = key.alg.as_ref().ok_or(CryptoError::InvalidKey(MEMBERS))?;
    let (_, spec) = ML_DSA
        .iter()
        .find(|(name, _)| *name == alg.as_str())
        .ok_or(CryptoError::InvalidKey(MEMBERS))?;
    pair_of_bytes(*spec, &secret(&key.public, MEMBERS)?, &key.private, MEMBERS)
}

/// A key whose public and private halves are plain bytes.
fn pair_of_bytes(
    spec: KeySpec,
    public_bytes: &[u8],
    private_member: &Option<Text>,
    missing: &'static str,
) -> Result<ImportedKey, CryptoError> {
    let stated = spki::encode(spec, public_bytes)?;
    if private_member.is_none() {
        return public(&stated);
    }
    let material = SecretBytes::new(std::mem::take(&mut *secret(private_member, missing)?));
    if load(spec, &material)?.public_key()? != stated {
        return Err(CryptoError::InvalidKey("the public member is not the private key's own"));
    }
    Ok(private(PrivateKey { spec, material }))
}

fn curve(key: &JsonWebKey, kty: &str) -> Result<KeySpec, CryptoError> {
    let crv = key.crv.as_ref().map_or("", Text::as_str);
    CURVES.iter().find(|(of, name, _)| *of == kty && *name == crv).map(|(_, _, spec)| *spec).ok_or(
        CryptoError::InvalidKey(
            "the crv must be P-256, P-384, P-521 or secp256k1 for EC, Ed25519 or X25519 for OKP",
        ),
    )
}

fn secret(member: &Option<Text>, missing: &'static str) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let text = member.as_ref().ok_or(CryptoError::InvalidKey(missing))?;
    Base64UrlUnpadded::decode_vec(text.as_str())
        .map(Zeroizing::new)
        .map_err(|_| CryptoError::InvalidKey(missing))
}

fn strip_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

/// A string that is wiped on drop.
struct Text(Zeroizing<String>);

impl Text {
    fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl Visitor<'_> for TextVisitor {
            type Value = Text;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a string")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
                Ok(Text(Zeroizing::new(text.to_owned())))
            }
        }

        // A string without escapes is borrowed from the input, so that no copy stays behind.
        deserializer.deserialize_str(TextVisitor)
    }
}

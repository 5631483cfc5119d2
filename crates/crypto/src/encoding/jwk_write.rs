//! Writes JSON Web Keys (RFC 7517; the members are in `jwk.rs`).
//!
//! Every value is base64url or a name from a table, so that nothing needs escaping; the text is built in one buffer that is
//! wiped.

use base64ct::{Base64UrlUnpadded, Encoding};
use claviger_model::KeySpec;
use claviger_ports::CryptoError;
use claviger_secret::SecretBytes;
use der::Decode;
use pkcs8::PrivateKeyInfoRef;
use zeroize::Zeroizing;

use super::jwk::{CURVES, ML_DSA};
use super::rsa_numbers::{RsaPrivateKey, RsaPublicKey};
use super::spki;
use crate::elliptic_curve::{Curve, EcPrivateKey};
use crate::provider::load;

/// Writes a secret or a key pair.
pub(crate) fn private(spec: KeySpec, material: &SecretBytes) -> Result<SecretBytes, CryptoError> {
    let bytes = material.expose("write a JSON Web Key");
    // Base64 takes 4/3, and the longest key, RSA, is not longer in JSON than twice its DER.
    let mut object = Object::with_capacity(4 * bytes.len() + 8192);
    if spec.is_symmetric() {
        object.name("kty", "oct");
        object.bytes("k", bytes);
        return Ok(object.finish());
    }
    let public_key = load(spec, material)?.public_key()?;
    write_public(&mut object, spec, spki::decode(&public_key)?.key)?;
    match spec {
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => {
            let numbers = PrivateKeyInfoRef::from_der(bytes)
                .and_then(|info| RsaPrivateKey::from_der(info.private_key.as_bytes()))
                .map_err(|_| CryptoError::Internal)?;
            object.bytes("d", numbers.private_exponent.as_bytes());
            object.bytes("p", numbers.prime1.as_bytes());
            object.bytes("q", numbers.prime2.as_bytes());
            object.bytes("dp", numbers.exponent1.as_bytes());
            object.bytes("dq", numbers.exponent2.as_bytes());
            object.bytes("qi", numbers.coefficient.as_bytes());
        }
        KeySpec::Ed25519 | KeySpec::X25519 => object.bytes("d", bytes),
        KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => object.bytes("priv", bytes),
        _ => {
            let curve = Curve::new(spec).ok_or(CryptoError::Internal)?;
            let scalar = EcPrivateKey::new(curve, bytes)?.scalar()?;
            object.bytes("d", scalar.expose("write a JSON Web Key"));
        }
    }
    Ok(object.finish())
}

/// Writes a public key of the bits that `spki::decode` gives.
pub(crate) fn public(spec: KeySpec, key: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let mut object = Object::with_capacity(2 * key.len() + 256);
    write_public(&mut object, spec, key)?;
    Ok(object.finish().expose("a public key").to_vec())
}

fn write_public(object: &mut Object, spec: KeySpec, key: &[u8]) -> Result<(), CryptoError> {
    if let Some((kty, crv, _)) = CURVES.iter().find(|(_, _, curve)| *curve == spec) {
        object.name("kty", kty);
        object.name("crv", crv);
        match Curve::new(spec) {
            None => object.bytes("x", key),
            Some(curve) => {
                // A compressed point is brought to its coordinates by whoever made the SubjectPublicKeyInfo.
                let coordinates = key
                    .strip_prefix(&[4])
                    .filter(|xy| xy.len() == 2 * curve.field_length())
                    .ok_or(CryptoError::InvalidKey("the public point must be uncompressed"))?;
                let (x, y) = coordinates.split_at(curve.field_length());
                object.bytes("x", x);
                object.bytes("y", y);
            }
        }
        return Ok(());
    }
    if let Some((alg, _)) = ML_DSA.iter().find(|(_, ml_dsa)| *ml_dsa == spec) {
        object.name("kty", "AKP");
        object.name("alg", alg);
        object.bytes("pub", key);
        return Ok(());
    }
    if matches!(spec, KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024) {
        return Err(CryptoError::InvalidParameter(
            "ML-KEM has no JSON Web Key yet: export PKCS#8 or SubjectPublicKeyInfo",
        ));
    }
    let numbers = RsaPublicKey::from_der(key)
        .map_err(|_| CryptoError::InvalidKey("the RSA public key is not an RSAPublicKey (DER)"))?;
    object.name("kty", "RSA");
    object.bytes("n", numbers.modulus.as_bytes());
    object.bytes("e", numbers.public_exponent.as_bytes());
    Ok(())
}

/// A JSON object under construction.
struct Object {
    text: Zeroizing<String>,
}

impl Object {
    fn with_capacity(capacity: usize) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(capacity));
        text.push('{');
        Self { text }
    }

    /// Adds a member whose value needs no escaping.
    fn name(&mut self, member: &str, value: &str) {
        if self.text.len() > 1 {
            self.text.push(',');
        }
        for part in ["\"", member, "\":\"", value, "\""] {
            self.text.push_str(part);
        }
    }

    /// Adds a member in base64url without padding.
    fn bytes(&mut self, member: &str, value: &[u8]) {
        let encoded = Zeroizing::new(Base64UrlUnpadded::encode_string(value));
        self.name(member, &encoded);
    }

    fn finish(mut self) -> SecretBytes {
        self.text.push('}');
        SecretBytes::new(std::mem::take(&mut *self.text).into_bytes())
    }
}

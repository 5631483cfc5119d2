//! Export: writes key material in any format that it has.

use claviger_model::{KeyFormat, KeySpec};
use claviger_ports::CryptoError;
use claviger_secret::SecretBytes;

use super::{jwk_write, pkcs8, spki};
use crate::elliptic_curve::{Curve, EcPrivateKey};
use crate::provider::load;

/// Writes material.
pub(crate) fn export(
    spec: KeySpec,
    material: &SecretBytes,
    format: KeyFormat,
) -> Result<SecretBytes, CryptoError> {
    match format {
        KeyFormat::Raw => raw(spec, material),
        KeyFormat::Pkcs8 => pkcs8::encode(spec, material),
        KeyFormat::Spki if spec.is_symmetric() => Err(CryptoError::InvalidParameter(
            "a symmetric key has no public key: export it raw or as a JSON Web Key",
        )),
        KeyFormat::Spki => load(spec, material)?.public_key().map(SecretBytes::new),
        KeyFormat::Jwk => jwk_write::private(spec, material),
    }
}

/// Writes a public key (SubjectPublicKeyInfo, DER) as a JSON Web Key.
pub(crate) fn public_jwk(spec: KeySpec, public_key: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let public = spki::decode(public_key)?;
    if public.spec != spec {
        return Err(CryptoError::InvalidKey("the public key is of another kind than it is said"));
    }
    jwk_write::public(spec, public.key)
}

fn raw(spec: KeySpec, material: &SecretBytes) -> Result<SecretBytes, CryptoError> {
    if let Some(curve) = Curve::new(spec) {
        return EcPrivateKey::new(curve, material.expose("take the scalar out"))?.scalar();
    }
    match spec {
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => {
            Err(CryptoError::InvalidParameter(
                "an RSA key has no raw encoding: export it as PKCS#8 or as a JSON Web Key",
            ))
        }
        _ => Ok(material.duplicate("export the bytes themselves")),
    }
}

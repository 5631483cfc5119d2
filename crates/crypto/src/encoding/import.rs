//! Import: reads key material of any format and checks that it is a valid key.

use claviger_model::{Algorithm, KeyFormat, KeySpec};
use claviger_ports::{CryptoError, ImportedKey, Key, SignatureInput};
use claviger_secret::SecretBytes;

use super::pem::{self, Label};
use super::{jwk_read, pkcs8, rsa_numbers, spki};
use crate::aes_xts;
use crate::elliptic_curve::{Curve, EcPrivateKey};
use crate::provider::{load, load_public};
use crate::rsa::RsaPrivateKey;

/// The longest encoding that is read, in bytes: an RSA key of 4096 bits as a JSON Web Key has about 4 KiB.
const LIMIT: usize = 64 << 10;

/// A private key that was read and checked.
pub(crate) struct PrivateKey {
    pub(crate) spec: KeySpec,
    /// In the encoding of `Crypto::generate`.
    pub(crate) material: SecretBytes,
}

/// Reads material and checks that it is a valid key.
pub(crate) fn import(
    format: KeyFormat,
    spec: Option<KeySpec>,
    bytes: &[u8],
) -> Result<ImportedKey, CryptoError> {
    if bytes.len() > LIMIT {
        return Err(CryptoError::TooLong { limit: LIMIT });
    }
    let imported = match format {
        KeyFormat::Raw => raw(spec, bytes).map(private)?,
        KeyFormat::Pkcs8 if pem::is_pem(bytes) => private_pem(bytes).map(private)?,
        KeyFormat::Pkcs8 => pkcs8::decode(bytes).map(private)?,
        KeyFormat::Spki if pem::is_pem(bytes) => public_pem(bytes)?,
        KeyFormat::Spki => public(bytes)?,
        KeyFormat::Jwk => jwk_read::decode(bytes, spec)?,
    };
    match spec {
        Some(spec) if spec != imported.spec => Err(CryptoError::InvalidKey(
            "the key is of another kind or size than the request says: leave the kind out or correct it",
        )),
        _ => Ok(imported),
    }
}

/// A private key as an import's result.
pub(crate) fn private(key: PrivateKey) -> ImportedKey {
    ImportedKey { spec: key.spec, material: key.material, public_only: false }
}

/// Reads a SubjectPublicKeyInfo (DER) and checks it.
pub(crate) fn public(der: &[u8]) -> Result<ImportedKey, CryptoError> {
    let spec = spki::decode(der)?.spec;
    let public_key = load_public(spec, der)?.public_key()?;
    Ok(ImportedKey { spec, material: SecretBytes::new(public_key), public_only: true })
}

/// Reads raw bytes of the kind `spec`.
pub(crate) fn raw(spec: Option<KeySpec>, bytes: &[u8]) -> Result<PrivateKey, CryptoError> {
    let spec = spec.ok_or(CryptoError::InvalidParameter(
        "raw bytes do not say what they are: name the kind of key",
    ))?;
    let material = match spec {
        KeySpec::AesXts128 | KeySpec::AesXts256 => {
            aes_xts::check(bytes)?;
            SecretBytes::copy_from(bytes)
        }
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => {
            return Err(CryptoError::InvalidParameter(
                "an RSA key has no raw encoding: import it as PKCS#8 or as a JSON Web Key",
            ));
        }
        _ => match Curve::new(spec) {
            Some(curve) => EcPrivateKey::from_scalar(curve, bytes)?.to_pkcs8()?,
            None => SecretBytes::copy_from(bytes),
        },
    };
    load(spec, &material)?;
    Ok(PrivateKey { spec, material })
}

/// Says how long the material of a symmetric kind is.
pub(crate) const fn wrong_length(spec: KeySpec) -> CryptoError {
    CryptoError::InvalidKey(match spec {
        KeySpec::Aes128 => "an AES-128 key has 16 bytes",
        KeySpec::Aes192 => "an AES-192 key has 24 bytes",
        KeySpec::Aes256 => "an AES-256 key has 32 bytes",
        KeySpec::AesXts128 => "an AES-128-XTS key has 32 bytes",
        KeySpec::AesXts256 => "an AES-256-XTS key has 64 bytes",
        KeySpec::ChaCha20 => "a ChaCha20 key has 32 bytes",
        KeySpec::Hmac(_) => "an HMAC key has 14 to 1024 bytes",
        KeySpec::Secret => "a secret has 16 to 1024 bytes",
        _ => "the key has a wrong length",
    })
}

/// Checks what aws-lc-rs doesn't: the exponent, and by a signature that the primes are primes and not the same.
pub(crate) fn check_rsa(key: &RsaPrivateKey) -> Result<(), CryptoError> {
    spki::decode(&key.public_key()?)?;
    let probe = SignatureInput::Message(b"claviger: is this an RSA key?");
    key.sign(Algorithm::RsaPkcs1Sha256, probe)
        .and_then(|signature| key.verify(Algorithm::RsaPkcs1Sha256, probe, &signature))
        .map_err(|_| {
            CryptoError::InvalidKey(
                "the RSA private key does not work: are its factors two primes?",
            )
        })
}

fn private_pem(bytes: &[u8]) -> Result<PrivateKey, CryptoError> {
    let pem = pem::decode(bytes)?;
    match pem.label {
        Label::Pkcs8 => pkcs8::decode(&pem.der),
        Label::Pkcs1 => {
            let key = RsaPrivateKey::from_pkcs1(&pem.der)?;
            check_rsa(&key)?;
            Ok(PrivateKey { spec: key.spec(), material: key.to_pkcs8()? })
        }
        Label::Sec1 => sec1(&pem.der),
        Label::Spki | Label::Pkcs1Public => {
            Err(CryptoError::InvalidKey("this is a public key: import it in the format spki"))
        }
    }
}

/// Reads an ECPrivateKey (RFC 5915), which names its curve inside.
fn sec1(der: &[u8]) -> Result<PrivateKey, CryptoError> {
    [Curve::P256, Curve::P384, Curve::P521, Curve::Secp256k1]
        .into_iter()
        .find_map(|curve| EcPrivateKey::from_sec1(curve, der).ok())
        .ok_or(CryptoError::InvalidKey(
            "the EC private key is not valid, or names no known curve: convert with openssl pkcs8 -topk8 -nocrypt",
        ))
        .and_then(|key| Ok(PrivateKey { spec: key.spec(), material: key.to_pkcs8()? }))
}

fn public_pem(bytes: &[u8]) -> Result<ImportedKey, CryptoError> {
    let pem = pem::decode(bytes)?;
    match pem.label {
        Label::Spki => public(&pem.der),
        Label::Pkcs1Public => {
            let spec = rsa_numbers::spec_of_public_key(&pem.der)?;
            public(&spki::encode(spec, &pem.der)?)
        }
        Label::Pkcs8 | Label::Pkcs1 | Label::Sec1 => {
            Err(CryptoError::InvalidKey("this is a private key: import it in the format pkcs8"))
        }
    }
}

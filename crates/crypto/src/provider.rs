//! The provider: generates, imports, exports and loads keys.

use std::sync::Arc;

use claviger_model::{Hash, KeyFormat, KeySpec};
use claviger_ports::{Crypto, CryptoError, ImportedKey, Key};
use claviger_secret::SecretBytes;

use crate::aes::AesKey;
use crate::aes_xts::XtsKey;
use crate::chacha20::ChaCha20Key;
use crate::ed25519::{Ed25519PrivateKey, Ed25519PublicKey};
use crate::elliptic_curve::{Curve, EcPrivateKey, EcPublicKey};
use crate::encoding::{self, spki};
use crate::hmac::HmacKey;
use crate::ml_dsa::{MlDsaPrivateKey, MlDsaPublicKey};
use crate::ml_kem::{MlKemPrivateKey, MlKemPublicKey};
use crate::rsa::{RsaPrivateKey, RsaPublicKey};
use crate::secret::SecretKey;
use crate::x25519::{X25519PrivateKey, X25519PublicKey};
use crate::{aes_xts, hash, ml_dsa, ml_kem, x25519};

/// The cryptography port in software. It has no state: keys are loaded into [`Key`]s of their own.
#[derive(Clone, Copy, Debug, Default)]
pub struct SoftwareCrypto;

impl SoftwareCrypto {
    /// The provider.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Crypto for SoftwareCrypto {
    fn random(&self, out: &mut [u8]) -> Result<(), CryptoError> {
        hash::random(out)
    }

    fn hash(&self, hash: Hash, data: &[u8]) -> Result<Vec<u8>, CryptoError> {
        Ok(hash::hash(hash, data))
    }

    fn generate(&self, spec: KeySpec) -> Result<SecretBytes, CryptoError> {
        match spec {
            KeySpec::AesXts128 | KeySpec::AesXts256 => {
                let material = random_secret(spec.symmetric_length().unwrap_or_default())?;
                aes_xts::check(material.expose("compare the halves"))?;
                Ok(material)
            }
            KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => {
                RsaPrivateKey::generate(spec)?.to_pkcs8()
            }
            KeySpec::Ed25519 | KeySpec::X25519 => random_secret(x25519::LENGTH),
            KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024 => {
                random_secret(ml_kem::SEED_LENGTH)
            }
            KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => {
                random_secret(ml_dsa::SEED_LENGTH)
            }
            _ => match (spec.symmetric_length(), Curve::new(spec)) {
                (Some(length), _) => random_secret(length),
                (None, Some(curve)) => EcPrivateKey::generate(curve)?.to_pkcs8(),
                (None, None) => Err(CryptoError::Unsupported),
            },
        }
    }

    fn import(
        &self,
        format: KeyFormat,
        spec: Option<KeySpec>,
        bytes: &[u8],
    ) -> Result<ImportedKey, CryptoError> {
        encoding::import(format, spec, bytes)
    }

    fn export(
        &self,
        spec: KeySpec,
        material: &SecretBytes,
        format: KeyFormat,
    ) -> Result<SecretBytes, CryptoError> {
        encoding::export(spec, material, format)
    }

    fn public_jwk(&self, spec: KeySpec, public_key: &[u8]) -> Result<Vec<u8>, CryptoError> {
        encoding::public_jwk(spec, public_key)
    }

    fn load(&self, spec: KeySpec, material: &SecretBytes) -> Result<Arc<dyn Key>, CryptoError> {
        load(spec, material)
    }

    fn load_public(&self, spec: KeySpec, public_key: &[u8]) -> Result<Arc<dyn Key>, CryptoError> {
        load_public(spec, public_key)
    }
}

/// Makes a key ready to act.
pub(crate) fn load(spec: KeySpec, material: &SecretBytes) -> Result<Arc<dyn Key>, CryptoError> {
    if spec.accepts_length(material.len()) == Some(false) {
        return Err(encoding::wrong_length(spec));
    }
    let bytes = material.expose("load the key");
    let own = || material.duplicate("the loaded key keeps it");
    Ok(match spec {
        KeySpec::Aes128 | KeySpec::Aes192 | KeySpec::Aes256 => Arc::new(AesKey::new(spec, own())),
        KeySpec::AesXts128 | KeySpec::AesXts256 => Arc::new(XtsKey::new(bytes)?),
        KeySpec::ChaCha20 => Arc::new(ChaCha20Key::new(own())),
        KeySpec::Hmac(hash) => Arc::new(HmacKey::new(hash, bytes)?),
        KeySpec::Secret => Arc::new(SecretKey::new(own())),
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => {
            Arc::new(expect_spec(spec, RsaPrivateKey::from_pkcs8(bytes)?)?)
        }
        KeySpec::EcP256 => Arc::new(EcPrivateKey::new(Curve::P256, bytes)?),
        KeySpec::EcP384 => Arc::new(EcPrivateKey::new(Curve::P384, bytes)?),
        KeySpec::EcP521 => Arc::new(EcPrivateKey::new(Curve::P521, bytes)?),
        KeySpec::EcSecp256k1 => Arc::new(EcPrivateKey::new(Curve::Secp256k1, bytes)?),
        KeySpec::Ed25519 => Arc::new(Ed25519PrivateKey::new(bytes)?),
        KeySpec::X25519 => Arc::new(X25519PrivateKey::new(bytes)?),
        KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024 => {
            Arc::new(MlKemPrivateKey::new(spec, bytes)?)
        }
        KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => {
            Arc::new(MlDsaPrivateKey::new(spec, bytes)?)
        }
        KeySpec::Other => return Err(CryptoError::Unsupported),
    })
}

/// Makes a public key (SubjectPublicKeyInfo, DER) ready to act.
pub(crate) fn load_public(spec: KeySpec, der: &[u8]) -> Result<Arc<dyn Key>, CryptoError> {
    let public = spki::decode(der)?;
    if public.spec != spec {
        return Err(CryptoError::InvalidKey("the public key is of another kind than it is said"));
    }
    Ok(match spec {
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => {
            Arc::new(RsaPublicKey::new(spec, der)?)
        }
        KeySpec::EcP256 => Arc::new(EcPublicKey::new(Curve::P256, der)?),
        KeySpec::EcP384 => Arc::new(EcPublicKey::new(Curve::P384, der)?),
        KeySpec::EcP521 => Arc::new(EcPublicKey::new(Curve::P521, der)?),
        KeySpec::EcSecp256k1 => Arc::new(EcPublicKey::new(Curve::Secp256k1, der)?),
        KeySpec::Ed25519 => Arc::new(Ed25519PublicKey::new(der, public.key)?),
        KeySpec::X25519 => Arc::new(X25519PublicKey::new(der)?),
        KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024 => {
            Arc::new(MlKemPublicKey::new(spec, public.key)?)
        }
        KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => {
            Arc::new(MlDsaPublicKey::new(spec, der)?)
        }
        _ => return Err(CryptoError::Unsupported),
    })
}

fn random_secret(length: usize) -> Result<SecretBytes, CryptoError> {
    SecretBytes::try_init(length, hash::random)
}

/// Refuses a key that turns out to be of another kind than it is said to.
fn expect_spec<K: Key>(spec: KeySpec, key: K) -> Result<K, CryptoError> {
    if key.spec() == spec {
        return Ok(key);
    }
    Err(CryptoError::InvalidKey("the key is of another kind or size than it is said to be"))
}

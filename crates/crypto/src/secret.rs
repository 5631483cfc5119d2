//! Secrets that keys are derived from: 16 to 1024 bytes. Material: the bytes themselves.

use claviger_model::{Algorithm, Hash, KeySpec};
use claviger_ports::{CryptoError, DerivationRequest, Key};
use claviger_secret::SecretBytes;

use crate::{counter_kdf, hkdf, pbkdf2};

/// The most bytes that are derived at once: the limit of HKDF-SHA-256.
const LENGTH_LIMIT: usize = 255 * 32;

/// A secret, ready to derive from.
pub(crate) struct SecretKey {
    material: SecretBytes,
}

impl SecretKey {
    /// Takes over the material.
    pub(crate) const fn new(material: SecretBytes) -> Self {
        Self { material }
    }
}

impl Key for SecretKey {
    fn spec(&self) -> KeySpec {
        KeySpec::Secret
    }

    fn derive(&self, request: DerivationRequest<'_>) -> Result<SecretBytes, CryptoError> {
        if request.length == 0 {
            return Err(CryptoError::InvalidParameter("ask for 1 or more bytes to derive"));
        }
        if request.length > LENGTH_LIMIT {
            return Err(CryptoError::InvalidParameter("at most 8160 bytes are derived at once"));
        }
        let secret = self.material.expose("derive from the secret");
        match request.algorithm {
            Algorithm::HkdfSha256 => hkdf::derive(Hash::Sha256, secret, &request),
            Algorithm::HkdfSha384 => hkdf::derive(Hash::Sha384, secret, &request),
            Algorithm::HkdfSha512 => hkdf::derive(Hash::Sha512, secret, &request),
            Algorithm::Pbkdf2Sha256 => pbkdf2::derive(Hash::Sha256, secret, &request),
            Algorithm::Pbkdf2Sha384 => pbkdf2::derive(Hash::Sha384, secret, &request),
            Algorithm::Pbkdf2Sha512 => pbkdf2::derive(Hash::Sha512, secret, &request),
            Algorithm::CounterKdfSha256 => counter_kdf::derive(Hash::Sha256, secret, &request),
            Algorithm::CounterKdfSha384 => counter_kdf::derive(Hash::Sha384, secret, &request),
            Algorithm::CounterKdfSha512 => counter_kdf::derive(Hash::Sha512, secret, &request),
            _ => Err(CryptoError::Unsupported),
        }
    }
}

/// Refuses a count of iterations where the algorithm has none.
pub(crate) const fn refuse_iterations(request: &DerivationRequest<'_>) -> Result<(), CryptoError> {
    if request.iterations == 0 {
        return Ok(());
    }
    Err(CryptoError::InvalidParameter("only PBKDF2 has iterations: leave them out"))
}

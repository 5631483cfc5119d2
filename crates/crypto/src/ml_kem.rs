//! ML-KEM-512, -768 and -1024 (FIPS 203).
//!
//! Material: the seed `d ‖ z`, 64 bytes, expanded when loaded (`ml_kem_expand.rs`). Public keys: SubjectPublicKeyInfo
//! (RFC 9935). Ciphertext: 768, 1088 or 1568 bytes. Shared secret: 32 bytes.

use aws_lc_rs::kem::{
    self, Ciphertext, DecapsulationKey, EncapsulationKey, ML_KEM_512, ML_KEM_768, ML_KEM_1024,
};
use claviger_model::{Algorithm, KeySpec};
use claviger_ports::{CryptoError, Encapsulated, Key};
use claviger_secret::SecretBytes;

use crate::encoding::spki;
use crate::ml_kem_expand::{ParameterSet, expand};

/// The length of a seed, in bytes.
pub(crate) const SEED_LENGTH: usize = 64;

/// A key pair, ready to decapsulate and encapsulate.
pub(crate) struct MlKemPrivateKey {
    decapsulation: DecapsulationKey,
    ciphertext_length: usize,
    public: MlKemPublicKey,
}

impl MlKemPrivateKey {
    /// Expands a seed of 64 bytes.
    pub(crate) fn new(spec: KeySpec, seed: &[u8]) -> Result<Self, CryptoError> {
        let seed: &[u8; SEED_LENGTH] = seed.try_into().map_err(|_| {
            CryptoError::InvalidKey("an ML-KEM private key (seed d ‖ z) has 64 bytes")
        })?;
        let (parameters, algorithm) = parameters(spec)?;
        let (d, z) = seed.split_at(SEED_LENGTH / 2);
        let expanded = expand(parameters, d, z);
        Ok(Self {
            decapsulation: DecapsulationKey::new(algorithm, &expanded.decapsulation)
                .map_err(|_| CryptoError::Internal)?,
            ciphertext_length: parameters.ciphertext_length(),
            public: MlKemPublicKey::new(spec, &expanded.encapsulation)?,
        })
    }
}

impl Key for MlKemPrivateKey {
    fn spec(&self) -> KeySpec {
        self.public.spec
    }

    fn encapsulate(&self, algorithm: Algorithm) -> Result<Encapsulated, CryptoError> {
        self.public.encapsulate(algorithm)
    }

    fn decapsulate(
        &self,
        algorithm: Algorithm,
        ciphertext: &[u8],
    ) -> Result<SecretBytes, CryptoError> {
        if algorithm != Algorithm::MlKem {
            return Err(CryptoError::Unsupported);
        }
        if ciphertext.len() != self.ciphertext_length {
            return Err(CryptoError::Failed);
        }
        let secret = self
            .decapsulation
            .decapsulate(Ciphertext::from(ciphertext))
            .map_err(|_| CryptoError::Failed)?;
        Ok(SecretBytes::copy_from(secret.as_ref()))
    }

    fn public_key(&self) -> Result<Vec<u8>, CryptoError> {
        self.public.public_key()
    }
}

/// A public key, ready to encapsulate.
pub(crate) struct MlKemPublicKey {
    spec: KeySpec,
    encapsulation: EncapsulationKey,
    bytes: Vec<u8>,
}

impl MlKemPublicKey {
    /// Takes an encapsulation key as FIPS 203 encodes it, and checks length and modulus (§7.2).
    pub(crate) fn new(spec: KeySpec, bytes: &[u8]) -> Result<Self, CryptoError> {
        let (parameters, algorithm) = parameters(spec)?;
        if bytes.len() != parameters.encapsulation_key_length()
            || !parameters.has_reduced_coefficients(bytes)
        {
            return Err(CryptoError::InvalidKey(
                "the ML-KEM public key has a wrong length or coefficients that are not reduced",
            ));
        }
        let encapsulation = EncapsulationKey::new(algorithm, bytes)
            .map_err(|_| CryptoError::InvalidKey("the ML-KEM public key is not valid"))?;
        Ok(Self { spec, encapsulation, bytes: bytes.to_vec() })
    }
}

impl Key for MlKemPublicKey {
    fn spec(&self) -> KeySpec {
        self.spec
    }

    fn encapsulate(&self, algorithm: Algorithm) -> Result<Encapsulated, CryptoError> {
        if algorithm != Algorithm::MlKem {
            return Err(CryptoError::Unsupported);
        }
        let (ciphertext, secret) =
            self.encapsulation.encapsulate().map_err(|_| CryptoError::Internal)?;
        Ok(Encapsulated {
            secret: SecretBytes::copy_from(secret.as_ref()),
            ciphertext: ciphertext.as_ref().to_vec(),
        })
    }

    fn public_key(&self) -> Result<Vec<u8>, CryptoError> {
        spki::encode(self.spec, &self.bytes)
    }
}

const fn parameters(spec: KeySpec) -> Result<(ParameterSet, &'static kem::Algorithm), CryptoError> {
    Ok(match spec {
        KeySpec::MlKem512 => (ParameterSet::MlKem512, &ML_KEM_512),
        KeySpec::MlKem768 => (ParameterSet::MlKem768, &ML_KEM_768),
        KeySpec::MlKem1024 => (ParameterSet::MlKem1024, &ML_KEM_1024),
        _ => return Err(CryptoError::Unsupported),
    })
}

//! The provider: loads, generates, converts, splits.

use std::sync::Arc;

use claviger_model::{CryptographicAlgorithm, HashingAlgorithm, KeyFormatType, RecommendedCurve};
use claviger_ports::{
    CryptoError, GeneratedMaterial, KeyComponents, KeyPart, ParametricCrypto, ParametricKey,
    ParametricMaterial, ParametricStream, SplitRequest,
};
use claviger_secret::SecretBytes;

use crate::hash::HashStream;
use crate::legacy::Fence;
use crate::symmetric::SymmetricKey;
use crate::{asymmetric, format, generate, hash, split};

/// The port in software. It has no state: keys are loaded into [`ParametricKey`]s of their own.
#[derive(Clone, Copy, Debug, Default)]
pub struct SoftwareParametricCrypto;

impl SoftwareParametricCrypto {
    /// The provider.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

/// How many bits a symmetric key of so many bytes has. The parity bits of DES aren't counted.
fn symmetric_bits(
    algorithm: Option<CryptographicAlgorithm>,
    length: usize,
) -> Result<u32, CryptoError> {
    let per_byte = match algorithm {
        Some(CryptographicAlgorithm::Des | CryptographicAlgorithm::TripleDes) => 7,
        _ => 8,
    };
    u32::try_from(length)
        .ok()
        .and_then(|length| length.checked_mul(per_byte))
        .ok_or(CryptoError::InvalidKey("the key is longer than 512 MiB"))
}

fn number_bits(number: &[u8]) -> Result<u32, CryptoError> {
    let number = format::trimmed(number);
    let Some(first) = number.first() else { return Ok(0) };
    u32::try_from(number.len() * 8)
        .map(|bits| bits - first.leading_zeros())
        .map_err(|_| CryptoError::InvalidKey("the key is longer than 512 MiB"))
}

fn bits_of(
    components: &KeyComponents,
    algorithm: Option<CryptographicAlgorithm>,
) -> Result<u32, CryptoError> {
    match components {
        KeyComponents::Symmetric(bytes) => symmetric_bits(algorithm, bytes.len()),
        KeyComponents::RsaPublic { modulus, .. } | KeyComponents::RsaPrivate { modulus, .. } => {
            number_bits(modulus)
        }
        KeyComponents::DsaPublic { p, .. }
        | KeyComponents::DsaPrivate { p, .. }
        | KeyComponents::DhPublic { p, .. }
        | KeyComponents::DhPrivate { p, .. } => number_bits(p),
        KeyComponents::EcPublic { curve, .. } | KeyComponents::EcPrivate { curve, .. } => {
            Ok(format::bits_of(*curve))
        }
        KeyComponents::Ed25519Public { .. } | KeyComponents::Ed25519Private { .. } => Ok(256),
    }
}

impl ParametricCrypto for SoftwareParametricCrypto {
    fn generate(
        &self,
        algorithm: CryptographicAlgorithm,
        bits: Option<u32>,
        curve: Option<RecommendedCurve>,
        legacy: bool,
    ) -> Result<GeneratedMaterial, CryptoError> {
        generate::generate(algorithm, bits, curve, Fence::new(legacy))
    }

    fn load(
        &self,
        material: ParametricMaterial<'_>,
        legacy: bool,
    ) -> Result<Arc<dyn ParametricKey>, CryptoError> {
        let components = format::components(&material)?;
        self.load_components(&components, material.algorithm, legacy)
    }

    fn load_components(
        &self,
        components: &KeyComponents,
        algorithm: Option<CryptographicAlgorithm>,
        legacy: bool,
    ) -> Result<Arc<dyn ParametricKey>, CryptoError> {
        let fence = Fence::new(legacy);
        match components {
            KeyComponents::Symmetric(bytes) => Ok(Arc::new(SymmetricKey::new(
                algorithm,
                bytes.duplicate("the loaded key keeps it"),
                fence,
            ))),
            // Numbers on Curve25519 are Ed25519's if the algorithm says so.
            KeyComponents::EcPublic { curve: RecommendedCurve::Curve25519, point }
                if algorithm == Some(CryptographicAlgorithm::Ed25519) =>
            {
                let point = point.clone();
                asymmetric::load(&KeyComponents::Ed25519Public { point }, fence)
            }
            KeyComponents::EcPrivate { curve: RecommendedCurve::Curve25519, scalar }
                if algorithm == Some(CryptographicAlgorithm::Ed25519) =>
            {
                let seed = scalar.duplicate("the loaded key keeps it");
                asymmetric::load(&KeyComponents::Ed25519Private { seed }, fence)
            }
            _ => asymmetric::load(components, fence),
        }
    }

    fn bits(&self, material: &ParametricMaterial<'_>) -> Result<u32, CryptoError> {
        bits_of(&format::components(material)?, material.algorithm)
    }

    fn components(&self, material: ParametricMaterial<'_>) -> Result<KeyComponents, CryptoError> {
        format::components(&material)
    }

    fn encode(
        &self,
        components: &KeyComponents,
        format: KeyFormatType,
    ) -> Result<SecretBytes, CryptoError> {
        format::encode(components, format)
    }

    fn public_of(&self, components: &KeyComponents) -> Result<KeyComponents, CryptoError> {
        asymmetric::public_of(components)
    }

    fn hash(&self, algorithm: HashingAlgorithm, data: &[u8]) -> Result<Vec<u8>, CryptoError> {
        Ok(hash::hash(algorithm, data))
    }

    fn hash_stream(
        &self,
        algorithm: HashingAlgorithm,
    ) -> Result<Box<dyn ParametricStream>, CryptoError> {
        Ok(Box::new(HashStream(hash::begin(algorithm))))
    }

    fn split(&self, request: SplitRequest<'_>, secret: &[u8]) -> Result<Vec<KeyPart>, CryptoError> {
        split::split(&request, secret)
    }

    fn join(
        &self,
        request: SplitRequest<'_>,
        parts: &[KeyPart],
    ) -> Result<SecretBytes, CryptoError> {
        split::join(&request, parts)
    }
}

//! ML-DSA-44, -65 and -87 (FIPS 204), pure, with an empty context, hedged.
//!
//! Material: the seed ξ, 32 bytes. Public keys: SubjectPublicKeyInfo (RFC 9881). Signature: 2420, 3309 or 4627 bytes.

use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::signature::{
    KeyPair, ML_DSA_44, ML_DSA_44_SIGNING, ML_DSA_65, ML_DSA_65_SIGNING, ML_DSA_87,
    ML_DSA_87_SIGNING, ParsedPublicKey, PqdsaKeyPair, PqdsaSigningAlgorithm,
    PqdsaVerificationAlgorithm,
};
use claviger_model::{Algorithm, KeySpec};
use claviger_ports::{CryptoError, Key, SignatureInput};

use crate::lazy::get_or_try_init;

/// The length of a seed, in bytes.
pub(crate) const SEED_LENGTH: usize = 32;

/// A key pair, ready to sign.
pub(crate) struct MlDsaPrivateKey {
    spec: KeySpec,
    pair: PqdsaKeyPair,
    public: OnceLock<MlDsaPublicKey>,
}

impl MlDsaPrivateKey {
    /// Expands a seed of 32 bytes.
    pub(crate) fn new(spec: KeySpec, seed: &[u8]) -> Result<Self, CryptoError> {
        let (signing, _) = algorithms(spec)?;
        let pair = PqdsaKeyPair::from_seed(signing, seed)
            .map_err(|_| CryptoError::InvalidKey("an ML-DSA private key (seed) has 32 bytes"))?;
        Ok(Self { spec, pair, public: OnceLock::new() })
    }
}

impl Key for MlDsaPrivateKey {
    fn spec(&self) -> KeySpec {
        self.spec
    }

    fn sign(
        &self,
        algorithm: Algorithm,
        input: SignatureInput<'_>,
    ) -> Result<Vec<u8>, CryptoError> {
        let message = message_of(algorithm, input)?;
        let mut signature = vec![0; self.pair.algorithm().signature_len()];
        let length = self.pair.sign(message, &mut signature).map_err(|_| CryptoError::Internal)?;
        signature.truncate(length);
        Ok(signature)
    }

    fn verify(
        &self,
        algorithm: Algorithm,
        input: SignatureInput<'_>,
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        get_or_try_init(&self.public, || MlDsaPublicKey::new(self.spec, &self.public_key()?))?
            .verify(algorithm, input, signature)
    }

    fn public_key(&self) -> Result<Vec<u8>, CryptoError> {
        let spki: PublicKeyX509Der<'_> =
            self.pair.public_key().as_der().map_err(|_| CryptoError::Internal)?;
        Ok(spki.as_ref().to_vec())
    }
}

/// A public key, ready to verify.
pub(crate) struct MlDsaPublicKey {
    spec: KeySpec,
    spki: Vec<u8>,
    parsed: ParsedPublicKey,
}

impl MlDsaPublicKey {
    /// Parses a SubjectPublicKeyInfo (DER).
    pub(crate) fn new(spec: KeySpec, spki: &[u8]) -> Result<Self, CryptoError> {
        let (_, verification) = algorithms(spec)?;
        let parsed = ParsedPublicKey::new(verification, spki)
            .map_err(|_| CryptoError::InvalidKey("the ML-DSA public key has a wrong length"))?;
        Ok(Self { spec, spki: spki.to_vec(), parsed })
    }
}

impl Key for MlDsaPublicKey {
    fn spec(&self) -> KeySpec {
        self.spec
    }

    fn verify(
        &self,
        algorithm: Algorithm,
        input: SignatureInput<'_>,
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        let message = message_of(algorithm, input)?;
        self.parsed.verify_sig(message, signature).map_err(|_| CryptoError::Failed)
    }

    fn public_key(&self) -> Result<Vec<u8>, CryptoError> {
        Ok(self.spki.clone())
    }
}

const fn algorithms(
    spec: KeySpec,
) -> Result<(&'static PqdsaSigningAlgorithm, &'static PqdsaVerificationAlgorithm), CryptoError> {
    Ok(match spec {
        KeySpec::MlDsa44 => (&ML_DSA_44_SIGNING, &ML_DSA_44),
        KeySpec::MlDsa65 => (&ML_DSA_65_SIGNING, &ML_DSA_65),
        KeySpec::MlDsa87 => (&ML_DSA_87_SIGNING, &ML_DSA_87),
        _ => return Err(CryptoError::Unsupported),
    })
}

fn message_of(algorithm: Algorithm, input: SignatureInput<'_>) -> Result<&[u8], CryptoError> {
    match input {
        _ if algorithm != Algorithm::MlDsa => Err(CryptoError::Unsupported),
        SignatureInput::Message(message) => Ok(message),
        SignatureInput::Digest(_) => Err(CryptoError::InvalidParameter(
            "ML-DSA signs messages, not digests: send the message",
        )),
    }
}

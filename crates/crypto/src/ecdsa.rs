//! ECDSA (FIPS 186-5 §6) with SHA-256, SHA-384 and SHA-512 on P-256, P-384, P-521 and secp256k1.
//!
//! Signature: DER, `SEQUENCE { INTEGER r, INTEGER s }` (SEC 1 §C.5).
//!
//! aws-lc-rs signs with one hash per curve. FIPS 186-5 §6.4.1 takes the leftmost bits of a hash, as many as the order has, as
//! an integer; so a longer hash is cut to the length of the curve's own, and a shorter one gets zeros in front of it, which
//! leaves the integer, and therefore the signature's meaning, as they are.

use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{EcdsaKeyPair, ParsedPublicKey};
use claviger_model::{Algorithm, Hash};
use claviger_ports::{CryptoError, SignatureInput};

use crate::elliptic_curve::Curve;
use crate::hash;

/// Signs.
pub(crate) fn sign(
    pair: &EcdsaKeyPair,
    curve: Curve,
    algorithm: Algorithm,
    input: SignatureInput<'_>,
) -> Result<Vec<u8>, CryptoError> {
    let hash = hash_of(algorithm, curve)?;
    let signature = match input {
        SignatureInput::Message(message) if hash == curve.native_hash() => {
            pair.sign(&SystemRandom::new(), message)
        }
        _ => pair.sign_digest(&fitted_digest(curve, hash, input)?),
    };
    Ok(signature.map_err(|_| CryptoError::Internal)?.as_ref().to_vec())
}

/// Verifies.
pub(crate) fn verify(
    public: &ParsedPublicKey,
    curve: Curve,
    algorithm: Algorithm,
    input: SignatureInput<'_>,
    signature: &[u8],
) -> Result<(), CryptoError> {
    let hash = hash_of(algorithm, curve)?;
    let verified = match input {
        SignatureInput::Message(message) if hash == curve.native_hash() => {
            public.verify_sig(message, signature)
        }
        _ => public.verify_digest_sig(&fitted_digest(curve, hash, input)?, signature),
    };
    verified.map_err(|_| CryptoError::Failed)
}

fn hash_of(algorithm: Algorithm, curve: Curve) -> Result<Hash, CryptoError> {
    if !algorithm.fits(curve.spec()) {
        return Err(CryptoError::Unsupported);
    }
    match algorithm {
        Algorithm::EcdsaSha256 => Ok(Hash::Sha256),
        Algorithm::EcdsaSha384 => Ok(Hash::Sha384),
        Algorithm::EcdsaSha512 => Ok(Hash::Sha512),
        _ => Err(CryptoError::Unsupported),
    }
}

/// The hash of the input in the shape of the curve's own hash.
fn fitted_digest(
    curve: Curve,
    hash: Hash,
    input: SignatureInput<'_>,
) -> Result<Digest, CryptoError> {
    let bytes = match input {
        SignatureInput::Message(message) => hash::hash(hash, message),
        SignatureInput::Digest(digest) if digest.len() == hash.output_length() => digest.to_vec(),
        SignatureInput::Digest(_) => {
            return Err(CryptoError::InvalidParameter(
                "the digest must be as long as the algorithm's hash: 32, 48 or 64 bytes",
            ));
        }
    };
    let algorithm = match curve.native_hash() {
        Hash::Sha256 => &digest::SHA256,
        Hash::Sha384 => &digest::SHA384,
        _ => &digest::SHA512,
    };
    let length = algorithm.output_len();
    let mut fitted = vec![0; length.saturating_sub(bytes.len())];
    fitted.extend_from_slice(&bytes[..bytes.len().min(length)]);
    Digest::import_less_safe(&fitted, algorithm).map_err(|_| CryptoError::Internal)
}

//! Ed25519 (RFC 8032 §5.1, FIPS 186-5 §7), pure.
//!
//! Material: the seed, 32 bytes. Public keys: SubjectPublicKeyInfo (RFC 8410). Signature: `R (32) ‖ S (32)`; a signature with
//! S not below the group order is refused.

use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, ParsedPublicKey};
use claviger_model::{Algorithm, KeySpec};
use claviger_ports::{CryptoError, Key, SignatureInput};

use crate::ed25519_point;
use crate::lazy::get_or_try_init;

/// The length of seeds and public keys, in bytes.
pub(crate) const LENGTH: usize = 32;

/// A key pair, ready to sign.
pub(crate) struct Ed25519PrivateKey {
    pair: Ed25519KeyPair,
    public: OnceLock<ParsedPublicKey>,
}

impl Ed25519PrivateKey {
    /// Expands a seed of 32 bytes.
    pub(crate) fn new(seed: &[u8]) -> Result<Self, CryptoError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed)
            .map_err(|_| CryptoError::InvalidKey("an Ed25519 private key (seed) has 32 bytes"))?;
        Ok(Self { pair, public: OnceLock::new() })
    }
}

impl Key for Ed25519PrivateKey {
    fn spec(&self) -> KeySpec {
        KeySpec::Ed25519
    }

    fn sign(
        &self,
        algorithm: Algorithm,
        input: SignatureInput<'_>,
    ) -> Result<Vec<u8>, CryptoError> {
        let message = message_of(algorithm, input)?;
        let signature = self.pair.try_sign(message).map_err(|_| CryptoError::Internal)?;
        Ok(signature.as_ref().to_vec())
    }

    fn verify(
        &self,
        algorithm: Algorithm,
        input: SignatureInput<'_>,
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        let message = message_of(algorithm, input)?;
        let public = get_or_try_init(&self.public, || {
            ParsedPublicKey::new(&ED25519, self.pair.public_key())
                .map_err(|_| CryptoError::Internal)
        })?;
        public.verify_sig(message, signature).map_err(|_| CryptoError::Failed)
    }

    fn public_key(&self) -> Result<Vec<u8>, CryptoError> {
        let spki: PublicKeyX509Der<'_> =
            self.pair.public_key().as_der().map_err(|_| CryptoError::Internal)?;
        Ok(spki.as_ref().to_vec())
    }
}

/// A public key, ready to verify.
pub(crate) struct Ed25519PublicKey {
    spki: Vec<u8>,
    parsed: ParsedPublicKey,
}

impl Ed25519PublicKey {
    /// Parses a SubjectPublicKeyInfo (DER) around `point`. Refuses what is no point, and points of small order, whose
    /// signatures anybody can make.
    pub(crate) fn new(spki: &[u8], point: &[u8]) -> Result<Self, CryptoError> {
        if is_of_small_order(point) {
            return Err(CryptoError::InvalidKey("the Ed25519 public key is of small order"));
        }
        if !ed25519_point::is_on_curve(point) {
            return Err(CryptoError::InvalidKey(
                "the Ed25519 public key is not a point on the curve",
            ));
        }
        let parsed = ParsedPublicKey::new(&ED25519, spki)
            .map_err(|_| CryptoError::InvalidKey("the Ed25519 public key is malformed"))?;
        Ok(Self { spki: spki.to_vec(), parsed })
    }
}

impl Key for Ed25519PublicKey {
    fn spec(&self) -> KeySpec {
        KeySpec::Ed25519
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

fn message_of(algorithm: Algorithm, input: SignatureInput<'_>) -> Result<&[u8], CryptoError> {
    match input {
        _ if algorithm != Algorithm::Ed25519 => Err(CryptoError::Unsupported),
        SignatureInput::Message(message) => Ok(message),
        SignatureInput::Digest(_) => Err(CryptoError::InvalidParameter(
            "Ed25519 signs messages, not digests: send the message",
        )),
    }
}

/// The y coordinates (little-endian, below 2^255) of the points whose order divides 8, with the encodings that aren't reduced.
const SMALL_ORDER: [[u8; LENGTH]; 7] = {
    const fn near_prime(low: u8) -> [u8; LENGTH] {
        let mut bytes = [0xff; LENGTH];
        bytes[0] = low;
        bytes[LENGTH - 1] = 0x7f;
        bytes
    }
    let mut one = [0; LENGTH];
    one[0] = 1;
    [
        [0; LENGTH],
        one,
        [
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef,
            0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88,
            0x6d, 0x53, 0xfc, 0x05,
        ],
        [
            0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10,
            0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77,
            0x92, 0xac, 0x03, 0x7a,
        ],
        near_prime(0xec),
        near_prime(0xed),
        near_prime(0xee),
    ]
};

fn is_of_small_order(point: &[u8]) -> bool {
    let Ok(mut y) = <[u8; LENGTH]>::try_from(point) else {
        return false;
    };
    y[LENGTH - 1] &= 0x7f;
    SMALL_ORDER.contains(&y)
}

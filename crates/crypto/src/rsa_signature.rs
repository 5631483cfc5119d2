//! RSASSA-PSS (RFC 8017 §8.1) and RSASSA-PKCS1-v1_5 (§8.2) with SHA-256, SHA-384 and SHA-512.
//!
//! Signature: as long as the modulus. PSS: mask generation with the same hash, salt as long as the hash.

use std::sync::OnceLock;

use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RSA_PSS_SHA256,
    RSA_PSS_SHA384, RSA_PSS_SHA512, RsaParameters, RsaSignatureEncoding,
};
use claviger_model::Algorithm;
use claviger_ports::{CryptoError, SignatureInput};

use crate::lazy::get_or_try_init;

/// Signs.
pub(crate) fn sign(
    pair: &KeyPair,
    algorithm: Algorithm,
    input: SignatureInput<'_>,
) -> Result<Vec<u8>, CryptoError> {
    let scheme = Scheme::new(algorithm)?;
    let mut signature = vec![0; pair.public_modulus_len()];
    match input {
        SignatureInput::Message(message) => {
            pair.sign(scheme.encoding, &SystemRandom::new(), message, &mut signature)
        }
        SignatureInput::Digest(digest) => {
            pair.sign_digest(scheme.encoding, &scheme.digest(digest)?, &mut signature)
        }
    }
    .map_err(|_| CryptoError::Internal)?;
    Ok(signature)
}

/// A public key that parses itself once per scheme that it is asked to verify.
pub(crate) struct Verifier {
    spki: Vec<u8>,
    parsed: [OnceLock<ParsedPublicKey>; 6],
}

impl Verifier {
    /// Takes a SubjectPublicKeyInfo (DER).
    pub(crate) fn new(spki: &[u8]) -> Self {
        Self { spki: spki.to_vec(), parsed: [const { OnceLock::new() }; 6] }
    }

    /// Verifies.
    pub(crate) fn verify(
        &self,
        algorithm: Algorithm,
        input: SignatureInput<'_>,
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        let scheme = Scheme::new(algorithm)?;
        let public = get_or_try_init(&self.parsed[scheme.index], || {
            ParsedPublicKey::new(scheme.parameters, &self.spki)
                .map_err(|_| CryptoError::InvalidKey("the RSA public key is not valid"))
        })?;
        match input {
            SignatureInput::Message(message) => public.verify_sig(message, signature),
            SignatureInput::Digest(digest) => {
                public.verify_digest_sig(&scheme.digest(digest)?, signature)
            }
        }
        .map_err(|_| CryptoError::Failed)
    }
}

/// One scheme with one hash.
struct Scheme {
    index: usize,
    encoding: &'static RsaSignatureEncoding,
    parameters: &'static RsaParameters,
    hash: &'static digest::Algorithm,
}

impl Scheme {
    fn new(algorithm: Algorithm) -> Result<Self, CryptoError> {
        let (index, encoding, parameters, hash): (_, _, &'static RsaParameters, _) = match algorithm
        {
            Algorithm::RsaPssSha256 => {
                (0, &RSA_PSS_SHA256, &RSA_PSS_2048_8192_SHA256, &digest::SHA256)
            }
            Algorithm::RsaPssSha384 => {
                (1, &RSA_PSS_SHA384, &RSA_PSS_2048_8192_SHA384, &digest::SHA384)
            }
            Algorithm::RsaPssSha512 => {
                (2, &RSA_PSS_SHA512, &RSA_PSS_2048_8192_SHA512, &digest::SHA512)
            }
            Algorithm::RsaPkcs1Sha256 => {
                (3, &RSA_PKCS1_SHA256, &RSA_PKCS1_2048_8192_SHA256, &digest::SHA256)
            }
            Algorithm::RsaPkcs1Sha384 => {
                (4, &RSA_PKCS1_SHA384, &RSA_PKCS1_2048_8192_SHA384, &digest::SHA384)
            }
            Algorithm::RsaPkcs1Sha512 => {
                (5, &RSA_PKCS1_SHA512, &RSA_PKCS1_2048_8192_SHA512, &digest::SHA512)
            }
            _ => return Err(CryptoError::Unsupported),
        };
        Ok(Self { index, encoding, parameters, hash })
    }

    fn digest(&self, bytes: &[u8]) -> Result<Digest, CryptoError> {
        Digest::import_less_safe(bytes, self.hash).map_err(|_| {
            CryptoError::InvalidParameter(
                "the digest must be as long as the algorithm's hash: 32, 48 or 64 bytes",
            )
        })
    }
}

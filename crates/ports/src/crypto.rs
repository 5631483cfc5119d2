//! The cryptography that the core asks for.
//!
//! Material (secret bytes in the encoding of [`Crypto::generate`]), its kind ([`KeySpec`]) and a loaded [`Key`] that can act
//! are three things. Keys are loaded once and kept ready: an expanded AES key, a parsed RSA key.

use std::fmt;
use std::sync::Arc;

use claviger_model::{Algorithm, Hash, KeyFormat, KeySpec};
use claviger_secret::{SealBuffer, SecretBytes};

/// Why a cryptographic call failed. No message contains data of the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CryptoError {
    /// The key can't do this, or not with this algorithm.
    Unsupported,
    /// The key material isn't valid. What is wrong, in words.
    InvalidKey(&'static str),
    /// A parameter isn't valid. What is wrong and what would do, in words.
    InvalidParameter(&'static str),
    /// The input is too long for the algorithm. The limit in bytes.
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// Decryption, unwrapping or verification failed: one error whatever the cause.
    Failed,
    /// The algorithm or parameter is out of use, and the key wasn't permitted to use such.
    Legacy,
    /// The random generator gave nothing.
    RandomUnavailable,
    /// The library failed where it must not.
    Internal,
}

impl fmt::Display for CryptoError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported => formatter.write_str("the key does not support this algorithm"),
            Self::InvalidKey(what) | Self::InvalidParameter(what) => formatter.write_str(what),
            Self::TooLong { limit } => {
                write!(
                    formatter,
                    "the input is longer than the {limit} bytes that the algorithm takes"
                )
            }
            Self::Failed => formatter.write_str("the operation failed"),
            Self::Legacy => formatter.write_str("the key may not be used with legacy algorithms"),
            Self::RandomUnavailable => formatter.write_str("the system gives no random bytes"),
            Self::Internal => formatter.write_str("the cryptographic library failed"),
        }
    }
}

impl std::error::Error for CryptoError {}

/// What an import found.
pub struct ImportedKey {
    /// What the material is. For raw symmetric bytes, what the caller said.
    pub spec: KeySpec,
    /// The material, in the encoding of [`Crypto::generate`]; for a public key alone, its SubjectPublicKeyInfo (DER).
    pub material: SecretBytes,
    /// Whether there is only a public key.
    pub public_only: bool,
}

/// A request to encrypt or decrypt with explicit parameters, for protocols that need them.
#[derive(Clone, Copy)]
pub struct CipherRequest<'a> {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The nonce or initialisation vector. For encryption `None` asks for a random one; ECB and RSA take none. XTS: 16 bytes
    /// of tweak. CBC, CTR: 16 bytes. GCM, GCM-SIV, ChaCha20-Poly1305: 12. XChaCha20-Poly1305: 24.
    pub nonce: Option<&'a [u8]>,
    /// Additional authenticated data; for OAEP the label. Must be empty where an algorithm has neither.
    pub additional_data: &'a [u8],
    /// The plaintext, or the ciphertext with its tag (16 bytes) at the end.
    pub input: &'a [u8],
}

/// What an encryption with explicit parameters gave.
pub struct Ciphered {
    /// The nonce that was used; empty where there is none.
    pub nonce: Vec<u8>,
    /// The ciphertext, with its tag at the end where there is one.
    pub output: Vec<u8>,
}

/// What to sign or verify.
#[derive(Clone, Copy)]
pub enum SignatureInput<'a> {
    /// The message, which is hashed as the algorithm says.
    Message(&'a [u8]),
    /// The hash of the message, as long as the algorithm's hash. Not for Ed25519 and ML-DSA.
    Digest(&'a [u8]),
}

/// A request to derive bytes from a secret.
#[derive(Clone, Copy)]
pub struct DerivationRequest<'a> {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The salt (HKDF, PBKDF2). SP 800-108: the label.
    pub salt: &'a [u8],
    /// HKDF: the info; SP 800-108: the context; PBKDF2: must be empty.
    pub info: &'a [u8],
    /// PBKDF2: the iterations, 1,000 to 10,000,000; others: must be 0.
    pub iterations: u32,
    /// How many bytes to derive, 1 to 8,160 (HKDF-SHA-256's limit).
    pub length: usize,
}

/// A shared secret and what the other side needs to get it.
pub struct Encapsulated {
    /// The shared secret.
    pub secret: SecretBytes,
    /// The ciphertext for the other side.
    pub ciphertext: Vec<u8>,
}

/// A key, ready to act. Every method answers [`CryptoError::Unsupported`] where the key's kind can't do it.
///
/// Failures to decrypt, unwrap or verify are one and the same error, and take a time that tells nothing about the cause.
pub trait Key: Send + Sync {
    /// What the key's material is.
    fn spec(&self) -> KeySpec;

    /// Makes a committing record of the plaintext, in place: `salt (24) ‖ commitment (32) ‖ ciphertext ‖ tag (16)` for
    /// authenticated encryption, the bare ciphertext for RSA-OAEP (with the hash of `context` as its label).
    ///
    /// A fresh key, nonce and commitment are derived per record by HKDF-Expand-SHA-512 from the key, the salt and the context,
    /// so that one key serves any number of messages and a record opens under one key and one context only.
    fn seal(
        &self,
        algorithm: Algorithm,
        context: &[u8],
        plaintext: SealBuffer,
    ) -> Result<Vec<u8>, CryptoError> {
        let _ = (algorithm, context, plaintext);
        Err(CryptoError::Unsupported)
    }

    /// Opens what [`Self::seal`] made, in place.
    fn open(
        &self,
        algorithm: Algorithm,
        context: &[u8],
        record: Vec<u8>,
    ) -> Result<SecretBytes, CryptoError> {
        let _ = (algorithm, context, record);
        Err(CryptoError::Unsupported)
    }

    /// Encrypts with explicit parameters.
    fn encrypt(&self, request: CipherRequest<'_>) -> Result<Ciphered, CryptoError> {
        let _ = request;
        Err(CryptoError::Unsupported)
    }

    /// Decrypts with explicit parameters.
    fn decrypt(&self, request: CipherRequest<'_>) -> Result<SecretBytes, CryptoError> {
        let _ = request;
        Err(CryptoError::Unsupported)
    }

    /// Wraps key material (AES-KW, AES-KWP, RSA-OAEP).
    fn wrap(&self, algorithm: Algorithm, material: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let _ = (algorithm, material);
        Err(CryptoError::Unsupported)
    }

    /// Unwraps key material.
    fn unwrap(&self, algorithm: Algorithm, wrapped: &[u8]) -> Result<SecretBytes, CryptoError> {
        let _ = (algorithm, wrapped);
        Err(CryptoError::Unsupported)
    }

    /// Signs. ECDSA signatures are DER (SEC 1 §C.5).
    fn sign(
        &self,
        algorithm: Algorithm,
        input: SignatureInput<'_>,
    ) -> Result<Vec<u8>, CryptoError> {
        let _ = (algorithm, input);
        Err(CryptoError::Unsupported)
    }

    /// Verifies a signature; [`CryptoError::Failed`] if it isn't valid.
    fn verify(
        &self,
        algorithm: Algorithm,
        input: SignatureInput<'_>,
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        let _ = (algorithm, input, signature);
        Err(CryptoError::Unsupported)
    }

    /// Makes a message authentication code of full length.
    fn mac(&self, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let _ = (algorithm, message);
        Err(CryptoError::Unsupported)
    }

    /// Checks a message authentication code of full length, in constant time; [`CryptoError::Failed`] if it isn't valid.
    fn mac_verify(
        &self,
        algorithm: Algorithm,
        message: &[u8],
        mac: &[u8],
    ) -> Result<(), CryptoError> {
        let _ = (algorithm, message, mac);
        Err(CryptoError::Unsupported)
    }

    /// Derives bytes from the secret.
    fn derive(&self, request: DerivationRequest<'_>) -> Result<SecretBytes, CryptoError> {
        let _ = request;
        Err(CryptoError::Unsupported)
    }

    /// Agrees on a shared secret with the owner of a public key (SubjectPublicKeyInfo, DER; for curves also the raw point).
    fn agree(&self, algorithm: Algorithm, peer: &[u8]) -> Result<SecretBytes, CryptoError> {
        let _ = (algorithm, peer);
        Err(CryptoError::Unsupported)
    }

    /// Makes a shared secret for the owner of the private key.
    fn encapsulate(&self, algorithm: Algorithm) -> Result<Encapsulated, CryptoError> {
        let _ = algorithm;
        Err(CryptoError::Unsupported)
    }

    /// Gets the shared secret out of what [`Self::encapsulate`] made.
    fn decapsulate(
        &self,
        algorithm: Algorithm,
        ciphertext: &[u8],
    ) -> Result<SecretBytes, CryptoError> {
        let _ = (algorithm, ciphertext);
        Err(CryptoError::Unsupported)
    }

    /// The public key as SubjectPublicKeyInfo (DER).
    fn public_key(&self) -> Result<Vec<u8>, CryptoError> {
        Err(CryptoError::Unsupported)
    }
}

/// A provider of cryptography.
pub trait Crypto: Send + Sync + 'static {
    /// Fills `out` from the system's random generator.
    fn random(&self, out: &mut [u8]) -> Result<(), CryptoError>;

    /// The hash of `data`.
    fn hash(&self, hash: Hash, data: &[u8]) -> Result<Vec<u8>, CryptoError>;

    /// Makes key material: raw bytes for symmetric kinds, PKCS#8 (DER) for RSA and elliptic curves, the seed for Ed25519,
    /// X25519 (32 bytes), ML-KEM (64 bytes `d ‖ z`) and ML-DSA (32 bytes).
    fn generate(&self, spec: KeySpec) -> Result<SecretBytes, CryptoError>;

    /// Reads material that comes from outside and checks that it is a valid key: lengths, curve membership, RSA sizes and
    /// consistency. `spec` says what raw bytes are; for other formats it must be `None` or what they turn out to be.
    fn import(
        &self,
        format: KeyFormat,
        spec: Option<KeySpec>,
        bytes: &[u8],
    ) -> Result<ImportedKey, CryptoError>;

    /// Writes material for the outside. [`KeyFormat::Spki`] gives the public key alone.
    fn export(
        &self,
        spec: KeySpec,
        material: &SecretBytes,
        format: KeyFormat,
    ) -> Result<SecretBytes, CryptoError>;

    /// The public key, given as SubjectPublicKeyInfo (DER), as a JSON Web Key (UTF-8 JSON).
    fn public_jwk(&self, spec: KeySpec, public_key: &[u8]) -> Result<Vec<u8>, CryptoError>;

    /// Makes a key ready to act.
    fn load(&self, spec: KeySpec, material: &SecretBytes) -> Result<Arc<dyn Key>, CryptoError>;

    /// Makes a public key, given as SubjectPublicKeyInfo (DER), ready to verify, encrypt or encapsulate.
    fn load_public(&self, spec: KeySpec, public_key: &[u8]) -> Result<Arc<dyn Key>, CryptoError>;
}

//! Cryptography with parameters that a caller names, over material of any kind.
//!
//! The native doors use keys for one algorithm each ([`crate::Key`]). Protocols such as KMIP let the caller combine cipher,
//! mode, padding and hash, register keys of algorithms long out of use, and split messages into parts. All of that has its own
//! port, so that the other stays small, and what is legacy stays behind one fence.

use std::sync::Arc;

use claviger_model::{
    CryptographicAlgorithm, CryptographicParameters, DerivationMethod, HashingAlgorithm,
    KeyFormatType, RecommendedCurve,
};
use claviger_secret::SecretBytes;

use crate::CryptoError;

/// A nonce or IV is needed and was not given. A constant, so that a door can tell it from other invalid parameters: KMIP has
/// a reason of its own for it.
pub const MISSING_NONCE: CryptoError = CryptoError::InvalidParameter(
    "the mode needs an IV or nonce: pass the one that the encryption used or returned",
);

/// The authentication tag has a length that its mode doesn't have. A constant, as [`MISSING_NONCE`].
pub const INVALID_TAG_LENGTH: CryptoError = CryptoError::InvalidParameter(
    "the mode has no tags of this length: GCM takes 4, 8 and 12 to 16 bytes, CCM the even lengths from 4 to 16",
);

/// A derivation is to give more than its method does. A constant, as [`MISSING_NONCE`].
pub const DERIVED_TOO_LONG: CryptoError = CryptoError::InvalidParameter(
    "the method does not give as many bytes as were asked for: ask for fewer",
);

/// Key material as it was made or registered, with what is needed to read it.
pub struct ParametricMaterial<'a> {
    /// What the key is for. `None` for secret data.
    pub algorithm: Option<CryptographicAlgorithm>,
    /// How the bytes are written. Transparent formats are given as [`KeyComponents`] instead.
    pub format: KeyFormatType,
    /// The bytes.
    pub bytes: &'a SecretBytes,
    /// The curve, where the format doesn't say it.
    pub curve: Option<RecommendedCurve>,
}

/// The numbers that a key is made of (the transparent formats of KMIP 2.1 §5.1): unsigned, big-endian.
pub enum KeyComponents {
    /// A symmetric key.
    Symmetric(SecretBytes),
    /// RSA, public.
    RsaPublic {
        /// n.
        modulus: Vec<u8>,
        /// e.
        public_exponent: Vec<u8>,
    },
    /// RSA, private; what is `None` wasn't given.
    RsaPrivate {
        /// n.
        modulus: Vec<u8>,
        /// e.
        public_exponent: Option<Vec<u8>>,
        /// d.
        private_exponent: Option<SecretBytes>,
        /// p.
        p: Option<SecretBytes>,
        /// q.
        q: Option<SecretBytes>,
        /// d mod p-1.
        prime_exponent_p: Option<SecretBytes>,
        /// d mod q-1.
        prime_exponent_q: Option<SecretBytes>,
        /// 1/q mod p.
        crt_coefficient: Option<SecretBytes>,
    },
    /// DSA, public.
    DsaPublic {
        /// p.
        p: Vec<u8>,
        /// q.
        q: Vec<u8>,
        /// g.
        g: Vec<u8>,
        /// y.
        y: Vec<u8>,
    },
    /// DSA, private.
    DsaPrivate {
        /// p.
        p: Vec<u8>,
        /// q.
        q: Vec<u8>,
        /// g.
        g: Vec<u8>,
        /// x.
        x: SecretBytes,
    },
    /// Diffie-Hellman, public.
    DhPublic {
        /// p.
        p: Vec<u8>,
        /// g.
        g: Vec<u8>,
        /// q.
        q: Option<Vec<u8>>,
        /// j.
        j: Option<Vec<u8>>,
        /// y.
        y: Vec<u8>,
    },
    /// Diffie-Hellman, private.
    DhPrivate {
        /// p.
        p: Vec<u8>,
        /// g.
        g: Vec<u8>,
        /// q.
        q: Option<Vec<u8>>,
        /// j.
        j: Option<Vec<u8>>,
        /// x.
        x: SecretBytes,
    },
    /// An elliptic curve, public.
    EcPublic {
        /// The curve.
        curve: RecommendedCurve,
        /// The point, uncompressed (SEC 1 §2.3.3), or its raw 32 bytes on Curve25519.
        point: Vec<u8>,
    },
    /// An elliptic curve, private.
    EcPrivate {
        /// The curve.
        curve: RecommendedCurve,
        /// The scalar.
        scalar: SecretBytes,
    },
    /// Ed25519, public: the point (RFC 8032 §5.1.5). Curve25519 in [`Self::EcPublic`] is X25519.
    Ed25519Public {
        /// The point, 32 bytes.
        point: Vec<u8>,
    },
    /// Ed25519, private. Curve25519 in [`Self::EcPrivate`] is X25519.
    Ed25519Private {
        /// The seed, 32 bytes.
        seed: SecretBytes,
    },
}

/// New key material.
pub struct GeneratedMaterial {
    /// Raw bytes, or the private key as PKCS#8 (DER).
    pub material: SecretBytes,
    /// The public key as SubjectPublicKeyInfo (DER), of a pair.
    pub public_key: Option<Vec<u8>>,
    /// The length of the key, in bits.
    pub bits: u32,
}

/// What to encrypt or decrypt.
#[derive(Clone, Copy)]
pub struct ParametricCipher<'a> {
    /// How.
    pub parameters: &'a CryptographicParameters,
    /// The IV, counter or nonce. On encryption `None` where none is needed, or where the service shall make it, which it does
    /// unless the parameters' Random IV is `false`; on decryption [`MISSING_NONCE`] is the answer where it is needed.
    pub nonce: Option<&'a [u8]>,
    /// Additional authenticated data; for OAEP the label.
    pub additional_data: &'a [u8],
    /// Plaintext or ciphertext.
    pub input: &'a [u8],
    /// The authentication tag, on decryption.
    pub tag: Option<&'a [u8]>,
}

/// What an encryption gave.
#[derive(Default)]
pub struct ParametricCiphertext {
    /// The ciphertext.
    pub output: Vec<u8>,
    /// The IV or nonce, if the service made it.
    pub nonce: Option<Vec<u8>>,
    /// The authentication tag.
    pub tag: Option<Vec<u8>>,
}

/// What to sign, to verify or to make a MAC of.
#[derive(Clone, Copy)]
pub struct ParametricMessage<'a> {
    /// How.
    pub parameters: &'a CryptographicParameters,
    /// The message, or its digest.
    pub data: &'a [u8],
    /// Whether `data` is the digest.
    pub digested: bool,
}

/// A request to derive bytes (KMIP 2.1 §6.1.18).
#[derive(Clone, Copy)]
pub struct ParametricDerivation<'a> {
    /// How.
    pub method: DerivationMethod,
    /// Cipher, mode, hash.
    pub parameters: &'a CryptographicParameters,
    /// The IV of the method Encrypt.
    pub nonce: Option<&'a [u8]>,
    /// Derivation data: of the request, or of a second object. For AWS Signature Version 4 the date, region and service with
    /// slashes between them, as in a credential scope: `20150830/us-east-1/iam`.
    pub data: &'a [u8],
    /// The salt of PBKDF2 and HKDF.
    pub salt: &'a [u8],
    /// The iterations of PBKDF2.
    pub iterations: u32,
    /// The public key of the other side, for agreement: as [`ParametricMaterial`] was given.
    pub peer: Option<&'a dyn ParametricKey>,
    /// How many bytes are wanted.
    pub length: usize,
}

/// What a stream does with each part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamKind {
    /// Encrypts.
    Encrypt,
    /// Decrypts.
    Decrypt,
    /// Signs at the end.
    Sign,
    /// Verifies at the end.
    Verify,
    /// Makes a MAC at the end.
    Mac,
    /// Checks a MAC at the end.
    MacVerify,
}

/// A message processed in parts: any parts give the bytes of the message at once.
///
/// Decryption in an authenticated mode returns plaintext before its tag is checked. Only when [`Self::finish`] has succeeded
/// is it the sender's; what a caller does with it before, it does with what anybody may have written.
pub trait ParametricStream: Send {
    /// Takes the next part and returns what can be returned already; nothing for signatures and MACs.
    fn update(&mut self, part: &[u8]) -> Result<Vec<u8>, CryptoError>;

    /// Takes the last part. `proof` is the tag, signature or MAC to check. For encryption the output is the rest of the
    /// ciphertext (with the tag beside it), for signatures and MACs the signature or MAC.
    fn finish(
        self: Box<Self>,
        part: &[u8],
        proof: Option<&[u8]>,
    ) -> Result<ParametricCiphertext, CryptoError>;

    /// The IV or nonce, if the service made it at the start.
    fn nonce(&self) -> Option<&[u8]> {
        None
    }
}

/// Which part of a wrapped key is encrypted (KMIP 2.1 §11.18 Encoding Option is the caller's business: it gives bytes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Wraps.
    Wrap,
    /// Unwraps.
    Unwrap,
}

/// A key, ready to act with whatever parameters fit it.
///
/// Failures to decrypt, unwrap or verify are [`CryptoError::Failed`] and tell nothing about the cause; parameters that don't fit
/// are [`CryptoError::InvalidParameter`]; what the key's kind can't do, or nobody offers, [`CryptoError::Unsupported`]; and what is
/// legacy and not permitted, [`CryptoError::Legacy`].
pub trait ParametricKey: Send + Sync {
    /// Encrypts.
    fn encrypt(&self, request: ParametricCipher<'_>) -> Result<ParametricCiphertext, CryptoError> {
        let _ = request;
        Err(CryptoError::Unsupported)
    }

    /// Decrypts.
    fn decrypt(&self, request: ParametricCipher<'_>) -> Result<SecretBytes, CryptoError> {
        let _ = request;
        Err(CryptoError::Unsupported)
    }

    /// Signs.
    fn sign(&self, message: ParametricMessage<'_>) -> Result<Vec<u8>, CryptoError> {
        let _ = message;
        Err(CryptoError::Unsupported)
    }

    /// Verifies; [`CryptoError::Failed`] if the signature isn't valid.
    fn verify(&self, message: ParametricMessage<'_>, signature: &[u8]) -> Result<(), CryptoError> {
        let _ = (message, signature);
        Err(CryptoError::Unsupported)
    }

    /// Makes a MAC.
    fn mac(&self, message: ParametricMessage<'_>) -> Result<Vec<u8>, CryptoError> {
        let _ = message;
        Err(CryptoError::Unsupported)
    }

    /// Checks a MAC in constant time; [`CryptoError::Failed`] if it isn't valid.
    fn mac_verify(&self, message: ParametricMessage<'_>, mac: &[u8]) -> Result<(), CryptoError> {
        let _ = (message, mac);
        Err(CryptoError::Unsupported)
    }

    /// Derives bytes.
    fn derive(&self, request: ParametricDerivation<'_>) -> Result<SecretBytes, CryptoError> {
        let _ = request;
        Err(CryptoError::Unsupported)
    }

    /// Wraps or unwraps key material: AES key wrap (RFC 3394, RFC 5649), a block cipher mode or RSA, as the parameters say.
    /// In an authenticated mode the tag stands behind the wrapped bytes.
    fn wrap(
        &self,
        direction: Direction,
        request: ParametricCipher<'_>,
    ) -> Result<ParametricCiphertext, CryptoError> {
        let _ = (direction, request);
        Err(CryptoError::Unsupported)
    }

    /// Begins a message in parts. The request's `input` is empty: the first part goes to [`ParametricStream::update`].
    fn stream(
        &self,
        kind: StreamKind,
        request: ParametricCipher<'_>,
    ) -> Result<Box<dyn ParametricStream>, CryptoError> {
        let _ = (kind, request);
        Err(CryptoError::Unsupported)
    }

    /// The key itself, for [`ParametricDerivation::peer`]: its numbers. Only of public keys.
    fn public_components(&self) -> Result<KeyComponents, CryptoError> {
        Err(CryptoError::Unsupported)
    }
}

/// A part of a split key: its index from 1 and its bytes.
pub struct KeyPart {
    /// The part's index.
    pub index: u32,
    /// The part.
    pub bytes: SecretBytes,
}

/// What is split and how.
#[derive(Clone, Copy, Debug)]
pub struct SplitRequest<'a> {
    /// How.
    pub method: claviger_model::SplitKeyMethod,
    /// How many parts.
    pub parts: u32,
    /// How many are needed.
    pub threshold: u32,
    /// The prime, for sharing over a prime field.
    pub prime: Option<&'a [u8]>,
}

/// A provider of cryptography with parameters.
pub trait ParametricCrypto: Send + Sync + 'static {
    /// Makes key material of `bits` length.
    fn generate(
        &self,
        algorithm: CryptographicAlgorithm,
        bits: Option<u32>,
        curve: Option<RecommendedCurve>,
        legacy: bool,
    ) -> Result<GeneratedMaterial, CryptoError>;

    /// Makes a key ready. `legacy` says whether it may be used with what is out of use (RSA below 2048 bits, 3DES, SHA-1
    /// signatures, short tags, different hashes in OAEP …).
    fn load(
        &self,
        material: ParametricMaterial<'_>,
        legacy: bool,
    ) -> Result<Arc<dyn ParametricKey>, CryptoError>;

    /// The same for a key given by its numbers.
    fn load_components(
        &self,
        components: &KeyComponents,
        algorithm: Option<CryptographicAlgorithm>,
        legacy: bool,
    ) -> Result<Arc<dyn ParametricKey>, CryptoError>;

    /// The length of the key, in bits, as KMIP's Cryptographic Length counts it.
    fn bits(&self, material: &ParametricMaterial<'_>) -> Result<u32, CryptoError>;

    /// Reads a key's numbers from its encoding.
    fn components(&self, material: ParametricMaterial<'_>) -> Result<KeyComponents, CryptoError>;

    /// Writes a key's numbers: PKCS#1, PKCS#8, X.509 (SubjectPublicKeyInfo), EC private key (SEC 1), raw.
    fn encode(
        &self,
        components: &KeyComponents,
        format: KeyFormatType,
    ) -> Result<SecretBytes, CryptoError>;

    /// The public numbers of a private key.
    fn public_of(&self, components: &KeyComponents) -> Result<KeyComponents, CryptoError>;

    /// A hash.
    fn hash(&self, algorithm: HashingAlgorithm, data: &[u8]) -> Result<Vec<u8>, CryptoError>;

    /// A hash of a message in parts.
    fn hash_stream(
        &self,
        algorithm: HashingAlgorithm,
    ) -> Result<Box<dyn ParametricStream>, CryptoError>;

    /// Splits a secret. Over a prime field, a secret of n bytes needs a prime of 8n + 1 to 8n + 8 bits.
    fn split(&self, request: SplitRequest<'_>, secret: &[u8]) -> Result<Vec<KeyPart>, CryptoError>;

    /// Joins parts to the secret again. Too few parts, or parts that can't be of one secret, are [`CryptoError::Failed`]; wrong
    /// parts that could be give a wrong secret. Over a prime field the secret has as many bytes as [`Self::split`] demands.
    fn join(
        &self,
        request: SplitRequest<'_>,
        parts: &[KeyPart],
    ) -> Result<SecretBytes, CryptoError>;
}

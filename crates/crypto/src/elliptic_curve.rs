//! Keys on the curves P-256, P-384, P-521 (FIPS 186-5, SP 800-186) and secp256k1 (SEC 2), for ECDSA and ECDH.
//!
//! Material: PKCS#8 (RFC 5958) with an ECPrivateKey (RFC 5915) inside. Public keys: SubjectPublicKeyInfo (RFC 5480).

use std::sync::OnceLock;

use aws_lc_rs::agreement;
use aws_lc_rs::encoding::{AsBigEndian, AsDer, EcPrivateKeyBin, PublicKeyX509Der};
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm, KeyPair, ParsedPublicKey,
};
use claviger_model::{Algorithm, Hash, KeySpec};
use claviger_ports::{CryptoError, Key, SignatureInput};
use claviger_secret::SecretBytes;
use der::asn1::{BitStringRef, OctetStringRef};
use der::{Encode, Sequence};
use zeroize::Zeroizing;

use crate::lazy::get_or_try_init;
use crate::{ecdh, ecdsa};

/// A curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
    Secp256k1,
}

impl Curve {
    /// The curve of this kind of key.
    pub(crate) const fn new(spec: KeySpec) -> Option<Self> {
        Some(match spec {
            KeySpec::EcP256 => Self::P256,
            KeySpec::EcP384 => Self::P384,
            KeySpec::EcP521 => Self::P521,
            KeySpec::EcSecp256k1 => Self::Secp256k1,
            _ => return None,
        })
    }

    /// The kind of a key on this curve.
    pub(crate) const fn spec(self) -> KeySpec {
        match self {
            Self::P256 => KeySpec::EcP256,
            Self::P384 => KeySpec::EcP384,
            Self::P521 => KeySpec::EcP521,
            Self::Secp256k1 => KeySpec::EcSecp256k1,
        }
    }

    /// How many bytes a scalar or a coordinate has.
    pub(crate) const fn field_length(self) -> usize {
        match self {
            Self::P256 | Self::Secp256k1 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// The hash that aws-lc-rs ties signatures on this curve to; others are fitted to it (`ecdsa.rs`).
    pub(crate) const fn native_hash(self) -> Hash {
        match self {
            Self::P256 | Self::Secp256k1 => Hash::Sha256,
            Self::P384 => Hash::Sha384,
            Self::P521 => Hash::Sha512,
        }
    }

    /// Signing with [`Self::native_hash`].
    pub(crate) const fn signing(self) -> &'static EcdsaSigningAlgorithm {
        match self {
            Self::P256 => &signature::ECDSA_P256_SHA256_ASN1_SIGNING,
            Self::P384 => &signature::ECDSA_P384_SHA384_ASN1_SIGNING,
            Self::P521 => &signature::ECDSA_P521_SHA512_ASN1_SIGNING,
            Self::Secp256k1 => &signature::ECDSA_P256K1_SHA256_ASN1_SIGNING,
        }
    }

    const fn verification(self) -> &'static EcdsaVerificationAlgorithm {
        match self {
            Self::P256 => &signature::ECDSA_P256_SHA256_ASN1,
            Self::P384 => &signature::ECDSA_P384_SHA384_ASN1,
            Self::P521 => &signature::ECDSA_P521_SHA512_ASN1,
            Self::Secp256k1 => &signature::ECDSA_P256K1_SHA256_ASN1,
        }
    }

    /// Agreement on this curve, which aws-lc-rs has not for secp256k1.
    const fn agreement(self) -> Option<&'static agreement::Algorithm> {
        match self {
            Self::P256 => Some(&agreement::ECDH_P256),
            Self::P384 => Some(&agreement::ECDH_P384),
            Self::P521 => Some(&agreement::ECDH_P521),
            Self::Secp256k1 => None,
        }
    }
}

/// A public key on a curve, ready to verify.
pub(crate) struct EcPublicKey {
    curve: Curve,
    spki: Vec<u8>,
    parsed: ParsedPublicKey,
}

impl EcPublicKey {
    /// Parses a SubjectPublicKeyInfo (DER) and checks that its point lies on the curve and isn't infinity.
    pub(crate) fn new(curve: Curve, spki: &[u8]) -> Result<Self, CryptoError> {
        let parsed = ParsedPublicKey::new(curve.verification(), spki).map_err(|_| {
            CryptoError::InvalidKey("the public key is not a point on the curve that it names")
        })?;
        Ok(Self { curve, spki: spki.to_vec(), parsed })
    }
}

impl Key for EcPublicKey {
    fn spec(&self) -> KeySpec {
        self.curve.spec()
    }

    fn verify(
        &self,
        algorithm: Algorithm,
        input: SignatureInput<'_>,
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        ecdsa::verify(&self.parsed, self.curve, algorithm, input, signature)
    }

    fn public_key(&self) -> Result<Vec<u8>, CryptoError> {
        Ok(self.spki.clone())
    }
}

/// A key pair on a curve, ready to sign, verify and agree.
pub(crate) struct EcPrivateKey {
    curve: Curve,
    pair: EcdsaKeyPair,
    public: OnceLock<EcPublicKey>,
    agreement: OnceLock<agreement::PrivateKey>,
}

impl EcPrivateKey {
    /// Parses PKCS#8 (DER) and checks that the scalar is in range and the point, where there is one, is its own.
    pub(crate) fn new(curve: Curve, pkcs8: &[u8]) -> Result<Self, CryptoError> {
        let pair = EcdsaKeyPair::from_pkcs8(curve.signing(), pkcs8).map_err(|_| INVALID)?;
        Ok(Self::from_pair(curve, pair))
    }

    /// Reads PKCS#8 (DER) that comes from outside: as [`Self::new`], in the encoding of generated keys.
    pub(crate) fn from_pkcs8(curve: Curve, pkcs8: &[u8]) -> Result<Self, CryptoError> {
        let scalar = Self::new(curve, pkcs8)?.scalar()?;
        Self::from_scalar(curve, scalar.expose("encode the key anew"))
    }

    /// Reads an ECPrivateKey (RFC 5915, DER) on this curve, in the encoding of generated keys.
    pub(crate) fn from_sec1(curve: Curve, der: &[u8]) -> Result<Self, CryptoError> {
        let pair = EcdsaKeyPair::from_private_key_der(curve.signing(), der).map_err(|_| INVALID)?;
        let scalar = Self::from_pair(curve, pair).scalar()?;
        Self::from_scalar(curve, scalar.expose("encode the key anew"))
    }

    /// Makes a key of a scalar (big-endian, as long as the order).
    pub(crate) fn from_scalar(curve: Curve, scalar: &[u8]) -> Result<Self, CryptoError> {
        if scalar.len() != curve.field_length() {
            return Err(CryptoError::InvalidKey(
                "a private scalar has as many bytes as the curve's order: 32, 48 or 66",
            ));
        }
        // The point is computed when it is left out; with it, the encoding is the one that a generated key has.
        let without_point = encode_sec1(scalar, None)?;
        let pair = EcdsaKeyPair::from_private_key_der(curve.signing(), &without_point)
            .map_err(|_| INVALID)?;
        let whole = encode_sec1(scalar, Some(pair.public_key().as_ref()))?;
        let pair =
            EcdsaKeyPair::from_private_key_der(curve.signing(), &whole).map_err(|_| INVALID)?;
        Ok(Self::from_pair(curve, pair))
    }

    /// Makes a new key.
    pub(crate) fn generate(curve: Curve) -> Result<Self, CryptoError> {
        let pair = EcdsaKeyPair::generate(curve.signing()).map_err(|_| CryptoError::Internal)?;
        Ok(Self::from_pair(curve, pair))
    }

    fn from_pair(curve: Curve, pair: EcdsaKeyPair) -> Self {
        Self { curve, pair, public: OnceLock::new(), agreement: OnceLock::new() }
    }

    /// The key as PKCS#8 (DER), with the public key inside.
    pub(crate) fn to_pkcs8(&self) -> Result<SecretBytes, CryptoError> {
        let document = self.pair.to_pkcs8v1().map_err(|_| CryptoError::Internal)?;
        Ok(SecretBytes::copy_from(document.as_ref()))
    }

    /// The private scalar, big-endian, as long as the order.
    pub(crate) fn scalar(&self) -> Result<SecretBytes, CryptoError> {
        let scalar: EcPrivateKeyBin<'_> =
            self.pair.private_key().as_be_bytes().map_err(|_| CryptoError::Internal)?;
        Ok(SecretBytes::copy_from(scalar.as_ref()))
    }

    /// The public point, uncompressed: `0x04 ‖ x ‖ y`.
    pub(crate) fn point(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    fn public(&self) -> Result<&EcPublicKey, CryptoError> {
        get_or_try_init(&self.public, || EcPublicKey::new(self.curve, &self.public_key()?))
    }

    fn agreement(
        &self,
        algorithm: &'static agreement::Algorithm,
    ) -> Result<&agreement::PrivateKey, CryptoError> {
        get_or_try_init(&self.agreement, || {
            let scalar = self.scalar()?;
            agreement::PrivateKey::from_private_key(algorithm, scalar.expose("agree with the key"))
                .map_err(|_| CryptoError::Internal)
        })
    }
}

/// ECPrivateKey (RFC 5915 §3) without parameters.
#[derive(Sequence)]
struct EcPrivateKeyEncoding<'a> {
    version: u8,
    private_key: &'a OctetStringRef,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    public_key: Option<BitStringRef<'a>>,
}

fn encode_sec1(scalar: &[u8], point: Option<&[u8]>) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let public_key = point.map(BitStringRef::from_bytes).transpose();
    OctetStringRef::new(scalar)
        .and_then(|private_key| {
            EcPrivateKeyEncoding { version: 1, private_key, public_key: public_key? }.to_der()
        })
        .map(Zeroizing::new)
        .map_err(|_| CryptoError::Internal)
}

const INVALID: CryptoError = CryptoError::InvalidKey(
    "the private key is not valid for its curve: the scalar is out of range or the public point is not its own",
);

impl Key for EcPrivateKey {
    fn spec(&self) -> KeySpec {
        self.curve.spec()
    }

    fn sign(
        &self,
        algorithm: Algorithm,
        input: SignatureInput<'_>,
    ) -> Result<Vec<u8>, CryptoError> {
        ecdsa::sign(&self.pair, self.curve, algorithm, input)
    }

    fn verify(
        &self,
        algorithm: Algorithm,
        input: SignatureInput<'_>,
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        self.public()?.verify(algorithm, input, signature)
    }

    fn agree(&self, algorithm: Algorithm, peer: &[u8]) -> Result<SecretBytes, CryptoError> {
        match self.curve.agreement() {
            Some(ecdh) if algorithm == Algorithm::Ecdh => {
                ecdh::agree(self.agreement(ecdh)?, self.curve, peer)
            }
            _ => Err(CryptoError::Unsupported),
        }
    }

    fn public_key(&self) -> Result<Vec<u8>, CryptoError> {
        let spki: PublicKeyX509Der<'_> =
            self.pair.public_key().as_der().map_err(|_| CryptoError::Internal)?;
        Ok(spki.as_ref().to_vec())
    }
}

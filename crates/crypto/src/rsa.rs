//! RSA keys of 2048, 3072 and 4096 bits (RFC 8017), for OAEP encryption and PSS and PKCS#1 v1.5 signatures.
//!
//! Material: PKCS#8 (RFC 5958) with an RSAPrivateKey of two primes inside. Public keys: SubjectPublicKeyInfo (RFC 3279).

use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{
    KeyPair, KeySize, OaepPrivateDecryptingKey, OaepPublicEncryptingKey, PrivateDecryptingKey,
    PublicEncryptingKey,
};
use aws_lc_rs::signature::KeyPair as _;
use claviger_model::{Algorithm, KeySpec};
use claviger_ports::{CipherRequest, Ciphered, CryptoError, Key, SignatureInput};
use claviger_secret::{SealBuffer, SecretBytes};

use crate::lazy::get_or_try_init;
use crate::rsa_signature::Verifier;
use crate::{rsa_oaep, rsa_signature};

/// The kind of a key with a modulus of this many bits.
pub(crate) const fn spec_of(modulus_bits: usize) -> Option<KeySpec> {
    match modulus_bits {
        2048 => Some(KeySpec::Rsa2048),
        3072 => Some(KeySpec::Rsa3072),
        4096 => Some(KeySpec::Rsa4096),
        _ => None,
    }
}

/// A public key, ready to encrypt and verify.
pub(crate) struct RsaPublicKey {
    spec: KeySpec,
    spki: Vec<u8>,
    encrypting: OaepPublicEncryptingKey,
    verifier: Verifier,
}

impl RsaPublicKey {
    /// Parses a SubjectPublicKeyInfo (DER). Whether modulus and exponent are acceptable is checked where keys come in
    /// (`encoding/rsa_numbers.rs`).
    pub(crate) fn new(spec: KeySpec, spki: &[u8]) -> Result<Self, CryptoError> {
        let invalid = CryptoError::InvalidKey("the RSA public key is not valid");
        let encrypting = PublicEncryptingKey::from_der(spki)
            .and_then(|key| Ok(OaepPublicEncryptingKey::new(key)?))
            .map_err(|_| invalid.clone())?;
        if spec_of(encrypting.key_size_bits()) != Some(spec) {
            return Err(CryptoError::InvalidKey("the RSA key has another size than it is said to"));
        }
        Ok(Self { spec, spki: spki.to_vec(), encrypting, verifier: Verifier::new(spki) })
    }
}

impl Key for RsaPublicKey {
    fn spec(&self) -> KeySpec {
        self.spec
    }

    fn seal(
        &self,
        algorithm: Algorithm,
        context: &[u8],
        plaintext: SealBuffer,
    ) -> Result<Vec<u8>, CryptoError> {
        let label = rsa_oaep::label_of(context);
        rsa_oaep::encrypt(&self.encrypting, algorithm, &label, plaintext.expose("encrypt to RSA"))
    }

    fn encrypt(&self, request: CipherRequest<'_>) -> Result<Ciphered, CryptoError> {
        rsa_oaep::refuse_nonce(&request)?;
        let output = rsa_oaep::encrypt(
            &self.encrypting,
            request.algorithm,
            request.additional_data,
            request.input,
        )?;
        Ok(Ciphered { nonce: Vec::new(), output })
    }

    fn wrap(&self, algorithm: Algorithm, material: &[u8]) -> Result<Vec<u8>, CryptoError> {
        rsa_oaep::encrypt(&self.encrypting, algorithm, &[], material)
    }

    fn verify(
        &self,
        algorithm: Algorithm,
        input: SignatureInput<'_>,
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        self.verifier.verify(algorithm, input, signature)
    }

    fn public_key(&self) -> Result<Vec<u8>, CryptoError> {
        Ok(self.spki.clone())
    }
}

/// A key pair, ready to decrypt, encrypt, sign and verify.
pub(crate) struct RsaPrivateKey {
    spec: KeySpec,
    pair: KeyPair,
    decrypting: OnceLock<OaepPrivateDecryptingKey>,
    public: OnceLock<RsaPublicKey>,
}

impl RsaPrivateKey {
    /// Parses PKCS#8 (DER) and checks that its numbers belong together.
    pub(crate) fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, CryptoError> {
        Self::from_pair(KeyPair::from_pkcs8(pkcs8).map_err(|_| INVALID)?)
    }

    /// Parses an RSAPrivateKey (RFC 8017 §A.1.2, DER) and checks that its numbers belong together.
    pub(crate) fn from_pkcs1(der: &[u8]) -> Result<Self, CryptoError> {
        Self::from_pair(KeyPair::from_der(der).map_err(|_| INVALID)?)
    }

    /// Makes a new key with e = 65537.
    pub(crate) fn generate(spec: KeySpec) -> Result<Self, CryptoError> {
        let size = match spec {
            KeySpec::Rsa2048 => KeySize::Rsa2048,
            KeySpec::Rsa3072 => KeySize::Rsa3072,
            KeySpec::Rsa4096 => KeySize::Rsa4096,
            _ => return Err(CryptoError::Unsupported),
        };
        Self::from_pair(KeyPair::generate(size).map_err(|_| CryptoError::Internal)?)
    }

    fn from_pair(pair: KeyPair) -> Result<Self, CryptoError> {
        let spec = spec_of(pair.public_modulus_len() * 8).ok_or(CryptoError::InvalidKey(
            "RSA keys of 2048, 3072 and 4096 bits are supported: make a new key of such a size",
        ))?;
        Ok(Self { spec, pair, decrypting: OnceLock::new(), public: OnceLock::new() })
    }

    /// The key as PKCS#8 (DER).
    pub(crate) fn to_pkcs8(&self) -> Result<SecretBytes, CryptoError> {
        let pkcs8: Pkcs8V1Der<'_> = self.pair.as_der().map_err(|_| CryptoError::Internal)?;
        Ok(SecretBytes::copy_from(pkcs8.as_ref()))
    }

    fn public(&self) -> Result<&RsaPublicKey, CryptoError> {
        get_or_try_init(&self.public, || RsaPublicKey::new(self.spec, &self.public_key()?))
    }

    fn decrypting(&self) -> Result<&OaepPrivateDecryptingKey, CryptoError> {
        get_or_try_init(&self.decrypting, || {
            let pkcs8 = self.to_pkcs8()?;
            PrivateDecryptingKey::from_pkcs8(pkcs8.expose("decrypt with the RSA key"))
                .and_then(|key| Ok(OaepPrivateDecryptingKey::new(key)?))
                .map_err(|_| CryptoError::Internal)
        })
    }
}

const INVALID: CryptoError = CryptoError::InvalidKey(
    "the RSA private key is not valid: its numbers do not belong together, or it has not two primes",
);

impl Key for RsaPrivateKey {
    fn spec(&self) -> KeySpec {
        self.spec
    }

    fn seal(
        &self,
        algorithm: Algorithm,
        context: &[u8],
        plaintext: SealBuffer,
    ) -> Result<Vec<u8>, CryptoError> {
        self.public()?.seal(algorithm, context, plaintext)
    }

    fn open(
        &self,
        algorithm: Algorithm,
        context: &[u8],
        record: Vec<u8>,
    ) -> Result<SecretBytes, CryptoError> {
        rsa_oaep::decrypt(self.decrypting()?, algorithm, &rsa_oaep::label_of(context), &record)
    }

    fn encrypt(&self, request: CipherRequest<'_>) -> Result<Ciphered, CryptoError> {
        self.public()?.encrypt(request)
    }

    fn decrypt(&self, request: CipherRequest<'_>) -> Result<SecretBytes, CryptoError> {
        rsa_oaep::refuse_nonce(&request)?;
        rsa_oaep::decrypt(
            self.decrypting()?,
            request.algorithm,
            request.additional_data,
            request.input,
        )
    }

    fn wrap(&self, algorithm: Algorithm, material: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.public()?.wrap(algorithm, material)
    }

    fn unwrap(&self, algorithm: Algorithm, wrapped: &[u8]) -> Result<SecretBytes, CryptoError> {
        rsa_oaep::decrypt(self.decrypting()?, algorithm, &[], wrapped)
    }

    fn sign(
        &self,
        algorithm: Algorithm,
        input: SignatureInput<'_>,
    ) -> Result<Vec<u8>, CryptoError> {
        rsa_signature::sign(&self.pair, algorithm, input)
    }

    fn verify(
        &self,
        algorithm: Algorithm,
        input: SignatureInput<'_>,
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        self.public()?.verify(algorithm, input, signature)
    }

    fn public_key(&self) -> Result<Vec<u8>, CryptoError> {
        let spki: PublicKeyX509Der<'_> =
            self.pair.public_key().as_der().map_err(|_| CryptoError::Internal)?;
        Ok(spki.as_ref().to_vec())
    }
}

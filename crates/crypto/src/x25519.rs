//! X25519 (RFC 7748 §5, §6.1).
//!
//! Material: the private key, 32 bytes. Public keys: SubjectPublicKeyInfo (RFC 8410). Peer: that, or 32 raw bytes. Shared
//! secret: 32 bytes; all zeros, which a peer of small order causes, are refused.

use aws_lc_rs::agreement::{self, PrivateKey, UnparsedPublicKey, X25519};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use claviger_model::{Algorithm, KeySpec};
use claviger_ports::{CryptoError, Key};
use claviger_secret::SecretBytes;

use crate::encoding::spki;

/// The length of private and public keys, in bytes.
pub(crate) const LENGTH: usize = 32;

const INVALID_PEER: CryptoError = CryptoError::InvalidParameter(
    "the peer's public key must be 32 bytes or SubjectPublicKeyInfo (DER), and not of small order",
);

/// A private key, ready to agree.
pub(crate) struct X25519PrivateKey(PrivateKey);

impl X25519PrivateKey {
    /// Takes 32 bytes.
    pub(crate) fn new(material: &[u8]) -> Result<Self, CryptoError> {
        PrivateKey::from_private_key(&X25519, material)
            .map(Self)
            .map_err(|_| CryptoError::InvalidKey("an X25519 private key has 32 bytes"))
    }
}

impl Key for X25519PrivateKey {
    fn spec(&self) -> KeySpec {
        KeySpec::X25519
    }

    fn agree(&self, algorithm: Algorithm, peer: &[u8]) -> Result<SecretBytes, CryptoError> {
        if algorithm != Algorithm::X25519 {
            return Err(CryptoError::Unsupported);
        }
        let point = match peer.len() {
            LENGTH => peer,
            _ => match spki::decode(peer) {
                Ok(public) if public.spec == KeySpec::X25519 => public.key,
                _ => return Err(INVALID_PEER),
            },
        };
        let peer = UnparsedPublicKey::new(&X25519, point);
        agreement::agree(&self.0, peer, INVALID_PEER, |secret| Ok(SecretBytes::copy_from(secret)))
    }

    fn public_key(&self) -> Result<Vec<u8>, CryptoError> {
        let public = self.0.compute_public_key().map_err(|_| CryptoError::Internal)?;
        let spki: PublicKeyX509Der<'_> = public.as_der().map_err(|_| CryptoError::Internal)?;
        Ok(spki.as_ref().to_vec())
    }
}

/// A public key, which can do nothing by itself but be given to somebody.
pub(crate) struct X25519PublicKey {
    spki: Vec<u8>,
}

impl X25519PublicKey {
    /// Checks that a SubjectPublicKeyInfo (DER) isn't a point of small order, by agreeing with it once.
    pub(crate) fn new(spki: &[u8]) -> Result<Self, CryptoError> {
        let probe = PrivateKey::generate(&X25519).map_err(|_| CryptoError::Internal)?;
        agreement::agree(
            &probe,
            UnparsedPublicKey::new(&X25519, spki),
            CryptoError::InvalidKey("the X25519 public key is malformed or of small order"),
            |_| Ok(()),
        )?;
        Ok(Self { spki: spki.to_vec() })
    }
}

impl Key for X25519PublicKey {
    fn spec(&self) -> KeySpec {
        KeySpec::X25519
    }

    fn public_key(&self) -> Result<Vec<u8>, CryptoError> {
        Ok(self.spki.clone())
    }
}

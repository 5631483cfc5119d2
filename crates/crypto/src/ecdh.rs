//! ECDH (NIST SP 800-56A r3 §5.7.1.2) on P-256, P-384 and P-521.
//!
//! Peer: SubjectPublicKeyInfo (DER) or a point (SEC 1 §2.3.3), uncompressed or compressed. Shared secret: the x coordinate, as
//! long as the field (32, 48, 66 bytes). Points off the curve and infinity are refused.

use aws_lc_rs::agreement::{self, PrivateKey, UnparsedPublicKey};
use claviger_ports::CryptoError;
use claviger_secret::SecretBytes;

use crate::elliptic_curve::Curve;

const INVALID_PEER: CryptoError = CryptoError::InvalidParameter(
    "the peer's public key must be a point on the key's curve, as SubjectPublicKeyInfo (DER) or SEC 1 bytes",
);

/// Agrees on a shared secret.
pub(crate) fn agree(
    private: &PrivateKey,
    curve: Curve,
    peer: &[u8],
) -> Result<SecretBytes, CryptoError> {
    let field = curve.field_length();
    let known_encoding = match peer.first() {
        Some(0x30) => true,
        Some(0x04) => peer.len() == 1 + 2 * field,
        Some(0x02 | 0x03) => peer.len() == 1 + field,
        _ => false,
    };
    if !known_encoding {
        return Err(INVALID_PEER);
    }
    let peer = UnparsedPublicKey::new(private.algorithm(), peer);
    agreement::agree(private, peer, INVALID_PEER, |secret| Ok(SecretBytes::copy_from(secret)))
}

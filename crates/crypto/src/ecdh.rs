//! ECDH (NIST SP 800-56A r3 §5.7.1.2) on P-256, P-384 and P-521.
//!
//! Peer: SubjectPublicKeyInfo (DER) or a point (SEC 1 §2.3.3), uncompressed or compressed. Shared secret: the x coordinate, as
//! long as the field (32, 48, 66 bytes). Points off the curve, infinity, hybrid points and curves that are written out instead
//! of named are refused.

use aws_lc_rs::agreement::{self, PrivateKey, UnparsedPublicKey};
use claviger_ports::CryptoError;
use claviger_secret::SecretBytes;

use crate::elliptic_curve::Curve;
use crate::encoding::spki;

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
    let point = match peer.first() {
        Some(0x30) => {
            let public = spki::decode(peer).map_err(|_| INVALID_PEER)?;
            if public.spec != curve.spec() {
                return Err(INVALID_PEER);
            }
            public.key
        }
        _ => peer,
    };
    let is_known_encoding = match point.first() {
        Some(0x04) => point.len() == 1 + 2 * field,
        Some(0x02 | 0x03) => point.len() == 1 + field,
        _ => false,
    };
    if !is_known_encoding {
        return Err(INVALID_PEER);
    }
    let peer = UnparsedPublicKey::new(private.algorithm(), point);
    agreement::agree(private, peer, INVALID_PEER, |secret| Ok(SecretBytes::copy_from(secret)))
}

//! The counter-mode key derivation function (NIST SP 800-108r1 §4.1) with HMAC-SHA-256, -384 and -512.
//!
//! ```text
//! K(i) = HMAC(secret, [i] (32 bits, from 1) ‖ label ‖ 0x00 ‖ context ‖ [L] (32 bits: derived bits))
//! ```
//! All numbers are big-endian; the output is `K(1) ‖ K(2) ‖ …`, cut to length.

use aws_lc_rs::kdf::{KbkdfCtrHmacAlgorithmId, get_kbkdf_ctr_hmac_algorithm, kbkdf_ctr_hmac};
use claviger_model::Hash;
use claviger_ports::{CryptoError, DerivationRequest};
use claviger_secret::SecretBytes;

use crate::secret::refuse_iterations;

/// Derives from `secret`, the key-derivation key. The request's salt is the label, its info the context.
pub(crate) fn derive(
    hash: Hash,
    secret: &[u8],
    request: &DerivationRequest<'_>,
) -> Result<SecretBytes, CryptoError> {
    refuse_iterations(request)?;
    let algorithm = match hash {
        Hash::Sha256 => KbkdfCtrHmacAlgorithmId::Sha256,
        Hash::Sha384 => KbkdfCtrHmacAlgorithmId::Sha384,
        Hash::Sha512 => KbkdfCtrHmacAlgorithmId::Sha512,
        _ => return Err(CryptoError::Unsupported),
    };
    let algorithm = get_kbkdf_ctr_hmac_algorithm(algorithm).ok_or(CryptoError::Internal)?;
    let bits = u32::try_from(request.length * 8).map_err(|_| CryptoError::Internal)?;
    let fixed = [request.salt, &[0], request.info, &bits.to_be_bytes()].concat();
    SecretBytes::try_init(request.length, |out| kbkdf_ctr_hmac(algorithm, secret, &fixed, out))
        .map_err(|_| CryptoError::Internal)
}

//! HKDF (RFC 5869) with SHA-256, SHA-384 and SHA-512: extract with the salt, then expand with the info.
//!
//! At most 255 times the hash's length is derived. An empty salt counts as a hash's length of zero bytes.

use aws_lc_rs::hkdf::{HKDF_SHA256, HKDF_SHA384, HKDF_SHA512, KeyType, Salt};
use claviger_model::Hash;
use claviger_ports::{CryptoError, DerivationRequest};
use claviger_secret::SecretBytes;

use crate::secret::refuse_iterations;

/// Derives from `secret`, the input keying material.
pub(crate) fn derive(
    hash: Hash,
    secret: &[u8],
    request: &DerivationRequest<'_>,
) -> Result<SecretBytes, CryptoError> {
    refuse_iterations(request)?;
    let algorithm = match hash {
        Hash::Sha256 => HKDF_SHA256,
        Hash::Sha384 => HKDF_SHA384,
        Hash::Sha512 => HKDF_SHA512,
        _ => return Err(CryptoError::Unsupported),
    };
    let pseudorandom_key = Salt::new(algorithm, request.salt).extract(secret);
    let info = [request.info];
    let output = pseudorandom_key
        .expand(&info, Length(request.length))
        .map_err(|_| CryptoError::Internal)?;
    SecretBytes::try_init(request.length, |out| output.fill(out)).map_err(|_| CryptoError::Internal)
}

/// How many bytes to expand to.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

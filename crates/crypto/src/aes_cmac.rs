//! AES-CMAC (NIST SP 800-38B, RFC 4493), with keys of 128, 192 and 256 bits. The code has 16 bytes.

use aws_lc_rs::cmac;
use claviger_ports::CryptoError;

/// A CMAC key, ready to act.
pub(crate) struct Cmac(cmac::Key);

impl Cmac {
    /// The CMAC key of 16, 24 or 32 bytes.
    pub(crate) fn new(key: &[u8]) -> Result<Self, CryptoError> {
        let algorithm = match key.len() {
            16 => cmac::AES_128,
            24 => cmac::AES_192,
            32 => cmac::AES_256,
            _ => return Err(CryptoError::Unsupported),
        };
        cmac::Key::new(algorithm, key).map(Self).map_err(|_| CryptoError::Internal)
    }

    /// The code of `message`.
    pub(crate) fn mac(&self, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let tag = cmac::sign(&self.0, message).map_err(|_| CryptoError::Internal)?;
        Ok(tag.as_ref().to_vec())
    }
}

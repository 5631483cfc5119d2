//! From parameters to a message authentication code.

use std::sync::Arc;

use claviger_model::{BlockCipherMode, CryptographicAlgorithm, CryptographicParameters};
use claviger_ports::CryptoError;
use claviger_secret::SecretBytes;

use super::Block;
use crate::defaults;
use crate::legacy::{Fence, Use};
use crate::mac::{MacState, block_mac, hmac};

/// A key and how it may be used.
pub(crate) struct MacSource<'a> {
    pub(crate) algorithm: Option<CryptographicAlgorithm>,
    pub(crate) key: &'a SecretBytes,
    pub(crate) block: &'a dyn Fn() -> Result<Arc<dyn Block>, CryptoError>,
    pub(crate) fence: Fence,
}

/// Begins the code: HMAC if the parameters name it; else CMAC or CBC-MAC if they name that mode; else what the key is for.
pub(crate) fn begin(
    source: &MacSource<'_>,
    parameters: &CryptographicParameters,
) -> Result<Box<dyn MacState>, CryptoError> {
    let named = parameters.cryptographic_algorithm.and_then(defaults::hmac_hash);
    let by_mode = match parameters.block_cipher_mode {
        Some(BlockCipherMode::Cmac) => Some(true),
        Some(BlockCipherMode::CbcMac) => Some(false),
        _ => None,
    };
    let own = source.algorithm.and_then(defaults::hmac_hash);
    if let (None, Some(subkeys)) = (named, by_mode) {
        return with_block(source, subkeys);
    }
    if let Some(hash) = named.or(own).or(parameters.hashing_algorithm) {
        source.fence.check(Use::MacHash(hash))?;
        return hmac(hash, source.key.expose("HMAC"));
    }
    match source.algorithm {
        Some(_) => with_block(source, true),
        None => Err(CryptoError::InvalidParameter(
            "secret data does not say which code to make: name an HMAC algorithm or a hash",
        )),
    }
}

fn with_block(source: &MacSource<'_>, subkeys: bool) -> Result<Box<dyn MacState>, CryptoError> {
    if let Some(algorithm) = source.algorithm {
        source.fence.check(Use::Algorithm(algorithm))?;
    }
    if !subkeys {
        source.fence.check(Use::CbcMac)?;
    }
    Ok(block_mac((source.block)()?, subkeys))
}

//! Block ciphers behind one trait, so that every mode is written once.
//!
//! AES runs on the processor's instructions, or bit-sliced where there are none: in constant time. The others use tables, and
//! are behind the fence for it (`legacy.rs`).

use std::sync::Arc;

use aes::{Aes128, Aes192, Aes256};
use cipher::array::Array;
use cipher::{BlockCipherDecrypt, BlockCipherEncrypt, BlockSizeUser, KeyInit};
use claviger_model::CryptographicAlgorithm;
use claviger_ports::CryptoError;

/// A block cipher with its key.
pub(crate) trait Block: Send + Sync {
    /// How many bytes a block has.
    fn size(&self) -> usize;
    /// Encrypts whole blocks in place.
    fn encrypt(&self, blocks: &mut [u8]);
    /// Decrypts whole blocks in place.
    fn decrypt(&self, blocks: &mut [u8]);
}

struct Keyed<C>(C);

impl<C> Block for Keyed<C>
where
    C: BlockCipherEncrypt + BlockCipherDecrypt + BlockSizeUser + Send + Sync,
{
    fn size(&self) -> usize {
        C::block_size()
    }

    fn encrypt(&self, blocks: &mut [u8]) {
        let (blocks, rest) = Array::slice_as_chunks_mut(blocks);
        debug_assert!(rest.is_empty(), "modes pass whole blocks");
        self.0.encrypt_blocks(blocks);
    }

    fn decrypt(&self, blocks: &mut [u8]) {
        let (blocks, rest) = Array::slice_as_chunks_mut(blocks);
        debug_assert!(rest.is_empty(), "modes pass whole blocks");
        self.0.decrypt_blocks(blocks);
    }
}

fn keyed<C>(key: &[u8]) -> Result<Arc<dyn Block>, CryptoError>
where
    C: BlockCipherEncrypt + BlockCipherDecrypt + BlockSizeUser + KeyInit + Send + Sync + 'static,
{
    C::new_from_slice(key)
        .map(|cipher| Arc::new(Keyed(cipher)) as Arc<dyn Block>)
        .map_err(|_| CryptoError::InvalidKey("the algorithm takes no key of this length"))
}

/// Makes a block cipher ready; [`CryptoError::Unsupported`] where there is none of this name.
pub(crate) fn block_cipher(
    algorithm: CryptographicAlgorithm,
    key: &[u8],
) -> Result<Arc<dyn Block>, CryptoError> {
    match (algorithm, key.len()) {
        (CryptographicAlgorithm::Aes, 16) => keyed::<Aes128>(key),
        (CryptographicAlgorithm::Aes, 24) => keyed::<Aes192>(key),
        (CryptographicAlgorithm::Aes, 32) => keyed::<Aes256>(key),
        (CryptographicAlgorithm::Aes, 64) => Err(CryptoError::InvalidParameter(
            "a key of 512 bits is for AES-256-XTS: name the mode XTS",
        )),
        (CryptographicAlgorithm::Aes, _) => {
            Err(CryptoError::InvalidKey("an AES key has 16, 24 or 32 bytes, for XTS 32 or 64"))
        }
        (CryptographicAlgorithm::Des, _) => keyed::<des::Des>(key),
        (CryptographicAlgorithm::TripleDes, 16) => keyed::<des::TdesEde2>(key),
        (CryptographicAlgorithm::TripleDes, _) => keyed::<des::TdesEde3>(key),
        (CryptographicAlgorithm::Blowfish, _) => keyed::<blowfish::Blowfish>(key),
        (CryptographicAlgorithm::Cast5, _) => keyed::<cast5::Cast5>(key),
        (CryptographicAlgorithm::Idea, _) => keyed::<idea::Idea>(key),
        (CryptographicAlgorithm::Rc2, _) => keyed::<rc2::Rc2>(key),
        (CryptographicAlgorithm::Camellia, 16) => keyed::<camellia::Camellia128>(key),
        (CryptographicAlgorithm::Camellia, 24) => keyed::<camellia::Camellia192>(key),
        (CryptographicAlgorithm::Camellia, _) => keyed::<camellia::Camellia256>(key),
        (CryptographicAlgorithm::Aria, 16) => keyed::<aria::Aria128>(key),
        (CryptographicAlgorithm::Aria, 24) => keyed::<aria::Aria192>(key),
        (CryptographicAlgorithm::Aria, _) => keyed::<aria::Aria256>(key),
        (CryptographicAlgorithm::Twofish, _) => keyed::<twofish::Twofish>(key),
        (CryptographicAlgorithm::Sm4, _) => keyed::<sm4::Sm4>(key),
        _ => Err(CryptoError::Unsupported),
    }
}

//! Message authentication codes: HMAC (FIPS 198-1), CMAC (SP 800-38B) and CBC-MAC, in parts.

use std::sync::Arc;

use claviger_model::HashingAlgorithm;
use claviger_ports::CryptoError;
use claviger_secret::SecretBytes;
use hmac::{Hmac, KeyInit, Mac, SimpleHmac};
use zeroize::Zeroizing;

use crate::symmetric::Block;

/// A code in the making.
pub(crate) trait MacState: Send {
    /// Takes the next bytes.
    fn update(&mut self, part: &[u8]);
    /// Ends the message.
    fn finish(self: Box<Self>) -> SecretBytes;
    /// The same state again.
    fn duplicate(&self) -> Box<dyn MacState>;
}

struct Hashed<M>(M);

impl<M: Mac + Clone + Send + 'static> MacState for Hashed<M> {
    fn update(&mut self, part: &[u8]) {
        self.0.update(part);
    }

    fn finish(self: Box<Self>) -> SecretBytes {
        SecretBytes::copy_from(&self.0.finalize().into_bytes())
    }

    fn duplicate(&self) -> Box<dyn MacState> {
        Box::new(Self(self.0.clone()))
    }
}

fn keyed<M: Mac + KeyInit + Clone + Send + 'static>(
    key: &[u8],
) -> Result<Box<dyn MacState>, CryptoError> {
    // HMAC takes keys of any length, so this cannot fail.
    let state = <M as KeyInit>::new_from_slice(key).map_err(|_| CryptoError::Internal)?;
    Ok(Box::new(Hashed(state)))
}

/// Begins an HMAC.
pub(crate) fn hmac(hash: HashingAlgorithm, key: &[u8]) -> Result<Box<dyn MacState>, CryptoError> {
    match hash {
        HashingAlgorithm::Md4 => keyed::<Hmac<md4::Md4>>(key),
        HashingAlgorithm::Md5 => keyed::<Hmac<md5::Md5>>(key),
        HashingAlgorithm::Sha1 => keyed::<Hmac<sha1::Sha1>>(key),
        HashingAlgorithm::Sha224 => keyed::<Hmac<sha2::Sha224>>(key),
        HashingAlgorithm::Sha256 => keyed::<Hmac<sha2::Sha256>>(key),
        HashingAlgorithm::Sha384 => keyed::<Hmac<sha2::Sha384>>(key),
        HashingAlgorithm::Sha512 => keyed::<Hmac<sha2::Sha512>>(key),
        HashingAlgorithm::Ripemd160 => keyed::<Hmac<ripemd::Ripemd160>>(key),
        HashingAlgorithm::Tiger => keyed::<Hmac<tiger::Tiger>>(key),
        HashingAlgorithm::Whirlpool => keyed::<Hmac<whirlpool::Whirlpool>>(key),
        HashingAlgorithm::Sha512With224 => keyed::<Hmac<sha2::Sha512_224>>(key),
        HashingAlgorithm::Sha512With256 => keyed::<Hmac<sha2::Sha512_256>>(key),
        HashingAlgorithm::Sha3With224 => keyed::<SimpleHmac<sha3::Sha3_224>>(key),
        HashingAlgorithm::Sha3With256 => keyed::<SimpleHmac<sha3::Sha3_256>>(key),
        HashingAlgorithm::Sha3With384 => keyed::<SimpleHmac<sha3::Sha3_384>>(key),
        HashingAlgorithm::Sha3With512 => keyed::<SimpleHmac<sha3::Sha3_512>>(key),
        HashingAlgorithm::Md2 => keyed::<SimpleHmac<md2::Md2>>(key),
    }
}

/// The HMAC of one message, given as pieces that follow each other.
pub(crate) fn hmac_of(
    hash: HashingAlgorithm,
    key: &[u8],
    pieces: &[&[u8]],
) -> Result<SecretBytes, CryptoError> {
    let mut state = hmac(hash, key)?;
    for piece in pieces {
        state.update(piece);
    }
    Ok(state.finish())
}

/// CMAC, or CBC-MAC without a last subkey.
struct BlockMac {
    cipher: Arc<dyn Block>,
    /// Whether it is CMAC.
    subkeys: bool,
    chain: Zeroizing<Vec<u8>>,
    /// At most a block, which may be the last one.
    pending: Zeroizing<Vec<u8>>,
}

/// Begins a CMAC (`subkeys`) or a CBC-MAC.
pub(crate) fn block_mac(cipher: Arc<dyn Block>, subkeys: bool) -> Box<dyn MacState> {
    let size = cipher.size();
    Box::new(BlockMac {
        cipher,
        subkeys,
        chain: Zeroizing::new(vec![0; size]),
        pending: Zeroizing::new(Vec::with_capacity(size)),
    })
}

impl BlockMac {
    fn absorb(&mut self) {
        for (chained, byte) in self.chain.iter_mut().zip(self.pending.iter()) {
            *chained ^= byte;
        }
        self.cipher.encrypt(&mut self.chain);
        self.pending.clear();
    }

    /// The subkey K1 of SP 800-38B §6.1, or K2 after doubling twice.
    fn subkey(&self, doublings: usize) -> Zeroizing<Vec<u8>> {
        let mut key = Zeroizing::new(vec![0; self.cipher.size()]);
        self.cipher.encrypt(&mut key);
        for _ in 0..doublings {
            double(&mut key);
        }
        key
    }
}

/// Multiplies by x in GF(2^64) or GF(2^128).
fn double(key: &mut [u8]) {
    let polynomial = if key.len() == 8 { 0x1b } else { 0x87 };
    let carry = key[0] >> 7;
    for at in 0..key.len() {
        let next = key.get(at + 1).map_or(0, |byte| byte >> 7);
        key[at] = key[at] << 1 | next;
    }
    if let Some(last) = key.last_mut() {
        *last ^= polynomial & 0u8.wrapping_sub(carry);
    }
}

impl MacState for BlockMac {
    fn update(&mut self, mut part: &[u8]) {
        let size = self.cipher.size();
        while !part.is_empty() {
            if self.pending.len() == size {
                self.absorb();
            }
            let take = part.len().min(size - self.pending.len());
            self.pending.extend_from_slice(&part[..take]);
            part = &part[take..];
        }
    }

    fn finish(mut self: Box<Self>) -> SecretBytes {
        let size = self.cipher.size();
        let whole = self.pending.len() == size;
        if self.subkeys {
            let subkey = self.subkey(if whole { 1 } else { 2 });
            if !whole {
                self.pending.push(0x80);
                self.pending.resize(size, 0);
            }
            for (byte, key) in self.pending.iter_mut().zip(subkey.iter()) {
                *byte ^= key;
            }
        }
        // CBC-MAC (ISO/IEC 9797-1, algorithm 1) fills up with zeros.
        if !self.pending.is_empty() || self.subkeys {
            self.pending.resize(size, 0);
            self.absorb();
        }
        SecretBytes::copy_from(&self.chain)
    }

    fn duplicate(&self) -> Box<dyn MacState> {
        Box::new(Self {
            cipher: Arc::clone(&self.cipher),
            subkeys: self.subkeys,
            chain: self.chain.clone(),
            pending: self.pending.clone(),
        })
    }
}

//! Identifiers that rise: of two that are made in the same millisecond, the later one is the greater (RFC 9562 §6.2, method 2), so
//! that what is made at once is listed in the order in which it was made.

use claviger_ports::{Crypto, CryptoError};
use parking_lot::Mutex;

/// The random bits of a version 7 UUID. The uppermost one is left free at first, as room to rise.
const RANDOM_BITS: u32 = 74;
/// The random bits behind the variant.
const LOWER_BITS: u32 = 62;

/// The millisecond of the last identifier, and its random bits.
#[derive(Default)]
pub(crate) struct Identifiers(Mutex<(u64, u128)>);

impl Identifiers {
    /// The random part of the next identifier, where a UUID has it: the version's and the variant's bits are left 0.
    pub(crate) fn next(
        &self,
        crypto: &dyn Crypto,
        milliseconds: u64,
    ) -> Result<[u8; 10], CryptoError> {
        let mut bytes = [0; 16];
        crypto.random(&mut bytes)?;
        let random = u128::from_be_bytes(bytes);
        let mut last = self.0.lock();
        let rise = (random >> 64) & u128::from(u32::MAX);
        let number = if last.0 == milliseconds {
            last.1 + 1 + rise
        } else {
            random & ((1 << (RANDOM_BITS - 1)) - 1)
        };
        *last = (milliseconds, number);
        drop(last);
        let upper = (number >> LOWER_BITS) & 0xfff;
        let lower = number & ((1 << LOWER_BITS) - 1);
        let mut part = [0; 10];
        part.copy_from_slice(&(upper << 64 | lower).to_be_bytes()[6..]);
        Ok(part)
    }
}

#[cfg(test)]
mod tests {
    use claviger_model::ObjectId;

    use super::Identifiers;

    #[test]
    fn identifiers_of_one_millisecond_rise() {
        let crypto = claviger_crypto::SoftwareCrypto::new();
        let identifiers = Identifiers::default();
        let mut last = ObjectId::from_bytes([0; 16]);
        for milliseconds in [1_700_000_000_000, 1_700_000_000_001] {
            for _ in 0..10_000 {
                let random = identifiers.next(&crypto, milliseconds).unwrap();
                let next = ObjectId::new(milliseconds, &random);
                assert!(next > last, "{next} follows {last}");
                last = next;
            }
        }
    }
}

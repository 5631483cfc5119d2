//! What fills up the last block: nothing, PKCS#5 (RFC 8018 §6.1.1), zeros, ANSI X9.23, ISO 10126.
//!
//! Taking a padding away reads the whole last block whatever it holds, and has one failure.

use claviger_model::PaddingMethod;
use claviger_ports::CryptoError;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, ConstantTimeLess};

use crate::random;

/// How the last block is filled up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Padding {
    /// Not at all: the data are whole blocks.
    None,
    /// By as many bytes as are missing, each that number; a whole block where none is missing.
    Pkcs5,
    /// By zeros, if anything is missing. They can't be told from data, so decryption leaves them there.
    Zeros,
    /// By zeros and the number of bytes.
    AnsiX923,
    /// By random bytes and the number of bytes.
    Iso10126,
}

impl Padding {
    /// The padding of this name.
    pub(crate) const fn new(method: PaddingMethod) -> Result<Self, CryptoError> {
        match method {
            PaddingMethod::None => Ok(Self::None),
            PaddingMethod::Pkcs5 => Ok(Self::Pkcs5),
            PaddingMethod::Zeros => Ok(Self::Zeros),
            PaddingMethod::AnsiX923 => Ok(Self::AnsiX923),
            PaddingMethod::Iso10126 => Ok(Self::Iso10126),
            PaddingMethod::Ssl3 => Err(CryptoError::Unsupported),
            _ => Err(CryptoError::InvalidParameter(
                "this padding is for RSA: name None, PKCS5, Zeros, ANSI X9.23 or ISO 10126",
            )),
        }
    }

    /// Whether decryption has to see the last block before it gives anything of it.
    pub(crate) const fn is_removed(self) -> bool {
        !matches!(self, Self::None | Self::Zeros)
    }

    /// Fills up what is left (less than a block).
    pub(crate) fn add(self, rest: &mut Vec<u8>, size: usize) -> Result<(), CryptoError> {
        let missing = size - rest.len();
        // A block has at most 16 bytes.
        let count = u8::try_from(missing).map_err(|_| CryptoError::Internal)?;
        match self {
            Self::None | Self::Zeros if rest.is_empty() => {}
            Self::None => {
                return Err(CryptoError::InvalidParameter(
                    "without padding the data must be whole blocks: name a padding method",
                ));
            }
            Self::Zeros => rest.resize(size, 0),
            Self::Pkcs5 => rest.resize(size, count),
            Self::AnsiX923 => {
                rest.resize(size - 1, 0);
                rest.push(count);
            }
            Self::Iso10126 => {
                let from = rest.len();
                rest.resize(size - 1, 0);
                random::fill(&mut rest[from..])?;
                rest.push(count);
            }
        }
        Ok(())
    }

    /// How many bytes of the last block are data.
    pub(crate) fn data_length(self, last: &[u8]) -> Result<usize, CryptoError> {
        if !self.is_removed() {
            return Ok(last.len());
        }
        let size = u8::try_from(last.len()).map_err(|_| CryptoError::Internal)?;
        let count = last.last().copied().ok_or(CryptoError::Failed)?;
        let mut right = !count.ct_eq(&0) & count.ct_lt(&(size + 1));
        let filler = match self {
            Self::Pkcs5 => Some(count),
            Self::AnsiX923 => Some(0),
            _ => None,
        };
        for (at, byte) in (0..size - 1).zip(last) {
            // The bytes before the last one that belong to the padding are those from `size - count` on.
            let padding = !at.ct_lt(&size.wrapping_sub(count));
            let as_it_must = filler.map_or(Choice::from(1), |filler| byte.ct_eq(&filler));
            right &= !padding | as_it_must;
        }
        let count = u8::conditional_select(&0, &count, right);
        if bool::from(right) { Ok(usize::from(size - count)) } else { Err(CryptoError::Failed) }
    }
}

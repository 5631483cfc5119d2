//! Shamir's sharing over GF(2^8) and GF(2^16), in constant time: multiplication goes through all bits and uses no table.
//!
//! The field of GF(2^8) is the one with x^8+x^4+x^3+x^2+1 (0x11D), as the parts in OASIS's case TC-SJ-2 have it; GF(2^16) is
//! GF(2^8)\[y\]/(y^2+y+m) over the other field, that of AES (0x11B), with m = 0x3A, as KMIP 1.4 §2.2.5 defines it, an element
//! being the pair of bytes (u, v) of uy + v. The secret is split piece by piece.

use claviger_ports::{CryptoError, KeyPart, SplitRequest};
use claviger_secret::SecretBytes;

use crate::random;

/// A field with elements of one or two bytes.
pub(super) trait Field: Copy {
    /// How many bytes an element has.
    const LENGTH: usize;
    /// The element of these bytes.
    fn read(bytes: &[u8]) -> Self;
    /// Writes the element.
    fn write(self, bytes: &mut [u8]);
    /// The x coordinate of a part.
    fn coordinate(index: u32) -> Result<Self, CryptoError>;
    /// Sum and difference.
    fn plus(self, other: Self) -> Self;
    /// Product.
    fn times(self, other: Self) -> Self;
    /// Inverse; 0 for 0.
    fn inverse(self) -> Self;
    /// One.
    fn one() -> Self;
}

/// The product in GF(2^8) modulo x^8 + `polynomial`.
fn multiply(left: u8, right: u8, polynomial: u8) -> u8 {
    let (mut left, mut product) = (left, 0);
    for bit in 0..8 {
        product ^= left & 0u8.wrapping_sub(right >> bit & 1);
        left = left << 1 ^ polynomial & 0u8.wrapping_sub(left >> 7);
    }
    product
}

/// The inverse in GF(2^8): the 254th power.
fn invert(value: u8, polynomial: u8) -> u8 {
    let (mut power, mut square) = (1, value);
    for _ in 1..8 {
        square = multiply(square, square, polynomial);
        power = multiply(power, square, polynomial);
    }
    power
}

/// An element of GF(2^8).
#[derive(Clone, Copy)]
pub(super) struct Gf8(u8);

const GF8_POLYNOMIAL: u8 = 0x1d;

impl Field for Gf8 {
    const LENGTH: usize = 1;

    fn read(bytes: &[u8]) -> Self {
        Self(bytes[0])
    }

    fn write(self, bytes: &mut [u8]) {
        bytes[0] = self.0;
    }

    fn coordinate(index: u32) -> Result<Self, CryptoError> {
        u8::try_from(index).map(Self).map_err(|_| CryptoError::Failed)
    }

    fn plus(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }

    fn times(self, other: Self) -> Self {
        Self(multiply(self.0, other.0, GF8_POLYNOMIAL))
    }

    fn inverse(self) -> Self {
        Self(invert(self.0, GF8_POLYNOMIAL))
    }

    fn one() -> Self {
        Self(1)
    }
}

/// An element uy + v of GF(2^16).
#[derive(Clone, Copy)]
pub(super) struct Gf16 {
    u: u8,
    v: u8,
}

const AES_POLYNOMIAL: u8 = 0x1b;
const M: u8 = 0x3a;

impl Field for Gf16 {
    const LENGTH: usize = 2;

    fn read(bytes: &[u8]) -> Self {
        Self { u: bytes[0], v: bytes[1] }
    }

    fn write(self, bytes: &mut [u8]) {
        bytes[0] = self.u;
        bytes[1] = self.v;
    }

    fn coordinate(index: u32) -> Result<Self, CryptoError> {
        let [u, v] = u16::try_from(index).map_err(|_| CryptoError::Failed)?.to_be_bytes();
        Ok(Self { u, v })
    }

    fn plus(self, other: Self) -> Self {
        Self { u: self.u ^ other.u, v: self.v ^ other.v }
    }

    /// (ry + s)(uy + v) = ((r + s)(u + v) + sv)y + (ru m + sv).
    ///
    /// KMIP 1.4 prints the last term as `svm`; only `ru m` follows from y^2 = y + m, and only with it does the printed inverse
    /// give 1.
    fn times(self, other: Self) -> Self {
        let (Self { u: r, v: s }, Self { u, v }) = (self, other);
        let of = |left, right| multiply(left, right, AES_POLYNOMIAL);
        let sv = of(s, v);
        Self { u: of(r ^ s, u ^ v) ^ sv, v: of(of(r, u), M) ^ sv }
    }

    /// (uy + v)^-1 = u d^-1 y + (u + v) d^-1, with d = (u + v)v + m u^2.
    fn inverse(self) -> Self {
        let of = |left, right| multiply(left, right, AES_POLYNOMIAL);
        let Self { u, v } = self;
        let inverse = invert(of(u ^ v, v) ^ of(M, of(u, u)), AES_POLYNOMIAL);
        Self { u: of(u, inverse), v: of(u ^ v, inverse) }
    }

    fn one() -> Self {
        Self { u: 0, v: 1 }
    }
}

/// Splits a secret whose length is a multiple of the field's.
pub(super) fn split<F: Field>(
    request: &SplitRequest<'_>,
    secret: &[u8],
) -> Result<Vec<KeyPart>, CryptoError> {
    if !secret.len().is_multiple_of(F::LENGTH) {
        return Err(CryptoError::InvalidParameter(
            "sharing over GF(2^16) takes an even number of bytes: use GF(2^8) for others",
        ));
    }
    // One random coefficient for every power from 1, as long as the secret.
    let coefficients = (1..request.threshold)
        .map(|_| random::secret(secret.len()))
        .collect::<Result<Vec<_>, _>>()?;
    (1..=request.parts)
        .map(|index| {
            let x = F::coordinate(index)?;
            let bytes = SecretBytes::try_init(secret.len(), |part| {
                for (at, piece) in part.chunks_exact_mut(F::LENGTH).enumerate() {
                    let here = at * F::LENGTH..(at + 1) * F::LENGTH;
                    let mut value = F::read(&[0; 2]);
                    for coefficient in coefficients.iter().rev() {
                        let bytes = coefficient.expose("the value of the polynomial");
                        value = value.plus(F::read(&bytes[here.clone()])).times(x);
                    }
                    value.plus(F::read(&secret[here])).write(piece);
                }
                Ok(())
            })?;
            Ok(KeyPart { index, bytes })
        })
        .collect()
}

/// Joins as many parts as are needed, of one length.
pub(super) fn join<F: Field>(parts: &[KeyPart]) -> Result<SecretBytes, CryptoError> {
    let length = parts.first().ok_or(CryptoError::Failed)?.bytes.len();
    if !length.is_multiple_of(F::LENGTH) {
        return Err(CryptoError::Failed);
    }
    let coordinates =
        parts.iter().map(|part| F::coordinate(part.index)).collect::<Result<Vec<_>, _>>()?;
    // Lagrange's weights at 0: the product of x_j / (x_j - x_i) over all other parts.
    let weights: Vec<F> = coordinates
        .iter()
        .enumerate()
        .map(|(at, own)| {
            coordinates
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != at)
                .fold(F::one(), |weight, (_, other)| {
                    weight.times(*other).times(other.plus(*own).inverse())
                })
        })
        .collect();
    SecretBytes::try_init(length, |secret| {
        for (at, piece) in secret.chunks_exact_mut(F::LENGTH).enumerate() {
            let here = at * F::LENGTH..(at + 1) * F::LENGTH;
            let mut value = F::read(&[0; 2]);
            for (part, weight) in parts.iter().zip(&weights) {
                let share = F::read(&part.bytes.expose("join")[here.clone()]);
                value = value.plus(share.times(*weight));
            }
            value.write(piece);
        }
        Ok(())
    })
}

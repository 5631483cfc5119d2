//! Shamir's sharing over the integers modulo a prime, in constant time.
//!
//! A secret of n bytes is one element, big-endian; the prime has 8n + 1 to 8n + 8 bits, so that every secret is below it and
//! the length can be told from the prime alone. A part is an element in as many bytes as the prime has.

use claviger_ports::{CryptoError, KeyPart, SplitRequest};
use claviger_secret::SecretBytes;
use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};
use zeroize::Zeroizing;

use crate::foreign::Number;
use crate::{format, random};

/// The longest prime, in bytes.
const LIMIT: usize = 1024;

/// The field of a prime.
struct Field {
    parameters: BoxedMontyParams,
    prime: BoxedUint,
    /// How many bits the prime has, and how many bytes.
    bits: usize,
    length: usize,
}

type Element = Zeroizing<BoxedMontyForm>;

impl Field {
    fn new(request: &SplitRequest<'_>) -> Result<Self, CryptoError> {
        let prime = format::trimmed(request.prime.ok_or(CryptoError::InvalidParameter(
            "sharing over a prime field needs the prime: pass the prime field size",
        ))?);
        let invalid = CryptoError::InvalidParameter(
            "the prime field size is not a prime above the number of parts, of at most 8192 bits",
        );
        if prime.len() > LIMIT {
            return Err(invalid);
        }
        let number = Number::from_bytes(prime)?;
        let parts = Number::from_bytes(&request.parts.to_be_bytes())?;
        if !number.is_odd() || !parts.is_below(&number) || !number.is_prime()? {
            return Err(invalid);
        }
        let precision = u32::try_from(8 * prime.len()).map_err(|_| CryptoError::Internal)?;
        let value =
            BoxedUint::from_be_slice(prime, precision).map_err(|_| CryptoError::Internal)?;
        let odd = Odd::new(value.clone()).into_option().ok_or(CryptoError::Internal)?;
        Ok(Self {
            parameters: BoxedMontyParams::new(odd),
            prime: value,
            bits: number.bits(),
            length: prime.len(),
        })
    }

    /// How many bytes a secret has.
    const fn secret_length(&self) -> usize {
        (self.bits - 1) / 8
    }

    /// The element of a big-endian number below the prime.
    fn read(&self, bytes: &[u8]) -> Result<Element, CryptoError> {
        let precision = self.prime.bits_precision();
        let mut padded = Zeroizing::new(vec![0; self.length]);
        let excess = bytes.len().saturating_sub(self.length);
        if bytes[..excess].iter().any(|byte| *byte != 0) {
            return Err(CryptoError::Failed);
        }
        let bytes = &bytes[excess..];
        padded[self.length - bytes.len()..].copy_from_slice(bytes);
        let value =
            BoxedUint::from_be_slice(&padded, precision).map_err(|_| CryptoError::Failed)?;
        let value = Zeroizing::new(value);
        if *value >= self.prime {
            return Err(CryptoError::Failed);
        }
        Ok(Zeroizing::new(BoxedMontyForm::new(BoxedUint::clone(&value), &self.parameters)))
    }

    /// The element in `length` bytes; [`CryptoError::Failed`] if it needs more.
    fn write(&self, element: &Element, length: usize) -> Result<SecretBytes, CryptoError> {
        let value = Zeroizing::new(element.retrieve());
        let bytes = Zeroizing::new(value.to_be_bytes().into_vec());
        let at = bytes.len().checked_sub(length);
        // All bytes are looked at, so that the time tells nothing about them.
        let excess = bytes[..at.unwrap_or(0)].iter().fold(0, |sum, byte| sum | byte);
        if excess != 0 {
            return Err(CryptoError::Failed);
        }
        SecretBytes::try_init(length, |out| {
            match at {
                Some(at) => out.copy_from_slice(&bytes[at..]),
                None => out[length - bytes.len()..].copy_from_slice(&bytes),
            }
            Ok(())
        })
    }

    fn random(&self) -> Result<Element, CryptoError> {
        let unused = 8 * self.length - self.bits;
        loop {
            let mut bytes = random::secret(self.length)?.into_zeroizing("a random coefficient");
            bytes[0] &= 0xff >> unused;
            // Half of all tries succeed at least. What is thrown away tells nothing about what is kept.
            match self.read(&bytes) {
                Err(CryptoError::Failed) => {}
                result => return result,
            }
        }
    }

    fn small(&self, value: u32) -> Result<Element, CryptoError> {
        self.read(&value.to_be_bytes())
    }
}

/// Splits a secret.
pub(super) fn split(
    request: &SplitRequest<'_>,
    secret: &[u8],
) -> Result<Vec<KeyPart>, CryptoError> {
    let field = Field::new(request)?;
    if secret.len() != field.secret_length() {
        return Err(CryptoError::InvalidParameter(
            "the prime must have 1 to 8 bits more than the secret: pass the next prime above all keys of that length",
        ));
    }
    let secret = field.read(secret)?;
    let coefficients =
        (1..request.threshold).map(|_| field.random()).collect::<Result<Vec<_>, _>>()?;
    (1..=request.parts)
        .map(|index| {
            let x = field.small(index)?;
            let mut value = field.small(0)?;
            for coefficient in coefficients.iter().rev() {
                let sum = Zeroizing::new(&*value + &**coefficient);
                value = Zeroizing::new(&*sum * &*x);
            }
            let value = Zeroizing::new(&*value + &*secret);
            Ok(KeyPart { index, bytes: field.write(&value, field.length)? })
        })
        .collect()
}

/// Joins as many parts as are needed.
pub(super) fn join(
    request: &SplitRequest<'_>,
    parts: &[KeyPart],
) -> Result<SecretBytes, CryptoError> {
    let field = Field::new(request)?;
    let prime = Number::from_bytes(format::trimmed(request.prime.unwrap_or_default()))?;
    let mut value = field.small(0)?;
    for part in parts {
        let weight = weight(&prime, part.index, parts)?;
        let weight = field.read(&weight)?;
        let share = field.read(part.bytes.expose("join"))?;
        let product = Zeroizing::new(&*share * &*weight);
        value = Zeroizing::new(&*value + &*product);
    }
    field.write(&value, field.secret_length())
}

/// Lagrange's weight at 0: the product of x_j / (x_j - x_i) over all other parts. It depends on the indexes alone.
fn weight(prime: &Number, own: u32, parts: &[KeyPart]) -> Result<Vec<u8>, CryptoError> {
    let number = |value: u32| Number::from_bytes(&value.to_be_bytes());
    let (mut numerator, mut denominator) = (number(1)?, number(1)?);
    let own = number(own)?;
    for other in parts {
        let other = number(other.index)?;
        if other.equals(&own) {
            continue;
        }
        numerator = numerator.times_modulo(&other, prime)?;
        let difference = other.plus(prime)?.minus(&own)?.modulo(prime)?;
        denominator = denominator.times_modulo(&difference, prime)?;
    }
    let inverse = denominator.inverse_modulo(prime)?;
    numerator.times_modulo(&inverse, prime)?.to_public()
}

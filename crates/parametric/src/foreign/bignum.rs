//! Whole numbers (BIGNUM).

use std::ptr;

use aws_lc_sys::{
    BIGNUM, BN_CTX, BN_CTX_free, BN_CTX_new, BN_MONT_CTX_free, BN_MONT_CTX_new_for_modulus, BN_add,
    BN_bin2bn, BN_bn2bin_padded, BN_clear_free, BN_cmp, BN_div, BN_gcd, BN_is_odd, BN_is_one,
    BN_is_zero, BN_mod_exp_mont_consttime, BN_mod_inverse, BN_mod_mul, BN_mul, BN_new, BN_nnmod,
    BN_num_bits, BN_num_bytes, BN_primality_test, BN_rand_range_ex, BN_rshift1, BN_sub,
};
use claviger_ports::CryptoError;
use claviger_secret::SecretBytes;

use super::{failed, succeeded};

/// A number that is not negative; wiped when dropped.
pub(crate) struct Number(*mut BIGNUM);

// SAFETY: the pointer is owned, and BIGNUMs hold no reference to a thread.
unsafe impl Send for Number {}
// SAFETY: shared references reach functions only that take `const BIGNUM*` and don't change it.
unsafe impl Sync for Number {}

impl Drop for Number {
    fn drop(&mut self) {
        // SAFETY: owned, and freed once.
        unsafe { BN_clear_free(self.0) }
    }
}

/// Room for intermediate results.
struct Context(*mut BN_CTX);

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: owned, and freed once.
        unsafe { BN_CTX_free(self.0) }
    }
}

impl Context {
    fn new() -> Result<Self, CryptoError> {
        // SAFETY: takes no arguments; the answer is owned, or null.
        let pointer = unsafe { BN_CTX_new() };
        if pointer.is_null() { Err(CryptoError::Internal) } else { Ok(Self(pointer)) }
    }
}

impl Number {
    fn zero() -> Result<Self, CryptoError> {
        // SAFETY: takes no arguments; the answer is owned, or null.
        let pointer = unsafe { BN_new() };
        if pointer.is_null() { Err(CryptoError::Internal) } else { Ok(Self(pointer)) }
    }

    /// The number of these bytes, big-endian.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, CryptoError> {
        // SAFETY: reads `len` bytes of the slice; a null `ret` asks for a new number.
        let pointer = unsafe { BN_bin2bn(bytes.as_ptr(), bytes.len(), ptr::null_mut()) };
        if pointer.is_null() { Err(CryptoError::Internal) } else { Ok(Self(pointer)) }
    }

    /// A copy of a number that belongs to another object.
    ///
    /// # Safety
    /// `pointer` is null or points to a valid number for the time of the call.
    pub(super) unsafe fn copy_of(pointer: *const BIGNUM) -> Result<Option<Self>, CryptoError> {
        if pointer.is_null() {
            return Ok(None);
        }
        // SAFETY: not null, and valid as the caller promises; the answer is owned, or null.
        let copy = unsafe { aws_lc_sys::BN_dup(pointer) };
        if copy.is_null() { Err(CryptoError::Internal) } else { Ok(Some(Self(copy))) }
    }

    pub(super) const fn pointer(&self) -> *const BIGNUM {
        self.0
    }

    /// Gives the pointer to an object that takes it over.
    pub(super) fn into_pointer(self) -> *mut BIGNUM {
        let pointer = self.0;
        std::mem::forget(self);
        pointer
    }

    /// How many bits the number has.
    pub(crate) fn bits(&self) -> usize {
        // SAFETY: a valid number.
        unsafe { BN_num_bits(self.0) as usize }
    }

    /// How many bytes the number has.
    pub(crate) fn length(&self) -> usize {
        // SAFETY: a valid number.
        unsafe { BN_num_bytes(self.0) as usize }
    }

    /// The bytes, big-endian, `length` of them.
    pub(crate) fn to_secret(&self, length: usize) -> Result<SecretBytes, CryptoError> {
        SecretBytes::try_init(length, |out| {
            // SAFETY: writes `length` bytes, which `out` has; fails if the number is longer.
            succeeded(unsafe { BN_bn2bin_padded(out.as_mut_ptr(), out.len(), self.0) })
                .map_err(|_| CryptoError::Internal)
        })
    }

    /// The bytes, big-endian, none more than needed, of a number that isn't secret.
    pub(crate) fn to_public(&self) -> Result<Vec<u8>, CryptoError> {
        Ok(self.to_secret(self.length())?.expose("a public number").to_vec())
    }

    /// Whether the number is odd.
    pub(crate) fn is_odd(&self) -> bool {
        // SAFETY: a valid number.
        unsafe { BN_is_odd(self.0) == 1 }
    }

    /// Whether the number is 0.
    pub(crate) fn is_zero(&self) -> bool {
        // SAFETY: a valid number.
        unsafe { BN_is_zero(self.0) == 1 }
    }

    /// Whether the number is 1.
    pub(crate) fn is_one(&self) -> bool {
        // SAFETY: a valid number.
        unsafe { BN_is_one(self.0) == 1 }
    }

    /// Whether the number is smaller than another.
    pub(crate) fn is_below(&self, other: &Self) -> bool {
        // SAFETY: valid numbers.
        unsafe { BN_cmp(self.0, other.0) < 0 }
    }

    /// Whether the numbers are the same.
    pub(crate) fn equals(&self, other: &Self) -> bool {
        // SAFETY: valid numbers.
        unsafe { BN_cmp(self.0, other.0) == 0 }
    }

    /// Whether the number is a prime, in all likelihood.
    pub(crate) fn is_prime(&self) -> Result<bool, CryptoError> {
        let context = Context::new()?;
        let mut prime = 0;
        // SAFETY: valid number and context; `prime` outlives the call; no callback. 0 rounds lets the library choose.
        let answer =
            unsafe { BN_primality_test(&mut prime, self.0, 0, context.0, 1, ptr::null_mut()) };
        succeeded(answer).map(|()| prime == 1)
    }

    /// The sum.
    pub(crate) fn plus(&self, other: &Self) -> Result<Self, CryptoError> {
        let result = Self::zero()?;
        // SAFETY: valid numbers.
        succeeded(unsafe { BN_add(result.0, self.0, other.0) }).map(|()| result)
    }

    /// The difference; the other must not be greater.
    pub(crate) fn minus(&self, other: &Self) -> Result<Self, CryptoError> {
        if self.is_below(other) {
            return Err(CryptoError::Internal);
        }
        let result = Self::zero()?;
        // SAFETY: valid numbers.
        succeeded(unsafe { BN_sub(result.0, self.0, other.0) }).map(|()| result)
    }

    /// One less; the number must not be 0.
    pub(crate) fn less_one(&self) -> Result<Self, CryptoError> {
        self.minus(&Self::from_bytes(&[1])?)
    }

    /// Half, rounded down.
    pub(crate) fn half(&self) -> Result<Self, CryptoError> {
        let result = Self::zero()?;
        // SAFETY: valid numbers.
        succeeded(unsafe { BN_rshift1(result.0, self.0) }).map(|()| result)
    }

    /// The product.
    pub(crate) fn times(&self, other: &Self) -> Result<Self, CryptoError> {
        let (result, context) = (Self::zero()?, Context::new()?);
        // SAFETY: valid numbers and context.
        succeeded(unsafe { BN_mul(result.0, self.0, other.0, context.0) }).map(|()| result)
    }

    /// The quotient and the remainder.
    pub(crate) fn divided_by(&self, other: &Self) -> Result<(Self, Self), CryptoError> {
        let (quotient, rest, context) = (Self::zero()?, Self::zero()?, Context::new()?);
        // SAFETY: valid numbers and context; division by zero is refused by the library.
        succeeded(unsafe { BN_div(quotient.0, rest.0, self.0, other.0, context.0) })?;
        Ok((quotient, rest))
    }

    /// The remainder.
    pub(crate) fn modulo(&self, modulus: &Self) -> Result<Self, CryptoError> {
        let (result, context) = (Self::zero()?, Context::new()?);
        // SAFETY: valid numbers and context; division by zero is refused by the library.
        succeeded(unsafe { BN_nnmod(result.0, self.0, modulus.0, context.0) }).map(|()| result)
    }

    /// The greatest common divisor.
    pub(crate) fn common_divisor(&self, other: &Self) -> Result<Self, CryptoError> {
        let (result, context) = (Self::zero()?, Context::new()?);
        // SAFETY: valid numbers and context.
        succeeded(unsafe { BN_gcd(result.0, self.0, other.0, context.0) }).map(|()| result)
    }

    /// The product modulo a number.
    pub(crate) fn times_modulo(&self, other: &Self, modulus: &Self) -> Result<Self, CryptoError> {
        let (result, context) = (Self::zero()?, Context::new()?);
        // SAFETY: valid numbers and context.
        succeeded(unsafe { BN_mod_mul(result.0, self.0, other.0, modulus.0, context.0) })
            .map(|()| result)
    }

    /// The inverse modulo a number, if there is one.
    pub(crate) fn inverse_modulo(&self, modulus: &Self) -> Result<Self, CryptoError> {
        let (result, context) = (Self::zero()?, Context::new()?);
        // SAFETY: valid numbers and context; the answer is `result` or null.
        let answer = unsafe { BN_mod_inverse(result.0, self.0, modulus.0, context.0) };
        if answer.is_null() { Err(failed()) } else { Ok(result) }
    }

    /// `self` to the power of `exponent` modulo an odd number, in a time that tells nothing about the exponent.
    pub(crate) fn power_modulo(
        &self,
        exponent: &Self,
        modulus: &Self,
    ) -> Result<Self, CryptoError> {
        if !modulus.is_odd() || modulus.is_one() || !self.is_below(modulus) {
            return Err(failed());
        }
        let (result, context) = (Self::zero()?, Context::new()?);
        // SAFETY: valid numbers and context; the modulus is odd and above 1, the base below it, as the function demands;
        // the Montgomery context is owned here and freed once.
        let answer = unsafe {
            let montgomery = BN_MONT_CTX_new_for_modulus(modulus.0, context.0);
            if montgomery.is_null() {
                0
            } else {
                let answer = BN_mod_exp_mont_consttime(
                    result.0, self.0, exponent.0, modulus.0, context.0, montgomery,
                );
                BN_MONT_CTX_free(montgomery);
                answer
            }
        };
        succeeded(answer).map(|()| result)
    }

    /// A random number from 1 to one below `end`.
    pub(crate) fn random_below(end: &Self) -> Result<Self, CryptoError> {
        let result = Self::zero()?;
        // SAFETY: valid numbers.
        succeeded(unsafe { BN_rand_range_ex(result.0, 1, end.0) }).map(|()| result)
    }
}

//! DSA (FIPS 186-4), which FIPS 186-5 withdrew for new signatures.

use std::ptr;

use aws_lc_sys::{
    DSA, DSA_free, DSA_generate_key, DSA_generate_parameters_ex, DSA_get0_key, DSA_get0_pqg,
    DSA_new, DSA_set0_key, DSA_set0_pqg, DSA_sign, DSA_size, DSA_verify,
};
use claviger_ports::CryptoError;

use super::bignum::Number;
use super::{failed, succeeded};

/// A key, public or private.
pub(crate) struct Dsa(*mut DSA);

// SAFETY: the pointer is owned; the library's DSA objects may move between threads.
unsafe impl Send for Dsa {}
// SAFETY: the library locks the Montgomery contexts that it keeps per key, and nothing here changes a key.
unsafe impl Sync for Dsa {}

impl Drop for Dsa {
    fn drop(&mut self) {
        // SAFETY: owned, and freed once.
        unsafe { DSA_free(self.0) }
    }
}

impl Dsa {
    fn empty() -> Result<Self, CryptoError> {
        // SAFETY: takes no arguments; the answer is owned, or null.
        let pointer = unsafe { DSA_new() };
        if pointer.is_null() { Err(CryptoError::Internal) } else { Ok(Self(pointer)) }
    }

    /// A key of its numbers. Their sizes are checked when it is used.
    pub(crate) fn new([p, q, g, y]: [Number; 4], x: Option<Number>) -> Result<Self, CryptoError> {
        let key = Self::empty()?;
        // SAFETY: a valid key that takes the numbers over; the calls fail only if one is null, which none is, so that nothing
        // leaks.
        unsafe {
            succeeded(DSA_set0_pqg(key.0, p.into_pointer(), q.into_pointer(), g.into_pointer()))?;
            let x = x.map_or(ptr::null_mut(), Number::into_pointer);
            succeeded(DSA_set0_key(key.0, y.into_pointer(), x))?;
        }
        Ok(key)
    }

    /// A new key with new parameters, of 1024 (q of 160 bits) to 3072 bits (q of 256).
    pub(crate) fn generate(bits: u32) -> Result<Self, CryptoError> {
        let key = Self::empty()?;
        // SAFETY: an empty key; no seed, no outputs, no callback, as the function allows.
        unsafe {
            succeeded(DSA_generate_parameters_ex(
                key.0,
                bits,
                ptr::null(),
                0,
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
            ))
            .and_then(|()| succeeded(DSA_generate_key(key.0)))
            .map_err(|_| CryptoError::Internal)?;
        }
        Ok(key)
    }

    /// p, q, g, y and x.
    pub(crate) fn numbers(&self) -> Result<[Number; 5], CryptoError> {
        let (mut p, mut q, mut g) = (ptr::null(), ptr::null(), ptr::null());
        let (mut y, mut x) = (ptr::null(), ptr::null());
        // SAFETY: a valid key; the pointers that are written belong to it, and are copied while it lives.
        unsafe {
            DSA_get0_pqg(self.0, &mut p, &mut q, &mut g);
            DSA_get0_key(self.0, &mut y, &mut x);
            let copy = |pointer| Number::copy_of(pointer)?.ok_or(CryptoError::Internal);
            Ok([copy(p)?, copy(q)?, copy(g)?, copy(y)?, copy(x)?])
        }
    }

    /// Signs a digest; the signature is DER.
    pub(crate) fn sign(&self, digest: &[u8]) -> Result<Vec<u8>, CryptoError> {
        // SAFETY: a valid key; `out` has as many bytes as a signature can have; the digest its own length.
        unsafe {
            let size = usize::try_from(DSA_size(self.0)).map_err(|_| CryptoError::Internal)?;
            let mut out = vec![0; size];
            let mut length = 0;
            succeeded(DSA_sign(
                0,
                digest.as_ptr(),
                digest.len(),
                out.as_mut_ptr(),
                &mut length,
                self.0,
            ))?;
            out.truncate(length as usize);
            Ok(out)
        }
    }

    /// Checks a signature (DER) of a digest.
    pub(crate) fn verify(&self, digest: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        // SAFETY: slices with their own lengths, a valid key.
        let answer = unsafe {
            DSA_verify(
                0,
                digest.as_ptr(),
                digest.len(),
                signature.as_ptr(),
                signature.len(),
                self.0,
            )
        };
        if answer == 1 { Ok(()) } else { Err(failed()) }
    }
}

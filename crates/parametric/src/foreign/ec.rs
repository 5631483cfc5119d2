//! Elliptic curves: P-224, P-256, P-384, P-521 (FIPS 186-5) and secp256k1 (SEC 2), for ECDSA with any hash, and ECDH.

use std::os::raw::c_int;
use std::ptr;

use aws_lc_sys::{
    EC_GROUP, EC_GROUP_get0_order, EC_KEY, EC_KEY_check_key, EC_KEY_free, EC_KEY_generate_key,
    EC_KEY_get0_group, EC_KEY_get0_private_key, EC_KEY_get0_public_key, EC_KEY_new_by_curve_name,
    EC_KEY_set_private_key, EC_KEY_set_public_key, EC_POINT, EC_POINT_free, EC_POINT_mul,
    EC_POINT_new, EC_POINT_oct2point, EC_POINT_point2oct, ECDH_compute_key, ECDSA_sign, ECDSA_size,
    ECDSA_verify, NID_X9_62_prime256v1, NID_secp224r1, NID_secp256k1, NID_secp384r1, NID_secp521r1,
    point_conversion_form_t,
};
use claviger_model::RecommendedCurve;
use claviger_ports::CryptoError;
use claviger_secret::SecretBytes;

use super::bignum::Number;
use super::{failed, succeeded};

/// A curve that the library has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EcCurve {
    number: c_int,
    /// How many bytes a coordinate has.
    pub(crate) field_length: usize,
    /// How many bytes a scalar has.
    pub(crate) scalar_length: usize,
}

impl EcCurve {
    /// The curve of this name, if the library has it.
    pub(crate) const fn new(curve: RecommendedCurve) -> Option<Self> {
        let (number, length) = match curve {
            RecommendedCurve::P224 => (NID_secp224r1, 28),
            RecommendedCurve::P256 => (NID_X9_62_prime256v1, 32),
            RecommendedCurve::P384 => (NID_secp384r1, 48),
            RecommendedCurve::P521 => (NID_secp521r1, 66),
            RecommendedCurve::Secp256k1 => (NID_secp256k1, 32),
            _ => return None,
        };
        Some(Self { number, field_length: length, scalar_length: length })
    }
}

/// A point; freed when dropped.
struct Point(*mut EC_POINT);

impl Drop for Point {
    fn drop(&mut self) {
        // SAFETY: owned, and freed once.
        unsafe { EC_POINT_free(self.0) }
    }
}

impl Point {
    /// # Safety
    /// `group` is valid.
    unsafe fn new(group: *const EC_GROUP) -> Result<Self, CryptoError> {
        // SAFETY: valid as the caller promises; the answer is owned, or null.
        let pointer = unsafe { EC_POINT_new(group) };
        if pointer.is_null() { Err(CryptoError::Internal) } else { Ok(Self(pointer)) }
    }
}

/// A key on a curve, public or private.
pub(crate) struct EcKey {
    pointer: *mut EC_KEY,
    curve: EcCurve,
}

// SAFETY: the pointer is owned; the library's EC objects may move between threads.
unsafe impl Send for EcKey {}
// SAFETY: shared references reach functions only that don't change the key.
unsafe impl Sync for EcKey {}

impl Drop for EcKey {
    fn drop(&mut self) {
        // SAFETY: owned, and freed once.
        unsafe { EC_KEY_free(self.pointer) }
    }
}

impl EcKey {
    fn empty(curve: EcCurve) -> Result<Self, CryptoError> {
        // SAFETY: a number that the library has; the answer is owned, or null.
        let pointer = unsafe { EC_KEY_new_by_curve_name(curve.number) };
        if pointer.is_null() { Err(CryptoError::Internal) } else { Ok(Self { pointer, curve }) }
    }

    /// The group, which is static or belongs to the key.
    fn group(&self) -> *const EC_GROUP {
        // SAFETY: a valid key.
        unsafe { EC_KEY_get0_group(self.pointer) }
    }

    /// A new key.
    pub(crate) fn generate(curve: EcCurve) -> Result<Self, CryptoError> {
        let key = Self::empty(curve)?;
        // SAFETY: a valid key with a group.
        succeeded(unsafe { EC_KEY_generate_key(key.pointer) })
            .map_err(|_| CryptoError::Internal)
            .map(|()| key)
    }

    /// A public key: a point, uncompressed or compressed, that lies on the curve.
    pub(crate) fn public(curve: EcCurve, point: &[u8]) -> Result<Self, CryptoError> {
        let key = Self::empty(curve)?;
        // SAFETY: the group outlives the point; the slice has its own length; the key copies the point.
        unsafe {
            let group = key.group();
            let decoded = Point::new(group)?;
            succeeded(EC_POINT_oct2point(
                group,
                decoded.0,
                point.as_ptr(),
                point.len(),
                ptr::null_mut(),
            ))?;
            succeeded(EC_KEY_set_public_key(key.pointer, decoded.0))?;
            succeeded(EC_KEY_check_key(key.pointer))?;
        }
        Ok(key)
    }

    /// A private key: a scalar from 1 to the order, without it.
    pub(crate) fn private(curve: EcCurve, scalar: &[u8]) -> Result<Self, CryptoError> {
        let key = Self::empty(curve)?;
        let scalar = Number::from_bytes(scalar)?;
        // SAFETY: the group outlives the point; number and point are copied by the key.
        unsafe {
            let group = key.group();
            let order =
                Number::copy_of(EC_GROUP_get0_order(group))?.ok_or(CryptoError::Internal)?;
            if scalar.is_zero() || !scalar.is_below(&order) {
                return Err(CryptoError::Failed);
            }
            succeeded(EC_KEY_set_private_key(key.pointer, scalar.pointer()))?;
            let point = Point::new(group)?;
            succeeded(EC_POINT_mul(
                group,
                point.0,
                scalar.pointer(),
                ptr::null(),
                ptr::null(),
                ptr::null_mut(),
            ))?;
            succeeded(EC_KEY_set_public_key(key.pointer, point.0))?;
            succeeded(EC_KEY_check_key(key.pointer))?;
        }
        Ok(key)
    }

    /// The public point, uncompressed.
    pub(crate) fn point(&self) -> Result<Vec<u8>, CryptoError> {
        let mut out = vec![0; 1 + 2 * self.curve.field_length];
        // SAFETY: group and point belong to the key; `out` has as many bytes as the call is told.
        let length = unsafe {
            EC_POINT_point2oct(
                self.group(),
                EC_KEY_get0_public_key(self.pointer),
                point_conversion_form_t::POINT_CONVERSION_UNCOMPRESSED,
                out.as_mut_ptr(),
                out.len(),
                ptr::null_mut(),
            )
        };
        if length == out.len() { Ok(out) } else { Err(failed()) }
    }

    /// The scalar of a private key, as long as the order.
    pub(crate) fn scalar(&self) -> Result<SecretBytes, CryptoError> {
        // SAFETY: the number belongs to the key, or is null; it is copied while the key lives.
        let scalar = unsafe { Number::copy_of(EC_KEY_get0_private_key(self.pointer))? };
        scalar.ok_or(CryptoError::Unsupported)?.to_secret(self.curve.scalar_length)
    }

    /// Signs a digest; the signature is DER.
    pub(crate) fn sign(&self, digest: &[u8]) -> Result<Vec<u8>, CryptoError> {
        // SAFETY: a valid key; `out` has as many bytes as a signature can have; the digest its own length.
        unsafe {
            let mut out = vec![0; ECDSA_size(self.pointer)];
            let mut length = 0;
            succeeded(ECDSA_sign(
                0,
                digest.as_ptr(),
                digest.len(),
                out.as_mut_ptr(),
                &mut length,
                self.pointer,
            ))?;
            out.truncate(length as usize);
            Ok(out)
        }
    }

    /// Checks a signature (DER) of a digest.
    pub(crate) fn verify(&self, digest: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        // SAFETY: slices with their own lengths, a valid key.
        succeeded(unsafe {
            ECDSA_verify(
                0,
                digest.as_ptr(),
                digest.len(),
                signature.as_ptr(),
                signature.len(),
                self.pointer,
            )
        })
    }

    /// The x coordinate of the shared point (SP 800-56A §5.7.1.2).
    pub(crate) fn agree(&self, peer: &Self) -> Result<SecretBytes, CryptoError> {
        if self.curve != peer.curve {
            return Err(CryptoError::InvalidParameter(
                "both sides of an agreement need keys on the same curve",
            ));
        }
        SecretBytes::try_init(self.curve.field_length, |out| {
            // SAFETY: the peer's point belongs to its key; `out` has as many bytes as the call is told; no derivation.
            let length = unsafe {
                ECDH_compute_key(
                    out.as_mut_ptr().cast(),
                    out.len(),
                    EC_KEY_get0_public_key(peer.pointer),
                    self.pointer,
                    None,
                )
            };
            if usize::try_from(length) == Ok(out.len()) { Ok(()) } else { Err(failed()) }
        })
    }
}

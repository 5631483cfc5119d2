//! RSA (RFC 8017) of 512 to 16384 bits.
//!
//! Decryption and signing are blinded and run in constant time; the result of a signature is checked with the public key
//! before it leaves the library.

use std::os::raw::c_int;
use std::ptr;

use aws_lc_sys::{
    EVP_PKEY, EVP_PKEY_CTX, EVP_PKEY_CTX_free, EVP_PKEY_CTX_new, EVP_PKEY_CTX_set_rsa_mgf1_md,
    EVP_PKEY_CTX_set_rsa_oaep_md, EVP_PKEY_CTX_set_rsa_padding, EVP_PKEY_CTX_set0_rsa_oaep_label,
    EVP_PKEY_decrypt, EVP_PKEY_decrypt_init, EVP_PKEY_encrypt, EVP_PKEY_encrypt_init,
    EVP_PKEY_free, EVP_PKEY_new, EVP_PKEY_set1_RSA, OPENSSL_free, OPENSSL_memdup, RSA,
    RSA_NO_PADDING, RSA_PKCS1_OAEP_PADDING, RSA_PKCS1_PADDING, RSA_check_key, RSA_decrypt,
    RSA_encrypt, RSA_free, RSA_generate_key_ex, RSA_get0_crt_params, RSA_get0_factors,
    RSA_get0_key, RSA_new, RSA_new_private_key, RSA_new_public_key, RSA_sign, RSA_sign_pss_mgf1,
    RSA_sign_raw, RSA_size, RSA_verify, RSA_verify_pss_mgf1, RSA_verify_raw,
};
use claviger_model::HashingAlgorithm;
use claviger_ports::CryptoError;
use claviger_secret::SecretBytes;

use super::bignum::Number;
use super::digest::{number_of, pointer_of};
use super::{failed, succeeded};

/// Where the salt of PSS may have any length when a signature is checked.
const ANY_SALT: c_int = -2;

/// The numbers of a private key.
pub(crate) struct RsaNumbers {
    pub(crate) n: Number,
    pub(crate) e: Number,
    pub(crate) d: Number,
    pub(crate) p: Number,
    pub(crate) q: Number,
    pub(crate) dp: Number,
    pub(crate) dq: Number,
    pub(crate) qinv: Number,
}

/// A key, public or private.
pub(crate) struct Rsa(*mut RSA);

// SAFETY: the pointer is owned; the library's RSA objects may move between threads.
unsafe impl Send for Rsa {}
// SAFETY: the library locks what it keeps per key (blinding, Montgomery contexts), and nothing here changes a key.
unsafe impl Sync for Rsa {}

impl Drop for Rsa {
    fn drop(&mut self) {
        // SAFETY: owned, and freed once.
        unsafe { RSA_free(self.0) }
    }
}

/// A key in the library's general form, with the parameters of one encryption.
struct Operation {
    key: *mut EVP_PKEY,
    context: *mut EVP_PKEY_CTX,
}

impl Drop for Operation {
    fn drop(&mut self) {
        // SAFETY: both owned and freed once; null is allowed.
        unsafe {
            EVP_PKEY_CTX_free(self.context);
            EVP_PKEY_free(self.key);
        }
    }
}

impl Operation {
    fn new(rsa: &Rsa) -> Result<Self, CryptoError> {
        // SAFETY: the key is owned by the operation, and takes a reference of its own to the RSA object.
        unsafe {
            let mut operation = Self { key: EVP_PKEY_new(), context: ptr::null_mut() };
            if operation.key.is_null() {
                return Err(CryptoError::Internal);
            }
            succeeded(EVP_PKEY_set1_RSA(operation.key, rsa.0))?;
            operation.context = EVP_PKEY_CTX_new(operation.key, ptr::null_mut());
            if operation.context.is_null() { Err(CryptoError::Internal) } else { Ok(operation) }
        }
    }

    /// Sets OAEP with these hashes and this label, after the operation was begun.
    fn set_oaep(
        &self,
        hash: HashingAlgorithm,
        mask_hash: HashingAlgorithm,
        label: &[u8],
    ) -> Result<(), CryptoError> {
        let (hash, mask_hash) = (pointer_of(hash)?, pointer_of(mask_hash)?);
        // SAFETY: valid context, static hashes; the label is a copy of `label.len()` bytes that the context takes over if the
        // call succeeds, and that is freed here if not.
        unsafe {
            succeeded(EVP_PKEY_CTX_set_rsa_padding(self.context, RSA_PKCS1_OAEP_PADDING))?;
            succeeded(EVP_PKEY_CTX_set_rsa_oaep_md(self.context, hash))?;
            succeeded(EVP_PKEY_CTX_set_rsa_mgf1_md(self.context, mask_hash))?;
            if label.is_empty() {
                return Ok(());
            }
            let copy = OPENSSL_memdup(label.as_ptr().cast(), label.len());
            if copy.is_null() {
                return Err(CryptoError::Internal);
            }
            succeeded(EVP_PKEY_CTX_set0_rsa_oaep_label(self.context, copy.cast(), label.len()))
                .inspect_err(|_| OPENSSL_free(copy))
        }
    }
}

impl Rsa {
    /// A public key.
    pub(crate) fn public(n: &Number, e: &Number) -> Result<Self, CryptoError> {
        // SAFETY: valid numbers, which are copied.
        Self::own(unsafe { RSA_new_public_key(n.pointer(), e.pointer()) })
    }

    /// A private key, whose numbers must belong together.
    pub(crate) fn private(numbers: &RsaNumbers) -> Result<Self, CryptoError> {
        // SAFETY: valid numbers, which are copied.
        let key = Self::own(unsafe {
            RSA_new_private_key(
                numbers.n.pointer(),
                numbers.e.pointer(),
                numbers.d.pointer(),
                numbers.p.pointer(),
                numbers.q.pointer(),
                numbers.dp.pointer(),
                numbers.dq.pointer(),
                numbers.qinv.pointer(),
            )
        })?;
        // SAFETY: a valid key.
        succeeded(unsafe { RSA_check_key(key.0) }).map(|()| key)
    }

    /// A new private key with the exponent 65537.
    pub(crate) fn generate(bits: u32) -> Result<Self, CryptoError> {
        let exponent = Number::from_bytes(&[1, 0, 1])?;
        let bits = c_int::try_from(bits).map_err(|_| CryptoError::Unsupported)?;
        // SAFETY: takes no arguments; the answer is owned, or null.
        let key = Self::own(unsafe { RSA_new() })?;
        // SAFETY: an empty key, a valid exponent, no callback.
        succeeded(unsafe { RSA_generate_key_ex(key.0, bits, exponent.pointer(), ptr::null_mut()) })
            .map_err(|_| CryptoError::Internal)?;
        Ok(key)
    }

    fn own(pointer: *mut RSA) -> Result<Self, CryptoError> {
        if pointer.is_null() { Err(failed()) } else { Ok(Self(pointer)) }
    }

    /// The numbers of a private key.
    pub(crate) fn numbers(&self) -> Result<RsaNumbers, CryptoError> {
        let (mut n, mut e, mut d) = (ptr::null(), ptr::null(), ptr::null());
        let (mut p, mut q) = (ptr::null(), ptr::null());
        let (mut dp, mut dq, mut qinv) = (ptr::null(), ptr::null(), ptr::null());
        // SAFETY: a valid key; the pointers that are written belong to it, and are copied while it lives.
        unsafe {
            RSA_get0_key(self.0, &mut n, &mut e, &mut d);
            RSA_get0_factors(self.0, &mut p, &mut q);
            RSA_get0_crt_params(self.0, &mut dp, &mut dq, &mut qinv);
            let copy = |pointer| Number::copy_of(pointer)?.ok_or(CryptoError::Internal);
            Ok(RsaNumbers {
                n: copy(n)?,
                e: copy(e)?,
                d: copy(d)?,
                p: copy(p)?,
                q: copy(q)?,
                dp: copy(dp)?,
                dq: copy(dq)?,
                qinv: copy(qinv)?,
            })
        }
    }

    /// How many bytes the modulus has.
    pub(crate) fn length(&self) -> usize {
        // SAFETY: a valid key.
        unsafe { RSA_size(self.0) as usize }
    }

    /// Encrypts with OAEP.
    pub(crate) fn encrypt_oaep(
        &self,
        hash: HashingAlgorithm,
        mask_hash: HashingAlgorithm,
        label: &[u8],
        plaintext: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        let operation = Operation::new(self)?;
        // SAFETY: a valid context.
        succeeded(unsafe { EVP_PKEY_encrypt_init(operation.context) })?;
        operation.set_oaep(hash, mask_hash, label)?;
        let mut out = vec![0; self.length()];
        let mut length = out.len();
        // SAFETY: `out` has `length` bytes, the input its own length; `length` outlives the call.
        succeeded(unsafe {
            EVP_PKEY_encrypt(
                operation.context,
                out.as_mut_ptr(),
                &mut length,
                plaintext.as_ptr(),
                plaintext.len(),
            )
        })?;
        out.truncate(length);
        Ok(out)
    }

    /// Decrypts with OAEP.
    pub(crate) fn decrypt_oaep(
        &self,
        hash: HashingAlgorithm,
        mask_hash: HashingAlgorithm,
        label: &[u8],
        ciphertext: &[u8],
    ) -> Result<SecretBytes, CryptoError> {
        let operation = Operation::new(self)?;
        // SAFETY: a valid context.
        succeeded(unsafe { EVP_PKEY_decrypt_init(operation.context) })?;
        operation.set_oaep(hash, mask_hash, label)?;
        let mut length = self.length();
        let mut out = SecretBytes::try_init(length, |out| {
            // SAFETY: `out` has `length` bytes, the input its own length; `length` outlives the call.
            succeeded(unsafe {
                EVP_PKEY_decrypt(
                    operation.context,
                    out.as_mut_ptr(),
                    &mut length,
                    ciphertext.as_ptr(),
                    ciphertext.len(),
                )
            })
        })?;
        out.truncate(length);
        Ok(out)
    }

    /// Encrypts with PKCS#1 v1.5 (`padded`), or the bare number, as long as the modulus.
    pub(crate) fn encrypt(&self, padded: bool, plaintext: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let mut out = vec![0; self.length()];
        let mut length = 0;
        // SAFETY: `out` has as many bytes as the call is told, the input its own length.
        succeeded(unsafe {
            RSA_encrypt(
                self.0,
                &mut length,
                out.as_mut_ptr(),
                out.len(),
                plaintext.as_ptr(),
                plaintext.len(),
                padding(padded),
            )
        })?;
        out.truncate(length);
        Ok(out)
    }

    /// Decrypts with PKCS#1 v1.5 (`padded`), or the bare number.
    pub(crate) fn decrypt(
        &self,
        padded: bool,
        ciphertext: &[u8],
    ) -> Result<SecretBytes, CryptoError> {
        let mut length = 0;
        let mut out = SecretBytes::try_init(self.length(), |out| {
            // SAFETY: `out` has as many bytes as the call is told, the input its own length.
            succeeded(unsafe {
                RSA_decrypt(
                    self.0,
                    &mut length,
                    out.as_mut_ptr(),
                    out.len(),
                    ciphertext.as_ptr(),
                    ciphertext.len(),
                    padding(padded),
                )
            })
        })?;
        out.truncate(length);
        Ok(out)
    }

    /// Signs a digest with PKCS#1 v1.5, naming its hash in a DigestInfo.
    pub(crate) fn sign(
        &self,
        hash: HashingAlgorithm,
        digest: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        let hash = number_of(hash)?;
        let mut out = vec![0; self.length()];
        let mut length = 0;
        // SAFETY: `out` has as many bytes as the modulus, as the call demands; the digest its own length.
        succeeded(unsafe {
            RSA_sign(hash, digest.as_ptr(), digest.len(), out.as_mut_ptr(), &mut length, self.0)
        })?;
        out.truncate(length as usize);
        Ok(out)
    }

    /// Checks a signature of [`Self::sign`].
    pub(crate) fn verify(
        &self,
        hash: HashingAlgorithm,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        let hash = number_of(hash)?;
        // SAFETY: slices with their own lengths, a valid key.
        succeeded(unsafe {
            RSA_verify(
                hash,
                digest.as_ptr(),
                digest.len(),
                signature.as_ptr(),
                signature.len(),
                self.0,
            )
        })
    }

    /// Signs bytes with PKCS#1 v1.5 (`padded`) without a DigestInfo, or the bare number.
    pub(crate) fn sign_raw(&self, padded: bool, data: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let mut out = vec![0; self.length()];
        let mut length = 0;
        // SAFETY: `out` has as many bytes as the call is told, the input its own length.
        succeeded(unsafe {
            RSA_sign_raw(
                self.0,
                &mut length,
                out.as_mut_ptr(),
                out.len(),
                data.as_ptr(),
                data.len(),
                padding(padded),
            )
        })?;
        out.truncate(length);
        Ok(out)
    }

    /// What [`Self::sign_raw`] signed.
    pub(crate) fn recover(&self, padded: bool, signature: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let mut out = vec![0; self.length()];
        let mut length = 0;
        // SAFETY: `out` has as many bytes as the call is told, the input its own length.
        succeeded(unsafe {
            RSA_verify_raw(
                self.0,
                &mut length,
                out.as_mut_ptr(),
                out.len(),
                signature.as_ptr(),
                signature.len(),
                padding(padded),
            )
        })?;
        out.truncate(length);
        Ok(out)
    }

    /// Signs a digest with PSS.
    pub(crate) fn sign_pss(
        &self,
        hash: HashingAlgorithm,
        mask_hash: HashingAlgorithm,
        salt_length: c_int,
        digest: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        let (hash, mask_hash) = (pointer_of(hash)?, pointer_of(mask_hash)?);
        let mut out = vec![0; self.length()];
        let mut length = 0;
        // SAFETY: `out` has as many bytes as the call is told, the digest its own length; static hashes.
        succeeded(unsafe {
            RSA_sign_pss_mgf1(
                self.0,
                &mut length,
                out.as_mut_ptr(),
                out.len(),
                digest.as_ptr(),
                digest.len(),
                hash,
                mask_hash,
                salt_length,
            )
        })?;
        out.truncate(length);
        Ok(out)
    }

    /// Checks a signature of [`Self::sign_pss`]; without a salt length, any is right.
    pub(crate) fn verify_pss(
        &self,
        hash: HashingAlgorithm,
        mask_hash: HashingAlgorithm,
        salt_length: Option<c_int>,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        let (hash, mask_hash) = (pointer_of(hash)?, pointer_of(mask_hash)?);
        // SAFETY: slices with their own lengths, static hashes, a valid key.
        succeeded(unsafe {
            RSA_verify_pss_mgf1(
                self.0,
                digest.as_ptr(),
                digest.len(),
                hash,
                mask_hash,
                salt_length.unwrap_or(ANY_SALT),
                signature.as_ptr(),
                signature.len(),
            )
        })
    }
}

const fn padding(padded: bool) -> c_int {
    if padded { RSA_PKCS1_PADDING } else { RSA_NO_PADDING }
}

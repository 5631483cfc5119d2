//! The library's hash functions, as parameters of RSA.

use std::os::raw::c_int;

use aws_lc_sys::EVP_MD;
use claviger_model::HashingAlgorithm;
use claviger_ports::CryptoError;

/// The hash as the library has it; static, so the pointer stays valid.
pub(super) fn pointer_of(hash: HashingAlgorithm) -> Result<*const EVP_MD, CryptoError> {
    // SAFETY: these functions take nothing and return a pointer to a static.
    let pointer = unsafe {
        match hash {
            HashingAlgorithm::Md4 => aws_lc_sys::EVP_md4(),
            HashingAlgorithm::Md5 => aws_lc_sys::EVP_md5(),
            HashingAlgorithm::Sha1 => aws_lc_sys::EVP_sha1(),
            HashingAlgorithm::Sha224 => aws_lc_sys::EVP_sha224(),
            HashingAlgorithm::Sha256 => aws_lc_sys::EVP_sha256(),
            HashingAlgorithm::Sha384 => aws_lc_sys::EVP_sha384(),
            HashingAlgorithm::Sha512 => aws_lc_sys::EVP_sha512(),
            HashingAlgorithm::Ripemd160 => aws_lc_sys::EVP_ripemd160(),
            HashingAlgorithm::Sha512With224 => aws_lc_sys::EVP_sha512_224(),
            HashingAlgorithm::Sha512With256 => aws_lc_sys::EVP_sha512_256(),
            HashingAlgorithm::Sha3With224 => aws_lc_sys::EVP_sha3_224(),
            HashingAlgorithm::Sha3With256 => aws_lc_sys::EVP_sha3_256(),
            HashingAlgorithm::Sha3With384 => aws_lc_sys::EVP_sha3_384(),
            HashingAlgorithm::Sha3With512 => aws_lc_sys::EVP_sha3_512(),
            HashingAlgorithm::Md2 | HashingAlgorithm::Tiger | HashingAlgorithm::Whirlpool => {
                return Err(CryptoError::Unsupported);
            }
        }
    };
    if pointer.is_null() { Err(CryptoError::Internal) } else { Ok(pointer) }
}

/// The number that the library has for the hash.
pub(super) fn number_of(hash: HashingAlgorithm) -> Result<c_int, CryptoError> {
    let pointer = pointer_of(hash)?;
    // SAFETY: a valid static.
    Ok(unsafe { aws_lc_sys::EVP_MD_type(pointer) })
}

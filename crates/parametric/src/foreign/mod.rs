//! AWS-LC, the C library below aws-lc-rs, where aws-lc-rs doesn't offer what it has: RSA of any size with any pair of hashes,
//! all its curves with all hashes, DSA, and arithmetic on numbers of any size (docs/adr/0006).
//!
//! This is the one place of the workspace with `unsafe` code. Everything that leaves it is safe: objects own their pointer,
//! free it when dropped (which wipes private numbers) and pass slices with their own lengths. Private-key operations run in
//! constant time inside AWS-LC; RSA is blinded there.
#![expect(unsafe_code, reason = "calls AWS-LC, which aws-lc-rs does not offer whole")]

mod bignum;
mod digest;
mod dsa;
mod ec;
mod rsa;

pub(crate) use bignum::Number;
pub(crate) use dsa::Dsa;
pub(crate) use ec::{EcCurve, EcKey};
pub(crate) use rsa::{Rsa, RsaNumbers};

use claviger_ports::CryptoError;

/// What a call that answers 1 for success says.
fn succeeded(answer: std::os::raw::c_int) -> Result<(), CryptoError> {
    if answer == 1 { Ok(()) } else { Err(failed()) }
}

/// Takes the library's error queue of this thread away, whose text nobody reads, and gives the one error.
fn failed() -> CryptoError {
    // SAFETY: takes no arguments and touches the state of this thread only.
    unsafe { aws_lc_sys::ERR_clear_error() };
    CryptoError::Failed
}

//! Symmetric keys: ciphers, modes, codes.
//!
//! Every mode is an [`Engine`], which takes a message in parts of any length; a message at once is one part. So both give the
//! same bytes by construction.

mod block;
mod ccm;
mod chacha20_poly1305;
mod chained;
mod gcm;
mod key;
mod key_stream;
mod mac_choice;
mod padded_hash;
mod padding;
mod selection;
mod stream;
mod whole;

pub(crate) use block::{Block, block_cipher};
pub(crate) use key::{SymmetricKey, refuse_input};
pub(crate) use padding::Padding;
pub(crate) use selection::{Selection, select};
pub(crate) use stream::{CipherStream, MacStream};

use claviger_ports::CryptoError;

/// A message on its way through a cipher.
pub(crate) trait Engine: Send {
    /// Takes the next part and appends what it gives.
    fn update(&mut self, part: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError>;

    /// Ends the message: appends the rest and returns the tag, or checks the given one.
    fn finish(
        self: Box<Self>,
        tag: Option<&[u8]>,
        out: &mut Vec<u8>,
    ) -> Result<Option<Vec<u8>>, CryptoError>;
}

/// A tag came where there is none.
const NO_TAG: CryptoError =
    CryptoError::InvalidParameter("the mode has no authentication tag: leave it out");

/// Returns the tag of an encryption, or checks that of a decryption.
fn end_with_tag(
    encrypts: bool,
    expected: Vec<u8>,
    tag: Option<&[u8]>,
) -> Result<Option<Vec<u8>>, CryptoError> {
    match (encrypts, tag) {
        (true, None) => Ok(Some(expected)),
        (true, Some(_)) => {
            Err(CryptoError::InvalidParameter("encryption makes the tag: leave it out"))
        }
        (false, None) => {
            Err(CryptoError::InvalidParameter("decryption needs the authentication tag"))
        }
        (false, Some(tag)) if gcm::is_right(&expected, tag) => Ok(None),
        (false, Some(_)) => Err(CryptoError::Failed),
    }
}

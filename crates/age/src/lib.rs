//! The [age v1 file format](https://age-encryption.org/v1) and its plugin protocol.
//!
//! One joint, as in age itself: a [`Recipient`] wraps the key of a file into stanzas of its header, an
//! [`Identity`] unwraps it again. [`encrypt`] and [`decrypt`] do the rest, in constant memory and on
//! several cores.
//!
//! ```
//! use claviger_age::x25519;
//!
//! let identity = x25519::Identity::generate()?;
//! let mut file = Vec::new();
//! claviger_age::encrypt(&b"hello"[..], &mut file, &[&identity.recipient()], |_| {})?;
//!
//! let mut text = Vec::new();
//! claviger_age::decrypt(&file[..], &mut text, &[&identity], |_| {})?;
//! assert_eq!(text, b"hello");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The crate knows nothing of HTTP or of a Claviger server. Whoever can wrap a key with one implements
//! [`claviger::KeyWrapper`] and gets a recipient, an identity and a [`plugin`] from it.

pub mod armor;
mod bech32_text;
pub mod claviger;
mod error;
mod file_key;
pub mod header;
pub mod identity_file;
mod pipeline;
pub mod plugin;
mod stanza;
pub mod stream;
mod unpadded;
pub mod x25519;

use std::io::{Cursor, ErrorKind, Read, Write};

use aws_lc_rs::rand;

pub use crate::error::{Cause, Error, UnwrapError, WrapError};
pub use crate::file_key::{FILE_KEY_LEN, FileKey, NoRandomBytes};
pub use crate::header::HeaderError;
pub use crate::stanza::{Stanza, StanzaError};
pub use crate::stream::PayloadError;

use crate::error::first_success;
use crate::header::{Header, MacMismatch, VerifiedHeader};
use crate::stream::{Opening, PAYLOAD_NONCE_LEN, Sealing};

/// Somebody to encrypt to.
pub trait Recipient {
    /// Wraps the file key into one or more stanzas.
    ///
    /// # Errors
    /// [`WrapError`] says why the key was not wrapped. Then no file is written.
    fn wrap_file_key(&self, file_key: &FileKey) -> Result<Vec<Stanza>, WrapError>;
}

/// Somebody who may decrypt.
pub trait Identity {
    /// Looks among the stanzas of a header for one of its own, and unwraps the file key.
    ///
    /// `None` means that none of them is for this identity; others may be tried.
    fn unwrap_file_key(&self, stanzas: &[Stanza]) -> Option<Result<FileKey, UnwrapError>>;
}

/// Encrypts all of `reader` into `writer` for each of the recipients, and returns the plaintext's length.
///
/// `progress` is called from time to time with the bytes of plaintext that were encrypted. Reader,
/// writer and `progress` are used by one thread at a time, not always the calling one: standard input is
/// passed as it is, not locked. No buffer is needed around them: reads and writes are of half a MiB.
///
/// # Errors
/// [`Error`]. The output is then incomplete and must be thrown away.
pub fn encrypt(
    reader: impl Read + Send,
    mut writer: impl Write + Send,
    recipients: &[&dyn Recipient],
    progress: impl FnMut(u64) + Send,
) -> Result<u64, Error> {
    let header = wrap_to_all(recipients)?;
    let mut nonce = [0; PAYLOAD_NONCE_LEN];
    rand::fill(&mut nonce).map_err(|_| Error::Random)?;
    let mut start = header.header().encode();
    start.extend_from_slice(&nonce);
    writer.write_all(&start).map_err(Error::Write)?;
    let sealing = Sealing::new(header.payload_key(&nonce));
    pipeline::run(&sealing, reader, writer, progress)
}

/// Decrypts the binary age file that `reader` holds into `writer`, and returns the plaintext's length.
///
/// For a file that may be in ASCII armor, pass [`armor::MaybeArmored`] as the reader. `progress` is called
/// with the bytes of plaintext that were written; threads are as for [`encrypt`].
///
/// # Errors
/// [`Error`]. All that was written until then is authentic but incomplete, and should be thrown away.
pub fn decrypt(
    mut reader: impl Read + Send,
    writer: impl Write + Send,
    identities: &[&dyn Identity],
    progress: impl FnMut(u64) + Send,
) -> Result<u64, Error> {
    let (header, rest) = header::read(&mut reader).map_err(Error::from_read)??;
    let header = unwrap_with_any(header, identities)?;
    let mut payload = Cursor::new(rest).chain(reader);
    let mut nonce = [0; PAYLOAD_NONCE_LEN];
    payload.read_exact(&mut nonce).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => Error::Header(HeaderError::UnexpectedEnd),
        _ => Error::from_read(error),
    })?;
    let opening = Opening::new(header.payload_key(&nonce));
    pipeline::run(&opening, payload, writer, progress)
}

/// Wraps a fresh file key to every recipient.
fn wrap_to_all(recipients: &[&dyn Recipient]) -> Result<VerifiedHeader, Error> {
    if recipients.is_empty() {
        return Err(Error::Wrapping(WrapError::NoRecipients));
    }
    let file_key = FileKey::generate().map_err(|NoRandomBytes| Error::Random)?;
    let mut stanzas = Vec::new();
    for recipient in recipients {
        stanzas.extend(recipient.wrap_file_key(&file_key)?);
    }
    Ok(Header::seal(stanzas, file_key)?)
}

/// Asks one identity after the other for the file key, and checks the header with it.
fn unwrap_with_any(header: Header, identities: &[&dyn Identity]) -> Result<VerifiedHeader, Error> {
    let scrypt = header.stanzas().iter().any(|stanza| stanza.tag() == "scrypt");
    if scrypt && header.stanzas().len() > 1 {
        return Err(Error::Header(HeaderError::ScryptNotAlone));
    }
    let attempts = identities.iter().filter_map(|one| one.unwrap_file_key(header.stanzas()));
    let file_key = first_success(attempts).ok_or(Error::NoMatchingIdentity)??;
    header.verify(file_key).map_err(|MacMismatch| Error::HeaderMac)
}

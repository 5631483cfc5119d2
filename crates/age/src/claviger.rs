//! Files whose key is wrapped by a key that a Claviger server keeps.
//!
//! Whoever can reach a server implements [`KeyWrapper`]. [`ToKey`] and [`FromServer`] make a
//! recipient and an identity of it, and [`Plugin`] an age plugin, so that the program's own commands
//! and any age tool read and write the same files.

mod address;
mod payload;
mod plugin;
mod stanza;

pub use address::{AddressError, Context, Identity, Recipient};
pub use plugin::Plugin;
pub use stanza::{ClavigerStanza, MAX_CIPHERTEXT_LEN, StanzaFault, TAG, VERSION};

use crate::error::{UnwrapError, WrapError, first_success};
use crate::file_key::FileKey;
use crate::stanza::Stanza;

/// What the program can do with a server: wrap and unwrap the key of a file.
///
/// Recipients and identities may name a server. They come from other people: an implementation must not
/// send its credentials to a server that its own configuration doesn't know.
pub trait KeyWrapper {
    /// Wraps the file key by the recipient's key, and returns the text that the server answered.
    ///
    /// # Errors
    /// [`WrapError::Refused`] with the cause.
    fn wrap(&self, recipient: &Recipient, file_key: &FileKey) -> Result<String, WrapError>;

    /// Unwraps the file key. `None` means that this identity has no access to it, and others may.
    fn unwrap(
        &self,
        identity: &Identity,
        stanza: &ClavigerStanza,
    ) -> Option<Result<FileKey, UnwrapError>>;
}

/// A [`crate::Recipient`]: a key on a server.
pub struct ToKey<'a, K> {
    /// Reaches the server.
    pub wrapper: &'a K,
    /// Names the key.
    pub recipient: &'a Recipient,
}

/// A [`crate::Identity`]: whatever the server lets the caller unwrap.
pub struct FromServer<'a, K> {
    /// Reaches the server.
    pub wrapper: &'a K,
    /// Names the server and the context.
    pub identity: &'a Identity,
}

impl<K: KeyWrapper> crate::Recipient for ToKey<'_, K> {
    fn wrap_file_key(&self, file_key: &FileKey) -> Result<Vec<Stanza>, WrapError> {
        let ciphertext = self.wrapper.wrap(self.recipient, file_key)?;
        let stanza = ClavigerStanza::new(self.recipient.key(), &ciphertext)
            .map_err(|fault| WrapError::Refused(Box::new(fault)))?;
        Ok(vec![stanza.encode()])
    }
}

impl<K: KeyWrapper> crate::Identity for FromServer<'_, K> {
    fn unwrap_file_key(&self, stanzas: &[Stanza]) -> Option<Result<FileKey, UnwrapError>> {
        let mut mine = Vec::new();
        for (index, stanza) in stanzas.iter().enumerate() {
            match ClavigerStanza::decode(stanza) {
                None => {}
                Some(Ok(stanza)) => mine.push(stanza),
                Some(Err(fault)) => {
                    let reason = fault.reason();
                    return Some(Err(UnwrapError::InvalidStanza { index, reason }));
                }
            }
        }
        first_success(mine.iter().filter_map(|stanza| self.wrapper.unwrap(self.identity, stanza)))
    }
}

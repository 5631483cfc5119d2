//! The age plugin that wraps and unwraps by a server.

use super::address::{Identity, PLUGIN_NAME, Recipient};
use super::{FromServer, KeyWrapper, ToKey};
use crate::error::{UnwrapError, WrapError};
use crate::file_key::FileKey;
use crate::plugin::{self, Messages, Refusal};
use crate::stanza::Stanza;

/// What `age-plugin-claviger` runs, over anything that can reach a server.
pub struct Plugin<K>(pub K);

impl<K: KeyWrapper> plugin::Plugin for Plugin<K> {
    type Recipient = Recipient;
    type Identity = Identity;

    fn name(&self) -> &str {
        PLUGIN_NAME
    }

    fn recipient(&self, payload: &[u8]) -> Result<Recipient, Refusal> {
        Recipient::from_payload(payload).map_err(Refusal::from_error)
    }

    fn identity(&self, payload: &[u8]) -> Result<Identity, Refusal> {
        Identity::from_payload(payload).map_err(Refusal::from_error)
    }

    fn wrap_to_recipient(
        &self,
        recipient: &Recipient,
        file_key: &FileKey,
        _messages: &mut dyn Messages,
    ) -> Result<Vec<Stanza>, WrapError> {
        crate::Recipient::wrap_file_key(&ToKey { wrapper: &self.0, recipient }, file_key)
    }

    /// An identity names no key, so that there is nothing to encrypt to.
    fn wrap_to_identity(
        &self,
        _identity: &Identity,
        _file_key: &FileKey,
        _messages: &mut dyn Messages,
    ) -> Result<Vec<Stanza>, WrapError> {
        Err(WrapError::Refused(
            "a Claviger identity names no key to encrypt to; give a recipient, age1claviger1…, instead"
                .into(),
        ))
    }

    fn unwrap(
        &self,
        identity: &Identity,
        stanzas: &[Stanza],
        _messages: &mut dyn Messages,
    ) -> Option<Result<FileKey, UnwrapError>> {
        crate::Identity::unwrap_file_key(&FromServer { wrapper: &self.0, identity }, stanzas)
    }
}

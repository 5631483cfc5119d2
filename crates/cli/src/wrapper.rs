//! Wraps the keys of files in age's format by keys of the service.
//!
//! A file key is encrypted like any 16 bytes, under the file's context and one pair more that nobody else uses. So what
//! `decrypt` is given by mistake or by malice is never taken for a file key, nor the other way round, unless somebody names
//! the pair.

use claviger_age::claviger::{ClavigerStanza, Context, Identity, KeyWrapper, Recipient};
use claviger_age::{FileKey, UnwrapError, WrapError};
use claviger_client::Client;
use claviger_wire_native::{Base64Plaintext, DecryptRequest, EncryptRequest, Text, TextMap};

use crate::failure::{Failure, refused_unwrapping, refused_wrapping};
use crate::session::Session;

/// The name of the pair that says what a ciphertext is for.
pub(crate) const PURPOSE: &str = "claviger-age";
/// Its value: the version of the stanza.
pub(crate) const PURPOSE_VERSION: &str = "v1";

/// The service of a session.
pub(crate) struct ServiceWrapper<'a>(pub(crate) &'a Session);

impl KeyWrapper for ServiceWrapper<'_> {
    fn wrap(&self, recipient: &Recipient, file_key: &FileKey) -> Result<String, WrapError> {
        self.trust(recipient.server()).map_err(WrapError::Refused)?;
        let context = bound(recipient.context()).map_err(WrapError::Refused)?;
        let plaintext = Some(Base64Plaintext::copy_from(file_key.expose_to_wrap()));
        let key = Some(recipient.key().to_owned());
        let request = EncryptRequest { plaintext, context, key, items: None };
        let answer = self.0.wait_for(self.0.client.encrypt(&request));
        Ok(answer.map_err(refused_wrapping)?.ciphertext)
    }

    fn unwrap(
        &self,
        identity: &Identity,
        stanza: &ClavigerStanza,
    ) -> Option<Result<FileKey, UnwrapError>> {
        Some(self.unwrap_stanza(identity, stanza))
    }
}

impl ServiceWrapper<'_> {
    fn unwrap_stanza(
        &self,
        identity: &Identity,
        stanza: &ClavigerStanza,
    ) -> Result<FileKey, UnwrapError> {
        self.trust(identity.server()).map_err(UnwrapError::Refused)?;
        let context = bound(identity.context()).map_err(UnwrapError::Refused)?;
        let ciphertext = Some(Text::from(stanza.ciphertext()));
        let request = DecryptRequest { ciphertext, context, items: None };
        let answer = self.0.wait_for(self.0.client.decrypt(&request));
        let reply = answer.map_err(refused_unwrapping)?;
        FileKey::from_bytes(reply.plaintext.expose("it is the key of a file"))
            .ok_or_else(|| UnwrapError::Refused("what the service decrypted is no file key".into()))
    }

    /// A recipient or identity comes from somebody else. Nothing is sent to a server that only it knows.
    fn trust(&self, server: Option<&str>) -> Result<(), claviger_age::Cause> {
        let Some(named) = server else { return Ok(()) };
        let own = self.0.client.url();
        if Client::new(named).is_ok_and(|client| client.url() == own) {
            return Ok(());
        }
        Err(format!(
            "it names the server {named}, and this program is set up for {own}; nothing was sent. If you trust {named}, name \
             it with --url or KMS_SERVICE_URL"
        )
        .into())
    }
}

/// Refuses a context that names the reserved pair.
///
/// # Errors
/// [`Failure::Usage`].
pub(crate) fn check_context(pairs: &[(String, String)]) -> Result<(), Failure> {
    if pairs.iter().any(|(name, _)| name == PURPOSE) {
        return Err(Failure::usage(
            format!("the context of a file can't name `{PURPOSE}`, which Claviger adds itself"),
            "choose another name",
        ));
    }
    Ok(())
}

fn bound(context: &Context) -> Result<TextMap, claviger_age::Cause> {
    if context.contains_key(PURPOSE) {
        return Err(format!("its context names `{PURPOSE}`, which Claviger adds itself").into());
    }
    let pairs = context.iter().map(|(name, value)| (name.clone(), value.clone()));
    let purpose = (PURPOSE.to_owned(), PURPOSE_VERSION.to_owned());
    Ok(TextMap::new(pairs.chain([purpose])))
}

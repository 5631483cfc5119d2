//! A [`KeyWrapper`] with a fixed key, in place of a server: it shows how a real one is made, and serves
//! the tests. It protects nothing.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use claviger_age::claviger::{ClavigerStanza, Context, Identity, KeyWrapper, Recipient};
use claviger_age::{FileKey, UnwrapError, WrapError};

/// Wraps by one key under every name but `refused`.
pub(crate) struct FixedKey;

impl KeyWrapper for FixedKey {
    fn wrap(&self, recipient: &Recipient, file_key: &FileKey) -> Result<String, WrapError> {
        if recipient.key() == "refused" {
            return Err(WrapError::Refused("the key may not be used to encrypt".into()));
        }
        let mut text = file_key.expose_to_wrap().to_vec();
        let nonce = key()
            .seal_in_place_append_tag(Aad::from(bound(recipient.context())), &mut text)
            .map_err(|_| WrapError::Refused("the key could not encrypt".into()))?;
        let bytes = [nonce.as_ref().as_slice(), &text].concat();
        Ok(format!("claviger:1:{}:1:{}", recipient.key(), URL_SAFE_NO_PAD.encode(bytes)))
    }

    fn unwrap(
        &self,
        identity: &Identity,
        stanza: &ClavigerStanza,
    ) -> Option<Result<FileKey, UnwrapError>> {
        let text = stanza.ciphertext().rsplit(':').next()?;
        let mut bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (nonce, wrapped) = bytes.split_first_chunk_mut::<NONCE_LEN>()?;
        let aad = Aad::from(bound(identity.context()));
        let refused =
            || UnwrapError::Refused("the ciphertext or its context is not the right one".into());
        Some(match key().open_in_place(From::from(&*nonce), aad, wrapped) {
            Ok(text) => FileKey::from_bytes(text).ok_or_else(refused),
            Err(_) => Err(refused()),
        })
    }
}

fn key() -> RandomizedNonceKey {
    RandomizedNonceKey::new(&AES_256_GCM, b"a key for tests, and nothing el.").expect("32 bytes")
}

fn bound(context: &Context) -> Vec<u8> {
    format!("{context:?}").into_bytes()
}

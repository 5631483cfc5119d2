//! The native recipients and identities: `age1…` and `AGE-SECRET-KEY-1…`.
//!
//! ```text
//! -> X25519 base64(ephemeral share)
//! base64(ChaCha20-Poly1305(wrap key, file key))
//! wrap key = HKDF-SHA-256(X25519(secret, share), share || recipient, "age-encryption.org/v1/X25519")
//! ```
//!
//! Source: C2SP age.md, "The X25519 recipient type"; X25519 is RFC 7748 §5.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::aead::{Aad, LessSafeKey, NONCE_LEN, Nonce};
use aws_lc_rs::agreement::{PrivateKey, UnparsedPublicKey, X25519, agree};
use aws_lc_rs::rand;
use zeroize::Zeroizing;

use crate::bech32_text::{self, Case};
use crate::error::{UnwrapError, WrapError};
use crate::file_key::{FILE_KEY_LEN, FileKey, NoRandomBytes, aead_key, derive};
use crate::stanza::Stanza;
use crate::stream::TAG_LEN;
use crate::unpadded;

const TAG: &str = "X25519";
const RECIPIENT_PREFIX: &str = "age";
const IDENTITY_PREFIX: &str = "AGE-SECRET-KEY-";
const INFO: &[u8] = b"age-encryption.org/v1/X25519";
const POINT_LEN: usize = 32;
const BODY_LEN: usize = FILE_KEY_LEN + TAG_LEN;

/// A text is not an X25519 recipient or identity of age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKeyText {
    /// It was to be a recipient.
    #[error("this is not an age recipient: it must begin with 'age1' and be complete")]
    Recipient,
    /// It was to be an identity. The text is a secret and is not repeated.
    #[error("this is not an age identity: it must begin with 'AGE-SECRET-KEY-1' and be complete")]
    Identity,
}

/// A public key to encrypt to. Its text is `age1…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient([u8; POINT_LEN]);

/// A private key to decrypt with. Its text is `AGE-SECRET-KEY-1…`. It has no `Debug` and no `Clone`.
pub struct Identity {
    secret: Zeroizing<[u8; POINT_LEN]>,
    public: [u8; POINT_LEN],
}

impl Identity {
    /// A fresh identity.
    ///
    /// # Errors
    /// [`NoRandomBytes`] if the operating system supplies none.
    pub fn generate() -> Result<Self, NoRandomBytes> {
        let mut secret = Zeroizing::new([0; POINT_LEN]);
        rand::fill(secret.as_mut()).map_err(|_| NoRandomBytes)?;
        let public = public_key(&secret).ok_or(NoRandomBytes)?;
        Ok(Self { secret, public })
    }

    /// The recipient that this identity decrypts for.
    #[must_use]
    pub fn recipient(&self) -> Recipient {
        Recipient(self.public)
    }

    /// The text of the secret, for an identity file.
    #[must_use]
    pub fn expose_to_save(&self) -> Zeroizing<String> {
        bech32_text::encode(IDENTITY_PREFIX, self.secret.as_ref(), Case::Upper)
            .expect("the prefix is valid")
    }

    fn unwrap_stanza(&self, index: usize, stanza: &Stanza) -> Option<Result<FileKey, UnwrapError>> {
        let invalid = |reason| Some(Err(UnwrapError::InvalidStanza { index, reason }));
        let [share] = stanza.arguments() else {
            return invalid("an X25519 stanza has one argument, its share");
        };
        let Some(share) = unpadded::decode_array::<POINT_LEN>(share.as_bytes()) else {
            return invalid("its share is not 32 bytes in canonical base64");
        };
        // Before decrypting, so that a body cannot be made to open under several keys.
        if stanza.body().len() != BODY_LEN {
            return invalid("its body is not 32 bytes long");
        }
        let Some(key) = wrap_key(&self.secret, &share, &share, &self.public) else {
            return invalid("its share is a point of low order");
        };
        let mut body = Zeroizing::new(stanza.body().to_vec());
        // A body that does not open belongs to another recipient.
        let opened = key.open_in_place(zero_nonce(), Aad::empty(), &mut body).ok()?;
        FileKey::from_bytes(opened).map(Ok)
    }
}

impl crate::Identity for Identity {
    fn unwrap_file_key(&self, stanzas: &[Stanza]) -> Option<Result<FileKey, UnwrapError>> {
        let mine = stanzas.iter().enumerate().filter(|(_, stanza)| stanza.tag() == TAG);
        mine.map(|(index, stanza)| self.unwrap_stanza(index, stanza)).find_map(|result| result)
    }
}

impl crate::Recipient for Recipient {
    fn wrap_file_key(&self, file_key: &FileKey) -> Result<Vec<Stanza>, WrapError> {
        let ephemeral = Identity::generate().map_err(|NoRandomBytes| WrapError::Random)?;
        let key = wrap_key(&ephemeral.secret, &self.0, &ephemeral.public, &self.0)
            .ok_or(WrapError::InvalidRecipient)?;
        let mut wrapped = Zeroizing::new(*file_key.expose_to_wrap());
        let tag = key
            .seal_in_place_separate_tag(zero_nonce(), Aad::empty(), wrapped.as_mut())
            .map_err(|_| WrapError::InvalidRecipient)?;
        let body = [wrapped.as_slice(), tag.as_ref()].concat();
        let share = unpadded::encode(&ephemeral.public);
        let stanza = Stanza::new(TAG, [share], body).expect("base64 is printable ASCII");
        Ok(vec![stanza])
    }
}

impl FromStr for Recipient {
    type Err = InvalidKeyText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let payload = bech32_text::decode(RECIPIENT_PREFIX, text, Case::Lower);
        let bytes = payload.and_then(|payload| payload.as_slice().try_into().ok());
        bytes.map(Self).ok_or(InvalidKeyText::Recipient)
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = bech32_text::encode(RECIPIENT_PREFIX, &self.0, Case::Lower).ok_or(fmt::Error)?;
        formatter.write_str(&text)
    }
}

impl FromStr for Identity {
    type Err = InvalidKeyText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let payload = bech32_text::decode(IDENTITY_PREFIX, text, Case::Upper)
            .filter(|payload| payload.len() == POINT_LEN)
            .ok_or(InvalidKeyText::Identity)?;
        let mut secret = Zeroizing::new([0; POINT_LEN]);
        secret.copy_from_slice(&payload);
        let public = public_key(&secret).ok_or(InvalidKeyText::Identity)?;
        Ok(Self { secret, public })
    }
}

fn public_key(secret: &[u8; POINT_LEN]) -> Option<[u8; POINT_LEN]> {
    let secret = PrivateKey::from_private_key(&X25519, secret).ok()?;
    secret.compute_public_key().ok()?.as_ref().try_into().ok()
}

/// The key that wraps the file key, or `None` if the shared secret is zero.
fn wrap_key(
    secret: &[u8; POINT_LEN],
    peer: &[u8; POINT_LEN],
    share: &[u8; POINT_LEN],
    recipient: &[u8; POINT_LEN],
) -> Option<LessSafeKey> {
    let secret = PrivateKey::from_private_key(&X25519, secret).ok()?;
    let peer = UnparsedPublicKey::new(&X25519, peer);
    let salt = [share.as_slice(), recipient.as_slice()].concat();
    // The library itself refuses the shared secret of zero (RFC 7748 §6.1); a second look costs nothing.
    agree(&secret, peer, (), |shared| match shared.iter().any(|byte| *byte != 0) {
        true => Ok(aead_key(&derive(shared, &salt, INFO))),
        false => Err(()),
    })
    .ok()
}

/// Every wrap key serves once, so that its nonce may be fixed.
fn zero_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

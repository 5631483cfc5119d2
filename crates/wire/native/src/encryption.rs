//! Encryption.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Algorithm, BATCH_LIMIT, Base64Bytes, Base64Plaintext, ItemError, List, TextMap};

/// `POST /api/v1/kms/encrypt`: one `plaintext`, or up to 1,000 `items`.
#[derive(Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EncryptRequest {
    /// What to encrypt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plaintext: Option<Base64Plaintext>,
    /// What the ciphertext is bound to: decryption needs the same pairs.
    #[serde(default, skip_serializing_if = "TextMap::is_empty")]
    pub context: TextMap,
    /// The key; without it, `default`, which is made on first use. With `items`: for those that name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Several plaintexts, each answered by itself. Excludes `plaintext` and `context`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<EncryptItem>>, max_items = 1000)]
    pub items: Option<List<EncryptItem, BATCH_LIMIT>>,
}

/// One of several plaintexts.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EncryptItem {
    /// What to encrypt.
    pub plaintext: Base64Plaintext,
    /// What the ciphertext is bound to.
    #[serde(default, skip_serializing_if = "TextMap::is_empty")]
    pub context: TextMap,
    /// The key; without it, the request's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// `POST /api/v1/keys/{name}/encrypt`: one `plaintext`, or up to 1,000 `items`.
///
/// With `algorithm` the answer is the algorithm's own output, with `nonce` and `additional_data` as given, for protocols that
/// need it; without it, a ciphertext that says by itself what it needs, bound to `context`.
#[derive(Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyEncryptRequest {
    /// What to encrypt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plaintext: Option<Base64Plaintext>,
    /// What the ciphertext is bound to. Excludes `algorithm`.
    #[serde(default, skip_serializing_if = "TextMap::is_empty")]
    pub context: TextMap,
    /// The algorithm whose own output is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<Algorithm>,
    /// With `algorithm`: the nonce or initialisation vector, where the key's policy lets callers choose it. Without it a
    /// random one is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Base64Bytes>,
    /// With `algorithm`: what is authenticated together with the plaintext.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_data: Option<Base64Bytes>,
    /// With `algorithm`: the version, not below the policy's minimum; without it, the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// Several plaintexts, each answered by itself. Excludes all other members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<KeyEncryptItem>>, max_items = 1000)]
    pub items: Option<List<KeyEncryptItem, BATCH_LIMIT>>,
}

/// One of several plaintexts for the same key.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyEncryptItem {
    /// What to encrypt.
    pub plaintext: Base64Plaintext,
    /// What the ciphertext is bound to.
    #[serde(default, skip_serializing_if = "TextMap::is_empty")]
    pub context: TextMap,
}

/// A ciphertext.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct EncryptReply {
    /// The ciphertext: text that names the key and version, and is passed to decrypt as it is.
    pub ciphertext: String,
    /// The key.
    pub key: String,
    /// The version of the key.
    pub version: u32,
}

/// A ciphertext of a key that was named in the path.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct KeyEncryptReply {
    /// The ciphertext: the service's own text; with `algorithm`, base64 of the algorithm's output, its tag at the end.
    pub ciphertext: String,
    /// The key.
    pub key: String,
    /// The version of the key.
    pub version: u32,
    /// The algorithm, where the request named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<Algorithm>,
    /// The nonce, where the request named an algorithm that has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Base64Bytes>,
}

/// The answers to several items, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct EncryptBatchReply {
    /// One answer for each item.
    pub items: Vec<EncryptItemReply>,
}

/// The answer to one item: a ciphertext, or an error.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct EncryptItemReply {
    /// The ciphertext.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ciphertext: Option<String>,
    /// The key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The version of the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// What went wrong; nothing else is there then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ItemError>,
}

impl EncryptItemReply {
    /// The ciphertext or the error; `None` if the message has neither whole.
    #[must_use]
    pub fn into_result(self) -> Option<Result<EncryptReply, ItemError>> {
        if let Some(error) = self.error {
            return Some(Err(error));
        }
        let (ciphertext, key, version) = (self.ciphertext?, self.key?, self.version?);
        Some(Ok(EncryptReply { ciphertext, key, version }))
    }
}

//! Decryption.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Algorithm, BATCH_LIMIT, Base64Bytes, Base64Secret, ItemError, List, Text, TextMap};

/// `POST /api/v1/kms/decrypt`: one `ciphertext`, or up to 1,000 `items`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecryptRequest<'a> {
    /// The ciphertext, as it was returned.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub ciphertext: Option<Text<'a>>,
    /// The context that it was made with.
    #[serde(default, skip_serializing_if = "TextMap::is_empty")]
    pub context: TextMap,
    /// Several ciphertexts, each answered by itself. Excludes `ciphertext` and `context`.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<DecryptItem<'static>>>, max_items = 1000)]
    pub items: Option<List<DecryptItem<'a>, BATCH_LIMIT>>,
}

/// One of several ciphertexts.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecryptItem<'a> {
    /// The ciphertext, as it was returned.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub ciphertext: Text<'a>,
    /// The context that it was made with.
    #[serde(default, skip_serializing_if = "TextMap::is_empty")]
    pub context: TextMap,
}

/// `POST /api/v1/keys/{name}/decrypt`: one `ciphertext`, or up to 1,000 `items`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyDecryptRequest<'a> {
    /// The ciphertext, as it was returned; with `algorithm`, base64 of the algorithm's output, its tag at the end.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub ciphertext: Option<Text<'a>>,
    /// The context that it was made with. Excludes `algorithm`.
    #[serde(default, skip_serializing_if = "TextMap::is_empty")]
    pub context: TextMap,
    /// The algorithm whose own output the ciphertext is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<Algorithm>,
    /// With `algorithm`: the nonce or initialisation vector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Base64Bytes>,
    /// With `algorithm`: what was authenticated together with the plaintext.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_data: Option<Base64Bytes>,
    /// With `algorithm`: the version; without it, the latest. Other ciphertexts name theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// Several ciphertexts, each answered by itself. Excludes all other members.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<DecryptItem<'static>>>, max_items = 1000)]
    pub items: Option<List<DecryptItem<'a>, BATCH_LIMIT>>,
}

/// A plaintext.
#[derive(Deserialize, Serialize, ToSchema)]
pub struct DecryptReply {
    /// The plaintext.
    pub plaintext: Base64Secret,
    /// The key that the ciphertext was made with.
    pub key: String,
    /// The version of the key.
    pub version: u32,
}

/// The answers to several items, in their order.
#[derive(Deserialize, Serialize, ToSchema)]
pub struct DecryptBatchReply {
    /// One answer for each item.
    pub items: Vec<DecryptItemReply>,
}

/// The answer to one item: a plaintext, or an error.
#[derive(Deserialize, Serialize, ToSchema)]
pub struct DecryptItemReply {
    /// The plaintext.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plaintext: Option<Base64Secret>,
    /// The key that the ciphertext was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The version of the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// What went wrong; nothing else is there then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ItemError>,
}

impl DecryptItemReply {
    /// The plaintext or the error; `None` if the message has neither whole.
    #[must_use]
    pub fn into_result(self) -> Option<Result<DecryptReply, ItemError>> {
        if let Some(error) = self.error {
            return Some(Err(error));
        }
        let (plaintext, key, version) = (self.plaintext?, self.key?, self.version?);
        Some(Ok(DecryptReply { plaintext, key, version }))
    }
}

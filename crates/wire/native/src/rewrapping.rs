//! Rewrapping: a ciphertext for the latest version, or another key, without showing the plaintext.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{BATCH_LIMIT, EncryptItemReply, EncryptReply, List, Text, TextMap};

/// `POST /api/v1/kms/rewrap`: one `ciphertext`, or up to 1,000 `items`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RewrapRequest<'a> {
    /// The ciphertext, as it was returned.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub ciphertext: Option<Text<'a>>,
    /// The context that it was made with, and that the new one is bound to.
    #[serde(default, skip_serializing_if = "TextMap::is_empty")]
    pub context: TextMap,
    /// The key of the new ciphertext; without it, the key of the old one. With `items`: for those that name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Several ciphertexts, each answered by itself. Excludes `ciphertext` and `context`.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<RewrapItem<'static>>>, max_items = 1000)]
    pub items: Option<List<RewrapItem<'a>, BATCH_LIMIT>>,
}

/// One of several ciphertexts.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RewrapItem<'a> {
    /// The ciphertext, as it was returned.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub ciphertext: Text<'a>,
    /// The context that it was made with, and that the new one is bound to.
    #[serde(default, skip_serializing_if = "TextMap::is_empty")]
    pub context: TextMap,
    /// The key of the new ciphertext; without it, the request's, or that of the old one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// `POST /api/v1/keys/{name}/rewrap`: one `ciphertext`, or up to 1,000 `items`. The new ciphertexts are those of the key in
/// the path.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyRewrapRequest<'a> {
    /// The ciphertext, as it was returned.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub ciphertext: Option<Text<'a>>,
    /// The context that it was made with, and that the new one is bound to.
    #[serde(default, skip_serializing_if = "TextMap::is_empty")]
    pub context: TextMap,
    /// Several ciphertexts, each answered by itself. Excludes `ciphertext` and `context`.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<KeyRewrapItem<'static>>>, max_items = 1000)]
    pub items: Option<List<KeyRewrapItem<'a>, BATCH_LIMIT>>,
}

/// One of several ciphertexts for the key in the path.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyRewrapItem<'a> {
    /// The ciphertext, as it was returned.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub ciphertext: Text<'a>,
    /// The context that it was made with, and that the new one is bound to.
    #[serde(default, skip_serializing_if = "TextMap::is_empty")]
    pub context: TextMap,
}

/// The new ciphertext.
pub type RewrapReply = EncryptReply;

/// The answer to one item: a new ciphertext, or an error.
pub type RewrapItemReply = EncryptItemReply;

/// The answers to several items, in their order.
pub type RewrapBatchReply = crate::EncryptBatchReply;

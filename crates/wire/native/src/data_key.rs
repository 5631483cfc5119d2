//! Data keys: fresh keys for the caller's own encryption, together with their ciphertext.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Base64Secret, DataKeySpec, TextMap};

/// `POST /api/v1/kms/generate-key`.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GenerateKeyRequest {
    /// The size of the data key.
    pub key_spec: DataKeySpec,
    /// The key that encrypts it; without it, `default`, which is made on first use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What the ciphertext is bound to.
    #[serde(default, skip_serializing_if = "TextMap::is_empty")]
    pub context: TextMap,
}

/// `POST /api/v1/keys/{name}/data-key`: by `key_spec` or by `length`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DataKeyRequest {
    /// The size of the data key; `AES_256` if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_spec: Option<DataKeySpec>,
    /// The length of the data key in bytes, 1 to 1024. Excludes `key_spec`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
    /// What the ciphertext is bound to.
    #[serde(default, skip_serializing_if = "TextMap::is_empty")]
    pub context: TextMap,
}

/// A data key. Use `plaintext`, forget it, and keep `ciphertext`, which decrypt turns back into it.
#[derive(Deserialize, Serialize, ToSchema)]
pub struct DataKeyReply {
    /// The data key.
    pub plaintext: Base64Secret,
    /// Its ciphertext.
    pub ciphertext: String,
    /// The key that encrypted it.
    pub key: String,
    /// The version of the key.
    pub version: u32,
}

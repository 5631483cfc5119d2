//! Encapsulation of shared secrets (ML-KEM).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Base64Bytes, Base64Secret};

/// `POST /api/v1/keys/{name}/encapsulate`: for the latest version. The body may be absent.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EncapsulateRequest {}

/// A shared secret and its encapsulation.
#[derive(Deserialize, Serialize, ToSchema)]
pub struct EncapsulateReply {
    /// The shared secret.
    pub secret: Base64Secret,
    /// What decapsulate turns back into it.
    pub ciphertext: Base64Bytes,
    /// The key.
    pub key: String,
    /// The version of the key.
    pub version: u32,
}

/// `POST /api/v1/keys/{name}/decapsulate`.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecapsulateRequest {
    /// The encapsulated secret.
    pub ciphertext: Base64Bytes,
    /// The version; without it, the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

/// A shared secret.
#[derive(Deserialize, Serialize, ToSchema)]
pub struct DecapsulateReply {
    /// The shared secret.
    pub secret: Base64Secret,
    /// The key.
    pub key: String,
    /// The version of the key.
    pub version: u32,
}

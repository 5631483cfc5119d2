//! Message authentication codes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Algorithm, Base64Bytes};

/// `POST /api/v1/keys/{name}/mac`.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MacRequest {
    /// The message.
    pub message: Base64Bytes,
    /// The algorithm; without it, the key's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<Algorithm>,
    /// The version; without it, the latest. Not below the policy's minimum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

/// A message authentication code.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct MacReply {
    /// The code, of full length.
    pub mac: Base64Bytes,
    /// The key.
    pub key: String,
    /// The version of the key.
    pub version: u32,
    /// The algorithm.
    pub algorithm: Algorithm,
}

/// `POST /api/v1/keys/{name}/mac-verify`.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MacVerifyRequest {
    /// The message.
    pub message: Base64Bytes,
    /// The code, of full length.
    pub mac: Base64Bytes,
    /// The algorithm; without it, the key's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<Algorithm>,
    /// The version that made the code; without it, the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

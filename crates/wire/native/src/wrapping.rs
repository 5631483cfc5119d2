//! Wrapping of keys by keys.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Algorithm, Base64Bytes, Base64Secret, KeyFormat};

/// `POST /api/v1/keys/{name}/wrap`: wraps `material` or another key of the service by name,
/// with the latest version.
#[derive(Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WrapRequest {
    /// The material to wrap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub material: Option<Base64Secret>,
    /// The key to wrap, whose policy must allow export. Excludes `material`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The version of `target`; without it, the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_version: Option<u32>,
    /// How the material of `target` is written before it is wrapped; `raw` if nothing is said, which RSA keys don't have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_format: Option<KeyFormat>,
    /// The algorithm; without it, the key's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<Algorithm>,
}

/// Wrapped material.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct WrapReply {
    /// The wrapped material.
    pub wrapped: Base64Bytes,
    /// The key that wrapped it.
    pub key: String,
    /// The version of the key.
    pub version: u32,
    /// The algorithm.
    pub algorithm: Algorithm,
}

/// `POST /api/v1/keys/{name}/unwrap`.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnwrapRequest {
    /// The wrapped material.
    pub wrapped: Base64Bytes,
    /// The algorithm; without it, the key's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<Algorithm>,
    /// The version that wrapped it; without it, the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

/// Unwrapped material.
#[derive(Deserialize, Serialize, ToSchema)]
pub struct UnwrapReply {
    /// The material.
    pub material: Base64Secret,
    /// The key that unwrapped it.
    pub key: String,
    /// The version of the key.
    pub version: u32,
}

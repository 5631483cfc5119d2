//! Derivation of secrets, and agreement on them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Algorithm, Base64Bytes, Base64Secret};

/// `POST /api/v1/keys/{name}/derive`: derives `length` bytes from a secret, or agrees on one with `peer_public_key`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeriveRequest {
    /// The algorithm; without it, the key's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<Algorithm>,
    /// The salt (HKDF, PBKDF2); the label (SP 800-108).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salt: Option<Base64Bytes>,
    /// The info (HKDF); the context (SP 800-108).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub info: Option<Base64Bytes>,
    /// The iterations (PBKDF2), 1,000 to 10,000,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iterations: Option<u32>,
    /// How many bytes to derive, 1 to 8,160; 32 if nothing is said. Not for key agreement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
    /// Key agreement: the other side's public key as SubjectPublicKeyInfo (DER), or its raw point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer_public_key: Option<Base64Bytes>,
    /// The version; without it, the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

/// A derived or agreed secret.
#[derive(Deserialize, Serialize, ToSchema)]
pub struct DeriveReply {
    /// The secret.
    pub secret: Base64Secret,
    /// The key.
    pub key: String,
    /// The version of the key.
    pub version: u32,
}

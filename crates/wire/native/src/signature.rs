//! Signatures.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Algorithm, Base64Bytes};

/// `POST /api/v1/keys/{name}/sign`: a `message` or its `digest`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignRequest {
    /// The message, which is hashed as the algorithm says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Base64Bytes>,
    /// The hash of the message, as long as the algorithm's hash. Excludes `message`; not for Ed25519 and ML-DSA.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Base64Bytes>,
    /// The algorithm; without it, the key's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<Algorithm>,
    /// The version; without it, the latest. Not below the policy's minimum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

/// A signature.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct SignReply {
    /// The signature; for ECDSA the DER form (SEC 1 §C.5).
    pub signature: Base64Bytes,
    /// The key.
    pub key: String,
    /// The version of the key.
    pub version: u32,
    /// The algorithm.
    pub algorithm: Algorithm,
}

/// `POST /api/v1/keys/{name}/verify`: a `signature` of a `message` or of its `digest`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyRequest {
    /// The message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Base64Bytes>,
    /// The hash of the message. Excludes `message`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Base64Bytes>,
    /// The signature.
    pub signature: Base64Bytes,
    /// The algorithm; without it, the key's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<Algorithm>,
    /// The version that signed; without it, the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

/// Whether a signature or message authentication code is valid.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct VerifyReply {
    /// Whether it is valid.
    pub valid: bool,
    /// The key.
    pub key: String,
    /// The version of the key.
    pub version: u32,
    /// The algorithm.
    pub algorithm: Algorithm,
}

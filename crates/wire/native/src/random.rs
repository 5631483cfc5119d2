//! Random bytes and hashes, for which no key is needed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Base64Bytes, Base64Secret, Hash};

/// `POST /api/v1/random`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RandomRequest {
    /// How many bytes, 1 to 1,048,576.
    pub length: u32,
}

/// Random bytes.
#[derive(Deserialize, Serialize, ToSchema)]
pub struct RandomReply {
    /// The bytes.
    pub random: Base64Secret,
}

/// `POST /api/v1/hash`.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HashRequest {
    /// The hash function.
    pub algorithm: Hash,
    /// What to hash.
    pub data: Base64Bytes,
}

/// A hash.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct HashReply {
    /// The hash.
    pub hash: Base64Bytes,
    /// The hash function.
    pub algorithm: Hash,
}

//! A key: how it is created and how it is described.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Algorithm, Date, KeySpec, List, ObjectType, RevocationReason, State, TextMap, Usage};

/// `POST /api/v1/keys`: creates a key with its first version.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateKeyRequest {
    /// The name: 1 to 128 ASCII letters, digits, `.`, `_` and `-`, beginning with a letter, a digit or `_`.
    pub name: String,
    /// The key's template, such as `aes-256-gcm` (which it is if nothing is said), `ecdsa-p256`, `rsa-2048-oaep`, `ed25519`,
    /// `hmac-sha-256`, `ml-kem-768` or `hkdf-sha-256`: its material, what it does and what it may be used for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
    /// What may be done with the key. What isn't named keeps its default.
    #[serde(default, skip_serializing_if = "PolicyRequest::is_empty")]
    pub policy: PolicyRequest,
    /// Up to 64 tags of up to 128 bytes.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    #[schema(value_type = Vec<String>, max_items = 64)]
    pub tags: List<String, 64>,
    /// Up to 64 custom attributes, with names of up to 128 and values of up to 4,096 bytes.
    #[serde(default, skip_serializing_if = "TextMap::is_empty")]
    pub attributes: TextMap,
    /// Whether the key may be used at once. `true` if neither this nor an activation date is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activate: Option<bool>,
    /// When the key becomes active by itself. Excludes `activate: true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation_date: Option<Date>,
    /// Before this, it may not decrypt, verify or unwrap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process_start_date: Option<Date>,
    /// From this on, it may not encrypt, sign or wrap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protect_stop_date: Option<Date>,
    /// When it becomes deactivated by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deactivation_date: Option<Date>,
}

/// What to lay down about a key's use. What isn't named stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyRequest {
    /// What the key may be used for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Usage>>, max_items = 64)]
    pub usage: Option<List<Usage, 64>>,
    /// Restricted or additional algorithms that the key may be used with, besides its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Algorithm>>, max_items = 64)]
    pub permitted_algorithms: Option<List<Algorithm, 64>>,
    /// Whether the material may be exported and wrapped. Once forbidden, it stays so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exportable: Option<bool>,
    /// Whether callers may choose nonces: repeating one breaks the encryption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller_nonce: Option<bool>,
    /// Whether the key may be deleted at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_allowed: Option<bool>,
    /// How long a deletion waits, during which it can be cancelled, in seconds; at most ten years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_waiting_period: Option<u64>,
    /// After what time a new version is added by itself, in seconds, from a minute to ten years; 0 for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation_period: Option<u64>,
    /// The oldest version that encrypts, signs and makes MACs; 0 for only the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_encryption_version: Option<u32>,
    /// The oldest version that decrypts and verifies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_decryption_version: Option<u32>,
}

impl PolicyRequest {
    /// Whether nothing is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct KeyReply {
    /// Its name.
    pub name: String,
    /// Its identifier, never used again (UUID).
    pub id: String,
    /// The identity of its owner.
    pub owner: String,
    /// What its material is.
    pub key_spec: KeySpec,
    /// The algorithm that it serves.
    pub algorithm: Algorithm,
    /// The state of its latest version.
    pub state: State,
    /// When it was made.
    pub created: Date,
    /// The number of its latest version.
    pub latest_version: u32,
    /// When the latest version was made.
    pub rotated: Date,
    /// When it will be destroyed, if its deletion was scheduled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_date: Option<Date>,
    /// Whether all its material was destroyed.
    pub destroyed: bool,
    /// What may be done with it.
    pub policy: Policy,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its custom attributes.
    pub attributes: TextMap,
    /// Its latest version.
    pub version: VersionReply,
}

/// What may be done with a key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Policy {
    /// What it may be used for.
    pub usage: Vec<Usage>,
    /// Restricted or additional algorithms that it may be used with, besides its own.
    pub permitted_algorithms: Vec<Algorithm>,
    /// Whether the material may be exported and wrapped.
    pub exportable: bool,
    /// Whether callers may choose nonces.
    pub caller_nonce: bool,
    /// Whether it may be deleted at all.
    pub deletion_allowed: bool,
    /// How long a deletion waits, in seconds.
    pub deletion_waiting_period: u64,
    /// After what time a new version is added by itself, in seconds; 0 for never.
    pub rotation_period: u64,
    /// The oldest version that encrypts, signs and makes MACs; 0 for only the latest.
    pub minimum_encryption_version: u32,
    /// The oldest version that decrypts and verifies.
    pub minimum_decryption_version: u32,
}

/// One version of a key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct VersionReply {
    /// Its number, from 1.
    pub version: u32,
    /// The identifier of the managed object (UUID).
    pub id: String,
    /// What kind of object it is.
    pub object_type: ObjectType,
    /// What its material is.
    pub key_spec: KeySpec,
    /// Its state.
    pub state: State,
    /// When it was made or imported.
    pub created: Date,
    /// Whether its material came from outside.
    pub imported: bool,
    /// When it becomes, or became, active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation_date: Option<Date>,
    /// Before this, it may not process what was protected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process_start_date: Option<Date>,
    /// From this on, it may protect nothing new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protect_stop_date: Option<Date>,
    /// When it becomes, or became, deactivated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deactivation_date: Option<Date>,
    /// When it became compromised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compromise_date: Option<Date>,
    /// When its material was destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destroy_date: Option<Date>,
    /// Why it was revoked, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation_reason: Option<RevocationReason>,
}

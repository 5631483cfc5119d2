//! Keys on their way in and out: import, export, public keys, backup and restore.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Base64Bytes, Base64Secret, Date, KeyFormat, KeySpec, List, PolicyRequest, PublicKeyFormat,
    TextMap,
};

/// `POST /api/v1/keys/import`: creates a key from existing material.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportKeyRequest {
    /// The name, as for a key that is created.
    pub name: String,
    /// What `material` is.
    pub format: KeyFormat,
    /// The material: the raw bytes; PKCS#8 or SubjectPublicKeyInfo as DER or PEM; or the text of a JSON Web Key. All of
    /// them, text too, as base64.
    pub material: Base64Secret,
    /// The key's template, as for a key that is created. Raw material and JSON Web Keys of the type `oct` need it; elsewhere
    /// it follows from the material unless another one is named.
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

/// `POST /api/v1/keys/{name}/export`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportKeyRequest {
    /// How the material is to be written: DER for `pkcs8` and `spki`, JSON text for `jwk`.
    pub format: KeyFormat,
    /// The version; without it, the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

/// Exported material.
#[derive(Deserialize, Serialize, ToSchema)]
pub struct ExportKeyReply {
    /// The key.
    pub key: String,
    /// The version.
    pub version: u32,
    /// What the material is.
    pub key_spec: KeySpec,
    /// How it is written.
    pub format: KeyFormat,
    /// The material.
    pub material: Base64Secret,
}

/// The query of `GET /api/v1/keys/{name}/public-key`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PublicKeyQuery {
    /// The version; without it, the latest.
    pub version: Option<u32>,
    /// The bare public key in this format, as `application/x-pem-file` or `application/jwk+json`; without it, a JSON object
    /// that has both. The header `accept` with one of these media types says the same.
    pub format: Option<PublicKeyFormat>,
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct PublicKeyReply {
    /// The key.
    pub key: String,
    /// The version.
    pub version: u32,
    /// What the material is.
    pub key_spec: KeySpec,
    /// SubjectPublicKeyInfo (RFC 5280) as PEM.
    pub pem: String,
    /// JSON Web Key (RFC 7517).
    #[schema(value_type = Object)]
    pub jwk: serde_json::Value,
}

/// `POST /api/v1/keys/{name}/backup`. The body may be absent.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BackupKeyRequest {}

/// The answer to `POST /api/v1/keys/{name}/backup`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct BackupReply {
    /// The key.
    pub key: String,
    /// How many versions the backup holds.
    pub versions: u32,
    /// The key with all its versions, sealed: only a service with the same root key opens it.
    pub backup: Base64Bytes,
}

/// `POST /api/v1/keys/restore`.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreKeyRequest {
    /// What a backup returned.
    pub backup: Base64Bytes,
}

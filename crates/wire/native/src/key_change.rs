//! Changes of a key: policy, tags, attributes, dates, versions and states.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Date, List, PolicyRequest, RevocationReason, TextMap};

/// `PATCH /api/v1/keys/{name}`: what isn't named stays as it is.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeKeyRequest {
    /// What may be done with the key.
    #[serde(default, skip_serializing_if = "PolicyRequest::is_empty")]
    pub policy: PolicyRequest,
    /// The new tags, in place of all old ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>, max_items = 64)]
    pub tags: Option<List<String, 64>>,
    /// The new custom attributes, in place of all old ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<TextMap>,
    /// When the version becomes active by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation_date: Option<Date>,
    /// Before this, the version may not decrypt, verify or unwrap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process_start_date: Option<Date>,
    /// From this on, the version may not encrypt, sign or wrap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protect_stop_date: Option<Date>,
    /// When the version becomes deactivated by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deactivation_date: Option<Date>,
    /// The version whose dates are changed; without it, the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

/// `POST /api/v1/keys/{name}/rotate`: adds a version. The body may be absent.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateKeyRequest {}

/// `POST /api/v1/keys/{name}/activate`. The body may be absent.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActivateKeyRequest {
    /// The version; without it, the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

/// `POST /api/v1/keys/{name}/revoke`. The body may be absent.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeKeyRequest {
    /// Why; `unspecified` if nothing is said. `key-compromise` and `ca-compromise` mark as compromised, the others deactivate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<RevocationReason>,
    /// The version; without it, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// When the compromise is believed to have happened; without it, now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compromise_date: Option<Date>,
}

/// `DELETE /api/v1/keys/{name}`. The body may be absent; the query parameter `waiting_period` says the same.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteKeyRequest {
    /// How long the deletion waits, in seconds; without it, as long as the policy says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_period: Option<u64>,
}

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
    /// Before this, the latest version may not decrypt, verify or unwrap; `null` removes the date.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "nullable")]
    #[schema(value_type = Option<Date>)]
    pub process_start_date: Option<Option<Date>>,
    /// From this on, the latest version may not encrypt, sign or wrap; `null` removes the date.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "nullable")]
    #[schema(value_type = Option<Date>)]
    pub protect_stop_date: Option<Option<Date>>,
    /// When the latest version becomes deactivated by itself; `null` removes the date.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "nullable")]
    #[schema(value_type = Option<Date>)]
    pub deactivation_date: Option<Option<Date>>,
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
}

/// `DELETE /api/v1/keys/{name}`. The body may be absent; the query parameter `waiting_period` says the same.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteKeyRequest {
    /// How long the deletion waits, in seconds, if longer than the policy says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_period: Option<u64>,
}

/// `POST /api/v1/keys/{name}/cancel-deletion`. The body may be absent.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelDeletionRequest {}

/// A member that may be absent (`None`), `null` (`Some(None)`) or there.
mod nullable {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Option<T>>, D::Error> {
        Option::deserialize(deserializer).map(Some)
    }

    pub(super) fn serialize<T: Serialize, S: Serializer>(
        member: &Option<Option<T>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        member.as_ref().and_then(Option::as_ref).serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::ChangeKeyRequest;

    #[test]
    fn null_removes_and_absence_keeps() {
        let json = r#"{"protect_stop_date":null,"deactivation_date":"2030-01-01T00:00:00Z"}"#;
        let request: ChangeKeyRequest = serde_json::from_str(json).unwrap();
        assert_eq!(request.process_start_date, None);
        assert_eq!(request.protect_stop_date, Some(None));
        assert!(matches!(request.deactivation_date, Some(Some(_))));
        assert_eq!(serde_json::to_string(&request).unwrap(), json);
    }
}

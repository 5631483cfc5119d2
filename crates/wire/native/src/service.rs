//! What the service says of itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The answer to `GET /version`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct VersionInformation {
    /// The service's name: `claviger`.
    pub name: String,
    /// Its version, such as `0.1.0`.
    pub version: String,
}

/// The answer to `GET /api/v1/kms/health` when requests can be served. Otherwise the answer is a [`crate::Problem`] with the
/// status 503.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct HealthReply {
    /// `ok`.
    pub status: String,
}

/// The answer to `GET /api/v1/kms/status`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct StatusReply {
    /// The service's version.
    pub version: String,
    /// For how long it has been running, in seconds.
    pub uptime: u64,
    /// What protects the root key.
    pub seal: SealStatus,
    /// What is stored.
    pub store: StoreStatus,
    /// How often each operation was done and refused since the start.
    pub operations: BTreeMap<String, OperationCounts>,
}

/// What protects the root key while the service is down.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct SealStatus {
    /// The kind, such as `development-file` or `environment`.
    pub kind: String,
}

/// What is stored.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct StoreStatus {
    /// The kind of store, such as `sqlite`.
    pub kind: String,
    /// The number of keys.
    pub keys: u64,
    /// The number of managed objects, that is, of all versions of all keys.
    pub objects: u64,
}

/// How often an operation was called since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct OperationCounts {
    /// How often it was done.
    pub done: u64,
    /// How often it was refused or failed.
    pub refused: u64,
}

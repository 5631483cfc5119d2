//! What the door is made of.

use std::sync::Arc;

use bytes::Bytes;
use claviger_core::Kms;
use claviger_model::{Principal, TenantId, Timestamp};

use crate::Hosts;

/// What the server tells the door about itself and about who may come in.
#[derive(Clone)]
pub struct DoorOptions {
    /// The hosts that requests may name.
    pub hosts: Hosts,
    /// What the service says of itself.
    pub information: ServiceInformation,
    /// The clock, for request identifiers and the uptime.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

/// What the service says of itself.
#[derive(Clone, Debug)]
pub struct ServiceInformation {
    /// The service's version, such as `0.1.0`.
    pub version: String,
    /// The kind of seal that protects the root key, such as `development-file`.
    pub seal_kind: String,
    /// The kind of store, such as `sqlite`.
    pub store_kind: String,
}

/// The native door of one service.
pub struct Door {
    pub(crate) kms: Kms,
    pub(crate) hosts: Hosts,
    pub(crate) information: ServiceInformation,
    pub(crate) started: Timestamp,
    /// Until callers prove who they are, everybody who reaches the service is the same principal.
    pub(crate) principal: Principal,
    pub(crate) tenant: TenantId,
    /// The OpenAPI document, as JSON.
    pub(crate) document: Bytes,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

impl Door {
    /// The door of this service.
    #[must_use]
    pub fn new(kms: Kms, options: DoorOptions) -> Self {
        let DoorOptions { hosts, information, clock } = options;
        let document = crate::document(&information.version);
        // A document of text, numbers and lists always has a JSON form.
        let document = Bytes::from(serde_json::to_vec(&document).unwrap_or_default());
        let started = clock();
        Self {
            kms,
            hosts,
            information,
            started,
            principal: Principal::local(),
            tenant: TenantId::default_tenant(),
            document,
            clock,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

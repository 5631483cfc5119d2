//! Who calls, through which door.

use std::net::IpAddr;

use claviger_model::{Principal, RequestId, TenantId};

/// Who calls. A door makes one per request, from what its listener established.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who asks.
    pub principal: Principal,
    /// In which tenant.
    pub tenant: TenantId,
    /// From which address; none for the service itself.
    pub source: Option<IpAddr>,
    /// Through which door, such as `native`.
    pub door: &'static str,
    /// The request.
    pub request: RequestId,
}

//! Who calls, through which door.

use std::net::IpAddr;
use std::sync::Arc;

use claviger_model::{Principal, RequestId, TenantId};

use crate::Journal;

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
    /// Where what the operations change is written down, if they may have to be undone.
    pub journal: Option<Arc<Journal>>,
}

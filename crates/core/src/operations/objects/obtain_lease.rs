//! Lease an object.

use claviger_model::{AttributeKind, State, Timestamp, UniqueIdentifier, Value};

use super::given::seconds;
use super::lifecycle::{refuse_archived, refuse_destroyed};
use super::view::View;
use crate::operations::{Description, OBJECT_OBTAIN_LEASE, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Says for how long a client may use an object before it asks again (KMIP 2.1 §6.1.35).
#[derive(Clone, Debug)]
pub struct ObtainLease {
    /// Which object.
    pub identifier: UniqueIdentifier,
}

/// A lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// For how long, in seconds; 0 for as long as the client likes.
    pub seconds: u32,
    /// When the object was last changed: whoever looked at it before should look again.
    pub last_change: Timestamp,
}

impl Operation for ObtainLease {
    type Reply = Lease;

    const DESCRIPTION: &'static Description = OBJECT_OBTAIN_LEASE;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<Lease, Error> {
        let view = View::of_operation(&authorized)?;
        refuse_archived(view.object)?;
        refuse_destroyed(view.object)?;
        if view.object.state_at(view.now) == State::Compromised {
            return Err(Error::new(
                ErrorKind::PolicyForbids,
                "a compromised object is not leased",
                "use another object",
            ));
        }
        let changed = view.value(AttributeKind::LastChangeDate)?;
        let changed = changed.as_ref().and_then(Value::as_date_time);
        Ok(Lease {
            seconds: authorized.shared().settings.lease_time.unwrap_or(0),
            last_change: changed.map_or(view.object.created, seconds),
        })
    }
}

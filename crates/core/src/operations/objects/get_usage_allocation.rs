//! Take units out of an object's usage limits, for a client that uses the key by itself.

use claviger_model::{AttributeKey, AttributeKind, State, UniqueIdentifier, Usage, Value};

use super::attribute_rules::not_found;
use super::lifecycle::{refuse_archived, refuse_destroyed};
use super::usage::UNRESTRICTED;
use super::usage_limits::Limits;
use crate::operations::{Description, OBJECT_GET_USAGE_ALLOCATION, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Takes units out of what an object's usage limits leave (KMIP 2.1 §6.1.23). They count as used.
#[derive(Clone, Debug)]
pub struct GetUsageAllocation {
    /// Which object.
    pub identifier: UniqueIdentifier,
    /// How many units, in the unit of the limits.
    pub count: i64,
}

impl Operation for GetUsageAllocation {
    type Reply = UniqueIdentifier;

    const DESCRIPTION: &'static Description = OBJECT_GET_USAGE_ALLOCATION;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<UniqueIdentifier, Error> {
        let (object, now) = (authorized.object()?.object(), authorized.now());
        refuse_archived(object)?;
        refuse_destroyed(object)?;
        if self.count <= 0 {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "an allocation is of at least one unit",
                "pass how many units are to be used",
            ));
        }
        if Limits::of(object).is_none() {
            return Err(not_found(&AttributeKey::Standard(AttributeKind::UsageLimits)));
        }
        let mask = object.attributes.get(AttributeKind::CryptographicUsageMask);
        let mask = mask.and_then(Value::as_integer).map(i32::cast_unsigned);
        if mask.is_some_and(|mask| mask & (Usage::PROTECT.bits() | UNRESTRICTED) == 0) {
            return Err(Error::new(
                ErrorKind::IncompatibleUsageMask,
                "the object's usage mask has no use that protects anything",
                "use an object whose Cryptographic Usage Mask has one, such as Encrypt or Sign",
            ));
        }
        if object.state_at(now) != State::Active || !object.may(Usage::ENCRYPT, now) {
            return Err(Error::new(
                ErrorKind::WrongState,
                "the object protects nothing in its state or at this date",
                "look at its State, Activation Date and Protect Stop Date",
            ));
        }
        let behalf = authorized.caller().into();
        authorized.shared().allocate_usage(behalf, object, self.count, now).await?;
        Ok(self.identifier)
    }
}

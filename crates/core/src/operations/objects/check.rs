//! Check whether an object may be used.

use claviger_model::{AttributeKind, ObjectType, UniqueIdentifier, Value};

use super::content::Generation;
use super::lifecycle::{refuse, refuse_archived};
use super::usage::UNRESTRICTED;
use super::usage_limits::{Limits, exceeded};
use super::view::View;
use crate::operations::{Description, OBJECT_CHECK, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Asks whether an object may be used like this (KMIP 2.1 §6.1.7). What isn't named isn't checked.
#[derive(Clone, Debug)]
pub struct CheckObject {
    /// Which object.
    pub identifier: UniqueIdentifier,
    /// How many units are to be protected.
    pub usage_limits_count: Option<i64>,
    /// What it is to be used for.
    pub usage_mask: Option<i32>,
    /// How long it is to be leased, in seconds.
    pub lease_time: Option<u32>,
    /// Whose rules apply: KMIP 1.x tells what is not permitted, KMIP 2.x fails.
    pub generation: Generation,
}

/// What of the request is not permitted; nothing if all is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// So many units are not left.
    pub usage_limits_count: Option<i64>,
    /// The object isn't for all of these uses.
    pub usage_mask: Option<i32>,
    /// It isn't leased for so long.
    pub lease_time: Option<u32>,
}

impl Operation for CheckObject {
    type Reply = Checked;

    const DESCRIPTION: &'static Description = OBJECT_CHECK;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    fn denied(&self) -> Error {
        super::denied(self.generation, &self.identifier)
    }

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<Checked, Error> {
        let view = View::of_operation(&authorized)?;
        refuse(view.object, ObjectType::Template)?;
        refuse_archived(view.object)?;
        let limits = Limits::of(view.object);
        let left = limits.map_or(i64::MAX, |limits| {
            limits.count.saturating_add(authorized.shared().usage.unspent(view.object.id))
        });
        let mask = view.value(AttributeKind::CryptographicUsageMask)?;
        let mask = mask.as_ref().and_then(Value::as_integer).unwrap_or(0);
        let is_unrestricted = mask.cast_unsigned() & UNRESTRICTED != 0;
        let lease = authorized.shared().settings.lease_time;
        let checked = Checked {
            usage_limits_count: self.usage_limits_count.filter(|count| *count > left),
            usage_mask: self
                .usage_mask
                .filter(|wanted| !is_unrestricted && mask & wanted != *wanted),
            // Where leases end never, any is as good as another.
            lease_time: self
                .lease_time
                .filter(|wanted| lease.is_some_and(|lease| lease != 0 && *wanted > lease)),
        };
        match self.generation {
            Generation::One => Ok(checked),
            Generation::Two => checked.into_result(),
        }
    }
}

impl Checked {
    fn into_result(self) -> Result<Self, Error> {
        if self.usage_mask.is_some() {
            return Err(Error::new(
                ErrorKind::IncompatibleUsageMask,
                "the object's usage mask does not have all of these uses",
                "use an object whose Cryptographic Usage Mask permits them",
            ));
        }
        if self.usage_limits_count.is_some() {
            return Err(exceeded());
        }
        if self.lease_time.is_some() {
            return Err(Error::new(
                ErrorKind::PolicyForbids,
                "the object is not leased for so long",
                "ask for at most its Lease Time",
            ));
        }
        Ok(self)
    }
}

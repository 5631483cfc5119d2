//! Usage limits: how much a key may still protect (KMIP 2.1 §4.59).
//!
//! What is left is kept durably in the attribute. So that not every use writes, a use takes a block out of it at once and
//! spends the block in memory. What of a block was not spent when the service ends counts as spent: more than the limit is
//! never used, whatever happens.

use std::collections::HashMap;
use std::sync::Arc;

use claviger_model::{AttributeKind, Object, ObjectId, Timestamp, Value};
use claviger_ports::KeysetSelector;
use tokio::sync::OwnedMutexGuard;

use super::fields;
use crate::change::{Behalf, Touched};
use crate::keyring::LoadedVersion;
use crate::kms::Shared;
use crate::{Error, ErrorKind};

/// The least block that is taken at once.
const LEAST_BLOCK: i64 = 1000;
/// Into how many blocks a limit falls at most, if nothing is lost.
const BLOCKS: i64 = 1000;
/// For how many objects blocks are kept. Uses of further ones are written each.
const KEPT: usize = 100_000;

/// What limits count: KMIP's Usage Limits Unit.
mod unit {
    /// Bytes that were protected.
    pub(super) const BYTE: u32 = 1;
    /// Objects, that is messages, that were protected.
    pub(super) const OBJECT: u32 = 2;
}

/// A Usage Limits attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// How much may be protected in all.
    pub(crate) total: i64,
    /// How much is left.
    pub(crate) count: i64,
    /// What is counted.
    pub(crate) unit: u32,
}

impl Limits {
    /// Reads the attribute of an object, if it has one.
    pub(crate) fn of(object: &Object) -> Option<Self> {
        let value = object.attributes.get(AttributeKind::UsageLimits)?;
        let total = value.field(fields::USAGE_LIMITS_TOTAL)?.as_long_integer()?;
        let count = value.field(fields::USAGE_LIMITS_COUNT).and_then(Value::as_long_integer);
        let unit = value.field(fields::USAGE_LIMITS_UNIT)?.as_enumeration()?;
        Some(Self { total, count: count.unwrap_or(total), unit })
    }

    /// Reads what a client asks for: nothing is used yet, whatever it says of that.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidAttributeValue`] if it isn't a total and a unit that the service knows.
    pub(crate) fn new(value: &Value) -> Result<Self, Error> {
        let total = value.field(fields::USAGE_LIMITS_TOTAL).and_then(Value::as_long_integer);
        let unit = value.field(fields::USAGE_LIMITS_UNIT).and_then(Value::as_enumeration);
        match (total, unit) {
            (Some(total), Some(unit @ (unit::BYTE | unit::OBJECT))) if total >= 0 => {
                Ok(Self { total, count: total, unit })
            }
            _ => Err(Error::new(
                ErrorKind::InvalidAttributeValue,
                "usage limits need a total of at least 0 and a unit, bytes or objects",
                "correct the attribute and try again",
            )),
        }
    }

    /// These limits with what a client corrects of them: the total, the unit or both. What is left is not for it to say.
    pub(crate) fn corrected(self, value: &Value) -> Result<Self, Error> {
        let field = |field, own: Value| (field, value.field(field).cloned().unwrap_or(own));
        Self::new(&Value::Structure(vec![
            field(fields::USAGE_LIMITS_TOTAL, Value::LongInteger(self.total)),
            field(fields::USAGE_LIMITS_UNIT, Value::Enumeration(self.unit)),
        ]))
    }

    /// The attribute, in the order of the specification.
    pub(crate) fn value(self) -> Value {
        Value::Structure(vec![
            (fields::USAGE_LIMITS_TOTAL, Value::LongInteger(self.total)),
            (fields::USAGE_LIMITS_COUNT, Value::LongInteger(self.count)),
            (fields::USAGE_LIMITS_UNIT, Value::Enumeration(self.unit)),
        ])
    }

    /// Whether bytes are counted, and not messages.
    pub(crate) const fn counts_bytes(self) -> bool {
        self.unit == unit::BYTE
    }

    /// These limits after `spent` units were used of what there was.
    pub(crate) fn without(self, spent: i64) -> Self {
        Self { count: self.count.saturating_sub(spent).clamp(0, self.total), ..self }
    }

    /// How many units it takes to protect one message of so many bytes.
    fn units(self, bytes: usize) -> i64 {
        match self.unit {
            unit::BYTE => i64::try_from(bytes).unwrap_or(i64::MAX),
            _ => 1,
        }
    }

    /// How much is taken at once so that `needed` can be spent.
    fn block(self, needed: i64) -> i64 {
        needed.max(LEAST_BLOCK.max(self.total / BLOCKS).min(self.count))
    }
}

/// What was taken out of limits and not spent yet, of one object.
type Block = Arc<tokio::sync::Mutex<i64>>;

/// The blocks of all objects with limits that were used since the start.
#[derive(Default)]
pub(crate) struct Blocks(parking_lot::Mutex<HashMap<ObjectId, Block>>);

impl Blocks {
    fn of(&self, id: ObjectId) -> Block {
        self.0.lock().entry(id).or_default().clone()
    }

    fn has_room(&self) -> bool {
        self.0.lock().len() <= KEPT
    }

    /// What is left of an object's block, for an undo: nobody spends of it while this is held. None if nothing was ever taken.
    pub(crate) async fn hold(&self, id: ObjectId) -> Option<OwnedMutexGuard<i64>> {
        let block = self.0.lock().get(&id).cloned()?;
        Some(block.lock_owned().await)
    }

    /// Nothing is kept of what is used up, or of an object that was only looked at.
    fn tidy(&self, id: ObjectId, block: Block, left: i64) {
        let mut blocks = self.0.lock();
        drop(block);
        let unused = blocks.get(&id).is_some_and(|block| Arc::strong_count(block) == 1);
        if left == 0 && unused {
            blocks.remove(&id);
        }
    }

    /// How much was taken and not spent yet. While somebody else spends, that is none.
    pub(crate) fn unspent(&self, id: ObjectId) -> i64 {
        let block = self.0.lock().get(&id).cloned();
        block.and_then(|block| block.try_lock().ok().map(|left| *left)).unwrap_or(0)
    }
}

impl Shared {
    /// Counts the protection of one message of so many bytes towards the limits of an object, if it has any.
    ///
    /// # Errors
    /// [`ErrorKind::UsageLimitExceeded`] if less is left; nothing is counted then.
    pub(crate) async fn count_usage(
        &self,
        behalf: Behalf<'_>,
        version: &LoadedVersion,
        bytes: usize,
        now: Timestamp,
    ) -> Result<(), Error> {
        let Some(limits) = Limits::of(version.object()) else { return Ok(()) };
        self.spend(behalf, version.object(), limits.units(bytes), true, now).await
    }

    /// Takes this many units out of an object's limits, for a client that will use them by itself.
    pub(crate) async fn allocate_usage(
        &self,
        behalf: Behalf<'_>,
        object: &Object,
        units: i64,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.spend(behalf, object, units, false, now).await
    }

    async fn spend(
        &self,
        behalf: Behalf<'_>,
        object: &Object,
        units: i64,
        by_blocks: bool,
        now: Timestamp,
    ) -> Result<(), Error> {
        let id = object.id;
        let block = self.usage.of(id);
        let (result, left) = {
            let mut left = block.lock().await;
            let result = if units <= *left {
                Ok(*left - units)
            } else {
                let missing = units - *left;
                let by_blocks = by_blocks && self.usage.has_room();
                let taken = self.take_units(behalf, object, missing, by_blocks, now).await;
                taken.map(|taken| taken - missing)
            };
            if let Ok(rest) = &result {
                *left = *rest;
            }
            (result, *left)
        };
        self.usage.tidy(id, block, left);
        result.map(drop)
    }

    /// Takes a block, of at least `needed` units, out of what is left, durably. Returns how much was taken.
    async fn take_units(
        &self,
        behalf: Behalf<'_>,
        object: &Object,
        needed: i64,
        by_blocks: bool,
        now: Timestamp,
    ) -> Result<i64, Error> {
        let mut taken = 0;
        let (selector, number) = (KeysetSelector::Id(object.keyset), object.version);
        self.change(behalf, selector, Touched::Version(number), now, |draft| {
            let object = &mut draft.version_mut(number)?.object;
            let Some(limits) = Limits::of(object) else {
                // Somebody has just deleted the limits.
                taken = needed;
                return Ok(());
            };
            if needed > limits.count {
                return Err(exceeded());
            }
            taken = if by_blocks { limits.block(needed) } else { needed };
            let rest = Limits { count: limits.count - taken, ..limits };
            object.attributes.set(AttributeKind::UsageLimits, rest.value());
            Ok(())
        })
        .await?;
        if let Some(journal) = behalf.journal() {
            journal.took(object.keyset, number, taken);
        }
        Ok(taken)
    }
}

/// The limit doesn't allow it.
pub(crate) fn exceeded() -> Error {
    Error::new(
        ErrorKind::UsageLimitExceeded,
        "the key's usage limit leaves less than that",
        "use another key; what is left is in the attribute Usage Limits",
    )
}

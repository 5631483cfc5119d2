//! Whether an object is one that a search asks for (KMIP 2.1 §6.1.28).

use claviger_model::{AttributeKey, AttributeKind, Value};

use super::content::Given;
use super::fields;
use super::view::View;
use crate::Error;

/// A date that means that there is none.
const NEVER: i64 = i64::MAX;

/// What a search asks for, of one attribute.
enum Wanted {
    /// An instance with this value; of a structure, with the fields that it has.
    Value(Value),
    /// A date, both ends included.
    Between(i64, i64),
    /// No date at all.
    Absent,
    /// No instance with this value, which goes without saying where there is none.
    Not(Value),
    /// A mask that has these bits.
    Bits(u32),
    /// Usage limits with at least as much.
    Limits(Value),
}

/// What a search asks for: all of it must hold.
pub(crate) struct Filters(Vec<(AttributeKey, Wanted)>);

impl Filters {
    /// Reads what a client asks for. Of a date that is given twice, the two are the ends of a range.
    pub(crate) fn new(given: Given) -> Self {
        let mut filters: Vec<(AttributeKey, Wanted)> = Vec::with_capacity(given.len());
        for (key, value) in given {
            if let Some(date) = value.as_date_time()
                && let Some((_, wanted)) = filters.iter_mut().find(|(other, _)| *other == key)
                && let Wanted::Between(first, last) = wanted
                && first == last
            {
                (*first, *last) = (date.min(*first), date.max(*last));
                continue;
            }
            let wanted = Wanted::new(&key, value);
            filters.push((key, wanted));
        }
        Self(filters)
    }

    /// The values that an object must have, for those that are compared whole or by fields.
    pub(crate) fn values(&self) -> impl Iterator<Item = (&AttributeKey, &Value)> {
        self.0.iter().filter_map(|(key, wanted)| match wanted {
            Wanted::Value(value) => Some((key, value)),
            _ => None,
        })
    }

    /// The value that is asked for of this attribute.
    pub(crate) fn value(&self, kind: AttributeKind) -> Option<&Value> {
        self.values().find(|(key, _)| **key == AttributeKey::Standard(kind)).map(|(_, value)| value)
    }

    /// Whether an object has all of it.
    pub(crate) fn match_object(&self, view: &View<'_>) -> Result<bool, Error> {
        for (key, wanted) in &self.0 {
            let mut instances = view.of(key)?.into_iter().map(|attribute| attribute.value);
            let fits = match wanted {
                Wanted::Absent => {
                    instances.all(|value| value.as_date_time().is_none_or(|date| date == NEVER))
                }
                Wanted::Not(unwanted) => instances.all(|value| value != *unwanted),
                wanted => instances.any(|value| wanted.fits(&value)),
            };
            if !fits {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Wanted {
    fn new(key: &AttributeKey, value: Value) -> Self {
        use AttributeKind as K;
        match (key, value) {
            (AttributeKey::Standard(_), Value::DateTime(NEVER)) => Self::Absent,
            // Custom dates are compared like any other value only if they are given once; twice, they are a range as well.
            (_, Value::DateTime(date)) => Self::Between(date, date),
            (
                AttributeKey::Standard(K::CryptographicUsageMask | K::ProtectionStorageMask),
                Value::Integer(mask),
            ) => Self::Bits(mask.cast_unsigned()),
            (AttributeKey::Standard(K::KeyValuePresent), Value::Boolean(true)) => {
                Self::Not(Value::Boolean(false))
            }
            (AttributeKey::Standard(K::UsageLimits), value @ Value::Structure(_)) => {
                Self::Limits(value)
            }
            (_, value) => Self::Value(value),
        }
    }

    fn fits(&self, value: &Value) -> bool {
        match self {
            Self::Value(wanted) => has(value, wanted),
            Self::Between(first, last) => {
                value.as_date_time().is_some_and(|date| (*first..=*last).contains(&date))
            }
            Self::Absent | Self::Not(_) => false,
            Self::Bits(wanted) => {
                value.as_integer().is_some_and(|mask| mask.cast_unsigned() & wanted == *wanted)
            }
            Self::Limits(wanted) => has_limits(value, wanted),
        }
    }
}

/// Whether a value is the one that is wanted; of a structure, whether every field is that is wanted.
fn has(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::Structure(fields), Value::Structure(wanted)) => {
            wanted.iter().all(|(tag, wanted)| {
                fields.iter().any(|(other, value)| other == tag && has(value, wanted))
            })
        }
        (value, wanted) => value == wanted,
    }
}

fn has_limits(value: &Value, wanted: &Value) -> bool {
    let number = |of: &Value, field| of.field(field).and_then(Value::as_long_integer);
    let enough = |field| {
        number(wanted, field)
            .is_none_or(|least| number(value, field).is_some_and(|number| number >= least))
    };
    let unit = fields::USAGE_LIMITS_UNIT;
    enough(fields::USAGE_LIMITS_TOTAL)
        && enough(fields::USAGE_LIMITS_COUNT)
        && wanted.field(unit).is_none_or(|wanted| value.field(unit) == Some(wanted))
}

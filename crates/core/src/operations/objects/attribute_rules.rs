//! Who may change which attribute when, and what a change of one does to the object: the one place that all operations on
//! attributes go through (KMIP 2.1 §4, table by table; the table itself is [`claviger_model::ATTRIBUTES`]).

use claviger_model::{
    Attribute, AttributeKey, AttributeKind, Dates, Modifiable, Object, SetBy, State, Timestamp,
    Value,
};

use super::attribute_values::{check_size, check_value};
use super::given::{date, date_time};
use super::lifecycle::refuse_archived;
use super::making::{check_strength, flag, usage_of};
use super::rotate::{check_rotation, rotation_period};
use super::usage_limits::Limits;
use super::view::{View, is_native};
use crate::change::Draft;
use crate::kms::Shared;
use crate::{Error, ErrorKind};

/// An object whose attributes are being changed.
pub(super) struct Editor<'a, 'b> {
    shared: &'a Shared,
    draft: &'a mut Draft<'b>,
    number: u32,
    now: Timestamp,
}

impl<'a, 'b> Editor<'a, 'b> {
    /// Begins. What is archived isn't changed.
    pub(super) fn new(
        shared: &'a Shared,
        draft: &'a mut Draft<'b>,
        number: u32,
        now: Timestamp,
    ) -> Result<Self, Error> {
        refuse_archived(&draft.version_mut(number)?.object)?;
        Ok(Self { shared, draft, number, now })
    }

    /// The attributes of this key as they are now.
    pub(super) fn instances(&self, key: &AttributeKey) -> Result<Vec<Attribute>, Error> {
        let stored = self.draft.version(self.number)?;
        let (keyset, object, material) = (self.draft.keyset(), &stored.object, &stored.material);
        View { shared: self.shared, keyset, object, material, now: self.now }.of(key)
    }

    /// The one instance of an attribute; none if there is none.
    pub(super) fn only_instance(&self, key: &AttributeKey) -> Result<Option<Attribute>, Error> {
        let mut instances = self.instances(key)?;
        if instances.len() > 1 {
            return Err(several(key));
        }
        Ok(instances.pop())
    }

    /// Adds a value; single-valued attributes must have none.
    pub(super) fn add(&mut self, key: &AttributeKey, value: &Value) -> Result<Attribute, Error> {
        let AttributeKey::Standard(kind) = *key else {
            check_value(key, value)?;
            return self.append(key, value.clone());
        };
        let rule = kind.rule();
        if rule.set_by == SetBy::Server || SET_WHEN_MADE.contains(&kind) {
            return Err(read_only(kind));
        }
        check_value(key, value)?;
        let object = self.object()?;
        let present = is_present(object, kind);
        if present && !rule.multiple {
            return Err(single_valued(kind));
        }
        if is_date(kind) {
            return self.put_date(kind, value);
        }
        let value = match kind {
            AttributeKind::UsageLimits => Limits::new(value)?.value(),
            _ => value.clone(),
        };
        self.append(key, value)
    }

    /// Replaces the value at an index.
    pub(super) fn replace(
        &mut self,
        key: &AttributeKey,
        index: u32,
        value: &Value,
    ) -> Result<Attribute, Error> {
        self.check_modifiable(key)?;
        if let AttributeKey::Standard(kind) = *key
            && is_date(kind)
        {
            check_value(key, value)?;
            return self.put_date(kind, value);
        }
        let value = match (key, Limits::of(self.object()?)) {
            (AttributeKey::Standard(AttributeKind::UsageLimits), Some(limits)) => {
                limits.corrected(value)?.value()
            }
            _ => value.clone(),
        };
        check_value(key, &value)?;
        let object = self.object()?;
        if *key == NAME && index == 0 && is_native(object) {
            return Err(read_only(AttributeKind::Name));
        }
        if !object.attributes.replace(key, index, value.clone()) {
            // The service's own value is the first one; from now on it is the client's.
            object.attributes.add(key.clone(), value.clone());
        }
        self.follow(key)?;
        Ok(Attribute { key: key.clone(), index, value })
    }

    /// Removes the value at an index.
    pub(super) fn remove(&mut self, key: &AttributeKey, index: u32) -> Result<(), Error> {
        check_deletable(key)?;
        if *key == AttributeKey::Standard(AttributeKind::UsageLimits) {
            self.check_modifiable(key)?;
        }
        let object = self.object()?;
        if *key == NAME && index == 0 && is_native(object) {
            return Err(read_only(AttributeKind::Name));
        }
        object.attributes.remove(key, index).ok_or_else(|| no_instance(key))?;
        self.follow(key)
    }

    fn object(&mut self) -> Result<&mut Object, Error> {
        Ok(&mut self.draft.version_mut(self.number)?.object)
    }

    fn append(&mut self, key: &AttributeKey, value: Value) -> Result<Attribute, Error> {
        let object = self.object()?;
        let index = if *key == NAME && is_native(object) {
            // The first one is the keyset's name.
            let attributes = &mut object.attributes;
            let last = attributes.of(key).map(|instance| instance.index).max();
            let index = last.unwrap_or(0) + 1;
            let added = Attribute { key: key.clone(), index, value: value.clone() };
            *attributes = attributes.iter().cloned().chain([added]).collect();
            index
        } else {
            object.attributes.add(key.clone(), value.clone())
        };
        self.follow(key)?;
        Ok(Attribute { key: key.clone(), index, value })
    }

    /// Whether a client may change the attribute now.
    pub(super) fn check_modifiable(&mut self, key: &AttributeKey) -> Result<(), Error> {
        let AttributeKey::Standard(kind) = *key else { return Ok(()) };
        let now = self.now;
        let object = self.object()?;
        let early = matches!(object.state, State::PreActive | State::Active);
        match kind.rule().modifiable {
            Modifiable::Always => Ok(()),
            Modifiable::Never => Err(read_only(kind)),
            Modifiable::PreActive if object.state == State::PreActive => Ok(()),
            Modifiable::BeforeDate if early && !has_come(&object.dates, kind, now) => Ok(()),
            Modifiable::PreActive | Modifiable::BeforeDate => Err(too_late(kind)),
            Modifiable::BeforeAllocation => match Limits::of(object) {
                Some(limits) if limits.count != limits.total => Err(Error::new(
                    ErrorKind::AttributeReadOnly,
                    "the usage limits count already",
                    "make another key with other limits",
                )),
                _ => Ok(()),
            },
        }
    }

    /// Gives a date, which acts at once if it has come.
    fn put_date(&mut self, kind: AttributeKind, value: &Value) -> Result<Attribute, Error> {
        let key = AttributeKey::Standard(kind);
        self.check_modifiable(&key)?;
        let (time, now) = (date(kind, value)?, self.now);
        let object = self.object()?;
        *slot(&mut object.dates, kind) = Some(time);
        check_order(&object.dates, kind)?;
        object.state = object.state_at(now);
        Ok(Attribute { key, index: 0, value: date_time(time) })
    }

    /// Brings in step what follows from an attribute.
    fn follow(&mut self, key: &AttributeKey) -> Result<(), Error> {
        use AttributeKind as K;
        let object = self.object()?;
        check_size(object)?;
        let yes = |object: &Object, kind| flag(&object.attributes, kind) == Some(true);
        let AttributeKey::Standard(kind) = key else { return Ok(()) };
        match kind {
            K::CryptographicUsageMask => {
                let usage = usage_of(&object.attributes);
                self.draft.keyset_mut().policy.usage = usage;
            }
            K::Sensitive => {
                let always = yes(object, K::AlwaysSensitive) && yes(object, K::Sensitive);
                object.attributes.set(K::AlwaysSensitive, Value::Boolean(always));
            }
            K::Extractable => {
                let extractable = yes(object, K::Extractable);
                let never = yes(object, K::NeverExtractable) && !extractable;
                object.attributes.set(K::NeverExtractable, Value::Boolean(never));
                let native = is_native(object);
                let policy = &mut self.draft.keyset_mut().policy;
                if native && extractable && !policy.exportable {
                    return Err(claviger_model::PolicyError::ExportStaysForbidden.into());
                }
                policy.exportable = extractable;
            }
            K::QuantumSafe => check_strength(object)?,
            K::RotateAutomatic | K::RotateInterval | K::RotateOffset => {
                self.follow_rotation(*kind)?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Editor<'_, '_> {
    /// The keyset is rotated as its latest object says. Of what the native doors made, only the policy says it.
    fn follow_rotation(&mut self, kind: AttributeKind) -> Result<(), Error> {
        let is_latest = self.draft.keyset().latest == self.number;
        let object = self.object()?;
        if is_native(object) {
            return Err(read_only(kind));
        }
        if !is_latest {
            return Err(too_late(kind));
        }
        check_rotation(object)?;
        let period = rotation_period(object);
        if kind != AttributeKind::RotateOffset {
            self.draft.keyset_mut().policy.rotation_period = period;
        }
        Ok(())
    }
}

const NAME: AttributeKey = AttributeKey::Standard(AttributeKind::Name);

/// What only the request that makes an object says of it.
const SET_WHEN_MADE: &[AttributeKind] = &[
    AttributeKind::CryptographicAlgorithm,
    AttributeKind::CryptographicDomainParameters,
    AttributeKind::CryptographicLength,
    AttributeKind::KeyFormatType,
    AttributeKind::OperationPolicyName,
];

/// Attributes of which every object has one, whether it is stored or not.
const EVERY_OBJECTS: &[AttributeKind] = &[AttributeKind::Sensitive, AttributeKind::Extractable];

fn is_present(object: &Object, kind: AttributeKind) -> bool {
    let mut dates = object.dates;
    (is_date(kind) && slot(&mut dates, kind).is_some())
        || object.attributes.get(kind).is_some()
        || EVERY_OBJECTS.contains(&kind)
        || (is_native(object) && kind == AttributeKind::CryptographicUsageMask)
}

/// Whether an attribute is a date that the object acts upon.
pub(super) const fn is_date(kind: AttributeKind) -> bool {
    matches!(
        kind,
        AttributeKind::ActivationDate
            | AttributeKind::ProcessStartDate
            | AttributeKind::ProtectStopDate
            | AttributeKind::DeactivationDate
    )
}

fn slot(dates: &mut Dates, kind: AttributeKind) -> &mut Option<Timestamp> {
    match kind {
        AttributeKind::ActivationDate => &mut dates.activation,
        AttributeKind::ProcessStartDate => &mut dates.process_start,
        AttributeKind::ProtectStopDate => &mut dates.protect_stop,
        // The others are no dates: nobody asks for them.
        _ => &mut dates.deactivation,
    }
}

/// Whether a date that may be changed only before it comes has come.
fn has_come(dates: &Dates, kind: AttributeKind, now: Timestamp) -> bool {
    let mut dates = *dates;
    // A Deactivation Date that has come shows in the state.
    kind != AttributeKind::DeactivationDate
        && slot(&mut dates, kind).is_some_and(|date| date <= now)
}

/// The dates of a new object must fit each other.
pub(super) fn check_orders(dates: &Dates) -> Result<(), Error> {
    use AttributeKind as K;
    [K::ActivationDate, K::DeactivationDate]
        .into_iter()
        .try_for_each(|kind| check_order(dates, kind))
}

/// A date that is changed must fit the others: activation, process start; protect stop, deactivation (KMIP 2.1 §4.40, §4.41).
fn check_order(dates: &Dates, changed: AttributeKind) -> Result<(), Error> {
    let ordered = |first: Option<Timestamp>, second: Option<Timestamp>| match (first, second) {
        (Some(first), Some(second)) => first <= second,
        _ => true,
    };
    let Dates { activation, process_start, protect_stop, deactivation, .. } = *dates;
    let fine = match changed {
        AttributeKind::ActivationDate => {
            ordered(activation, process_start) && ordered(activation, deactivation)
        }
        AttributeKind::ProcessStartDate => ordered(activation, process_start),
        AttributeKind::ProtectStopDate => ordered(protect_stop, deactivation),
        _ => ordered(protect_stop, deactivation) && ordered(activation, deactivation),
    };
    if fine {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidAttributeValue,
        "the date is not in order with the object's other dates",
        "activation comes before process start and deactivation, protect stop before deactivation",
    ))
}

/// Whether a client may delete the attribute.
pub(super) fn check_deletable(key: &AttributeKey) -> Result<(), Error> {
    match key {
        AttributeKey::Standard(kind) if !kind.rule().deletable => Err(read_only(*kind)),
        AttributeKey::Standard(_) => Ok(()),
        // The value doesn't matter for its name.
        AttributeKey::Vendor { .. } => check_value(key, &Value::Boolean(true)),
    }
}

pub(super) fn read_only(kind: AttributeKind) -> Error {
    Error::new(
        ErrorKind::AttributeReadOnly,
        format!("clients do not change the attribute {kind:?} of an object that is there"),
        "leave it as it is; some attributes can be given when the object is made",
    )
}

fn single_valued(kind: AttributeKind) -> Error {
    Error::new(
        ErrorKind::AttributeSingleValued,
        format!("the object has the attribute {kind:?}, which takes one value"),
        "modify it instead",
    )
}

fn too_late(kind: AttributeKind) -> Error {
    Error::new(
        ErrorKind::WrongState,
        format!("the attribute {kind:?} has acted and cannot be changed in the object's state"),
        "see the object's state and dates; make another object with other dates",
    )
}

/// The attribute isn't there at all.
pub(super) fn not_found(key: &AttributeKey) -> Error {
    Error::new(
        ErrorKind::AttributeNotFound,
        format!("the object has no attribute {}", shown(key)),
        "list the object's attributes; add the attribute if it is wanted",
    )
}

/// The attribute is there, but not this instance of it.
pub(super) fn no_instance(key: &AttributeKey) -> Error {
    Error::new(
        ErrorKind::AttributeInstanceNotFound,
        format!("the attribute {} has no such instance", shown(key)),
        "read the attribute to see its instances",
    )
}

/// There are several instances, and nobody says which one is meant.
pub(super) fn several(key: &AttributeKey) -> Error {
    Error::new(
        ErrorKind::MultiValuedAttribute,
        format!("the object has several attributes {}", shown(key)),
        "say which one is meant: by its current value, or in KMIP 1.x by its index",
    )
}

fn shown(key: &AttributeKey) -> String {
    match key {
        AttributeKey::Standard(kind) => format!("{kind:?}"),
        AttributeKey::Vendor { vendor, name } => {
            format!("{} of the vendor {}", name.escape_debug(), vendor.escape_debug())
        }
    }
}

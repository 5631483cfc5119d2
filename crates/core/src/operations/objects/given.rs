//! Attributes that a client gives to a new object: checked by the table of rules, and sorted into what the object itself acts
//! upon and the rest.

use claviger_model::{
    AttributeKey, AttributeKind, Attributes, Dates, RevocationReason, SetBy, State, Timestamp,
    Value,
};

use super::content::{Given, hidden};
use super::fields;
use crate::{Error, ErrorKind};

/// How an object comes to be, which decides what a client may say of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Making {
    /// The service makes it.
    Generated,
    /// The client has it.
    Registered,
    /// The client has it with all of its history, so that nothing is the service's alone (KMIP 2.1 §6.1.25).
    Imported,
}

/// What was given, sorted.
#[derive(Default)]
pub(super) struct Sorted {
    /// The dates that the object acts upon.
    pub(super) dates: Dates,
    /// Of an imported object, its state.
    pub(super) state: Option<State>,
    /// Of an imported object, its Initial Date.
    pub(super) created: Option<Timestamp>,
    /// Of an imported object, why it was revoked.
    pub(super) revocation_reason: Option<RevocationReason>,
    /// Everything else.
    pub(super) attributes: Attributes,
}

/// Checks and sorts.
///
/// # Errors
/// As KMIP names them: read-only, single-valued, unsupported or wrong attributes.
pub(super) fn sort(given: Given, making: Making) -> Result<Sorted, Error> {
    let mut sorted = Sorted::default();
    if given.len() > Attributes::LIMIT {
        return Err(too_many());
    }
    let mut seen = Vec::with_capacity(given.len());
    for (key, value) in given {
        if let AttributeKey::Standard(kind) = key {
            if !kind.rule().multiple && seen.contains(&kind) {
                return Err(single_valued(kind));
            }
            seen.push(kind);
        }
        sorted.take(key, value, making)?;
    }
    Ok(sorted)
}

impl Sorted {
    fn take(&mut self, key: AttributeKey, value: Value, making: Making) -> Result<(), Error> {
        let kind = match key {
            AttributeKey::Standard(kind) => kind,
            AttributeKey::Vendor { .. } => {
                check_vendor(&key)?;
                self.attributes.add(key, value);
                return Ok(());
            }
        };
        if kind.rule().set_by == SetBy::Server && making != Making::Imported {
            return match kind {
                // What the service finds out itself; saying it is no mistake (KMIP 1.4 §4.3, table 171).
                AttributeKind::CertificateType
                | AttributeKind::CertificateLength
                | AttributeKind::DigitalSignatureAlgorithm
                | AttributeKind::OpaqueDataType
                | AttributeKind::ObjectType => Ok(()),
                _ => Err(read_only(kind)),
            };
        }
        self.take_standard(kind, value)
    }

    fn take_standard(&mut self, kind: AttributeKind, value: Value) -> Result<(), Error> {
        let dates = &mut self.dates;
        match kind {
            AttributeKind::ActivationDate => dates.activation = Some(date(kind, &value)?),
            AttributeKind::ProcessStartDate => dates.process_start = Some(date(kind, &value)?),
            AttributeKind::ProtectStopDate => dates.protect_stop = Some(date(kind, &value)?),
            AttributeKind::DeactivationDate => dates.deactivation = Some(date(kind, &value)?),
            AttributeKind::CompromiseDate => dates.compromise = Some(date(kind, &value)?),
            AttributeKind::DestroyDate => dates.destroy = Some(date(kind, &value)?),
            AttributeKind::InitialDate => self.created = Some(date(kind, &value)?),
            AttributeKind::State => {
                let code = value.as_enumeration().ok_or_else(|| invalid(kind))?;
                self.state = Some(state_of(code).ok_or_else(|| invalid(kind))?);
            }
            AttributeKind::RevocationReason => {
                let code = value.field(fields::REVOCATION_REASON_CODE);
                let code = code.and_then(Value::as_enumeration).ok_or_else(|| invalid(kind))?;
                self.revocation_reason = Some(reason_of(code).ok_or_else(|| invalid(kind))?);
                self.attributes.add(AttributeKey::Standard(kind), value);
            }
            // What the object's identity and content say, or the service says anew.
            AttributeKind::UniqueIdentifier
            | AttributeKind::ShortUniqueIdentifier
            | AttributeKind::ObjectType
            | AttributeKind::Digest => {}
            AttributeKind::UsageLimits => {
                self.attributes.add(AttributeKey::Standard(kind), usage_limits(&value)?);
            }
            AttributeKind::Name => {
                name_value(&value)?;
                self.attributes.add(AttributeKey::Standard(kind), value);
            }
            _ => {
                check_type(kind, &value)?;
                self.attributes.add(AttributeKey::Standard(kind), value);
            }
        }
        Ok(())
    }
}

/// The members of what the core acts upon must be of the type that it expects; of all others, the doors' tables see to it.
fn check_type(kind: AttributeKind, value: &Value) -> Result<(), Error> {
    use AttributeKind as K;
    let fits = match kind {
        K::CryptographicAlgorithm | K::KeyFormatType => value.as_enumeration().is_some(),
        K::CryptographicLength => value.as_integer().is_some_and(|length| length >= 0),
        K::CryptographicUsageMask => value.as_integer().is_some(),
        K::Sensitive | K::Extractable | K::QuantumSafe => value.as_boolean().is_some(),
        K::CryptographicParameters | K::CryptographicDomainParameters | K::Link => {
            matches!(value, Value::Structure(_))
        }
        _ => true,
    };
    if fits { Ok(()) } else { Err(invalid(kind)) }
}

/// The text of a Name.
pub(super) fn name_value(value: &Value) -> Result<&str, Error> {
    value
        .field(fields::NAME_VALUE)
        .and_then(Value::as_text)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| invalid(AttributeKind::Name))
}

/// Usage Limits as they begin: the whole total is left (KMIP 2.1 §4.60).
pub(super) fn usage_limits(value: &Value) -> Result<Value, Error> {
    let wrong = || invalid(AttributeKind::UsageLimits);
    let total = value.field(fields::USAGE_LIMITS_TOTAL).and_then(Value::as_long_integer);
    let total = total.filter(|&total| total >= 0).ok_or_else(wrong)?;
    let unit = value.field(fields::USAGE_LIMITS_UNIT).and_then(Value::as_enumeration);
    let count = match value.field(fields::USAGE_LIMITS_COUNT) {
        Some(count) => count.as_long_integer().filter(|count| (0..=total).contains(count)),
        None => Some(total),
    };
    Ok(Value::Structure(vec![
        (fields::USAGE_LIMITS_TOTAL, Value::LongInteger(total)),
        (fields::USAGE_LIMITS_COUNT, Value::LongInteger(count.ok_or_else(wrong)?)),
        (fields::USAGE_LIMITS_UNIT, Value::Enumeration(unit.ok_or_else(wrong)?)),
    ]))
}

fn check_vendor(key: &AttributeKey) -> Result<(), Error> {
    let AttributeKey::Vendor { vendor, name } = key else { return Ok(()) };
    if hidden::is_hidden(key) {
        return Err(Error::new(
            ErrorKind::AttributeReadOnly,
            format!("attributes of the vendor {vendor} are the service's own"),
            "choose another vendor",
        ));
    }
    let fine = |text: &str| !text.is_empty() && text.len() <= Attributes::NAME_LIMIT;
    if fine(vendor) && fine(name) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::UnsupportedAttribute,
        format!("a vendor's and an attribute's name have 1 to {} bytes", Attributes::NAME_LIMIT),
        "choose another name",
    ))
}

/// A point in time of a client.
pub(super) fn date(kind: AttributeKind, value: &Value) -> Result<Timestamp, Error> {
    value.as_date_time().map(seconds).ok_or_else(|| invalid(kind))
}

/// The time so many seconds after 1970 began.
pub(super) fn seconds(seconds: i64) -> Timestamp {
    Timestamp::from_milliseconds(seconds.saturating_mul(1000))
}

/// A point in time as a client gets it: whole seconds.
pub(super) fn date_time(time: Timestamp) -> Value {
    Value::DateTime(time.milliseconds().div_euclid(1000))
}

/// The state of a code (KMIP 2.1 §11.51).
fn state_of(code: u32) -> Option<State> {
    State::ALL.get(usize::try_from(code.checked_sub(1)?).ok()?).copied()
}

/// The reason of a code (KMIP 2.1 §11.47).
pub(super) fn reason_of(code: u32) -> Option<RevocationReason> {
    RevocationReason::ALL.get(usize::try_from(code.checked_sub(1)?).ok()?).copied()
}

pub(super) fn invalid(kind: AttributeKind) -> Error {
    Error::new(
        ErrorKind::InvalidAttributeValue,
        format!("the attribute {kind:?} cannot have this value"),
        "see the attribute's definition in the specification",
    )
}

fn read_only(kind: AttributeKind) -> Error {
    Error::new(
        ErrorKind::AttributeReadOnly,
        format!("only the service sets the attribute {kind:?}"),
        "leave it out",
    )
}

fn single_valued(kind: AttributeKind) -> Error {
    Error::new(
        ErrorKind::AttributeSingleValued,
        format!("an object has only one attribute {kind:?}"),
        "give it once",
    )
}

pub(super) fn too_many() -> Error {
    Error::new(
        ErrorKind::LimitReached,
        format!("an object has at most {} attributes", Attributes::LIMIT),
        "leave some out",
    )
}

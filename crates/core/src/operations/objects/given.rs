//! Attributes that a client gives to a new object: checked by the table of rules, and sorted into what the object itself acts
//! upon and the rest.

use claviger_model::{
    AttributeKey, AttributeKind, Attributes, Dates, RevocationReason, SetBy, State, Timestamp,
    Value,
};

use super::attribute_values::{check_value, check_vendor};
use super::content::Given;
use super::fields;
use super::usage_limits::Limits;
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
                check_vendor(&key, making == Making::Imported)?;
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
        if making == Making::Generated && is_of_elsewhere(kind, &value) {
            return Err(invalid(kind));
        }
        self.take_standard(kind, value, making)
    }

    fn take_standard(
        &mut self,
        kind: AttributeKind,
        value: Value,
        making: Making,
    ) -> Result<(), Error> {
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
                let value = match making {
                    Making::Imported => usage_limits(&value)?,
                    // The whole total is left, whatever the count says (KMIP 2.1 §4.60).
                    Making::Generated | Making::Registered => Limits::new(&value)?.value(),
                };
                self.attributes.add(AttributeKey::Standard(kind), value);
            }
            AttributeKind::Name => {
                name_value(&value)?;
                self.attributes.add(AttributeKey::Standard(kind), value);
            }
            _ => {
                let key = AttributeKey::Standard(kind);
                check_value(&key, &value)?;
                self.attributes.add(key, value);
            }
        }
        Ok(())
    }
}

/// The text of a Name.
pub(super) fn name_value(value: &Value) -> Result<&str, Error> {
    value
        .field(fields::NAME_VALUE)
        .and_then(Value::as_text)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| invalid(AttributeKind::Name))
}

/// Usage Limits as an imported object says them: the whole total is left unless it says less.
fn usage_limits(value: &Value) -> Result<Value, Error> {
    let limits = Limits::new(value)?;
    let count = match value.field(fields::USAGE_LIMITS_COUNT) {
        Some(count) => count.as_long_integer().filter(|count| (0..=limits.total).contains(count)),
        None => Some(limits.total),
    };
    let count = count.ok_or_else(|| invalid(AttributeKind::UsageLimits))?;
    Ok(Limits { count, ..limits }.value())
}

/// Whether only an object that was made elsewhere can say this: when it was made, or that others have had it (KMIP 2.1 §4.24
/// and §4.38).
fn is_of_elsewhere(kind: AttributeKind, value: &Value) -> bool {
    match kind {
        AttributeKind::OriginalCreationDate => true,
        AttributeKind::Fresh => value.as_boolean() == Some(false),
        _ => false,
    }
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
        ErrorKind::TooManyAttributes,
        format!("an object has at most {} attributes", Attributes::LIMIT),
        "leave some out",
    )
}

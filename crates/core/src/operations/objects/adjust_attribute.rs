//! Adjust an attribute of an object: increment, decrement, negate.

use claviger_model::{Attribute, AttributeKey, UniqueIdentifier, Value};

use super::attribute_rules::Editor;
use crate::operations::{Description, OBJECT_ADJUST_ATTRIBUTE, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

const INCREMENT: u32 = 1;
const DECREMENT: u32 = 2;
const NEGATE: u32 = 3;

/// Adjusts the value of an attribute (KMIP 2.1 §6.1.3). One that the object doesn't have is taken for 0, or no.
#[derive(Clone)]
pub struct AdjustAttribute {
    /// Which object.
    pub identifier: UniqueIdentifier,
    /// Which attribute.
    pub key: AttributeKey,
    /// KMIP's Adjustment Type: 1 increments, 2 decrements, 3 negates.
    pub kind: u32,
    /// By how much; 1 if none.
    pub by: Option<Value>,
}

impl Operation for AdjustAttribute {
    type Reply = Attribute;

    const DESCRIPTION: &'static Description = OBJECT_ADJUST_ATTRIBUTE;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Attribute, Error> {
        let Self { identifier: _, key, kind, by } = &self;
        let (shared, now) = (authorized.shared(), authorized.now());
        let mut adjusted = None;
        authorized
            .change_object(|draft, number| {
                let mut editor = Editor::new(shared, draft, number, now)?;
                adjusted = Some(match editor.only_instance(key)? {
                    Some(instance) => {
                        editor.check_modifiable(key)?;
                        let value = adjust(&instance.value, *kind, by.as_ref())?;
                        editor.replace(key, instance.index, &value)?
                    }
                    None => {
                        let value = nothing(*kind, by.as_ref())?;
                        editor.add(key, &adjust(&value, *kind, by.as_ref())?)?
                    }
                });
                Ok(())
            })
            .await?;
        super::made(adjusted)
    }
}

/// The value of an attribute that isn't there, of the type that the adjustment asks for.
fn nothing(kind: u32, by: Option<&Value>) -> Result<Value, Error> {
    match by {
        Some(Value::Integer(_)) => Ok(Value::Integer(0)),
        Some(Value::LongInteger(_)) => Ok(Value::LongInteger(0)),
        Some(Value::BigInteger(_)) => Ok(Value::BigInteger(vec![0])),
        Some(Value::Interval(_)) => Ok(Value::Interval(0)),
        None if kind == NEGATE => Ok(Value::Boolean(false)),
        _ => Err(wrong_type()),
    }
}

fn adjust(value: &Value, kind: u32, by: Option<&Value>) -> Result<Value, Error> {
    if let Value::Boolean(truth) = value {
        return if kind == NEGATE { Ok(Value::Boolean(!truth)) } else { Err(wrong_type()) };
    }
    let number = number(value).ok_or_else(wrong_type)?;
    let by = match by {
        Some(by) => self::number(by).ok_or_else(wrong_type)?,
        None => 1,
    };
    let adjusted = match kind {
        INCREMENT => number.checked_add(by),
        DECREMENT => number.checked_sub(by),
        NEGATE => number.checked_neg(),
        _ => {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "the adjustment is none of increment (1), decrement (2) and negate (3)",
                "pass one of them",
            ));
        }
    };
    adjusted.and_then(|adjusted| same_type(value, kind, adjusted)).ok_or_else(|| {
        Error::new(
            ErrorKind::NumericRange,
            "the adjusted value would be out of the range of its type",
            "adjust by less",
        )
    })
}

/// A number of any type; of big integers, those of up to 16 bytes.
fn number(value: &Value) -> Option<i128> {
    Some(match value {
        Value::Integer(number) => i128::from(*number),
        Value::LongInteger(number) | Value::DateTime(number) | Value::DateTimeExtended(number) => {
            i128::from(*number)
        }
        Value::Interval(seconds) => i128::from(*seconds),
        Value::BigInteger(bytes) => {
            let sign = if *bytes.first()? & 0x80 == 0 { 0 } else { 0xff };
            let mut whole = [sign; 16];
            whole.get_mut(16_usize.checked_sub(bytes.len())?..)?.copy_from_slice(bytes);
            i128::from_be_bytes(whole)
        }
        _ => return None,
    })
}

/// A number as a value of the same type as another.
fn same_type(as_of: &Value, kind: u32, number: i128) -> Option<Value> {
    Some(match as_of {
        Value::Integer(_) => Value::Integer(i32::try_from(number).ok()?),
        Value::LongInteger(_) => Value::LongInteger(i64::try_from(number).ok()?),
        Value::BigInteger(_) => Value::BigInteger(number.to_be_bytes().to_vec()),
        // These have no sign to change.
        _ if kind == NEGATE => return None,
        Value::Interval(_) => Value::Interval(u32::try_from(number).ok()?),
        Value::DateTime(_) => Value::DateTime(i64::try_from(number).ok()?),
        Value::DateTimeExtended(_) => Value::DateTimeExtended(i64::try_from(number).ok()?),
        _ => return None,
    })
}

fn wrong_type() -> Error {
    Error::new(
        ErrorKind::InvalidDataType,
        "the attribute's value, or what it is to be adjusted by, is not of a type that can be adjusted so",
        "numbers, intervals and dates are incremented and decremented, numbers and booleans negated",
    )
}

//! Attributes and their values, at rest.

use claviger_model::{Attribute, AttributeKey, AttributeKind, Attributes, Field, Value};
use claviger_secret::SecretBytes;
use minicbor::data::Type;
use minicbor::decode::Error as DecodeError;
use minicbor::encode::{Error as EncodeError, Write};
use minicbor::{Decode, Decoder, Encode, Encoder};

/// One attribute: `[tag]` or `[vendor, name]`, the index, the value.
#[derive(Encode, Decode)]
#[cbor(array)]
pub(super) struct AttributeRecord {
    #[n(0)]
    tag: Option<u32>,
    #[n(1)]
    vendor: Option<String>,
    #[n(2)]
    name: Option<String>,
    #[n(3)]
    index: u32,
    #[n(4)]
    value: ValueRecord,
}

pub(super) fn attributes_to_record(attributes: &Attributes) -> Option<Vec<AttributeRecord>> {
    if attributes.is_empty() {
        return None;
    }
    let record = |attribute: &Attribute| {
        let Attribute { key, index, value } = attribute;
        let (tag, vendor, name) = match key {
            AttributeKey::Standard(kind) => (Some(kind.field().0), None, None),
            AttributeKey::Vendor { vendor, name } => {
                (None, Some(vendor.clone()), Some(name.clone()))
            }
        };
        AttributeRecord { tag, vendor, name, index: *index, value: ValueRecord::from(value) }
    };
    Some(attributes.iter().map(record).collect())
}

pub(super) fn attributes_from_record(records: Option<Vec<AttributeRecord>>) -> Option<Attributes> {
    let attribute = |record: AttributeRecord| {
        let AttributeRecord { tag, vendor, name, index, value } = record;
        let key = match (tag, vendor, name) {
            (Some(tag), None, None) => {
                AttributeKey::Standard(AttributeKind::from_field(Field(tag))?)
            }
            (None, Some(vendor), Some(name)) => AttributeKey::Vendor { vendor, name },
            _ => return None,
        };
        Some(Attribute { key, index, value: value.into_value()? })
    };
    records.unwrap_or_default().into_iter().map(attribute).collect()
}

/// The encoding of a value by itself.
pub(crate) fn encode_value(value: &Value) -> SecretBytes {
    SecretBytes::new(super::encode(&ValueRecord::from(value)))
}

/// The value of an encoding.
pub(crate) fn decode_value(bytes: &[u8]) -> Option<Value> {
    super::decode::<ValueRecord>(bytes)?.into_value()
}

/// A value: `[KMIP's item type, content]`; of a structure, the content is an array of tag, value, tag, value …
pub(super) struct ValueRecord(Option<Value>);

impl ValueRecord {
    pub(super) fn into_value(self) -> Option<Value> {
        self.0
    }
}

impl From<&Value> for ValueRecord {
    fn from(value: &Value) -> Self {
        Self(Some(value.clone()))
    }
}

impl<C> Encode<C> for ValueRecord {
    fn encode<W: Write>(
        &self,
        encoder: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        match &self.0 {
            Some(value) => write(encoder, value),
            None => Err(EncodeError::message("there is no value")),
        }
    }
}

impl<'b, C> Decode<'b, C> for ValueRecord {
    fn decode(decoder: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        read(decoder, Value::DEPTH_LIMIT).map(|value| Self(Some(value)))
    }
}

fn write<W: Write>(encoder: &mut Encoder<W>, value: &Value) -> Result<(), EncodeError<W::Error>> {
    encoder.array(2)?;
    match value {
        Value::Structure(fields) => {
            encoder.u8(1)?.array(2 * fields.len() as u64)?;
            for (field, value) in fields {
                encoder.u32(field.0)?;
                write(encoder, value)?;
            }
        }
        Value::Integer(number) => drop(encoder.u8(2)?.i32(*number)?),
        Value::LongInteger(number) => drop(encoder.u8(3)?.i64(*number)?),
        Value::BigInteger(bytes) => drop(encoder.u8(4)?.bytes(bytes)?),
        Value::Enumeration(code) => drop(encoder.u8(5)?.u32(*code)?),
        Value::Boolean(value) => drop(encoder.u8(6)?.bool(*value)?),
        Value::Text(text) => drop(encoder.u8(7)?.str(text)?),
        Value::Bytes(bytes) => drop(encoder.u8(8)?.bytes(bytes)?),
        Value::DateTime(seconds) => drop(encoder.u8(9)?.i64(*seconds)?),
        Value::Interval(seconds) => drop(encoder.u8(10)?.u32(*seconds)?),
        Value::DateTimeExtended(microseconds) => drop(encoder.u8(11)?.i64(*microseconds)?),
    }
    Ok(())
}

fn read(decoder: &mut Decoder<'_>, depth: usize) -> Result<Value, DecodeError> {
    if depth == 0 || decoder.array()? != Some(2) {
        return Err(DecodeError::message("not a value"));
    }
    Ok(match decoder.u8()? {
        1 => {
            let length = decoder.array()?.filter(|length| length % 2 == 0);
            let length = length.ok_or_else(|| DecodeError::message("not a structure"))?;
            let mut fields = Vec::new();
            for _ in 0..length / 2 {
                fields.push((Field(decoder.u32()?), read(decoder, depth - 1)?));
            }
            Value::Structure(fields)
        }
        2 => Value::Integer(decoder.i32()?),
        3 => Value::LongInteger(decoder.i64()?),
        4 => Value::BigInteger(decoder.bytes()?.to_vec()),
        5 => Value::Enumeration(decoder.u32()?),
        6 => Value::Boolean(decoder.bool()?),
        7 => Value::Text(decoder.str()?.to_owned()),
        8 => Value::Bytes(decoder.bytes()?.to_vec()),
        9 => Value::DateTime(decoder.i64()?),
        10 => Value::Interval(decoder.u32()?),
        11 => Value::DateTimeExtended(decoder.i64()?),
        _ => return Err(DecodeError::type_mismatch(Type::U8)),
    })
}

//! KMIP's binary encoding of one item (KMIP 2.1 §10.1), for what the core itself has to wrap or to digest: the Key Value that
//! a key is wrapped with, and the Key Material of transparent formats. Messages are the doors' business.

use claviger_model::{Field, Value};
use claviger_secret::SecretBytes;

use super::content::KeyBytes;
use super::fields;

/// The bytes of tag, type and length in front of every value.
const HEADER: usize = 8;
/// The most fields that are read within one item, at all depths together.
const FIELD_LIMIT: usize = 4096;
/// The item type of structures.
const STRUCTURE: u8 = 1;
/// The item type of byte strings.
const BYTE_STRING: u8 = 8;

/// The encoding of one item.
pub(crate) fn encode(field: Field, value: &Value) -> SecretBytes {
    let mut bytes = Vec::with_capacity(encoded_length(value));
    write(&mut bytes, field, value);
    SecretBytes::new(bytes)
}

/// The encoding of a Key Value structure (KMIP 2.1 §3.2): the material, then what goes with it.
pub(crate) fn encode_key_value(material: &KeyBytes, attributes: &[(Field, Value)]) -> SecretBytes {
    let bytes = match material {
        KeyBytes::Bytes(bytes) | KeyBytes::Wrapped(bytes) => {
            Some(bytes.expose("encoding a key value that is to be wrapped"))
        }
        KeyBytes::Structure(_) => None,
    };
    let material_length = match (material, bytes) {
        (KeyBytes::Structure(structure), _) => encoded_length(structure),
        (_, bytes) => HEADER + bytes.map_or(0, <[u8]>::len).next_multiple_of(8),
    };
    let rest: usize = attributes.iter().map(|(_, value)| encoded_length(value)).sum();
    let length = material_length + rest;
    let mut out = Vec::with_capacity(HEADER + length);
    write_tag(&mut out, fields::KEY_VALUE, STRUCTURE);
    write_length(&mut out, length);
    match material {
        KeyBytes::Structure(structure) => write(&mut out, fields::KEY_MATERIAL, structure),
        KeyBytes::Bytes(_) | KeyBytes::Wrapped(_) => {
            write_tag(&mut out, fields::KEY_MATERIAL, BYTE_STRING);
            write_bytes(&mut out, bytes.unwrap_or_default());
        }
    }
    for (field, value) in attributes {
        write(&mut out, *field, value);
    }
    SecretBytes::new(out)
}

/// The one item of these bytes; none if they aren't exactly one well-formed item.
pub(crate) fn decode(bytes: &[u8]) -> Option<(Field, Value)> {
    let mut reader = Reader { rest: bytes, fields: FIELD_LIMIT };
    let item = reader.item(Value::DEPTH_LIMIT)?;
    reader.rest.is_empty().then_some(item)
}

/// The length of an item with this value, header and padding included, so that a buffer with secrets never grows.
fn encoded_length(value: &Value) -> usize {
    let padded = |length: usize| length.next_multiple_of(8);
    HEADER
        + match value {
            Value::Structure(fields) => {
                fields.iter().map(|(_, value)| encoded_length(value)).sum::<usize>()
            }
            Value::Integer(_)
            | Value::LongInteger(_)
            | Value::Enumeration(_)
            | Value::Boolean(_)
            | Value::DateTime(_)
            | Value::Interval(_)
            | Value::DateTimeExtended(_) => 8,
            Value::BigInteger(bytes) => padded(bytes.len().max(1)),
            Value::Text(text) => padded(text.len()),
            Value::Bytes(bytes) => padded(bytes.len()),
        }
}

fn write(out: &mut Vec<u8>, field: Field, value: &Value) {
    let kind: u8 = match value {
        Value::Structure(_) => STRUCTURE,
        Value::Integer(_) => 2,
        Value::LongInteger(_) => 3,
        Value::BigInteger(_) => 4,
        Value::Enumeration(_) => 5,
        Value::Boolean(_) => 6,
        Value::Text(_) => 7,
        Value::Bytes(_) => BYTE_STRING,
        Value::DateTime(_) => 9,
        Value::Interval(_) => 10,
        Value::DateTimeExtended(_) => 11,
    };
    write_tag(out, field, kind);
    match value {
        Value::Structure(fields) => {
            write_length(out, encoded_length(value) - HEADER);
            for (field, value) in fields {
                write(out, *field, value);
            }
        }
        Value::Integer(number) => write_short(out, number.to_be_bytes()),
        Value::Enumeration(code) => write_short(out, code.to_be_bytes()),
        Value::Interval(seconds) => write_short(out, seconds.to_be_bytes()),
        Value::LongInteger(number) | Value::DateTime(number) | Value::DateTimeExtended(number) => {
            write_bytes(out, &number.to_be_bytes())
        }
        Value::Boolean(truth) => write_bytes(out, &u64::from(*truth).to_be_bytes()),
        Value::BigInteger(bytes) => {
            // Padded in front with its sign, to a multiple of eight.
            let length = bytes.len().max(1).next_multiple_of(8);
            let sign = if bytes.first().is_some_and(|first| first & 0x80 != 0) { 0xff } else { 0 };
            write_length(out, length);
            out.extend(std::iter::repeat_n(sign, length - bytes.len()));
            out.extend_from_slice(bytes);
        }
        Value::Text(text) => write_bytes(out, text.as_bytes()),
        Value::Bytes(bytes) => write_bytes(out, bytes),
    }
}

fn write_tag(out: &mut Vec<u8>, field: Field, kind: u8) {
    out.extend_from_slice(&field.0.to_be_bytes()[1..]);
    out.push(kind);
}

fn write_length(out: &mut Vec<u8>, length: usize) {
    // What is held in memory as one value is far below 4 GiB.
    out.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
}

fn write_short(out: &mut Vec<u8>, bytes: [u8; 4]) {
    write_length(out, 4);
    out.extend_from_slice(&bytes);
    out.extend_from_slice(&[0; 4]);
}

fn write_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    write_length(out, bytes.len());
    out.extend_from_slice(bytes);
    out.extend(std::iter::repeat_n(0, bytes.len().next_multiple_of(8) - bytes.len()));
}

struct Reader<'a> {
    rest: &'a [u8],
    /// How many more items may be read.
    fields: usize,
}

impl<'a> Reader<'a> {
    fn item(&mut self, depth: usize) -> Option<(Field, Value)> {
        self.fields = self.fields.checked_sub(1)?;
        let (header, rest) = self.rest.split_first_chunk::<HEADER>()?;
        let [t0, t1, t2, kind, l0, l1, l2, l3] = *header;
        let field = Field(u32::from_be_bytes([0, t0, t1, t2]));
        let length = usize::try_from(u32::from_be_bytes([l0, l1, l2, l3])).ok()?;
        let (content, rest) = rest.split_at_checked(length)?;
        let padding = length.next_multiple_of(8) - length;
        let (zeros, rest) = rest.split_at_checked(padding)?;
        if zeros.iter().any(|&byte| byte != 0) {
            return None;
        }
        self.rest = rest;
        Some((field, self.value(kind, content, depth)?))
    }

    fn value(&mut self, kind: u8, content: &'a [u8], depth: usize) -> Option<Value> {
        let four = || content.try_into().ok().map(u32::from_be_bytes);
        let eight = || content.try_into().ok().map(i64::from_be_bytes);
        Some(match kind {
            STRUCTURE => {
                let mut inner = Reader { rest: content, fields: self.fields };
                let mut fields = Vec::new();
                while !inner.rest.is_empty() {
                    fields.push(inner.item(depth.checked_sub(1)?)?);
                }
                self.fields = inner.fields;
                Value::Structure(fields)
            }
            2 => Value::Integer(four()?.cast_signed()),
            3 => Value::LongInteger(eight()?),
            4 if !content.is_empty() && content.len().is_multiple_of(8) => {
                Value::BigInteger(content.to_vec())
            }
            5 => Value::Enumeration(four()?),
            6 => match eight()? {
                0 => Value::Boolean(false),
                1 => Value::Boolean(true),
                _ => return None,
            },
            7 => Value::Text(std::str::from_utf8(content).ok()?.to_owned()),
            BYTE_STRING => Value::Bytes(content.to_vec()),
            9 => Value::DateTime(eight()?),
            10 => Value::Interval(four()?),
            11 => Value::DateTimeExtended(eight()?),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use claviger_model::{Field, Value};
    use proptest::prelude::*;

    use super::{decode, encode, encoded_length};

    fn bytes(field: u32, value: &Value) -> String {
        hex::encode(encode(Field(field), value).expose("looking at an encoding in a test"))
    }

    #[test]
    fn the_examples_of_the_specification_are_written_as_printed() {
        // KMIP 1.4 §9.1.2.
        for (value, expected) in [
            (Value::Integer(8), "42002002000000040000000800000000"),
            (Value::LongInteger(123_456_789_000_000_000), "420020030000000801b69b4ba5749200"),
            (
                Value::BigInteger(hex::decode("03fd35eb6bc2df4618080000").unwrap()),
                "420020040000001000000000 03fd35eb6bc2df4618080000",
            ),
            (Value::Enumeration(255), "4200200500000004000000ff00000000"),
            (Value::Boolean(true), "42002006000000080000000000000001"),
            (Value::Text("Hello World".into()), "420020070000000b48656c6c6f20576f726c640000000000"),
            (Value::Bytes(vec![1, 2, 3]), "42002008000000030102030000000000"),
            (Value::DateTime(0x47da_67f8), "42002009000000080000000047da67f8"),
            (Value::Interval(864_000), "4200200a00000004000d2f0000000000"),
            (
                Value::Structure(vec![
                    (Field(0x42_0004), Value::Enumeration(254)),
                    (Field(0x42_0005), Value::Integer(255)),
                ]),
                "42002001000000204200040500000004000000fe000000004200050200000004000000ff00000000",
            ),
        ] {
            assert_eq!(bytes(0x42_0020, &value), expected.replace(' ', ""));
        }
    }

    /// A value that bytes choose: values have no `Debug`, which strategies need.
    fn value(choices: &mut impl Iterator<Item = u8>, depth: usize) -> Value {
        let kind = choices.next().unwrap_or(0) % if depth == 0 { 9 } else { 11 };
        let length = usize::from(choices.next().unwrap_or(0) % 20);
        let number = i64::from(choices.next().unwrap_or(0)) << (2 * length);
        let mut bytes = |length: usize| choices.take(length).collect::<Vec<u8>>();
        match kind {
            0 => Value::Integer(number as i32),
            1 => Value::LongInteger(-number),
            2 => Value::Enumeration(number as u32),
            3 => Value::Boolean(number % 2 == 0),
            4 => Value::Text(String::from_utf8_lossy(&bytes(length)).into_owned()),
            5 => Value::Bytes(bytes(length)),
            6 => Value::DateTime(number),
            7 => Value::Interval(number as u32),
            8 => {
                let mut digits = bytes(8 * (1 + length / 8));
                digits.resize(digits.len().max(1).next_multiple_of(8), 1);
                Value::BigInteger(digits)
            }
            _ => Value::Structure(
                (0..length % 5)
                    .map(|place| (Field(0x42_0001 + place as u32), value(choices, depth - 1)))
                    .collect(),
            ),
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(choices in prop::collection::vec(any::<u8>(), 0..200)) {
            let value = value(&mut choices.into_iter(), 4);
            let encoded = encode(Field(0x42_0045), &value);
            let encoded = encoded.expose("reading it in a test");
            prop_assert_eq!(encoded.len(), encoded_length(&value));
            let read = decode(encoded);
            prop_assert!(read == Some((Field(0x42_0045), value)));
            for length in 0..encoded.len() {
                prop_assert!(decode(&encoded[..length]).is_none());
            }
        }

        #[test]
        fn arbitrary_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes);
        }
    }

    #[test]
    fn depth_and_number_of_fields_have_bounds() {
        let mut deep = Value::Integer(1);
        for _ in 0..Value::DEPTH_LIMIT + 1 {
            deep = Value::Structure(vec![(Field(0x42_0001), deep)]);
        }
        let encoded = encode(Field(0x42_0001), &deep);
        assert!(decode(encoded.expose("reading it in a test")).is_none());
        let many = Value::Structure(vec![(Field(0x42_0001), Value::Bytes(Vec::new())); 5000]);
        let encoded = encode(Field(0x42_0001), &many);
        assert!(decode(encoded.expose("reading it in a test")).is_none());
    }
}

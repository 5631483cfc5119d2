//! Reads the messages of a case: elements become items, names become numbers, `$…` stays open.
//!
//! This is KMIP's XML encoding (KMIP Additional Message Encodings 1.0, section 6) with placeholders. It is read here and not
//! by the service's own decoder, so that a mistake of that decoder cannot hide itself.

use anyhow::{Context, Result, bail};
use claviger_wire_ttlv::{ItemType, Tag, names, tag};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::markup::Element;
use crate::node::{Node, Value};

/// Reads one message.
///
/// # Errors
/// The element that means nothing.
pub(crate) fn message(element: &Element) -> Result<Node> {
    node(element, None)
}

/// Reads an element. Within an attribute of 1.x, the value is of the tag that the attribute's name stands for.
fn node(element: &Element, attribute: Option<Tag>) -> Result<Node> {
    let tag = tag_of(element)?;
    let meaning = if tag == tag::ATTRIBUTE_VALUE { attribute.unwrap_or(tag) } else { tag };
    let value = value(element, meaning).with_context(|| format!("<{}>", element.name))?;
    Ok(Node::new(tag, value))
}

fn tag_of(element: &Element) -> Result<Tag> {
    if let Some(number) = element.attribute("tag") {
        let number = hexadecimal(number).and_then(Tag::new);
        return number.with_context(|| format!("<{}> has an impossible tag", element.name));
    }
    names::tag_by_name(&element.name)
        .with_context(|| format!("<{}> is no name of the specifications", element.name))
}

fn value(element: &Element, tag: Tag) -> Result<Value> {
    let item_type = match element.attribute("type") {
        None => ItemType::Structure,
        Some(name) => ItemType::from_name(name).with_context(|| format!("the type {name}"))?,
    };
    if item_type == ItemType::Structure {
        return structure(element);
    }
    let text = element.attribute("value").unwrap_or_default();
    if let Some(open) = open(item_type, text)? {
        return Ok(open);
    }
    leaf(item_type, tag, text).with_context(|| format!("{item_type} `{text}`"))
}

fn structure(element: &Element) -> Result<Value> {
    if let Some(text) = element.attribute("value") {
        // Some files have a placeholder in place of a structure.
        return open(ItemType::Structure, text)?.context("a structure has no value");
    }
    let mut attribute = None;
    let mut children = Vec::with_capacity(element.children.len());
    for child in &element.children {
        let child = node(child, attribute)?;
        if child.tag == tag::ATTRIBUTE_NAME {
            attribute = child.text().and_then(names::attribute_tag);
        }
        children.push(child);
    }
    Ok(Value::Structure(children))
}

/// A value that the run produces: `$NOW`, `$NOW-60`, `$UNIQUE_IDENTIFIER_0`.
fn open(item_type: ItemType, text: &str) -> Result<Option<Value>> {
    let Some(name) = text.strip_prefix('$') else { return Ok(None) };
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if let Some(offset) = name.strip_prefix("NOW") {
        let offset = if offset.is_empty() { Some(0) } else { offset.parse().ok() };
        let offset = offset.with_context(|| format!("`{text}` is no time"))?;
        return Ok(Some(Value::Now(item_type, offset)));
    }
    Ok(is_name(name).then(|| Value::Placeholder(item_type, name.to_owned())))
}

fn leaf(item_type: ItemType, tag: Tag, text: &str) -> Result<Value> {
    Ok(match item_type {
        ItemType::Structure => bail!("a structure is no leaf"),
        ItemType::Integer => Value::Integer(integer(tag, text)?),
        ItemType::LongInteger => Value::LongInteger(text.trim().parse()?),
        ItemType::BigInteger => Value::BigInteger(big_integer(text)?),
        ItemType::Enumeration => Value::Enumeration(enumeration(tag, text)?),
        ItemType::Boolean => Value::Boolean(text.trim().parse()?),
        ItemType::TextString => Value::TextString(words(tag, text)),
        ItemType::ByteString => Value::ByteString(hex::decode(text.trim())?),
        ItemType::DateTime => Value::DateTime(date(text)?.unix_timestamp()),
        ItemType::Interval => Value::Interval(text.trim().parse()?),
        ItemType::DateTimeExtended => {
            let microseconds = date(text)?.unix_timestamp_nanos() / 1_000;
            Value::DateTimeExtended(i64::try_from(microseconds)?)
        }
    })
}

/// Attribute names of 1.0 and 1.1 were published with runs of blanks, where a line was wrapped.
fn words(tag: Tag, text: &str) -> String {
    if tag != tag::ATTRIBUTE_NAME {
        return text.to_owned();
    }
    text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A number, or the names of the bits of a mask.
fn integer(tag: Tag, text: &str) -> Result<i32> {
    let text = text.trim();
    if let Ok(number) = text.parse() {
        return Ok(number);
    }
    let mut bits = 0;
    for name in text.split(|c: char| c.is_whitespace() || c == '|').filter(|name| !name.is_empty())
    {
        let bit = match hexadecimal(name) {
            Some(bits) => Some(bits.cast_signed()),
            None => names::mask_value(tag, name),
        };
        bits |= bit.with_context(|| format!("`{name}` is no bit of the mask"))?;
    }
    Ok(bits)
}

fn enumeration(tag: Tag, text: &str) -> Result<u32> {
    let text = text.trim();
    let number = hexadecimal(text).or_else(|| text.parse().ok());
    number
        .or_else(|| names::enumeration_value(tag, text))
        .with_context(|| format!("`{text}` is no value of the enumeration"))
}

/// Big integers are multiples of eight bytes; a shorter one is extended by its sign.
fn big_integer(text: &str) -> Result<Vec<u8>> {
    let bytes = hex::decode(text.trim())?;
    let sign = if bytes.first().is_some_and(|first| first & 0x80 != 0) { 0xFF } else { 0 };
    let length = bytes.len().next_multiple_of(8).max(8);
    let mut padded = vec![sign; length - bytes.len()];
    padded.extend(bytes);
    Ok(padded)
}

fn date(text: &str) -> Result<OffsetDateTime> {
    Ok(OffsetDateTime::parse(text.trim(), &Rfc3339)?)
}

fn hexadecimal(text: &str) -> Option<u32> {
    u32::from_str_radix(text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::super::markup;
    use super::*;

    fn read(text: &str) -> Result<Node> {
        message(&markup::read(text).expect("it is markup"))
    }

    #[test]
    fn an_attribute_of_1_x_is_read_by_its_name() {
        let node = read(
            "<Attribute><AttributeName type='TextString' value='Cryptographic   Usage Mask'/>\
             <AttributeValue type='Integer' value='Decrypt   Encrypt'/></Attribute>",
        )
        .expect("it is an attribute");
        assert_eq!(
            node.child(tag::ATTRIBUTE_NAME).and_then(Node::text),
            Some("Cryptographic Usage Mask")
        );
        assert_eq!(node.child(tag::ATTRIBUTE_VALUE).and_then(Node::integer), Some(0x0C));
    }

    #[test]
    fn placeholders_stay_open() {
        let value = |text| read(text).expect("it is an item").value;
        assert_eq!(
            value("<ActivationDate type='DateTime' value='$NOW-3600'/>"),
            Value::Now(ItemType::DateTime, -3600)
        );
        assert_eq!(
            value("<UniqueIdentifier type='TextString' value='$UNIQUE_IDENTIFIER_1'/>"),
            Value::Placeholder(ItemType::TextString, "UNIQUE_IDENTIFIER_1".to_owned())
        );
        assert_eq!(
            value("<UniqueIdentifier type='TextString' value='$ 5'/>"),
            Value::TextString("$ 5".to_owned())
        );
    }

    #[test]
    fn big_integers_keep_their_bytes_and_are_extended_by_their_sign() {
        let value = |text| read(text).expect("it is an item").value;
        assert_eq!(
            value("<Modulus type='BigInteger' value='00000000000000008000000000000000'/>"),
            Value::BigInteger([[0; 8], [0x80, 0, 0, 0, 0, 0, 0, 0]].concat())
        );
        assert_eq!(
            value("<Modulus type='BigInteger' value='FE'/>").item_type(),
            ItemType::BigInteger
        );
        assert_eq!(
            value("<Modulus type='BigInteger' value='FE'/>"),
            Value::BigInteger(vec![0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE])
        );
    }

    #[test]
    fn what_the_specifications_do_not_name_is_refused() {
        for text in [
            "<NoSuchTag type='Integer' value='1'/>",
            "<Operation type='Enumeration' value='NoSuchOperation'/>",
            "<Operation type='NoSuchType' value='1'/>",
            "<CryptographicUsageMask type='Integer' value='NoSuchBit'/>",
            "<TTLV tag='0x1234567' type='Integer' value='1'/>",
            "<DataLength type='Integer' value='99999999999'/>",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}

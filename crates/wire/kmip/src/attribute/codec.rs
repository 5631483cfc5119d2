//! How attributes stand in messages: by name in 1.x, by tag in 2.x.

use claviger_wire_ttlv::{Item, Tag, Version, Writer, tag};

use crate::attribute::{AttributeEntry, AttributeReference, catalogue};
use crate::error::MessageError;
use crate::field::{self, Field};
use crate::slot::expect_structure;
use crate::value::Value;

/// Reads an `Attribute` of 1.x.
pub(crate) fn read_named(item: Item<'_>) -> Result<AttributeEntry, MessageError> {
    let Parts { vendor, name, index, value } = Parts::read(item)?;
    if vendor.is_some() {
        return Err(MessageError::unexpected(
            "Attribute",
            tag::VENDOR_IDENTIFICATION,
            Version::V1_4,
        ));
    }
    Ok(AttributeEntry { reference: AttributeReference::from_name(name), index, value })
}

/// Reads an attribute of 2.x: an item under the attribute's own tag, or the `Attribute` of a vendor.
fn read_tagged(item: Item<'_>) -> Result<AttributeEntry, MessageError> {
    if item.tag() != tag::ATTRIBUTE {
        return Ok(AttributeEntry {
            reference: AttributeReference::Standard(item.tag()),
            index: None,
            value: Some(Value::read(item)?),
        });
    }
    let Parts { vendor, name, index, value } = Parts::read(item)?;
    if index.is_some() {
        return Err(MessageError::unexpected("Attribute", tag::ATTRIBUTE_INDEX, Version::V2_1));
    }
    let vendor =
        vendor.ok_or_else(|| MessageError::missing("Attribute", tag::VENDOR_IDENTIFICATION))?;
    let reference = AttributeReference::Vendor { vendor: vendor.to_owned(), name: name.to_owned() };
    Ok(AttributeEntry { reference, index: None, value })
}

/// Reads the attributes in an `Attributes` of 2.x.
pub(crate) fn read_all_tagged(item: Item<'_>) -> Result<Vec<AttributeEntry>, MessageError> {
    expect_structure(item)?;
    item.children().map(read_tagged).collect()
}

/// Writes attributes one after the other, as the version has them; what the version does not have is left out.
pub(crate) fn write_all(entries: &[AttributeEntry], writer: &mut Writer, version: Version) {
    for entry in entries.iter().filter(|entry| entry.reference.exists_in(version)) {
        if version.major >= 2 {
            write_tagged(entry, writer, version);
        } else {
            write_named(entry, writer, tag::ATTRIBUTE, version);
        }
    }
}

fn write_named(entry: &AttributeEntry, writer: &mut Writer, own: Tag, version: Version) {
    let AttributeEntry { reference, index, value } = entry;
    let Some(name) = reference.name() else {
        return;
    };
    let open = writer.open(own);
    writer.text(tag::ATTRIBUTE_NAME, &name);
    if let Some(index) = index {
        writer.integer(tag::ATTRIBUTE_INDEX, *index);
    }
    if let Some(value) = value {
        write_value(reference, value, writer, tag::ATTRIBUTE_VALUE, version);
    }
    writer.close(open);
}

fn write_tagged(entry: &AttributeEntry, writer: &mut Writer, version: Version) {
    let AttributeEntry { reference, index: _, value } = entry;
    match (reference, value) {
        (AttributeReference::Standard(own), Some(value)) => {
            write_value(reference, value, writer, *own, version);
        }
        (AttributeReference::Vendor { vendor, name }, _) => {
            let open = writer.open(tag::ATTRIBUTE);
            writer.text(tag::VENDOR_IDENTIFICATION, vendor);
            writer.text(tag::ATTRIBUTE_NAME, name);
            if let Some(value) = value {
                value.write(writer, tag::ATTRIBUTE_VALUE);
            }
            writer.close(open);
        }
        (AttributeReference::Standard(_) | AttributeReference::Unknown(_), _) => {}
    }
}

/// Writes a value without the parts that the version does not have.
fn write_value(
    reference: &AttributeReference,
    value: &Value,
    writer: &mut Writer,
    own: Tag,
    version: Version,
) {
    match (reference, value) {
        (AttributeReference::Standard(attribute), Value::Structure(fields)) => {
            let open = writer.open(own);
            for (part, value) in fields {
                if catalogue::part_exists_in(*attribute, *part, version) {
                    value.write(writer, *part);
                }
            }
            writer.close(open);
        }
        _ => value.write(writer, own),
    }
}

/// `Attribute` in 1.x; in 2.x `New Attribute` or `Current Attribute`, which hold one attribute.
///
/// It is the one that the client has named: it is written whatever the version, if the version has a way to name it.
impl Field for AttributeEntry {
    fn read(item: Item<'_>, version: Version) -> Result<Self, MessageError> {
        if version.major < 2 {
            return read_named(item);
        }
        let mut entries = read_all_tagged(item)?;
        match (entries.pop(), entries.is_empty()) {
            (Some(entry), true) => Ok(entry),
            _ => Err(MessageError::invalid_message("There is not exactly one attribute")),
        }
    }

    fn write(&self, writer: &mut Writer, tag: Tag, version: Version) {
        if version.major < 2 {
            write_named(self, writer, tag, version);
        } else {
            let open = writer.open(tag);
            write_tagged(self, writer, version);
            writer.close(open);
        }
    }
}

/// The fields of an `Attribute` of either family.
struct Parts<'a> {
    vendor: Option<&'a str>,
    name: &'a str,
    index: Option<i32>,
    value: Option<Value>,
}

impl<'a> Parts<'a> {
    fn read(item: Item<'a>) -> Result<Self, MessageError> {
        expect_structure(item)?;
        let (mut vendor, mut name, mut index, mut value) = (None, None, None, None);
        for child in item.children() {
            let seen = match child.tag() {
                tag::VENDOR_IDENTIFICATION => vendor.replace(field::text(child)?).is_some(),
                tag::ATTRIBUTE_NAME => name.replace(field::text(child)?).is_some(),
                tag::ATTRIBUTE_INDEX => index.replace(i32::read(child, Version::V1_0)?).is_some(),
                tag::ATTRIBUTE_VALUE => value.replace(Value::read(child)?).is_some(),
                other if other.is_extension() => false,
                other => {
                    return Err(MessageError::unexpected("Attribute", other, Version::V1_4));
                }
            };
            if seen {
                return Err(MessageError::duplicate(child.tag()));
            }
        }
        let name = name.ok_or_else(|| MessageError::missing("Attribute", tag::ATTRIBUTE_NAME))?;
        Ok(Self { vendor, name, index, value })
    }
}

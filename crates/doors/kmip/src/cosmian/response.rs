//! From a payload of KMIP 2.1 to a bare answer.

use claviger_wire_ttlv::enumeration::Operation;
use claviger_wire_ttlv::json::Dialect;
use claviger_wire_ttlv::{Buffer, Item, ItemType, Tag, Writer, cosmian, tag};

use super::request::{TAG, VENDOR};

/// Writes an answer as these clients read it.
pub(super) fn bare(answer: Item<'_>, dialect: Dialect) -> Buffer {
    let mut writer = Writer::with_capacity(answer.encoded().len() + 128);
    let open = writer.open(answer.tag());
    if dialect == Dialect::Cosmian4
        && cosmian::response_tag(Operation::Locate) == Some(answer.tag())
    {
        located(&mut writer, answer);
    } else {
        answer.children().for_each(|child| field(&mut writer, child, dialect));
    }
    writer.close(open);
    writer.into_buffer()
}

/// The answer to Locate, in which clients of 4.x look for one list of identifiers.
fn located(writer: &mut Writer, answer: Item<'_>) {
    let is_identifier = |child: &Item<'_>| child.tag() == tag::UNIQUE_IDENTIFIER;
    answer.children().filter(|child| !is_identifier(child)).for_each(|child| writer.item(child));
    let open = writer.open(tag::UNIQUE_IDENTIFIER);
    answer.children().filter(is_identifier).for_each(|child| writer.item(child));
    writer.close(open);
}

fn field(writer: &mut Writer, item: Item<'_>, dialect: Dialect) {
    match item.tag() {
        tag::SYMMETRIC_KEY
        | tag::PUBLIC_KEY
        | tag::PRIVATE_KEY
        | tag::SECRET_DATA
        | tag::CERTIFICATE
        | tag::OPAQUE_OBJECT
        | tag::SPLIT_KEY => nested(writer, cosmian::OBJECT, item, dialect),
        tag::KEY_MATERIAL if item.item_type() == ItemType::ByteString => {
            let open = writer.open(tag::KEY_MATERIAL);
            writer.bytes(cosmian::BYTE_STRING, item.bytes().unwrap_or_default());
            writer.close(open);
        }
        tag::ATTRIBUTES => attributes(writer, item, dialect),
        _ if item.item_type() == ItemType::Structure => nested(writer, item.tag(), item, dialect),
        _ => writer.item(item),
    }
}

fn nested(writer: &mut Writer, own: Tag, item: Item<'_>, dialect: Dialect) {
    let open = writer.open(own);
    item.children().for_each(|child| field(writer, child, dialect));
    writer.close(open);
}

/// Attributes, with the tags in one JSON array. Clients of 4.x read lists out of a structure of the tag of their members, and
/// no empty attributes at all.
fn attributes(writer: &mut Writer, item: Item<'_>, dialect: Dialect) {
    if item.children().next().is_none() {
        return;
    }
    let (mut links, mut vendors, mut tags) = (Vec::new(), Vec::new(), Vec::new());
    let open = writer.open(tag::ATTRIBUTES);
    for child in item.children() {
        match child.tag() {
            tag::LINK => links.push(child),
            tag::ATTRIBUTE => match own_tag(child) {
                Some(text) => tags.push(text),
                None => vendors.push(child),
            },
            _ => writer.item(child),
        }
    }
    // Texts are always JSON.
    let tags = (!tags.is_empty()).then(|| serde_json::to_string(&tags).unwrap_or_default());
    if dialect == Dialect::Cosmian4 {
        lists(writer, &links, &vendors, tags.as_deref());
    } else {
        links.into_iter().chain(vendors).for_each(|one| writer.item(one));
        if let Some(array) = tags {
            tag_attribute(writer, tag::ATTRIBUTE, |writer| {
                writer.text(tag::ATTRIBUTE_VALUE, &array);
            });
        }
    }
    writer.close(open);
}

/// Links and vendor attributes as clients of 4.x read them.
fn lists(writer: &mut Writer, links: &[Item<'_>], vendors: &[Item<'_>], tags: Option<&str>) {
    if !links.is_empty() {
        let open = writer.open(tag::LINK);
        links.iter().for_each(|&link| writer.item(link));
        writer.close(open);
    }
    if vendors.is_empty() && tags.is_none() {
        return;
    }
    let open = writer.open(cosmian::VENDOR_ATTRIBUTES);
    for vendor in vendors {
        let open = writer.open(cosmian::VENDOR_ATTRIBUTES);
        vendor.children().for_each(|child| writer.item(child));
        writer.close(open);
    }
    if let Some(array) = tags {
        tag_attribute(writer, cosmian::VENDOR_ATTRIBUTES, |writer| {
            writer.bytes(tag::ATTRIBUTE_VALUE, array.as_bytes());
        });
    }
    writer.close(open);
}

/// The vendor attribute that holds all tags.
fn tag_attribute(writer: &mut Writer, own: Tag, value: impl FnOnce(&mut Writer)) {
    let open = writer.open(own);
    writer.text(tag::VENDOR_IDENTIFICATION, VENDOR);
    writer.text(tag::ATTRIBUTE_NAME, TAG);
    value(writer);
    writer.close(open);
}

/// The tag that an attribute holds, if it holds one.
fn own_tag(attribute: Item<'_>) -> Option<&str> {
    let text = |tag| attribute.child(tag).and_then(Item::text);
    let is_tag =
        text(tag::VENDOR_IDENTIFICATION) == Some(VENDOR) && text(tag::ATTRIBUTE_NAME) == Some(TAG);
    text(tag::ATTRIBUTE_VALUE).filter(|_| is_tag)
}

//! From a payload of KMIP 2.1 to a bare answer.

use claviger_wire_ttlv::json::Dialect;
use claviger_wire_ttlv::{Buffer, Item, ItemType, Writer, cosmian, tag};

use super::request::{TAG, VENDOR};

/// Writes an answer as these clients read it.
pub(super) fn bare(answer: Item<'_>, dialect: Dialect) -> Buffer {
    let mut writer = Writer::with_capacity(answer.encoded().len() + 128);
    let open = writer.open(answer.tag());
    answer.children().for_each(|child| field(&mut writer, child, dialect));
    writer.close(open);
    writer.into_buffer()
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

fn nested(writer: &mut Writer, own: claviger_wire_ttlv::Tag, item: Item<'_>, dialect: Dialect) {
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
    let lists = dialect == Dialect::Cosmian4;
    let open = writer.open(tag::ATTRIBUTES);
    let (mut links, mut vendors, mut tags) = (Vec::new(), Vec::new(), Vec::new());
    for child in item.children() {
        match child.tag() {
            tag::LINK if lists => links.push(child),
            tag::ATTRIBUTE => match own_tag(child) {
                Some(text) => tags.push(text),
                None => vendors.push(child),
            },
            _ => writer.item(child),
        }
    }
    if !links.is_empty() {
        let open = writer.open(tag::LINK);
        links.into_iter().for_each(|link| writer.item(link));
        writer.close(open);
    }
    let array = serde_json::to_string(&tags).unwrap_or_default();
    if lists && !(vendors.is_empty() && tags.is_empty()) {
        let open = writer.open(cosmian::VENDOR_ATTRIBUTES);
        for vendor in vendors {
            let open = writer.open(cosmian::VENDOR_ATTRIBUTES);
            vendor.children().for_each(|child| writer.item(child));
            writer.close(open);
        }
        if !tags.is_empty() {
            let open = writer.open(cosmian::VENDOR_ATTRIBUTES);
            writer.text(tag::VENDOR_IDENTIFICATION, VENDOR);
            writer.text(tag::ATTRIBUTE_NAME, TAG);
            writer.bytes(tag::ATTRIBUTE_VALUE, array.as_bytes());
            writer.close(open);
        }
        writer.close(open);
    } else {
        vendors.into_iter().for_each(|vendor| writer.item(vendor));
        if !tags.is_empty() {
            let open = writer.open(tag::ATTRIBUTE);
            writer.text(tag::VENDOR_IDENTIFICATION, VENDOR);
            writer.text(tag::ATTRIBUTE_NAME, TAG);
            writer.text(tag::ATTRIBUTE_VALUE, &array);
            writer.close(open);
        }
    }
    writer.close(open);
}

/// The tag that an attribute holds, if it holds one.
fn own_tag(attribute: Item<'_>) -> Option<&str> {
    let text = |tag| attribute.child(tag).and_then(Item::text);
    let is_tag =
        text(tag::VENDOR_IDENTIFICATION) == Some(VENDOR) && text(tag::ATTRIBUTE_NAME) == Some(TAG);
    text(tag::ATTRIBUTE_VALUE).filter(|_| is_tag)
}

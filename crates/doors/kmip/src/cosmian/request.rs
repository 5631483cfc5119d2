//! From a bare request to a payload of KMIP 2.1.

use claviger_model::{AttributeKey, Value};
use claviger_wire_kmip::MessageError;
use claviger_wire_ttlv::enumeration::{ObjectType, Operation, ResultReason};
use claviger_wire_ttlv::{Buffer, Item, ItemType, Tag, Writer, cosmian, tag};

use crate::errors::Outcome;

/// The vendor of these clients' attributes.
pub(super) const VENDOR: &str = "cosmian";
/// The attribute that holds an object's tags: each is an instance of its own here, while these clients write one JSON array.
pub(super) const TAG: &str = "tag";
/// Revocation Reason Code: Unspecified (KMIP 2.1 §11.47).
const UNSPECIFIED: u32 = 1;
/// The most tags of an object, and in an identifier.
const TAG_LIMIT: usize = 64;

/// A request in the form of the standard.
pub(super) struct Standard {
    /// The fields, but for the identifier where that is given by tags.
    payload: Writer,
    /// The tags that mean the object.
    pub(super) tags: Option<Vec<String>>,
    /// The identifier.
    identifier: Option<String>,
}

impl Standard {
    /// Says which object the tags meant.
    pub(super) fn name(&mut self, identifier: &str) {
        self.identifier = Some(identifier.to_owned());
    }

    /// The payload.
    pub(super) fn into_payload(self) -> Buffer {
        let fields = self.payload.into_buffer();
        let mut writer = Writer::with_capacity(fields.len() + 64);
        let open = writer.open(tag::REQUEST_PAYLOAD);
        if let Some(identifier) = &self.identifier {
            writer.text(tag::UNIQUE_IDENTIFIER, identifier);
        }
        fields.item().children().for_each(|field| writer.item(field));
        writer.close(open);
        writer.into_buffer()
    }
}

/// The key of a tag among an object's attributes.
pub(super) fn tag_key() -> AttributeKey {
    AttributeKey::Vendor { vendor: VENDOR.to_owned(), name: TAG.to_owned() }
}

/// The value of a tag among an object's attributes.
pub(super) fn tag_value(tag: &str) -> Value {
    Value::Text(tag.to_owned())
}

/// Reads a bare request. `now` is in seconds since 1970: objects are active from then on, unless the request says otherwise.
pub(super) fn standard(operation: Operation, request: Item<'_>, now: i64) -> Outcome<Standard> {
    let mut writer = Writer::with_capacity(request.encoded().len() + 128);
    let mut standard = Standard { payload: Writer::new(), tags: None, identifier: None };
    let translation = Translation {
        object_type: request.child(tag::OBJECT_TYPE).and_then(Item::enumeration),
        activation: matches!(
            operation,
            Operation::Create | Operation::CreateKeyPair | Operation::Import | Operation::Register
        )
        .then_some(now),
    };
    if !matches!(operation, Operation::Import | Operation::Register) {
        refuse_cover_crypt(request)?;
    }
    let open = writer.open(tag::REQUEST_PAYLOAD);
    for child in request.children() {
        if child.tag() == tag::UNIQUE_IDENTIFIER
            && let Some(tags) = child.text().and_then(tags)
            && operation != Operation::Import
        {
            standard.tags = Some(tags);
            continue;
        }
        translation.field(&mut writer, child)?;
    }
    if operation == Operation::Locate && request.child(tag::OFFSET_ITEMS).is_none() {
        // These clients want to know how many objects there are, which is counted from an offset only.
        writer.integer(tag::OFFSET_ITEMS, 0);
    }
    writer.close(open);
    standard.payload = writer;
    Ok(standard)
}

/// Refuses to make keys of CoverCrypt or to make them anew, in these clients' own words.
fn refuse_cover_crypt(request: Item<'_>) -> Outcome<()> {
    let is_cover_crypt = |attributes: Item<'_>| {
        let algorithm = attributes.child(tag::CRYPTOGRAPHIC_ALGORITHM).and_then(Item::enumeration);
        algorithm == Some(cosmian::COVER_CRYPT)
    };
    if request.children().any(is_cover_crypt) {
        return Err(MessageError::new(
            ResultReason::UnsupportedCryptographicParameters,
            "keys of CoverCrypt are kept, and not made or used; import one, or create a key of another algorithm",
        ));
    }
    Ok(())
}

/// The tags of an identifier that is a JSON array of texts, at least one.
fn tags(text: &str) -> Option<Vec<String>> {
    let tags: Vec<String> = serde_json::from_str(text).ok()?;
    (1..=TAG_LIMIT).contains(&tags.len()).then_some(tags)
}

struct Translation {
    object_type: Option<u32>,
    activation: Option<i64>,
}

impl Translation {
    fn field(&self, writer: &mut Writer, item: Item<'_>) -> Outcome<()> {
        match item.tag() {
            // A text, where KMIP has a code and a text.
            tag::REVOCATION_REASON if item.item_type() == ItemType::TextString => {
                let open = writer.open(tag::REVOCATION_REASON);
                writer.enumeration(tag::REVOCATION_REASON_CODE, UNSPECIFIED);
                writer.text(tag::REVOCATION_MESSAGE, item.text().unwrap_or_default());
                writer.close(open);
            }
            tag::ATTRIBUTES | tag::COMMON_ATTRIBUTES => {
                self.attributes(writer, item, self.activation)?;
            }
            tag::PRIVATE_KEY_ATTRIBUTES | tag::PUBLIC_KEY_ATTRIBUTES => {
                self.attributes(writer, item, None)?;
            }
            cosmian::OBJECT => {
                let open = writer.open(self.object_tag()?);
                self.inner(writer, item)?;
                writer.close(open);
            }
            tag::KEY_MATERIAL => {
                // A structure around the bytes of a format that isn't transparent.
                match item.child(cosmian::BYTE_STRING).and_then(Item::bytes) {
                    Some(bytes) => writer.bytes(tag::KEY_MATERIAL, bytes),
                    None => writer.item(item),
                }
            }
            _ if item.item_type() == ItemType::Structure => {
                let open = writer.open(item.tag());
                self.inner(writer, item)?;
                writer.close(open);
            }
            _ => writer.item(item),
        }
        Ok(())
    }

    fn inner(&self, writer: &mut Writer, item: Item<'_>) -> Outcome<()> {
        item.children().try_for_each(|child| self.nested(writer, child))
    }

    /// Attributes inside an object aren't those of the request: they get no activation date.
    fn nested(&self, writer: &mut Writer, item: Item<'_>) -> Outcome<()> {
        match item.tag() {
            tag::ATTRIBUTES => self.attributes(writer, item, None),
            _ => self.field(writer, item),
        }
    }

    fn attributes(
        &self,
        writer: &mut Writer,
        item: Item<'_>,
        activation: Option<i64>,
    ) -> Outcome<()> {
        let open = writer.open(item.tag());
        for child in item.children() {
            match child.tag() {
                // Lists stand in a structure of the tag of their members.
                tag::LINK if child.child(tag::LINK).is_some() => {
                    child.children().for_each(|link| writer.item(link));
                }
                cosmian::VENDOR_ATTRIBUTES => {
                    for one in child.children() {
                        vendor_attribute(writer, one)?;
                    }
                }
                tag::ATTRIBUTE => vendor_attribute(writer, child)?,
                // The request says it already.
                tag::OBJECT_TYPE => {}
                _ => writer.item(child),
            }
        }
        if let Some(now) = activation.filter(|_| item.child(tag::ACTIVATION_DATE).is_none()) {
            writer.date_time(tag::ACTIVATION_DATE, now);
        }
        writer.close(open);
        Ok(())
    }

    fn object_tag(&self) -> Outcome<Tag> {
        match self.object_type.map(ObjectType::from_code) {
            Some(ObjectType::SymmetricKey) => Ok(tag::SYMMETRIC_KEY),
            Some(ObjectType::PublicKey) => Ok(tag::PUBLIC_KEY),
            Some(ObjectType::PrivateKey) => Ok(tag::PRIVATE_KEY),
            Some(ObjectType::SecretData) => Ok(tag::SECRET_DATA),
            Some(ObjectType::Certificate) => Ok(tag::CERTIFICATE),
            Some(ObjectType::OpaqueObject) => Ok(tag::OPAQUE_OBJECT),
            _ => Err(MessageError::invalid_field("the request doesn't say the type of its object")),
        }
    }
}

/// One vendor attribute. Tags become one attribute each.
fn vendor_attribute(writer: &mut Writer, item: Item<'_>) -> Outcome<()> {
    let vendor = item.child(tag::VENDOR_IDENTIFICATION).and_then(Item::text);
    let name = item.child(tag::ATTRIBUTE_NAME).and_then(Item::text);
    let (Some(vendor), Some(name), Some(value)) = (vendor, name, item.child(tag::ATTRIBUTE_VALUE))
    else {
        return Err(MessageError::invalid_field(
            "a vendor attribute has a vendor, a name and a value",
        ));
    };
    if vendor != VENDOR || name != TAG {
        let open = writer.open(tag::ATTRIBUTE);
        item.children().for_each(|child| writer.item(child));
        writer.close(open);
        return Ok(());
    }
    let array = value.bytes().or_else(|| value.text().map(str::as_bytes)).unwrap_or_default();
    let tags: Vec<String> = serde_json::from_slice(array)
        .map_err(|_| MessageError::invalid_field("the tags are no JSON array of texts"))?;
    if tags.len() > TAG_LIMIT {
        return Err(MessageError::invalid_field(format!(
            "an object has at most {TAG_LIMIT} tags, not {}",
            tags.len()
        )));
    }
    for one in tags {
        let open = writer.open(tag::ATTRIBUTE);
        writer.text(tag::VENDOR_IDENTIFICATION, VENDOR);
        writer.text(tag::ATTRIBUTE_NAME, TAG);
        writer.text(tag::ATTRIBUTE_VALUE, &one);
        writer.close(open);
    }
    Ok(())
}

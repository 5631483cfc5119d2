//! What the JSON of Cosmian's clients names beyond the specification.
//!
//! Those clients send a bare operation instead of a message, tagged with its name (`Create`, and `CreateResponse` for the
//! answer), and a few fields and values of their own. The JSON decoder gives all of them numbers in the range of extensions,
//! so that a message of theirs is a tree like any other. The numbers are Claviger's; they are never sent, for the JSON encoder
//! writes the names again.

use crate::enumeration::Operation;
use crate::{Tag, names, tag};

/// `VendorAttributes`: in 4.x a structure of structures of the same tag, each with Vendor Identification, Attribute Name and
/// Attribute Value.
pub const VENDOR_ATTRIBUTES: Tag = Tag::from_code(0x54_C200);

/// `Object`: the object in the answer to Get and in the request of Import.
pub const OBJECT: Tag = Tag::from_code(0x54_C201);

/// `ByteString`: the bytes of a Key Material that is a structure.
pub const BYTE_STRING: Tag = Tag::from_code(0x54_C202);

/// The Cryptographic Algorithm `CoverCrypt`.
pub const COVER_CRYPT: u32 = 0x8C00_0001;

/// The Key Format Type `CoverCryptSecretKey`.
pub const COVER_CRYPT_SECRET_KEY: u32 = 0x8C00_0001;

/// The Key Format Type `CoverCryptPublicKey`.
pub const COVER_CRYPT_PUBLIC_KEY: u32 = 0x8C00_0002;

/// The first tag of a bare request; the operation's number is added.
const REQUESTS: u32 = 0x54_C000;

/// The first tag of a bare answer; the operation's number is added.
const RESPONSES: u32 = 0x54_C100;

/// How many operations have room between the two.
const OPERATIONS: u32 = 0x100;

/// The tags with names of their own.
const TAGS: [(Tag, &str); 3] =
    [(VENDOR_ATTRIBUTES, "VendorAttributes"), (OBJECT, "Object"), (BYTE_STRING, "ByteString")];

/// How 4.x spells `IVCounterNonce`; its clients overlook the other spelling.
pub(crate) const IV_COUNTER_NONCE_4: &str = "IvCounterNonce";

/// The values with names of their own, by the tag that holds them.
const VALUES: [(Tag, u32, &str); 3] = [
    (tag::CRYPTOGRAPHIC_ALGORITHM, COVER_CRYPT, "CoverCrypt"),
    (tag::KEY_FORMAT_TYPE, COVER_CRYPT_SECRET_KEY, "CoverCryptSecretKey"),
    (tag::KEY_FORMAT_TYPE, COVER_CRYPT_PUBLIC_KEY, "CoverCryptPublicKey"),
];

/// The tag of a bare request for an operation of the specification.
#[must_use]
pub fn request_tag(operation: Operation) -> Option<Tag> {
    bare(REQUESTS, operation)
}

/// The tag of the bare answer to an operation of the specification.
#[must_use]
pub fn response_tag(operation: Operation) -> Option<Tag> {
    bare(RESPONSES, operation)
}

/// The operation of a bare request with this tag.
#[must_use]
pub fn requested_operation(tag: Tag) -> Option<Operation> {
    operation(REQUESTS, tag)
}

/// The operation that a bare answer with this tag belongs to.
#[must_use]
pub fn answered_operation(tag: Tag) -> Option<Operation> {
    operation(RESPONSES, tag)
}

/// The tag of a name that the specification does not have.
pub(crate) fn tag_by_name(name: &str) -> Option<Tag> {
    if name == IV_COUNTER_NONCE_4 {
        return Some(tag::IV_COUNTER_NONCE);
    }
    if let Some((tag, _)) = TAGS.iter().find(|(_, own)| *own == name) {
        return Some(*tag);
    }
    let (name, first) = match name.strip_suffix("Response") {
        Some(operation) => (operation, RESPONSES),
        None => (name, REQUESTS),
    };
    let code = names::enumeration_value(tag::OPERATION, name)?;
    bare(first, Operation::from_code(code))
}

/// Writes the name of a tag that the specification does not have.
pub(crate) fn tag_name(tag: Tag) -> Option<(&'static str, &'static str)> {
    if let Some((_, name)) = TAGS.iter().find(|(own, _)| *own == tag) {
        return Some((name, ""));
    }
    if let Some(operation) = requested_operation(tag) {
        return operation.name().map(|name| (name, ""));
    }
    answered_operation(tag)?.name().map(|name| (name, "Response"))
}

/// The value of a name that the specification does not have.
pub(crate) fn value_by_name(holder: Tag, name: &str) -> Option<u32> {
    let found = VALUES.iter().find(|(tag, _, own)| *tag == holder && *own == name);
    found.map(|(_, value, _)| *value)
}

/// The name of a value that the specification does not have.
pub(crate) fn value_name(holder: Tag, value: u32) -> Option<&'static str> {
    let found = VALUES.iter().find(|(tag, own, _)| *tag == holder && *own == value);
    found.map(|(_, _, name)| *name)
}

fn bare(first: u32, operation: Operation) -> Option<Tag> {
    operation.name()?;
    (operation.code() < OPERATIONS).then(|| Tag::from_code(first + operation.code()))
}

fn operation(first: u32, tag: Tag) -> Option<Operation> {
    let code = tag.value().checked_sub(first).filter(|code| *code < OPERATIONS)?;
    let operation = Operation::from_code(code);
    operation.name().map(|_| operation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_a_request_and_a_response_and_no_tag_of_the_specification() {
        for operation in Operation::ALL {
            let name = operation.name().expect("a name");
            assert_eq!(names::tag_by_name(name), None, "{name}");
            let request = request_tag(*operation).expect("a request");
            assert_eq!(tag_by_name(name), Some(request));
            assert_eq!(tag_name(request), Some((name, "")));
            assert_eq!(requested_operation(request), Some(*operation));
            let response = response_tag(*operation).expect("a response");
            assert_eq!(tag_by_name(&format!("{name}Response")), Some(response));
            assert_eq!(tag_name(response), Some((name, "Response")));
            assert_eq!(answered_operation(response), Some(*operation));
            assert_eq!(requested_operation(response), None);
        }
        assert_eq!(request_tag(Operation::Other(0x8000_0001)), None);
        assert_eq!(tag_by_name("Nonsense"), None);
    }
}

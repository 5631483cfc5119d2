//! KMIP messages in the binary encoding, byte by byte, so that they can be wrong (KMIP 2.1 §10.1).

/// The types of items.
pub(crate) const STRUCTURE: u8 = 1;
pub(crate) const INTEGER: u8 = 2;
pub(crate) const ENUMERATION: u8 = 5;
pub(crate) const TEXT: u8 = 7;

/// The last byte of the tags that messages are made of; all begin with 42 00.
pub(crate) const BATCH_COUNT: u8 = 0x0D;
pub(crate) const BATCH_ITEM: u8 = 0x0F;
pub(crate) const OBJECT_TYPE: u8 = 0x57;
pub(crate) const OPERATION: u8 = 0x5C;
pub(crate) const PROTOCOL_VERSION: u8 = 0x69;
pub(crate) const REQUEST_HEADER: u8 = 0x77;
pub(crate) const REQUEST_MESSAGE: u8 = 0x78;
pub(crate) const REQUEST_PAYLOAD: u8 = 0x79;
pub(crate) const TEMPLATE_ATTRIBUTE: u8 = 0x91;

/// With what an answer begins: the tag of a response message, and that it is a structure.
pub(crate) const ANSWER: &[u8] = &[0x42, 0x00, 0x7B, 0x01];

/// The operations.
pub(crate) const CREATE: u32 = 0x01;
pub(crate) const QUERY: u32 = 0x18;
pub(crate) const DISCOVER_VERSIONS: u32 = 0x1E;

/// An item with its padding.
pub(crate) fn item(tag: u8, kind: u8, value: &[u8]) -> Vec<u8> {
    let mut bytes = claiming(tag, kind, u32::try_from(value.len()).unwrap(), value);
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes
}

/// An item that says that it is this long, without padding.
pub(crate) fn claiming(tag: u8, kind: u8, length: u32, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x42, 0x00, tag, kind];
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(value);
    bytes
}

/// An integer or an enumeration.
pub(crate) fn number(tag: u8, kind: u8, value: u32) -> Vec<u8> {
    item(tag, kind, &value.to_be_bytes())
}

/// A header.
pub(crate) fn header(version: (u32, u32), count: u32) -> Vec<u8> {
    let version = [number(0x6A, INTEGER, version.0), number(0x6B, INTEGER, version.1)].concat();
    let version = item(PROTOCOL_VERSION, STRUCTURE, &version);
    item(REQUEST_HEADER, STRUCTURE, &[version, number(BATCH_COUNT, INTEGER, count)].concat())
}

/// A batch item with these fields in its payload.
pub(crate) fn batch_item(operation: u32, payload: &[u8]) -> Vec<u8> {
    let payload = item(REQUEST_PAYLOAD, STRUCTURE, payload);
    item(BATCH_ITEM, STRUCTURE, &[number(OPERATION, ENUMERATION, operation), payload].concat())
}

/// A message.
pub(crate) fn message(parts: &[Vec<u8>]) -> Vec<u8> {
    item(REQUEST_MESSAGE, STRUCTURE, &parts.concat())
}

/// A KMIP 1.4 message with the operation Discover Versions.
pub(crate) fn discover_versions() -> Vec<u8> {
    message(&[header((1, 4), 1), batch_item(DISCOVER_VERSIONS, &[])])
}

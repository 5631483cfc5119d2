//! The XML encoding: what is accepted is a valid message, is written and read again as the same, and is the same as a tree of
//! elements.

#![no_main]

use claviger_wire_ttlv::{Item, Limits, Version, xml};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let limits = Limits::default();
    let document = std::str::from_utf8(input).ok().map(xml::parse_document);
    let Ok(buffer) = xml::decode(input, &limits) else { return };
    let item = Item::parse(&buffer, &limits).expect("what was decoded is valid");
    let text = xml::encode(item, Version::V2_1);
    let again = xml::decode(&text, &limits).expect("what is written can be read");
    assert_eq!(&*again, &*buffer);
    let document = document.expect("a message is text").expect("a message is a document");
    let tree = document[0].decode(&limits, &mut |_, _, _| None).expect("a tree of the message");
    assert_eq!(&*tree, &*buffer);
});

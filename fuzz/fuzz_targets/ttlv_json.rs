//! The JSON encoding: what is accepted is a valid message, and is written and read again as the same.

#![no_main]

use claviger_wire_ttlv::{Item, Limits, Version, json};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let limits = Limits::default();
    let Ok((buffer, dialect)) = json::decode(input, &limits) else { return };
    let item = Item::parse(&buffer, &limits).expect("what was decoded is valid");
    let text = json::encode(item, Version::V2_1, dialect);
    let (again, _) = json::decode(&text, &limits).expect("what is written can be read");
    assert_eq!(&*again, &*buffer);
});

//! ASCII armor of age files: what is decoded, encoded and decoded again is the same. Armor may be
//! surrounded by blanks and may end its lines in two ways, so its text may differ.

#![no_main]

use std::io::Write;

use claviger_age::armor::{self, ArmoredWriter};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(decoded) = armor::decode(input) else { return };
    let mut writer = ArmoredWriter::new(Vec::new());
    writer.write_all(&decoded).expect("a Vec takes everything");
    let encoded = writer.finish().expect("a Vec takes everything");
    let again = armor::decode(&encoded).expect("what was encoded here can be decoded");
    assert_eq!(again, decoded);
});

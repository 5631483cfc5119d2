//! The header of an age file: what is read is written again byte for byte, since the format has one
//! encoding only.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    if let Ok((header, length)) = claviger_age::header::parse(input) {
        assert_eq!(header.encode(), input[..length]);
    }
});

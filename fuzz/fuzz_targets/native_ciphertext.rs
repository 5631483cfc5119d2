//! Native ciphertexts: there is one text for each, so what is read is written again as it was.

#![no_main]

use claviger_core::NativeCiphertext;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(ciphertext) = NativeCiphertext::read(text) {
        let (key, version) = (ciphertext.key().clone(), ciphertext.version());
        let record = ciphertext.into_record();
        assert_eq!(NativeCiphertext::write(&key, version, &record), text);
    }
});

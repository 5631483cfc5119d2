//! The payloads of Claviger's recipients and identities: everything that can be said has one payload, so
//! what is read is written again byte for byte.

#![no_main]

use claviger_age::claviger::{Identity, Recipient};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|payload: &[u8]| {
    if let Ok(recipient) = Recipient::from_payload(payload) {
        assert_eq!(recipient.payload(), payload);
    }
    if let Ok(identity) = Identity::from_payload(payload) {
        assert_eq!(identity.payload(), payload);
    }
});

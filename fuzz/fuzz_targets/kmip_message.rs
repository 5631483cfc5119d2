//! KMIP messages: any item is read as a request and as a response without a panic, and what was understood is the same when
//! it is written and read again.

#![no_main]

use claviger_wire_kmip::{MessageLimits, RequestMessage, ResponseMessage};
use claviger_wire_ttlv::{Item, Limits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(item) = Item::parse(input, &Limits::default()) else { return };
    let limits = MessageLimits::default();
    if let Ok(request) = RequestMessage::decode(item, &limits) {
        let understood = request.batch.iter().all(|item| item.payload.is_ok());
        let written = request.encode();
        let again = RequestMessage::decode(written.item(), &limits)
            .ok()
            .expect("what was written can be read");
        assert_eq!(again.batch.len(), request.batch.len(), "another batch");
        if understood {
            assert!(again.encode()[..] == written[..], "another request");
        }
    }
    if let Ok(response) = ResponseMessage::decode(item) {
        let written = response.encode();
        let again =
            ResponseMessage::decode(written.item()).ok().expect("what was written can be read");
        assert!(again.encode()[..] == written[..], "another response");
    }
});

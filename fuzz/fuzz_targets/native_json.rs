//! The requests of the native protocol: one that is read and written is read again as the same.
//!
//! The first byte of the input chooses the request, the rest is its JSON text.

#![no_main]

use claviger_wire_native as wire;
use libfuzzer_sys::fuzz_target;
use serde::{Deserialize, Serialize};

/// Reads, writes, reads and writes: the second text is the first.
fn again<'a, T: Deserialize<'a> + Serialize>(text: &'a [u8], store: &'a mut String) {
    let Ok(request) = serde_json::from_slice::<T>(text) else { return };
    *store = serde_json::to_string(&request).expect("a request can be written");
    let same: T = serde_json::from_str(store).expect("what was written here can be read");
    let twice = serde_json::to_string(&same).expect("a request can be written");
    assert_eq!(&twice, store);
}

macro_rules! requests {
    ($($request:ty),* $(,)?) => {
        /// Every request of the protocol that has a body.
        const REQUESTS: &[for<'a> fn(&'a [u8], &'a mut String)] = &[$(|text, store| again::<$request>(text, store)),*];
    };
}

requests![
    wire::ActivateKeyRequest,
    wire::ChangeKeyRequest,
    wire::CreateKeyRequest,
    wire::DataKeyRequest,
    wire::DecapsulateRequest,
    wire::DecryptRequest<'_>,
    wire::DeleteKeyRequest,
    wire::DeriveRequest,
    wire::EncapsulateRequest,
    wire::EncryptRequest,
    wire::ExportKeyRequest,
    wire::GenerateKeyRequest,
    wire::HashRequest,
    wire::ImportKeyRequest,
    wire::KeyDecryptRequest<'_>,
    wire::KeyEncryptRequest,
    wire::KeyRewrapRequest<'_>,
    wire::MacRequest,
    wire::MacVerifyRequest,
    wire::RandomRequest,
    wire::RestoreKeyRequest,
    wire::RevokeKeyRequest,
    wire::RewrapRequest<'_>,
    wire::RotateKeyRequest,
    wire::SignRequest,
    wire::UnwrapRequest,
    wire::VerifyRequest,
    wire::WrapRequest,
];

fuzz_target!(|input: &[u8]| {
    let Some((&choice, text)) = input.split_first() else { return };
    REQUESTS[usize::from(choice) % REQUESTS.len()](text, &mut String::new());
});

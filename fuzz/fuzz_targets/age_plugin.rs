//! The plugin protocol of age: whatever the client says, the conversation ends, and one that ends well
//! ends with the plugin's `done`.
//!
//! The first byte of the input chooses the conversation, the rest is what the client says.

#![no_main]

use claviger_age::claviger::{ClavigerStanza, Identity, KeyWrapper, Plugin, Recipient};
use claviger_age::plugin::{self, StateMachine};
use claviger_age::{FILE_KEY_LEN, FileKey, UnwrapError, WrapError};
use libfuzzer_sys::fuzz_target;

/// Stands for a server that wraps every key in the same way.
struct Server;

impl KeyWrapper for Server {
    fn wrap(&self, recipient: &Recipient, _: &FileKey) -> Result<String, WrapError> {
        Ok(format!("claviger:1:{}:1:AAAA", recipient.key()))
    }

    fn unwrap(&self, _: &Identity, _: &ClavigerStanza) -> Option<Result<FileKey, UnwrapError>> {
        FileKey::from_bytes(&[7; FILE_KEY_LEN]).map(Ok)
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((&choice, conversation)) = input.split_first() else { return };
    let state_machine =
        if choice == b'r' { StateMachine::RecipientV1 } else { StateMachine::IdentityV1 };
    let mut said = Vec::new();
    if plugin::run(state_machine, &Plugin(Server), conversation, &mut said).is_ok() {
        assert!(said.ends_with(b"-> done\n\n"));
    }
});

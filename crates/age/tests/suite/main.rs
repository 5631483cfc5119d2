//! Tests of the age format, of its plugin protocol and of the exchange with the real `age`.

mod armor;
mod claviger;
#[path = "../../examples/fixed_key/mod.rs"]
mod fixed_key;
mod header;
mod identity_file;
mod interoperability;
mod memory;
mod plugin;
mod stream;
mod testkit;

use std::env;
use std::path::PathBuf;

use claviger_age::{Error, Identity, x25519};

/// Bytes that differ everywhere, so that moved chunks are noticed.
fn sample(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[1]
    };
    (0..length).map(|_| next()).collect()
}

fn encrypted(text: &[u8], identity: &x25519::Identity) -> Vec<u8> {
    let mut file = Vec::new();
    claviger_age::encrypt(text, &mut file, &[&identity.recipient()], |_| {}).expect("encrypts");
    file
}

/// What was released, and how it ended.
fn decrypted(file: &[u8], identity: &dyn Identity) -> (Vec<u8>, Result<u64, Error>) {
    let mut text = Vec::new();
    let result = claviger_age::decrypt(file, &mut text, &[identity], |_| {});
    (text, result)
}

/// An example of this crate, which cargo builds together with the tests.
fn example_program(name: &str) -> PathBuf {
    let test = env::current_exe().expect("a path");
    let profile = test.ancestors().nth(2).expect("target/PROFILE/deps/TEST");
    let program = profile.join("examples").join(name);
    assert!(
        program.exists(),
        "{} does not exist; build it with: cargo build -p claviger-age --examples",
        program.display()
    );
    program
}

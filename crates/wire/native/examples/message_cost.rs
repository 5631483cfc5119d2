//! What the messages of the hot path cost: reading and writing them, per 1 KiB plaintext and per 1 MiB.
//!
//! `cargo run --release -p claviger-wire-native --example message_cost`
#![expect(clippy::print_stdout, reason = "the figures are what this is for")]
#![expect(clippy::disallowed_methods, reason = "it measures time")]

use std::hint::black_box;
use std::time::Instant;

use claviger_wire_native::{
    Base64Plaintext, DecryptRequest, EncryptRequest, TextMap, WriteCiphertext, write_decrypt_reply,
    write_encrypt_reply,
};

fn main() {
    for length in [1 << 10, 1 << 20] {
        let rounds = (1 << 28) / (length + 1024);
        let plaintext = vec![0x5a; length];
        let context = || TextMap::new([("env".to_owned(), "prod".to_owned())]);
        let encrypt = serde_json::to_vec(&EncryptRequest {
            plaintext: Some(Base64Plaintext::copy_from(&plaintext)),
            context: context(),
            ..EncryptRequest::default()
        });
        let ciphertext =
            format!("claviger:1:default:1:{}", "A".repeat((length + 72).div_ceil(3) * 4));
        let decrypt = serde_json::to_vec(&DecryptRequest {
            ciphertext: Some(ciphertext.as_str().into()),
            context: context(),
            items: None,
        });
        let (encrypt, decrypt) = (encrypt.unwrap_or_default(), decrypt.unwrap_or_default());
        measure("read an encrypt request", length, rounds, || {
            serde_json::from_slice::<EncryptRequest>(black_box(&encrypt)).is_ok()
        });
        measure("write an encrypt reply", length, rounds, || {
            !write_encrypt_reply(black_box(&Text(&ciphertext)), "default", 1).is_empty()
        });
        measure("read a decrypt request", length, rounds, || {
            serde_json::from_slice::<DecryptRequest<'_>>(black_box(&decrypt)).is_ok()
        });
        measure("write a decrypt reply", length, rounds, || {
            !write_decrypt_reply(black_box(&plaintext), "default", 1).is_empty()
        });
    }
}

fn measure(what: &str, length: usize, rounds: usize, work: impl Fn() -> bool) {
    let started = Instant::now();
    let done = (0..rounds).filter(|_| black_box(work())).count();
    let each = started.elapsed().as_nanos() / rounds as u128;
    println!("{what} of {length} bytes: {each} ns ({done} of {rounds})");
}

/// A ciphertext that is there already.
struct Text<'a>(&'a str);

impl WriteCiphertext for Text<'_> {
    fn length(&self) -> usize {
        self.0.len()
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_bytes());
    }
}

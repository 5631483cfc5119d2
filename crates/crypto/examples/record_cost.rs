//! Prints what sealing and opening a record costs, and a few other operations of the hot path, in nanoseconds each.
//!
//! Run with `cargo run --release -p claviger-crypto --example record_cost`.
#![expect(clippy::disallowed_methods, reason = "an example that measures")]
#![expect(clippy::print_stdout, reason = "an example talks to its user")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use claviger_crypto::SoftwareCrypto;
use claviger_model::{Algorithm, KeySpec};
use claviger_ports::{Crypto, Key, SignatureInput};
use claviger_secret::{SealBuffer, SecretBytes};

const CONTEXT: &[u8] =
    b"claviger example: tenant=default, keyset=orders, version=3, env=prod,service=api";

fn main() {
    for (algorithm, spec) in [
        (Algorithm::AesGcm, KeySpec::Aes256),
        (Algorithm::AesGcm, KeySpec::Aes128),
        (Algorithm::AesGcmSiv, KeySpec::Aes256),
        (Algorithm::ChaCha20Poly1305, KeySpec::ChaCha20),
        (Algorithm::XChaCha20Poly1305, KeySpec::ChaCha20),
    ] {
        let key = new_key(spec);
        for length in [1 << 10, 1 << 20] {
            let plaintext = vec![0x5a; length];
            // What any caller pays: the record's buffer is filled, what was opened is wiped.
            let copy = cost(|| drop(black_box(black_box(&plaintext).clone())));
            let wipe = cost(|| drop(black_box(SecretBytes::copy_from(black_box(&plaintext)))));
            let seal = cost(|| {
                let buffer = SealBuffer::copy_from(black_box(&plaintext));
                black_box(key.seal(algorithm, CONTEXT, buffer).expect("sealing works"));
            });
            let record = key
                .seal(algorithm, CONTEXT, SealBuffer::copy_from(&plaintext))
                .expect("sealing works");
            let open = cost(|| {
                let opened = key.open(algorithm, CONTEXT, black_box(record.clone()));
                black_box(opened.expect("opening works"));
            });
            println!(
                "{spec} {algorithm} {length:>8} bytes: copy in and seal {seal:>7.0} ns, copy in, open and wipe {open:>7.0} ns (a copy alone {copy:.0}, a wiped copy {wipe:.0})",
            );
        }
    }
    let mut salt = [0; 24];
    println!(
        "random 24 bytes: {:.0} ns",
        cost(|| SoftwareCrypto.random(&mut salt).expect("random"))
    );
    for (algorithm, spec) in [
        (Algorithm::EcdsaSha256, KeySpec::EcP256),
        (Algorithm::Ed25519, KeySpec::Ed25519),
        (Algorithm::RsaPssSha256, KeySpec::Rsa2048),
        (Algorithm::RsaPkcs1Sha256, KeySpec::Rsa2048),
    ] {
        let key = new_key(spec);
        let sign = cost(|| {
            black_box(key.sign(algorithm, SignatureInput::Message(CONTEXT)).expect("signs"));
        });
        println!("{spec} {algorithm}: sign {sign:.0} ns");
    }
}

fn new_key(spec: KeySpec) -> std::sync::Arc<dyn Key> {
    let material = SoftwareCrypto.generate(spec).expect("keys can be made");
    SoftwareCrypto.load(spec, &material).expect("they can be loaded")
}

/// The nanoseconds of one run: the mean of the fastest of many short batches, which other work on the machine disturbs least.
fn cost(mut run: impl FnMut()) -> f64 {
    let mut batch = |runs: u32| {
        let start = Instant::now();
        for _ in 0..runs {
            run();
        }
        start.elapsed().as_nanos() as f64 / f64::from(runs)
    };
    // As many runs as a fifth of a millisecond has, and at least one.
    let runs = (200_000.0 / batch(10)).clamp(1.0, 1000.0) as u32;
    let start = Instant::now();
    let mut fastest = f64::INFINITY;
    while start.elapsed() < Duration::from_millis(400) {
        fastest = fastest.min(batch(runs));
    }
    fastest
}

//! Encryption contexts: order means nothing, and the canonical encoding says exactly what the pairs are.
//!
//! A line feed ends a pair, and the first `=` in it divides it.

#![no_main]

use claviger_model::EncryptionContext;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let pairs: Vec<(String, String)> = text
        .split('\n')
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    let forward = EncryptionContext::new(pairs.iter().cloned());
    let backward = EncryptionContext::new(pairs.iter().rev().cloned());
    // Which rule is named may depend on the order; whether one is broken may not.
    assert_eq!(forward.is_ok(), backward.is_ok());
    let (Ok(forward), Ok(backward)) = (forward, backward) else { return };
    assert_eq!(encoding(&forward), encoding(&backward));
    let mut sorted = pairs;
    sorted.sort();
    assert_eq!(decoded(&encoding(&forward)), sorted);
});

fn encoding(context: &EncryptionContext) -> Vec<u8> {
    let mut bytes = Vec::new();
    context.encode_into(&mut bytes);
    bytes
}

/// Reads the encoding back, independently of the code that writes it.
fn decoded(bytes: &[u8]) -> Vec<(String, String)> {
    let mut rest = bytes;
    let count = number(&mut rest);
    let pairs = (0..count).map(|_| (string(&mut rest), string(&mut rest))).collect();
    assert!(rest.is_empty(), "nothing follows the pairs");
    pairs
}

fn number(rest: &mut &[u8]) -> usize {
    let (number, after) = rest.split_first_chunk::<4>().expect("a number has four bytes");
    *rest = after;
    u32::from_be_bytes(*number) as usize
}

fn string(rest: &mut &[u8]) -> String {
    let length = number(rest);
    let (text, after) = rest.split_at(length);
    *rest = after;
    String::from_utf8(text.to_vec()).expect("keys and values are text")
}

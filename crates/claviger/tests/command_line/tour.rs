//! The way of a new user, as the README has it.

use std::fs;

use crate::bench::{Bench, sample};

/// Sizes of files: empty, small, at the borders of chunks, several megabytes.
const SIZES: [usize; 6] = [0, 1, 65_535, 65_536, 65_537, 5_000_001];

#[test]
fn everything_survives_a_restart_and_a_rotation() {
    let mut bench = Bench::new();
    bench.text(&["key", "create", "orders"]);
    let ciphertext = bench
        .bytes(&["encrypt", "--key", "orders", "--context", "env=prod,service=api"], b"card 4711");
    assert!(ciphertext.starts_with(b"claviger:1:orders:1:") && ciphertext.ends_with(b"\n"));
    let other_order = ["decrypt", "--context", "service=api", "--context", "env=prod"];
    assert_eq!(bench.bytes(&other_order, &ciphertext), b"card 4711");
    assert_eq!(bench.bytes(&other_order, ciphertext.trim_ascii_end()), b"card 4711");

    let names: Vec<String> = SIZES.iter().map(|size| format!("file {size}")).collect();
    for (name, size) in names.iter().zip(SIZES) {
        bench.write(name, &sample(size));
    }
    let files: Vec<&str> = names.iter().map(String::as_str).collect();
    bench.text(&[&["encrypt-file", "--key", "orders", "--context", "a=b"], &files[..]].concat());

    assert!(bench.service.stop().success());
    bench.service.start_again().expect("it starts again");
    let rotated = bench.json(&["key", "rotate", "orders"]);
    assert_eq!(rotated["latest_version"], 2);

    assert_eq!(bench.bytes(&other_order, &ciphertext), b"card 4711");
    for (name, size) in names.iter().zip(SIZES) {
        fs::remove_file(bench.path(name)).unwrap();
        bench.text(&["decrypt-file", &format!("{name}.enc"), "--context", "a=b"]);
        assert!(bench.read(name) == sample(size), "{name}");
    }
    let rewrap = ["rewrap", "--context", "env=prod,service=api"];
    let rewrapped = bench.bytes(&rewrap, &ciphertext);
    assert!(rewrapped.starts_with(b"claviger:1:orders:2:"));
    assert_eq!(bench.bytes(&other_order, &rewrapped), b"card 4711");
}

#[test]
fn keys_are_listed_exported_backed_up_deleted_and_restored() {
    let bench = Bench::new();
    bench.text(&["key", "create", "orders", "--exportable", "--tag", "shop"]);
    bench.text(&["key", "create", "other"]);
    bench.text(&["key", "rotate", "orders"]);
    let ciphertext = bench.bytes(&["encrypt", "--key", "orders"], b"x");
    let list = bench.text(&["key", "list"]);
    assert!(list.starts_with("NAME ") && list.contains("\norders ") && list.contains("\nother "));

    bench.text(&["key", "export", "orders", "--format", "raw", "--out", "orders.raw"]);
    assert_eq!(bench.read("orders.raw").len(), 32);
    let jwk = bench.text(&["key", "export", "orders", "--format", "jwk", "--version", "1"]);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&jwk).unwrap()["kty"], "oct");
    bench.failure(4, &["key", "export", "other", "--format", "raw", "--out", "no"], b"");

    bench.text(&["key", "backup", "orders", "--out", "orders.backup"]);
    bench.failure(7, &["key", "backup", "orders", "--out", "orders.backup"], b"");
    bench.text(&["key", "backup", "orders", "--out", "orders.backup", "--force"]);
    bench.failure(4, &["key", "restore", "orders.backup"], b"");

    let deleted = bench.json(&["key", "delete", "orders"]);
    assert!(deleted["deletion_date"].is_string());
    bench.failure(4, &["encrypt", "--key", "orders"], b"x");
    let kept = bench.json(&["key", "cancel-deletion", "orders"]);
    assert!(kept["deletion_date"].is_null());
    assert_eq!(bench.bytes(&["decrypt"], &ciphertext), b"x");
    assert_eq!(bench.names(), ["orders.backup", "orders.raw"]);
}

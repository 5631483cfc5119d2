//! The commands that use keys: data keys, signatures, codes, wrapping, derivation, encapsulation.

use crate::bench::{Bench, sample};

#[test]
fn signatures_and_codes_are_verified_by_the_exit_code() {
    let bench = Bench::new();
    bench.text(&["key", "create", "signer", "--algorithm", "ecdsa-p256"]);
    bench.text(&["key", "create", "mac", "--algorithm", "hmac-sha-256"]);
    bench.write("message", b"a message");
    for (key, sign, verify, option) in
        [("signer", "sign", "verify", "signature"), ("mac", "mac", "mac-verify", "mac")]
    {
        let made = bench.text(&[sign, key, "message"]);
        let (as_text, as_file) = (format!("--{option}"), format!("--{option}-file"));
        bench.text(&[sign, key, "message", "--out", sign]);
        bench.write("printed", made.as_bytes());
        let valid = bench.text(&[verify, key, "message", &as_text, made.trim()]);
        assert_eq!(valid, "valid\n");
        bench.text(&[verify, key, "message", &as_file, sign]);
        bench.text(&[verify, key, "message", &as_file, "printed"]);
        let said = bench.failure(5, &[verify, key, "-", &as_text, made.trim()], b"another");
        assert!(said.contains("not valid"), "{said}");
        let json =
            bench.run(&[verify, key, "-", &as_text, made.trim(), "--output", "json"], b"another");
        let reply: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
        assert_eq!((json.status.code(), &reply["valid"]), (Some(5), &false.into()));
        bench.failure(2, &[verify, key, "message"], b"");
    }
    let digest = bench.bytes(&["hash", "message", "--raw"], b"");
    assert_eq!(digest.len(), 32);
    bench.write("digest", &digest);
    let signature = bench.text(&["sign", "signer", "digest", "--digest"]);
    bench.text(&["verify", "signer", "message", "--signature", signature.trim()]);
}

#[test]
fn keys_are_wrapped_and_unwrapped() {
    let bench = Bench::new();
    bench.text(&["key", "create", "wrapper", "--algorithm", "aes-256-kwp"]);
    bench.text(&["key", "create", "target", "--exportable"]);
    let material = sample(32);
    let wrapped = bench.bytes(&["wrap", "wrapper", "--raw"], &material);
    assert_eq!(wrapped.len(), 40);
    assert!(bench.bytes(&["unwrap", "wrapper", "--raw"], &wrapped) == material);
    let printed = bench.bytes(&["wrap", "wrapper"], &material);
    assert!(bench.bytes(&["unwrap", "wrapper", "--raw"], &printed) == material);
    let other = bench.bytes(&["wrap", "wrapper", "--target", "target"], b"");
    let raw = bench.bytes(&["unwrap", "wrapper", "--raw"], &other);
    assert!(raw == bench.bytes(&["key", "export", "target", "--format", "raw"], b""));
    bench.failure(5, &["unwrap", "wrapper"], &sample(40));
}

#[test]
fn secrets_are_derived_and_encapsulated() {
    let bench = Bench::new();
    bench.text(&["key", "create", "secret", "--algorithm", "hkdf-sha-256"]);
    let derive = |info: &str| {
        bench.bytes(&["derive", "secret", "--info", info, "--length", "48", "--raw"], b"")
    };
    assert_eq!(derive("YQ==").len(), 48);
    assert!(derive("YQ==") == derive("YQ==") && derive("YQ==") != derive("Yg=="));

    bench.text(&["key", "create", "kem", "--algorithm", "ml-kem-768"]);
    let secret = bench.text(&["encapsulate", "kem", "--ciphertext", "capsule"]);
    assert_eq!(bench.text(&["decapsulate", "kem", "capsule"]), secret);

    for name in ["a", "b"] {
        bench.text(&["key", "create", name, "--algorithm", "x25519"]);
        let pem = bench.text(&["key", "public-key", name]);
        let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        bench.write(name, base64.as_bytes());
    }
    let ours = bench.text(&["derive", "a", "--peer-public-key", "b"]);
    assert_eq!(bench.text(&["derive", "b", "--peer-public-key", "a"]), ours);
}

#[test]
fn data_keys_come_in_both_sizes() {
    let bench = Bench::new();
    for (spec, length) in [("AES_256", 32), ("AES_128", 16)] {
        let reply = bench.json(&["generate-key", "--key-spec", spec, "--context", "a=b"]);
        assert_eq!(reply["key"], "default");
        let ciphertext = reply["ciphertext"].as_str().unwrap();
        let opened = bench.bytes(&["decrypt", "--context", "a=b"], ciphertext.as_bytes());
        assert_eq!(opened.len(), length);
    }
    let text = bench.text(&["generate-key"]);
    assert!(text.starts_with("plaintext   ") && text.contains("\nciphertext  claviger:1:default:"));
    let random = bench.bytes(&["random", "1000", "--raw"], b"");
    assert_eq!(random.len(), 1000);
    assert_eq!(bench.text(&["random", "3"]).len(), 5);
    bench.text(&["random", "16", "--out", "random"]);
    assert_eq!(bench.read("random").len(), 16);
}

#[test]
fn pipes_carry_any_bytes_up_to_the_limit() {
    let bench = Bench::new();
    for message in [&b""[..], b"\n", b"line\n\n", b"\0\xff\r\n", &sample(1 << 20)] {
        let ciphertext = bench.bytes(&["encrypt"], message);
        assert!(bench.bytes(&["decrypt"], &ciphertext) == message);
    }
    let long = vec![7; (24 << 20) + 1];
    let said = bench.failure(2, &["encrypt"], &long);
    assert!(said.contains("encrypt-file"), "{said}");
    // The base64 of it fits no more than the service takes.
    let said = bench.failure(2, &["encrypt"], &long[1..]);
    assert!(said.contains("encrypt-file"), "{said}");
    let largest = &long[..(24 << 20) - 4096];
    let ciphertext = bench.bytes(&["encrypt"], largest);
    assert!(bench.bytes(&["decrypt"], &ciphertext) == largest);
    bench.failure(2, &["decrypt"], b"\xff\xfe");
    bench.failure(5, &["decrypt"], b"claviger:1:default:1:AAAA");
}

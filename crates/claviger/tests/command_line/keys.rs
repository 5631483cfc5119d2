//! The commands about keys, with all of their options.

use serde_json::json;

use crate::bench::Bench;

#[test]
fn what_is_asked_for_is_what_is_there() {
    let bench = Bench::new();
    let made = bench.json(&[
        "key",
        "create",
        "orders",
        "--algorithm",
        "aes-128-gcm",
        "--usage",
        "encrypt,decrypt",
        "--permit-algorithm",
        "aes-cbc,aes-ctr",
        "--exportable",
        "--caller-nonce=true",
        "--tag",
        "a",
        "--tag",
        "b",
        "--attribute",
        "team=shop",
        "--attribute",
        "env=prod",
        "--rotation-period",
        "30d",
        "--deletion-waiting-period",
        "14d",
        "--deletion-allowed=false",
        "--no-activate",
        "--deactivation-date",
        "2090-01-01T00:00:00Z",
    ]);
    assert_eq!(made["key_spec"], "aes-128");
    assert_eq!(made["state"], "pre-active");
    assert_eq!(made["tags"], json!(["a", "b"]));
    assert_eq!(made["attributes"], json!({"team": "shop", "env": "prod"}));
    assert_eq!(made["version"]["deactivation_date"], "2090-01-01T00:00:00Z");
    let policy = &made["policy"];
    assert_eq!(policy["usage"], json!(["encrypt", "decrypt"]));
    assert_eq!(policy["permitted_algorithms"], json!(["aes-cbc", "aes-ctr"]));
    assert_eq!(policy["exportable"], true);
    assert_eq!(policy["caller_nonce"], true);
    assert_eq!(policy["deletion_allowed"], false);
    assert_eq!(policy["rotation_period"], 30 * 86_400);
    assert_eq!(policy["deletion_waiting_period"], 14 * 86_400);

    bench.failure(4, &["encrypt", "--key", "orders"], b"x");
    bench.failure(4, &["key", "delete", "orders"], b"");
    assert_eq!(bench.json(&["key", "activate", "orders"])["state"], "active");
    bench.bytes(&["encrypt", "--key", "orders"], b"x");
    bench.failure(4, &["key", "create", "orders"], b"");
}

#[test]
fn changes_change_what_is_named_and_nothing_else() {
    let bench = Bench::new();
    bench.text(&["key", "create", "k", "--tag", "a", "--attribute", "x=y", "--exportable"]);
    let changed = bench.json(&[
        "key",
        "set",
        "k",
        "--tag",
        "b",
        "--protect-stop-date",
        "2090-01-01T00:00:00Z",
        "--rotation-period",
        "1d",
    ]);
    assert_eq!(changed["tags"], json!(["b"]));
    assert_eq!(changed["attributes"], json!({"x": "y"}));
    assert_eq!(changed["policy"]["exportable"], true);
    assert_eq!(changed["policy"]["rotation_period"], 86_400);
    assert_eq!(changed["version"]["protect_stop_date"], "2090-01-01T00:00:00Z");
    let removed = bench.json(&[
        "key",
        "set",
        "k",
        "--no-tags",
        "--no-attributes",
        "--protect-stop-date",
        "none",
        "--exportable=false",
        "--rotation-period",
        "0",
    ]);
    assert_eq!(removed["tags"], json!([]));
    assert_eq!(removed["attributes"], json!({}));
    assert_eq!(removed["policy"]["exportable"], false);
    assert_eq!(removed["policy"]["rotation_period"], 0);
    assert!(removed["version"]["protect_stop_date"].is_null());

    let old = bench.bytes(&["encrypt", "--key", "k"], b"x");
    bench.text(&["key", "rotate", "k"]);
    bench.text(&["key", "set", "k", "--minimum-decryption-version", "2"]);
    bench.failure(4, &["decrypt"], &old);
    bench.text(&["key", "set", "k", "--minimum-decryption-version", "1"]);
    assert_eq!(bench.bytes(&["decrypt"], &old), b"x");
}

#[test]
fn lists_are_filtered_and_paged() {
    let bench = Bench::new();
    for number in 0..5 {
        let name = format!("key-{number}");
        let tag = if number % 2 == 0 { "even" } else { "odd" };
        let attribute = format!("number={number}");
        bench.text(&["key", "create", &name, "--tag", tag, "--attribute", &attribute]);
    }
    bench.text(&["key", "create", "other", "--no-activate"]);
    let names = |arguments: &[&str]| -> Vec<String> {
        let all = [&["key", "list"], arguments].concat();
        let list = bench.json(&all);
        let keys = list["keys"].as_array().unwrap();
        keys.iter().map(|key| key["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&[]).len(), 6);
    assert_eq!(names(&["--all"]).len(), 6);
    assert_eq!(names(&["--prefix", "key-"]).len(), 5);
    assert_eq!(names(&["--tag", "odd"]), ["key-1", "key-3"]);
    assert_eq!(names(&["--attribute", "number=4"]), ["key-4"]);
    assert_eq!(names(&["--state", "pre-active"]), ["other"]);
    let page = bench.json(&["key", "list", "--limit", "4"]);
    let cursor = page["next_cursor"].as_str().unwrap();
    assert_eq!(names(&["--cursor", cursor]), ["key-4", "other"]);
}

#[test]
fn versions_have_lives_of_their_own() {
    let bench = Bench::new();
    bench.text(&["key", "create", "k"]);
    for _ in 0..3 {
        bench.text(&["key", "rotate", "k"]);
    }
    bench.text(&["key", "revoke", "k", "--version", "2", "--reason", "superseded"]);
    bench.text(&["key", "revoke", "k", "--version", "3", "--reason", "key-compromise"]);
    let destroyed = bench.json(&["key", "destroy-version", "k", "2"]);
    assert_eq!(destroyed["state"], "destroyed");
    let list = bench.json(&["key", "versions", "k", "--all"]);
    let states: Vec<&str> = list["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["active", "destroyed", "compromised", "active"]);
    let text = bench.text(&["key", "versions", "k"]);
    assert!(text.starts_with("VERSION  STATE"), "{text}");
    bench.failure(3, &["key", "destroy-version", "k", "9"], b"");
    assert!(bench.text(&["key", "show", "k"]).contains("latest version  4\n"));
}

#[test]
fn material_comes_in_and_goes_out_in_every_format() {
    let bench = Bench::new();
    let material = b"0123456789abcdef0123456789abcdef";
    let raw = [
        "key",
        "import",
        "raw",
        "-",
        "--format",
        "raw",
        "--algorithm",
        "aes-256-gcm",
        "--exportable",
    ];
    bench.bytes(&raw, material);
    assert_eq!(bench.bytes(&["key", "export", "raw", "--format", "raw"], b""), material);

    bench.text(&["key", "create", "pair", "--algorithm", "ecdsa-p256", "--exportable"]);
    bench.text(&["key", "export", "pair", "--format", "pkcs8", "--out", "pair.der"]);
    let jwk = bench.bytes(&["key", "export", "pair", "--format", "jwk"], b"");
    bench.text(&["key", "import", "again", "pair.der", "--format", "pkcs8"]);
    bench.bytes(&["key", "import", "third", "-", "--format", "jwk"], &jwk);
    let public = bench.text(&["key", "public-key", "pair"]);
    assert!(public.starts_with("-----BEGIN PUBLIC KEY-----\n"));
    for name in ["again", "third"] {
        assert_eq!(bench.text(&["key", "public-key", name]), public);
    }
    let jwk = bench.text(&["key", "public-key", "pair", "--format", "jwk"]);
    let jwk: serde_json::Value = serde_json::from_str(&jwk).unwrap();
    assert_eq!(jwk["crv"], "P-256");
    assert!(jwk["d"].is_null());
    bench.bytes(&["key", "import", "public", "-", "--format", "spki"], public.as_bytes());
    bench.failure(2, &["key", "import", "bad", "-", "--format", "pkcs8"], b"nonsense");
}

#[test]
fn a_backup_is_restored_elsewhere_only_with_its_root_key() {
    let bench = Bench::new();
    bench.text(&["key", "create", "k"]);
    let backup = bench.bytes(&["key", "backup", "k"], b"");
    assert!(!backup.is_empty());
    let other = Bench::new();
    other.failure(5, &["key", "restore", "-"], &backup);
}

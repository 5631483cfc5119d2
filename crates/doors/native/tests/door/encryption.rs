//! Encryption through the door.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::service::{Service, base64, bytes};

const ENCRYPT: &str = "/api/v1/kms/encrypt";
const DECRYPT: &str = "/api/v1/kms/decrypt";

#[tokio::test]
async fn what_was_encrypted_is_decrypted_with_the_same_context_in_any_order() {
    let service = Service::new().await;
    let request = r#"{"plaintext":"aGVsbG8=","context":{"env":"prod","service":"api"}}"#;
    let reply = service.call(Method::POST, ENCRYPT, request).await.json();
    assert_eq!((&reply["key"], &reply["version"]), (&json!("default"), &json!(1)));
    let ciphertext = reply["ciphertext"].as_str().unwrap();
    assert!(ciphertext.starts_with("claviger:1:default:1:"));
    let request =
        format!(r#"{{"context":{{"service":"api","env":"prod"}},"ciphertext":"{ciphertext}"}}"#);
    let reply = service.call(Method::POST, DECRYPT, request).await.json();
    assert_eq!(reply, json!({"plaintext": "aGVsbG8=", "key": "default", "version": 1}));
}

#[tokio::test]
async fn an_empty_plaintext_and_a_large_one_are_plaintexts() {
    let service = Service::new().await;
    for length in [0, 1, 1 << 20, 24_000_000] {
        let plaintext = vec![0x5a; length];
        let reply = service.done(ENCRYPT, &json!({"plaintext": base64(&plaintext)})).await;
        let reply = service.done(DECRYPT, &json!({"ciphertext": reply["ciphertext"]})).await;
        assert!(bytes(&reply["plaintext"]) == plaintext, "{length}");
    }
}

#[tokio::test]
async fn the_largest_plaintext_that_is_taken_can_be_decrypted() {
    let service = Service::new().await;
    let frame = r#"{"plaintext":""}"#.len();
    let length = (((32 << 20) - frame) / 4) * 3;
    let reply = service.done(ENCRYPT, &json!({"plaintext": base64(&vec![1; length])})).await;
    let reply = service.done(DECRYPT, &json!({"ciphertext": reply["ciphertext"]})).await;
    assert_eq!(bytes(&reply["plaintext"]).len(), length);
    let answer = service.post(ENCRYPT, &json!({"plaintext": base64(&vec![1; length + 3])})).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn what_cannot_be_decrypted_is_one_and_the_same() {
    let service = Service::new().await;
    service.create("other", "aes-256-gcm").await;
    let request = json!({"plaintext": base64(b"secret"), "context": {"a": "b"}});
    let reply = service.done(ENCRYPT, &request).await;
    let text = reply["ciphertext"].as_str().unwrap();
    let tampered = if text.ends_with('A') { "Q" } else { "A" };
    let tampered = format!("{}{tampered}", &text[..text.len() - 1]);
    let context = json!({"a": "b"});
    let mut problems = Vec::new();
    for (ciphertext, context) in [
        (tampered, &context),
        (text.to_owned(), &json!({"a": "c"})),
        (text.to_owned(), &json!({})),
        (text.to_owned(), &json!({"a": "b", "c": "d"})),
        (text.replace(":default:", ":unknown:"), &context),
        (text.replace(":default:", ":other:"), &context),
        (text.replace(":1:", ":9:"), &context),
        ("nonsense".to_owned(), &context),
        (String::new(), &context),
    ] {
        let request = json!({"ciphertext": ciphertext, "context": context});
        let answer = service.post(DECRYPT, &request).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let mut problem = answer.problem();
        assert_eq!(problem["code"], "undecryptable");
        problem.as_object_mut().unwrap().remove("request");
        problems.push(problem);
    }
    let other = format!("/api/v1/keys/{}/decrypt", "other");
    let answer = service.post(&other, &json!({"ciphertext": text, "context": context})).await;
    let mut problem = answer.problem();
    problem.as_object_mut().unwrap().remove("request");
    problems.push(problem);
    assert!(problems.windows(2).all(|pair| pair[0] == pair[1]), "{problems:#?}");
}

#[tokio::test]
async fn items_are_answered_one_by_one_in_their_order() {
    let service = Service::new().await;
    service.create("payroll", "aes-256-gcm").await;
    let request = json!({"key": "payroll", "items": [
        {"plaintext": base64(b"0")},
        {"plaintext": base64(b"1"), "key": "missing"},
        {"plaintext": base64(b"2"), "key": "../etc"},
        {"plaintext": base64(b"3"), "context": {"": "empty"}},
        {"plaintext": base64(b"4"), "key": "default", "context": {"a": "b"}},
    ]});
    let items = service.done(ENCRYPT, &request).await["items"].clone();
    let codes: Vec<&Value> =
        items.as_array().unwrap().iter().map(|item| &item["error"]["code"]).collect();
    assert_eq!(json!(codes), json!([null, "not_found", "invalid_input", "invalid_input", null]));
    assert_eq!((&items[0]["key"], &items[4]["key"]), (&json!("payroll"), &json!("default")));

    let request = json!({"items": [
        {"ciphertext": items[0]["ciphertext"]},
        {"ciphertext": items[4]["ciphertext"]},
        {"ciphertext": items[4]["ciphertext"], "context": {"a": "b"}},
    ]});
    let opened = service.done(DECRYPT, &request).await["items"].clone();
    assert_eq!(opened[0]["plaintext"], base64(b"0"));
    assert_eq!(opened[1]["error"]["code"], "undecryptable");
    assert!(opened[1].get("plaintext").is_none());
    assert_eq!(opened[2], json!({"plaintext": base64(b"4"), "key": "default", "version": 1}));
    let operations = service.get("/api/v1/kms/status").await["operations"].clone();
    assert_eq!(operations["encrypt"], json!({"done": 2, "refused": 1}));
    assert_eq!(operations["decrypt"], json!({"done": 2, "refused": 1}));
}

#[tokio::test]
async fn a_thousand_items_are_taken_and_none_too() {
    let service = Service::new().await;
    let items: Vec<Value> = (0..1000).map(|n| json!({"plaintext": base64(&[n as u8])})).collect();
    let reply = service.done(ENCRYPT, &json!({"items": items})).await;
    let items: Vec<Value> = reply["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| json!({"ciphertext": item["ciphertext"]}))
        .collect();
    let reply = service.done(DECRYPT, &json!({"items": items})).await;
    for (number, item) in reply["items"].as_array().unwrap().iter().enumerate() {
        assert_eq!(bytes(&item["plaintext"]), [number as u8]);
    }
    let rewrapped = service.done("/api/v1/kms/rewrap", &json!({"items": items})).await;
    assert_eq!(rewrapped["items"].as_array().unwrap().len(), 1000);
    assert_eq!(service.done(ENCRYPT, &json!({"items": []})).await, json!({"items": []}));
}

#[tokio::test]
async fn rewrapping_moves_to_the_latest_version_or_another_key() {
    let service = Service::new().await;
    service.create("payroll", "aes-256-gcm").await;
    let context = json!({"a": "b"});
    let request = json!({"plaintext": base64(b"x"), "context": context});
    let old = service.done("/api/v1/keys/payroll/encrypt", &request).await;
    service.done("/api/v1/keys/payroll/rotate", &json!({})).await;
    let request = json!({"ciphertext": old["ciphertext"], "context": context});
    let new = service.done("/api/v1/kms/rewrap", &request).await;
    assert_eq!((&new["key"], &new["version"]), (&json!("payroll"), &json!(2)));
    service.create("other", "chacha20-poly1305").await;
    let request = json!({"ciphertext": new["ciphertext"], "context": context});
    let moved = service.done("/api/v1/keys/other/rewrap", &request).await;
    assert_eq!((&moved["key"], &moved["version"]), (&json!("other"), &json!(1)));
    let batch = json!({"items": [request, {"ciphertext": "x"}]});
    let batch = service.done("/api/v1/keys/other/rewrap", &batch).await;
    assert_eq!(batch["items"][0]["key"], "other");
    assert_eq!(batch["items"][1]["error"]["code"], "undecryptable");
    let request = json!({"ciphertext": moved["ciphertext"], "context": context});
    assert_eq!(service.done(DECRYPT, &request).await["plaintext"], base64(b"x"));
}

#[tokio::test]
async fn data_keys_come_in_clear_and_encrypted() {
    let service = Service::new().await;
    let path = "/api/v1/kms/generate-key";
    for (spec, length) in [("AES_256", 32), ("AES_128", 16)] {
        let made = service.done(path, &json!({"key_spec": spec, "context": {"a": "b"}})).await;
        assert_eq!(bytes(&made["plaintext"]).len(), length);
        let request = json!({"ciphertext": made["ciphertext"], "context": {"a": "b"}});
        assert_eq!(service.done(DECRYPT, &request).await["plaintext"], made["plaintext"]);
    }
    let by_key = "/api/v1/keys/default/data-key";
    assert_eq!(bytes(&service.done(by_key, &json!({"length": 48})).await["plaintext"]).len(), 48);
    assert_eq!(bytes(&service.done(by_key, &json!({})).await["plaintext"]).len(), 32);
    let both = json!({"length": 48, "key_spec": "AES_256"});
    assert_eq!(service.refused(by_key, &both).await.0, 400);
    assert_eq!(service.refused(by_key, &json!({"length": 4_000_000_000_u32})).await.0, 400);
    assert_eq!(service.refused(path, &json!({"key_spec": "AES_512"})).await.0, 400);
}

#[tokio::test]
async fn an_explicit_algorithm_gives_its_own_output() {
    let service = Service::new().await;
    service.create("raw", "aes-256-gcm").await;
    let (encrypt, decrypt) = ("/api/v1/keys/raw/encrypt", "/api/v1/keys/raw/decrypt");
    let additional = base64(b"header");
    let request = json!({"plaintext": base64(b"hello"), "algorithm": "aes-gcm", "additional_data": additional});
    let made = service.done(encrypt, &request).await;
    assert_eq!(bytes(&made["nonce"]).len(), 12);
    assert_eq!(bytes(&made["ciphertext"]).len(), 5 + 16);
    assert_eq!((&made["algorithm"], &made["version"]), (&json!("aes-gcm"), &json!(1)));
    let mut request = json!({"ciphertext": made["ciphertext"], "algorithm": "aes-gcm", "nonce": made["nonce"],
        "additional_data": additional, "version": 1});
    assert_eq!(service.done(decrypt, &request).await["plaintext"], base64(b"hello"));
    request["additional_data"] = json!("");
    assert_eq!(service.refused(decrypt, &request).await, (400, "undecryptable".to_owned()));
    for request in [
        json!({"plaintext": "", "algorithm": "aes-gcm", "context": {"a": "b"}}),
        json!({"plaintext": "", "nonce": made["nonce"]}),
        json!({"plaintext": "", "algorithm": "aes-gcm", "items": []}),
        json!({"plaintext": "", "algorithm": "aes-gmc"}),
    ] {
        assert_eq!(service.refused(encrypt, &request).await, (400, "invalid_input".to_owned()));
    }
    // Repeating a nonce breaks GCM: the key's policy has to allow it.
    let chosen = json!({"plaintext": "", "algorithm": "aes-gcm", "nonce": made["nonce"]});
    assert_eq!(service.refused(encrypt, &chosen).await, (403, "policy_forbids".to_owned()));
    let raw = json!({"ciphertext": "claviger:1:raw:1:AAAA", "algorithm": "aes-gcm"});
    assert_eq!(service.refused(decrypt, &raw).await, (400, "invalid_input".to_owned()));
}

//! Signatures, codes, wrapping, derivation, encapsulation, random bytes and hashes, and what the service says of itself.

use std::collections::BTreeSet;

use axum::body::Body;
use claviger_door_native::ROUTES;
use http::{Method, StatusCode};
use serde_json::json;

use crate::service::{Service, base64, bytes};

#[tokio::test]
async fn signatures_are_verified() {
    let service = Service::new().await;
    for algorithm in ["ecdsa-p256", "ed25519", "ml-dsa-44", "rsa-2048-pss"] {
        service.create(algorithm, algorithm).await;
        let path = |verb: &str| format!("/api/v1/keys/{algorithm}/{verb}");
        let message = base64(b"message");
        let signed = service.done(&path("sign"), &json!({"message": message})).await;
        let mut verify = json!({"message": message, "signature": signed["signature"]});
        let verified = service.done(&path("verify"), &verify).await;
        assert_eq!(verified["valid"], true, "{algorithm}");
        assert_eq!(verified["algorithm"], signed["algorithm"]);
        verify["message"] = json!(base64(b"other"));
        assert_eq!(service.done(&path("verify"), &verify).await["valid"], false, "{algorithm}");
        for wrong in [json!({}), json!({"message": "", "digest": ""})] {
            assert_eq!(service.refused(&path("sign"), &wrong).await.0, 400);
        }
    }
    let hash = service
        .done("/api/v1/hash", &json!({"algorithm": "sha-256", "data": base64(b"message")}))
        .await;
    let signed =
        service.done("/api/v1/keys/ecdsa-p256/sign", &json!({"digest": hash["hash"]})).await;
    let verify = json!({"message": base64(b"message"), "signature": signed["signature"], "algorithm": "ecdsa-sha-256"});
    assert_eq!(service.done("/api/v1/keys/ecdsa-p256/verify", &verify).await["valid"], true);
    let encrypt =
        service.refused("/api/v1/keys/ecdsa-p256/encrypt", &json!({"plaintext": ""})).await;
    assert_eq!(encrypt.0 / 100, 4, "{encrypt:?}");
}

#[tokio::test]
async fn codes_are_checked() {
    let service = Service::new().await;
    service.create("mac", "hmac-sha-256").await;
    let made = service.done("/api/v1/keys/mac/mac", &json!({"message": "AA=="})).await;
    assert_eq!(bytes(&made["mac"]).len(), 32);
    let mut check = json!({"message": "AA==", "mac": made["mac"], "version": 1});
    assert_eq!(service.done("/api/v1/keys/mac/mac-verify", &check).await["valid"], true);
    check["message"] = json!("");
    assert_eq!(service.done("/api/v1/keys/mac/mac-verify", &check).await["valid"], false);
}

#[tokio::test]
async fn keys_are_wrapped_and_unwrapped() {
    let service = Service::new().await;
    service.create("wrapper", "aes-256-kwp").await;
    let material = base64(&[9; 20]);
    let wrapped = service.done("/api/v1/keys/wrapper/wrap", &json!({"material": material})).await;
    let request = json!({"wrapped": wrapped["wrapped"]});
    assert_eq!(service.done("/api/v1/keys/wrapper/unwrap", &request).await["material"], material);
    let request = json!({"name": "target", "policy": {"exportable": true}});
    service.done("/api/v1/keys", &request).await;
    let wrapped = service.done("/api/v1/keys/wrapper/wrap", &json!({"target": "target"})).await;
    let request = json!({"wrapped": wrapped["wrapped"], "algorithm": "aes-kwp", "version": 1});
    let unwrapped = service.done("/api/v1/keys/wrapper/unwrap", &request).await;
    let exported = service.done("/api/v1/keys/target/export", &json!({"format": "raw"})).await;
    assert_eq!(unwrapped["material"], exported["material"]);
    for wrong in [
        json!({}),
        json!({"material": "", "target": "x"}),
        json!({"material": "", "target_version": 1}),
    ] {
        assert_eq!(service.refused("/api/v1/keys/wrapper/wrap", &wrong).await.0, 400);
    }
    let altered = json!({"wrapped": base64(&[1; 32])});
    let refused = service.refused("/api/v1/keys/wrapper/unwrap", &altered).await;
    assert_eq!(refused, (400, "undecryptable".to_owned()));
}

#[tokio::test]
async fn secrets_are_derived_and_agreed() {
    let service = Service::new().await;
    service.create("secret", "hkdf-sha-256").await;
    let request = json!({"salt": "AA==", "info": base64(b"info"), "length": 42});
    let first = service.done("/api/v1/keys/secret/derive", &request).await;
    assert_eq!(bytes(&first["secret"]).len(), 42);
    assert_eq!(service.done("/api/v1/keys/secret/derive", &request).await, first);
    let default = service.done("/api/v1/keys/secret/derive", &json!({})).await;
    assert_eq!(bytes(&default["secret"]).len(), 32);
    assert_eq!(service.refused("/api/v1/keys/secret/derive", &json!({"length": 0})).await.0, 400);

    let mut secrets = BTreeSet::new();
    for (own, peer) in [("alice", "bob"), ("bob", "alice")] {
        if secrets.is_empty() {
            service.create(own, "x25519").await;
            service.create(peer, "x25519").await;
        }
        let public = service.get(&format!("/api/v1/keys/{peer}/public-key")).await;
        let pem = public["pem"].as_str().unwrap();
        let der: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let request = json!({"peer_public_key": der});
        let path = format!("/api/v1/keys/{own}/derive");
        secrets.insert(service.done(&path, &request).await["secret"].to_string());
        let both = json!({"peer_public_key": der, "length": 5});
        assert_eq!(service.refused(&path, &both).await.0, 400);
    }
    assert_eq!(secrets.len(), 1, "both sides have the same secret");
}

#[tokio::test]
async fn secrets_are_encapsulated() {
    let service = Service::new().await;
    service.create("kem", "ml-kem-768").await;
    let answer = service.call(Method::POST, "/api/v1/keys/kem/encapsulate", Body::empty()).await;
    let made = answer.json();
    let request = json!({"ciphertext": made["ciphertext"], "version": 1});
    let opened = service.done("/api/v1/keys/kem/decapsulate", &request).await;
    assert_eq!(opened["secret"], made["secret"]);
}

#[tokio::test]
async fn random_bytes_and_hashes_need_no_key() {
    let service = Service::new().await;
    let first = service.done("/api/v1/random", &json!({"length": 32})).await;
    let second = service.done("/api/v1/random", &json!({"length": 32})).await;
    assert_eq!(bytes(&first["random"]).len(), 32);
    assert_ne!(first, second);
    for length in [0, 1_048_577] {
        assert_eq!(service.refused("/api/v1/random", &json!({"length": length})).await.0 / 100, 4);
    }
    let hash = service.done("/api/v1/hash", &json!({"algorithm": "sha-256", "data": ""})).await;
    assert_eq!(bytes(&hash["hash"])[..4], [0xe3, 0xb0, 0xc4, 0x42]);
    assert_eq!(hash["algorithm"], "sha-256");
}

#[tokio::test]
async fn the_service_says_how_it_is() {
    let service = Service::new().await;
    assert_eq!(service.get("/api/v1/kms/health").await, json!({"status": "ok"}));
    assert_eq!(service.get("/version").await, json!({"name": "claviger", "version": "1.2.3"}));
    service.create("key", "aes-256-gcm").await;
    service.done("/api/v1/keys/key/rotate", &json!({})).await;
    service.clock.advance(std::time::Duration::from_millis(61_500));
    let status = service.get("/api/v1/kms/status").await;
    assert_eq!((&status["version"], &status["uptime"]), (&json!("1.2.3"), &json!(61)));
    assert_eq!(status["store"], json!({"kind": "memory", "keys": 1, "objects": 2}));
    assert_eq!(status["seal"], json!({"kind": "development-file"}));
    assert_eq!(status["operations"]["create"], json!({"done": 1, "refused": 0}));
    let head = service.call(Method::HEAD, "/api/v1/kms/health", Body::empty()).await;
    assert_eq!(head.status, StatusCode::OK);
}

#[tokio::test]
async fn the_document_is_served_and_every_route_answers() {
    let service = Service::new().await;
    let document = service.get("/api/v1/openapi.json").await;
    assert_eq!(document["info"]["version"], "1.2.3");
    for route in ROUTES {
        let item = &document["paths"][route.path][route.method.as_str().to_lowercase()];
        assert_eq!(item["operationId"], route.operation);
        let path = route.path.replace("{name}", "missing").replace("{version}", "1");
        let answer = service.call(route.method.clone(), &path, Body::empty()).await;
        if !answer.status.is_success() {
            let code = answer.problem()["code"].clone();
            assert!(code == "not_found" || code == "invalid_input", "{}: {code}", route.operation);
        }
    }
}

#[tokio::test]
async fn the_audit_names_the_request_and_the_door() {
    let service = Service::new().await;
    let answer = service.post("/api/v1/random", &json!({"length": 1})).await;
    let records = service.audit.take();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].request.to_string(), answer.headers["x-request-id"].to_str().unwrap());
    assert_eq!((records[0].door, records[0].operation), ("native", "generate-random"));
}

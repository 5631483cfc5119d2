//! The life of a key through the door.

use axum::body::Body;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::service::{Service, base64, bytes};

const DAY: u64 = 24 * 60 * 60;

#[tokio::test]
async fn a_key_is_created_described_and_changed() {
    let service = Service::new().await;
    let request = json!({
        "name": "payroll",
        "algorithm": "aes-256-gcm",
        "policy": {"rotation_period": 30 * DAY, "deletion_waiting_period": DAY},
        "tags": ["team=hr", "eu"],
        "attributes": {"cost centre": "4711"},
        "deactivation_date": "2030-01-01T00:00:00Z",
    });
    let answer = service.post("/api/v1/keys", &request).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let created = answer.json();
    assert_eq!(service.get("/api/v1/keys/payroll").await, created);
    assert_eq!(created["algorithm"], "aes-gcm");
    assert_eq!(created["key_spec"], "aes-256");
    assert_eq!(created["state"], "active");
    assert_eq!(created["created"], "2026-01-01T00:00:00Z");
    assert_eq!(created["policy"]["rotation_period"], 30 * DAY);
    assert_eq!(created["policy"]["usage"], json!(["encrypt", "decrypt"]));
    assert_eq!(created["tags"], json!(["eu", "team=hr"]));
    assert_eq!(created["version"]["deactivation_date"], "2030-01-01T00:00:00Z");

    let change = json!({"policy": {"rotation_period": 0, "exportable": false}, "tags": ["x"],
        "deactivation_date": null, "protect_stop_date": "2029-01-01T00:00:00+01:00"});
    let answer = service.call(Method::PATCH, "/api/v1/keys/payroll", change.to_string()).await;
    let changed = answer.json();
    assert_eq!(answer.status, StatusCode::OK, "{changed}");
    assert_eq!(changed["policy"]["rotation_period"], 0);
    assert_eq!(changed["policy"]["deletion_waiting_period"], DAY);
    assert_eq!(changed["tags"], json!(["x"]));
    assert_eq!(changed["attributes"], json!({"cost centre": "4711"}));
    assert!(changed["version"].get("deactivation_date").is_none());
    assert_eq!(changed["version"]["protect_stop_date"], "2028-12-31T23:00:00Z");
}

#[tokio::test]
async fn names_are_given_once_and_unknown_ones_are_not_found() {
    let service = Service::new().await;
    service.create("key", "ed25519").await;
    let again = json!({"name": "key"});
    assert_eq!(service.refused("/api/v1/keys", &again).await, (409, "already_exists".to_owned()));
    for (method, path) in [
        (Method::GET, "/api/v1/keys/missing"),
        (Method::DELETE, "/api/v1/keys/missing"),
        (Method::POST, "/api/v1/keys/missing/rotate"),
        (Method::GET, "/api/v1/keys/missing/versions"),
        (Method::GET, "/api/v1/keys/missing/public-key"),
    ] {
        let answer = service.call(method, path, Body::empty()).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.problem()["code"], "not_found", "{path}");
    }
    for request in [
        json!({"name": "x", "algorithm": "rot13"}),
        json!({"name": "x", "activate": true, "activation_date": "2030-01-01T00:00:00Z"}),
        json!({"name": "x", "activation_date": "tomorrow"}),
        json!({"name": "x", "tags": [""]}),
        json!({"name": "x", "tags": vec!["t"; 65]}),
        json!({"name": "x", "policy": {"rotation_period": 1}}),
        json!({"name": "x", "policy": {"rotation_period": -1}}),
        json!({"name": "x", "policy": {"usage": ["everything"]}}),
        json!({}),
    ] {
        let refused = service.refused("/api/v1/keys", &request).await;
        assert_eq!(refused, (400, "invalid_input".to_owned()), "{request}");
    }
}

#[tokio::test]
async fn keys_may_have_the_names_of_paths() {
    let service = Service::new().await;
    for name in ["import", "restore", "versions", "default"] {
        service.create(name, "aes-256-gcm").await;
        assert_eq!(service.get(&format!("/api/v1/keys/{name}")).await["name"], name);
        let path = format!("/api/v1/keys/{name}");
        let answer = service.call(Method::DELETE, &path, Body::empty()).await;
        assert_eq!(answer.status, StatusCode::OK, "{name}");
    }
}

#[tokio::test]
async fn lists_are_paged_and_filtered() {
    let service = Service::new().await;
    for number in 0..5 {
        let tags = if number % 2 == 0 { json!(["even", "all"]) } else { json!(["all"]) };
        let request = json!({"name": format!("key-{number}"), "tags": tags, "algorithm": "hmac-sha-256",
            "attributes": {"number": number.to_string()}, "activate": number != 4});
        service.done("/api/v1/keys", &request).await;
    }
    service.create("other", "aes-256-gcm").await;
    let names = |page: &Value| -> Vec<String> {
        let keys = page["keys"].as_array().unwrap().iter();
        keys.map(|key| key["name"].as_str().unwrap().to_owned()).collect()
    };
    let mut seen = Vec::new();
    let mut path = "/api/v1/keys?limit=4".to_owned();
    loop {
        let page = service.get(&path).await;
        seen.extend(names(&page));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/api/v1/keys?limit=4&cursor={cursor}");
    }
    assert_eq!(seen, ["key-0", "key-1", "key-2", "key-3", "key-4", "other"]);
    let owner = service.get("/api/v1/keys").await["keys"][0]["owner"].as_str().unwrap().to_owned();
    let owner = owner.replace('|', "%7C");
    for (query, expected) in [
        ("prefix=key-".to_owned(), "key-0 key-1 key-2 key-3 key-4"),
        ("tag=even&tag=all".to_owned(), "key-0 key-2 key-4"),
        ("attribute=number:3".to_owned(), "key-3"),
        ("state=pre-active".to_owned(), "key-4"),
        ("state=active&tag=even".to_owned(), "key-0 key-2"),
        (format!("owner={owner}&prefix=o"), "other"),
        ("owner=nobody".to_owned(), ""),
        ("tag=none".to_owned(), ""),
    ] {
        let page = service.get(&format!("/api/v1/keys?{query}")).await;
        assert_eq!(names(&page).join(" "), expected, "{query}");
    }
}

#[tokio::test]
async fn versions_are_rotated_listed_revoked_and_destroyed() {
    let service = Service::new().await;
    service.create("key", "aes-256-gcm").await;
    let old = service.done("/api/v1/keys/key/encrypt", &json!({"plaintext": "AA=="})).await;
    for latest in 2..5 {
        let answer = service.call(Method::POST, "/api/v1/keys/key/rotate", Body::empty()).await;
        assert_eq!(answer.json()["latest_version"], latest);
    }
    let page = service.get("/api/v1/keys/key/versions?limit=3").await;
    assert_eq!(page["versions"][0]["version"], 1);
    let path = format!("/api/v1/keys/key/versions?limit=3&cursor={}", page["next_cursor"]);
    let page = service.get(&path).await;
    assert_eq!(page["versions"].as_array().unwrap().len(), 1);
    assert!(page.get("next_cursor").is_none());

    let path = "/api/v1/keys/key/versions/1";
    let answer = service.call(Method::DELETE, path, Body::empty()).await;
    assert_eq!(
        (answer.status, answer.problem()["code"].clone()),
        (StatusCode::CONFLICT, json!("wrong_state"))
    );
    let revoke = json!({"version": 1, "reason": "key-compromise"});
    service.done("/api/v1/keys/key/revoke", &revoke).await;
    let request = json!({"ciphertext": old["ciphertext"]});
    service.done("/api/v1/kms/decrypt", &request).await;
    let destroyed = service.call(Method::DELETE, path, Body::empty()).await.json();
    assert_eq!(destroyed["state"], "destroyed-compromised");
    assert_eq!(destroyed["revocation_reason"], "key-compromise");
    let refused = service.refused("/api/v1/kms/decrypt", &request).await;
    assert_eq!(refused, (409, "wrong_state".to_owned()));
    for version in ["0", "x", "-1", "4294967296", "9"] {
        let path = format!("/api/v1/keys/key/versions/{version}");
        let answer = service.call(Method::DELETE, &path, Body::empty()).await;
        assert!(answer.status.is_client_error(), "{version}");
        answer.problem();
    }
    let revoked = service.call(Method::POST, "/api/v1/keys/key/revoke", Body::empty()).await;
    assert_eq!(revoked.json()["state"], "deactivated");
    let encrypt = service.refused("/api/v1/keys/key/encrypt", &json!({"plaintext": ""})).await;
    assert_eq!(encrypt, (409, "wrong_state".to_owned()));
}

#[tokio::test]
async fn activation_waits_for_its_date_or_a_call() {
    let service = Service::new().await;
    let request = json!({"name": "later", "activation_date": "2026-01-02T00:00:00Z"});
    assert_eq!(service.done("/api/v1/keys", &request).await["state"], "pre-active");
    let encrypt = json!({"plaintext": ""});
    assert_eq!(service.refused("/api/v1/keys/later/encrypt", &encrypt).await.0, 409);
    service.clock.advance(std::time::Duration::from_secs(DAY));
    service.done("/api/v1/keys/later/encrypt", &encrypt).await;
    service.done("/api/v1/keys", &json!({"name": "by-hand", "activate": false})).await;
    assert_eq!(service.refused("/api/v1/keys/by-hand/encrypt", &encrypt).await.0, 409);
    assert_eq!(service.done("/api/v1/keys/by-hand/activate", &json!({})).await["state"], "active");
    service.done("/api/v1/keys/by-hand/encrypt", &encrypt).await;
}

#[tokio::test]
async fn a_deletion_waits_and_is_cancelled() {
    let service = Service::new().await;
    service.create("key", "aes-256-gcm").await;
    let path = format!("/api/v1/keys/key?waiting_period={}", 8 * DAY);
    let deleted = service.call(Method::DELETE, &path, Body::empty()).await.json();
    assert_eq!(deleted["deletion_date"], "2026-01-09T00:00:00Z");
    let encrypt = service.refused("/api/v1/keys/key/encrypt", &json!({"plaintext": ""})).await;
    assert_eq!(encrypt, (409, "wrong_state".to_owned()));
    let cancelled = service.done("/api/v1/keys/key/cancel-deletion", &json!({})).await;
    assert!(cancelled.get("deletion_date").is_none());
    let body = json!({"waiting_period": 9 * DAY}).to_string();
    let answer = service.call(Method::DELETE, &path, body.clone()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let deleted = service.call(Method::DELETE, "/api/v1/keys/key", body).await.json();
    assert_eq!(deleted["deletion_date"], "2026-01-10T00:00:00Z");
}

#[tokio::test]
async fn keys_come_in_and_go_out_where_they_may() {
    let service = Service::new().await;
    let material = base64(&[5; 32]);
    let request = json!({"name": "imported", "format": "raw", "algorithm": "aes-256-gcm", "material": material,
        "policy": {"exportable": true}});
    let answer = service.post("/api/v1/keys/import", &request).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    assert_eq!(answer.json()["version"]["imported"], true);
    let exported = service.done("/api/v1/keys/imported/export", &json!({"format": "raw"})).await;
    assert_eq!(
        (&exported["material"], &exported["key_spec"]),
        (&json!(material), &json!("aes-256"))
    );
    let jwk = service.done("/api/v1/keys/imported/export", &json!({"format": "jwk"})).await;
    let again = json!({"name": "again", "format": "jwk", "algorithm": "aes-256-gcm", "material": jwk["material"]});
    assert_eq!(service.done("/api/v1/keys/import", &again).await["key_spec"], "aes-256");
    let refused = service.refused("/api/v1/keys/again/export", &json!({"format": "raw"})).await;
    assert_eq!(refused, (403, "policy_forbids".to_owned()));
    for request in [
        json!({"name": "x", "format": "raw", "algorithm": "aes-256-gcm", "material": base64(&[5; 31])}),
        json!({"name": "x", "format": "raw", "material": material}),
        json!({"name": "x", "format": "jwk", "material": jwk["material"]}),
        json!({"name": "x", "format": "pkcs8", "material": material}),
        json!({"name": "x", "format": "jwk", "material": material}),
        json!({"name": "x", "format": "pem", "material": material}),
    ] {
        assert_eq!(service.refused("/api/v1/keys/import", &request).await.0, 400, "{request}");
    }
}

#[tokio::test]
async fn public_keys_come_as_pem_jwk_or_both() {
    let service = Service::new().await;
    service.create("pair", "ecdsa-p256").await;
    let path = "/api/v1/keys/pair/public-key";
    let both = service.get(path).await;
    assert_eq!((&both["key_spec"], &both["version"]), (&json!("ec-p256"), &json!(1)));
    assert_eq!(both["jwk"]["crv"], "P-256");
    let get = |path: String, accept: &str| {
        let request = Request::get(path).header("accept", accept);
        service.send(request.body(Body::empty()).unwrap())
    };
    for (query, accept) in
        [("?format=pem", "*/*"), ("", "application/x-pem-file"), ("?version=1&format=pem", "*/*")]
    {
        let answer = get(format!("{path}{query}"), accept).await;
        assert_eq!(answer.headers["content-type"], "application/x-pem-file");
        assert_eq!(String::from_utf8(answer.body).unwrap(), both["pem"].as_str().unwrap());
    }
    for (query, accept) in [("?format=jwk", "*/*"), ("", "application/jwk+json")] {
        let answer = get(format!("{path}{query}"), accept).await;
        assert_eq!(answer.headers["content-type"], "application/jwk+json");
        assert_eq!(answer.json(), both["jwk"]);
    }
    let answer = get(format!("{path}?format=der"), "*/*").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    service.create("secret", "aes-256-gcm").await;
    let answer = get("/api/v1/keys/secret/public-key".to_owned(), "*/*").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_backup_is_restored_after_the_key_is_gone() {
    let service = Service::new().await;
    let request = json!({"name": "key", "policy": {"deletion_waiting_period": 0}});
    service.done("/api/v1/keys", &request).await;
    let made = service.done("/api/v1/keys/key/encrypt", &json!({"plaintext": "AA=="})).await;
    service.done("/api/v1/keys/key/rotate", &json!({})).await;
    let backup = service.done("/api/v1/keys/key/backup", &json!({})).await;
    assert_eq!((&backup["key"], &backup["versions"]), (&json!("key"), &json!(2)));
    let restore = json!({"backup": backup["backup"]});
    let refused = service.refused("/api/v1/keys/restore", &restore).await;
    assert_eq!(refused, (409, "already_exists".to_owned()));
    let mut altered = bytes(&backup["backup"]);
    *altered.last_mut().unwrap() ^= 1;
    let refused =
        service.refused("/api/v1/keys/restore", &json!({"backup": base64(&altered)})).await;
    assert_eq!(refused, (400, "undecryptable".to_owned()));

    let elsewhere = Service::new().await;
    let restored = elsewhere.done("/api/v1/keys/restore", &restore).await;
    assert_eq!((&restored["name"], &restored["latest_version"]), (&json!("key"), &json!(2)));
    let request = json!({"ciphertext": made["ciphertext"]});
    let opened = elsewhere.done("/api/v1/kms/decrypt", &request).await;
    assert_eq!(opened["plaintext"], "AA==");
}

//! Bad input: always a clear error, never a panic.

use axum::body::Body;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::service::Service;

const ENCRYPT: &str = "/api/v1/kms/encrypt";

async fn refused(service: &Service, path: &str, body: impl Into<Body>) -> (u16, Value) {
    let answer = service.call(Method::POST, path, body).await;
    (answer.status.as_u16(), answer.problem())
}

#[tokio::test]
async fn bodies_that_are_no_requests_are_refused() {
    let service = Service::new().await;
    for body in [
        "",
        "not JSON",
        "{",
        "null",
        "[]",
        "5",
        "{}",
        "{\"plaintext\":\"\"}x",
        "\u{feff}{\"plaintext\":\"\"}",
        "{\"plaintext\":5}",
        "{\"plaintext\":null}",
        "{\"plaintext\":[\"\"]}",
        "{\"plaintext\":\"\",\"unknown\":1}",
        "{\"plaintext\":\"\",\"plaintext\":\"\"}",
        "{\"plaintext\":\"\",\"context\":{\"a\":\"1\",\"a\":\"1\"}}",
        "{\"plaintext\":\"\",\"context\":{\"a\":1}}",
        "{\"plaintext\":\"\",\"context\":[]}",
        "{\"plaintext\":\"\",\"context\":{\"\":\"\"}}",
        "{\"plaintext\":\"*\"}",
        "{\"plaintext\":\"aGVsbG8\"}",
        "{\"plaintext\":\"aGVsbG8=\\n\"}",
        "{\"plaintext\":\"_-_-\"}",
        "{\"plaintext\":\"\\ud800\"}",
        "{\"plaintext\":\"\",\"items\":[]}",
        "{\"items\":[],\"context\":{\"a\":\"b\"}}",
        "{\"items\":{}}",
    ] {
        let (status, problem) = refused(&service, ENCRYPT, body).await;
        assert_eq!(status, 400, "{body}: {problem}");
        assert_eq!(problem["code"], "invalid_input", "{body}");
    }
    let (status, _) = refused(&service, ENCRYPT, vec![b'{', b'"', 0xff, 0xfe, b'"', b'}']).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn deep_nesting_is_refused() {
    let service = Service::new().await;
    for open in ["[", "{\"items\":[", "{\"a\":", "{\"context\":{\"a\":"] {
        let body = open.repeat(1_000_000);
        assert_eq!(refused(&service, ENCRYPT, body).await.0, 400, "{open}");
    }
    assert_eq!(refused(&service, "/api/v1/keys", "{\"policy\":".repeat(10_000)).await.0, 400);
}

#[tokio::test]
async fn bodies_beyond_the_limit_are_too_large() {
    let service = Service::new().await;
    let large = vec![b'a'; 33 << 20];
    for path in [ENCRYPT, "/api/v1/kms/decrypt", "/api/v1/hash", "/api/v1/keys"] {
        let (status, problem) = refused(&service, path, large.clone()).await;
        assert_eq!((status, &problem["code"]), (413, &json!("too_large")), "{path}");
    }
    // A length that is merely claimed costs nothing.
    let request = Request::post(ENCRYPT)
        .header("content-type", "application/json")
        .header("content-length", "18446744073709551615");
    let answer = service.send(request.body(Body::from("{}")).unwrap()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let answer = service.call(Method::GET, "/api/v1/keys", "").await;
    assert_eq!(answer.status, StatusCode::OK);
    let request = Request::get("/api/v1/keys").header("content-length", "2");
    let answer = service.send(request.body(Body::from("{}")).unwrap()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn too_many_items_are_refused() {
    let service = Service::new().await;
    let items = vec![json!({"plaintext": ""}); 1001];
    let (status, problem) = refused(&service, ENCRYPT, json!({"items": items}).to_string()).await;
    assert_eq!(status, 400);
    assert!(problem["detail"].as_str().unwrap().contains("more than 1000"), "{problem}");
    let items = vec![json!({"ciphertext": ""}); 1001];
    for path in ["/api/v1/kms/decrypt", "/api/v1/kms/rewrap"] {
        assert_eq!(refused(&service, path, json!({"items": items}).to_string()).await.0, 400);
    }
}

#[tokio::test]
async fn names_that_are_none_are_refused_wherever_they_stand() {
    let service = Service::new().await;
    let long = "k".repeat(300);
    for name in [&long, "../etc/passwd", "a\0b", "🔑", "", ".", "-x", "a b", "a:b"] {
        let (status, problem) =
            refused(&service, "/api/v1/keys", json!({"name": name}).to_string()).await;
        assert_eq!((status, &problem["code"]), (400, &json!("invalid_input")), "{name:?}");
        let body = json!({"plaintext": "", "key": name}).to_string();
        assert_eq!(refused(&service, ENCRYPT, body).await.0, 400, "{name:?}");
    }
    for name in [&long, "..%2F..%2Fetc", "a%00b", "%F0%9F%94%91", "%ff", "%zz", "a%20b", "%2e%2e"] {
        let answer =
            service.call(Method::GET, &format!("/api/v1/keys/{name}"), Body::empty()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}");
        assert_eq!(answer.problem()["code"], "invalid_input", "{name}");
    }
    for path in
        ["/api/v1/keys/../keys", "/api/v1/keys/", "/api/v1/keys/a/b/c", "/", "/api/v1/keys//"]
    {
        let answer = service.call(Method::GET, path, Body::empty()).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.problem()["code"], "no_such_route", "{path}");
    }
}

#[tokio::test]
async fn methods_that_a_path_lacks_are_named_with_those_it_has() {
    let service = Service::new().await;
    for (method, path, allow) in [
        (Method::GET, ENCRYPT, "POST"),
        (Method::PUT, "/api/v1/keys", "GET, POST, HEAD"),
        (Method::POST, "/api/v1/keys/x", "GET, PATCH, DELETE, HEAD"),
        (Method::OPTIONS, ENCRYPT, "POST"),
        (Method::TRACE, "/version", "GET, HEAD"),
    ] {
        let answer = service.call(method, path, "{}").await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(answer.headers["allow"], allow, "{path}");
        answer.problem();
    }
}

#[tokio::test]
async fn other_media_types_are_refused() {
    let service = Service::new().await;
    let send = |media_type: Option<&str>, coding: Option<&str>| {
        let mut request = Request::post(ENCRYPT);
        if let Some(media_type) = media_type {
            request = request.header("content-type", media_type);
        }
        if let Some(coding) = coding {
            request = request.header("content-encoding", coding);
        }
        service.send(request.body(Body::from("{\"plaintext\":\"\"}")).unwrap())
    };
    for media_type in [None, Some("text/plain"), Some("application/x-www-form-urlencoded")] {
        let answer = send(media_type, None).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{media_type:?}");
        answer.problem();
    }
    let answer = send(Some("application/json"), Some("gzip")).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let answer = send(Some("application/json; charset=utf-8"), None).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn a_web_page_from_elsewhere_gets_nothing() {
    let service = Service::new().await;
    let send = |host: &str, origin: Option<&str>| {
        let mut request =
            Request::post(ENCRYPT).header("host", host).header("content-type", "application/json");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        service.send(request.body(Body::from("{\"plaintext\":\"\"}")).unwrap())
    };
    for (host, origin) in [
        ("evil.example:9998", None),
        ("localhost:9998", Some("https://evil.example")),
        ("127.0.0.1:9998", Some("null")),
        ("10.0.0.1:9998", Some("http://evil.example")),
        ("10.0.0.1:9998", Some("http://10.0.0.1:9998")),
    ] {
        let answer = send(host, origin).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{host} {origin:?}");
        assert_eq!(answer.problem()["code"], "foreign_host");
    }
    assert_eq!(send("localhost:9998", Some("http://localhost:9998")).await.status, StatusCode::OK);
    assert_eq!(send("[::1]:9998", None).await.status, StatusCode::OK);
    assert_eq!(send("10.0.0.1:9998", None).await.status, StatusCode::OK);
    let records = service.audit.records().len();
    assert_eq!(records, 4, "three encryptions, and the key made on first use");
}

#[tokio::test]
async fn a_secret_in_the_wrong_place_does_not_come_back() {
    let service = Service::new().await;
    for (path, body) in [
        ("/api/v1/random", json!({"length": "hunter2"})),
        ("/api/v1/kms/generate-key", json!({"key_spec": "hunter2"})),
        ("/api/v1/keys/import", json!({"name": "x", "format": "raw", "material": "hunter2"})),
        (ENCRYPT, json!({"plaintext": "hunter2"})),
        (ENCRYPT, json!({"plaintext": "", "context": "hunter2"})),
        ("/api/v1/keys", json!({"name": "x", "algorithm": "hunter2"})),
    ] {
        let (status, problem) = refused(&service, path, body.to_string()).await;
        assert_eq!(status, 400, "{problem}");
        assert!(!problem.to_string().contains("hunter2"), "{problem}");
    }
}

#[tokio::test]
async fn queries_are_read_whole() {
    let service = Service::new().await;
    for query in [
        "limit=0",
        "limit=1001",
        "limit=x",
        "limit=1&limit=2",
        "state=alive",
        "attribute=x",
        "what=1",
        "cursor=..",
        "tag=",
    ] {
        let path = format!("/api/v1/keys?{query}");
        let answer = service.call(Method::GET, &path, Body::empty()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        answer.problem();
    }
    let answer = service.call(Method::GET, "/version?x=1", Body::empty()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_audit_log_that_cannot_be_written_stops_everything() {
    let service = Service::new().await;
    service.audit.refuse_appends(true);
    let (status, problem) = refused(&service, ENCRYPT, "{\"plaintext\":\"\"}").await;
    assert_eq!((status, &problem["code"]), (503, &json!("audit_unavailable")));
    service.audit.refuse_checks(true);
    let answer = service.call(Method::GET, "/api/v1/kms/health", Body::empty()).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    answer.problem();
}

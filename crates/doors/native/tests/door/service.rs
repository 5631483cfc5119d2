//! A service in memory behind the door.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use base64_simd::STANDARD;
use claviger_core::{Envelope, Kms, ObjectSettings, Parts};
use claviger_crypto::SoftwareCrypto;
use claviger_door_native::{Door, DoorOptions, Hosts, ServiceInformation, router};
use claviger_parametric::{SoftwareCertificates, SoftwareParametricCrypto};
use claviger_ports::{Clock, Crypto, RootKey};
use claviger_secret::SecretBytes;
use claviger_store_memory::MemoryStore;
use claviger_testkit::audit::MemoryAuditLog;
use claviger_testkit::clock::FixedClock;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

pub(crate) struct Service {
    pub(crate) router: Router,
    pub(crate) audit: Arc<MemoryAuditLog>,
    pub(crate) clock: Arc<FixedClock>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("not JSON: {}", String::from_utf8_lossy(&self.body)))
    }

    /// The problem, after checking that it has all that a problem has.
    pub(crate) fn problem(&self) -> Value {
        let problem = self.json();
        assert_eq!(self.headers["content-type"], "application/problem+json", "{problem}");
        assert_eq!(problem["status"], self.status.as_u16(), "{problem}");
        assert_eq!(problem["request"], self.headers["x-request-id"].to_str().unwrap());
        for member in ["type", "title", "code", "detail", "remedy"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
        }
        problem
    }
}

impl Service {
    pub(crate) async fn new() -> Self {
        let crypto: Arc<dyn Crypto> = Arc::new(SoftwareCrypto::new());
        let store = Arc::new(MemoryStore::new());
        let audit = Arc::new(MemoryAuditLog::default());
        let clock = Arc::new(FixedClock::default());
        let root = RootKey::new(SecretBytes::copy_from(&[7; 32])).unwrap();
        let envelope = Envelope::unlock(&*store, crypto.clone(), &root, clock.now()).await.unwrap();
        let kms = Kms::new(Parts {
            store,
            crypto,
            parametric: Arc::new(SoftwareParametricCrypto::new()),
            certificates: Arc::new(SoftwareCertificates::new()),
            client_certificates: None,
            settings: ObjectSettings::default(),
            audit: audit.clone(),
            clock: clock.clone(),
            envelope: Arc::new(envelope),
        });
        let time = clock.clone();
        let options = DoorOptions {
            hosts: Hosts::loopback(),
            information: ServiceInformation {
                version: "1.2.3".to_owned(),
                seal_kind: "development-file".to_owned(),
                store_kind: "memory".to_owned(),
            },
            clock: Arc::new(move || time.now()),
        };
        Self { router: router(Door::new(kms, options)), audit, clock }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        assert_eq!(parts.headers["cache-control"], "no-store");
        assert_eq!(parts.headers["x-request-id"].len(), 36);
        assert!(!parts.headers.keys().any(|name| name.as_str().starts_with("access-control")));
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: impl Into<Body>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "127.0.0.1:9998")
            .header("content-type", "application/json");
        self.send(request.body(body.into()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, body.to_string()).await
    }

    /// Posts what must succeed.
    pub(crate) async fn done(&self, path: &str, body: &Value) -> Value {
        let answer = self.post(path, body).await;
        let json = answer.json();
        assert!(answer.status.is_success(), "{path} {body}: {json}");
        json
    }

    /// Gets what must be there.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.call(Method::GET, path, Body::empty()).await;
        let json = answer.json();
        assert_eq!(answer.status, StatusCode::OK, "{path}: {json}");
        json
    }

    /// Posts what must be refused, and gives the status and the code.
    pub(crate) async fn refused(&self, path: &str, body: &Value) -> (u16, String) {
        let answer = self.post(path, body).await;
        assert!(!answer.status.is_success(), "{path} {body}: {}", answer.json());
        (answer.status.as_u16(), answer.problem()["code"].as_str().unwrap().to_owned())
    }

    pub(crate) async fn create(&self, name: &str, algorithm: &str) -> Value {
        self.done("/api/v1/keys", &serde_json::json!({"name": name, "algorithm": algorithm})).await
    }
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode_to_string(bytes)
}

pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    STANDARD.decode_to_vec(value.as_str().unwrap()).unwrap()
}

//! What one request costs from the door inwards: routing, messages, core and cryptography, without a network.
//!
//! `cargo run --release -p claviger-door-native --example request_cost`
#![expect(clippy::print_stdout, reason = "the figures are what this is for")]
#![expect(clippy::disallowed_methods, reason = "it measures time")]

use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::{Body, to_bytes};
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
use http::Request;
use serde_json::{Value, json};
use tower::ServiceExt;

const ROUNDS: u32 = 50_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let audit = Arc::new(MemoryAuditLog::default());
    let service = service(audit.clone()).await?;
    let plaintext = STANDARD.encode_to_string(vec![0x5a; 1024]);
    let encrypt = json!({"plaintext": plaintext, "context": {"env": "prod"}}).to_string();
    let reply: Value =
        serde_json::from_slice(&call(&service, "/api/v1/kms/encrypt", &encrypt).await?)?;
    let decrypt =
        json!({"ciphertext": reply["ciphertext"], "context": {"env": "prod"}}).to_string();
    for (path, body) in [
        ("/version", String::new()),
        ("/api/v1/kms/encrypt", encrypt),
        ("/api/v1/kms/decrypt", decrypt),
    ] {
        let started = Instant::now();
        for _ in 0..ROUNDS {
            call(&service, path, &body).await?;
        }
        println!("{path}: {} ns", started.elapsed().as_nanos() / u128::from(ROUNDS));
        drop(audit.take());
    }
    Ok(())
}

async fn call(service: &Router, path: &str, body: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let request = if body.is_empty() { Request::get(path) } else { Request::post(path) };
    let request =
        request.header("host", "127.0.0.1:9998").header("content-type", "application/json");
    let response = service.clone().oneshot(request.body(Body::from(body.to_owned()))?).await?;
    if !response.status().is_success() {
        return Err(format!("{path}: {}", response.status()).into());
    }
    Ok(to_bytes(response.into_body(), usize::MAX).await?.to_vec())
}

async fn service(audit: Arc<MemoryAuditLog>) -> Result<Router, Box<dyn Error>> {
    let crypto: Arc<dyn Crypto> = Arc::new(SoftwareCrypto::new());
    let store = Arc::new(MemoryStore::new());
    let clock = Arc::new(FixedClock::default());
    let root = RootKey::new(SecretBytes::copy_from(&[7; 32]))?;
    let envelope = Envelope::unlock(&*store, crypto.clone(), &root, clock.now()).await?;
    let time = clock.clone();
    let kms = Kms::new(Parts {
        store,
        crypto,
        parametric: Arc::new(SoftwareParametricCrypto::new()),
        certificates: Arc::new(SoftwareCertificates::new()),
        client_certificates: None,
        settings: ObjectSettings::default(),
        audit,
        clock,
        envelope: Arc::new(envelope),
    });
    let information = ServiceInformation {
        version: "0.0.0".to_owned(),
        seal_kind: "development-file".to_owned(),
        store_kind: "memory".to_owned(),
    };
    let options =
        DoorOptions { hosts: Hosts::loopback(), information, clock: Arc::new(move || time.now()) };
    Ok(router(Door::new(kms, options)))
}

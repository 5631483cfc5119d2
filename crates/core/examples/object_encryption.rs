//! How much CPU one use of an object's key costs inside the core, its audit record included but not written anywhere.
//!
//! `cargo run --release -p claviger-core --example object_encryption [ROUNDS]`; with `perf record` it shows where the time goes.

#![expect(clippy::disallowed_methods, reason = "it measures")]
#![expect(clippy::print_stdout, reason = "it reports to a terminal")]

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use claviger_core::operations::objects::{
    Content, DecryptData, EncryptData, Generation, KeyBytes, KeyContent, MakeMac, Part,
    RegisterObject,
};
use claviger_core::{Caller, Envelope, Kms, ObjectSettings, Parts};
use claviger_crypto::SoftwareCrypto;
use claviger_model::{
    AttributeKey, AttributeKind, CryptographicAlgorithm, CryptographicParameters, KeyFormatType,
    Principal, RequestId, TenantId, UniqueIdentifier, Value,
};
use claviger_parametric::{SoftwareCertificates, SoftwareParametricCrypto};
use claviger_ports::{AuditError, AuditLog, AuditRecord, Clock, Crypto, Durability, RootKey};
use claviger_secret::SecretBytes;
use claviger_store_memory::MemoryStore;
use claviger_testkit::clock::FixedClock;

/// A log that takes everything and keeps nothing.
struct NoLog;

#[async_trait]
impl AuditLog for NoLog {
    fn check(&self) -> Result<(), AuditError> {
        Ok(())
    }

    async fn append(&self, _: Vec<AuditRecord>, _: Durability) -> Result<(), AuditError> {
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let rounds = std::env::args().nth(1).map_or(Ok(300_000), |text| text.parse())?;
    let kms = service().await?;
    let caller = Caller {
        principal: Principal::new("example", "", "somebody"),
        tenant: TenantId::default_tenant(),
        source: None,
        door: "example",
        request: RequestId::from_bytes([1; 16]),
        journal: None,
    };
    let key = register(&kms, &caller, CryptographicAlgorithm::Aes).await?;
    let mac_key = register(&kms, &caller, CryptographicAlgorithm::HmacSha256).await?;
    let parameters = CryptographicParameters {
        block_cipher_mode: Some(claviger_model::BlockCipherMode::Gcm),
        tag_length: Some(16),
        ..CryptographicParameters::default()
    };
    let encrypt = |data: &[u8]| EncryptData {
        identifier: key.clone(),
        parameters: Some(parameters),
        data: SecretBytes::copy_from(data),
        nonce: Some(vec![7; 12]),
        additional: Vec::new(),
        part: Part::default(),
    };
    let made = kms.call(&caller, encrypt(&[1; 64])).await?;
    let start = Instant::now();
    for _ in 0..rounds {
        kms.call(&caller, encrypt(&[1; 64])).await?;
    }
    report("AES-GCM, encrypt 64 B", start.elapsed(), rounds);
    let start = Instant::now();
    for _ in 0..rounds {
        let decrypt = DecryptData {
            identifier: key.clone(),
            parameters: Some(parameters),
            data: made.data.clone(),
            nonce: Some(vec![7; 12]),
            additional: Vec::new(),
            tag: made.tag.clone(),
            tag_trails: false,
            part: Part::default(),
        };
        kms.call(&caller, decrypt).await?;
    }
    report("AES-GCM, decrypt 64 B", start.elapsed(), rounds);
    let start = Instant::now();
    for _ in 0..rounds {
        let mac = MakeMac {
            identifier: mac_key.clone(),
            parameters: None,
            data: vec![1; 64],
            part: Part::default(),
        };
        kms.call(&caller, mac).await?;
    }
    report("HMAC-SHA-256 of 64 B", start.elapsed(), rounds);
    Ok(())
}

fn report(what: &str, elapsed: Duration, rounds: u32) {
    println!("{what}: {} ns", elapsed.as_nanos() / u128::from(rounds.max(1)));
}

async fn service() -> Result<Kms, Box<dyn Error>> {
    let store = Arc::new(MemoryStore::new());
    let clock = Arc::new(FixedClock::default());
    let crypto: Arc<dyn Crypto> = Arc::new(SoftwareCrypto::new());
    let root = RootKey::new(SecretBytes::new(vec![7; 32]))?;
    let envelope = Envelope::unlock(&*store, crypto.clone(), &root, clock.now()).await?;
    Ok(Kms::new(Parts {
        store,
        crypto,
        parametric: Arc::new(SoftwareParametricCrypto::new()),
        certificates: Arc::new(SoftwareCertificates::new()),
        client_certificates: None,
        audit: Arc::new(NoLog),
        clock,
        envelope: Arc::new(envelope),
        settings: ObjectSettings::default(),
    }))
}

async fn register(
    kms: &Kms,
    caller: &Caller,
    algorithm: CryptographicAlgorithm,
) -> Result<UniqueIdentifier, Box<dyn Error>> {
    const EVERYTHING: i32 = 0x1ff;
    let attribute = |kind, value| (AttributeKey::Standard(kind), value);
    let register = RegisterObject {
        attributes: vec![
            attribute(AttributeKind::CryptographicUsageMask, Value::Integer(EVERYTHING)),
            attribute(AttributeKind::ActivationDate, Value::DateTime(0)),
        ],
        templates: Vec::new(),
        content: Content::SymmetricKey(KeyContent {
            format: KeyFormatType::Raw.code(),
            compression: None,
            value: Some(KeyBytes::Bytes(SecretBytes::new(vec![3; 32]))),
            attributes: Vec::new(),
            algorithm: Some(algorithm.code()),
            length: Some(256),
            wrapping: None,
        }),
        generation: Generation::Two,
    };
    Ok(kms.call(caller, register).await?.identifier)
}

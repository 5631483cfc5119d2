//! What one message costs from the door inwards: framing, parsing, dispatch, core, cryptography and encoding, without TLS or a
//! network; and what of it is the door's own, by comparison with the bare core operation and with a stream that only echoes.
//!
//! `cargo run --release -p claviger-door-kmip --example exchange_cost`
#![expect(clippy::print_stdout, reason = "the figures are what this is for")]
#![expect(clippy::disallowed_methods, reason = "it measures time")]

use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use claviger_core::operations::objects::{EncryptData, Part};
use claviger_core::{Caller, Envelope, Kms, ObjectSettings, Parts};
use claviger_crypto::SoftwareCrypto;
use claviger_door_kmip::{KmipDoor, KmipOptions, Peer};
use claviger_model::{self as model, Principal, TenantId, UniqueIdentifier};
use claviger_parametric::{SoftwareCertificates, SoftwareParametricCrypto};
use claviger_ports::{Clock, Crypto, RootKey};
use claviger_secret::SecretBytes;
use claviger_store_memory::MemoryStore;
use claviger_testkit::audit::MemoryAuditLog;
use claviger_testkit::clock::FixedClock;
use claviger_wire_kmip::payload::{CreateRequest, EmptyPayload, EncryptRequest, GetRequest};
use claviger_wire_kmip::{
    AttributeEntry, AttributeReference, Attributes, CryptographicParameters, Data, RequestHeader,
    RequestItem, RequestMessage, RequestPayload, ResponseMessage, ResponsePayload, Value,
};
use claviger_wire_ttlv::enumeration::{
    BlockCipherMode, CryptographicAlgorithm, ObjectType, PaddingMethod,
};
use claviger_wire_ttlv::{Item, Limits, Tag, Version, tag};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

const ROUNDS: u32 = 50_000;
const DATA: [u8; 64] = [0x5a; 64];
const NONCE: [u8; 16] = [3; 16];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let audit = Arc::new(MemoryAuditLog::default());
    let kms = kms(audit.clone()).await?;
    let principal = Principal::new("certificate", "example", "client");
    let (mut stream, theirs) = tokio::io::duplex(64 << 10);
    let door = KmipDoor::new(kms.clone(), KmipOptions::default());
    let peer = Peer { principal: principal.clone(), source: None, certificate: None };
    tokio::spawn(async move { door.serve(theirs, peer, std::future::pending()).await });

    let identifier = create(&mut stream).await?;
    let encrypt = message(RequestPayload::Encrypt(EncryptRequest {
        unique_identifier: Some(identifier.as_str().into()),
        cryptographic_parameters: Some(CryptographicParameters {
            block_cipher_mode: Some(BlockCipherMode::CBC),
            padding_method: Some(PaddingMethod::PKCS5),
            ..CryptographicParameters::default()
        }),
        data: Some(Data::Bytes(SecretBytes::copy_from(&DATA))),
        iv_counter_nonce: Some(NONCE.to_vec()),
        ..EncryptRequest::default()
    }));
    let get = message(RequestPayload::Get(GetRequest {
        unique_identifier: Some(identifier.as_str().into()),
        ..GetRequest::default()
    }));
    let ping = message(RequestPayload::Ping(EmptyPayload {}));
    for (name, request) in [("Ping", ping), ("Encrypt", encrypt.clone()), ("Get", get)] {
        let started = Instant::now();
        for _ in 0..ROUNDS {
            exchange(&mut stream, &request).await?;
        }
        report(name, started);
        drop(audit.take());
    }
    echo(&encrypt).await?;
    core_alone(&kms, principal, &identifier).await
}

fn report(name: &str, started: Instant) {
    println!("{name}: {} ns", started.elapsed().as_nanos() / u128::from(ROUNDS));
}

/// The same bytes to and fro without a door.
async fn echo(request: &[u8]) -> Result<(), Box<dyn Error>> {
    let (mut stream, mut theirs) = tokio::io::duplex(64 << 10);
    let length = request.len();
    tokio::spawn(async move {
        let mut buffer = vec![0; length];
        while theirs.read_exact(&mut buffer).await.is_ok() {
            if theirs.write_all(&buffer).await.is_err() {
                break;
            }
        }
    });
    let started = Instant::now();
    for _ in 0..ROUNDS {
        exchange(&mut stream, request).await?;
    }
    report("echo", started);
    Ok(())
}

async fn core_alone(
    kms: &Kms,
    principal: Principal,
    identifier: &UniqueIdentifier,
) -> Result<(), Box<dyn Error>> {
    let parameters = model::CryptographicParameters {
        block_cipher_mode: model::BlockCipherMode::from_code(BlockCipherMode::CBC.code()),
        padding_method: model::PaddingMethod::from_code(PaddingMethod::PKCS5.code()),
        ..model::CryptographicParameters::default()
    };
    let caller = Caller {
        principal,
        tenant: TenantId::default_tenant(),
        source: None,
        door: "example",
        request: kms.new_request_id(),
        journal: None,
    };
    let started = Instant::now();
    for _ in 0..ROUNDS {
        let operation = EncryptData {
            identifier: identifier.clone(),
            additional: Vec::new(),
            parameters: Some(parameters),
            data: SecretBytes::copy_from(&DATA),
            nonce: Some(NONCE.to_vec()),
            part: Part { correlation: None, first: false, last: false },
        };
        kms.call(&caller, operation).await?;
    }
    report("Encrypt in the core alone", started);
    Ok(())
}

async fn create(stream: &mut DuplexStream) -> Result<UniqueIdentifier, Box<dyn Error>> {
    let attribute = |tag: Tag, value| AttributeEntry {
        reference: AttributeReference::Standard(tag),
        index: None,
        value: Some(value),
    };
    let aes = Value::Enumeration(CryptographicAlgorithm::AES.code());
    let request = message(RequestPayload::Create(CreateRequest {
        object_type: ObjectType::SymmetricKey,
        attributes: Attributes::from(vec![
            attribute(tag::CRYPTOGRAPHIC_ALGORITHM, aes),
            attribute(tag::CRYPTOGRAPHIC_LENGTH, Value::Integer(256)),
            attribute(tag::CRYPTOGRAPHIC_USAGE_MASK, Value::Integer(0x0c)),
            attribute(tag::ACTIVATION_DATE, Value::DateTime(1)),
        ]),
        protection_storage_masks: None,
    }));
    let answer = exchange(stream, &request).await?;
    let answer = ResponseMessage::decode(Item::parse(&answer, &Limits::default())?)?;
    match answer.batch.into_iter().next().and_then(|item| item.payload).map(|payload| *payload) {
        Some(ResponsePayload::Create(made)) => {
            let text = made.unique_identifier.as_text().ok_or("no identifier")?;
            Ok(UniqueIdentifier::new(text).map_err(|error| error.to_string())?)
        }
        _ => Err("the key was not made".into()),
    }
}

fn message(payload: RequestPayload) -> Vec<u8> {
    let version = Version::V2_1;
    let header = RequestHeader::new(version);
    RequestMessage { version, header, batch: vec![RequestItem::new(payload)] }.encode().to_vec()
}

async fn exchange(stream: &mut DuplexStream, request: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    stream.write_all(request).await?;
    let mut answer = vec![0; 8];
    stream.read_exact(&mut answer).await?;
    let length = u32::from_be_bytes([answer[4], answer[5], answer[6], answer[7]]);
    answer.resize(8 + usize::try_from(length)?, 0);
    stream.read_exact(&mut answer[8..]).await?;
    Ok(answer)
}

async fn kms(audit: Arc<MemoryAuditLog>) -> Result<Kms, Box<dyn Error>> {
    let crypto: Arc<dyn Crypto> = Arc::new(SoftwareCrypto::new());
    let store = Arc::new(MemoryStore::new());
    let clock = Arc::new(FixedClock::default());
    let root = RootKey::new(SecretBytes::copy_from(&[7; 32]))?;
    let envelope = Envelope::unlock(&*store, crypto.clone(), &root, clock.now()).await?;
    Ok(Kms::new(Parts {
        store,
        crypto,
        parametric: Arc::new(SoftwareParametricCrypto::new()),
        certificates: Arc::new(SoftwareCertificates::new()),
        client_certificates: None,
        settings: ObjectSettings::default(),
        audit,
        clock,
        envelope: Arc::new(envelope),
    }))
}

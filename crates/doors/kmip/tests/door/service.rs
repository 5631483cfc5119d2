//! A service in memory behind the door, and a client of it.

use std::sync::Arc;

use claviger_core::{Envelope, Kms, ObjectSettings, Parts};
use claviger_crypto::SoftwareCrypto;
use claviger_door_kmip::{KmipDoor, KmipOptions, Peer};
use claviger_model::Principal;
use claviger_parametric::{SoftwareCertificates, SoftwareParametricCrypto};
use claviger_ports::{Clock, Crypto, RootKey};
use claviger_secret::SecretBytes;
use claviger_store_memory::MemoryStore;
use claviger_testkit::audit::MemoryAuditLog;
use claviger_testkit::clock::FixedClock;
use claviger_wire_kmip::{
    RequestHeader, RequestItem, RequestMessage, RequestPayload, ResponseItem, ResponseMessage,
    ResponsePayload,
};
use claviger_wire_ttlv::enumeration::{ResultReason, ResultStatus};
use claviger_wire_ttlv::{Item, Limits, Version};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

pub(crate) struct Service {
    pub(crate) door: KmipDoor,
    pub(crate) audit: Arc<MemoryAuditLog>,
    pub(crate) clock: Arc<FixedClock>,
}

impl Service {
    pub(crate) async fn new() -> Self {
        Self::with(KmipOptions::default()).await
    }

    pub(crate) async fn with(options: KmipOptions) -> Self {
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
        Self { door: KmipDoor::new(kms, options), audit, clock }
    }

    /// A new connection of a client's.
    pub(crate) fn connect(&self, name: &str, version: Version) -> Client {
        let (stream, theirs) = tokio::io::duplex(64 << 10);
        let (door, peer) = (self.door.clone(), peer(name));
        tokio::spawn(async move { door.serve(theirs, peer, std::future::pending()).await });
        Client { stream, version }
    }
}

pub(crate) fn peer(name: &str) -> Peer {
    Peer { principal: Principal::new("certificate", "test", name), source: None, certificate: None }
}

/// One connection.
pub(crate) struct Client {
    pub(crate) stream: DuplexStream,
    pub(crate) version: Version,
}

impl Client {
    /// Sends operations as one message.
    pub(crate) async fn batch(&mut self, payloads: Vec<RequestPayload>) -> Vec<ResponseItem> {
        let header = RequestHeader::new(self.version);
        self.send(header, payloads.into_iter().map(RequestItem::new).collect()).await.batch
    }

    pub(crate) async fn send(
        &mut self,
        header: RequestHeader,
        batch: Vec<RequestItem>,
    ) -> ResponseMessage {
        let message = RequestMessage { version: self.version, header, batch };
        self.stream.write_all(&message.encode()).await.unwrap();
        self.receive().await
    }

    /// Sends one operation.
    pub(crate) async fn one(&mut self, payload: RequestPayload) -> ResponseItem {
        let mut answers = self.batch(vec![payload]).await;
        assert_eq!(answers.len(), 1);
        answers.remove(0)
    }

    /// Sends one operation, which must succeed.
    pub(crate) async fn done(&mut self, payload: RequestPayload) -> ResponsePayload {
        succeeded(self.one(payload).await)
    }

    /// Sends one operation, which must fail.
    pub(crate) async fn refused(&mut self, payload: RequestPayload) -> ResultReason {
        failed(&self.one(payload).await)
    }

    pub(crate) async fn receive(&mut self) -> ResponseMessage {
        let message = self.frame().await.expect("the connection ended without an answer");
        ResponseMessage::decode(parse(&message)).unwrap()
    }

    /// The next message, or nothing if the connection ends before it.
    pub(crate) async fn frame(&mut self) -> Option<Vec<u8>> {
        let mut message = vec![0; 8];
        self.stream.read_exact(&mut message).await.ok()?;
        let length = u32::from_be_bytes(message[4..8].try_into().unwrap());
        message.resize(8 + usize::try_from(length).unwrap(), 0);
        self.stream.read_exact(&mut message[8..]).await.unwrap();
        Some(message)
    }
}

pub(crate) fn parse(message: &[u8]) -> Item<'_> {
    Item::parse(message, &Limits::default()).unwrap()
}

pub(crate) fn succeeded(item: ResponseItem) -> ResponsePayload {
    assert_eq!(item.result_status, ResultStatus::Success, "{:?}", item.result_message);
    assert!(item.result_reason.is_none());
    *item.payload.expect("an operation that succeeds has a payload")
}

pub(crate) fn failed(item: &ResponseItem) -> ResultReason {
    assert_eq!(item.result_status, ResultStatus::OperationFailed);
    assert!(item.payload.is_none());
    assert!(item.result_message.as_ref().is_some_and(|message| !message.is_empty()));
    item.result_reason.expect("an operation that fails has a reason")
}

//! Re-Provision where something fails in between: whatever happens, exactly one certificate of the client holds.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use async_trait::async_trait;
use claviger_core::operations::objects::{CreationRule, ReProvision, Replacement, SetConstraints};
use claviger_core::{ErrorKind, ObjectSettings};
use claviger_crypto::SoftwareCrypto;
use claviger_model::{
    AttributeKind as K, KeyFormat, KeySpec, LinkType, ObjectType, Timestamp, UniqueIdentifier,
    Value,
};
use claviger_parametric::SoftwareCertificates;
use claviger_ports::{
    Certificates, CertificationSubject, ClientCertificateError, ClientCertificates, Crypto, Issuer,
};
use claviger_secret::SecretBytes;
use claviger_store_memory::MemoryStore;
use parking_lot::Mutex;

use super::{linked, material, standard, value};
use crate::service::{Service, refused};

const VALIDITY: (Timestamp, Timestamp) =
    (Timestamp::from_milliseconds(0), Timestamp::from_milliseconds(3_000_000_000_000));

/// An authority in memory, which can be out of order as files can.
struct Clients {
    key: SecretBytes,
    certificate: Vec<u8>,
    hold: Mutex<BTreeSet<Vec<u8>>>,
    is_out_of_order: AtomicBool,
}

impl Clients {
    /// An authority, and the client's first certificate.
    fn new() -> (Arc<Self>, Vec<u8>) {
        let crypto = SoftwareCrypto::new();
        let key = crypto.generate(KeySpec::EcP256).unwrap();
        let key = crypto.export(KeySpec::EcP256, &key, KeyFormat::Pkcs8).unwrap();
        let certificate =
            SoftwareCertificates::new().authority("CN=Clients", &key, &[1], VALIDITY).unwrap();
        let facts = SoftwareCertificates::new().facts(&certificate).unwrap();
        let (hold, is_out_of_order) = (Mutex::default(), AtomicBool::new(false));
        let clients = Arc::new(Self { key, certificate, hold, is_out_of_order });
        let first = clients.issued(&facts.public_key);
        (clients, first)
    }

    fn issued(&self, public_key: &[u8]) -> Vec<u8> {
        let mut hold = self.hold.lock();
        let subject = CertificationSubject::PublicKey { public_key, name: "CN=alice" };
        let issuer = Issuer { certificate: Some(&self.certificate), private_key: &self.key };
        let serial = [1, u8::try_from(hold.len()).unwrap()];
        let issued = SoftwareCertificates::new().issue(subject, issuer, &serial, VALIDITY).unwrap();
        hold.insert(issued.clone());
        issued
    }
}

#[async_trait]
impl ClientCertificates for Clients {
    async fn reissue(
        &self,
        current: &[u8],
        public_key: &[u8],
        _: Timestamp,
    ) -> Result<Vec<u8>, ClientCertificateError> {
        if !self.hold.lock().contains(current) {
            return Err(ClientCertificateError::NotIssuedHere);
        }
        Ok(self.issued(public_key))
    }

    async fn check(&self, _: &[u8], certificate: &[u8]) -> Result<(), ClientCertificateError> {
        let holds = self.hold.lock().contains(certificate);
        holds.then_some(()).ok_or(ClientCertificateError::NotTrusted)
    }

    async fn revoke(&self, certificate: &[u8], _: Timestamp) -> Result<(), ClientCertificateError> {
        if self.is_out_of_order.swap(false, Relaxed) {
            return Err(ClientCertificateError::Unavailable);
        }
        let held = self.hold.lock().remove(certificate);
        held.then_some(()).ok_or(ClientCertificateError::NotIssuedHere)
    }
}

async fn service() -> (Service, Arc<Clients>, Vec<u8>) {
    let (clients, first) = Clients::new();
    let (store, settings) = (Arc::new(MemoryStore::new()), ObjectSettings::default());
    let service = Service::with_clients(store, 7, settings, Some(clients.clone())).await;
    (service, clients, first)
}

fn re_provision(current: &[u8]) -> ReProvision {
    ReProvision { current: current.to_vec(), replacement: Replacement::Made }
}

#[tokio::test]
async fn the_new_key_and_its_certificate_belong_together() {
    let (service, clients, first) = service().await;
    let made = service.call(re_provision(&first)).await.unwrap();
    assert_eq!(made.object_type, ObjectType::PrivateKey);
    let certificate = linked(&service, &made.identifier, LinkType::Certificate).await.unwrap();
    let certificate = UniqueIdentifier::new(&certificate).unwrap();
    let held = clients.hold.lock().clone();
    assert_eq!(held, BTreeSet::from([material(&service, &certificate).await]));
    let public = linked(&service, &certificate, LinkType::PublicKey).await;
    assert_eq!(public, linked(&service, &made.identifier, LinkType::PublicKey).await);
    const ACTIVE: Value = Value::Enumeration(2);
    for identifier in [&made.identifier, &certificate] {
        assert!(value(&service, identifier, K::State).await == Some(ACTIVE));
    }
    // The old one is of no use any more.
    let again = service.call(re_provision(&first)).await;
    assert_eq!(refused(again), ErrorKind::PermissionDenied);
    assert_eq!(*clients.hold.lock(), held);
}

#[tokio::test]
async fn what_fails_leaves_the_client_with_the_certificate_that_it_has() {
    let (service, clients, first) = service().await;
    let only_first = BTreeSet::from([first.clone()]);
    clients.is_out_of_order.store(true, Relaxed);
    let failed = service.call(re_provision(&first)).await;
    assert_eq!(refused(failed), ErrorKind::Internal);
    assert_eq!(*clients.hold.lock(), only_first, "the old one could not be revoked");
    let never = CreationRule {
        object_types: Vec::new(),
        object_groups: Vec::new(),
        attributes: vec![standard(K::Comment, Value::Text("nobody says this".to_owned()))],
    };
    service.call(SetConstraints { constraints: vec![never] }).await.unwrap();
    let refused_ = service.call(re_provision(&first)).await;
    assert_eq!(refused(refused_), ErrorKind::ConstraintViolated);
    assert_eq!(*clients.hold.lock(), only_first, "the new one could not be stored");
}

#[tokio::test]
async fn without_an_authority_nothing_is_replaced() {
    let service = Service::new().await;
    assert!(!service.kms.issues_client_certificates());
    let refused_ = service.call(re_provision(b"any")).await;
    assert_eq!(refused(refused_), ErrorKind::Unsupported);
}

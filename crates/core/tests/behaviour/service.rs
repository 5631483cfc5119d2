//! A service for a test, with handles on what it is made of.

use std::sync::Arc;

use claviger_core::operations::{
    CreateKey, Decrypt, Encrypt, KeyDescription, KeySettings, Operation,
};
use claviger_core::{
    Caller, Envelope, Error, ErrorKind, Kms, NativeCiphertext, ObjectSettings, Parts,
};
use claviger_crypto::SoftwareCrypto;
use claviger_model::{EncryptionContext, KeyName, KeyTemplate, Principal, RequestId, TenantId};
use claviger_parametric::{SoftwareCertificates, SoftwareParametricCrypto};
use claviger_ports::{ClientCertificates, Clock, Crypto, RootKey, Store};
use claviger_secret::{SealBuffer, SecretBytes};
use claviger_store_memory::MemoryStore;
use claviger_testkit::audit::MemoryAuditLog;
use claviger_testkit::clock::FixedClock;

/// A service with handles on what it is made of.
pub(crate) struct Service {
    pub(crate) kms: Kms,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) audit: Arc<MemoryAuditLog>,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) caller: Caller,
}

impl Service {
    pub(crate) async fn new() -> Self {
        Self::over(Arc::new(MemoryStore::new()), 7).await
    }

    /// A service over a store, whose root key is made of this byte.
    pub(crate) async fn over(store: Arc<dyn Store>, root: u8) -> Self {
        Self::with_settings(store, root, ObjectSettings::default()).await
    }

    /// The same, with an operator's decisions about objects.
    pub(crate) async fn with_settings(
        store: Arc<dyn Store>,
        root: u8,
        settings: ObjectSettings,
    ) -> Self {
        Self::with_clients(store, root, settings, None).await
    }

    /// The same, with somebody who issues the certificates of clients.
    pub(crate) async fn with_clients(
        store: Arc<dyn Store>,
        root: u8,
        settings: ObjectSettings,
        client_certificates: Option<Arc<dyn ClientCertificates>>,
    ) -> Self {
        let clock = Arc::new(FixedClock::default());
        let crypto: Arc<dyn Crypto> = Arc::new(SoftwareCrypto::new());
        let audit = Arc::new(MemoryAuditLog::default());
        let envelope =
            Envelope::unlock(&*store, crypto.clone(), &root_key(root), clock.now()).await.unwrap();
        let kms = Kms::new(Parts {
            store: store.clone(),
            crypto,
            parametric: Arc::new(SoftwareParametricCrypto::new()),
            certificates: Arc::new(SoftwareCertificates::new()),
            client_certificates,
            audit: audit.clone(),
            clock: clock.clone(),
            envelope: Arc::new(envelope),
            settings,
        });
        Self { kms, store, audit, clock, caller: caller("alice") }
    }

    /// The same store and clock with nothing cached.
    pub(crate) async fn restarted(&self) -> Self {
        let fresh = Self::over(self.store.clone(), 7).await;
        fresh.clock.set(self.clock.now());
        fresh
    }

    /// The service's time, in seconds since 1970.
    pub(crate) fn clock_seconds(&self) -> i64 {
        self.clock.now().milliseconds() / 1000
    }

    pub(crate) async fn call<O: Operation>(&self, operation: O) -> Result<O::Reply, Error> {
        self.kms.call(&self.caller, operation).await
    }

    pub(crate) async fn create(&self, key: &str, template: &str) -> KeyDescription {
        self.create_with(key, template, KeySettings::default()).await.unwrap()
    }

    pub(crate) async fn create_with(
        &self,
        key: &str,
        template: &str,
        settings: KeySettings,
    ) -> Result<KeyDescription, Error> {
        let template = KeyTemplate::from_name(template).unwrap();
        self.call(CreateKey { name: name(key), template, settings }).await
    }

    pub(crate) async fn encrypt(&self, key: &str, plaintext: &[u8]) -> Result<String, Error> {
        let encrypt = Encrypt {
            key: name(key),
            context: context(&[("env", "prod"), ("service", "api")]),
            plaintext: SealBuffer::copy_from(plaintext),
        };
        let reply = self.call(encrypt).await?;
        Ok(NativeCiphertext::write(&reply.key, reply.version, &reply.record))
    }

    pub(crate) async fn decrypt(&self, ciphertext: &str) -> Result<Vec<u8>, Error> {
        self.decrypt_with(ciphertext, &[("service", "api"), ("env", "prod")]).await
    }

    pub(crate) async fn decrypt_with(
        &self,
        ciphertext: &str,
        pairs: &[(&str, &str)],
    ) -> Result<Vec<u8>, Error> {
        let ciphertext = NativeCiphertext::read(ciphertext);
        let decrypt = Decrypt { ciphertext, key: None, context: context(pairs) };
        let reply = self.call(decrypt).await?;
        Ok(reply.plaintext.expose("comparing in a test").to_vec())
    }
}

pub(crate) fn root_key(byte: u8) -> RootKey {
    RootKey::new(SecretBytes::new(vec![byte; 32])).unwrap()
}

pub(crate) fn caller(subject: &str) -> Caller {
    Caller {
        principal: Principal::new("test", "", subject),
        tenant: TenantId::default_tenant(),
        source: None,
        door: "test",
        request: RequestId::from_bytes([1; 16]),
        journal: None,
    }
}

pub(crate) fn name(text: &str) -> KeyName {
    KeyName::new(text).unwrap()
}

pub(crate) fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
    EncryptionContext::new(pairs.iter().map(|&(k, v)| (k.to_owned(), v.to_owned()))).unwrap()
}

/// The kind of the error that must have come.
#[track_caller]
pub(crate) fn refused<T>(result: Result<T, Error>) -> ErrorKind {
    match result {
        Ok(_) => panic!("the operation was done and should have been refused"),
        Err(error) => error.kind(),
    }
}

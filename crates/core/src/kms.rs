//! The service as one value.

use std::sync::Arc;

use claviger_model::{RequestId, Timestamp, Value};
use claviger_ports::{
    AuditLog, Certificates, ClientCertificates, Clock, Crypto, ParametricCrypto, Store, StoreCounts,
};
use claviger_secret::SecretBytes;

use crate::counters::Counters;
use crate::envelope::Envelope;
use crate::identifiers::Identifiers;
use crate::keyring::Keyring;
use crate::operations::objects::{
    AttributeIndex, Blocks, Groups, NameTurns, PreferenceCache, Streams, fields,
};
use crate::request_id::RequestIds;
use crate::{Error, OperationCount};

/// What the core is made of: one implementation per port, and the unlocked envelope.
pub struct Parts {
    /// Keeps the rows.
    pub store: Arc<dyn Store>,
    /// Does the cryptography.
    pub crypto: Arc<dyn Crypto>,
    /// Does it with parameters that the caller names.
    pub parametric: Arc<dyn ParametricCrypto>,
    /// Reads and issues certificates.
    pub certificates: Arc<dyn Certificates>,
    /// Replaces the certificates that clients prove themselves with, where the service has issued them.
    pub client_certificates: Option<Arc<dyn ClientCertificates>>,
    /// Records the operations.
    pub audit: Arc<dyn AuditLog>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Seals and opens the rows.
    pub envelope: Arc<Envelope>,
    /// How managed objects are treated.
    pub settings: ObjectSettings,
}

/// How managed objects are treated: what a server's operator decides.
#[derive(Clone)]
pub struct ObjectSettings {
    /// Whether objects made from now on may be used with algorithms out of use, for as long as they exist.
    pub legacy_algorithms: bool,
    /// The lease time of new objects, in seconds; 0 says that no lease is effective. None: objects have no lease time.
    pub lease_time: Option<u32>,
    /// Whether one-time pads may be read.
    pub one_time_pad_get: bool,
    /// What generated objects say of the random number generator: a structure of KMIP's RNG Parameters.
    pub random_number_generator: Value,
    /// Who signs certificates; a tenant's own authority, made on first use, if nobody.
    pub certificate_authority: Option<Arc<CertificateAuthority>>,
}

/// A certificate authority from outside.
pub struct CertificateAuthority {
    /// Its certificate, DER.
    pub certificate: Vec<u8>,
    /// Its private key, PKCS#8 (DER).
    pub private_key: SecretBytes,
}

impl Default for ObjectSettings {
    /// Nothing legacy, leases of an hour, an unspecified generator.
    fn default() -> Self {
        const UNSPECIFIED: u32 = 1;
        Self {
            legacy_algorithms: false,
            lease_time: Some(3600),
            one_time_pad_get: true,
            random_number_generator: Value::Structure(vec![(
                fields::RNG_ALGORITHM,
                Value::Enumeration(UNSPECIFIED),
            )]),
            certificate_authority: None,
        }
    }
}

/// The service. Cloning is cheap and gives the same service.
#[derive(Clone)]
pub struct Kms(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) crypto: Arc<dyn Crypto>,
    pub(crate) parametric: Arc<dyn ParametricCrypto>,
    pub(crate) certificates: Arc<dyn Certificates>,
    pub(crate) client_certificates: Option<Arc<dyn ClientCertificates>>,
    pub(crate) audit: Arc<dyn AuditLog>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) envelope: Arc<Envelope>,
    pub(crate) keyring: Keyring,
    pub(crate) counters: Counters,
    pub(crate) settings: ObjectSettings,
    /// What was taken out of usage limits and not spent yet.
    pub(crate) usage: Blocks,
    /// Makes identifiers.
    pub(crate) identifiers: Identifiers,
    /// What objects are found by.
    pub(crate) index: AttributeIndex,
    /// What owners want of the objects that they make.
    pub(crate) preferences: PreferenceCache,
    /// Whose turn it is in object groups.
    pub(crate) groups: Groups,
    /// Whose turn it is to take names.
    pub(crate) names: NameTurns,
    /// Messages in parts.
    pub(crate) streams: Streams,
    pub(crate) request_ids: RequestIds,
}

impl Kms {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let Parts {
            store,
            crypto,
            parametric,
            certificates,
            client_certificates,
            audit,
            clock,
            envelope,
            settings,
        } = parts;
        let keyring =
            Keyring::new(store.clone(), crypto.clone(), parametric.clone(), envelope.clone());
        Self(Arc::new(Shared {
            store,
            crypto,
            parametric,
            certificates,
            client_certificates,
            audit,
            clock,
            envelope,
            keyring,
            counters: Counters::new(),
            settings,
            usage: Blocks::default(),
            identifiers: Identifiers::default(),
            index: AttributeIndex::default(),
            preferences: PreferenceCache::default(),
            groups: Groups::default(),
            names: NameTurns::default(),
            streams: Streams::default(),
            request_ids: RequestIds::new(),
        }))
    }

    /// How often each operation was done and refused since the start, in the order of the table.
    #[must_use]
    pub fn operation_counts(&self) -> Vec<OperationCount> {
        self.shared().counters.read()
    }

    /// How much is stored.
    ///
    /// # Errors
    /// If the store doesn't answer.
    pub async fn store_counts(&self) -> Result<StoreCounts, Error> {
        Ok(self.shared().store.counts().await?)
    }

    /// Whether the service could do its work now: the store answers and the audit log can be written.
    ///
    /// # Errors
    /// What is in the way.
    pub async fn check(&self) -> Result<(), Error> {
        self.shared().audit.check()?;
        self.store_counts().await.map(|_| ())
    }

    /// Whether clients can replace the certificates that they prove themselves with.
    #[must_use]
    pub fn issues_client_certificates(&self) -> bool {
        self.shared().client_certificates.is_some()
    }

    /// The time, as the service tells it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.shared().clock.now()
    }

    /// A name for a request, unique but no secret.
    #[must_use]
    pub fn new_request_id(&self) -> RequestId {
        self.shared().request_ids.next(self.now())
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.0
    }
}
